//! `cargo j1 explain`: the pages of the error codes.

use std::fmt::Write as _;

use j1_core::model::nearest;

use crate::error::Error;
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

macro_rules! pages {
    ($($code:literal)*) => {
        /// Every page, in the order of the codes.
        const PAGES: &[Page] = &[$(Page {
            code: $code,
            text: include_str!(concat!("../errors/", $code, ".md")),
        }),*];
    };
}

pages! {
    "J1-E0101" "J1-E0102" "J1-E0103" "J1-E0104" "J1-E0105" "J1-E0106"
    "J1-E0107" "J1-E0201" "J1-E0202" "J1-E0203" "J1-E0204" "J1-E0205"
    "J1-E0206" "J1-E0207" "J1-E0208" "J1-E0209" "J1-E0210" "J1-E0211"
    "J1-E0212" "J1-E0213" "J1-E0214" "J1-E0215" "J1-E0216" "J1-E0217" "J1-E0220" "J1-E0221" "J1-E0301" "J1-E0302"
    "J1-E0303" "J1-E0304" "J1-E0305" "J1-E0306" "J1-E0307" "J1-E0310" "J1-E0311" "J1-E0312"
    "J1-E0313" "J1-E0314" "J1-E0315" "J1-E0401" "J1-E0402" "J1-E0403" "J1-E0404" "J1-E0405"
    "J1-E0406" "J1-E0407" "J1-E0408" "J1-E0501" "J1-E0502" "J1-E0503" "J1-E0504"
    "J1-E0505" "J1-E0506" "J1-E0507" "J1-E0508" "J1-E0601" "J1-E0602" "J1-E0603" "J1-E0604" "J1-E0605"
    "J1-E0701" "J1-E0702" "J1-E0703" "J1-E0704" "J1-E0705" "J1-E0706"
    "J1-E0707" "J1-E0708" "J1-E0709" "J1-E0710" "J1-E0711" "J1-E0712" "J1-E0713" "J1-E0801" "J1-E0802" "J1-E0803" "J1-E0804" "J1-E0805" "J1-E0806" "J1-R1001" "J1-R1002"
    "J1-R1003" "J1-R1004" "J1-R1005" "J1-R1006" "J1-R1007" "J1-R1008"
    "J1-R1009"
    "J1-R1101" "J1-R1102" "J1-R1103" "J1-R1104" "J1-R1105" "J1-R2000" "J1-R2001" "J1-R2002" "J1-R2003"
    "J1-R2004" "J1-R2005" "J1-R2006" "J1-R2007" "J1-R2008" "J1-R2009"
    "J1-R2010" "J1-R2011" "J1-R2012" "J1-R2013" "J1-R2014" "J1-R2015" "J1-R2016" "J1-R2017" "J1-R2018" "J1-R2020" "J1-R3001" "J1-R3002"
    "J1-R3003" "J1-R3004" "J1-R3005" "J1-R3006" "J1-R3007" "J1-R3008" "J1-R3009" "J1-R4001" "J1-R4002"
    "J1-R4003" "J1-R4004" "J1-R4005" "J1-R4006" "J1-R4007" "J1-R4008"
    "J1-R4009" "J1-R4010" "J1-R4011" "J1-R4012" "J1-R4020" "J1-R4021" "J1-R4022" "J1-R4023"
    "J1-R4024" "J1-R4025" "J1-R4026" "J1-R4027"
    "J1-R4028" "J1-R4029" "J1-R4030" "J1-R4031" "J1-R4050" "J1-R4051" "J1-R4052" "J1-R4053" "J1-R4054" "J1-R4055" "J1-R4060" "J1-R4061" "J1-R4062" "J1-R4063"
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
