//! The tables of a plan.

use std::collections::BTreeMap;

use j1_core::shared::grouped;

use crate::jupiterone::prediction::TypeChange;
use crate::observe::table::table;

/// The changes that a finalize would make, by type.
pub(super) fn changes(plan: &BTreeMap<String, TypeChange>) -> String {
    let mut rows = vec![["_type", "held", "create", "update", "delete", "kept"].map(str::to_owned)];
    for (ty, change) in plan {
        let TypeChange { create, update, delete, held, kept, mapped, .. } = *change;
        // Mapped relationships that could not be compared are only counted.
        let counted = mapped > 0 && create + update + delete + held == 0;
        let create = if counted { format!("{} mapped", grouped(mapped)) } else { grouped(create) };
        rows.push([ty.clone(), grouped(held), create, grouped(update), grouped(delete), grouped(kept)]);
    }
    table(&rows)
}

/// The first few objects that would change, a line each.
pub(super) fn samples(plan: &BTreeMap<String, TypeChange>) -> String {
    let mut lines = String::new();
    for (ty, change) in plan {
        let samples = &change.samples;
        let created = samples.create.iter().map(|key| format!("+ {ty} {key}\n"));
        let updated = samples
            .update
            .iter()
            .map(|object| format!("~ {ty} {}: {}\n", object.key, object.properties.join(", ")));
        let deleted = samples.delete.iter().map(|key| format!("- {ty} {key}\n"));
        let shown = samples.create.len() + samples.update.len() + samples.delete.len();
        let more = (change.create + change.update + change.delete).saturating_sub(shown as u64);
        let rest = (more > 0).then(|| format!("  {ty}: and {} more\n", grouped(more)));
        lines.extend(created.chain(updated).chain(deleted).chain(rest));
    }
    lines
}
