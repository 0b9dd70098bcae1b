//! All of it, against the recordings.

use j1::testing::Graph;
use sentinelone::SentinelOne;
use sentinelone::entities::{Agent, Group};
use serde_json::{Value, json};

use crate::recorded;

async fn graph() -> Graph {
    let ran = recorded().collect().await;
    ran.assert_complete();
    ran.graph
}

#[tokio::test]
async fn the_recordings_hold_all_that_is_declared() {
    graph().await.covers::<SentinelOne>().assert();
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
async fn no_secret_of_the_provider_is_in_the_graph() {
    let graph = graph().await;
    for agent in graph.of::<Agent>() {
        let text = agent.to_string();
        assert!(!text.contains("icense") && !text.contains("_rawData"), "{text}");
    }
    let groups = graph.of::<Group>();
    assert!(groups.iter().all(|group| !group.to_string().contains("egistrationToken")));
}

/// The agent of this number in the recordings.
fn agent(graph: &Graph, number: i64) -> Value {
    graph
        .get(&format!("sentinelone_agent-id-{}", 1_400_000_000_000_000_000 + (2000 + number) * 982_451_653))
        .clone()
}

#[tokio::test]
async fn awkward_agents_come_out_right() {
    let graph = graph().await;
    let nameless = agent(&graph, 3);
    assert_eq!((&nameless["name"], &nameless["displayName"]), (&nameless["id"], &nameless["id"]));
    assert!(nameless.get("computerName").is_none());
    assert_eq!(agent(&graph, 16)["lastSeenOn"], Value::Null, "the class requires it");
    assert_eq!(agent(&graph, 22)["name"], "Büro-Rechner „7“ 🖨️");
    let tags = |number| {
        let agent = agent(&graph, number);
        let all = agent.as_object().expect("an object").iter().filter(|(name, _)| name.starts_with("tag."));
        Value::Object(all.map(|(name, value)| (name.clone(), value.clone())).collect())
    };
    assert_eq!(tags(10), json!({ "tag.cost center": "1207", "tag.environment": "pci, production" }));
    assert_eq!(
        tags(12),
        json!({ "tag.data-class": "internal", "tag.kiosk": true, "tag.kiosk-mode": true, "tag.owner-team": "Platform" })
    );
    assert_eq!((tags(8), tags(346)), (json!({}), json!({})));
    // A MAC address of another machine, no address, one in another format, and a text that is not a MAC address.
    assert_eq!(agent(&graph, 25)["macAddresses"], json!(["00:00:5e:01:00:19", "00:00:5e:02:00:19"]));
    assert_eq!(agent(&graph, 7)["macAddresses"], json!([]));
    assert_eq!(agent(&graph, 23)["macAddresses"], json!(["00:00:5e:01:00:17"]));
    assert_eq!(agent(&graph, 24)["macAddresses"], json!(["00:00:5e:01:00:18"]));
}
