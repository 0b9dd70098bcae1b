//! A sample of a vendor's answer: one list of records, or several under names of their own.

use super::json::Json;
use super::resource::{Found, LeftOut, Resource, records};
use super::shape::Shape;
use super::words;
use crate::new::api::Paging;

/// Reads an answer. `stem` is the name of the file, for answers that say no name.
pub fn read(answer: &Json, stem: &str) -> Found {
    let mut found = Found::default();
    let named = words::snake(stem).map_or_else(|| "record".to_owned(), |stem| words::singular(&stem));
    if let Some((items, list)) = records(answer) {
        // Words for "the list" say nothing of what is in it.
        let says =
            items.as_deref().and_then(|items| items.rsplit('.').next()).filter(|last| !is_wrapper(last));
        let name = says.and_then(words::snake).map_or(named, |says| words::singular(&says));
        found.left_out.extend(beside(answer, items.as_deref()));
        let paging = paging_of(answer, items.as_deref(), None);
        found.resources.push(resource(name, items, list, paging));
        return found;
    }
    // Several lists under names of their own: each is a resource.
    for (name, value) in answer.members() {
        match (records(value), words::snake(name)) {
            (Some((None, list)), Some(one)) => {
                let paging = paging_of(answer, Some(name), None);
                found.resources.push(resource(words::singular(&one), Some(name.clone()), list, paging));
            }
            _ => found.left_out.push(LeftOut::new(format!("`{name}`"), "it is no list of records")),
        }
    }
    if found.resources.is_empty() && looks_like_record(answer) {
        // One record alone: the answer to `GET /users/42`, or what somebody copied from a page.
        found.left_out.clear();
        let list = std::slice::from_ref(answer);
        found.resources.push(resource(named, None, list, None));
    }
    found
}

fn resource(name: String, items: Option<String>, list: &[Json], paging: Option<Paging>) -> Resource {
    Resource {
        path: words::plural(&name).replace('_', "-"),
        shape: Shape::of(list),
        records: list.to_vec(),
        docs: None,
        name,
        items,
        paging,
    }
}

fn is_wrapper(name: &str) -> bool {
    [
        "data",
        "items",
        "results",
        "records",
        "value",
        "values",
        "list",
        "content",
        "entries",
        "resources",
        "elements",
        "objects",
        "response",
        "rows",
    ]
    .contains(&name.to_ascii_lowercase().as_str())
}

fn looks_like_record(answer: &Json) -> bool {
    answer
        .members()
        .iter()
        .filter(|(_, value)| matches!(value, Json::Text(_) | Json::Number(_) | Json::Bool(_)))
        .count()
        >= 2
}

/// What an answer says besides its records.
fn beside(answer: &Json, items: Option<&str>) -> Vec<LeftOut> {
    let list = items.and_then(|items| items.split('.').next());
    let others = answer.members().iter().map(|(name, _)| name.as_str()).filter(|name| Some(*name) != list);
    others
        .map(|name| LeftOut::new(format!("`{name}` beside the records"), "it is about the answer"))
        .collect()
}

/// Members that hold the cursor of the next page, and what requests usually call it.
const CURSORS: [(&str, &str); 12] = [
    ("next_cursor", "cursor"),
    ("nextcursor", "cursor"),
    ("next_page_token", "page_token"),
    ("nextpagetoken", "pageToken"),
    ("next_token", "next_token"),
    ("nexttoken", "nextToken"),
    ("continuation_token", "continuation_token"),
    ("end_cursor", "after"),
    ("after", "after"),
    ("cursor", "cursor"),
    ("next_page", "page"),
    ("marker", "marker"),
];
/// Members that hold the address of the next page.
const ADDRESSES: [&str; 7] =
    ["next", "next_url", "nexturl", "next_link", "nextlink", "@odata.nextlink", "next_page_url"];

/// Parameters that send a cursor.
const CURSOR_PARAMETERS: [&str; 10] = [
    "cursor",
    "page_token",
    "pagetoken",
    "next_token",
    "nexttoken",
    "continuation_token",
    "after",
    "starting_after",
    "marker",
    "token",
];
/// Parameters that say how many records a page may have.
const SIZES: [&str; 13] = [
    "limit",
    "per_page",
    "perpage",
    "page_size",
    "pagesize",
    "count",
    "max",
    "maxresults",
    "max_results",
    "top",
    "$top",
    "size",
    "page[size]",
];

/// How a list is dealt out, as far as an answer, and the parameters of its request, tell.
pub fn paging_of(answer: &Json, items: Option<&str>, query: Option<&[(String, String)]>) -> Option<Paging> {
    let asked = |names: &[&str]| {
        query?
            .iter()
            .find(|(name, _)| names.contains(&name.to_ascii_lowercase().as_str()))
            .map(|(name, _)| name.clone())
    };
    let size = asked(&SIZES);
    if let (Some(skip), Some(limit)) =
        (asked(&["offset", "skip", "start", "$skip", "startat", "start_at", "startindex"]), size.clone())
    {
        return Some(Paging::Offset { limit, skip });
    }
    for (way, value) in around(answer, items) {
        let last = way.rsplit('.').next().unwrap_or(&way).to_ascii_lowercase();
        let address = value.text().is_some_and(|text| text.starts_with("http") || text.starts_with('/'));
        if ADDRESSES.contains(&last.as_str()) && (address || (*value == Json::Null && last != "next")) {
            // A name with a dot in it is said as a JSON pointer.
            let next = if last.contains('.') { format!("/{way}") } else { way };
            return Some(Paging::NextUrl { next, size });
        }
        let text = matches!(value, Json::Text(_) | Json::Null) && !address;
        if let Some((_, usual)) = CURSORS.iter().find(|(name, _)| *name == last).filter(|_| text) {
            let parameter = asked(&CURSOR_PARAMETERS).unwrap_or_else(|| (*usual).to_owned());
            return Some(Paging::Cursor { parameter, next: way, size });
        }
    }
    match (asked(&["page", "page_number", "pagenumber", "page[number]"]), size) {
        (Some(number), Some(size)) => Some(Paging::Page { number, size, first: 1 }),
        _ => None,
    }
}

/// The members of an answer that are about it, with the way to each, one object deep.
fn around<'a>(answer: &'a Json, items: Option<&str>) -> Vec<(String, &'a Json)> {
    let mut all = Vec::new();
    for (name, value) in answer.members() {
        if Some(name.as_str()) == items {
            continue;
        }
        match value {
            Json::Object(inner) => {
                all.extend(inner.iter().map(|(below, value)| (format!("{name}.{below}"), value)));
            }
            _ => all.push((name.clone(), value)),
        }
    }
    all
}
