//! `cargo j1 explain`: the pages of the error codes.

use std::fmt::Write as _;

use j1_core::model::nearest;

use crate::error::Error;
use crate::error_pages::PAGES;
use crate::output;
use crate::style::NAME;

/// The page of an error code.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// The code, such as `J1-E0203`.
    pub code: &'static str,
    /// The page, in Markdown. Its first line is `# CODE: title`.
    pub text: &'static str,
}

impl Page {
    /// The title of the page, without the code.
    #[must_use]
    pub fn title(&self) -> &'static str {
        let first = self.text.lines().next().unwrap_or_default();
        first.split_once(": ").map_or("", |(_, title)| title)
    }
}

/// The subject of each group of codes, by prefix.
const GROUPS: [(&str, &str); 12] = [
    ("J1-E01", "class and type"),
    ("J1-E02", "properties"),
    ("J1-E03", "names and attributes"),
    ("J1-E04", "keys"),
    ("J1-E05", "relationships"),
    ("J1-E06", "mapped relationships"),
    ("J1-E07", "steps and integration"),
    ("J1-E08", "configuration and secrets"),
    ("J1-R1", "the provider and replay"),
    ("J1-R2", "the run and the upload"),
    ("J1-R3", "the local JupiterOne"),
    ("J1-R4", "the command line"),
];

/// Every page, in the order of the codes.
#[must_use]
pub fn pages() -> &'static [Page] {
    PAGES
}

/// The page of a code, written as `J1-E0203`, `E0203` or in lower case.
#[must_use]
pub fn page(code: &str) -> Option<&'static Page> {
    let full = spelled_out(code);
    PAGES.iter().find(|page| page.code == full)
}

/// The code as pages have it.
fn spelled_out(code: &str) -> String {
    let upper = code.trim().trim_matches(['[', ']']).to_ascii_uppercase();
    if upper.starts_with("J1-") { upper } else { format!("J1-{upper}") }
}

/// Prints the page of a code, or the list of all.
pub fn run(code: Option<&str>) -> Result<u8, Error> {
    let Some(code) = code else {
        return output::print(&list()).map(|()| 0);
    };
    let Some(page) = page(code) else {
        return Err(Error::UnknownCode { name: code.to_owned(), hint: hint(code) });
    };
    output::print(page.text).map(|()| 0)
}

/// Suggests a code for an unknown one.
fn hint(code: &str) -> String {
    let full = spelled_out(code);
    // Any two codes are alike, so only one letter or digit may be wrong.
    let near = nearest(&full, PAGES.iter().map(|page| page.code)).filter(|near| differ_little(&full, near));
    let group = GROUPS.iter().find(|(prefix, _)| full.starts_with(prefix));
    match (near, group) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, Some((prefix, about))) => {
            format!("those on {about} begin with {prefix}; `cargo j1 explain` lists all")
        }
        (None, None) => {
            let groups: Vec<_> =
                GROUPS.iter().map(|(prefix, about)| format!("  {prefix}.. {about}")).collect();
            format!("`cargo j1 explain` lists all:\n{}", groups.join("\n"))
        }
    }
}

fn differ_little(a: &str, b: &str) -> bool {
    let wrong = a.chars().zip(b.chars()).filter(|(a, b)| a != b).count();
    a.chars().count().abs_diff(b.chars().count()) + wrong <= 1
}

/// All codes with their titles, by group.
fn list() -> String {
    let mut out = String::new();
    for (prefix, about) in GROUPS {
        let _ = writeln!(out, "{prefix}.. {about}");
        for page in PAGES.iter().filter(|page| page.code.starts_with(prefix)) {
            let _ = writeln!(out, "  {NAME}{}{NAME:#}  {}", page.code, page.title());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn the_first_line_of_a_page_carries_its_code_and_a_title() {
        for page in PAGES {
            let first = page.text.lines().next().unwrap_or_default();
            let title = first.strip_prefix(&format!("# {}: ", page.code));
            assert!(title.is_some_and(|title| title.len() > 8), "{first}");
            assert_eq!(title, Some(page.title()));
        }
    }

    #[test]
    fn the_pages_are_the_files_of_docs_errors() -> std::io::Result<()> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors");
        let mut files = BTreeSet::new();
        for entry in std::fs::read_dir(folder)? {
            let name = entry?.file_name();
            files.extend(name.to_string_lossy().strip_suffix(".md").map(str::to_owned));
        }
        let pages: BTreeSet<_> = PAGES.iter().map(|page| page.code.to_owned()).collect();
        assert_eq!(pages, files);
        assert!(PAGES.is_sorted_by_key(|page| page.code));
        Ok(())
    }

    #[test]
    fn the_index_of_the_guide_has_the_groups() -> std::io::Result<()> {
        let index = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/error-codes.md");
        let index = std::fs::read_to_string(index)?;
        let headings: Vec<&str> = index.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(headings, GROUPS.map(|(prefix, about)| format!("{prefix}: {about}")));
        Ok(())
    }

    #[test]
    fn every_code_has_a_page_of_its_title() {
        let core = j1_core::error::TITLES.iter().map(|(code, title)| (code.as_str(), *title));
        let local = j1_local::CODES.iter().map(|(code, title, _)| (*code, *title));
        let ours = crate::CODES.iter().map(|(code, title)| (code.as_str(), *title));
        for (code, title) in core.chain(local).chain(ours) {
            assert_eq!(page(code).map(Page::title), Some(title), "{code}");
        }
    }

    #[test]
    fn every_page_is_in_a_group() {
        let listed = list();
        for page in PAGES {
            assert!(listed.contains(page.title()), "{}", page.code);
        }
    }

    #[test]
    fn a_code_is_found_however_it_is_written() {
        for code in ["J1-E0203", "E0203", "e0203", "j1-e0203", "[J1-E0203]"] {
            assert_eq!(page(code).map(|page| page.code), Some("J1-E0203"), "{code}");
        }
    }

    #[test]
    fn an_unknown_code_is_answered_with_what_is_near() {
        assert_eq!(hint("E020"), "did you mean `J1-E0201`?");
        assert_eq!(
            hint("E07zz"),
            "those on steps and integration begin with J1-E07; `cargo j1 explain` lists all"
        );
        assert!(hint("frobnicate").starts_with("`cargo j1 explain` lists all:\n  J1-E01.. class and type\n"));
    }
}
