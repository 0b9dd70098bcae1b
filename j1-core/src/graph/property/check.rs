//! Checks that fail the build where the compiler knows more than a derive: `const fn`s that an expansion calls, spanned
//! on the tokens that have to change.

use crate::graph::Kind;
use crate::graph::property::Mapped;
use crate::model::ClassDef;
use crate::model::rules::{self, Checked, Named};
use crate::model::text::Text;

/// Fails the build with the message of a broken rule.
#[track_caller]
#[expect(clippy::large_types_passed_by_value, reason = "a text of constant functions has its bytes inline")]
pub(super) const fn fail(broken: Option<Text>) {
    if let Some(text) = broken {
        panic!("{}", text.as_str());
    }
}

/// Fails the build when values of this kind are not what the classes say of the property.
#[track_caller]
pub const fn check_value(kind: Kind, entity: &str, classes: &[&ClassDef], name: &str) {
    fail(rules::value(kind, entity, classes, name));
}

/// Fails the build when a target's property can be nothing that its classes say, be it one of a list.
#[track_caller]
pub const fn check_target_value(kind: Kind, target: &str, classes: &[&ClassDef], name: &str) {
    fail(rules::target_value(kind, target, classes, name));
}

/// Fails the build when `truncate` stands on a type whose values are not texts.
#[track_caller]
pub const fn check_truncate(kind: Kind, field: &str) {
    fail(rules::truncates_nothing(kind, field));
}

/// Fails the build when the name of a property breaks one of these rules, unless its code is among the `allowed`.
#[track_caller]
pub const fn check_name(
    kind: Kind,
    entity: &str,
    classes: &[&'static ClassDef],
    name: &str,
    checked: Checked,
    allowed: &[&str],
) {
    fail(rules::name(entity, &Named { kind, classes, name, checked, all: None }, allowed));
}

/// Fails the build when an `allow` has no effect: the code does not exist, or the name does not break the rule.
#[track_caller]
pub const fn check_allow(
    kind: Kind,
    classes: &[&'static ClassDef],
    name: &str,
    checked: Checked,
    code: &str,
) {
    fail(rules::allows_nothing(&Named { kind, classes, name, checked, all: None }, code));
}

/// Fails the build when a class requires properties that no field maps and that cannot be null.
#[track_caller]
pub const fn check_class(entity: &str, class: &ClassDef, properties: &[Mapped]) {
    fail(rules::required(entity, class, properties));
}

/// Fails the build when an entity has no `name` or no `displayName`, whatever its class says.
#[track_caller]
pub const fn check_named(entity: &str, classes: &[&ClassDef], properties: &[Mapped]) {
    fail(rules::no_name(entity, classes, properties));
}

/// Fails the build when two fields become one property.
#[track_caller]
pub const fn check_unique(entity: &str, properties: &[Mapped]) {
    fail(rules::twice(entity, properties));
}

/// Fails the build when a key can turn out shorter than the data model asks for.
#[track_caller]
pub const fn check_length(entity: &str, text: usize, parts: &[Option<usize>]) {
    fail(rules::too_short(entity, text, parts));
}
