//! `#[step(..)]`.

mod list;
mod lookup;
mod signature;
mod streams;
mod switch;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{ItemFn, LitStr, Token, Type};

use crate::attr::{self, Keys};
use crate::ctxt::Ctxt;
use crate::entity::field::{argument, bare, is_named, last_name};
use crate::step::streams::Streams;
use crate::{case, docs};

const KEYS: Keys = Keys {
    known: &["emits", "reads", "permissions", "source", "enabled_if", "crate"],
    repeatable: &[],
    on: "a step",
};

/// A type that a step reads, and how.
struct Read {
    ty: Type,
    how: How,
    /// The fields by which it is looked up.
    by: Vec<Ident>,
    /// The word that stands where `by` is expected.
    wrong: Option<Ident>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// Back, one after another.
    Back,
    /// Back, where a step emits it.
    Optional,
    /// Back, those of every shard.
    All,
    /// Only its keys are looked up.
    Keys,
    /// Relationships end at it, whether or not it has been collected yet.
    Expected,
}

impl How {
    /// Returns `true` if the entities themselves are read back, so that they wait on disk.
    const fn is_stored(self) -> bool {
        matches!(self, Self::Back | Self::Optional | Self::All)
    }
}

impl Parse for Read {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ahead = input.fork();
        let how = match ahead.parse::<Ident>() {
            Ok(word) if word == "optional" && ahead.peek(syn::Ident) => How::Optional,
            Ok(word) if word == "all" && ahead.peek(syn::Ident) => How::All,
            Ok(word) if word == "keys" && ahead.peek(syn::Ident) => How::Keys,
            Ok(word) if word == "expected" && ahead.peek(syn::Ident) => How::Expected,
            _ => How::Back,
        };
        if how != How::Back {
            input.parse::<Ident>()?;
        }
        let ty = input.parse()?;
        let (mut by, mut wrong) = (Vec::new(), None);
        if input.peek(syn::Ident) {
            wrong = Some(input.parse::<Ident>()?).filter(|word| word != "by");
            if input.peek(syn::token::Paren) {
                let list;
                syn::parenthesized!(list in input);
                by = Punctuated::<Ident, Token![,]>::parse_terminated(&list)?.into_iter().collect();
            } else {
                by.push(input.parse()?);
            }
        }
        Ok(Self { ty, how, by, wrong })
    }
}

struct List<T>(Vec<T>);

impl<T: Parse> Parse for List<T> {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self(Punctuated::<T, Token![,]>::parse_terminated(input)?.into_iter().collect()))
    }
}

/// A step, whatever is wrong with its arguments, so that the rest of the crate compiles: what could be read of
/// the lists counts.
pub fn expand(args: TokenStream, item: &TokenStream) -> TokenStream {
    let mut cx = Ctxt::default();
    let item_fn: ItemFn = match syn::parse2(item.clone()) {
        Ok(item_fn) => item_fn,
        Err(_) => {
            cx.error(item, "E0313", "a step is an `async fn`; write `async fn fetch_users(..)`");
            let errors = cx.into_tokens();
            return quote!(#errors #item);
        }
    };
    if let Some(receiver) = item_fn.sig.receiver() {
        let message = "a step is a function and not a method; write it outside of the `impl`, with the integration as its first \
                       parameter: `integration: &Integration`";
        cx.error(receiver, "E0313", message);
        return cx.into_tokens();
    }
    let items = attr::arguments(&mut cx, args, &KEYS);
    let krate = attr::Krate::from_items(&mut cx, &items);
    let p = krate.private();
    let list = attr::take(&items, "emits").filter(|i| !i.value.is_empty());
    let emits = list.and_then(|i| attr::read_item::<List<Type>>(&mut cx, i)).map_or_else(Vec::new, |l| l.0);
    let emits = list::emitted(&mut cx, emits);
    let emits = once(&mut cx, emits, |ty| ty, "emits");
    let list = attr::take(&items, "reads").filter(|i| !i.value.is_empty());
    let reads = list.and_then(|i| attr::read_item::<List<Read>>(&mut cx, i)).map_or_else(Vec::new, |l| l.0);
    for word in reads.iter().filter_map(|read| read.wrong.as_ref()) {
        cx.error(word, "E0312", "expected `by field`, or a comma");
    }
    let reads = list::read(&mut cx, reads);
    let reads = once(&mut cx, reads, |read| &read.ty, "reads");
    let reads = owned(&mut cx, reads);
    let list = attr::take(&items, "permissions").filter(|i| !i.value.is_empty());
    let permissions =
        list.and_then(|i| attr::read_item::<List<LitStr>>(&mut cx, i)).map_or_else(Vec::new, |l| l.0);
    let source = switch::source(&mut cx, &items, &p);
    let enabled_if = switch::enabled_if(&mut cx, &items);
    let run = signature::check(&mut cx, &item_fn, &p, enabled_if.as_ref());
    let meta = meta(&item_fn, &p, (&emits, &reads), &permissions, &source);
    let bounds = bounds(&item_fn, &krate, &emits, &reads);
    let lookups = lookup::constants(&type_name(&item_fn), &p, &reads);
    let errors = cx.into_tokens();
    quote!(#errors #item_fn #meta #run #bounds #lookups)
}

/// The type of the step, which has the name of its function, and what is known of it.
fn meta(
    item: &ItemFn,
    p: &TokenStream,
    (emits, reads): (&[Type], &[Read]),
    permissions: &[LitStr],
    source: &TokenStream,
) -> TokenStream {
    let (name, vis, docs) = (type_name(item), &item.vis, docs::text(&item.attrs));
    let id = case::kebab(&item.sig.ident.to_string());
    let read_types: Vec<&Type> = reads.iter().map(|r| &r.ty).collect();
    let streams = Streams::of_step(item);
    let stored = reads.iter().map(|read| {
        let ty = &read.ty;
        let meta = match read.how {
            How::Back | How::Optional => {
                let optional = read.how == How::Optional;
                // An entity that is looked up by a field must have been collected.
                let looked_up = (!read.by.is_empty()).then(|| Ident::new("stored", Span::call_site()));
                let how = looked_up.unwrap_or_else(|| streams.reads(ty));
                quote_spanned!(ty.span()=> #p::ReadMeta::#how::<#ty>(#optional))
            }
            How::All => quote_spanned!(ty.span()=> #p::ReadMeta::all::<#ty>()),
            How::Keys => quote_spanned!(ty.span()=> #p::ReadMeta::keys_only::<#ty>()),
            How::Expected => quote_spanned!(ty.span()=> #p::ReadMeta::expected::<#ty>()),
        };
        lookup::with_fields(p, read, meta)
    });
    let listed = listed(item);
    let objects = emits.iter().map(|ty| quote_spanned!(ty.span()=> <#ty as #p::Object>::META));
    quote! {
        #[doc(hidden)]
        #[allow(non_camel_case_types, reason = "a step's type has the name of its function")]
        #vis struct #name {}
        // The type is in use whatever names the step, so that rustc looks at the constant.
        const _: ::core::option::Option<#name> = ::core::option::Option::None;
        #listed
        #[automatically_derived]
        impl #p::Step for #name {
            const META: #p::StepMeta = #p::StepMeta {
                id: #id,
                docs: #docs,
                emits: &[#(#objects),*],
                reads: &[#(#stored),*],
                needs: &[#(#p::needs_of::<#emits>(),)* #(&[<#read_types as #p::Object>::TYPE]),*],
                permissions: &[#(#permissions),*],
                source: #source,
            };
        }
    }
}

/// A constant that only a list of steps uses. All of it is written where the function has its name: rustc says nothing of
/// what is unused in the expansion of a macro.
fn listed(item: &ItemFn) -> TokenStream {
    let name = type_name(item);
    let allows = item.attrs.iter().filter(|attr| attr.path().is_ident("allow"));
    quote_spanned! {name.span()=>
        #(#allows)*
        impl #name {
            #[doc(hidden)]
            #[allow(non_upper_case_globals, reason = "rustc prints it for a step that no list of steps names")]
            pub(crate) const named_in_steps: () = ();
        }
    }
}

/// The list without what stands in it twice, which is an error.
fn once<T>(cx: &mut Ctxt, list: Vec<T>, ty: impl Fn(&T) -> &Type, name: &str) -> Vec<T> {
    let mut all: Vec<T> = Vec::new();
    for item in list {
        let text = |item: &T| ty(item).to_token_stream().to_string();
        if all.iter().any(|before| text(before) == text(&item)) {
            cx.error(ty(&item), "E0311", format!("this stands in `{name}(..)` twice; remove one of the two"));
        } else {
            all.push(item);
        }
    }
    all
}

/// The types that are read, without those that borrow, which is an error: what is read back waits on disk.
fn owned(cx: &mut Ctxt, reads: Vec<Read>) -> Vec<Read> {
    let (borrowed, owned): (Vec<Read>, Vec<Read>) = reads.into_iter().partition(|read| {
        (read.how.is_stored() || !read.by.is_empty()) && borrows(read.ty.to_token_stream())
    });
    for Read { ty, .. } in borrowed {
        let message = "an entity that borrows from the response cannot be read back: what steps read back waits on disk; \
                       let its fields own their values (`String` instead of `&str`), or look up its keys only, \
                       `reads(keys ..)`";
        cx.error(ty, "E0708", message);
    }
    owned
}

/// Returns `true` if a type names a lifetime other than `'static`.
fn borrows(ty: TokenStream) -> bool {
    let mut after_quote = false;
    ty.into_iter().any(|token| {
        let is_lifetime = matches!(&token, TokenTree::Ident(name) if after_quote && name != "static");
        after_quote = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\'');
        is_lifetime || matches!(token, TokenTree::Group(group) if borrows(group.stream()))
    })
}

/// The relationship with its ends swapped, where no such one is declared as well; within `Mapped<..>` if it is mapped. `None`
/// for one that names a lifetime, which could not be named in the bound of an impl.
fn swapped(ty: &Type, emits: &[Type]) -> Option<TokenStream> {
    if borrows(ty.to_token_stream()) {
        return None;
    }
    if is_named(ty, "Mapped") {
        let mapped = |ty: &Type| argument(ty, 0).filter(|_| is_named(ty, "Mapped")).cloned();
        let others: Vec<Type> = emits.iter().filter_map(mapped).collect();
        let Type::Path(path) = bare(ty) else { return None };
        let mut path = path.clone();
        let inner = swapped(argument(ty, 0)?, &others)?;
        let last = path.path.segments.last_mut()?;
        last.arguments = arguments(quote!(<#inner>))?;
        return Some(path.to_token_stream());
    }
    let (from, to) = (argument(ty, 0)?, argument(ty, 1)?);
    let ends = |ty: &Type| Some((last_name(ty), last_name(argument(ty, 0)?), last_name(argument(ty, 1)?)));
    let (verb, first, second) = ends(ty)?;
    let both = (verb, second, first);
    if emits.iter().any(|other| ends(other).is_some_and(|ends| ends == both)) {
        return None;
    }
    let Type::Path(path) = bare(ty) else { return None };
    let mut path = path.clone();
    if let Some(segment) = path.path.segments.last_mut() {
        let properties = argument(ty, 2).map(|properties| quote!(, #properties));
        segment.arguments = arguments(quote!(<#to, #from #properties>))?;
    }
    Some(path.to_token_stream())
}

/// The arguments of a type.
fn arguments(tokens: TokenStream) -> Option<syn::PathArguments> {
    syn::parse2::<syn::AngleBracketedGenericArguments>(tokens).map(syn::PathArguments::AngleBracketed).ok()
}

fn bounds(item: &ItemFn, krate: &attr::Krate, emits: &[Type], reads: &[Read]) -> TokenStream {
    let (name, p) = (type_name(item), &krate.private());
    let checks = held(krate, emits);
    // Nothing implements `Swapped`, so this only says what is wrong with a relationship that runs the wrong way. The
    // lifetime keeps rustc from looking at the bound before such a relationship is added.
    let wrong = emits.iter().filter_map(|ty| {
        let swapped = swapped(ty, emits)?;
        Some(quote_spanned! {ty.span()=>
            #[automatically_derived]
            impl<'swapped> #p::EmittedBy<#name> for #swapped where &'swapped (): #p::Swapped<#swapped, #ty> {}
        })
    });
    let wrong: Vec<TokenStream> = wrong.collect();
    let emits = emits
        .iter()
        .map(|ty| quote_spanned!(ty.span()=> #[automatically_derived] impl #p::EmittedBy<#name> for #ty {}));
    let reads = reads.iter().map(|Read { ty, how, .. }| {
        let back = how.is_stored()
            .then(|| quote_spanned!(ty.span()=> #[automatically_derived] impl #p::ReadBy<#name> for #ty {}));
        let found = (*how != How::Expected)
            .then(|| quote_spanned!(ty.span()=> #[automatically_derived] impl #p::FoundBy<#name> for #ty {}));
        quote_spanned!(ty.span()=> #[automatically_derived] impl #p::ExpectedBy<#name> for #ty {} #found #back)
    });
    quote!(#(#emits)* #(#wrong)* #(#reads)* #checks)
}

/// The checks that the relationships can hold their properties; each points at the struct of the properties.
fn held(krate: &attr::Krate, emits: &[Type]) -> TokenStream {
    let checks = emits.iter().filter_map(|ty| {
        let edge = argument(ty, 0).filter(|_| is_named(ty, "Mapped")).unwrap_or(ty);
        let properties = argument(edge, 2);
        if properties.is_none() && argument(edge, 1).is_some() {
            return None;
        }
        // What is written without arguments is an entity, or an alias of a relationship.
        let span = properties.unwrap_or(ty).span();
        let p = krate.private_at(span);
        Some(quote_spanned!(span=> const _: () = #p::check_held(#p::EdgeProbe::<#ty>::PROPERTIES);))
    });
    let (checks, p) = (checks.collect::<TokenStream>(), krate.private());
    quote! {
        const _: () = {
            #[allow(unused_imports, reason = "relationships do without")]
            use #p::NoEdge as _;
            #checks
        };
    }
}

fn type_name(item: &ItemFn) -> Ident {
    let name = &item.sig.ident;
    format_ident!("{name}", span = name.span())
}
