//! `filter(_class, email)`: what a target is found by.

use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{DeriveInput, Ident, Token};

use crate::attr::{self, Item};
use crate::ctxt::{Ctxt, did_you_mean};
use crate::entity::field::{Field, is_named};
use crate::entity::property::Property;
use crate::target::model::Model;

/// Properties that all have to be equal.
pub struct Filter(Vec<Ident>);

impl Parse for Filter {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let names = Punctuated::<Ident, Token![,]>::parse_terminated_with(input, Ident::parse_any)?;
        Ok(Self(names.into_iter().collect()))
    }
}

/// The properties a target carries.
pub struct Says<'a> {
    pub ty: bool,
    pub class: bool,
    pub fields: &'a [Field<'a>],
}

impl Filter {
    /// The names in JupiterOne.
    pub fn names(&self, model: &Model<'_>, properties: &[Property]) -> Vec<String> {
        let name = |ident: &Ident| {
            if ident == "_type" || ident == "_class" || ident == "_key" {
                return ident.to_string();
            }
            let mut sent = model.fields.iter().filter(|field| field.is_property()).zip(properties);
            sent.find(|(field, _)| field.ident == ident)
                .map(|(_, property)| property.name.clone())
                .unwrap_or_default()
        };
        self.0.iter().map(name).collect()
    }
}

/// Reads every `filter(..)`. Errors are in `cx`.
pub fn all(cx: &mut Ctxt, input: &DeriveInput, items: &[Item], says: &Says<'_>) -> Vec<Filter> {
    let mut filters = Vec::new();
    for item in items.iter().filter(|item| item.key == "filter") {
        let Some(filter) = attr::read_item::<Filter>(cx, item) else { continue };
        check(cx, item, &filter, says);
        filters.push(filter);
    }
    if attr::take(items, "filter").is_none() {
        let message = "nothing says what the target is found by; add `#[j1(filter(_class, email))]` with its own fields";
        cx.error(&input.ident, "E0601", message);
    }
    filters
}

fn check(cx: &mut Ctxt, item: &Item, filter: &Filter, says: &Says<'_>) {
    for (i, name) in filter.0.iter().enumerate() {
        if filter.0.iter().take(i).any(|before| before == name) {
            cx.error(name, "E0311", format!("`{name}` is given twice; remove one of the two"));
        }
        if let Some(problem) = missing(&name.to_string(), says) {
            cx.error(name, "E0602", problem);
        }
    }
    let kinds_only = filter.0.iter().all(|name| name == "_type" || name == "_class");
    if kinds_only {
        let message =
            "this finds every entity of the kind; name a field that tells one from the others as well";
        cx.error(&item.value, "E0602", message);
    }
}

/// Returns the reason why the target does not carry what a filter names.
fn missing(name: &str, says: &Says<'_>) -> Option<String> {
    match name {
        "_type" if says.ty => None,
        "_type" => Some(
            "the target says no `_type`; add `type = \"provider_resource\"`, or filter by `_class`"
                .to_owned(),
        ),
        "_class" if says.class => None,
        "_class" => Some("the target says no class; add `class = Person`, or filter by `_type`".to_owned()),
        "_key" if says.fields.iter().any(|field| field.is_key) => None,
        "_key" => Some("no field of the target is its `_key`; mark one with `#[j1(key)]`".to_owned()),
        _ => match says.fields.iter().find(|field| field.ident == name) {
            None => Some(no_such_field(name, says)),
            Some(field) if field.skip => {
                Some(format!("`{name}` is skipped, so JupiterOne cannot find the target by it; send it"))
            }
            Some(field) if field.is_key => {
                Some(format!("`{name}` is sent as `_key`; write `_key` in the filter"))
            }
            Some(field) if is_named(field.ty, "Option") => Some(format!(
                "`{name}` may be absent, and a filter needs what is always there; drop the `Option`, and make the \
                 relationship only where there is a value"
            )),
            Some(_) => None,
        },
    }
}

fn no_such_field(name: &str, says: &Says<'_>) -> String {
    let names: Vec<String> = says.fields.iter().map(|field| field.ident.to_string()).collect();
    let known: Vec<&str> = names.iter().map(String::as_str).chain(["_type", "_class", "_key"]).collect();
    match did_you_mean(name, &known) {
        Some(near) => format!("the target carries no `{name}`; did you mean `{near}`?"),
        None => format!("the target carries no `{name}`; expected one of: `{}`", known.join("`, `")),
    }
}
