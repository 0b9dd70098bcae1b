//! The graph: entities, relationships and mapped relationships, their keys, values and properties, and their JSON.
//!
//! An object reaches a run in one way: [`Object::record`] writes it through a [`Recorder`], which checks every value as it
//! passes and hands the finished bytes to the run's [`Sink`]. This room knows nothing of steps; a step gets its `Recorder`
//! from the room above.

pub mod canonical;
mod entity;
mod key;
mod mapped;
mod object;
mod properties;
#[doc(hidden)]
pub mod property;
mod raw;
mod recorder;
mod relationship;
mod tags;
mod time;
mod ty;
mod value;
pub mod verb;
mod writer;

pub use entity::{Entity, EntityMeta};
pub use key::{HasKey, Key, KeyPart, KeyWriter};
pub use mapped::{Direction, Far, Mapped, MappedEnd, Near, Target, TargetMeta};
pub use object::{AllEmittedBy, EmittedBy, FoundBy, Object, ObjectMeta, ReadBy};
pub use properties::{FieldSpec, Properties};
pub use property::{Absence, PropertySpec};
pub use raw::{RawData, RawFields, RawSpec, WithRaw};
pub use recorder::{Accepted, BoxFuture, ObjectKind, Record, Recorder, Sink, Stored, describe};
pub use relationship::{Edge, MappingMeta, RelationshipMeta};
pub use tags::{TAGS, Tag, TagList, TagValue, Tagged, Tags};
pub use time::EpochMs;
pub use ty::{INTEGRATION, Naming, Type, relationship_type};
pub use value::{HoldsDate, Item, Kind, ListOfOne, Millis, Rfc3339, Seconds, Value, Written};
pub use writer::{ObjectWriter, ValueWriter};

#[doc(hidden)]
pub use {key::check_length, object::check_emitted, raw::check_raw_name};

pub(crate) use recorder::{EdgeRecord, Lost, Prepared};
pub(crate) use relationship::Direct;
pub(crate) use writer::json_string;
