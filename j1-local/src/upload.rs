//! What an upload holds, read into the form in which it is staged.
//!
//! A batch is accepted or refused whole, so everything in it is read and checked before the store
//! hears of it.

mod entity;
mod relationship;

pub use entity::Entity;
pub use relationship::{End, Relationship};

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::canonical;
use crate::store::{Job, SyncMode};
use crate::validation::Refusal;

/// The namespace of our `_id`s: a made-up UUID that never changes.
const NAMESPACE: Uuid = Uuid::from_u128(0x6a31_6c6f_6361_6c00_8000_6a75_7069_7465);

/// The entities and relationships of one request.
#[derive(Debug, Default)]
pub struct Batch {
    pub entities: Vec<Entity>,
    pub relationships: Vec<Relationship>,
}

/// One named piece of an object's raw data, compressed.
#[derive(Debug)]
pub struct Raw {
    pub name: String,
    pub hash: i64,
    pub body: Vec<u8>,
}

/// `_type` and `_class`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Kind {
    pub type_name: String,
    /// JSON: an array for entities, a string for relationships.
    pub class: String,
}

/// Why a batch is refused.
#[derive(Debug, thiserror::Error)]
pub enum Bad {
    /// `entities` or `relationships` is not a list of objects.
    #[error("`{what}` is not an array of objects")]
    NotArray { what: &'static str },
    /// Objects that the upload rules refuse.
    #[error("{message}")]
    Invalid { what: &'static str, message: String },
}

/// What of the job decides how its uploads are read.
#[derive(Debug, Clone)]
pub struct Reader {
    scope_kind: &'static str,
    scope: String,
    mode: SyncMode,
}

impl Reader {
    /// A reader for the uploads of this job.
    pub fn of(job: &Job) -> Self {
        Self { scope_kind: job.mode.scope_kind(job.source), scope: job.scope.clone(), mode: job.mode }
    }

    /// Reads the entities of a request.
    pub fn entities(&self, list: Value) -> Result<Vec<Entity>, Bad> {
        each(list, "entities", |object| Entity::read(self, object))
    }

    /// Reads the relationships of a request, direct and mapped.
    pub fn relationships(&self, list: Value) -> Result<Vec<Relationship>, Bad> {
        each(list, "relationships", |object| Relationship::read(self, object))
    }

    /// The `_id` of a key: the same in every run.
    fn uid(&self, what: &str, key: &str) -> String {
        let name = format!("{what}\0{}\0{}\0{key}", self.scope_kind, self.scope);
        Uuid::new_v5(&NAMESPACE, name.as_bytes()).to_string()
    }
}

/// Reads every object of a list, or says what is wrong with the first few bad ones.
fn each<T>(
    list: Value,
    what: &'static str,
    mut read: impl FnMut(Map<String, Value>) -> Result<T, Vec<Refusal>>,
) -> Result<Vec<T>, Bad> {
    const SHOWN: usize = 5;
    let Value::Array(items) = list else { return Err(Bad::NotArray { what }) };
    let mut good = Vec::with_capacity(items.len());
    let mut bad = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        let Value::Object(object) = item else { return Err(Bad::NotArray { what }) };
        let key = object.get("_key").and_then(Value::as_str).map(excerpt);
        match read(object) {
            Ok(object) => good.push(object),
            Err(refusals) => bad.extend(refusals.into_iter().map(|refusal| {
                let key = key.as_deref().map(|key| format!(" ({key})")).unwrap_or_default();
                format!("{what}[{index}]{key}: [{}] {}", refusal.code, refusal.message)
            })),
        }
    }
    if bad.is_empty() {
        return Ok(good);
    }
    let more = bad.len().saturating_sub(SHOWN);
    bad.truncate(SHOWN);
    if more > 0 {
        bad.push(format!("and {more} more"));
    }
    let message = bad.join("; ");
    Err(Bad::Invalid { what, message })
}

/// Keys may be 7,000 characters long; a message shows the beginning.
fn excerpt(key: &str) -> String {
    const SHOWN: usize = 80;
    match key.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &key[..end]),
        None => key.to_owned(),
    }
}

fn take_text(object: &mut Map<String, Value>, name: &str) -> Option<String> {
    match object.remove(name)? {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// The properties that queries see: everything but the names with a leading underscore.
fn props(object: &Map<String, Value>) -> String {
    canonical::object(object, |name| !name.starts_with('_'))
}

/// Brings raw data as the Node client sends it, a map of names, into the SDK's form, a list of
/// `{name, rawData}`.
fn list_raw_data(object: &mut Map<String, Value>) {
    if let Some(Value::Object(entries)) = object.get_mut("_rawData") {
        let entries = std::mem::take(entries);
        let entries = entries.into_iter().map(|(name, body)| json!({ "name": name, "rawData": body }));
        object.insert("_rawData".to_owned(), entries.collect());
    }
}

/// Reads `_rawData`, a list of `{name, rawData}`.
fn raw_data(value: Option<Value>) -> Vec<Raw> {
    let Some(Value::Array(entries)) = value else { return Vec::new() };
    entries
        .into_iter()
        .filter_map(|entry| {
            let name = entry.get("name")?.as_str()?.to_owned();
            let text = canonical::value(entry.get("rawData")?);
            Some(Raw { name, hash: canonical::hash([text.as_str()]), body: compress(&text) })
        })
        .collect()
}

fn compress(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory does not fail.
    let _ = encoder.write_all(text.as_bytes());
    encoder.finish().unwrap_or_default()
}
