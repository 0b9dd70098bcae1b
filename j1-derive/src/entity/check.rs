//! The const checks that stand beside the impls, each where the user's token is that would have to change.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::Lit;
use syn::spanned::Spanned;

use crate::attr::Krate;
use crate::entity::flatten::{self, Group};
use crate::entity::model::Model;
use crate::entity::property::Property;
use crate::entity::raw;
use crate::entity::template::Part;

pub fn all(model: &Model<'_>, properties: &[Property], groups: &[Group<'_>]) -> TokenStream {
    let (krate, ident) = (&model.krate, &model.original.ident);
    let (entity, all) = (ident.to_string(), krate.classes());
    let classes = model.classes.iter().map(|class| {
        let p = krate.private_at(class.span());
        quote_spanned! {class.span()=>
            const _: () = #p::check_class(#entity, <#all::#class as #p::Class>::DEF, MAPPED);
        }
    });
    let both = model.classes.get(1).map(|second| {
        let p = krate.private_at(second.span());
        quote_spanned!(second.span()=> const _: () = #p::check_classes(#entity, CLASSES);)
    });
    let each = properties.iter().map(|property| check(krate, &entity, property));
    let p = krate.private_at(ident.span());
    let unique = quote_spanned! {ident.span()=>
        const _: () = #p::check_unique(#entity, MAPPED);
        const _: () = #p::check_named(#entity, CLASSES, MAPPED);
    };
    let names: Vec<TokenStream> =
        properties.iter().map(|Property { name, origin, .. }| quote!((#name, #origin))).collect();
    let mapped = flatten::mapped(krate, &names, groups);
    let flat = groups.iter().map(|group| group.checks(krate, &entity));
    let key = key_length(model, &entity);
    let raw = raw::checks(krate, &entity, model.raw_data.as_ref());
    let (at_type, pattern) = (krate.private_at(model.type_span), &model.type_pattern);
    let ty = quote_spanned!(model.type_span=> const _: () = #at_type::check_type(#pattern););
    quote! {
        #key
        #ty
        const MAPPED: &[(&str, &str)] = #mapped;
        #(#classes)*
        #both
        #(#each)*
        #(#flat)*
        #raw
        #unique
    }
}

/// The check that a key is long enough, whatever the record.
fn key_length(model: &Model<'_>, entity: &str) -> TokenStream {
    let (span, p, private) =
        (model.template.span, model.krate.private_at(model.template.span), model.krate.private());
    let chars = model.template.parts.iter().map(|part| match part {
        Part::Text(text) => text.chars().count(),
        // As short as a `_type` may be; a shorter one is found when it runs.
        Part::Integration => 3,
        Part::Field(_) => 0,
    });
    let text: usize = chars.sum();
    let fields = model.template.fields().filter_map(|ident| model.fields.iter().find(|f| f.ident == ident));
    let parts = fields.map(|field| {
        let ty = field.ty;
        let ty = field.lifetimes.erased(quote!(#ty));
        quote_spanned!(span=> #p::KeyProbe::<#ty>::MIN_CHARS)
    });
    let check = quote_spanned!(span=> const _: () = #p::check_length(#entity, #text, &[#(#parts),*]););
    quote! {
        #[allow(unused_imports, reason = "every type but one that no key can hold does without")]
        use #private::NoKeyPart as _;
        #check
    }
}

/// Checks of one property, on its type and on its name.
fn check(krate: &Krate, entity: &str, property: &Property) -> TokenStream {
    let name = &property.name;
    let values = property.types.iter().map(|ty| {
        let p = krate.private_at(ty.span());
        let kind = quote_spanned!(ty.span()=> #p::Probe::<#ty>::KIND);
        quote_spanned!(ty.span()=> const _: () = #p::check_value(#kind, #entity, CLASSES, #name);)
    });
    let named = self::name(krate, entity, property, Whose::Own);
    let constant = property.constant().and_then(|literal| constant(krate, entity, property, literal));
    quote!(#(#values)* #constant #named)
}

/// The check of what a constant says, where it is written.
fn constant(krate: &Krate, entity: &str, property: &Property, literal: &Lit) -> Option<TokenStream> {
    let (name, ty) = (&property.name, property.held());
    let (p, span) = (krate.private_at(literal.span()), literal.span());
    let (check, value) = match literal {
        Lit::Str(_) => ("check_constant_text", quote!(#literal)),
        Lit::Bool(_) => ("check_constant_bool", quote!(#literal)),
        Lit::Int(number) => {
            let written = number.base10_digits();
            ("check_constant_integer", quote!((#literal, #written)))
        }
        Lit::Float(number) => {
            let written = number.base10_digits();
            ("check_constant_number", quote!((#literal, #written)))
        }
        _ => return None,
    };
    let check = Ident::new(check, span);
    Some(quote_spanned! {span=>
        const _: () = #p::#check(#p::Probe::<#ty>::KIND, #entity, CLASSES, #name, #value);
    })
}

/// Whose names the properties have: the rules on names are for those of an integration's own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Own,
    Others,
}

/// Checks of the name of one property, and of what is allowed on it.
pub fn name(krate: &Krate, entity: &str, property: &Property, whose: Whose) -> TokenStream {
    let Property { name, name_span, allows, .. } = property;
    let ty = property.held();
    let (p, at_name) = (krate.private_at(ty.span()), krate.private_at(*name_span));
    let kind = quote_spanned!(ty.span()=> #p::Probe::<#ty>::KIND);
    let codes = allows.iter().map(|(code, _)| code);
    let own = whose == Whose::Own;
    let named = quote_spanned! {*name_span=>
        const _: () = #at_name::check_name(#kind, #entity, CLASSES, #name, #own, &[#(#codes),*]);
    };
    let allowed = allows.iter().map(|(code, span)| {
        let p = krate.private_at(*span);
        quote_spanned!(*span=> const _: () = #p::check_allow(#kind, CLASSES, #name, #own, #code);)
    });
    quote!(#named #(#allowed)*)
}
