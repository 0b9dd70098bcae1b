//! The parameters of a path and its GET: those of the query, headers, and those in the path.

use super::document::{At, Document};
use super::schema::is_type;
use super::security;
use crate::infer::json::Json;
use crate::infer::paging::Parameter;
use crate::infer::resource::{Given, Hole};
use crate::new::credentials::{Auth, is_header};

/// Headers that the client sets, or that mean nothing for a GET.
const OF_CLIENT: [&str; 10] = [
    "content-type",
    "content-length",
    "user-agent",
    "host",
    "cookie",
    "accept-encoding",
    "accept-language",
    "connection",
    "x-request-id",
    "if-none-match",
];

/// The parameters that a request may send, and those that it has to.
#[derive(Default)]
pub struct Asked {
    /// The parameters of the query.
    pub known: Vec<Parameter>,
    /// The parameters and headers that have to be sent.
    pub given: Vec<Given>,
    /// The key that a parameter is.
    pub credential: Option<Auth>,
}

impl Asked {
    /// Returns what these parameters say.
    pub fn new(document: &Document, declared: &[At<'_>]) -> Self {
        let mut asked = Self::default();
        for parameter in declared {
            if let Some(name) = parameter.text("name") {
                asked.take(*parameter, type_of(document, *parameter), name);
            }
        }
        asked
    }

    fn take(&mut self, parameter: At<'_>, schema: Option<At<'_>>, name: &str) {
        let is_required = parameter.is("required");
        if let Some(auth) = security::of_parameter(parameter, name) {
            self.credential.get_or_insert(auth);
            return;
        }
        match parameter.text("in") {
            Some("query") => {
                let number = schema.is_none_or(|schema| !is_type(schema.json, "string"));
                let said = |member: &str| {
                    let said = schema.and_then(|schema| schema.json.get(member)).and_then(as_text);
                    said.and_then(|text| text.parse().ok())
                };
                let first = ["default", "minimum"].into_iter().filter_map(said).min();
                self.known.push(Parameter { name: name.to_owned(), number, first, most: said("maximum") });
            }
            Some("header") if is_header(name) && !OF_CLIENT.contains(&name.to_ascii_lowercase().as_str()) => {
            }
            _ => return,
        }
        if !is_required {
            return;
        }
        let mut given = value(parameter, schema, name);
        if given.is_header {
            given.value.take_if(|value| !value.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            // The client asks for JSON anyway.
            let is_plain = given.value.as_deref().is_none_or(|value| value == "application/json");
            if is_plain && name.eq_ignore_ascii_case("accept") {
                return;
            }
        }
        self.given.push(given);
    }
}

/// The most objects that the parameters of a body may be inside of: `page.cursor`.
const DEEPEST: usize = 2;

/// Filters and the like, of which an empty list means none.
const OPTIONAL: [&str; 8] =
    ["filter", "filters", "sort", "sorts", "order_by", "orderby", "facets", "includes"];

/// The members of a body that asks for a list.
#[derive(Default)]
pub struct AskedInBody {
    /// Those that may page the list, with dots where they are inside of objects.
    pub known: Vec<Parameter>,
    /// Those that have to be there.
    pub given: Vec<Given>,
}

impl AskedInBody {
    /// Returns what a body of this schema says. `example` is one of the whole body.
    pub fn new(document: &Document, schema: At<'_>, example: Option<&Json>) -> Self {
        let mut asked = Self::default();
        asked.take(document, schema, example, "", 0);
        asked
    }

    fn take(
        &mut self,
        document: &Document,
        schema: At<'_>,
        example: Option<&Json>,
        before: &str,
        depth: usize,
    ) {
        let Ok(schema) = document.resolve(schema) else { return };
        if depth > DEEPEST {
            return;
        }
        for part in schema.items("allOf") {
            self.take(document, part, example, before, depth + 1);
        }
        let required: Vec<&str> = schema.items("required").filter_map(|name| name.json.text()).collect();
        let example = example.or_else(|| schema.json.get("example"));
        for (name, member) in schema.members("properties") {
            let Ok(member) = document.resolve(member) else { continue };
            let way = format!("{before}{name}");
            if member.get("properties").is_some() {
                self.take(
                    document,
                    member,
                    example.and_then(|all| all.get(name)),
                    &format!("{way}."),
                    depth + 1,
                );
            } else {
                let said = |word: &str| member.json.get(word).and_then(as_text)?.parse().ok();
                self.known.push(Parameter {
                    name: way,
                    number: !is_type(member.json, "string"),
                    first: ["default", "minimum"].into_iter().filter_map(said).min(),
                    most: said("maximum"),
                });
            }
            if before.is_empty() && required.contains(&name) {
                self.given.push(in_body(member, name, example.and_then(|all| all.get(name))));
            }
        }
    }
}

/// Returns the value that a document gives for a member of the body that has to be there.
fn in_body(schema: At<'_>, name: &str, example: Option<&Json>) -> Given {
    let word = schema.items("enum").next().map(|word| word.json);
    let first = schema.items("examples").next().map(|one| one.json);
    let of = |word: &str| schema.json.get(word);
    let found = [
        (of("default").or_else(|| of("const")), "the document's default"),
        (of("example").or(first).or(example), "the document's example"),
        (word, "the first value that the document allows"),
    ];
    let is_optional = || OPTIONAL.contains(&name.to_ascii_lowercase().as_str());
    let (value, why) = match found.into_iter().find(|(value, _)| value.is_some()) {
        Some((value, why)) => (value.map(|value| value.to_value().to_string()), why),
        None if is_optional() && is_type(schema.json, "array") => (Some("[]".to_owned()), "none of them"),
        None if is_optional() && schema.get("required").is_none() && is_type(schema.json, "object") => {
            (Some("{}".to_owned()), "none of them")
        }
        None => (None, ""),
    };
    Given { name: name.to_owned(), is_header: false, value, why }
}

/// Returns the schema of a parameter; in version 2 the parameter itself says its type.
fn type_of<'d>(document: &'d Document, parameter: At<'d>) -> Option<At<'d>> {
    match parameter.get("schema") {
        Some(schema) => document.resolve(schema).ok(),
        None => parameter.get("type").is_some().then_some(parameter),
    }
}

/// Returns the parameters of a path and of its GET; those of the GET count where both have one.
pub fn of_get<'d>(document: &'d Document, item: At<'d>, get: At<'d>) -> Vec<At<'d>> {
    let mut all: Vec<At<'d>> = Vec::new();
    let both = get.items("parameters").chain(item.items("parameters"));
    for parameter in both.filter_map(|parameter| document.resolve(parameter).ok()) {
        let same = |known: &At<'d>| {
            known.text("name") == parameter.text("name") && known.text("in") == parameter.text("in")
        };
        if !all.iter().any(same) {
            all.push(parameter);
        }
    }
    all
}

/// Returns the value that a document gives for a parameter that has to be given.
fn value(parameter: At<'_>, schema: Option<At<'_>>, name: &str) -> Given {
    let of = |at: At<'_>, member: &str| at.json.get(member).and_then(as_text);
    let example = |at: At<'_>| {
        let first = at.members("examples").next().and_then(|(_, one)| of(one, "value"));
        of(at, "example").or(first).or_else(|| at.items("examples").next().and_then(|one| as_text(one.json)))
    };
    let word = schema.and_then(|schema| schema.items("enum").next()).and_then(|word| as_text(word.json));
    let default = schema.and_then(|schema| of(schema, "default"));
    let every = schema.filter(|_| is_joined(parameter)).and_then(every_word);
    let found = [
        (default, "the document's default"),
        (every, "every value that the document allows"),
        (example(parameter).or_else(|| schema.and_then(example)), "the document's example"),
        (word, "the first value that the document allows"),
    ];
    let (value, why) = found.into_iter().find(|(value, _)| value.is_some()).unwrap_or_default();
    Given { name: name.to_owned(), is_header: parameter.text("in") == Some("header"), value, why }
}

/// Returns `true` for a parameter whose several values are joined by commas.
fn is_joined(parameter: At<'_>) -> bool {
    match parameter.get("schema") {
        Some(_) => parameter.json.get("explode") == Some(&Json::Bool(false)),
        None => matches!(parameter.text("collectionFormat"), None | Some("csv")),
    }
}

/// Returns all words that the items of a list may be, such as the kinds of what is related.
fn every_word(schema: At<'_>) -> Option<String> {
    let items = schema.get("items").filter(|_| is_type(schema.json, "array"))?;
    let words: Vec<String> = items.items("enum").filter_map(|word| as_text(word.json)).collect();
    (!words.is_empty()).then(|| words.join(","))
}

/// Returns a value as the query has it; nothing for lists and objects.
pub fn as_text(json: &Json) -> Option<String> {
    match json {
        Json::Text(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// Returns the parameters in a path.
pub fn holes(document: &Document, path: &str, declared: &[At<'_>]) -> Vec<Hole> {
    let mut holes = Hole::all_of(path.trim_start_matches('/'));
    for hole in &mut holes {
        let is_it = |parameter: &&At<'_>| {
            parameter.text("in") == Some("path") && parameter.text("name") == Some(&hole.name)
        };
        let Some(declared) = declared.iter().find(is_it) else { continue };
        hole.docs = declared.text("description").map(str::to_owned);
        if let Some(schema) = type_of(document, *declared) {
            hole.default = schema.json.get("default").and_then(as_text);
            hole.words = schema.items("enum").filter_map(|word| as_text(word.json)).collect();
        }
    }
    holes
}
