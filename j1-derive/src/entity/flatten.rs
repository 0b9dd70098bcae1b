//! `#[j1(flatten)]`: the fields of a nested struct are properties of the entity.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned;

use crate::attr::Krate;
use crate::entity::expand::Locals;
use crate::entity::field::{Field, argument, is_named};
use crate::entity::model::Model;

/// One nested struct.
pub struct Group<'a> {
    field: &'a Field<'a>,
    /// The name of the constant with its fields.
    fields: Ident,
    /// The name of the static with the classes' definitions of them.
    defs: Ident,
    /// An expression for the index of its first property among those of the entity.
    start: TokenStream,
    optional: bool,
}

/// Returns all nested structs; `own` is the number of properties before theirs.
pub fn all<'a>(model: &'a Model<'_>, own: usize) -> Vec<Group<'a>> {
    let mut start = quote!(#own);
    let flat = model.fields.iter().filter(|field| field.flatten);
    flat.enumerate()
        .map(|(index, field)| {
            let fields = format_ident!("FLAT_{index}");
            let here = start.clone();
            start.extend(quote!(+ #fields.len()));
            let optional = is_named(field.ty, "Option") && argument(field.ty, 0).is_some();
            Group { field, fields, defs: format_ident!("FLAT_DEFS_{index}"), start: here, optional }
        })
        .collect()
}

/// Returns the table of the properties of an entity with nested structs; `rows` are the entity's own properties.
pub fn table(krate: &Krate, classes: usize, rows: &[TokenStream], groups: &[Group<'_>]) -> TokenStream {
    let (p, own) = (&krate.private(), rows.len());
    let lists = groups.iter().map(|group| group.lists(krate, classes));
    let specs = groups.iter().map(|Group { fields, defs, optional, .. }| {
        quote!(&#p::flat_specs::<#classes, { #fields.len() }>(CLASSES, #fields, &#defs, #optional))
    });
    let lens = groups.iter().map(|group| &group.fields);
    quote! {
        #[allow(unused_imports, reason = "needed only for a type whose fields are not properties")]
        use #p::NoFields as _;
        #(#lists)*
        const ALL: ::core::primitive::usize = #own #(+ #lens.len())*;
        const OWN: &[#p::PropertySpec] = &[#(#rows),*];
        static PROPERTIES: [#p::PropertySpec; ALL] = #p::joined::<ALL>(&[OWN, #(#specs),*]);
    }
}

/// Returns the names of all properties, for the checks that compare them.
pub fn mapped(krate: &Krate, own: &[TokenStream], groups: &[Group<'_>]) -> TokenStream {
    if groups.is_empty() {
        return quote!(&[#(#own),*]);
    }
    let p = krate.private();
    let starts = groups.iter().map(|group| {
        let (start, source) = (&group.start, group.field.ident.to_string());
        quote!((#start, #source))
    });
    quote!(&#p::mapped::<ALL>(&[#(#own),*], &PROPERTIES, &[#(#starts),*]))
}

impl Group<'_> {
    /// Its type, without the `Option`.
    fn ty(&self) -> &syn::Type {
        if self.optional { argument(self.field.ty, 0).unwrap_or(self.field.ty) } else { self.field.ty }
    }

    fn lists(&self, krate: &Krate, classes: usize) -> TokenStream {
        let Self { fields, defs, .. } = self;
        let (ty, p) = (self.ty(), krate.private());
        let still = self.field.lifetimes.erased(quote!(#ty));
        quote! {
            const #fields: &[#p::FieldSpec] = #p::FlatProbe::<#still>::FIELDS;
            static #defs: [[::core::option::Option<&#p::PropertyDef>; #classes]; #fields.len()] =
                #p::flat_defs::<#classes, { #fields.len() }>(CLASSES, #fields);
        }
    }

    /// Returns an expression for its properties among those of the entity.
    fn properties(&self) -> TokenStream {
        let Self { start, fields, .. } = self;
        quote!(PROPERTIES.split_at(#start).1.split_at(#fields.len()).0)
    }

    /// Returns the statements that write it.
    pub fn put(&self, krate: &Krate) -> TokenStream {
        let Locals { this, out, .. } = Locals::new();
        let (ty, ident, properties) = (self.ty(), self.field.ident, self.properties());
        let p = krate.private_at(ty.span());
        let value = if self.optional {
            quote!(::core::option::Option::as_ref(&#this.#ident))
        } else {
            quote!(::core::option::Option::Some(&#this.#ident))
        };
        quote_spanned!(ty.span()=> #p::put_flat::<#ty>(#out, #properties, #value);)
    }

    /// Returns the checks of its properties against the classes of the entity.
    pub fn checks(&self, krate: &Krate, entity: &str) -> TokenStream {
        let Self { field, .. } = self;
        let (ty, name, properties) = (self.ty(), field.ident, self.properties());
        let (at_type, at_name) = (krate.private_at(ty.span()), krate.private_at(name.span()));
        let codes = field.allows.iter().map(|allow| &allow.code);
        let source = name.to_string();
        let values = quote_spanned! {ty.span()=>
            const _: () = #at_type::check_flat_values(#entity, #properties);
        };
        let names = quote_spanned! {name.span()=>
            const _: () = #at_name::check_flat_names(#entity, #properties, &[#(#codes),*]);
        };
        let allows = field.allows.iter().map(|allow| {
            let (p, code) = (krate.private_at(allow.span), &allow.code);
            quote_spanned!(allow.span=> const _: () = #p::check_flat_allow(#source, #properties, #code);)
        });
        quote!(#values #names #(#allows)*)
    }
}
