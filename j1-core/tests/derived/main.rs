//! What the derive sends, the validator takes: any values of derived structs, against JSON written by hand.
//!
//! Both ways: what is sent is the JSON it should be and breaks no rule, and what is refused breaks the same
//! rules as that JSON.

mod any;
mod entities;
mod expected;
mod nested;
mod shapes;
#[path = "../support/sink.rs"]
mod sink;

use std::cell::Cell;
use std::collections::BTreeSet;

use entities::Sample;
use j1_core::graph::{Emitter, Object as _};
use j1_core::validate::{self, Violation};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::Value;
use sink::{Told, told};

/// How many objects were sent and refused, so that a test where nothing is does not pass for one.
#[derive(Default)]
struct Counts {
    sent: Cell<u32>,
    refused: Cell<u32>,
}

/// Writes any values of `T` and compares what becomes of each with what should. `edges_at_least` are sent.
fn the_derive_and_the_validator_agree<T: Sample>(edges_at_least: u32) {
    let config = Config { cases: 512, failure_persistence: None, ..Config::default() };
    let (entities, edges) = (Counts::default(), Counts::default());
    let mut runner = TestRunner::new(config);
    let outcome = runner.run(&T::any(), |entity| one(&entity, &entities, &edges));
    assert!(outcome.is_ok(), "{}", outcome.expect_err("it failed"));
    let Counts { sent, refused } = entities;
    assert!(sent.get() >= 100 && refused.get() >= 20, "{sent:?} sent, {refused:?} refused");
    assert!(edges.sent.get() >= edges_at_least, "{:?} edges sent", edges.sent);
}

fn one<T: Sample>(entity: &T, entities: &Counts, edges: &Counts) -> Result<(), TestCaseError> {
    let mut told = told("my-acme", |emitter: &mut Emitter| entity.emit(emitter).map(drop)).into_iter();
    let first = told.next().ok_or_else(|| TestCaseError::fail("nothing was said of the entity"))?;
    let (expected, rest): (Value, Vec<Told>) = (entity.expected().build(), told.collect());
    if entity.floats().iter().any(|number| !number.is_finite()) {
        // JSON cannot say it, so there is none to compare with.
        let Told::Refused { violations, .. } = first else {
            return Err(TestCaseError::fail("a number that is not finite was sent"));
        };
        prop_assert!(violations.iter().any(|violation| violation.code.to_string() == "J1-E0213"));
        prop_assert!(rest.is_empty());
        return Ok(());
    }
    if let Told::Accepted { object, truncated } = &first {
        prop_assert_eq!(truncated, &entity.cut());
        nothing_is_missing_or_empty::<T>(object)?;
    }
    if !same(&first, &expected, entities)? {
        prop_assert!(rest.is_empty(), "what a refused record says of others was sent: {rest:?}");
        return Ok(());
    }
    let expected = entity.edges();
    prop_assert_eq!(rest.len(), expected.len());
    for (edge, expected) in rest.iter().zip(expected) {
        same(edge, &expected.build(), edges)?;
    }
    Ok(())
}

/// Compares what became of an object with what should; whether it was sent.
fn same(told: &Told, expected: &Value, counts: &Counts) -> Result<bool, TestCaseError> {
    let wrong = validate::object(expected);
    match told {
        Told::Accepted { object, .. } => {
            counts.sent.set(counts.sent.get() + 1);
            prop_assert_eq!(object, expected);
            prop_assert_eq!(validate::object(object), []);
            Ok(true)
        }
        Told::Refused { key, violations } => {
            counts.refused.set(counts.refused.get() + 1);
            prop_assert!(!violations.is_empty(), "{key} is refused for nothing");
            prop_assert_eq!(rules(violations), rules(&wrong), "{}", key);
            Ok(false)
        }
    }
}

/// The rules that are broken, and where. The keys of an edge's ends are parts of its own, which is said once.
fn rules(violations: &[Violation]) -> BTreeSet<(String, String)> {
    let rule = |v: &Violation| {
        let property = v.property.as_deref().unwrap_or_default();
        let end = matches!(property, "_fromEntityKey" | "_toEntityKey");
        (v.code.to_string(), if end { "_key" } else { property }.to_owned())
    };
    violations.iter().map(rule).collect()
}

/// Every property that a class requires is there, as `null` if need be, and none is an empty text.
fn nothing_is_missing_or_empty<T: Sample>(object: &Value) -> Result<(), TestCaseError> {
    for name in T::ENTITY.classes.iter().flat_map(|class| class.required) {
        prop_assert!(object.get(name).is_some(), "`{name}` is missing");
    }
    for (name, value) in object.as_object().into_iter().flatten() {
        prop_assert!(value != "", "`{name}` is empty");
    }
    Ok(())
}

#[test]
fn any_user() {
    the_derive_and_the_validator_agree::<entities::User>(50);
}

#[test]
fn any_account() {
    the_derive_and_the_validator_agree::<entities::Account>(0);
}

#[test]
fn any_device() {
    the_derive_and_the_validator_agree::<entities::Machine>(50);
}

#[test]
fn any_agent() {
    the_derive_and_the_validator_agree::<entities::Agent>(50);
}

#[test]
fn any_vulnerability() {
    the_derive_and_the_validator_agree::<entities::Flaw>(0);
}

#[test]
fn any_custom_widget() {
    the_derive_and_the_validator_agree::<entities::Widget>(50);
}

#[test]
fn any_ticket() {
    the_derive_and_the_validator_agree::<shapes::Ticket>(0);
}

#[test]
fn any_member_with_nested_structs() {
    the_derive_and_the_validator_agree::<nested::Member>(0);
}

/// What JSON cannot be compared with: a text and a number that are no dates.
#[test]
fn what_is_no_date_is_refused() {
    let of = |opened: &str, paid: f64| {
        let ticket = shapes::Ticket::of_dates(opened, paid);
        let mut told = told("my-acme", |emitter: &mut Emitter| ticket.emit(emitter).map(drop));
        match told.remove(0) {
            Told::Accepted { object, .. } => {
                vec![object["openedOn"].to_string(), object["paidOn"].to_string()]
            }
            Told::Refused { violations, .. } => violations.iter().map(|v| v.code.to_string()).collect(),
        }
    };
    assert_eq!(of("2025-05-29T07:33:30+02:00", 0.5), ["1748496810000", "500"]);
    for text in ["29.05.2025", "2025-05-29", "1748496810", "2025-05-29T07:33:30"] {
        assert_eq!(of(text, 0.5), ["J1-E0217"], "{text}");
    }
    assert_eq!(of("2025-05-29T07:33:30Z", f64::NAN), ["J1-E0217"]);
}
