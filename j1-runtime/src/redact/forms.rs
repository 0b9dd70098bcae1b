//! The forms in which a secret may turn up: as it is, escaped, and encoded.

use std::collections::BTreeSet;

use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Encoded forms that are shorter say too little to be told from other text.
const SHORTEST_ENCODED: usize = 6;

/// Every form of a secret that is looked for.
pub(super) fn forms(secret: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::from([secret.to_owned(), secret.to_lowercase(), secret.to_uppercase()]);
    let json = json_escaped(secret);
    all.extend([json_escaped(&json), json.replace('/', "\\/"), json]);
    all.extend([unicode_escaped(secret), unicode_escaped(secret).to_uppercase().replace("\\U", "\\u")]);
    all.insert(secret.escape_debug().to_string());
    all.insert(html_escaped(secret));
    for form in [percent(secret, is_unreserved), percent(secret, |_| false), form_encoded(secret)] {
        all.extend([percent(&form, is_unreserved), form.to_lowercase(), form]);
    }
    all.insert(percent(secret, |byte| byte.is_ascii_graphic() && !b"\"#%<>?`{}/\\".contains(&byte)));
    all.insert(percent(secret, |byte| byte.is_ascii_graphic() && !b"\"#%<>&'".contains(&byte)));
    let mut encoded = vec![hex(secret), hex(secret).to_uppercase()];
    for shift in 0..3 {
        let standard = base64(secret, shift, &STANDARD_NO_PAD);
        encoded.push(percent(&standard, is_unreserved));
        encoded.push(standard.replace('/', "\\/"));
        encoded.extend([standard, base64(secret, shift, &URL_SAFE_NO_PAD)]);
    }
    all.extend(encoded.into_iter().filter(|form| form.len() >= SHORTEST_ENCODED));
    all
}

fn json_escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// JSON as some write it: everything but ASCII as `\uXXXX`.
fn unicode_escaped(text: &str) -> String {
    json_escaped(text)
        .encode_utf16()
        .map(|unit| match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => char::from(byte).to_string(),
            _ => format!("\\u{unit:04x}"),
        })
        .collect()
}

fn html_escaped(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    escaped.replace('"', "&quot;").replace('\'', "&#39;")
}

fn percent(text: &str, plain: impl Fn(u8) -> bool) -> String {
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// As a form writes it: a blank is `+`.
fn form_encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |out, byte| format!("{out}{byte:02x}"))
}

/// The characters of a base64 text that say nothing but this secret, where it begins `shift` bytes after a multiple
/// of three, as the password does in `user:password`.
fn base64(text: &str, shift: usize, engine: &impl base64::Engine) -> String {
    let shifted = [&[0, 0][..shift], text.as_bytes()].concat();
    let whole = engine.encode(&shifted);
    whole[(shift * 8).div_ceil(6)..shifted.len() * 8 / 6].to_owned()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn a_password_is_found_in_basic_credentials_whatever_the_name_before_it() {
        let forms = forms("s3cr3t-Pa55/word+");
        for user in ["", "a", "ab", "abc", "someone@example.com"] {
            for after in ["", "x", "yz"] {
                let header = STANDARD.encode(format!("{user}:s3cr3t-Pa55/word+{after}"));
                assert!(forms.iter().any(|form| header.contains(form.as_str())), "{user} {header}");
            }
        }
    }

    #[test]
    fn a_secret_is_found_as_urls_json_and_html_write_it() {
        let secret = "pä\"ss/w&rd + <1>";
        let forms = forms(secret);
        let mut url = url::Url::parse("https://h.example/").expect("a URL");
        url.query_pairs_mut().append_pair("q", secret);
        let mut path = url.clone();
        path.path_segments_mut().expect("a base").push(secret);
        let json = serde_json::Value::from(secret).to_string();
        let ascii = r#"p\u00e4\"ss/w&rd + <1>"#;
        let nested = serde_json::Value::from(json.clone()).to_string();
        for text in [url.as_str(), path.as_str(), &json, ascii, &nested, &format!("{secret:?}")] {
            assert!(forms.iter().any(|form| text.contains(form.as_str())), "{text}");
        }
    }
}
