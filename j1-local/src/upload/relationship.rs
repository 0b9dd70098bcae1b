//! One uploaded relationship, direct or mapped.

use serde_json::{Map, Value};

use super::members::{Member, Text};
use super::{
    Raw, Reading, Uploaded, is_plain_key, is_plain_scalar, list_raw_data, raw_data, remove_text, take_text,
};
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

impl Uploaded for Relationship {
    fn read_plain(reading: &mut Reading<'_>, members: &[(Text<'_>, Member<'_>)]) -> Option<Self> {
        let Reading { reader, kinds, spelling, parts, class, .. } = reading;
        let (mut key, mut type_name, mut verb, mut from, mut to) = (None, None, None, None, None);
        spelling.begin();
        for (name, value) in members {
            let name = name.as_str();
            if name.starts_with('_') {
                let Member::Text(text) = value else { return None };
                let member = match name {
                    "_key" => &mut key,
                    "_type" => &mut type_name,
                    "_class" => &mut verb,
                    "_fromEntityKey" => &mut from,
                    "_toEntityKey" => &mut to,
                    _ => return None,
                };
                *member = Some(text.as_str());
                continue;
            }
            if !is_plain_scalar(value) {
                return None;
            }
            spelling.name(name);
            spelling.member(value);
        }
        spelling.end();
        let [key, from, to] = [key, from, to].map(|key| key.filter(|key| is_plain_key(key)));
        let (key, from, to) = (key?, from?, to?);
        let type_name = type_name.filter(|name| !name.is_empty())?;
        let verb = verb.filter(|verb| is_plain_verb(verb))?;
        if reader.mode != SyncMode::Diff {
            return None;
        }
        class.clear();
        ["\"", verb, "\""].into_iter().for_each(|part| class.push_str(part));
        parts.clear();
        let described = [type_name, class, "", spelling.json()];
        let ends = [End::OWN, "", from, End::OWN, "", to];
        described.into_iter().chain(ends).for_each(|part| parts.push(part));
        Some(Self {
            key: key.to_owned(),
            uid: reader.relationship_uid(key),
            kind: kinds.place(type_name, class),
            from: End::own(from),
            to: Some(End::own(to)),
            mapping: None,
            hash: parts.hash(),
            props: spelling.jsonb(),
            raw: Vec::new(),
        })
    }

    fn read(reading: &mut Reading<'_>, mut object: Map<String, Value>) -> Result<Self, Vec<Refusal>> {
        let Reading { reader, kinds, spelling, parts, .. } = reading;
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
        spelling.object(&object);
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
        let type_name = take_text(&mut object, "_type").unwrap_or_default();
        let class = canonical::value(object.get("_class").unwrap_or(&Value::Null));
        let mapping = mapping.as_ref().map(canonical::value);
        let ends = [Some(&from), to.as_ref()].map(|end| end.map_or(["", "", ""], End::parts));
        let described = [&type_name, &class, mapping.as_deref().unwrap_or_default(), spelling.json()];
        parts.clear();
        described.into_iter().chain(ends.into_iter().flatten()).for_each(|part| parts.push(part));
        let (hash, props) = (parts.hash(), spelling.jsonb());
        let uid = reader.relationship_uid(&key);
        let kind = kinds.place(&type_name, &class);
        Ok(Self { key, uid, kind, from, to, mapping, hash, props, raw })
    }
}

/// Returns `true` if no upload rule could refuse the class of a relationship, whatever verbs there are.
fn is_plain_verb(class: &str) -> bool {
    !class.is_empty() && class.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

impl End {
    /// The first part of [`Self::parts`] of an end in the job's scope.
    const OWN: &str = "own";

    fn own(key: &str) -> Self {
        Self::Own { key: key.to_owned() }
    }

    /// The parts that distinguish one end from another.
    fn parts(&self) -> [&str; 3] {
        match self {
            Self::Own { key } => [Self::OWN, "", key],
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
