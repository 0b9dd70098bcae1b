//! `#[j1(tags)]`: each item of a map or a list is a property `tag.<name>`.

use j1_model::{Kind, Types};
use quote::quote;

use crate::attr::Krate;
use crate::entity::field::Field;
use crate::entity::property::{Held, Property, Source};

/// Returns the property that stands for all tags.
pub fn property(krate: &Krate, field: &Field<'_>) -> Property {
    let (p, ty) = (krate.private(), field.ty);
    let kind = Kind::new(Types::any(&[Types::STRING, Types::NUMBER, Types::BOOLEAN])).optional();
    Property {
        name: "tag.*".to_owned(),
        name_span: field.ident.span(),
        types: vec![Held { ty: quote!(#p::AnyTag), at: quote!(#ty), kind: Some(kind), method: None }],
        source: Source::Tags { ident: field.ident.clone(), ty: ty.clone() },
        // An entity must not be lost because of a tag that is too long.
        truncate: true,
        allows: Vec::new(),
        origin: field.ident.to_string(),
        docs: field.docs.clone(),
        derived: false,
        broken: field.broken,
    }
}
