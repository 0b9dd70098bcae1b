//! Encodes a step's objects as JSON, validates them, and hands them to the run's `Sink`.
//!
//! An [`Emitter`] belongs to one step. It owns the step's sink and the buffers, which are reused for each object. The
//! sink gets an object once it is complete and valid; otherwise it gets the violations.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::error::{Code, Result};
use crate::graph::json::RecordPlaces;
use crate::graph::property::unmapped_nulls;
use crate::graph::{
    Entity, EntityMeta, Key, KeyWriter, Naming, Object, ObjectMeta, ObjectWriter, RawSpec, Type,
    write_json_string,
};
use crate::report::{Event, Marks};
use crate::shared::ByHash;
use crate::validate::{Violation, check_key};

/// A boxed future.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The kind of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObjectKind {
    /// A node.
    Entity,
    /// An edge.
    Relationship,
}

/// One object on its way to JupiterOne.
#[non_exhaustive]
pub struct EncodedObject<'a> {
    /// Entity or relationship.
    pub kind: ObjectKind,
    /// Its declared `_type`.
    pub ty: Type,
    /// Its `_type` in this run.
    pub type_name: &'a Arc<str>,
    /// Its `_key`.
    pub key: &'a str,
    /// The object as JupiterOne takes it, without raw data.
    pub json: &'a [u8],
    /// The value of its `_rawData`, `[{"name":"default","rawData":…}]`, if it has raw data that is to be sent.
    pub raw_data: Option<&'a [u8]>,
    /// The keys of its two ends, where it is a direct relationship.
    pub ends: Option<(&'a str, &'a str)>,
    /// The struct of the provider's record, for the steps that read it back.
    pub original: Option<&'a dyn Any>,
    /// `true` for a relationship that is left out silently if one of its ends is never collected.
    pub expected: bool,
    /// The properties whose strings were shortened, as their fields allow.
    pub truncated: &'a [&'static str],
}

impl<'a> EncodedObject<'a> {
    /// Returns the object with this raw data instead of its own.
    #[must_use]
    pub fn with_raw_data<'b>(&self, raw_data: Option<&'b [u8]>) -> EncodedObject<'b>
    where
        'a: 'b,
    {
        EncodedObject { raw_data, ..*self }
    }

    /// Returns the value of a property as it is sent, if the object has it. Parses the whole object, so use it
    /// sparingly.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<serde_json::Value> {
        let mut members: serde_json::Map<_, _> = serde_json::from_slice(self.json).ok()?;
        members.remove(name)
    }
}

/// The receiver of the objects of one step, implemented by the runtime and by tests.
pub trait Sink: Send {
    /// Returns the names of the run.
    fn naming(&self) -> &Naming;

    /// Takes an object, or rejects it.
    fn accept(&mut self, record: &EncodedObject<'_>) -> Result<Accepted>;

    /// Reports an object that cannot be sent, and why. JupiterOne keeps what it holds of the type.
    fn refuse(&mut self, ty: Type, type_name: &Arc<str>, key: &str, violations: &[Violation]);

    /// Reports values of an object that is sent without them: each broke a rule, and its class lets the property be absent or
    /// `null`. Makes nothing partial.
    fn withhold(&mut self, ty: Type, type_name: &Arc<str>, key: &str, violations: &[Violation]);

    /// Sends an event to the people who look at the job. Does not wait.
    fn send_event(&self, event: Event);

    /// Hands over the gathered objects; waits while JupiterOne is slower than the provider.
    fn flush(&mut self) -> BoxFuture<'_, Result<()>>;

    /// Returns `true` if the sink sends raw data; otherwise none is encoded.
    fn wants_raw_data(&self) -> bool {
        true
    }

    /// Returns `true` if any step has added an entity of this type and key.
    fn contains(&self, ty: Type, key: &str) -> bool;

    /// Returns the keys of the entities of this type whose field of this name has the value.
    fn find_by(&mut self, ty: Type, field: &str, value: &str) -> Result<Vec<String>>;

    /// Returns the stored entities of a type, from the first one added.
    fn read(&mut self, ty: Type) -> Result<Box<dyn Stored>>;
}

/// The result of handing one object to a sink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// The object will be sent.
    Accepted,
    /// The object will be sent, and [`Sink::flush`] must be awaited before the next one.
    FlushDue,
    /// The object will not be sent, for example because another object has its key. The sink has reported it.
    Rejected,
}

/// The stored entities of one type, one after another.
pub trait Stored: Send {
    /// Returns the next entity as it was stored, or the JSON of its struct; `None` if no further one is stored yet.
    fn next(&mut self) -> Result<Option<Vec<u8>>>;

    /// Returns the key of the last entity, if it was stored with one.
    fn key(&self) -> Option<&[u8]> {
        None
    }

    /// Waits, after a `None`, until another entity is stored; `false` if no more will come.
    fn more(&mut self) -> BoxFuture<'_, bool> {
        Box::pin(std::future::ready(false))
    }
}

/// A relationship on its way to JupiterOne.
pub(crate) struct DirectRelationship<'a> {
    pub ty: Type,
    pub class: &'static str,
    pub from: &'a str,
    pub to: &'a str,
    pub write_properties: &'a dyn Fn(&mut ObjectWriter),
}

/// An encoded relationship that has not been checked yet.
pub(crate) struct EncodedRelationship<'a> {
    pub ty: Type,
    pub type_name: &'a Arc<str>,
    pub key: &'a str,
    pub json: &'a [u8],
    pub ends: (&'a str, &'a str),
    pub expected: bool,
    pub truncated: &'a [&'static str],
    pub withheld: &'a [Violation],
}

impl EncodedRelationship<'_> {
    /// Sends it, or reports its violations.
    fn send(&self, sink: &mut dyn Sink, violations: &[Violation]) -> Result<Accepted> {
        if !violations.is_empty() {
            sink.refuse(self.ty, self.type_name, self.key, violations);
            return Ok(Accepted::Rejected);
        }
        let accepted = sink.accept(&EncodedObject {
            kind: ObjectKind::Relationship,
            ty: self.ty,
            type_name: self.type_name,
            key: self.key,
            json: self.json,
            raw_data: None,
            ends: Some(self.ends),
            original: None,
            expected: self.expected,
            truncated: self.truncated,
        })?;
        if accepted != Accepted::Rejected && !self.withheld.is_empty() {
            sink.withhold(self.ty, self.type_name, self.key, self.withheld);
        }
        Ok(accepted)
    }
}

/// The members that every object of a type has in common, made once per step.
struct TypeHeader {
    name: Arc<str>,
    /// `"_type":"…","_class":…` and the explicit nulls.
    members: Vec<u8>,
    /// [`names_no_credential`](crate::graph::RawSpec::names_no_credential) of its raw data.
    plain_raw_data: bool,
}

/// Writes objects for one step.
pub struct Emitter {
    marks: Marks,
    sink: Box<dyn Sink>,
    naming: Naming,
    writer: ObjectWriter,
    /// The raw data of the entity that is being written.
    raw_data: Vec<u8>,
    headers: ByHash<TypeHeader>,
    must_flush: bool,
    /// `true` while a relationship is written one of whose ends may never be collected.
    expecting: bool,
}

impl Emitter {
    /// Creates an emitter that writes to this sink.
    #[must_use]
    pub fn new(sink: Box<dyn Sink>) -> Self {
        let naming = sink.naming().clone();
        Self {
            sink,
            naming,
            writer: ObjectWriter::default(),
            raw_data: Vec::new(),
            headers: ByHash::default(),
            must_flush: false,
            expecting: false,
            marks: Marks::default(),
        }
    }

    /// Returns the sink, at the end of the step.
    #[must_use]
    pub fn into_sink(self) -> Box<dyn Sink> {
        self.sink
    }

    /// Returns the losses of the step.
    #[must_use]
    pub fn marks(&self) -> &Marks {
        &self.marks
    }

    pub(crate) fn naming(&self) -> &Naming {
        &self.naming
    }

    pub(crate) fn sink(&mut self) -> &mut dyn Sink {
        &mut *self.sink
    }

    /// Returns `true` if the sink has asked to be flushed.
    pub(crate) fn must_flush(&self) -> bool {
        self.must_flush
    }

    /// Flushes the sink if it has asked for that.
    pub(crate) fn flush_if_full(&mut self) -> Option<BoxFuture<'_, Result<()>>> {
        std::mem::take(&mut self.must_flush).then(|| self.sink.flush())
    }

    /// Returns the key that belongs to these fields, whether or not such an entity exists.
    pub(crate) fn key_text<'t, T: Entity + 't>(&self, id: T::Id<'t>) -> String {
        let mut key = KeyWriter::new(&self.naming);
        T::write_key(id, &mut key);
        key.finish()
    }

    /// Writes an entity and the relationships its fields declare.
    pub fn entity<T: Entity>(&mut self, entity: &T, original: Option<&dyn Any>) -> Result<Key<T>> {
        self.entity_with_raw(entity, original, None)
    }

    /// Writes an entity with the raw data of the record it was read from.
    pub(crate) fn entity_with_raw<T: Entity>(
        &mut self,
        entity: &T,
        original: Option<&dyn Any>,
        record: Option<(&str, RecordPlaces<'_>)>,
    ) -> Result<Key<T>> {
        let key = self.key_text::<T>(entity.id());
        let header = type_header(&mut self.headers, &self.naming, T::TYPE, || {
            let plain_raw_data = T::ENTITY.raw_data.is_some_and(RawSpec::names_no_credential);
            (common_members(T::ENTITY), plain_raw_data)
        });
        self.writer.begin();
        self.writer.plain("_key", &key);
        self.writer.raw(&header.members);
        entity.write(&mut self.writer);
        self.writer.finish();
        check_key(&key, self.writer.violations());
        let mut withheld = std::mem::take(self.writer.withheld());
        if T::STRICT {
            self.writer.violations().append(&mut withheld);
        }
        self.raw_data.clear();
        let raw_data = record.zip(T::ENTITY.raw_data).filter(|_| self.sink.wants_raw_data());
        if let Some((record, spec)) = raw_data {
            spec.write(record, header.plain_raw_data, &mut self.raw_data);
        }
        let accepted = if self.writer.violations().is_empty() {
            self.sink.accept(&EncodedObject {
                kind: ObjectKind::Entity,
                ty: T::TYPE,
                type_name: &header.name,
                key: &key,
                json: self.writer.bytes(),
                raw_data: (!self.raw_data.is_empty()).then_some(&self.raw_data),
                ends: None,
                original,
                expected: false,
                truncated: self.writer.truncated(),
            })?
        } else {
            self.sink.refuse(T::TYPE, &header.name, &key, self.writer.violations());
            Accepted::Rejected
        };
        self.must_flush |= accepted == Accepted::FlushDue;
        let key = Key::new(key);
        if accepted != Accepted::Rejected {
            if !withheld.is_empty() {
                self.sink.withhold(T::TYPE, &header.name, key.as_str(), &withheld);
            }
            // An entity that is not sent has no relationships.
            entity.relate(&key, self)?;
        }
        Ok(key)
    }

    /// Writes a relationship one of whose ends may never be collected.
    pub(crate) fn expected<E: Object>(&mut self, edge: &E) -> Result<E::Added> {
        self.expecting = true;
        let added = edge.emit(self);
        self.expecting = false;
        added
    }

    /// Writes a direct relationship.
    pub(crate) fn edge(&mut self, edge: &DirectRelationship<'_>) -> Result<()> {
        let header = type_header(&mut self.headers, &self.naming, edge.ty, || {
            let mut members = b"\"_class\":".to_vec();
            write_json_string(&mut members, edge.class);
            // The official SDK shows the verb as the name of an edge; JupiterOne's page for custom definitions
            // sends none.
            if !edge.ty.is_custom() {
                members.extend_from_slice(b",\"displayName\":");
                write_json_string(&mut members, edge.class);
            }
            (members, false)
        });
        let mut key = String::with_capacity(edge.from.len() + edge.class.len() + edge.to.len() + 2);
        key.push_str(edge.from);
        key.push('|');
        key.push_str(edge.class);
        key[edge.from.len()..].make_ascii_lowercase();
        key.push('|');
        key.push_str(edge.to);
        let writer = &mut self.writer;
        writer.begin();
        writer.plain("_key", &key);
        writer.raw(&header.members);
        (edge.write_properties)(writer);
        writer.plain("_fromEntityKey", edge.from);
        writer.plain("_toEntityKey", edge.to);
        writer.finish();
        check_key(&key, writer.violations());
        let (violations, withheld) = (std::mem::take(writer.violations()), std::mem::take(writer.withheld()));
        let relationship = EncodedRelationship {
            ty: edge.ty,
            type_name: &header.name,
            key: &key,
            json: writer.bytes(),
            ends: (edge.from, edge.to),
            expected: self.expecting,
            truncated: writer.truncated(),
            withheld: &withheld,
        };
        let accepted = relationship.send(&mut *self.sink, &violations)?;
        self.must_flush |= accepted == Accepted::FlushDue;
        Ok(())
    }

    /// Sends a relationship that was encoded elsewhere.
    pub(crate) fn send_relationship(
        &mut self,
        relationship: &EncodedRelationship<'_>,
        violations: &[Violation],
    ) -> Result<()> {
        let accepted = relationship.send(&mut *self.sink, violations)?;
        self.must_flush |= accepted == Accepted::FlushDue;
        Ok(())
    }

    /// The `_type` in this run.
    pub(crate) fn type_name(&mut self, ty: Type) -> Arc<str> {
        Arc::clone(&type_header(&mut self.headers, &self.naming, ty, Default::default).name)
    }

    pub(crate) fn writer(&mut self) -> &mut ObjectWriter {
        &mut self.writer
    }
}

/// Returns what the objects of a type have in common, encoding it the first time: their members, and of raw data that its names are
/// plain.
fn type_header<'k>(
    all: &'k mut ByHash<TypeHeader>,
    naming: &Naming,
    ty: Type,
    common: impl FnOnce() -> (Vec<u8>, bool),
) -> &'k TypeHeader {
    all.entry(ty.hash).or_insert_with(|| {
        let name: Arc<str> = ty.name(naming).into();
        let mut text = b"\"_type\":".to_vec();
        write_json_string(&mut text, &name);
        text.push(b',');
        let (members, plain_raw_data) = common();
        text.extend_from_slice(&members);
        TypeHeader { name, members: text, plain_raw_data }
    })
}

/// `"_class":…` and an explicit null for each property that a class requires and no field maps.
fn common_members(meta: &EntityMeta) -> Vec<u8> {
    let names: Vec<&str> = meta.classes.iter().map(|class| class.name).collect();
    let mut members = b"\"_class\":".to_vec();
    match names[..] {
        [name] => write_json_string(&mut members, name),
        _ => {
            // A list of strings always has a JSON form, and writing to a `Vec` does not fail.
            let _ = serde_json::to_writer(&mut members, &names);
        }
    }
    for name in unmapped_nulls(meta.classes, meta.properties) {
        members.push(b',');
        write_json_string(&mut members, name);
        members.extend_from_slice(b":null");
    }
    members
}

/// Summarizes in one line what is wrong with an object.
#[must_use]
pub fn summarize_violations(violations: &[Violation]) -> (Code, String) {
    let code = violations.first().map_or(Code::OWN, |v| v.code);
    let text: Vec<String> = violations.iter().map(|v| format!("[{}] {}", v.code, v.message)).collect();
    (code, text.join("; "))
}

impl ObjectMeta {
    /// Returns its kind: entity or relationship.
    #[must_use]
    pub const fn kind(&self) -> ObjectKind {
        match self {
            Self::Entity(_) => ObjectKind::Entity,
            Self::Relationship(_) => ObjectKind::Relationship,
        }
    }
}
