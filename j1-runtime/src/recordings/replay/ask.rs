//! A request as it is compared with recorded ones.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;
use url::Url;

use crate::redact::{self, MARK, names};

/// The parts of a request by which its recording is found.
///
/// The order of the parameters and of the members of a JSON body is ignored, and so are credentials, which are others in a
/// replay.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Ask {
    pub method: String,
    /// Scheme, host and port.
    pub origin: String,
    pub path: String,
    /// The parameters, decoded and sorted.
    pub query: Vec<(String, String)>,
    /// The body: JSON with sorted members, a form with sorted fields, or as it is. Empty if there is no body.
    pub body: String,
}

impl Ask {
    pub fn new(method: &str, url: &Url, body: &[u8]) -> Self {
        let mut query: Vec<_> = url.query_pairs().map(|(name, value)| pair(&name, &value)).collect();
        query.sort_unstable();
        Self {
            method: method.to_ascii_uppercase(),
            origin: url.origin().ascii_serialization(),
            path: redact::text(&without_empty_parts(url.path())),
            query,
            body: canonical(body),
        }
    }

    /// Returns `true` if this recorded request may be the other one: a mark stands for anything.
    pub fn covers(&self, other: &Self) -> bool {
        self.method == other.method
            && covers(&self.path, &other.path)
            && self.query.len() == other.query.len()
            && self.query.iter().zip(&other.query).all(|(a, b)| a.0 == b.0 && covers(&a.1, &b.1))
            && covers(&self.body, &other.body)
    }

    /// The first difference from the other, for people.
    pub fn difference(&self, other: &Self) -> String {
        if self.method != other.method {
            return format!("another method, {}", self.method);
        }
        if self.origin != other.origin {
            return format!("another host, {}", self.origin);
        }
        if self.path != other.path {
            return "another path".to_owned();
        }
        for (name, value) in &self.query {
            match other.query.iter().find(|(other, _)| other == name) {
                None => return format!("it has `{name}={value}`"),
                Some((_, asked)) if asked != value => return format!("its `{name}` is `{value}`"),
                Some(_) => {}
            }
        }
        if let Some((name, value)) = other.query.iter().find(|pair| !self.query.contains(pair)) {
            return format!("it has no `{name}={value}`");
        }
        "another body".to_owned()
    }

    /// A score of likeness, to find the nearest.
    pub fn likeness(&self, other: &Self) -> usize {
        let same = |a: &str, b: &str| a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).count();
        let alike = self.query.iter().filter(|pair| other.query.contains(pair)).count();
        let path = if self.path == other.path { 1000 } else { 20 * same(&self.path, &other.path) };
        path + 10 * alike.min(50) + 5 * usize::from(self.method == other.method)
    }
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}{}", self.method, self.origin, self.path)?;
        for (place, (name, value)) in self.query.iter().enumerate() {
            write!(f, "{}{name}={value}", if place == 0 { '?' } else { '&' })?;
        }
        Ok(())
    }
}

/// Returns a path without parts that are empty: clients that put URLs together send `//users`, which providers take for `/users`.
fn without_empty_parts(path: &str) -> Cow<'_, str> {
    if !path.contains("//") {
        return Cow::Borrowed(path);
    }
    let mut plain = String::with_capacity(path.len());
    path.chars().for_each(|c| {
        if c != '/' || !plain.ends_with('/') {
            plain.push(c);
        }
    });
    Cow::Owned(plain)
}

fn pair(name: &str, value: &str) -> (String, String) {
    let value = if names::is_credential_parameter(name) { MARK.to_owned() } else { redact::text(value) };
    (redact::text(name), value)
}

/// A body in one spelling.
fn canonical(body: &[u8]) -> String {
    if let Ok(mut json) = serde_json::from_slice::<Value>(body) {
        hide(&mut json, None);
        return json.to_string();
    }
    let text = String::from_utf8_lossy(body);
    if is_form(&text) {
        let mut fields: Vec<_> =
            url::form_urlencoded::parse(body).map(|(name, value)| pair(&name, &value)).collect();
        fields.sort_unstable();
        return fields.iter().flat_map(|(name, value)| [name, "=", value, "&"]).collect();
    }
    redact::text(text.trim())
}

/// Returns `true` if a body is that of a form: `a=1&b=2`.
fn is_form(body: &str) -> bool {
    body.contains('=') && !body.contains(['<', '{', '"']) && !body.contains(char::is_whitespace)
}

/// Takes the credentials out of a JSON value. (Its members are sorted: that is how this map keeps them.)
fn hide(json: &mut Value, member: Option<&str>) {
    match json {
        Value::Object(members) => members.iter_mut().for_each(|(name, value)| hide(value, Some(name))),
        Value::Array(values) => values.iter_mut().for_each(|value| hide(value, member)),
        Value::String(text) if member.is_some_and(names::is_credential) => MARK.clone_into(text),
        Value::String(text) => *text = redact::text(text),
        _ => {}
    }
}

/// Returns `true` if a text with marks matches the other, where each mark stands for anything.
fn covers(marked: &str, text: &str) -> bool {
    let Some((first, rest)) = marked.split_once(MARK) else { return marked == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split(MARK).collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = text.find(part) else { return false };
        text = &text[at + part.len()..];
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(method: &str, url: &str, body: &str) -> Ask {
        Ask::new(method, &Url::parse(url).expect("a URL"), body.as_bytes())
    }

    #[test]
    fn parameters_without_meaning_are_not_compared() {
        let a = ask(
            "post",
            "https://h.example/a?x=1&y=2&api_key=one",
            r#"{"a":1,"b":{"d":[1,2],"c":"ü"},"token":"x"}"#,
        );
        let b = ask(
            "POST",
            "https://h.example/a?y=2&api_key=two&x=1",
            r#"{ "b":{"c":"\u00fc","d":[1,2]},"a":1, "token":"y"}"#,
        );
        assert_eq!(a, b);
        assert_eq!(
            ask("POST", "https://h.example/", "a=1&b=x+y"),
            ask("POST", "https://h.example/", "b=x%20y&a=1")
        );
        for other in [r#"{"a":1,"b":{"d":[2,1],"c":"ü"},"token":"x"}"#, r#"{"a":1}"#, ""] {
            assert_ne!(a, ask("POST", "https://h.example/a?x=1&y=2&api_key=one", other), "{other}");
        }
    }

    #[test]
    fn empty_parts_of_a_path_are_not_compared() {
        assert_eq!(
            ask("GET", "https://h.example//v1///users", ""),
            ask("GET", "https://h.example/v1/users", "")
        );
        assert_ne!(
            ask("GET", "https://h.example/v1%2Fusers", ""),
            ask("GET", "https://h.example/v1/users", "")
        );
        assert_ne!(
            ask("GET", "https://h.example/v1/users/", ""),
            ask("GET", "https://h.example/v1/users", "")
        );
    }

    #[test]
    fn a_redacted_value_matches_any_other() {
        let recorded = ask("GET", "https://h.example/bot***/get?q=a***z", "");
        assert!(recorded.covers(&ask("GET", "https://h.example/bot123/get?q=a-b-z", "")));
        assert!(!recorded.covers(&ask("GET", "https://h.example/bot123/put?q=a-b-z", "")));
        assert!(!recorded.covers(&ask("GET", "https://h.example/bot123/get?q=a-b", "")));
        assert!(!ask("GET", "https://h.example/a", "").covers(&ask("GET", "https://h.example/b", "")));
    }
}
