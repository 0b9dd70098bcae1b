//! Rules of JupiterOne's page for integrations that neither the official validator nor the service enforces.
//!
//! They hold for JSON from elsewhere alone. What an integration sends is typed: a date is a date there, and an entity with an
//! empty name is better than none.

use serde_json::Value;

use crate::error::Code;
use crate::model::PropertyDef;
use crate::validate::Violation;
use crate::validate::violation::excerpt;

/// Checks a property of an entity, of which its classes say `defs`.
pub(super) fn property(
    name: &str,
    value: &Value,
    defs: &[Option<&'static PropertyDef>],
    out: &mut Vec<Violation>,
) {
    let Value::String(text) = value else { return };
    if matches!(name, "name" | "displayName") && text.trim().is_empty() {
        let message = format!(
            "`{name}` is empty, and people see the entity by it; send the id where there is no name (stricter than the \
             official validator)"
        );
        out.push(Violation::guidance(Code::E0222, name, message));
    }
    if defs.iter().all(Option::is_none) && names_a_moment(name) && is_iso_date(text) {
        let message = format!(
            "`{}` is the text `{}`, and JupiterOne compares dates as epoch milliseconds; send a number (stricter than the \
             official validator)",
            excerpt(name),
            excerpt(text)
        );
        out.push(Violation::guidance(Code::E0223, name, message));
    }
}

/// Returns `true` if a name ends in the word `On`, as in `createdOn`.
fn names_a_moment(name: &str) -> bool {
    name.strip_suffix("On")
        .is_some_and(|head| head.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit()))
}

/// Returns `true` if a text is a date of ISO 8601, such as `2026-01-31`, alone or with a time behind it.
fn is_iso_date(text: &str) -> bool {
    let Some((date, rest)) = text.as_bytes().split_at_checked(10) else { return false };
    let shape = date.iter().enumerate().all(|(place, byte)| match place {
        4 | 7 => *byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let time = || {
        let mut digits = rest[1..].iter().copied();
        matches!(rest[0], b'T' | b't' | b' ') && digits.next().is_some_and(|byte| byte.is_ascii_digit())
    };
    shape && (rest.is_empty() || time())
}
