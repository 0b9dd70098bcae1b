//! The header `Link` (RFC 8288), as far as paging needs it.

use reqwest::header::{HeaderMap, LINK};

/// The next page according to the header `Link`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// There is no such header.
    Missing,
    /// There is one, without a link to a next page.
    NoNext,
    /// The URL of the next page.
    Next(String),
    /// There is one that cannot be parsed.
    Malformed,
}

impl Link {
    /// Reads all `Link` headers of a response.
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let mut found = Self::Missing;
        for value in headers.get_all(LINK) {
            match Self::parse(value.as_bytes()) {
                Self::Missing => {}
                Self::NoNext => found = if found == Self::Missing { Self::NoNext } else { found },
                other => return other,
            }
        }
        found
    }

    /// Reads the value of one header, which may hold several links.
    pub fn parse(value: &[u8]) -> Self {
        let Some(links) = links(value) else { return Self::Malformed };
        if links.is_empty() {
            return Self::Missing;
        }
        let next = links.into_iter().find(|(_, parameters)| leads_on(parameters));
        next.map_or(Self::NoNext, |(target, _)| Self::Next(target))
    }

    /// Returns `true` if a header has a link to a page before this one.
    pub fn leads_back(headers: &HeaderMap) -> bool {
        let links = headers.get_all(LINK).iter().filter_map(|value| links(value.as_bytes())).flatten();
        // Sentry always sends one, and says with `results="false"` that there is nothing behind it.
        let leads = |parameters: &[(String, String)]| {
            (is(parameters, "rel", "prev") || is(parameters, "rel", "previous"))
                && !is(parameters, "results", "false")
        };
        links.into_iter().any(|(_, parameters)| leads(&parameters))
    }
}

/// The parameters of a link: names and values.
type Parameters = Vec<(String, String)>;

/// The links of a header, each with its target and its parameters. `None` if they are malformed.
fn links(value: &[u8]) -> Option<Vec<(String, Parameters)>> {
    let text = visible(value);
    let mut rest = text.trim_matches([' ', '\t', ',']);
    let mut links = Vec::new();
    while !rest.is_empty() {
        let (target, after) = rest.strip_prefix('<').and_then(|from| from.split_once('>'))?;
        let (parameters, end) = parameters(after)?;
        links.push((target.trim().to_owned(), parameters));
        rest = after.get(end..).unwrap_or_default().trim_start_matches([' ', '\t', ',']);
    }
    Some(links)
}

/// The header as text: bytes outside of ASCII are percent-encoded, as a browser does with them in a URL.
fn visible(value: &[u8]) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value {
        if byte.is_ascii() {
            text.push(char::from(*byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// The parameters of a link, and where they end: at a comma outside of quotes. `None` if they are malformed.
fn parameters(text: &str) -> Option<(Parameters, usize)> {
    let mut all = Vec::new();
    let mut at = 0;
    loop {
        at += text.get(at..)?.len() - text.get(at..)?.trim_start_matches([' ', '\t']).len();
        match text.as_bytes().get(at) {
            None | Some(b',') => return Some((all, at)),
            Some(b';') => at += 1,
            Some(_) => return None,
        }
        let rest = text.get(at..)?;
        let name_ends = rest.find([';', ',', '=']).unwrap_or(rest.len());
        let name = rest.get(..name_ends)?.trim().to_ascii_lowercase();
        at += name_ends;
        if text.as_bytes().get(at) != Some(&b'=') {
            // `;` without anything, or a parameter without a value.
            all.push((name, String::new()));
            continue;
        }
        at += 1;
        let (value, length) = value(text.get(at..)?)?;
        at += length;
        all.push((name, value));
    }
}

/// The value of a parameter and its length: a token, or text in double or single quotes.
fn value(text: &str) -> Option<(String, usize)> {
    let spaces = text.len() - text.trim_start_matches([' ', '\t']).len();
    let text = text.get(spaces..)?;
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''));
    let Some(quote) = quote else {
        let end = text.find([';', ',']).unwrap_or(text.len());
        return Some((text.get(..end)?.trim().to_owned(), spaces + end));
    };
    let mut value = String::new();
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => {
                value.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            _ if c == quote => return Some((value, spaces + at + 1)),
            _ => value.push(c),
        }
    }
    None
}

/// Returns `true` for a link to a next page that has records. Sentry always sends a next link, and says with
/// `results="false"` that there is nothing behind it.
fn leads_on(parameters: &[(String, String)]) -> bool {
    is(parameters, "rel", "next") && !is(parameters, "results", "false")
}

/// Returns `true` if a parameter has this word.
fn is(parameters: &[(String, String)], name: &str, word: &str) -> bool {
    parameters.iter().any(|(known, said)| {
        known == name && said.split_ascii_whitespace().any(|said| said.eq_ignore_ascii_case(word))
    })
}

#[cfg(test)]
mod tests {
    use super::Link;

    fn next(header: &str) -> Option<String> {
        match Link::parse(header.as_bytes()) {
            Link::Next(url) => Some(url),
            _ => None,
        }
    }

    #[test]
    fn the_next_page_is_found_among_the_links() {
        for (header, url) in [
            (r#"<https://a/?p=2>; rel="next", <https://a/?p=9>; rel="last""#, "https://a/?p=2"),
            (r#"<https://a/?p=1,2>; rel="prev"; title="a, <b>", </x?p=3>; title=x; REL=Next"#, "/x?p=3"),
            (r#"<https://a/>; rel="prev next""#, "https://a/"),
            ("<https://a/?p=2>; rel='next'", "https://a/?p=2"),
            ("<https://a/?p=2> ; rel = \"next\" ;", "https://a/?p=2"),
            ("<https://a/?team=Ingénierie>; rel=next", "https://a/?team=Ing%C3%A9nierie"),
            (r#", <https://a/?p=2>; title="say \"a, b\""; rel=next; crossorigin"#, "https://a/?p=2"),
        ] {
            assert_eq!(next(header).as_deref(), Some(url), "{header}");
        }
        assert_eq!(Link::parse(b"<https://a/?q=\xe9>; rel=next"), Link::Next("https://a/?q=%E9".into()));
    }

    #[test]
    fn a_header_without_a_next_page_is_not_a_malformed_one() {
        for header in
            [r#"<https://a/>; rel="nextish""#, "<https://a/>", r#"<https://a/>; rel="next"; results="false""#]
        {
            assert_eq!(Link::parse(header.as_bytes()), Link::NoNext, "{header}");
        }
        for header in
            ["<https://a/", "https://a/; rel=next", "<https://a/>; rel=\"next", "<https://a/> rel=next", "x"]
        {
            assert_eq!(Link::parse(header.as_bytes()), Link::Malformed, "{header}");
        }
        assert_eq!(Link::parse(b" , "), Link::Missing);
    }
}
