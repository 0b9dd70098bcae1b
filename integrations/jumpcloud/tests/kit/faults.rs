//! A failing provider: the run ends, and is complete only if every user was read.

use std::time::Duration;

use j1::testing::{Double, Fault, Listing, Ran, Run};
use jumpcloud::JumpCloud;
use jumpcloud::entities::User;
use serde_json::json;

use crate::{ACCOUNT, V1, V2, user};

/// An organization with 250 users, three pages of them.
fn provider() -> Double {
    Double::new()
        .list("organizations", V1, [json!({ "id": ACCOUNT })])
        .list("systemusers", V1, (0..250).map(user))
        .list("v2/usergroups", V2, [])
        .list("applications", V1, [])
        .list("v2/applemdms", V2, [])
}

async fn collected(provider: &Double) -> Ran {
    let ran = Run::<JumpCloud>::provider(provider.http()).collect().await;
    provider.assert_asked();
    ran
}

#[tokio::test(start_paused = true)]
async fn temporary_failures_are_waited_for() {
    let faults = [
        Fault::Status(503),
        Fault::SlowDown { seconds: 40 },
        Fault::Delay(Duration::from_secs(20)),
        // Longer than an answer may take: it is asked again.
        Fault::Delay(Duration::from_mins(10)),
        Fault::Reset,
    ];
    for fault in faults {
        let provider = provider().fault("systemusers", 2, fault.clone());
        let ran = collected(&provider).await;
        ran.assert_complete();
        assert_eq!(ran.graph.of::<User>().len(), 250, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn lasting_failures_leave_the_users_partial() {
    let faults = [
        Fault::Status(403),
        Fault::Status(503),
        Fault::Reset,
        Fault::Truncated,
        Fault::Body(json!({ "error": "maintenance" })),
    ];
    for fault in faults {
        let provider = provider().always("systemusers", fault.clone());
        let ran = collected(&provider).await;
        assert!(!ran.partial("jumpcloud_user").is_empty(), "{fault:?}");
        assert!(ran.graph.of::<User>().is_empty(), "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_that_comes_twice_ends_the_list_and_is_not_its_end() {
    let provider = provider().fault("systemusers", 2, Fault::Again);
    let ran = collected(&provider).await;
    assert!(!ran.partial("jumpcloud_user").is_empty());
    assert_eq!(ran.graph.of::<User>().len(), 100, "the first page");
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_gives_less_than_it_is_asked_for_is_read_to_the_end() {
    let users = Listing::offset("limit", "skip").items("results").total("totalCount").at_most(100);
    let ran = collected(&provider().list("systemusers", users, (0..130).map(user))).await;
    ran.assert_complete();
    assert_eq!(ran.graph.of::<User>().len(), 130);
}
