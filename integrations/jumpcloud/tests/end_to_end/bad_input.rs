//! Unexpected responses lead to an error that names them and to a partial type, and nothing is lost.

use serde_json::{Value, json};

use crate::support::{
    Answer, Provider, Reading, changes, jupiterone, partial, recorded, recorded_answers, run_into,
};

const USERS: &str = "/systemusers?limit=100&skip=100";

/// Runs once as recorded, then with this response to the second page of users; returns the second summary.
async fn with_second_page(answer: Answer) -> Value {
    let j1 = jupiterone().await;
    run_into(j1.url(), &[]).reading(&Provider::start().await).finish().await.summary(0);
    let provider = Provider::answering(move |asked| (asked == USERS).then(|| answer.clone())).await;
    let summary = run_into(j1.url(), &[]).reading(&provider).finish().await.summary(5);
    assert_eq!(changes(&summary)[2..], [0, 0, 0, 0], "nothing is lost");
    assert_eq!(
        partial(&summary),
        [
            "jumpcloud_account_has_user",
            "jumpcloud_group_has_user",
            "jumpcloud_user",
            "jumpcloud_user_assigned_application",
            "jumpcloud_user_is_person"
        ],
        "users, and what is built on them"
    );
    summary
}

/// Returns the reason why the users are partial.
fn reason(summary: &Value) -> &str {
    let steps = summary["steps"].as_array().expect("steps");
    let users = steps.iter().find(|step| step["id"] == "fetch-users").expect("the step");
    users["partial"][0]["reason"].as_str().expect("a reason")
}

fn names(reason: &str, parts: &[&str]) {
    for part in parts.iter().chain(&["GET http://127.0.0.1", USERS]) {
        assert!(reason.contains(part), "{part} in {reason}");
    }
}

#[tokio::test]
async fn malformed_json() {
    let summary = with_second_page(Answer(200, r#"{"totalCount":237,"results":[{"id":}]}"#.to_owned())).await;
    names(reason(&summary), &["J1-R1004", "is not JSON"]);
    assert_eq!(summary["types"]["jumpcloud_user"], 100, "the first page was read");
}

#[tokio::test]
async fn a_body_that_is_cut_off() {
    let whole = recorded(USERS).to_string();
    let cut = whole.chars().take(whole.chars().count() / 2).collect();
    let summary = with_second_page(Answer(200, cut)).await;
    names(reason(&summary), &["J1-R1004", "is cut off"]);
}

#[tokio::test]
async fn a_record_without_its_id() {
    let mut page = recorded(USERS);
    let record = page["results"][41].as_object_mut().expect("a user");
    record.remove("id");
    record.remove("_id");
    let summary = with_second_page(Answer(200, page.to_string())).await;
    names(reason(&summary), &["J1-R1006", "record 42", "neither `id` nor `_id`"]);
    assert_eq!(summary["types"]["jumpcloud_user"], 236, "all others were read");
}

#[tokio::test]
async fn a_record_with_a_field_of_another_type() {
    let mut page = recorded(USERS);
    page["results"][5]["created"] = json!({ "date": 1 });
    let id = page["results"][5]["id"].as_str().expect("an id").to_owned();
    let summary = with_second_page(Answer(200, page.to_string())).await;
    names(reason(&summary), &["J1-R1006", "record 6", &id]);
}

#[tokio::test]
async fn values_of_a_record_are_not_shown() {
    let mut page = recorded(USERS);
    page["results"][5]["suspended"] = "hunter2".into();
    let summary = with_second_page(Answer(200, page.to_string())).await;
    names(reason(&summary), &["J1-R1006", "record 6", "invalid type: string \"…\", expected a boolean"]);
    assert!(!summary.to_string().contains("hunter2"));
}

#[tokio::test]
async fn an_error_in_a_200() {
    let summary = with_second_page(Answer(200, r#"{"message":"something broke"}"#.to_owned())).await;
    names(reason(&summary), &["J1-R1005", "`results`", "something broke"]);
}

#[tokio::test]
async fn null_for_a_list() {
    let summary = with_second_page(Answer(200, r#"{"totalCount":237,"results":null}"#.to_owned())).await;
    names(reason(&summary), &["J1-R1005", "`results`"]);
}

#[tokio::test]
async fn an_answer_that_is_not_json() {
    let page = "<!doctype html><title>Sign in</title>";
    let summary = with_second_page(Answer(200, page.to_owned())).await;
    names(reason(&summary), &["J1-R1004", "is an HTML page instead of JSON"]);
}

#[tokio::test]
async fn a_page_that_comes_again() {
    let first = recorded_answers()["/systemusers?limit=100&skip=0"].clone();
    let summary = with_second_page(first).await;
    names(reason(&summary), &["J1-R1007", "repeats an earlier page"]);
}

#[tokio::test]
async fn two_different_records_with_one_id() {
    let mut page = recorded(USERS);
    page["results"][1]["id"] = page["results"][0]["id"].clone();
    page["results"][1]["_id"] = page["results"][0]["id"].clone();
    let summary = with_second_page(Answer(200, page.to_string())).await;
    let dropped = &summary["dropped"][0];
    assert_eq!(dropped["code"], "J1-R2002");
    assert_eq!(dropped["key"], page["results"][0]["id"]);
    assert!(dropped["reason"].as_str().expect("a reason").contains("`fetch-users`"));
}

#[tokio::test]
async fn an_object_that_jupiterone_would_refuse_is_named() {
    let mut page = recorded(USERS);
    page["results"][0]["id"] = "short".into();
    page["results"][0]["_id"] = "short".into();
    page["results"][2]["email"] = "not an address".into();
    let summary = with_second_page(Answer(200, page.to_string())).await;
    let codes = |list: &str| -> Vec<Value> {
        summary[list].as_array().expect("a list").iter().map(|entry| entry["code"].clone()).collect()
    };
    assert!(codes("dropped").contains(&json!("J1-E0404")), "{summary:#}");
    // A bad value costs the value, not the user.
    assert!(codes("withheld").contains(&json!("J1-E0205")), "{summary:#}");
}

/// A hundred bad records in each of many pages must not become as many lines of the log.
#[tokio::test]
async fn a_flood_of_bad_records_does_not_flood_the_log() {
    let j1 = jupiterone().await;
    let bad = |asked: &str| {
        let of_users = asked.starts_with("/systemusers?");
        let skip: usize = asked.rsplit("skip=").next().and_then(|skip| skip.parse().ok()).unwrap_or_default();
        let records: Vec<Value> =
            (skip..5000).take(100).map(|id| json!({ "_id": id, "created": {} })).collect();
        of_users.then(|| Answer(200, json!({ "totalCount": 5000, "results": records }).to_string()))
    };
    let provider = Provider::answering(bad).await;
    let finished = run_into(j1.url(), &[]).reading(&provider).finish().await;
    let log = &finished.stderr;
    let lines = log.lines().filter(|line| line.contains("cannot be read")).count();
    assert!((2..=30).contains(&lines) && log.len() < 100_000, "{lines} lines, {} bytes", log.len());
    let summary = finished.summary(5);
    assert!(reason(&summary).contains("more"), "{}", reason(&summary));
    assert!(summary.to_string().len() < 200_000, "{}", summary.to_string().len());
}

/// Values for "never" cost no user and make nothing partial.
#[tokio::test]
async fn a_user_with_a_date_that_means_never_is_kept() {
    let j1 = jupiterone().await;
    run_into(j1.url(), &[]).reading(&Provider::start().await).finish().await.summary(0);
    let mut page = recorded(USERS);
    for (at, never) in
        ["", "0000-00-00T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"].iter().enumerate()
    {
        page["results"][at]["created"] = json!(never);
    }
    let provider =
        Provider::answering(move |asked| (asked == USERS).then(|| Answer(200, page.to_string()))).await;
    let summary = run_into(j1.url(), &[]).reading(&provider).finish().await.summary(0);
    assert_eq!(summary["types"]["jumpcloud_user"], 237);
    assert_eq!((changes(&summary)[2], partial(&summary).len()), (0, 0), "{summary:#}");
}
