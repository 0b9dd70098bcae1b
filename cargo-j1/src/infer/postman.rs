//! Reads a collection of Postman: its saved responses are what a recording has.

use std::collections::HashMap;

use super::har;
use super::json::Json;
use super::resource::Found;
use crate::new::credentials::{Auth, is_header};

/// The most folders inside of one another that are read.
const DEEPEST: usize = 32;
/// The most variables that a text has one inside of another.
const MOST_VARIABLES: usize = 32;

/// The host of requests whose collection does not say it. No such host exists (RFC 2606).
const UNKNOWN_HOST: &str = "https://unknown-host.invalid";

/// Describes a collection without a saved response.
pub const WITHOUT_RESPONSES: &str = "a collection of Postman without a saved response, which does not say what records are like; \
     send the requests for the lists, save each response as an example, and export the collection again";

/// Returns `true` for a collection of version 2.
pub fn is_collection(json: &Json) -> bool {
    let schema = json.at(&["info", "schema"]).and_then(Json::text).unwrap_or_default();
    let named = schema.contains("getpostman.com") || schema.contains("postman.com/json/collection");
    (named || json.at(&["info", "_postman_id"]).is_some()) && json.get("item").is_some()
}

/// Reads the saved responses of a collection; nothing where there are none.
pub fn read(json: &Json) -> Option<Found> {
    let mut exchanges = Vec::new();
    let variables = json.get("variable").map_or(&[][..], Json::items).iter();
    let variables = variables
        .filter_map(|one| Some((one.text_of("key").or_else(|| one.text_of("id"))?, one.text_of("value")?)));
    let collection = Collection { variables: variables.filter(|(_, value)| !value.is_empty()).collect() };
    collection.folder(json, 0, &mut exchanges);
    if exchanges.is_empty() {
        return None;
    }
    let log = Json::Object(vec![("entries".to_owned(), Json::List(exchanges))]);
    let mut found = har::read(&Json::Object(vec![("log".to_owned(), log)]));
    if let Some(path) = found.base.as_ref().and_then(|base| base.strip_prefix(UNKNOWN_HOST)) {
        found.base = Some(path.to_owned()).filter(|path| path.len() > 1);
    }
    if let Some(auth) = json.get("auth").and_then(credentials) {
        found.auth = vec![vec![auth]];
    }
    Some(found)
}

/// A collection, as far as its requests need it.
struct Collection<'c> {
    variables: HashMap<&'c str, &'c str>,
}

impl Collection<'_> {
    /// Adds the saved responses of a folder, and of those inside of it, as entries of a recording.
    fn folder(&self, folder: &Json, depth: usize, exchanges: &mut Vec<Json>) {
        for item in folder.get("item").map_or(&[][..], Json::items) {
            if depth < DEEPEST {
                self.folder(item, depth + 1, exchanges);
            }
            for response in item.get("response").map_or(&[][..], Json::items) {
                let request = response.get("originalRequest").or_else(|| item.get("request"));
                exchanges.extend(request.and_then(|request| self.exchange(request, response)));
            }
        }
    }

    /// Returns a request and its response as an entry of a recording.
    fn exchange(&self, request: &Json, response: &Json) -> Option<Json> {
        let text = |text: &str| Json::Text(text.to_owned());
        let object = |members: Vec<(&str, Json)>| {
            Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
        };
        let url = request.text().or_else(|| {
            let url = request.get("url")?;
            url.text().or_else(|| url.text_of("raw"))
        })?;
        let mut asked = vec![
            ("method", text(request.text_of("method").unwrap_or("GET"))),
            ("url", Json::Text(self.url(url, request.get("url").unwrap_or(&Json::Null)))),
            ("headers", headers(request)),
        ];
        asked.extend(posted(request).map(|body| ("postData", object(vec![("text", Json::Text(body))]))));
        let answered = vec![
            ("status", response.get("code").cloned().unwrap_or(Json::Number(200.into()))),
            ("headers", headers(response)),
            ("content", object(vec![("text", text(response.text_of("body")?))])),
        ];
        Some(object(vec![("request", object(asked)), ("response", object(answered))]))
    }

    /// Returns a URL with its variables filled in. What has no value is a host at the beginning, and an id elsewhere.
    fn url(&self, url: &str, parts: &Json) -> String {
        let mut url = url.to_owned();
        for _ in 0..MOST_VARIABLES {
            let Some((before, (name, after))) =
                url.split_once("{{").and_then(|(before, rest)| Some((before, rest.split_once("}}")?)))
            else {
                break;
            };
            let known = self.variables.get(name.trim()).copied();
            let value = known.unwrap_or(if before.is_empty() { UNKNOWN_HOST } else { "1" });
            url = format!("{before}{value}{after}");
        }
        if !url.contains("://") {
            url = format!("https://{url}");
        }
        let (path, query) =
            url.split_once('?').map_or((url.as_str(), None), |(path, query)| (path, Some(query)));
        let own = |name: &str| {
            let mut all = parts.get("variable").map_or(&[][..], Json::items).iter();
            all.find(|one| one.text_of("key") == Some(name))?.text_of("value")
        };
        let (scheme, path) = path.split_once("://").unwrap_or(("https", path));
        let path = path.split('/').map(|part| match part.strip_prefix(':') {
            // An id that looks like one; a recording shows which part of a path it is.
            Some(name) => own(name).filter(|value| har::is_id(value)).unwrap_or("1"),
            None => part,
        });
        let path = path.collect::<Vec<_>>().join("/");
        format!("{scheme}://{path}{}", query.map(|query| format!("?{query}")).unwrap_or_default())
    }
}

/// Returns the headers of a request or a response as a recording has them.
fn headers(side: &Json) -> Json {
    let headers = side.get("header").map_or(&[][..], Json::items).iter();
    let named = headers.filter(|one| one.get("disabled") != Some(&Json::Bool(true))).filter_map(|one| {
        let (name, value) = (one.text_of("key")?, one.text_of("value")?);
        let members = [("name", name), ("value", value)]
            .map(|(name, text)| (name.to_owned(), Json::Text(text.to_owned())));
        // A saved body is plain text, whatever it came as.
        (!name.eq_ignore_ascii_case("content-encoding")).then(|| Json::Object(members.into()))
    });
    Json::List(named.collect())
}

/// Returns the body of a request: that of GraphQL as it is sent.
fn posted(request: &Json) -> Option<String> {
    let body = request.get("body")?;
    if let Some(raw) = body.text_of("raw") {
        return Some(raw.to_owned());
    }
    let query = body.get("graphql")?;
    let variables = query.text_of("variables").and_then(|text| serde_json::from_str(text).ok());
    let variables: serde_json::Value = variables.unwrap_or_else(|| serde_json::json!({}));
    Some(serde_json::json!({ "query": query.text_of("query")?, "variables": variables }).to_string())
}

/// Returns the credentials that a collection sends with each request.
fn credentials(auth: &Json) -> Option<Auth> {
    let kind = auth.text_of("type")?;
    let value = |name: &str| {
        let held = auth.get(kind)?;
        // Version 2.0 has an object, version 2.1 a list.
        held.text_of(name)
            .or_else(|| held.items().iter().find(|one| one.text_of("key") == Some(name))?.text_of("value"))
    };
    match kind {
        "bearer" => Some(Auth::Bearer),
        "basic" => Some(Auth::Basic),
        "oauth2" => {
            let token_url = value("accessTokenUrl").and_then(super::openapi::web_url);
            Some(Auth::OAuth2 { token_url })
        }
        "apikey" => {
            let name = value("key").filter(|name| is_header(name))?;
            Some(match value("in") {
                Some("query") => Auth::QueryKey { name: name.to_owned() },
                _ => Auth::key(&name.to_ascii_lowercase()),
            })
        }
        _ => None,
    }
}
