//! The body of a recorded answer, however it is written.
//!
//! Polly.js keeps a compressed body as it came: as a JSON array of its chunks, each hexadecimal (version 4) or base64
//! (version 6), while the header still says how it is compressed. Tools that unpack it leave that header.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::provider::transport::LONGEST_ANSWER;
use crate::recordings::replay::har::Response;

/// The body, decoded and unpacked.
///
/// # Errors
/// What is wrong with it.
pub(super) fn body(response: &Response) -> Result<Vec<u8>, String> {
    let text = response.content.text.as_deref().unwrap_or_default();
    let packing = response
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-encoding"))
        .map(|header| header.value.trim().to_ascii_lowercase())
        .filter(|packing| !packing.is_empty() && packing != "identity");
    if packing.is_some()
        && let Some(packed) = chunks(text)
    {
        return unpack(packed, packing.as_deref());
    }
    if response.content.encoding.as_deref() != Some("base64") {
        return Ok(text.as_bytes().to_vec());
    }
    let bytes = STANDARD.decode(text).map_err(|error| format!("is no base64: {error}"))?;
    unpack(bytes, packing.as_deref())
}

/// The bytes of an array of chunks; `None` where it is something else.
fn chunks(text: &str) -> Option<Vec<u8>> {
    let chunks: Vec<String> = serde_json::from_str(text).ok()?;
    let all = |decode: fn(&str) -> Option<Vec<u8>>| {
        chunks.iter().map(|chunk| decode(chunk)).collect::<Option<Vec<_>>>().map(|all| all.concat())
    };
    all(hex).or_else(|| all(|chunk| STANDARD.decode(chunk).ok())).filter(|bytes| !bytes.is_empty())
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    rest.is_empty().then_some(())?;
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

/// The bytes as they were before they were packed; as they are where they turn out not to be.
fn unpack(bytes: Vec<u8>, packing: Option<&str>) -> Result<Vec<u8>, String> {
    let read = |reader: &mut dyn std::io::Read| {
        let mut out = Vec::new();
        let read = reader.take(LONGEST_ANSWER as u64).read_to_end(&mut out);
        read.map(|_| out).map_err(|error| format!("cannot be unpacked: {error}"))
    };
    match packing {
        Some("gzip" | "x-gzip") if bytes.starts_with(&[0x1f, 0x8b]) => {
            read(&mut flate2::read::MultiGzDecoder::new(&*bytes))
        }
        // By the standard it is zlib's format; some servers send it without the head.
        Some("deflate") if bytes.first().is_some_and(|first| first & 0x0f == 8) => {
            read(&mut flate2::read::ZlibDecoder::new(&*bytes))
        }
        Some("deflate") => read(&mut flate2::read::DeflateDecoder::new(&*bytes)),
        Some(other @ ("br" | "zstd" | "compress")) => Err(format!(
            "is packed as `{other}`, which cannot be unpacked here; record it again with `--record`"
        )),
        _ => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn response(headers: &[(&str, &str)], text: &str, encoding: Option<&str>) -> Response {
        let headers: Vec<_> =
            headers.iter().map(|(name, value)| serde_json::json!({ "name": name, "value": value })).collect();
        let content = serde_json::json!({ "text": text, "encoding": encoding });
        serde_json::from_value(serde_json::json!({ "status": 200, "headers": headers, "content": content }))
            .expect("a response")
    }

    fn gzip(text: &str) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(text.as_bytes()).expect("it is written");
        packer.finish().expect("it is packed")
    }

    #[test]
    fn bodies_are_read_in_every_way_that_polly_writes_them() {
        let text = r#"{"results":["ä"]}"#;
        let packed = gzip(text);
        let (a, b) = packed.split_at(7);
        let hex = |bytes: &[u8]| bytes.iter().fold(String::new(), |out, byte| format!("{out}{byte:02x}"));
        let zipped = [("Content-Encoding", "gzip")];
        for (headers, written, encoding) in [
            (&zipped[..], serde_json::json!([hex(a), hex(b)]).to_string(), None),
            (
                &zipped,
                serde_json::json!([STANDARD.encode(a), STANDARD.encode(b)]).to_string(),
                Some("base64"),
            ),
            (&zipped, STANDARD.encode(&packed), Some("base64")),
            (&[], STANDARD.encode(text), Some("base64")),
            (&zipped, text.to_owned(), None),
            (&[], text.to_owned(), None),
        ] {
            let read = body(&response(headers, &written, encoding));
            assert_eq!(read.as_deref(), Ok(text.as_bytes()), "{headers:?} {encoding:?}");
        }
    }

    #[test]
    fn what_cannot_be_unpacked_is_said() {
        let brotli = response(&[("content-encoding", "br")], "[\"CwWAaGVsbG8D\"]", None);
        assert!(body(&brotli).is_err_and(|error| error.contains("`br`")));
        let cut = response(&[("content-encoding", "gzip")], "[\"1f8b08\"]", None);
        assert!(body(&cut).is_err());
        assert!(body(&response(&[], "***", Some("base64"))).is_err());
    }
}
