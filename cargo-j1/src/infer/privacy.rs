//! Members that must not reach JupiterOne: secrets and private data.

use j1_core::config::looks_like_credential;

use super::shape::Shape;

/// Words of a name that say that it holds a secret.
const SECRET: [&str; 14] = [
    "password",
    "passwd",
    "secret",
    "token",
    "apikey",
    "privatekey",
    "credential",
    "credentials",
    "passphrase",
    "pin",
    "otp",
    "totp",
    "cookie",
    "jwt",
];

/// Words, joined, that say that it is private. From "What to exclude" of JupiterOne's page: "sensitive PII beyond what is
/// needed for identity (SSN, home addresses, phone numbers)".
const PRIVATE: [&str; 30] = [
    "ssn",
    "socialsecurity",
    "socialsecuritynumber",
    "taxid",
    "nationalid",
    "passport",
    "passportnumber",
    "phone",
    "phones",
    "phonenumber",
    "phonenumbers",
    "mobilephone",
    "homephone",
    "workphone",
    "primaryphone",
    "telephone",
    "fax",
    "birthday",
    "birthdate",
    "dateofbirth",
    "dob",
    "gender",
    "sex",
    "homeaddress",
    "postaladdress",
    "streetaddress",
    "postalcode",
    "zipcode",
    "salary",
    "maritalstatus",
];

/// Display settings: "UI/display-only metadata (locale, timezone, theme)".
const DISPLAY: [&str; 9] = [
    "locale",
    "timezone",
    "theme",
    "avatar",
    "avatarurl",
    "gravatarid",
    "nodeid",
    "etag",
    "preferredlanguage",
];

/// Members that navigate the API rather than describe a record.
const LINKS: [&str; 8] = ["links", "embedded", "href", "self", "meta", "url", "selfurl", "selflink"];

/// Returns `true` for a member whose name says that it holds a secret.
pub fn is_secret(name: &str) -> bool {
    let words = super::words::snake(name).unwrap_or_default();
    looks_like_credential(name)
        || words.split('_').any(|word| SECRET.contains(&word))
        || SECRET.contains(&words.replace('_', "").as_str())
}

/// Returns the reason to leave out a property that another integration sends already: it is a secret, or private.
pub fn why_withheld(name: &str, shape: &Shape) -> Option<&'static str> {
    why_left_out(name, shape).filter(|why| [SECRET_WHY, PRIVATE_WHY].contains(why))
}

/// The reasons to leave out what must not reach JupiterOne, whoever sends it.
const SECRET_WHY: &str = "it may hold a secret";
const PRIVATE_WHY: &str = "it is private, and JupiterOne asks to leave it out";

/// Returns the reason to leave out a member of this name. A flag or a time is never a secret, whatever its name.
pub fn why_left_out(name: &str, shape: &Shape) -> Option<&'static str> {
    let words: Vec<String> = super::words::snake(name)?.split('_').map(str::to_owned).collect();
    let joined = words.concat();
    if shape.boolean || shape.text.as_ref().is_some_and(|texts| texts.moments) {
        return None;
    }
    if joined == "meta" && has_moments(shape) {
        return None;
    }
    if LINKS.contains(&joined.as_str()) {
        return Some("it leads through the API, and says nothing of the record");
    }
    if is_secret(name) {
        return Some(SECRET_WHY);
    }
    if words.iter().any(|word| word == "key" || word == "certificate")
        && words.iter().any(|w| ["ssh", "public", "private", "pem", "encryption"].contains(&w.as_str()))
    {
        return Some("it may hold a key or a certificate");
    }
    if PRIVATE.contains(&joined.as_str())
        || words.iter().any(|word| ["ssn", "phone", "birthdate", "passport"].contains(&word.as_str()))
    {
        return Some(PRIVATE_WHY);
    }
    DISPLAY.contains(&joined.as_str()).then_some("it only matters for display")
}

/// Returns `true` for the `meta` of SCIM, which says when a record was created.
fn has_moments(shape: &Shape) -> bool {
    ["created", "lastModified"].iter().any(|name| shape.member(name).is_some_and(|one| is_moment(&one.shape)))
}

/// Returns `true` for a value that is a moment and nothing else.
pub fn is_moment(shape: &Shape) -> bool {
    shape.kinds() == 1 && shape.text.as_ref().is_some_and(|texts| texts.moments)
}
