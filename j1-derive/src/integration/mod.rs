//! `#[derive(J1Integration)]`: the list of steps, with one check for each step so that an error points at it.

use j1_model::rules;
use proc_macro2::{TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{DeriveInput, Ident, LitStr, Path, Token, Type};

use crate::attr::{self, Item, Keys};
use crate::case;
use crate::ctxt::Ctxt;

const KEYS: Keys = Keys {
    known: &[
        "name",
        "title",
        "type",
        "config",
        "steps",
        "shards",
        "shard_budget",
        "retired",
        "duplicates",
        "before_add",
        "after_add",
        "crate",
    ],
    repeatable: &[],
    on: "an integration",
};

pub fn derive(input: &DeriveInput) -> TokenStream {
    let mut cx = Ctxt::default();
    let items = attr::all(&mut cx, &input.attrs, &KEYS);
    let krate = attr::Krate::from_items(&mut cx, &items);
    let name = attr::read::<LitStr>(&mut cx, &items, "name");
    if attr::take(&items, "name").is_none() {
        cx.error(
            &input.ident,
            "E0312",
            "an integration has a name, the prefix of its variables; add `#[j1(name = \"acme\")]`",
        );
    }
    let config = attr::read::<Type>(&mut cx, &items, "config");
    if attr::take(&items, "config").is_none() {
        cx.error(&input.ident, "E0312", "an integration has a configuration; add `#[j1(config = Config)]`, a `#[derive(J1Config)]` struct");
    }
    let steps = steps(&mut cx, input, &items);
    let sharding = sharding(&mut cx, &items);
    let rest = [
        retired(&mut cx, &krate, &items, &steps),
        duplicates(&mut cx, &krate, &items),
        hooks(&mut cx, &krate, &items),
    ];
    let ty = attr::read::<LitStr>(&mut cx, &items, "type");
    check_names(&mut cx, name.as_ref(), ty.as_ref());
    let name = name.unwrap_or_else(|| LitStr::new("", input.ident.span()));
    let title = attr::read::<LitStr>(&mut cx, &items, "title").unwrap_or_else(|| name.clone());
    let ty = ty.unwrap_or_else(|| name.clone());
    // The trait is implemented in spite of other errors, so that uses of the integration compile.
    let expansion = config.map(|config| {
        let steps = Steps { list: &steps, sharding: sharding.as_ref() };
        expand(input, &krate, &[name, title, ty], &config, &steps, &rest)
    });
    let errors = cx.into_tokens();
    quote!(#errors #expansion)
}

/// Checks the name and the integration type. Without a type, the name serves as both.
fn check_names(cx: &mut Ctxt, name: Option<&LitStr>, ty: Option<&LitStr>) {
    if let Some(ty) = ty {
        cx.rule(ty, rules::integration_type(&ty.value()));
    }
    let Some(name) = name else { return };
    let broken = rules::integration_name(&name.value());
    let broken = broken.or_else(|| ty.is_none().then(|| rules::integration_type(&name.value())).flatten());
    cx.rule(name, broken);
}

fn steps(cx: &mut Ctxt, input: &DeriveInput, items: &[Item]) -> Vec<Path> {
    let Some(item) = attr::take(items, "steps") else {
        cx.error(&input.ident, "E0312", "an integration has steps; add `#[j1(steps(fetch_users))]`");
        return Vec::new();
    };
    let call = item.value.clone().into_iter().find(|token| matches!(token, TokenTree::Group(_)));
    if let Some(call) = call {
        cx.error(
            call,
            "E0312",
            "steps are names with commas between them; write `steps(fetch_users, fetch_groups)`",
        );
        return Vec::new();
    }
    if item.value.is_empty() {
        let message =
            "`steps()` names no step, so the integration would send nothing; name each, `steps(fetch_users)`";
        cx.error(&item.key, "E0312", message);
        return Vec::new();
    }
    let list = attr::read_item::<Paths>(cx, item).map_or_else(Vec::new, |list| list.0.into_iter().collect());
    once(cx, list)
}

/// The paths of a list.
struct Paths(Punctuated<Path, Token![,]>);

impl Parse for Paths {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Punctuated::parse_terminated(input).map(Self)
    }
}

/// The texts of a list.
struct Texts(Punctuated<LitStr, Token![,]>);

impl Parse for Texts {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Punctuated::parse_terminated(input).map(Self)
    }
}

/// Reports and leaves out steps with the id of an earlier one; the id follows from the name of the function.
fn once(cx: &mut Ctxt, list: Vec<Path>) -> Vec<Path> {
    let mut all: Vec<Path> = Vec::new();
    for step in list {
        let name = |path: &Path| path.segments.last().map(|segment| segment.ident.clone());
        if all.iter().any(|before| name(before) == name(&step)) {
            let id = name(&step).map_or_else(String::new, |name| case::kebab(&name.to_string()));
            let message = format!(
                "two steps have the id `{id}`, and JupiterOne tells steps apart by it; rename one of the two functions"
            );
            cx.error(&step, "E0705", message);
        } else {
            all.push(step);
        }
    }
    all
}

/// The types that the integration no longer has, and the check that no step emits them.
fn retired(cx: &mut Ctxt, krate: &attr::Krate, items: &[Item], steps: &[Path]) -> TokenStream {
    let Some(item) = attr::take(items, "retired") else { return TokenStream::new() };
    if syn::parse2::<Texts>(item.value.clone()).is_err() {
        let message = "a retired type is a text, its `_type`; write `retired(\"acme_group\")`";
        cx.error(&item.value, "E0312", message);
        return TokenStream::new();
    }
    let list = attr::read_item::<Texts>(cx, item);
    let types: Vec<LitStr> = list.map_or_else(Vec::new, |list| list.0.into_iter().collect());
    let p = krate.private();
    let checks = types.iter().flat_map(|ty| {
        let p = krate.private_at(ty.span());
        steps.iter().enumerate().map(move |(index, step)| {
            quote_spanned! {ty.span()=>
                const _: () = #p::check_retired::<#step, #p::Fact<{ #p::is_gone(&STEPS[#index], #ty) }>>();
            }
        })
    });
    quote! {
        const RETIRED: &'static [#p::Type] = {
            #(#checks)*
            &[#(#p::Type::new(#types)),*]
        };
    }
}

/// Reads the policy for two objects with one key.
fn duplicates(cx: &mut Ctxt, krate: &attr::Krate, items: &[Item]) -> TokenStream {
    let Some(policy) = attr::read::<Ident>(cx, items, "duplicates") else { return TokenStream::new() };
    let p = krate.private();
    let variant = match policy.to_string().as_str() {
        "refuse" => quote!(Refuse),
        "keep_first" => quote!(KeepFirst),
        "fail" => quote!(Fail),
        _ => {
            cx.error(&policy, "E0312", "two objects with one key are `refuse`, `keep_first` or `fail`");
            return TokenStream::new();
        }
    };
    quote!(const DUPLICATES: #p::Duplicates = #p::Duplicates::#variant;)
}

/// Reads the hooks before and after each object is added.
fn hooks(cx: &mut Ctxt, krate: &attr::Krate, items: &[Item]) -> TokenStream {
    let p = krate.private();
    let before = attr::read::<Path>(cx, items, "before_add").map(|path| {
        quote_spanned! {path.span()=>
            fn before_add(&self, record: &#p::EncodedObject<'_>) -> #p::Verdict {
                // One error where the function takes or returns something else.
                let hook: fn(&Self, &#p::EncodedObject<'_>) -> #p::Verdict = #path;
                hook(self, record)
            }
        }
    });
    let after = attr::read::<Path>(cx, items, "after_add").map(|path| {
        quote_spanned! {path.span()=>
            fn after_add(&self, record: &#p::EncodedObject<'_>) {
                #path(self, record);
            }
        }
    });
    quote!(#before #after)
}

/// The type along which the steps are cut into shards.
struct Sharding {
    ty: Type,
    /// The provider limits each shard by itself.
    own_budget: bool,
}

/// The steps, and their cut.
struct Steps<'a> {
    list: &'a [Path],
    sharding: Option<&'a Sharding>,
}

/// Reads the cut into shards.
fn sharding(cx: &mut Ctxt, items: &[Item]) -> Option<Sharding> {
    let ty = attr::read::<Type>(cx, items, "shards");
    let budget = attr::read::<Ident>(cx, items, "shard_budget");
    let own_budget = match &budget {
        None => false,
        Some(word) if word == "shared" => false,
        Some(word) if word == "own" => true,
        Some(word) => {
            cx.error(word, "E0312", "the budget of a shard is `shared` or `own`");
            false
        }
    };
    if let (None, Some(word)) = (attr::take(items, "shards"), &budget) {
        cx.error(
            word,
            "E0315",
            "`shard_budget` has no effect without `shards`; add `shards = ..`, or remove it",
        );
    }
    Some(Sharding { ty: ty?, own_budget })
}

impl Sharding {
    /// Returns the constants of the cut with their checks, and the member of the trait.
    fn expand(&self, krate: &attr::Krate, steps: &[Path]) -> (TokenStream, TokenStream) {
        let (ty, own, count, p) = (&self.ty, self.own_budget, steps.len(), krate.private());
        let at = krate.private_at(ty.span());
        let checks = steps.iter().enumerate().map(|(index, step)| {
            let p = krate.private_at(step.span());
            quote_spanned!(step.span()=> const _: () = #p::check_sharded(&STEPS, &PHASES, &SHARDED, #index);)
        });
        let emitters = steps.iter().enumerate().map(|(index, step)| {
            let before = quote_spanned!(ty.span()=> #at::emits_before(&STEPS[#index], PHASES[#index], &SHARDED));
            quote_spanned!(ty.span()=> const _: () = #at::check_emitter::<#ty, #step, #at::Fact<{ #before }>>();)
        });
        let constants = quote_spanned! {ty.span()=>
            const SHARDED: #at::Type = <#ty as #at::Object>::TYPE;
            const PHASES: [#at::Phase; #count] = #at::phases(&STEPS, &ORDER, SHARDED);
            const _: () = #at::check_cut::<
                #ty,
                #at::Fact<{ #at::is_emitted(&STEPS, &SHARDED) }>,
                #at::Fact<{ #at::is_read(&STEPS, &PHASES, &SHARDED) }>,
            >();
            #(#emitters)*
        };
        let member = quote! {
            const SHARDS: ::core::option::Option<#p::Cut> =
                ::core::option::Option::Some(#p::Cut { ty: SHARDED, phases: &PHASES, own_budget: #own });
        };
        (quote!(#constants #(#checks)*), member)
    }
}

fn expand(
    input: &DeriveInput,
    krate: &attr::Krate,
    names: &[LitStr; 3],
    config: &Type,
    steps: &Steps<'_>,
    rest: &[TokenStream; 3],
) -> TokenStream {
    let p = &krate.private();
    let (cut, shards) = steps.sharding.map(|cut| cut.expand(krate, steps.list)).unwrap_or_default();
    let steps = steps.list;
    let ([name, title, ty], ident, count) = (names, &input.ident, steps.len());
    let metas = steps.iter().map(|step| quote_spanned!(step.span()=> <#step as #p::Step>::META));
    // Both functions of a step from one call, so that one that does not run here is one error.
    let functions = steps.iter().map(|step| quote_spanned!(step.span()=> #p::functions::<#ident, #step>()));
    let (switches, runners) =
        ((0..count).map(|i| quote!(FUNCTIONS[#i].1)), (0..count).map(|i| quote!(FUNCTIONS[#i].0)));
    let checks = steps.iter().enumerate().map(|(index, step)| {
        let p = krate.private_at(step.span());
        quote_spanned!(step.span()=> const _: () = #p::check_step(&STEPS, #index);)
    });
    // A step that is in no list is unused, and rustc warns about it.
    let listed = steps.iter().map(|step| quote_spanned!(step.span()=> let () = <#step>::named_in_steps;));
    let at = krate.private_at(ident.span());
    let order = quote_spanned!(ident.span()=> const ORDER: [usize; #count] = #at::order(&STEPS););
    quote! {
        const _: () = {
            const STEPS: [#p::StepMeta; #count] = [#(#metas),*];
            #order
            #(#checks)*
            #cut
            const _: () = {
                #[allow(unused_imports, reason = "only a type that is not a step does without a list")]
                use #p::NotListed as _;
                #(#listed)*
            };

            const FUNCTIONS: [(#p::Runner<#ident>, #p::Switch<#ident>); #count] = [#(#functions),*];
            const RUNNERS: [#p::Runner<#ident>; #count] = [#(#runners),*];
            const SWITCHES: [#p::Switch<#ident>; #count] = [#(#switches),*];

            #[automatically_derived]
            impl #p::Integration for #ident {
                type Config = #config;
                const NAME: &'static str = #name;
                const TITLE: &'static str = #title;
                const TYPE: &'static str = #ty;
                const STEPS: &'static [#p::StepMeta] = &STEPS;
                const ORDER: &'static [usize] = &ORDER;
                #shards
                #(#rest)*

                fn runners() -> &'static [#p::Runner<Self>] {
                    &RUNNERS
                }

                fn switches() -> &'static [#p::Switch<Self>] {
                    &SWITCHES
                }
            }
        };
    }
}
