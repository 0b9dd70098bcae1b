//! The losses of one step, remembered even if the step's code discards them.
//!
//! Invariant: a step that lost something never ends complete by mistake. An error or a partial [`Outcome`](crate::step::Outcome)
//! that reaches the author's code registers here when it is made. Returning it from the step reports it,
//! [`Tolerate::tolerate`](crate::error::Tolerate) accepts it, and every other way of dropping it leaves it open: the
//! step is then partial.
//!
//! Each step has one `Marks`. The step's runner enters it with [`Marks::scope`] and reads what is still open when the step has
//! returned; nothing registers after that.

use std::cell::RefCell;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

thread_local! {
    // `Outcome::partial` takes no context, so the step that polls is found here. Everything that can be handed the
    // step's `Marks` (jobs, streams) holds it instead.
    static CURRENT: RefCell<Option<Marks>> = const { RefCell::new(None) };
}

/// The number of reasons that are kept, so that a list with a million bad records is not a million texts.
pub(crate) const KEPT: usize = 20;

/// The losses of one step that are neither reported by its outcome nor tolerated.
#[derive(Clone, Debug, Default)]
pub struct Marks(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// The number of open marks. The truth: names are kept for the first [`KEPT`] reasons only.
    open: u64,
    named: Vec<(String, u64)>,
    tolerated: Vec<Tolerated>,
}

/// Losses that the step's author accepted with `.tolerate("why")`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tolerated {
    /// The author's words: why the loss is acceptable.
    pub why: &'static str,
    /// The first loss that was accepted for this.
    pub reason: String,
    /// The number of losses that were accepted for this.
    pub count: u64,
}

impl Marks {
    /// Returns the marks of the step that the current task polls; `None` outside a step.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
    }

    /// Runs a future as part of the step, so that what it loses is remembered.
    pub fn scope<F: Future>(&self, future: F) -> Scope<F> {
        Scope { marks: self.clone(), future: Box::pin(future) }
    }

    /// Registers a loss that cannot be taken back.
    pub fn lost(&self, reason: impl Into<String>) {
        self.add(reason.into());
    }

    /// Returns what was tolerated, one entry per justification.
    #[must_use]
    pub fn tolerated(&self) -> Vec<Tolerated> {
        self.state().tolerated.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, reason: String) {
        let mut state = self.state();
        state.open += 1;
        if let Some((_, count)) = state.named.iter_mut().find(|(named, _)| *named == reason) {
            *count += 1;
        } else if state.named.len() < KEPT {
            state.named.push((reason, 1));
        }
    }

    /// Closes up to `count` marks, those with these reasons first.
    fn close(&self, count: u64, reasons: &[String]) {
        let mut state = self.state();
        state.open = state.open.saturating_sub(count);
        let mut left = count;
        for reason in reasons {
            if let Some((_, named)) = state.named.iter_mut().find(|(named, _)| named == reason) {
                let closed = left.min(*named);
                *named -= closed;
                left -= closed;
            }
        }
        state.named.retain(|(_, count)| *count > 0);
    }

    fn tolerate(&self, count: u64, reason: &str, why: &'static str) {
        let mut state = self.state();
        if let Some(same) = state.tolerated.iter_mut().find(|tolerated| tolerated.why == why) {
            same.count += count;
        } else {
            state.tolerated.push(Tolerated { why, reason: reason.to_owned(), count });
        }
    }

    /// Returns the reasons of the open marks, and the number of those beyond them.
    pub(crate) fn open(&self) -> (Vec<String>, u64) {
        let state = self.state();
        if state.open == 0 {
            return (Vec::new(), 0);
        }
        let mut reasons: Vec<String> = state.named.iter().map(|(reason, _)| reason.clone()).collect();
        let named: u64 = state.named.iter().map(|(_, count)| count).sum();
        let mut more = state.open.saturating_sub(named);
        if reasons.is_empty() {
            reasons.push("the step went on after an error".to_owned());
            more = more.saturating_sub(1);
        }
        (reasons, more)
    }
}

/// The open marks of one error or outcome. Clones share them, so that a mark is closed once.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    marks: Marks,
    count: Arc<AtomicU64>,
}

impl Open {
    /// Registers a loss with the step that the current task polls.
    pub(crate) fn in_current(reason: &str) -> Option<Self> {
        Marks::current().map(|marks| Self::new(marks, reason))
    }

    pub(crate) fn new(marks: Marks, reason: &str) -> Self {
        marks.add(reason.to_owned());
        Self { marks, count: Arc::new(AtomicU64::new(1)) }
    }

    /// Takes over the marks of another; those of another step stay as they are.
    pub(crate) fn absorb(&self, other: &Self) {
        if Arc::ptr_eq(&self.marks.0, &other.marks.0) && !Arc::ptr_eq(&self.count, &other.count) {
            self.count.fetch_add(other.count.swap(0, Ordering::Relaxed), Ordering::Relaxed);
        }
    }

    /// Closes the marks because the step reports them.
    pub(crate) fn reported(&self, reasons: &[String]) {
        self.marks.close(self.count.swap(0, Ordering::Relaxed), reasons);
    }

    /// Closes the marks because the author accepts them.
    pub(crate) fn tolerate(&self, reasons: &[String], why: &'static str) {
        let count = self.count.swap(0, Ordering::Relaxed);
        if count == 0 {
            return; // A clone has been tolerated already.
        }
        self.marks.close(count, reasons);
        self.marks.tolerate(count, reasons.first().map_or("", String::as_str), why);
    }
}

/// A future that runs as part of a step; made by [`Marks::scope`].
#[must_use = "futures do nothing unless polled"]
pub struct Scope<F> {
    marks: Marks,
    future: Pin<Box<F>>,
}

impl<F: Future> Future for Scope<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let _entered = Entered::new(self.marks.clone());
        self.future.as_mut().poll(cx)
    }
}

/// Restores the marks of the task around, also if the poll panics.
struct Entered(Option<Marks>);

impl Entered {
    fn new(marks: Marks) -> Self {
        Self(CURRENT.try_with(|current| current.replace(Some(marks))).unwrap_or_default())
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let _ = CURRENT.try_with(|current| current.replace(self.0.take()));
    }
}
