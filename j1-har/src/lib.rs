//! Decodes the body of a recorded HTTP response, in each form that recorders write it.
//!
//! Polly.js keeps a compressed body as it arrived: as a JSON array of its chunks, each hexadecimal (version 4) or base64
//! (versions 5 and 6), while the `content-encoding` header still names the compression. Tools that decompress the body
//! usually leave that header in place.
//!
//! `j1-runtime` reads recordings with it for `--replay`, and `cargo-j1` for `new --from`, so that both accept the same files.

use std::io::Read;

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use base64::{alphabet, engine::DecodePaddingMode};
use thiserror::Error;

/// Base64 with or without its padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The body of a recorded response as a HAR file holds it.
#[derive(Clone, Copy, Debug, Default)]
pub struct RecordedBody<'r> {
    /// `response.content.text`.
    pub text: &'r str,
    /// `response.content.encoding`.
    pub encoding: Option<&'r str>,
    /// The value of the response header `content-encoding`.
    pub content_encoding: Option<&'r str>,
}

/// A recorded body that cannot be decoded. Its text completes the sentence "the response …".
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyError {
    /// The text is marked as base64 and is not.
    #[error("is not valid base64: {0}")]
    Base64(String),
    /// The compressed bytes are cut off or damaged.
    #[error("cannot be decompressed: {0}")]
    Damaged(String),
    /// The compression is one that this crate does not read.
    #[error("is compressed as `{0}`, which is not supported here; record it again with `--record`")]
    Unsupported(String),
    /// The decompressed body is longer than the caller allows.
    #[error("is longer than {0} bytes when it is decompressed")]
    TooLong(usize),
}

impl RecordedBody<'_> {
    /// Decodes and decompresses the body, up to `limit` bytes.
    ///
    /// # Errors
    /// [`BodyError`] when the body is damaged, longer than `limit`, or compressed with Brotli or Zstandard.
    pub fn decode(self, limit: usize) -> Result<Vec<u8>, BodyError> {
        let packing = self.content_encoding.map(|packing| packing.trim().to_ascii_lowercase());
        let packing = packing.as_deref().filter(|packing| !packing.is_empty() && *packing != "identity");
        let is_base64 = self.encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case("base64"));
        // A response without compression may itself be an array of hexadecimal texts, so a sign is needed.
        if (packing.is_some() || is_base64)
            && let Some(packed) = chunks(self.text)
        {
            return unpack(packed, packing, limit);
        }
        if !is_base64 {
            return Ok(self.text.as_bytes().to_vec());
        }
        let bytes = STANDARD
            .decode(self.text)
            .or_else(|error| BASE64.decode(without_blanks(self.text)).map_err(|_| error))
            .map_err(|error| BodyError::Base64(error.to_string()))?;
        unpack(bytes, packing, limit)
    }
}

/// Base64 may be broken into lines.
fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_whitespace()).collect()
}

/// The bytes of an array of chunks, or `None` if the text is something else.
fn chunks(text: &str) -> Option<Vec<u8>> {
    let chunks: Vec<String> = serde_json::from_str(text).ok()?;
    let all = |decode: fn(&str) -> Option<Vec<u8>>| {
        chunks.iter().map(|chunk| decode(chunk)).collect::<Option<Vec<_>>>().map(|all| all.concat())
    };
    all(hex).or_else(|| all(|chunk| BASE64.decode(chunk).ok())).filter(|bytes| !bytes.is_empty())
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    rest.is_empty().then_some(())?;
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

/// Decompresses the bytes; returns them unchanged if they turn out not to be compressed.
fn unpack(bytes: Vec<u8>, packing: Option<&str>, limit: usize) -> Result<Vec<u8>, BodyError> {
    let read = |reader: &mut dyn Read| {
        let mut out = Vec::new();
        // One byte more than allowed tells a body that is too long from one that ends there.
        let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
        reader.take(most).read_to_end(&mut out).map_err(|error| BodyError::Damaged(error.to_string()))?;
        if out.len() > limit { Err(BodyError::TooLong(limit)) } else { Ok(out) }
    };
    match packing {
        Some("gzip" | "x-gzip") if bytes.starts_with(&[0x1f, 0x8b]) => {
            read(&mut flate2::read::MultiGzDecoder::new(&*bytes))
        }
        // RFC 9110 means zlib's format; some servers send it without the header of that format.
        Some("deflate") if bytes.first().is_some_and(|first| first & 0x0f == 8) => {
            read(&mut flate2::read::ZlibDecoder::new(&*bytes))
        }
        Some("deflate") => read(&mut flate2::read::DeflateDecoder::new(&*bytes)),
        Some(other @ ("br" | "zstd" | "compress")) => Err(BodyError::Unsupported(other.to_owned())),
        _ => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    const LIMIT: usize = 1000;

    fn decode(
        content_encoding: Option<&str>,
        text: &str,
        encoding: Option<&str>,
    ) -> Result<Vec<u8>, BodyError> {
        RecordedBody { text, encoding, content_encoding }.decode(LIMIT)
    }

    fn gzip(text: &str) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(text.as_bytes()).expect("it is written");
        packer.finish().expect("it is packed")
    }

    #[test]
    fn bodies_are_read_in_every_form_that_polly_writes() {
        let text = r#"{"results":["ä"]}"#;
        let packed = gzip(text);
        let (a, b) = packed.split_at(7);
        let hex = |bytes: &[u8]| bytes.iter().fold(String::new(), |out, byte| format!("{out}{byte:02x}"));
        let chunks = serde_json::json!([STANDARD.encode(a), STANDARD.encode(b)]).to_string();
        for (packing, written, encoding) in [
            (Some("gzip"), serde_json::json!([hex(a), hex(b)]).to_string(), None),
            (Some("gzip"), chunks.clone(), Some("base64")),
            (Some("GZIP"), chunks, None),
            (Some("gzip"), STANDARD.encode(&packed), Some("base64")),
            (None, STANDARD.encode(text), Some("base64")),
            (None, STANDARD.encode(text).trim_end_matches('=').to_owned() + "\n", Some("base64")),
            (None, serde_json::json!([STANDARD.encode(text)]).to_string(), Some("base64")),
            (Some("gzip"), text.to_owned(), None),
            (None, text.to_owned(), None),
        ] {
            assert_eq!(decode(packing, &written, encoding).as_deref(), Ok(text.as_bytes()), "{written}");
        }
        assert_eq!(decode(None, r#"["ab"]"#, None).as_deref(), Ok(&br#"["ab"]"#[..]), "an ordinary body");
    }

    #[test]
    fn a_body_that_cannot_be_decoded_is_an_error() {
        let brotli = decode(Some("br"), "[\"CwWAaGVsbG8D\"]", None);
        assert_eq!(brotli, Err(BodyError::Unsupported("br".to_owned())));
        assert!(matches!(decode(Some("gzip"), "[\"1f8b08\"]", None), Err(BodyError::Damaged(_))));
        assert!(matches!(decode(None, "***", Some("base64")), Err(BodyError::Base64(_))));
        let long = STANDARD.encode(gzip(&"x".repeat(LIMIT + 1)));
        assert_eq!(decode(Some("gzip"), &long, Some("base64")), Err(BodyError::TooLong(LIMIT)));
    }
}
