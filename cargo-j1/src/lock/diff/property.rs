//! Differences between the properties of two objects.

use std::fmt;

use super::{Found, joined};
use crate::lock::{Absence, Kind, Properties, Property};

/// Finds what differs between the properties of `owner`.
pub fn compare(owner: &str, old: &Properties, new: &Properties, found: &mut Found) {
    let mut taken = Vec::new();
    for (name, before) in old {
        let at = format!("{owner}.{name}");
        if let Some(after) = new.get(name) {
            one(&at, before, after, found);
            continue;
        }
        // The same field fills a property of another name: a rename.
        let added = new.iter().filter(|(other, _)| !old.contains_key(*other) && !taken.contains(other));
        match added.filter(|(_, after)| after.from == before.from).map(|(other, _)| other).next() {
            Some(other) => {
                found.changed(Kind::PropertyRenamed, &at, name, other);
                one(&format!("{owner}.{other}"), before, &new[other], found);
                taken.push(other);
            }
            None => found.removed(Kind::PropertyRemoved, &at, before.to_string()),
        }
    }
    for (name, after) in new.iter().filter(|(name, _)| !old.contains_key(*name) && !taken.contains(name)) {
        found.added(Kind::PropertyAdded, &format!("{owner}.{name}"), after.to_string());
    }
}

fn one(at: &str, old: &Property, new: &Property, found: &mut Found) {
    if let Some(kind) = type_kind(old, new) {
        found.changed(kind, at, &old.to_string(), &new.to_string());
    }
    if let Some(kind) = absence_kind(old.absent, new.absent) {
        found.changed(kind, at, &old.absent, &new.absent);
    }
    found.changed(Kind::PropertyClassesChanged, at, &joined(&old.class), &joined(&new.class));
    found.changed(Kind::PropertySourceChanged, at, &old.from, &new.from);
    values(at, old, new, found);
    let limits = |of: &Property| {
        let all: Vec<_> = of.limits.iter().map(|(name, value)| format!("{name} {value}")).collect();
        joined(&all)
    };
    found.changed(Kind::PropertyLimitsChanged, at, &limits(old), &limits(new));
}

/// One difference of type, the one that matters most.
fn type_kind(old: &Property, new: &Property) -> Option<Kind> {
    if (old.list, old.date, &old.types) == (new.list, new.date, &new.types) {
        return None;
    }
    Some(match (new.list, new.date) {
        (true, _) if !old.list => Kind::PropertyBecameList,
        (false, _) if old.list => Kind::PropertyBecameSingle,
        (_, true) if !old.date => Kind::PropertyBecameDate,
        (_, false) if old.date => Kind::PropertyNoLongerDate,
        _ if old.types.is_subset(&new.types) => Kind::PropertyTypeWidened,
        _ if new.types.is_subset(&old.types) => Kind::PropertyTypeNarrowed,
        _ => Kind::PropertyTypeChanged,
    })
}

fn absence_kind(old: Absence, new: Absence) -> Option<Kind> {
    match (old, new) {
        _ if old == new => None,
        (Absence::Never, _) => Some(Kind::PropertyMayBeAbsent),
        (_, Absence::Never) => Some(Kind::PropertyAlwaysPresent),
        _ => Some(Kind::PropertyAbsenceChanged),
    }
}

/// Compares the values that its classes allow. If no class lists values, any is allowed.
fn values(at: &str, old: &Property, new: &Property, found: &mut Found) {
    let any = |of: &Property| if of.values.is_empty() { "any".to_owned() } else { joined(&of.values) };
    let narrower = !new.values.is_empty() && (old.values.is_empty() || !old.values.is_subset(&new.values));
    let kind = if narrower { Kind::PropertyValuesRemoved } else { Kind::PropertyValuesAdded };
    found.changed(kind, at, &any(old), &any(new));
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.date {
            return f.write_str("date");
        }
        let types: Vec<&str> = self.types.iter().map(String::as_str).collect();
        let types = types.join(" or ");
        if self.list { write!(f, "list of {types}") } else { f.write_str(&types) }
    }
}

impl fmt::Display for Absence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Never => "always there",
            Self::Omitted => "left out if there is no value",
            Self::Null => "`null` if there is no value",
        })
    }
}
