//! Whether a constant is what the classes say of its property.

use super::word::{alike, listed};
use crate::config::looks_like_credential;
use crate::error::Code;
use crate::graph::Kind;
use crate::model::limits::MAX_STRING_UTF16;
use crate::model::text::Text;
use crate::model::{ClassDef, DATA_MODEL_VERSION};
use crate::validate::{Broken, Rules, Scalar};

/// Fails the build when a text written as a constant breaks a rule on its property.
#[track_caller]
pub const fn check_constant_text(kind: Kind, entity: &str, classes: &[&ClassDef], name: &str, text: &str) {
    if text.len() > MAX_STRING_UTF16 && longer_than_most(text) {
        let text = subject(Code::E0212, name, entity)
            .put(" has more than ")
            .put_number(MAX_STRING_UTF16 as i128)
            .put(" characters, and JupiterOne takes no more (in UTF-16); shorten it");
        panic!("{}", text.as_str());
    }
    check_constant(kind, entity, classes, name, (Scalar::Str(text), text));
}

/// Fails the build when an integer written as a constant breaks a rule on its property; `written` is how it reads.
#[track_caller]
pub const fn check_constant_integer(
    kind: Kind,
    entity: &str,
    classes: &[&ClassDef],
    name: &str,
    (value, written): (i64, &str),
) {
    check_constant(kind, entity, classes, name, (Scalar::Int(value as i128), written));
}

/// Fails the build when a number written as a constant breaks a rule on its property; `written` is how it reads.
#[track_caller]
pub const fn check_constant_number(
    kind: Kind,
    entity: &str,
    classes: &[&ClassDef],
    name: &str,
    (value, written): (f64, &str),
) {
    check_constant(kind, entity, classes, name, (Scalar::Float(value), written));
}

/// Fails the build when a boolean written as a constant breaks a rule on its property.
#[track_caller]
pub const fn check_constant_bool(kind: Kind, entity: &str, classes: &[&ClassDef], name: &str, value: bool) {
    let written = if value { "true" } else { "false" };
    check_constant(kind, entity, classes, name, (Scalar::Bool(value), written));
}

#[track_caller]
const fn check_constant(
    kind: Kind,
    entity: &str,
    classes: &[&ClassDef],
    name: &str,
    (value, written): (Scalar<'_>, &str),
) {
    let mut i = 0;
    while i < classes.len() {
        // Of the wrong type is said by the check of the type.
        if let Some(def) = classes[i].property(name)
            && super::fits(kind, def)
        {
            let rules = Rules::new(def);
            if let Some(broken) = rules.broken(value) {
                let text = subject(broken.code(), name, entity);
                let text = shown(&text, name, broken, written).put(", and class `").put(classes[i].name);
                let text = match broken {
                    Broken::NotAllowed => allowed(&text.put("` takes "), &rules, value),
                    _ => text
                        .put("` takes ")
                        .put(broken.takes().as_str())
                        .put("; write such a value or leave it out"),
                };
                let text = text.put(" (data model ").put(DATA_MODEL_VERSION).put(")");
                panic!("{}", text.as_str());
            }
        }
        i += 1;
    }
}

const fn subject(code: Code, name: &str, entity: &str) -> Text {
    Text::EMPTY.put("[").put(code.as_str()).put("] constant `").put(name).put("` of `").put(entity).put("`")
}

/// The value, unless its name says that it must not be seen.
const fn shown(text: &Text, name: &str, broken: Broken, written: &str) -> Text {
    if matches!(broken, Broken::TooShort(_)) {
        text.put(" is too short")
    } else if looks_like_credential(name) {
        text.put(" is a value that is not shown")
    } else {
        text.put(" is `").put_excerpt(written).put("`")
    }
}

const fn allowed(text: &Text, rules: &Rules, value: Scalar<'_>) -> Text {
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

const fn longer_than_most(text: &str) -> bool {
    let text = text.as_bytes();
    let (mut i, mut units) = (0, 0);
    while i < text.len() && units <= MAX_STRING_UTF16 {
        units += match text[i] {
            // What continues a character.
            0x80..=0xBF => 0,
            // What begins one of four bytes, which is two units in UTF-16.
            0xF0.. => 2,
            _ => 1,
        };
        i += 1;
    }
    units > MAX_STRING_UTF16
}
