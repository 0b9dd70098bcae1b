//! Every class, every property: what is right has no violation, and each thing that can be wrong has its code.

use j1_core::model::{CLASSES, ClassDef, Format, ItemDef, Literal, Pattern, PropertyDef, Types};
use j1_core::validate::entity;
use serde_json::{Map, Value, json};

/// The least that a class takes.
fn minimal(class: &ClassDef) -> Map<String, Value> {
    let mut entity = Map::new();
    for name in class.required {
        let def = class.property(name).expect("what is required is declared");
        entity.insert((*name).to_owned(), valid(def));
    }
    entity.insert("_key".to_owned(), json!("acme-thing:1"));
    entity.insert("_type".to_owned(), json!("acme_thing"));
    entity.insert("_class".to_owned(), json!(class.name));
    // JupiterOne wants these two whatever the class says.
    entity.entry("name").or_insert_with(|| json!("A name"));
    entity.entry("displayName").or_insert_with(|| json!("A name"));
    entity
}

fn valid(def: &PropertyDef) -> Value {
    if let Some(literal) = def.allowed.first() {
        return value_of(*literal);
    }
    if def.types.contains(Types::STRING) {
        return json!(text(def.format, def.pattern));
    }
    if def.types.contains(Types::ARRAY) {
        return match def.items {
            Some(items) => json!([valid_item(items)]),
            None => json!([]),
        };
    }
    if def.types.contains(Types::BOOLEAN) { json!(true) } else { json!(def.minimum.unwrap_or(7.0)) }
}

fn valid_item(items: &ItemDef) -> Value {
    items
        .allowed
        .first()
        .map_or_else(|| json!(text(items.format, items.pattern)), |literal| value_of(*literal))
}

fn value_of(literal: Literal) -> Value {
    match literal {
        Literal::Bool(value) => json!(value),
        Literal::Int(value) => json!(value),
        Literal::Str(value) => json!(value),
    }
}

fn text(format: Option<Format>, pattern: Option<Pattern>) -> &'static str {
    match (format, pattern) {
        (Some(Format::Asn), _) => "AS64500",
        (Some(Format::Email), _) => "ada@example.com",
        (Some(Format::Hostname), _) => "www.example.com",
        (Some(Format::Ip | Format::Ipv4), _) => "192.0.2.1",
        (Some(Format::IpCidr), _) | (_, Some(Pattern::Cidr)) => "10.0.0.0/8",
        (Some(Format::Ipv6), _) => "2001:db8::1",
        (Some(Format::Uri), _) => "https://example.com/",
        (_, Some(Pattern::Cve)) => "CVE-2024-12345",
        (_, Some(Pattern::Cwe)) => "CWE-79",
        (_, Some(Pattern::Fqdn)) => "host.example.com",
        (_, Some(Pattern::Label)) => "host-1",
        (_, Some(Pattern::Mac)) => "00:1a:2b:3c:4d:5e",
        (Some(Format::DateTime) | None, None) => "A text of some length",
    }
}

fn codes(entity_: &Map<String, Value>) -> Vec<&'static str> {
    entity(entity_).iter().map(|violation| violation.code.as_str()).collect()
}

#[track_caller]
fn expect(class: &ClassDef, name: &str, value: &Value, expected: &[&str]) {
    let mut entity = minimal(class);
    entity.insert(name.to_owned(), value.clone());
    assert_eq!(codes(&entity), expected, "{}.{name} = {value}", class.name);
}

/// Every property of every class that is not one of JupiterOne's own members.
fn each_property(mut rule: impl FnMut(&'static ClassDef, &'static PropertyDef)) {
    for class in CLASSES {
        for def in class.properties.iter().filter(|def| !def.name.starts_with('_')) {
            rule(class, def);
        }
    }
}

#[test]
fn the_minimum_of_a_class_is_valid() {
    for class in CLASSES {
        assert_eq!(entity(&minimal(class)), [], "{}", class.name);
    }
}

#[test]
fn every_property_takes_what_its_definition_says() {
    each_property(|class, def| expect(class, def.name, &valid(def), &[]));
}

#[test]
fn a_required_property_must_be_there() {
    for class in CLASSES {
        for name in class.required {
            let mut entity = minimal(class);
            entity.remove(*name);
            let expected = match *name {
                "_key" => "J1-E0401",
                "_type" => "J1-E0104",
                "_class" => "J1-E0102",
                _ => "J1-E0201",
            };
            assert_eq!(codes(&entity), [expected], "{}.{name}", class.name);
        }
    }
}

#[test]
fn null_is_taken_where_the_class_says_so() {
    each_property(|class, def| {
        let expected: &[_] = if def.types.contains(Types::NULL) { &[] } else { &["J1-E0203"] };
        expect(class, def.name, &Value::Null, expected);
    });
}

#[test]
fn a_value_of_another_type_is_refused() {
    each_property(|class, def| {
        for (ty, value) in [
            (Types::STRING, json!("a text")),
            (Types::NUMBER, json!(1.5)),
            (Types::BOOLEAN, json!(false)),
            (Types::ARRAY, json!([])),
        ] {
            if !def.types.contains(ty) {
                expect(class, def.name, &value, &["J1-E0203"]);
            }
        }
    });
}

#[test]
fn a_whole_number_is_an_integer_however_it_is_written() {
    each_property(|class, def| {
        if !def.allowed.is_empty() {
            return;
        }
        let whole = def.minimum.unwrap_or(7.0).max(4.0).min(def.maximum.unwrap_or(7.0));
        #[expect(clippy::cast_possible_truncation, reason = "a small number")]
        let integer = whole as i64;
        if def.types.widened().contains(Types::INTEGER) {
            expect(class, def.name, &json!(integer), &[]);
            expect(class, def.name, &json!(whole), &[]);
        }
        if def.types.contains(Types::INTEGER) {
            expect(class, def.name, &json!(whole - 0.5), &["J1-E0203"]);
        }
    });
}

#[test]
fn an_object_is_refused_everywhere() {
    each_property(|class, def| {
        // The two that JupiterOne wants as texts are refused for that.
        let expected = if matches!(def.name, "name" | "displayName") { "J1-E0203" } else { "J1-E0202" };
        expect(class, def.name, &json!({"a": 1}), &[expected]);
    });
}

#[test]
fn a_value_beside_the_allowed_ones_is_refused() {
    let mut tried = 0;
    each_property(|class, def| {
        if let Some(literal) = def.allowed.first() {
            tried += 1;
            let other = match literal {
                Literal::Bool(value) => json!(!value),
                Literal::Int(_) => json!(5),
                Literal::Str(value) => json!(value.to_uppercase() + "x"),
            };
            expect(class, def.name, &other, &["J1-E0204"]);
        }
        if def.items.is_some_and(|items| !items.allowed.is_empty()) {
            tried += 1;
            expect(class, def.name, &json!(["no such value"]), &["J1-E0204"]);
        }
    });
    assert!(tried > 20, "{tried}");
}

#[test]
fn a_malformed_text_is_refused() {
    let mut tried = 0;
    each_property(|class, def| {
        let mut wrong = |format: Option<Format>, pattern: Option<Pattern>, value: Value| {
            let code = match (format, pattern) {
                (Some(Format::DateTime) | None, None) => return,
                (Some(_), _) => "J1-E0205",
                (None, Some(_)) => "J1-E0206",
            };
            tried += 1;
            expect(class, def.name, &value, &[code]);
        };
        wrong(def.format, def.pattern, json!("not & one"));
        if let Some(items) = def.items {
            wrong(items.format, items.pattern, json!([valid_item(items), "not & one"]));
        }
    });
    assert!(tried > 100, "{tried}");
}

#[test]
fn a_number_out_of_range_is_refused() {
    each_property(|class, def| {
        for wrong in
            [def.minimum.map(|least| least - 1.0), def.maximum.map(|most| most + 1.0)].into_iter().flatten()
        {
            expect(class, def.name, &json!(wrong), &["J1-E0207"]);
        }
    });
}

#[test]
fn an_item_of_another_type_is_refused() {
    each_property(|class, def| {
        if def.types.contains(Types::ARRAY) && def.items.is_some() {
            expect(class, def.name, &json!([1, 2]), &["J1-E0203"]);
            expect(class, def.name, &json!(["a", 1]), &mixed(def));
            expect(class, def.name, &json!([["a"]]), &["J1-E0202"]);
            expect(class, def.name, &json!([{"a": 1}]), &["J1-E0202"]);
        }
    });
}

/// The violations of `["a", 1]`: the mixture, and `"a"` if only some texts are allowed.
fn mixed(def: &PropertyDef) -> Vec<&'static str> {
    let Some(items) = def.items else { return vec!["J1-E0211"] };
    let first = match (items.allowed, items.format, items.pattern) {
        ([_, ..], _, _) => Some("J1-E0204"),
        (_, Some(_), _) => Some("J1-E0205"),
        (_, _, Some(_)) => Some("J1-E0206"),
        _ => None,
    };
    first.into_iter().chain(["J1-E0211"]).collect()
}

#[test]
fn a_value_that_comes_twice_is_refused_where_each_may_come_once() {
    each_property(|class, def| {
        let Some(items) = def.items.filter(|_| def.types.contains(Types::ARRAY)) else { return };
        let item = valid_item(items);
        let expected: &[_] = if def.unique_items { &["J1-E0209"] } else { &[] };
        expect(class, def.name, &json!([item, item]), expected);
        // Far apart, in a list that is longer than the cache.
        if items.format.is_none() && items.pattern.is_none() && items.allowed.is_empty() {
            let mut many: Vec<Value> = (0..50).map(|i| json!(format!("value {i}"))).collect();
            expect(class, def.name, &json!(many), &[]);
            many.push(json!("value 3"));
            expect(class, def.name, &json!(many), expected);
        }
    });
}

#[test]
fn two_classes_both_have_to_hold() {
    for (i, a) in CLASSES.iter().enumerate() {
        for b in &CLASSES[i + 1..] {
            let mut both = minimal(a);
            for (name, value) in minimal(b) {
                both.entry(name).or_insert(value);
            }
            both.insert("_class".to_owned(), json!([a.name, b.name]));
            if let Some(property) = j1_core::model::never_both(a, b) {
                let found = entity(&both);
                assert!(
                    found.iter().any(|v| v.property.as_deref() == Some(property)),
                    "{} {}",
                    a.name,
                    b.name
                );
            }
            both.insert("tag.owner".to_owned(), Value::Null);
            assert!(codes(&both).contains(&"J1-E0214"), "{} {}", a.name, b.name);
        }
    }
}
