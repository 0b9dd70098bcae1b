//! Names given by serde's own attributes: the provider's word for a field.

use syn::{Attribute, LitStr};

/// The text of `#[serde(key = "..")]`, or of `#[serde(key(deserialize = ".."))]`: what the provider writes.
pub fn text(attrs: &[Attribute], key: &str) -> Option<LitStr> {
    let mut found = None;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        // Errors in serde's attributes are serde's to report.
        let _ = attr.parse_nested_meta(|meta| {
            if meta.path.is_ident(key) && meta.input.peek(syn::token::Paren) {
                return meta.parse_nested_meta(|side| {
                    let text = side.value()?.parse::<LitStr>()?;
                    if side.path.is_ident("deserialize") {
                        found = Some(text);
                    }
                    Ok(())
                });
            }
            if meta.path.is_ident(key) {
                found = Some(meta.value()?.parse()?);
            } else {
                skip(&meta)?;
            }
            Ok(())
        });
    }
    found
}

/// Passes over a key that is not looked for, with its value.
fn skip(meta: &syn::meta::ParseNestedMeta<'_>) -> syn::Result<()> {
    if meta.input.peek(syn::Token![=]) {
        meta.value()?.parse::<syn::Expr>()?;
    } else if meta.input.peek(syn::token::Paren) {
        let content;
        syn::parenthesized!(content in meta.input);
        content.parse::<proc_macro2::TokenStream>()?;
    }
    Ok(())
}
