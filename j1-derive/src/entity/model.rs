//! What the attributes of an entity say, with the user's tokens.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Data, DataStruct, DeriveInput, Fields, Ident, Lit, LitStr, Path, Token, Type};

use crate::attr::{self, Item, Keys, Krate, OneOrMore};
use crate::ctxt::Ctxt;
use crate::entity::field::{self, Field};
use crate::entity::raw::{self, RawData};
use crate::entity::template::{self, Template};
use crate::entity::{names, relation};
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
        "strict",
        "crate",
    ],
    repeatable: &["computed", "constant"],
    on: "an entity",
};

/// An entity.
pub struct Model<'a> {
    pub original: &'a DeriveInput,
    pub krate: Krate,
    /// The pattern that `j1_core` fills: the `_type`, or the resource and the integration type.
    pub type_pattern: String,
    /// Where it is written.
    pub type_span: Span,
    pub classes: Vec<Path>,
    pub template: Template,
    pub fields: Vec<Field<'a>>,
    pub display_name: Vec<Ident>,
    pub name: Vec<Ident>,
    pub computed: Vec<Computed>,
    pub constants: Vec<Constant>,
    /// What people call such entities, where it is said.
    pub title: Option<LitStr>,
    pub raw_data: Option<RawData>,
    /// Whether a value that breaks a rule costs the entity.
    pub strict: bool,
    pub docs: String,
}

/// `web_link: String = Self::console_url`
pub struct Computed {
    pub field: Ident,
    pub ty: Type,
    pub method: Path,
}

impl Parse for Computed {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let field = input.parse()?;
        input.parse::<Token![:]>()?;
        let ty = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Self { field, ty, method: input.parse()? })
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
    /// The type that holds it; `None` for a literal that no property can hold.
    pub fn ty(&self) -> Option<TokenStream> {
        Some(match &self.value {
            Lit::Str(_) => quote!(&'static ::core::primitive::str),
            Lit::Bool(_) => quote!(::core::primitive::bool),
            Lit::Int(_) => quote!(::core::primitive::i64),
            Lit::Float(_) => quote!(::core::primitive::f64),
            _ => return None,
        })
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

/// Reads an entity; `None` when too little is there to go on. Errors are in `cx` either way.
pub fn parse<'a>(cx: &mut Ctxt, input: &'a DeriveInput) -> Option<Model<'a>> {
    let items = attr::all(cx, &input.attrs, &KEYS);
    let krate = Krate::from_items(cx, &items);
    let ty = type_name(cx, input, &items);
    let classes = classes(cx, input, &items);
    let (computed, constants) = (computed(cx, &items), constants(cx, &items));
    let Data::Struct(DataStruct { fields: Fields::Named(named), .. }) = &input.data else {
        cx.error(
            &input.ident,
            "E0313",
            "an entity is a struct with named fields: its fields are the properties",
        );
        return None;
    };
    let mut fields: Vec<Field<'a>> =
        named.named.iter().filter_map(|f| field::parse(cx, input, &field::KEYS, f)).collect();
    relation::refuse_repeats(cx, &mut fields);
    let template = template::parse(cx, input, &items, &fields);
    let name = names::list(cx, &items, "name", &fields);
    let display_name = names::list(cx, &items, "display_name", &fields);
    names::check(cx, "name", &name, &fields);
    names::check(cx, "display_name", &display_name, &fields);
    names::check_truncate(cx, &fields, &[&name, &display_name]);
    let raw_data = raw::parse(cx, input, &items, &fields);
    Some(Model {
        original: input,
        krate,
        type_pattern: ty?,
        type_span: ["type", "resource"]
            .iter()
            .find_map(|key| attr::take(&items, key))
            .map_or_else(Span::call_site, |item| item.value.span()),
        classes: classes?,
        template: template?,
        fields,
        display_name,
        name,
        computed,
        constants,
        title: title(cx, &items),
        raw_data,
        strict: attr::flag(cx, &items, "strict"),
        docs: docs::text(&input.attrs),
    })
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
                "an entity has a `_type`; add `#[j1(type = \"vendor_resource\")]`",
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
        cx.error(literal, "E0105", "a `_type` cannot be empty; write \"vendor_resource\"");
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

fn classes(cx: &mut Ctxt, input: &DeriveInput, items: &[Item]) -> Option<Vec<Path>> {
    let Some(item) = attr::take(items, "class") else {
        cx.error(
            &input.ident,
            "E0102",
            "an entity has a class; add `#[j1(class = User)]`, or another class of `j1_core::class`",
        );
        return None;
    };
    class_list(cx, item)
}

/// The classes that `class = User` or `class = [Account, Organization]` names; at least one.
pub fn class_list(cx: &mut Ctxt, item: &Item) -> Option<Vec<Path>> {
    if let Ok(text) = syn::parse2::<LitStr>(item.value.clone()) {
        let class = text.value();
        cx.error(&text, "E0312", format!("a class is a name, not a string; write `class = {class}`"));
        return None;
    }
    let OneOrMore(list) = attr::read_item::<OneOrMore<Path>>(cx, item)?;
    if list.is_empty() {
        cx.error(&item.value, "E0102", "an entity has a class; name one of `j1_core::class`");
        return None;
    }
    Some(list)
}

fn computed(cx: &mut Ctxt, items: &[Item]) -> Vec<Computed> {
    let mut all = Vec::new();
    for item in items.iter().filter(|i| i.key == "computed") {
        if let Some(ComputedList(list)) = attr::read_item(cx, item) {
            all.extend(list);
        }
    }
    for computed in &all {
        field::refuse_secret(cx, &computed.field, &computed.ty);
    }
    all
}

fn constants(cx: &mut Ctxt, items: &[Item]) -> Vec<Constant> {
    let mut all = Vec::new();
    for item in items.iter().filter(|i| i.key == "constant") {
        if let Some(ConstantList(list)) = attr::read_item(cx, item) {
            all.extend(list);
        }
    }
    for constant in &all {
        if constant.ty().is_none() {
            cx.error(
                &constant.value,
                "E0312",
                "a constant is a string, a number or a boolean; write `name = \"text\"`",
            );
        }
    }
    all
}

/// What people call such entities: the first cell of a row in a table of the documentation.
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
