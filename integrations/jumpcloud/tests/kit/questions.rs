//! The questions that come with the integration ask for what it sends.

use std::collections::BTreeSet;

use jumpcloud::entities::User;
use serde_json::Value;

use crate::recorded;

const QUESTIONS: &str = include_str!("../../jupiterone/questions/questions.yaml");

/// Type and conditions of each query that has conditions: `isSudo != true` is (`isSudo`, `!=`, `true`).
fn queries() -> Vec<(&'static str, Vec<[&'static str; 3]>)> {
    let lines = QUESTIONS.lines().filter_map(|line| line.trim().strip_prefix("FIND ")?.split_once(" WITH "));
    let conditions = |text: &'static str| {
        let end = [" AS ", " THAT "].iter().filter_map(|word| text.find(word)).min().unwrap_or(text.len());
        let condition =
            |text: &'static str| <[&str; 3]>::try_from(text.split(' ').collect::<Vec<_>>()).expect(text);
        text[..end].split(" AND ").map(condition).collect()
    };
    lines.map(|(ty, text)| (ty, conditions(text))).collect()
}

#[tokio::test]
async fn questions_use_existing_types_and_properties() {
    let queries = queries();
    assert_eq!(queries.len(), QUESTIONS.matches("- query:").count(), "a query that this test does not read");
    let graph = recorded().collect().await.graph;
    for (ty, conditions) in queries {
        assert_eq!(ty, "jumpcloud_user");
        for [name, ..] in conditions {
            assert!(graph.of::<User>().iter().any(|user| user.get(name).is_some()), "no user has `{name}`");
        }
    }
}

/// The published one is `OR` of the three, which nearly every user fulfils.
#[tokio::test]
async fn the_managed_question_finds_users_without_mfa_that_are_not_excluded() {
    let (_, conditions) = queries().remove(0);
    assert!(conditions.iter().all(|condition| condition[1..] == ["!=", "true"]), "{conditions:?}");
    let ran = recorded().collect().await;
    let users = ran.graph.of::<User>();
    let found = users
        .iter()
        .filter(|user| conditions.iter().all(|[name, ..]| user.get(*name) != Some(&Value::Bool(true))));
    let names: BTreeSet<&str> = found.filter_map(|user| user["displayName"].as_str()).collect();
    assert_eq!((names.len(), users.len()), (76, 237));
    assert!(names.contains("thao.phamtruc"), "no `mfa` is none");
    assert!(!names.contains("aino.koivulehto"), "excluded");
}
