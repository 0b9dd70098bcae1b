//! Differences between two locks.

mod config;
mod entity;
mod property;
mod relationship;
mod rename;
mod step;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::{Kind, Level, Lock};

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The kind of edit.
    pub kind: Kind,
    /// The place: a `_type`, `acme_user.email`, step `fetch-users`.
    pub at: String,
    /// The old value, if there was one.
    pub old: Option<String>,
    /// The new value, if there is one.
    pub new: Option<String>,
}

/// Lists the differences between two locks, the most serious first.
///
/// A rename is one difference: references to the renamed item are compared under its new name.
pub fn differences(old: &Lock, new: &Lock) -> Vec<Difference> {
    let mut found = Found::default();
    about(old, new, &mut found);
    let mut old = old.clone();
    rename::integration(&mut old, &new.integration.name);
    rename::integration_type(&mut old, &new.integration.ty);
    let types = entity::compare(&old, new, &mut found);
    rename::types(&mut old, &types);
    let types = relationship::compare(&old.relationships, &new.relationships, &mut found);
    rename::types(&mut old, &types);
    step::compare(&old, new, &mut found);
    config::compare(&old.config, &new.config, &mut found);
    found.0.sort_by_key(|difference| std::cmp::Reverse(difference.kind.level()));
    found.0
}

fn about(old: &Lock, new: &Lock, found: &mut Found) {
    let (old, new) = (&old.integration, &new.integration);
    let versions = [old, new].map(|of| of.version.to_string());
    for (kind, old, new) in [
        (Kind::IntegrationRenamed, &old.name, &new.name),
        (Kind::IntegrationTypeChanged, &old.ty, &new.ty),
        (Kind::TitleChanged, &old.title, &new.title),
        (Kind::DataModelChanged, &old.data_model, &new.data_model),
        (Kind::VersionChanged, &versions[0], &versions[1]),
    ] {
        found.changed(kind, "the integration", old, new);
    }
}

/// The differences so far.
#[derive(Debug, Default)]
struct Found(Vec<Difference>);

impl Found {
    /// Adds a difference if the texts are not the same.
    fn changed(
        &mut self,
        kind: Kind,
        at: &str,
        old: &(impl ToString + PartialEq),
        new: &(impl ToString + PartialEq),
    ) {
        let (old, new) = (old.to_string(), new.to_string());
        if old != new {
            self.0.push(Difference { kind, at: at.to_owned(), old: Some(old), new: Some(new) });
        }
    }

    /// Adds something that is new.
    fn added(&mut self, kind: Kind, at: &str, new: impl Into<String>) {
        self.0.push(Difference { kind, at: at.to_owned(), old: None, new: Some(new.into()) });
    }

    /// Adds something that was removed.
    fn removed(&mut self, kind: Kind, at: &str, old: impl Into<String>) {
        self.0.push(Difference { kind, at: at.to_owned(), old: Some(old.into()), new: None });
    }

    /// Adds each item that is in only one of the sets.
    fn sets(
        &mut self,
        at: &str,
        (removed, old): (Kind, &BTreeSet<String>),
        (added, new): (Kind, &BTreeSet<String>),
    ) {
        for gone in old.difference(new) {
            self.removed(removed, at, gone.as_str());
        }
        for come in new.difference(old) {
            self.added(added, at, come.as_str());
        }
    }
}

/// Names, one after the other.
fn joined<'s>(names: impl IntoIterator<Item = &'s String>) -> String {
    let names: Vec<&str> = names.into_iter().map(String::as_str).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// Returns the highest level among differences; `None` without differences.
pub fn gravest(differences: &[Difference]) -> Option<Level> {
    differences.iter().map(|difference| difference.kind.level()).max()
}
