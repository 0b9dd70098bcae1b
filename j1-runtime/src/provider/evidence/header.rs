//! The meaning of the names of headers that describe a list, whatever company's prefix they have.

use reqwest::header::HeaderMap;

use super::missing::is_cut;
use crate::provider::scopes;

use super::names::{is_count, is_last, is_limit, is_more, is_next, is_pages};

/// The meaning of a header's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Header {
    More,
    Last,
    Next,
    Count,
    /// The most records of a page.
    Limit,
    Pages,
    Cut,
    /// `…/12` after a slash is the number of records.
    Range,
    /// A JSON object that describes the list.
    Json,
}

/// Words of headers that count something else: quotas, times and sizes.
const OTHER: [&str; 21] = [
    "rate",
    "ratelimit",
    "limit",
    "quota",
    "time",
    "runtime",
    "duration",
    "cost",
    "credits",
    "bytes",
    "cache",
    "retry",
    "attempt",
    "request",
    "requests",
    "trace",
    "budget",
    "throttle",
    "calls",
    "reset",
    "allow",
];

/// Prefixes after which a general word speaks of the list.
const OWN: [&str; 12] = [
    "x",
    "wp",
    "opc",
    "pagination",
    "paging",
    "pager",
    "page",
    "list",
    "result",
    "results",
    "query",
    "search",
];

/// Returns the meaning of a header's name, whatever company's prefix it has.
pub(super) fn header(name: &str) -> Option<Header> {
    let lower = name.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(['-', '_', '.']).collect();
    if words.iter().any(|word| OTHER.contains(word)) {
        return None;
    }
    match words.last().copied() {
        Some("range") if words.contains(&"next") => return Some(Header::Next),
        Some("range") if lower != "range" => return Some(Header::Range),
        Some("pagination" | "paging" | "metadata") => return Some(Header::Json),
        _ => {}
    }
    let known = words.iter().take_while(|word| OWN.contains(*word)).count();
    for from in 0..words.len() {
        let name = words.get(from..).unwrap_or_default().concat();
        let told = from <= known;
        let meaning = if is_pages(&name) {
            Header::Pages
        } else if is_next(&name) && (told || name != "next") {
            Header::Next
        } else if is_more(&name) {
            Header::More
        } else if is_last(&name) && told {
            Header::Last
        } else if is_cut(&name) {
            Header::Cut
        } else if is_limit(&name) && told {
            Header::Limit
        } else if is_count(&name, "") && (told || name.contains("total") && name != "total") {
            Header::Count
        } else {
            continue;
        };
        return Some(meaning);
    }
    None
}

/// The header in which GitHub names the scopes of the token.
pub(super) const SCOPES: &str = "x-oauth-scopes";

/// Says that the token has none of the scopes that the request checks for. GitHub does not refuse such a request, but responds
/// with what everybody may see.
pub(super) fn lacks_scope(headers: &HeaderMap) -> Option<String> {
    let scopes = |name: &str| -> Option<Vec<String>> {
        headers.get(name)?.to_str().ok().map(|text| scopes::split(text).collect())
    };
    let (held, accepted) = (scopes(SCOPES)?, scopes("x-accepted-oauth-scopes")?);
    let lacks = !accepted.is_empty() && !accepted.iter().any(|scope| held.contains(scope));
    lacks.then(|| {
        let (held, accepted) = (held.join(", "), accepted.join(", "));
        format!("`{SCOPES}` is `{held}`, and the list is whole with one of `{accepted}`")
    })
}

/// Returns `true` for a warning that records are missing: `Warning: 299 - "the result was truncated"`, `X-Warning`.
pub(super) fn warns(name: &str, text: &str) -> bool {
    let (name, text) = (name.to_ascii_lowercase(), text.to_ascii_lowercase());
    let says = ["truncat", "incomplete", "partial"].iter().any(|word| text.contains(word));
    says && name.split(['-', '_']).any(|word| matches!(word, "warning" | "warnings"))
}

/// Returns `true` if a header says that the response is an earlier one that a cache has kept: records that came since then are
/// not in it. `Warning` as in RFC 9111, section 5.5, and the headers of caches.
pub(super) fn is_stale(name: &str, text: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    if lower == "warning" {
        return text.split(',').any(|one| {
            let code = one.trim().split(' ').next();
            matches!(code, Some("110" | "111" | "112" | "113"))
        });
    }
    let of_cache = lower.split(['-', '_']).any(|word| word == "cache")
        && (lower.ends_with("cache") || lower.ends_with("status"));
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    of_cache && words.any(|word| word.eq_ignore_ascii_case("stale") || word.eq_ignore_ascii_case("updating"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_means_the_same_with_any_prefix() {
        for (name, meaning) in [
            ("x-wp-total", Header::Count),
            ("x-total", Header::Count),
            ("total-count", Header::Count),
            ("x-acme-total-count", Header::Count),
            ("x-wp-totalpages", Header::Pages),
            ("x-page-count", Header::Pages),
            ("opc-next-page", Header::Next),
            ("x-ms-continuation-nextpartitionkey", Header::Next),
            ("x-next-cursor", Header::Next),
            ("x-next", Header::Next),
            ("x-acme-next-page", Header::Next),
            ("x-has-more", Header::More),
            ("x-acme-next", Header::More),
            ("x-partial-results", Header::Cut),
            ("content-range", Header::Range),
            ("x-pagination", Header::Json),
        ] {
            assert_eq!(header(name), Some(meaning), "{name}");
        }
        for name in [
            "x-ratelimit-total",
            "x-envoy-attempt-count",
            "content-length",
            "x-runtime",
            "x-request-count",
            "accept-ranges",
            "x-content-type-options",
            "last-modified",
            "x-redirect-count",
            "retry-after",
            "range",
        ] {
            assert_eq!(header(name), None, "{name}");
        }
    }
}
