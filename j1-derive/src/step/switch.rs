//! `source(..)` and `enabled_if(..)`: the conditions under which a step runs.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{LitStr, Path};

use crate::attr::{self, Item, Keys};
use crate::ctxt::Ctxt;

const KEYS: Keys = Keys {
    known: &["id", "title", "description", "default", "required"],
    repeatable: &[],
    on: "the source of a step",
};

/// The `source` of a step as data.
pub fn source(cx: &mut Ctxt, items: &[Item], p: &TokenStream) -> TokenStream {
    let none = quote!(::core::option::Option::None);
    let Some(item) = attr::take(items, "source") else { return none };
    if let Ok(id) = syn::parse2::<LitStr>(item.value.clone()) {
        let message = format!(
            "a source has an id, by which operators turn it off; write `source(id = \"{}\")`",
            id.value()
        );
        cx.error(id, "E0312", message);
        return none;
    }
    let given = attr::arguments(cx, item.value.clone(), &KEYS);
    let Some(id) = attr::read::<LitStr>(cx, &given, "id") else {
        if attr::take(&given, "id").is_none() {
            cx.error(
                &item.key,
                "E0312",
                "a source has an id, by which operators turn it off; add `id = \"groups\"`",
            );
        }
        return none;
    };
    let title = attr::read::<LitStr>(cx, &given, "title").unwrap_or_else(|| id.clone());
    let description =
        attr::read::<LitStr>(cx, &given, "description").map_or_else(|| quote!(""), |text| quote!(#text));
    let default_off =
        attr::take(&given, "default").is_some_and(|item| match item.value.to_string().as_str() {
            "off" => true,
            "on" => false,
            _ => {
                cx.error(&item.key, "E0312", "a source is `default = on` or `default = off`");
                false
            }
        });
    let required = attr::flag(cx, &given, "required");
    if let Some(key) =
        attr::take(&given, "required").map(|item| &item.key).filter(|_| required && default_off)
    {
        let message =
            format!("the source `{}` is `required` and off by default; it can be one of the two", id.value());
        cx.error(key, "E0711", message);
    }
    quote! {
        ::core::option::Option::Some(#p::Source {
            id: #id,
            title: #title,
            description: #description,
            default_off: #default_off,
            required: #required,
        })
    }
}

/// The function that says whether the step can run.
pub fn enabled_if(cx: &mut Ctxt, items: &[Item]) -> Option<Path> {
    attr::read::<Path>(cx, items, "enabled_if")
}
