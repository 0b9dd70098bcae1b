//! Raw data on its way to JupiterOne.

use std::borrow::Cow;

use crate::redact::json::{self, Place};
use crate::redact::secrets::Secrets;
use crate::redact::{clean, layers};

/// Raw data without secrets: in the texts that hold one, a mark stands in its place. `None` if a known secret is still in it,
/// such as in pieces or as a number, and if it is not JSON.
pub(crate) fn raw_data(json: &[u8]) -> Option<Cow<'_, [u8]>> {
    let known = super::read();
    if clean::is_clean(json, &known) { Some(Cow::Borrowed(json)) } else { careful(json, &known) }
}

/// As [`raw_data`], text by text.
fn careful<'j>(json: &'j [u8], known: &Secrets) -> Option<Cow<'j, [u8]>> {
    let text = str::from_utf8(json).ok()?;
    let mut hidden = false;
    let rewritten = json::rewrite(text, &mut |_, place, text| {
        if place == Place::Number {
            return None;
        }
        let shown = super::shown(text, known);
        let changed = shown != text;
        hidden |= changed;
        changed.then(|| shown.into_owned())
    })?;
    let shown = if hidden { Cow::Owned(rewritten.into_bytes()) } else { Cow::Borrowed(json) };
    (!layers::any(&shown, known, |layer| known.in_object(layer))).then_some(shown)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    const SECRETS: [&str; 6] = [
        "k-7d1f0c9b2e4a6855",
        "Pa\"ss\\w0rd-ü-2291 &<x>",
        "1234567890123",
        "ab\":\"cd\\n12",
        "s3cr",
        "b\\ü&4a\\<9\\",
    ];
    /// The characters in a secret that make it harder to find; none in the first case.
    const HARDER: [&str; 3] = ["", "\"", "\\"];

    /// Knows the secrets that hold this and nothing harder.
    fn known(hardest: &str) -> Secrets {
        let mut known = Secrets::default();
        let hardest_of =
            |secret: &str| HARDER.into_iter().skip(1).find(|text| secret.contains(text)).unwrap_or("");
        for secret in SECRETS.iter().filter(|secret| hardest_of(secret) == hardest) {
            known.add(secret);
        }
        known
    }

    /// A text that is made of parts of secrets, of escapes, and of ordinary text.
    fn text() -> impl Strategy<Value = String> {
        let pieces: Vec<String> = SECRETS
            .iter()
            .flat_map(|secret| {
                let half = (0..=secret.len() / 2).rev().find(|at| secret.is_char_boundary(*at)).unwrap_or(0);
                [*secret, &secret[..half], &secret[half..]].map(str::to_owned)
            })
            .chain(
                [
                    "https://h.example/a?x=1&",
                    "page=2",
                    "token=",
                    "api_key: ",
                    "abc123def456",
                    "%2F",
                    "%",
                    "&amp;",
                    "&#x2f",
                    "\\u00e9",
                    "\\",
                    "\"",
                    "\n",
                    "ü",
                    "😀",
                    " ",
                    "Bearer ",
                    "ghp_",
                    "abcdefghijklmnopqrstuvwxyz0123456789",
                    "2024-01-02T03:04:05Z",
                    "me:pw@",
                    "'password'",
                    "=",
                    ": ",
                ]
                .map(str::to_owned),
            )
            .collect();
        prop::collection::vec(prop::sample::select(pieces), 0..4).prop_map(|parts| parts.concat())
    }

    fn document() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            text().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            Just(json!(1_234_567_890_123_u64)),
            Just(Value::Null),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((text(), inner), 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn text_that_the_quick_scan_passes_is_unchanged_by_the_full_scan(
            document in document(),
            pretty in any::<bool>(),
            hardest in prop::sample::select(&HARDER[..]),
        ) {
            let known = known(hardest);
            let json = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) };
            let json = json.expect("JSON");
            if clean::is_clean(json.as_bytes(), &known) {
                let shown = careful(json.as_bytes(), &known);
                prop_assert_eq!(shown.as_deref(), Some(json.as_bytes()));
            }
            if layers::any(json.as_bytes(), &known, |layer| known.in_object(layer)) {
                prop_assert!(clean::in_object(json.as_bytes(), &known));
            }
        }
    }

    #[test]
    fn the_quick_scan_passes_ordinary_records() {
        let [known, with_backslashes] = ["", "\\"].map(known);
        for record in [
            json!({
                "id": "5f1b", "name": "Ada \"the first\" Lovelace", "email": "ada@example.com", "keys": ["a"],
                "url": "https://h.example/users/1?limit=100&offset=20", "createdAt": "2024-01-02T03:04:05Z",
                "tokenType": "Bearer", "note": "line one\nline two: café 100 % \u{1F600}", "count": 17, "ratio": 1.5e3,
                "path": "C:\\Users\\ada", "arn": "arn:aws:iam::123456789012:user/ada", "mac": "00:1A:2b:3c:4d:5e",
            }),
            json!([]),
            json!({ "a": { "b": [[{ "c": null, "d": true }]] } }),
        ] {
            assert!(clean::is_clean(record.to_string().as_bytes(), &known), "{record}");
            assert!(clean::is_clean(format!("{record:#}").as_bytes(), &known), "{record:#}");
            assert!(clean::is_clean(record.to_string().as_bytes(), &with_backslashes), "{record}");
        }
    }
}
