//! Records as known APIs send them, with their counts and links: none of them says that a list in it is cut, until it does.

use j1_core::{Outcome, Result};
use j1_runtime::provider::Paging;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::server::{Asked, Provider, Reply, http};

/// Reads lists of all these APIs, and objects in which they may be.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Record {
    // Lists.
    assignees: Vec<Value>,
    attendees: Vec<Value>,
    bindings: Vec<Value>,
    containers: Vec<Value>,
    escalation_rules: Vec<Value>,
    groups: Vec<Value>,
    iocs: Vec<Value>,
    labels: Vec<Value>,
    licenses: Vec<Value>,
    members: Vec<Value>,
    permissions: Vec<Value>,
    policies: Vec<Value>,
    reports: Vec<Value>,
    rules: Vec<Value>,
    scores: Vec<Value>,
    #[serde(rename = "servicePlans")]
    service_plans: Vec<Value>,
    steps: Vec<Value>,
    tags: Vec<Value>,
    topics: Vec<Value>,
    users: Vec<Value>,
    // Objects.
    #[serde(rename = "_embedded")]
    embedded: Value,
    attributes: Value,
    #[serde(rename = "Contacts")]
    contacts: Value,
    fields: Value,
    last_scan: Value,
    #[serde(rename = "DistributionConfig")]
    distribution: Value,
    options: Value,
    properties: Value,
    relationships: Value,
    restrictions: Value,
    spec: Value,
    status: Value,
}

async fn reasons<T: serde::de::DeserializeOwned>(records: &[Value]) -> Vec<String> {
    let records = records.to_vec();
    let provider = Provider::responding(move |_: &Asked| Reply::json(&json!(records))).await;
    let client = http().client(&provider.base).expect("a URL");
    let read: Result<(Vec<T>, Outcome)> = client.get("records").pages(Paging::whole()).all().await;
    read.expect("a list").1.reasons().to_vec()
}

/// The records of a file, with the names of their APIs.
fn known(lines: &str) -> Vec<(String, Value)> {
    #[derive(Deserialize)]
    struct Line {
        api: String,
        record: Value,
    }
    let line = |line: &str| serde_json::from_str::<Line>(line).expect("a line");
    lines.lines().map(line).map(|Line { api, record }| (api, record)).collect()
}

/// The reasons for a list of these records, whether the lists in them are known to be read or not.
async fn both(records: &[Value]) -> [Vec<String>; 2] {
    [reasons::<Record>(records).await, reasons::<Value>(records).await]
}

#[tokio::test]
async fn records_of_known_apis_do_not_cry_wolf() {
    let records = known(include_str!("known_apis.whole.ndjson"));
    for (api, record) in &records {
        for all in both(std::slice::from_ref(record)).await {
            assert!(all.is_empty(), "{api}: {all:?}");
        }
    }
    let all: Vec<Value> = records.into_iter().map(|(_, record)| record).collect();
    assert!(both(&all).await.iter().all(Vec::is_empty));
}

#[tokio::test]
async fn records_of_known_apis_say_that_a_list_is_cut() {
    for (api, record) in known(include_str!("known_apis.cut.ndjson")) {
        for all in both(std::slice::from_ref(&record)).await {
            let said = all.first().is_some_and(|said| said.contains("is not whole"));
            assert!(said, "{api}: {record}: {all:?}");
        }
    }
}

#[tokio::test]
async fn a_set_that_several_records_have_is_not_a_list_that_is_cut() {
    let role = |id: usize, permissions: std::ops::Range<usize>| json!({ "id": id, "permissions": permissions.collect::<Vec<_>>() });
    let administrators = [role(1, 0..20), role(2, 0..20), role(3, 0..4)];
    assert!(reasons::<Record>(&administrators).await.is_empty());
    let cut = [role(1, 0..20), role(2, 0..20), role(3, 0..4), role(4, 7..27)];
    assert!(reasons::<Record>(&cut).await[0].contains("more than 20 `permissions`, and 3 with as many"));
    let between = [role(1, 0..20), role(4, 7..27), role(2, 0..20), role(3, 0..4)];
    assert!(reasons::<Record>(&between).await[0].contains("more than 20 `permissions`"));
}
