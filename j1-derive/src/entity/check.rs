//! The rules of the data model, asked while the derive expands; what only the compiler knows is left to `const` checks
//! beside the impls, each where the user's token is that would have to change.

use j1_model::rules::{self, Checked, Mapped, Named};
use j1_model::{ClassDef, Kind};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Lit, Type};

use crate::attr::Krate;
use crate::ctxt::Ctxt;
use crate::entity::field::Field;
use crate::entity::flatten::{self, Group};
use crate::entity::model::Model;
use crate::entity::property::{Property, Source};
use crate::entity::template::Part;
use crate::entity::{names, raw, unknown};
use crate::kind;

/// The owner of the property names: some rules apply only to an integration's own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Own,
    Others,
}

impl Whose {
    fn checked(self) -> Checked {
        if self == Self::Own { Checked::OWN } else { Checked::OTHERS }
    }
}

/// Asks every rule whose answer the names and literals of the struct give. Errors are in `cx`.
pub fn names_and_literals(cx: &mut Ctxt, model: &Model<'_>, properties: &[Property]) {
    let (ident, defs) = (&model.original.ident, model.defs());
    let entity = ident.to_string();
    let mut mapped: Vec<Mapped<'_>> =
        properties.iter().map(|property| (&*property.name, &*property.origin)).collect();
    mapped.extend(model.misread.iter().map(|name| (*name, *name)));
    if let Some(pattern) = &model.type_pattern {
        cx.rule_at(model.type_span, rules::type_is_a_class(pattern));
    }
    if let Some(second) = model.classes.get(1) {
        cx.rule(&second.path, rules::never_both(&entity, &defs));
    }
    for property in properties.iter().filter(|property| !property.broken) {
        value(cx, &entity, &defs, property);
        constant(cx, &entity, &defs, property);
        name(cx, &entity, &defs, property, Whose::Own, &mapped);
        note(cx, &defs, property);
    }
    raw::check(cx, &entity, model.raw_data.as_ref());
    key(cx, &entity, model);
    // The fields of a nested struct are known to the compiler only.
    if !model.has_fields || model.fields.iter().any(|field| field.flatten) {
        return;
    }
    unknown::check(cx, model, properties);
    for class in &model.classes {
        cx.rule(&class.path, class.def.and_then(|def| rules::required(&entity, def, &mapped)));
    }
    twice(cx, &entity, properties, &mapped);
    if model.are_classes_known() {
        cx.rule(ident, rules::no_name(&entity, &defs, &mapped));
    }
}

/// Two fields that become one property; the error is at the second.
pub fn twice<'p>(
    cx: &mut Ctxt,
    owner: &str,
    properties: impl IntoIterator<Item = &'p Property>,
    mapped: &[Mapped<'_>],
) {
    let mut names = mapped.iter().enumerate();
    let second =
        names.find(|(index, (name, _))| mapped.iter().take(*index).any(|(before, _)| before == name));
    if let Some(second) = second.and_then(|(index, _)| properties.into_iter().nth(index)) {
        cx.rule_at(second.name_span, rules::twice(owner, mapped));
    }
}

/// Rules on the types of one property.
fn value(cx: &mut Ctxt, entity: &str, defs: &[&'static ClassDef], property: &Property) {
    for held in &property.types {
        let Some(kind) = held.kind else { continue };
        cx.rule(&held.at, rules::value(kind, entity, defs, &property.name));
    }
    effects(cx, property);
}

/// `list` on an array, and `truncate` on what is not a text.
pub fn effects(cx: &mut Ctxt, property: &Property) {
    let Source::Field { ident, ty, list, .. } = &property.source else { return };
    let Some(kind) = kind::by_name(ty) else { return };
    if *list {
        cx.rule(ident, rules::lists_a_list(kind, &ident.to_string()));
    }
    if property.truncate {
        cx.rule(ident, rules::truncates_nothing(kind, &ident.to_string()));
    }
}

/// Rules on the value of a constant, where it is written.
fn constant(cx: &mut Ctxt, entity: &str, defs: &[&'static ClassDef], property: &Property) {
    let Source::Constant { value, .. } = &property.source else { return };
    let name = &*property.name;
    let broken = match value {
        Lit::Str(text) => rules::text(entity, defs, name, &text.value()),
        Lit::Bool(truth) => rules::boolean(entity, defs, name, truth.value),
        Lit::Int(number) => number
            .base10_parse::<i64>()
            .ok()
            .and_then(|parsed| rules::integer(entity, defs, name, parsed, number.base10_digits())),
        Lit::Float(number) => number
            .base10_parse::<f64>()
            .ok()
            .and_then(|parsed| rules::number(entity, defs, name, parsed, number.base10_digits())),
        _ => None,
    };
    cx.rule(value, broken);
}

/// Rules on the name of one property, and on what is allowed on it, as far as the name of its type tells.
pub fn name(
    cx: &mut Ctxt,
    entity: &str,
    defs: &[&'static ClassDef],
    property: &Property,
    whose: Whose,
    all: &[Mapped<'_>],
) {
    if whose == Whose::Others && property.name == "_key" {
        for (code, span) in &property.allows {
            cx.error_at(
                *span,
                "E0314",
                format!("`_key` does nothing that {code} is about; remove the `allow`"),
            );
        }
        return;
    }
    let kind = property.kind();
    let checked = if kind.is_some() { whose.checked() } else { whose.checked().and(Checked::BY_NAME) };
    let all = (whose == Whose::Own).then_some(all);
    let named = Named { kind: kind.unwrap_or(Kind::NONE), classes: defs, name: &property.name, checked, all };
    let codes: Vec<&str> = property.allows.iter().map(|(code, _)| &**code).collect();
    cx.rule_at(property.name_span, rules::name(entity, &named, &codes));
    for (code, span) in &property.allows {
        if kind.is_some() || !rules::needs_the_type(code) {
            cx.rule_at(*span, rules::allows_nothing(&named, code));
        }
    }
}

/// A boolean whose derived name does not read as a question.
fn note(cx: &mut Ctxt, defs: &[&'static ClassDef], property: &Property) {
    let is_boolean = property.kind().is_some_and(|kind| kind.holds(j1_model::Types::BOOLEAN));
    let custom = defs.iter().all(|class| class.property(&property.name).is_none());
    if property.derived && is_boolean && custom && rules::is_verb_behind_is(&property.name) {
        names::warn(cx, property);
    }
}

/// The rule that a key is long enough, where the names of its types tell how long it is.
fn key(cx: &mut Ctxt, entity: &str, model: &Model<'_>) {
    let Some(template) = &model.template else { return };
    cx.rule_at(template.span, rules::undefined(&template.text));
    let parts: Vec<Option<usize>> = key_fields(model).map(|field| kind::key_chars(field.ty)).collect();
    // A text can have any length, and the rest is known to the compiler only.
    if parts.iter().all(Option::is_some) {
        cx.rule_at(template.span, rules::too_short(entity, text_chars(model), &parts));
    }
}

fn key_fields<'a>(model: &'a Model<'a>) -> impl Iterator<Item = &'a Field<'a>> {
    let idents = model.template.iter().flat_map(super::template::Template::fields);
    idents.filter_map(|ident| model.fields.iter().find(|field| field.ident == ident))
}

/// The characters of a template that stand in every key.
fn text_chars(model: &Model<'_>) -> usize {
    let parts = model.template.iter().flat_map(|template| &template.parts);
    let chars = parts.map(|part| match part {
        Part::Text(text) => text.chars().count(),
        // As short as a `_type` may be; a shorter one is found when it runs.
        Part::Integration => 3,
        Part::Field(_) => 0,
    });
    chars.sum()
}

/// The checks that are left to the compiler.
pub fn by_type(model: &Model<'_>, properties: &[Property], groups: &[Group<'_>]) -> TokenStream {
    let (krate, entity) = (&model.krate, model.original.ident.to_string());
    let each = properties.iter().map(|property| {
        let values = values(krate, &entity, property, "check_value");
        let name = name_by_type(krate, &entity, property, Whose::Own);
        quote!(#values #name)
    });
    let (key, flat) = (key_length(model, &entity), with_groups(model, properties, groups));
    quote!(#key #(#each)* #flat)
}

/// The checks that need the fields of nested structs.
fn with_groups(model: &Model<'_>, properties: &[Property], groups: &[Group<'_>]) -> TokenStream {
    if groups.is_empty() {
        return TokenStream::new();
    }
    let (krate, ident) = (&model.krate, &model.original.ident);
    let (entity, all) = (ident.to_string(), krate.classes());
    let classes = model.classes.iter().filter(|class| class.def.is_some()).map(|class| {
        let path = &class.path;
        let p = krate.private_at(path.span());
        quote_spanned!(path.span()=> const _: () = #p::check_class(#entity, <#all::#path as #p::Class>::DEF, MAPPED);)
    });
    let p = krate.private_at(ident.span());
    let names: Vec<TokenStream> =
        properties.iter().map(|Property { name, origin, .. }| quote!((#name, #origin))).collect();
    let mapped = flatten::mapped(krate, &names, groups);
    let flat = groups.iter().map(|group| group.checks(krate, &entity));
    quote_spanned! {ident.span()=>
        const MAPPED: &[(&str, &str)] = #mapped;
        #(#classes)*
        #(#flat)*
        const _: () = #p::check_unique(#entity, MAPPED);
        const _: () = #p::check_named(#entity, CLASSES, MAPPED);
    }
}

/// The check that a key is long enough, where a part of it is of a type that only the compiler knows.
fn key_length(model: &Model<'_>, entity: &str) -> TokenStream {
    let Some(template) = &model.template else { return TokenStream::new() };
    let is_known = |ty: &Type| kind::key_chars(ty).is_some();
    // Nothing is known of the length of a text.
    if key_fields(model).all(|field| is_known(field.ty))
        || key_fields(model).any(|field| kind::is_text(field.ty))
    {
        return TokenStream::new();
    }
    let (span, p, private) = (template.span, model.krate.private_at(template.span), model.krate.private());
    let text = text_chars(model);
    let parts = key_fields(model).map(|field| {
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

/// The check of the values of a type that only the compiler knows.
pub fn values(krate: &Krate, entity: &str, property: &Property, check: &str) -> TokenStream {
    let (name, origin) = (&property.name, &property.origin);
    let unknown = property.types.iter().filter(|held| held.kind.is_none() && !property.broken);
    let checks = unknown.map(|held| {
        let (kind, span) = (held.kind(krate), held.at.span());
        let (p, check) = (krate.private_at(span), Ident::new(check, span));
        let truncate = property
            .truncate
            .then(|| quote_spanned!(span=> const _: () = #p::check_truncate(#kind, #origin);));
        quote_spanned!(span=> const _: () = #p::#check(#kind, #entity, CLASSES, #name); #truncate)
    });
    checks.collect()
}

/// The checks of the name of one property, and of what is allowed on it, that need a type only the compiler knows.
pub fn name_by_type(krate: &Krate, entity: &str, property: &Property, whose: Whose) -> TokenStream {
    let Property { name, name_span, allows, .. } = property;
    let (Some(held), None, false) = (property.held(), property.kind(), property.broken) else {
        return TokenStream::new();
    };
    if whose == Whose::Others && name == "_key" {
        return TokenStream::new();
    }
    let (kind, at_name) = (held.kind(krate), krate.private_at(*name_span));
    let codes = allows.iter().map(|(code, _)| code);
    let checked = |span: Span| {
        let p = krate.private_at(span);
        let own = quote_spanned!(span=> #p::Checked::BY_TYPE);
        if whose == Whose::Own { own } else { quote_spanned!(span=> #own.and(#p::Checked::OTHERS)) }
    };
    let rules = checked(*name_span);
    let named = quote_spanned! {*name_span=>
        const _: () = #at_name::check_name(#kind, #entity, CLASSES, #name, #rules, &[#(#codes),*]);
    };
    let needed = allows.iter().filter(|(code, _)| rules::needs_the_type(code));
    let allowed = needed.map(|(code, span)| {
        let (p, rules) = (krate.private_at(*span), checked(*span));
        quote_spanned!(*span=> const _: () = #p::check_allow(#kind, CLASSES, #name, #rules, #code);)
    });
    quote!(#named #(#allowed)*)
}
