//! An attribute has an effect or is an error: every pair of attributes on a field, on fields of several types.

use crate::tests::expansion;
use crate::{entity, properties, target};

/// The attributes of a field, each as one writes it.
const ON_ENTITY: [&str; 11] = [
    "key",
    "rename = \"renamed\"",
    "skip",
    "flatten",
    "list",
    "truncate",
    "date = seconds",
    "tags",
    "relationship(Owns<Team, Thing>)",
    "mapped(Is<Thing, Person>, by = email)",
    "allow(J1-E0305, reason = \"it is the provider's own\")",
];

const ON_TARGET: [&str; 7] = [
    "key",
    "rename = \"renamed\"",
    "skip",
    "list",
    "truncate",
    "date = seconds",
    "allow(J1-E0305, reason = \"it is the provider's own\")",
];

const ON_PROPERTIES: [&str; 6] = [
    "rename = \"renamed\"",
    "skip",
    "list",
    "truncate",
    "date = seconds",
    "allow(J1-E0305, reason = \"it is the provider's own\")",
];

/// Lists of `name` and `display_name` that do or do not name the field.
const LISTS: [&str; 5] = ["", "name = value", "name = [id, value]", "display_name = value", "name = name"];

/// An entity with one field of these attributes; another one is the key where the field is not.
fn entity(list: &str, field: &str, attributes: &[&str]) -> String {
    let key = if attributes.contains(&"key") { "" } else { "#[j1(key)]" };
    let list = if list.is_empty() { String::new() } else { format!("#[j1({list})]") };
    let attributes = attributes.join(", ");
    let names = ["name", "display_name"].into_iter().filter(|name| *name != field);
    let others: String = names.map(|name| format!("{name}: String, ")).collect();
    let text = format!(
        "#[j1(type = \"acme_thing\", class = Record)] {list} struct Thing {{ {key} id: String, {others} \
         #[j1({attributes})] {field}: String }}"
    );
    expansion(&text, entity::derive)
}

fn target(attributes: &[&str]) -> String {
    let attributes = attributes.join(", ");
    let text = format!(
        "#[j1(class = Person, filter(_class, email), skip_target_creation = true)] struct Thing {{ email: String, \
         #[j1({attributes})] value: String }}"
    );
    expansion(&text, target::derive)
}

fn properties(attributes: &[&str]) -> String {
    let attributes = attributes.join(", ");
    expansion(&format!("struct Thing {{ #[j1({attributes})] value: String }}"), properties::derive)
}

/// Fails where two attributes together are what one of them is alone, and nothing says so.
fn assert_each_has_an_effect(all: &[&str], on: &str, make: impl Fn(&[&str]) -> String) {
    for (index, first) in all.iter().enumerate() {
        for second in &all[index + 1..] {
            let both = make(&[first, second]);
            assert_eq!(
                both.contains("compile_error"),
                make(&[second, first]).contains("compile_error"),
                "{on}: the order of `{first}` and `{second}` matters"
            );
            if both.contains("compile_error") {
                continue;
            }
            for (idle, alone) in [(first, second), (second, first)] {
                assert!(
                    both != make(&[alone]),
                    "{on}: `{idle}` has no effect beside `{alone}`, and no error says so"
                );
            }
        }
    }
}

#[test]
fn no_attribute_of_an_entitys_field_is_without_effect() {
    for list in LISTS {
        for field in ["value", "name", "display_name"] {
            let on = format!("`{field}` with `{list}`");
            assert_each_has_an_effect(&ON_ENTITY, &on, |attributes| entity(list, field, attributes));
            for attribute in ON_ENTITY {
                let alone = entity(list, field, &[attribute]);
                if attribute != "key" && !alone.contains("compile_error") {
                    assert!(alone != entity(list, field, &[]), "{on}: `{attribute}` alone has no effect");
                }
            }
        }
    }
}

#[test]
fn no_attribute_of_a_targets_field_is_without_effect() {
    assert_each_has_an_effect(&ON_TARGET, "a target", target);
}

#[test]
fn no_attribute_of_a_field_of_properties_is_without_effect() {
    assert_each_has_an_effect(&ON_PROPERTIES, "properties", properties);
}

/// The pairs that must work, so that the test above is not kept by refusing everything.
#[test]
fn attributes_that_do_two_things_go_together() {
    for pair in [
        ["key", "rename = \"renamed\""],
        ["key", "skip"],
        ["key", "list"],
        ["rename = \"renamed\"", "list"],
        ["rename = \"renamedOn\"", "date = seconds"],
        ["list", "date = seconds"],
        ["rename = \"renamed\"", "truncate"],
        ["list", "truncate"],
        ["key", "relationship(Owns<Team, Thing>)"],
        ["list", "mapped(Is<Thing, Person>, by = email)"],
        ["skip", "mapped(Is<Thing, Person>, by = email)"],
    ] {
        let both = entity("", "value", &pair);
        assert!(!both.contains("compile_error"), "{pair:?}: {both}");
    }
}

/// `unknown(..)` accepts what is sent as `null` and nothing else.
#[test]
fn an_unknown_property_is_one_that_is_sent_as_null() {
    let device = |unknown: &str| {
        let text = format!(
            "#[j1(type = \"acme_device\", class = Device, key = \"acme-device:{{id}}\", unknown({unknown}))] struct Device {{ \
             id: String, name: String, display_name: String, serial: String }}"
        );
        expansion(&text, entity::derive)
    };
    assert!(!device("make, model, os_name").contains("compile_error"), "{}", device("make, model, os_name"));
    for idle in ["serial", "description", "name", "colour"] {
        assert!(device(idle).contains("[J1-E0315]"), "{idle}");
    }
}
