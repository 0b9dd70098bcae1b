//! The words for a value that breaks what a class says of it.

use crate::config::looks_like_credential;
use crate::error::Code;
use crate::model::{Broken, Rules};
use crate::model::{ClassDef, DATA_MODEL_VERSION, Literal, Types, nearest};
use crate::validate::Scalar;
use crate::validate::violation::excerpt;

/// The first rule that a value of the right type breaks, and what to say of it.
pub(super) fn broken(
    rules: &Rules,
    name: &str,
    class: &ClassDef,
    value: Scalar<'_>,
) -> Option<(Code, String)> {
    let broken = rules.broken(value)?;
    let (is, takes) = (format!("is {}", shown(name, value)), broken.takes());
    let message = match broken {
        Broken::NotAllowed => not_allowed(rules.allowed, &is, class, value),
        Broken::BelowLeast(_) | Broken::AboveMost(_) => {
            says(class, &is, takes.as_str(), "write a number in that range")
        }
        Broken::TooShort(_) => {
            says(class, "is too short", takes.as_str(), "write the whole text or leave it out")
        }
        Broken::Format(_) | Broken::Pattern(_) => {
            says(class, &is, takes.as_str(), "convert it or leave it out")
        }
    };
    Some((Code(broken.code()), message))
}

fn not_allowed(allowed: &[Literal], is: &str, class: &ClassDef, value: Scalar<'_>) -> String {
    let names = allowed.iter().filter_map(|literal| match literal {
        Literal::Str(text) => Some(*text),
        Literal::Bool(_) | Literal::Int(_) => None,
    });
    let near = match value {
        Scalar::Str(text) => nearest(text, names),
        _ => None,
    };
    let instead =
        near.map_or_else(|| "write one of these".to_owned(), |near| format!("did you mean `{near}`?"));
    says(class, is, &listed(allowed), &instead)
}

/// The words for a value of the wrong type.
pub(super) fn wrong_type(class: &ClassDef, given: Types, wanted: Types) -> String {
    let instead = if given == Types::NULL {
        "give it a value or leave it out"
    } else if given == Types::ARRAY {
        "send one value"
    } else if wanted.contains(Types::ARRAY) {
        "send an array, of one item if need be"
    } else {
        "convert it"
    };
    says(class, &format!("is {}", called(given)), &wanted.names(), instead)
}

/// The words for an item of the wrong type.
pub(super) fn wrong_item(class: &ClassDef, given: Types, wanted: Types) -> String {
    let takes = format!("{} there", wanted.names());
    says(class, &format!("holds {} as an item", called(given)), &takes, "convert it")
}

/// The words for an array with too few items.
pub(super) fn too_few(class: &ClassDef, count: u32, least: u32) -> String {
    says(class, &format!("has {count} items"), &format!("at least {least}"), "add one or leave it out")
}

/// The words for an array that holds a value twice.
pub(super) fn twice(class: &ClassDef) -> String {
    says(class, "holds a value twice", "each once", "remove the second")
}

/// The message for a value that is not a tag.
pub(super) fn not_a_tag(given: Types) -> String {
    format!(
        "is {}, and data model {DATA_MODEL_VERSION} takes strings, numbers and booleans as tags; convert \
         it or leave it \
         out",
        called(given)
    )
}

fn says(class: &ClassDef, is: &str, takes: &str, instead: &str) -> String {
    format!("{is}, and class `{}` takes {takes} (data model {DATA_MODEL_VERSION}); {instead}", class.name)
}

/// A value has one type; what is an integer and a number is called an integer.
fn called(types: Types) -> String {
    if types.contains(Types::INTEGER) { Types::INTEGER.names() } else { types.names() }
}

/// A short excerpt of a value, unless its name says that it must not be seen.
fn shown(name: &str, value: Scalar<'_>) -> String {
    if looks_like_credential(name) {
        return "a value that is not shown".to_owned();
    }
    match value {
        Scalar::Str(text) => format!("`{}`", excerpt(text)),
        Scalar::Int(number) => number.to_string(),
        // Unlike `{}`, this writes 1e300 without its three hundred zeros.
        Scalar::Float(number) => format!("{number:?}"),
        Scalar::Bool(value) => value.to_string(),
        Scalar::Null => "null".to_owned(),
    }
}

/// The allowed values, or the first few of many.
fn listed(allowed: &[Literal]) -> String {
    const MOST: usize = 8;
    let names: Vec<String> = allowed
        .iter()
        .take(MOST)
        .map(|literal| match literal {
            Literal::Str(text) => format!("`{text}`"),
            Literal::Int(number) => number.to_string(),
            Literal::Bool(value) => value.to_string(),
        })
        .collect();
    match allowed.len().saturating_sub(MOST) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}
