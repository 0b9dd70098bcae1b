//! Rules on keys.

use crate::limits::MIN_KEY_CHARS;
use crate::text::Text;

/// A key that can turn out shorter than the data model asks for.
///
/// `text` is how many characters of the template stand in every key, `parts` how many each field adds at least; `None`
/// where that is not known.
#[must_use]
pub const fn too_short(entity: &str, text: usize, parts: &[Option<usize>]) -> Option<Text> {
    let (mut chars, mut i) = (text, 0);
    while i < parts.len() {
        match parts[i] {
            Some(part) => chars += part,
            None => return None,
        }
        i += 1;
    }
    if chars >= MIN_KEY_CHARS {
        return None;
    }
    let text = Text::EMPTY.put("[J1-E0404] the `_key` of `").put(entity).put(
        "` can have fewer than the 10 characters that the data model asks for; put the type before the id: \
         `key = \"acme-group:{id}\"`",
    );
    Some(text)
}

/// A template of a key in which the text `undefined` stands, which JupiterOne's tools take for a field that is missing.
#[must_use]
pub fn undefined(template: &str) -> Option<Text> {
    template.contains("undefined").then(|| {
        Text::EMPTY.put(
            "[J1-E0406] a key that contains `undefined` is in JupiterOne the trace of a field that was not there; \
             write another word",
        )
    })
}
