//! `#[derive(J1Target)]`: the far end of a mapped relationship.

mod filter;
mod model;

use j1_model::rules::{self, Mapped};
use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::ctxt::Ctxt;
use crate::entity::check::{self, Whose};
use crate::entity::expand::no_value;
use crate::entity::property::Property;
use model::Model;

pub fn derive(input: &DeriveInput) -> TokenStream {
    let mut cx = Ctxt::default();
    let model = model::parse(&mut cx, input);
    let properties = model.properties();
    names_and_literals(&mut cx, &model, &properties);
    let (errors, items) = (cx.into_tokens(), expand(&model, &properties));
    quote!(#errors #items)
}

/// Asks every rule whose answer the names and literals of the struct give.
fn names_and_literals(cx: &mut Ctxt, model: &Model<'_>, properties: &[Property]) {
    let (ident, defs) = (&model.original.ident, model.defs());
    let target = ident.to_string();
    let mapped: Vec<Mapped<'_>> =
        properties.iter().map(|property| (&*property.name, &*property.origin)).collect();
    for property in properties.iter().filter(|property| !property.broken) {
        for held in &property.types {
            let broken = held.kind.and_then(|kind| rules::target_value(kind, &target, &defs, &property.name));
            cx.rule(&held.at, broken);
        }
        check::effects(cx, property);
        check::name(cx, &target, &defs, property, Whose::Others, &mapped);
    }
    cx.rule(ident, rules::twice(&target, &mapped));
}

/// The impls of a target. One that is wrong has them as far as it could be read, so that its uses compile.
fn expand(model: &Model<'_>, properties: &[Property]) -> TokenStream {
    let (end, target) = (end_impl(model.original, &model.krate.private()), target_impl(model, properties));
    let (tables, checks) = (tables(model, properties), checks(model, properties));
    quote! {
        const _: () = {
            #tables
            #end
            #target
            #checks
        };
    }
}

fn tables(model: &Model<'_>, properties: &[Property]) -> TokenStream {
    let (p, class, len) = (&model.krate.private(), model.krate.classes(), properties.len());
    let classes = model.classes.iter().filter(|class| class.def.is_some()).map(|class| &class.path);
    let rows = properties.iter().map(|property| {
        let Property { name, truncate, origin, docs, .. } = property;
        let held = property.held().filter(|_| !property.broken);
        let kind = held.map_or_else(|| quote!(#p::Kind::NONE), |held| held.kind(&model.krate));
        quote! {
            #p::FieldSpec {
                name: #name,
                plain: ::core::option::Option::None,
                kind: #kind,
                truncate: #truncate,
                source: #origin,
                docs: #docs,
            }.plain()
        }
    });
    let probe = no_value(&model.krate, properties);
    quote! {
        #probe
        const CLASSES: &[&#p::ClassDef] = &[#(<#class::#classes as #p::Class>::DEF),*];
        static PROPERTIES: [#p::PropertySpec; #len] = [#(#rows),*];
    }
}

fn end_impl(input: &DeriveInput, p: &TokenStream) -> TokenStream {
    let ident = &input.ident;
    let (generics, types, bounds) = input.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #generics #p::MappedEnd for #ident #types #bounds {
            type Side = #p::Far;
        }
        #[automatically_derived]
        impl #generics #p::End for #ident #types #bounds {
            type Entity = Self;
            type Side = #p::Far;
            type Held = Self;

            fn into_held(self) -> Self {
                self
            }
        }
    }
}

fn target_impl(model: &Model<'_>, properties: &[Property]) -> TokenStream {
    let (p, ident, docs) = (&model.krate.private(), &model.original.ident, &model.docs);
    let (generics, types, bounds) = model.original.generics.split_for_impl();
    let (name, skip_creation) = (ident.to_string(), model.skip_creation);
    let ty = match &model.ty {
        Some(ty) => quote!(::core::option::Option::Some(#ty)),
        None => quote!(::core::option::Option::None),
    };
    let lists = model.filters.iter().map(|filter| {
        let names = filter.names(model, properties);
        quote!(&[#(#names),*])
    });
    let puts = properties
        .iter()
        .enumerate()
        .map(|(i, property)| property.put(&model.krate, &quote!(&PROPERTIES[#i])));
    quote! {
        #[automatically_derived]
        impl #generics #p::Target for #ident #types #bounds {
            const TARGET: &'static #p::TargetMeta = &#p::TargetMeta {
                name: #name,
                ty: #ty,
                classes: CLASSES,
                properties: &PROPERTIES,
                filter_keys: &[#(#lists),*],
                skip_creation: #skip_creation,
                docs: #docs,
            };

            fn write(&self, out: &mut #p::ObjectWriter) {
                #(#puts)*
            }
        }
    }
}

/// The checks that need types which only the compiler knows.
fn checks(model: &Model<'_>, properties: &[Property]) -> TokenStream {
    let target = model.original.ident.to_string();
    let each = properties.iter().map(|property| {
        let values = check::values(&model.krate, &target, property, "check_target_value");
        let named = check::name_by_type(&model.krate, &target, property, Whose::Others);
        quote!(#values #named)
    });
    each.collect()
}
