//! An OpenAPI document, of version 3 or 2 (Swagger): the lists that its paths give.
//!
//! Read as JSON rather than into the types of one version: 3.0 and 3.1 differ in what says that a value may be `null`, 2.0 in
//! where the schema of a response and the type of a parameter stand, and documents of real providers break each in small ways
//! that do not matter here.

mod choices;
mod document;
mod example;
mod list;
mod parameters;
mod schema;
mod security;

use std::collections::BTreeSet;
use std::path::Path;

use super::graphql::{self, Answer};
use super::identity;
use super::json::Json;
use super::left_out::LeftOut;
use super::owners::stem;
use super::paths::{self, is_tenant};
use super::records;
use super::resource::{Found, Posted, Resource, without_format, words_of};
use super::shape::Shape;
use super::words;
use crate::new::escape::code;

use document::{At, Dangling, Document};
use list::List;
use parameters::{Asked, AskedInBody, as_text};
use schema::Reader;

/// Returns `true` for such a document.
pub fn is_openapi(json: &Json) -> bool {
    // YAML reads an unquoted `2.0` as a number.
    let version = |name: &str| json.get(name).and_then(as_text).unwrap_or_default();
    (version("openapi").starts_with('3') || version("swagger").starts_with('2'))
        && json.get("paths").is_some()
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
        if !paths::is_sent(path) {
            // `PUT /flows/{id}#deploy` is not a list anyway.
            if document.resolve(item).is_ok_and(|item| item.get("get").is_some()) {
                found.left_out.push(LeftOut::new(code(&format!("GET {path}")), paths::NOT_SENT));
            }
            continue;
        }
        if words_of(path).first().is_some_and(|word| word == "graphql") {
            match of_graphql(&document, path, item) {
                Ok(resources) => found.resources.extend(resources),
                Err(why) => found.left_out.push(LeftOut::new(code(&format!("POST {path}")), why)),
            }
            continue;
        }
        match list(&document, path, item) {
            Ok(Some(list)) => lists.push(list),
            Ok(None) => {}
            // `/members/{username}` asks whether one is there.
            Err(why) if is_one(path) && why.says_nothing => {}
            Err(why) => {
                let is_get = document.resolve(item).is_ok_and(|item| item.get("get").is_some());
                let method = if is_get { "GET" } else { "POST" };
                found.left_out.push(LeftOut::new(code(&format!("{method} {path}")), why.text));
            }
        }
    }
    if found.auth.is_empty()
        && let Some(auth) = security::most_common(lists.iter().filter_map(|list| list.credential.as_ref()))
    {
        found.auth = vec![vec![auth]];
        found.auth_review = Some("the document has the key among the parameters of its paths".to_owned());
    }
    if found.auth.is_empty() && found.auth_review.is_none() {
        found.auth_review = Some("the document does not say what a request authenticates with".to_owned());
    }
    // The client sends them with each request; as parameters of a list they would be there twice.
    let is_sent =
        |name: &str, is_header| found.auth.iter().flatten().any(|auth| auth.is_sent_as(name, is_header));
    for list in &mut lists {
        list.given.retain(|given| !is_sent(&given.name, given.is_header));
        list.parameters.retain(|parameter| !is_sent(&parameter.name, false));
    }
    let lists = choices::write_out(lists, &mut found.left_out);
    take(lists, &mut found);
    found
}

/// Adds the lists of a document as resources, and those that are none with the reason.
fn take(lists: Vec<List>, found: &mut Found) {
    // What one list says of its pages holds for the others that say nothing.
    let linked = lists.iter().any(|list| list.linked);
    let records: BTreeSet<usize> = lists.iter().filter_map(List::records).collect();
    for list in lists {
        let method = if list.posted.is_some() { "POST" } else { "GET" };
        let shown = code(&format!("{method} /{}", list.path));
        // `/users/{id}` is one record, and is not expected among the lists.
        let one = is_one(&list.path);
        // Its response is what the list above it has.
        let is_record = one && list.shape.schema.is_some_and(|schema| records.contains(&schema));
        match list.resource(linked) {
            Err(_) if one => {}
            // `/orgs/{org}` is the tenant itself, if the configuration says which.
            Ok(resource) if one && resource.once && !is_record && is_of_tenant(&resource) => {
                found.resources.push(resource);
            }
            Ok(resource)
                if one
                    && (resource.once
                        || is_record
                        || resource.items.is_some() && !is_list_below(&resource)) => {}
            Ok(resource) => found.resources.push(resource),
            Err(why) => found.left_out.push(LeftOut::new(shown, why)),
        }
    }
}

/// Returns `true` for a path that ends with a parameter.
fn is_one(path: &str) -> bool {
    without_format(path.trim_end_matches('/')).ends_with('}')
}

/// Returns `true` for a path whose only parameter, at its end, names the part of a provider's data that one account sees.
fn is_of_tenant(resource: &Resource) -> bool {
    matches!(resource.holes.as_slice(), [only] if is_tenant(&only.name))
}

/// Returns `true` for `/flags/{projectKey}`: its parameter is of another thing, so that its response holds the flags of a project,
/// and is not one of them.
fn is_list_below(resource: &Resource) -> bool {
    let Some(hole) = resource.holes.last() else { return false };
    let stem = stem(hole);
    let held = resource.items.as_deref().and_then(|way| way.rsplit('.').next()).unwrap_or_default();
    let is_list = records::is_wrapper(held)
        || words::snake(held).is_some_and(|held| words::singular(&held) == resource.name);
    let own = stem.is_empty() || resource.name.ends_with(&stem) || stem.ends_with(&resource.name);
    is_list && !own
}

/// Returns the URL of the first server.
fn base(root: At<'_>) -> Option<String> {
    let Some(server) = root.items("servers").next() else { return host(root) };
    let mut url = server.text("url")?.to_owned();
    for (name, variable) in server.members("variables") {
        // `<sub_domain>` is a place to fill in.
        let default =
            variable.text("default").filter(|value| !value.is_empty() && !value.contains(['<', '>']));
        let filled = default.map_or_else(|| name.replace('_', "-"), str::to_owned);
        url = url.replace(&format!("{{{name}}}"), &filled);
    }
    // A path alone is below the host of the document, which is not in it.
    base_url(&url).or_else(|| relative(&url))
}

/// Returns the URL that a document of version 2 gives in parts.
fn host(root: At<'_>) -> Option<String> {
    let path = root.text("basePath").unwrap_or_default();
    let Some(host) = root.text("host") else { return relative(path) };
    let schemes = || root.items("schemes").filter_map(|scheme| scheme.json.text());
    let scheme = schemes().find(|scheme| *scheme == "https").or_else(|| schemes().next()).unwrap_or("https");
    base_url(&format!("{scheme}://{host}/{}", path.trim_start_matches('/')))
}

/// Returns the path of a server that is given without its host, with a `/` before it.
fn relative(url: &str) -> Option<String> {
    let path = url.trim_matches('/');
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-._~".contains(c);
    (url.starts_with('/') && !path.is_empty() && path.chars().all(plain)).then(|| format!("/{path}"))
}

/// Returns a URL of http or https as a browser writes it: with quotes, blanks and controls in percent-encoding, and without the
/// credentials that it may hold.
pub fn web_url(text: &str) -> Option<String> {
    let mut url = url::Url::parse(text).ok().filter(|url| ["http", "https"].contains(&url.scheme()))?;
    let host = url.host_str().unwrap_or_default();
    // The longest name that DNS has.
    if host.len() > 253 || url.set_username("").and_then(|()| url.set_password(None)).is_err() {
        return None;
    }
    Some(url.as_str().trim_end_matches('/').to_owned())
}

/// Returns the URL that the paths of an API are below.
fn base_url(text: &str) -> Option<String> {
    web_url(text.split(['?', '#']).next().unwrap_or_default())
}

/// The reason why a path gives no list.
struct Why {
    text: String,
    /// The document says nothing of a response, rather than something that cannot be read.
    says_nothing: bool,
}

impl Why {
    fn nothing(text: &str) -> Self {
        Self { text: text.to_owned(), says_nothing: true }
    }
}

impl From<String> for Why {
    fn from(text: String) -> Self {
        Self { text, says_nothing: false }
    }
}

/// Returns the list that a path gives; nothing where it has no GET.
fn list(document: &Document, path: &str, item: At<'_>) -> Result<Option<List>, Why> {
    let item = document.resolve(item).map_err(|dangling| said(&dangling, "it"))?;
    let Some(get) = item.get("get") else { return posted(document, path, item) };
    let get = document.resolve(get).map_err(|dangling| said(&dangling, "it"))?;
    let response = response(document, get)?;
    let content = content_of(document, get, response).map_err(Why::nothing)?;
    let schema = content.get("schema");
    let mut reader = Reader::new(document);
    let mut shape = schema.map(|schema| reader.response(schema)).unwrap_or_default();
    // Some documents have an example that says more than the schema.
    let is_list =
        |shape: &Shape| records::locate(shape, words_of(path).first().map(String::as_str)).is_some();
    if is_list(&shape) {
        lend_id(document, response, content, path, &mut shape);
    } else {
        match example::of_response(document, response, content) {
            Some(example) if shape.kinds() == 0 || is_list(&example) => shape = example,
            None if schema.is_none() => return Err(Why::nothing("its response has no schema")),
            _ => {}
        }
    }
    let declared = parameters::of_get(document, item, get);
    let names = |wanted: &str| response.members("headers").any(|(name, _)| name.eq_ignore_ascii_case(wanted));
    let linked = names("link");
    Ok(Some(List { linked, ..of_operation(document, path, (get, &declared), shape, reader.dangling) }))
}

/// Returns a list with what its operation, with these parameters, says of it.
fn of_operation(
    document: &Document,
    path: &str,
    (operation, declared): (At<'_>, &[At<'_>]),
    shape: Shape,
    dangling: Option<Dangling>,
) -> List {
    let Asked { known, given, credential } = Asked::new(document, declared);
    List {
        words: words_of(path),
        named: None,
        path: path.trim_start_matches('/').to_owned(),
        shape,
        parameters: known,
        given,
        credential,
        holes: parameters::holes(document, path, declared),
        summary: operation.text("summary").map(str::to_owned),
        dangling,
        linked: false,
        deprecated: operation.is("deprecated"),
        one: parameter_of_one(document, path),
        posted: None,
    }
}

/// Returns the parameter right behind a path, as in `/budgets/{budget_token}`: it takes one of the records of `/budgets`.
fn parameter_of_one(document: &Document, path: &str) -> Option<String> {
    let list = without_format(path.trim_end_matches('/'));
    let below = |other: &str| {
        let (name, rest) = other.strip_prefix(list)?.strip_prefix("/{")?.split_once('}')?;
        (without_format(rest).is_empty() || rest.starts_with('/')).then(|| name.to_owned())
    };
    document.root().members("paths").find_map(|(other, _)| below(other))
}

/// Returns the lists of the query that a document shows with its response.
fn of_graphql(document: &Document, path: &str, item: At<'_>) -> Result<Vec<Resource>, String> {
    let shown = || {
        let post = document.resolve(document.resolve(item).ok()?.get("post")?).ok()?;
        let body = document.resolve(post.get("requestBody")?).ok()?;
        let (_, body) = body.members("content").find(|(kind, _)| kind.contains("json"))?;
        let asked = graphql::asked(&example_of(body)?.to_value().to_string())?.ok()?;
        let response = content_of(document, post, response(document, post).ok()?).ok()?;
        Some((asked, example_of(response)?))
    };
    let Some((asked, response)) = shown() else {
        return Err(
            "it is asked with GraphQL, and the document shows no query with its response; record one, and give the \
             HAR with a further --from"
                .to_owned(),
        );
    };
    let answers = [Answer { variables: &asked.variables, response }];
    graphql::resources(path.trim_start_matches('/'), &asked.query, &answers)
}

/// Returns the first example of a body.
fn example_of(content: At<'_>) -> Option<&Json> {
    let first = content.members("examples").next().and_then(|(_, one)| one.json.get("value"));
    content.json.get("example").or(first)
}

/// Words of paths that are asked with POST and change nothing.
const ASKS: [&str; 7] = ["search", "query", "list", "filter", "find", "lookup", "scroll"];

/// Returns the list that a path answers a POST with, such as `/search/assets`; nothing where it does something else.
fn posted(document: &Document, path: &str, item: At<'_>) -> Result<Option<List>, Why> {
    let asks = words_of(path).iter().any(|part| part.split('_').any(|word| ASKS.contains(&word)));
    let Some(post) = item.get("post").filter(|_| asks) else { return Ok(None) };
    let read = || {
        let post = document.resolve(post).ok()?;
        let content = content_of(document, post, response(document, post).ok()?).ok()?;
        let mut reader = Reader::new(document);
        let shape = reader.response(content.get("schema")?);
        let name = words_of(path).first().cloned();
        records::locate(&shape, name.as_deref())?;
        Some((post, shape, reader.dangling))
    };
    let Some((post, shape, dangling)) = read() else { return Ok(None) };
    let declared = parameters::of_get(document, item, post);
    let body = body_of(document, post, &declared)?;
    let (of_body, members) = body.map(|body| (body.known, body.given)).unwrap_or_default();
    let posted = Some((of_body, Posted { members, ..Posted::default() }));
    Ok(Some(List { posted, ..of_operation(document, path, (post, &declared), shape, dangling) }))
}

/// Returns what a POST may and has to say in its body, if it has one.
fn body_of(document: &Document, post: At<'_>, declared: &[At<'_>]) -> Result<Option<AskedInBody>, Why> {
    // Version 2 has the body among the parameters.
    let in_body = declared.iter().find(|one| one.text("in") == Some("body"));
    if let Some(schema) = in_body.and_then(|body| body.get("schema")) {
        return Ok(Some(AskedInBody::new(document, schema, None)));
    }
    let Some(body) = post.get("requestBody") else { return Ok(None) };
    let body = document.resolve(body).map_err(|dangling| said(&dangling, "its body"))?;
    let json = body.members("content").find(|(kind, _)| kind.contains("json") || *kind == "*/*");
    let Some((_, content)) = json else {
        return Err(
            "its list is asked for with POST and a body that is not JSON; write a step that reads it"
                .to_owned()
                .into(),
        );
    };
    Ok(content.get("schema").map(|schema| AskedInBody::new(document, schema, example_of(content))))
}

fn said(dangling: &Dangling, what: &str) -> String {
    format!("{what} refers to {}, which {}", code(&dangling.reference), dangling.why)
}

/// Returns the first response that says what success looks like: 200 before other codes of 2xx.
fn response<'d>(document: &'d Document, get: At<'d>) -> Result<At<'d>, Why> {
    let mut all: Vec<_> = get
        .members("responses")
        .filter(|(status, _)| status.starts_with('2') || status.eq_ignore_ascii_case("default"))
        .collect();
    // 200, then the other codes in their order, then `2XX`, then `default`.
    all.sort_by_key(|(status, _)| (*status != "200", status.starts_with('d'), status.to_ascii_uppercase()));
    let mut refused = None;
    for (_, response) in all {
        match document.resolve(response) {
            Ok(response) if ["content", "schema"].iter().any(|body| response.get(body).is_some()) => {
                return Ok(response);
            }
            Ok(_) => {}
            Err(dangling) => {
                refused.get_or_insert(dangling);
            }
        }
    }
    Err(refused.map_or_else(
        || Why::nothing("it has no response with a body"),
        |dangling| said(&dangling, "its response").into(),
    ))
}

/// Gives records the id that only the document's example has.
fn lend_id(document: &Document, response: At<'_>, content: At<'_>, path: &str, shape: &mut Shape) {
    let words = words_of(path);
    let named = words.first().map(String::as_str);
    let Some(located) = records::locate(shape, named).filter(|located| !located.named) else { return };
    if located.shape.members().iter().any(|member| identity::is_id(&member.name)) {
        return;
    }
    let way = located.way.clone();
    let Some(example) = example::of_response(document, response, content) else { return };
    let Some(seen) = records::locate(&example, named).filter(|seen| seen.way == way) else { return };
    let id = seen.shape.members().iter().find(|member| identity::is_id(&member.name)).cloned();
    let mut at = Some(shape);
    for name in &way {
        let members = at.and_then(|shape| shape.object.as_mut());
        at = members.and_then(|all| all.iter_mut().find(|one| one.name == *name)).map(|one| &mut one.shape);
    }
    let records = at.and_then(|shape| shape.list.as_mut()).and_then(|items| items.object.as_mut());
    if let (Some(members), Some(id)) = (records, id) {
        members.insert(0, id);
    }
}

/// Returns what a response says of its JSON: the object with the schema in it.
fn content_of<'d>(document: &'d Document, get: At<'d>, response: At<'d>) -> Result<At<'d>, &'static str> {
    const NOT_JSON: &str = "its response is not JSON";
    const XML: &str = "its response is XML, and lists of JSON are read; if the provider sends JSON as well, give a response of that";
    let refused = |kinds: &[&str]| if kinds.iter().any(|kind| kind.contains("xml")) { XML } else { NOT_JSON };
    if response.get("content").is_none() {
        // Version 2: the response itself, whatever the media type.
        let declared = [get, document.root()].into_iter().find(|at| at.get("produces").is_some());
        let kinds: Vec<&str> =
            declared.iter().flat_map(|at| at.items("produces")).filter_map(|kind| kind.json.text()).collect();
        let is_json = kinds.is_empty() || kinds.iter().any(|kind| kind.contains("json") || *kind == "*/*");
        return if is_json { Ok(response) } else { Err(refused(&kinds)) };
    }
    let content = response.members("content").find(|(kind, _)| kind.contains("json"));
    let any = || response.members("content").find(|(kind, _)| *kind == "*/*");
    content
        .or_else(any)
        .map(|(_, content)| content)
        .ok_or_else(|| refused(&response.members("content").map(|(kind, _)| kind).collect::<Vec<_>>()))
}
