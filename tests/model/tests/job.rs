//! A model of the life of a job: two runs of one instance, a network that loses, repeats and delays, and JupiterOne.
//!
//! The checker tries every order of events. `cargo test -p j1-model-tests -- --nocapture` prints the number of states.
//!
//! Each action models these lines of `j1-runtime`:
//!
//! | Action | Code |
//! |---|---|
//! | `Start`, and no second one after a timeout | `jupiterone/client.rs`: `SyncClient::start`, `Call::may_repeat` |
//! | `Join` | `run/job/join.rs`: `join`, `wrong_owner` |
//! | `Read` | `engine/run.rs`: `collect`; a partial list is a partial type in `run/mod.rs`: `partial_types` |
//! | `Deliver` of an upload, and its retry | `jupiterone/uploader.rs`: `deliver`; `client.rs`: `until_answered`, `ignoreDuplicates` |
//! | `Swallow` | `client.rs`: `until_answered` takes only JSON with the job; this is a proxy that says even that |
//! | the step from `Check` to `Query` | `run/job/received.rs`: `check` |
//! | the step from `Query` to `Finalize` | `run/job/guard.rs`: `guard`; `prediction/mod.rs`: `Prediction::add`, `keep_newer` |
//! | `TimeOut` of a finalize | `run/job/finish.rs`: `finalize`: the job itself is asked |
//! | `Give up` | `run/job/mod.rs`: `give_up` |

mod model;

use std::sync::atomic::{AtomicUsize, Ordering};

use model::{Check, Faults, Life, NOTHING_DELETED};
use stateright::{Checker, HasDiscoveries, Model as _};

/// The states of all models so far.
static STATES: AtomicUsize = AtomicUsize::new(0);

/// Checks every state, and prints how many there are.
fn check(what: &str, life: Life) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let checked = life.checker().threads(threads).finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let states = checked.state_count();
    println!("{what}: {states} states, {} unique", checked.unique_state_count());
    checked.assert_properties();
    let all = STATES.fetch_add(states, Ordering::Relaxed) + states;
    println!("measured: model.states = {all}");
}

#[test]
fn one_run_on_a_bad_network_deletes_nothing_that_exists() {
    let faults = Faults { lost: 2, repeated: 2, swallowed: 1 };
    check("one run", Life { runs: 1, joins: false, churn: true, faults, without: None });
}

#[test]
fn two_overlapping_runs_delete_nothing_that_exists() {
    let faults = Faults { lost: 1, repeated: 1, swallowed: 0 };
    check("two runs", Life { runs: 2, joins: false, churn: true, faults, without: None });
}

#[test]
fn two_runs_of_one_job_finalize_it_once() {
    let faults = Faults { lost: 1, repeated: 1, swallowed: 0 };
    check("two runs of one job", Life { runs: 2, joins: true, churn: true, faults, without: None });
}

#[test]
fn without_faults_everything_that_is_gone_is_deleted() {
    let faults = Faults { lost: 0, repeated: 0, swallowed: 0 };
    let life = Life { runs: 1, joins: false, churn: false, faults, without: None };
    let checked = life.checker().spawn_bfs().join();
    println!("calm: {} states, {} unique", checked.state_count(), checked.unique_state_count());
    checked.assert_properties();
    assert!(checked.discovery("a run is complete").is_some());
}

#[test]
fn without_any_of_its_checks_a_client_deletes_what_exists() {
    for (without, runs) in [(Check::Received, 1), (Check::Newer, 2), (Check::Partial, 1)] {
        let faults = Faults { lost: 0, repeated: 0, swallowed: 1 };
        let life = Life { runs, joins: false, churn: true, faults, without: Some(without) };
        let checked = life.checker().finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
        let wrong = checked.discovery(NOTHING_DELETED);
        assert!(wrong.is_some(), "the model does not need {without:?}");
    }
}
