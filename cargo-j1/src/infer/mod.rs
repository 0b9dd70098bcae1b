//! Entities from files that show a provider's API: a sample of a response, an OpenAPI document, or a recording.
//!
//! Each reader turns its file into [`Resource`]s; [`entities`] gives them names, keys and parents and turns them into
//! entities. Code after the readers does not know the kind of file, except for [`Source`], which limits the guesses.

mod beside;
mod builder;
mod carry;
mod circles;
mod class;
mod dates;
mod entity;
mod enumeration;
mod events;
mod field;
pub mod fixture;
mod foreign;
mod graphql;
mod har;
mod identity;
pub mod json;
mod left_out;
mod link;
mod logins;
mod membership;
mod names;
mod nested;
mod once;
mod openapi;
mod owners;
pub mod paging;
mod paths;
mod postman;
mod privacy;
pub mod records;
pub mod resource;
mod sample;
pub mod shape;
mod text;
mod ties;
mod twins;
mod wishes;
pub mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub use entity::{Carried, Entity, OwnerKey, Parent, variable};
pub use field::Field;
pub use identity::Key;
pub use left_out::{LeftOut, Reason, by_reason};
pub use link::{Link, Other};
pub use membership::Membership;
pub use owners::{is_by_name, is_id, member_of, stem};
pub use paths::{PathParameter, ident as path_ident, place};
pub use resource::{Found, Resource};
pub use wishes::{ONLY_OTHERS, Wishes};

use j1_core::model::ClassDef;

use crate::error::Error;
use crate::new::escape::code;
use json::Json;
use names::Names;
use resource::Source;

/// Reads a file of any kind: a recording, a collection of Postman, an OpenAPI document or a sample.
pub fn read(path: &Path) -> Result<Found, Error> {
    let bytes = std::fs::read(path).map_err(|source| Error::File { path: path.to_owned(), source })?;
    let json = text::parsed(path, &bytes).map_err(|(what, source)| match foreign::of_text(path, &bytes) {
        Some(kind) => unknown(path, kind),
        None => Error::NotASample { path: path.to_owned(), what, source },
    })?;
    if let Some(what) = foreign::of_json(&json) {
        return Err(unknown(path, what));
    }
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let found = if har::is_har(&json) {
        har::read(&json)
    } else if postman::is_collection(&json) {
        postman::read(&json).ok_or_else(|| unknown(path, postman::WITHOUT_RESPONSES))?
    } else if openapi::is_openapi(&json) {
        openapi::read(path, json)
    } else {
        sample::read(&json, &stem)
    };
    if found.resources.is_empty() && found.left_out.is_empty() {
        const NOTHING: &str = "JSON or YAML without a list of records, a recording or an OpenAPI document";
        // A page of HTML is a text of YAML.
        return Err(unknown(path, foreign::of_text(path, &bytes).unwrap_or(NOTHING)));
    }
    Ok(found)
}

fn unknown(path: &Path, what: &'static str) -> Error {
    Error::UnknownKind { path: path.to_owned(), what }
}

/// The result of reading documents: the entities, with the resources they come from.
#[derive(Debug, Default)]
pub struct Inferred {
    /// The entities, each with its resource.
    pub entities: Vec<(Entity, Resource)>,
    /// Lists that say which known entities belong to which.
    pub memberships: Vec<Membership>,
    /// Parameters of paths that an operator sets.
    pub parameters: Vec<PathParameter>,
    /// Lists and members that were left out.
    pub left_out: Vec<LeftOut>,
}

/// A type that is ported from another integration, with what its converter gives.
#[derive(Debug)]
pub struct Ported {
    /// Its name in snake case.
    pub name: String,
    /// Its class.
    pub class: &'static ClassDef,
    /// Objects with its properties, and its `_key`.
    pub records: Vec<Json>,
    /// Its name for people.
    pub shown: String,
}

/// Makes an entity of each ported type, in their order. Its key is `_key`, and it has no relationships.
pub fn ported(all: Vec<Ported>, provider: &str) -> Vec<Entity> {
    let mut names = Names::with_types([]);
    // All names are taken before the first struct is named.
    let resources: Vec<(Resource, &'static ClassDef)> = all
        .into_iter()
        .map(|one| {
            let name = names.thing(&[words::singular(&one.name)]);
            (Resource::ported(name, one.records, one.shown), one.class)
        })
        .collect();
    let key = Key {
        member: "_key".to_owned(),
        base: "String",
        reason: "the official integration has it".to_owned(),
        is_local: false,
    };
    let entity = |(resource, class): &(Resource, &ClassDef)| {
        let wishes =
            Wishes { classes: vec![(resource.name.clone(), class.name.to_owned())], ..Wishes::default() };
        entity::from_resource(resource, &key, provider, &[], &mut names, &wishes)
    };
    resources.iter().map(entity).collect()
}

/// The entities that a project has already.
#[derive(Debug, Default)]
pub struct Present {
    /// Those with a key of one field.
    pub others: Vec<Other>,
    /// Those that another one may be listed below.
    pub parents: Vec<Parent>,
    /// The names of all structs and enums.
    pub types: Vec<String>,
}

/// Turns resources into entities.
///
/// # Errors
/// If a choice of the user names a resource that does not exist.
pub fn entities(
    resources: Vec<Resource>,
    provider: &str,
    present: &Present,
    wishes: &Wishes,
) -> Result<Inferred, Error> {
    let mut inferred = Inferred::default();
    let mut names = Names::with_types(present.types.iter().cloned());
    let (mut resources, mut ones) =
        once::split(twins::leave_out(resources, wishes, &mut inferred.left_out), &mut inferred.left_out);
    name_all(&mut resources, &mut names);
    once::name_all(&mut ones, &mut names);
    wishes.check(resources.iter().chain(&ones))?;
    let things: BTreeSet<String> =
        resources.iter().filter(|one| !one.once).filter_map(|one| one.words.first().cloned()).collect();
    let mut keyed = Vec::new();
    let mut lost = BTreeMap::new();
    for resource in resources {
        if let Some(why) = wishes.why_skipped(&resource.name) {
            inferred.left_out.push(LeftOut::new(resource.shown(), why));
            continue;
        }
        let mut resource = resource;
        match give(&mut resource, wishes).map_err(WhyNot::from).and_then(|()| key(&resource, wishes, &things))
        {
            Ok(key) => {
                resource.tell_apart(&key.member);
                keyed.push((resource, key));
            }
            Err(why) => {
                lost.insert(place(&resource.path), resource.shown());
                let is_lost = !events::is_about_events(&resource) && !events::is_search(&resource);
                let lost = LeftOut::new(resource.shown(), why.text);
                inferred.left_out.push(LeftOut { is_lost, instead: why.instead, ..lost });
            }
        }
    }
    inferred.parameters = paths::fill(&mut keyed, wishes, &lost, &mut inferred.left_out);
    let memberships = membership::split(&mut keyed);
    let mut others: Vec<Other> = keyed.iter().map(|(resource, key)| other(resource, key)).collect();
    others.extend_from_slice(&present.others);
    keyed.extend(once::keyed(ones, wishes, &mut inferred));
    for (resource, key) in keyed {
        let parent = resource.parent().map(str::to_owned);
        let beside: Vec<Other> =
            others.iter().filter(|other| Some(&other.name) != parent.as_ref()).cloned().collect();
        let entity = entity::from_resource(&resource, &key, provider, &beside, &mut names, wishes);
        inferred.entities.push((entity, resource));
    }
    carry::carry(&mut inferred.entities, &memberships, &present.parents);
    for (entity, _) in &mut inferred.entities {
        entity.key_with_owners();
    }
    relate_to_parents(&mut inferred.entities, &present.parents);
    inferred.memberships = membership::complete(memberships, &inferred.entities);
    circles::break_all(&mut inferred);
    for (entity, _) in &mut inferred.entities {
        inferred.left_out.append(&mut entity.left_out);
    }
    Ok(inferred)
}

/// Words that select records of a list, and do not describe what the records are.
const VAGUE: [&str; 39] = [
    "default",
    "all",
    "me",
    "mine",
    "list",
    "search",
    "active",
    "current",
    "self",
    "catalog",
    "detail",
    "recent",
    "summary",
    "version",
    "option",
    "title",
    "type",
    "status",
    "stat",
    "history",
    "info",
    "tier",
    "template",
    "record",
    "entry",
    "item",
    "object",
    "bulk",
    "picker",
    "my",
    "favourite",
    "favorite",
    "trashed",
    "deleted",
    "updated",
    "failed",
    "accessible",
    "assignable",
    "available",
];

/// Gives each resource a unique name; lists with the shortest paths get the simplest names.
fn name_all(resources: &mut [Resource], names: &mut Names) {
    let places: BTreeSet<String> = resources.iter().map(|resource| place(&resource.path)).collect();
    let mut order: Vec<usize> = (0..resources.len()).collect();
    order.sort_by_key(|at| {
        let resource = &resources[*at];
        // What is left out leaves the simple name to what is made.
        let last = identity::key(resource, &BTreeSet::new()).is_none();
        (last, resource.holes.len(), resource.words.len(), resource.path.split('/').count(), *at)
    });
    let firsts: Vec<Option<String>> =
        resources.iter().map(|resource| resource.words.first().cloned()).collect();
    for at in order {
        let resource = &mut resources[at];
        let below = resource.holes.iter().any(|hole| places.contains(&place(&hole.before)));
        let mut parts = resource.words.clone();
        if let [last, owner, ..] = parts.as_slice()
            && (below || VAGUE.contains(&last.as_str()) || paths::is_selection(&resource.path))
            && !last.starts_with(&format!("{owner}_"))
        {
            // A nested list is named after its parent: the member of a group is a group member.
            let joined = format!("{owner}_{last}");
            parts.splice(..2, [joined]);
        }
        if let ([only], Some(held)) = (parts.as_slice(), resource.held())
            && VAGUE.contains(&only.as_str())
            && !firsts.contains(&Some(held.clone()))
        {
            // `/search` has its `issues`.
            parts = vec![held];
        }
        resource.name = names.thing(&parts);
    }
}

/// The source of a value that a flag gives.
const BY_PARAM: &str = "as `--param` says";

fn not_given(what: &str, name: &str) -> String {
    format!(
        "its {what} {} has to be given, and the document has no example; give one with --param {name}=VALUE",
        code(name)
    )
}

/// Gives the parameters of the query, the headers and the members of the body that a list needs.
fn give(resource: &mut Resource, wishes: &Wishes) -> Result<(), String> {
    resource.ask_for_ids(|name| wishes.param(name).is_some());
    for given in &mut resource.given {
        if let Some(value) = wishes.param(&given.name) {
            (given.value, given.why) = (Some(value.to_owned()), BY_PARAM);
        } else if given.value.is_none() {
            return Err(not_given(if given.is_header { "header" } else { "parameter" }, &given.name));
        }
    }
    for member in resource.posted.iter_mut().flat_map(|posted| &mut posted.members) {
        if let Some(value) = wishes.param(&member.name) {
            let is_json = serde_json::from_str::<serde_json::Value>(value).is_ok();
            let value = if is_json { value.to_owned() } else { serde_json::Value::from(value).to_string() };
            (member.value, member.why) = (Some(value), BY_PARAM);
        } else if member.value.is_none() {
            return Err(not_given("member of the body", &member.name));
        }
    }
    Ok(())
}

/// The reason why a list is left out, and the flag that takes it after all.
struct WhyNot {
    text: String,
    instead: Option<String>,
}

impl From<String> for WhyNot {
    fn from(text: String) -> Self {
        Self { text, instead: None }
    }
}

fn key(resource: &Resource, wishes: &Wishes, things: &BTreeSet<String>) -> Result<Key, WhyNot> {
    if let Some(member) = wishes.key(&resource.name) {
        return identity::wished(resource, member).ok_or_else(|| {
            format!("its records have no {} that could be a key: a text or a whole number", code(member))
                .into()
        });
    }
    identity::key(resource, things).ok_or_else(|| {
        let why = match resource.source {
            Source::Document if events::is_about_events(resource) => {
                "its records are events or figures, and have no id"
            }
            Source::Document => "the document has no id for its records",
            Source::Records => {
                "no member is known to identify a record: an id that every record has, and no two share"
            }
        };
        let instead = Some(format!("name one with --key {}=MEMBER", resource.name));
        WhyNot { text: why.to_owned(), instead }
    })
}

fn other(resource: &Resource, key: &Key) -> Other {
    let ids = resource.records.iter().filter_map(|record| record.get(&key.member)?.text().map(str::to_owned));
    Other {
        name: resource.name.clone(),
        type_name: words::type_name(&resource.name),
        key: key.clone(),
        ids: ids.collect(),
        is_apart: key.is_local && resource.parent().is_some(),
    }
}

/// Tells the entities that are listed below another one which it is.
fn relate_to_parents(entities: &mut [(Entity, Resource)], present: &[Parent]) {
    let made = entities.iter().map(|(entity, _)| entity.as_parent());
    let parents: Vec<Parent> = made.chain(present.iter().cloned()).collect();
    for (entity, resource) in entities {
        let parent = parents.iter().find(|parent| Some(parent.name.as_str()) == resource.parent());
        let Some(parent) = parent else { continue };
        // The step relates the two, so that the id of the parent is skipped.
        let repeats = link::repeats("", &parent.type_name);
        for field in entity.fields.iter_mut().filter(|field| repeats(&field.ident)) {
            if field.ident != entity.key_ident {
                field.attributes = vec!["skip".to_owned()];
                // It names the parent, even if its name fits another entity as well.
                let wire = field.wire.as_deref().unwrap_or(&field.ident);
                entity.links.retain(|link| link.member.0 != wire);
                field.docs = format!("{} The step makes a relationship of it.", field.docs);
            }
        }
        entity.parent = Some(parent.clone());
    }
}
