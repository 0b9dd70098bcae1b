//! `#[derive(J1Properties)]`: a struct whose fields are properties of something else.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Data, DataStruct, DeriveInput, Fields};

use crate::attr::{self, Keys, Krate};
use crate::ctxt::Ctxt;
use crate::entity::check::{self, Whose};
use crate::entity::field::{self, Field};
use crate::entity::names;
use crate::entity::property::{self, Property};

/// A property, and the name that a class may have for it where the field does not say its own.
type Row = (Property, Option<String>);

const KEYS: Keys = Keys { known: &["crate"], repeatable: &[], on: "a struct of properties" };
const ON_FIELD: Keys = Keys {
    known: &["rename", "skip", "list", "truncate", "date", "allow"],
    repeatable: &["allow"],
    on: "a field of a struct of properties",
};

pub fn derive(input: &DeriveInput) -> TokenStream {
    let mut cx = Ctxt::default();
    let items = attr::all(&mut cx, &input.attrs, &KEYS);
    let krate = Krate::from_items(&mut cx, &items);
    let fields = fields(&mut cx, input);
    if !cx.is_clean() {
        let (errors, stub) = (cx.into_compile_errors(), expand(input, &krate, &[]));
        return quote!(#errors #stub);
    }
    let properties: Vec<Row> = fields
        .iter()
        .filter(|field| field.is_property())
        .map(|field| {
            let (plain, name) = field.names();
            let plain = field.rename.is_none().then_some(plain);
            (property::named(&krate, field, quote!(#name)), plain)
        })
        .collect();
    expand(input, &krate, &properties)
}

fn fields<'a>(cx: &mut Ctxt, input: &'a DeriveInput) -> Vec<Field<'a>> {
    match &input.data {
        Data::Struct(DataStruct { fields: Fields::Named(named), .. }) => {
            let fields: Vec<Field<'a>> =
                named.named.iter().filter_map(|field| field::parse(cx, input, &ON_FIELD, field)).collect();
            names::check_truncate(cx, &fields, &[]);
            fields
        }
        _ => {
            cx.error(&input.ident, "E0313", "properties are the named fields of a struct; write one");
            Vec::new()
        }
    }
}

fn expand(input: &DeriveInput, krate: &Krate, properties: &[Row]) -> TokenStream {
    let (p, ident) = (&krate.private(), &input.ident);
    let (generics, types, bounds) = input.generics.split_for_impl();
    let (tables, checks) = (tables(p, properties), checks(input, krate, properties));
    let puts =
        properties.iter().enumerate().map(|(i, (property, _))| property.put(krate, &quote!(&properties[#i])));
    quote! {
        const _: () = {
            #tables
            #[automatically_derived]
            impl #generics #p::Properties for #ident #types #bounds {
                const FIELDS: &'static [#p::FieldSpec] = &FIELDS;
                const PROPERTIES: &'static [#p::PropertySpec] = &PROPERTIES;

                #[allow(unused_variables, reason = "a struct without fields has nothing to write")]
                fn write(&self, properties: &'static [#p::PropertySpec], out: &mut #p::ObjectWriter) {
                    #(#puts)*
                }
            }
            #checks
        };
    }
}

fn tables(p: &TokenStream, properties: &[Row]) -> TokenStream {
    let len = properties.len();
    let rows = properties.iter().map(|(property, plain)| {
        let (ty, Property { name, truncate, origin, docs, .. }) = (property.held(), property);
        let plain = match plain {
            Some(plain) => quote!(::core::option::Option::Some(#plain)),
            None => quote!(::core::option::Option::None),
        };
        quote! {
            #p::FieldSpec {
                name: #name,
                plain: #plain,
                kind: #p::Probe::<#ty>::KIND,
                truncate: #truncate,
                source: #origin,
                docs: #docs,
            }
        }
    });
    let plain = (0..len).map(|index| quote!(FIELDS[#index].plain()));
    quote! {
        #[allow(unused_imports, reason = "every type but one that no property can hold does without")]
        use #p::NoValue as _;
        const FIELDS: [#p::FieldSpec; #len] = [#(#rows),*];
        static PROPERTIES: [#p::PropertySpec; #len] = [#(#plain),*];
    }
}

fn checks(input: &DeriveInput, krate: &Krate, properties: &[Row]) -> TokenStream {
    let ident = &input.ident;
    let owner = ident.to_string();
    let each = properties.iter().map(|(property, _)| check::name(krate, &owner, property, Whose::Own));
    let p = krate.private_at(ident.span());
    let names = properties.iter().map(|(Property { name, origin, .. }, _)| quote!((#name, #origin)));
    let unique = quote_spanned!(ident.span()=> const _: () = #p::check_unique(#owner, &[#(#names),*]););
    quote! {
        #[allow(dead_code, reason = "a struct without fields has none to check")]
        const CLASSES: &[&#p::ClassDef] = &[];
        #(#each)*
        #unique
    }
}
