//! Queries what JupiterOne holds of an integration instance, like the official client: `queryV1`, deferred, page by
//! page.

use std::time::Duration;

use j1_core::error::Kind;
use j1_core::graph::ObjectKind;
use j1_core::{Error, Result};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use crate::code;
use crate::jupiterone::client::SyncClient;
use crate::jupiterone::wire::time;

/// The document of the official Node client; only its variables change.
const DOCUMENT: &str = "query QueryLanguageV1($query: String!, $variables: JSON, $includeDeleted: Boolean, \
    $deferredResponse: DeferredResponseOption, $deferredFormat: DeferredResponseFormat, $cursor: String, \
    $flags: QueryV1Flags) { queryV1(query: $query, variables: $variables, includeDeleted: $includeDeleted, \
    deferredResponse: $deferredResponse, deferredFormat: $deferredFormat, cursor: $cursor, flags: $flags) \
    { type data url } }";

/// The column that relationships come in.
const EDGE: &str = "edge";

/// The reason if something other than a query API responds.
const NO_API: &str = "there is no query API at JUPITERONE_API_BASE. Check the URL, and for a proxy or firewall that answers in its place";

/// The longest a deferred query may take; the official client waits as long.
const LONGEST_WAIT: Duration = Duration::from_mins(5);

/// The most pages of one list; a server that returns more is repeating itself.
const MOST_PAGES: u64 = 1_000_000;

/// An object that JupiterOne holds.
pub(crate) struct HeldObject {
    pub kind: ObjectKind,
    pub ty: String,
    pub key: String,
    /// Its `_class`, whatever its form.
    pub class: Value,
    /// Everything but the names with a leading underscore.
    pub properties: Map<String, Value>,
    /// The time of its last change in JupiterOne, in milliseconds since 1970; 0 where JupiterOne does not say it.
    pub changed: i64,
}

/// The objects of one kind that JupiterOne holds of an instance.
pub(crate) struct Held<'c> {
    client: &'c SyncClient,
    kind: ObjectKind,
    query: String,
    cursor: Option<String>,
    pages: u64,
    ended: bool,
    /// Rows so far, those that no run compares included.
    rows: u64,
}

/// The reason why JupiterOne could not be queried.
#[derive(Debug)]
pub(crate) enum NotHeld {
    /// A stand-in for JupiterOne on this machine has no query API, or the data belongs to no instance.
    NothingToAsk(Error),
    /// The query was refused or failed, the response is not whole, or something else than a query API responded.
    Failed(Error),
}

impl NotHeld {
    pub fn into_error(self) -> Error {
        match self {
            Self::NothingToAsk(error) | Self::Failed(error) => error,
        }
    }
}

impl From<Error> for NotHeld {
    fn from(error: Error) -> Self {
        Self::Failed(unknown(error))
    }
}

#[derive(Deserialize)]
struct GraphqlAnswer {
    #[serde(default)]
    data: Option<GraphqlData>,
    #[serde(default)]
    errors: Vec<GraphqlError>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GraphqlData {
    #[serde(default)]
    query_v1: Option<Page>,
}

#[derive(Deserialize)]
struct GraphqlError {
    #[serde(default)]
    message: String,
}

/// An answer, or where to fetch it.
#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    data: Value,
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    error: Value,
}

impl<'c> Held<'c> {
    pub fn new(client: &'c SyncClient, kind: ObjectKind) -> Result<Self, NotHeld> {
        let Some(instance) = client.instance() else {
            let error = refused("queries go by integration instance, and the source `api` has none");
            return Err(NotHeld::NothingToAsk(error));
        };
        let query = query_of(kind, instance)?;
        Ok(Self { client, kind, query, cursor: None, pages: 0, ended: false, rows: 0 })
    }

    /// Returns the number of objects by JupiterOne's own count; `None` where it does not count.
    pub async fn count(&self) -> Option<u64> {
        let query = match self.kind {
            ObjectKind::Entity => format!("{} AS entity RETURN COUNT(entity) AS number", self.query),
            ObjectKind::Relationship => {
                self.query.replace(&format!("RETURN {EDGE}.*"), &format!("RETURN COUNT({EDGE}) AS number"))
            }
        };
        // If the count fails, so does the query for the rows that comes next.
        let page = self.page(&query, None).await.ok()?;
        let [row] = page.data.as_array()?.as_slice() else { return None };
        row.as_object()?.values().find_map(Value::as_u64)
    }

    /// Returns `true` if the key may query any entity of the account. JupiterOne has some in every account, so a key that finds
    /// none is one that may not query.
    ///
    /// # Errors
    /// When JupiterOne refuses the query, or does not respond.
    pub async fn sees_anything(&self) -> Result<bool, NotHeld> {
        let page = self.page("FIND * LIMIT 1", None).await?;
        Ok(page.data.as_array().is_some_and(|rows| !rows.is_empty()))
    }

    /// Returns the number of rows so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Returns the next page, which may be empty; `None` at the end. A missing cursor is the only sign of the end.
    ///
    /// # Errors
    /// When JupiterOne refuses the query, or does not respond.
    pub async fn next(&mut self) -> Result<Option<Vec<HeldObject>>, NotHeld> {
        if self.ended {
            return Ok(None);
        }
        let page = self.page(&self.query, self.cursor.as_deref()).await?;
        self.pages += 1;
        let repeats = page.cursor.is_some() && page.cursor == self.cursor;
        if repeats || self.pages > MOST_PAGES {
            return Err(refused("its pages do not end").into());
        }
        self.ended = page.cursor.is_none();
        self.cursor = page.cursor;
        let Value::Array(rows) = page.data else {
            return Err(refused("the response is not a list").into());
        };
        self.rows += rows.len() as u64;
        let objects = rows.into_iter().filter_map(|row| object(self.kind, row).transpose());
        Ok(Some(objects.collect::<Result<_>>()?))
    }

    async fn page(&self, query: &str, cursor: Option<&str>) -> Result<Page, NotHeld> {
        let question = json!({ "query": DOCUMENT, "variables": {
            "query": query,
            "deferredResponse": "FORCE",
            "flags": { "variableResultSize": true },
            "cursor": cursor,
        } });
        let Some(response) = self.client.graphql(&question).await? else {
            return Err(self.no_api());
        };
        let response: GraphqlAnswer =
            serde_json::from_slice(&response).map_err(|_| refused("the response is not JSON"))?;
        if let Some(error) = response.errors.first() {
            return Err(refused(&error.message).into());
        }
        // A GraphQL response has data or errors, so this is not a response of a query API.
        let Some(data) = response.data else { return Err(self.no_api()) };
        let page = data.query_v1.ok_or_else(|| refused("the response is empty"))?;
        match &page.url {
            Some(url) => Ok(self.deferred(url).await?),
            None => Ok(page),
        }
    }

    /// Returns the reason for a response that does not come from a query API. Only a stand-in may lack one: JupiterOne
    /// has it.
    fn no_api(&self) -> NotHeld {
        let error = refused(NO_API);
        if self.client.is_stand_in() { NotHeld::NothingToAsk(error) } else { NotHeld::Failed(error) }
    }

    /// Fetches a deferred result, and waits for it.
    async fn deferred(&self, url: &str) -> Result<Page> {
        let url = Url::parse(url).map_err(|_| refused("the URL of the result is not a valid URL"))?;
        let wait = async {
            let mut pause = Duration::from_millis(100);
            loop {
                let page = self.client.fetch(&url).await?;
                let page: Page =
                    serde_json::from_slice(&page).map_err(|_| refused("the result is not JSON"))?;
                match page.status.as_deref() {
                    Some("IN_PROGRESS") => {}
                    Some("FAILED") => return Err(refused(page.error.as_str().unwrap_or("the query failed"))),
                    _ => return Ok(page),
                }
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(2));
            }
        };
        tokio::time::timeout(LONGEST_WAIT, wait).await.unwrap_or_else(|_| Err(refused("it took too long")))
    }
}

/// The mapped relationships that a stand-in for JupiterOne holds of an instance, as they were sent. JupiterOne shows only
/// what it made of them.
pub(crate) struct HeldMapped<'c> {
    client: &'c SyncClient,
    /// The place to go on from; `None` at the end.
    after: Option<i64>,
    shown: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MappedPage {
    mapped_relationships: Vec<Map<String, Value>>,
    next: Option<i64>,
}

impl<'c> HeldMapped<'c> {
    pub fn new(client: &'c SyncClient) -> Self {
        Self { client, after: client.is_stand_in().then_some(0), shown: false }
    }

    /// Returns `true` if there was a page, be it empty.
    pub fn are_shown(&self) -> bool {
        self.shown
    }

    /// Returns the next page; `None` at the end.
    ///
    /// # Errors
    /// When the stand-in refuses the request, or does not respond as it should.
    pub async fn next(&mut self) -> Result<Option<Vec<HeldObject>>, NotHeld> {
        let (Some(after), Some(instance)) = (self.after, self.client.instance()) else { return Ok(None) };
        self.after = None;
        let Some(page) = self.client.mapped_relationships(instance, after).await? else { return Ok(None) };
        let page: MappedPage = serde_json::from_slice(&page)
            .map_err(|_| refused("the list of mapped relationships is not one"))?;
        self.after = page.next.filter(|next| *next > after);
        self.shown = true;
        let objects = page.mapped_relationships.into_iter().map(|mut row| {
            let mut text = |name: &str| match row.remove(name) {
                Some(Value::String(text)) => Ok(text),
                _ => Err(refused("a mapped relationship has no `_type` or no `_key`")),
            };
            let (ty, key) = (text("_type")?, text("_key")?);
            let class = row.remove("_class").unwrap_or_default();
            Ok(HeldObject { kind: ObjectKind::Relationship, ty, key, class, properties: row, changed: 0 })
        });
        Ok(Some(objects.collect::<Result<_>>()?))
    }
}

/// Returns a J1QL string. J1QL cannot escape a quote inside quotes of the same kind.
fn quoted(id: &str) -> Result<String> {
    ['"', '\'']
        .into_iter()
        .find(|quote| !id.contains(*quote))
        .map(|quote| format!("{quote}{id}{quote}"))
        .ok_or_else(|| refused("JUPITERONE_INTEGRATION_INSTANCE_ID has both kinds of quotes"))
}

/// An object out of a row. `None` for what JupiterOne's own mapper made, which no run compares.
fn object(kind: ObjectKind, row: Value) -> Result<Option<HeldObject>> {
    let Value::Object(row) = row else { return Err(refused("a row of the response is not an object")) };
    let (mut known, mut properties) = (row, Map::new());
    match kind {
        ObjectKind::Entity => {
            if let Some(Value::Object(own)) = known.remove("properties") {
                properties = own;
            }
            if let Some(Value::Object(entity)) = known.remove("entity") {
                known = entity;
            }
        }
        ObjectKind::Relationship => {
            let columns = std::mem::take(&mut known);
            let bare = |name: &str| name.strip_prefix(EDGE)?.strip_prefix('.').map(str::to_owned);
            known = columns.into_iter().filter_map(|(name, value)| Some((bare(&name)?, value))).collect();
            properties.clone_from(&known);
        }
    }
    if known.get("_source").and_then(Value::as_str) == Some("system-mapper") {
        return Ok(None);
    }
    properties.retain(|name, _| !name.starts_with('_'));
    let text = |name: &str| match known.get(name) {
        Some(Value::String(text)) => Some(text.clone()),
        // Queries show the type of an entity as a list.
        Some(Value::Array(list)) => list.first().and_then(Value::as_str).map(str::to_owned),
        _ => None,
    };
    let (Some(ty), Some(key)) = (text("_type"), text("_key")) else {
        return Err(refused("a row of the response has no `_type` or no `_key`"));
    };
    let changed =
        ["_createdOn", "_beginOn"].into_iter().filter_map(|name| known.get(name).and_then(time)).max();
    let class = known.remove("_class").unwrap_or_default();
    Ok(Some(HeldObject { kind, ty, key, class, properties, changed: changed.unwrap_or_default() }))
}

/// Returns the query for the objects of an instance.
fn query_of(kind: ObjectKind, instance: &str) -> Result<String> {
    let id = quoted(instance)?;
    let entities = format!("FIND * WITH _integrationInstanceId = {id}");
    Ok(match kind {
        ObjectKind::Entity => entities,
        // J1QL cannot select relationships alone, so they are found from the entities where they begin.
        ObjectKind::Relationship => format!(
            "{entities} AS source THAT RELATES TO >> AS {EDGE} * \
             WHERE {EDGE}._integrationInstanceId = {id} RETURN {EDGE}.*"
        ),
    })
}

/// Wraps the error of a request as the reason why JupiterOne could not be queried.
fn unknown(error: Error) -> Error {
    if error.code() == code::NOT_HELD { error } else { refused(error.message()) }
}

pub(crate) fn refused(why: &str) -> Error {
    let message = format!("could not query what JupiterOne holds: {why}");
    Error::new(Kind::Upload, code::NOT_HELD, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_both_kinds_become_the_same() {
        let entity = json!({
            "id": "1",
            "entity": { "_key": "k", "_type": ["t"], "_class": ["User"], "_source": "api" },
            "properties": { "name": "n", "_own": 1 },
        });
        let edge =
            json!({ "edge._key": "k", "edge._type": "t", "edge._class": "HAS", "edge.name": "n", "x": 1 });
        for (kind, row) in [(ObjectKind::Entity, entity), (ObjectKind::Relationship, edge)] {
            let object = object(kind, row).expect("a row").expect("an object");
            assert_eq!((object.key.as_str(), object.ty.as_str()), ("k", "t"));
            assert_eq!(Value::Object(object.properties), json!({ "name": "n" }));
        }
    }

    #[test]
    fn objects_of_the_mapper_belong_to_no_integration() {
        let row = json!({ "edge._key": "k", "edge._type": "t", "edge._source": "system-mapper" });
        assert!(object(ObjectKind::Relationship, row).expect("a row").is_none());
        assert!(object(ObjectKind::Relationship, json!({ "edge._type": "t" })).is_err());
    }

    #[test]
    fn an_id_is_quoted_so_that_it_stays_a_text() {
        assert_eq!(quoted("a\"b").expect("quoted"), "'a\"b'");
        assert!(quoted("\"'").is_err());
    }
}
