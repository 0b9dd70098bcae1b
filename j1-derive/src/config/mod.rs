//! `#[derive(J1Config)]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DataStruct, DeriveInput, Fields, Ident, LitStr, Type};

use crate::attr::{self, Keys};
use crate::ctxt::Ctxt;
use crate::docs;

const ON_STRUCT: Keys = Keys { known: &["crate"], repeatable: &[], on: "a configuration" };
const ON_FIELD: Keys = Keys { known: &["default"], repeatable: &[], on: "a configuration field" };

struct Field<'a> {
    ident: &'a Ident,
    ty: &'a Type,
    default: Option<LitStr>,
    docs: String,
}

pub fn derive(input: &DeriveInput) -> TokenStream {
    let mut cx = Ctxt::default();
    let items = attr::of(&mut cx, &input.attrs, &ON_STRUCT);
    let krate = attr::Krate::of(&mut cx, &items);
    let mut fields = Vec::new();
    match &input.data {
        Data::Struct(DataStruct { fields: Fields::Named(named), .. }) => {
            fields.extend(named.named.iter().filter_map(|field| parse(&mut cx, field)));
        }
        _ => cx.error(
            &input.ident,
            "E0313",
            "a configuration is a struct with named fields: one for each variable",
        ),
    }
    let errors = cx.into_compile_errors();
    let expanded = expand(input, &krate, &fields);
    quote!(#errors #expanded)
}

fn parse<'a>(cx: &mut Ctxt, field: &'a syn::Field) -> Option<Field<'a>> {
    let ident = field.ident.as_ref()?;
    let items = attr::of(cx, &field.attrs, &ON_FIELD);
    let docs = docs::of(&field.attrs);
    Some(Field { ident, ty: &field.ty, default: attr::read(cx, &items, "default"), docs })
}

fn expand(input: &DeriveInput, krate: &attr::Krate, fields: &[Field<'_>]) -> TokenStream {
    let p = &krate.private();
    let (ident, count) = (&input.ident, fields.len());
    let (i, t, w) = input.generics.split_for_impl();
    let names: Vec<&Ident> = fields.iter().map(|f| f.ident).collect();
    let rows = fields.iter().map(|field| row(p, field));
    let reads = fields.iter().enumerate().map(|(index, Field { ident, ty, .. })| {
        quote_spanned!(ty.span()=> let #ident = #p::read_field::<#ty>(&FIELDS[#index], read, &mut problems);)
    });
    let checks = fields.iter().map(|Field { ident, ty, .. }| {
        let (name, p) = (ident.to_string(), krate.private_at(ty.span()));
        quote_spanned!(ty.span()=> const _: () = #p::check_config_field::<#ty>(#name);)
    });
    quote! {
        const _: () = {
            static FIELDS: [#p::ConfigField; #count] = [#(#rows),*];
            #(#checks)*

            #[automatically_derived]
            impl #i #p::Config for #ident #t #w {
                const FIELDS: &'static [#p::ConfigField] = &FIELDS;

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

fn row(p: &TokenStream, field: &Field<'_>) -> TokenStream {
    let Field { ident, ty, default, docs } = field;
    let name = ident.to_string();
    let default = match default {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    };
    quote_spanned! {ty.span()=>
        #p::ConfigField {
            name: #name,
            docs: #docs,
            kind: <#ty as #p::ConfigValue>::KIND,
            secret: <#ty as #p::ConfigValue>::SECRET,
            optional: <#ty as #p::ConfigValue>::OPTIONAL,
            default: #default,
        }
    }
}
