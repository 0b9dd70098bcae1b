//! Values that must not be seen.

pub use j1_model::looks_like_credential;
use zeroize::Zeroize;

/// A value that is never shown: no `Debug`, no `Display`, no `Serialize`, and overwritten when dropped.
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

/// Returns `true` if a member of a JSON object, or a parameter, of this name holds a credential. It knows more names
/// than [`looks_like_credential`], each hit of which an author has to justify. Page tokens do not count: they grant no
/// access, and a list cannot be read without them.
#[must_use]
pub fn is_credential_name(name: &str) -> bool {
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
    /// The last three letters of every credential's name. They are compared first, because every name of every record
    /// is checked and most end in other letters.
    const LAST: [&[u8; 3]; 20] = [
        b"als", b"ase", b"ash", b"ial", b"ier", b"ion", b"jwt", b"ken", b"key", b"nid", b"nse", b"ode",
        b"ord", b"otp", b"pin", b"pwd", b"ret", b"swd", b"ure", b"yid",
    ];
    const PLACES: [&str; 8] = ["page", "next", "prev", "continu", "cursor", "sync", "delta", "resume"];
    let mut last = [0; 3];
    for (place, letter) in last.iter_mut().rev().zip(name.bytes().rev().filter(u8::is_ascii_alphanumeric)) {
        *place = letter.to_ascii_lowercase();
    }
    if !LAST.contains(&&last) {
        return false;
    }
    let plain = plain_name(name);
    let place = plain.ends_with("token") && PLACES.iter().any(|part| plain.contains(part));
    !place
        && (looks_like_credential(name)
            || looks_like_credential(&plain)
            || WHOLE.binary_search(&plain.as_str()).is_ok()
            || ENDS.iter().any(|end| plain.ends_with(end)))
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

    use super::Secret;

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
