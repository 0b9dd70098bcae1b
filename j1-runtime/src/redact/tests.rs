//! A secret that was encoded by a random chain of encoders cannot be recovered from what is shown.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::*;

use super::secrets::Secrets;
use super::{MARK, layers, shown};

type Encoder = fn(&str) -> String;

/// Encoders that hide every character. At most two are undone.
const OPAQUE: [Encoder; 4] = [
    |text| text.bytes().fold(String::new(), |out, byte| format!("{out}{byte:02x}")),
    |text| text.bytes().fold(String::new(), |out, byte| format!("{out}{byte:02X}")),
    |text| STANDARD.encode(text),
    |text| URL_SAFE_NO_PAD.encode(text),
];

/// Encoders that escape some characters. At most four are undone.
const ESCAPES: [Encoder; 14] = [
    |text| bytes(text, |out, byte| write!(out, "%{byte:02X}")),
    |text| bytes(text, |out, byte| write!(out, "%{byte:02x}")),
    |text| url::form_urlencoded::byte_serialize(text.as_bytes()).collect(),
    |text| serde_json::Value::from(text).to_string(),
    |text| format!("{text:?}"),
    |text| {
        chars(text, |c| !c.is_ascii() || "\\\"".contains(c), |out, c| write!(out, "\\u{:04x}", u32::from(c)))
    },
    |text| chars(text, |c| "&<>\"'/=`+".contains(c), |out, c| write!(out, "&#x{:X};", u32::from(c))),
    |text| chars(text, |c| !c.is_alphanumeric(), |out, c| write!(out, "&#{};", u32::from(c))),
    |text| chars(text, |_| true, |out, c| write!(out, "&#{}", u32::from(c))),
    |text| {
        let names =
            [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("/", "&sol;"), ("ü", "&uuml;")];
        names.iter().fold(text.to_owned(), |text, (c, name)| text.replace(c, name))
    },
    |text| bytes(text, |out, byte| write!(out, "\\x{byte:02X}")),
    |text| bytes(text, |out, byte| write!(out, "\\{byte:03o}")),
    |text| chars(text, |c| !c.is_ascii_alphanumeric(), |out, c| write!(out, "%u{:04X}", u32::from(c))),
    |text| chars(text, |c| !c.is_ascii_alphanumeric(), |out, c| write!(out, "\\u{{{:x}}}", u32::from(c))),
];

fn bytes(text: &str, escape: impl Fn(&mut String, u8) -> std::fmt::Result) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            escape(&mut out, byte).expect("a string");
        }
    }
    out
}

fn chars(
    text: &str,
    of: impl Fn(char) -> bool,
    escape: impl Fn(&mut String, char) -> std::fmt::Result,
) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if of(c) {
            escape(&mut out, c).expect("a string");
        } else {
            out.push(c);
        }
    }
    out
}

/// Secrets as people and generators make them.
fn secret() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z0-9]{12,40}",
        "[A-Za-z0-9+/]{20,40}={0,2}",
        "[0-9a-f]{32}",
        // Without `%`: before hexadecimal digits it reads as an escape of its own, and undoing an encoder undoes it too.
        r#"[A-Za-z0-9&\\"'<>+/=ü]{12,24}"#,
        r"[A-Z][a-z]{3}\\[nxu]?%4[0-9]&(amp|lt);[0-9]{4}",
    ]
    // Of equal characters anything is a piece.
    .prop_filter("a text this short is not a secret", |secret| {
        secret.chars().collect::<std::collections::BTreeSet<_>>().len() >= 8
    })
}

fn chain() -> impl Strategy<Value = Vec<Encoder>> {
    let opaque = prop::collection::vec(prop::sample::select(&OPAQUE[..]), 0..3);
    let escapes = prop::collection::vec(prop::sample::select(&ESCAPES[..]), 0..5);
    (opaque, escapes).prop_map(|(opaque, escapes)| [opaque, escapes].concat())
}

/// The number of secrets; `J1_FUZZ_CASES` sets another.
fn cases() -> u32 {
    std::env::var("J1_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1500)
}

/// Encoders of JSON, and of HTML around it: both are undone at once, and a backslash at the end escapes what follows it.
#[test]
fn a_secret_that_ends_with_a_backslash_is_not_recovered() {
    no_three_encoders_reveal(["<A0A\u{fc}\"<<A=B\\", "&A\\aa\"&Bb\"0\\"]);
}

/// An encoder that wrote the backslash is undone before the one that escaped the character after it.
#[test]
fn a_secret_with_a_backslash_before_a_character_that_is_escaped_is_not_recovered() {
    no_three_encoders_reveal([
        "=\\&\"0\"&<A\"\\\u{fc}",
        "\\200A\\\u{fc}\\&b7-\\<",
        "a1\\\\\u{fc}\\\\\\\u{fc}&b<\\",
    ]);
}

fn no_three_encoders_reveal<const N: usize>(secrets: [&str; N]) {
    for secret in secrets {
        let mut known = Secrets::default();
        known.add(secret);
        for first in ESCAPES {
            for second in ESCAPES {
                for third in ESCAPES {
                    let encoded = third(&second(&first(secret)));
                    let shown = shown(&encoded, &known).into_owned();
                    assert!(shown.contains(MARK), "{encoded}");
                }
            }
        }
    }
}

/// Escapes of the secret are read together with those that an encoder adds, so they need not stand for text.
#[test]
fn a_secret_that_holds_escapes_is_not_recovered() {
    for secret in ["\\200Aa&\u{fc}00\\b", "pw\\377&secret0\\", "\\xffAa\"&b0\\b7"] {
        let mut known = Secrets::default();
        known.add(secret);
        for encode in ESCAPES {
            let encoded = encode(secret);
            let shown = shown(&encoded, &known).into_owned();
            assert!(shown.contains(MARK), "{encoded}");
        }
    }
}

/// A line of it may hold no piece that could be recognized.
#[test]
fn a_secret_in_base64_that_is_broken_into_lines_is_not_shown() {
    let secret = "s3cr3t/Pa55+word=QmF6Xg1cXV4-Zk9aT2h1bW1pbmdiaXJkLW9mLXByZXktYW5kLW90aGVyLWJpcmRz";
    let mut known = Secrets::default();
    known.add(secret);
    for before in
        ["", "a", "ab", "user:", "a text before it that is longer than a line of base64 may ever be:"]
    {
        let encoded = STANDARD.encode(format!("{before}{secret}, and what follows"));
        // Without the characters that the text around it has a part in.
        let own = (before.len() * 4).div_ceil(3) + 2..(before.len() + secret.len()) * 4 / 3 - 2;
        for length in [60, 64, 76] {
            let lines: Vec<&str> =
                encoded.as_bytes().chunks(length).map(|line| str::from_utf8(line).expect("ASCII")).collect();
            for between in ["\n", "\r\n", "\n    "] {
                let body = lines.join(between);
                let json = serde_json::json!({ "message": body }).to_string();
                for text in [body, json] {
                    let shown = shown(&text, &known);
                    assert!(shown.contains(MARK), "{text}");
                    for piece in encoded.as_bytes()[own.clone()].windows(16) {
                        let piece = str::from_utf8(piece).expect("ASCII");
                        assert!(!shown.contains(piece), "{piece} in {shown}");
                    }
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn a_secret_is_not_recovered_from_any_chain_of_encoders(secret in secret(), chain in chain()) {
        let mut known = Secrets::default();
        known.add(&secret);
        let encoded = chain.iter().fold(secret.clone(), |text, encode| encode(&text));
        let text = format!("it is {encoded} they say");
        let shown = shown(&text, &known);
        prop_assert!(shown.contains(MARK), "{}", shown);
        // What is left are quotes, padding, and what stands for characters around the secret too.
        let left = shown.strip_prefix("it is ").and_then(|rest| rest.strip_suffix(" they say"));
        let left = left.expect("what is around it stays").replace(MARK, "");
        let left = layers::readings(&left).pop().map_or(left, |read| String::from_utf8_lossy(&read).into_owned());
        prop_assert!(left.chars().count() <= 20 && left.chars().filter(|c| c.is_alphanumeric()).count() <= 16, "{}", shown);
    }
}
