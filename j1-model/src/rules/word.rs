//! Rules on the words of an enum.

use crate::text::{Text, letters_alike, same};
use crate::{ClassDef, DATA_MODEL_VERSION, Kind, Literal, PropertyDef};

/// The number of allowed words that a message names.
const NAMED: usize = 8;

/// Returns the message for words that a value of this kind can be but the class does not allow.
#[must_use]
pub(super) const fn word(kind: Kind, entity: &str, class: &ClassDef, def: &PropertyDef) -> Option<Text> {
    let allowed = match def.items {
        Some(items) if kind.is_list() => items.allowed,
        _ if kind.is_list() => &[],
        _ => def.allowed,
    };
    let mut text = Text::EMPTY.put("[J1-E0204] `").put(def.name).put("` of `").put(entity).put("` can be");
    let (mut i, mut wrong, mut near) = (0, false, None);
    while i < kind.words.len() && !allowed.is_empty() {
        if !is_in(kind.words[i], allowed) {
            text = text.put(if wrong { ", `" } else { " `" }).put(kind.words[i]).put("`");
            wrong = true;
            if near.is_none() {
                near = alike(kind.words[i], allowed);
            }
        }
        i += 1;
    }
    if !wrong {
        return None;
    }
    let text = text.put(", which class `").put(class.name).put("` does not allow; ");
    Some(hint(&text, class, allowed, near))
}

const fn hint(text: &Text, class: &ClassDef, allowed: &[Literal], near: Option<&str>) -> Text {
    let text = match near {
        Some(near) => {
            text.put("write it as the class does, `#[j1(rename = \"").put(near).put("\")]` on the variant")
        }
        None => listed(text.put("translate it to one of "), allowed)
            .put(" with `#[j1(rename = \"..\")]` on the variant"),
    };
    text.put(" (data model ")
        .put(DATA_MODEL_VERSION)
        .put("; `cargo j1 model ")
        .put(class.name)
        .put("` lists them)")
}

/// The allowed values, or the first few of many.
pub(super) const fn listed(mut text: Text, allowed: &[Literal]) -> Text {
    let mut i = 0;
    while i < allowed.len() && i < NAMED {
        text = text.put(if i == 0 { "`" } else { ", `" });
        text = match allowed[i] {
            Literal::Str(word) => text.put(word),
            Literal::Int(number) => text.put_number(number as i128),
            Literal::Bool(value) => text.put(if value { "true" } else { "false" }),
        };
        text = text.put("`");
        i += 1;
    }
    if i < allowed.len() { text.put(" and others") } else { text }
}

const fn is_in(word: &str, allowed: &[Literal]) -> bool {
    let mut i = 0;
    while i < allowed.len() {
        if let Literal::Str(known) = allowed[i]
            && same(known, word)
        {
            return true;
        }
        i += 1;
    }
    false
}

/// The allowed word that is this one but for case and punctuation.
pub(super) const fn alike(word: &str, allowed: &[Literal]) -> Option<&'static str> {
    let mut i = 0;
    while i < allowed.len() {
        if let Literal::Str(known) = allowed[i]
            && letters_alike(known.as_bytes(), word.as_bytes())
        {
            return Some(known);
        }
        i += 1;
    }
    None
}
