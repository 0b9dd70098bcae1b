//! All of it, against the recordings.

use j1::testing::Graph;

use crate::recorded;

async fn graph() -> Graph {
    let ran = recorded().collect().await;
    ran.assert_complete();
    ran.graph
}

#[tokio::test]
async fn the_recordings_hold_all_that_is_declared() {
    graph().await.covers::<jumpcloud::JumpCloud>().assert();
}

#[tokio::test]
async fn the_recordings_have_these_counts_of_each_type() {
    insta::assert_json_snapshot!(graph().await.outline());
}

#[tokio::test]
async fn the_first_of_each_type() {
    insta::assert_json_snapshot!(graph().await.sample(1));
}

#[tokio::test]
async fn one_step_and_what_it_needs() {
    let ran = recorded().step("fetch-groups").collect().await;
    assert_eq!(ran.graph.of::<jumpcloud::entities::User>().len(), 0);
    assert!(!ran.graph.of::<jumpcloud::entities::Group>().is_empty());
    assert!(ran.partial("jumpcloud_user").contains("was not asked to run"));
}
