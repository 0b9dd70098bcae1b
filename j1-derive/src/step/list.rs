//! Refuses entries of `emits(..)` and `reads(..)` that are not types which can be emitted or read.
//!
//! rustc would report each several times, once for every place where the expansion names the type.

use quote::ToTokens;
use syn::Type;

use crate::ctxt::Ctxt;
use crate::entity::field::{argument, is_named, last_name};
use crate::entity::relation::refuse_function;
use crate::step::Read;

/// The types without those that are refused.
pub fn emitted(cx: &mut Ctxt, emits: Vec<Type>) -> Vec<Type> {
    let all: Vec<String> = emits.iter().map(|ty| ty.to_token_stream().to_string()).collect();
    let emits: Vec<Type> = emits.into_iter().map(|ty| owned(cx, ty)).collect();
    let is_entity = |ty: &Type| all.contains(&ty.to_token_stream().to_string());
    let keeps = |ty: &Type| {
        let mapped = argument(ty, 0).filter(|_| is_named(ty, "Mapped"));
        if let Some(entity) = mapped.filter(|inner| argument(inner, 0).is_none() && is_entity(inner)) {
            let message =
                "`Mapped` holds a relationship, such as `Mapped<Is<User, Person>>`, and this is an entity";
            cx.error(entity, "E0502", message);
            return false;
        }
        !refuse_function(cx, mapped.unwrap_or(ty))
    };
    emits.into_iter().filter(keeps).collect()
}

/// The types without those that are refused.
pub fn read(cx: &mut Ctxt, reads: Vec<Read>) -> Vec<Read> {
    let reads: Vec<Read> = reads.into_iter().map(|read| Read { ty: owned(cx, read.ty), ..read }).collect();
    let keeps = |read: &Read| {
        let name = last_name(&read.ty);
        if ["optional", "all", "keys", "expected"].contains(&&*name) {
            cx.error(
                &read.ty,
                "E0312",
                format!("`{name}` stands before the type, without a comma: `reads({name} User)`"),
            );
            return false;
        }
        if argument(&read.ty, 1).is_some() {
            let message = "only entities are read back; read the two ends of the relationship, or keep what you need of it in an \
                           entity";
            cx.error(&read.ty, "E0708", message);
            return false;
        }
        true
    };
    reads.into_iter().filter(keeps).collect()
}

/// The type itself where a reference to it is written, which is an error.
fn owned(cx: &mut Ctxt, ty: Type) -> Type {
    let Type::Reference(reference) = ty else { return ty };
    let name = last_name(&reference.elem);
    cx.error(&reference, "E0312", format!("a step names types, without `&`; write `{name}`"));
    *reference.elem
}
