//! A text without backslashes. All escapes of a text are decoded at once, whatever encoder wrote them. So a backslash of a
//! secret may come to light before what follows it is decoded: in `&#92;\\u00fc`, first `\\u00fc` and then `\u00fc` remain, and
//! of `\ü` only `ü`. In what order the encoders wrote them cannot be known, but nothing other than backslashes is lost.

use super::Layer;

/// Returns the text without its backslashes, or `None` if it has none.
pub(in crate::redact) fn without_backslashes(text: &[u8]) -> Option<Vec<u8>> {
    memchr::memchr(b'\\', text)?;
    Some(text.iter().copied().filter(|byte| *byte != b'\\').collect())
}

/// Like [`without_backslashes`], with the origin of each byte; `origin` maps a place in the text.
pub(super) fn bare(text: &[u8], origin: impl Fn(usize) -> usize) -> Option<Layer> {
    let bytes = without_backslashes(text)?;
    let kept = (0..text.len()).filter(|at| text[*at] != b'\\');
    Some(Layer { bytes, origins: kept.chain([text.len()]).map(origin).collect() })
}
