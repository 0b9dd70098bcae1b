//! What the compiler checks of an entity's properties: `const fn`s that fail the build, called where the user's
//! tokens are.

mod constant;
mod word;

pub use constant::{check_constant_bool, check_constant_integer, check_constant_number, check_constant_text};

use crate::graph::Kind;
use crate::graph::property::Mapped;
use crate::model::text::{Text, begins_with, letters_alike, same};
use crate::model::{CLASSES, ClassDef, DATA_MODEL_VERSION, Format, PropertyDef, Types};

/// Fails the build when values of this kind are not what the classes say of the property.
#[track_caller]
pub const fn check_value(kind: Kind, entity: &str, classes: &[&ClassDef], name: &str) {
    let mut i = 0;
    // A type that no property can hold has no kind; rustc says so where it is written.
    while i < classes.len() && !kind.types.is_none() {
        if let Some(def) = classes[i].property(name) {
            if !fits(kind, def) {
                wrong_type(entity, classes[i], def, kind);
            }
            word::check(kind, entity, classes[i], def);
        }
        i += 1;
    }
}

/// Fails the build when a target's property can be nothing that its classes say, be it one of a list.
#[track_caller]
pub const fn check_target_value(kind: Kind, target: &str, classes: &[&ClassDef], name: &str) {
    if same(name, "_key") && !kind.types.is_none() && !kind.types.contains(Types::STRING) {
        let text = Text::EMPTY.put("[J1-E0203] the `_key` of `").put(target).put("` is ").put(article(kind));
        panic!("{}", text.put(", and a key is a string; convert it where the target is made").as_str());
    }
    let mut i = 0;
    while i < classes.len() && !kind.types.is_none() {
        if let Some(def) = classes[i].property(name)
            && !fits(kind, def)
            && !fits(kind.list(), def)
        {
            wrong_type(target, classes[i], def, kind);
        }
        i += 1;
    }
}

/// Whether values of this kind can be what the classes say of the property; for those who choose names.
#[must_use]
pub const fn fits_classes(kind: Kind, classes: &[&ClassDef], name: &str) -> bool {
    let mut i = 0;
    while i < classes.len() {
        if let Some(def) = classes[i].property(name)
            && !fits(kind, def)
        {
            return false;
        }
        i += 1;
    }
    true
}

const fn fits(kind: Kind, def: &PropertyDef) -> bool {
    if !def.types.widened().intersects(kind.types) {
        return false;
    }
    match def.items {
        Some(items) if kind.types.contains(Types::ARRAY) => {
            items.types.is_none() || items.types.widened().intersects(kind.items)
        }
        _ => true,
    }
}

#[track_caller]
const fn wrong_type(entity: &str, class: &ClassDef, def: &PropertyDef, kind: Kind) -> ! {
    let text = Text::EMPTY
        .put("[J1-E0203] `")
        .put(def.name)
        .put("` of `")
        .put(entity)
        .put("` is ")
        .put(article(kind))
        .put(", and class `")
        .put(class.name)
        .put("` takes ");
    let text = types_of(text, def).put("; ");
    let text = if matches!(def.format, Some(Format::DateTime)) && kind.types.contains(Types::STRING) {
        text.put(
            "say how the date is written, such as `#[j1(date = rfc3339)]`, or use a type of a crate of dates",
        )
    } else if fits(kind.list(), def) {
        text.put("send an array of one with `#[j1(list)]`")
    } else {
        text.put("convert it in a method, `#[j1(computed(..))]`, or give it another name with `#[j1(rename = \"..\")]`")
    };
    let text = text.put(" (data model ").put(DATA_MODEL_VERSION).put(")");
    panic!("{}", text.as_str());
}

const fn article(kind: Kind) -> &'static str {
    if kind.date {
        "a date (an integer)"
    } else if kind.types.contains(Types::STRING) {
        "a string"
    } else if kind.types.contains(Types::BOOLEAN) {
        "a boolean"
    } else if kind.types.contains(Types::INTEGER) {
        "an integer"
    } else if kind.types.contains(Types::NUMBER) {
        "a number"
    } else if kind.items.contains(Types::STRING) {
        "an array of strings"
    } else {
        "an array"
    }
}

const fn types_of(mut text: Text, def: &PropertyDef) -> Text {
    let names = Types::NAMES;
    let (mut i, mut first) = (0, true);
    while i < names.len() {
        if def.types.contains(names[i].0) {
            if !first {
                text = text.put(" or ");
            }
            text = text.put(names[i].1);
            first = false;
        }
        i += 1;
    }
    text
}

/// Fails the build when a `_type` is the name of a class.
#[track_caller]
pub const fn check_type(ty: &str) {
    let mut i = 0;
    while i < CLASSES.len() {
        if letters_alike(CLASSES[i].name.as_bytes(), ty.as_bytes()) {
            let text = Text::EMPTY
                .put("[J1-E0106] `")
                .put(ty)
                .put("` is the name of class `")
                .put(CLASSES[i].name)
                .put("`, and a query could not tell the two apart; begin it with the vendor: \"vendor_")
                .put(ty)
                .put("\"");
            panic!("{}", text.as_str());
        }
        i += 1;
    }
}

/// Fails the build when classes require properties that no field maps and that cannot be null.
#[track_caller]
pub const fn check_class(entity: &str, class: &ClassDef, properties: &[Mapped]) {
    let mut text = Text::EMPTY.put("[J1-E0201] `").put(entity).put("` lacks");
    let (mut i, mut missing) = (0, 0);
    while i < class.required.len() {
        let name = class.required[i];
        i += 1;
        if begins_with(name, "_") || has(properties, name) || nullable(class, name) {
            continue;
        }
        text = text.put(if missing == 0 { " `" } else { " and `" }).put(name).put("`");
        missing += 1;
    }
    if missing > 0 {
        let text = text
            .put(", which class `")
            .put(class.name)
            .put("` requires; add the field, or name one with `#[j1(rename = \"..\")]` (data model ")
            .put(DATA_MODEL_VERSION)
            .put(")");
        panic!("{}", text.as_str());
    }
}

/// Fails the build when an entity has no `name` or no `displayName`, whatever its class says.
#[track_caller]
pub const fn check_named(entity: &str, classes: &[&ClassDef], properties: &[Mapped]) {
    let names = ["name", "displayName"];
    let hints = ["name = field", "display_name = field"];
    let mut i = 0;
    while i < names.len() {
        // Where a class requires it, `check_class` says so already.
        if !has(properties, names[i]) && !required_by(classes, names[i]) {
            let text = Text::EMPTY
                .put("[J1-E0201] `")
                .put(entity)
                .put("` has no `")
                .put(names[i])
                .put("`, and JupiterOne refuses entities without one; write `#[j1(")
                .put(hints[i])
                .put(")]`");
            panic!("{}", text.as_str());
        }
        i += 1;
    }
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

const fn has(properties: &[Mapped], name: &str) -> bool {
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

/// Fails the build when two classes of an entity can never both hold.
#[track_caller]
pub const fn check_classes(entity: &str, classes: &[&ClassDef]) {
    let mut i = 0;
    while i < classes.len() {
        let mut j = i + 1;
        while j < classes.len() {
            if let Some(property) = crate::model::never_both(classes[i], classes[j]) {
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
                panic!("{}", text.as_str());
            }
            j += 1;
        }
        i += 1;
    }
}

/// Fails the build when two fields become one property.
#[track_caller]
pub const fn check_unique(entity: &str, properties: &[Mapped]) {
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
                panic!("{}", text.as_str());
            }
            j += 1;
        }
        i += 1;
    }
}
