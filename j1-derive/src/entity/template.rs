//! The template of a `_key`: `id`, or `"{integration}:app:{id}"`.

use proc_macro2::{Span, TokenTree};
use quote::ToTokens;
use syn::{DeriveInput, Ident, LitStr};

use crate::attr::{self, Item};
use crate::ctxt::{Ctxt, did_you_mean};
use crate::entity::field::{self, Field, is_named};

/// The template of a key, its fields in the order of the template.
pub struct Template {
    pub parts: Vec<Part>,
    /// Its span.
    pub span: Span,
    /// As written, for docs.
    pub text: String,
}

/// A part of a template.
pub enum Part {
    Text(String),
    Integration,
    Field(Ident),
}

impl Template {
    /// The fields it names.
    pub fn fields(&self) -> impl Iterator<Item = &Ident> {
        self.parts.iter().filter_map(|part| match part {
            Part::Field(ident) => Some(ident),
            _ => None,
        })
    }
}

/// Reads the template from `key` on the struct or on a field. Errors are in `cx`.
pub fn parse(cx: &mut Ctxt, input: &DeriveInput, items: &[Item], fields: &[Field<'_>]) -> Option<Template> {
    let mut marked = fields.iter().filter(|f| f.is_key);
    let singleton = attr::flag(cx, items, "singleton");
    let template = match (attr::take(items, "key"), marked.next()) {
        (Some(item), None) => from_item(cx, item, fields)?,
        (None, Some(field)) => one_field(field.ident.clone()),
        (Some(item), Some(field)) => {
            let message = format!("`{}` is the key already; an entity has one `_key`", field.ident);
            cx.error(&item.key, "E0311", message);
            return None;
        }
        (None, None) if singleton => {
            let message = "what exists once has a text as its key; write `key = \"acme:settings\"`";
            cx.error(&input.ident, "E0401", message);
            return None;
        }
        (None, None) => {
            let message = format!(
                "no field of `{}` makes its `_key`; mark the one that is unique and never changes with `#[j1(key)]`",
                input.ident
            );
            cx.error(&input.ident, "E0401", message);
            return None;
        }
    };
    for second in marked {
        cx.error(
            second.ident,
            "E0311",
            "a second `#[j1(key)]`; write a template: `key = \"{a}:{b}\"` on the struct",
        );
    }
    if template.fields().next().is_none() && !singleton {
        refuse_fixed(cx, input, items, &template, fields);
        return None;
    }
    if let (Some(item), Some(_)) = (attr::take(items, "singleton"), template.fields().next()) {
        let message = "`singleton` has no effect: the key tells records apart; remove it, or write a key without fields";
        cx.error(&item.key, "E0315", message);
    }
    let fits = refuse_unfit(cx, &template, fields);
    for field in fields.iter().filter(|f| f.skip && template.fields().any(|ident| f.ident == ident)) {
        field::refuse_parameter(cx, input, field.ty);
    }
    fits.then_some(template)
}

/// A key without fields on what is not a singleton.
fn refuse_fixed(
    cx: &mut Ctxt,
    input: &DeriveInput,
    items: &[Item],
    template: &Template,
    fields: &[Field<'_>],
) {
    let at = attr::take(items, "key").map_or_else(|| input.ident.to_token_stream(), |i| i.value.clone());
    let text = &template.text;
    let hint = if fields.iter().any(|field| field.ident == text) {
        format!("write `key = {text}`, without the quotes")
    } else {
        "name the field that identifies it in braces, or say `singleton`".to_owned()
    };
    let message = format!("no field is part of this key, so every record would be the same entity; {hint}");
    cx.error(at, "E0407", message);
}

fn one_field(ident: Ident) -> Template {
    Template { span: ident.span(), text: format!("{{{ident}}}"), parts: vec![Part::Field(ident)] }
}

fn from_item(cx: &mut Ctxt, item: &Item, fields: &[Field<'_>]) -> Option<Template> {
    if let Ok(ident) = syn::parse2::<Ident>(item.value.clone()) {
        return if fields.iter().any(|f| *f.ident == ident) {
            Some(one_field(ident))
        } else {
            no_such_field(cx, &ident, &ident.to_string(), fields).map(one_field)
        };
    }
    if item.value.clone().into_iter().any(|token| matches!(token, TokenTree::Group(_))) {
        let message =
            "a key of several fields says what stands between them; write a template: `key = \"{a}:{b}\"`";
        cx.error(&item.value, "E0312", message);
        return None;
    }
    if !item.value.is_empty() && syn::parse2::<LitStr>(item.value.clone()).is_err() {
        let message =
            "a key is a field or a template in quotes; write `key = id` or `key = \"acme-group:{id}\"`";
        cx.error(&item.value, "E0312", message);
        return None;
    }
    let literal = attr::read_item::<LitStr>(cx, item)?;
    let parts = split(cx, &literal, fields)?;
    Some(Template { span: literal.span(), parts, text: literal.value() })
}

fn split(cx: &mut Ctxt, literal: &LitStr, fields: &[Field<'_>]) -> Option<Vec<Part>> {
    let text = literal.value();
    let (mut parts, mut rest, mut sound) = (Vec::new(), text.as_str(), true);
    while let Some((before, after)) = rest.split_once('{') {
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        let Some((name, tail)) = after.split_once('}') else {
            cx.error(
                literal,
                "E0312",
                "a `{` without its `}`; a key template names fields in braces: \"{id}\"",
            );
            return None;
        };
        rest = tail;
        if name == "integration" {
            parts.push(Part::Integration);
        } else if let Some(field) = fields.iter().find(|f| f.ident == name) {
            parts.push(Part::Field(field.ident.clone()));
        } else if name.trim().is_empty() {
            cx.error(literal, "E0312", "`{}` names no field; write the name in the braces: \"{id}\"");
            sound = false;
        } else if let Some(near) = no_such_field(cx, literal, name, fields) {
            parts.push(Part::Field(near));
        } else {
            sound = false;
        }
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    sound.then_some(parts)
}

/// Reports that the struct has no field of this name; returns the one that is probably meant.
pub fn no_such_field(cx: &mut Ctxt, at: impl ToTokens, name: &str, fields: &[Field<'_>]) -> Option<Ident> {
    let names: Vec<String> = fields.iter().map(|f| f.ident.to_string()).collect();
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    let near = did_you_mean(name, &known);
    let hint = near.map_or_else(
        || format!("the fields are `{}`", known.join("`, `")),
        |near| format!("did you mean `{near}`?"),
    );
    cx.error(at, "E0402", format!("no field is named `{name}`; {hint}"));
    fields.iter().find(|field| near.is_some_and(|near| field.ident == near)).map(|field| field.ident.clone())
}

/// An optional field, or one whose value changes while the record stays the same.
///
/// Returns `true` if every field can be part of a key.
fn refuse_unfit(cx: &mut Ctxt, template: &Template, fields: &[Field<'_>]) -> bool {
    let mut fits = true;
    for ident in template.fields() {
        let Some(field) = fields.iter().find(|f| f.ident == ident) else { continue };
        if is_named(field.ty, "Option") {
            let message = format!(
                "`{ident}` is part of the `_key` and may be absent; JupiterOne needs a key that is always there: \
                 drop the `Option`, or name another field"
            );
            cx.error(field.ty, "E0403", message);
            fits = false;
        } else if let Some(what) = unfit(field).filter(|_| !field.broken) {
            let message = format!(
                "`{ident}` is part of the `_key` and is {what}; a key is made of strings, integers and UUIDs: name the field \
                 that identifies the record"
            );
            cx.error(field.ty, "E0403", message);
            fits = false;
        } else if let Some(what) = unstable(field).filter(|_| !field.broken) {
            let message = format!(
                "`{ident}` is part of the `_key` and is {what}, which changes while the record stays the same; \
                 JupiterOne would delete the entity and create another: name the field that identifies the record"
            );
            cx.error(field.ty, "E0408", message);
            fits = false;
        }
    }
    fits
}

/// Types that no key can be made of, by their names.
fn unfit(field: &Field<'_>) -> Option<&'static str> {
    let all = [
        ("bool", "a boolean"),
        ("Vec", "a list"),
        ("HashMap", "a map"),
        ("BTreeMap", "a map"),
        ("HashSet", "a set"),
        ("BTreeSet", "a set"),
    ];
    all.iter().find(|(name, _)| is_named(field.ty, name)).map(|(_, what)| *what)
}

fn unstable(field: &Field<'_>) -> Option<&'static str> {
    if field.date.is_some() || field::is_date(field.ty) {
        return Some("a date");
    }
    (is_named(field.ty, "f32") || is_named(field.ty, "f64")).then_some("a float")
}
