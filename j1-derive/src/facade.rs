//! The macros of the facade crate `j1`: the same derives, with expansions that name `::j1`.
//!
//! An author who depends on `j1` alone cannot resolve `::j1_core`. Each facade macro therefore adds `crate = ::j1` to
//! the attributes and hands the input on; a `crate = path` that the author wrote wins.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::{DeriveInput, Meta, parse_quote};

/// Adds `#[j1(crate = ::j1)]` unless the input names its crate.
pub fn derive(mut input: DeriveInput) -> DeriveInput {
    let names_crate = input.attrs.iter().any(|attr| match &attr.meta {
        Meta::List(list) if list.path.is_ident("j1") => has_crate(list.tokens.clone()),
        _ => false,
    });
    if !names_crate {
        input.attrs.push(parse_quote!(#[j1(crate = ::j1)]));
    }
    input
}

/// Adds `crate = ::j1` to the arguments of `#[step(..)]` unless they name a crate.
pub fn arguments(args: TokenStream) -> TokenStream {
    if has_crate(args.clone()) {
        return args;
    }
    let ends_in_comma = args
        .clone()
        .into_iter()
        .last()
        .is_none_or(|last| matches!(last, TokenTree::Punct(p) if p.as_char() == ','));
    let comma = (!ends_in_comma).then(|| quote!(,));
    quote!(#args #comma crate = ::j1)
}

/// Returns `true` if `crate = ..` stands at the top level of the arguments.
fn has_crate(tokens: TokenStream) -> bool {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_crate = matches!(&token, TokenTree::Ident(ident) if ident == "crate");
        if is_crate && matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '=') {
            return true;
        }
    }
    false
}
