//! One field of an entity: a property, or a relationship, or neither.

use proc_macro2::Span;
use quote::quote;
use syn::ext::IdentExt;
use syn::{DeriveInput, Ident, LitStr, Type};

use crate::attr::{self, Item, Keys};
use crate::ctxt::{Ctxt, did_you_mean};
use crate::entity::allow::{self, Allow};
use crate::entity::idle;
use crate::entity::relation::{self, Relation};
use crate::generic::{self, Lifetimes};
use crate::{case, docs, kind, serde};

/// The keys of a field of an entity.
pub const KEYS: Keys = Keys {
    known: &[
        "key",
        "rename",
        "skip",
        "flatten",
        "list",
        "truncate",
        "date",
        "tags",
        "relationship",
        "mapped",
        "allow",
    ],
    repeatable: &["allow"],
    on: "a property",
};

/// One field of an entity.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that stands on the field or does not")]
pub struct Field<'a> {
    pub ident: &'a Ident,
    pub ty: &'a Type,
    pub rename: Option<LitStr>,
    pub is_key: bool,
    pub skip: bool,
    /// `true` if the fields of its struct become the properties.
    pub flatten: bool,
    pub list: bool,
    /// The span of `truncate`.
    pub truncate: Option<Ident>,
    pub date: Option<Date>,
    /// The keys that have no effect where `name = ..` or `display_name = ..` sends the field instead.
    pub idle_where_merged: Vec<Ident>,
    /// `true` if each of its items becomes a property with a name of its own.
    pub tags: bool,
    pub relation: Option<Relation>,
    /// The mapped relationship that it declares, in addition to being a property.
    pub mapped: Option<Relation>,
    pub allows: Vec<Allow>,
    /// The name of the field in the provider's response, if a serde attribute on the field sets it.
    pub serde_name: Option<String>,
    pub docs: String,
    /// The lifetimes of the struct.
    pub lifetimes: Lifetimes,
    /// `true` if an attribute of the field is wrong; it gets no further errors then.
    pub broken: bool,
}

/// Reads a field on which these keys are allowed. Errors go to `cx`.
pub fn parse<'a>(
    cx: &mut Ctxt,
    input: &DeriveInput,
    keys: &Keys,
    field: &'a syn::Field,
) -> Option<Field<'a>> {
    let ident = field.ident.as_ref()?;
    let errors = cx.errors();
    let items = attr::all(cx, &field.attrs, keys);
    let relation =
        attr::take(&items, "relationship").and_then(|item| relation::parse(cx, &input.ident, item));
    let mapped = attr::take(&items, "mapped").and_then(|item| relation::parse_mapped(cx, &input.ident, item));
    let skip = attr::flag(cx, &items, "skip");
    let flatten = attr::flag(cx, &items, "flatten");
    if flatten {
        refuse_beside(cx, &items, "flatten", &["allow"], "write it on a field of the nested struct, or ");
    }
    let tags = attr::flag(cx, &items, "tags");
    if tags {
        refuse_beside(cx, &items, "tags", &[], "the names and values are the provider's; ");
    }
    if !flatten && !tags {
        idle::check(cx, &items);
    }
    if !skip {
        refuse_parameter(cx, input, &field.ty);
        refuse_secret(cx, ident, &field.ty);
    }
    let mut allows = allow::all(cx, &items);
    allow::refuse_idle(cx, ident, &mut allows, skip, relation.is_some());
    let written = |keys: &[&str]| {
        let idle = items.iter().filter(|item| keys.iter().any(|key| item.key == key));
        idle.map(|item| item.key.clone()).collect::<Vec<Ident>>()
    };
    attr::flag(cx, &items, "truncate");
    let mut parsed = Field {
        ident,
        ty: &field.ty,
        rename: attr::read(cx, &items, "rename"),
        is_key: attr::flag(cx, &items, "key"),
        skip,
        flatten,
        list: attr::flag(cx, &items, "list"),
        truncate: attr::take(&items, "truncate").map(|item| item.key.clone()),
        idle_where_merged: written(&["list", "date", "allow"]),
        date: attr::take(&items, "date").and_then(|item| date(cx, item)),
        tags,
        relation,
        mapped,
        allows,
        serde_name: serde::text(&field.attrs, "rename").map(|name| name.value()),
        docs: docs::text(&field.attrs),
        lifetimes: Lifetimes::new(&input.generics),
        broken: false,
    };
    if parsed.is_property() {
        refuse_size(cx, &field.ty);
    }
    parsed.broken = cx.errors() > errors;
    Some(parsed)
}

/// Refuses keys for a single property on a field that becomes several.
fn refuse_beside(cx: &mut Ctxt, items: &[Item], several: &str, but: &[&str], instead: &str) {
    for item in items.iter().filter(|item| item.key != several && !but.iter().any(|key| item.key == key)) {
        let key = &item.key;
        cx.error(
            key,
            "E0312",
            format!("`{key}` does not go with `{several}`; {instead}remove one of the two"),
        );
    }
}

/// The form in which a text or a number of a field writes a date.
#[derive(Clone)]
pub struct Date {
    /// The type in `j1_core` that reads it.
    pub form: &'static str,
    /// Its span.
    pub span: Span,
}

fn date(cx: &mut Ctxt, item: &Item) -> Option<Date> {
    let forms = [("rfc3339", "Rfc3339"), ("seconds", "Seconds"), ("millis", "Millis")];
    if let Ok(text) = syn::parse2::<LitStr>(item.value.clone()) {
        let message = "a form is a word without quotes: `date = rfc3339`, `seconds` or `millis`; a date in another form is read \
                       in a method, `#[j1(computed(..))]`";
        cx.error(text, "E0312", message);
        return None;
    }
    let word = attr::read_item::<Ident>(cx, item)?;
    let found = forms.iter().find(|(name, _)| word == name);
    if found.is_none() {
        let names = forms.map(|(name, _)| name);
        let hint = did_you_mean(&word.to_string(), &names).map_or_else(
            || format!("expected one of: `{}`", names.join("`, `")),
            |near| format!("did you mean `{near}`?"),
        );
        cx.error(&word, "E0312", format!("`{word}` is not a date format; {hint}"));
    }
    found.map(|(_, form)| Date { form, span: word.span() })
}

/// Refuses a type that is named `Secret`. Under an alias it fails too, since it is not a type of property values.
pub fn refuse_secret(cx: &mut Ctxt, property: &Ident, ty: &Type) {
    if is_secret(ty) {
        let message = format!(
            "`{property}` is a secret, and everyone who can read the graph could read it; leave it out"
        );
        cx.error(ty, "E0803", message);
    }
}

/// Refuses integers that JSON's readers do not hold, or whose size depends on the machine.
fn refuse_size(cx: &mut Ctxt, ty: &Type) {
    let (why, instead) = match &*innermost(ty) {
        "usize" => ("has another size on each machine", "u64"),
        "isize" => ("has another size on each machine", "i64"),
        "u128" => ("is larger than the numbers of JSON", "u64"),
        "i128" => ("is larger than the numbers of JSON", "i64"),
        _ => return,
    };
    let name = innermost(ty);
    cx.error(ty, "E0202", format!("a property cannot hold a `{name}`, which {why}; write `{instead}`"));
}

/// Returns `true` if the type is named `Secret`.
pub fn is_secret(ty: &Type) -> bool {
    innermost(ty) == "Secret"
}

/// Refuses a property whose type is a parameter: it is checked against the class when the struct is compiled.
pub fn refuse_parameter(cx: &mut Ctxt, input: &DeriveInput, ty: &Type) {
    if generic::names_a_parameter(&input.generics, quote!(#ty)) {
        let message = "the type of a property is compared with its class here, and this one is known only where the \
                       struct is used; write the type itself, or leave the field out with `#[j1(skip)]`";
        cx.error(ty, "E0313", message);
    }
}

impl Field<'_> {
    /// Returns `true` if the field is sent as a property of its own.
    pub fn is_property(&self) -> bool {
        !self.skip && !self.flatten && self.relation.is_none()
    }

    /// Returns `true` if the provider may use this name, judging by the field and the usual spellings.
    pub fn may_be_called(&self, name: &str) -> bool {
        match &self.serde_name {
            Some(renamed) => renamed == name,
            None => case::snake(name) == case::snake(&self.ident.unraw().to_string()),
        }
    }

    /// Returns its name if a class has such a property, and its name otherwise.
    pub fn names(&self) -> (String, String) {
        let field = self.ident.to_string();
        let plain = case::camel(&field);
        let custom = match innermost(self.ty).as_str() {
            "bool" => case::question(&field),
            _ if self.date.is_some() || is_date(self.ty) => case::moment(&field),
            _ => plain.clone(),
        };
        (plain, custom)
    }
}

/// Returns `true` if the name of the type is that of a moment in time.
pub fn is_date(ty: &Type) -> bool {
    kind::is_date(&innermost(ty))
}

/// Returns the type without the invisible groups that a `macro_rules!` puts around its arguments.
pub fn bare(mut ty: &Type) -> &Type {
    while let Type::Group(group) = ty {
        ty = &group.elem;
    }
    ty
}

/// The name of the type inside `Option`, `Vec` and `Box`.
pub fn innermost(ty: &Type) -> String {
    let Type::Path(path) = bare(ty) else { return String::new() };
    let Some(segment) = path.path.segments.last() else { return String::new() };
    if ["Option", "Vec", "Box"].iter().any(|wrapper| segment.ident == wrapper)
        && let Some(inner) = argument(ty, 0)
    {
        return innermost(inner);
    }
    segment.ident.to_string()
}

/// The last part of the name of a type.
pub fn last_name(ty: &Type) -> String {
    let Type::Path(path) = bare(ty) else { return String::new() };
    path.path.segments.last().map_or_else(String::new, |segment| segment.ident.to_string())
}

/// Returns the generic argument of a type at this position.
pub fn argument(ty: &Type, index: usize) -> Option<&Type> {
    let Type::Path(path) = bare(ty) else { return None };
    let syn::PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    match arguments.args.iter().nth(index)? {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

/// Returns `true` if the outermost type is named `name`.
pub fn is_named(ty: &Type, name: &str) -> bool {
    matches!(bare(ty), Type::Path(path) if path.path.segments.last().is_some_and(|s| s.ident == name))
}
