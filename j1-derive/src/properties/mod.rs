//! `#[derive(J1Properties)]`: a struct whose fields are properties of something else.

mod relationship;

use j1_model::rules::Mapped;
use proc_macro2::TokenStream;
use quote::quote;
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
    let properties: Vec<Row> = fields
        .iter()
        .filter(|field| field.is_property())
        .map(|field| {
            let (plain, name) = field.names();
            let plain = field.rename.is_none().then_some(plain);
            (property::named(&krate, field, name), plain)
        })
        .collect();
    check_names(&mut cx, input, &properties);
    let (errors, items) = (cx.into_tokens(), expand(input, &krate, &properties));
    quote!(#errors #items)
}

/// Asks the rules whose answer the names of the fields and of their types give.
fn check_names(cx: &mut Ctxt, input: &DeriveInput, properties: &[Row]) {
    let owner = input.ident.to_string();
    let mapped: Vec<Mapped<'_>> =
        properties.iter().map(|(property, _)| (&*property.name, &*property.origin)).collect();
    for (property, _) in properties.iter().filter(|(property, _)| !property.broken) {
        check::effects(cx, property);
        check::name(cx, &owner, &[], property, Whose::Own, &mapped);
    }
    check::twice(cx, &owner, properties.iter().map(|(property, _)| property), &mapped);
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
    let (tables, checks) = (tables(krate, properties), checks(input, krate, properties));
    let on_relationship = relationship::expand(input, krate, properties);
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
            #on_relationship
            #checks
        };
    }
}

fn tables(krate: &Krate, properties: &[Row]) -> TokenStream {
    let (p, len) = (&krate.private(), properties.len());
    let rows = properties.iter().map(|(property, plain)| {
        let Property { name, truncate, origin, docs, .. } = property;
        let held = property.held().filter(|_| !property.broken);
        let kind = held.map_or_else(|| quote!(#p::Kind::NONE), |held| held.kind(krate));
        let plain = match plain {
            Some(plain) => quote!(::core::option::Option::Some(#plain)),
            None => quote!(::core::option::Option::None),
        };
        quote! {
            #p::FieldSpec {
                name: #name,
                plain: #plain,
                kind: #kind,
                truncate: #truncate,
                source: #origin,
                docs: #docs,
            }
        }
    });
    let plain = (0..len).map(|index| quote!(FIELDS[#index].plain()));
    let is_unknown = |(property, _): &Row| property.types.iter().any(|held| held.kind.is_none());
    let probe = properties.iter().any(is_unknown).then(|| {
        quote! {
            #[allow(unused_imports, reason = "every type but one that no property can hold does without")]
            use #p::NoValue as _;
        }
    });
    quote! {
        #probe
        const FIELDS: [#p::FieldSpec; #len] = [#(#rows),*];
        static PROPERTIES: [#p::PropertySpec; #len] = [#(#plain),*];
    }
}

/// The checks that need types which only the compiler knows.
fn checks(input: &DeriveInput, krate: &Krate, properties: &[Row]) -> TokenStream {
    let (owner, p) = (input.ident.to_string(), krate.private());
    let each = properties.iter().map(|(property, _)| {
        let values = check::values(krate, &owner, property, "check_value");
        let name = check::name_by_type(krate, &owner, property, Whose::Own);
        quote!(#values #name)
    });
    let each: TokenStream = each.collect();
    if each.is_empty() {
        return each;
    }
    quote! {
        const CLASSES: &[&#p::ClassDef] = &[];
        #each
    }
}
