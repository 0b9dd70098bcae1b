//! Checks the links of the guide.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::Pages;

/// Returns an error for each link that leads nowhere, or out of the guide, where readers of the book cannot follow it.
///
/// `exists` returns `true` if there is a file of this path below `docs`. URLs are not checked.
pub fn broken(pages: &Pages, exists: &dyn Fn(&str) -> bool) -> Vec<String> {
    let headings: BTreeMap<&str, BTreeSet<String>> =
        pages.iter().map(|(page, text)| (page.as_str(), headings(text))).collect();
    let mut wrong = Vec::new();
    for (page, text) in pages {
        for link in links(text) {
            if let Some(why) = judged(page, &link, &headings, exists) {
                wrong.push(format!("docs/{page}: the link `{link}` {why}"));
            }
        }
    }
    wrong
}

/// Checks a link of a page.
fn judged(
    page: &str,
    link: &str,
    headings: &BTreeMap<&str, BTreeSet<String>>,
    exists: &dyn Fn(&str) -> bool,
) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (path, heading) = link.split_once('#').unwrap_or((link, ""));
    let target = if path.is_empty() { Some(page.to_owned()) } else { joined(page, path) };
    let Some(target) = target else {
        return Some(
            "leads out of `docs`, where the book has no page: name the path in backticks".to_owned(),
        );
    };
    match headings.get(target.as_str()) {
        Some(known) if heading.is_empty() || known.contains(heading) => None,
        Some(_) => Some(format!("leads to a heading that docs/{target} does not have")),
        None if exists(&target) && !target.ends_with('/') => None,
        None => Some(format!("leads to docs/{target}, which is not a page")),
    }
}

/// Returns the path below `docs` that a link of a page leads to; `None` if it leads out of `docs`.
fn joined(page: &str, path: &str) -> Option<String> {
    let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn parsed(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
}

/// Lists the targets of the links and images of a page.
fn links(text: &str) -> Vec<String> {
    parsed(text)
        .filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                Some(dest_url.into_string())
            }
            _ => None,
        })
        .collect()
}

/// The ids of the headings of a page, as mdBook makes them.
fn headings(text: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    let mut heading: Option<String> = None;
    for event in parsed(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(part) | Event::Code(part) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&part);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let id = id(&heading.take().unwrap_or_default());
                // The second of the same name is numbered.
                let numbered = (1..).map(|number| format!("{id}-{number}"));
                let free = std::iter::once(id.clone()).chain(numbered).find(|id| !ids.contains(id));
                ids.extend(free);
            }
            _ => {}
        }
    }
    ids
}

/// The id of a heading: small letters, digits, and hyphens for blanks.
fn id(heading: &str) -> String {
    heading
        .chars()
        .filter_map(|letter| match letter {
            letter if letter.is_alphanumeric() || letter == '_' || letter == '-' => {
                Some(letter.to_ascii_lowercase())
            }
            letter if letter.is_whitespace() => Some('-'),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(link: &str) -> Option<String> {
        let pages = Pages::from([
            ("a.md".to_owned(), "# A page\n\n## `--local` and *more*\n\n## Twice\n\n## Twice\n".to_owned()),
            ("errors/b.md".to_owned(), format!("# B\n\nSee | [it]({link}) |.\n")),
        ]);
        let said = broken(&pages, &|path| path == "picture.svg");
        assert!(said.len() < 2, "{said:?}");
        said.into_iter().next()
    }

    #[test]
    fn links_with_a_target_pass() {
        for link in [
            "../a.md",
            "../a.md#a-page",
            "../a.md#--local-and-more",
            "../a.md#twice-1",
            "#b",
            "b.md#b",
            "../picture.svg",
            "https://acme.example/nowhere",
            "mailto:ada@example.com",
        ] {
            assert_eq!(judge(link), None);
        }
    }

    #[test]
    fn broken_links_are_named_with_their_page() {
        for (link, why) in [
            ("a.md", "which is not a page"),
            ("../c.md", "leads to docs/c.md, which is not a page"),
            ("../a.md#b-page", "a heading that docs/a.md does not have"),
            ("../a.md#twice-2", "a heading that docs/a.md does not have"),
            ("../", "which is not a page"),
            ("../../README.md", "leads out of `docs`"),
        ] {
            let said = judge(link).unwrap_or_default();
            assert!(said.starts_with("docs/errors/b.md: ") && said.contains(why), "{link}: {said}");
        }
    }

    #[test]
    fn code_has_no_links() {
        let pages =
            Pages::from([("a.md".to_owned(), "```text\n[no](link.md)\n```\n`[no](link.md)`\n".to_owned())]);
        assert_eq!(broken(&pages, &|_| false), [""; 0]);
    }
}
