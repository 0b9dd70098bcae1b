//! Lifetimes and type parameters of a struct.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use syn::Generics;

/// The lifetimes that a struct is generic over.
#[derive(Clone, Default)]
pub struct Lifetimes(Vec<Ident>);

impl Lifetimes {
    pub fn new(generics: &Generics) -> Self {
        Self(generics.lifetimes().map(|param| param.lifetime.ident.clone()).collect())
    }

    /// Returns the type with each of them replaced by `'static`: tables and checks are generated beside the impl,
    /// where the lifetimes are not in scope, and the kind of a property does not depend on them.
    pub fn erased(&self, ty: TokenStream) -> TokenStream {
        if self.0.is_empty() {
            return ty;
        }
        let mut out = TokenStream::new();
        let mut after_quote = false;
        for token in ty {
            let token = match token {
                TokenTree::Ident(name) if after_quote && self.0.contains(&name) => {
                    Ident::new("static", name.span()).into()
                }
                TokenTree::Group(group) => {
                    let mut erased = Group::new(group.delimiter(), self.erased(group.stream()));
                    erased.set_span(group.span());
                    erased.into()
                }
                other => other,
            };
            after_quote = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\'');
            out.extend([token]);
        }
        out
    }
}

/// Returns `true` if a type names one of the type or const parameters.
pub fn names_a_parameter(generics: &Generics, ty: TokenStream) -> bool {
    ty.into_iter().any(|token| match token {
        TokenTree::Ident(name) => {
            generics.type_params().any(|param| param.ident == name)
                || generics.const_params().any(|param| param.ident == name)
        }
        TokenTree::Group(group) => names_a_parameter(generics, group.stream()),
        _ => false,
    })
}

/// Returns the generics of a struct with `'static` bounds on its type parameters, since objects may be read back.
pub fn living(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    for param in generics.type_params_mut() {
        param.bounds.push(syn::parse_quote!('static));
    }
    generics
}
