//! `#[j1(tags)]`: each item of a map or a list is a property `tag.<name>`.

use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::attr::Krate;
use crate::entity::expand::Locals;
use crate::entity::field::Field;
use crate::entity::property::Property;

/// What stands for all of them among the properties.
pub fn property(krate: &Krate, field: &Field<'_>) -> Property {
    let (p, span) = (krate.private_at(field.ty.span()), field.ty.span());
    let (ty, ident, private) = (field.ty.clone(), field.ident.clone(), krate.private());
    Property {
        name: quote!(#private::TAGS),
        name_span: field.ident.span(),
        ty: quote!(#private::AnyTag),
        put: Box::new(move |_| {
            let Locals { this, out, .. } = Locals::new();
            quote_spanned!(span=> #p::put_tags::<#ty>(#out, &PROPERTIES, &#this.#ident);)
        }),
        constant: None,
        // A text that is too long is no reason to lose the entity.
        truncate: true,
        allows: Vec::new(),
        source: field.ident.to_string(),
        docs: field.docs.clone(),
    }
}
