//! Bodies as recorders write them, and anything in their place. `J1_FUZZ_CASES` sets the number of bodies.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use j1_har::{BodyError, RecordedBody};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const LIMIT: usize = 4096;

fn config() -> ProptestConfig {
    let cases = std::env::var("J1_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(500);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn packed(body: &[u8], packing: &str) -> Vec<u8> {
    let level = Compression::fast();
    match packing {
        "gzip" | "x-gzip" => {
            let mut encoder = GzEncoder::new(Vec::new(), level);
            encoder.write_all(body).expect("it is written");
            encoder.finish().expect("it is packed")
        }
        "zlib" => {
            let mut encoder = ZlibEncoder::new(Vec::new(), level);
            encoder.write_all(body).expect("it is written");
            encoder.finish().expect("it is packed")
        }
        "raw" => {
            let mut encoder = DeflateEncoder::new(Vec::new(), level);
            encoder.write_all(body).expect("it is written");
            encoder.finish().expect("it is packed")
        }
        _ => body.to_vec(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |out, byte| format!("{out}{byte:02x}"))
}

proptest! {
    #![proptest_config(config())]

    /// Whatever a file has in the place of a body: a body within the limit, or an error.
    #[test]
    fn anything_is_a_body_or_an_error(
        text in prop_oneof![".{0,80}", r#"\[("[0-9a-f+/=A-Z]{0,12}",?){0,4}\]"#, "[A-Za-z0-9+/=\n]{0,60}"],
        encoding in select(vec![None, Some("base64"), Some("BASE64"), Some("utf8")]),
        packing in select(vec![None, Some("gzip"), Some("deflate"), Some("br"), Some("identity"), Some(" GZIP "), Some("")]),
    ) {
        let body = RecordedBody { text: &text, encoding, content_encoding: packing };
        if let Ok(decoded) = body.decode(LIMIT) {
            prop_assert!(decoded.len() <= LIMIT.max(text.len()));
        }
    }

    /// A body comes back from every way to write it; one that is damaged does not come back as something else.
    #[test]
    fn a_body_comes_back_from_every_form(
        body in vec(any::<u8>(), 1..200),
        (packing, said) in select(vec![("gzip", "gzip"), ("x-gzip", "x-gzip"), ("zlib", "deflate"), ("gzip", "GZIP")]),
        at in any::<prop::sample::Index>(),
        form in 0..3_u8,
        cut in any::<bool>(),
    ) {
        let whole = packed(&body, packing);
        // Without the last bytes neither the length nor the sum of the body is there.
        let bytes = if cut { &whole[..whole.len() - 4] } else { &whole[..] };
        let (one, other) = bytes.split_at(at.index(bytes.len()));
        let text = match form {
            0 => serde_json::json!([hex(one), hex(other)]).to_string(),
            1 => serde_json::json!([STANDARD.encode(one), STANDARD.encode(other)]).to_string(),
            _ => STANDARD.encode(bytes),
        };
        let encoding = (form > 0).then_some("base64");
        let decoded = RecordedBody { text: &text, encoding, content_encoding: Some(said) }.decode(LIMIT);
        if cut {
            prop_assert!(decoded.is_err(), "{:?}", decoded);
        } else {
            prop_assert_eq!(decoded, Ok(body));
        }
    }

    /// A small file cannot become a large body.
    #[test]
    fn a_bomb_is_refused(length in LIMIT + 1..200_000) {
        let text = STANDARD.encode(packed(&vec![b'0'; length], "gzip"));
        let bomb = RecordedBody { text: &text, encoding: Some("base64"), content_encoding: Some("gzip") };
        prop_assert_eq!(bomb.decode(LIMIT), Err(BodyError::TooLong(LIMIT)));
    }
}
