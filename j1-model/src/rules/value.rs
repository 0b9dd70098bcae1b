//! Rules on the types of values.

use super::word;
use crate::text::{Text, same};
use crate::{ClassDef, DATA_MODEL_VERSION, Format, Kind, PropertyDef, Types};

/// Values of a kind that is not what the classes say of the property, or words that they do not allow.
#[must_use]
pub const fn value(kind: Kind, entity: &str, classes: &[&ClassDef], name: &str) -> Option<Text> {
    let mut i = 0;
    // A type that no property can hold has no kind; rustc reports it.
    while i < classes.len() && !kind.types.is_none() {
        if let Some(def) = classes[i].property(name) {
            if !def.fits(kind) {
                return Some(wrong_type(entity, classes[i], def, kind));
            }
            if let Some(text) = word::word(kind, entity, classes[i], def) {
                return Some(text);
            }
        }
        i += 1;
    }
    None
}

/// A property of a target that can be nothing that its classes say, be it one of a list.
#[must_use]
pub const fn target_value(kind: Kind, target: &str, classes: &[&ClassDef], name: &str) -> Option<Text> {
    if same(name, "_key") && !kind.types.is_none() && !kind.types.contains(Types::STRING) {
        let text = Text::EMPTY.put("[J1-E0203] the `_key` of `").put(target).put("` is ");
        return Some(
            text.put(kind.described()).put(", and a key is a string; convert it where the target is made"),
        );
    }
    let mut i = 0;
    while i < classes.len() && !kind.types.is_none() {
        if let Some(def) = classes[i].property(name)
            && !def.fits(kind)
            && !def.fits(kind.list())
        {
            return Some(wrong_type(target, classes[i], def, kind));
        }
        i += 1;
    }
    None
}

const fn wrong_type(entity: &str, class: &ClassDef, def: &PropertyDef, kind: Kind) -> Text {
    let text = Text::EMPTY
        .put("[J1-E0203] `")
        .put(def.name)
        .put("` of `")
        .put(entity)
        .put("` is ")
        .put(kind.described())
        .put(", and class `")
        .put(class.name)
        .put("` takes ");
    let text = types_of(text, def).put("; ");
    let text = if matches!(def.format, Some(Format::DateTime)) && kind.types.contains(Types::STRING) {
        text.put(
            "say how the date is written, such as `#[j1(date = rfc3339)]`, or use a type of a crate of dates",
        )
    } else if def.fits(kind.list()) {
        text.put("send an array of one with `#[j1(list)]`")
    } else {
        text.put("convert it in a method, `#[j1(computed(..))]`, or give it another name with `#[j1(rename = \"..\")]`")
    };
    text.put(" (data model ").put(DATA_MODEL_VERSION).put(")")
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
            if names[i].0.contains(Types::ARRAY) {
                text = text.put(items_of(def));
            }
            first = false;
        }
        i += 1;
    }
    text
}

/// `truncate` on values that are not texts, which are never cut.
#[must_use]
pub const fn truncates_nothing(kind: Kind, field: &str) -> Option<Text> {
    if kind.types.is_none() || kind.holds(Types::STRING) {
        return None;
    }
    let text = Text::EMPTY.put("[J1-E0315] `truncate` has no effect on `").put(field).put("`, which is ");
    Some(text.put(kind.described()).put(": only a string is cut; remove it"))
}

/// `list` on values that are an array already.
#[must_use]
pub const fn lists_a_list(kind: Kind, field: &str) -> Option<Text> {
    if !kind.is_list() {
        return None;
    }
    let text = Text::EMPTY.put("[J1-E0315] `list` makes an array of one value, and `").put(field);
    Some(text.put("` is an array already; remove it"))
}

/// The type of the items, where the class says one.
const fn items_of(def: &PropertyDef) -> &'static str {
    match def.items {
        Some(items) if items.types.contains(Types::STRING) => " of strings",
        Some(items) if items.types.contains(Types::NUMBER) => " of numbers",
        Some(items) if items.types.contains(Types::INTEGER) => " of integers",
        _ => "",
    }
}
