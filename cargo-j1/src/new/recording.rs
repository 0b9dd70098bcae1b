//! Recordings for the tests and for runs without an account: HAR 1.2, as a proxy would have written it.

use serde_json::{Value, json};
use url::Url;

/// A request and its answer.
#[derive(Debug)]
pub struct Exchange {
    /// What was asked for.
    pub url: Url,
    /// What came back.
    pub body: Value,
}

/// A recording of these exchanges.
pub fn har(exchanges: &[Exchange]) -> String {
    let entries: Vec<_> = exchanges.iter().map(entry).collect();
    let log = json!({ "log": {
        "version": "1.2",
        "creator": { "name": "cargo-j1", "version": env!("CARGO_PKG_VERSION") },
        "entries": entries,
    } });
    format!("{log:#}\n")
}

fn entry(exchange: &Exchange) -> Value {
    let text = exchange.body.to_string();
    let query: Vec<_> =
        exchange.url.query_pairs().map(|(name, value)| json!({ "name": name, "value": value })).collect();
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
            "headers": [{ "name": "content-type", "value": "application/json" }],
            "content": { "size": text.len(), "mimeType": "application/json", "text": text },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": text.len(),
        },
        "cache": {},
        "timings": { "send": 0, "wait": 0, "receive": 0 },
    })
}
