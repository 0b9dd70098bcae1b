//! Text that others wrote, made safe for a terminal, a log or a document. It is the only place that does so.

use std::borrow::Cow;

/// Replaces each control character by a visible one, so that the text can neither move the cursor, set a title or the clipboard,
/// nor show its letters in another order than they are written. Line breaks and tabs stay.
///
/// ```
/// use j1_core::describe::foreign::inert;
///
/// assert_eq!(inert("a\u{1b}[2J b"), "a␛[2J b");
/// ```
#[must_use]
pub fn inert(text: &str) -> Cow<'_, str> {
    replaced(text, |_| 0)
}

/// As [`inert`], for a line of a log whose own colours stay: `ESC [ … m`, which changes nothing but how letters look.
#[must_use]
pub fn inert_log(text: &str) -> Cow<'_, str> {
    replaced(text, style)
}

/// The text with each control character replaced, unless `kept` bytes begin with it that stay as they are.
fn replaced(text: &str, kept: impl Fn(&str) -> usize) -> Cow<'_, str> {
    if !text.contains(is_active) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(is_active) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let stays = kept(rest);
        out.push_str(&rest[..stays]);
        rest = &rest[stays..];
        if stays == 0 {
            let mut chars = rest.chars();
            out.extend(chars.next().map(visible));
            rest = chars.as_str();
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The length of a style at the beginning of a text, or 0.
fn style(text: &str) -> usize {
    let Some(rest) = text.strip_prefix("\u{1b}[") else { return 0 };
    let numbers = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b';').count();
    if rest[numbers..].starts_with('m') { numbers + 3 } else { 0 }
}

/// Returns `true` for the controls of ASCII (C0) and Latin-1 (C1) and for those of the Unicode bidirectional algorithm, but not
/// for line breaks and tabs.
fn is_active(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
        || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The picture of a control character, or the replacement character where there is none.
fn visible(c: char) -> char {
    match u32::from(c) {
        code @ 0..=0x1f => char::from_u32(0x2400 + code).unwrap_or(char::REPLACEMENT_CHARACTER),
        0x7f => '\u{2421}',
        _ => char::REPLACEMENT_CHARACTER,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn terminal_control_characters_are_made_visible() {
        assert_eq!(inert("a\u{1b}]52;c;aGk=\u{7}b\u{9b}2J"), "a␛]52;c;aGk=␇b\u{fffd}2J");
        assert_eq!(inert("ab\u{202e}cd\rx\u{7f}"), "ab\u{fffd}cd␍x␡");
        assert_eq!(inert("Zoë\n\tعربى"), "Zoë\n\tعربى", "letters, line breaks and tabs stay");
        assert_eq!(inert_log("\u{1b}[1;31mred\u{1b}[0m\u{1b}[2J"), "\u{1b}[1;31mred\u{1b}[0m␛[2J");
        assert_eq!(inert("\u{1b}[31m"), "␛[31m");
    }

    proptest! {
        #[test]
        fn nothing_active_is_left(text in any::<String>()) {
            prop_assert!(!inert(&text).contains(is_active));
            let log = inert_log(&text);
            prop_assert!(log.match_indices(is_active).all(|(at, _)| style(&log[at..]) > 0));
        }
    }
}
