//! `reads(User by email)`: the fields by which a step looks entities up.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use crate::step::Read;

/// Adds the fields by which a type is looked up to the `ReadMeta` of a step that reads it.
pub fn with_fields(p: &TokenStream, read: &Read, meta: TokenStream) -> TokenStream {
    if read.by.is_empty() {
        return meta;
    }
    let ty = &read.ty;
    let fields = read.by.iter().map(|field| {
        let name = field.unraw().to_string();
        let call = quote_spanned!(field.span()=> #p::each_text(&entity.#field, each));
        quote! {
            #p::LookupMeta {
                field: #name,
                values: |any, each| match any.downcast_ref::<#ty>() {
                    ::core::option::Option::Some(entity) => {
                        #call;
                        true
                    }
                    ::core::option::Option::None => false,
                },
            }
        }
    });
    quote!(#meta.by(&[#(#fields),*]))
}

/// A constant of the step for each field, and which types it may be used for.
pub fn constants(step: &Ident, p: &TokenStream, reads: &[Read]) -> TokenStream {
    let mut fields: Vec<&Ident> = Vec::new();
    for field in reads.iter().flat_map(|read| &read.by) {
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    let constants = fields.iter().map(|field| {
        let (name, hash) = named(field);
        quote_spanned! {field.span()=>
            #[allow(non_upper_case_globals, reason = "it has the name of the field")]
            pub const #field: #p::Property<Self, #hash> = #p::Property::new(#name);
        }
    });
    let uses = reads.iter().flat_map(|read| {
        read.by.iter().map(move |field| {
            let (ty, (_, hash)) = (&read.ty, named(field));
            quote_spanned! {ty.span()=>
                #[automatically_derived]
                impl #p::LooksUp<#step, #ty> for #p::Property<#step, #hash> {
                    fn field_name(&self) -> &'static str {
                        self.field()
                    }
                }
            }
        })
    });
    let constants: Vec<TokenStream> = constants.collect();
    let all = (!constants.is_empty()).then(|| {
        quote! {
            #[doc(hidden)]
            impl #step {
                #(#constants)*
            }
        }
    });
    quote!(#all #(#uses)*)
}

/// The name of a field and what tells it apart in a type.
fn named(field: &Ident) -> (String, u64) {
    let name = field.unraw().to_string();
    let hash = j1_model::hash(&name);
    (name, hash)
}
