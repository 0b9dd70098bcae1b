//! The guide in `docs`: writes its generated parts, and checks its table of contents and its links.

mod index;
mod links;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::files;

/// The pages of a guide: their text by their path below `docs`, with `/` on every system.
type Pages = BTreeMap<String, String>;

/// The table of contents for mdBook; the only file that is not a page.
const SUMMARY: &str = "SUMMARY.md";

/// The list of the pages that `cargo j1 explain` prints.
const EMBEDDED: &str = "cargo-j1/src/error_pages.rs";

/// Writes the index of the error codes into the guide of `root`, and checks the whole guide.
///
/// With `check` nothing is written. Returns the files that differ from what would be written.
///
/// # Errors
/// Everything that is wrong with the guide: a page that is not in the table of contents, a link that leads nowhere, or
/// Rust code that no test compiles.
pub fn run(root: &Path, check: bool) -> Result<Vec<PathBuf>, String> {
    let docs = root.join("docs");
    let mut pages = read(&docs)?;
    let mut differing = Vec::new();
    for (page, text) in index::generated(&pages)? {
        if pages.get(page) == Some(&text) {
            continue;
        }
        let path = docs.join(page);
        if !check {
            files::write(&path, &text)?;
            pages.insert(page.to_owned(), text);
        }
        differing.push(path);
    }
    let (embedded, text) = (root.join(EMBEDDED), index::embedded(&pages));
    if !files::read(&embedded).is_ok_and(|old| old == text) {
        if !check {
            files::write(&embedded, &text)?;
        }
        differing.push(embedded);
    }
    let tested = files::read(&root.join("tests/src/lib.rs"))?;
    let mut wrong = links::broken(&pages, &|path| docs.join(path).exists());
    // A new page is missing from the table of contents until that is written.
    if differing.is_empty() || !check {
        wrong.extend(index::unlisted(&pages));
    }
    wrong.extend(uncompiled(&pages, &tested));
    if wrong.is_empty() { Ok(differing) } else { Err(wrong.join("\n")) }
}

/// Every page below a folder.
fn read(docs: &Path) -> Result<Pages, String> {
    let mut pages = Pages::new();
    for path in files::below(docs, "md")? {
        let page = path.strip_prefix(docs).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        pages.insert(page, files::read(&path)?);
    }
    Ok(pages)
}

/// Returns an error for each page with Rust code that `tests/src/lib.rs` does not compile.
///
/// The pages of the error codes are exempt: they show mistakes in fragments, which the cases of `tests/ui` compile.
fn uncompiled(pages: &Pages, tested: &str) -> Vec<String> {
    let rust = |text: &str| text.lines().any(|line| line.starts_with("```rust"));
    pages
        .iter()
        .filter(|(page, text)| rust(text) && index::code_of(page).is_none())
        .filter(|(page, _)| !tested.contains(&format!("include_str!(\"../../docs/{page}\")")))
        .map(|(page, _)| format!("docs/{page} has Rust that no test compiles: add it to tests/src/lib.rs"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rust_of_a_page_is_compiled_unless_it_is_of_an_error() {
        let rust = "# A\n\n```rust\nfn main() {}\n```\n";
        let pages = Pages::from([
            ("a.md".to_owned(), rust.to_owned()),
            ("b.md".to_owned(), rust.to_owned()),
            ("c.md".to_owned(), "# C\n\n```text\nno Rust\n```\n".to_owned()),
            ("errors/J1-E0101.md".to_owned(), rust.to_owned()),
        ]);
        let wrong = uncompiled(&pages, "#[doc = include_str!(\"../../docs/a.md\")]");
        assert_eq!(wrong, ["docs/b.md has Rust that no test compiles: add it to tests/src/lib.rs"]);
    }
}
