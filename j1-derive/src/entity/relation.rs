//! `#[j1(relationship(Owns<Team, App>, key = slug))]` on a field that holds what identifies the other end, and
//! `#[j1(mapped(Is<User, Person>, by = email))]` on a field by which JupiterOne finds the other end.

use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, Token, Type};

use crate::attr::{self, Item};
use crate::case;
use crate::ctxt::Ctxt;
use crate::entity::field::{Field, argument, is_named, last_name};

/// A relationship that a field declares.
pub struct Relation {
    /// The relationship as written: `Owns<Team, App>`.
    pub ty: Type,
    /// The part of the field's value that identifies the other end; the field of the target, for a mapped relationship.
    pub key: Option<Ident>,
    /// The end that the entity itself is.
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
    /// The word before `=`, and the field behind it.
    field: Option<(Ident, Ident)>,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ty = input.parse()?;
        let mut field = None;
        if input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            let word: Ident = input.parse()?;
            input.parse::<Token![=]>()?;
            field = Some((word, input.parse()?));
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(Self { ty, field })
    }
}

/// Reads `relationship(Owns<Team, App>, key = slug)`; errors are in `cx`.
pub fn parse(cx: &mut Ctxt, entity: &Ident, item: &Item) -> Option<Relation> {
    read(cx, entity, item, "key")
}

/// Reads `mapped(Is<User, Person>, by = email)`; errors are in `cx`.
pub fn parse_mapped(cx: &mut Ctxt, entity: &Ident, item: &Item) -> Option<Relation> {
    let relation = read(cx, entity, item, "by")?;
    if relation.key.is_none() {
        let message = "a mapped relationship says which field of the target has the value of this field; write \
                       `mapped(Is<User, Person>, by = email)`";
        cx.error(&relation.ty, "E0312", message);
        return None;
    }
    Some(relation)
}

fn read(cx: &mut Ctxt, entity: &Ident, item: &Item, word: &str) -> Option<Relation> {
    let Arguments { ty, field } = attr::read_item(cx, item)?;
    if let Some((written, _)) = field.as_ref().filter(|(written, _)| written != word) {
        cx.error(written, "E0312", format!("expected `{word} = field`"));
        return None;
    }
    let key = field.map(|(_, field)| field);
    let (Some(from), Some(to)) = (argument(&ty, 0), argument(&ty, 1)) else {
        cx.error(&ty, "E0502", "a relationship is a verb and two entities; write `Owns<Team, App>`");
        return None;
    };
    if refuse_function(cx, &ty) {
        return None;
    }
    if let Some(properties) = argument(&ty, 2) {
        let message = "a field says which entity the other end is, and no properties; add the relationship in the step, \
                       with `.with_properties(..)`";
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
        (false, false) if is_named(from, "Self") || is_named(to, "Self") => {
            let message = format!("`Self` does not name the struct here; write `{name}` instead");
            cx.error(if is_named(from, "Self") { from } else { to }, "E0504", message);
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

/// Refuses the function of a verb, such as `owns`, where its type belongs. Returns `true` if it was one.
pub fn refuse_function(cx: &mut Ctxt, ty: &Type) -> bool {
    let name = last_name(ty);
    let is_function = argument(ty, 1).is_some() && name.starts_with(|c: char| c.is_ascii_lowercase());
    if is_function {
        let verb = heck::ToUpperCamelCase::to_upper_camel_case(&*name);
        let message = format!(
            "`{name}` is the function that makes the relationship; its type begins with a capital: `{verb}<..>`"
        );
        cx.error(ty, "E0502", message);
    }
    is_function
}

/// Relationships that two fields declare, and properties that say again what a relationship does.
pub fn refuse_repeats(cx: &mut Ctxt, fields: &mut [Field<'_>]) {
    let related: Vec<(Ident, String, Vec<String>)> = fields
        .iter()
        .filter_map(|field| Some((field.ident.clone(), text(field)?, foreign_keys(field)?)))
        .collect();
    for field in fields {
        let repeated = match text(field) {
            Some(own) => {
                let first = related.iter().find(|(_, text, _)| *text == own);
                first.filter(|(ident, ..)| ident != field.ident).map(|(ident, text, _)| {
                    let message = format!(
                        "`{text}` is what `{ident}` declares already; say what this one means with another verb, skip it, or \
                         `allow(J1-E0507, reason = \"..\")` when both hold"
                    );
                    ("E0507", message)
                })
            }
            None if field.is_property() => {
                let name = field.ident.to_string();
                let said = related.iter().find(|(_, _, keys)| keys.contains(&name));
                said.map(|(ident, text, _)| {
                    let message = format!(
                        "`{name}` repeats the relationship `{text}` that `{ident}` declares, and JupiterOne asks for no \
                         foreign key beside it; leave it out with `#[j1(skip)]`, or `allow(J1-E0506, reason = \"..\")` \
                         when it is something else"
                    );
                    ("E0506", message)
                })
            }
            None => None,
        };
        say_or_allow(cx, field, repeated);
    }
}

/// The error, unless the field allows it; an `allow` without one is an error itself.
fn say_or_allow(cx: &mut Ctxt, field: &mut Field<'_>, repeated: Option<(&str, String)>) {
    let is_ours = |code: &str| code == "J1-E0506" || code == "J1-E0507";
    let mut allowed = false;
    for allow in field.allows.iter().filter(|allow| is_ours(&allow.code)) {
        if repeated.as_ref().is_some_and(|(code, _)| allow.code.ends_with(code)) {
            allowed = true;
        } else {
            let message =
                format!("`{}` does nothing that {} is about; remove the `allow`", field.ident, allow.code);
            cx.error_at(allow.span, "E0314", message);
        }
    }
    field.allows.retain(|allow| !is_ours(&allow.code));
    if let Some((code, message)) = repeated.filter(|_| !allowed) {
        cx.error(field.ident, code, message);
    }
}

/// The relationship that a field declares, as written but for the spaces.
fn text(field: &Field<'_>) -> Option<String> {
    let tokens = field.relation.as_ref()?.ty.to_token_stream().to_string();
    Some(tokens.replace(" ,", ",").replace(" <", "<").replace("< ", "<").replace(" >", ">"))
}

/// Lists names of fields that would also hold the key of the other end.
fn foreign_keys(field: &Field<'_>) -> Option<Vec<String>> {
    let relation = field.relation.as_ref()?;
    let other = match relation.this {
        End::From => argument(&relation.ty, 1)?,
        End::To => argument(&relation.ty, 0)?,
    };
    let heads = [case::snake(&last_name(other)), field.ident.to_string(), "parent".to_owned()];
    let tails = ["id", "key", "uuid", "ref"];
    Some(heads.iter().flat_map(|head| tails.iter().map(move |tail| format!("{head}_{tail}"))).collect())
}
