//! Members that name another record: relationships instead of properties.

use j1_core::model::ClassDef;
use serde::Serialize;

use super::entity::Key;
use super::field::{Field, base_type, docs};
use super::nested::Nested;
use super::resource::Resource;
use super::shape::{Member, Shape};
use super::words;

/// A resource that a member may name.
#[derive(Debug, Clone)]
pub struct Other {
    /// What one is called, in snake case.
    pub name: String,
    /// Its struct.
    pub type_name: String,
    /// What identifies it.
    pub key: Key,
    /// The ids of its records.
    pub ids: Vec<String>,
}

/// A relationship that a field declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Its verb, as the type is called.
    pub verb: &'static str,
    /// The struct it goes from.
    pub from: String,
    /// The struct it goes to.
    pub to: String,
    /// What the other end is called, in snake case.
    pub other: String,
    /// The member that names it, as the vendor writes it, and the member of that which identifies it.
    pub member: (String, Option<String>),
}

/// A link, and how its field says so.
#[derive(Debug)]
pub struct Found {
    pub link: Link,
    /// What stands in `#[j1(..)]`.
    pub attribute: String,
    /// The type of the field without `Option`.
    pub base: String,
    /// A struct for it, where it is an object.
    pub nested: Option<Nested>,
    /// Why.
    pub reason: String,
}

/// Ways to write "the id of", longest first.
const IDS: [&str; 8] = ["_uuids", "_ids", "_uuid", "_guid", "_slug", "_key", "_id", "_ref"];

/// The relationship that a member declares, if it names a record of another resource.
pub fn find(
    resource: &Resource,
    class: &'static ClassDef,
    type_name: &str,
    member: &Member,
    others: &[Other],
) -> Option<Found> {
    let name = words::snake(&member.name)?;
    let stem = IDS.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
    let has_end = stem != name;
    let one = words::singular(stem);
    let other = others
        .iter()
        .filter(|other| other.name != resource.name)
        .find(|other| is_called(&one, &other.name))?;
    let (verb, forward) = verb(&one, resource, class, other, member.shape.list.is_some())?;
    let (from, to) =
        if forward { (type_name, other.type_name.as_str()) } else { (other.type_name.as_str(), type_name) };
    let reason = format!(
        "`{}` names {}, and they are collected, too; is `{verb}` the right verb?",
        member.name,
        words::one(&other.name)
    );
    let linked = |inner: Option<String>| Link {
        verb,
        from: from.to_owned(),
        to: to.to_owned(),
        other: other.name.clone(),
        member: (member.name.clone(), inner),
    };
    if let Some(inner) = inner_key(&member.shape, other) {
        let ident = words::ident(&words::snake(&inner.name)?);
        let base = format!("{type_name}{}", words::upper(&one));
        let field = Field {
            docs: docs(&ident, other.key.base, None),
            wire: (ident != inner.name).then(|| inner.name.clone()),
            ident: ident.clone(),
            base: other.key.base.to_owned(),
            optional: false,
            attributes: Vec::new(),
            review: None,
        };
        let docs = format!("How {} names its {}.", words::one(&resource.name), words::prose(&one));
        let nested = Nested { type_name: base.clone(), docs, fields: vec![field] };
        let attribute = format!("relationship({verb}<{from}, {to}>, key = {ident})");
        return Some(Found {
            link: linked(Some(inner.name.clone())),
            attribute,
            base,
            nested: Some(nested),
            reason,
        });
    }
    let base = base_type(&member.shape).ok()?;
    let same = base == other.key.base || base == format!("Vec<{}>", other.key.base);
    // A text of the resource's own name may be anything; `_id` says what it is, and so does what is known of the other end.
    let seen = member.shape.text.iter().flat_map(|texts| &texts.seen).collect::<Vec<_>>();
    let sure = has_end || (!seen.is_empty() && seen.iter().all(|text| other.ids.contains(text)));
    (same && sure).then(|| Found {
        link: linked(None),
        attribute: format!("relationship({verb}<{from}, {to}>)"),
        base: base.to_owned(),
        nested: None,
        reason,
    })
}

/// Whether a word names a resource: itself, or something with it behind, such as `parent_group`.
fn is_called(word: &str, other: &str) -> bool {
    let last = other.rsplit('_').next().unwrap_or(other);
    word == other || word.ends_with(&format!("_{other}")) || word == last || role(word) == Some(other)
}

/// Words that are nearly always users.
fn role(word: &str) -> Option<&'static str> {
    ["owner", "assignee", "manager", "member"].contains(&word).then_some("user")
}

/// The verb, and whether it goes from the record to what it names.
fn verb(
    word: &str,
    resource: &Resource,
    class: &ClassDef,
    other: &Other,
    list: bool,
) -> Option<(&'static str, bool)> {
    let people = ["user", "person", "employee", "member"].contains(&other.name.as_str());
    Some(match word {
        _ if word.contains("owner") => ("Owns", false),
        _ if word.contains("assign") => ("Assigned", false),
        _ if word.contains("manager") => ("Manages", false),
        _ if other.name.contains("role") || other.name.contains("permission") => ("Assigned", true),
        _ if list && ["Group", "UserGroup", "Team"].contains(&class.name) && people => ("Has", true),
        // A person whom a record names may be anything to it.
        _ if people && !resource.name.contains(&other.name) => return None,
        _ => ("Has", false),
    })
}

/// The member of an object that identifies the other end.
fn inner_key<'s>(shape: &'s Shape, other: &Other) -> Option<&'s Member> {
    if shape.kinds() != 1 {
        return None;
    }
    let fits = |member: &&Member| {
        member.name == other.key.member
            && member.always
            && !member.shape.null
            && base_type(&member.shape) == Ok(other.key.base)
    };
    shape.members().iter().find(fits)
}
