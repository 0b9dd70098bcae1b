//! Recordings for the tests and for runs without an account: HAR 1.2, as a proxy would have written it.

use serde_json::{Map, Value, json};
use url::Url;

use super::api::{NextIn, Page, Paging};

/// A request and its answer.
struct Exchange {
    url: Url,
    body: Value,
    /// The header `Link` that came with it.
    link: Option<String>,
}

/// A list of an API: where it is, and how its answers look.
struct List<'l> {
    base: &'l str,
    path: &'l str,
    items: Option<&'l str>,
    records: Value,
}

/// A recording of a list being read to its end and, if the credentials are `tried` with it, of that request.
pub fn of_list(
    base: &str,
    path: &str,
    items: Option<&str>,
    paging: &Paging,
    records: &[Value],
    tried: bool,
) -> String {
    let list = List { base: base.trim_end_matches('/'), path, items, records: records.to_vec().into() };
    let pages = paging.pages(records.len());
    let mut exchanges: Vec<_> = pages.iter().filter_map(|page| list.exchange(page)).collect();
    if tried && !pages.iter().any(|page| page.query.is_empty()) {
        // What tries the credentials asks without parameters.
        let plain = Page { query: Vec::new(), full: true, member: None, next: None };
        exchanges.extend(list.exchange(&plain));
    }
    let entries: Vec<_> = exchanges.iter().map(entry).collect();
    let log = json!({ "log": {
        "version": "1.2",
        "creator": { "name": "cargo-j1", "version": env!("CARGO_PKG_VERSION") },
        "entries": entries,
    } });
    format!("{log:#}\n")
}

impl List<'_> {
    fn exchange(&self, page: &Page) -> Option<Exchange> {
        let list = if page.full { self.records.clone() } else { json!([]) };
        let mut body = match self.items {
            None => list,
            Some(items) => {
                let mut body = json!({});
                put(&mut body, items, list);
                body
            }
        };
        if let Some((way, value)) = &page.member {
            put(&mut body, way, value.clone());
        }
        let mut link = None;
        if let Some((place, query)) = &page.next {
            let next = self.url(query)?;
            match place {
                NextIn::Link => link = Some(format!("<{next}>; rel=\"next\"")),
                NextIn::Member(way) => put(&mut body, way, json!(next.as_str())),
            }
        }
        Some(Exchange { url: self.url(&page.query)?, body, link })
    }

    fn url(&self, query: &[(String, String)]) -> Option<Url> {
        let mut url = Url::parse(&format!("{}/{}", self.base, self.path)).ok()?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Some(url)
    }
}

/// Puts a value at the end of a way of names with dots between them, or of a JSON pointer.
fn put(body: &mut Value, way: &str, value: Value) {
    let pointer = way.strip_prefix('/').map(|way| way.split('/').collect::<Vec<_>>());
    let mut at = body;
    for name in pointer.unwrap_or_else(|| way.split('.').collect()) {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        at = &mut at[name];
    }
    *at = value;
}

fn entry(exchange: &Exchange) -> Value {
    let text = exchange.body.to_string();
    let query: Vec<_> =
        exchange.url.query_pairs().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    let mut headers = vec![json!({ "name": "content-type", "value": "application/json" })];
    headers.extend(exchange.link.as_ref().map(|link| json!({ "name": "link", "value": link })));
    json!({
        "startedDateTime": "2025-01-08T00:00:00.000Z",
        "time": 0,
        "request": {
            "method": "GET",
            "url": exchange.url.as_str(),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [{ "name": "accept", "value": "application/json" }],
            "queryString": query,
            "headersSize": -1,
            "bodySize": 0,
        },
        "response": {
            "status": 200,
            "statusText": "OK",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": headers,
            "content": { "size": text.len(), "mimeType": "application/json", "text": text },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": text.len(),
        },
        "cache": {},
        "timings": { "send": 0, "wait": 0, "receive": 0 },
    })
}
