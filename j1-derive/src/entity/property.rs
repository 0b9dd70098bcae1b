//! The properties of an entity, from its fields and from what its attributes add.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Lit, LitStr, Path, Type};

use crate::attr::Krate;
use crate::case;
use crate::entity::expand::Locals;
use crate::entity::field::Field;
use crate::entity::model::{Computed, Constant, Model};
use crate::entity::{names, tags};
use crate::generic::Lifetimes;

/// One property as it is sent.
pub struct Property {
    /// An expression: the name.
    pub name: TokenStream,
    /// Where the name is written, for what is wrong with it.
    pub name_span: Span,
    /// The types that hold it: one, unless it is the first of several fields.
    pub types: Vec<TokenStream>,
    /// What gives the value.
    pub source: Source,
    pub truncate: bool,
    /// The codes that the author allows, and where.
    pub allows: Vec<(String, Span)>,
    /// The field or method it comes from, as written in Rust.
    pub origin: String,
    pub docs: String,
}

/// What gives the value of a property.
pub enum Source {
    /// A field, sent as it is, as a list of one, or as the date that it writes in some form.
    Field { ident: Ident, ty: Type, list: bool, form: Option<TokenStream> },
    /// A method of the struct.
    Computed { method: Path, ty: Type },
    /// A literal of the attribute, and the type that holds it.
    Constant { value: Lit, ty: TokenStream },
    /// The first of these fields that is not absent.
    FirstOf(Vec<(Ident, Type)>),
    /// A field whose items are a property each.
    Tags { ident: Ident, ty: Type },
}

impl Property {
    /// The type that the table of properties is made from: that of the last field of several, which decides whether the
    /// property may be absent.
    pub fn held(&self) -> TokenStream {
        self.types.last().cloned().unwrap_or_default()
    }

    /// The literal of the attribute, where the value is the same for all entities.
    pub fn constant(&self) -> Option<&Lit> {
        match &self.source {
            Source::Constant { value, .. } => Some(value),
            _ => None,
        }
    }

    /// Statements that write the property; `spec` is an expression for its `PropertySpec`.
    pub fn put(&self, krate: &Krate, spec: &TokenStream) -> TokenStream {
        let Locals { this, out, .. } = Locals::new();
        match &self.source {
            Source::Field { ident, ty, list, form } => {
                put_field(krate, spec, (ident, ty), *list, form.as_ref())
            }
            Source::Computed { method, ty } => {
                let (p, span) = (krate.private_at(ty.span()), ty.span());
                let value = quote_spanned!(span=> #method(#this));
                quote_spanned!(span=> #p::put::<#ty>(#out, #spec, &#value);)
            }
            Source::Constant { value, ty } => {
                let (p, span) = (krate.private_at(value.span()), value.span());
                quote_spanned!(span=> #p::put::<#ty>(#out, #spec, &#value);)
            }
            Source::FirstOf(fields) => put_first(krate, spec, fields),
            Source::Tags { ident, ty } => {
                let p = krate.private_at(ty.span());
                quote_spanned!(ty.span()=> #p::put_tags::<#ty>(#out, &PROPERTIES, &#this.#ident);)
            }
        }
    }
}

fn put_field(
    krate: &Krate,
    spec: &TokenStream,
    (ident, ty): (&Ident, &Type),
    list: bool,
    form: Option<&TokenStream>,
) -> TokenStream {
    let Locals { this, out, .. } = Locals::new();
    let (p, span) = (krate.private_at(ty.span()), ty.span());
    match (list, form) {
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
}

fn put_first(krate: &Krate, spec: &TokenStream, fields: &[(Ident, Type)]) -> TokenStream {
    let Some(((ident, ty), others)) = fields.split_last() else { return TokenStream::new() };
    let put = |ident: &Ident, ty: &Type| put_field(krate, spec, (ident, ty), false, None);
    others.iter().rev().fold(put(ident, ty), |otherwise, (ident, ty)| {
        let (put, p) = (put(ident, ty), krate.private());
        quote!(if #p::Value::is_absent(&self.#ident) { #otherwise } else { #put })
    })
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
        if !names::is_merged(&model.name, &model.display_name, field) {
            all.push(from_field(krate, field));
        }
    }
    all.extend(model.computed.iter().map(|computed| from_computed(model, computed)));
    all.extend(model.constants.iter().filter_map(|constant| from_constant(krate, constant)));
    all
}

fn from_computed(model: &Model<'_>, computed: &Computed) -> Property {
    let Computed { field, ty, method } = computed;
    let held = Lifetimes::new(&model.original.generics).erased(quote!(#ty));
    let source = Source::Computed { method: method.clone(), ty: ty.clone() };
    added(&model.krate, field, held, source, ty.span())
}

fn from_constant(krate: &Krate, constant: &Constant) -> Option<Property> {
    let (ty, value) = (constant.ty()?, &constant.value);
    // Underlined where the value is, when it is not what the class takes.
    let at_value = |mut token: TokenTree| {
        token.set_span(value.span());
        token
    };
    let held = ty.clone().into_iter().map(at_value).collect();
    let source = Source::Constant { value: value.clone(), ty };
    Some(added(krate, &constant.field, held, source, value.span()))
}

/// A property that no field gives; `held` is its type where it is checked.
fn added(krate: &Krate, field: &Ident, held: TokenStream, source: Source, span: Span) -> Property {
    let (origin, p) = (field.to_string(), krate.private_at(span));
    let name = case::camel(&origin);
    Property {
        name: quote!(#p::pick_name(CLASSES, #name, #name)),
        name_span: field.span(),
        types: vec![held],
        source,
        truncate: false,
        allows: Vec::new(),
        origin,
        docs: String::new(),
    }
}

fn from_field(krate: &Krate, field: &Field<'_>) -> Property {
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
    let form = form(krate, field);
    let held = match (field.list, &form) {
        (false, None) => still,
        (true, None) => quote!(#p::ListOfOne<'static, #still>),
        (false, Some(form)) => quote!(#p::Written<'static, #still, #form>),
        (true, Some(form)) => quote!(#p::ListOfOne<'static, #p::Written<'static, #still, #form>>),
    };
    Property {
        name,
        name_span: field.rename.as_ref().map_or_else(|| field.ident.span(), LitStr::span),
        types: vec![held],
        source: Source::Field { ident: field.ident.clone(), ty: ty.clone(), list: field.list, form },
        truncate: field.truncate.is_some(),
        allows: field.allows.iter().map(|allow| (allow.code.clone(), allow.span)).collect(),
        origin: field.ident.unraw().to_string(),
        docs: field.docs.clone(),
    }
}

/// How the field writes a date, as the type that reads it.
fn form(krate: &Krate, field: &Field<'_>) -> Option<TokenStream> {
    let date = field.date.as_ref()?;
    let (p, form) = (krate.private_at(date.span), Ident::new(date.form, date.span));
    Some(quote!(#p::#form))
}

/// `name = [a, b]`: the first of these fields that is there.
fn first_of(model: &Model<'_>, name: &'static str, idents: &[Ident]) -> Property {
    let fields: Vec<&Field<'_>> =
        idents.iter().filter_map(|ident| model.fields.iter().find(|f| f.ident == ident)).collect();
    let held = fields.iter().map(|field| {
        let ty = field.ty;
        field.lifetimes.erased(quote!(#ty))
    });
    let is_merged = |field: &Field<'_>| names::is_merged(&model.name, &model.display_name, field);
    let merged = fields.iter().find(|field| is_merged(field));
    // On a field that is a property of its own, `truncate` is about that one.
    let cut = |field: &&Field<'_>| field.truncate.is_some() && (field.skip || is_merged(field));
    let origin: Vec<String> = idents.iter().map(ToString::to_string).collect();
    Property {
        name: quote!(#name),
        name_span: idents.first().map_or_else(Span::call_site, Ident::span),
        types: held.collect(),
        source: Source::FirstOf(fields.iter().map(|f| (f.ident.clone(), f.ty.clone())).collect()),
        truncate: fields.iter().any(cut),
        allows: Vec::new(),
        origin: origin.join(", "),
        docs: merged.map_or_else(String::new, |field| field.docs.clone()),
    }
}
