//! Names that probably hold a credential.

/// Returns `true` if a field of this name probably holds a credential or several: `api_tokens` as well as `api_token`.
///
/// For names that an author writes. In JSON of a provider, `total_tokens` is usually a count.
#[must_use]
pub const fn names_credentials(name: &str) -> bool {
    let one = match name.as_bytes().split_last() {
        Some((b's' | b'S', rest)) => name.split_at(rest.len()).0,
        _ => name,
    };
    looks_like_credential(name) || looks_like_credential(one)
}

/// Returns `true` if a field or a property of this name probably holds a credential.
#[must_use]
pub const fn looks_like_credential(name: &str) -> bool {
    let name = name.as_bytes();
    if name.is_empty() {
        return false;
    }
    // By their last letter: it is asked for every field of every entity, and most end in another.
    let ends: &[&str] = match name[name.len() - 1] | 0x20 {
        b'd' => &["password", "passwd"],
        b'e' => &["passphrase"],
        b'l' => &["credential"],
        b'n' => &["token"],
        b's' => &["credentials"],
        b't' => &["secret"],
        b'y' => &["api_key", "apikey", "private_key", "privatekey", "access_key", "accesskey"],
        _ => return false,
    };
    let mut i = 0;
    while i < ends.len() {
        let end = ends[i].as_bytes();
        if name.len() >= end.len() && name.split_at(name.len() - end.len()).1.eq_ignore_ascii_case(end) {
            return true;
        }
        i += 1;
    }
    false
}
