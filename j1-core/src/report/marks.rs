//! The losses of one step, remembered even if the step's code discards them.
//!
//! Invariant: a step that lost something never ends complete by mistake. An error or a partial [`Outcome`](crate::step::Outcome)
//! that reaches the author's code registers here when it is made. Returning it from the step reports it,
//! [`Tolerate::tolerate`](crate::error::Tolerate) accepts it, and every other way of dropping it leaves it open: the
//! step is then partial. A list registers when it is made ([`Marks::begin`]), and is a loss unless it is seen to its end: also
//! if it is never dropped, because it was forgotten or belongs to a task that outlives the step.
//!
//! Each step has one `Marks`. The step's runner enters it with [`Marks::scope`] and reads what is still open when the step has
//! returned; nothing registers after that. A run has one as well ([`Marks::of_run`]), for the tasks of an author that belong to
//! no step: what they lose, every step of the run loses.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::task::{Context, Poll};

thread_local! {
    // `Outcome::partial` takes no context, so the step that polls is found here. Everything that can be handed the
    // step's `Marks` (jobs, streams) holds it instead.
    static CURRENT: RefCell<Option<Marks>> = const { RefCell::new(None) };
}

/// The way to find the losses that belong to no step; set by the first run of the process.
static STRAYS: OnceLock<fn() -> Option<Marks>> = OnceLock::new();

/// The number of reasons that are kept, so that a list with a million bad records is not a million texts.
pub(crate) const KEPT: usize = 20;

/// The losses of one step that are neither reported by its outcome nor tolerated.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    state: Arc<Mutex<State>>,
    /// The part of the step that a task works on for a [`Part`]; 0 for the step itself.
    part: u64,
}

#[derive(Debug, Default)]
struct State {
    /// The number of open marks. The truth: names are kept for the first [`KEPT`] reasons only.
    open: u64,
    named: Vec<(String, u64)>,
    tolerated: Vec<Tolerated>,
    /// Lists and requests that have begun and are not finished, by number: the part of the step, and the loss if they never are.
    begun: BTreeMap<u64, (u64, String)>,
    /// The last number of anything begun, and of any part.
    last: u64,
    /// `true` once the step has returned: nothing that registers now would be read.
    ended: bool,
    /// `true` for the losses of a run that belong to no step.
    of_run: bool,
}

impl State {
    fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}

/// Identifies the marks of one step, also once they are gone.
#[derive(Clone, Debug)]
pub(crate) struct Identity(Weak<Mutex<State>>);

impl PartialEq for Identity {
    fn eq(&self, other: &Self) -> bool {
        self.0.ptr_eq(&other.0)
    }
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
    /// The losses of a run that belong to no step.
    #[must_use]
    pub fn of_run() -> Self {
        let state = State { of_run: true, ..State::default() };
        Self { state: Arc::new(Mutex::new(state)), part: 0 }
    }

    /// Says how to find the losses that belong to no step, for a task that does not know its step.
    #[doc(hidden)]
    pub fn find_strays(find: fn() -> Option<Self>) {
        // There is one way to find them in a process.
        let _ = STRAYS.set(find);
    }

    /// Returns the losses that belong to no step, where a run goes on.
    fn stray() -> Option<Self> {
        STRAYS.get().and_then(|find| find())
    }

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

    /// Registers something that has to be finished, such as a list that is read. `unless` is the loss if it is not.
    pub fn begin(&self, unless: impl Into<String>) -> Begun {
        let mut state = self.state();
        let number = state.number();
        state.begun.insert(number, (self.part, unless.into()));
        drop(state);
        Begun { marks: self.clone(), number }
    }

    /// Begins a part of the step that may be given up as a whole, and whose owner then says what is lost.
    #[must_use]
    pub fn part(&self) -> Part {
        let part = self.state().number();
        Part(Self { state: Arc::clone(&self.state), part })
    }

    /// Runs a function as part of the step.
    pub fn within<T>(&self, run: impl FnOnce() -> T) -> T {
        let _entered = Entered::new(self.clone());
        run()
    }

    /// Returns `true` until the step has returned.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.state().ended
    }

    /// Says that the step has returned.
    pub(crate) fn end(&self) {
        self.state().ended = true;
    }

    /// Returns what is lost so far, in words, and what is under way and would be lost: the first reasons of both.
    #[must_use]
    pub fn losses(&self) -> Vec<String> {
        self.open().0
    }

    /// Returns what identifies the step; `None` for losses that belong to no step.
    pub(crate) fn identity(&self) -> Option<Identity> {
        (!self.state().of_run).then(|| Identity(Arc::downgrade(&self.state)))
    }

    /// Returns what was tolerated, one entry per justification.
    #[must_use]
    pub fn tolerated(&self) -> Vec<Tolerated> {
        self.state().tolerated.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
        let named = if state.open > 0 { &state.named[..] } else { &[] };
        let mut reasons: Vec<String> = named.iter().map(|(reason, _)| reason.clone()).collect();
        let named: u64 = named.iter().map(|(_, count)| count).sum();
        let mut more = state.open.saturating_sub(named);
        if reasons.is_empty() && more > 0 {
            reasons.push("the step went on after an error".to_owned());
            more -= 1;
        }
        for (_, unfinished) in state.begun.values() {
            if reasons.contains(unfinished) {
                continue;
            }
            if reasons.len() < KEPT {
                reasons.push(unfinished.clone());
            } else {
                more += 1;
            }
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
    /// Registers a loss with the step that the current task polls, or with what belongs to no step.
    pub(crate) fn in_current(reason: &str) -> Option<Self> {
        Marks::current().or_else(Marks::stray).map(|marks| Self::new(marks, reason))
    }

    pub(crate) fn new(marks: Marks, reason: &str) -> Self {
        marks.add(reason.to_owned());
        Self { marks, count: Arc::new(AtomicU64::new(1)) }
    }

    /// Takes over the marks of another, and returns `true`; not those of another step.
    pub(crate) fn absorb(&self, other: &Self) -> bool {
        if !Arc::ptr_eq(&self.marks.state, &other.marks.state) {
            return false;
        }
        if !Arc::ptr_eq(&self.count, &other.count) {
            self.count.fetch_add(other.count.swap(0, Ordering::Relaxed), Ordering::Relaxed);
        }
        true
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

/// Something that a step has begun and must finish; made by [`Marks::begin`].
///
/// It is a loss of the step if it is dropped before [`Begun::finished`], and if it still exists when the step ends.
#[derive(Debug)]
#[must_use = "it is lost when it is dropped"]
pub struct Begun {
    marks: Marks,
    number: u64,
}

impl Begun {
    /// Says that nothing is lost, or that the loss has registered in another way.
    pub fn finished(&self) {
        self.marks.state().begun.remove(&self.number);
    }

    /// Changes the loss if it is not finished.
    pub fn unless(&self, unless: impl Into<String>) {
        if let Some((_, reason)) = self.marks.state().begun.get_mut(&self.number) {
            *reason = unless.into();
        }
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        let begun = self.marks.state().begun.remove(&self.number);
        if let Some((_, reason)) = begun {
            self.marks.lost(reason);
        }
    }
}

/// A part of a step that may be given up as a whole; made by [`Marks::part`].
#[derive(Debug)]
pub struct Part(Marks);

impl Part {
    /// The marks of the part: what it loses, the step loses.
    #[must_use]
    pub fn marks(&self) -> &Marks {
        &self.0
    }
}

/// Everything begun in the part ends with it. The task that works on it is aborted later, and its owner has said by then what
/// is lost.
impl Drop for Part {
    fn drop(&mut self) {
        let part = self.0.part;
        self.0.state().begun.retain(|_, (other, _)| *other != part);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(numbers: std::ops::Range<usize>) -> Vec<String> {
        numbers.map(|number| format!("record {number}")).collect()
    }

    #[test]
    fn the_same_loss_is_named_once_and_what_is_not_named_is_counted() {
        let marks = Marks::default();
        for _ in 0..3 {
            marks.lost("status 403");
        }
        assert_eq!(marks.open(), (vec!["status 403".to_owned()], 0));
        let marks = Marks::default();
        numbered(0..KEPT + 5).into_iter().for_each(|reason| marks.lost(reason));
        assert_eq!(marks.open(), (numbered(0..KEPT), 5));
        // The named ones are reported, and those that only count are left.
        marks.close(KEPT as u64, &numbered(0..KEPT));
        assert_eq!(marks.open(), (vec!["the step went on after an error".to_owned()], 4));
        marks.close(5, &[]);
        assert_eq!(marks.open(), (Vec::new(), 0));
        // Nothing is open, whatever it was called.
        let marks = Marks::default();
        marks.lost("status 403");
        marks.close(1, &["status 500".to_owned()]);
        assert_eq!(marks.open(), (Vec::new(), 0));
    }

    #[test]
    fn an_unfinished_read_counts_as_a_loss() {
        let marks = Marks::default();
        let mut begun: Vec<Begun> = numbered(0..KEPT + 5).iter().map(|name| marks.begin(name)).collect();
        assert_eq!(marks.open(), (numbered(0..KEPT), 5));
        begun.drain(1..).for_each(|begun| begun.finished());
        assert_eq!(marks.open(), (numbered(0..1), 0));
        begun[0].unless("the first record");
        drop(begun);
        assert_eq!(marks.open(), (vec!["the first record".to_owned()], 0));
    }

    #[test]
    fn a_part_that_is_given_up_takes_what_it_has_begun_with_it() {
        let marks = Marks::default();
        let (part, other) = (marks.part(), marks.part());
        std::mem::forget((marks.begin("of the step"), other.marks().begin("of the other part")));
        let begun = part.marks().begin("of the part");
        part.marks().lost("status 403");
        drop(part);
        drop(begun);
        let left = ["status 403", "of the step", "of the other part"];
        assert_eq!(marks.open(), (left.map(str::to_owned).to_vec(), 0));
    }

    #[test]
    fn marks_of_another_step_are_not_taken_over() {
        let (one, other) = (Marks::default(), Marks::default());
        let (first, second) = (Open::new(one.clone(), "a"), Open::new(other.clone(), "b"));
        first.absorb(&second);
        first.tolerate(&["a".to_owned()], "decoration");
        assert_eq!((one.open().0.len(), other.open().0.len()), (0, 1));
        second.tolerate(&["b".to_owned()], "decoration");
        assert_eq!(other.open().0.len(), 0);
    }
}
