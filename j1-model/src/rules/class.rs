//! Rules on the classes of an entity and on its properties as a whole.

use super::Mapped;
use crate::text::{Text, begins_with, letters_alike, same};
use crate::{CLASSES, ClassDef, DATA_MODEL_VERSION, Types, nearest};

/// Returns the message for a class that the data model does not have.
#[must_use]
pub fn unknown_class(name: &str) -> Text {
    let text = Text::EMPTY.put("[J1-E0101] the data model ").put(DATA_MODEL_VERSION).put(" has no class `");
    let text = text.put(name).put("`; ");
    match nearest(name, CLASSES.iter().map(|class| class.name)) {
        Some(near) => text.put("did you mean `").put(near).put("`?"),
        None => text.put("`cargo j1 model` lists the classes"),
    }
}

/// Returns the message for a `_type` that is the name of a class.
#[must_use]
pub const fn type_is_a_class(ty: &str) -> Option<Text> {
    let mut i = 0;
    while i < CLASSES.len() {
        if letters_alike(CLASSES[i].name.as_bytes(), ty.as_bytes()) {
            let text = Text::EMPTY
                .put("[J1-E0106] `")
                .put(ty)
                .put("` is the name of class `")
                .put(CLASSES[i].name)
                .put("`, and a query could not tell the two apart; begin it with the provider: \"provider_")
                .put(ty)
                .put("\"");
            return Some(text);
        }
        i += 1;
    }
    None
}

/// Returns the message for required properties that no field maps and that cannot be null.
#[must_use]
pub const fn required(entity: &str, class: &ClassDef, properties: &[Mapped<'_>]) -> Option<Text> {
    let mut text = Text::EMPTY.put("[J1-E0201] `").put(entity).put("` lacks");
    let (mut i, mut missing) = (0, false);
    while i < class.required.len() {
        let name = class.required[i];
        i += 1;
        if begins_with(name, "_") || has(properties, name) || nullable(class, name) {
            continue;
        }
        text = text.put(if missing { " and `" } else { " `" }).put(name).put("`");
        missing = true;
    }
    if !missing {
        return None;
    }
    let text = text.put(", which class `").put(class.name).put(
        "` requires; add the field, name one with `#[j1(rename = \"..\")]`, or give all the same value with \
         `#[j1(constant(..))]` (data model ",
    );
    Some(text.put(DATA_MODEL_VERSION).put(")"))
}

/// Returns the message for an entity without `name` or `displayName`, whatever its classes require.
#[must_use]
pub const fn no_name(entity: &str, classes: &[&ClassDef], properties: &[Mapped<'_>]) -> Option<Text> {
    let names = ["name", "displayName"];
    let hints = ["name = field", "display_name = field"];
    let mut i = 0;
    while i < names.len() {
        // Where a class requires it, `required` says so already.
        if !has(properties, names[i]) && !required_by(classes, names[i]) {
            let text = Text::EMPTY
                .put("[J1-E0201] `")
                .put(entity)
                .put("` has no `")
                .put(names[i])
                .put("`, and JupiterOne refuses entities without one; write `#[j1(")
                .put(hints[i])
                .put(")]`");
            return Some(text);
        }
        i += 1;
    }
    None
}

const fn required_by(classes: &[&ClassDef], name: &str) -> bool {
    let mut i = 0;
    while i < classes.len() {
        if classes[i].requires(name) {
            return true;
        }
        i += 1;
    }
    false
}

const fn has(properties: &[Mapped<'_>], name: &str) -> bool {
    let mut i = 0;
    while i < properties.len() {
        if same(properties[i].0, name) {
            return true;
        }
        i += 1;
    }
    false
}

const fn nullable(class: &ClassDef, name: &str) -> bool {
    match class.property(name) {
        Some(def) => def.types.contains(Types::NULL),
        None => false,
    }
}

/// Two classes of an entity that can never both hold.
#[must_use]
pub const fn never_both(entity: &str, classes: &[&ClassDef]) -> Option<Text> {
    let mut i = 0;
    while i < classes.len() {
        let mut j = i + 1;
        while j < classes.len() {
            if let Some(property) = crate::never_both(classes[i], classes[j]) {
                let text = Text::EMPTY
                    .put("[J1-E0103] `")
                    .put(entity)
                    .put("` cannot be both `")
                    .put(classes[i].name)
                    .put("` and `")
                    .put(classes[j].name)
                    .put("`: they require `")
                    .put(property)
                    .put("` to be of different types; keep the one that says what it is (data model ")
                    .put(DATA_MODEL_VERSION)
                    .put(")");
                return Some(text);
            }
            j += 1;
        }
        i += 1;
    }
    None
}

/// Two fields that become one property.
#[must_use]
pub const fn twice(entity: &str, properties: &[Mapped<'_>]) -> Option<Text> {
    let mut i = 0;
    while i < properties.len() {
        let mut j = i + 1;
        while j < properties.len() {
            if same(properties[i].0, properties[j].0) {
                let text = Text::EMPTY
                    .put("[J1-E0306] `")
                    .put(properties[i].1)
                    .put("` and `")
                    .put(properties[j].1)
                    .put("` of `")
                    .put(entity)
                    .put("` both become property `")
                    .put(properties[i].0)
                    .put("`; rename or skip one");
                return Some(text);
            }
            j += 1;
        }
        i += 1;
    }
    None
}
