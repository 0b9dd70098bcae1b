//! The attributes of an enum.

use syn::{Data, DeriveInput, Fields, Ident, LitStr, Type};

use crate::attr::{self, Keys, Krate};
use crate::case::Case;
use crate::ctxt::Ctxt;
use crate::serde;

const ON_ENUM: Keys = Keys { known: &["rename_all", "crate"], repeatable: &[], on: "an enum" };
const ON_VARIANT: Keys = Keys { known: &["rename", "skip"], repeatable: &[], on: "a variant" };

/// An enum of words.
pub struct Model<'a> {
    pub krate: Krate,
    pub variants: Vec<Variant<'a>>,
    /// `true` if a variant is invalid and missing from the list.
    pub lacks_some: bool,
}

impl Model<'_> {
    /// Returns `true` if some variant sends nothing.
    pub fn may_be_absent(&self) -> bool {
        self.variants.iter().any(|variant| matches!(variant.says, Says::Nothing))
    }
}

/// One variant, and what is sent for it.
pub struct Variant<'a> {
    pub ident: &'a Ident,
    pub says: Says<'a>,
}

/// The value sent for a variant.
pub enum Says<'a> {
    Word(String),
    /// Nothing: the value is absent.
    Nothing,
    /// The text it holds.
    Held(&'a Type),
}

/// Reads an enum; what could be read of one that is wrong. Errors are in `cx`.
pub fn parse<'a>(cx: &mut Ctxt, input: &'a DeriveInput) -> Model<'a> {
    let items = attr::all(cx, &input.attrs, &ON_ENUM);
    let krate = Krate::from_items(cx, &items);
    let own = attr::read::<LitStr>(cx, &items, "rename_all");
    let case = own.as_ref().and_then(|literal| case(cx, literal));
    let case = case.or_else(|| {
        serde::text(&input.attrs, "rename_all").and_then(|literal| Case::named(&literal.value()))
    });
    let Data::Enum(data) = &input.data else {
        let message = "an enum of words is an `enum`; a struct becomes an entity with `#[derive(J1Entity)]`";
        cx.error(&input.ident, "E0313", message);
        return Model { krate, variants: Vec::new(), lacks_some: true };
    };
    if data.variants.is_empty() {
        cx.error(&input.ident, "E0313", "an enum of words has a variant for each word; add one");
        return Model { krate, variants: Vec::new(), lacks_some: true };
    }
    let variants: Vec<_> = data.variants.iter().filter_map(|v| variant(cx, v, case)).collect();
    Model { krate, lacks_some: variants.len() < data.variants.len(), variants }
}

fn case(cx: &mut Ctxt, literal: &LitStr) -> Option<Case> {
    let case = Case::named(&literal.value());
    if case.is_none() {
        let known = Case::NAMES.map(|(name, _)| name).join("`, `");
        cx.error(
            literal,
            "E0312",
            format!("`{}` is not a case of words; write one of `{known}`", literal.value()),
        );
    }
    case
}

fn variant<'a>(cx: &mut Ctxt, variant: &'a syn::Variant, case: Option<Case>) -> Option<Variant<'a>> {
    let ident = &variant.ident;
    let items = attr::all(cx, &variant.attrs, &ON_VARIANT);
    let skip = attr::flag(cx, &items, "skip");
    let rename = attr::read::<LitStr>(cx, &items, "rename");
    if let Some(rename) = rename.as_ref().filter(|_| skip) {
        cx.error(
            rename,
            "E0312",
            "`rename` has no effect on a variant that is skipped; remove one of the two",
        );
    }
    if skip {
        return Some(Variant { ident, says: Says::Nothing });
    }
    if let Some(rename) = rename.as_ref().filter(|rename| rename.value().trim().is_empty()) {
        cx.error(
            rename,
            "E0312",
            "an empty word says nothing; send nothing with `#[j1(skip)]`, or write the word",
        );
        return None;
    }
    if let Some(word) = rename {
        return Some(Variant { ident, says: Says::Word(word.value()) });
    }
    match &variant.fields {
        Fields::Unit => {
            let word = serde::text(&variant.attrs, "rename").map(|literal| literal.value());
            let word = word.unwrap_or_else(|| match case {
                Some(case) => case.of_variant(&ident.to_string()),
                None => ident.to_string(),
            });
            Some(Variant { ident, says: Says::Word(word) })
        }
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            fields.unnamed.first().map(|field| Variant { ident, says: Says::Held(&field.ty) })
        }
        fields => {
            let message = format!(
                "`{ident}` holds more than a word, and a property is one value; write the word with \
                 `#[j1(rename = \"..\")]`, or send nothing with `#[j1(skip)]`"
            );
            cx.error(fields, "E0202", message);
            None
        }
    }
}
