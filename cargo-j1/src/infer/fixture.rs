//! Records for a project's recordings: the members that the integration reads, without data of real persons.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::entity::Entity;
use super::field::Field;
use super::json::Json;
use super::resource::Resource;

/// The most records of a list; a test needs no more.
const MOST: usize = 25;

/// The ids of the recorded records, by the name of the resource.
pub type Ids = BTreeMap<String, Vec<Value>>;

/// The records of an entity, with members that no struct holds left out.
pub fn records(entity: &Entity, resource: &Resource, ids: &Ids) -> Vec<Value> {
    let records = resource.records.iter().take(MOST).enumerate();
    records
        .map(|(index, record)| Scrub { entity, ids, number: index + 1 }.object(record, &entity.fields, &[]))
        .collect()
}

/// The ids of an entity's records.
pub fn ids(entity: &Entity, resource: &Resource) -> Vec<Value> {
    let key = entity.key_member();
    resource.records.iter().take(MOST).filter_map(|record| record.get(key).map(Json::to_value)).collect()
}

/// Returns the ends of a link of one record: the ids of the other entity.
pub fn ends(record: &Value, member: &(String, Option<String>)) -> Vec<Value> {
    let one = |end: &Value| match &member.1 {
        Some(inner) => end[inner].clone(),
        None => end.clone(),
    };
    let at = match record.get(&member.0) {
        Some(at) => at,
        None => member.0.split('.').fold(record, |at, name| &at[name]),
    };
    let ends = match at {
        Value::Array(items) => items.iter().map(one).collect(),
        end => vec![one(end)],
    };
    ends.into_iter().filter(|end| !end.is_null()).collect()
}

struct Scrub<'e> {
    entity: &'e Entity,
    ids: &'e Ids,
    number: usize,
}

impl Scrub<'_> {
    fn object(&self, record: &Json, fields: &[Field], way: &[&str]) -> Value {
        let mut members = Map::new();
        for field in fields {
            let wire = field.wire.as_deref().unwrap_or(&field.ident);
            if let Some(value) = record.get(wire) {
                members.insert(wire.to_owned(), self.value(value, field, wire, way));
            }
        }
        Value::Object(members)
    }

    fn value(&self, value: &Json, field: &Field, wire: &str, way: &[&str]) -> Value {
        let place = [way, &[wire]].concat().join(".");
        let link = self.entity.links.iter().find(|link| link.member.0 == place);
        let nested = self.entity.nested.iter().find(|nested| nested.type_name == field.item());
        if let Some(link) = link {
            let linked = self.linked(value, &link.other, link.member.1.as_deref());
            // Paths may take more of an object than its id.
            let (Some(nested), Value::Object(ends)) = (nested, &linked) else { return linked };
            let mut object = self.object(value, &nested.fields, &[way, &[wire]].concat());
            ends.iter().for_each(|(name, id)| object[name] = id.clone());
            return object;
        }
        if let Some(nested) = nested {
            let way = [way, &[wire]].concat();
            return match value {
                Json::Null => Value::Null,
                Json::List(items) => items.iter().map(|one| self.object(one, &nested.fields, &way)).collect(),
                object => self.object(object, &nested.fields, &way),
            };
        }
        match value {
            Json::Text(text) => json!(self.text(text, &field.ident)),
            Json::List(items) => items
                .iter()
                .map(|item| {
                    item.text().map_or_else(|| item.to_value(), |text| json!(self.text(text, &field.ident)))
                })
                .collect(),
            _ => value.to_value(),
        }
    }

    /// An id of something recorded: the one that was seen, or else the first there is.
    fn linked(&self, value: &Json, other: &str, inner: Option<&str>) -> Value {
        let known = self.ids.get(other).map_or(&[][..], Vec::as_slice);
        let id = |id: &Json| {
            let id = id.to_value();
            if known.contains(&id) { id } else { known.first().cloned().unwrap_or(Value::Null) }
        };
        let one = |end: &Json| match inner {
            Some(inner) => json!({ inner: end.get(inner).map_or(Value::Null, id) }),
            None => id(end),
        };
        match value {
            Json::Null => Value::Null,
            Json::List(items) => {
                let mut ends: Vec<_> = items.iter().map(one).collect();
                let mut seen = Vec::new();
                ends.retain(|end| {
                    !seen.contains(end) && {
                        seen.push(end.clone());
                        true
                    }
                });
                Value::Array(ends)
            }
            end => one(end),
        }
    }

    /// Returns a text in which a person that it may name is replaced.
    fn text(&self, text: &str, ident: &str) -> String {
        let number = self.number;
        if text.contains('@') && text.contains('.') && !text.contains(' ') {
            return format!("person{number}@example.com");
        }
        if !["User", "Person"].contains(&self.entity.class.as_str()) {
            return text.to_owned();
        }
        match ident.replace('_', "").as_str() {
            "firstname" | "givenname" => "Ada".to_owned(),
            "lastname" | "familyname" | "surname" => format!("Example {number}"),
            "name" | "displayname" | "fullname" | "nickname" | "realname" => format!("Ada Example {number}"),
            "username" | "login" => format!("person{number}"),
            _ => text.to_owned(),
        }
    }
}
