//! The properties of an entity, from its fields and from what its attributes add.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Lit, LitStr, Type};

use crate::attr::Krate;
use crate::case;
use crate::entity::expand::Locals;
use crate::entity::field::Field;
use crate::entity::model::{Computed, Constant, Model};
use crate::entity::tags;
use crate::generic::Lifetimes;

/// One property as it is sent.
pub struct Property {
    /// An expression: the name.
    pub name: TokenStream,
    /// Where the name is written, for what is wrong with it.
    pub name_span: Span,
    /// The type that holds it.
    pub ty: TokenStream,
    /// Statements that write it, given an expression for its `PropertySpec`.
    pub put: Box<dyn Fn(&TokenStream) -> TokenStream>,
    /// The value itself, where it is the same for all.
    pub constant: Option<Lit>,
    pub truncate: bool,
    /// The codes that the author allows, and where.
    pub allows: Vec<(String, Span)>,
    pub source: String,
    pub docs: String,
}

/// All of them, in the order they are sent.
pub fn all(model: &Model<'_>) -> Vec<Property> {
    let krate = &model.krate;
    let mut all: Vec<Property> = Vec::new();
    if !model.name.is_empty() {
        all.push(first_of(model, "name", &model.name));
    }
    if !model.display_name.is_empty() {
        all.push(first_of(model, "displayName", &model.display_name));
    }
    for field in model.fields.iter().filter(|f| f.is_property()) {
        if !is_name(model, field.ident) {
            all.push(of_field(krate, field));
        }
    }
    all.extend(model.computed.iter().map(|computed| of_computed(model, computed)));
    all.extend(model.constants.iter().filter_map(|constant| of_constant(krate, constant)));
    all
}

fn of_computed(model: &Model<'_>, computed: &Computed) -> Property {
    let lifetimes = Lifetimes::of(&model.original.generics);
    let (ty, method, span) = (&computed.ty, &computed.method, computed.ty.span());
    let this = Locals::new().this;
    let (krate, held) = (&model.krate, lifetimes.erased(quote!(#ty)));
    added(krate, &computed.field, held, quote!(#ty), span, quote_spanned!(span=> #method(#this)))
}

fn of_constant(krate: &Krate, constant: &Constant) -> Option<Property> {
    let (ty, value) = (constant.ty()?, &constant.value);
    // Underlined where the value is, when it is not what the class takes.
    let at_value = |mut token: TokenTree| {
        token.set_span(value.span());
        token
    };
    let held = ty.clone().into_iter().map(at_value).collect();
    let added = added(krate, &constant.field, held, ty, value.span(), quote!(#value));
    Some(Property { constant: Some(value.clone()), ..added })
}

/// A property that no field gives: `value` is written as a `ty`, and `held` is that type where it is checked.
fn added(
    krate: &Krate,
    field: &Ident,
    held: TokenStream,
    ty: TokenStream,
    span: Span,
    value: TokenStream,
) -> Property {
    let (source, p) = (field.to_string(), krate.private_at(span));
    let name = case::camel(&source);
    Property {
        name: quote!(#p::pick_name(CLASSES, #name, #name)),
        name_span: field.span(),
        ty: held,
        put: Box::new(move |spec| {
            let out = Locals::new().out;
            quote_spanned!(span=> #p::put::<#ty>(#out, #spec, &#value);)
        }),
        constant: None,
        truncate: false,
        allows: Vec::new(),
        source,
        docs: String::new(),
    }
}

/// Whether a field is no property of its own because it is `name` or `displayName` already: the one that
/// `name = field` renames, or one so called whose property is a list.
fn is_name(model: &Model<'_>, field: &Ident) -> bool {
    matches!(model.name.as_slice(), [only] if only == field)
        || (field == "name" && !model.name.is_empty())
        || (field == "display_name" && !model.display_name.is_empty())
}

fn of_field(krate: &Krate, field: &Field<'_>) -> Property {
    if field.tags {
        return tags::property(krate, field);
    }
    let (plain, custom) = field.names();
    let p = krate.private_at(field.ty.span());
    named(krate, field, quote!(#p::pick_name(CLASSES, #plain, #custom)))
}

/// The property that a field is, of this name where the field does not say another.
pub fn named(krate: &Krate, field: &Field<'_>, name: TokenStream) -> Property {
    let (p, ty) = (krate.private_at(field.ty.span()), field.ty);
    let name = field.rename.as_ref().map_or(name, |literal| quote!(#literal));
    let still = field.lifetimes.erased(quote!(#ty));
    let held = match (field.list, form(krate, field)) {
        (false, None) => still,
        (true, None) => quote!(#p::ListOfOne<'static, #still>),
        (false, Some(form)) => quote!(#p::Written<'static, #still, #form>),
        (true, Some(form)) => quote!(#p::ListOfOne<'static, #p::Written<'static, #still, #form>>),
    };
    Property {
        name,
        name_span: field.rename.as_ref().map_or_else(|| field.ident.span(), LitStr::span),
        ty: held,
        put: put(krate, field),
        constant: None,
        truncate: field.truncate,
        allows: field.allows.iter().map(|allow| (allow.code.clone(), allow.span)).collect(),
        source: field.ident.unraw().to_string(),
        docs: field.docs.clone(),
    }
}

/// How the field writes a date, as the type that reads it.
fn form(krate: &Krate, field: &Field<'_>) -> Option<TokenStream> {
    let date = field.date.as_ref()?;
    let (p, form) = (krate.private_at(date.span), Ident::new(date.form, date.span));
    Some(quote!(#p::#form))
}

/// Statements that write the field.
fn put(krate: &Krate, field: &Field<'_>) -> Box<dyn Fn(&TokenStream) -> TokenStream> {
    let (p, span) = (krate.private_at(field.ty.span()), field.ty.span());
    let (ty, ident, list, form) = (field.ty.clone(), field.ident.clone(), field.list, form(krate, field));
    Box::new(move |spec| {
        let Locals { this, out, .. } = Locals::new();
        match (list, &form) {
            (false, None) => quote_spanned!(span=> #p::put::<#ty>(#out, #spec, &#this.#ident);),
            (true, None) => {
                quote_spanned!(span=> #p::put::<#p::ListOfOne<'_, #ty>>(#out, #spec, &#p::ListOfOne(&#this.#ident));)
            }
            (false, Some(form)) => {
                quote_spanned!(span=> #p::put_date::<#ty, #form>(#out, #spec, &#this.#ident);)
            }
            (true, Some(form)) => {
                quote_spanned!(span=> #p::put::<#p::ListOfOne<'_, _>>(#out, #spec, &#p::ListOfOne(&#p::Written::<#ty, #form>::new(&#this.#ident)));)
            }
        }
    })
}

/// `name = [a, b]`: the first of these fields that is there.
fn first_of(model: &Model<'_>, name: &'static str, idents: &[Ident]) -> Property {
    let krate = model.krate.clone();
    let fields: Vec<(Ident, Type)> = idents
        .iter()
        .filter_map(|ident| {
            model.fields.iter().find(|f| f.ident == ident).map(|f| (ident.clone(), f.ty.clone()))
        })
        .collect();
    let last = fields.last().map_or_else(|| quote!(::std::string::String), |(_, ty)| quote!(#ty));
    let last = Lifetimes::of(&model.original.generics).erased(last);
    let source: Vec<String> = idents.iter().map(ToString::to_string).collect();
    Property {
        name: quote!(#name),
        name_span: idents.first().map_or_else(Span::call_site, Ident::span),
        ty: last,
        put: Box::new(move |spec| {
            let Some(((ident, ty), others)) = fields.split_last() else { return TokenStream::new() };
            let put = |ident: &Ident, ty: &Type| {
                let (p, Locals { this, out, .. }) = (krate.private_at(ty.span()), Locals::new());
                quote_spanned!(ty.span()=> #p::put::<#ty>(#out, #spec, &#this.#ident);)
            };
            others.iter().rev().fold(put(ident, ty), |otherwise, (ident, ty)| {
                let (put, p) = (put(ident, ty), krate.private());
                quote!(if #p::Value::is_absent(&self.#ident) { #otherwise } else { #put })
            })
        }),
        constant: None,
        truncate: false,
        allows: Vec::new(),
        source: source.join(", "),
        docs: String::new(),
    }
}
