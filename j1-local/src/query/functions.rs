//! Functions of J1QL that SQLite does not have.
//!
//! They are registered anew for each query, since they hold its regular expressions and words and note what they met.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use regex_lite::Regex;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, Result};
use serde_json::Value;

use super::pattern;
use crate::needle::Needle;

/// Notices collected while a query runs.
#[derive(Debug, Default)]
pub struct Met {
    /// A calculation met a value that is not a number.
    pub not_a_number: AtomicBool,
}

/// A function of one number.
type Math = fn(f64) -> f64;

const PURE: FunctionFlags = FunctionFlags::SQLITE_UTF8.union(FunctionFlags::SQLITE_DETERMINISTIC);

/// Registers the functions for one query.
pub fn register(
    connection: &Connection,
    regexes: Vec<Regex>,
    words: Vec<Vec<String>>,
    types: HashMap<i64, String>,
    met: &Arc<Met>,
) -> Result<()> {
    connection.create_scalar_function("j1_regex", 2, PURE, move |context| {
        let (number, text) = (context.get::<i64>(0)?, text(context, 1));
        let regex = usize::try_from(number).ok().and_then(|number| regexes.get(number));
        Ok(regex.zip(text).is_some_and(|(regex, text)| regex.is_match(text)))
    })?;
    connection.create_scalar_function("j1_cidr", 3, PURE, |context| {
        let (network, mask) = (context.get::<u32>(1)?, context.get::<u32>(2)?);
        let address = text(context, 0).and_then(|text| pattern::address_of(text.trim()));
        Ok(address.is_some_and(|address| address & mask == network))
    })?;
    full_text(connection, words, types)?;
    numbers(connection, met)?;
    texts(connection)
}

/// `j1_maybe` and `j1_words` take the number of the words, a document, a key and the number of a kind.
fn full_text(connection: &Connection, words: Vec<Vec<String>>, types: HashMap<i64, String>) -> Result<()> {
    // Letters beyond ASCII have other forms, which the bytes do not show.
    let needles = words.iter().map(|words| {
        words.iter().filter(|word| word.is_ascii()).map(|word| Needle::new(word)).collect::<Vec<_>>()
    });
    let (needles, types) = (needles.collect::<Vec<_>>(), Arc::new(types));
    let known = Arc::clone(&types);
    // A quick look for the bytes, which spares most entities from being read as JSON.
    connection.create_scalar_function("j1_maybe", 4, PURE, move |context| {
        let words = usize::try_from(context.get::<i64>(0)?).ok().and_then(|number| needles.get(number));
        let bytes = match context.get_raw(1) {
            ValueRef::Blob(bytes) | ValueRef::Text(bytes) => bytes,
            _ => &[],
        };
        let key = text(context, 2).unwrap_or_default().as_bytes();
        let type_name = known.get(&context.get(3)?).map(String::as_bytes).unwrap_or_default();
        let has = |word: &Needle| [bytes, key, type_name].iter().any(|bytes| word.is_in(bytes));
        Ok(words.is_some_and(|words| words.iter().all(has)))
    })?;
    connection.create_scalar_function("j1_words", 4, PURE, move |context| {
        let wanted = usize::try_from(context.get::<i64>(0)?).ok().and_then(|number| words.get(number));
        let document = text(context, 1).and_then(|text| serde_json::from_str::<Value>(text).ok());
        let mut found = Vec::new();
        if let Some(document) = &document {
            collect_words(document, &mut found);
        }
        self::words(text(context, 2).unwrap_or_default(), &mut found);
        self::words(types.get(&context.get(3)?).map_or("", String::as_str), &mut found);
        Ok(wanted.is_some_and(|words| words.iter().all(|word| found.contains(word))))
    })
}

fn numbers(connection: &Connection, met: &Arc<Met>) -> Result<()> {
    let met = Arc::clone(met);
    connection.create_scalar_function("j1_number", 1, PURE, move |context| {
        let value = match context.get_raw(0) {
            ValueRef::Null => return Ok(Sql::Null),
            ValueRef::Integer(number) => return Ok(Sql::Integer(number)),
            ValueRef::Real(number) => return Ok(Sql::Real(number)),
            ValueRef::Text(text) => serde_json::from_slice::<Value>(text).ok(),
            ValueRef::Blob(_) => None,
        };
        match value {
            Some(Value::Number(number)) => Ok(sql_number(&number)),
            _ => {
                met.not_a_number.store(true, Ordering::Relaxed);
                Ok(Sql::Null)
            }
        }
    })?;
    let functions: [(&str, Math); 4] = [
        ("j1_sqrt", f64::sqrt),
        ("j1_ceil", f64::ceil),
        ("j1_floor", f64::floor),
        ("j1_round", |x| (x + 0.5).floor()),
    ];
    for (name, function) in functions {
        connection.create_scalar_function(name, 1, PURE, move |context| {
            Ok(context.get::<Option<f64>>(0)?.map(function).filter(|number| number.is_finite()))
        })?;
    }
    connection.create_scalar_function("j1_power", 2, PURE, |context| {
        let sides = context.get::<Option<f64>>(0)?.zip(context.get::<Option<f64>>(1)?);
        Ok(sides.map(|(base, exponent)| base.powf(exponent)).filter(|number| number.is_finite()))
    })
}

fn texts(connection: &Connection) -> Result<()> {
    // A value that sorts and groups: a number, a text, or NULL.
    connection.create_scalar_function("j1_scalar", 1, PURE, |context| {
        Ok(match context.get_raw(0) {
            ValueRef::Text(text) => match serde_json::from_slice::<Value>(text) {
                Ok(Value::String(text)) => Sql::Text(text),
                Ok(Value::Bool(boolean)) => Sql::Integer(boolean.into()),
                Ok(Value::Number(number)) => sql_number(&number),
                Ok(Value::Null) => Sql::Null,
                _ => Sql::Text(String::from_utf8_lossy(text).into_owned()),
            },
            ValueRef::Integer(number) => Sql::Integer(number),
            ValueRef::Real(number) => Sql::Real(number),
            ValueRef::Null | ValueRef::Blob(_) => Sql::Null,
        })
    })?;
    connection.create_scalar_function("j1_json", 1, PURE, |context| {
        Ok(match context.get_raw(0) {
            ValueRef::Integer(number) => Some(number.to_string()),
            ValueRef::Real(number) => Some(number_text(number)),
            ValueRef::Text(text) => serde_json::to_string(&String::from_utf8_lossy(text)).ok(),
            ValueRef::Null | ValueRef::Blob(_) => None,
        })
    })?;
    connection.create_scalar_function("j1_concat", -1, PURE, |context| {
        let mut all = String::new();
        for value in arguments(context) {
            match value {
                Value::String(text) => all += &text,
                other => all += &whole(other).to_string(),
            }
        }
        Ok(all)
    })?;
    connection.create_scalar_function("j1_merge", -1, PURE, |context| {
        let mut all: Vec<Value> = Vec::new();
        for value in arguments(context) {
            let elements = if let Value::Array(elements) = value { elements } else { vec![value] };
            for element in elements {
                if !element.is_null() && !all.contains(&element) {
                    all.push(element);
                }
            }
        }
        Ok(if all.is_empty() { None } else { serde_json::to_string(&all).ok() })
    })
}

fn text<'c>(context: &'c Context<'_>, number: usize) -> Option<&'c str> {
    context.get_raw(number).as_str().ok()
}

/// The arguments that have a value, from JSON.
fn arguments(context: &Context<'_>) -> Vec<Value> {
    let all = (0..context.len()).filter_map(|number| text(context, number));
    all.filter_map(|text| serde_json::from_str(text).ok()).collect()
}

/// A value whose whole numbers have no decimal point, as JavaScript prints them.
fn whole(value: Value) -> Value {
    match value {
        Value::Array(all) => all.into_iter().map(whole).collect(),
        Value::Number(number) => {
            number.as_f64().filter(|_| number.is_f64()).map_or(Value::Number(number), super::run::real)
        }
        other => other,
    }
}

fn sql_number(number: &serde_json::Number) -> Sql {
    match (number.as_i64(), number.as_f64()) {
        (Some(integer), _) => Sql::Integer(integer),
        (None, Some(real)) => Sql::Real(real),
        (None, None) => Sql::Null,
    }
}

/// A number as JavaScript prints it: without a decimal point if it is whole.
fn number_text(number: f64) -> String {
    number.to_string()
}

/// Splits a text into words in lower case: at signs, and at capitals after small letters.
pub fn words(text: &str, into: &mut Vec<String>) {
    for run in text.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty()) {
        let mut word = String::new();
        let mut before_is_small = false;
        for c in run.chars() {
            if c.is_uppercase() && before_is_small {
                into.push(std::mem::take(&mut word));
            }
            before_is_small = c.is_lowercase();
            word.extend(c.to_lowercase());
        }
        into.push(word);
    }
}

fn collect_words(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => words(text, into),
        Value::Number(number) => into.push(number.to_string()),
        Value::Array(all) => all.iter().for_each(|value| collect_words(value, into)),
        Value::Object(all) => all.values().for_each(|value| collect_words(value, into)),
        Value::Null | Value::Bool(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_parted_at_signs_and_capitals() {
        let mut found = Vec::new();
        words("acme-prodUS AdministratorAccess 10.0", &mut found);
        assert_eq!(found, ["acme", "prod", "us", "administrator", "access", "10", "0"]);
    }
}
