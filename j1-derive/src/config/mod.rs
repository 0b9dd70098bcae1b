//! `#[derive(J1Config)]`: on a struct a configuration, on an enum the values that one of its fields can have, or
//! alternatives with fields of their own.

mod alternatives;
mod choice;
mod fields;
mod known;
mod model;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DataStruct, DeriveInput, Fields};

use crate::attr::{self, Keys};
use crate::ctxt::Ctxt;

const KEYS: Keys = Keys { known: &["crate"], repeatable: &[], on: "a configuration" };

pub fn derive(input: &DeriveInput) -> TokenStream {
    let mut cx = Ctxt::default();
    let items = attr::all(&mut cx, &input.attrs, &KEYS);
    let krate = attr::Krate::from_items(&mut cx, &items);
    let expanded = match &input.data {
        Data::Struct(DataStruct { fields: Fields::Named(named), .. }) => {
            let fields = model::fields(&mut cx, named);
            fields::expand(input, &krate, &fields)
        }
        Data::Enum(data) if model::has_alternatives(data) => {
            let alternatives = model::alternatives(&mut cx, data);
            alternatives::expand(input, &krate, &alternatives)
        }
        Data::Enum(data) => {
            let choices = model::choices(&mut cx, input, data);
            choice::expand(input, &krate, &choices)
        }
        _ => {
            cx.error(
                &input.ident,
                "E0313",
                "a configuration is a struct with named fields, one for each variable, or an enum of the values of one, or of \
                 alternatives",
            );
            fields::stub(input, &krate)
        }
    };
    let errors = cx.into_tokens();
    quote!(#errors #expanded)
}
