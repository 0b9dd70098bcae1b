//! Recordings for the tests and for runs without an account: HAR 1.2, as a proxy would have written it.

use serde_json::{Map, Value, json};
use url::Url;

use super::api::{NextIn, Page, Paging};
use super::request::TRIED_QUERY;

/// A list as it is recorded.
#[derive(Debug, Clone)]
pub struct List {
    /// The URL of the API.
    pub base: String,
    /// The path below it, with all parameters filled in.
    pub path: String,
    /// Parameters that every request has.
    pub given: Vec<(String, String)>,
    /// The member that holds the records.
    pub items: Option<String>,
    /// The member that names a record, where records are the members of an object.
    pub named: Option<String>,
    /// The member of each item that holds the record.
    pub each: Option<String>,
    /// The paging.
    pub paging: Paging,
    /// The number of records that a page may have.
    pub page: u64,
    /// Its records.
    pub records: Vec<Value>,
    /// The response is one object, and no list.
    pub once: bool,
    /// The body of a POST, and whether the parameters of the paging are in it.
    pub posted: Option<(Value, bool)>,
    /// The credentials are tried with it.
    pub tried: bool,
}

/// A request and its response.
struct Exchange {
    url: Url,
    /// The body of a POST.
    posted: Option<Value>,
    body: Value,
    /// The header `Link` of the response.
    link: Option<String>,
}

/// Returns a recording of these lists, each read to its end.
pub fn of_lists(lists: &[List]) -> String {
    let entries: Vec<_> = lists.iter().flat_map(List::exchanges).map(|exchange| entry(&exchange)).collect();
    let log = json!({ "log": {
        "version": "1.2",
        "creator": { "name": "cargo-j1", "version": env!("CARGO_PKG_VERSION") },
        "entries": entries,
    } });
    format!("{log:#}\n")
}

impl List {
    fn exchanges(&self) -> Vec<Exchange> {
        let pages = self.paging.pages(self.records.len(), self.page);
        let mut exchanges: Vec<_> = pages.iter().filter_map(|page| self.exchange(page)).collect();
        if self.tried
            && let Paging::GraphQl { .. } = self.paging
        {
            exchanges.extend(self.tried_with_graphql());
        } else if self.tried && !pages.iter().any(|page| page.query.is_empty()) {
            // What tries the credentials asks without parameters of the paging.
            let plain = Page { query: Vec::new(), full: true, members: Vec::new(), next: None };
            exchanges.extend(self.exchange(&plain));
        }
        exchanges
    }

    /// Returns the request that tries the credentials of an API that is asked with GraphQL.
    fn tried_with_graphql(&self) -> Option<Exchange> {
        let posted = json!({ "query": TRIED_QUERY, "variables": {} });
        let body = json!({ "data": { "__typename": "Query" } });
        Some(Exchange { url: self.url(&[])?, posted: Some(posted), body, link: None })
    }

    fn exchange(&self, page: &Page) -> Option<Exchange> {
        let list: Value = match self.records.first() {
            Some(only) if self.once => only.clone(),
            _ => self.list(if page.full { &self.records } else { &[] }),
        };
        let mut body = match &self.items {
            None => list,
            Some(items) => {
                let mut body = json!({});
                put(&mut body, items, list);
                body
            }
        };
        for (way, value) in &page.members {
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
        let in_body = self.posted.as_ref().is_some_and(|(_, in_body)| *in_body);
        let posted = self.posted.as_ref().map(|(posted, in_body)| {
            let mut posted = posted.clone();
            for (name, value) in page.query.iter().filter(|_| *in_body) {
                // Sizes and numbers of pages are numbers there.
                let value = value.parse::<u64>().map_or_else(|_| json!(value), |number| json!(number));
                put(&mut posted, name, value);
            }
            posted
        });
        let url = self.url(if in_body { &[] } else { &page.query })?;
        Some(Exchange { url, posted, body, link })
    }

    /// Returns these records as a response holds them.
    fn list(&self, records: &[Value]) -> Value {
        let Some(member) = &self.named else {
            let item = |record: &Value| match &self.each {
                Some(member) => json!({ member: record }),
                None => record.clone(),
            };
            return records.iter().map(item).collect();
        };
        let named = |record: &Value| {
            let name = &record[member];
            (name.as_str().map_or_else(|| name.to_string(), str::to_owned), record.clone())
        };
        Value::Object(records.iter().map(named).collect())
    }

    fn url(&self, query: &[(String, String)]) -> Option<Url> {
        let mut url = Url::parse(&format!("{}/{}", self.base.trim_end_matches('/'), self.path)).ok()?;
        if !query.is_empty() || !self.given.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.given).extend_pairs(query);
        }
        Some(url)
    }
}

/// Puts a value at the end of a way of names with dots between them, or of a JSON pointer.
fn put(body: &mut Value, way: &str, value: Value) {
    let parts: Vec<String> = match way.strip_prefix('/') {
        Some(way) => way.split('/').map(|part| part.replace("~1", "/").replace("~0", "~")).collect(),
        None => way.split('.').map(str::to_owned).collect(),
    };
    let mut at = body;
    for name in parts {
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
    let posted = exchange.posted.as_ref();
    let mut entry = json!({
        "startedDateTime": "2025-01-08T00:00:00.000Z",
        "time": 0,
        "request": {
            "method": if posted.is_some() { "POST" } else { "GET" },
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
            "bodySize": -1,
        },
        "cache": {},
        "timings": { "send": 0, "wait": 0, "receive": 0 },
    });
    if let Some(posted) = posted {
        entry["request"]["postData"] =
            json!({ "mimeType": "application/json", "params": [], "text": posted.to_string() });
    }
    entry
}
