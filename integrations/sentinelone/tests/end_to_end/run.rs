//! A run, a second one, and one after something has gone.

use serde_json::{Value, json};

use crate::support::{
    AGENTS, Answer, Console, GROUPS, Reading, changes, command, jupiterone, recorded, run_into,
};

const ALL: [u64; 9] = [360, 0, 0, 358, 0, 0, 456, 0, 0];
const NOTHING: [u64; 9] = [0; 9];

/// Runs as recorded, then with this answer instead of one; what the second run came to.
async fn then(target: &str, answer: Answer, code: i32) -> Value {
    let (j1, console) = (jupiterone().await, Console::start().await);
    run_into(&j1).reading(&console).finish().await.summary(0);
    console.answer(target, answer);
    run_into(&j1).reading(&console).finish().await.summary(code)
}

/// Returns the reason why the agents are partial.
fn reason(summary: &Value) -> &str {
    summary["steps"][2]["partial"][0]["reason"].as_str().expect("a reason")
}

#[tokio::test]
async fn the_recordings_fill_a_jupiterone_and_a_second_run_changes_nothing() {
    let (j1, console) = (jupiterone().await, Console::start().await);
    let first = run_into(&j1).reading(&console).finish().await.summary(0);
    assert_eq!(changes(&first), ALL);
    let types = json!({
        "sentinelone_account": 1, "sentinelone_account_has_group": 12, "sentinelone_group": 12,
        "sentinelone_agent": 347, "sentinelone_group_has_agent": 346, "sentinelone_agent_protects_device": 342,
        "person_uses_sentinelone_agent": 114,
    });
    assert_eq!(first["types"], types);
    assert_eq!(first["dropped"], json!([]));
    let second = run_into(&j1).reading(&console).finish().await.summary(0);
    assert_eq!(changes(&second), NOTHING);
}

#[tokio::test]
async fn two_instances_of_one_console_are_two_accounts() {
    let replay = crate::support::shipped("recordings").display().to_string();
    for instance in ["11111111-2222-4333-8444-555555555555", "22222222-2222-4333-8444-555555555555"] {
        let collect = command(&["collect", "--step", "fetch-account", "--out", "out", "--replay", &replay]);
        let (ran, folder) =
            collect.env("JUPITERONE_INTEGRATION_INSTANCE_ID", instance).keeping_folder().await;
        assert_eq!(ran.code, Some(5), "not all of it: {}", ran.stderr);
        let entities = folder.path().join("out/graph/fetch-account/entities");
        let file = std::fs::read_dir(entities).expect("a folder").next().expect("a file").expect("a file");
        let text = std::fs::read_to_string(file.path()).expect("a file");
        assert!(text.contains(&format!("sentinelone_account-{instance}")), "{text}");
    }
}

#[tokio::test]
async fn an_agent_that_is_gone_is_deleted_with_its_relationships() {
    let (j1, console) = (jupiterone().await, Console::start().await);
    let agents = |agents: &[Value]| {
        let pagination = json!({ "totalItems": agents.len(), "nextCursor": null });
        Answer::json(200, &json!({ "data": agents, "pagination": pagination }))
    };
    let page = recorded(AGENTS);
    let all = page["data"].as_array().expect("agents");
    console.answer(AGENTS, agents(all));
    run_into(&j1).reading(&console).finish().await.summary(0);
    console.answer(AGENTS, agents(&all[1..]));
    j1.gone(all[0]["id"].as_str().expect("an id"));
    let summary = run_into(&j1).reading(&console).finish().await.summary(0);
    assert_eq!(changes(&summary), [0, 0, 1, 0, 0, 1, 0, 0, 2], "its group, its device and its person stay");
}

#[tokio::test]
async fn an_agent_that_is_missing_though_it_is_counted_is_kept() {
    let mut page = recorded(AGENTS);
    page["data"].as_array_mut().expect("agents").remove(0);
    let summary = then(AGENTS, Answer::json(200, &page), 5).await;
    assert_eq!(changes(&summary), NOTHING);
    let reason = reason(&summary);
    assert!(reason.contains("347") && reason.contains("346"), "{reason}");
    assert_eq!(
        summary["partialDatasets"]["types"],
        json!([
            "person_uses_sentinelone_agent",
            "sentinelone_agent",
            "sentinelone_agent_protects_device",
            "sentinelone_group_has_agent"
        ])
    );
    let step = summary["steps"].as_array().expect("steps").iter().find(|step| step["id"] == "fetch-agents");
    let partial = step.expect("the step")["partial"].as_array().expect("its partial types");
    let named = |ty: &str| partial.iter().filter(|partial| partial["type"] == ty).count();
    assert_eq!(named("sentinelone_agent_protects_device"), 1, "the step has two relationships of this type");
}

#[tokio::test]
async fn changed_objects_are_updated() {
    let mut page = recorded(AGENTS);
    page["data"][3]["infected"] = true.into();
    let summary = then(AGENTS, Answer::json(200, &page), 0).await;
    assert_eq!(changes(&summary), [0, 1, 0, 0, 0, 0, 0, 0, 0]);
}

#[tokio::test]
async fn groups_that_cannot_be_read_leave_everything_as_it_is() {
    let summary = then(GROUPS, Answer::error(500, "oops"), 5).await;
    assert_eq!(changes(&summary), NOTHING);
    assert_eq!(summary["steps"][1]["status"], "failure");
    assert_eq!(summary["types"]["sentinelone_agent"], 347, "the agents were read all the same");
}

#[tokio::test]
async fn an_agent_that_cannot_be_read_is_named_and_all_others_are_there() {
    let mut page = recorded(AGENTS);
    page["data"][41]["activeThreats"] = "many".into();
    let summary = then(AGENTS, Answer::json(200, &page), 5).await;
    assert_eq!(changes(&summary), NOTHING);
    assert_eq!(summary["types"]["sentinelone_agent"], 346);
    let reason = reason(&summary);
    assert!(reason.contains("J1-R1006") && reason.contains("record 42"), "{reason}");
}
