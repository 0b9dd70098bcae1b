//! Collects errors, so that one build shows all of them.

use j1_model::nearest;
use j1_model::text::Text;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

/// The errors and warnings of one macro call.
#[derive(Default)]
pub struct Ctxt {
    errors: Vec<syn::Error>,
    warnings: Vec<(Ident, String)>,
}

impl Ctxt {
    /// Reports an error at some tokens.
    pub fn error(&mut self, at: impl ToTokens, code: &str, message: impl std::fmt::Display) {
        self.errors.push(syn::Error::new_spanned(at.into_token_stream(), format!("[J1-{code}] {message}")));
    }

    /// Reports an error at a place.
    pub fn error_at(&mut self, span: Span, code: &str, message: impl std::fmt::Display) {
        self.errors.push(syn::Error::new(span, format!("[J1-{code}] {message}")));
    }

    /// Reports a rule of the data model that some tokens break.
    #[expect(
        clippy::large_types_passed_by_value,
        reason = "a text of constant functions has its bytes inline"
    )]
    pub fn rule(&mut self, at: impl ToTokens, broken: Option<Text>) {
        if let Some(text) = broken {
            self.errors.push(syn::Error::new_spanned(at.into_token_stream(), text.as_str()));
        }
    }

    /// Reports a rule of the data model that is broken at a place.
    #[expect(
        clippy::large_types_passed_by_value,
        reason = "a text of constant functions has its bytes inline"
    )]
    pub fn rule_at(&mut self, span: Span, broken: Option<Text>) {
        if let Some(text) = broken {
            self.errors.push(syn::Error::new(span, text.as_str()));
        }
    }

    /// Reports a warning at an identifier.
    ///
    /// A macro cannot print warnings, so the expansion uses a deprecated constant of that name.
    pub fn warn(&mut self, at: Ident, code: &str, message: &str) {
        self.warnings.push((at, format!("[J1-{code}] {message}")));
    }

    /// Adds an error of the parser: syn's message with a code of ours.
    pub fn malformed(&mut self, error: &syn::Error) {
        for part in error.clone() {
            self.errors.push(syn::Error::new(part.span(), format!("[J1-E0312] {part}")));
        }
    }

    /// Returns `true` if there are no errors so far.
    pub fn is_clean(&self) -> bool {
        self.errors.is_empty()
    }

    /// The number of errors so far.
    pub fn errors(&self) -> usize {
        self.errors.len()
    }

    /// All errors as `compile_error!` calls, and the warnings.
    pub fn into_tokens(self) -> TokenStream {
        let warnings = self.warnings.iter().map(|(name, message)| {
            quote! {
                const _: () = {
                    #[deprecated(note = #message)]
                    #[allow(non_upper_case_globals, reason = "it is called as the property is")]
                    const #name: () = ();
                    #name
                };
            }
        });
        self.errors.iter().map(syn::Error::to_compile_error).chain(warnings).collect()
    }
}

/// Returns the known name that `name` is a misspelling of, or one that contains all its words.
pub fn did_you_mean<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let has_all = |known: &&&str| name.split('_').all(|word| known.split('_').any(|other| other == word));
    let same_words = || known.iter().find(has_all).copied().filter(|_| name.contains('_'));
    nearest(name, known.iter().copied()).or_else(same_words)
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn a_typo_is_near_and_another_word_is_not() {
        let known = ["class", "type", "key", "rename"];
        assert_eq!(did_you_mean("clas", &known), Some("class"));
        assert_eq!(did_you_mean("renam", &known), Some("rename"));
        assert_eq!(did_you_mean("colour", &known), None);
        assert_eq!(
            did_you_mean("skip_creation", &["class", "skip_target_creation"]),
            Some("skip_target_creation")
        );
        assert_eq!(did_you_mean("skip_all", &["class", "skip_target_creation"]), None);
    }
}
