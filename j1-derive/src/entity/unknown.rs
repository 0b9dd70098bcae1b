//! `#[j1(unknown(make, model))]`: properties that the class requires, that may be null, and that the provider does not have.

use j1_model::{Types, pick_name};
use proc_macro2::Ident;
use syn::Token;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;

use crate::attr::{self, Item};
use crate::case;
use crate::ctxt::Ctxt;
use crate::entity::model::Model;
use crate::entity::property::Property;

struct Names(Vec<Ident>);

impl Parse for Names {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let names = Punctuated::<Ident, Token![,]>::parse_terminated_with(input, Ident::parse_any)?;
        Ok(Self(names.into_iter().collect()))
    }
}

/// The names that the attribute lists. Errors are in `cx`.
pub fn parse(cx: &mut Ctxt, items: &[Item]) -> Vec<Ident> {
    let item = attr::take(items, "unknown");
    item.and_then(|item| attr::read_item::<Names>(cx, item)).map_or_else(Vec::new, |names| names.0)
}

/// The names as the classes spell them.
pub fn names(model: &Model<'_>) -> Vec<String> {
    let defs = model.defs();
    let spelled = model.unknown.iter().map(|ident| {
        let name = case::camel(&ident.to_string());
        pick_name(&defs, &name, &name).to_owned()
    });
    spelled.collect()
}

/// A name that is not sent as `null` anyway: the attribute would say nothing of it. Errors are in `cx`.
pub fn check(cx: &mut Ctxt, model: &Model<'_>, properties: &[Property]) {
    let defs = model.defs();
    for (ident, name) in model.unknown.iter().zip(names(model)) {
        let requires = defs.iter().any(|class| class.requires(&name));
        let nullable =
            defs.iter().filter_map(|class| class.property(&name)).all(|def| def.types.contains(Types::NULL));
        let why = if properties.iter().any(|property| property.name == name) {
            "a field is that property"
        } else if !requires {
            "no class of the entity requires it, so that it is not sent at all"
        } else if !nullable {
            "the class requires a value that is not null"
        } else {
            continue;
        };
        cx.error(ident, "E0315", format!("`{ident}` in `unknown(..)` has no effect: {why}; remove it"));
    }
}
