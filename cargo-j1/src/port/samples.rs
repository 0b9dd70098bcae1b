//! The samples that the struct of a type is made from: what its converter makes of recorded records.

use std::collections::BTreeSet;

use j1_core::model::{ClassDef, Types};

use super::conversion::Conversion;
use super::convert::Converter;
use super::write::needs;
use crate::infer::json::Json;

/// Returns what the converter makes of the records, without records one made up of values of each kind, and the properties whose
/// values have no type that a property can have.
pub fn seen(
    converter: Option<&Converter>,
    records: &[Json],
    classes: &[&'static ClassDef],
) -> (Vec<Json>, BTreeSet<String>) {
    let mut members = vec![("_key".to_owned(), Json::Text("a key".to_owned()))];
    let mut unfit = BTreeSet::new();
    let Some(converter) = converter else {
        members.push(("name".to_owned(), Json::Text("a name".to_owned())));
        return (vec![Json::Object(members)], unfit);
    };
    for (name, conversion) in &converter.read {
        if *conversion == Conversion::Constant(Json::Null) || is_late(name, conversion, classes) {
            continue;
        }
        let all: Vec<Json> = records.iter().map(|record| conversion.convert(record)).collect();
        // Only empty lists were seen: what is in them is taken for texts.
        let is_list = all.iter().any(|value| matches!(value, Json::List(_)));
        let seen: Vec<Json> = all.into_iter().filter(|value| !is_empty(value)).collect();
        let of_empty = (is_list && seen.is_empty()).then(|| Json::List(vec![Json::Text("text".to_owned())]));
        if (is_list && seen.iter().any(|value| sort(value).is_none_or(|(list, _)| !list)))
            || seen.iter().any(|value| sort(value) != seen.first().and_then(sort))
            || seen.first().is_some_and(|one| sort(one).is_none())
        {
            unfit.insert(name.clone());
            continue;
        }
        let is_fraction = |value: &&Json| matches!(value, Json::Number(number) if number.as_i64().is_none() && number.as_u64().is_none());
        let value = seen.iter().find(is_fraction).or(seen.first()).cloned().or(of_empty);
        let of_class = || conversion.is_open().then(|| typed(name, classes)).flatten();
        members.push((name.clone(), value.or_else(of_class).unwrap_or_else(|| conversion.sample())));
    }
    (vec![Json::Object(members)], unfit)
}

/// Returns `true` for a property that has to have a value, and has none before a person has ported what it needs.
fn is_late(name: &str, conversion: &Conversion, classes: &[&'static ClassDef]) -> bool {
    let is_needed = matches!(name, "name" | "displayName") || classes.iter().any(|class| needs(class, name));
    is_needed && conversion.is_open()
}

/// Returns a value of the type that the classes take by this name.
fn typed(name: &str, classes: &[&'static ClassDef]) -> Option<Json> {
    let types = classes.iter().find_map(|class| class.property(name))?.types;
    let text = || Json::Text("text".to_owned());
    Some(if types.contains(Types::ARRAY) {
        Json::List(vec![text()])
    } else if types.contains(Types::BOOLEAN) {
        Json::Bool(true)
    } else if types.contains(Types::STRING) {
        return None;
    } else {
        Json::Number(1.into())
    })
}

/// Returns `true` for a value that does not show its type.
fn is_empty(value: &Json) -> bool {
    matches!(value, Json::Null) || matches!(value, Json::List(items) if items.is_empty())
}

/// Returns the type of a value and whether it is a list of it; `None` where no property can have it.
fn sort(value: &Json) -> Option<(bool, &'static str)> {
    let one = |value: &Json| match value {
        Json::Bool(_) => Some("boolean"),
        Json::Number(_) => Some("number"),
        Json::Text(_) => Some("text"),
        Json::Null | Json::List(_) | Json::Object(_) => None,
    };
    match value {
        Json::List(items) => {
            let first = one(items.first()?)?;
            items.iter().all(|item| one(item) == Some(first)).then_some((true, first))
        }
        value => one(value).map(|one| (false, one)),
    }
}
