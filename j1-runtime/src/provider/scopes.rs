//! The scopes of an access token: a provider may grant fewer than were requested, and leave out of its lists what they do not
//! cover.

use serde_json::Value;

/// Scopes that say who the user is, or that a refresh token is wanted. Providers grant them without naming them, and no list
/// depends on them.
const OF_LOGIN: [&str; 8] =
    ["openid", "profile", "email", "address", "phone", "offline", "offline_access", "refresh_token"];

/// The scopes in the text of a parameter or a member: separated by spaces, by some providers with commas.
pub(super) fn split(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split([' ', ',', '\t', '\n']).filter(|scope| !scope.is_empty()).map(str::to_owned)
}

/// The scopes in the member `scope` of a response, which is a list with some providers. `None` if the response does not say
/// them: they are then those that were requested (RFC 6749, section 5.1).
pub(super) fn granted(member: Option<&Value>) -> Option<Vec<String>> {
    match member? {
        Value::Null => None,
        Value::Array(list) => Some(list.iter().filter_map(Value::as_str).flat_map(split).collect()),
        value => Some(split(value.as_str().unwrap_or_default()).collect()),
    }
}

/// The needed scopes that were not granted.
pub(super) fn lacking<'n>(needed: &'n [String], granted: &[String]) -> Vec<&'n str> {
    let is_granted = |scope: &str| granted.iter().any(|granted| is_same(scope, granted));
    needed.iter().map(String::as_str).filter(|scope| !(is_implied(scope) || is_granted(scope))).collect()
}

/// Returns `true` for a scope that providers grant without naming it. `.default` stands for whatever the client was given.
fn is_implied(scope: &str) -> bool {
    OF_LOGIN.contains(&scope) || scope == ".default" || scope.ends_with("/.default")
}

/// Returns `true` if two names are of the same scope. Some providers write it with or without the URL of the API:
/// `https://graph.example/User.Read`.
fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim_end_matches('/'), other.trim_end_matches('/'));
    let is_end = |long: &str, short: &str| {
        let before =
            long.len().checked_sub(short.len()).and_then(|at| Some((long.get(..at)?, long.get(at..)?)));
        before.is_some_and(|(url, end)| {
            url.contains("://") && url.ends_with('/') && !short.is_empty() && end.eq_ignore_ascii_case(short)
        })
    };
    one.eq_ignore_ascii_case(other) || is_end(one, other) || is_end(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn lacks(needed: &str, said: &Value) -> Vec<String> {
        let needed: Vec<String> = split(needed).collect();
        let granted = granted(Some(said)).unwrap_or_else(|| needed.clone());
        lacking(&needed, &granted).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn a_scope_is_granted_however_it_is_written() {
        for (needed, said) in [
            ("users.read groups.read", json!("groups.read  users.read extra")),
            ("users.read,groups.read", json!("users.read,groups.read")),
            ("users.read groups.read", json!(["users.read", "groups.read"])),
            ("User.Read", json!("https://graph.example/user.read openid")),
            ("https://graph.example/User.Read", json!("User.Read")),
            ("https://api.example/auth/", json!("https://api.example/auth")),
            ("https://graph.example/.default offline_access", json!("Device.Read.All")),
            ("openid profile email users.read", json!("users.read")),
            ("users.read", Value::Null),
        ] {
            assert!(lacks(needed, &said).is_empty(), "{needed} {said}");
        }
    }

    #[test]
    fn a_scope_that_is_not_granted_is_found() {
        for (needed, said, lacking) in [
            ("users.read groups.read", json!("users.read"), "groups.read"),
            ("users.read", json!(""), "users.read"),
            ("users.read", json!([]), "users.read"),
            ("users.read", json!({ "a": 1 }), "users.read"),
            ("users:read", json!("users:read:own"), "users:read"),
            ("users:read:all", json!("all"), "users:read:all"),
            ("https://api.example/users", json!("ers"), "https://api.example/users"),
            ("https://api.example/users", json!("https://"), "https://api.example/users"),
        ] {
            assert_eq!(lacks(needed, &said), [lacking], "{needed} {said}");
        }
    }
}
