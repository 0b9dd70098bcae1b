//! Relationships and mapped relationships. No official schema of them exists; what holds is in the facts, from the
//! JupiterOne's page and the types of the official SDK.

use serde_json::{Map, Value, json};

use crate::case::{Case, with, without};
use crate::facts::Facts;

/// The cases: each class of relationship, direct and mapped.
pub fn of(facts: &Facts, out: &mut Vec<Case>) {
    for class in &facts.relationship_classes {
        let (direct, mapped) = (direct(class), mapped(class));
        out.push(Case::right(format!("{class}: direct"), direct.clone()));
        out.push(Case::right(format!("{class}: mapped"), mapped.clone()));
        for (what, least) in [("relationship", &direct), ("mappedRelationship", &mapped)] {
            required(facts, what, least, out);
            common(class, least, out);
        }
        mapping(facts, &mapped, out);
    }
    unknown(out);
}

fn direct(class: &str) -> Map<String, Value> {
    object(json!({
        "_key": format!("acme-team:1|{}|acme-user:1", class.to_lowercase()),
        "_type": format!("acme_team_{}_acme_user", class.to_lowercase()),
        "_class": class,
        "_fromEntityKey": "acme-team:1",
        "_toEntityKey": "acme-user:1",
        "displayName": class,
    }))
}

fn mapped(class: &str) -> Map<String, Value> {
    object(json!({
        "_key": format!("acme-app:1|{}|arn:aws:iam::1:role/a", class.to_lowercase()),
        "_type": format!("acme_app_{}_aws_iam_role", class.to_lowercase()),
        "_class": class,
        "_mapping": {
            "sourceEntityKey": "acme-app:1",
            "relationshipDirection": "FORWARD",
            "targetFilterKeys": [["_type", "_key"]],
            "targetEntity": { "_type": "aws_iam_role", "_key": "arn:aws:iam::1:role/a" },
        },
    }))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        other => panic!("{other} is not an object"),
    }
}

/// Cases for the required properties.
fn required(facts: &Facts, what: &str, least: &Map<String, Value>, out: &mut Vec<Case>) {
    for member in facts.relationships["required"][what].as_array().expect("a list") {
        let member = member.as_str().expect("a name");
        let code = match member {
            "_key" => "J1-E0401",
            "_type" => "J1-E0104",
            "_class" => "J1-E0501",
            "_mapping" => "J1-E0601",
            _ => "J1-E0502",
        };
        // Without its mapping it is told apart from nothing but an entity; it stays one that is wrong.
        if member != "_mapping" {
            out.push(Case::model(format!("{what} without {member}"), without(least, member), code, member));
        }
        for value in [Value::Null, json!(7), json!([]), json!("")] {
            out.push(Case::model(
                format!("{what}: {member} = {value}"),
                with(least, member, value),
                code,
                member,
            ));
        }
    }
}

/// Cases for both kinds of relationships.
fn common(class: &str, least: &Map<String, Value>, out: &mut Vec<Case>) {
    let mut case = |name: &str, value: Value, code: Option<&'static str>| {
        let fact = format!("{class}: {name} = {}", value.to_string().chars().take(40).collect::<String>());
        let object = with(least, name, value);
        out.push(match code {
            Some(code) => Case::model(fact, object, code, name),
            None => Case::right(fact, object),
        });
    };
    case("_class", json!(class.to_lowercase()), Some("J1-E0501"));
    case("_class", json!([class]), Some("J1-E0501"));
    case("_key", json!("k".repeat(7001)), Some("J1-E0405"));
    case("_key", json!("k".repeat(7000)), None);
    case("_key", json!("acme-team:1|has|undefined"), Some("J1-E0406"));
    case("_own", json!("x"), Some("J1-E0302"));
    for value in [json!("x"), json!(1.5), json!(true), Value::Null, json!("x".repeat(4096))] {
        case("since", value, None);
    }
    for value in [json!([]), json!(["x"]), json!({ "a": 1 })] {
        case("since", value, Some("J1-E0505"));
    }
    case("since", json!("x".repeat(4097)), Some("J1-E0212"));
}

/// Cases for mappings.
fn mapping(facts: &Facts, least: &Map<String, Value>, out: &mut Vec<Case>) {
    let mut case = |path: &str, value: Option<Value>, code: Option<&'static str>| {
        let mut object = least.clone();
        let (parents, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut at = object["_mapping"].as_object_mut().expect("a mapping");
        for parent in parents.split('/').filter(|parent| !parent.is_empty()) {
            at = at[parent].as_object_mut().expect("an object");
        }
        let fact = format!("_mapping/{path} = {value:?}");
        match value {
            Some(value) => at.insert(name.to_owned(), value),
            None => at.remove(name),
        };
        out.push(match code {
            Some(code) => Case::model(fact, object, code, "_mapping"),
            None => Case::right(fact, object),
        });
    };
    for member in facts.relationships["mapping"]["required"].as_array().expect("a list") {
        let member = member.as_str().expect("a name");
        let code = if member == "relationshipDirection" { "J1-E0604" } else { "J1-E0601" };
        case(member, None, Some(code));
        for value in [Value::Null, json!(7), json!(true)] {
            case(member, Some(value), Some(code));
        }
    }
    case("relationshipDirection", Some(json!("REVERSE")), None);
    case("relationshipDirection", Some(json!("reverse")), Some("J1-E0604"));
    case("skipTargetCreation", Some(json!(true)), None);
    case("skipTargetCreation", Some(json!("true")), Some("J1-E0601"));
    case("targetFilterKeys", Some(json!([["_key"]])), None);
    case("targetFilterKeys", Some(json!([["_type", "arn"]])), Some("J1-E0602"));
    for value in [json!([]), json!([[]]), json!(["_key"]), json!([[7]])] {
        case("targetFilterKeys", Some(value), Some("J1-E0601"));
    }
    case("targetEntity/_type", Some(json!("cve")), Some("J1-E0605"));
    case("targetEntity/owner", Some(json!("ada")), None);
    case("targetEntity/owners", Some(json!(["ada"])), None);
    case("targetEntity/owner", Some(json!({ "a": 1 })), Some("J1-E0202"));
    case("targetEntity/owners", Some(json!(["ada", 1])), Some("J1-E0211"));
    case("targetEntity", Some(json!({ "_key": "arn:aws:iam::1:role/a" })), Some("J1-E0603"));
}

/// A class that the facts do not have.
fn unknown(out: &mut Vec<Case>) {
    for object in [direct("TICKLES"), mapped("TICKLES")] {
        out.push(Case::model("TICKLES, which the facts do not have", object, "J1-E0501", "_class"));
    }
}
