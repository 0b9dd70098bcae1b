//! The client and the configuration of a ported integration: the lists that its recordings have, and the settings.

use std::collections::BTreeMap;

use j1_core::config::looks_like_credential;
use serde::Serialize;
use url::form_urlencoded;

use super::matching::Match;
use super::official::Official;
use super::recorded::RecordedList;
use crate::infer::words;
use crate::new::api::{PAGE, Paging};
use crate::new::credentials;
use crate::new::project::ConfigField;

/// A list as the client's template shows it.
#[derive(Debug, Serialize)]
pub struct ShownList {
    pub method: String,
    /// The field of the client.
    #[serde(skip)]
    pub client: String,
    /// The origin of its URL.
    #[serde(skip)]
    pub origin: String,
    pub request: String,
    pub paging: String,
    /// The response is one record; the member that holds it, if it does not stand alone.
    pub once: Option<[Option<String>; 1]>,
    /// The way of paging that the recording shows, as a note.
    pub note: Option<String>,
}

/// A method of the client.
#[derive(Debug, Clone)]
pub struct Method {
    pub name: String,
    pub path: String,
    /// The member whose members the official client reads as those of the record.
    pub lifted: Option<String>,
    /// It gives one record.
    pub is_once: bool,
    /// Its path is called as the type of its records is.
    pub is_called: bool,
}

/// Returns the call that asks for a recorded path. Where an id in it is encoded, the parts of the path are encoded again.
fn get(path: &str) -> String {
    if !path.contains('%') {
        return format!("get({path:?})");
    }
    let decoded = |part: &str| {
        let plain = part.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
        form_urlencoded::parse(plain.as_bytes()).map(|(name, _)| name.into_owned()).collect::<String>()
    };
    let parts: Vec<String> = path.split('/').filter(|one| !one.is_empty()).map(decoded).collect();
    format!("get_at(&{parts:?})")
}

/// Returns the methods of the client by the type of their records, and as its template shows them. `main` is the origin that the
/// configuration has; each other one gets a client of its own.
pub fn methods(
    lists: &[RecordedList],
    matched: &BTreeMap<String, Match>,
    main: Option<&str>,
) -> (BTreeMap<String, Vec<Method>>, Vec<ShownList>) {
    let (mut methods, mut shown) = (BTreeMap::<String, Vec<Method>>::new(), Vec::<ShownList>::new());
    for (ty, found) in matched.iter().filter(|(_, found)| found.shared.is_empty()) {
        let list = &lists[found.list];
        let method = words::snake(ty).unwrap_or_else(|| format!("list_{}", found.list));
        let method = words::ident(&if list.is_once { method } else { words::plural(&method) });
        let method = if method == "new" || method == "client" { format!("{method}_list") } else { method };
        let known = shown.iter().find(|one| one.origin == list.origin).map(|one| one.client.clone());
        let client = known.unwrap_or_else(|| {
            let taken = |name: &String| shown.iter().any(|one| one.client == *name) || name == "client";
            let host = list.origin.split("//").nth(1).and_then(|host| words::snake(host.split('.').next()?));
            let host = words::ident(&host.unwrap_or_else(|| "host".to_owned()));
            let free = std::iter::once(host.clone()).chain((2..).map(|number| format!("{host}_{number}")));
            if main == Some(list.origin.as_str()) {
                "client".to_owned()
            } else {
                free.into_iter().find(|name| !taken(name)).unwrap_or_default()
            }
        });
        let follows = list.paging.as_ref().filter(|paging| paging.is_followed()).cloned();
        let paging = follows.unwrap_or(Paging::Whole).without_size();
        let note = match &list.paging {
            _ if list.is_once => None,
            Some(seen) if *seen != paging => {
                Some(format!("the recording shows {}", seen.code(list.items.as_deref(), PAGE)))
            }
            Some(_) => None,
            None => Some("the recording does not show how the list is paged".to_owned()),
        };
        let plain = Vec::new();
        let queries = if list.queries.is_empty() { std::slice::from_ref(&plain) } else { &list.queries };
        for (number, query) in queries.iter().enumerate() {
            let query: String =
                query.iter().map(|(name, value)| format!(".query({name:?}, {value:?})")).collect();
            let method = if number == 0 { method.clone() } else { format!("{method}_{}", number + 1) };
            shown.push(ShownList {
                request: format!("self.{client}.{}{query}", get(&list.path)),
                paging: paging.code(list.items.as_deref(), PAGE),
                once: list.is_once.then(|| [list.items.clone()]),
                note: note.clone(),
                method: method.clone(),
                origin: list.origin.clone(),
                client: client.clone(),
            });
            methods.entry(ty.clone()).or_default().push(Method {
                name: method,
                path: list.path.clone(),
                lifted: found.lifted.clone(),
                is_once: list.is_once,
                is_called: found.is_called,
            });
        }
    }
    // The credentials are tried at the URL of the configuration.
    shown.sort_by_key(|one| one.client != "client");
    (methods, shown)
}

/// Returns the origin of most lists.
pub fn origin(lists: &[RecordedList], matched: &BTreeMap<String, Match>) -> Option<String> {
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for found in matched.values() {
        *counted.entry(lists[found.list].origin.as_str()).or_default() += 1;
    }
    counted.into_iter().max_by_key(|(_, count)| *count).map(|(origin, _)| origin.to_owned())
}

/// Returns the clients of hosts that are not the configuration's.
pub fn further(shown: &[ShownList], config: &[ConfigField]) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for one in shown.iter().filter(|one| one.client != "client") {
        if !all.iter().any(|(field, _)| *field == one.client) {
            all.push((one.client.clone(), client(config, &format!("{:?}", one.origin))));
        }
    }
    all
}

/// Returns the settings: those of the official integration, and the URL of the API.
pub fn config(official: &Official, title: &str, base: &str) -> Vec<ConfigField> {
    let mut fields: Vec<ConfigField> = Vec::new();
    for one in &official.config {
        let Some(ident) = words::snake(&one.name).map(|snake| words::ident(&snake)) else { continue };
        if fields.iter().any(|known| known.name == ident) {
            continue;
        }
        let secret = one.secret || (one.ty == "string" && looks_like_credential(&ident));
        let ty = match (secret, one.ty.as_str(), one.optional) {
            (true, _, false) => "Secret<String>",
            (true, _, true) => "Option<Secret<String>>",
            (false, "boolean", false) => "bool",
            (false, "boolean", true) => "Option<bool>",
            (false, _, false) => "String",
            (false, _, true) => "Option<String>",
        };
        let docs = format!("The setting `{}` of the official integration.", one.name);
        fields.push(ConfigField { ty, ..ConfigField::plain(&ident, docs, None) });
    }
    if !fields.iter().any(|field| field.name == "api_base") {
        fields.push(ConfigField::api_base(title, base));
    }
    fields
}

/// Returns the expression that makes the client: with the first secret as a token, until a person says how it is sent.
pub fn client(config: &[ConfigField], url: &str) -> String {
    let field = config.iter().find(|field| field.ty == "Secret<String>").map(|field| field.name.clone());
    let call = field.map(|field| credentials::bearer_of(&field)).unwrap_or_default();
    format!("http.client({url})?{call}")
}
