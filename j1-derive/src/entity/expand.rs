//! Generates the impls from the model.

use j1_model::{Absence, ClassDef, absence, is_property_name, takes_any_text};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{ImplGenerics, TypeGenerics, WhereClause};

use crate::attr::Krate;
use crate::entity::check;
use crate::entity::field::{Field, argument, bare, is_named};
use crate::entity::flatten::{self, Group};
use crate::entity::model::Model;
use crate::entity::property::Property;
use crate::entity::relation::{End, Relation};
use crate::entity::template::Part;
use crate::entity::{raw, unknown};
use crate::generic;

/// The local names of an expansion. They do not have the spans of the user's tokens: in a struct that a `macro_rules!`
/// generates, hygiene would make them different names.
pub struct Locals {
    pub this: Ident,
    pub out: Ident,
    pub key: Ident,
    pub emitter: Ident,
}

impl Locals {
    pub fn new() -> Self {
        let local = |name| Ident::new(name, Span::call_site());
        Self { this: local("self"), out: local("out"), key: local("key"), emitter: local("emitter") }
    }
}

/// Generates the impls of an entity. A `broken` one gets them as far as it could be parsed, so that its uses compile.
pub fn expand(model: &Model<'_>, properties: &[Property], broken: bool) -> TokenStream {
    let groups = flatten::all(model, properties.len());
    let tables = tables(model, properties, &groups);
    let (object, entity) = (object_impl(model), entity_impl(model, properties, &groups));
    let checks = check::by_type(model, properties, &groups);
    // The error may be in the attributes of raw data, so a broken entity counts as having some.
    let borrows = model.original.generics.lifetimes().next().is_some();
    let has_raw = model.raw_data.is_some() || broken && !borrows;
    let raw = has_raw.then(|| raw::marker(&model.krate, model.original));
    quote! {
        const _: () = {
            #tables
            #object
            #entity
            #raw
            #checks
        };
    }
}

fn tables(model: &Model<'_>, properties: &[Property], groups: &[Group<'_>]) -> TokenStream {
    let (p, class) = (&model.krate.private(), model.krate.classes());
    let (defs, len) = (model.defs(), properties.len());
    let classes = model.classes.iter().filter(|class| class.def.is_some()).map(|class| &class.path);
    let rows = properties.iter().map(|property| row(&model.krate, &defs, property));
    let rows: Vec<TokenStream> = rows.collect();
    let table = if groups.is_empty() {
        quote!(static PROPERTIES: [#p::PropertySpec; #len] = [#(#rows),*];)
    } else {
        flatten::table(&model.krate, defs.len(), &rows, groups)
    };
    let probe = no_value(&model.krate, properties);
    quote! {
        #probe
        const CLASSES: &[&#p::ClassDef] = &[#(<#class::#classes as #p::Class>::DEF),*];
        #table
    }
}

/// Returns the import that reduces a type that no property can hold to one error, at the type.
pub fn no_value(krate: &Krate, properties: &[Property]) -> Option<TokenStream> {
    let p = krate.private();
    let is_unknown = properties.iter().flat_map(|property| &property.types).any(|held| held.kind.is_none());
    is_unknown.then(|| {
        quote! {
            #[allow(unused_imports, reason = "every type but one that no property can hold does without")]
            use #p::NoValue as _;
        }
    })
}

/// A row of the table of properties. The definitions are those of the classes, by their place in the tables that the
/// derive and `j1_core` share.
pub fn row(krate: &Krate, defs: &[&'static ClassDef], property: &Property) -> TokenStream {
    let Property { name, truncate, origin, docs, .. } = property;
    let p = krate.private();
    let kind = property
        .held()
        .filter(|_| !property.broken)
        .map_or_else(|| quote!(#p::Kind::NONE), |held| held.kind(krate));
    let found: Vec<_> = defs.iter().map(|class| class.property(name)).collect();
    let any_text = takes_any_text(&found);
    // A name of other letters may need an escape.
    let member = if is_property_name(name) { format!(",\"{name}\":") } else { String::new() };
    let rows = defs.iter().enumerate().map(|(class, def)| {
        match def.properties.iter().position(|known| known.name == *name) {
            Some(index) => quote!(::core::option::Option::Some(CLASSES[#class].properties[#index])),
            None => quote!(::core::option::Option::None),
        }
    });
    let absence = match absence(defs, name) {
        Absence::Omitted => quote!(Omitted),
        Absence::Null => quote!(Null),
        Absence::Refused => quote!(Refused),
    };
    quote! {
        #p::PropertySpec {
            name: #name,
            member: #member,
            kind: #kind,
            classes: CLASSES,
            defs: &[#(#rows),*],
            any_text: #any_text,
            absence: #p::Absence::#absence,
            truncate: #truncate,
            source: #origin,
            docs: #docs,
        }
    }
}

fn object_impl(model: &Model<'_>) -> TokenStream {
    let (p, ident) = (&model.krate.private(), &model.original.ident);
    let pattern = model.type_pattern.as_deref().unwrap_or_default();
    let generics = generic::living(&model.original.generics);
    let (generics, types, bounds) = generics.split_for_impl();
    // A struct that borrows cannot be read back later.
    let original = match model.original.generics.lifetimes().next() {
        Some(_) => quote!(::core::option::Option::None),
        None => quote!(::core::option::Option::Some(self)),
    };
    let owned = model.original.generics.lifetimes().next().is_none().then(|| {
        quote! {
            #[automatically_derived]
            impl #generics #p::Owned for #ident #types #bounds {}
        }
    });
    let related = related_impl(model);
    let near = near(&model.original.ident, p, &generics, &types, bounds);
    quote! {
        #near
        #[automatically_derived]
        impl #generics #p::Object for #ident #types #bounds {
            const TYPE: #p::Type = #p::Type::new(#pattern);
            const NEEDS: &'static [#p::Type] = &[];
            const META: #p::ObjectMeta = #p::ObjectMeta::Entity(<Self as #p::Entity>::ENTITY);
            type Emitted = Self;
            type Added = #p::Key<Self>;
            type Related = Self;

            fn emit(&self, emitter: &mut #p::Emitter) -> #p::Result<#p::Key<Self>> {
                emitter.entity(self, #original)
            }
        }
        #owned
        #related
    }
}

/// Generates the check that a step declares the relationships of the fields: a bound for each, with the field's span,
/// so that rustc points at the field if the step does not.
fn related_impl(model: &Model<'_>) -> TokenStream {
    let (p, ident) = (model.krate.private(), &model.original.ident);
    let mut generics = generic::living(&model.original.generics);
    let step = Ident::new("Step", Span::mixed_site());
    for field in &model.fields {
        let direct = field.relation.iter().map(|relation| (relation, false));
        for (relation, is_mapped) in direct.chain(field.mapped.iter().map(|relation| (relation, true))) {
            let ty = &relation.ty;
            let p = model.krate.private_at(ty.span());
            let ty =
                if is_mapped { quote_spanned!(ty.span()=> #p::Mapped<#ty>) } else { ty.to_token_stream() };
            let bound = quote_spanned!(ty.span()=> #ty: #p::EmittedBy<#step>);
            generics.make_where_clause().predicates.extend(syn::parse2::<syn::WherePredicate>(bound));
        }
    }
    let types = model.original.generics.split_for_impl().1.to_token_stream();
    let bounds = generics.where_clause.take();
    generics.params.push(syn::parse_quote!(#step));
    let (parameters, ..) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #parameters #p::AllEmittedBy<#step> for #ident #types #bounds {}
    }
}

/// Marks the struct as an entity of this integration, for mapped relationships.
pub fn near(
    ident: &Ident,
    p: &TokenStream,
    generics: &ImplGenerics<'_>,
    types: &TypeGenerics<'_>,
    bounds: Option<&WhereClause>,
) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl #generics #p::MappedEnd for #ident #types #bounds {
            type Side = #p::Near;
        }
    }
}

#[expect(clippy::too_many_lines, reason = "one item, quoted in one piece")]
fn entity_impl(model: &Model<'_>, properties: &[Property], groups: &[Group<'_>]) -> TokenStream {
    let (p, ident, docs) = (&model.krate.private(), &model.original.ident, &model.docs);
    let generics = generic::living(&model.original.generics);
    let (generics, types, bounds) = generics.split_for_impl();
    let (name, key) = (ident.to_string(), model.template.as_ref().map_or("", |template| &template.text));
    let title = match &model.title {
        Some(title) => quote!(::core::option::Option::Some(#title)),
        None => quote!(::core::option::Option::None),
    };
    let (id_type, id_value, key_body) = id(model);
    let unknown = unknown::names(model);
    let raw = raw::spec(&model.krate, model.raw_data.as_ref());
    // The span of a key field's type, so that a type that cannot be part of a key gives one error.
    let first = key_fields(model).into_iter().next();
    let id_span = first.map_or_else(Span::call_site, |field| field.ty.span());
    let (id_here, id_of) = (quote_spanned!(id_span=> Self::Id<'_>), quote_spanned!(id_span=> Self::Id<'key>));
    let strict = model.strict.then(|| {
        quote!(
            const STRICT: bool = true;
        )
    });
    let puts = properties
        .iter()
        .enumerate()
        .map(|(i, property)| property.put(&model.krate, &quote!(&PROPERTIES[#i])));
    let flat = groups.iter().map(|group| group.put(&model.krate));
    let relations = model.fields.iter().flat_map(|field| {
        let direct = field.relation.as_ref().map(|relation| relate(&model.krate, field, relation));
        direct.into_iter().chain(field.mapped.as_ref().map(|mapped| map_to(&model.krate, field, mapped)))
    });
    let relations: Vec<TokenStream> = relations.collect();
    let relate_allow = relations.is_empty().then(
        || quote!(#[allow(unused_variables, reason = "most entities declare no relationship on a field")]),
    );
    quote! {
        #[automatically_derived]
        impl #generics #p::Entity for #ident #types #bounds {
            type Id<'key> = #id_type where Self: 'key;
            const ENTITY: &'static #p::EntityMeta = &#p::EntityMeta {
                name: #name,
                title: #title,
                ty: <Self as #p::Object>::TYPE,
                classes: CLASSES,
                properties: &PROPERTIES,
                key: #key,
                raw_data: #raw,
                unknown: &[#(#unknown),*],
                docs: #docs,
            };
            #strict

            fn id(&self) -> #id_here {
                #id_value
            }

            fn write_key<'key>(id: #id_of, out: &mut #p::KeyWriter<'_>)
            where
                Self: 'key,
            {
                #key_body
            }

            fn write(&self, out: &mut #p::ObjectWriter) {
                #(#puts)*
                #(#flat)*
            }

            #relate_allow
            fn relate(&self, key: &#p::Key<Self>, emitter: &mut #p::Emitter) -> #p::Result<()> {
                #(#relations)*
                ::core::result::Result::Ok(())
            }
        }
    }
}

/// Returns the type of an entity's id, the expression that takes it from the entity, and the code that writes the key.
fn id(model: &Model<'_>) -> (TokenStream, TokenStream, TokenStream) {
    let krate = &model.krate;
    let Some(template) = &model.template else {
        // The error in the key has been reported.
        return (any_id(model), quote!(::core::unreachable!()), quote!(let _ = (id, out);));
    };
    let fields = key_fields(model);
    let types: Vec<TokenStream> = fields
        .iter()
        .map(|f| {
            let (ty, p) = (f.ty, krate.private_at(f.ty.span()));
            quote_spanned!(ty.span()=> &'key <#ty as #p::KeyPart>::Borrowed)
        })
        .collect();
    let values = fields.iter().map(|f| {
        let (ty, ident, p) = (f.ty, f.ident, krate.private_at(f.ty.span()));
        let this = Locals::new().this;
        quote_spanned!(ty.span()=> #p::key_part::<#ty>(&#this.#ident))
    });
    let single = fields.len() == 1;
    let (id, out) = (Ident::new("id", Span::call_site()), Locals::new().out);
    let mut index = 0_usize;
    let parts = template.parts.iter().map(|part| match part {
        Part::Text(text) => quote!(#out.text(#text);),
        Part::Integration => quote!(#out.integration();),
        Part::Field(ident) => {
            let field = model.fields.iter().find(|f| f.ident == ident);
            let span = field.map_or_else(Span::call_site, |field| field.ty.span());
            let place = syn::Index::from(index);
            index += 1;
            if single {
                quote_spanned!(span=> #out.part(#id);)
            } else {
                quote_spanned!(span=> #out.part(#id.#place);)
            }
        }
    });
    let body = if fields.is_empty() { quote!(let () = #id; #(#parts)*) } else { quote!(#(#parts)*) };
    match types.as_slice() {
        [] => (quote!(()), TokenStream::new(), body),
        [one] => (quote!(#one), quote!(#(#values)*), body),
        _ => (quote!((#(#types,)*)), quote!((#(#values,)*)), body),
    }
}

/// Returns the type of the id of an entity whose key is wrong: the one that a field `id` would give, so that looking the
/// entity up is not an error as well; otherwise one that accepts every foreign key.
fn any_id(model: &Model<'_>) -> TokenStream {
    let id = model.fields.iter().find(|field| field.ident == "id").map(|field| bare(field.ty));
    let id = id.and_then(|ty| {
        if is_named(ty, "Option") || is_named(ty, "Box") { argument(ty, 0).map(bare) } else { Some(ty) }
    });
    let p = model.krate.private();
    let fits = |ty: &&syn::Type| ID_TYPES.iter().any(|name| is_named(ty, name));
    id.filter(fits).map_or_else(|| quote!(#p::AnyId), |ty| quote!(&'key <#ty as #p::KeyPart>::Borrowed))
}

/// Types that can be part of a key whatever else is wrong, by their names.
const ID_TYPES: [&str; 11] = ["String", "str", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "Uuid"];

/// Returns the fields that the key is made of.
fn key_fields<'a>(model: &'a Model<'a>) -> Vec<&'a Field<'a>> {
    let idents = model.template.iter().flat_map(super::template::Template::fields);
    idents.filter_map(|ident| model.fields.iter().find(|f| f.ident == ident)).collect()
}

/// Generates the code that adds the relationship of a field for each of its values.
fn relate(krate: &Krate, field: &Field<'_>, relation: &Relation) -> TokenStream {
    let (ty, field_ty) = (&relation.ty, field.ty);
    // The span of the field's type, or of its part, which rustc underlines if it does not identify the other end.
    let span = relation.key.as_ref().map_or_else(|| field_ty.span(), Ident::span);
    let (p, Locals { key, emitter, .. }) = (krate.private_at(span), Locals::new());
    let value = Ident::new("value", span);
    let id = match &relation.key {
        Some(part) => quote_spanned!(span=> &#value.#part),
        None => quote!(#value),
    };
    let found = quote_spanned!(span=> #p::foreign_id(#id));
    let id = Ident::new("id", span);
    // The span of the relationship, which rustc underlines if one of its ends is not an entity.
    let p = krate.private_at(ty.span());
    let call = match relation.this {
        End::From => quote_spanned!(ty.span()=> #p::relate_to::<#ty, _>(#key, #id, #emitter)?;),
        End::To => quote_spanned!(ty.span()=> #p::relate_from::<#ty, _>(#id, #key, #emitter)?;),
    };
    let call = quote!(if let ::core::option::Option::Some(#id) = #found { #call });
    for_each_value(field, &value, &call)
}

/// Generates the code that adds the mapped relationship of a field for each of its values.
fn map_to(krate: &Krate, field: &Field<'_>, relation: &Relation) -> TokenStream {
    let (ty, Some(by)) = (&relation.ty, &relation.key) else { return TokenStream::new() };
    let (target, way) = match relation.this {
        End::From => (argument(ty, 1), quote!(to)),
        End::To => (argument(ty, 0), quote!(from)),
    };
    let Some(mut target) = target.map(bare).cloned() else { return TokenStream::new() };
    // In an expression, the generic arguments of a struct are inferred.
    if let syn::Type::Path(path) = &mut target
        && let Some(last) = path.path.segments.last_mut()
    {
        last.arguments = syn::PathArguments::None;
    }
    let (p, Locals { key, emitter, .. }) = (krate.private_at(by.span()), Locals::new());
    let value = Ident::new("value", by.span());
    let target = quote_spanned!(by.span()=> #target { #by: #p::target_value(#value) });
    let p = krate.private_at(ty.span());
    let ends = match relation.this {
        End::From => quote!(#key, #target),
        End::To => quote!(#target, #key),
    };
    let call = quote_spanned!(ty.span()=> #p::Object::emit(&#p::Mapped::<#ty>::#way(#ends), #emitter)?;);
    for_each_value(field, &value, &call)
}

/// Generates the code that does something with each value of a field.
fn for_each_value(field: &Field<'_>, value: &Ident, call: &TokenStream) -> TokenStream {
    let (ident, ty, Locals { this, .. }) = (field.ident, field.ty, Locals::new());
    if is_named(ty, "Option") {
        if argument(ty, 0).is_some_and(|inner| is_named(inner, "Vec")) {
            return quote!(for #value in #this.#ident.iter().flatten() { #call });
        }
        return quote!(if let ::core::option::Option::Some(#value) = &#this.#ident { #call });
    }
    if is_named(ty, "Vec") {
        return quote!(for #value in &#this.#ident { #call });
    }
    quote!({ let #value = &#this.#ident; #call })
}
