//! Reading a plain object gives what reading it by the rules gives.

use std::fmt::Debug;

use proptest::prelude::*;
use serde::de::DeserializeSeed as _;

use super::members::Members;
use super::*;

fn reader() -> Reader {
    Reader {
        entity_name: "entity\0".to_owned(),
        relationship_name: "relationship\0".to_owned(),
        mode: SyncMode::Diff,
    }
}

/// Reads an object in both ways, which must agree. Returns `true` if the plain one took it.
fn is_plain<T: Uploaded + Debug>(text: &str) -> bool {
    let reader = reader();
    let (mut plain, mut full) = (Reading::new(&reader), Reading::new(&reader));
    let mut members = Members::default();
    (&mut members).deserialize(&mut serde_json::Deserializer::from_str(text)).unwrap();
    let read = members.sorted().and_then(|members| T::read_plain(&mut plain, members));
    let Some(read) = read else { return false };
    let expected = T::read(&mut full, serde_json::from_str(text).unwrap());
    assert_eq!(format!("{:?}", Ok::<_, Vec<Refusal>>(read)), format!("{expected:?}"), "{text}");
    assert_eq!(plain.kinds.list, full.kinds.list, "{text}");
    assert_eq!(plain.shapes.properties, full.shapes.properties, "{text}");
    true
}

#[test]
fn usual_objects_are_plain() {
    let entity = r#"{"_key":"acme:user:1","_type":"acme_user","_class":["User"],"name":"é\n","displayName":"A","tags":["a","b"],
        "ports":[1,2.5],"none":[],"on":true,"createdOn":1600000000000,"share":0.5,"empty":null,"email":"a@example.com"}"#;
    assert!(is_plain::<Entity>(entity));
    assert!(is_plain::<Entity>(&entity.replace(r#"["User"]"#, r#""User""#)));
    let relationship = r#"{"_key":"r:1","_type":"acme_knows","_class":"HAS","displayName":"HAS","since":1,
        "_fromEntityKey":"acme:user:1","_toEntityKey":"acme:user:2"}"#;
    assert!(is_plain::<Relationship>(relationship));
}

/// Values that some rule or other looks at.
fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-zé\"\\\\]{0,4}".prop_map(Value::from),
        prop::sample::select(vec!["", "HAS", "has", "KNOWS_OF", "User", "undefined", "x:undefined:1"])
            .prop_map(Value::from),
        prop::sample::select(vec![4_096_usize, 4_097, 7_000, 7_001])
            .prop_map(|length| "x".repeat(length).into()),
    ];
    scalar.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            inner.prop_map(|inner| json!({ "a": inner })),
        ]
    })
}

const ENTITY: [&str; 8] = ["_key", "_type", "_class", "name", "displayName", "_rawData", "_id", "tag.x"];
const RELATIONSHIP: [&str; 8] = [
    "_key",
    "_type",
    "_class",
    "_fromEntityKey",
    "_toEntityKey",
    "_mapping",
    "_fromEntityId",
    "_toEntityScope",
];

/// A usual object, some of whose members are replaced, removed, or sent twice.
fn object(usual: Value, names: [&'static str; 8]) -> impl Strategy<Value = String> {
    let name = prop_oneof![prop::sample::select(names.to_vec()).prop_map(str::to_owned), "[_a-c\"]{0,3}"];
    let removed = prop::option::of(prop::sample::select(names.to_vec()));
    let changes = prop::collection::vec((name, value()), 0..3);
    (removed, changes, any::<bool>()).prop_map(move |(removed, changes, twice)| {
        let mut object = usual.as_object().unwrap().clone();
        removed.and_then(|name| object.remove(name));
        let mut members: Vec<_> = object.into_iter().collect();
        for (name, value) in changes {
            if !twice {
                members.retain(|(other, _)| *other != name);
            }
            members.push((name, value));
        }
        let members: Vec<_> =
            members.iter().map(|(name, value)| format!("{}:{value}", Value::from(name.as_str()))).collect();
        format!("{{{}}}", members.join(","))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn an_entity_is_the_same_in_both_ways(
        text in object(json!({
            "_key": "acme:user:1", "_type": "acme_user", "_class": ["User"], "name": "a", "displayName": "b", "on": true,
        }), ENTITY),
    ) {
        is_plain::<Entity>(&text);
    }

    #[test]
    fn a_relationship_is_the_same_in_both_ways(
        text in object(json!({
            "_key": "r:1", "_type": "acme_knows", "_class": "HAS", "_fromEntityKey": "a", "_toEntityKey": "b", "on": 1,
        }), RELATIONSHIP),
    ) {
        is_plain::<Relationship>(&text);
    }
}
