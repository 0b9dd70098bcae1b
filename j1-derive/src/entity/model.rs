//! The attributes of an entity, with the user's tokens.

use j1_model::{ClassDef, Kind, Types, rules};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Data, DataStruct, DeriveInput, Fields, Ident, Lit, LitStr, Path, Token, Type};

use crate::attr::{self, Item, Keys, Krate, OneOrMore};
use crate::ctxt::Ctxt;
use crate::entity::field::{self, Field};
use crate::entity::raw::{self, RawData};
use crate::entity::template::{self, Template};
use crate::entity::{names, relation, unknown};
use crate::{case, docs};

const KEYS: Keys = Keys {
    known: &[
        "type",
        "resource",
        "class",
        "key",
        "singleton",
        "name",
        "display_name",
        "title",
        "computed",
        "constant",
        "raw_data",
        "unknown",
        "strict",
        "crate",
    ],
    repeatable: &["computed", "constant"],
    on: "an entity",
};

/// An entity, as far as its attributes could be read: errors are reported, and what is left is expanded all the same,
/// so that the uses of the struct are not errors as well.
pub struct Model<'a> {
    pub original: &'a DeriveInput,
    pub krate: Krate,
    /// The pattern that `j1_core` fills: the `_type`, or the resource and the integration type.
    pub type_pattern: Option<String>,
    /// Its span.
    pub type_span: Span,
    pub classes: Vec<Class>,
    pub template: Option<Template>,
    /// `true` if it is a struct with named fields.
    pub has_fields: bool,
    pub fields: Vec<Field<'a>>,
    pub display_name: Vec<Ident>,
    pub name: Vec<Ident>,
    /// The properties whose lists could not be read, so that nothing is said to be missing.
    pub misread: Vec<&'static str>,
    pub computed: Vec<Computed>,
    pub constants: Vec<Constant>,
    /// The name people use for such entities, if given.
    pub title: Option<LitStr>,
    pub raw_data: Option<RawData>,
    /// Properties that the classes require and the provider does not have.
    pub unknown: Vec<Ident>,
    /// `true` if a value that breaks a rule leaves out the whole entity.
    pub strict: bool,
    pub docs: String,
}

impl Model<'_> {
    /// The definitions of its classes.
    pub fn defs(&self) -> Vec<&'static ClassDef> {
        self.classes.iter().filter_map(|class| class.def).collect()
    }

    /// Returns `true` if its classes could be read and the data model has them all.
    pub fn are_classes_known(&self) -> bool {
        !self.classes.is_empty() && self.classes.iter().all(|class| class.def.is_some())
    }
}

/// A class as written, and its definition in the data model.
pub struct Class {
    pub path: Path,
    pub def: Option<&'static ClassDef>,
}

/// `web_link`, or `web_link: String = Self::console_url` where the method has another name.
pub struct Computed {
    pub field: Ident,
    /// The type and the method; a property without them has the name of its method, which says the type.
    pub given: Option<(Type, Path)>,
    /// `true` if its type is wrong, so that nothing else is said of it.
    pub broken: bool,
}

impl Parse for Computed {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let field = input.parse()?;
        if !input.peek(Token![:]) {
            return Ok(Self { field, given: None, broken: false });
        }
        input.parse::<Token![:]>()?;
        let ty = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Self { field, given: Some((ty, input.parse()?)), broken: false })
    }
}

/// `vendor = "Acme"`
pub struct Constant {
    pub field: Ident,
    pub value: Lit,
}

impl Parse for Constant {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let field = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Self { field, value: input.parse()? })
    }
}

impl Constant {
    /// The kind of the value and the type that holds it; `None` for a literal that no property can hold.
    pub fn kind(&self) -> Option<(Kind, TokenStream)> {
        let (types, ty) = match &self.value {
            Lit::Str(_) => (Types::STRING, quote!(&'static ::core::primitive::str)),
            Lit::Bool(_) => (Types::BOOLEAN, quote!(::core::primitive::bool)),
            Lit::Int(_) => (Types::INTEGER, quote!(::core::primitive::i64)),
            Lit::Float(_) => (Types::NUMBER, quote!(::core::primitive::f64)),
            _ => return None,
        };
        Some((Kind::new(types), ty))
    }
}

struct ConstantList(Punctuated<Constant, Token![,]>);

impl Parse for ConstantList {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Punctuated::parse_terminated(input).map(Self)
    }
}

struct ComputedList(Punctuated<Computed, Token![,]>);

impl Parse for ComputedList {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Punctuated::parse_terminated(input).map(Self)
    }
}

/// Reads an entity. Errors are in `cx`.
pub fn parse<'a>(cx: &mut Ctxt, input: &'a DeriveInput) -> Model<'a> {
    let items = attr::all(cx, &input.attrs, &KEYS);
    let type_item = ["type", "resource"].iter().find_map(|key| attr::take(&items, key));
    let mut model = Model {
        original: input,
        krate: Krate::from_items(cx, &items),
        type_pattern: type_name(cx, input, &items),
        type_span: type_item.map_or_else(Span::call_site, |item| item.value.span()),
        classes: classes(cx, input, &items),
        template: None,
        has_fields: false,
        fields: Vec::new(),
        display_name: Vec::new(),
        name: Vec::new(),
        misread: Vec::new(),
        computed: computed(cx, input, &items),
        constants: constants(cx, &items),
        title: None,
        raw_data: None,
        unknown: unknown::parse(cx, &items),
        strict: attr::flag(cx, &items, "strict"),
        docs: docs::text(&input.attrs),
    };
    let Data::Struct(DataStruct { fields: Fields::Named(named), .. }) = &input.data else {
        cx.error(
            &input.ident,
            "E0313",
            "an entity is a struct with named fields: its fields are the properties",
        );
        return model;
    };
    let mut fields: Vec<Field<'a>> =
        named.named.iter().filter_map(|f| field::parse(cx, input, &field::KEYS, f)).collect();
    relation::refuse_repeats(cx, &mut fields);
    model.template = template::parse(cx, input, &items, &fields);
    model.name = names::list(cx, &items, "name", &fields);
    model.display_name = names::list(cx, &items, "display_name", &fields);
    let lists = [("name", "name", &model.name), ("display_name", "displayName", &model.display_name)];
    let misread = lists.iter().filter(|(key, _, list)| list.is_empty() && attr::take(&items, key).is_some());
    model.misread = misread.map(|(_, property, _)| *property).collect();
    names::check(cx, "name", &model.name, &mut fields);
    names::check(cx, "display_name", &model.display_name, &mut fields);
    names::check_truncate(cx, &fields, &[&model.name, &model.display_name]);
    model.raw_data = raw::parse(cx, input, &items, &fields);
    model.title = title(cx, &items);
    model.has_fields = true;
    model.fields = fields;
    model
}

fn type_name(cx: &mut Ctxt, input: &DeriveInput, items: &[Item]) -> Option<String> {
    match (attr::take(items, "type"), attr::take(items, "resource")) {
        (Some(_), Some(resource)) => {
            cx.error(
                &resource.key,
                "E0311",
                "`type` and `resource` both say the `_type`; remove one of the two",
            );
            None
        }
        (Some(item), None) => {
            let literal = attr::read_item::<LitStr>(cx, item)?;
            checked_type(cx, &literal)
        }
        (None, Some(item)) => {
            let literal = attr::read_item::<LitStr>(cx, item)?;
            checked_type(cx, &literal).map(|resource| format!("{resource}_{{integration}}"))
        }
        (None, None) => {
            cx.error(
                &input.ident,
                "E0104",
                "an entity has a `_type`; add `#[j1(type = \"provider_resource\")]`",
            );
            None
        }
    }
}

/// The `_type` as written, where it is one.
pub fn checked_type(cx: &mut Ctxt, literal: &LitStr) -> Option<String> {
    let text = literal.value();
    let snake = case::snake(&text);
    if text.is_empty() {
        cx.error(literal, "E0105", "a `_type` cannot be empty; write \"provider_resource\"");
        return None;
    }
    if text != snake {
        cx.error(
            literal,
            "E0105",
            format!("a `_type` is written in snake_case, as JupiterOne's queries do; write \"{snake}\""),
        );
        return None;
    }
    Some(text)
}

fn classes(cx: &mut Ctxt, input: &DeriveInput, items: &[Item]) -> Vec<Class> {
    let Some(item) = attr::take(items, "class") else {
        cx.error(
            &input.ident,
            "E0102",
            "an entity has a class; add `#[j1(class = User)]`, or another class of `j1::class`",
        );
        return Vec::new();
    };
    class_list(cx, item)
}

/// The classes that `class = User` or `class = [Account, Organization]` names. A string is read as the class that it
/// names. Errors are in `cx`.
pub fn class_list(cx: &mut Ctxt, item: &Item) -> Vec<Class> {
    let list = if let Ok(text) = syn::parse2::<LitStr>(item.value.clone()) {
        let class = text.value();
        cx.error(&text, "E0312", format!("a class is a name, not a string; write `class = {class}`"));
        text.parse::<Path>().map(|path| vec![path]).unwrap_or_default()
    } else if let Ok(tuple) = syn::parse2::<syn::TypeTuple>(item.value.clone()) {
        let elems = tuple.elems.to_token_stream();
        cx.error(
            &item.value,
            "E0312",
            format!("several classes stand in brackets; write `class = [{elems}]`"),
        );
        syn::parse2::<OneOrMore<Path>>(quote!([#elems])).map(|list| list.0).unwrap_or_default()
    } else {
        let Some(OneOrMore(list)) = attr::read_item::<OneOrMore<Path>>(cx, item) else { return Vec::new() };
        if list.is_empty() {
            cx.error(&item.value, "E0102", "an entity has a class; name one of `j1::class`");
        }
        list
    };
    list.into_iter().map(|path| class_of(cx, path)).collect()
}

/// Looks a class up by the last part of its path.
fn class_of(cx: &mut Ctxt, path: Path) -> Class {
    let name = path.segments.last().map_or_else(String::new, |segment| segment.ident.to_string());
    let def = j1_model::class(&name);
    if def.is_none() {
        cx.rule(&path, Some(rules::unknown_class(&name)));
    }
    Class { path, def }
}

fn computed(cx: &mut Ctxt, input: &DeriveInput, items: &[Item]) -> Vec<Computed> {
    let mut all: Vec<Computed> = Vec::new();
    for item in items.iter().filter(|i| i.key == "computed") {
        if let Some(ComputedList(list)) = attr::read_item(cx, item) {
            all.extend(list);
        }
    }
    for computed in &mut all {
        let errors = cx.errors();
        match &computed.given {
            Some((ty, _)) => field::refuse_secret(cx, &computed.field, ty),
            None => refuse_generic(cx, input, &computed.field),
        }
        computed.broken = cx.errors() > errors;
    }
    all
}

/// A method of a struct with parameters of type, whose own type is not the same for all.
fn refuse_generic(cx: &mut Ctxt, input: &DeriveInput, field: &Ident) {
    if input.generics.type_params().next().is_some() {
        let message = format!(
            "the type of `{field}` is taken from the method, and this struct has parameters of type; write it: \
             `computed({field}: String = Self::{field})`"
        );
        cx.error(field, "E0313", message);
    }
}

fn constants(cx: &mut Ctxt, items: &[Item]) -> Vec<Constant> {
    let mut all: Vec<Constant> = Vec::new();
    for item in items.iter().filter(|i| i.key == "constant") {
        if let Some(ConstantList(list)) = attr::read_item(cx, item) {
            all.extend(list);
        }
    }
    for constant in &all {
        if constant.kind().is_none() {
            cx.error(
                &constant.value,
                "E0312",
                "a constant is a string, a number or a boolean; write `name = \"text\"`",
            );
        }
    }
    all
}

/// Reads the name people use for such entities, the first cell of their row in the documentation.
fn title(cx: &mut Ctxt, items: &[Item]) -> Option<LitStr> {
    let literal = attr::read::<LitStr>(cx, items, "title")?;
    let text = literal.value();
    if text.trim().is_empty() || text.trim() != text || text.contains(['|', '\n', '\r']) {
        cx.error(
            &literal,
            "E0312",
            "a title is one line for people, without `|` or spaces around it; write `title = \"Organizations\"`",
        );
        return None;
    }
    Some(literal)
}
