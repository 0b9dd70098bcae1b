//! The attributes of a configuration: its fields, or its choices.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{DataEnum, DeriveInput, Fields, FieldsNamed, Ident, Lit, LitStr, Token, Type};

use super::known::{self, Known};
use crate::attr::{self, Keys};
use crate::case;
use crate::ctxt::Ctxt;
use crate::docs;
use crate::entity::allow;

const ON_FIELD: Keys = Keys {
    known: &["default", "auth", "variable", "allow", "flatten"],
    repeatable: &["allow"],
    on: "a configuration field",
};
const ON_VARIANT: Keys = Keys { known: &["rename"], repeatable: &[], on: "a choice" };

const ON_ALTERNATIVE: Keys = Keys { known: &[], repeatable: &[], on: "an alternative" };

/// One variable.
pub struct Field<'a> {
    pub ident: &'a Ident,
    /// `client_id`
    pub name: String,
    pub ty: &'a Type,
    pub default: Option<Default>,
    /// `true` if it belongs to the credentials without being a secret.
    pub auth: bool,
    /// The variable that holds it, where it is not the usual one.
    pub variable: Option<LitStr>,
    /// The span of `allow(J1-E0802)`.
    pub allowed: Option<Span>,
    /// The span of `flatten`: it is an enum of alternatives.
    pub flatten: Option<Span>,
    /// Its kind, where the name of its type tells.
    pub known: Option<Known>,
    pub docs: String,
}

/// A default as it would stand in the environment.
pub struct Default {
    pub text: String,
    pub span: Span,
}

impl Parse for Default {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let written: TokenStream = input.fork().parse()?;
        let refused = || syn::Error::new_spanned(&written, "a default is a string, a number or a boolean");
        let minus = input.parse::<Option<Token![-]>>()?;
        let lit: Lit = input.parse().map_err(|_| refused())?;
        if !input.is_empty() {
            return Err(refused());
        }
        let span = minus.map_or_else(|| lit.span(), |minus| minus.span());
        let text = match &lit {
            Lit::Str(text) if minus.is_none() => text.value(),
            Lit::Bool(truth) if minus.is_none() => truth.value.to_string(),
            Lit::Int(number) => number.base10_digits().to_owned(),
            Lit::Float(number) => number.base10_digits().to_owned(),
            _ => return Err(refused()),
        };
        Ok(Self { text: if minus.is_some() { format!("-{text}") } else { text }, span })
    }
}

/// The fields of the struct. Errors are in `cx`.
pub fn fields<'a>(cx: &mut Ctxt, named: &'a FieldsNamed) -> Vec<Field<'a>> {
    let fields: Vec<Field<'a>> = named.named.iter().filter_map(|field| of_field(cx, field)).collect();
    for (index, field) in fields.iter().enumerate() {
        let Some(variable) = &field.variable else { continue };
        let same =
            |other: &&Field<'_>| other.variable.as_ref().is_some_and(|name| name.value() == variable.value());
        if let Some(other) = fields.iter().take(index).find(same) {
            let message =
                format!("`{}` is read from this variable already; give each field its own", other.name);
            cx.error(variable, "E0806", message);
        }
    }
    fields
}

fn of_field<'a>(cx: &mut Ctxt, field: &'a syn::Field) -> Option<Field<'a>> {
    let ident = field.ident.as_ref()?;
    let items = attr::all(cx, &field.attrs, &ON_FIELD);
    let mut allowed = None;
    for allow in allow::all(cx, &items) {
        if allow.code == "J1-E0802" {
            allowed = Some(allow.span);
        } else {
            let message =
                format!("`{}` cannot be allowed on a configuration field; only `J1-E0802` can", allow.code);
            cx.error(Ident::new("allow", allow.span), "E0314", message);
        }
    }
    let flatten = attr::flag(cx, &items, "flatten").then(|| attr::take(&items, "flatten")).flatten();
    if let Some(other) = items.iter().find(|item| flatten.is_some() && item.key != "flatten") {
        let message =
            format!("`{}` says nothing about a flattened enum; write it on a field of a variant", other.key);
        cx.error(&other.key, "E0315", message);
    }
    let field = Field {
        ident,
        name: ident.unraw().to_string(),
        ty: &field.ty,
        default: attr::read(cx, &items, "default"),
        auth: attr::flag(cx, &items, "auth"),
        variable: attr::read::<LitStr>(cx, &items, "variable").filter(|name| check_variable(cx, name)),
        allowed,
        flatten: flatten.map(|item| item.key.span()),
        known: known::by_name(&field.ty).filter(|_| flatten.is_none()),
        docs: docs::text(&field.attrs),
    };
    known::check(cx, &field);
    Some(field)
}

/// Returns `true` for a valid name of a variable: upper-case letters, digits and underscores.
fn check_variable(cx: &mut Ctxt, name: &LitStr) -> bool {
    let text = name.value();
    let right = text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    if !right {
        let message = "a variable is written in capitals, digits and underscores; write \"PROVIDER_NAME\"";
        cx.error(name, "E0312", message);
    }
    right
}

/// One value of an enum.
pub struct Choice<'a> {
    pub ident: &'a Ident,
    pub value: String,
    pub docs: String,
}

/// The variants of the enum. Errors are in `cx`.
pub fn choices<'a>(cx: &mut Ctxt, input: &DeriveInput, data: &'a DataEnum) -> Vec<Choice<'a>> {
    let mut choices: Vec<Choice<'a>> = Vec::new();
    for variant in &data.variants {
        let items = attr::all(cx, &variant.attrs, &ON_VARIANT);
        if !variant.fields.is_empty() {
            let message = "an enum of values has variants without fields, and an enum of alternatives has named fields in \
                           each variant: `Token { api_token: Secret<String> }`";
            cx.error(&variant.fields, "E0313", message);
            continue;
        }
        let rename: Option<LitStr> = attr::read(cx, &items, "rename");
        let at: TokenStream =
            rename.as_ref().map_or_else(|| variant.ident.to_token_stream(), ToTokens::to_token_stream);
        let value = rename.map_or_else(|| case::kebab(&variant.ident.to_string()), |text| text.value());
        check_choice(cx, &choices, &value, at);
        choices.push(Choice { ident: &variant.ident, value, docs: docs::text(&variant.attrs) });
    }
    if data.variants.is_empty() {
        cx.error(&input.ident, "E0313", "a choice between no values cannot be made; add a variant");
    }
    choices
}

/// No two choices are written alike, and each can stand in a list.
fn check_choice(cx: &mut Ctxt, before: &[Choice<'_>], value: &str, at: TokenStream) {
    if let Some(other) = before.iter().find(|other| other.value.eq_ignore_ascii_case(value)) {
        let message = format!("`{value}` is also how `{}` is written; write another `rename`", other.ident);
        cx.error(at, "E0805", message);
    } else if value.trim().is_empty() || value.trim() != value || value.contains(',') {
        let message =
            "a choice is written without commas, and without spaces at its ends; write another `rename`";
        cx.error(at, "E0312", message);
    }
}

/// One alternative: a variant with its fields.
pub struct Alternative<'a> {
    pub ident: &'a Ident,
    pub docs: String,
    pub fields: Vec<Field<'a>>,
}

/// Returns `true` for an enum of alternatives: all of its variants have named fields.
pub fn has_alternatives(data: &DataEnum) -> bool {
    let named =
        |variant: &syn::Variant| matches!(&variant.fields, Fields::Named(named) if !named.named.is_empty());
    !data.variants.is_empty() && data.variants.iter().all(named)
}

/// The variants of the enum with their fields. Errors are in `cx`.
pub fn alternatives<'a>(cx: &mut Ctxt, data: &'a DataEnum) -> Vec<Alternative<'a>> {
    let mut all: Vec<Alternative<'a>> = Vec::new();
    for variant in &data.variants {
        // No variable is called after a variant, so nothing can be renamed.
        attr::all(cx, &variant.attrs, &ON_ALTERNATIVE);
        let Fields::Named(named) = &variant.fields else { continue };
        let fields = fields(cx, named);
        for field in &fields {
            if field.flatten.is_some() {
                cx.error(field.ident, "E0315", "`flatten` belongs on a field of the configuration's struct");
            }
            let taken = all.iter().find(|other| other.fields.iter().any(|known| known.name == field.name));
            if let Some(other) = taken {
                let message = format!(
                    "`{}` is also a field of `{}`, and would be read from the same variable; rename one of them, or move it \
                     into the struct",
                    field.name, other.ident
                );
                cx.error(field.ident, "E0806", message);
            }
        }
        all.push(Alternative { ident: &variant.ident, docs: docs::text(&variant.attrs), fields });
    }
    all
}
