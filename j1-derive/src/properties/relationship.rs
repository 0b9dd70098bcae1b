//! The rules on the properties of a relationship. A struct that breaks one may still be part of an entity, so the rules are
//! bounds that rustc looks at where a step emits such a relationship.

use j1_model::Kind;
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::{DeriveInput, Lifetime, WherePredicate, parse_quote};

use super::Row;
use crate::attr::Krate;

/// The impl that lets relationships have these properties, with a bound for each that they cannot have or may not.
pub fn expand(input: &DeriveInput, krate: &Krate, properties: &[Row]) -> TokenStream {
    let ident = &input.ident;
    // At the user's tokens: rustc advises to write the impl of a derive by hand.
    let p = krate.private_at(ident.span());
    // A bound without a lifetime parameter would be an error here, and not only where such a relationship is emitted.
    let lifetime = Lifetime::new("'held", ident.span());
    let (mut fields, mut bounds) = (Vec::new(), Vec::<WherePredicate>::new());
    for (index, (property, _)) in properties.iter().enumerate() {
        let Ok(field) = syn::parse_str::<Ident>(&property.origin) else { continue };
        let is_list = property.kind().map(Kind::is_list);
        if property.name == "displayName" {
            bounds.push(parse_quote!(&#lifetime (): #p::BesideTheVerb<#field>));
        } else if is_list != Some(false) && !property.broken {
            let fits = quote_spanned!(ident.span()=> !FIELDS[#index].kind.is_list());
            bounds.push(parse_quote!(&#lifetime #p::Fact<{ #fits }>: #p::NoList<#field>));
        } else {
            continue;
        }
        fields.push(field);
    }
    let mut generics = input.generics.clone();
    if !bounds.is_empty() {
        generics.params.insert(0, parse_quote!(#lifetime));
        generics.make_where_clause().predicates.extend(bounds);
    }
    let ((_, types, _), (parameters, _, clause)) =
        (input.generics.split_for_impl(), generics.split_for_impl());
    let expansion = quote_spanned! {ident.span()=>
        impl #parameters #p::OnRelationship for #ident #types #clause {}
    };
    quote! {
        const _: () = {
            // Types with the names of the fields, for the messages of the bounds.
            #(
                #[allow(non_camel_case_types, reason = "it has the name of the field")]
                enum #fields {}
            )*
            #expansion
        };
    }
}
