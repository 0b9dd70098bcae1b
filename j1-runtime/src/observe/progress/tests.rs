use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::{Instant, advance};

use super::{EndedStep, Look, Phase, Progress, Wait};
use crate::observe::stats::StepStats;

const SECOND: Duration = Duration::from_secs(1);

/// Users, and groups after them; the users run.
fn begun() -> (Progress, Arc<StepStats>) {
    let (progress, stats) = (Progress::default(), Arc::new(StepStats::default()));
    progress.planned([("users", vec![]), ("groups", vec!["users"])]);
    progress.began("users", &stats);
    (progress, stats)
}

fn doing(progress: &Progress) -> String {
    progress.look().running.first().expect("a step runs").doing()
}

fn ended(id: &'static str, failed: bool) -> EndedStep {
    EndedStep {
        id,
        complete: !failed,
        failed,
        entities: 1200,
        relationships: 30,
        requests: 4,
        retries: 0,
        millis: 61_500,
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_is_that_of_the_last_ten_seconds() {
    let (progress, stats) = begun();
    assert_eq!(doing(&progress), "0 entities, 0 relationships", "it is too early for a rate");
    for _ in 0..20 {
        stats.entities.fetch_add(100, Ordering::Relaxed);
        advance(SECOND).await;
        progress.look();
    }
    assert_eq!(doing(&progress), "2,000 entities, 0 relationships, 100/s");
    for _ in 0..5 {
        advance(SECOND).await;
        progress.look();
    }
    assert_eq!(
        doing(&progress),
        "2,000 entities, 0 relationships, 50/s",
        "it did nothing for half of the time"
    );
    for _ in 0..6 {
        advance(SECOND).await;
        progress.look();
    }
    assert_eq!(doing(&progress), "2,000 entities, 0 relationships, 0/s");
}

#[tokio::test(start_paused = true)]
async fn a_step_says_what_it_waits_for_and_for_how_much_longer() {
    let (progress, stats) = begun();
    let limit = stats.waits.begin(Wait::Limit, Some(Instant::now() + 90 * SECOND));
    advance(SECOND / 2).await;
    assert_eq!(doing(&progress), "0 entities, 0 relationships; waits for the provider's limit, 1:29 more");
    drop(limit);
    assert_eq!(doing(&progress), "0 entities, 0 relationships");

    let retry = Wait::Retry { asked: 2, status: Some(503) };
    let retry = stats.waits.begin(retry, Some(Instant::now() + 4 * SECOND));
    assert!(
        doing(&progress).ends_with("; retries after a 503 (request 3), 4.0 s more"),
        "{}",
        doing(&progress)
    );
    drop(retry);

    let upload = stats.waits.begin(Wait::Upload, None);
    assert!(!doing(&progress).contains("JupiterOne"), "a moment is not worth a word");
    advance(12 * SECOND).await;
    assert!(
        doing(&progress).ends_with("waits for JupiterOne to take what it has, for 12 s"),
        "{}",
        doing(&progress)
    );
    drop(upload);
    let waited = stats.waits.waited();
    assert_eq!((waited.limit, waited.retry, waited.upload), (500, 0, 12_000));
}

#[tokio::test(start_paused = true)]
async fn a_step_with_a_pending_request_is_not_idle() {
    let (progress, stats) = begun();
    let asked = stats.waits.under_way();
    let _limit = stats.waits.begin(Wait::Limit, Some(Instant::now() + 60 * SECOND));
    advance(3 * SECOND).await;
    assert!(!doing(&progress).contains("waits"), "{}", doing(&progress));
    advance(3 * SECOND).await;
    assert!(
        doing(&progress).ends_with("waits for the provider's response, for 6.0 s"),
        "{}",
        doing(&progress)
    );
    drop(asked);
    assert!(doing(&progress).ends_with("waits for the provider's limit, 54 s more"), "{}", doing(&progress));
    // A step that cannot hand over what it has goes nowhere, whatever is under way.
    let (_asked, _upload) = (stats.waits.under_way(), stats.waits.begin(Wait::Upload, None));
    advance(2 * SECOND).await;
    assert!(doing(&progress).contains("waits for JupiterOne"), "{}", doing(&progress));
    assert_eq!(stats.waits.waited().upload, 2000);
    assert_eq!(stats.waits.waited().limit, 0);
}

#[tokio::test(start_paused = true)]
async fn many_short_waits_are_summed_up() {
    let (progress, stats) = begun();
    for _ in 0..50 {
        let limit = stats.waits.begin(Wait::Limit, Some(Instant::now() + SECOND / 10));
        advance(SECOND / 10).await;
        drop(limit);
        stats.entities.fetch_add(1, Ordering::Relaxed);
        advance(SECOND / 100).await;
        progress.look();
    }
    assert_eq!(
        doing(&progress),
        "50 entities, 0 relationships, 9.1/s; mostly waits for the provider's limit"
    );
}

#[tokio::test(start_paused = true)]
async fn steps_that_wait_for_others_say_for_which() {
    let (progress, _stats) = begun();
    let said = |look: &Look| look.sentence();
    assert_eq!(said(&progress.look()), "0 of 2 steps have ended; next: groups (after users)");
    progress.ended(ended("users", false));
    let look = progress.look();
    assert_eq!(look.ended[0].sentence(), "users: 1,200 entities, 30 relationships; complete in 1:01");
    assert_eq!(said(&look), "1 of 2 steps have ended; next: groups", "it waits for a place only");
    progress.began("groups", &Arc::default());
    progress.ended(ended("groups", true));
    let look = progress.look();
    assert!(look.ended[1].sentence().contains("failed after"), "{look:?}");
    progress.phase(Phase::Settling);
    assert!(said(&progress.look()).contains("last uploads"));
}
