//! Rules on the types and the words of values.

use std::collections::BTreeSet;

use j1_model::rules;
use j1_model::{CLASSES, ClassDef, ItemDef, Kind, Literal, PropertyDef, Scalar, Types, fits_classes};

use crate::{Rows, kinds, named};

/// Every sort of definition that the model has, and for each the kinds of values.
#[test]
fn kinds_of_values() {
    let (mut rows, mut seen) = (Rows::default(), BTreeSet::new());
    for class in CLASSES {
        for def in class.properties {
            let items = def.items.map(|items| items.types.names());
            if !seen.insert((def.types.names(), items, def.format.map(j1_model::Format::name))) {
                continue;
            }
            for (label, kind) in kinds() {
                let call = format!("{label} as {}.{}", class.name, def.name);
                rows.message(&call, rules::value(kind, "Thing", &[class], def.name));
                let target = rules::target_value(kind, "Thing", &[class], def.name);
                rows.result(
                    &call,
                    (target.is_some(), def.fits(kind), fits_classes(kind, &[class], def.name)),
                );
            }
        }
    }
    rows.check("values.txt");
}

/// A class with items that the data model of today does not have.
static MADE_UP: ClassDef = {
    static STRINGS: PropertyDef = PropertyDef {
        items: Some(&ItemDef::new(Types::STRING)),
        ..PropertyDef::new("strings", Types::ARRAY)
    };
    static NUMBERS: PropertyDef = PropertyDef {
        items: Some(&ItemDef::new(Types::NUMBER)),
        ..PropertyDef::new("numbers", Types::ARRAY)
    };
    static INTEGERS: PropertyDef = PropertyDef {
        items: Some(&ItemDef::new(Types::INTEGER)),
        ..PropertyDef::new("integers", Types::ARRAY)
    };
    static BOOLEANS: PropertyDef = PropertyDef {
        items: Some(&ItemDef::new(Types::BOOLEAN)),
        ..PropertyDef::new("booleans", Types::ARRAY)
    };
    static ANY: PropertyDef = PropertyDef::new("any", Types::ARRAY);
    static EITHER: PropertyDef = PropertyDef {
        items: Some(&ItemDef { allowed: &[Literal::Str("item")], ..ItemDef::new(Types::STRING) }),
        allowed: &[Literal::Str("alone")],
        ..PropertyDef::new("either", Types::any(&[Types::ARRAY, Types::STRING]))
    };
    static ALONE: PropertyDef = PropertyDef {
        allowed: &[Literal::Str("alone")],
        ..PropertyDef::new("alone", Types::any(&[Types::ARRAY, Types::STRING]))
    };
    ClassDef {
        name: "MadeUp",
        ancestors: &[],
        properties: &[&STRINGS, &NUMBERS, &INTEGERS, &BOOLEANS, &ANY, &EITHER, &ALONE],
        required: &[],
    }
};

#[test]
fn kinds_of_items() {
    let mut rows = Rows::default();
    let words = ["item", "alone", "Item", "ALONE"].map(|word| {
        let words: &'static [&'static str] = Box::leak(Box::new([word]));
        (word, Kind::words(words))
    });
    for def in MADE_UP.properties {
        let lists = words.map(|(word, kind)| (word, kind.list()));
        for (label, kind) in kinds().into_iter().chain(words).chain(lists) {
            rows.message(
                &format!("{label} as {}", def.name),
                rules::value(kind, "Thing", &[&MADE_UP], def.name),
            );
        }
    }
    rows.check("items.txt");
}

#[test]
fn values_of_several_classes() {
    let mut rows = Rows::default();
    let strings = Kind::new(Types::STRING);
    for (names, name) in [
        (&["User", "Record"] as &[&str], "email"),
        (&["Record", "User"], "email"),
        (&["User"], "nope"),
        (&[], "email"),
        (&["Device", "Host"], "category"),
    ] {
        let classes = named(names);
        for kind in [strings, strings.list(), Kind::new(Types::NUMBER), Kind::new(Types::BOOLEAN)] {
            let call = format!("{} as {name} of {names:?}", kind.described());
            rows.message(&call, rules::value(kind, "Thing", &classes, name));
            rows.message(&call, rules::target_value(kind, "Thing", &classes, name));
            rows.result(&call, fits_classes(kind, &classes, name));
        }
    }
    for (label, kind) in kinds() {
        rows.message(&format!("_key of {label}"), rules::target_value(kind, "Thing", &[], "_key"));
        rows.message(&format!("list of {label}"), rules::lists_a_list(kind, "things"));
        rows.message(&format!("truncate of {label}"), rules::truncates_nothing(kind, "things"));
        rows.result(&format!("described {label}"), kind.described());
        for (ty, name) in Types::NAMES {
            rows.result(
                &format!("{label} holds {name}"),
                (kind.holds(ty), kind.types.contains(ty), kind.is_list()),
            );
        }
    }
    rows.check("kinds.txt");
}

#[test]
fn words_of_enums() {
    let mut rows = Rows::default();
    for (class, name, words) in [
        ("HostAgent", "function", &["anti-malware"] as &[&'static str]),
        ("HostAgent", "function", &["ANTI_MALWARE", "TELEMETRY"]),
        ("HostAgent", "function", &["TELEMETRY", "ANTI_MALWARE", "HIDS"]),
        ("HostAgent", "function", &["TELEMETRY"]),
        ("Port", "protocol", &["TCP", "Udp"]),
        ("Device", "platform", &["macos", "linux"]),
        ("User", "username", &["anything"]),
        ("User", "nope", &["anything"]),
        ("Finding", "severity", &["High"]),
        ("Vulnerability", "status", &["whatever"]),
    ] {
        let classes = named(&[class]);
        for kind in [Kind::words(words), Kind::words(words).list(), Kind::words(words).optional()] {
            rows.message(
                &format!("{words:?} ({}) as {class}.{name}", kind.described()),
                rules::value(kind, "Thing", &classes, name),
            );
        }
    }
    rows.check("enums.txt");
}

#[test]
fn scalars() {
    let mut rows = Rows::default();
    let all = [
        Scalar::Null,
        Scalar::Bool(true),
        Scalar::Bool(false),
        Scalar::Int(1),
        Scalar::Int(0),
        Scalar::Float(1.0),
        Scalar::Float(1.5),
        Scalar::Float(-0.0),
        Scalar::Float(0.0),
        Scalar::Str("a"),
        Scalar::Str("true"),
        Scalar::Str(""),
    ];
    let literals = [
        Literal::Bool(true),
        Literal::Bool(false),
        Literal::Int(1),
        Literal::Int(0),
        Literal::Str("a"),
        Literal::Str("true"),
    ];
    for scalar in all {
        let is: Vec<bool> = literals.iter().map(|literal| scalar.is(*literal)).collect();
        let same: Vec<bool> = all.iter().map(|other| other.fingerprint() == scalar.fingerprint()).collect();
        rows.result(&format!("{scalar:?}"), (scalar.types().names(), scalar.number(), is, same));
    }
    rows.check("scalars.txt");
}

#[test]
fn sets_of_types() {
    let mut rows = Rows::default();
    for (one, name) in Types::NAMES {
        let with_null = Types::any(&[one, Types::NULL]);
        rows.result(
            name,
            (
                with_null.names(),
                with_null.json_names().collect::<Vec<_>>(),
                one.is_none(),
                one.widened().names(),
            ),
        );
        for (other, of) in Types::NAMES {
            let both = one.union(other);
            rows.result(
                &format!("{name} and {of}"),
                (
                    both.names(),
                    one.contains(other),
                    both.contains(other),
                    both.intersects(one),
                    one.intersects(other),
                ),
            );
        }
    }
    rows.result("none", (Types::NONE.is_none(), Types::NONE.names(), Types::any(&[]).is_none()));
    rows.check("types.txt");
}
