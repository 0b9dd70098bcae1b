//! Differences between the relationships of two locks.

use std::collections::BTreeSet;

use super::rename::Renames;
use super::{Found, joined, property};
use crate::lock::{Kind, Mapped, Relationship, Relationships};

/// Finds what differs. Returns the `_type`s that were renamed.
pub fn compare(old: &Relationships, new: &Relationships, found: &mut Found) -> Renames {
    let (mut gone, mut come) = (refs(&old.direct), refs(&new.direct));
    let (mut mapped_gone, mut mapped_come) = (refs(&old.mapped), refs(&new.mapped));
    let mut renames = Renames::new();
    for alike in DIRECT_SAME {
        for (before, after) in pairs(&mut gone, &mut come, alike) {
            direct(before, after, found, &mut renames);
        }
    }
    for alike in MAPPED_SAME {
        for (before, after) in pairs(&mut mapped_gone, &mut mapped_come, alike) {
            mapped(before, after, found, &mut renames);
        }
    }
    for (kind, alike) in DIRECT_EDITS {
        for (before, after) in pairs(&mut gone, &mut come, alike) {
            found.changed(kind, &before.at(), &before.at(), &after.at());
            renames.insert(before.ty.clone(), after.ty.clone());
            property::compare(&after.at(), &before.property, &after.property, found);
        }
    }
    for (kind, alike) in MAPPED_EDITS {
        for (before, after) in pairs(&mut mapped_gone, &mut mapped_come, alike) {
            found.changed(kind, &before.at(), &before.at(), &after.at());
            renames.insert(before.ty.clone(), after.ty.clone());
            rest(before, after, found);
        }
    }
    for (before, after) in pairs(&mut gone, &mut mapped_come, |a, b| a.from == b.source && a.class == b.class)
    {
        found.changed(Kind::RelationshipBecameMapped, &before.at(), &before.at(), &after.at());
    }
    for (before, after) in pairs(&mut mapped_gone, &mut come, |a, b| a.source == b.from && a.class == b.class)
    {
        found.changed(Kind::MappedBecameDirect, &before.at(), &before.at(), &after.at());
    }
    for edge in gone {
        found.removed(Kind::RelationshipRemoved, &edge.at(), edge.at());
    }
    for edge in come {
        found.added(Kind::RelationshipAdded, &edge.at(), edge.at());
    }
    for edge in mapped_gone {
        found.removed(Kind::MappedRemoved, &edge.at(), edge.at());
    }
    for edge in mapped_come {
        found.added(Kind::MappedAdded, &edge.at(), edge.at());
    }
    renames
}

type Alike<T> = fn(&T, &T) -> bool;

/// Criteria by which two relationships are the same, the surest first: several can share ends and class.
const DIRECT_SAME: [Alike<Relationship>; 2] = [|a, b| a.same(b) && a.ty == b.ty, Relationship::same];

const MAPPED_SAME: [Alike<Mapped>; 2] = [|a, b| a.same(b) && a.found_by == b.found_by, Mapped::same];

type Edit<T> = (Kind, Alike<T>);

/// Criteria by which two different relationships are one that was edited, the likeliest first.
const DIRECT_EDITS: [Edit<Relationship>; 4] = [
    (Kind::RelationshipClassChanged, |a, b| (&a.from, &a.to) == (&b.from, &b.to)),
    (Kind::RelationshipReversed, |a, b| (&a.from, &a.to, &a.class) == (&b.to, &b.from, &b.class)),
    (Kind::RelationshipTargetChanged, |a, b| (&a.from, &a.class) == (&b.from, &b.class)),
    (Kind::RelationshipSourceChanged, |a, b| (&a.to, &a.class) == (&b.to, &b.class)),
];

const MAPPED_EDITS: [Edit<Mapped>; 3] = [
    (Kind::MappedDirectionChanged, |a, b| {
        (&a.source, &a.target, &a.class) == (&b.source, &b.target, &b.class)
    }),
    (Kind::MappedClassChanged, |a, b| {
        (&a.source, &a.target, &a.direction) == (&b.source, &b.target, &b.direction)
    }),
    (Kind::MappedTargetTypeChanged, |a, b| {
        (&a.source, &a.class, &a.direction) == (&b.source, &b.class, &b.direction)
    }),
];

fn refs<T>(all: &BTreeSet<T>) -> Vec<&T> {
    all.iter().collect()
}

/// Removes and returns the pairs that belong together; each item is in at most one pair.
fn pairs<'l, A, B>(
    gone: &mut Vec<&'l A>,
    come: &mut Vec<&'l B>,
    alike: impl Fn(&A, &B) -> bool,
) -> Vec<(&'l A, &'l B)> {
    let mut taken = Vec::new();
    gone.retain(|before| {
        let Some(place) = come.iter().position(|after| alike(before, after)) else { return true };
        taken.push((*before, come.remove(place)));
        false
    });
    taken
}

fn direct(old: &Relationship, new: &Relationship, found: &mut Found, renames: &mut Renames) {
    found.changed(Kind::RelationshipTypeChanged, &new.at(), &old.ty, &new.ty);
    renames.insert(old.ty.clone(), new.ty.clone());
    property::compare(&new.at(), &old.property, &new.property, found);
}

fn mapped(old: &Mapped, new: &Mapped, found: &mut Found, renames: &mut Renames) {
    found.changed(Kind::MappedTypeChanged, &new.at(), &old.ty, &new.ty);
    renames.insert(old.ty.clone(), new.ty.clone());
    rest(old, new, found);
}

/// Compares a mapped relationship beyond its ends and its class.
fn rest(old: &Mapped, new: &Mapped, found: &mut Found) {
    let at = new.at();
    found.changed(
        Kind::MappedTargetClassChanged,
        &at,
        &joined(&old.target_class),
        &joined(&new.target_class),
    );
    let filters = |of: &Mapped| {
        let lists: Vec<String> = of.found_by.iter().map(|list| list.join(" and ")).collect();
        lists.join(", or ")
    };
    found.changed(Kind::MappedFilterChanged, &at, &filters(old), &filters(new));
    let kind = if new.creates { Kind::MappedCreates } else { Kind::MappedNoLongerCreates };
    let creates = |of: &Mapped| if of.creates { "created if missing" } else { "not created" }.to_owned();
    found.changed(kind, &at, &creates(old), &creates(new));
    property::compare(&format!("target of {at}"), &old.target_property, &new.target_property, found);
    property::compare(&at, &old.property, &new.property, found);
}

impl Relationship {
    fn same(&self, other: &Self) -> bool {
        (&self.from, &self.class, &self.to) == (&other.from, &other.class, &other.to)
    }

    fn at(&self) -> String {
        format!("{} {} {}", self.from, self.class, self.to)
    }
}

impl Mapped {
    fn same(&self, other: &Self) -> bool {
        (&self.source, &self.class, &self.target, &self.direction)
            == (&other.source, &other.class, &other.target, &other.direction)
    }

    fn at(&self) -> String {
        if self.direction == "REVERSE" {
            format!("({}) {} {}", self.target, self.class, self.source)
        } else {
            format!("{} {} ({})", self.source, self.class, self.target)
        }
    }
}
