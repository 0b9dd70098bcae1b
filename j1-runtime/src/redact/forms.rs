//! The forms in which a secret may turn up: as it is, and encoded. What is only escaped is found by reading it.

use std::collections::BTreeSet;

use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Encoded forms that are shorter say too little to be told from other text.
const SHORTEST_ENCODED: usize = 6;

/// Every form of a secret that is looked for, whether in small letters or large.
pub(super) fn forms(secret: &str) -> BTreeSet<String> {
    // Large letters beyond ASCII are not those of the small ones to who compares bytes.
    let mut all = BTreeSet::from([secret.to_owned(), secret.to_lowercase(), secret.to_uppercase()]);
    // As a form writes them.
    let in_forms: Vec<String> = all.iter().map(|form| form.replace(' ', "+")).collect();
    all.extend(in_forms);
    let mut encoded = vec![hex(secret)];
    for shift in 0..3 {
        encoded.push(base64(secret, shift, &STANDARD_NO_PAD));
        encoded.push(base64(secret, shift, &URL_SAFE_NO_PAD));
    }
    all.extend(encoded.into_iter().filter(|form| form.len() >= SHORTEST_ENCODED));
    all
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
}
