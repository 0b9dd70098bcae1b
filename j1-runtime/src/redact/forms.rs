//! The forms in which a secret may appear: as it is, and encoded. What is only escaped is found by reading the escapes.
//!
//! Base64 and hexadecimal are found once, and once more around each other; base32 and lists of bytes once. Not found are base85, a secret
//! that is reversed, and one that is spaced out, which no known software writes.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::redact::table::PREFIX;

/// Encoded forms that are shorter say too little to be told from other text.
const SHORTEST_ENCODED: usize = 6;
/// The longest secret whose rarer forms are looked for: those of a key of several kilobytes would be a hundred times as long.
const LONGEST_FOR_RARE: usize = 256;

/// Every form of a secret that is looked for, in any case.
pub(super) fn forms(secret: &str) -> BTreeSet<Vec<u8>> {
    // Comparing bytes without case covers ASCII only.
    let plain = [secret.to_owned(), secret.to_lowercase(), secret.to_uppercase()];
    let mut all: BTreeSet<Vec<u8>> = BTreeSet::new();
    for form in plain {
        // As the body of a form writes it.
        all.insert(form.replace(' ', "+").into());
        all.extend(latin_1(&form));
        all.insert(form.into());
    }
    let mut encoded = opaque(secret.as_bytes());
    encoded.extend([":", "-", " "].map(|between| hex(secret.as_bytes(), between)));
    if secret.len() <= LONGEST_FOR_RARE {
        encoded.extend((0..5).map(|shift| base32(secret.as_bytes(), shift)));
        encoded.extend(lists(secret.as_bytes()));
        // What was escaped first and then encoded.
        let escaped = [percent(secret), form(secret), json(secret)];
        encoded
            .extend(escaped.iter().filter(|form| *form != secret).flat_map(|form| opaque(form.as_bytes())));
        let mut inner = opaque(secret.as_bytes());
        inner.push(hex(secret.as_bytes(), "").to_uppercase());
        encoded.extend(inner.iter().flat_map(|form| opaque(form.as_bytes())));
    }
    all.extend(encoded.into_iter().filter(|form| form.len() >= SHORTEST_ENCODED).map(String::into_bytes));
    all.retain(|form| form.len() >= PREFIX);
    all
}

/// The encodings that hide every character.
fn opaque(bytes: &[u8]) -> Vec<String> {
    let mut all = vec![hex(bytes, "")];
    for shift in 0..3 {
        all.push(base64(bytes, shift, &STANDARD_NO_PAD));
        all.push(base64(bytes, shift, &URL_SAFE_NO_PAD));
    }
    all
}

/// As debuggers write bytes: a `Buffer` of Node.js as JSON, a slice of Go, an array of C or Java.
fn lists(bytes: &[u8]) -> [String; 5] {
    let list = |one: &dyn Fn(&u8) -> String, between| bytes.iter().map(one).collect::<Vec<_>>().join(between);
    let (decimal, hexadecimal) = (|byte: &u8| byte.to_string(), |byte: &u8| format!("0x{byte:02x}"));
    [
        list(&decimal, ","),
        list(&decimal, ", "),
        list(&decimal, " "),
        list(&hexadecimal, ", "),
        list(&hexadecimal, ","),
    ]
}

/// As a server of the old kind writes letters beyond ASCII: a byte each.
fn latin_1(text: &str) -> Option<Vec<u8>> {
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    bytes.filter(|bytes| !bytes.is_ascii())
}

fn hex(bytes: &[u8], between: &str) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    pairs.join(between)
}

fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

fn form(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.trim_matches('"').to_owned()
}

/// The characters of a base64 text that depend on this secret only, if it begins `shift` bytes after a multiple of three,
/// as the password does in `user:password`.
fn base64(bytes: &[u8], shift: usize, engine: &impl base64::Engine) -> String {
    let shifted = [&[0, 0][..shift], bytes].concat();
    let whole = engine.encode(&shifted);
    whole[(shift * 8).div_ceil(6)..shifted.len() * 8 / 6].to_owned()
}

/// As [`base64`], in base32 (RFC 4648), where it begins `shift` bytes after a multiple of five.
fn base32(bytes: &[u8], shift: usize) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut out, mut bits, mut held) = (String::new(), 0u32, 0u32);
    for byte in [0; 4][..shift].iter().chain(bytes) {
        (bits, held) = ((bits << 8 | u32::from(*byte)) & 0xfff, held + 8);
        while held >= 5 {
            held -= 5;
            out.push(char::from(DIGITS[(bits >> held & 31) as usize]));
        }
    }
    out.split_off((shift * 8).div_ceil(5))
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    fn holds(secret: &str, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        forms(secret).iter().any(|form| {
            let form = form.to_ascii_lowercase();
            text.as_bytes().windows(form.len()).any(|part| part == form)
        })
    }

    #[test]
    fn a_password_is_found_in_basic_credentials_whatever_the_name_before_it() {
        for user in ["", "a", "ab", "abc", "someone@example.com"] {
            for after in ["", "x", "yz"] {
                let header = STANDARD.encode(format!("{user}:s3cr3t-Pa55/word+{after}"));
                assert!(holds("s3cr3t-Pa55/word+", &header), "{user} {header}");
                let twice = STANDARD.encode(format!("Basic {header}"));
                assert!(holds("s3cr3t-Pa55/word+", &twice), "{user} {twice}");
            }
        }
    }

    #[test]
    fn a_secret_is_found_in_the_rarer_forms() {
        let secret = "s3cr3t-Pa55/w\u{fc}rd";
        // As `base32` of the GNU tools writes it.
        assert_eq!(base32(b"foobar", 0), "MZXW6YTBO");
        for text in [
            format!("x{}", base32(b"ab s3cr3t-Pa55/w\xc3\xbcrd cd", 0)),
            hex(secret.as_bytes(), ":"),
            hex(secret.as_bytes(), "").to_uppercase(),
            STANDARD.encode(hex(secret.as_bytes(), "").to_uppercase()),
            hex(STANDARD.encode(secret).as_bytes(), ""),
            STANDARD.encode(percent(secret)),
            serde_json::json!({ "type": "Buffer", "data": secret.as_bytes() }).to_string(),
            format!("{:?}", secret.as_bytes()),
            format!("{:?}", secret.as_bytes()).replace(',', ""),
            format!("{:#04x?}", secret.as_bytes()).replace(['\n', ' '], ""),
        ] {
            assert!(holds(secret, &text), "{text}");
        }
        assert!(forms(secret).contains(&b"s3cr3t-Pa55/w\xfcrd"[..]), "Latin-1");
    }
}
