//! Values that must not be seen.

pub use j1_model::looks_like_credential;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroize;

use crate::shared::Endings;

/// A value that is never shown: no `Debug`, no `Display`, no `Serialize`, and overwritten when dropped.
///
/// It can be read, for the token in a provider's response: `token: Secret<String>` in a struct that is `Deserialize`.
///
/// ```compile_fail
/// let key = j1_core::Secret::new(String::from("k"));
/// println!("{key:?}");
/// ```
pub struct Secret<T: Zeroize = String>(T);

impl<T: Zeroize> Secret<T> {
    /// Hides a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Returns the value, for the one place that needs it.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize + Clone> Clone for Secret<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<'de, T: Zeroize + Deserialize<'de>> Deserialize<'de> for Secret<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

/// A secret that may be serialized. Nothing implements it, so that rustc says why a struct with a secret is not `Serialize`,
/// where it would list types of serde's.
#[diagnostic::on_unimplemented(
    message = "[J1-E0803] a `Secret` is never serialized: what is written can be read",
    label = "a field is a `Secret`",
    note = "leave the field out; where a request sends the secret, write its `expose()` there"
)]
pub trait MayBeWritten {}

impl<T: Zeroize + MayBeWritten> Serialize for Secret<T> {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom("a secret is never serialized"))
    }
}

/// Returns `true` if a member of a JSON object, or a parameter, of this name holds a credential. It knows more names
/// than [`looks_like_credential`], each hit of which an author has to justify. Page tokens do not count: they grant no
/// access, and a list cannot be read without them.
#[must_use]
pub fn is_credential_name(name: &str) -> bool {
    // Most names end in other letters.
    ends_as_a_credential(name.as_bytes()) && is_credential_word(name)
}

/// As [`is_credential_name`], for a name that ends as one.
#[cold]
fn is_credential_word(name: &str) -> bool {
    const WHOLE: [&str; 17] = [
        "apikey",
        "authorization",
        "awsaccesskeyid",
        "clientassertion",
        "codeverifier",
        "jwt",
        "otp",
        "passcode",
        "pin",
        "privatekeyid",
        "pwd",
        "refreshtoken",
        "samlresponse",
        "secretkey",
        "sessionid",
        "sshprivatekey",
        "totp",
    ];
    const ENDS: [&str; 10] = [
        "apikey",
        "apitoken",
        "accesstoken",
        "clientsecret",
        "passwordhash",
        "secretkey",
        "amzsignature",
        "googsignature",
        "sessiontoken",
        "amzcredential",
    ];
    const PLACES: [&str; 8] = ["page", "next", "prev", "continu", "cursor", "sync", "delta", "resume"];
    let mut short = [0; SHORT_NAME];
    let long;
    let plain = if let Some(plain) = short_plain_name(name, &mut short) {
        plain
    } else {
        long = plain_name(name);
        &long
    };
    let place = plain.ends_with("token") && PLACES.iter().any(|part| plain.contains(part));
    !place
        && (looks_like_credential(name)
            || looks_like_credential(plain)
            || WHOLE.binary_search(&plain).is_ok()
            || ENDS.iter().any(|end| plain.ends_with(end)))
}

/// Compares the last three letters with those of every credential's name: first, because every name of every record is checked,
/// and most end in other letters.
#[inline]
pub(crate) fn ends_as_a_credential(name: &[u8]) -> bool {
    static ENDS: Endings = Endings::new(&[
        b"als", b"ase", b"ash", b"ial", b"ier", b"ion", b"jwt", b"ken", b"key", b"nid", b"nse", b"ode",
        b"ord", b"otp", b"pin", b"pwd", b"ret", b"swd", b"ure", b"yid",
    ]);
    match ENDS.end(name) {
        Some(false) => false,
        Some(true) => is_no_other_word(name),
        None => ENDS.end(&last_letters(name)) == Some(true) && is_no_other_word(name),
    }
}

/// Returns `false` for `description`, `location`, `postal_code`: the words of credentials with these ends are few.
fn is_no_other_word(name: &[u8]) -> bool {
    match last_letters(name) {
        [b'i', b'o', b'n'] => ends_with(name, *b"zation") || ends_with(name, *b"ertion"),
        [b'o', b'd', b'e'] => ends_with(name, *b"sscode"),
        _ => true,
    }
}

/// The last three letters and digits of a name, in lower case; zeros where it has fewer.
fn last_letters(name: &[u8]) -> [u8; 3] {
    let mut last = [0; 3];
    let letters = name.iter().rev().filter(|byte| byte.is_ascii_alphanumeric());
    for (place, letter) in last.iter_mut().rev().zip(letters) {
        *place = letter.to_ascii_lowercase();
    }
    last
}

/// Returns `true` if the letters and digits of a name end with these.
fn ends_with(name: &[u8], end: [u8; 6]) -> bool {
    let letters = name.iter().rev().filter(|byte| byte.is_ascii_alphanumeric());
    letters.take(end.len()).map(u8::to_ascii_lowercase).eq(end.into_iter().rev())
}

/// The length of the names that need no allocation.
const SHORT_NAME: usize = 32;

/// As [`plain_name`], if the name is short.
fn short_plain_name<'p>(name: &str, plain: &'p mut [u8; SHORT_NAME]) -> Option<&'p str> {
    if name.len() > SHORT_NAME {
        return None;
    }
    let mut length = 0;
    for byte in name.bytes().filter(u8::is_ascii_alphanumeric) {
        plain[length] = byte.to_ascii_lowercase();
        length += 1;
    }
    str::from_utf8(&plain[..length]).ok()
}

/// Returns a name in lower case without separators: `first_name`, `firstName` and `First-Name` give the same.
#[must_use]
pub fn plain_name(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{Secret, is_credential_name};

    #[test]
    fn a_credential_is_recognized_however_its_name_is_written() {
        for name in [
            "apiKey",
            "Authorization",
            "aws_access_key_id",
            "client-assertion",
            "codeVerifier",
            "jwt",
            "OTP",
            "o.t.p",
            "passcode",
            "pin",
            "private_key_id",
            "pwd",
            "refreshToken",
            "SAMLResponse",
            "secret_key",
            "session-id",
            "sshPrivateKey",
            "totp",
            "x-api-token",
            "userPassword",
            "db_passwd",
            "passphrase",
            "password_hash",
            "X-Amz-Signature",
            "X-Goog-Signature",
            "X-Amz-Credential",
            "credentials",
            "the_client_secret_of_an_application_with_a_long_name_client_secret",
        ] {
            assert!(is_credential_name(name), "{name}");
        }
        for name in
            ["", "id", "é", "in", "description", "location", "postal_code", "opinion", "next_page_token"]
        {
            assert!(!is_credential_name(name), "{name}");
        }
    }

    #[test]
    fn a_secret_is_read_from_a_response() {
        #[derive(serde::Deserialize)]
        struct Session {
            token: Secret,
            refresh: Option<Secret>,
        }
        let session: Session = serde_json::from_str(r#"{"token": "k"}"#).expect("a session");
        assert_eq!(session.token.expose(), "k");
        assert!(session.refresh.is_none());
    }

    /// Counts how often it was overwritten.
    #[derive(Clone)]
    struct Watched(Arc<AtomicUsize>);

    impl zeroize::Zeroize for Watched {
        fn zeroize(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_secret_is_overwritten_when_it_is_dropped_and_so_is_each_copy() {
        let count = Arc::new(AtomicUsize::new(0));
        let secret = Secret::new(Watched(Arc::clone(&count)));
        drop(secret.clone());
        assert_eq!(count.load(Ordering::Relaxed), 1);
        drop(secret);
        assert_eq!(count.load(Ordering::Relaxed), 2);
    }
}
