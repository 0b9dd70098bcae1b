//! Rules on values that are written as constants.

use super::word::{alike, listed};
use crate::limits::MAX_STRING_UTF16;
use crate::text::Text;
use crate::{Broken, ClassDef, DATA_MODEL_VERSION, Kind, Rules, Scalar, looks_like_credential};

/// A text that breaks a rule on its property.
#[must_use]
pub fn text(entity: &str, classes: &[&ClassDef], name: &str, text: &str) -> Option<Text> {
    if text.encode_utf16().count() > MAX_STRING_UTF16 {
        let text =
            subject("J1-E0212", name, entity).put(" has more than ").put_number(MAX_STRING_UTF16 as i128);
        return Some(text.put(" characters, and JupiterOne takes no more (in UTF-16); shorten it"));
    }
    constant(Kind::new(crate::Types::STRING), entity, classes, name, (Scalar::Str(text), text))
}

/// An integer that breaks a rule on its property; `written` is how it reads.
#[must_use]
pub fn integer(entity: &str, classes: &[&ClassDef], name: &str, value: i64, written: &str) -> Option<Text> {
    let kind = Kind::new(crate::Types::INTEGER);
    constant(kind, entity, classes, name, (Scalar::Int(value.into()), written))
}

/// A number that breaks a rule on its property; `written` is how it reads.
#[must_use]
pub fn number(entity: &str, classes: &[&ClassDef], name: &str, value: f64, written: &str) -> Option<Text> {
    constant(Kind::new(crate::Types::NUMBER), entity, classes, name, (Scalar::Float(value), written))
}

/// A boolean that breaks a rule on its property.
#[must_use]
pub fn boolean(entity: &str, classes: &[&ClassDef], name: &str, value: bool) -> Option<Text> {
    let written = if value { "true" } else { "false" };
    constant(Kind::new(crate::Types::BOOLEAN), entity, classes, name, (Scalar::Bool(value), written))
}

fn constant(
    kind: Kind,
    entity: &str,
    classes: &[&ClassDef],
    name: &str,
    (value, written): (Scalar<'_>, &str),
) -> Option<Text> {
    for class in classes {
        // A constant of the wrong type breaks the rule on types.
        let Some(def) = class.property(name).filter(|def| def.fits(kind)) else { continue };
        let rules = Rules::new(def);
        let Some(broken) = rules.broken(value) else { continue };
        let text = subject(broken.code(), name, entity);
        let text = shown(&text, name, broken, written).put(", and class `").put(class.name);
        let text = match broken {
            Broken::NotAllowed => allowed(&text.put("` takes "), &rules, value),
            _ => {
                text.put("` takes ").put(broken.takes().as_str()).put("; write such a value or leave it out")
            }
        };
        return Some(text.put(" (data model ").put(DATA_MODEL_VERSION).put(")"));
    }
    None
}

fn subject(code: &str, name: &str, entity: &str) -> Text {
    Text::EMPTY.put("[").put(code).put("] constant `").put(name).put("` of `").put(entity).put("`")
}

/// The value, unless its name says that it must not be seen.
fn shown(text: &Text, name: &str, broken: Broken, written: &str) -> Text {
    if matches!(broken, Broken::TooShort(_)) {
        text.put(" is too short")
    } else if looks_like_credential(name) {
        text.put(" is a value that is not shown")
    } else {
        text.put(" is `").put_excerpt(written).put("`")
    }
}

fn allowed(text: &Text, rules: &Rules, value: Scalar<'_>) -> Text {
    let near = match value {
        Scalar::Str(text) => alike(text, rules.allowed),
        _ => None,
    };
    let text = listed(*text, rules.allowed);
    match near {
        Some(near) => text.put("; did you mean `").put(near).put("`?"),
        None => text.put("; write one of these"),
    }
}
