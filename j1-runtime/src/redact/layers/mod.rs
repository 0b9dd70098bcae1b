//! Searches a text as it is and with its escapes decoded: JSON in a string, a parameter in a URL, HTML.

mod bare;
mod entities;
mod lines;

use std::borrow::Cow;
use std::ops::Range;

pub(super) use bare::without_backslashes;

use crate::redact::secrets::Secrets;

/// The number of texts that are searched: the text itself, then the text with its escapes decoded once, twice, and so
/// on. Enough for four levels of escaping around a secret, and one inside it.
const DEEPEST: usize = 6;

/// A text whose escapes have been read, and where each of its bytes comes from.
struct Layer {
    bytes: Vec<u8>,
    /// The position in the original text of each byte, and of the end.
    origins: Vec<usize>,
}

/// Calls `look` with the text, and again with the result of each round of decoding; `look` returns the parts to hide.
/// Returns these as ranges of the original text: in order, disjoint, and none of them ends within an escape. Secrets that
/// are known may also lack their backslashes.
pub(super) fn find(
    text: &[u8],
    known: Option<&Secrets>,
    mut look: impl FnMut(&[u8]) -> Vec<Range<usize>>,
) -> Vec<Range<usize>> {
    let mut found = look(text);
    let mut layers: Vec<Layer> = Vec::new();
    while layers.len() + 1 < DEEPEST {
        let layer = match layers.last() {
            None => decoded_from(text, |at| at),
            Some(last) => decoded_from(&last.bytes, |at| last.origins[at]),
        };
        let Some(layer) = layer else { break };
        found.extend(
            look(&layer.bytes).into_iter().map(|part| layer.origins[part.start]..layer.origins[part.end]),
        );
        layers.push(layer);
    }
    let last = layers.last();
    let (innermost, origin) = last.map_or((text, None), |last| (&last.bytes, Some(&last.origins)));
    let origin = |at: usize| origin.map_or(at, |all| all[at]);
    if let Some(Layer { bytes, origins }) = lines::joined(innermost, origin) {
        found.extend(look(&bytes).into_iter().map(|part| origins[part.start]..origins[part.end]));
    }
    if let Some(known) = known.filter(|known| known.may_lose_backslashes())
        && let Some(Layer { bytes, origins }) = bare::bare(innermost, origin)
    {
        found.extend(known.find(&bytes).into_iter().map(|part| origins[part.start]..origins[part.end]));
    }
    // The visible rest of an escape that was cut in two would reveal a part of the secret. The innermost layer has the
    // bounds of the escapes of all layers, and no others.
    if let Some(Layer { origins, .. }) = layers.last() {
        for part in &mut found {
            let after = origins.partition_point(|at| *at <= part.start);
            part.start = origins[..after].last().copied().unwrap_or(part.start);
            part.end = origins.get(origins.partition_point(|at| *at < part.end)).copied().unwrap_or(part.end);
        }
    }
    merged(found)
}

/// Returns `true` if `look` returns `true` for any of the texts that [`find`] searches.
pub(super) fn any(text: &[u8], known: &Secrets, look: impl Fn(&[u8]) -> bool) -> bool {
    let mut layer = Cow::Borrowed(text);
    if look(&layer) {
        return true;
    }
    for _ in 1..DEEPEST {
        let Some(next) = decoded(&layer) else { break };
        layer = Cow::Owned(next);
        if look(&layer) {
            return true;
        }
    }
    lines::joined(&layer, |at| at).is_some_and(|joined| look(&joined.bytes))
        || known.may_lose_backslashes() && without_backslashes(&layer).is_some_and(|bare| look(&bare))
}

/// Returns the text after each round of decoding.
pub(super) fn readings(text: &str) -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = Vec::new();
    while all.len() + 1 < DEEPEST {
        let Some(next) = decoded(all.last().map_or(text.as_bytes(), Vec::as_slice)) else { break };
        all.push(next);
    }
    all
}

/// Parts in order, with those that touch joined.
fn merged(mut parts: Vec<Range<usize>>) -> Vec<Range<usize>> {
    parts.retain(|part| !part.is_empty());
    parts.sort_by_key(|part| part.start);
    let mut out: Vec<Range<usize>> = Vec::new();
    for part in parts {
        match out.last_mut().filter(|last| part.start <= last.end) {
            Some(last) => last.end = last.end.max(part.end),
            None => out.push(part),
        }
    }
    out
}

/// The text with each escape replaced by what it stands for, or `None` if there is no escape in it.
fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    // Most texts have none, and need no copy.
    start(text)?;
    let mut out = Vec::with_capacity(text.len());
    decode(text, |bytes, _, _| out.extend_from_slice(bytes)).then_some(out)
}

/// Like [`decoded`], with the origin of each byte; `origin` maps a position in `text` to one in the original text.
fn decoded_from(text: &[u8], origin: impl Fn(usize) -> usize) -> Option<Layer> {
    let mut layer = Layer { bytes: Vec::new(), origins: Vec::new() };
    let changed = decode(text, |bytes, at, escaped| {
        layer.bytes.extend_from_slice(bytes);
        layer.origins.extend((0..bytes.len()).map(|place| origin(if escaped { at } else { at + place })));
    });
    layer.origins.push(origin(text.len()));
    changed.then_some(layer)
}

/// Calls `put` with the decoded bytes of each part, the place of the part, and whether it is an escape. Returns `true` if
/// any part is one.
fn decode(text: &[u8], mut put: impl FnMut(&[u8], usize, bool)) -> bool {
    let (mut at, mut plain, mut changed) = (0, 0, false);
    while let Some(next) = start(&text[at..]) {
        at += next;
        let Some((stands_for, length)) = unescaped(&text[at..]) else {
            at += 1;
            continue;
        };
        put(&text[plain..at], plain, false);
        let mut bytes = [0; 4];
        let bytes = match stands_for {
            Stands::Byte(byte) => {
                bytes[0] = byte;
                &bytes[..1]
            }
            Stands::Char(char) => char.encode_utf8(&mut bytes).as_bytes(),
        };
        put(bytes, at, true);
        at += length;
        (plain, changed) = (at, true);
    }
    put(&text[plain..], plain, false);
    changed
}

/// The place of the first byte that an escape can begin with.
pub(super) fn start(text: &[u8]) -> Option<usize> {
    memchr::memchr3(b'%', b'\\', b'&', text)
}

/// Returns `true` if the text begins with an escape.
pub(super) fn is_escape(text: &[u8]) -> bool {
    unescaped(text).is_some()
}

enum Stands {
    Byte(u8),
    Char(char),
}

/// The meaning and the length of an escape at the beginning of a text.
fn unescaped(text: &[u8]) -> Option<(Stands, usize)> {
    match text {
        [b'%', b'u' | b'U', a, b, c, d, ..] => Some((code_point(hex(&[*a, *b, *c, *d])?)?, 6)),
        [b'%', high, low, ..] => Some((Stands::Byte(hex(&[*high, *low])?.try_into().ok()?), 3)),
        [b'\\', rest @ ..] => backslash(rest).map(|(stands_for, length)| (stands_for, length + 1)),
        [b'&', b'#', rest @ ..] => numeric(rest).map(|(stands_for, length)| (stands_for, length + 2)),
        [b'&', rest @ ..] => entities::named(rest).map(|(char, length)| (Stands::Char(char), length + 1)),
        _ => None,
    }
}

/// An escape after its backslash, as JSON, JavaScript, Rust, Python, C, PHP and the logs of nginx write it.
fn backslash(text: &[u8]) -> Option<(Stands, usize)> {
    match text {
        [b'u', b'{', rest @ ..] => {
            let length = rest.iter().take(7).position(|byte| *byte == b'}')?;
            Some((code_point(hex(&rest[..length])?)?, length + 3))
        }
        [b'u', a, b, c, d, rest @ ..] => {
            let unit = hex(&[*a, *b, *c, *d])?;
            // JSON and JavaScript write a character beyond U+FFFF as two escapes.
            if let [b'\\', b'u', e, f, g, h, ..] = rest
                && let (0xd800..0xdc00, Some(low @ 0xdc00..0xe000)) = (unit, hex(&[*e, *f, *g, *h]))
            {
                let char = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                return Some((code_point(char)?, 11));
            }
            Some((code_point(unit)?, 5))
        }
        [b'U', digits @ ..] if digits.len() >= 8 => Some((code_point(hex(&digits[..8])?)?, 9)),
        [b'x' | b'X', high, low, ..] => Some((Stands::Byte(hex(&[*high, *low])?.try_into().ok()?), 3)),
        [b'0'..=b'7', ..] => {
            let length = text.iter().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
            let value = text[..length].iter().fold(0, |value, digit| value << 3 | u32::from(digit - b'0'));
            Some((Stands::Byte(value.try_into().ok()?), length))
        }
        [letter @ (b'a' | b'b' | b'e' | b'f' | b'n' | b'r' | b't' | b'v'), ..] => {
            let byte = match letter {
                b'a' => 0x07,
                b'b' => 0x08,
                b'e' => 0x1b,
                b'f' => 0x0c,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                _ => 0x0b,
            };
            Some((Stands::Byte(byte), 1))
        }
        // Before these, the backslash is more likely literal, and what follows it an escape of its own.
        [b'&' | b'%', ..] => None,
        [byte, ..] if byte.is_ascii_punctuation() => Some((Stands::Byte(*byte), 1)),
        _ => None,
    }
}

/// A numeric entity after `&#`, decimal or hexadecimal, with or without the semicolon.
fn numeric(text: &[u8]) -> Option<(Stands, usize)> {
    /// The longest number that stands for a character, with a few zeros before it.
    const LONGEST: usize = 8;
    let (radix, sign) = if matches!(text.first(), Some(b'x' | b'X')) { (16, 1) } else { (10, 0) };
    let digits = text.get(sign..)?;
    let length = digits.iter().take(LONGEST).take_while(|digit| char::from(**digit).is_digit(radix)).count();
    let number = str::from_utf8(&digits[..length]).ok()?;
    let stands_for = code_point(u32::from_str_radix(number, radix).ok()?)?;
    let semicolon = usize::from(digits.get(length) == Some(&b';'));
    Some((stands_for, sign + length + semicolon))
}

fn code_point(number: u32) -> Option<Stands> {
    char::from_u32(number).map(Stands::Char)
}

fn hex(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    digits
        .iter()
        .try_fold(0u32, |value, digit| Some(value.checked_mul(16)? | char::from(*digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hides each `a"b/c`.
    fn hide(text: &str) -> String {
        let parts = find(text.as_bytes(), None, |layer| {
            layer.windows(5).position(|part| part == b"a\"b/c").map(|at| at..at + 5).into_iter().collect()
        });
        let mut out = text.to_owned();
        for part in parts.into_iter().rev() {
            out.replace_range(part, "*");
        }
        out
    }

    #[test]
    fn a_secret_inside_escaped_text_is_hidden_in_place() {
        assert_eq!(hide("x a\"b/c y"), "x * y");
        assert_eq!(hide(r#"ä\u00e4 "a\"b\/c" ü"#), r#"ä\u00e4 "*" ü"#);
        assert_eq!(hide(r#""\"a\\\"b/c\"" %zz &x;"#), r#""\"*\"" %zz &x;"#);
        assert_eq!(hide("?q=a%22b%2Fc&r=1"), "?q=*&r=1");
        assert_eq!(hide("?r=a%2522b%252fc"), "?r=*");
        assert_eq!(hide("<a&quot;b/c> 100%"), "<*> 100%");
        assert_eq!(hide("nothing \\ at % all &"), "nothing \\ at % all &");
        assert!(any(br#"{"x":"a\\\"b/c"}"#, &Secrets::default(), |layer| layer
            .windows(5)
            .any(|part| part == b"a\"b/c")));
    }

    #[test]
    fn escapes_are_read_as_each_language_writes_them() {
        for escaped in [
            "a&#34;b&#47;c",
            "a&#x22;b&#X2F;c",
            "a&#034;b&#0047;c",
            "a&#34b&#x2f;c",
            "a&quot;b&sol;c",
            r"a\x22b\x2fc",
            r"a\42b\57c",
            r"a\042b\057c",
            "a\\\"b\\/c",
            r"a\u{22}b\u{2f}c",
            r"a\U00000022b\U0000002fc",
            "a%u0022b%u002Fc",
            "a&amp;#34;b&amp;#47;c",
            r"a\\x22b\\x2fc",
            r"\u0061\u0022\u0062\u002f\u0063",
        ] {
            assert_eq!(hide(&format!("- {escaped} -")), "- * -", "{escaped}");
        }
        let emoji = find(br"x\ud83d\ude00y", None, |layer| {
            let at = str::from_utf8(layer).ok().and_then(|text| text.find('😀'));
            at.map(|at| at..at + 4).into_iter().collect()
        });
        assert_eq!((emoji.len(), emoji[0].clone()), (1, 1..13));
    }

    #[test]
    #[expect(clippy::single_range_in_vec_init, reason = "the parts of a text may be one")]
    fn no_part_ends_within_an_escape() {
        // What is found ends after `&amp`, before the rest of the escape.
        let found =
            find(b"k=abc&amp;def", None, |layer| if layer.len() == 13 { vec![2..9] } else { Vec::new() });
        assert_eq!(found, [2..10]);
        let found =
            find(br"abc\x2fdef", None, |layer| if layer.len() == 10 { vec![5..8] } else { Vec::new() });
        assert_eq!(found, [3..8]);
        let found =
            find(b"a&amp;#47;b", None, |layer| if layer.len() == 11 { vec![0..2] } else { Vec::new() });
        assert_eq!(found, [0..10]);
    }
}
