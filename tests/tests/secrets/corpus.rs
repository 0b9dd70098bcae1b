//! The shapes in which secrets are planted.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// The configured secrets, by the variable that sets each.
pub const CONFIGURED: [(&str, &str); 4] = [
    ("LEAKY_API_KEY", "sk/9Q+7xZ==tN4vB2mL8wR6yT1cD5"),
    ("LEAKY_BEARER", "9f86d081884c7d659a2feaa0c55ad015"),
    ("LEAKY_PASSWORD", "Pa\"ss\\w0rd-ü-2291 &<x>"),
    (
        "LEAKY_PRIVATE_KEY",
        "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n-----END PRIVATE KEY-----",
    ),
];

/// Secrets of others, with the names of their kinds. All are invented, and written in two parts so that no scanner takes
/// this file for a leak.
const FOREIGN: [(&str, [&str; 2]); 34] = [
    ("github", ["ghp_", "x7Kq2mN9vB4tR8wL1yC5dF3gH6jJ0pZsAeUi"]),
    ("github-oauth", ["gho_", "x7Kq2mN9vB4tR8wL1yC5dF3gH6jJ0pZsAeUi"]),
    ("github-fine", ["github_pat_", "11ABCDEFG0x7Kq2mN9vB4t_R8wL1yC5dF3gH6jJ0pZs"]),
    ("gitlab", ["glpat-", "x7Kq2mN9vB4tR8wL1yC5"]),
    ("slack-bot", ["xoxb-", "123456789012-1234567890123-x7Kq2mN9vB4tR8wL1yC5dF3g"]),
    ("slack-user", ["xoxp-", "123456789012-1234567890123-x7Kq2mN9vB4tR8wL1yC5dF3g"]),
    ("slack-app", ["xapp-", "1-A0123456789-1234567890123-x7kq2mn9vb4tr8wl"]),
    ("aws", ["AKIA", "Q7X2M9VB4TR8WL1Y"]),
    ("aws-temporary", ["ASIA", "Q7X2M9VB4TR8WL1Y"]),
    ("google", ["AIza", "SyD-x7Kq2mN9vB4tR8wL1yC5dF3gH6jJ0pZ"]),
    ("google-oauth", ["ya29.", "a0AfH6SMBx7Kq2mN9vB4tR8wL1yC5"]),
    ("google-client", ["GOCSPX-", "x7Kq2mN9vB4tR8wL1yC5dF3gH6jJ"]),
    ("stripe", ["sk_live_", "x7Kq2mN9vB4tR8wL1yC5dF3g"]),
    ("stripe-restricted", ["rk_live_", "x7Kq2mN9vB4tR8wL1yC5dF3g"]),
    ("openai", ["sk-", "proj-x7Kq2mN9vB4tR8wL1yC5dF3gH6jJ0pZ"]),
    ("sendgrid", ["SG.", "x7Kq2mN9vB4tR8wL1yC5dF.3gH6jJ0pZsAeUix7Kq2mN9vB4tR8wL1yC5dF3gH6jJ0"]),
    ("npm", ["npm_", "x7Kq2mN9vB4tR8wL1yC5dF3gH6jJ0pZsAeUi"]),
    ("pypi", ["pypi-", "AgEIcHlwaS5vcmcCJDx7Kq2mN9vB4tR8wL1yC5"]),
    ("digitalocean", ["dop_v1_", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"]),
    ("shopify", ["shpat_", "0123456789abcdef0123456789abcdef"]),
    ("vault", ["hvs.", "CAESIx7Kq2mN9vB4tR8wL1yC5dF3gH6jJ0pZ"]),
    ("databricks", ["dapi", "0123456789abcdef0123456789abcdef"]),
    ("linear", ["lin_api_", "x7Kq2mN9vB4tR8wL1yC5dF3gH6jJ0pZsAeUix7Kq"]),
    ("postman", ["PMAK-", "0123456789abcdef01234567-0123456789abcdef0123456789abcdef01"]),
    ("mailgun", ["key-", "0123456789abcdef0123456789abcdef"]),
    ("square", ["sq0atp-", "x7Kq2mN9vB4tR8wL1yC5dF"]),
    ("terraform", ["x7Kq2mN9vB4tR8", ".atlasv1.x7Kq2mN9vB4tR8wL1yC5dF3gH6jJ0pZsAeUix7Kq2mN9vB4tR8wL1y"]),
    ("newrelic", ["NRAK-", "Q7X2M9VB4TR8WL1YQ7X2M9VB4TR"]),
    ("grafana", ["glsa_", "x7Kq2mN9vB4tR8wL1yC5dF3gH6jJ0pZs_0123abcd"]),
    ("atlassian", ["ATATT3", "xFfGF0x7Kq2mN9vB4tR8wL1yC5dF3gH6jJ0pZ"]),
    ("age", ["AGE-SECRET-KEY-1", "QQPQZZYY8X7KQ2MN9VB4TR8WL1YC5DF3GH6JJ0PZS"]),
    (
        "jwt",
        [
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
            ".eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
        ],
    ),
    (
        "pem",
        [
            "-----BEGIN RSA PRIVATE",
            " KEY-----\nMIIEowIBAAKCAQEAx7Kq2mN9vB4tR8wL1yC5dF3gH6jJ0pZs\n-----END RSA PRIVATE KEY-----",
        ],
    ),
    (
        "openssh",
        [
            "-----BEGIN OPENSSH PRIVATE",
            " KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUx7Kq2mN9v\n-----END OPENSSH PRIVATE KEY-----",
        ],
    ),
];

/// Values that are secret because of what they are called.
const NAMED: [&str; 22] = [
    "password",
    "passwd",
    "client_secret",
    "clientSecret",
    "access_token",
    "accessToken",
    "refresh_token",
    "id_token",
    "api_key",
    "apiKey",
    "X-Amz-Signature",
    "X-Amz-Credential",
    "X-Amz-Security-Token",
    "X-Goog-Signature",
    "sig",
    "key",
    "code",
    "private_key",
    "session_token",
    "passphrase",
    "db_password",
    "jwt",
];

/// An innocent-looking value.
pub const VALUE: &str = "Zq8-innocent-looking-41";

/// One planted text.
pub struct Shape {
    pub name: String,
    pub text: String,
    /// `true` if it holds a configured secret, which must not be in an entity either.
    pub configured: bool,
}

/// All shapes.
pub fn shapes() -> Vec<Shape> {
    let mut all = Vec::new();
    let mut add = |name: String, text: String, configured: bool| all.push(Shape { name, text, configured });
    for (variable, secret) in CONFIGURED {
        for (form, text) in forms(secret) {
            add(format!("{variable} {form}"), text, true);
        }
    }
    for (kind, parts) in FOREIGN {
        let token = parts.concat();
        add(format!("{kind} in a sentence"), format!("it uses {token} for that"), false);
        add(format!("{kind} in JSON"), serde_json::json!({ "value": token, "id": 1 }).to_string(), false);
        add(format!("{kind} quoted"), format!("{token:?}"), false);
    }
    for name in NAMED {
        add(format!("{name} in a query"), format!("GET https://h.example/a?x=1&{name}={VALUE}&y=2"), false);
        if !["sig", "key", "code"].contains(&name) {
            add(format!("{name} in JSON"), serde_json::json!({ "a": 1, name: VALUE }).to_string(), false);
            let inner = serde_json::json!({ name: VALUE, "a": 1 }).to_string();
            add(format!("{name} in JSON in JSON"), serde_json::json!({ "body": inner }).to_string(), false);
        }
    }
    for line in [
        format!("Authorization: Bearer {VALUE}"),
        format!("authorization=Basic {}", STANDARD.encode(format!("u:{VALUE}"))),
        format!("Cookie: a=1; sid={VALUE}"),
        format!("Set-Cookie: sid={VALUE}; HttpOnly"),
        format!("X-Api-Key: {VALUE}"),
        format!("X-Auth-Token: {VALUE}"),
        format!("sent Bearer {VALUE} to it"),
        format!("https://someone:{VALUE}@h.example/a"),
        format!("https://{VALUE}@h.example/a"),
        format!("{{\"headers\":{{\"Authorization\":\"SSWS {VALUE}\"}}}}"),
    ] {
        add(format!("line {line}"), line, false);
    }
    all
}

/// As an escaper writes it that knows the names of HTML 5.
fn html5(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' => "&quot;".to_owned(),
            '/' => "&sol;".to_owned(),
            '+' => "&plus;".to_owned(),
            '=' => "&equals;".to_owned(),
            '\\' => "&bsol;".to_owned(),
            '\n' => "&NewLine;".to_owned(),
            'ü' => "&uuml;".to_owned(),
            other => other.to_string(),
        })
        .collect()
}

#[expect(clippy::too_many_lines, reason = "a list of forms")]
/// A configured secret in every form.
fn forms(secret: &str) -> Vec<(&'static str, String)> {
    let json = serde_json::Value::from(secret).to_string();
    let ascii: String = json
        .chars()
        .map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) })
        .collect();
    let percent: String = secret.bytes().fold(String::new(), |out, byte| format!("{out}%{byte:02X}"));
    let mut query = url::Url::parse("https://h.example/").expect("a URL");
    query.query_pairs_mut().append_pair("q", secret);
    let mut path = url::Url::parse("https://h.example/a").expect("a URL");
    path.path_segments_mut().expect("a base").push(secret);
    let hex: String = secret.bytes().fold(String::new(), |out, byte| format!("{out}{byte:02x}"));
    let html = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let each = |escape: &dyn Fn(char) -> String| -> String {
        secret.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_string() } else { escape(c) }).collect()
    };
    let bytes = |escape: &dyn Fn(u8) -> String| -> String {
        secret
            .bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { escape(b) })
            .collect()
    };
    let half = (0..=secret.len() / 2).rev().find(|at| secret.is_char_boundary(*at)).expect("0 is one");
    let (a, b) = secret.split_at(half);
    let halves = serde_json::json!({ "first": a, "second": b }).to_string();
    let mut all = vec![
        ("plain", secret.to_owned()),
        ("in a sentence", format!("your key {secret}, is wrong")),
        ("upper", secret.to_uppercase()),
        ("lower", secret.to_lowercase()),
        ("JSON", json.clone()),
        ("JSON in ASCII", ascii),
        ("JSON in JSON", serde_json::Value::from(json.clone()).to_string()),
        ("JSON with its slashes escaped", json.replace('/', "\\/")),
        ("debug", format!("{secret:?}")),
        ("percent", percent.clone()),
        ("percent, small", percent.to_lowercase()),
        ("percent, twice", percent.replace('%', "%25")),
        ("query", query.into()),
        ("hex", hex.clone()),
        ("hex, large", hex.to_uppercase()),
        ("base64", STANDARD.encode(secret)),
        ("base64, URL", URL_SAFE_NO_PAD.encode(secret)),
        (
            "base64 in a query",
            format!("?q={}", STANDARD.encode(secret).replace('+', "%2B").replace('/', "%2F")),
        ),
        ("Basic 1", format!("Basic {}", STANDARD.encode(format!("u:{secret}")))),
        ("Basic 2", format!("Basic {}", STANDARD.encode(format!("me:{secret}")))),
        ("Basic 3", format!("Basic {}", STANDARD.encode(format!("you:{secret}:and more")))),
        ("HTML", html.clone()),
        ("HTML in HTML", html.replace('&', "&amp;")),
        ("HTML in hexadecimal", each(&|c| format!("&#x{:X};", u32::from(c)))),
        ("HTML in decimal", each(&|c| format!("&#{};", u32::from(c)))),
        ("HTML of all characters", secret.chars().map(|c| format!("&#{};", u32::from(c))).collect()),
        ("HTML without semicolons", secret.chars().map(|c| format!("&#{}", u32::from(c))).collect()),
        ("HTML by name", html5(secret)),
        ("bytes of JavaScript", bytes(&|b| format!("\\x{b:02X}"))),
        ("bytes in octal", bytes(&|b| format!("\\{b:03o}"))),
        ("every byte of a log", secret.bytes().map(|b| format!("\\x{b:02x}")).collect()),
        ("code points of Python", each(&|c| format!("\\U{:08x}", u32::from(c)))),
        ("code points of Rust", each(&|c| format!("\\u{{{:x}}}", u32::from(c)))),
        ("escape of JavaScript", each(&|c| format!("%u{:04X}", u32::from(c)))),
        ("base64 of base64", STANDARD.encode(format!("Basic {}", STANDARD.encode(format!("u:{secret}"))))),
        ("base64 of hex", STANDARD.encode(&hex)),
        ("hex of base64", STANDARD.encode(secret).bytes().map(|b| format!("{b:02x}")).collect()),
        (
            "base64 of a form",
            STANDARD.encode(url::form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>()),
        ),
    ];
    // A URL holds no ends of lines.
    if !secret.contains('\n') {
        all.push(("path", path.into()));
    }
    // Half of a few words is a few words.
    if !secret.contains(char::is_whitespace) {
        all.push(("halves", halves));
    }
    all
}
