//! `#[j1(tags)]`: each item of a map or a list is a property `tag.<name>`.

use quote::quote;

use crate::attr::Krate;
use crate::entity::field::Field;
use crate::entity::property::{Property, Source};

/// The property that stands for all of them.
pub fn property(krate: &Krate, field: &Field<'_>) -> Property {
    let p = krate.private();
    Property {
        name: quote!(#p::TAGS),
        name_span: field.ident.span(),
        types: vec![quote!(#p::AnyTag)],
        source: Source::Tags { ident: field.ident.clone(), ty: field.ty.clone() },
        // A text that is too long is no reason to lose the entity.
        truncate: true,
        allows: Vec::new(),
        origin: field.ident.to_string(),
        docs: field.docs.clone(),
    }
}
