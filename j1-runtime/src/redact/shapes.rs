//! What looks like a secret, whoever's it is.

use std::ops::Range;
use std::sync::LazyLock;

use regex_lite::{Captures, Regex};

use crate::redact::names::{is_credential, is_credential_parameter, is_secret_header};

/// Where something looks like a secret.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    SHAPES.iter().flat_map(|shape| shape.find(text)).collect()
}

/// A shape of secrets: what is in the group `v`.
struct Shape {
    pattern: Regex,
    /// Whether a match is one, after a look at its parts.
    is_one: fn(&Captures<'_>) -> bool,
}

impl Shape {
    fn new(pattern: &str, is_one: fn(&Captures<'_>) -> bool) -> Option<Self> {
        Some(Self { pattern: Regex::new(pattern).ok()?, is_one })
    }

    fn find(&self, text: &str) -> Vec<Range<usize>> {
        let mut all = Vec::new();
        let mut from = 0;
        while let Some(found) = self.pattern.captures_at(text, from)
            && let (Some(whole), Some(value)) = (found.get(0), found.name("v"))
        {
            // What is none may hold one: `note: x-api-key: …`. No pattern matches nothing, so this ends.
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

/// Tokens whose vendors begin them so that they can be found. From the vendors' own pages, and the rules of common
/// scanners for secrets.
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

static SHAPES: LazyLock<Vec<Shape>> = LazyLock::new(|| {
    let shapes = [
        Shape::new(
            r"(?P<v>-----BEGIN[ +][A-Z0-9 +]*PRIVATE[ +]KEY[A-Z +]*-----[\s\S]*?(?:-----END[ +][A-Z0-9 +]*PRIVATE[ +]KEY[A-Z +]*-----|$))",
            |_| true,
        ),
        Shape::new(r"\b(?P<v>eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){1,3})", |_| true),
        Shape::new(TOKENS, |_| true),
        // `https://user:password@host`
        Shape::new(r#"\b[A-Za-z][A-Za-z0-9+.-]*://(?P<v>[^/?#\s@"'\\]+)@"#, |_| true),
        // `Authorization: …`, to the end of the line or of the quotes that it stands in.
        Shape::new(
            r#"(?i)\b(?:(?:proxy-)?authorization|set-cookie|cookie)["']?\s*[:=]\s*["']?(?P<v>[^\r\n"'\\]+)"#,
            |_| true,
        ),
        // `"password": "…"`, cut off or not.
        Shape::new(r#"["'](?P<n>[A-Za-z0-9_.-]+)["']\s*[:=]\s*["'](?P<v>(?:[^"'\\]|\\.)+)"#, |found| {
            is_credential(&found["n"])
        }),
        // `"pin": 123456`
        Shape::new(r#"["'](?P<n>[A-Za-z0-9_.-]+)["']\s*:\s*(?P<v>\d{3,})"#, |found| {
            is_credential(&found["n"])
        }),
        // `?token=…`, `password=…`
        Shape::new(r#"(?P<n>[A-Za-z0-9_.\[\]-]+)=(?P<v>[^&\s"'<>#\\;,)}\]]+)"#, |found| {
            is_credential_parameter(&found["n"])
        }),
        // `x-api-key: …`
        Shape::new(
            r#"\b(?P<n>[A-Za-z][A-Za-z0-9_-]*):[\s+]*(?P<v>[^\s"'\\,;)}\]/][^\s"'\\,;)}\]]{5,})"#,
            |found| (is_secret_header(&found["n"]) || is_credential(&found["n"])) && is_random(&found["v"]),
        ),
        Shape::new(
            r"(?i)\b(?:bearer|basic|ssws|apitoken|apikey|splunk|sso-key)[\s+]+(?P<v>[A-Za-z0-9._~+/=:-]{8,})",
            |found| is_random(&found["v"]),
        ),
        Shape::new(r"hooks\.slack\.com/(?:services|workflows)/(?P<v>[A-Za-z0-9/_-]+)", |_| true),
    ];
    shapes.into_iter().flatten().collect()
});

/// Whether a text is more likely a token than a word.
fn is_random(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit()) || text.len() >= 20
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redact(text: &str) -> String {
        crate::redact::hide(text, |layer| str::from_utf8(layer).map(find).unwrap_or_default()).into_owned()
    }

    #[test]
    fn every_shape_compiles() {
        assert_eq!(SHAPES.len(), 11);
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
    fn what_is_around_a_secret_stays() {
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
