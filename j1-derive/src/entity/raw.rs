//! `#[j1(raw_data(..))]`: the part of the provider's record that is sent.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{DeriveInput, LitStr, Path, Token};

use crate::attr::{self, Item, Krate};
use crate::ctxt::{Ctxt, did_you_mean};
use crate::entity::field::{Field, is_secret};
use crate::generic;

/// The part of the record to send.
pub enum RawData {
    /// `allow = [id, address.city]`
    Allow(Vec<Member>),
    /// `redact = Self::public`
    Redact(Path),
}

/// The names that lead to a member of the record, as the provider writes them.
pub struct Member(Vec<Name>);

struct Name {
    text: String,
    span: Span,
}

impl Parse for RawData {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let key = input.call(Ident::parse_any)?;
        let word = key.to_string();
        let known = ["allow", "redact"];
        if !known.contains(&&*word) {
            let hint = did_you_mean(&word, &known)
                .map_or_else(|| SAY.to_owned(), |near| format!("did you mean `{near}`?"));
            return Err(syn::Error::new(key.span(), format!("unknown key `{word}` in `raw_data`; {hint}")));
        }
        input.parse::<Token![=]>()?;
        let raw = if word == "redact" {
            Self::Redact(input.parse()?)
        } else {
            let list;
            syn::bracketed!(list in input);
            Self::Allow(Punctuated::<Member, Token![,]>::parse_terminated(&list)?.into_iter().collect())
        };
        input.parse::<Option<Token![,]>>()?;
        if input.is_empty() {
            Ok(raw)
        } else {
            Err(input.error("`raw_data` says one thing, `allow = [..]` or `redact = ..`; remove the other"))
        }
    }
}

impl Parse for Member {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Punctuated::<Name, Token![.]>::parse_separated_nonempty(input)
            .map(|names| Self(names.into_iter().collect()))
    }
}

impl Parse for Name {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            let text: LitStr = input.parse()?;
            return Ok(Self { text: text.value(), span: text.span() });
        }
        let name = input.call(Ident::parse_any).map_err(|error| {
            syn::Error::new(error.span(), "expected the name of a member, such as `id` or \"odd-name\"")
        })?;
        Ok(Self { text: name.unraw().to_string(), span: name.span() })
    }
}

const SAY: &str = "write `raw_data(allow = [id, address.city])`, which lists the members to send, or `raw_data(redact = Self::public)`";

/// Parses the attribute. Errors are in `cx`.
pub fn parse(cx: &mut Ctxt, input: &DeriveInput, items: &[Item], fields: &[Field<'_>]) -> Option<RawData> {
    let item = attr::take(items, "raw_data")?;
    if item.value.is_empty() {
        cx.error(&item.key, "E0312", format!("`raw_data` does not say what to send; {SAY}"));
        return None;
    }
    if input.generics.lifetimes().next().is_some() {
        let message = "raw data goes with a record that stands by itself, and this struct borrows; hold a `String` \
                       instead of a `&str`";
        cx.error(&item.key, "E0313", message);
        return None;
    }
    let raw = attr::read_item::<RawData>(cx, item)?;
    if let RawData::Allow(members) = &raw {
        if members.is_empty() {
            cx.error(&item.value, "E0312", format!("an empty list sends nothing; {SAY}"));
        }
        check_members(cx, members, fields);
    }
    Some(raw)
}

fn check_members(cx: &mut Ctxt, members: &[Member], fields: &[Field<'_>]) {
    for (index, Member(names)) in members.iter().enumerate() {
        let Some(first) = names.first() else { continue };
        let texts = || names.iter().map(|name| &name.text);
        if members.iter().take(index).any(|Member(other)| other.iter().map(|name| &name.text).eq(texts())) {
            let path = texts().map(String::as_str).collect::<Vec<_>>().join(".");
            cx.error_at(first.span, "E0311", format!("`{path}` is given twice; remove one of the two"));
        }
        if let Some(field) =
            fields.iter().find(|field| is_secret(field.ty) && field.may_be_called(&first.text))
        {
            let message = format!(
                "`{}` is a secret, and everyone who can read the graph could read it; take it out of the list",
                field.ident
            );
            cx.error_at(first.span, "E0220", message);
        }
    }
}

/// Returns the raw data declaration: an expression of type `Option<RawSpec>`.
pub fn spec(krate: &Krate, raw: Option<&RawData>) -> TokenStream {
    let p = krate.private();
    match raw {
        None => quote!(::core::option::Option::None),
        Some(RawData::Redact(function)) => {
            quote!(::core::option::Option::Some(#p::RawSpec::Redact(#function)))
        }
        Some(RawData::Allow(members)) => {
            let paths = members.iter().map(|Member(names)| {
                let names = names.iter().map(|name| &name.text);
                quote!(&[#(#names),*])
            });
            quote!(::core::option::Option::Some(#p::RawSpec::Allow(&[#(#paths),*])))
        }
    }
}

/// That it can be read with its record.
pub fn marker(krate: &Krate, input: &DeriveInput) -> TokenStream {
    let (p, ident, generics) = (krate.private(), &input.ident, generic::living(&input.generics));
    let (generics, types, bounds) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #generics #p::RawData for #ident #types #bounds {}
    }
}

/// The rule on the names, each where it is written. Errors are in `cx`.
pub fn check(cx: &mut Ctxt, entity: &str, raw: Option<&RawData>) {
    let Some(RawData::Allow(members)) = raw else { return };
    for Name { text, span } in members.iter().flat_map(|Member(names)| names) {
        cx.rule_at(*span, j1_model::rules::raw_member(entity, text));
    }
}
