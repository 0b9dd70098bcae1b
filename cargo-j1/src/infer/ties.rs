//! Relationships of JSON:API: `relationships.team.data` names a record of the list of teams by its type and its id. The id is too
//! deep in the record for an attribute of the struct, so the step adds the relationship.

use j1_core::model::ClassDef;
use serde::Serialize;

use super::link::{self, Link, Other};
use super::resource::Resource;
use super::shape::{Member, Shape};
use super::words;

/// The member of a record that holds them.
pub const RELATIONSHIPS: &str = "relationships";

/// The member of each that names the other end.
pub const DATA: &str = "data";

/// The method that gives the id of the other end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tie {
    /// Its name.
    pub method: String,
    /// Its documentation, a sentence.
    pub docs: String,
    /// Its type.
    pub ty: String,
    /// Its body: an expression.
    pub body: String,
    /// The relationship goes from the record to the other end.
    pub forward: bool,
}

/// A relationship to one record of another list.
pub struct End {
    /// The field of its object.
    pub ident: String,
    /// The relationship; its method is not known yet.
    pub link: Link,
    /// The relationship goes from the record to the other end.
    pub forward: bool,
}

/// Returns the relationships that a record names in this member; those whose list is not read stay properties.
pub fn ends(
    resource: &Resource,
    class: &'static ClassDef,
    type_name: &str,
    member: &Member,
    others: &[Other],
) -> Vec<End> {
    let mut found: Vec<End> = Vec::new();
    if member.name != RELATIONSHIPS || resource.once {
        return found;
    }
    for inner in member.shape.members() {
        let Some(name) = words::snake(&inner.name) else { continue };
        let Some(other) = other(&name, &inner.shape, others).filter(|other| other.name != resource.name)
        else {
            continue;
        };
        let Some((verb, forward)) = link::verb(&words::singular(&name), resource, class, other, false) else {
            continue;
        };
        let (from, to) = if forward {
            (type_name, other.type_name.as_str())
        } else {
            (other.type_name.as_str(), type_name)
        };
        let link = Link {
            verb,
            from: from.to_owned(),
            to: to.to_owned(),
            other: other.name.clone(),
            member: (format!("{RELATIONSHIPS}.{}.{DATA}", inner.name), Some("id".to_owned())),
            tie: None,
        };
        // A second one needs a verb of its own.
        if !found.iter().any(|known| known.link.edge() == link.edge()) {
            found.push(End { ident: words::ident(&name), link, forward });
        }
    }
    found
}

/// Returns the list that the record at the other end is in: that of its type, or where nothing says it, that of its name.
fn other<'o>(name: &str, shape: &Shape, others: &'o [Other]) -> Option<&'o Other> {
    let data = &shape.member(DATA)?.shape;
    let (kind, _) = (data.member("type")?, data.member("id")?);
    let texts = kind.shape.text.as_ref()?;
    let kinds: Vec<String> = texts
        .words
        .iter()
        .chain(&texts.seen)
        .filter_map(|kind| words::snake(kind))
        .map(|kind| words::singular(&kind))
        .collect();
    let wanted = match kinds.as_slice() {
        [] => words::singular(name),
        [first, rest @ ..] if rest.iter().all(|kind| kind == first) => first.clone(),
        _ => return None,
    };
    let is_it = |other: &&Other| {
        other.name == wanted && !other.is_apart && other.key.base == "String" && other.key.member == "id"
    };
    others.iter().find(is_it)
}
