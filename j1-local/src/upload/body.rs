//! Reads the body of an upload object by object, so that a body that is wrong costs no more than its beginning.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::error::Category;

use super::members::Members;
use super::{Bad, Batch, Reader, Reading, Uploaded, excerpt};
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
        takes,
        batch: Batch::default(),
        reading: Reading::new(reader),
        list: None,
        seen: [false; 2],
        bad: None,
    };
    if bytes.is_empty() {
        return Err(document.empty());
    }
    // Judged once for the whole body, it costs a tenth of what it costs text by text.
    let text = std::str::from_utf8(bytes)
        .map_err(|error| Bad::Request(format!("the body is not JSON: {error}; send UTF-8")))?;
    let mut json = serde_json::Deserializer::from_str(text);
    let read = json.deserialize_map(&mut document).and_then(|()| json.end());
    if let Some(bad) = document.bad {
        return Err(bad);
    }
    match read {
        Ok(()) if document.seen == [false; 2] => Err(document.empty()),
        Ok(()) => {
            let Reading { kinds, shapes, .. } = document.reading;
            Ok(Batch { kinds: kinds.list, properties: shapes.properties, ..document.batch })
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
    takes: Takes,
    batch: Batch,
    reading: Reading<'r>,
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
        self.reading.reader.allow(known)?;
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
                Ok(ENTITIES) => map.next_value_seed(List {
                    what: ENTITIES,
                    objects: &mut self.batch.entities,
                    reading: &mut self.reading,
                })?,
                Ok(_) => map.next_value_seed(List {
                    what: RELATIONSHIPS,
                    objects: &mut self.batch.relationships,
                    reading: &mut self.reading,
                })?,
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
struct List<'d, 'r, T> {
    what: &'static str,
    objects: &'d mut Vec<T>,
    reading: &'d mut Reading<'r>,
}

impl<T: Uploaded> List<'_, '_, T> {
    /// Reads one object; returns its key and the reasons to refuse it.
    fn read(&mut self, members: &mut Members<'_>) -> Result<T, (Option<String>, Vec<Refusal>)> {
        if let Some(read) = members.sorted().and_then(|members| T::read_plain(self.reading, members)) {
            return Ok(read);
        }
        let object = members.take_map();
        let key = object.get("_key").and_then(Value::as_str).map(excerpt);
        T::read(self.reading, object).map_err(|refusals| (key, refusals))
    }
}

impl<'de, T: Uploaded> DeserializeSeed<'de> for List<'_, '_, T> {
    type Value = Result<(), Bad>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: Uploaded> Visitor<'de> for List<'_, '_, T> {
    type Value = Result<(), Bad>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Self::Value, A::Error> {
        let (mut shown, mut more, mut index) = (Vec::new(), 0_usize, 0_usize);
        // An element that is not an object makes the deserializer fail, which ends the reading.
        let mut members = Members::default();
        while items.next_element_seed(&mut members)?.is_some() {
            match self.read(&mut members) {
                Ok(read) if shown.is_empty() => self.objects.push(read),
                Ok(_) => {}
                Err((key, refusals)) => {
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
