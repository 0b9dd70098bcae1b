//! Every point of failure: the first request fails, the second, the third, until a run meets no fault any more.

use serde_json::{Value, json};

use crate::support::{Fault, How, World};

/// Users 0 to 11 and the groups of those that there are; a world in which one of them is missing has something to delete.
fn set(world: &World, without: Option<usize>) {
    let ids: Vec<String> = (0..12).filter(|id| Some(*id) != without).map(|id| format!("user-{id}")).collect();
    let users: Vec<Value> = ids.iter().map(|id| json!({ "id": id, "name": id })).collect();
    world.set("users", json!(users));
    let groups = [("engineers", &ids[..6]), ("designers", &ids[6..])];
    let group = |(id, members)| json!({ "id": id, "name": id, "members": members });
    world.set("groups", groups.map(group).into_iter().collect());
}

/// Fails at every request in turn; the number of points that were met.
async fn fail_everywhere(how: How, lasts: bool) -> usize {
    let world = World::new().filled().await;
    for at in 0.. {
        // A user more or less than before: the run creates, deletes, and changes a group.
        set(&world, (at % 2 == 0).then_some(at % 12));
        // The world itself checks that nothing was deleted that the provider has.
        let before = world.keys();
        let (summary, met) = world.run_failing(Fault { at, how, lasts }).await;
        let what = || format!("{how:?} at request {at}, lasting: {lasts}: {summary:#?}");
        if summary.exit_code == 0 {
            assert!(world.is_in_step(), "complete, and it is not: {}", what());
        }
        let aborted = summary.job.as_ref().is_some_and(|job| job.job.status == "ABORTED");
        assert!(!aborted || world.keys() == before, "aborted, and something changed: {}", what());
        // Once the fault is over, all is well.
        let next = world.run(&["--yes"]).await;
        assert_eq!(next.exit_code, 0, "after {}: {next:#?}", what());
        assert!(world.is_in_step(), "after {}", what());
        if !met {
            assert_eq!(summary.exit_code, 0, "{}", what());
            return at;
        }
    }
    unreachable!("there are endless requests")
}

#[tokio::test(start_paused = true)]
async fn any_request_may_fail_once() {
    let mut points = Vec::new();
    for how in How::ALL {
        points.push(fail_everywhere(how, false).await);
    }
    println!("requests that failed once: {points:?}");
    println!("measured: injection.once = {}", points.iter().sum::<usize>());
    assert!(points.iter().all(|points| *points >= 12), "{points:?}");
}

#[tokio::test(start_paused = true)]
async fn any_request_and_all_after_it_may_fail() {
    let mut points = Vec::new();
    for how in How::ALL {
        points.push(fail_everywhere(how, true).await);
    }
    println!("requests from which on all failed: {points:?}");
    println!("measured: injection.lasting = {}", points.iter().sum::<usize>());
    assert!(points.iter().all(|points| *points >= 12), "{points:?}");
}
