//! Finds the types that are partial because of other types.
//!
//! A type is partial through what it is built on: a relationship through the types of its ends, and everything that a step
//! emits through the types that the step reads. A type is not partial because another one of its step is.

use j1_core::graph::{ObjectMeta, RelationshipMeta, Type};
use j1_core::step::StepMeta;

use crate::engine::ledger::Ledger;
use crate::engine::plan::Plan;

/// The possibility that something exists although it was not collected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doubt {
    /// Every step that could have collected it has read everything.
    #[default]
    None,
    /// A step that could have collected it does not run, or not with everything, in any run.
    Settled,
    /// A step was to read everything and did not.
    Open,
}

/// Notes the types of a step that are partial because of what they are built on. Returns `true` if a step that this one
/// waits for is the reason for any of them.
pub(super) fn inherit(plan: &Plan, ledger: &mut Ledger, step: usize) -> bool {
    let mut inherited = false;
    let meta = &plan.steps[step];
    for other in plan.waits[step].iter().copied() {
        let id = plan.steps[other].id;
        for ty in plan.steps[other].emits.iter().map(ObjectMeta::ty) {
            if !ledger.is_open(other, ty) {
                continue;
            }
            // Anything that a step emits may be made of what it reads. A type that it only expects can be nothing but
            // an end of a relationship.
            let read = meta.reads.iter().any(|read| read.ty == ty && !read.is_expected()).then_some(None);
            for built in read.into_iter().chain(ending_at(meta, ty).map(|relationship| Some(relationship.ty)))
            {
                ledger.builds_on(step, built, id);
                inherited = true;
            }
        }
    }
    for ty in meta.emits.iter().map(ObjectMeta::ty) {
        if ledger.is_open(step, ty) {
            ending_at(meta, ty).for_each(|relationship| ledger.ends_at(step, relationship.ty, ty));
        }
    }
    inherited
}

/// The relationships of a step with an end of this type.
fn ending_at(step: &StepMeta, ty: Type) -> impl Iterator<Item = &RelationshipMeta> {
    step.emits.iter().filter_map(move |object| match object {
        ObjectMeta::Relationship(meta) if meta.from == ty || meta.to == ty => Some(meta),
        _ => None,
    })
}

/// Returns how likely an entity of this type exists although it was not collected; of any type if it is `None`.
///
/// A step that is disabled, or does without one that is, has not seen everything, no matter who decided it.
pub(super) fn doubt(plan: &Plan, ledger: &Ledger, ty: Option<Type>) -> Doubt {
    let emits = |step: &usize| {
        let emits = plan.steps[*step].emits;
        emits.iter().map(ObjectMeta::ty).filter(|other| ty.is_none_or(|ty| ty == *other)).collect::<Vec<_>>()
    };
    let all =
        || (0..plan.steps.len()).map(|step| (step, emits(&step))).filter(|(_, types)| !types.is_empty());
    if all().any(|(step, types)| types.iter().any(|ty| ledger.is_open(step, *ty))) {
        return Doubt::Open;
    }
    let settled = |(step, types): (usize, Vec<Type>)| {
        !plan.runs(step)
            || plan.lacking[step].is_some()
            || types.iter().any(|ty| ledger.is_settled(step, *ty))
    };
    if all().any(settled) { Doubt::Settled } else { Doubt::None }
}
