//! `async fn fetch(integration: &Integration, job: &mut Job<fetch>) -> Result<Outcome>`.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, ItemFn, Path, ReturnType, Type};

use crate::ctxt::Ctxt;
use crate::entity::field::{argument, bare, is_named, last_name};

/// Checks the signature, and makes the impl that runs the step.
pub fn check(cx: &mut Ctxt, item: &ItemFn, p: &TokenStream, enabled_if: Option<&Path>) -> TokenStream {
    let name = &item.sig.ident;
    if item.sig.asyncness.is_none() {
        cx.error(
            item.sig.fn_token,
            "E0707",
            format!("a step waits for the provider; write `async fn {name}`"),
        );
    }
    if matches!(item.sig.output, ReturnType::Default) {
        cx.error(
            name,
            "E0707",
            format!("`{name}` does not say whether it read everything; return `Result<Outcome>`"),
        );
    }
    if !item.sig.generics.params.is_empty() {
        cx.error(&item.sig.generics, "E0707", "a step has no parameters of type or lifetime; remove them");
    }
    if let ReturnType::Type(_, ty) = &item.sig.output
        && is_other_result(ty)
    {
        let message = format!("`{name}` does not say whether it read everything; return `Result<Outcome>`");
        cx.error(ty, "E0707", message);
    }
    if let Some(FnArg::Typed(job)) = item.sig.inputs.last() {
        let is_shared = match &*job.ty {
            Type::Reference(reference) => reference.mutability.is_none() && is_named(&reference.elem, "Job"),
            ty => is_named(ty, "Job"),
        };
        if is_shared {
            let message = format!("a step adds what it reads to its job; write `&mut Job<{name}>`");
            cx.error(&job.ty, "E0707", message);
        } else if let Some(other) = job_of_another(&job.ty, name) {
            let message = format!("this is the job of another step; write `Job<{name}>`");
            cx.error(other, "E0707", message);
        }
    }
    let arguments = arguments(cx, item);
    if let (Some(Arguments::JobAlone), Some(path)) = (&arguments, enabled_if) {
        cx.error(path, "E0707", "`enabled_if` asks the integration, so the step takes it, too: `(integration: &Integration, job: ..)`");
    }
    let Some(arguments) = arguments.filter(|_| cx.is_clean()) else { return stub(item, p) };
    let call_span = item.sig.output.span();
    match arguments {
        Arguments::WithIntegration(integration) => {
            let body = quote_spanned!(call_span=> ::std::boxed::Box::pin(#name(integration, job)));
            let enabled = enabled_if.map(|path| enabled(p, &integration, path));
            run_impl(item, p, &quote!(), &quote!(#integration), &quote!(#body), enabled.as_ref())
        }
        Arguments::JobAlone => {
            let body =
                quote_spanned! {call_span=> { let _ = integration; ::std::boxed::Box::pin(#name(job)) }};
            run_impl(item, p, &quote!(<C: ::core::marker::Sync>), &quote!(C), &body, None)
        }
    }
}

/// Returns the parameter of `&mut Job<..>` if that is not the step.
fn job_of_another<'ty>(ty: &'ty Type, name: &Ident) -> Option<&'ty Type> {
    let Type::Reference(reference) = ty else { return None };
    let step = argument(&reference.elem, 0).filter(|_| is_named(&reference.elem, "Job"))?;
    (matches!(step, Type::Path(_)) && *name != last_name(step)).then_some(step)
}

/// Returns `true` for what is certainly not a `Result<Outcome>`: an outcome that cannot fail, or a result of something else.
fn is_other_result(ty: &Type) -> bool {
    let Some(value) = argument(ty, 0) else { return is_named(ty, "Outcome") };
    match bare(value) {
        Type::Tuple(_) | Type::Reference(_) | Type::Slice(_) | Type::Array(_) => true,
        _ => {
            argument(value, 0).is_some()
                || ["String", "bool", "usize", "u64"].iter().any(|name| is_named(value, name))
        }
    }
}

/// Asks the function of `enabled_if`.
fn enabled(p: &TokenStream, integration: &Type, path: &Path) -> TokenStream {
    let call = quote_spanned!(path.span()=> #path(integration));
    quote! {
        fn enabled(integration: &#integration) -> #p::Enabled {
            #call
        }
    }
}

/// The parameters of a step.
enum Arguments {
    WithIntegration(Box<Type>),
    JobAlone,
}

/// Reads the parameters; `None` if they are not those of a step.
fn arguments(cx: &mut Ctxt, item: &ItemFn) -> Option<Arguments> {
    let inputs: Vec<&FnArg> = item.sig.inputs.iter().collect();
    match inputs.as_slice() {
        [_job] => Some(Arguments::JobAlone),
        [FnArg::Typed(first), _job] => {
            if let Type::Reference(reference) = &*first.ty
                && reference.mutability.is_none()
            {
                return Some(Arguments::WithIntegration(reference.elem.clone()));
            }
            cx.error(
                &first.ty,
                "E0707",
                "steps run side by side, so they share the integration; write `&Integration`",
            );
            None
        }
        _ => {
            let name = &item.sig.ident;
            cx.error(
                name,
                "E0707",
                format!("a step takes its integration and its job; write `(integration: &Integration, job: &mut Job<{name}>)`"),
            );
            None
        }
    }
}

fn run_impl(
    item: &ItemFn,
    p: &TokenStream,
    generics: &TokenStream,
    cx: &TokenStream,
    body: &TokenStream,
    enabled: Option<&TokenStream>,
) -> TokenStream {
    let name = &item.sig.ident;
    quote! {
        #[automatically_derived]
        impl #generics #p::StepFor<#cx> for #name {
            #enabled
            fn run<'a>(
                integration: &'a #cx,
                job: &'a mut #p::Job<Self>,
            ) -> #p::BoxFuture<'a, #p::Result<#p::Outcome>> {
                #body
            }
        }
    }
}

/// So that a list of steps does not complain of this one as well.
fn stub(item: &ItemFn, p: &TokenStream) -> TokenStream {
    run_impl(
        item,
        p,
        &quote!(<C: ::core::marker::Sync>),
        &quote!(C),
        &quote!({
            let _ = (integration, job);
            ::core::unreachable!()
        }),
        None,
    )
}
