//! Base64 that is broken into lines, as MIME, PEM, the GNU tools, Python and Ruby write it: after 76, 64 or 60 characters.

use super::Layer;

/// A line that is shorter ends for another reason.
const SHORTEST_LINE: usize = 48;

/// Returns the text with the lines of base64 joined, or `None` if there are none; `origin` maps a place in the text.
pub(super) fn joined(text: &[u8], origin: impl Fn(usize) -> usize) -> Option<Layer> {
    let mut layer = Layer { bytes: Vec::new(), origins: Vec::new() };
    let mut from = 0;
    for end in memchr::memchr_iter(b'\n', text) {
        if let Some((line, next)) = wrapped(text, end).filter(|(line, _)| *line >= from) {
            layer.bytes.extend_from_slice(&text[from..line]);
            layer.origins.extend((from..line).map(&origin));
            from = next;
        }
    }
    if from == 0 {
        return None;
    }
    layer.bytes.extend_from_slice(&text[from..]);
    layer.origins.extend((from..=text.len()).map(&origin));
    Some(layer)
}

/// The end of the line before this line feed, and the begin of the next one, if both are of one base64 text.
fn wrapped(text: &[u8], feed: usize) -> Option<(usize, usize)> {
    let end = if text[..feed].ends_with(b"\r") { feed - 1 } else { feed };
    let line = &text[end.checked_sub(SHORTEST_LINE)?..end];
    let indent = text[feed + 1..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let next = feed + 1 + indent;
    let goes_on = text.get(next).copied().is_some_and(is_base64);
    (goes_on && line.iter().copied().all(is_base64)).then_some((end, next))
}

const fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=')
}
