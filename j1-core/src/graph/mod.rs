//! The graph: entities, relationships and mapped relationships, their keys, values and properties, and their JSON.
//!
//! An object reaches a run in one way: [`Object::emit`] writes it through a [`Emitter`], which checks every value as it
//! passes and hands the finished bytes to the run's [`Sink`]. This room knows nothing of steps; a step gets its `Emitter`
//! from the room above.

mod bytes;
pub mod canonical;
mod emitter;
mod ends;
mod entity;
mod fact;
mod json;
mod key;
mod lookup;
mod mapped;
mod object;
mod properties;
#[doc(hidden)]
pub mod property;
mod raw;
mod relationship;
mod tags;
mod time;
mod type_name;
mod value;
pub mod verb;
mod writer;

pub use emitter::{
    Accepted, BoxFuture, Emitter, EncodedObject, ObjectKind, Sink, Stored, summarize_violations,
};
pub use ends::{End, Joined, Joins, SidesOf};
pub use entity::{Entity, EntityMeta, Owned};
pub use key::{HasKey, Key, KeyPart, KeyWriter};
pub use lookup::{LooksUp, LookupMeta, Property, each_text};
pub use mapped::{Direction, Far, FarAndNear, Mapped, MappedEnd, Near, NearAndFar, Target, TargetMeta};
pub use object::{AllEmittedBy, EmittedBy, ExpectedBy, FoundBy, Object, ObjectMeta, ReadBy, Swapped};
pub use properties::{FieldSpec, Properties};
pub use property::{Absence, PropertySpec};
pub use raw::{RawData, RawFields, RawSpec, WithRaw};
pub use relationship::{Edge, MappingMeta, RelationshipMeta};
pub use tags::{TAGS, Tag, TagList, TagValue, Tagged, Tags};
pub use time::EpochMs;
#[doc(hidden)]
pub use time::MOMENT;
#[cfg(feature = "jiff")]
pub use time::{InvalidTimestamp, Timestamp};
pub use type_name::{INTEGRATION, Naming, Type, relationship_type};
pub use value::{HoldsDate, Item, Kind, ListOfOne, Millis, Rfc3339, Seconds, Value, Written};
pub use writer::{ObjectWriter, ValueWriter};

#[doc(hidden)]
pub use fact::Fact;
#[doc(hidden)]
pub use json::{
    Places, RecordPlaces, RecordText, WITH_RAW, each_element, each_member, each_member_while, each_record,
};
#[doc(hidden)]
pub use properties::{BesideTheVerb, NoList, OnRelationship, check_held};

pub(crate) use emitter::{DirectRelationship, EncodedRelationship};
pub(crate) use relationship::Direct;
pub(crate) use writer::write_json_string;
