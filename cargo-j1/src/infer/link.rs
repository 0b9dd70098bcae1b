//! Finds members that name another record, which become relationships instead of properties.

use j1_core::model::ClassDef;
use serde::Serialize;

use super::field::{Field, base_type, docs};
use super::identity::Key;
use super::names::Names;
use super::nested::Nested;
use super::resource::{Resource, Source};
use super::shape::{Member, Shape};
use super::ties::Tie;
use super::words;
use crate::new::escape::code;

/// A resource that a member may refer to.
#[derive(Debug, Clone)]
pub struct Other {
    /// Its singular name, in snake case.
    pub name: String,
    /// Its struct.
    pub type_name: String,
    /// Its key.
    pub key: Key,
    /// The ids of its records.
    pub ids: Vec<String>,
    /// It needs its owner's id as well to be told apart, so that no single member names it.
    pub is_apart: bool,
}

/// A relationship that a field declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Its verb, as the name of the Rust type.
    pub verb: &'static str,
    /// The struct it goes from.
    pub from: String,
    /// The struct it goes to.
    pub to: String,
    /// The name of the other end, in snake case.
    pub other: String,
    /// The member that refers to the other end, as the provider spells it; and if that is an object, its member that
    /// holds the id.
    pub member: (String, Option<String>),
    /// The method that gives the id to the step, where no field declares the relationship.
    pub tie: Option<Tie>,
}

impl Link {
    /// Returns the type of the relationship: `Owns<Team, App>`.
    pub fn edge(&self) -> String {
        format!("{}<{}, {}>", self.verb, self.from, self.to)
    }
}

/// A link, and how its field declares it.
#[derive(Debug)]
pub struct Declared {
    pub link: Link,
    /// The key in `#[j1(..)]`.
    pub attribute: String,
    /// The type of the field without `Option`.
    pub base: String,
    /// A struct for it, where it is an object.
    pub nested: Option<Nested>,
    /// The reason to review it.
    pub reason: String,
}

/// Ways to write "the id of", longest first.
const IDS: [&str; 12] = [
    "_uuids", "_ids", "_gids", "_tokens", "_uuid", "_guid", "_slug", "_gid", "_key", "_id", "_ref", "_token",
];

/// Things that a number counts or ranks, so that it is not the id of one.
const QUANTITIES: [&str; 30] = [
    "port", "version", "number", "count", "size", "limit", "page", "index", "level", "score", "rank",
    "order", "position", "year", "month", "day", "hour", "timeout", "duration", "weight", "priority",
    "severity", "status", "vlan", "asn", "code", "revision", "quota", "balance", "price",
];

/// Returns the relationship that a member declares, if it names a record of another resource.
pub fn find(
    resource: &Resource,
    class: &'static ClassDef,
    type_name: &str,
    member: &Member,
    others: &[Other],
    names: &mut Names,
) -> Option<Declared> {
    let name = words::snake(&member.name)?;
    let stem = IDS.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
    let has_end = stem != name;
    let one = words::singular(stem);
    let named = other(resource, member, &one, stem, others);
    let described = named.is_none().then(|| described(resource, member, others)).flatten();
    let other = named.or(described)?;
    let (verb, forward) = verb(&one, resource, class, other, member.shape.list.is_some())?;
    let (from, to) =
        if forward { (type_name, other.type_name.as_str()) } else { (other.type_name.as_str(), type_name) };
    let reason = format!(
        "{} names {}, and they are collected, too; is `{verb}` the right verb?",
        code(&member.name),
        words::one(&other.name)
    );
    let linked = |inner: Option<String>| Link {
        verb,
        from: from.to_owned(),
        to: to.to_owned(),
        other: other.name.clone(),
        member: (member.name.clone(), inner),
        tie: None,
    };
    let items = member.shape.list.as_deref().filter(|items| member.shape.kinds() == 1 && !items.null);
    if let Some(inner) = inner_key(items.unwrap_or(&member.shape), other) {
        let plain = names.type_name(&format!("{type_name}{}", words::upper(&one)));
        let docs = format!("The {} of {}, by its id.", words::prose(&one), words::one(&resource.name));
        let (ident, nested) = by_id(inner, other, plain.clone(), docs)?;
        return Some(Declared {
            link: linked(Some(inner.name.clone())),
            attribute: format!("relationship({verb}<{from}, {to}>, key = {ident})"),
            base: if items.is_some() { format!("Vec<{plain}>") } else { plain },
            nested: Some(nested),
            reason,
        });
    }
    let base = base_type(&member.shape).ok()?;
    let same = base == other.key.base || base == format!("Vec<{}>", other.key.base);
    // A text named like the resource may be anything. It is an id if its name ends in `_id` or the like, or if all its
    // values are known ids of the other resource.
    let seen = member.shape.text.iter().flat_map(|texts| &texts.seen).collect::<Vec<_>>();
    let known = resource.source == Source::Records && !seen.is_empty();
    let number = resource.source == Source::Document
        && member.shape.kinds() == 1
        && (base == "i64" || base == "Vec<i64>")
        && (one == other.name || role(&one) == Some(other.name.as_str()))
        && !QUANTITIES.contains(&one.as_str());
    let sure = has_end
        || number
        || described.is_some()
        || (known && seen.iter().all(|text| other.ids.contains(text)));
    (same && sure).then(|| Declared {
        link: linked(None),
        attribute: format!("relationship({verb}<{from}, {to}>)"),
        base: base.to_owned(),
        nested: None,
        reason,
    })
}

/// Returns a struct of which only the id of the other end is read, and the field of that id.
fn by_id(inner: &Member, other: &Other, type_name: String, of: String) -> Option<(String, Nested)> {
    let ident = words::ident(&words::snake(&inner.name)?);
    let field = Field {
        docs: docs(&ident, other.key.base, None),
        wire: (ident != inner.name).then(|| inner.name.clone()),
        ident: ident.clone(),
        base: other.key.base.to_owned(),
        optional: !inner.always || inner.shape.null,
        attributes: Vec::new(),
        review: None,
    };
    Some((ident, Nested { type_name, docs: of, fields: vec![field] }))
}

/// Returns the resource whose record a member names; `one` is the word for it, and `stem` the member without its `_id`.
fn other<'o>(
    resource: &Resource,
    member: &Member,
    one: &str,
    stem: &str,
    others: &'o [Other],
) -> Option<&'o Other> {
    let other = called(one, others).filter(|other| other.name != resource.name && !other.is_apart)?;
    let has_end = words::snake(&member.name).as_deref() != Some(stem);
    let is_other = !has_end || !is_own(one, other, member) && !is_of_any_type(resource, stem);
    is_other.then_some(other)
}

/// Returns the resource whose record a document's description says that a member names: "ID of the user it is assigned to".
fn described<'o>(resource: &Resource, member: &Member, others: &'o [Other]) -> Option<&'o Other> {
    let docs = member.shape.docs.as_ref().filter(|_| resource.source == Source::Document)?.to_lowercase();
    let says = |other: &&Other| {
        let (name, is_other) = (words::prose(&other.name), other.name != resource.name && !other.is_apart);
        is_other
            && ["id of the", "id of a", "id of an", "identifier of the"].iter().any(|head| {
                let rest = docs.strip_prefix("the ").unwrap_or(&docs).strip_prefix(head);
                let rest = rest.and_then(|rest| rest.strip_prefix(' ')?.strip_prefix(name.as_str()));
                rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            })
    };
    others.iter().find(says)
}

/// Returns `true` for a `workspace_token` where the paths take workspaces by their token: it is the id of one.
pub fn is_token_of(member: &Member, others: &[Other]) -> bool {
    let Some(name) = words::snake(&member.name) else { return false };
    let stem = ["_tokens", "_token"].iter().find_map(|end| name.strip_suffix(end));
    let other = stem.and_then(|stem| called(&words::singular(stem), others));
    other.and_then(|other| words::snake(&other.key.member)).is_some_and(|key| key.ends_with("token"))
}

/// Returns `true` for an `ownerId` beside an `ownerType`: it may be of an application as well as of an organization.
fn is_of_any_type(resource: &Resource, stem: &str) -> bool {
    let is_type =
        |member: &&Member| words::snake(&member.name).is_some_and(|name| name == format!("{stem}_type"));
    resource.shape.members().iter().find(is_type).is_some_and(|member| member.shape.text.is_some())
}

/// Returns `true` for the `versionId` of a metric: it has a version of its own, which is not that of an application.
/// An object of that name is another thing.
fn is_own(one: &str, other: &Other, member: &Member) -> bool {
    let common = |word: &str| COMMON.contains(&word);
    one != other.name && (common(one) || common(&other.name)) && !member.shape.is_object()
}

/// Words for what most things have of their own.
const COMMON: [&str; 10] =
    ["version", "status", "type", "item", "record", "entry", "object", "option", "event", "detail"];

/// Returns a test for names whose properties would repeat a relationship, which the compiler refuses (J1-E0506).
pub fn repeats(ident: &str, other: &str) -> impl Fn(&str) -> bool {
    let heads = [words::snake(other).unwrap_or_default(), ident.to_owned(), "parent".to_owned()];
    move |name: &str| {
        ["id", "key", "uuid", "ref"].iter().any(|tail| {
            heads
                .iter()
                .any(|head| name.strip_suffix(tail).and_then(|name| name.strip_suffix('_')) == Some(head))
        })
    }
}

/// Returns the resource that a word names: by its whole name, by its name at the end, such as `parent_group`, or by its
/// last word if only one resource has it.
fn called<'o>(word: &str, others: &'o [Other]) -> Option<&'o Other> {
    let find = |fits: &dyn Fn(&str) -> bool| others.iter().find(|other| fits(&other.name));
    let last = |other: &&Other| other.name.rsplit('_').next() == Some(word) && !other.is_apart;
    find(&|name| name == word)
        .or_else(|| find(&|name| role(word) == Some(name)))
        .or_else(|| find(&|name| word.ends_with(&format!("_{name}"))))
        .or_else(|| {
            let mut named = others.iter().filter(last);
            named.next().filter(|_| named.next().is_none())
        })
}

/// Returns the resource that a role nearly always refers to.
fn role(word: &str) -> Option<&'static str> {
    ["owner", "assignee", "manager", "member"].contains(&word).then_some("user")
}

/// Returns the verb, and `true` if it goes from the record to the one that it refers to.
pub fn verb(
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
        // A record may refer to a person in any role, unless it just says `user`.
        _ if people && word != other.name && !resource.name.contains(&other.name) => return None,
        _ => ("Has", false),
    })
}

/// Returns the member of an object that identifies the other end: its key, or the `value` that SCIM has beside `display`.
fn inner_key<'s>(shape: &'s Shape, other: &Other) -> Option<&'s Member> {
    if shape.kinds() != 1 || shape.map {
        return None;
    }
    let has = |name: &str| shape.member(name).is_some();
    let is_scim = has("value") && !has(&other.key.member) && (has("$ref") || has("display"));
    let wanted = if is_scim { "value" } else { &other.key.member };
    let fits = |member: &&Member| member.name == wanted && base_type(&member.shape) == Ok(other.key.base);
    shape.members().iter().find(fits)
}
