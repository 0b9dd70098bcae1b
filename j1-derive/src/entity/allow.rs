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
        let house: Ident = input.parse()?;
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

/// What is allowed on a field. Errors are in `cx`.
pub fn of(cx: &mut Ctxt, items: &[Item]) -> Vec<Allow> {
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
