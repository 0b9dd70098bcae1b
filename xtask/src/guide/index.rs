//! The index of the error codes and the table of contents.

use std::fmt::Write as _;

use super::{Pages, SUMMARY};

/// The page that lists the error codes.
const CODES: &str = "error-codes.md";

/// The code that a page is of, if it is the page of one: `errors/J1-E0203.md` is of `J1-E0203`.
pub fn code_of(page: &str) -> Option<&str> {
    page.strip_prefix("errors/")?.strip_suffix(".md")
}

/// The pages of the error codes, in their order, each with its code and its title.
fn codes(pages: &Pages) -> Result<Vec<(&str, &str)>, String> {
    let mut codes = Vec::new();
    for (page, text) in pages {
        let Some(code) = code_of(page) else { continue };
        let first = text.lines().next().unwrap_or_default();
        let title = first.strip_prefix("# ").and_then(|line| line.strip_prefix(code)?.strip_prefix(": "));
        let title =
            title.ok_or_else(|| format!("docs/{page} begins with `{first}`, not with `# {code}: ..`"))?;
        codes.push((code, title));
    }
    Ok(codes)
}

/// The two files of which a part is generated, as they are to be.
///
/// In the table of contents that is what comes after the page with the codes; on that page, the rows below each heading
/// such as `## J1-E02: properties`.
pub fn generated(pages: &Pages) -> Result<[(&'static str, String); 2], String> {
    let codes = codes(pages)?;
    let of = |page: &str| pages.get(page).ok_or_else(|| format!("docs/{page} does not exist"));
    Ok([(SUMMARY, contents(of(SUMMARY)?, &codes)?), (CODES, listed(of(CODES)?, &codes)?)])
}

fn contents(old: &str, codes: &[(&str, &str)]) -> Result<String, String> {
    let entry = format!("({CODES})\n");
    let end = old.find(&entry).ok_or_else(|| format!("docs/{SUMMARY} does not name {CODES}"))? + entry.len();
    let mut new = old[..end].to_owned();
    for (code, title) in codes {
        let _ = writeln!(new, "  - [{code}: {title}](errors/{code}.md)");
    }
    Ok(new)
}

fn listed(old: &str, codes: &[(&str, &str)]) -> Result<String, String> {
    let mut parts = old.split("\n## ");
    let mut new = parts.next().unwrap_or_default().to_owned();
    let mut listed = 0;
    for part in parts {
        let heading = part.lines().next().unwrap_or_default();
        let prefix = heading.split_once(':').map_or(heading, |(prefix, _)| prefix);
        let _ = write!(new, "\n## {heading}\n\n| Code | What it says |\n|---|---|\n");
        for (code, title) in codes.iter().filter(|(code, _)| code.starts_with(prefix)) {
            let _ = writeln!(new, "| [{code}](errors/{code}.md) | {title} |");
            listed += 1;
        }
    }
    if listed == codes.len() {
        Ok(new)
    } else {
        Err(format!("docs/{CODES} has headings for {listed} of {} codes", codes.len()))
    }
}

/// The pages that the table of contents does not name, or names twice.
pub fn unlisted(pages: &Pages) -> Vec<String> {
    let contents = pages.get(SUMMARY).map(String::as_str).unwrap_or_default();
    let named = |page: &str| contents.matches(&format!("]({page})")).count();
    let others = pages.keys().filter(|page| *page != SUMMARY);
    others
        .filter_map(|page| match named(page) {
            1 => None,
            0 => Some(format!("docs/{page} is not in docs/{SUMMARY}")),
            _ => Some(format!("docs/{page} is in docs/{SUMMARY} more than once")),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages() -> Pages {
        [
            (
                SUMMARY,
                "# Contents\n\n- [A](a.md)\n- [Error codes](error-codes.md)\n  - [old](errors/old.md)\n",
            ),
            (CODES, "# Error codes\n\nText.\n\n## J1-E01: class and type\n\n| old |\n\n## J1-R2: the run\n"),
            ("a.md", "# A\n"),
            ("errors/J1-E0101.md", "# J1-E0101: an unknown class\n"),
            ("errors/J1-R2001.md", "# J1-R2001: a step failed\n"),
        ]
        .map(|(page, text)| (page.to_owned(), text.to_owned()))
        .into()
    }

    #[test]
    fn codes_are_listed_below_their_group_and_in_the_contents() -> Result<(), String> {
        let [(_, contents), (_, listed)] = generated(&pages())?;
        assert_eq!(
            contents,
            "# Contents\n\n- [A](a.md)\n- [Error codes](error-codes.md)\n  \
             - [J1-E0101: an unknown class](errors/J1-E0101.md)\n  - [J1-R2001: a step failed](errors/J1-R2001.md)\n"
        );
        assert_eq!(
            listed,
            "# Error codes\n\nText.\n\n## J1-E01: class and type\n\n| Code | What it says |\n|---|---|\n\
             | [J1-E0101](errors/J1-E0101.md) | an unknown class |\n\n## J1-R2: the run\n\n| Code | What it says |\n\
             |---|---|\n| [J1-R2001](errors/J1-R2001.md) | a step failed |\n"
        );
        let mut again = pages();
        again.insert(SUMMARY.to_owned(), contents);
        again.insert(CODES.to_owned(), listed);
        assert_eq!(generated(&again)?.map(|(page, text)| again[page] == text), [true, true]);
        Ok(())
    }

    #[test]
    fn a_code_without_a_group_and_a_page_without_its_title_are_errors() {
        let mut without = pages();
        without.insert("errors/J1-X0001.md".to_owned(), "# J1-X0001: of no group\n".to_owned());
        assert!(generated(&without).is_err_and(|said| said.contains("2 of 3 codes")));
        let mut untitled = pages();
        untitled.insert("errors/J1-R2002.md".to_owned(), "# J1-R2001: of another\n".to_owned());
        assert!(generated(&untitled).is_err_and(|said| said.contains("docs/errors/J1-R2002.md begins with")));
    }

    #[test]
    fn a_page_is_in_the_contents_once() {
        let mut pages = pages();
        let contents = "- [A](a.md)\n- [B](b.md)\n- [B](b.md)\n- [C](error-codes.md)\n";
        pages.insert(SUMMARY.to_owned(), contents.to_owned());
        pages.insert("b.md".to_owned(), "# B\n".to_owned());
        pages.retain(|page, _| !page.starts_with("errors/"));
        assert_eq!(unlisted(&pages), ["docs/b.md is in docs/SUMMARY.md more than once"]);
        pages.insert("c.md".to_owned(), "# C\n".to_owned());
        assert!(unlisted(&pages).contains(&"docs/c.md is not in docs/SUMMARY.md".to_owned()));
    }
}
