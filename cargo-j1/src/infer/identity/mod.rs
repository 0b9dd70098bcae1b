//! The member that identifies the records of a list.

mod others;
mod taken;

use std::collections::BTreeSet;

use super::field::base_type;
use super::owners::stem;
use super::privacy;
use super::resource::{Hole, Resource, Source};
use super::shape::Member;
use super::words;

pub use taken::in_paths;

/// The key of the records of a list.
#[derive(Debug, Clone)]
pub struct Key {
    /// The member, as the provider writes it.
    pub member: String,
    /// Its type in Rust.
    pub base: &'static str,
    /// The reason it was chosen, as the end of a sentence.
    pub reason: String,
    /// It tells the records of one list apart, and records below another owner may have it, too: a name, or the id of a thing
    /// that belongs to several.
    pub is_local: bool,
}

impl Key {
    /// Returns the key of what exists once: it needs no member.
    pub fn of_one(reason: &str) -> Self {
        Self { member: String::new(), base: "String", reason: reason.to_owned(), is_local: false }
    }

    /// Returns `true` for the key of what exists once.
    pub const fn is_of_one(&self) -> bool {
        self.member.is_empty()
    }
}

/// Members that always identify a record, the more specific ones first.
const IDS: [&str; 15] = [
    "id",
    "_id",
    "uuid",
    "guid",
    "gid",
    "sid",
    "sys_id",
    "arn",
    "urn",
    "uid",
    "object_id",
    "pk",
    "identifier",
    "oid",
    "kid",
];
/// Ends of members that identify a record behind its own name, such as `employee_number`.
const OWN_IDS: [&str; 11] =
    ["id", "uuid", "guid", "gid", "sid", "uid", "key", "identifier", "number", "code", "ref"];
/// Members that identify a record if nothing else does.
const NAMES: [&str; 24] = [
    "key",
    "slug",
    "name",
    "code",
    "username",
    "login",
    "email",
    "hostname",
    "fqdn",
    "ip",
    "mac_address",
    "mac",
    "serial_number",
    "serial",
    "number",
    "symbol",
    "sha",
    "hash",
    "fingerprint",
    "digest",
    "filename",
    "file_name",
    "path",
    "address",
];

/// Returns `true` for a member that always identifies a record, by its name.
pub fn is_id(name: &str) -> bool {
    IDS.contains(&name)
}

/// Returns `true` for a member that is an id, of the record or of something else, by its name.
pub fn is_id_by_name(name: &str) -> bool {
    is_id(name) || ends_as_id(name)
}

/// Returns the member that identifies the records of a list: the provider's own id before any name. `things` are the names of
/// all things that the file has.
pub fn key(resource: &Resource, things: &BTreeSet<String>) -> Option<Key> {
    let called = called(resource);
    own_id(resource, &called)
        .or_else(|| only_id(resource, &called, things))
        .or_else(|| name(resource, &called, things))
        .or_else(|| alone(resource, &called, things))
}

/// Returns the member of this name, as the provider writes it or in snake case.
fn named<'r>(resource: &'r Resource, name: &str) -> Option<&'r Member> {
    let members = resource.shape.members();
    let reads_so = |member: &&Member| words::snake(&member.name).as_deref() == Some(name);
    members.iter().find(|member| member.name == name).or_else(|| members.iter().find(reads_so))
}

/// Returns `true` for the id of an owner of the list, which does not identify its records.
fn is_of_owner(resource: &Resource, name: &str) -> bool {
    let name = words::snake(name);
    resource.holes.iter().any(|hole| words::snake(&hole.name) == name)
}

/// Returns the key that is the record's own by its name, by the paths of the document, or by what that says of it.
fn own_id(resource: &Resource, called: &[String]) -> Option<Key> {
    let first = |names: &mut dyn Iterator<Item = String>| {
        let known = names.filter_map(|name| named(resource, &name)).filter(|member| !is_gone(member));
        known.into_iter().find_map(|member| fits(resource, member, true))
    };
    // The list `/dsgroups` has its `dsGroupId`.
    let members = resource.shape.members();
    let names: Vec<String> = members.iter().filter_map(|member| words::snake(&member.name)).collect();
    let own = called.iter().flat_map(|thing| OWN_IDS.map(|end| thing.replace('_', "") + end));
    let mut own = own.filter_map(|squashed| {
        let is_it = |name: &&String| name.replace('_', "") == squashed && !is_of_owner(resource, name);
        names.iter().find(is_it).cloned()
    });
    // A member is a user, and has its `userId`.
    let alike = super::class::alike(&resource.name)
        .flat_map(|word| ["id", "uuid"].map(|end| format!("{word}_{end}")));
    let mut alike = alike.filter(|name| !is_of_owner(resource, name));
    let in_paths = taken::key(resource);
    first(&mut IDS.iter().map(|name| (*name).to_owned()))
        .or_else(|| in_paths.clone().filter(|key| !key.is_local))
        .or_else(|| first(&mut own))
        .or_else(|| first(&mut alike).map(|key| Key { is_local: says_owner(resource), ..key }))
        .or(in_paths)
        .or_else(|| {
            let key = fits(resource, members.iter().find(|member| says_unique(called, member))?, true)?;
            Some(Key { reason: "its description says that it identifies the record".to_owned(), ..key })
        })
}

/// Returns the single other member that ends like an id: `nodeId`, `endpoint_id`.
fn only_id(resource: &Resource, called: &[String], things: &BTreeSet<String>) -> Option<Key> {
    let is_below = resource.holes.iter().any(|hole| !hole.in_query);
    let is_end = |member: &&Member| {
        ends_as_id(&member.name)
            && is_sure(resource, member)
            && (is_below || !others::is_foreign(resource, called, &member.name, things))
            && !is_of_owner(resource, &member.name)
            && !others::refers(&member.name)
            && !is_gone(member)
    };
    let ends: Vec<_> = resource.shape.members().iter().filter(is_end).collect();
    let [only] = ends.as_slice() else { return None };
    // It may be the id of something else, which stands below several.
    Some(Key { is_local: true, ..fits(resource, only, true)? })
}

/// Returns the name of a record: a region's `region`, a tag's `tag_name`.
fn name(resource: &Resource, called: &[String], things: &BTreeSet<String>) -> Option<Key> {
    let mut own: Vec<String> =
        called.iter().flat_map(|thing| [format!("{thing}_name"), format!("{thing}_slug")]).collect();
    // The `rate` of an exchange rate does not name it.
    let whole = resource.words.first().filter(|word| {
        let is_text = |member: &Member| base_type(&member.shape) == Ok("String");
        !super::VAGUE.contains(&word.as_str()) && named(resource, word).is_some_and(is_text)
    });
    own.extend(whole.cloned());
    let first = |sure: bool| {
        let names = NAMES.iter().copied().chain(own.iter().map(String::as_str));
        names
            .filter_map(|name| named(resource, name))
            .filter(|member| !is_gone(member) && !others::is_foreign(resource, called, &member.name, things))
            .filter(|member| !sure || is_sure(resource, member))
            .find_map(|member| fits(resource, member, false))
    };
    first(true).or_else(|| first(false))
}

/// Returns `true` for records that say what they are to their owner: a member with its role in a team is another record in each.
fn says_owner(resource: &Resource) -> bool {
    let of_owner = |name: &str| {
        let own = |hole: &Hole| {
            words::snake(&hole.name).as_deref() == Some(name) || format!("{}_id", stem(hole)) == name
        };
        resource.holes.iter().any(own)
    };
    let of_role = |name: &str| ["role", "roles", "permission", "permissions", "access_level"].contains(&name);
    let names = resource.shape.members().iter().filter_map(|member| words::snake(&member.name));
    names.into_iter().any(|name| of_owner(&name) || of_role(&name))
}

/// Returns the only id that there is, or else the only name, where a document promises nothing.
fn alone(resource: &Resource, called: &[String], things: &BTreeSet<String>) -> Option<Key> {
    let only = |ends: &dyn Fn(&str) -> bool| {
        let known = |member: &&Member| {
            ends(&member.name)
                && !is_of_owner(resource, &member.name)
                && !others::refers(&member.name)
                && !is_gone(member)
                && !others::is_foreign(resource, called, &member.name, things)
        };
        let mut all = resource.shape.members().iter().filter(known);
        let first = all.next()?;
        let id = ends_as_id(&first.name);
        let key = all.next().is_none().then(|| fits(resource, first, id)).flatten()?;
        Some(Key { is_local: true, ..key })
    };
    only(&ends_as_id).or_else(|| only(&ends_as_name))
}

/// Returns `true` for a member that the document says is there no longer.
fn is_gone(member: &Member) -> bool {
    let docs = member.shape.docs.as_deref().unwrap_or_default().to_ascii_lowercase();
    ["no longer available", "no longer supported", "no longer returned", "is deprecated", "deprecated."]
        .iter()
        .any(|said| docs.contains(said))
        || docs.starts_with("deprecated")
}

/// Returns `true` where the description of a member says that it identifies such a record.
fn says_unique(called: &[String], member: &Member) -> bool {
    let docs = member.shape.docs.as_deref().unwrap_or_default().to_ascii_lowercase();
    let says = |thing: &String| {
        let thing = words::prose(thing);
        [
            "uniquely identifies",
            "unique identifier of",
            "unique identifier for",
            "unique id of",
            "unique id for",
        ]
        .iter()
        .any(|said| {
            ["the", "this", "a", "an"].iter().any(|one| docs.contains(&format!("{said} {one} {thing}")))
        })
    };
    called.iter().any(says)
}

/// Returns what the records of a list may be called: its name, and the ends of it, the longest first.
fn called(resource: &Resource) -> Vec<String> {
    // `user_2` is the second list of users.
    let mut rest = resource.name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
    let mut all = vec![rest.to_owned()];
    while let Some((_, end)) = rest.split_once('_') {
        rest = end;
        all.push(rest.to_owned());
    }
    // What `/contacts/search` finds is a contact.
    if let [last, owner, ..] = resource.words.as_slice()
        && super::VAGUE.contains(&last.as_str())
    {
        all.push(owner.clone());
    }
    all
}

/// Returns the id of a record, if it has a member that is one by its name.
pub fn id(resource: &Resource) -> Option<Key> {
    let named = |name: &&str| resource.shape.members().iter().find(|member| member.name == *name);
    IDS.iter().filter_map(named).find_map(|member| fits(resource, member, true))
}

/// Returns the key that a user named with `--key`.
pub fn wished(resource: &Resource, member: &str) -> Option<Key> {
    let found = resource.shape.member(member)?;
    let base = base_type(&found.shape).ok().filter(|base| is_key_type(base))?;
    let is_local = !is_id_by_name(&words::snake(member).unwrap_or_default());
    Some(Key { member: found.name.clone(), base, reason: "`--key` says so".to_owned(), is_local })
}

/// Returns `true` for the types that a key, or a parameter of a path, can have.
pub fn is_key_type(base: &str) -> bool {
    ["String", "i64", "u64"].contains(&base)
}

/// Returns `true` for a name of the record behind another word, such as `rule_name`; people have several.
fn ends_as_name(name: &str) -> bool {
    words::snake(name).is_some_and(|name| {
        let of_people = ["first_name", "last_name", "display_name", "full_name", "given_name", "family_name"];
        name.ends_with("_name") && !of_people.iter().any(|one| name.ends_with(one))
    })
}

fn ends_as_id(name: &str) -> bool {
    words::snake(name).is_some_and(|name| {
        ["_id", "_uuid", "_guid", "_gid", "_sid", "_uid", "_identifier"].iter().any(|end| name.ends_with(end))
    })
}

/// Returns `true` if a document guarantees a member, or every record that was seen has it.
fn is_sure(resource: &Resource, member: &Member) -> bool {
    match resource.source {
        Source::Document => member.always || member.read_only,
        Source::Records => member.always && !member.shape.null,
    }
}

/// Uses a member as the key if its values can be one. A name must be guaranteed by the document; an id need not be.
fn fits(resource: &Resource, member: &Member, id: bool) -> Option<Key> {
    if is_open_secret(resource, member) {
        return None;
    }
    let base = base_type(&member.shape).ok().filter(|base| is_key_type(base))?;
    let reason = match resource.source {
        _ if resource.named.as_ref() == Some(&member.name) => {
            "the response has its records by this name, so that no two share it".to_owned()
        }
        Source::Records => from_records(resource, member)?,
        Source::Document => from_document(member, id),
    };
    Some(Key { member: member.name.clone(), base, reason, is_local: !id })
}

/// Returns `true` for a member that is a secret itself, rather than its id: the `secret` of a secret, the `key` of an API key.
fn is_open_secret(resource: &Resource, member: &Member) -> bool {
    let name = words::snake(&member.name).unwrap_or_default();
    let of_secrets = || {
        let last = resource.name.rsplit('_').next().unwrap_or_default();
        ["key", "token", "secret", "password", "credential"].contains(&last)
    };
    let is_value = ["key", "value"].contains(&name.as_str()) && of_secrets();
    (is_value || privacy::is_secret(&member.name)) && !ends_as_id(&member.name)
}

fn from_records(resource: &Resource, member: &Member) -> Option<String> {
    let empty = member.shape.text.as_ref().is_some_and(|texts| texts.empty);
    let values: Vec<_> = resource.records.iter().filter_map(|record| record.get(&member.name)).collect();
    let distinct: BTreeSet<_> = values.iter().map(|value| value.to_value().to_string()).collect();
    if !member.always || member.shape.null || empty || distinct.len() != values.len() {
        return None;
    }
    Some(match values.len() {
        1 => "the only record that was seen has it".to_owned(),
        many => format!("all of the {many} records that were seen have it, and no two share it"),
    })
}

fn from_document(member: &Member, id: bool) -> String {
    let reason = match (member.always, member.read_only) {
        (true, _) if id => "the document requires it, and ids tell records apart",
        (true, _) if !member.shape.null => {
            "the document requires it and has no id; it does not say that no two records share it"
        }
        (false, true) if id => {
            "the document says that the server sets it (`readOnly`), though it does not require it"
        }
        (false, false) if id => {
            "it is the id by its name; the document does not promise it, and a record without it is left out and named"
        }
        _ => "the document has no id; it does not say that every record has this, nor that no two share it",
    };
    reason.to_owned()
}
