//! `#[derive(J1Enum)]`: an enum whose values are words.

mod model;

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::DeriveInput;
use syn::spanned::Spanned;

use crate::ctxt::Ctxt;
use model::{Model, Says, Variant};

pub fn derive(input: &DeriveInput) -> TokenStream {
    let mut cx = Ctxt::default();
    let model = model::parse(&mut cx, input);
    let errors = cx.into_tokens();
    let (value, item) = (value_impl(input, &model), item_impl(input, &model));
    quote!(#errors #value #item)
}

fn value_impl(input: &DeriveInput, model: &Model<'_>) -> TokenStream {
    let (p, ident) = (&model.krate.private(), &input.ident);
    let (generics, types, bounds) = input.generics.split_for_impl();
    let words = model.variants.iter().filter_map(|variant| match &variant.says {
        Says::Word(word) => Some(word),
        _ => None,
    });
    let optional = model.may_be_absent().then(|| quote!(.optional()));
    let writes = model.variants.iter().map(|variant| write(p, variant));
    let absent = model.variants.iter().map(|variant| absent(p, variant));
    // Errors in the others have been reported.
    let otherwise = model.lacks_some.then(|| quote!(_ => ::core::unreachable!(),));
    quote! {
        #[automatically_derived]
        impl #generics #p::Value for #ident #types #bounds {
            const KIND: #p::Kind = #p::Kind::words(&[#(#words),*]) #optional;

            fn write(&self, out: &mut #p::ValueWriter<'_, '_>) {
                match self { #(#writes)* #otherwise }
            }

            #[allow(clippy::match_same_arms, reason = "one arm a variant")]
            fn is_absent(&self) -> bool {
                match self { #(#absent)* #otherwise }
            }
        }
    }
}

fn item_impl(input: &DeriveInput, model: &Model<'_>) -> TokenStream {
    let (p, ident) = (&model.krate.private(), &input.ident);
    let (generics, types, bounds) = input.generics.split_for_impl();
    if model.may_be_absent() {
        // Such a value cannot stand in an array.
        return TokenStream::new();
    }
    quote! {
        #[automatically_derived]
        impl #generics #p::Item for #ident #types #bounds {}
    }
}

fn write(p: &TokenStream, variant: &Variant<'_>) -> TokenStream {
    let ident = variant.ident;
    match &variant.says {
        Says::Word(word) => quote!(Self::#ident { .. } => out.string(#word),),
        Says::Nothing => quote!(Self::#ident { .. } => out.null(),),
        Says::Held(ty) => {
            quote_spanned!(ty.span()=> Self::#ident(text) => out.string(#p::held_text::<#ty>(text)),)
        }
    }
}

fn absent(p: &TokenStream, variant: &Variant<'_>) -> TokenStream {
    let ident = variant.ident;
    match &variant.says {
        Says::Word(_) => quote!(Self::#ident { .. } => false,),
        Says::Nothing => quote!(Self::#ident { .. } => true,),
        Says::Held(ty) => {
            quote_spanned!(ty.span()=> Self::#ident(text) => #p::held_text::<#ty>(text).is_empty(),)
        }
    }
}
