//! A JupiterOne over HTTP, asked through `queryV1`.

use std::collections::BTreeMap;
use std::time::Duration;

use j1_local::query::Data;
use serde_json::{Value, json};
use url::Url;

use super::{Cells, Result, append};
use crate::error::Error;
use crate::local;

/// The operation, with the arguments of the official client.
const DOCUMENT: &str = "query Query($query: String!, $variables: JSON, $cursor: String, $includeDeleted: Boolean, \
    $deferredResponse: DeferredResponseOption) { queryV1(query: $query, variables: $variables, cursor: $cursor, \
    includeDeleted: $includeDeleted, deferredResponse: $deferredResponse) { type data cursor url } }";

/// The longest time for one request.
const TIMEOUT: Duration = Duration::from_secs(90);

/// The most pages of one answer, so that a server that repeats itself is not asked for ever.
const MAX_PAGES: usize = 100_000;

pub struct Remote {
    client: reqwest::Client,
    url: Url,
    key: Option<String>,
    account: Option<String>,
}

impl Remote {
    /// Prepares requests to this URL: a JupiterOne's base URL, or its GraphQL endpoint.
    pub fn new(text: &str) -> std::result::Result<Self, Error> {
        let bad = |why: String| Error::Remote { url: text.to_owned(), why };
        let mut url: Url = text.parse().map_err(|error| bad(format!("{error}; write http://host:port")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(bad("it is not an http(s) URL".to_owned()));
        }
        if url.path() == "/" {
            url.set_path("/graphql");
        }
        // It fails when one is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client =
            reqwest::Client::builder().timeout(TIMEOUT).build().map_err(|error| bad(error.to_string()))?;
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Ok(Self { client, url, key: variable("JUPITERONE_API_KEY"), account: variable("JUPITERONE_ACCOUNT") })
    }

    /// Reads every page of a query.
    pub fn ask(
        &self,
        text: &str,
        params: &BTreeMap<String, Value>,
        include_deleted: bool,
    ) -> std::result::Result<Result, Error> {
        local::block_on(async {
            let mut result: Option<Result> = None;
            let mut cursor = Value::Null;
            for _ in 0..MAX_PAGES {
                let page = self.page(text, params, include_deleted, &cursor).await?;
                cursor = page["cursor"].clone();
                let data = self.data(&page, text)?;
                match &mut result {
                    Some(before) => append(&mut before.data, &mut before.absent, data.0, &data.1),
                    None => result = Some(Result { data: data.0, absent: data.1, notices: notices(&page) }),
                }
                if cursor.is_null() {
                    break;
                }
            }
            result.ok_or_else(|| self.bad("it sent no page"))
        })
    }

    async fn page(
        &self,
        text: &str,
        params: &BTreeMap<String, Value>,
        include_deleted: bool,
        cursor: &Value,
    ) -> std::result::Result<Value, Error> {
        let variables = json!({
            "query": text, "variables": params, "cursor": cursor, "includeDeleted": include_deleted,
            "deferredResponse": "DISABLED",
        });
        let mut request = self.client.post(self.url.clone());
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        if let Some(account) = &self.account {
            request = request.header("JupiterOne-Account", account);
        }
        let body = json!({ "query": DOCUMENT, "variables": variables }).to_string();
        let sent = request.header("Content-Type", "application/json").body(body).send().await;
        let response = sent.map_err(|error| self.bad(&format!("no response: {}", error.without_url())))?;
        let status = response.status();
        let bytes = response.bytes().await.map_err(|error| self.bad(&error.without_url().to_string()))?;
        let body: Value = serde_json::from_slice(&bytes)
            .map_err(|_| self.bad(&format!("the response with status {status} is not JSON")))?;
        if let Some(message) = body.pointer("/errors/0/message").and_then(Value::as_str) {
            return Err(Error::Query { message: message.to_owned() });
        }
        match body.pointer("/data/queryV1") {
            Some(page @ Value::Object(_)) => Ok(page.clone()),
            _ => {
                let message = body.pointer("/error/message").and_then(Value::as_str).unwrap_or("no data");
                Err(self.bad(&format!("status {status}: {message}")))
            }
        }
    }

    /// The data of a page, and the cells that its rows do not have.
    fn data(&self, page: &Value, text: &str) -> std::result::Result<(Data, Cells), Error> {
        let data = &page["data"];
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        match page["type"].as_str() {
            Some("list") => Ok((Data::List(list(data)), Cells::new())),
            Some("tree") => {
                let (vertices, edges) = (list(&data["vertices"]), list(&data["edges"]));
                Ok((Data::Tree { vertices, edges }, Cells::new()))
            }
            Some("table") => Ok(table(&list(data), text)),
            other => Err(self.bad(&format!("the response has the type {other:?}"))),
        }
    }

    fn bad(&self, why: &str) -> Error {
        Error::Remote { url: self.url.to_string(), why: why.to_owned() }
    }
}

/// Rows are objects, whose members have lost the order of the columns: the query has it.
fn table(objects: &[Value], text: &str) -> (Data, Cells) {
    let mut columns: Vec<String> = Vec::new();
    if let Ok(query) = j1ql::parse(text)
        && let Some(j1ql::ast::Returns::Columns(named)) = &query.returns
    {
        columns = named.iter().map(|column| column.name().to_owned()).collect();
        columns.retain(|name| objects.is_empty() || objects.iter().any(|object| object.get(name).is_some()));
    }
    for object in objects.iter().filter_map(Value::as_object) {
        for name in object.keys() {
            if !columns.contains(name) {
                columns.push(name.clone());
            }
        }
    }
    let mut absent = Cells::new();
    let rows = objects.iter().enumerate().map(|(row, object)| {
        let cells = columns.iter().enumerate().map(|(column, name)| {
            object.get(name).cloned().unwrap_or_else(|| {
                absent.insert((row, column));
                Value::Null
            })
        });
        cells.collect()
    });
    let rows = rows.collect();
    (Data::Table { columns, rows }, absent)
}

fn notices(page: &Value) -> Vec<(String, String)> {
    let list = page["notices"].as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |notice: &Value, name: &str| notice[name].as_str().unwrap_or_default().to_owned();
    list.iter().map(|notice| (text(notice, "code"), text(notice, "message"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_keep_the_order_of_the_query() {
        let rows = [json!({ "b": 1, "a": 2 }), json!({ "b": 3, "a": null, "z": 4 })];
        let (Data::Table { columns, rows }, absent) =
            table(&rows, "FIND User AS u RETURN u.b AS b, u.a AS a, u.c AS c")
        else {
            panic!("not a table");
        };
        assert_eq!(columns, ["b", "a", "z"]);
        assert_eq!(json!(rows), json!([[1, 2, null], [3, null, 4]]));
        assert_eq!(absent, Cells::from([(0, 2)]));
    }
}
