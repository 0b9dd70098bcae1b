//! Types that steps build on although no step of this version emits them: `reads(optional T)`.
//!
//! Without objects of such a type nothing is missing, unless JupiterOne holds some: an earlier version has emitted them, and what
//! was made of them still exists at the provider.

use std::collections::{BTreeMap, BTreeSet};

use j1_core::graph::{Naming, ObjectMeta, Type};
use j1_core::shared::inserted;
use j1_core::step::StepMeta;

/// Returns the types that are built on a type that no step emits, by that type.
pub(super) fn built_on_unread(steps: &[StepMeta], naming: &Naming) -> BTreeMap<String, BTreeSet<String>> {
    let emitted = |ty: &Type| steps.iter().flat_map(|step| step.emits).any(|object| object.ty() == *ty);
    let needed = steps.iter().flat_map(|step| step.needs.iter().copied().flatten());
    let unread = needed.filter(|ty| !emitted(ty));
    inserted(unread.map(|ty| (ty.name(naming), inserted(built_on(steps, *ty).map(|ty| ty.name(naming))))))
}

/// Returns the types that are built on this one: what a step emits that reads it, relationships that end at it, and what is built
/// on those.
fn built_on(steps: &[StepMeta], ty: Type) -> impl Iterator<Item = Type> {
    let mut all = vec![ty];
    let mut next = 0;
    while let Some(ty) = all.get(next).copied() {
        next += 1;
        for step in steps {
            let reads = step.reads.iter().any(|read| read.ty == ty && !read.is_expected());
            for object in step.emits {
                let ends = match object {
                    ObjectMeta::Relationship(meta) => meta.from == ty || meta.to == ty,
                    ObjectMeta::Entity(_) => false,
                };
                if (reads || ends) && !all.contains(&object.ty()) {
                    all.push(object.ty());
                }
            }
        }
    }
    all.into_iter().skip(1)
}
