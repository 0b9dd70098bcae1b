//! A text, and what it says when what was escaped in it is read: JSON in a string, a parameter in a URL.

use std::ops::Range;

/// How often one may be written in another.
const DEEPEST: usize = 5;

/// One way to read a text, and where each byte of it comes from.
pub(super) struct Layer {
    pub bytes: Vec<u8>,
    /// For each byte, and for the end: its place in the text that was there first.
    origins: Vec<usize>,
}

/// Calls `look` with each way to read a text, the text itself first; it says which parts are to be hidden. Gives those of
/// the text itself, in order, none within another.
pub(super) fn find(text: &[u8], mut look: impl FnMut(&[u8]) -> Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut found = look(text);
    let mut layer = decoded(text, |at| at);
    for _ in 1..DEEPEST {
        let Some(here) = layer else { break };
        found.extend(
            look(&here.bytes).into_iter().map(|part| here.origins[part.start]..here.origins[part.end]),
        );
        layer = decoded(&here.bytes, |at| here.origins[at]);
    }
    merged(found)
}

/// Whether any way to read a text holds something.
pub(super) fn any(text: &[u8], look: impl Fn(&[u8]) -> bool) -> bool {
    if look(text) {
        return true;
    }
    let mut layer = decoded(text, |at| at);
    for _ in 1..DEEPEST {
        let Some(here) = layer else { break };
        if look(&here.bytes) {
            return true;
        }
        layer = decoded(&here.bytes, |at| at);
    }
    false
}

/// Parts in order, those that touch as one.
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

/// The text with everything that is escaped once as what it stands for; `None` where nothing is.
fn decoded(text: &[u8], origin: impl Fn(usize) -> usize) -> Option<Layer> {
    let mut at = text.iter().position(|byte| b"%\\&".contains(byte))?;
    let mut layer = Layer { bytes: text[..at].to_vec(), origins: (0..at).map(&origin).collect() };
    let mut changed = false;
    while let Some(&byte) = text.get(at) {
        let length = match unescaped(&text[at..]) {
            Some((stands_for, length)) => {
                let mut bytes = [0; 4];
                let bytes = match stands_for {
                    Stands::Byte(byte) => {
                        bytes[0] = byte;
                        &bytes[..1]
                    }
                    Stands::Char(char) => char.encode_utf8(&mut bytes).as_bytes(),
                };
                layer.bytes.extend_from_slice(bytes);
                layer.origins.extend(bytes.iter().map(|_| origin(at)));
                changed = true;
                length
            }
            None => {
                layer.bytes.push(byte);
                layer.origins.push(origin(at));
                1
            }
        };
        at += length;
    }
    layer.origins.push(origin(text.len()));
    changed.then_some(layer)
}

enum Stands {
    Byte(u8),
    Char(char),
}

/// What an escape at the beginning of a text stands for, and how long it is.
fn unescaped(text: &[u8]) -> Option<(Stands, usize)> {
    match text {
        [b'%', high, low, ..] => Some((Stands::Byte(hex(&[*high, *low])?.try_into().ok()?), 3)),
        [b'\\', b'u', b'{', rest @ ..] => {
            let length = rest.iter().take(7).position(|byte| *byte == b'}')?;
            Some((Stands::Char(char::from_u32(hex(&rest[..length])?)?), length + 4))
        }
        [b'\\', b'u', a, b, c, d, ..] => Some((Stands::Char(char::from_u32(hex(&[*a, *b, *c, *d])?)?), 6)),
        [b'\\', b'n', ..] => Some((Stands::Byte(b'\n'), 2)),
        [b'\\', b'r', ..] => Some((Stands::Byte(b'\r'), 2)),
        [b'\\', b't', ..] => Some((Stands::Byte(b'\t'), 2)),
        [b'\\', byte @ (b'"' | b'\'' | b'\\' | b'/'), ..] => Some((Stands::Byte(*byte), 2)),
        [b'&', ..] => {
            const ENTITIES: [(&[u8], u8); 7] = [
                (b"&amp;", b'&'),
                (b"&lt;", b'<'),
                (b"&gt;", b'>'),
                (b"&quot;", b'"'),
                (b"&apos;", b'\''),
                (b"&#39;", b'\''),
                (b"&#34;", b'"'),
            ];
            let (name, byte) = ENTITIES.iter().find(|(name, _)| text.starts_with(name))?;
            Some((Stands::Byte(*byte), name.len()))
        }
        _ => None,
    }
}

fn hex(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0, |value, digit| Some(value << 4 | char::from(*digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_in_what_is_escaped_is_hidden_where_it_stands() {
        let hide = |text: &str| {
            let parts = find(text.as_bytes(), |layer| {
                layer.windows(5).position(|part| part == b"a\"b/c").map(|at| at..at + 5).into_iter().collect()
            });
            let mut out = text.to_owned();
            for part in parts.into_iter().rev() {
                out.replace_range(part, "*");
            }
            out
        };
        assert_eq!(hide("x a\"b/c y"), "x * y");
        assert_eq!(hide(r#"ä\u00e4 "a\"b\/c" ü"#), r#"ä\u00e4 "*" ü"#);
        assert_eq!(hide(r#""\"a\\\"b/c\"" %zz &x;"#), r#""\"*\"" %zz &x;"#);
        assert_eq!(hide("?q=a%22b%2Fc&r=1"), "?q=*&r=1");
        assert_eq!(hide("?r=a%2522b%252fc"), "?r=*");
        assert_eq!(hide("<a&quot;b/c> 100%"), "<*> 100%");
        assert_eq!(hide("nothing \\ at % all &"), "nothing \\ at % all &");
        assert!(any(br#"{"x":"a\\\"b/c"}"#, |layer| layer.windows(5).any(|part| part == b"a\"b/c")));
    }
}
