//! The integration's description is the one that is shipped.

use serde_json::Value;

use crate::support::{command, shipped};

async fn said(arguments: &[&str]) -> String {
    let ran = command(arguments).finish().await;
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    ran.stdout
}

#[tokio::test]
async fn the_documentation_is_up_to_date() {
    let file = shipped("docs/sentinelone.md").display().to_string();
    said(&["docs", "--check", "--file", &file]).await;
}

#[tokio::test]
async fn the_file_to_fill_in_is_up_to_date() {
    let env = said(&["config", "--format", "env"]).await;
    assert_eq!(env, std::fs::read_to_string(shipped(".env.example")).expect("the example"));
    assert_eq!(env.matches("JUPITERONE_INTEGRATION_INSTANCE_ID").count(), 1);
}

#[tokio::test]
async fn the_steps_are_in_the_order_that_follows() {
    let steps: Value = serde_json::from_str(&said(&["steps", "--format", "json"]).await).expect("JSON");
    let ids: Vec<_> = steps["steps"].as_array().expect("steps").iter().map(|step| &step["id"]).collect();
    assert_eq!(ids, ["fetch-account", "fetch-groups", "fetch-agents"]);
}
