//! What a file tells of a vendor's API: a sample of an answer, an OpenAPI document, or a recording.

mod builder;
mod class;
mod entity;
mod enumeration;
mod field;
pub mod fixture;
mod har;
pub mod json;
mod link;
mod nested;
mod openapi;
mod privacy;
pub mod resource;
mod sample;
mod shape;
pub mod words;

use std::collections::BTreeMap;
use std::path::Path;

pub use entity::{Entity, Key};
pub use link::Other;
pub use resource::{Found, LeftOut, Resource};

use crate::error::Error;
use json::Json;

/// Reads a file, of whichever of the three kinds it is.
pub fn read(path: &Path) -> Result<Found, Error> {
    let bytes = std::fs::read(path).map_err(|source| Error::File { path: path.to_owned(), source })?;
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let json = parsed(path, text)?;
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let found = if har::is_har(&json) {
        har::read(&json)
    } else if openapi::is_openapi(&json) {
        openapi::read(&json)
    } else if json.get("swagger").is_some() {
        return Err(unknown(path, "an OpenAPI document of version 2 (Swagger); convert it to version 3"));
    } else {
        sample::read(&json, &stem)
    };
    if found.resources.is_empty() && found.left_out.is_empty() {
        return Err(unknown(
            path,
            "JSON or YAML without a list of records, a recording or an OpenAPI document",
        ));
    }
    Ok(found)
}

/// A file as JSON: read as YAML where its name says so, or where it begins as an OpenAPI document does in YAML.
fn parsed(path: &Path, text: &[u8]) -> Result<Json, Error> {
    let named = path
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("yaml") || end.eq_ignore_ascii_case("yml"));
    let wrong = |language, source| Error::NotASample { path: path.to_owned(), language, source };
    if named || text.trim_ascii_start().starts_with(b"openapi:") {
        return serde_saphyr::from_slice(text).map_err(|source| wrong("YAML", source.into()));
    }
    serde_json::from_slice(text).map_err(|source| wrong("JSON", source.into()))
}

fn unknown(path: &Path, what: &'static str) -> Error {
    Error::UnknownKind { path: path.to_owned(), what }
}

/// What is to be written: the entities, with the resources they come from.
#[derive(Debug, Default)]
pub struct Inferred {
    /// The entities, each with its resource.
    pub entities: Vec<(Entity, Resource)>,
    /// What became of nothing.
    pub left_out: Vec<LeftOut>,
}

/// Makes entities of resources. `known` are those that the project has.
pub fn entities(resources: Vec<Resource>, vendor: &str, known: &[Other]) -> Inferred {
    let mut inferred = Inferred::default();
    let mut keyed: Vec<(Resource, Key)> = Vec::new();
    for mut resource in resources {
        // A module of this name is there already, or two files tell of the same.
        if keyed.iter().any(|(other, _)| other.name == resource.name)
            || known.iter().any(|other| other.name == resource.name)
        {
            inferred.left_out.push(LeftOut::new(words::prose(&resource.name), "there is one already"));
            continue;
        }
        if resource.name.len() > LONGEST {
            resource.name.truncate(LONGEST);
        }
        match entity::key(&resource) {
            Some(key) => keyed.push((resource, key)),
            None => inferred.left_out.push(LeftOut::new(
                words::prose(&resource.name),
                "no member identifies a record: none that all have, and that no two share",
            )),
        }
    }
    let mut others: Vec<Other> = keyed.iter().map(|(resource, key)| other(resource, key)).collect();
    others.extend_from_slice(known);
    for (resource, key) in keyed {
        let entity = entity::of(&resource, &key, vendor, &others);
        inferred.entities.push((entity, resource));
    }
    break_circles(&mut inferred);
    for (entity, _) in &mut inferred.entities {
        inferred.left_out.append(&mut entity.left_out);
    }
    inferred
}

/// The longest name of a resource; a `_type` is made of several.
const LONGEST: usize = 60;

fn other(resource: &Resource, key: &Key) -> Other {
    let ids = resource.records.iter().filter_map(|record| record.get(&key.member)?.text().map(str::to_owned));
    Other {
        name: resource.name.clone(),
        type_name: words::type_name(&resource.name),
        key: key.clone(),
        ids: ids.collect(),
    }
}

/// Takes out relationships because of which steps would wait for each other.
fn break_circles(inferred: &mut Inferred) {
    let mut waits: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (entity, _) in &mut inferred.entities {
        let (kept, dropped): (Vec<_>, Vec<_>) = std::mem::take(&mut entity.links)
            .into_iter()
            .partition(|link| !leads(&waits, &link.other, &entity.name));
        waits.entry(entity.name.clone()).or_default().extend(kept.iter().map(|link| link.other.clone()));
        for link in dropped {
            let why = format!(
                "the step for {} waits for that for {} already",
                words::prose(&link.other),
                words::prose(&entity.name)
            );
            entity.fields.retain(|field| field.wire.as_deref().unwrap_or(&field.ident) != link.member.0);
            entity
                .left_out
                .push(LeftOut::new(format!("`{}` of {}", link.member.0, words::prose(&entity.name)), why));
        }
        entity.links = kept;
        let used = |nested: &nested::Nested| {
            let holds = |fields: &[field::Field]| fields.iter().any(|field| field.base == nested.type_name);
            holds(&entity.fields) || entity.nested.iter().any(|other| holds(&other.fields))
        };
        let kept = entity.nested.iter().filter(|nested| used(nested)).cloned().collect();
        entity.nested = kept;
    }
}

/// Whether the step for one waits for that for another, by whatever way.
fn leads(waits: &BTreeMap<String, Vec<String>>, from: &str, to: &str) -> bool {
    from == to || waits.get(from).is_some_and(|next| next.iter().any(|next| leads(waits, next, to)))
}
