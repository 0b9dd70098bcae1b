//! A list inside a record: it may be cut, and then the record does not say who is missing.

use std::fmt;
use std::marker::PhantomData;

use j1_core::Outcome;
use j1_core::report::{Begun, Marks};
use reqwest::header::HeaderMap;
use serde::de::{DeserializeOwned, Error as _, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::provider::digest;
use crate::provider::evidence::{Came, Collector};
use crate::provider::page::Object;
use crate::provider::paging::Paging;

/// Members of a nested list that hold its records.
pub(super) const RECORDS: [&str; 9] =
    ["nodes", "edges", "items", "data", "results", "values", "records", "entries", "resources"];

/// The name by which a nested list is recognized where its record is read.
pub(super) const NESTED: &str = "$j1::Nested";

/// A list inside a record, such as `groups(first: 100) { nodes { id } pageInfo { hasNextPage } }` of a GraphQL query or the
/// first 20 members that a REST API embeds.
///
/// It is read from an array, or from an object with the records in `nodes`, `edges`, `items` or the like. Whatever the object
/// says about more (`pageInfo.hasNextPage`, `has_more`, `next`, `totalCount`) is part of the outcome, which must be asked
/// for: a nested list that is dropped before makes its step partial.
///
/// ```
/// # use j1_core::{Outcome, Result};
/// use j1_runtime::provider::Nested;
///
/// #[derive(serde::Deserialize)]
/// struct User {
///     login: String,
///     groups: Nested<String>,
/// }
///
/// let user = r#"{ "login": "ada", "groups": { "nodes": ["dev"], "pageInfo": { "hasNextPage": true } } }"#;
/// let user: User = serde_json::from_str(user).expect("a user");
/// let (groups, read) = user.groups.into_parts("the groups of a user");
/// assert!(groups == ["dev"] && !read.is_complete());
/// ```
#[derive(Debug)]
#[must_use = "ask for its records and its outcome with `into_parts`"]
pub struct Nested<T> {
    records: Vec<T>,
    /// The part of the response that says that the list goes on.
    more: Vec<String>,
    /// Until it is asked for its records and its outcome.
    begun: Option<Begun>,
    /// The step that has read it.
    marks: Option<Marks>,
}

impl<T> Nested<T> {
    /// Declares that the provider embeds at most this many records: a list with as many may be cut.
    pub fn at_most(mut self, records: usize) -> Self {
        if self.records.len() >= records {
            self.more.push(format!("at most {records} records are embedded"));
        }
        self
    }

    /// The records, and what they prove. `name` is the name of the list in messages.
    pub fn into_parts(self, name: &str) -> (Vec<T>, Outcome) {
        self.begun.iter().for_each(Begun::finished);
        let mut outcome = j1_core::__private::proven(self.marks.or_else(Marks::current).as_ref());
        for said in &self.more {
            outcome.add(Outcome::partial(format!("{name} may be cut: {said}")));
        }
        (self.records, outcome)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Nested<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(NESTED, List(PhantomData))
    }
}

/// Reads a nested list.
struct List<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for List<T> {
    type Value = Nested<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a nested list")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Nested<T>, D::Error> {
        let (list, more) = match Value::deserialize(deserializer)? {
            Value::Array(list) => (list, Vec::new()),
            value @ Value::Object(_) => of_object(value).map_err(D::Error::custom)?,
            _ => return Err(D::Error::custom("a nested list is an array, or an object with an array in it")),
        };
        let records = list.into_iter().map(serde_json::from_value).collect::<Result<_, _>>();
        let records = records.map_err(D::Error::custom)?;
        let left = "the step left a nested list without its `into_parts`";
        let marks = Marks::current();
        Ok(Nested { records, more, begun: marks.as_ref().map(|marks| marks.begin(left)), marks })
    }
}

/// The records of an object, and what it says about more.
fn of_object(mut value: Value) -> Result<(Vec<Value>, Vec<String>), String> {
    let name = RECORDS.into_iter().find(|name| value[*name].is_array());
    let name = name.ok_or_else(|| format!("a nested list has none of {}", RECORDS.join(", ")))?;
    let Value::Array(mut list) = value[name].take() else { return Err(format!("`{name}` is not an array")) };
    if name == "edges" {
        for edge in &mut list {
            let node = edge["node"].take();
            *edge = node;
        }
    }
    let text = value.to_string();
    let object: Object<'_> = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let digests: Vec<u64> = list.iter().map(|record| digest::digest(record.to_string().as_bytes())).collect();
    let came = Came::new(list.len(), &digests);
    Ok((list, cut(&object, came)))
}

/// Lists what the object says about the list, of which so many records came.
fn cut(object: &Object<'_>, came: Came) -> Vec<String> {
    let evidence =
        Collector::new(&Paging::whole()).of_value().collect(Some(&object.members), &HeaderMap::new());
    let reached = evidence.reached(came);
    let mut more = evidence.more;
    more.extend(reached);
    more.extend(evidence.cut);
    more.extend(evidence.error.map(|name| format!("`{name}` is an error")));
    more.extend(evidence.counts.iter().filter_map(|(name, all)| came.lacking(name, *all)));
    let pages = evidence.pages.iter().filter(|(_, all)| *all > 1);
    more.extend(pages.map(|(name, all)| format!("`{name}` is {all}")));
    more
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Nested;

    fn complete(list: Value) -> Option<(usize, bool)> {
        let list: Nested<Value> = serde_json::from_value(list).ok()?;
        let (records, outcome) = list.into_parts("a list");
        Some((records.len(), outcome.is_complete()))
    }

    #[test]
    fn a_nested_list_that_says_that_there_is_more_is_partial() {
        assert_eq!(complete(json!([1, 2])), Some((2, true)));
        assert_eq!(complete(json!({ "nodes": [1], "pageInfo": { "hasNextPage": false } })), Some((1, true)));
        assert_eq!(complete(json!({ "items": [], "total": 0, "next": null })), Some((0, true)));
        assert_eq!(complete(json!({ "items": [1], "total_pages": 1 })), Some((1, true)));
        for more in [
            json!({ "nodes": [1], "pageInfo": { "hasNextPage": true, "endCursor": "a" } }),
            json!({ "edges": [{ "node": 1 }], "totalCount": 7 }),
            json!({ "items": [1], "has_more": true }),
            json!({ "size": 120, "items": [1], "max-results": 1, "start-index": 0 }),
            json!({ "results": [1], "total_pages": 3 }),
            json!({ "values": [1], "page": { "unreachable": ["zone-a"] } }),
            json!({ "data": [1], "next": "/users/1/groups?page=2" }),
        ] {
            assert_eq!(complete(more.clone()), Some((1, false)), "{more}");
        }
        for other in [json!(7), json!(null), json!({ "groups": [1] })] {
            assert_eq!(complete(other), None);
        }
        let capped: Nested<Value> = serde_json::from_value(json!([1, 2])).expect("a list");
        assert!(!capped.at_most(2).into_parts("a list").1.is_complete());
    }
}
