//! Finds the types of a step's `reads(..)` that it can read while they are still being collected.
//!
//! A step that looks up keys must not begin before all keys are known: it would treat an entity that is not collected
//! yet as one that does not exist, leave the relationship out, and JupiterOne would delete it. So a step reads along
//! only if its body shows that it looks up nothing: the job occurs only as the receiver of the methods in
//! [`HARMLESS`]. A job that is passed to a function or into a macro may be used for a lookup there.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{FnArg, ItemFn, Pat, Type};

/// The methods of a job that do not look up keys.
const HARMLESS: [&str; 8] =
    ["add", "each", "event", "info", "tie_from", "tie_to", "warn_incomplete_data", "warn_missing_permission"];

/// The types that a step reads along.
#[derive(Default)]
pub struct Streams {
    /// `T` of each `job.each::<T>()`, as text; empty if the step may look keys up.
    each: Vec<String>,
}

impl Streams {
    /// Reads the body of a step.
    pub fn of_step(item: &ItemFn) -> Self {
        let Some(job) = job(item) else { return Self::default() };
        let mut streams = Self::default();
        if streams.harmless(item.block.to_token_stream(), job) { streams } else { Self::default() }
    }

    /// Returns the constructor of `ReadMeta` for a type that is read back.
    pub fn reads(&self, ty: &Type) -> Ident {
        let along = self.each.contains(&ty.to_token_stream().to_string());
        Ident::new(if along { "streamed" } else { "stored" }, proc_macro2::Span::call_site())
    }

    /// Returns `true` if the job is used for harmless methods only; collects the types that are read with it.
    fn harmless(&mut self, tokens: TokenStream, job: &Ident) -> bool {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        tokens.iter().enumerate().all(|(at, token)| match token {
            TokenTree::Group(group) => self.harmless(group.stream(), job),
            TokenTree::Ident(name) if name == job => {
                // In `other.job` it is a field of another value.
                let field = at > 0
                    && is_punct(tokens.get(at - 1), '.')
                    && !is_punct(tokens.get(at.wrapping_sub(2)), '.');
                field || self.call(tokens.get(at + 1..).unwrap_or_default())
            }
            _ => true,
        })
    }

    /// Returns `true` if the job is followed by a call of a harmless method.
    fn call(&mut self, rest: &[TokenTree]) -> bool {
        let [TokenTree::Punct(dot), TokenTree::Ident(method), rest @ ..] = rest else { return false };
        if dot.as_char() != '.' || !HARMLESS.iter().any(|harmless| method == harmless) {
            return false;
        }
        if method == "each"
            && let [colon, second, open, rest @ ..] = rest
            && is_punct(Some(colon), ':')
            && is_punct(Some(second), ':')
            && is_punct(Some(open), '<')
        {
            let (mut depth, mut ty) = (1, TokenStream::new());
            for token in rest {
                depth += i32::from(is_punct(Some(token), '<')) - i32::from(is_punct(Some(token), '>'));
                if depth == 0 {
                    break;
                }
                ty.extend([token.clone()]);
            }
            self.each.extend(syn::parse2::<Type>(ty).map(|ty| ty.to_token_stream().to_string()));
        }
        true
    }
}

/// The name of the step's last parameter.
fn job(item: &ItemFn) -> Option<&Ident> {
    let FnArg::Typed(job) = item.sig.inputs.last()? else { return None };
    match &*job.pat {
        Pat::Ident(job) => Some(&job.ident),
        _ => None,
    }
}

fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    fn streams(item: &ItemFn) -> bool {
        Streams::of_step(item).reads(&parse_quote!(Group)) == "streamed"
    }

    #[test]
    fn a_step_that_looks_nothing_up_reads_along() {
        assert!(streams(&parse_quote! {
            async fn fetch(acme: &Acme, job: &mut Job<fetch>) -> Result<Outcome> {
                let mut groups = provider::lists(job.each::<Group>()?, 8, |group| acme.members(group));
                while let Some((group, members)) = groups.next().await? {
                    for member in &members {
                        job.tie_to::<Has<Group, User>>(&group, member.id()).await?;
                        job.info(format!("{}", other.job));
                    }
                }
                groups.finish()
            }
        }));
    }

    #[test]
    fn a_step_that_may_look_something_up_waits() {
        let bodies: [syn::Block; 7] = [
            parse_quote!({
                let g = job.each::<Group>()?;
                job.find::<Group>("1");
            }),
            parse_quote!({
                let g = job.each::<Group>()?;
                owner(job);
            }),
            parse_quote!({
                let g = job.each::<Group>()?;
                owner!(job, g);
            }),
            parse_quote!({
                let g = job.each::<Group>()?;
                let j = &mut *job;
            }),
            parse_quote!({
                let g = job.each::<Group>()?;
                for i in 0..job {}
            }),
            parse_quote!({
                let g: Each<Group> = job.each()?;
            }),
            parse_quote!({
                let g = job.each::<Other>()?;
            }),
        ];
        for body in bodies {
            let item =
                parse_quote!(async fn fetch(acme: &Acme, job: &mut Job<fetch>) -> Result<Outcome> #body);
            assert!(!streams(&item), "{}", body.to_token_stream());
        }
    }
}
