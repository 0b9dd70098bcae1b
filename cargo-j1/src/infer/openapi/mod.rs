//! An OpenAPI document, 3.0 or 3.1: the lists that its paths give.
//!
//! Read as JSON rather than into the types of one version: the two differ in what says that a value may be `null`, and documents
//! of real providers break either in small ways that do not matter here.

mod document;
mod example;
mod schema;
mod security;

use std::path::Path;

use super::json::Json;
use super::once;
use super::paging::{self, Parameter};
use super::records;
use super::resource::{Fill, Found, Given, Hole, LeftOut, Resource, Source, without_format, words_of};
use crate::new::escape::code;

use document::{At, Dangling, Document};
use schema::{Reader, is_type};

/// Returns `true` for such a document.
pub fn is_openapi(json: &Json) -> bool {
    json.text_of("openapi").is_some_and(|version| version.starts_with('3')) && json.get("paths").is_some()
}

/// Reads a document, and the files beside it that it refers to.
pub fn read(path: &Path, json: Json) -> Found {
    let document = Document::load(path, json);
    let root = document.root();
    let mut found = Found { base: base(root), ..Found::default() };
    (found.auth, found.auth_review) = security::of_document(&document);
    let mut lists = Vec::new();
    for (path, item) in root.members("paths") {
        if !path.starts_with('/') {
            continue;
        }
        if path.contains(['?', '#', '\\', '"']) || path.chars().any(crate::new::escape::is_hidden) {
            found.left_out.push(LeftOut::new(code(&format!("GET {path}")), "its path is not one"));
            continue;
        }
        let shown = code(&format!("GET {path}"));
        match list(&document, path, item) {
            Ok(Some(list)) => lists.push(list),
            Ok(None) => {}
            Err(why) => found.left_out.push(LeftOut::new(shown, why)),
        }
    }
    // What one list says of its pages holds for the others that say nothing.
    let linked = lists.iter().any(|list| list.linked);
    for list in lists {
        let shown = code(&format!("GET /{}", list.path));
        // `/users/{id}` is one record, and is not expected among the lists.
        let one = without_format(list.path.trim_end_matches('/')).ends_with('}');
        match list.resource(linked) {
            Err(_) if one => {}
            Ok(resource) if one && (resource.once || resource.items.is_some()) => {}
            Ok(resource) => found.resources.push(resource),
            Err(why) => found.left_out.push(LeftOut::new(shown, why)),
        }
    }
    found
}

/// Returns the URL of the first server.
fn base(root: At<'_>) -> Option<String> {
    let server = root.items("servers").next()?;
    let mut url = server.text("url")?.to_owned();
    for (name, variable) in server.members("variables") {
        url = url.replace(&format!("{{{name}}}"), variable.text("default").unwrap_or(name));
    }
    // A path alone is below the host of the document, which is not in it.
    web_url(&url).or_else(|| relative(&url))
}

/// Returns the path of a server that is given without its host, with a `/` before it.
fn relative(url: &str) -> Option<String> {
    let path = url.trim_matches('/');
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-._~".contains(c);
    (url.starts_with('/') && !path.is_empty() && path.chars().all(plain)).then(|| format!("/{path}"))
}

/// Returns a URL of http or https as a browser writes it: with quotes, blanks and controls in percent-encoding.
pub fn web_url(text: &str) -> Option<String> {
    let url = url::Url::parse(text).ok().filter(|url| ["http", "https"].contains(&url.scheme()))?;
    Some(url.as_str().trim_end_matches('/').to_owned())
}

/// A list that a document has.
struct List {
    path: String,
    shape: super::shape::Shape,
    parameters: Vec<Parameter>,
    given: Vec<Given>,
    holes: Vec<Hole>,
    summary: Option<String>,
    dangling: Option<Dangling>,
    linked: bool,
}

/// Returns the list that a path gives; nothing where it has no GET.
fn list(document: &Document, path: &str, item: At<'_>) -> Result<Option<List>, String> {
    let item = document.resolve(item).map_err(|dangling| said(&dangling, "it"))?;
    let Some(get) = item.get("get") else { return Ok(None) };
    let get = document.resolve(get).map_err(|dangling| said(&dangling, "it"))?;
    let response = response(document, get)?;
    let content = response.members("content").find(|(kind, _)| kind.contains("json"));
    let (_, content) = content.ok_or("its response is not JSON")?;
    let schema = content.get("schema").ok_or("its response has no schema")?;
    let mut reader = Reader::new(document);
    let shape = reader.response(schema);
    let declared = parameters(document, item, get);
    let mut known = Vec::new();
    let mut given = Vec::new();
    for parameter in declared.iter().filter(|parameter| parameter.text("in") == Some("query")) {
        let Some(name) = parameter.text("name") else { continue };
        let schema = parameter.get("schema").and_then(|schema| document.resolve(schema).ok());
        let number = schema.is_none_or(|schema| !is_type(schema.json, "string"));
        let is_zero = |member: &str| {
            schema.and_then(|schema| schema.json.get(member)).and_then(as_text).as_deref() == Some("0")
        };
        let from_zero = is_zero("default") || is_zero("minimum");
        known.push(Parameter { name: name.to_owned(), number, from_zero });
        if parameter.is("required") {
            given.push(value(*parameter, schema, name));
        }
    }
    let names = |wanted: &str| response.members("headers").any(|(name, _)| name.eq_ignore_ascii_case(wanted));
    Ok(Some(List {
        path: path.trim_start_matches('/').to_owned(),
        shape,
        parameters: known,
        given,
        holes: holes(document, path, &declared),
        summary: get.text("summary").map(str::to_owned),
        dangling: reader.dangling,
        linked: names("link"),
    }))
}

fn said(dangling: &Dangling, what: &str) -> String {
    format!("{what} refers to {}, which {}", code(&dangling.reference), dangling.why)
}

/// Returns the first response that says what success looks like: 200 before other codes of 2xx.
fn response<'d>(document: &'d Document, get: At<'d>) -> Result<At<'d>, String> {
    let mut all: Vec<_> = get
        .members("responses")
        .filter(|(status, _)| status.starts_with('2') || status.eq_ignore_ascii_case("default"))
        .collect();
    // 200, then the other codes in their order, then `2XX`, then `default`.
    all.sort_by_key(|(status, _)| (*status != "200", status.starts_with('d'), status.to_ascii_uppercase()));
    let mut refused = None;
    for (_, response) in all {
        match document.resolve(response) {
            Ok(response) if response.json.get("content").is_some() => return Ok(response),
            Ok(_) => {}
            Err(dangling) => {
                refused.get_or_insert(dangling);
            }
        }
    }
    Err(refused.map_or_else(
        || "it has no response with a body".to_owned(),
        |dangling| said(&dangling, "its response"),
    ))
}

/// Returns the parameters of a path and of its GET; those of the GET count where both have one.
fn parameters<'d>(document: &'d Document, item: At<'d>, get: At<'d>) -> Vec<At<'d>> {
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

/// Returns the value that a document gives for a parameter of the query that has to be given.
fn value(parameter: At<'_>, schema: Option<At<'_>>, name: &str) -> Given {
    let of = |at: At<'_>, member: &str| at.json.get(member).and_then(as_text);
    let example = |at: At<'_>| {
        let first = at.members("examples").next().and_then(|(_, one)| of(one, "value"));
        of(at, "example").or(first).or_else(|| at.items("examples").next().and_then(|one| as_text(one.json)))
    };
    let word = schema.and_then(|schema| schema.items("enum").next()).and_then(|word| as_text(word.json));
    let default = schema.and_then(|schema| of(schema, "default"));
    let found = [
        (default, "the document's default"),
        (example(parameter).or_else(|| schema.and_then(example)), "the document's example"),
        (word, "the first value that the document allows"),
    ];
    let (value, why) = found.into_iter().find(|(value, _)| value.is_some()).unwrap_or_default();
    Given { name: name.to_owned(), value, why }
}

fn as_text(json: &Json) -> Option<String> {
    match json {
        Json::Text(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// Returns the parameters in a path.
fn holes(document: &Document, path: &str, declared: &[At<'_>]) -> Vec<Hole> {
    let path = path.trim_start_matches('/');
    let mut holes = Vec::new();
    let mut rest = 0;
    while let Some(open) = path[rest..].find('{').map(|at| rest + at) {
        let Some(close) = path[open..].find('}').map(|at| open + at) else { break };
        let name = &path[open + 1..close];
        let declared = declared
            .iter()
            .find(|parameter| parameter.text("in") == Some("path") && parameter.text("name") == Some(name));
        let schema =
            declared.and_then(|parameter| parameter.get("schema")).and_then(|at| document.resolve(at).ok());
        holes.push(Hole {
            name: name.to_owned(),
            before: path[..open].to_owned(),
            docs: declared.and_then(|parameter| parameter.text("description")).map(str::to_owned),
            default: schema.and_then(|schema| schema.json.get("default")).and_then(as_text),
            fill: Fill::Open,
            member: None,
        });
        rest = close + 1;
    }
    holes
}

impl List {
    /// Returns the list as a resource. `linked` is that another list of the API pages with links.
    fn resource(self, linked: bool) -> Result<Resource, String> {
        let words = words_of(&self.path);
        let name = words.first().cloned().ok_or("its path has no name")?;
        let refused = |what| self.dangling.as_ref().map(|dangling| said(dangling, what));
        let Some(located) = records::locate(&self.shape, Some(&name)) else {
            let why = refused("its response");
            let why = why.unwrap_or_else(|| "its response is not a list of records".to_owned());
            return self.once().ok_or(why);
        };
        let paging = paging::of_list(&self.shape, &located, &self.parameters, self.linked || linked);
        let shape = located.shape.clone();
        let parameters_of_paging =
            paging.as_ref().map(crate::new::api::Paging::parameters).unwrap_or_default();
        Ok(Resource {
            items: located.items(),
            records: (1..=2).map(|number| example::record(&shape, &name, number)).collect(),
            docs: shape.docs.clone().or(self.summary),
            // What the paging sends is not sent twice.
            given: self
                .given
                .into_iter()
                .filter(|given| !parameters_of_paging.contains(&given.name))
                .collect(),
            name,
            words,
            path: self.path,
            holes: self.holes,
            paging,
            shape,
            source: Source::Document,
            once: false,
        })
    }

    /// Returns the response as one object that exists once, if it is one.
    fn once(self) -> Option<Resource> {
        if once::is_no_thing(&self.path) {
            return None;
        }
        let words = once::words_of(&self.path);
        let name = words.first().cloned()?;
        let (member, shape) = once::locate(&self.shape, Some(&name))?;
        let (items, shape) = (member.map(str::to_owned), shape.clone());
        Some(Resource {
            items,
            records: vec![example::record(&shape, &name, 1)],
            docs: shape.docs.clone().or(self.summary),
            given: self.given,
            name,
            words,
            path: self.path,
            holes: self.holes,
            paging: None,
            shape,
            source: Source::Document,
            once: true,
        })
    }
}
