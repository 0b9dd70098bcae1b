//! Relationships and mapped relationships as JSON, one example a rule.

use j1_core::validate::{Layer, Violation, mapped_relationship, relationship};
use serde_json::{Map, Value, json};

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("{other} is not an object"),
    }
}

fn has() -> Map<String, Value> {
    members(json!({
        "_key": "acme-team:1|has|acme-user:1", "_type": "acme_team_has_acme_user", "_class": "HAS",
        "_fromEntityKey": "acme-team:1", "_toEntityKey": "acme-user:1",
        "displayName": "HAS", "isOwner": true, "is_snake_case": "fine", "tag.owner": null, "since": 1_700_000_000_000_i64, "until": null,
    }))
}

/// JupiterOne's own example.
fn uses() -> Map<String, Value> {
    members(json!({
        "_key": "billing-acme:app:1|uses|arn:aws:iam::123456789012:role/SlackProvisioner",
        "_type": "application_my-billing-acme_uses_aws_iam_role", "_class": "USES",
        "_mapping": {
            "sourceEntityKey": "billing-acme:app:1", "relationshipDirection": "FORWARD",
            "targetFilterKeys": [["_type", "_key"]],
            "targetEntity": { "_type": "aws_iam_role", "_key": "arn:aws:iam::123456789012:role/SlackProvisioner" },
            "skipTargetCreation": true,
        },
    }))
}

fn changed(mut object: Map<String, Value>, path: &str, value: Option<Value>) -> Map<String, Value> {
    let mut at = &mut object;
    let (parents, name) = path.rsplit_once('/').unwrap_or(("", path));
    for parent in parents.split('/').filter(|parent| !parent.is_empty()) {
        at = at.get_mut(parent).and_then(Value::as_object_mut).expect("a path that is there");
    }
    match value {
        Some(value) => at.insert(name.to_owned(), value),
        None => at.remove(name),
    };
    object
}

#[track_caller]
fn assert_form(violation: &Violation) {
    let whose = if violation.layer == Layer::Model { "0.64.2" } else { "JupiterOne" };
    let message = &violation.message;
    assert!(message.contains("; ") && message.contains(whose) && !message.ends_with('.'), "{message}");
}

#[test]
fn valid_relationships_have_no_violation() {
    assert_eq!(relationship(&has()), []);
    assert_eq!(mapped_relationship(&uses()), []);
    let reverse = changed(uses(), "_mapping/relationshipDirection", Some(json!("REVERSE")));
    let by_class =
        changed(reverse, "_mapping/targetEntity", Some(json!({"_class": "User", "email": ["a@b.io"]})));
    let by_class =
        changed(by_class, "_mapping/targetFilterKeys", Some(json!([["_class", "email"], ["email"]])));
    let by_class = changed(by_class, "_mapping/skipTargetCreation", None);
    assert_eq!(mapped_relationship(&by_class), []);
}

#[test]
fn each_rule_of_relationships_has_its_code() {
    for (name, value, expected) in [
        ("_key", None, "J1-E0401"),
        ("_key", Some(json!(7)), "J1-E0401"),
        ("_key", Some(json!("k".repeat(7001))), "J1-E0405"),
        ("_key", Some(json!("a|has|undefined")), "J1-E0406"),
        ("_type", None, "J1-E0104"),
        ("_class", None, "J1-E0501"),
        ("_class", Some(json!(["HAS"])), "J1-E0501"),
        ("_class", Some(json!("has")), "J1-E0501"),
        ("_class", Some(json!("TICKLES")), "J1-E0501"),
        ("_fromEntityKey", None, "J1-E0502"),
        ("_toEntityKey", Some(json!("")), "J1-E0502"),
        ("_toEntityKey", Some(json!("acme-user:undefined")), "J1-E0406"),
        ("roles", Some(json!(["admin"])), "J1-E0505"),
        ("role", Some(json!({"name": "admin"})), "J1-E0505"),
        ("role", Some(json!("x".repeat(4097))), "J1-E0212"),
        ("_role", Some(json!("admin")), "J1-E0302"),
    ] {
        let found = relationship(&changed(has(), name, value.clone()));
        let codes: Vec<_> = found.iter().map(|violation| violation.code.as_str()).collect();
        assert_eq!(codes, [expected], "{name} = {value:?}");
        assert_form(&found[0]);
    }
}

#[test]
fn a_class_in_lower_case_is_refused_and_an_unknown_one_only_advised_against() {
    let found = |class: &str| relationship(&changed(has(), "_class", Some(json!(class)))).remove(0);
    assert_eq!(found("has").layer, Layer::Upload);
    assert!(found("has").message.contains("did you mean `HAS`?"));
    assert_eq!(found("TICKLES").layer, Layer::Model);
}

#[test]
fn each_rule_of_mappings_has_its_code() {
    for (path, value, expected) in [
        ("_mapping", Some(json!("x")), "J1-E0601"),
        ("_mapping", None, "J1-E0601"),
        ("_fromEntityKey", Some(json!("acme-app:1")), "J1-E0601"),
        ("_mapping/sourceEntityKey", None, "J1-E0601"),
        ("_mapping/sourceEntityKey", Some(json!("acme:undefined")), "J1-E0406"),
        ("_mapping/relationshipDirection", None, "J1-E0604"),
        ("_mapping/relationshipDirection", Some(json!("forward")), "J1-E0604"),
        ("_mapping/targetFilterKeys", None, "J1-E0601"),
        ("_mapping/targetFilterKeys", Some(json!([])), "J1-E0601"),
        ("_mapping/targetFilterKeys", Some(json!([[]])), "J1-E0601"),
        ("_mapping/targetFilterKeys", Some(json!(["_key"])), "J1-E0601"),
        ("_mapping/targetFilterKeys", Some(json!([[7]])), "J1-E0601"),
        ("_mapping/targetFilterKeys", Some(json!([["_type", "arn"]])), "J1-E0602"),
        ("_mapping/targetEntity", None, "J1-E0601"),
        ("_mapping/targetEntity", Some(json!([])), "J1-E0601"),
        ("_mapping/targetEntity/_rawData", Some(json!([])), "J1-E0601"),
        ("_mapping/targetEntity/_type", Some(json!("cve")), "J1-E0605"),
        ("_mapping/targetEntity/owner", Some(json!({"a": 1})), "J1-E0202"),
        ("_mapping/targetEntity/owners", Some(json!(["a", 1])), "J1-E0211"),
        ("_mapping/skipTargetCreation", Some(json!("yes")), "J1-E0601"),
        ("_key", None, "J1-E0401"),
        ("_class", Some(json!("uses")), "J1-E0501"),
        ("scopes", Some(json!([])), "J1-E0505"),
    ] {
        let found = mapped_relationship(&changed(uses(), path, value.clone()));
        let codes: Vec<_> = found.iter().map(|violation| violation.code.as_str()).collect();
        assert_eq!(codes, [expected], "{path} = {value:?}");
        assert_form(&found[0]);
    }
    let anything = changed(uses(), "_mapping/targetEntity", Some(json!({"arn": "x"})));
    let anything = changed(anything, "_mapping/targetFilterKeys", Some(json!([["arn"]])));
    assert_eq!(mapped_relationship(&anything)[0].code.as_str(), "J1-E0603");
}
