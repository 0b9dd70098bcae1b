//! Cheap checks that find the shapes of secrets a text may have, so that the expressions of [`shapes`](super::shapes)
//! run only for those.
//!
//! Invariant: a text in which an expression matches is suspected of that shape. The opposite need not hold. A property
//! test in `shapes` generates texts from the expressions and checks this. A new shape needs a check here.

use j1_core::shared::Endings;

/// A set of shapes, by their order in `shapes`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Suspects(u16);

impl Suspects {
    pub const NONE: Self = Self(0);
    pub const PEM: Self = Self(1);
    pub const JWT: Self = Self(1 << 1);
    pub const TOKEN: Self = Self(1 << 2);
    pub const USER_INFO: Self = Self(1 << 3);
    pub const SCHEME: Self = Self(1 << 4);
    pub const SLACK_HOOK: Self = Self(1 << 5);
    /// The five shapes in which the name before a colon or an equals sign tells that the value is secret.
    pub const NAMED: Self = Self(1 << 6);

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// The kind of secret that begins with a text.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sign {
    /// A private key.
    Pem,
    /// A JSON web token.
    Jwt,
    /// A token that its provider begins so that it can be found.
    Token,
    /// The scheme of an `Authorization` header.
    Scheme,
    /// The URL of a webhook.
    SlackHook,
}

/// The beginnings of tokens. Their whole forms are in `shapes`.
const TOKENS: [&str; 58] = [
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "glptt-",
    "gldt-",
    "glrt-",
    "xoxa-",
    "xoxb-",
    "xoxe-",
    "xoxo-",
    "xoxp-",
    "xoxr-",
    "xoxs-",
    "xapp-",
    "xwfp-",
    "AKIA",
    "ASIA",
    "ABIA",
    "ACCA",
    "AIza",
    "ya29.",
    "GOCSPX-",
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "rk_test_",
    "whsec_",
    "npm_",
    "pypi-",
    "dop_v1_",
    "doo_v1_",
    "dor_v1_",
    "shpat_",
    "shpca_",
    "shppa_",
    "shpss_",
    "hvs.",
    "hvb.",
    "hvr.",
    "dapi",
    "lin_api_",
    "PMAK-",
    "key-",
    "sq0atp-",
    "sq0csp-",
    "EAAA",
    "secret_",
    "ntn_",
    "AGE-SECRET-KEY-1",
    "atlasv1.",
    "NRAK-",
    "glsa_",
    "ATATT3",
    "jca_",
];

/// Schemes of the `Authorization` header.
const SCHEMES: [&str; 7] = ["bearer", "basic", "ssws", "apitoken", "apikey", "splunk", "sso-key"];

/// Every sign: texts of at least four bytes, in any case.
pub(super) fn signs() -> impl Iterator<Item = (Sign, String)> {
    // Three bytes are too few for the table: one sign for each byte that may follow.
    let with_next = |sign, start: &'static str| {
        let next = ('0'..='9').chain('a'..='z').chain(['_', '-']);
        next.map(move |next| (sign, format!("{start}{next}")))
    };
    let all = |sign, texts: &'static [&'static str]| texts.iter().map(move |text| (sign, (*text).to_owned()));
    all(Sign::Token, &TOKENS)
        .chain(with_next(Sign::Token, "sk-"))
        .chain(with_next(Sign::Token, "SG."))
        .chain(with_next(Sign::Jwt, "eyJ"))
        .chain(all(Sign::Scheme, &SCHEMES))
        .chain(all(Sign::Pem, &["-----BEGIN"]))
        .chain(all(Sign::SlackHook, &["hooks.slack.com/"]))
}

impl Sign {
    /// The shape that a text may have whose part at `at` is this sign.
    pub fn suspects(self, text: &[u8], at: usize, length: usize) -> Suspects {
        let (before, rest) = (&text[..at], &text[at + length..]);
        let begins_word = !before.last().is_some_and(|byte| is_word(*byte));
        match self {
            Self::Pem => Suspects::PEM,
            Self::SlackHook => Suspects::SLACK_HOOK,
            Self::Token if begins_word && run(rest, |byte| is_word(byte) || b"-.=".contains(&byte)) >= 8 => {
                Suspects::TOKEN
            }
            Self::Jwt if begins_word => {
                let head = run(rest, |byte| is_word(byte) || byte == b'-');
                if rest.get(head) == Some(&b'.') { Suspects::JWT } else { Suspects::NONE }
            }
            Self::Scheme if begins_word => scheme(rest),
            Self::Token | Self::Jwt | Self::Scheme => Suspects::NONE,
        }
    }
}

/// The shape of a text in which this follows the scheme of a header.
fn scheme(rest: &[u8]) -> Suspects {
    let between = run(rest, |byte| is_blank(byte) || byte == b'+');
    let value = &rest[between..];
    let value = &value[..run(value, |byte| is_word(byte) || b".~+/=:-".contains(&byte))];
    // A plus may belong to the value as well, so that its length cannot be told.
    let is_random = value.len() >= 20 || value.iter().any(u8::is_ascii_digit);
    if between > 0 && (rest[..between].contains(&b'+') || value.len() >= 8 && is_random) {
        return Suspects::SCHEME;
    }
    Suspects::NONE
}

/// The shapes that a text may have because of its colons and equals signs.
pub(super) fn named(text: &[u8]) -> Suspects {
    let mut all = Suspects::NONE;
    for at in memchr::memchr2_iter(b':', b'=', text) {
        all.add(at_separator(text, at));
    }
    all
}

/// The bytes that a user and a password in a URL do not hold: blanks and these.
static ENDS_AUTHORITY: [bool; 256] = {
    let mut ends = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        ends[byte as usize] =
            is_blank(byte) || matches!(byte, b'/' | b'?' | b'#' | b'@' | b'"' | b'\'' | b'\\');
        byte += 1;
    }
    ends
};

/// The shapes that a text may have because of the colon or equals sign at `at`.
pub(super) fn at_separator(text: &[u8], at: usize) -> Suspects {
    let mut all = Suspects::NONE;
    if let Some(authority) = text[at..].strip_prefix(b"://") {
        let user = run(authority, |byte| !ENDS_AUTHORITY[usize::from(byte)]);
        if user > 0 && authority.get(user) == Some(&b'@') {
            all.add(Suspects::USER_INFO);
        }
    }
    if names_a_credential(&text[..at]) {
        all.add(Suspects::NAMED);
    }
    all
}

/// Returns `true` if a text ends with a name that may be one of a credential, quoted or not.
fn names_a_credential(text: &[u8]) -> bool {
    /// The ends of the names that `names` knows, without what divides their words.
    const ENDS: [&str; 28] = [
        "assertion",
        "auth",
        "authenticate",
        "authorization",
        "code",
        "codeverifier",
        "cookie",
        "credential",
        "credentials",
        "jwt",
        "key",
        "keyid",
        "otp",
        "passphrase",
        "passwd",
        "password",
        "passwordhash",
        "pin",
        "pwd",
        "samlresponse",
        "secret",
        "session",
        "sessionid",
        "sid",
        "sig",
        "signature",
        "ticket",
        "token",
    ];
    const LONGEST: usize = 13;
    /// Their last three letters: most names end in others.
    static LAST: Endings = Endings::new(&[
        b"als", b"ase", b"ash", b"ate", b"ial", b"ier", b"ion", b"jwt", b"ken", b"ket", b"key", b"kie",
        b"nid", b"nse", b"ode", b"ord", b"otp", b"pin", b"pwd", b"ret", b"sid", b"sig", b"swd", b"ure",
        b"uth", b"yid",
    ]);
    let text = without_blanks(text);
    let text = if let [inner @ .., b'"' | b'\''] = text { inner } else { text };
    if LAST.end(text) == Some(false) {
        return false;
    }
    // Read from its end, since it matters only what the name ends with.
    let name =
        text.iter().rev().take_while(|byte| is_word(**byte) || matches!(byte, b'-' | b'.' | b'[' | b']'));
    let mut name = name.filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).peekable();
    // Most names end in another letter, and times in a digit.
    if !name.peek().is_some_and(|last| {
        matches!(last, b'd' | b'e' | b'g' | b'h' | b'l' | b'n' | b'p' | b'r' | b's' | b't' | b'y')
    }) {
        return false;
    }
    let (mut end, mut length) = ([0; LONGEST], 0);
    for (place, byte) in end.iter_mut().zip(name) {
        *place = byte;
        length += 1;
    }
    let end = &end[..length];
    ENDS.iter()
        .any(|word| word.len() <= end.len() && word.bytes().rev().eq(end[..word.len()].iter().copied()))
}

/// A text without the blanks at its end.
fn without_blanks(mut text: &[u8]) -> &[u8] {
    while let [before @ .., last] = text
        && is_blank(*last)
    {
        text = before;
    }
    text
}

/// The number of bytes at the beginning of a text that are of a kind.
fn run(text: &[u8], of: impl Fn(u8) -> bool) -> usize {
    text.iter().take_while(|byte| of(**byte)).count()
}

/// As `\w` of an expression.
const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// As `\s` of an expression.
const fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ')
}
