//! Lists below a record that hold what another list holds as well, such as the users of a group: relationships, and no new entities.

use std::collections::BTreeSet;

use serde::Serialize;

use super::identity::Key;
use super::resource::Resource;
use super::shape::Shape;
use super::{Entity, Parent, words};

/// A list that says which known entities belong to a record.
#[derive(Debug)]
pub struct Membership {
    /// The list.
    pub resource: Resource,
    /// The entity that the records of the list are.
    pub entity: Parent,
    /// The entity below whose records it is listed.
    pub parent: Parent,
    /// The names in code.
    pub called: Called,
}

/// The names of a membership in code.
#[derive(Debug, Clone, Serialize)]
pub struct Called {
    /// The name of many, in snake case: the module, the method and what `fetch_` is put before.
    pub plural: String,
    /// The name of one, in snake case.
    pub name: String,
    /// The name of many, in prose.
    pub prose: String,
}

/// Takes the lists out that hold what another list holds. Each comes with the name of that.
pub fn split(keyed: &mut Vec<(Resource, Key)>) -> Vec<(Resource, String)> {
    // What other lists stand below is read back by their steps, so it is an entity.
    let owners: BTreeSet<String> =
        keyed.iter().flat_map(|(resource, _)| resource.owners()).map(str::to_owned).collect();
    let all = std::mem::take(keyed).into_iter().enumerate();
    let (mut nested, mut kept): (Vec<_>, Vec<_>) =
        all.partition(|(_, (resource, _))| resource.parent().is_some());
    let top = kept.len();
    let mut found = Vec::new();
    // Of several lists of the same records, the one that needs the fewest ids and has the shortest path is what they are.
    nested.sort_by_key(|(at, (resource, _))| {
        (resource.owners().count(), resource.path.matches('/').count(), resource.path.len(), *at)
    });
    for (at, (resource, key)) in nested {
        let last = resource.words.first().cloned().unwrap_or_default();
        let same = |(_, (other, other_key)): &&(usize, (Resource, Key))| {
            let alone = !other_key.is_local || other.parent().is_none();
            let schema = other.shape.schema.is_some() && other.shape.schema == resource.shape.schema;
            let named = other.name == last && fits(&resource.shape, &other.shape);
            // A list below a record of its own kind is a tree, which needs more than this.
            alone
                && Some(other.name.as_str()) != resource.parent()
                && !owners.contains(&resource.name)
                && other_key.member == key.member
                && other_key.base == key.base
                && (schema || named)
        };
        let other = kept.iter().find(same).map(|(_, (other, _))| other.name.clone());
        match other {
            Some(other) => found.push((at, (resource, other))),
            None => kept.push((at, (resource, key))),
        }
    }
    // As the files have them: what a document begins with matters most.
    kept[top..].sort_by_key(|(at, _)| *at);
    found.sort_by_key(|(at, _)| *at);
    keyed.extend(kept.into_iter().map(|(_, one)| one));
    found.into_iter().map(|(_, one)| one).collect()
}

/// Returns `true` where each record of one shape can be read as one of the other.
fn fits(shape: &Shape, other: &Shape) -> bool {
    let always = other.members().iter().filter(|member| member.always);
    always.clone().count() > 0
        && always.into_iter().all(|member| {
            shape
                .member(&member.name)
                .is_some_and(|own| own.always && own.shape.kinds() == member.shape.kinds())
        })
}

/// Completes what [`split`] found with the entities that were made.
pub fn complete(found: Vec<(Resource, String)>, entities: &[(Entity, Resource)]) -> Vec<Membership> {
    let entity = |name: &str| entities.iter().map(|(entity, _)| entity).find(|entity| entity.name == name);
    let complete = |(resource, other): (Resource, String)| {
        let parent = entity(resource.parent()?)?.as_parent();
        let entity = entity(&other)?.as_parent();
        let plural = words::plural(&resource.name);
        let called = Called { prose: words::prose(&plural), name: resource.name.clone(), plural };
        Some(Membership { resource, entity, parent, called })
    };
    found.into_iter().filter_map(complete).collect()
}
