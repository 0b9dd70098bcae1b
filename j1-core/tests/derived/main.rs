//! The validator takes everything that the derive sends: any values of derived structs, against JSON written by hand.
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
use j1_core::graph::{Absence, Emitter, Object as _, PropertySpec};
use j1_core::validate::{self, Layer, Violation};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::Value;
use sink::{Told, told};

/// The number of objects sent and refused, so that a test of nothing does not pass.
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
        // JSON has no such number, so the expected object cannot be built.
        let (Told::Refused { violations, .. } | Told::Accepted { withheld: violations, .. }) = &first;
        let refused = matches!(first, Told::Refused { .. });
        prop_assert!(refused || violations.iter().any(|violation| violation.code.to_string() == "J1-E0213"));
        prop_assert!(!refused || rest.is_empty());
        return Ok(());
    }
    if let Told::Accepted { object, truncated, .. } = &first {
        let sent = |name: &&&str| object.get(**name).is_some_and(|value| !value.is_null());
        prop_assert_eq!(truncated, &entity.cut().iter().filter(sent).copied().collect::<Vec<_>>());
        nothing_is_missing_or_empty::<T>(object)?;
    }
    if !same(&first, &expected, T::ENTITY.properties, entities)? {
        prop_assert!(rest.is_empty(), "what a refused record says of others was sent: {rest:?}");
        return Ok(());
    }
    let expected = entity.edges();
    prop_assert_eq!(rest.len(), expected.len());
    for (edge, expected) in rest.iter().zip(expected) {
        same(edge, &expected.build(), &[], edges)?;
    }
    Ok(())
}

/// Compares the fate of an object with the expected one; returns `true` if it was sent.
///
/// An object whose broken rules all concern values that may be absent is sent without these values.
fn same(
    told: &Told,
    expected: &Value,
    properties: &[PropertySpec],
    counts: &Counts,
) -> Result<bool, TestCaseError> {
    let wrong = enforced(expected);
    let absence = |name: &str| properties.iter().find(|p| p.name == name).map(|p| p.absence);
    match told {
        Told::Accepted { object, withheld, .. } => {
            counts.sent.set(counts.sent.get() + 1);
            prop_assert_eq!(rules(withheld), rules(&wrong));
            let mut expected = expected.clone();
            for violation in withheld {
                let name = violation.property.as_deref().unwrap_or_default();
                match absence(name) {
                    Some(Absence::Omitted) => drop(expected.as_object_mut().and_then(|all| all.remove(name))),
                    Some(Absence::Null) => expected[name] = Value::Null,
                    other => return Err(TestCaseError::fail(format!("{name} is withheld: {other:?}"))),
                }
            }
            prop_assert_eq!(object, &expected);
            prop_assert_eq!(enforced(object), []);
            Ok(true)
        }
        Told::Refused { key, violations } => {
            counts.refused.set(counts.refused.get() + 1);
            prop_assert!(!violations.is_empty(), "{key} is refused for nothing");
            let wrong = wrong.into_iter().filter(|violation| {
                let may_be_absent = [Some(Absence::Omitted), Some(Absence::Null)];
                !violation.property.as_deref().is_some_and(|name| may_be_absent.contains(&absence(name)))
            });
            prop_assert_eq!(rules(violations), rules(&wrong.collect::<Vec<_>>()), "{}", key);
            Ok(false)
        }
    }
}

/// The violations that keep an object, or a value, from being sent: guidance does not.
fn enforced(object: &Value) -> Vec<Violation> {
    validate::object(object).into_iter().filter(|violation| violation.layer != Layer::Guidance).collect()
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

/// A text and a number that are not dates have no JSON to compare with.
#[test]
fn a_value_that_is_not_a_date_is_withheld() {
    let of = |opened: &str, paid: f64| {
        let ticket = shapes::Ticket::of_dates(opened, paid);
        let mut told = told("my-acme", |emitter: &mut Emitter| ticket.emit(emitter).map(drop));
        match told.remove(0) {
            Told::Accepted { object, withheld, .. } if withheld.is_empty() => {
                vec![object["openedOn"].to_string(), object["paidOn"].to_string()]
            }
            Told::Accepted { object, withheld, .. } => {
                assert!(object.get("openedOn").is_none() || object.get("paidOn").is_none(), "{object}");
                withheld.iter().map(|v| v.code.to_string()).collect()
            }
            Told::Refused { violations, .. } => panic!("{violations:?}"),
        }
    };
    assert_eq!(of("2025-05-29T07:33:30+02:00", 0.5), ["1748496810000", "500"]);
    for text in ["29.05.2025", "2025-05-29", "1748496810", "2025-05-29T07:33:30"] {
        assert_eq!(of(text, 0.5), ["J1-E0217"], "{text}");
    }
    assert_eq!(of("2025-05-29T07:33:30Z", f64::NAN), ["J1-E0217"]);
}
