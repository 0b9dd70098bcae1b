//! The tables of the data model: how much there is, and what some of it says.

use std::collections::BTreeSet;

use j1_core::class;
use j1_core::model::{
    self, CLASSES, Class, ClassDef, DATA_MODEL_VERSION, Format, PropertyDef, RELATIONSHIP_CLASSES,
    RELATIONSHIP_RULES, Types, nearest, never_both,
};

/// The facts, read as JSON: what the generator must not have lost.
fn facts() -> serde_json::Value {
    serde_json::from_str(include_str!("../../j1-model/data/data-model.json")).expect("the facts")
}

#[test]
fn the_tables_hold_all_of_the_facts() {
    let facts = facts();
    assert_eq!(DATA_MODEL_VERSION, facts["source"]["version"]);
    assert_eq!((CLASSES.len(), RELATIONSHIP_CLASSES.len(), RELATIONSHIP_RULES.len()), (102, 49, 8));
    assert_eq!(CLASSES.iter().map(|class| class.properties.len()).sum::<usize>(), 3428);
    assert_eq!(CLASSES.iter().map(|class| class.required.len()).sum::<usize>(), 625);
    let names: BTreeSet<_> = CLASSES.iter().flat_map(|class| class.properties).map(|p| p.name).collect();
    assert_eq!(names.len(), 297);
}

#[test]
fn every_definition_says_what_the_facts_say() {
    let facts = facts();
    for class in CLASSES {
        let said = &facts["classes"][class.name];
        assert_eq!(said["ancestors"], serde_json::json!(class.ancestors), "{}", class.name);
        assert_eq!(said["required"], serde_json::json!(class.required), "{}", class.name);
        for property in class.properties {
            let said = &said["properties"][property.name];
            assert_eq!(types(&said["types"]), property.types, "{}.{}", class.name, property.name);
            assert_eq!(said["items"]["types"].is_null(), property.items.is_none(), "{}", property.name);
            if let Some(items) = property.items {
                assert_eq!(types(&said["items"]["types"]), items.types, "{}.{}", class.name, property.name);
                assert_eq!(said["items"]["enum"].as_array().map_or(0, Vec::len), items.allowed.len());
            }
            assert_eq!(
                said["enum"].as_array().map_or(0, Vec::len),
                property.allowed.len(),
                "{}",
                property.name
            );
            assert_eq!(said["minimum"].as_f64(), property.minimum, "{}", property.name);
            assert_eq!(said["maximum"].as_f64(), property.maximum, "{}", property.name);
            assert_eq!(said["minLength"].as_u64().unwrap_or(0), u64::from(property.min_length));
            assert_eq!(said["minItems"].as_u64().unwrap_or(0), u64::from(property.min_items));
            assert_eq!(said["uniqueItems"].as_bool().unwrap_or(false), property.unique_items);
            assert_eq!(said["deprecated"].as_bool().unwrap_or(false), property.deprecated);
            assert_eq!(said["format"].is_string(), property.format.is_some(), "{}", property.name);
            assert_eq!(said["pattern"].is_string(), property.pattern.is_some(), "{}", property.name);
        }
    }
}

fn types(names: &serde_json::Value) -> Types {
    let names = names.as_array().expect("types");
    names.iter().fold(Types::NONE, |set, name| {
        set.union(match name.as_str() {
            Some("array") => Types::ARRAY,
            Some("boolean") => Types::BOOLEAN,
            Some("integer") => Types::INTEGER,
            Some("null") => Types::NULL,
            Some("number") => Types::NUMBER,
            Some("string") => Types::STRING,
            other => panic!("{other:?}"),
        })
    })
}

#[test]
fn classes_and_properties_are_sorted_and_found() {
    assert!(CLASSES.is_sorted_by(|a, b| a.name < b.name));
    for class in CLASSES {
        assert!(class.properties.is_sorted_by(|a, b| a.name < b.name), "{}", class.name);
        assert_eq!(model::class(class.name).map(|found| found.name), Some(class.name));
        for property in class.properties {
            assert_eq!(property.hash, model::hash(property.name));
            assert_eq!(class.property(property.name).map(|found| found.name), Some(property.name));
        }
        for name in class.required {
            assert!(class.requires(name) && class.property(name).is_some(), "{}.{name}", class.name);
        }
        assert!(class.property("noSuchProperty").is_none() && !class.requires("noSuchProperty"));
    }
    assert!(model::class("Spaceship").is_none());
}

/// The names of two properties must not have one hash, or const code would take one for the other.
#[test]
fn no_two_names_share_a_hash() {
    let names: BTreeSet<_> = CLASSES.iter().flat_map(|class| class.properties).map(|p| p.name).collect();
    let hashes: BTreeSet<_> = names.iter().map(|name| model::hash(name)).collect();
    assert_eq!(names.len(), hashes.len());
    // The published test vector of FNV-1a.
    assert_eq!(model::hash("foobar"), 0x8594_4171_f739_67e8);
}

#[test]
fn as_many_pairs_of_classes_can_never_both_hold_as_the_official_validator_says() {
    let mut pairs = 0;
    let mut never = Vec::new();
    for (i, a) in CLASSES.iter().enumerate() {
        for b in &CLASSES[i + 1..] {
            pairs += 1;
            assert_eq!(never_both(a, b).is_some(), never_both(b, a).is_some(), "{} {}", a.name, b.name);
            never.extend(never_both(a, b));
        }
    }
    assert_eq!((pairs, never.len()), (5151, 116));
    let count = |name| never.iter().filter(|property| **property == name).count();
    assert_eq!((count("category"), count("email"), count("fqdn")), (110, 4, 2));
}

// All of this has to work while the compiler evaluates constants, for all classes at once.
const USER: &ClassDef = <class::User as Class>::DEF;
const EMAIL: Option<&PropertyDef> = USER.property("email");
const DEVICE_AND_SERVICE: Option<&str> = never_both(class::Device::DEF, class::Service::DEF);
const NEVER: usize = {
    let (mut i, mut count) = (0, 0);
    while i < CLASSES.len() {
        if never_both(USER, CLASSES[i]).is_some() {
            count += 1;
        }
        i += 1;
    }
    count
};

#[test]
fn the_tables_work_in_constants() {
    assert_eq!(USER.name, "User");
    assert_eq!(USER.ancestors, ["Entity", "GraphObject"]);
    let email = EMAIL.expect("User has an email");
    assert_eq!(email.types, Types::any(&[Types::ARRAY, Types::NULL]));
    assert_eq!(
        email.items.map(|items| (items.types, items.format)),
        Some((Types::STRING, Some(Format::Email)))
    );
    assert!(email.unique_items && USER.requires("email"));
    assert_eq!(DEVICE_AND_SERVICE, Some("category"));
    assert_eq!(NEVER, 2);
}

#[test]
fn the_relationship_rules_name_existing_classes() {
    for rule in RELATIONSHIP_RULES {
        assert!(model::class(rule.from).is_some() && model::class(rule.to).is_some(), "{rule:?}");
        assert!(rule.classes.iter().all(|class| RELATIONSHIP_CLASSES.contains(class)), "{rule:?}");
    }
    let adopted: Vec<_> = RELATIONSHIP_RULES.iter().filter(|rule| rule.adopted).collect();
    assert!(matches!(adopted.as_slice(), [rule] if (rule.from, rule.to) == ("Host", "Vulnerability")));
}

#[test]
fn deprecated_properties_are_marked() {
    let deprecated: Vec<_> = CLASSES
        .iter()
        .flat_map(|class| class.properties.iter().map(move |p| (class.name, p)))
        .filter(|(_, property)| property.deprecated)
        .map(|(class, property)| (class, property.name))
        .collect();
    let expected = [
        ("Finding", "recommendation"),
        ("Problem", "recommendation"),
        ("User", "active"),
        ("User", "mfaEnabled"),
    ];
    assert_eq!(deprecated, expected);
}

#[test]
fn a_misspelt_class_finds_its_name() {
    let names = || CLASSES.iter().map(|class| class.name);
    for (misspelt, name) in
        [("Usr", "User"), ("user", "User"), ("Devise", "Device"), ("HostAgnet", "HostAgent")]
    {
        assert_eq!(nearest(misspelt, names()), Some(name));
    }
    assert_eq!(nearest("Spaceship", names()), None);
}

#[test]
fn types_are_described_in_words() {
    assert_eq!(Types::any(&[Types::NULL, Types::STRING]).names(), "a string or null");
    assert_eq!(Types::NUMBER.widened(), Types::any(&[Types::INTEGER, Types::NUMBER]));
    assert_eq!(Types::STRING.widened(), Types::STRING);
}
