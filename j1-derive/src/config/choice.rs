//! Expansion of an enum of choices.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use super::model::Choice;
use crate::attr::Krate;

pub fn expand(input: &DeriveInput, krate: &Krate, choices: &[Choice<'_>]) -> TokenStream {
    let p = &krate.private();
    let ident = &input.ident;
    let (i, t, w) = input.generics.split_for_impl();
    let rows =
        choices.iter().map(|Choice { value, docs, .. }| quote!(#p::Choice { value: #value, docs: #docs }));
    let all = choices.iter().map(|choice| choice.ident);
    quote! {
        const _: () = {
            #[automatically_derived]
            impl #i #p::ConfigItem for #ident #t #w {}

            #[automatically_derived]
            impl #i #p::ConfigValue for #ident #t #w {
                const KIND: #p::ConfigKind = #p::ConfigKind::Choice(&[#(#rows),*]);

                fn from_text(
                    text: &::core::primitive::str,
                ) -> ::core::result::Result<Self, ::std::string::String> {
                    #p::choose(<Self as #p::ConfigValue>::KIND, text, [#(Self::#all),*])
                }
            }
        };
    }
}
