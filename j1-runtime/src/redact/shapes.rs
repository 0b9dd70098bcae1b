//! Texts that look like secrets, of any owner.

use std::ops::Range;
use std::sync::LazyLock;

use regex_lite::{Captures, Regex};

use crate::redact::names::{is_credential, is_credential_parameter, is_secret_header};
use crate::redact::suspects::Suspects;

/// The parts of a text that look like secrets, of the shapes that it is suspected of.
pub(super) fn find(text: &str, suspected: Suspects) -> Vec<Range<usize>> {
    let meant = SHAPES.iter().filter(|shape| suspected.has(shape.suspects));
    meant.flat_map(|shape| shape.find(text)).collect()
}

/// Returns `true` if a match is a secret, judging by its parts.
type IsOne = fn(&Captures<'_>) -> bool;

/// A shape of secrets. The secret is the group `v` of the expression.
struct Shape {
    /// Set for each text that the expression finds something in.
    suspects: Suspects,
    pattern: Regex,
    /// Returns `true` if a match is a secret, judging by its parts.
    is_one: IsOne,
}

impl Shape {
    fn new(suspects: Suspects, pattern: &str, is_one: IsOne) -> Option<Self> {
        Some(Self { suspects, pattern: Regex::new(pattern).ok()?, is_one })
    }

    fn find(&self, text: &str) -> Vec<Range<usize>> {
        let mut all = Vec::new();
        let mut from = 0;
        while let Some(found) = self.pattern.captures_at(text, from)
            && let (Some(whole), Some(value)) = (found.get(0), found.name("v"))
        {
            // What is not a secret may contain one: `note: x-api-key: …`. No pattern matches an empty text, so this ends.
            from = match found.name("n") {
                Some(name) if !(self.is_one)(&found) => name.end(),
                _ => whole.end(),
            };
            if (self.is_one)(&found) {
                all.push(value.range());
            }
        }
        all
    }
}

/// Tokens that begin in a way by which they can be found. From the pages of their providers, and the rules of common
/// secret scanners.
const TOKENS: &str = r"(?x)\b(?P<v>
    gh[pousr]_[A-Za-z0-9]{20,} | github_pat_[A-Za-z0-9_]{20,} | gl(?:pat|ptt|dt|rt)-[A-Za-z0-9_-]{16,}
    | xox[abeoprs]-[A-Za-z0-9-]{10,} | xapp-[A-Za-z0-9-]{10,} | xwfp-[A-Za-z0-9-]{10,}
    | (?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16} | AIza[A-Za-z0-9_-]{30,} | ya29\.[A-Za-z0-9_-]{10,} | GOCSPX-[A-Za-z0-9_-]{20,}
    | [rs]k_(?:live|test)_[A-Za-z0-9]{10,} | whsec_[A-Za-z0-9]{16,} | sk-[A-Za-z0-9_-]{20,}
    | SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,} | npm_[A-Za-z0-9]{30,} | pypi-[A-Za-z0-9_-]{16,}
    | do[opr]_v1_[0-9a-f]{32,} | shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32} | hv[sbr]\.[A-Za-z0-9_-]{20,}
    | dapi[0-9a-f]{32} | lin_api_[A-Za-z0-9]{20,} | PMAK-[A-Za-z0-9-]{20,} | key-[0-9a-f]{32}
    | sq0(?:atp|csp)-[A-Za-z0-9_-]{20,} | EAAA[A-Za-z0-9_-]{20,} | secret_[A-Za-z0-9]{30,} | ntn_[A-Za-z0-9]{30,}
    | AGE-SECRET-KEY-1[A-Z0-9]{20,} | atlasv1\.[A-Za-z0-9]{20,} | [A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{20,}
    | NRAK-[A-Z0-9]{20,} | glsa_[A-Za-z0-9_]{20,} | ATATT3[A-Za-z0-9_=-]{20,} | jca_[A-Za-z0-9]{20,}
)";

/// The expressions, each with what suspects it.
const PATTERNS: [(Suspects, &str, IsOne); 11] = [
    (
        Suspects::PEM,
        r"(?P<v>-----BEGIN[ +][A-Z0-9 +]*PRIVATE[ +]KEY[A-Z +]*-----[\s\S]*?(?:-----END[ +][A-Z0-9 +]*PRIVATE[ +]KEY[A-Z +]*-----|$))",
        |_| true,
    ),
    (Suspects::JWT, r"\b(?P<v>eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){1,3})", |_| true),
    (Suspects::TOKEN, TOKENS, |_| true),
    // `https://user:password@host`
    (Suspects::USER_INFO, r#"\b[A-Za-z][A-Za-z0-9+.-]*://(?P<v>[^/?#\s@"'\\]+)@"#, |_| true),
    // `Authorization: …`, to the end of the line or of the quotes around it.
    (
        Suspects::NAMED,
        r#"(?i)\b(?:(?:proxy-)?authorization|set-cookie|cookie)["']?\s*[:=]\s*["']?(?P<v>[^\r\n"'\\]+)"#,
        |_| true,
    ),
    // `"password": "…"`, cut off or not.
    (Suspects::NAMED, r#"["'](?P<n>[A-Za-z0-9_.-]+)["']\s*[:=]\s*["'](?P<v>(?:[^"'\\]|\\.)+)"#, |found| {
        is_credential(&found["n"])
    }),
    // `"pin": 123456`
    (Suspects::NAMED, r#"["'](?P<n>[A-Za-z0-9_.-]+)["']\s*:\s*(?P<v>\d{3,})"#, |found| {
        is_credential(&found["n"])
    }),
    // `?token=…`, `password=…`
    (Suspects::NAMED, r#"(?P<n>[A-Za-z0-9_.\[\]-]+)=(?P<v>[^&\s"'<>#\\;,)}\]]+)"#, |found| {
        is_credential_parameter(&found["n"])
    }),
    // `x-api-key: …`
    (
        Suspects::NAMED,
        r#"\b(?P<n>[A-Za-z][A-Za-z0-9_-]*):[\s+]*(?P<v>[^\s"'\\,;)}\]/][^\s"'\\,;)}\]]{5,})"#,
        |found| (is_secret_header(&found["n"]) || is_credential(&found["n"])) && is_random(&found["v"]),
    ),
    (
        Suspects::SCHEME,
        r"(?i)\b(?:bearer|basic|ssws|apitoken|apikey|splunk|sso-key)[\s+]+(?P<v>[A-Za-z0-9._~+/=:-]{8,})",
        |found| is_random(&found["v"]),
    ),
    (Suspects::SLACK_HOOK, r"hooks\.slack\.com/(?:services|workflows)/(?P<v>[A-Za-z0-9/_-]+)", |_| true),
];

static SHAPES: LazyLock<Vec<Shape>> = LazyLock::new(|| {
    let shapes = PATTERNS.iter().map(|(suspects, pattern, is_one)| Shape::new(*suspects, pattern, *is_one));
    shapes.flatten().collect()
});

/// Returns `true` if a text is more likely a token than a word.
fn is_random(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit()) || text.len() >= 20
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::string::string_regex;

    use super::*;
    use crate::redact::secrets::Secrets;

    fn redact(text: &str) -> String {
        let known = Secrets::default();
        crate::redact::hide(text, None, |layer| {
            let text = str::from_utf8(layer).unwrap_or_default();
            find(text, known.look(layer).shapes)
        })
        .into_owned()
    }

    /// Texts of every shape, and of parts of them.
    fn shaped() -> impl Strategy<Value = String> {
        let generated = PATTERNS.iter().filter_map(|(_, pattern, _)| {
            // A generator knows no places between characters.
            string_regex(&pattern.replace(r"\b", "").replace("|$)", ")")).ok()
        });
        let generated: Vec<_> = generated.map(Strategy::boxed).collect();
        assert_eq!(generated.len(), PATTERNS.len());
        let words = prop::sample::select(vec![
            "password",
            "api_key",
            "X-Amz-Signature",
            "token",
            "pageToken",
            "Authorization",
            "sid",
            "keys",
            "name",
            "\"",
            "'",
            "=",
            ": ",
            " :",
            "://",
            "me@",
            "@h.example",
            "bearer ",
            "Basic+",
            "abc123def456",
            "0123456789",
            "eyJ",
            ".",
            "-----BEGIN",
            "hooks.slack.com/services/",
            "é",
            "\\",
            "&",
            "%3D",
            "ghp_",
            " ",
            "\n",
            "x",
        ])
        .prop_map(str::to_owned);
        let part = prop_oneof![prop::strategy::Union::new(generated), words];
        prop::collection::vec(part, 1..5).prop_map(|parts| parts.concat())
    }

    proptest! {
        /// The invariant of `suspects`.
        #[test]
        fn a_text_in_which_an_expression_finds_something_is_suspected_of_it(text in shaped()) {
            let suspected = Secrets::default().look(text.as_bytes()).shapes;
            for shape in SHAPES.iter() {
                prop_assert!(shape.find(&text).is_empty() || suspected.has(shape.suspects), "{:?}", shape.suspects);
            }
        }
    }

    #[test]
    fn every_shape_compiles() {
        assert_eq!(SHAPES.len(), PATTERNS.len());
    }

    #[test]
    fn ordinary_text_stays_as_it_is() {
        for text in [
            "GET https://api.example.com/v1/users?limit=100&pageToken=CAoQAA",
            "the bearer of this letter",
            "basic authentication is not supported",
            r#"{"id":"5f1b","name":"Key West","keys":["a"],"tokenType":"Bearer"}"#,
            "error: token expired; ask for another one",
            "https://console.example.com:8443/api",
            "[J1-R1002] `GET http://127.0.0.1:9/a` was answered with 500",
        ] {
            assert_eq!(redact(text), text);
        }
    }

    #[test]
    fn text_around_a_secret_stays() {
        for (text, expected) in [
            ("a ghp_abcdefghijklmnopqrstuvwxyz0123456789 b", "a *** b"),
            ("GET https://h.example/a?x=1&sig=abc%2Fdef&y=2", "GET https://h.example/a?x=1&sig=***&y=2"),
            ("https://me:pass@h.example/a", "https://***@h.example/a"),
            (r#"{"id":1,"password":"hunter2","b":2}"#, r#"{"id":1,"password":"***","b":2}"#),
            (r#""{\"client_secret\":\"a b\",\"c\":1}""#, r#""{\"client_secret\":\"***\",\"c\":1}""#),
            ("Authorization: Digest u=\nnext", "Authorization: ***\nnext"),
            ("sent Bearer abc123def456 to it", "sent Bearer *** to it"),
            ("note: x-api-key: abc123def456, a", "note: x-api-key: ***, a"),
            ("x-api-key: abc123def456, a", "x-api-key: ***, a"),
            ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----!", "***!"),
            ("a eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln b", "a *** b"),
        ] {
            assert_eq!(redact(text), expected);
        }
    }
}
