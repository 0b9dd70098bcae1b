//! The header `Link` (RFC 8288), as far as paging needs it.

use reqwest::header::{HeaderMap, LINK};

/// The address of the next page.
pub(super) fn next(headers: &HeaderMap) -> Option<String> {
    headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok()).find_map(next_of)
}

/// The target of the first link of a header whose `rel` has `next` among its words.
fn next_of(header: &str) -> Option<String> {
    let mut rest = header;
    while let Some((_, from)) = rest.split_once('<') {
        let (target, after) = from.split_once('>')?;
        let end = end_of_link(after);
        if is_next(&after[..end]) {
            return Some(target.trim().to_owned());
        }
        rest = &after[end..];
    }
    None
}

/// Where the parameters of a link end: at a comma that is not in quotes.
fn end_of_link(parameters: &str) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in parameters.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => return at,
            _ => {}
        }
    }
    parameters.len()
}

fn is_next(parameters: &str) -> bool {
    parameters.split(';').filter_map(|parameter| parameter.split_once('=')).any(|(name, value)| {
        name.trim().eq_ignore_ascii_case("rel")
            && value
                .trim()
                .trim_matches('"')
                .split_ascii_whitespace()
                .any(|rel| rel.eq_ignore_ascii_case("next"))
    })
}

#[cfg(test)]
mod tests {
    use super::next_of;

    #[test]
    fn the_next_page_is_found_among_the_links() {
        let of = |header| next_of(header).unwrap_or_default();
        assert_eq!(of(r#"<https://a/?p=2>; rel="next", <https://a/?p=9>; rel="last""#), "https://a/?p=2");
        assert_eq!(
            of(r#"<https://a/?p=1,2>; rel="prev"; title="a, <b>", </x?p=3>; title=x; REL=Next"#),
            "/x?p=3"
        );
        assert_eq!(of(r#"<https://a/>; rel="prev next""#), "https://a/");
        assert_eq!(of(r#"<https://a/>; rel="nextish""#), "");
        assert_eq!(of("<https://a/"), "");
        assert_eq!(of(""), "");
    }
}
