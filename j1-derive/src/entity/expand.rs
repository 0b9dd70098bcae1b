//! From the model to the impls, and the const checks that stand beside them.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, LitStr, Type};

use crate::attr::Krate;
use crate::case;
use crate::entity::field::{Field, argument, is_named};
use crate::entity::model::{Constant, Model};
use crate::entity::relation::{End, Relation};
use crate::entity::template::Part;

/// The local names of an expansion. They are not where the user's tokens are: in a struct that a `macro_rules!`
/// wrote, a local name at such a place would be another one.
struct Locals {
    this: Ident,
    out: Ident,
    key: Ident,
    recorder: Ident,
}

impl Locals {
    fn new() -> Self {
        let local = |name| Ident::new(name, Span::call_site());
        Self { this: local("self"), out: local("out"), key: local("key"), recorder: local("recorder") }
    }
}

/// One property as it is sent.
struct Property {
    /// An expression: the name.
    name: TokenStream,
    /// Where the name is written, for what is wrong with it.
    name_span: Span,
    /// The type that holds it.
    ty: TokenStream,
    /// Statements that write it; `#index` is its place in the table.
    put: Box<dyn Fn(usize) -> TokenStream>,
    truncate: bool,
    source: String,
    docs: String,
}

pub fn expand(model: &Model<'_>) -> TokenStream {
    let properties = properties(model);
    let (object, entity) = (object_impl(model), entity_impl(model, &properties));
    let (tables, checks) = (tables(model, &properties), checks(model, &properties));
    quote! {
        const _: () = {
            #tables
            #object
            #entity
            #checks
        };
    }
}

fn properties(model: &Model<'_>) -> Vec<Property> {
    let krate = &model.krate;
    let mut all: Vec<Property> = Vec::new();
    if !model.name.is_empty() {
        all.push(first_of(model, "name", &model.name));
    }
    if !model.display_name.is_empty() {
        all.push(first_of(model, "displayName", &model.display_name));
    }
    for field in model.fields.iter().filter(|f| f.is_property()) {
        if !is_name(model, field.ident) {
            all.push(of_field(krate, field));
        }
    }
    for computed in &model.computed {
        let (ty, method, field) = (&computed.ty, &computed.method, computed.field.to_string());
        let (private, name) = (krate.private_at(ty.span()), case::camel(&field));
        let (method, value_ty) = (method.clone(), ty.clone());
        all.push(Property {
            name: quote!(#private::pick_name(CLASSES, #name, #name)),
            name_span: computed.field.span(),
            ty: quote!(#ty),
            put: Box::new(move |index| {
                let Locals { this, out, .. } = Locals::new();
                quote_spanned! {value_ty.span()=>
                    #private::put::<#value_ty>(#out, &PROPERTIES[#index], &#method(#this));
                }
            }),
            truncate: false,
            source: field,
            docs: String::new(),
        });
    }
    all.extend(model.constants.iter().filter_map(|constant| of_constant(krate, constant)));
    all
}

fn of_constant(krate: &Krate, constant: &Constant) -> Option<Property> {
    let (ty, field, value) = (constant.ty()?, constant.field.to_string(), constant.value.clone());
    let (p, plain, custom) = (krate.private_at(value.span()), case::camel(&field), case::camel(&field));
    let private = krate.private();
    let put_ty = ty.clone();
    Some(Property {
        name: quote!(#private::pick_name(CLASSES, #plain, #custom)),
        name_span: constant.field.span(),
        // Underlined where the value is, when it is not what the class takes.
        ty: ty
            .into_iter()
            .map(|mut token| {
                token.set_span(value.span());
                token
            })
            .collect(),
        put: Box::new(move |index| {
            let out = Locals::new().out;
            quote_spanned!(value.span()=> #p::put::<#put_ty>(#out, &PROPERTIES[#index], &#value);)
        }),
        truncate: false,
        source: field,
        docs: String::new(),
    })
}

/// Whether a field is no property of its own because it is `name` or `displayName` already: the one that
/// `name = field` renames, or one so called whose property is a list.
fn is_name(model: &Model<'_>, field: &Ident) -> bool {
    matches!(model.name.as_slice(), [only] if only == field)
        || (field == "name" && !model.name.is_empty())
        || (field == "display_name" && !model.display_name.is_empty())
}

fn of_field(krate: &Krate, field: &Field<'_>) -> Property {
    let (p, ty, ident, list) = (krate.private_at(field.ty.span()), field.ty, field.ident.clone(), field.list);
    let name = match &field.rename {
        Some(literal) => quote!(#literal),
        None => {
            let (plain, custom) = field.names();
            quote!(#p::pick_name(CLASSES, #plain, #custom))
        }
    };
    let held = if list { quote!(#p::ListOfOne<'static, #ty>) } else { quote!(#ty) };
    let (put_ty, span) = (ty.clone(), ty.span());
    Property {
        name,
        name_span: field.rename.as_ref().map_or_else(|| field.ident.span(), LitStr::span),
        ty: held,
        put: Box::new(move |index| {
            let Locals { this, out, .. } = Locals::new();
            if list {
                quote_spanned!(span=> #p::put::<#p::ListOfOne<'_, #put_ty>>(#out, &PROPERTIES[#index], &#p::ListOfOne(&#this.#ident));)
            } else {
                quote_spanned!(span=> #p::put::<#put_ty>(#out, &PROPERTIES[#index], &#this.#ident);)
            }
        }),
        truncate: field.truncate,
        source: field.ident.to_string(),
        docs: field.docs.clone(),
    }
}

/// `name = [a, b]`: the first of these fields that is there.
fn first_of(model: &Model<'_>, name: &'static str, idents: &[Ident]) -> Property {
    let krate = model.krate.clone();
    let fields: Vec<(Ident, Type)> = idents
        .iter()
        .filter_map(|ident| {
            model.fields.iter().find(|f| f.ident == ident).map(|f| (ident.clone(), f.ty.clone()))
        })
        .collect();
    let last = fields.last().map_or_else(|| quote!(::std::string::String), |(_, ty)| quote!(#ty));
    let source: Vec<String> = idents.iter().map(ToString::to_string).collect();
    Property {
        name: quote!(#name),
        name_span: idents.first().map_or_else(Span::call_site, Ident::span),
        ty: last,
        put: Box::new(move |index| {
            let Some(((ident, ty), others)) = fields.split_last() else { return TokenStream::new() };
            let put = |ident: &Ident, ty: &Type| {
                let (p, Locals { this, out, .. }) = (krate.private_at(ty.span()), Locals::new());
                quote_spanned!(ty.span()=> #p::put::<#ty>(#out, &PROPERTIES[#index], &#this.#ident);)
            };
            others.iter().rev().fold(put(ident, ty), |otherwise, (ident, ty)| {
                let (put, p) = (put(ident, ty), krate.private());
                quote!(if #p::Value::is_absent(&self.#ident) { #otherwise } else { #put })
            })
        }),
        truncate: false,
        source: source.join(", "),
        docs: String::new(),
    }
}

fn tables(model: &Model<'_>, properties: &[Property]) -> TokenStream {
    let (p, class) = (&model.krate.private(), model.krate.classes());
    let (classes, count, len) = (&model.classes, model.classes.len(), properties.len());
    let rows = properties.iter().map(|property| {
        let Property { name, ty, truncate, source, docs, .. } = property;
        quote! {
            #p::PropertySpec {
                name: #name,
                kind: #p::Probe::<#ty>::KIND,
                classes: CLASSES,
                defs: &#p::defs::<#count>(CLASSES, #name),
                absence: #p::absence(CLASSES, #name),
                truncate: #truncate,
                source: #source,
                docs: #docs,
            }
        }
    });
    quote! {
        #[allow(unused_imports, reason = "every type but one that no property can hold does without")]
        use #p::NoValue as _;
        const CLASSES: &[&#p::ClassDef] = &[#(<#class::#classes as #p::Class>::DEF),*];
        static PROPERTIES: [#p::PropertySpec; #len] = [#(#rows),*];
    }
}

fn object_impl(model: &Model<'_>) -> TokenStream {
    let (p, ident, pattern) = (&model.krate.private(), &model.original.ident, &model.type_pattern);
    let (generics, types, bounds) = model.original.generics.split_for_impl();
    let related = model.fields.iter().filter_map(|f| f.relation.as_ref()).map(|r| &r.ty);
    let original = if model.original.generics.params.is_empty() {
        quote!(::core::option::Option::Some(self))
    } else {
        // Only a struct without parameters is known to be `'static`, which reading back needs.
        quote!(::core::option::Option::None)
    };
    quote! {
        #[automatically_derived]
        impl #generics #p::Object for #ident #types #bounds {
            const TYPE: #p::Type = #p::Type::new(#pattern);
            const NEEDS: &'static [#p::Type] = &[];
            const META: #p::ObjectMeta = #p::ObjectMeta::Entity(<Self as #p::Entity>::ENTITY);
            type Added = #p::Key<Self>;
            type Related = (#(#related,)*);

            fn record(&self, recorder: &mut #p::Recorder) -> #p::Result<#p::Key<Self>> {
                recorder.entity(self, #original)
            }
        }
    }
}

fn entity_impl(model: &Model<'_>, properties: &[Property]) -> TokenStream {
    let (p, ident, docs) = (&model.krate.private(), &model.original.ident, &model.docs);
    let (generics, types, bounds) = model.original.generics.split_for_impl();
    let (name, key) = (ident.to_string(), &model.template.text);
    let (id_type, id_value, key_body) = id(model);
    let puts = properties.iter().enumerate().map(|(index, property)| (property.put)(index));
    let relations =
        model.fields.iter().filter_map(|f| f.relation.as_ref().map(|r| relate(&model.krate, f, r)));
    quote! {
        #[automatically_derived]
        impl #generics #p::Entity for #ident #types #bounds {
            type Id<'key> = #id_type where Self: 'key;
            const ENTITY: &'static #p::EntityMeta = &#p::EntityMeta {
                name: #name,
                ty: <Self as #p::Object>::TYPE,
                classes: CLASSES,
                properties: &PROPERTIES,
                key: #key,
                docs: #docs,
            };

            fn id(&self) -> Self::Id<'_> {
                #id_value
            }

            fn write_key(id: Self::Id<'_>, out: &mut #p::KeyWriter<'_>) {
                #key_body
            }

            fn write(&self, out: &mut #p::ObjectWriter) {
                #(#puts)*
            }

            #[allow(unused_variables, reason = "most entities declare no relationship on a field")]
            fn relate(&self, key: &#p::Key<Self>, recorder: &mut #p::Recorder) -> #p::Result<()> {
                #(#relations)*
                ::core::result::Result::Ok(())
            }
        }
    }
}

/// The type of what identifies an entity, how it is taken from one, and how it becomes the key.
fn id(model: &Model<'_>) -> (TokenStream, TokenStream, TokenStream) {
    let krate = &model.krate;
    let fields: Vec<&Field<'_>> =
        model.template.fields().filter_map(|ident| model.fields.iter().find(|f| f.ident == ident)).collect();
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
    let mut index = 0_usize;
    let parts = model.template.parts.iter().map(|part| match part {
        Part::Text(text) => quote!(out.text(#text);),
        Part::Integration => quote!(out.integration();),
        Part::Field(_) if single => quote!(out.part(id);),
        Part::Field(_) => {
            let place = syn::Index::from(index);
            index += 1;
            quote!(out.part(id.#place);)
        }
    });
    let body = if fields.is_empty() { quote!(let () = id; #(#parts)*) } else { quote!(#(#parts)*) };
    match types.as_slice() {
        [one] => (quote!(#one), quote!(#(#values)*), body),
        _ => (quote!((#(#types,)*)), quote!((#(#values,)*)), body),
    }
}

/// Adds the relationship of one field, for each value the field holds.
fn relate(krate: &Krate, field: &Field<'_>, relation: &Relation) -> TokenStream {
    let (ident, ty, field_ty) = (field.ident, &relation.ty, field.ty);
    let (p, Locals { this, key, recorder, .. }) = (krate.private_at(field_ty.span()), Locals::new());
    // Named where the field's type is written, which is then underlined when it is not what identifies the other end.
    let value = Ident::new("value", field_ty.span());
    let id = match &relation.key {
        Some(part) => quote_spanned!(part.span()=> &#value.#part),
        None => quote_spanned!(field_ty.span()=> #value),
    };
    let call = match relation.this {
        End::From => quote_spanned!(field_ty.span()=> #p::relate_to::<#ty>(#key, #id, #recorder)?;),
        End::To => quote_spanned!(field_ty.span()=> #p::relate_from::<#ty>(#id, #key, #recorder)?;),
    };
    if is_named(field_ty, "Option") {
        let inner = argument(field_ty, 0);
        if inner.is_some_and(|inner| is_named(inner, "Vec")) {
            return quote!(for #value in #this.#ident.iter().flatten() { #call });
        }
        return quote!(if let ::core::option::Option::Some(#value) = &#this.#ident { #call });
    }
    if is_named(field_ty, "Vec") {
        return quote!(for #value in &#this.#ident { #call });
    }
    quote!({ let #value = &#this.#ident; #call })
}

fn checks(model: &Model<'_>, properties: &[Property]) -> TokenStream {
    let (krate, ident) = (&model.krate, &model.original.ident);
    let (entity, all) = (ident.to_string(), krate.classes());
    let classes = model.classes.iter().map(|class| {
        let p = krate.private_at(class.span());
        quote_spanned! {class.span()=>
            const _: () = #p::check_class(#entity, <#all::#class as #p::Class>::DEF, MAPPED);
        }
    });
    let both = model.classes.get(1).map(|second| {
        let p = krate.private_at(second.span());
        quote_spanned!(second.span()=> const _: () = #p::check_classes(#entity, CLASSES);)
    });
    let each = properties.iter().map(|property| check(krate, &entity, property));
    let p = krate.private_at(ident.span());
    let unique = quote_spanned! {ident.span()=>
        const _: () = #p::check_unique(#entity, MAPPED);
        const _: () = #p::check_named(#entity, CLASSES, MAPPED);
    };
    let names =
        properties.iter().map(|property| (&property.name, &property.source)).map(|(n, s)| quote!((#n, #s)));
    let key = key_length(model, &entity);
    quote! {
        #key
        const MAPPED: &[(&str, &str)] = &[#(#names),*];
        #(#classes)*
        #both
        #(#each)*
        #unique
    }
}

/// The check that a key is long enough, whatever the record.
fn key_length(model: &Model<'_>, entity: &str) -> TokenStream {
    let (span, p, private) =
        (model.template.span, model.krate.private_at(model.template.span), model.krate.private());
    let chars = model.template.parts.iter().map(|part| match part {
        Part::Text(text) => text.chars().count(),
        // As short as a `_type` may be; a shorter one is found when it runs.
        Part::Integration => 3,
        Part::Field(_) => 0,
    });
    let text: usize = chars.sum();
    let fields = model.template.fields().filter_map(|ident| model.fields.iter().find(|f| f.ident == ident));
    let parts = fields.map(|field| {
        let ty = field.ty;
        quote_spanned!(span=> #p::KeyProbe::<#ty>::MIN_CHARS)
    });
    let check = quote_spanned!(span=> const _: () = #p::check_length(#entity, #text, &[#(#parts),*]););
    quote! {
        #[allow(unused_imports, reason = "every type but one that no key can hold does without")]
        use #private::NoKeyPart as _;
        #check
    }
}

/// Checks of one property, on its type and on its name.
fn check(krate: &Krate, entity: &str, property: &Property) -> TokenStream {
    let Property { name, name_span, ty, .. } = property;
    let p = krate.private_at(ty.span());
    let kind = quote_spanned!(ty.span()=> #p::Probe::<#ty>::KIND);
    let value = quote_spanned!(ty.span()=> const _: () = #p::check_value(#kind, #entity, CLASSES, #name););
    let at_name = krate.private_at(*name_span);
    let name =
        quote_spanned!(*name_span=> const _: () = #at_name::check_name(#kind, #entity, CLASSES, #name););
    quote!(#value #name)
}
