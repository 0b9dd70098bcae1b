//! One uploaded relationship, direct or mapped.

use serde_json::{Map, Value};

use super::{Kind, Kinds, Raw, Reader, list_raw_data, props, raw_data, remove_text, take_text};
use crate::canonical;
use crate::store::{Source, SyncMode};
use crate::validation::{self, Refusal};

/// One uploaded relationship, ready to be staged.
#[derive(Debug)]
pub struct Relationship {
    pub key: String,
    pub uid: String,
    /// Its place in the batch's list.
    pub kind: usize,
    pub from: End,
    /// `None` when the relationship is mapped: its far end is found by its `mapping`.
    pub to: Option<End>,
    /// The `_mapping` as JSON.
    pub mapping: Option<String>,
    pub hash: i64,
    /// JSONB.
    pub props: Vec<u8>,
    pub raw: Vec<Raw>,
}

/// The entity at one end of a relationship, as the upload names it.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// By its key in the scope of the job.
    Own { key: String },
    /// By its key in another scope.
    Of { kind: &'static str, scope: String, key: String },
    /// By its `_id`, in any scope.
    Id { id: String },
}

impl Relationship {
    pub(super) fn read(
        reader: &Reader,
        kinds: &mut Kinds,
        mut object: Map<String, Value>,
    ) -> Result<Self, Vec<Refusal>> {
        let mapped = object.contains_key("_mapping");
        let (from, to) = (read_end(&mut object, &FROM), read_end(&mut object, &TO));
        list_raw_data(&mut object);
        put_ids(&mut object, from.as_ref(), to.as_ref());
        let refusals =
            if mapped { validation::mapped_relationship(&object) } else { validation::relationship(&object) };
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let raw = raw_data(object.remove("_rawData"));
        let (text, props) = props(&object);
        let mapping = object.remove("_mapping");
        let source_key = mapping.as_ref().and_then(|mapping| mapping.get("sourceEntityKey"));
        let (from, to) = match (&mapping, from, to) {
            (Some(_), ..) if reader.mode == SyncMode::CrossScope => {
                return Err(vec![mapped_between_scopes()]);
            }
            (Some(_), ..) => (source_key.and_then(Value::as_str).map(End::own), None),
            (None, from, to) => (from, to),
        };
        let Some(from) = from else { return Err(vec![without_source()]) };
        let own = |end: &End| matches!(end, End::Own { .. });
        if reader.mode == SyncMode::CrossScope && (own(&from) || to.as_ref().is_some_and(own)) {
            return Err(vec![without_scope()]);
        }
        let key = take_text(&mut object, "_key").unwrap_or_default();
        let kind = Kind {
            type_name: take_text(&mut object, "_type").unwrap_or_default(),
            class: canonical::value(object.get("_class").unwrap_or(&Value::Null)),
        };
        let mapping = mapping.as_ref().map(canonical::value);
        let ends = [Some(&from), to.as_ref()].map(|end| end.map_or(["", "", ""], End::parts));
        let described = [kind.type_name.as_str(), &kind.class, mapping.as_deref().unwrap_or_default(), &text];
        let hash = canonical::hash(described.into_iter().chain(ends.into_iter().flatten()));
        let uid = reader.relationship_uid(&key);
        let kind = kinds.place(kind);
        Ok(Self { key, uid, kind, from, to, mapping, hash, props, raw })
    }
}

impl End {
    fn own(key: &str) -> Self {
        Self::Own { key: key.to_owned() }
    }

    /// The parts that distinguish one end from another.
    fn parts(&self) -> [&str; 3] {
        match self {
            Self::Own { key } => ["own", "", key],
            Self::Of { kind, scope, key } => [kind, scope, key],
            Self::Id { id } => ["id", "", id],
        }
    }
}

/// The members that name one end: its `_id`, its key, and the source and the scope of its owner.
struct Names {
    id: &'static str,
    key: &'static str,
    source: &'static str,
    scope: &'static str,
}

const FROM: Names = Names {
    id: "_fromEntityId",
    key: "_fromEntityKey",
    source: "_fromEntitySource",
    scope: "_fromEntityScope",
};
const TO: Names =
    Names { id: "_toEntityId", key: "_toEntityKey", source: "_toEntitySource", scope: "_toEntityScope" };

/// Reads the members that name one end, and removes those that the upload rules do not know.
fn read_end(object: &mut Map<String, Value>, names: &Names) -> Option<End> {
    let id = remove_text(object, names.id);
    let source = remove_text(object, names.source);
    let scope = remove_text(object, names.scope);
    let key = object.get(names.key).and_then(Value::as_str).map(str::to_owned);
    match (id, key, source, scope) {
        (Some(id), ..) => Some(End::Id { id }),
        // Which kind of scope it is, is looked up.
        (None, Some(key), None, Some(scope)) => Some(End::Of { kind: "", scope, key }),
        (None, Some(key), Some(source), Some(scope)) => {
            let kind = Source::parse(&source).map_or("unknown", Source::scope_kind);
            Some(End::Of { kind, scope, key })
        }
        (None, Some(key), ..) => Some(End::Own { key }),
        (None, None, ..) => None,
    }
}

/// Puts `_id`s in the place of keys, since the upload rules know ends by their keys.
fn put_ids(object: &mut Map<String, Value>, from: Option<&End>, to: Option<&End>) {
    for (name, end) in [(FROM.key, from), (TO.key, to)] {
        if let Some(End::Id { id }) = end {
            object.insert(name.to_owned(), Value::from(id.as_str()));
        }
    }
}

fn mapped_between_scopes() -> Refusal {
    let message = "a CROSS_SCOPE job takes no mapped relationships; send it in a DIFF job".to_owned();
    Refusal { code: "J1-E0601", message }
}

fn without_scope() -> Refusal {
    Refusal {
        code: "J1-E0502",
        message: "does not say whose its ends are; send `_fromEntityScope` and `_toEntityScope` in a CROSS_SCOPE job"
            .to_owned(),
    }
}

fn without_source() -> Refusal {
    Refusal {
        code: "J1-E0502",
        message: "names no entity to start from; send `_fromEntityKey`, or `_mapping.sourceEntityKey`"
            .to_owned(),
    }
}
