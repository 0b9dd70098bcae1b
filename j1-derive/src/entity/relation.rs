//! `#[j1(relationship(Owns<Team, App>, key = slug))]` on a field that holds what identifies the other end.

use syn::parse::{Parse, ParseStream};
use syn::{Ident, Token, Type};

use crate::attr::{self, Item};
use crate::ctxt::Ctxt;
use crate::entity::field::{argument, is_named};

/// A relationship that a field declares.
pub struct Relation {
    /// The relationship as written: `Owns<Team, App>`.
    pub ty: Type,
    /// The part of the field's value that identifies the other end.
    pub key: Option<Ident>,
    /// Which end the entity itself is.
    pub this: End,
}

/// An end of a relationship.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum End {
    From,
    To,
}

struct Arguments {
    ty: Type,
    key: Option<Ident>,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ty = input.parse()?;
        let mut key = None;
        if input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            let name: Ident = input.parse()?;
            if name != "key" {
                return Err(syn::Error::new(name.span(), "expected `key = field`"));
            }
            input.parse::<Token![=]>()?;
            key = Some(input.parse()?);
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(Self { ty, key })
    }
}

/// Reads it; errors are in `cx`.
pub fn parse(cx: &mut Ctxt, entity: &Ident, item: &Item) -> Option<Relation> {
    let Arguments { ty, key } = attr::read_item(cx, item)?;
    let (Some(from), Some(to)) = (argument(&ty, 0), argument(&ty, 1)) else {
        cx.error(&ty, "E0502", "a relationship is a verb and two entities; write `Owns<Team, App>`");
        return None;
    };
    if let Some(properties) = argument(&ty, 2) {
        let message = "a field says which entity the other end is, and no properties; add the relationship in the step, \
                       with `.with(..)`";
        cx.error(properties, "E0504", message);
        return None;
    }
    let name = entity.to_string();
    let this = match (is_named(from, &name), is_named(to, &name)) {
        (true, false) => End::From,
        (false, true) => End::To,
        (true, true) => {
            cx.error(
                &ty,
                "E0504",
                format!("both ends are `{name}`, so the field does not say which it is; add it in the step, from two keys"),
            );
            return None;
        }
        (false, false) => {
            cx.error(
                &ty,
                "E0504",
                format!("neither end is `{name}`; one of the two is the struct this field is in"),
            );
            return None;
        }
    };
    Some(Relation { ty, key, this })
}
