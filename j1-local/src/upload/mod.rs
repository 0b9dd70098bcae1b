//! The objects of an upload, read into the form in which they are staged.
//!
//! A batch is accepted or refused whole, so all of it is read and checked before the store sees it.

mod body;
mod entity;
mod members;
mod relationship;
mod spelling;

pub use body::{Takes, read};
pub use entity::Entity;
pub use relationship::{End, Relationship};

use std::collections::HashSet;
use std::hash::BuildHasherDefault;
use std::io::Write as _;
use std::sync::LazyLock;

use flate2::Compression;
use flate2::write::GzEncoder;
use j1_core::model::limits::{MAX_KEY_CHARS, MAX_STRING_UTF16};
use j1_core::shared::AsIs;
use memchr::memmem::Finder;
use serde_json::{Map, Value, json};
use uuid::Uuid;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed, xxh3_128_with_seed};

use crate::canonical::{self, Parts};
use crate::store::{Hashed, Job, Properties, SyncMode};
use crate::validation::Refusal;
use members::{Member, Text};
use spelling::Spelling;

/// The namespace of our `_id`s: a made-up UUID that never changes.
pub const NAMESPACE: Uuid = Uuid::from_u128(0x6a31_6c6f_6361_6c00_8000_6a75_7069_7465);

/// The entities and relationships of one request.
#[derive(Debug, Default)]
pub struct Batch {
    pub entities: Vec<Entity>,
    pub relationships: Vec<Relationship>,
    /// The kinds of both, which name them by their place in this list.
    pub kinds: Vec<Kind>,
    /// The properties of the entities, by type.
    pub properties: Properties,
}

/// The properties of the entities of one request while it is read.
#[derive(Debug, Default)]
struct Shapes {
    properties: Properties,
    /// Hashes of the type and the names of properties that were noted together. Entities of a type mostly have the same.
    noted: HashSet<u64, BuildHasherDefault<AsIs>>,
}

impl Shapes {
    /// Notes the names of the properties of an entity.
    fn note<'n>(&mut self, type_name: &str, names: impl Iterator<Item = &'n str> + Clone) {
        let names = names.filter(|name| !name.starts_with('_'));
        let begin = xxh3_64(type_name.as_bytes());
        let shape = names.clone().fold(begin, |hash, name| xxh3_64_with_seed(name.as_bytes(), hash));
        if self.noted.insert(shape) {
            self.properties.entry(type_name.to_owned()).or_default().extend(names.map(str::to_owned));
        }
    }
}

/// The kinds of the objects of one request while it is read. Most have one in common.
#[derive(Debug, Default)]
struct Kinds {
    list: Vec<Kind>,
    /// Their places by a hash of 128 bits.
    places: Hashed<usize>,
}

impl Kinds {
    /// Returns the place of a kind.
    fn place(&mut self, type_name: &str, class: &str) -> usize {
        let hash = xxh3_128_with_seed(type_name.as_bytes(), xxh3_64(class.as_bytes()));
        *self.places.entry(hash).or_insert_with(|| {
            self.list.push(Kind { type_name: type_name.to_owned(), class: class.to_owned() });
            self.list.len() - 1
        })
    }
}

/// The state that the objects of one request share while it is read.
#[derive(Debug)]
struct Reading<'r> {
    reader: &'r Reader,
    kinds: Kinds,
    shapes: Shapes,
    /// The properties of the object being read.
    spelling: Spelling,
    /// The texts that its hash covers.
    parts: Parts,
    /// Its class as JSON.
    class: String,
}

impl<'r> Reading<'r> {
    fn new(reader: &'r Reader) -> Self {
        Self {
            reader,
            kinds: Kinds::default(),
            shapes: Shapes::default(),
            spelling: Spelling::default(),
            parts: Parts::default(),
            class: String::new(),
        }
    }
}

/// An object of an upload.
trait Uploaded: Sized {
    /// Reads an object that has only what most objects have, and that no upload rule could refuse. `None` leaves it to
    /// [`read`](Self::read), which would return the same, at three times the cost.
    fn read_plain(reading: &mut Reading<'_>, members: &[(Text<'_>, Member<'_>)]) -> Option<Self>;

    /// Reads any object, or returns the reasons to refuse it.
    fn read(reading: &mut Reading<'_>, object: Map<String, Value>) -> Result<Self, Vec<Refusal>>;
}

/// Returns `true` if no upload rule could refuse the text as a key.
fn is_plain_key(key: &str) -> bool {
    static UNDEFINED: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("undefined"));
    !key.is_empty() && key.len() <= MAX_KEY_CHARS && UNDEFINED.find(key.as_bytes()).is_none()
}

/// Returns `true` if no upload rule could refuse the value of a property that is not a list.
fn is_plain_scalar(value: &Member<'_>) -> bool {
    match value {
        Member::Null | Member::Bool(_) | Member::Number(_) => true,
        Member::Text(text) => text.as_str().len() <= MAX_STRING_UTF16,
        Member::List(_) | Member::Object(_) => false,
    }
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

/// The reason why a batch is refused.
#[derive(Debug, thiserror::Error)]
pub enum Bad {
    /// `entities` or `relationships` is not a list of objects.
    #[error("`{what}` is not an array of objects")]
    NotArray { what: &'static str },
    /// Objects that the upload rules refuse.
    #[error("{message}")]
    Invalid { what: &'static str, message: String },
    /// The request is not what the endpoint takes.
    #[error("{0}")]
    Request(String),
    /// The service can do it, this version cannot.
    #[error("{0}")]
    Unsupported(String),
}

/// Reads the uploads of one job.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The beginning of the names that `_id`s are made of, for entities and for relationships.
    entity_name: String,
    relationship_name: String,
    mode: SyncMode,
}

impl Reader {
    /// Creates a reader for the uploads of this job.
    pub fn new(job: &Job) -> Self {
        let name = |what| format!("{what}\0{}\0{}\0", job.mode.scope_kind(job.source), job.scope);
        Self { entity_name: name("entity"), relationship_name: name("relationship"), mode: job.mode }
    }

    /// Refuses lists that jobs of this mode do not take.
    fn allow(&self, list: &str) -> Result<(), Bad> {
        if self.mode == SyncMode::CrossScope && list == "entities" {
            let message = "a CROSS_SCOPE job takes relationships only; upload entities in a DIFF job";
            return Err(Bad::Request(message.to_owned()));
        }
        if self.mode.is_of_parts() && list == "relationships" {
            return Err(Bad::Request(format!(
                "a job of the mode {} takes entities only; upload relationships in a DIFF job",
                self.mode.as_str()
            )));
        }
        Ok(())
    }

    /// The `_id` of the entity with this key: the same in every run.
    fn entity_uid(&self, key: &str) -> String {
        uid(&self.entity_name, key)
    }

    /// The `_id` of the relationship with this key.
    fn relationship_uid(&self, key: &str) -> String {
        uid(&self.relationship_name, key)
    }
}

fn uid(name: &str, key: &str) -> String {
    let name = [name.as_bytes(), key.as_bytes()].concat();
    let mut buffer = Uuid::encode_buffer();
    Uuid::new_v5(&NAMESPACE, &name).hyphenated().encode_lower(&mut buffer).to_owned()
}

/// Keys may be 7,000 characters long; a message shows the beginning.
fn excerpt(key: &str) -> String {
    const SHOWN: usize = 80;
    match key.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &key[..end]),
        None => key.to_owned(),
    }
}

/// Takes the text out of a member, which stays. Unlike `remove`, it moves no other members.
fn take_text(object: &mut Map<String, Value>, name: &str) -> Option<String> {
    match object.get_mut(name)? {
        Value::String(text) => Some(std::mem::take(text)),
        _ => None,
    }
}

/// Removes a member, and returns it if it is a text.
fn remove_text(object: &mut Map<String, Value>, name: &str) -> Option<String> {
    match object.remove(name)? {
        Value::String(text) => Some(text),
        _ => None,
    }
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

#[cfg(test)]
mod tests;
