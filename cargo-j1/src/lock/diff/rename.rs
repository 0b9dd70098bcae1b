//! Renames, listed under the new name, so that one rename is one difference.

use std::collections::{BTreeMap, BTreeSet};

use j1_core::config::variable;

use crate::lock::{Lock, Mapped, Relationship};

/// New names by the old ones.
pub type Renames = BTreeMap<String, String>;

/// Puts the new name of the integration into the variables that begin with the old one.
pub fn integration(lock: &mut Lock, new: &str) {
    let old = variable(&std::mem::replace(&mut lock.integration.name, new.to_owned()), "");
    let new = variable(new, "");
    let name = |name: String| name.strip_prefix(&old).map(|field| format!("{new}{field}")).unwrap_or(name);
    lock.config = std::mem::take(&mut lock.config).into_iter().map(|(of, field)| (name(of), field)).collect();
}

/// Replaces the old integration type by the new one wherever it stands in a `_type` or a key.
pub fn integration_type(lock: &mut Lock, new: &str) {
    let old = std::mem::replace(&mut lock.integration.ty, new.to_owned());
    if old == new || old.is_empty() {
        return;
    }
    let names = lock.entity.keys().chain(lock.relationships.direct.iter().map(|edge| &edge.ty));
    let names = names.chain(lock.relationships.mapped.iter().map(|edge| &edge.ty));
    // Whole words only: `acme` does not match in `acmeco`.
    let renames = names.filter_map(|name| Some((name.clone(), replaced(name, &old, new)?))).collect();
    types(lock, &renames);
    for entity in lock.entity.values_mut() {
        if let Some(key) = replaced(&entity.key, &old, new) {
            entity.key = key;
        }
    }
}

/// Returns the text with the new word in place of the old one; `None` if nothing changes.
fn replaced(text: &str, old: &str, new: &str) -> Option<String> {
    let mut out = String::new();
    let (mut rest, mut before) = (text, None::<char>);
    let ends = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
    while let Some((head, tail)) = rest.split_once(old) {
        out += head;
        before = head.chars().next_back().or(before);
        let whole = ends(before) && ends(tail.chars().next());
        out += if whole { new } else { old };
        before = old.chars().next_back();
        rest = tail;
    }
    out += rest;
    (out != text).then_some(out)
}

/// Replaces renamed `_type`s everywhere in the lock.
pub fn types(lock: &mut Lock, renames: &Renames) {
    if renames.is_empty() {
        return;
    }
    let name = |old: &String| renames.get(old).unwrap_or(old).clone();
    let names = |old: &BTreeSet<String>| old.iter().map(name).collect::<BTreeSet<_>>();
    lock.entity = std::mem::take(&mut lock.entity).into_iter().map(|(ty, of)| (name(&ty), of)).collect();
    let edges = &mut lock.relationships;
    edges.direct = std::mem::take(&mut edges.direct)
        .into_iter()
        .map(|edge| Relationship { from: name(&edge.from), to: name(&edge.to), ty: name(&edge.ty), ..edge })
        .collect();
    edges.mapped = std::mem::take(&mut edges.mapped)
        .into_iter()
        .map(|edge| Mapped { source: name(&edge.source), ty: name(&edge.ty), ..edge })
        .collect();
    for step in lock.step.values_mut() {
        step.emits = names(&step.emits);
        step.reads = names(&step.reads);
        step.reads_optionally = names(&step.reads_optionally);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_rename_needs_a_whole_word() {
        for (text, expected) in [
            ("application_acme", Some("application_beta")),
            ("acme:app:{id}", Some("beta:app:{id}")),
            ("acmeco_user", None),
            ("pacme_acme_acme", Some("pacme_beta_beta")),
        ] {
            assert_eq!(super::replaced(text, "acme", "beta").as_deref(), expected, "{text}");
        }
    }
}
