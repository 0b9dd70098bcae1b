//! Parses `#[j1(...)]`, and goes on after a bad key.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Path, Token, Type};

use crate::ctxt::{Ctxt, did_you_mean};

/// `key`, `key = value` or `key(a, b)`; the value is kept as tokens until we know the key.
pub struct Item {
    pub key: Ident,
    pub value: TokenStream,
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let key = input.call(Ident::parse_any)?; // `type` and `crate` are keywords
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            value(input)?
        } else if input.peek(syn::token::Paren) {
            let content;
            syn::parenthesized!(content in input);
            content.parse()?
        } else if input.peek(syn::token::Bracket) || input.peek(syn::token::Brace) {
            return Err(input.error(format!("the values of `{key}` stand in parentheses; write `{key}(..)`")));
        } else {
            TokenStream::new()
        };
        Ok(Self { key, value })
    }
}

/// The value after an `=`: a type such as `Owns<Team, App>`, whose comma an expression would not take, or an expression.
fn value(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    if input.peek(Ident) && input.peek2(Token![<]) {
        return input.parse::<Type>().map(|ty| quote!(#ty));
    }
    input.parse::<syn::Expr>().map(|value| quote!(#value))
}

/// The keys that are allowed in one place; those in `repeatable` may occur more than once.
pub struct Keys {
    pub known: &'static [&'static str],
    pub repeatable: &'static [&'static str],
    /// The item that carries the attribute, for messages: "an entity".
    pub on: &'static str,
}

/// Parses the items of every `#[j1(...)]` in `attrs`.
pub fn all(cx: &mut Ctxt, attrs: &[Attribute], keys: &Keys) -> Vec<Item> {
    let mut items = Vec::new();
    for attr in attrs.iter().filter(|a| a.path().is_ident("j1")) {
        match attr.parse_args_with(Punctuated::<Item, Token![,]>::parse_terminated) {
            Ok(list) => keep_known(cx, list, keys, &mut items),
            Err(error) => cx.malformed(&error),
        }
    }
    items
}

/// Parses the items of an attribute macro's arguments.
pub fn arguments(cx: &mut Ctxt, args: TokenStream, keys: &Keys) -> Vec<Item> {
    let mut items = Vec::new();
    match Punctuated::<Item, Token![,]>::parse_terminated.parse2(args) {
        Ok(list) => keep_known(cx, list, keys, &mut items),
        Err(error) => cx.malformed(&error),
    }
    items
}

/// Words of other libraries, and the keys that say the same.
const OTHER_WORDS: [(&str, &str); 12] = [
    ("column", "rename"),
    ("depends_on", "reads"),
    ("dependencies", "reads"),
    ("env", "variable"),
    ("id", "key"),
    ("ignore", "skip"),
    ("inputs", "reads"),
    ("outputs", "emits"),
    ("primary_key", "key"),
    ("produces", "emits"),
    ("property", "rename"),
    ("skip_serializing", "skip"),
];

/// Those of [`OTHER_WORDS`] that take the names of steps, not types.
const NAME_STEPS: [&str; 2] = ["depends_on", "dependencies"];

/// Keeps the items whose key is known. A misspelt key and a word of another library are errors *and* are read as the key
/// that they stand for, so that one mistake is one error.
fn keep_known(cx: &mut Ctxt, list: Punctuated<Item, Token![,]>, keys: &Keys, items: &mut Vec<Item>) {
    for mut item in list {
        let (name, on) = (item.key.to_string(), keys.on);
        if !keys.known.contains(&&*name) {
            if let Some((_, instead)) =
                OTHER_WORDS.iter().find(|(word, key)| *word == name && keys.known.contains(key))
            {
                cx.error(&item.key, "E0310", format!("unknown key `{name}` on {on}; write `{instead}`"));
                if NAME_STEPS.contains(&&*name) {
                    continue;
                }
                item.key = Ident::new_raw_if_keyword(instead, &item.key);
            } else if let Some(near) = did_you_mean(&name, keys.known) {
                cx.error(&item.key, "E0310", format!("unknown key `{name}` on {on}; did you mean `{near}`?"));
                item.key = Ident::new_raw_if_keyword(near, &item.key);
            } else {
                let expected = match keys.known {
                    [] => "it takes none".to_owned(),
                    known => format!("expected one of: `{}`", known.join("`, `")),
                };
                cx.error(&item.key, "E0310", format!("unknown key `{name}` on {on}; {expected}"));
                continue;
            }
        }
        let again = items.iter().any(|i| i.key == item.key);
        if again && !keys.repeatable.iter().any(|k| item.key == k) {
            cx.error(&item.key, "E0311", format!("`{}` is given twice; remove one of the two", item.key));
        } else {
            items.push(item);
        }
    }
}

/// `Ident::new` refuses keywords such as `type`; the span is that of what was written.
trait NewRawIfKeyword {
    fn new_raw_if_keyword(name: &str, at: &Ident) -> Ident;
}

impl NewRawIfKeyword for Ident {
    fn new_raw_if_keyword(name: &str, at: &Ident) -> Ident {
        let parse = |input: ParseStream<'_>| input.call(Ident::parse_any);
        let mut ident = parse.parse_str(name).unwrap_or_else(|_| at.clone());
        ident.set_span(at.span());
        ident
    }
}

/// Returns the item with this key.
pub fn take<'a>(items: &'a [Item], key: &str) -> Option<&'a Item> {
    items.iter().find(|i| i.key == key)
}

/// Parses the value of the item with this key as a `T`.
pub fn read<T: Parse>(cx: &mut Ctxt, items: &[Item], key: &str) -> Option<T> {
    let item = take(items, key)?;
    read_item(cx, item)
}

/// Parses the value of an item as a `T`. An error points at the value, or at the key if the value is missing.
pub fn read_item<T: Parse>(cx: &mut Ctxt, item: &Item) -> Option<T> {
    if item.value.is_empty() {
        cx.error(&item.key, "E0312", format!("`{}` needs a value; write `{} = ..`", item.key, item.key));
        return None;
    }
    syn::parse2(item.value.clone()).map_err(|error| cx.malformed(&explained(item, error))).ok()
}

/// Says what to write, where the parser's message names a rule of Rust's grammar.
fn explained(item: &Item, error: syn::Error) -> syn::Error {
    let (key, value, said) = (&item.key, item.value.to_string(), error.to_string());
    let is_quoted = value.contains('"');
    let message = match said.as_str() {
        "expected string literal" if syn::parse2::<Ident>(item.value.clone()).is_ok() => {
            format!("`{key}` takes a text in quotes; write `{key} = \"{value}\"`")
        }
        "expected string literal" => format!("`{key}` takes a text in quotes: `{key} = \"..\"`"),
        "expected boolean literal" => format!("`{key}` is `true` or `false`, without quotes"),
        "expected literal" => {
            "a string, a number or a boolean belongs here, such as `vendor = \"Acme\"`".to_owned()
        }
        "expected square brackets" => "a list belongs here, in brackets: `[id, name]`".to_owned(),
        "expected identifier" | "expected ident" if is_quoted => unquoted(key, &value),
        _ if said.starts_with("expected one of: `for`") && is_quoted => unquoted(key, &value),
        _ if said.starts_with("expected one of: `for`") => format!("`{key}` takes a type"),
        _ => return error,
    };
    syn::Error::new(error.span(), message)
}

/// The message for a name that is written as a text.
fn unquoted(key: &Ident, value: &str) -> String {
    let plain = value.replace('"', "");
    if plain
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ',' | ' ' | ':' | '<' | '>' | '[' | ']'))
    {
        format!("`{key}` takes names, not texts; write `{plain}` without the quotes")
    } else {
        format!("`{key}` takes names, not texts")
    }
}

/// Returns `true` if the key is present; a value is an error.
pub fn flag(cx: &mut Ctxt, items: &[Item], key: &str) -> bool {
    let Some(item) = take(items, key) else { return false };
    if !item.value.is_empty() {
        cx.error(&item.value, "E0312", format!("`{key}` takes no value; write `{key}` alone"));
    }
    true
}

/// One value or a list of values: `User`, `[Account, Organization]`.
pub struct OneOrMore<T>(pub Vec<T>);

impl<T: Parse> Parse for OneOrMore<T> {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(syn::token::Bracket) {
            let content;
            syn::bracketed!(content in input);
            let list = Punctuated::<T, Token![,]>::parse_terminated(&content)?;
            return Ok(Self(list.into_iter().collect()));
        }
        Ok(Self(vec![input.parse()?]))
    }
}

/// The path of `j1_core`: `::j1_core`, or that of `crate = path`.
#[derive(Clone)]
pub struct Krate(TokenStream);

impl Krate {
    pub fn from_items(cx: &mut Ctxt, items: &[Item]) -> Self {
        Self(read::<Path>(cx, items, "crate").map_or_else(|| quote!(::j1_core), |path| quote!(#path)))
    }

    /// The module that expansions call.
    pub fn private(&self) -> TokenStream {
        let root = &self.0;
        quote!(#root::__private)
    }

    /// Like [`Krate::private`], with every token at `span`, so that rustc underlines the code there and not the derive.
    pub fn private_at(&self, span: Span) -> TokenStream {
        let at = |mut token: TokenTree| {
            token.set_span(span);
            token
        };
        self.private().into_iter().map(at).collect()
    }

    /// The classes, where `cargo doc` shows them.
    pub fn classes(&self) -> TokenStream {
        let root = &self.0;
        quote!(#root::class)
    }
}
