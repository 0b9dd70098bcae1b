//! `cargo xtask book`: the guide as a book.

use std::path::Path;

use mdbook_driver::MDBook;

/// Builds the book that `book.toml` describes.
pub fn run(root: &Path) -> Result<(), String> {
    let told = |error| format!("the book: {error:#}");
    MDBook::load(root).and_then(|book| book.build()).map_err(told)
}
