//! Leaves out relationships that would make steps wait for each other.

use std::collections::BTreeMap;

use super::field::Field;
use super::left_out::LeftOut;
use super::link::Link;
use super::nested::Nested;
use super::{Inferred, words};
use crate::new::escape::code;

/// For each step, the steps that it waits for, by the names of their entities.
type Waits = BTreeMap<String, Vec<String>>;

/// Removes the relationships because of which steps would wait for each other.
pub fn break_all(inferred: &mut Inferred) {
    // A nested list cannot be read without its parent, so these waits are added first.
    let mut waits = Waits::new();
    for (entity, _) in &inferred.entities {
        if let Some(parent) = &entity.parent {
            waits.entry(entity.name.clone()).or_default().push(parent.name.clone());
        }
    }
    // The members of a group say what the groups of a user say, and the group's are complete.
    let of_from: Vec<(String, Link)> = inferred
        .entities
        .iter()
        .flat_map(|(entity, _)| entity.links.iter().filter(|link| link.from == entity.type_name))
        .map(|link| (link.edge(), link.clone()))
        .collect();
    for (entity, _) in &mut inferred.entities {
        let (mut kept, mut dropped) = (Vec::new(), Vec::new());
        for link in std::mem::take(&mut entity.links) {
            let said = of_from.iter().find(|(edge, _)| link.to == entity.type_name && *edge == link.edge());
            if let Some((_, other)) = said {
                let why = format!("{} of {} says it, too", code(&other.member.0), words::prose(&link.other));
                dropped.push((link, why));
            } else if link.tie.is_none() && leads(&waits, &link.other, &entity.name) {
                let why = format!(
                    "the step for {} waits for that for {} already",
                    words::prose(&link.other),
                    words::prose(&entity.name)
                );
                dropped.push((link, why));
            } else if link.tie.is_some() {
                kept.push(link);
            } else {
                waits.entry(entity.name.clone()).or_default().push(link.other.clone());
                kept.push(link);
            }
        }
        for (link, why) in dropped {
            entity.fields.retain(|field| field.wire.as_deref().unwrap_or(&field.ident) != link.member.0);
            let what = format!("{} of {}", code(&link.member.0), words::prose(&entity.name));
            entity.left_out.push(LeftOut::new(what, why));
        }
        entity.links = kept;
        let used = |nested: &Nested| {
            let holds = |fields: &[Field]| fields.iter().any(|field| field.item() == nested.type_name);
            holds(&entity.fields) || entity.nested.iter().any(|other| holds(&other.fields))
        };
        let kept = entity.nested.iter().filter(|nested| used(nested)).cloned().collect();
        entity.nested = kept;
    }
}

/// Returns `true` if the step of one entity waits for that of another, directly or indirectly.
fn leads(waits: &Waits, from: &str, to: &str) -> bool {
    let mut seen = vec![from];
    let mut at = 0;
    while let Some(step) = seen.get(at).copied() {
        if step == to {
            return true;
        }
        for next in waits.get(step).into_iter().flatten() {
            if !seen.contains(&next.as_str()) {
                seen.push(next);
            }
        }
        at += 1;
    }
    false
}
