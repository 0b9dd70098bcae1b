//! Entities as JSON: the rules that hold for all classes, one example each, and the form of the messages.

use j1_core::class;
use j1_core::model::{CLASSES, Class};
use j1_core::validate::{Layer, PropertyCheck, Scalar, Violation, entity, object, uploaded_entity};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn user() -> Map<String, Value> {
    let Value::Object(user) = json!({
        "_key": "acme-user:1", "_type": "acme_user", "_class": "User", "name": "ada", "displayName": "Ada Lovelace",
        "email": ["ada@example.com"], "firstName": "Ada", "lastName": null, "shortLoginId": null, "username": ["ada"],
    }) else {
        unreachable!()
    };
    user
}

/// The codes of a user with one member changed.
fn with(name: &str, value: Value) -> Vec<&'static str> {
    let mut user = user();
    user.insert(name.to_owned(), value);
    codes(&entity(&user))
}

#[test]
fn a_valid_entity_has_no_violation() {
    assert_eq!(entity(&user()), []);
    let mut providers_own = user();
    providers_own.insert("_class".to_owned(), json!(["Application"]));
    for (name, value) in [
        ("category", json!("Finance")),
        ("isSso", json!(true)),
        ("userCount", json!(12)),
        ("monthlyCostUsd", json!(99.5)),
        ("nothing", Value::Null),
        ("codes", json!([1, 2.5])),
        ("flags", json!([true, false])),
        ("none", json!([])),
        ("a b.c-d", json!("")),
        ("tag.Owner", json!("ada")),
        ("tag.", json!(1)),
        ("longest", json!("🦀".repeat(2048))),
        (
            "_rawData",
            json!([{"name": "default", "rawData": {"a": {"b": [1, "c"]}}}, {"name": "more", "rawData": null}]),
        ),
    ] {
        providers_own.insert(name.to_owned(), value);
    }
    assert_eq!(entity(&providers_own), []);
}

#[test]
fn each_rule_has_its_code() {
    let long_key = |length: usize| json!("k".repeat(length));
    for (name, value, expected) in [
        ("_class", json!("Usr"), "J1-E0101"),
        ("_class", json!(["User", "Spaceship"]), "J1-E0101"),
        ("_class", json!([]), "J1-E0102"),
        ("_class", json!({"a": 1}), "J1-E0102"),
        ("_class", json!(["User", 7]), "J1-E0102"),
        ("_type", json!(""), "J1-E0104"),
        ("_type", json!(7), "J1-E0104"),
        ("_type", json!("ab"), "J1-E0105"),
        ("_key", json!(""), "J1-E0401"),
        ("_key", json!(1_234_567_890), "J1-E0401"),
        ("_key", json!("ééééééééé"), "J1-E0404"),
        ("_key", long_key(7001), "J1-E0405"),
        ("_key", json!("acme-user:undefined"), "J1-E0406"),
        ("name", Value::Null, "J1-E0203"),
        ("displayName", json!(7), "J1-E0203"),
        ("email", json!("ada@example.com"), "J1-E0203"),
        ("email", json!(["ada@localhost"]), "J1-E0205"),
        ("custom", json!({"a": 1}), "J1-E0202"),
        ("custom", json!([["a"]]), "J1-E0202"),
        ("custom", json!([{"a": 1}, {"b": 2}, "a"]), "J1-E0202"),
        ("custom", json!(["a", 1]), "J1-E0211"),
        ("custom", json!(["a", null]), "J1-E0211"),
        ("custom", json!("x".repeat(4097)), "J1-E0212"),
        ("custom", json!("🦀".repeat(2049)), "J1-E0212"),
        ("custom", json!(["x".repeat(4097)]), "J1-E0212"),
        ("tag.owner", Value::Null, "J1-E0214"),
        ("tag.owner", json!(["ada"]), "J1-E0214"),
        ("_rawData", json!({"a": 1}), "J1-E0215"),
        ("_rawData", json!([{"name": "default"}]), "J1-E0215"),
        ("_rawData", json!([{"rawData": {}}]), "J1-E0215"),
        ("_rawData", json!([{"name": "a", "rawData": 1}, {"name": "a", "rawData": 2}]), "J1-E0215"),
        ("last_seen", json!(1), "J1-E0301"),
        ("aws:region", json!("eu"), "J1-E0301"),
        ("tag.aws:created", json!("now"), "J1-E0301"),
        ("größe", json!(1), "J1-E0301"),
        ("", json!(1), "J1-E0301"),
        ("_custom", json!("x"), "J1-E0302"),
        ("_integrationInstanceId", json!("x"), "J1-E0302"),
    ] {
        assert_eq!(with(name, value.clone()), [expected], "{name} = {value}");
    }
    assert_eq!(with("_key", long_key(7000)), [""; 0]);
    assert_eq!(with("_key", json!("é".repeat(7000))), [""; 0]);
    assert_eq!(with("_key", json!("éééééééééé")), [""; 0]);
    assert_eq!(with("_class", json!(["User", "User"])), [""; 0]);
}

#[test]
fn an_entity_without_a_class_is_still_validated() {
    let mut entity_ = user();
    entity_.insert("_class".to_owned(), json!("Spaceship"));
    entity_.insert("crew".to_owned(), json!({"captain": "ada"}));
    assert_eq!(codes(&entity(&entity_)), ["J1-E0101", "J1-E0202"]);
}

#[test]
fn the_layers_are_told_apart() {
    let layer = |name: &str, value: Value| {
        let mut user = user();
        user.insert(name.to_owned(), value);
        entity(&user).first().map(|violation| violation.layer)
    };
    assert_eq!(layer("email", json!("ada@example.com")), Some(Layer::Model));
    assert_eq!(layer("last_seen", json!(1)), Some(Layer::Model));
    assert_eq!(layer("_class", json!("Usr")), Some(Layer::Model));
    assert_eq!(layer("custom", json!({})), Some(Layer::Upload));
    assert_eq!(layer("_custom", json!(1)), Some(Layer::Upload));
    for name in ["_key", "_type", "_class", "name", "displayName"] {
        let mut user = user();
        user.remove(name);
        let layers: Vec<_> = entity(&user).iter().map(|violation| violation.layer).collect();
        assert_eq!(layers, [Layer::Upload], "{name}");
    }
}

/// Neither the official validator nor the service refuses these.
#[test]
fn rules_of_the_integration_page_alone_are_guidance() {
    let found = |name: &str, value: Value| -> Vec<(&str, Layer)> {
        let mut user = user();
        user.insert(name.to_owned(), value);
        entity(&user).iter().map(|violation| (violation.code.as_str(), violation.layer)).collect()
    };
    for name in ["name", "displayName"] {
        assert_eq!(found(name, json!("")), [("J1-E0222", Layer::Guidance)]);
        assert_eq!(found(name, json!(" \t")), [("J1-E0222", Layer::Guidance)]);
    }
    assert_eq!(found("nickname", json!("")), []);
    for date in ["2026-01-31", "2026-01-31T12:00:00Z", "2026-01-31t12:00", "2026-01-31 12:00:00"] {
        assert_eq!(found("reviewedOn", json!(date)), [("J1-E0223", Layer::Guidance)], "{date}");
    }
    // A number, another text, a name that does not end in the word, and one that the class has.
    for (name, value) in [
        ("reviewedOn", json!(1_767_225_600_000_u64)),
        ("reviewedOn", json!("never")),
        ("reviewedOn", json!("2026-01-31-b")),
        ("reviewedOn", json!("2026-1-31")),
        ("reviewedOn", json!("2026-01-31T")),
        ("reviewed", json!("2026-01-31")),
        ("region", json!("2026-01-31")),
        ("ON", json!("2026-01-31")),
    ] {
        assert_eq!(found(name, value.clone()), [], "{name} {value}");
    }
    assert_eq!(found("createdOn", json!("2026-01-31")), [("J1-E0203", Layer::Model)]);
}

#[test]
fn an_object_is_judged_by_the_members_it_has() {
    let codes = |value: Value| codes(&object(&value));
    assert_eq!(codes(Value::Object(user())), [""; 0]);
    assert_eq!(codes(json!([])), ["J1-E0202"]);
    assert!(codes(json!({"_fromEntityKey": "a"})).contains(&"J1-E0502"));
    assert!(codes(json!({"_mapping": {}})).contains(&"J1-E0601"));
}

#[test]
fn messages_say_what_is_wrong_and_what_to_write() {
    let message = |name: &str, value: Value| {
        let mut user = user();
        user.insert(name.to_owned(), value);
        entity(&user).remove(0).message
    };
    assert_eq!(
        message("email", json!("ada@example.com")),
        "`email` is a string, and class `User` takes an array or null (data model 0.64.2); send an array, of one item \
         if need be"
    );
    assert_eq!(
        message("_class", json!("Usr")),
        "`Usr` is not a class of data model 0.64.2; did you mean `User`?"
    );
    assert_eq!(
        message("email", json!(["ada"])),
        "`email` is `ada`, and class `User` takes an e-mail address such as `ada@example.com` (data model 0.64.2); \
         convert it or leave it out"
    );
}

/// The violations of one value of a property of a `User`, with the definition of the property `like`.
fn checked(name: &str, like: &str, watch: impl FnOnce(&mut PropertyCheck<'_>)) -> Vec<Violation> {
    let (classes, defs) = ([class::User::DEF], [class::User::DEF.property(like)]);
    let mut check = PropertyCheck::new(name, &classes, &defs);
    watch(&mut check);
    let mut found = Vec::new();
    check.finish(&mut found);
    found
}

fn codes(found: &[Violation]) -> Vec<&'static str> {
    found.iter().map(|violation| violation.code.as_str()).collect()
}

#[test]
fn a_text_that_is_too_short_is_refused() {
    let text = |text: &str| codes(&checked("_type", "_type", |check| check.scalar(Scalar::Str(text))));
    assert_eq!(text("éé"), ["J1-E0208"]);
    assert_eq!(text("ééé"), [""; 0]);
    let none = checked("_class", "_class", |check| {
        check.array_begin();
        check.array_end();
    });
    assert_eq!(codes(&none), ["J1-E0208"]);
}

#[test]
fn a_credential_is_never_shown() {
    for (name, shown) in
        [("consoleUrl", true), ("clientSecret", false), ("apiToken", false), ("password", false)]
    {
        let found = checked(name, "webLink", |check| check.scalar(Scalar::Str("hunter2")));
        assert_eq!(codes(&found), ["J1-E0205"]);
        assert_eq!(found[0].message.contains("hunter2"), shown, "{found:?}");
    }
}

#[test]
fn no_message_is_long() {
    let long = "no link ".repeat(100);
    for &class in CLASSES {
        for &def in class.properties {
            for value in [Scalar::Str(&long), Scalar::Float(-1e300)] {
                for in_array in [false, true] {
                    let (classes, defs) = ([class], [Some(def)]);
                    let mut check = PropertyCheck::new(def.name, &classes, &defs);
                    if in_array {
                        check.array_begin();
                    }
                    check.scalar(value);
                    if in_array {
                        check.array_end();
                    }
                    let mut found = Vec::new();
                    check.finish(&mut found);
                    for Violation { message, .. } in found {
                        assert!(message.chars().count() <= LONGEST_MESSAGE, "{message}");
                    }
                }
            }
        }
    }
}

const LONGEST_MESSAGE: usize = 360;

#[test]
fn a_long_value_is_shown_in_part() {
    let found = checked("webLink", "webLink", |check| check.scalar(Scalar::Str(&"no\nlink ".repeat(100))));
    assert!(found[0].message.contains('…') && found[0].message.chars().count() < 250, "{}", found[0].message);
}

#[test]
fn numbers_that_json_cannot_carry_are_refused() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for like in ["criticality", "noSuchProperty"] {
            let found = checked("criticality", like, |check| check.scalar(Scalar::Float(number)));
            assert_eq!(codes(&found), ["J1-E0213"], "{number} {like}");
        }
        let found = checked("numbers", "noSuchProperty", |check| {
            check.array_begin();
            check.scalar(Scalar::Float(1.0));
            check.scalar(Scalar::Float(number));
            check.array_end();
        });
        assert_eq!(codes(&found), ["J1-E0213"], "{number}");
    }
}

#[test]
fn numbers_are_unique_by_their_value() {
    for (again, expected) in
        [(Scalar::Float(1.0), &["J1-E0203", "J1-E0209"][..]), (Scalar::Int(2), &["J1-E0203"])]
    {
        let found = checked("userIds", "userIds", |check| {
            check.array_begin();
            check.scalar(Scalar::Int(1));
            check.scalar(again);
            check.array_end();
        });
        assert_eq!(codes(&found), expected, "{again:?}");
    }
}

#[test]
fn an_array_of_arrays_that_is_written_item_by_item_is_refused_once() {
    let found = checked("matrix", "noSuchProperty", |check| {
        check.array_begin();
        for _ in 0..2 {
            check.array_begin();
            check.scalar(Scalar::Int(1));
            check.scalar(Scalar::Str("a"));
            check.array_end();
        }
        check.array_end();
    });
    assert_eq!(codes(&found), ["J1-E0202"]);
}

fn any_json() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,60}".prop_map(Value::from),
        "[a-z\n\t\"`.;]{0,60}".prop_map(Value::from),
    ];
    scalar.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-z]{1,3}", inner), 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A name that means something, or any.
fn any_name() -> impl Strategy<Value = String> {
    let mut known: Vec<&str> =
        CLASSES.iter().flat_map(|class| class.properties).map(|def| def.name).collect();
    known.extend(["_rawData", "_mapping", "_fromEntityKey", "_toEntityKey", "tag.a"]);
    prop_oneof![3 => prop::sample::select(known).prop_map(str::to_owned), 1 => "\\PC{0,50}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_message_keeps_its_form_for_any_input(
        classes in prop::collection::vec(prop::sample::select(CLASSES.to_vec()), 0..3),
        members in prop::collection::vec((any_name(), any_json()), 0..8),
    ) {
        let mut entity = user();
        entity.insert("_class".to_owned(), json!(classes.iter().map(|class| class.name).collect::<Vec<_>>()));
        entity.extend(members);
        for violation in object(&Value::Object(entity.clone())) {
            let message = &violation.message;
            prop_assert!(!message.contains('\n'), "{message}");
            prop_assert!(message.contains("; "), "{message}");
            prop_assert!(!message.ends_with('.'), "{message}");
            prop_assert!(!message.starts_with(|c: char| c.is_uppercase()), "{message}");
            let whose = match violation.layer {
                Layer::Upload => "JupiterOne",
                Layer::Model => "0.64.2",
                Layer::Guidance => "stricter than the official validator",
                other => panic!("{other:?} has no words here"),
            };
            prop_assert!(message.contains(whose), "{message}");
            prop_assert!(message.chars().count() <= LONGEST_MESSAGE, "{message}");
        }
        let upload = |all: Vec<Violation>| all.into_iter().filter(|one| one.layer == Layer::Upload).collect::<Vec<_>>();
        prop_assert_eq!(upload(uploaded_entity(&entity)), upload(j1_core::validate::entity(&entity)));
    }
}
