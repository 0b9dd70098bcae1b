//! Fields for the ids of the entities above: a list two deep needs the key of its owner and of that one's owner, and the
//! provider's records seldom repeat it.

use std::collections::{BTreeMap, BTreeSet};

use super::entity::{Carried, variable};
use super::resource::{Fill, Resource};
use super::{Entity, Parent, words};
use crate::new::escape::code;

/// An entity above, and the member of its records that a path takes; `None` for its key.
type Above = (String, Option<String>);

/// Gives each entity the fields for the ids of those above it that the paths of the lists below it need.
///
/// `present` are the entities that a project has already.
pub fn carry(entities: &mut [(Entity, Resource)], memberships: &[(Resource, String)], present: &[Parent]) {
    let made = entities.iter().map(|(entity, _)| entity.as_parent());
    let parents: BTreeMap<String, Parent> =
        present.iter().cloned().chain(made).map(|parent| (parent.name.clone(), parent)).collect();
    let needed = needed(entities, memberships);
    let mut idents: BTreeMap<(String, Above), String> = BTreeMap::new();
    for (entity, resource) in entities.iter() {
        for above in needed.get(&entity.name).into_iter().flatten() {
            let Some(parent) = parents.get(&above.0) else { continue };
            let (field, _) = parent.field(above.1.as_deref());
            idents.insert((entity.name.clone(), above.clone()), ident(entity, resource, &above.0, field));
        }
    }
    for (entity, resource) in entities {
        let Some(direct) = resource.parent() else { continue };
        for above in needed.get(&entity.name).into_iter().flatten() {
            let Some(parent) = parents.get(&above.0) else { continue };
            let (field, base) = parent.field(above.1.as_deref());
            let Some(ident) = idents.get(&(entity.name.clone(), above.clone())) else { continue };
            let held = if direct == above.0 {
                Some(field.to_owned())
            } else {
                idents.get(&(direct.to_owned(), above.clone())).cloned()
            };
            let Some(held) = held else { continue };
            let from = format!("{}.{held}", variable(direct));
            entity.carried.push(Carried {
                docs: format!(
                    "The {} of the {} below which it is listed; the step fills it.",
                    code(field),
                    words::prose(&above.0)
                ),
                from: if base == "String" { format!("{from}.clone()") } else { from },
                owner: above.0.clone(),
                member: above.1.clone(),
                base,
                ident: ident.clone(),
            });
        }
    }
}

/// Returns what each entity has to carry, by its name.
fn needed(
    entities: &[(Entity, Resource)],
    memberships: &[(Resource, String)],
) -> BTreeMap<String, BTreeSet<Above>> {
    let mut needed: BTreeMap<String, BTreeSet<Above>> = BTreeMap::new();
    let nested = entities.iter().map(|(_, resource)| resource);
    for resource in nested.chain(memberships.iter().map(|(resource, _)| resource)) {
        let Some(owner) = resource.parent() else { continue };
        let above = resource.holes.iter().filter_map(|hole| match &hole.fill {
            Fill::Parent(name) if name != owner => Some((name.clone(), hole.member.clone())),
            _ => None,
        });
        needed.entry(owner.to_owned()).or_default().extend(above);
    }
    for (entity, resource) in entities {
        // It tells records apart below one owner only.
        let owner = resource.parent().filter(|_| entity.is_local);
        if let Some(owner) = owner {
            let own = needed.entry(entity.name.clone()).or_default();
            let is_there = own.iter().any(|(name, _)| name == owner);
            if !is_there {
                own.insert((owner.to_owned(), None));
            }
            let further = entities.iter().find(|(other, _)| other.name == owner);
            let further = further.and_then(|(other, above)| above.parent().filter(|_| other.is_local));
            if let Some(further) = further {
                needed.entry(entity.name.clone()).or_default().insert((further.to_owned(), None));
            }
        }
    }
    // An entity gets what it carries from its owner, which has to carry it, too, unless it is the owner's own.
    loop {
        let before: usize = needed.values().map(BTreeSet::len).sum();
        for (entity, resource) in entities {
            let Some(owner) = resource.parent() else { continue };
            let further = needed.get(&entity.name).into_iter().flatten();
            let further: Vec<Above> = further.filter(|(name, _)| name != owner).cloned().collect();
            if !further.is_empty() {
                needed.entry(owner.to_owned()).or_default().extend(further);
            }
        }
        if needed.values().map(BTreeSet::len).sum::<usize>() == before {
            return needed;
        }
    }
}

/// Returns the name of a field that neither another field nor a member of the records has: theirs may be another id.
fn ident(entity: &Entity, resource: &Resource, owner: &str, field: &str) -> String {
    let plain = format!("{owner}_{}", field.trim_end_matches('_').replace("_.", "_").replace('.', "_"));
    let is_it = |name: &str| words::snake(name).is_some_and(|name| name == plain);
    let taken = resource.shape.members().iter().any(|member| is_it(&member.name))
        || entity.fields.iter().any(|field| field.ident == plain);
    if taken { format!("listed_below_{plain}") } else { plain }
}
