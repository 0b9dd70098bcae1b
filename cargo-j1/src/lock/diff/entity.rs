//! Differences between the entities of two locks.

use std::collections::BTreeSet;

use super::rename::Renames;
use super::{Found, joined, property};
use crate::lock::{Entity, Kind, Lock};

/// Finds what differs. Returns the `_type`s that were renamed.
pub fn compare(old: &Lock, new: &Lock, found: &mut Found) -> Renames {
    let mut renames = Renames::new();
    for (ty, before) in &old.entity {
        if let Some(after) = new.entity.get(ty) {
            one(ty, before, after, found);
        } else if let Some(name) =
            renamed(old, new, before).filter(|name| !renames.values().any(|taken| taken == *name))
        {
            found.changed(Kind::EntityTypeRenamed, ty, ty, name);
            one(name, before, &new.entity[name], found);
            renames.insert(ty.clone(), name.clone());
        } else {
            found.removed(Kind::EntityRemoved, ty, ty);
        }
    }
    for ty in new.entity.keys().filter(|ty| !old.entity.contains_key(*ty)) {
        if !renames.values().any(|name| name == ty) {
            found.added(Kind::EntityAdded, ty, ty);
        }
    }
    renames
}

/// Returns the new `_type` of the entity that the same struct makes.
fn renamed<'n>(old: &Lock, new: &'n Lock, before: &Entity) -> Option<&'n String> {
    let added = new.entity.iter().filter(|(ty, _)| !old.entity.contains_key(*ty));
    added.filter(|(_, after)| after.of == before.of).map(|(ty, _)| ty).next()
}

fn one(ty: &str, old: &Entity, new: &Entity, found: &mut Found) {
    found.changed(Kind::EntityStructRenamed, ty, &old.of, &new.of);
    classes(ty, old, new, found);
    found.changed(Kind::KeyChanged, ty, &old.key, &new.key);
    found.sets(ty, (Kind::RawDataRemoved, &old.raw_data), (Kind::RawDataAdded, &new.raw_data));
    nulls(ty, old, new, found);
    // Properties that were or are always `null` have been reported.
    let mut before = old.property.clone();
    let mut after = new.property.clone();
    before.retain(|name, _| !new.null.contains(name));
    after.retain(|name, _| !old.null.contains(name));
    property::compare(ty, &before, &after, found);
}

fn classes(ty: &str, old: &Entity, new: &Entity, found: &mut Found) {
    if old.class == new.class {
        return;
    }
    let [before, after] = [&old.class, &new.class].map(|all| all.iter().collect::<BTreeSet<_>>());
    let kind = if before == after {
        Kind::EntityClassOrderChanged
    } else if before.is_subset(&after) {
        Kind::EntityClassAdded
    } else if after.is_subset(&before) {
        Kind::EntityClassRemoved
    } else {
        Kind::EntityClassReplaced
    };
    found.changed(kind, ty, &joined(&old.class), &joined(&new.class));
}

/// Compares the properties that are always `null`.
fn nulls(ty: &str, old: &Entity, new: &Entity, found: &mut Found) {
    for name in old.null.difference(&new.null) {
        let at = format!("{ty}.{name}");
        match new.property.get(name) {
            Some(filled) => {
                found.changed(Kind::PropertyNoLongerNull, &at, &"null".to_owned(), &filled.to_string());
            }
            None => found.removed(Kind::NullRemoved, &at, "null"),
        }
    }
    for name in new.null.difference(&old.null) {
        let at = format!("{ty}.{name}");
        match old.property.get(name) {
            Some(filled) => {
                found.changed(Kind::PropertyNowNull, &at, &filled.to_string(), &"null".to_owned());
            }
            None => found.added(Kind::NullAdded, &at, "null"),
        }
    }
}
