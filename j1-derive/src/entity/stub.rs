//! The errors, and impls that keep the rest of the crate compiling so that they are the only ones.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::attr::{self, Keys};
use crate::ctxt::Ctxt;
use crate::entity::expand;
use crate::generic;

const KEYS: Keys = Keys { known: &["crate"], repeatable: &[], on: "an entity" };

pub fn expand(input: &DeriveInput, cx: Ctxt) -> TokenStream {
    let (errors, ident) = (cx.into_compile_errors(), &input.ident);
    let generics = generic::living(&input.generics);
    let (i, t, w) = generics.split_for_impl();
    // What else is wrong with the attributes has been said; only the path is wanted here.
    let mut ignored = Ctxt::default();
    let items = attr::all(&mut ignored, &input.attrs, &KEYS);
    let p = attr::Krate::from_items(&mut ignored, &items).private();
    let near = expand::near(ident, &p, &i, &t, w);
    // What was said of raw data may be what is wrong; that nothing is said is not.
    let raw = input.generics.lifetimes().next().is_none().then(|| {
        quote! {
            #[automatically_derived]
            impl #i #p::RawData for #ident #t #w {}
        }
    });
    quote! {
        #errors
        const _: () = {
            #near
            #raw
            #[automatically_derived]
            impl #i #p::Object for #ident #t #w {
                const TYPE: #p::Type = #p::Type::new("");
                const NEEDS: &'static [#p::Type] = &[];
                const META: #p::ObjectMeta = #p::ObjectMeta::Entity(<Self as #p::Entity>::ENTITY);
                type Emitted = Self;
                type Added = #p::Key<Self>;
                type Related = ();
                fn emit(&self, _: &mut #p::Emitter) -> #p::Result<#p::Key<Self>> {
                    ::core::unreachable!()
                }
            }
            #[automatically_derived]
            impl #i #p::Entity for #ident #t #w {
                type Id<'key> = #p::AnyId where Self: 'key;
                const ENTITY: &'static #p::EntityMeta = &#p::EntityMeta {
                    name: "",
                    title: ::core::option::Option::None,
                    ty: #p::Type::new(""),
                    classes: &[],
                    properties: &[],
                    key: "",
                    raw_data: ::core::option::Option::None,
                    docs: "",
                };
                fn id(&self) -> Self::Id<'_> {
                    ::core::unreachable!()
                }
                fn write_key<'key>(_: Self::Id<'key>, _: &mut #p::KeyWriter<'_>)
                where
                    Self: 'key,
                {}
                fn write(&self, _: &mut #p::ObjectWriter) {}
                fn relate(&self, _: &#p::Key<Self>, _: &mut #p::Emitter) -> #p::Result<()> {
                    ::core::unreachable!()
                }
            }
        };
    }
}
