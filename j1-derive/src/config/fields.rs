//! Expansion of a struct of settings.
//!
//! `FIELDS` has the struct's own fields; those of flattened enums are joined with them where the configuration lists all.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, Ident};

use super::model::Field;
use crate::attr::Krate;

pub fn expand(input: &DeriveInput, krate: &Krate, fields: &[Field<'_>]) -> TokenStream {
    let p = &krate.private();
    let ident = &input.ident;
    let (i, t, w) = input.generics.split_for_impl();
    let names: Vec<&Ident> = fields.iter().map(|f| f.ident).collect();
    let own: Vec<&Field<'_>> = fields.iter().filter(|field| field.flatten.is_none()).collect();
    let count = own.len();
    let rows = own.iter().map(|field| row(p, field));
    let checks = own.iter().enumerate().map(|(index, field)| checks(krate, index, field));
    let mut index = 0usize..;
    let reads = fields.iter().map(|Field { ident, ty, flatten, .. }| {
        let read = if flatten.is_some() {
            quote!(#p::read_alternatives::<#ty>(read, &mut problems))
        } else {
            let index = index.next().unwrap_or_default();
            quote_spanned!(ty.span()=> #p::read_field::<#ty>(&FIELDS[#index], read, &mut problems))
        };
        quote_spanned!(ty.span()=> let #ident = #read;)
    });
    let (joined, all) = match fields.iter().find_map(|field| field.flatten.map(|_| field.ty)) {
        Some(ty) => (joined(krate, fields, ty.span()), quote!(ALL)),
        None => (TokenStream::new(), quote!(FIELDS)),
    };
    quote! {
        const _: () = {
            #[allow(unused_imports)]
            use #p::NoConfigValue as _;
            static FIELDS: [#p::ConfigField; #count] = [#(#rows),*];
            #joined
            #(#checks)*

            #[automatically_derived]
            impl #i #p::Config for #ident #t #w {
                const FIELDS: &'static [#p::ConfigField] = &#all;

                fn from_values(
                    read: &mut dyn ::core::ops::FnMut(
                        &'static #p::ConfigField,
                    ) -> ::core::option::Option<::std::string::String>,
                ) -> ::core::result::Result<Self, ::std::vec::Vec<#p::ConfigProblem>> {
                    let mut problems = ::std::vec::Vec::new();
                    #(#reads)*
                    match (#(#names,)*) {
                        (#(::core::option::Option::Some(#names),)*) if problems.is_empty() => {
                            ::core::result::Result::Ok(Self { #(#names),* })
                        }
                        _ => ::core::result::Result::Err(problems),
                    }
                }
            }
        };
    }
}

/// Returns the static of all fields, in the order of the struct, and the check that their names are unique.
fn joined(krate: &Krate, fields: &[Field<'_>], at: Span) -> TokenStream {
    let p = &krate.private();
    let mut index = 0usize..;
    let part = |Field { ty, flatten, .. }: &Field<'_>| {
        if flatten.is_some() {
            let fields = quote!(#p::AlternativesProbe::<#ty>::FIELDS);
            return (quote!(#fields.len()), fields);
        }
        let index = index.next().unwrap_or_default();
        (quote!(1), quote!(::core::slice::from_ref(&FIELDS[#index])))
    };
    let (lengths, parts): (Vec<TokenStream>, Vec<TokenStream>) = fields.iter().map(part).unzip();
    let spanned = krate.private_at(at);
    let check = quote_spanned!(at=> const _: () = #spanned::check_config_names(&ALL););
    quote! {
        #[allow(unused_imports)]
        use #p::NoAlternatives as _;
        static ALL: [#p::ConfigField; 0 #(+ #lengths)*] = #p::join_config_fields(&[#(#parts),*]);
        #check
    }
}

/// Returns the description of a field.
pub fn row(p: &TokenStream, field: &Field<'_>) -> TokenStream {
    let Field { name, ty, docs, auth, variable, .. } = field;
    let held = variable.as_ref().map(|variable| quote!(.held_by(#variable)));
    let default = match &field.default {
        Some(default) => {
            let text = &default.text;
            quote!(::core::option::Option::Some(#text))
        }
        None => quote!(::core::option::Option::None),
    };
    quote!(#p::ConfigField::new(#name, #docs, #p::ConfigProbe::<#ty>::META, #auth, #default)#held)
}

/// Returns the checks of a field whose kind only the compiler knows, each spanned on the token to change.
pub fn checks(krate: &Krate, index: usize, field: &Field<'_>) -> TokenStream {
    if field.known.is_some() {
        return TokenStream::new();
    }
    let at = field.allowed.unwrap_or_else(|| field.ty.span());
    let p = krate.private_at(at);
    let mut checks = match field.allowed {
        Some(_) => quote_spanned!(at=> const _: () = #p::check_config_allow(&FIELDS[#index]);),
        None => quote_spanned!(at=> const _: () = #p::check_config_field(&FIELDS[#index]);),
    };
    if let Some(default) = &field.default {
        let p = krate.private_at(default.span);
        checks
            .extend(quote_spanned!(default.span=> const _: () = #p::check_config_default(&FIELDS[#index]);));
    }
    checks
}

/// Returns an impl that keeps the rest of the crate compiling, so that the item's own error is the only one.
pub fn stub(input: &DeriveInput, krate: &Krate) -> TokenStream {
    let p = &krate.private();
    let ident = &input.ident;
    let (i, t, w) = input.generics.split_for_impl();
    quote! {
        const _: () = {
            #[automatically_derived]
            impl #i #p::Config for #ident #t #w {
                const FIELDS: &'static [#p::ConfigField] = &[];

                fn from_values(
                    _: &mut dyn ::core::ops::FnMut(
                        &'static #p::ConfigField,
                    ) -> ::core::option::Option<::std::string::String>,
                ) -> ::core::result::Result<Self, ::std::vec::Vec<#p::ConfigProblem>> {
                    ::core::unreachable!()
                }
            }
        };
    }
}
