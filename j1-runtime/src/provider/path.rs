//! Paths below the base URL of an API.

use std::fmt::Write as _;

use url::Url;

/// The URL of a path below the base, and what is wrong with the path.
///
/// A path is written by the author of the integration. An id in it would be foreign text, so anything that only foreign
/// text has is refused: a `%` or `\\`, which servers and libraries decode into another path, and control characters, which
/// URLs drop.
pub(super) fn below(base: &Url, path: &str) -> (Url, Option<String>) {
    let mut url = base.clone();
    url.set_path(&format!("{}/{}", base.path().trim_end_matches('/'), path.trim_start_matches('/')));
    let wrong = if path.split('/').any(|part| matches!(part, "." | "..")) {
        Some(format!("the path `{path}` leads out of the API by `.` or `..`"))
    } else if path.contains(|c: char| matches!(c, '%' | '\\') || c.is_control()) {
        Some(format!(
            "the path `{}` has a character that means something else in a URL; pass ids with `get_at(&[\"users\", id])`",
            path.escape_debug()
        ))
    } else {
        None
    };
    (url, wrong)
}

/// The URL of these segments below the base, each of them encoded, and what is wrong with them.
pub(super) fn of_segments(base: &Url, segments: &[&str]) -> (Url, Option<String>) {
    let mut url = base.clone();
    let encoded: Vec<String> = segments.iter().map(|text| segment(text)).collect();
    url.set_path(&format!("{}/{}", base.path().trim_end_matches('/'), encoded.join("/")));
    let decoded = |segment: &str| segment.to_ascii_lowercase().replace("%2e", ".");
    let wrong = segments.iter().find_map(|segment| match decoded(segment).as_str() {
        "" => Some(format!("a segment of the path `{}` is empty", segments.join("/"))),
        "." | ".." => Some(format!("the path `{}` leads out of the API by `{segment}`", segments.join("/"))),
        _ => None,
    });
    (url, wrong)
}

/// Encodes text as one segment of a URL's path, for a base URL with an id in it: a tenant in the configuration.
///
/// Below the base URL, [`Client::get_at`](crate::provider::Client::get_at) encodes ids.
///
/// ```
/// use j1_runtime::provider::segment;
///
/// let base = format!("https://api.acme.example/tenants/{}", segment("a/b c"));
/// assert_eq!(base, "https://api.acme.example/tenants/a%2Fb%20c");
/// ```
#[must_use]
pub fn segment(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        // A `;`, `=`, `&` or `+` means something else to some servers.
        if byte.is_ascii_alphanumeric() || b"-._~:@$(),!'*".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
