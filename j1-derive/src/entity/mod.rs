//! `#[derive(J1Entity)]`.

pub mod allow;
pub mod check;
pub mod expand;
pub mod field;
mod flatten;
pub mod idle;
pub mod model;
pub mod names;
pub mod property;
mod raw;
pub mod relation;
mod tags;
pub mod template;
mod unknown;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::ctxt::Ctxt;

pub fn derive(input: &DeriveInput) -> TokenStream {
    let mut cx = Ctxt::default();
    let model = model::parse(&mut cx, input);
    let properties = property::all(&model);
    check::names_and_literals(&mut cx, &model, &properties);
    let items = expand::expand(&model, &properties, !cx.is_clean());
    let errors = cx.into_tokens();
    quote!(#errors #items)
}
