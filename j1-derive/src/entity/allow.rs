//! `#[j1(allow(J1-E0305, reason = "…"))]`: the author knows better than a rule.

use proc_macro2::Span;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Token};

use crate::attr::{self, Item};
use crate::ctxt::Ctxt;

/// A rule that does not hold for a field, for a reason.
pub struct Allow {
    /// `J1-E0305`
    pub code: String,
    pub span: Span,
    reason: Option<LitStr>,
}

impl Parse for Allow {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if let Ok(text) = input.fork().parse::<LitStr>() {
            let message =
                format!("a rule is named without quotes; write `allow({}, reason = \"..\")`", text.value());
            return Err(syn::Error::new(text.span(), message));
        }
        let house: Ident = input.parse()?;
        if !input.peek(Token![-]) {
            let message = format!("a rule has the prefix `J1-`; write `allow(J1-{house}, reason = \"..\")`");
            return Err(syn::Error::new(house.span(), message));
        }
        input.parse::<Token![-]>()?;
        let rule: Ident = input.parse()?;
        let mut reason = None;
        if input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            let key: Ident = input.parse()?;
            if key != "reason" {
                return Err(syn::Error::new(key.span(), "expected `reason = \"..\"`"));
            }
            input.parse::<Token![=]>()?;
            reason = Some(input.parse()?);
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(Self { code: format!("{house}-{rule}"), span: rule.span(), reason })
    }
}

/// The rules that a field allows to be broken. Errors are in `cx`.
pub fn all(cx: &mut Ctxt, items: &[Item]) -> Vec<Allow> {
    let mut all = Vec::new();
    for item in items.iter().filter(|item| item.key == "allow") {
        let Some(allow) = attr::read_item::<Allow>(cx, item) else { continue };
        if allow.reason.as_ref().is_none_or(|reason| reason.value().trim().is_empty()) {
            let message = format!("an `allow` says why; write `allow({}, reason = \"..\")`", allow.code);
            cx.error(&item.key, "E0312", message);
        }
        all.push(allow);
    }
    all
}

/// Takes out what allows nothing because the field is not a property; the two rules about relationships are looked at
/// later.
pub fn refuse_idle(cx: &mut Ctxt, field: &Ident, allows: &mut Vec<Allow>, skip: bool, relation: bool) {
    let why = if skip { "is not sent" } else { "is not a property" };
    let about_relationships = |allow: &Allow| allow.code == "J1-E0506" || allow.code == "J1-E0507";
    allows.retain(|allow| {
        let idle = skip || relation && !about_relationships(allow);
        if idle {
            let message = format!("`{field}` {why}, so {} is never about it; remove the `allow`", allow.code);
            cx.error_at(allow.span, "E0314", message);
        }
        !idle
    });
}
