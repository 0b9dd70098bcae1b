//! Losses of a step: an error or a partial outcome makes the step partial, even if its code discards it.
#![expect(clippy::unused_async, reason = "a step is an async function, whatever it does")]
#![allow(dead_code, reason = "these steps run by themselves, and no integration lists them")]

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use j1_core::error::{Code, Kind};
use j1_core::graph::{Accepted, BoxFuture, Emitter, EncodedObject, Naming, Sink, Stored, Type};
use j1_core::prelude::*;
use j1_core::report::Tolerated;
use j1_core::step::{StepFor, runner};
use j1_core::validate::Violation;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "acme_user", class = User, key = "acme-user:{id}", name = id, display_name = id)]
/// A user.
pub struct User {
    #[j1(skip)]
    /// The id.
    pub id: String,
}

fn user(id: &str) -> User {
    User { id: id.into() }
}

/// The integration of these steps: what its storage does.
#[derive(Clone, Copy, Default)]
struct Acme {
    /// `accept` fails, as on a full disk.
    full: bool,
    /// `flush` fails after it has waited once.
    slow: bool,
    /// The number of users that earlier steps added; the second cannot be read back.
    stored: u32,
    unreadable: bool,
}

struct Storage(Acme, Naming);

fn disk_full() -> Error {
    Error::new(Kind::Other, Code("J1-R2005"), "the disk is full")
}

impl Sink for Storage {
    fn naming(&self) -> &Naming {
        &self.1
    }

    fn accept(&mut self, _: &EncodedObject<'_>) -> Result<Accepted> {
        if self.0.full { Err(disk_full()) } else { Ok(Accepted::FlushDue) }
    }

    fn refuse(&mut self, _: Type, _: &Arc<str>, _: &str, _: &[Violation]) {}

    fn withhold(&mut self, _: Type, _: &Arc<str>, _: &str, _: &[Violation]) {}

    fn send_event(&self, _: Event) {}

    fn flush(&mut self) -> BoxFuture<'_, Result<()>> {
        let mut waited = !self.0.slow;
        let slow = self.0.slow;
        Box::pin(std::future::poll_fn(move |_| {
            if !std::mem::replace(&mut waited, true) {
                return Poll::Pending;
            }
            Poll::Ready(if slow { Err(disk_full()) } else { Ok(()) })
        }))
    }

    fn contains(&self, _: Type, _: &str) -> bool {
        false
    }

    fn find_by(&mut self, _: Type, _: &str, _: &str) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    fn read(&mut self, _: Type) -> Result<Box<dyn Stored>> {
        Ok(Box::new(Users { next: 0, storage: self.0 }))
    }
}

struct Users {
    next: u32,
    storage: Acme,
}

impl Stored for Users {
    fn next(&mut self) -> Result<Option<Vec<u8>>> {
        self.next += 1;
        if self.next > self.storage.stored {
            return Ok(None);
        }
        if self.storage.unreadable && self.next == 2 {
            return Ok(Some(b"{}".to_vec()));
        }
        Ok(Some(format!("{{\"id\":\"{}\"}}", self.next).into_bytes()))
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}

fn run<S: StepFor<Acme> + 'static>(acme: Acme) -> (Result<Outcome>, Vec<Tolerated>) {
    let emitter = Emitter::new(Box::new(Storage(acme, Naming::new("acme"))));
    let (emitter, outcome) = block_on(runner::<Acme, S>(&acme, emitter));
    (outcome, emitter.marks().tolerated())
}

fn reasons<S: StepFor<Acme> + 'static>(acme: Acme) -> Vec<String> {
    let (outcome, tolerated) = run::<S>(acme);
    assert_eq!(tolerated, [], "nothing was tolerated");
    outcome.expect("the step returned").reasons().to_vec()
}

const FULL: &str = "[J1-R2005] the disk is full";

#[step(emits(User))]
async fn swallow_add(_acme: &Acme, job: &mut Job<swallow_add>) -> Result<Outcome> {
    let _ = job.add(user("1")).await;
    Ok(Outcome::nothing_to_read("a test"))
}

#[step(emits(User))]
async fn never_await_add(_acme: &Acme, job: &mut Job<never_await_add>) -> Result<Outcome> {
    drop(job.add(user("1")));
    Ok(Outcome::nothing_to_read("a test"))
}

#[test]
fn an_add_that_fails_is_remembered_although_its_error_is_dropped() {
    let full = Acme { full: true, ..Acme::default() };
    assert_eq!(reasons::<swallow_add>(full), [FULL]);
    assert_eq!(reasons::<never_await_add>(full), [FULL]);
    let slow = Acme { slow: true, ..Acme::default() };
    assert_eq!(reasons::<swallow_add>(slow), [FULL]);
    assert_eq!(
        reasons::<never_await_add>(slow),
        ["the step left a `job.add(..)` before it had ended; await it"]
    );
    assert_eq!(reasons::<swallow_add>(Acme::default()), [""; 0]);
}

#[step(emits(User), reads(User))]
async fn leave_each(_acme: &Acme, job: &mut Job<leave_each>) -> Result<Outcome> {
    let mut users = job.each::<User>()?;
    users.next().await?;
    Ok(Outcome::nothing_to_read("a test"))
}

#[step(emits(User), reads(User))]
async fn make_each(_acme: &Acme, job: &mut Job<make_each>) -> Result<Outcome> {
    let _users = job.each::<User>()?;
    Ok(Outcome::nothing_to_read("a test"))
}

#[step(emits(User), reads(User))]
async fn drain_each(_acme: &Acme, job: &mut Job<drain_each>) -> Result<Outcome> {
    let mut users = job.each::<User>()?;
    while let Ok(user) = users.next().await {
        if user.is_none() {
            break;
        }
    }
    while users.next().await.ok().flatten().is_some() {}
    Ok(Outcome::nothing_to_read("a test"))
}

#[test]
fn an_each_that_is_left_before_its_end_makes_the_step_partial() {
    let left = ["the step left an `each` before its last entity, without `finish()`"];
    let twelve = Acme { stored: 12, ..Acme::default() };
    assert_eq!(reasons::<leave_each>(twelve), left);
    assert_eq!(reasons::<make_each>(twelve), left);
    assert_eq!(reasons::<drain_each>(twelve), [""; 0]);
}

#[step(emits(User), reads(User))]
async fn forget(_acme: &Acme, job: &mut Job<forget>) -> Result<Outcome> {
    for _ in 0..2 {
        std::mem::forget(job.each::<User>()?);
    }
    std::mem::forget(job.add(user("1")));
    Ok(Outcome::nothing_to_read("a test"))
}

#[step(emits(User), reads(User))]
async fn absorb_after_the_end(_acme: &Acme, job: &mut Job<absorb_after_the_end>) -> Result<Outcome> {
    let mut users = job.each::<User>()?;
    while users.next().await?.is_some() {}
    users.absorb(Outcome::nothing_to_read("a test"));
    std::mem::forget(users);
    Ok(Outcome::nothing_to_read("a test"))
}

#[step(emits(User), reads(User))]
async fn leave_outcomes(_acme: &Acme, job: &mut Job<leave_outcomes>) -> Result<Outcome> {
    let mut users = job.each::<User>()?;
    users.absorb(Outcome::nothing_to_read("a test"));
    while users.next().await?.is_some() {}
    Ok(Outcome::nothing_to_read("a test"))
}

#[test]
fn a_list_that_a_step_forgets_is_not_complete() {
    let each = "the step left an `each` before its last entity, without `finish()`";
    let add = "the step left a `job.add(..)` before it had ended; await it";
    assert_eq!(reasons::<forget>(Acme { slow: true, ..Acme::default() }), [each, add]);
    let absorbed = ["the step left the outcomes that it gathered with `absorb(..)`; return `finish()`"];
    assert_eq!(reasons::<absorb_after_the_end>(Acme::default()), absorbed);
    assert_eq!(reasons::<leave_outcomes>(Acme::default()), absorbed);
}

#[test]
fn an_entity_that_cannot_be_read_back_is_remembered() {
    let reasons = reasons::<drain_each>(Acme { stored: 3, unreadable: true, ..Acme::default() });
    let [reason] = &reasons[..] else { panic!("{reasons:?}") };
    assert!(reason.starts_with("[J1-R2005] a `User` that was stored cannot be read back"), "{reason}");
}

#[step(emits(User))]
async fn drop_outcome(_acme: &Acme, _job: &mut Job<drop_outcome>) -> Result<Outcome> {
    let (_, _) = ("users", Outcome::partial("a record cannot be read"));
    Ok(Outcome::nothing_to_read("a test"))
}

#[step(emits(User))]
async fn return_outcomes(_acme: &Acme, _job: &mut Job<return_outcomes>) -> Result<Outcome> {
    let mut outcome = Outcome::nothing_to_read("a test");
    for record in 0..1000 {
        outcome.add(Outcome::partial(format!("record {record} cannot be read")));
    }
    Ok(outcome.clone())
}

#[test]
fn a_partial_outcome_counts_once_returned_or_not() {
    assert_eq!(reasons::<drop_outcome>(Acme::default()), ["a record cannot be read"]);
    let (outcome, _) = run::<return_outcomes>(Acme::default());
    let outcome = outcome.expect("the step returned");
    assert_eq!((outcome.reasons().len(), outcome.more_reasons()), (20, 980));
}

#[step(emits(User))]
async fn tolerate(_acme: &Acme, job: &mut Job<tolerate>) -> Result<Outcome> {
    for id in ["1", "2"] {
        assert!(job.add(user(id)).await.tolerate("users are decoration").is_none());
    }
    let photos = Outcome::partial("`GET /photos` failed with status 403");
    Ok(photos.clone().tolerate("nobody needs photos").and(photos.tolerate("nobody needs photos")))
}

#[step(emits(User))]
async fn tolerate_one_of_two(_acme: &Acme, _job: &mut Job<tolerate_one_of_two>) -> Result<Outcome> {
    let first = Outcome::partial("the first list");
    let _second = Outcome::partial("the second list");
    // A clone does not buy the second one.
    Ok(first.clone().tolerate("not needed").and(first.tolerate("not needed")))
}

#[test]
fn a_tolerated_loss_is_complete_and_reported() {
    let (outcome, tolerated) = run::<tolerate>(Acme { full: true, ..Acme::default() });
    assert!(outcome.expect("the step returned").is_complete());
    let seen: Vec<_> = tolerated.iter().map(|t| (t.why, &*t.reason, t.count)).collect();
    let photos = ("nobody needs photos", "`GET /photos` failed with status 403", 1);
    assert_eq!(seen, [("users are decoration", FULL, 2), photos]);
    let (outcome, _) = run::<tolerate_one_of_two>(Acme::default());
    assert_eq!(outcome.expect("the step returned").reasons(), ["the second list"]);
}

/// An outcome that the author of two steps keeps.
static KEPT: std::sync::Mutex<Option<Outcome>> = std::sync::Mutex::new(None);

fn kept() -> Outcome {
    KEPT.lock().expect("no test panicked").clone().expect("the other step kept one")
}

#[step(emits(User), reads(User))]
async fn keep_outcome(_acme: &Acme, job: &mut Job<keep_outcome>) -> Result<Outcome> {
    let mut users = job.each::<User>()?;
    while users.next().await?.is_some() {}
    let outcome = users.finish()?;
    *KEPT.lock().expect("no test panicked") = Some(outcome.clone());
    Ok(outcome)
}

#[step(emits(User))]
async fn return_kept(_acme: &Acme, _job: &mut Job<return_kept>) -> Result<Outcome> {
    Ok(kept())
}

#[step(emits(User), reads(User))]
async fn absorb_kept(_acme: &Acme, job: &mut Job<absorb_kept>) -> Result<Outcome> {
    let mut users = job.each::<User>()?;
    while users.next().await?.is_some() {}
    users.absorb(kept().only::<User>());
    users.finish()
}

#[test]
fn an_outcome_of_another_step_proves_nothing() {
    assert_eq!(reasons::<keep_outcome>(Acme::default()), [""; 0]);
    for reasons in [reasons::<return_kept>(Acme::default()), reasons::<absorb_kept>(Acme::default())] {
        let [reason] = &reasons[..] else { panic!("{reasons:?}") };
        assert!(reason.contains("another step or run"), "{reason}");
    }
}
