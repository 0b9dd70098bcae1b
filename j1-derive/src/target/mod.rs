//! `#[derive(J1Target)]`: the far end of a mapped relationship.

mod filter;
mod model;

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::DeriveInput;
use syn::spanned::Spanned;

use crate::ctxt::Ctxt;
use crate::entity::check::{self, Whose};
use crate::entity::property::Property;
use model::Model;

pub fn derive(input: &DeriveInput) -> TokenStream {
    let mut cx = Ctxt::default();
    match model::parse(&mut cx, input) {
        Some(model) if cx.is_clean() => expand(&model),
        _ => stub(input, cx),
    }
}

fn expand(model: &Model<'_>) -> TokenStream {
    let properties = model.properties();
    let (end, target) = (end_impl(model.original, &model.krate.private()), target_impl(model, &properties));
    let (tables, checks) = (tables(model, &properties), checks(model, &properties));
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
    let classes = &model.classes;
    let rows = properties.iter().map(|property| {
        let Property { name, truncate, origin, docs, .. } = property;
        let ty = property.held();
        quote! {
            #p::FieldSpec {
                name: #name,
                plain: ::core::option::Option::None,
                kind: #p::Probe::<#ty>::KIND,
                truncate: #truncate,
                source: #origin,
                docs: #docs,
            }.plain()
        }
    });
    quote! {
        #[allow(unused_imports, reason = "every type but one that no property can hold does without")]
        use #p::NoValue as _;
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

fn checks(model: &Model<'_>, properties: &[Property]) -> TokenStream {
    let ident = &model.original.ident;
    let target = ident.to_string();
    let each = properties.iter().map(|property| {
        let (name, ty) = (&property.name, property.held());
        let p = model.krate.private_at(ty.span());
        let held = quote_spanned! {ty.span()=>
            const _: () = #p::check_target_value(#p::Probe::<#ty>::KIND, #target, CLASSES, #name);
        };
        let named = check::name(&model.krate, &target, property, Whose::Others);
        quote!(#held #named)
    });
    let p = model.krate.private_at(ident.span());
    let names = properties.iter().map(|property| {
        let Property { name, origin, .. } = property;
        quote!((#name, #origin))
    });
    let unique = quote_spanned!(ident.span()=> const _: () = #p::check_unique(#target, &[#(#names),*]););
    quote!(#(#each)* #unique)
}

/// The errors, and impls that keep them the only ones.
fn stub(input: &DeriveInput, cx: Ctxt) -> TokenStream {
    let (errors, ident) = (cx.into_compile_errors(), &input.ident);
    let (generics, types, bounds) = input.generics.split_for_impl();
    let p = model::krate(input).private();
    let end = end_impl(input, &p);
    quote! {
        #errors
        const _: () = {
            #end
            #[automatically_derived]
            impl #generics #p::Target for #ident #types #bounds {
                const TARGET: &'static #p::TargetMeta = &#p::TargetMeta {
                    name: "",
                    ty: ::core::option::Option::None,
                    classes: &[],
                    properties: &[],
                    filter_keys: &[],
                    skip_creation: true,
                    docs: "",
                };
                fn write(&self, _: &mut #p::ObjectWriter) {}
            }
        };
    }
}
