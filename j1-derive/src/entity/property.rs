//! The properties of an entity, from its fields and from what its attributes add.

use j1_model::{Kind, pick_name};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Lit, LitStr, Path, Type};

use crate::attr::Krate;
use crate::entity::expand::Locals;
use crate::entity::field::{Field, innermost};
use crate::entity::model::{Computed, Constant, Model};
use crate::entity::{names, tags};
use crate::generic::Lifetimes;
use crate::{case, kind};

/// One property as it is sent.
pub struct Property {
    pub name: String,
    /// The span of the name, for errors about it.
    pub name_span: Span,
    /// The types that hold it: one, unless it is the first of several fields.
    pub types: Vec<Held>,
    /// The source of the value.
    pub source: Source,
    pub truncate: bool,
    /// The codes that the author allows, and where.
    pub allows: Vec<(String, Span)>,
    /// The field or method it comes from, as written in Rust.
    pub origin: String,
    pub docs: String,
    /// `true` if the name follows from that of a field: the author has not written it.
    pub derived: bool,
    /// `true` if an attribute of it is wrong, so that nothing else is said of it.
    pub broken: bool,
}

/// A type that holds a property.
pub struct Held {
    /// The type where tables and checks name it, without lifetimes.
    pub ty: TokenStream,
    /// The tokens that are underlined when the type is wrong.
    pub at: TokenStream,
    /// The kind of its values, where its name tells.
    pub kind: Option<Kind>,
    /// A method that returns the type, where the attribute does not name it.
    pub method: Option<TokenStream>,
}

impl Held {
    /// An expression: the kind of the values, be it one that only the compiler knows.
    pub fn kind(&self, krate: &Krate) -> TokenStream {
        let (ty, span) = (&self.ty, self.at.span());
        let p = krate.private_at(span);
        match (self.kind, &self.method) {
            (_, Some(method)) => quote_spanned!(span=> #p::kind_of(#method)),
            (Some(_), None) => quote_spanned!(span=> <#ty as #p::Value>::KIND),
            (None, None) => quote_spanned!(span=> #p::Probe::<#ty>::KIND),
        }
    }
}

/// The source of a property's value.
pub enum Source {
    /// A field, sent as it is, as a list of one, or as the date that it writes in some form.
    Field { ident: Ident, ty: Type, list: bool, form: Option<TokenStream> },
    /// A method of the struct.
    Computed { method: Path, ty: Type },
    /// A method of the struct, of the name and with the type that the property has.
    Inferred { method: Ident },
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
    pub fn held(&self) -> Option<&Held> {
        self.types.last()
    }

    /// The kind of the values, where the name of the type tells.
    pub fn kind(&self) -> Option<Kind> {
        self.held().and_then(|held| held.kind)
    }

    /// Statements that write the property; `spec` is an expression for its `PropertySpec`.
    pub fn put(&self, krate: &Krate, spec: &TokenStream) -> TokenStream {
        let Locals { this, out, .. } = Locals::new();
        match &self.source {
            _ if self.broken => TokenStream::new(),
            Source::Field { ident, ty, list, form } => {
                put_field(krate, spec, (ident, ty), *list, form.as_ref())
            }
            Source::Computed { method, ty } => {
                let (p, span) = (krate.private_at(ty.span()), ty.span());
                let value = quote_spanned!(span=> #method(#this));
                quote_spanned!(span=> #p::put::<#ty>(#out, #spec, &#value);)
            }
            Source::Inferred { method } => {
                let (p, span) = (krate.private_at(method.span()), method.span());
                quote_spanned!(span=> #p::put(#out, #spec, &Self::#method(#this));)
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
    let mut all: Vec<Property> = Vec::new();
    for (name, list) in [("name", &model.name), ("displayName", &model.display_name)] {
        all.extend((!list.is_empty()).then(|| first_of(model, name, list)));
    }
    for field in model.fields.iter().filter(|f| f.is_property()) {
        if !names::is_merged(&model.name, &model.display_name, field) {
            all.push(from_field(model, field));
        }
    }
    all.extend(model.computed.iter().map(|computed| from_computed(model, computed)));
    all.extend(model.constants.iter().filter_map(|constant| from_constant(model, constant)));
    all
}

fn from_computed(model: &Model<'_>, computed: &Computed) -> Property {
    let Computed { field, given, broken } = computed;
    let Some((ty, method)) = given else {
        let this = &model.original.ident;
        let method = quote_spanned!(field.span()=> #this::#field);
        let held = Held { ty: TokenStream::new(), at: quote!(#field), kind: None, method: Some(method) };
        let source = Source::Inferred { method: field.clone() };
        return Property { broken: *broken, ..added(model, field, held, source) };
    };
    let held = Held {
        ty: Lifetimes::new(&model.original.generics).erased(quote!(#ty)),
        at: quote!(#ty),
        kind: kind::by_name(ty),
        method: None,
    };
    let source = Source::Computed { method: method.clone(), ty: ty.clone() };
    Property { broken: *broken, ..added(model, field, held, source) }
}

fn from_constant(model: &Model<'_>, constant: &Constant) -> Option<Property> {
    let (kind, ty) = constant.kind()?;
    let value = &constant.value;
    // Underlined where the value is, when it is not what the class takes.
    let at_value = |mut token: TokenTree| {
        token.set_span(value.span());
        token
    };
    let held = Held {
        ty: ty.clone().into_iter().map(at_value).collect(),
        at: value.to_token_stream(),
        kind: Some(kind),
        method: None,
    };
    Some(added(model, &constant.field, held, Source::Constant { value: value.clone(), ty }))
}

/// A property that no field gives.
fn added(model: &Model<'_>, field: &Ident, held: Held, source: Source) -> Property {
    let origin = field.to_string();
    let name = case::camel(&origin);
    Property {
        name: pick_name(&model.defs(), &name, &name).to_owned(),
        name_span: field.span(),
        types: vec![held],
        source,
        truncate: false,
        allows: Vec::new(),
        origin,
        docs: String::new(),
        derived: false,
        broken: false,
    }
}

fn from_field(model: &Model<'_>, field: &Field<'_>) -> Property {
    if field.tags {
        return tags::property(&model.krate, field);
    }
    let (plain, custom) = field.names();
    let name = pick_name(&model.defs(), &plain, &custom).to_owned();
    named(&model.krate, field, name)
}

/// The property that a field is, of this name where the field does not say another.
pub fn named(krate: &Krate, field: &Field<'_>, name: String) -> Property {
    let (p, ty) = (krate.private_at(field.ty.span()), field.ty);
    let form = form(krate, field);
    let still = field.lifetimes.erased(quote!(#ty));
    let (held, mut kind) = match &form {
        None => (still, kind::by_name(ty)),
        Some(form) => (quote!(#p::Written<'static, #still, #form>), written_kind(field)),
    };
    let held = if field.list {
        kind = kind.map(|kind| Kind { optional: kind.optional, ..kind.list() });
        quote!(#p::ListOfOne<'static, #held>)
    } else {
        held
    };
    Property {
        name: field.rename.as_ref().map_or(name, LitStr::value),
        name_span: field.rename.as_ref().map_or_else(|| field.ident.span(), LitStr::span),
        types: vec![Held { ty: held, at: quote!(#ty), kind, method: None }],
        source: Source::Field { ident: field.ident.clone(), ty: ty.clone(), list: field.list, form },
        truncate: field.truncate.is_some(),
        allows: field.allows.iter().map(|allow| (allow.code.clone(), allow.span)).collect(),
        origin: field.ident.unraw().to_string(),
        docs: field.docs.clone(),
        derived: field.rename.is_none(),
        broken: field.broken,
    }
}

/// The kind of a date that a value of another type writes, where the type is known to write one in this form.
fn written_kind(field: &Field<'_>) -> Option<Kind> {
    let form = field.date.as_ref()?.form;
    let kind = kind::by_name(field.ty).filter(|kind| !kind.date)?;
    let name = innermost(field.ty);
    let writes = match form {
        "Rfc3339" => matches!(&*name, "String" | "str"),
        _ => matches!(&*name, "i32" | "i64" | "u32" | "u64" | "f64"),
    };
    writes.then_some(Kind { optional: kind.optional, ..Kind::date() })
}

/// Returns the type that reads the field's form of a date.
fn form(krate: &Krate, field: &Field<'_>) -> Option<TokenStream> {
    let date = field.date.as_ref()?;
    let (p, form) = (krate.private_at(date.span), Ident::new(date.form, date.span));
    Some(quote!(#p::#form))
}

/// `name = [a, b]`: the first of these fields that is there.
fn first_of(model: &Model<'_>, name: &str, idents: &[Ident]) -> Property {
    let fields: Vec<&Field<'_>> =
        idents.iter().filter_map(|ident| model.fields.iter().find(|f| f.ident == ident)).collect();
    let held = fields.iter().map(|field| {
        let ty = field.ty;
        Held {
            ty: field.lifetimes.erased(quote!(#ty)),
            at: quote!(#ty),
            kind: kind::by_name(ty),
            method: None,
        }
    });
    let is_merged = |field: &Field<'_>| names::is_merged(&model.name, &model.display_name, field);
    let merged = fields.iter().find(|field| is_merged(field));
    // On a field that is a property of its own, `truncate` is about that one.
    let cut = |field: &&Field<'_>| field.truncate.is_some() && (field.skip || is_merged(field));
    let origin: Vec<String> = idents.iter().map(ToString::to_string).collect();
    Property {
        name: name.to_owned(),
        name_span: idents.first().map_or_else(Span::call_site, Ident::span),
        types: held.collect(),
        source: Source::FirstOf(fields.iter().map(|f| (f.ident.clone(), f.ty.clone())).collect()),
        truncate: fields.iter().any(cut),
        allows: Vec::new(),
        origin: origin.join(", "),
        docs: merged.map_or_else(String::new, |field| field.docs.clone()),
        derived: false,
        broken: fields.is_empty() || fields.iter().any(|field| field.broken),
    }
}
