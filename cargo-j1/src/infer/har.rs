//! A recording of a browser or a proxy: the lists that somebody looked at.

use std::collections::BTreeMap;

use j1_har::RecordedBody;
use url::Url;

use super::json::Json;
use super::resource::{Found, LeftOut, Resource, records};
use super::sample::paging_of;
use super::shape::Shape;
use super::words;
use crate::new::api::{Auth, Paging};

/// The longest response that is read, in bytes.
const LONGEST_BODY: usize = 256 * 1024 * 1024;

/// Whether it is a recording.
pub fn is_har(json: &Json) -> bool {
    json.at(&["log", "entries"]).is_some_and(|entries| matches!(entries, Json::List(_)))
}

/// One request of a recording, and its answer.
struct Exchange {
    url: Url,
    query: Vec<(String, String)>,
    answer: Json,
    linked: bool,
}

/// Reads a recording.
pub fn read(json: &Json) -> Found {
    let mut found = Found::default();
    let entries = json.at(&["log", "entries"]).map_or(&[][..], Json::items);
    let mut exchanges = Vec::new();
    for entry in entries {
        let name = format!(
            "`{} {}`",
            entry.at(&["request", "method"]).and_then(Json::text).unwrap_or("?"),
            shown(entry)
        );
        match exchange(entry) {
            Ok(exchange) => exchanges.push(exchange),
            Err(why) => found.left_out.push(LeftOut::new(name, why)),
        }
        found.auth = found.auth.or_else(|| auth(entry));
    }
    // The host that was asked the most is the API; others are pages, fonts and counters.
    let mut hosts: BTreeMap<String, usize> = BTreeMap::new();
    for exchange in &exchanges {
        *hosts.entry(exchange.url.origin().ascii_serialization()).or_default() += 1;
    }
    let Some((origin, _)) = hosts.into_iter().max_by_key(|(_, count)| *count) else { return found };
    let (ours, others): (Vec<_>, Vec<_>) =
        exchanges.into_iter().partition(|exchange| exchange.url.origin().ascii_serialization() == origin);
    found.left_out.extend(others.iter().map(|exchange| {
        LeftOut::new(format!("`GET {}`", exchange.url.path()), format!("it is not from {origin}"))
    }));
    let prefix = common_folder(&ours);
    found.base = Some(format!("{origin}{prefix}"));
    let mut lists: Vec<(String, Vec<Exchange>)> = Vec::new();
    for exchange in ours {
        let path = exchange.url.path()[prefix.len()..].trim_matches('/').to_owned();
        match lists.iter_mut().find(|(known, _)| *known == path) {
            Some((_, pages)) => pages.push(exchange),
            None => lists.push((path, vec![exchange])),
        }
    }
    for (path, pages) in lists {
        match resource(&path, &pages) {
            Ok(resource) => found.resources.push(resource),
            Err(why) => found.left_out.push(LeftOut::new(format!("`GET /{path}`"), why)),
        }
    }
    found
}

fn shown(entry: &Json) -> String {
    let url = entry.at(&["request", "url"]).and_then(Json::text).and_then(|url| Url::parse(url).ok());
    url.map_or_else(|| "?".to_owned(), |url| url.path().to_owned())
}

fn exchange(entry: &Json) -> Result<Exchange, String> {
    if entry.at(&["request", "method"]).and_then(Json::text) != Some("GET") {
        return Err("only GET requests are read".into());
    }
    let url = entry.at(&["request", "url"]).and_then(Json::text).and_then(|url| Url::parse(url).ok());
    let url = url.ok_or("its address cannot be read")?;
    let status = entry.at(&["response", "status"]).and_then(|status| status.to_value().as_u64());
    if !status.is_some_and(|status| (200..300).contains(&status)) {
        return Err("its answer is no success".into());
    }
    let content = entry.at(&["response", "content"]).ok_or("it has no answer")?;
    let text = content.text_of("text").ok_or("its answer has no text")?;
    let content_encoding = headers(entry, "response")
        .find(|(name, _)| name.eq_ignore_ascii_case("content-encoding"))
        .map(|(_, value)| value);
    let body = RecordedBody { text, encoding: content.text_of("encoding"), content_encoding };
    let body = body.decode(LONGEST_BODY).map_err(|error| format!("its response {error}"))?;
    let answer = serde_json::from_slice(&body).map_err(|_| "its response is not JSON")?;
    let query = url.query_pairs().into_owned().collect();
    let linked = headers(entry, "response")
        .any(|(name, value)| name.eq_ignore_ascii_case("link") && value.contains("next"));
    Ok(Exchange { url, query, answer, linked })
}

fn headers<'e>(entry: &'e Json, side: &str) -> impl Iterator<Item = (&'e str, &'e str)> {
    let headers = entry.at(&[side, "headers"]).map_or(&[][..], Json::items);
    headers.iter().filter_map(|header| Some((header.text_of("name")?, header.text_of("value")?)))
}

/// How the request says who asks.
fn auth(entry: &Json) -> Option<Auth> {
    headers(entry, "request").find_map(|(name, value)| {
        let lower = name.to_ascii_lowercase();
        if lower == "authorization" {
            let scheme = value.split_whitespace().next().unwrap_or_default();
            return Some(match scheme.to_ascii_lowercase().as_str() {
                "basic" => Auth::Basic,
                "bearer" => Auth::Bearer { scheme: None },
                // A scheme of the vendor's own stands before a blank; a value alone is the key itself.
                _ if value.contains(' ') && scheme.chars().all(|c| c.is_ascii_alphanumeric()) => {
                    Auth::Bearer { scheme: Some(scheme.to_owned()) }
                }
                _ => Auth::ApiKey { header: "authorization".to_owned() },
            });
        }
        let key = ["api-key", "apikey", "api_key", "auth-token", "access-token", "x-token"]
            .iter()
            .any(|word| lower.contains(word));
        key.then_some(Auth::ApiKey { header: lower })
    })
}

/// The folder that all paths begin with; the last part of a path is its own.
fn common_folder(exchanges: &[Exchange]) -> String {
    let folders = exchanges
        .iter()
        .map(|exchange| exchange.url.path().rsplit_once('/').map_or("", |(folder, _)| folder).to_owned());
    folders
        .reduce(|a, b| {
            let same = a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).map(|(a, _)| a);
            same.collect::<Vec<_>>().join("/")
        })
        .unwrap_or_default()
}

fn resource(path: &str, pages: &[Exchange]) -> Result<Resource, String> {
    let filled = pages.iter().find_map(|page| Some((page, records(&page.answer)?)));
    let (page, (items, _)) = filled.ok_or("its answer is no list of records")?;
    let parts: Vec<_> = path.split('/').collect();
    if let Some(id) = parts.iter().find(|part| is_id(part)) {
        return Err(format!(
            "it belongs to one record (`{id}`); write a step that reads its owner and asks for each"
        ));
    }
    let last = parts.last().and_then(|last| words::snake(last)).ok_or("its path says no name")?;
    let mut all: Vec<Json> = Vec::new();
    for page in pages {
        if let Some((same, list)) = records(&page.answer)
            && same == items
        {
            all.extend(list.iter().filter(|record| !all.contains(record)).cloned().collect::<Vec<_>>());
        }
    }
    let paging = paging_of(&page.answer, items.as_deref(), Some(&page.query));
    let size =
        page.query.iter().find(|(name, _)| ["per_page", "limit", "page_size"].contains(&name.as_str()));
    let link = pages
        .iter()
        .any(|page| page.linked)
        .then(|| Paging::Link { size: size.map(|(name, _)| name.clone()) });
    Ok(Resource {
        name: words::singular(&last),
        path: path.to_owned(),
        items,
        paging: link.or(paging),
        shape: Shape::of(&all),
        records: all,
        docs: None,
    })
}

/// Whether a part of a path is the id of something: a number, a UUID, a long word with digits.
fn is_id(part: &str) -> bool {
    let digits = part.chars().filter(char::is_ascii_digit).count();
    (digits == part.len() && digits > 0) || (part.len() >= 16 && digits >= 4)
}
