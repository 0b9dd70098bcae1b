//! What looks like a secret, whoever's it is.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex_lite::{Captures, Regex};

use crate::redact::MARK;
use crate::redact::names::{is_credential, is_credential_parameter, is_secret_header};

/// The text without what looks like a secret.
pub(crate) fn redact(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for shape in &*SHAPES {
        if let Cow::Owned(changed) = shape.redact(&text) {
            text = Cow::Owned(changed);
        }
    }
    text
}

/// A shape of secrets.
struct Shape {
    pattern: Regex,
    /// What is put in the place of a match; the match itself where it is none.
    replace: fn(&Captures<'_>) -> String,
}

impl Shape {
    fn new(pattern: &str, replace: fn(&Captures<'_>) -> String) -> Option<Self> {
        Some(Self { pattern: Regex::new(pattern).ok()?, replace })
    }

    fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.pattern.replace_all(text, |found: &Captures<'_>| (self.replace)(found))
    }
}

/// Tokens whose vendors begin them so that they can be found. From the vendors' own pages, and the rules of common
/// scanners for secrets.
const TOKENS: &str = r"(?x)\b(?:
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
    let whole = |_: &Captures<'_>| MARK.to_owned();
    let after = |found: &Captures<'_>| format!("{}{MARK}", &found[1]);
    let shapes = [
        Shape::new(
            r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|$)",
            whole,
        ),
        Shape::new(r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){1,3}", whole),
        Shape::new(TOKENS, whole),
        // `https://user:password@host`
        Shape::new(r#"(\b[A-Za-z][A-Za-z0-9+.-]*://)[^/?#\s@"'\\]+@"#, |found| {
            format!("{}{MARK}@", &found[1])
        }),
        // `Authorization: …`, to the end of the line or of the quotes that it stands in.
        Shape::new(
            r#"(?i)\b((?:proxy-)?authorization|set-cookie|cookie)((?:\\*["'])?\s*[:=]\s*(?:\\*["'])?)[^\r\n"'\\]+"#,
            |found| format!("{}{}{MARK}", &found[1], &found[2]),
        ),
        // `"password": "…"`, quoted once or more, and cut off or not.
        Shape::new(
            r#"(\\*["'])([A-Za-z0-9_.-]+)(\\*["']\s*[:=]\s*\\*["'])((?:[^"'\\]|\\[^"'\\])+)"#,
            |found| member(found, &[1, 2, 3]),
        ),
        // `"pin": 123456`
        Shape::new(r#"(\\*["'])([A-Za-z0-9_.-]+)(\\*["']\s*:\s*)(\d{3,})"#, |found| {
            member(found, &[1, 2, 3])
        }),
        // `?token=…`, `password=…`
        Shape::new(r#"()([A-Za-z0-9_.%\[\]-]+)(=)([^&\s"'<>#\\;,)}\]]+)"#, |found| {
            if is_credential_parameter(&found[2]) { member_of(found, &[2, 3]) } else { found[0].to_owned() }
        }),
        // `x-api-key: …`
        Shape::new(r#"()\b([A-Za-z][A-Za-z0-9_-]*)(:\s*)([^\s"'\\,;)}\]]{6,})"#, |found| {
            let says = is_secret_header(&found[2]) || is_credential(&found[2]);
            if says && is_random(&found[4]) { member_of(found, &[2, 3]) } else { found[0].to_owned() }
        }),
        Shape::new(
            r"(?i)\b((?:bearer|basic|ssws|apitoken|apikey|splunk|sso-key)\s+)([A-Za-z0-9._~+/=:-]{8,})",
            |found| {
                if is_random(&found[2]) { format!("{}{MARK}", &found[1]) } else { found[0].to_owned() }
            },
        ),
        Shape::new(r"(hooks\.slack\.com/(?:services|workflows)/)[A-Za-z0-9/_-]+", after),
    ];
    shapes.into_iter().flatten().collect()
});

/// A named value without it, if the name is that of a credential.
fn member(found: &Captures<'_>, keep: &[usize]) -> String {
    if is_credential(&found[2]) { member_of(found, keep) } else { found[0].to_owned() }
}

fn member_of(found: &Captures<'_>, keep: &[usize]) -> String {
    keep.iter().map(|group| &found[*group]).chain([MARK]).collect()
}

/// Whether a text is more likely a token than a word.
fn is_random(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit()) || text.len() >= 20
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("x-api-key: abc123def456, a", "x-api-key: ***, a"),
            ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----!", "***!"),
            ("a eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln b", "a *** b"),
        ] {
            assert_eq!(redact(text), expected);
        }
    }
}
