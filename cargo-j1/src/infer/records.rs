//! Finds the records in a response, by the same rules for samples, recordings and documents.
//!
//! Readers turn a response into a [`Shape`] first, so that all of them get the same result.

use super::identity;
use super::json::Json;
use super::shape::{Member, Shape, Texts};
use super::words;

/// The depth to which a list of records is searched.
const DEEPEST: usize = 4;

/// The records of a response.
#[derive(Debug)]
pub struct Located<'s> {
    /// The names of the members that lead to the list; empty where the response is the list.
    pub way: Vec<String>,
    /// The shape of a record.
    pub shape: &'s Shape,
    /// The records are the members of an object, by their names, and no list.
    pub named: bool,
    /// The member of each item that holds the record, such as `node` of an edge.
    pub each: Option<&'s str>,
}

/// The member that a record gets its name as, where records are the members of an object.
pub const NAME: &str = "id";

impl Located<'_> {
    /// Returns the path as `Paging::items` takes it; `None` if the response itself is the list.
    pub fn items(&self) -> Option<String> {
        (!self.way.is_empty()).then(|| path(&self.way))
    }

    /// Returns the shape of a record, with its name.
    pub fn record(&self) -> Shape {
        let mut shape = self.shape.clone();
        if self.named && shape.member(NAME).is_none() {
            let text = Some(Texts::default());
            let name = Shape { text, ..Shape::default() };
            let member =
                Member { name: NAME.to_owned(), always: true, read_only: true, seen: 0, shape: name };
            shape.object.get_or_insert_default().insert(0, member);
        }
        shape
    }

    /// Returns the records of a response, with their names.
    pub fn records(&self, response: &Json) -> Vec<Json> {
        let way: Vec<&str> = self.way.iter().map(String::as_str).collect();
        let Some(found) = response.at(&way) else { return Vec::new() };
        let named = |(name, record): &(String, Json)| match record {
            Json::Object(members) if record.get(NAME).is_none() => {
                let name = (NAME.to_owned(), Json::Text(name.clone()));
                Json::Object(std::iter::once(name).chain(members.iter().cloned()).collect())
            }
            record => record.clone(),
        };
        match self.each {
            _ if self.named => found.members().iter().map(named).collect(),
            Some(member) => found.items().iter().filter_map(|item| item.get(member)).cloned().collect(),
            None => found.items().to_vec(),
        }
    }

    /// Returns the member that a record gets its name as.
    pub fn named(&self) -> Option<String> {
        self.named.then(|| NAME.to_owned())
    }
}

/// Writes a path through objects: names separated by dots, or a JSON pointer if a name contains a dot.
pub fn path(way: &[String]) -> String {
    if way.iter().any(|name| name.contains('.') || name.starts_with('/')) {
        let parts = way.iter().map(|name| name.replace('~', "~0").replace('/', "~1"));
        return parts.map(|part| format!("/{part}")).collect();
    }
    way.join(".")
}

/// Members whose lists describe the response rather than hold its records.
const ABOUT: [&str; 30] = [
    "errors",
    "error",
    "warnings",
    "messages",
    "links",
    "_links",
    "link",
    "order",
    "order_by",
    "orderby",
    "sort",
    "sorting",
    "sorts",
    "included",
    "includes",
    "facets",
    "aggregations",
    "filters",
    "filter",
    "meta",
    "metadata",
    "paging",
    "pagination",
    "columns",
    "fields",
    "schemas",
    "actions",
    "operations",
    "suggestions",
    "breadcrumbs",
];

/// Returns `true` for a word of a list that says what went wrong: the `failed_items` beside the `affected_items`.
fn is_failure(word: &str) -> bool {
    ["failed", "failures", "errors", "rejected", "invalid", "skipped", "unprocessed"].contains(&word)
}

/// Members that hold the list of records, whatever the records are.
const WRAPPERS: [&str; 23] = [
    "data",
    "items",
    "item",
    "results",
    "result",
    "records",
    "value",
    "values",
    "list",
    "content",
    "contents",
    "entries",
    "entities",
    "resources",
    "elements",
    "objects",
    "response",
    "rows",
    "nodes",
    "edges",
    "hits",
    "collection",
    "payload",
];

/// Returns `true` for a word that means "the list" and does not describe its records.
pub fn is_wrapper(name: &str) -> bool {
    words::snake(name).is_some_and(|name| WRAPPERS.contains(&name.as_str()))
}

/// Members that are about a page or the request, so that an object with them is an envelope rather than a record.
const OF_ENVELOPES: [&str; 46] = [
    "limit",
    "offset",
    "skip",
    "start",
    "start_at",
    "start_index",
    "total",
    "total_count",
    "total_results",
    "total_items",
    "total_size",
    "total_pages",
    "total_records",
    "count",
    "size",
    "page",
    "page_size",
    "per_page",
    "page_number",
    "page_count",
    "pages",
    "next",
    "next_page",
    "next_cursor",
    "next_token",
    "next_page_token",
    "next_link",
    "next_url",
    "next_marker",
    "previous",
    "prev",
    "first",
    "last",
    "has_more",
    "has_next",
    "more",
    "cursor",
    "marker",
    "status",
    "success",
    "ok",
    "message",
    "object",
    "kind",
    "type",
    "url",
];

/// Returns the records of a response. `named` is their expected name, such as the last word of the path.
pub fn locate<'s>(response: &'s Shape, named: Option<&str>) -> Option<Located<'s>> {
    let mut found = Vec::new();
    collect(response, &mut Vec::new(), named, &mut found);
    // Of several that fit equally well, the first.
    let best = found.iter().map(|(score, _)| *score).max().filter(|score| *score > 0)?;
    found.into_iter().find(|(score, _)| *score == best).map(|(_, located)| located)
}

/// Returns all lists of records, in the order they come.
pub fn all(response: &Shape) -> Vec<Located<'_>> {
    let mut found = Vec::new();
    collect(response, &mut Vec::new(), None, &mut found);
    found.into_iter().filter(|(score, _)| *score > 0).map(|(_, located)| located).collect()
}

fn collect<'s>(
    shape: &'s Shape,
    way: &mut Vec<String>,
    named: Option<&str>,
    found: &mut Vec<(i32, Located<'s>)>,
) {
    if let Some(items) =
        shape.list.as_deref().filter(|items| items.is_object() && !items.members().is_empty())
    {
        let (each, shape) = inside(way, items, named).unzip();
        let shape = shape.unwrap_or(items);
        found.push((score(way, shape, named), Located { way: way.clone(), shape, named: false, each }));
        return;
    }
    if let Some(values) = shape.values.as_deref().filter(|values| shape.map && !values.members().is_empty()) {
        // A list is what people rather mean, and an object by a name may be a setting.
        let is_called = way
            .last()
            .is_none_or(|last| is_wrapper(last) || named.is_some_and(|named| is_called(last, named)));
        let score = score(way, values, named) - if is_called { 8 } else { 24 };
        found.push((score, Located { way: way.clone(), shape: values, named: true, each: None }));
        return;
    }
    // The response itself is never treated as a map of records.
    if way.len() >= DEEPEST || (shape.map && !way.is_empty()) {
        return;
    }
    // An object with a list inside is a record, unless that list is what was requested.
    let record = is_record(shape, way);
    for member in shape.members() {
        if record && !named.is_some_and(|named| is_called(&member.name, named)) {
            continue;
        }
        way.push(member.name.clone());
        collect(&member.shape, way, named, found);
        way.pop();
    }
}

/// Returns the record in each item of a list, and the member that holds it: the `node` of an edge, and the `user` of what
/// `/users` lists where an item has no id of its own.
fn inside<'s>(way: &[String], items: &'s Shape, named: Option<&str>) -> Option<(&'s str, &'s Shape)> {
    let is_edges = way.last().is_some_and(|last| words::snake(last).as_deref() == Some("edges"));
    let holds = |member: &&Member| {
        member.shape.is_object() && !member.shape.map && !member.shape.members().is_empty()
    };
    let node = items.member("node").filter(|node| holds(node));
    if let Some(node) = node.filter(|_| is_edges || items.members().len() <= 2) {
        return Some((&node.name, &node.shape));
    }
    let has_id = |shape: &Shape| {
        shape
            .members()
            .iter()
            .any(|member| words::snake(&member.name).is_some_and(|name| identity::is_id(&name)))
    };
    let thing = |member: &&Member| {
        let last = way.last().filter(|last| !is_wrapper(last)).map(String::as_str);
        named.into_iter().chain(last).any(|named| is_called(&member.name, named))
    };
    // A payment with its `PaymentID` is the record, and its `BatchPayment` is not.
    let has_own = items.members().iter().any(|member| {
        let name = words::snake(&member.name).unwrap_or_default();
        let stem = ["_id", "_uuid", "_guid"].iter().find_map(|end| name.strip_suffix(end));
        stem.is_some_and(|stem| named.is_some_and(|named| words::singular(named) == stem))
    });
    let mut held = items.members().iter().filter(holds).filter(thing);
    let one = held.next().filter(|_| held.next().is_none() && !has_id(items) && !has_own)?;
    let ids = one.shape.members().iter().any(|member| identity::is_id_by_name(&member.name));
    (ids || has_id(&one.shape)).then_some((&one.name, &one.shape))
}

/// Returns a score of how well a list fits; at 0 or less, no list is the better result.
fn score(way: &[String], items: &Shape, named: Option<&str>) -> i32 {
    let Some(last) = way.last() else { return 100 };
    let about = |name: &String| {
        words::snake(name)
            .is_none_or(|name| ABOUT.contains(&name.as_str()) || name.split('_').any(is_failure))
    };
    let mut score = 20 - 3 * i32::try_from(way.len()).unwrap_or(0);
    // `/incidents/custom_fields` has them in `fields`.
    let ends_it = |named: &str| {
        let member = words::snake(last).map(|last| words::singular(&last)).unwrap_or_default();
        words::snake(named).is_some_and(|named| words::singular(&named).ends_with(&format!("_{member}")))
    };
    if named.is_some_and(|named| is_called(last, named) || ends_it(named)) {
        score += 16;
    } else if way.iter().any(about) {
        score -= 24;
    }
    if is_wrapper(last) {
        score += 8;
    }
    let identified = items.members().iter().any(|member| {
        let name = member.name.to_ascii_lowercase();
        ["id", "uuid", "guid", "gid", "sid", "_id", "key", "sys_id"].contains(&name.as_str())
    });
    score + i32::from(identified) * 4
}

fn is_called(member: &str, named: &str) -> bool {
    let one = |name: &str| words::snake(name).map(|name| words::singular(&name));
    let (member, named) = (one(member), one(named));
    member.is_some()
        && (member == named || member.zip(named).is_some_and(|(a, b)| a.ends_with(&format!("_{b}"))))
}

/// Returns `true` for an object that is a record itself: it has an id, and members that are not about a page.
fn is_record(shape: &Shape, way: &[String]) -> bool {
    let scalar = |member: &&Member| member.shape.list.is_none() && member.shape.object.is_none();
    let names: Vec<String> =
        shape.members().iter().filter(scalar).filter_map(|member| words::snake(&member.name)).collect();
    let own = names.iter().filter(|name| !OF_ENVELOPES.contains(&name.as_str())).count();
    let paged = names.iter().any(|name| {
        name.starts_with("total") || name.starts_with("next") || name == "offset" || name == "has_more"
    });
    let identified = names
        .iter()
        .any(|name| name == "id" || name == "uuid" || name == "gid" || name == "sid" || name == "name");
    // At the top level, an id may be that of the request.
    !paged && identified && own >= if way.is_empty() { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::json::Json;

    fn way(response: &str, named: Option<&str>) -> Option<String> {
        let json: Json = serde_json::from_str(response).expect("JSON");
        locate(&Shape::from_values([&json]), named).map(|located| path(&located.way))
    }

    #[test]
    fn records_are_found_at_any_depth_and_beside_other_lists() {
        let user = r#"[{"id":1,"login":"a"}]"#;
        for (response, named, wanted) in [
            (user.to_owned(), None, Some("")),
            (format!(r#"{{"data":{{"users":{user}}}}}"#), None, Some("data.users")),
            (format!(r#"{{"a":{{"b":{{"c":{user}}}}}}}"#), None, Some("a.b.c")),
            (
                format!(r#"{{"order":[{{"by":"a"}}],"entries":{user},"limit":5}}"#),
                Some("users"),
                Some("entries"),
            ),
            (format!(r#"{{"errors":[{{"id":1}}],"people":{user}}}"#), None, Some("people")),
            (format!(r#"{{"groups":[{{"id":1}}],"users":{user}}}"#), Some("users"), Some("users")),
            (format!(r#"{{"odata.x":{{"users":{user}}}}}"#), None, Some("/odata.x/users")),
            (r#"{"id":1,"name":"a","tags":[{"id":1}]}"#.to_owned(), Some("account"), None),
            (r#"{"users":["a"]}"#.to_owned(), None, None),
            (format!(r#"{{"fields":{user}}}"#), Some("custom_field"), Some("fields")),
            (
                format!(r#"{{"data":{{"failed_items":{user},"affected_items":{user}}}}}"#),
                Some("agents"),
                Some("data.affected_items"),
            ),
            (
                r#"{"edges":[{"node":{"id":1,"login":"a"},"cursor":"x"}],"pageInfo":{}}"#.to_owned(),
                Some("users"),
                Some("edges"),
            ),
            (
                r#"{"users":{"u-1":{"login":"a"},"u-2":{"login":"b"}}}"#.to_owned(),
                Some("users"),
                Some("users"),
            ),
            (r#"{"u-1":{"login":"a"},"u-2":{"login":"b"}}"#.to_owned(), None, Some("")),
        ] {
            assert_eq!(way(&response, named).as_deref(), wanted, "{response}");
        }
    }
}
