//! Reads the body of an upload object by object, so that a body that is wrong costs no more than its beginning.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::{Map, Value};

use super::{Bad, Batch, Entity, Kinds, Reader, Relationship, Shapes, excerpt};
use crate::validation::Refusal;

/// Refusals that a message shows; further ones are counted.
const SHOWN: usize = 5;

/// The lists that an endpoint takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// `entities`
    Entities,
    /// `relationships`
    Relationships,
    /// Either or both.
    Both,
}

impl Takes {
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Entities => &[ENTITIES],
            Self::Relationships => &[RELATIONSHIPS],
            Self::Both => &[ENTITIES, RELATIONSHIPS],
        }
    }
}

const ENTITIES: &str = "entities";
const RELATIONSHIPS: &str = "relationships";

/// Reads a body: `{"entities":[…],"relationships":[…]}`, or as much of it as `takes` allows.
pub fn read(bytes: &[u8], reader: &Reader, takes: Takes) -> Result<Batch, Bad> {
    let mut document = Document {
        reader,
        takes,
        batch: Batch::default(),
        kinds: Kinds::default(),
        shapes: Shapes::default(),
        list: None,
        seen: [false; 2],
        bad: None,
    };
    if bytes.is_empty() {
        return Err(document.empty());
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = json.deserialize_map(&mut document).and_then(|()| json.end());
    if let Some(bad) = document.bad {
        return Err(bad);
    }
    match read {
        Ok(()) if document.seen == [false; 2] => Err(document.empty()),
        Ok(()) => {
            Ok(Batch { kinds: document.kinds.list, properties: document.shapes.properties, ..document.batch })
        }
        Err(error) if error.classify() == Category::Data => Err(match document.list {
            Some(what) => Bad::NotArray { what },
            None => Bad::Request("the body is not a JSON object".to_owned()),
        }),
        Err(error) => Err(Bad::Request(format!("the body is not JSON: {error}"))),
    }
}

/// The body as it is being read.
struct Document<'r> {
    reader: &'r Reader,
    takes: Takes,
    batch: Batch,
    kinds: Kinds,
    shapes: Shapes,
    /// The list being read.
    list: Option<&'static str>,
    /// The lists that came: entities, relationships.
    seen: [bool; 2],
    /// The reason to stop reading.
    bad: Option<Bad>,
}

impl Document<'_> {
    fn empty(&self) -> Bad {
        Bad::Request(format!("the body is empty; send `{}`", self.takes.names().join("` or `")))
    }

    /// The list of this name, if the request may have one.
    fn allow(&mut self, name: &str) -> Result<&'static str, Bad> {
        if matches!(name, "deleteEntities" | "deleteRelationships") {
            return Err(Bad::Unsupported(format!(
                "`{name}` is not supported here; finalize a DIFF job without the objects to delete"
            )));
        }
        let names = self.takes.names();
        let Some(known) = names.iter().find(|known| **known == name) else {
            return Err(Bad::Request(format!("`{name}` is not taken here; send `{}`", names.join("`, `"))));
        };
        self.reader.allow(known)?;
        let seen = &mut self.seen[usize::from(*known == RELATIONSHIPS)];
        if std::mem::replace(seen, true) {
            return Err(Bad::Request(format!("`{known}` comes twice; send one list")));
        }
        Ok(known)
    }
}

impl<'de> Visitor<'de> for &mut Document<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            let list = self.allow(&name).inspect(|what| self.list = Some(what));
            let read = match list {
                Ok(ENTITIES) => {
                    let read = |object| {
                        self.shapes.note(&object);
                        Entity::read(self.reader, &mut self.kinds, object)
                    };
                    let list = List { what: ENTITIES, objects: &mut self.batch.entities, read };
                    map.next_value_seed(list)?
                }
                Ok(_) => {
                    let read = |object| Relationship::read(self.reader, &mut self.kinds, object);
                    let list = List { what: RELATIONSHIPS, objects: &mut self.batch.relationships, read };
                    map.next_value_seed(list)?
                }
                Err(bad) => Err(bad),
            };
            if let Err(bad) = read {
                self.bad = Some(bad);
                return Err(A::Error::custom("refused"));
            }
            self.list = None;
        }
        Ok(())
    }
}

/// One list as it is being read.
struct List<'b, T, R> {
    what: &'static str,
    objects: &'b mut Vec<T>,
    read: R,
}

impl<'de, T, R> DeserializeSeed<'de> for List<'_, T, R>
where
    R: FnMut(Map<String, Value>) -> Result<T, Vec<Refusal>>,
{
    type Value = Result<(), Bad>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T, R> Visitor<'de> for List<'_, T, R>
where
    R: FnMut(Map<String, Value>) -> Result<T, Vec<Refusal>>,
{
    type Value = Result<(), Bad>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Self::Value, A::Error> {
        let (mut shown, mut more, mut index) = (Vec::new(), 0_usize, 0_usize);
        // An element that is not an object makes the deserializer fail, which ends the reading.
        while let Some(object) = items.next_element::<Map<String, Value>>()? {
            let key = object.get("_key").and_then(Value::as_str).map(excerpt);
            match (self.read)(object) {
                Ok(read) if shown.is_empty() => self.objects.push(read),
                Ok(_) => {}
                Err(refusals) => {
                    for refusal in refusals {
                        if shown.len() == SHOWN {
                            more += 1;
                            continue;
                        }
                        let key = key.as_deref().map(|key| format!(" ({key})")).unwrap_or_default();
                        let what = self.what;
                        shown.push(format!("{what}[{index}]{key}: [{}] {}", refusal.code, refusal.message));
                    }
                }
            }
            index += 1;
        }
        if shown.is_empty() {
            return Ok(Ok(()));
        }
        if more > 0 {
            shown.push(format!("and {more} more"));
        }
        Ok(Err(Bad::Invalid { what: self.what, message: shown.join("; ") }))
    }
}
