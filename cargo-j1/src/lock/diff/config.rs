//! Differences between the configurations of two locks.

use std::collections::BTreeMap;

use super::Found;
use crate::lock::{Config, Kind};

type Fields = BTreeMap<String, Config>;

/// Finds what differs.
pub fn compare(old: &Fields, new: &Fields, found: &mut Found) {
    let gone: Vec<_> = old.iter().filter(|(name, _)| !new.contains_key(*name)).collect();
    let come: Vec<_> = new.iter().filter(|(name, _)| !old.contains_key(*name)).collect();
    for (name, before) in old {
        if let Some(after) = new.get(name) {
            one(&at(name), before, after, found);
        }
    }
    // A removed and an added field that differ in nothing but the name are a rename.
    if let ([(name, before)], [(other, after)]) = (gone.as_slice(), come.as_slice())
        && before == after
    {
        found.changed(Kind::ConfigRenamed, &at(name), name, other);
        return;
    }
    for (name, before) in gone {
        found.removed(Kind::ConfigRemoved, &at(name), before.kind.as_str());
    }
    for (name, after) in come {
        let kind = if after.required { Kind::ConfigRequiredAdded } else { Kind::ConfigAdded };
        found.added(kind, &at(name), after.kind.as_str());
    }
}

fn at(name: &str) -> String {
    format!("config {name}")
}

fn one(at: &str, old: &Config, new: &Config, found: &mut Found) {
    let yes_no = |yes: bool, is: &str, is_not: &str| if yes { is.to_owned() } else { is_not.to_owned() };
    if old.secret == new.secret {
        // The kind of a secret is that it is one.
        found.changed(Kind::ConfigKindChanged, at, &old.kind, &new.kind);
    } else {
        let kind = if new.secret { Kind::ConfigBecameSecret } else { Kind::ConfigNoLongerSecret };
        let secret = |of: &Config| yes_no(of.secret, "secret", "not secret");
        found.changed(kind, at, &secret(old), &secret(new));
    }
    if old.required == new.required {
        let default = |of: &Config| of.default.clone().unwrap_or_else(|| "none".to_owned());
        found.changed(Kind::ConfigDefaultChanged, at, &default(old), &default(new));
    } else {
        let kind = if new.required { Kind::ConfigBecameRequired } else { Kind::ConfigBecameOptional };
        let required = |of: &Config| yes_no(of.required, "required", "optional");
        found.changed(kind, at, &required(old), &required(new));
    }
}
