//! Expansion of an enum of alternatives.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::DeriveInput;
use syn::spanned::Spanned;

use super::fields::{checks, row};
use super::model::{Alternative, Field};
use crate::attr::Krate;

pub fn expand(input: &DeriveInput, krate: &Krate, alternatives: &[Alternative<'_>]) -> TokenStream {
    let p = &krate.private();
    let ident = &input.ident;
    let of = ident.to_string();
    let (i, t, w) = input.generics.split_for_impl();
    let all: Vec<(&Alternative<'_>, &Field<'_>)> =
        alternatives.iter().flat_map(|one| one.fields.iter().map(move |field| (one, field))).collect();
    let count = all.len();
    let rows = all.iter().map(|(one, field)| {
        let (row, name, docs) = (row(p, field), one.ident.to_string(), &one.docs);
        quote!(#row.in_alternative(#p::Alternative { of: #of, name: #name, docs: #docs }))
    });
    let checks = all.iter().enumerate().map(|(index, (_, field))| checks(krate, index, field));
    let mut index = 0usize..;
    let arms = alternatives.iter().map(|Alternative { ident, fields, .. }| {
        let name = ident.to_string();
        let names: Vec<_> = fields.iter().map(|field| field.ident).collect();
        let reads = fields.iter().map(|Field { ty, .. }| {
            let index = index.next().unwrap_or_default();
            quote_spanned!(ty.span()=> #p::read_field::<#ty>(&FIELDS[#index], &mut |f| given.take(f), problems))
        });
        quote! {
            #name => match (#(#reads,)*) {
                (#(::core::option::Option::Some(#names),)*) => {
                    ::core::option::Option::Some(Self::#ident { #(#names),* })
                }
                _ => ::core::option::Option::None,
            }
        }
    });
    quote! {
        const _: () = {
            #[allow(unused_imports)]
            use #p::NoConfigValue as _;
            static FIELDS: [#p::ConfigField; #count] = [#(#rows),*];
            #(#checks)*

            #[automatically_derived]
            impl #i #p::ConfigAlternatives for #ident #t #w {
                const FIELDS: &'static [#p::ConfigField] = &FIELDS;

                fn from_values(
                    read: &mut dyn ::core::ops::FnMut(
                        &'static #p::ConfigField,
                    ) -> ::core::option::Option<::std::string::String>,
                    problems: &mut ::std::vec::Vec<#p::ConfigProblem>,
                ) -> ::core::option::Option<Self> {
                    let mut given = #p::GivenAlternatives::read(&FIELDS, read);
                    match given.chosen(problems)? {
                        #(#arms)*
                        _ => ::core::option::Option::None,
                    }
                }
            }
        };
    }
}
