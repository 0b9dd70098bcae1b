//! Differences between the steps of two locks.

use std::collections::{BTreeMap, BTreeSet};

use super::rename::Renames;
use super::{Found, joined};
use crate::lock::{Kind, Lock, Step};

/// Finds what differs.
pub fn compare(old: &Lock, new: &Lock, found: &mut Found) {
    let renames = renames(old, new);
    let old: BTreeMap<String, Step> =
        old.step.iter().map(|(id, step)| (id.clone(), renamed(step, &renames))).collect();
    let name = |id: &String| renames.get(id).unwrap_or(id).clone();
    let common = Common {
        types: &known(&old) & &known(&new.step),
        steps: old.keys().map(name).filter(|name| new.step.contains_key(name)).collect(),
    };
    for (id, before) in &old {
        let name = name(id);
        let at = format!("step {name}");
        found.changed(Kind::StepRenamed, &at, id, &name);
        match new.step.get(&name) {
            Some(after) => one(&at, before, after, &common, found),
            None => found.removed(Kind::StepRemoved, &at, id),
        }
    }
    for id in new.step.keys().filter(|id| !common.steps.contains(*id)) {
        found.added(Kind::StepAdded, &format!("step {id}"), id);
    }
}

/// The types and steps that both locks have. The others are reported elsewhere as added or removed.
struct Common {
    types: BTreeSet<String>,
    steps: BTreeSet<String>,
}

/// Returns the step with the steps it waits for under their new names.
fn renamed(step: &Step, renames: &Renames) -> Step {
    let after = step.after.iter().map(|id| renames.get(id).unwrap_or(id).clone()).collect();
    Step { after, ..step.clone() }
}

/// Finds the steps that were removed, each with a new step that emits the same types.
fn renames(old: &Lock, new: &Lock) -> Renames {
    let mut renames = Renames::new();
    for (id, before) in old.step.iter().filter(|(id, _)| !new.step.contains_key(*id)) {
        let same = |(name, after): &(&String, &Step)| {
            !old.step.contains_key(*name)
                && !renames.values().any(|taken| taken == *name)
                && !after.emits.is_empty()
                && after.emits == before.emits
        };
        if let Some((name, _)) = new.step.iter().find(same) {
            renames.insert(id.clone(), name.clone());
        }
    }
    renames
}

/// Every type that a step adds.
fn known(steps: &BTreeMap<String, Step>) -> BTreeSet<String> {
    steps.values().flat_map(|step| step.emits.iter().cloned()).collect()
}

fn one(at: &str, old: &Step, new: &Step, common: &Common, found: &mut Found) {
    let emits = |step: &Step| &step.emits & &common.types;
    found.sets(at, (Kind::StepEmitsLess, &emits(old)), (Kind::StepEmitsMore, &emits(new)));
    for ty in old.reads.intersection(&new.reads_optionally) {
        found.changed(Kind::StepReadBecameOptional, at, ty, &format!("optional {ty}"));
    }
    for ty in old.reads_optionally.intersection(&new.reads) {
        found.changed(Kind::StepReadBecameRequired, at, &format!("optional {ty}"), ty);
    }
    let reads = |step: &Step| &(&step.reads | &step.reads_optionally) & &common.types;
    let (before, after) = (reads(old), reads(new));
    found.sets(at, (Kind::StepReadsLess, &before), (Kind::StepReadsMore, &after));
    if before == after {
        // A change of what it reads changes what it waits for, and has been reported.
        let waits = |step: &Step| joined(&(&step.after & &common.steps));
        found.changed(Kind::StepOrderChanged, at, &waits(old), &waits(new));
    }
    found.sets(at, (Kind::PermissionRemoved, &old.permissions), (Kind::PermissionAdded, &new.permissions));
}
