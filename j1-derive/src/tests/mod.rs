//! Expansions of the derives as files to read: `snapshots/` holds one each, below its input.
//!
//! An expansion that is to change changes its snapshot: `INSTA_UPDATE=always cargo test -p j1-derive`. Where errors
//! are underlined cannot be seen in one; the UI tests show that.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on says why and stops"
)]

mod declared;
mod effects;
mod entity;
mod run;

use proc_macro2::TokenStream;
use syn::DeriveInput;

/// Compares an expansion with `snapshots/{name}.snap`.
fn assert_expansion(name: &str, expansion: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, expansion));
}

/// Returns the expansion of a derive, below the struct.
fn derived(input: &str, derive: impl FnOnce(&DeriveInput) -> TokenStream) -> String {
    let parsed = syn::parse_str(input).expect("the input is a struct");
    below(input, derive(&parsed))
}

/// The tokens that a derive makes of a struct, as text.
fn expansion(input: &str, derive: impl FnOnce(&DeriveInput) -> TokenStream) -> String {
    derive(&syn::parse_str(input).expect("the input is a struct")).to_string()
}

/// The expansion as rustfmt would lay it out, below what it was made from. It has to be items: a stray token fails.
fn below(input: &str, expansion: TokenStream) -> String {
    let file = syn::parse2(expansion).unwrap_or_else(|error| panic!("no items are expanded to: {error}"));
    format!("{}\n// ----\n{}", input.trim(), prettyplease::unparse(&file))
}
