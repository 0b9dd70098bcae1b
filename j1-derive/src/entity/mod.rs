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
mod relation;
mod stub;
mod tags;
pub mod template;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::ctxt::Ctxt;

pub fn derive(input: &DeriveInput) -> TokenStream {
    let mut cx = Ctxt::default();
    match model::parse(&mut cx, input) {
        Some(model) if cx.is_clean() => expand::expand(&model),
        _ => stub::expand(input, cx),
    }
}
