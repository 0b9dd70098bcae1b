//! Reads a recording of a browser, a proxy or Polly.js: the lists that were requested.

use std::collections::{BTreeMap, HashSet};

use j1_core::validate::without_byte_order_mark;
use j1_har::RecordedBody;
use url::Url;

use super::graphql::{self, Answer, Asked};
use super::json::Json;
use super::left_out::LeftOut;
use super::once;
use super::paging::{self, Parameter};
use super::paths;
use super::records;
use super::resource::{Found, Hole, Resource, Source, without_format, words_of};
use super::shape::Shape;
use super::words;
use crate::new::credentials::Auth;
use crate::new::escape::code;

/// The longest response that is read, in bytes.
const LONGEST_BODY: usize = 256 * 1024 * 1024;

/// Returns `true` for a recording.
pub fn is_har(json: &Json) -> bool {
    json.at(&["log", "entries"]).is_some_and(|entries| matches!(entries, Json::List(_)))
}

/// The path of a request, and its GraphQL query: requests that share both ask for one list.
type Place = (String, Option<String>);

/// One request of a recording, and its response.
struct Exchange {
    url: Url,
    /// The query of a POST with GraphQL.
    asked: Option<Asked>,
    query: Vec<(String, String)>,
    response: Json,
    /// The response has a `Link` header.
    linked: bool,
}

/// Reads a recording.
pub fn read(json: &Json) -> Found {
    let mut found = Found::default();
    let entries = json.at(&["log", "entries"]).map_or(&[][..], Json::items);
    let mut exchanges = Vec::new();
    for entry in entries {
        let method = entry.at(&["request", "method"]).and_then(Json::text).unwrap_or("?");
        match exchange(entry) {
            Ok(exchange) => exchanges.push(exchange),
            Err(why) => {
                let what = code(&format!("{method} {}", shown(entry)));
                // Pages of one list are left out for one reason.
                if !found.left_out.iter().any(|one: &LeftOut| one.what == what && one.why == why) {
                    found.left_out.push(LeftOut::new(what, why));
                }
            }
        }
        if found.auth.is_empty() {
            found.auth.extend(auth(entry).map(|auth| vec![auth]));
        }
    }
    // The host with the most requests is the API; others serve pages, fonts and trackers.
    let mut hosts: BTreeMap<String, usize> = BTreeMap::new();
    for exchange in &exchanges {
        *hosts.entry(exchange.url.origin().ascii_serialization()).or_default() += 1;
    }
    let Some((origin, _)) = hosts.into_iter().max_by_key(|(_, count)| *count) else { return found };
    let (ours, others): (Vec<_>, Vec<_>) =
        exchanges.into_iter().partition(|exchange| exchange.url.origin().ascii_serialization() == origin);
    found.left_out.extend(others.iter().map(|exchange| {
        let method = if exchange.asked.is_some() { "POST" } else { "GET" };
        LeftOut::new(code(&format!("{method} {}", exchange.url.path())), format!("it is not from {origin}"))
    }));
    let linked = ours.iter().any(|exchange| exchange.linked);
    let prefix = common_folder(&ours);
    found.base = Some(format!("{origin}{prefix}"));
    let mut lists: Vec<(Place, Vec<Exchange>)> = Vec::new();
    for exchange in ours {
        let path = exchange.url.path()[prefix.len()..].trim_start_matches('/');
        let query = exchange.asked.as_ref().map(|asked| asked.query.clone());
        let place = (if query.is_some() { path.to_owned() } else { template(path) }, query);
        match lists.iter_mut().find(|(known, _)| *known == place) {
            Some((_, pages)) => pages.push(exchange),
            None => lists.push((place, vec![exchange])),
        }
    }
    for (place, pages) in lists {
        match at_place(&place, &pages, linked) {
            Ok(resources) => found.resources.extend(resources),
            Err(left_out) => found.left_out.push(left_out),
        }
    }
    found
}

/// Returns the lists that are asked for at a place, or why it is left out.
fn at_place((path, query): &Place, pages: &[Exchange], linked: bool) -> Result<Vec<Resource>, LeftOut> {
    let found = match query {
        _ if !paths::is_sent(path) => Err(paths::NOT_SENT.to_owned()),
        Some(query) => with_graphql(path, query, pages),
        None => resource(path, pages, linked).map(|one| vec![one]),
    };
    found.map_err(|why| {
        let shown = match query {
            Some(query) => {
                let name = graphql::operation(query).map(|name| format!(" {name}")).unwrap_or_default();
                format!("POST /{path}{name}")
            }
            None => format!("GET /{path}"),
        };
        LeftOut::new(code(&shown), why)
    })
}

fn shown(entry: &Json) -> String {
    let url = entry.at(&["request", "url"]).and_then(Json::text).and_then(|url| Url::parse(url).ok());
    url.map_or_else(|| "?".to_owned(), |url| url.path().to_owned())
}

fn exchange(entry: &Json) -> Result<Exchange, String> {
    let asked = match entry.at(&["request", "method"]).and_then(Json::text) {
        Some("GET") => None,
        Some("POST") => {
            let body = entry.at(&["request", "postData", "text"]).and_then(Json::text);
            let asked =
                body.and_then(graphql::asked).ok_or("of POST requests, only queries of GraphQL are read")?;
            Some(asked?)
        }
        _ => return Err("only GET requests and queries of GraphQL are read".into()),
    };
    let url = entry.at(&["request", "url"]).and_then(Json::text).and_then(|url| Url::parse(url).ok());
    let url = url.filter(|url| ["http", "https"].contains(&url.scheme())).ok_or("its URL cannot be read")?;
    let status = entry.at(&["response", "status"]).and_then(|status| status.to_value().as_u64()).unwrap_or(0);
    if !(200..300).contains(&status) {
        return Err(format!("the request failed with status {status}"));
    }
    let content = entry.at(&["response", "content"]).ok_or("it has no response")?;
    let text = content.text_of("text").ok_or("its response has no text")?;
    let content_encoding = headers(entry, "response")
        .find(|(name, _)| name.eq_ignore_ascii_case("content-encoding"))
        .map(|(_, value)| value);
    let body = RecordedBody { text, encoding: content.text_of("encoding"), content_encoding };
    let body = body.decode(LONGEST_BODY).map_err(|error| format!("its response {error}"))?;
    let response =
        serde_json::from_slice(without_byte_order_mark(&body)).map_err(|_| "its response is not JSON")?;
    let query = url.query_pairs().into_owned().collect();
    // Even a link to the page itself shows that the API pages with links.
    let linked = headers(entry, "response").any(|(name, value)| {
        name.eq_ignore_ascii_case("link")
            && ["next", "self", "prev", "last"].iter().any(|rel| value.contains(rel))
    });
    Ok(Exchange { url, asked, query, response, linked })
}

fn headers<'e>(entry: &'e Json, side: &str) -> impl Iterator<Item = (&'e str, &'e str)> {
    let headers = entry.at(&[side, "headers"]).map_or(&[][..], Json::items);
    headers.iter().filter_map(|header| Some((header.text_of("name")?, header.text_of("value")?)))
}

/// Returns the credentials of a request.
fn auth(entry: &Json) -> Option<Auth> {
    headers(entry, "request").find_map(|(name, value)| {
        let lower = name.to_ascii_lowercase();
        if lower == "authorization" {
            let scheme = value.split_whitespace().next().unwrap_or_default();
            let is_word = scheme.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            let prefix = value.split_once("token=").filter(|(before, _)| before.len() < 12);
            return Some(match scheme.to_ascii_lowercase().as_str() {
                "basic" => Auth::Basic,
                "bearer" => Auth::Bearer,
                _ if prefix.is_some_and(|(before, _)| {
                    before.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ')
                }) =>
                {
                    let before = prefix.map_or("", |(before, _)| before);
                    Auth::key("authorization").with_prefix(format!("{before}token="))
                }
                // A custom scheme is followed by a blank; a value without a blank is the key itself.
                _ if value.contains(' ') && is_word => {
                    Auth::key("authorization").with_prefix(format!("{scheme} "))
                }
                _ => Auth::key("authorization"),
            });
        }
        let key = ["api-key", "apikey", "api_key", "auth-token", "access-token", "x-token", "private-token"]
            .iter()
            .any(|word| lower.contains(word));
        (key && crate::new::credentials::is_header(&lower)).then(|| Auth::key(&lower))
    })
}

/// Returns the folder that all paths begin with; the last part of a path is its own.
fn common_folder(exchanges: &[Exchange]) -> String {
    let folder = |exchange: &Exchange| {
        let path = exchange.url.path().trim_end_matches('/');
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        // An id is part of the list below it, not of the API's URL.
        let parts: Vec<_> = folder.split('/').collect();
        let ids = (0..parts.len()).find(|at| is_id_at(&parts, *at)).unwrap_or(parts.len());
        parts[..if ids < parts.len() { ids.saturating_sub(1) } else { ids }].join("/")
    };
    exchanges
        .iter()
        .map(folder)
        .reduce(|a, b| {
            let same = a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).map(|(a, _)| a);
            same.collect::<Vec<_>>().join("/")
        })
        .unwrap_or_default()
}

/// Returns a path with ids replaced by placeholders such as `{group_id}`.
fn template(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').collect();
    let part = |at: usize| {
        if at == 0 || !is_id_at(&parts, at) {
            return parts[at].to_owned();
        }
        let thing =
            words::snake(parts[at - 1]).map_or_else(|| "record".to_owned(), |word| words::singular(&word));
        format!("{{{thing}_id}}")
    };
    (0..parts.len()).map(part).collect::<Vec<_>>().join("/")
}

fn with_graphql(path: &str, query: &str, pages: &[Exchange]) -> Result<Vec<Resource>, String> {
    let answers: Vec<Answer<'_>> = pages
        .iter()
        .filter_map(|page| {
            Some(Answer { variables: &page.asked.as_ref()?.variables, response: &page.response })
        })
        .collect();
    graphql::resources(path, query, &answers)
}

fn resource(path: &str, pages: &[Exchange], linked: bool) -> Result<Resource, String> {
    let words = words_of(path);
    let shape = Shape::from_values(pages.iter().map(|page| &page.response));
    let named = words.first().map(String::as_str);
    let Some(located) = records::locate(&shape, named) else {
        return once(path, &shape, pages).ok_or_else(|| "its response is not a list of records".to_owned());
    };
    let name = words.first().cloned().ok_or("its path has no name")?;
    let mut seen = HashSet::new();
    let lists = pages.iter().flat_map(|page| located.records(&page.response));
    let all = lists.filter(|record| seen.insert(record.to_value().to_string())).collect();
    let mut parameters: Vec<Parameter> = Vec::new();
    for (name, value) in pages.iter().flat_map(|page| &page.query) {
        let first = value.parse().ok();
        match parameters.iter_mut().find(|known| known.name == *name) {
            Some(known) => known.first = known.first.min(first),
            None => {
                parameters.push(Parameter { name: name.clone(), number: first.is_some(), first, most: None });
            }
        }
    }
    let paging = paging::of_list(&shape, &located, &parameters, linked);
    Ok(Resource {
        holes: Hole::all_of(path),
        items: located.items(),
        named: located.named(),
        each: located.each.map(str::to_owned),
        paging,
        records: all,
        ..Resource::new(name, words, path.to_owned(), Source::Records, located.record())
    })
}

/// Returns the response as one object that exists once, if it is one.
fn once(path: &str, shape: &Shape, pages: &[Exchange]) -> Option<Resource> {
    if path.contains('{') || once::is_no_thing(path) {
        return None;
    }
    let words = once::words_of(path);
    let name = words.first().cloned()?;
    let (member, inner) = once::locate(shape, Some(&name))?;
    let record = &pages.last()?.response;
    Some(Resource {
        items: member.map(str::to_owned),
        records: vec![member.map_or(Some(record), |member| record.get(member))?.clone()],
        once: true,
        ..Resource::new(name, words, path.to_owned(), Source::Records, inner.clone())
    })
}

/// Returns `true` where a part of a path is the id of something. The `0` of `/api/0/projects` is a version.
fn is_id_at(parts: &[&str], at: usize) -> bool {
    let is_version = parts[at].len() <= 2 && at > 0 && ["api", "rest"].contains(&parts[at - 1]);
    is_id(parts[at]) && !is_version
}

/// Returns `true` for a part of a path that is the id of something: a number, a UUID, a long word with digits.
pub fn is_id(part: &str) -> bool {
    let part = without_format(part);
    let digits = part.chars().filter(char::is_ascii_digit).count();
    (digits == part.len() && digits > 0) || (part.len() >= 16 && digits >= 4)
}
