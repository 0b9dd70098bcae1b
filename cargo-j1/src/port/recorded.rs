//! The recordings of an integration: the lists that they show.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use j1_core::validate::without_byte_order_mark;
use serde_json::Value;
use url::Url;

use super::files;
use crate::error::Error;
use crate::infer;
use crate::infer::json::Json;
use crate::infer::words;
use crate::new::api::Paging;
use crate::new::place::File;
use crate::output;

/// Names and values.
pub type Query = Vec<(String, String)>;

/// A list that a recording shows.
#[derive(Debug)]
pub struct RecordedList {
    /// The file.
    pub file: PathBuf,
    /// The origin of its URL.
    pub origin: String,
    /// Its path, without the slash at the beginning.
    pub path: String,
    /// The queries that it is asked with, without what pages it after the first request.
    pub queries: Vec<Query>,
    /// Paging, as the recording shows it.
    pub paging: Option<Paging>,
    /// The member that holds the records.
    pub items: Option<String>,
    pub records: Vec<Json>,
    /// The members of the records that are objects, and the names of their members.
    pub objects: BTreeMap<String, BTreeSet<String>>,
    /// The response is one record.
    pub is_once: bool,
}

/// Returns the members of records that are objects, and the names of their members.
fn objects(records: &[Json]) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, value) in records.iter().flat_map(Json::members) {
        if let Json::Object(members) = value {
            found.entry(name.clone()).or_default().extend(members.iter().map(|(inner, _)| inner.clone()));
        }
    }
    found
}

/// Reads the lists of all recordings below a folder. Recordings that are not HAR, or show no list, show nothing here.
pub fn lists(folder: &Path) -> Result<Vec<RecordedList>, Error> {
    let mut all: Vec<RecordedList> = Vec::new();
    for file in files::below(folder, &["har"])? {
        let Ok(found) = infer::read(&file) else { continue };
        let Some(base) = found.base.as_deref().and_then(|base| Url::parse(base).ok()) else { continue };
        let asked = queries(&file);
        // What a port writes reads lists of records alone, and single records.
        let is_plain =
            |one: &infer::Resource| one.named.is_none() && one.each.is_none() && one.posted.is_none();
        for resource in found.resources.into_iter().filter(is_plain) {
            let plain = resource.path.trim_start_matches('/');
            let path =
                format!("{}/{plain}", base.path().trim_matches('/')).trim_start_matches('/').to_owned();
            if !resource.holes.is_empty() || all.iter().any(|known| known.path == path) {
                continue;
            }
            all.push(RecordedList {
                queries: asked
                    .get(&path)
                    .map(|all| distinct(all, resource.paging.as_ref()))
                    .unwrap_or_default(),
                file: file.clone(),
                origin: base.origin().ascii_serialization(),
                path,
                paging: resource.paging,
                items: resource.items,
                objects: objects(&resource.records),
                records: resource.records,
                is_once: resource.once,
            });
        }
    }
    Ok(all)
}

/// Parameters of queries that page a list, whatever its paging is.
const PAGES: [&str; 10] =
    ["limit", "offset", "page", "cursor", "after", "before", "per_page", "page_size", "start", "size"];

/// The most queries of one list that are read one by one.
const MOST: usize = 3;

/// Returns the queries that select different records: the first one, and those that differ in more than the page.
fn distinct(asked: &[Query], paging: Option<&Paging>) -> Vec<Query> {
    let parameters = paging.map(Paging::parameters).unwrap_or_default();
    let pages = |name: &String| parameters.contains(name) || PAGES.contains(&name.to_lowercase().as_str());
    let fixed = |query: &Query| -> Query { query.iter().filter(|(name, _)| !pages(name)).cloned().collect() };
    let mut found: Vec<Query> = Vec::new();
    for query in asked {
        if !found.iter().any(|known| fixed(known) == fixed(query)) {
            found.push(query.clone());
        }
    }
    // Many are the requests of one thing each.
    found.truncate(if found.len() > MOST { 1 } else { MOST });
    found
}

/// Returns the queries of the requests of each path, in order.
fn queries(file: &Path) -> BTreeMap<String, Vec<Query>> {
    let json: Option<Json> = std::fs::read(file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let mut asked: BTreeMap<String, Vec<Query>> = BTreeMap::new();
    let entries = json.as_ref().and_then(|json| json.at(&["log", "entries"])).map_or(&[][..], Json::items);
    for entry in entries {
        let url = entry.at(&["request", "url"]).and_then(Json::text).and_then(|url| Url::parse(url).ok());
        let Some(url) = url else { continue };
        let path = url.path().trim_start_matches('/').to_owned();
        asked.entry(path).or_default().push(url.query_pairs().into_owned().collect());
    }
    asked
}

/// Returns these recordings as files of the new project. A request that failed in one of them, and not in another, is left out: a
/// replay would answer with the failure first.
pub fn copies(files: &[&Path]) -> Result<Vec<File>, Error> {
    let mut all: Vec<(&Path, String, Option<Value>)> = Vec::new();
    for path in files {
        let bad = |source| Error::File { path: path.to_path_buf(), source };
        let text = std::fs::read_to_string(path).map_err(bad)?;
        let har = serde_json::from_slice(without_byte_order_mark(text.as_bytes())).ok();
        all.push((path, text, har));
    }
    let answered: BTreeSet<String> = all
        .iter()
        .filter_map(|(_, _, har)| har.as_ref())
        .flat_map(entries)
        .filter(|entry| !failed(entry))
        .filter_map(asked)
        .collect();
    let is_kept =
        |entry: &Value| !failed(entry) || asked(entry).is_none_or(|asked| !answered.contains(&asked));
    let mut files = Vec::new();
    for (number, (path, text, har)) in all.into_iter().enumerate() {
        let stem =
            path.parent().and_then(Path::file_name).and_then(|name| words::snake(&name.to_string_lossy()));
        let stem = stem.unwrap_or_else(|| "recording".to_owned());
        let text = match har {
            Some(mut har) if !entries(&har).iter().all(is_kept) => {
                if let Some(Value::Array(entries)) = har.pointer_mut("/log/entries") {
                    entries.retain(is_kept);
                }
                output::to_json(&har)?
            }
            _ => text,
        };
        files.push(File { path: format!("recordings/{number:02}-{stem}.har"), text });
    }
    Ok(files)
}

fn entries(har: &Value) -> &[Value] {
    har.pointer("/log/entries").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn failed(entry: &Value) -> bool {
    !entry["response"]["status"].as_u64().is_some_and(|status| (200..400).contains(&status))
}

fn asked(entry: &Value) -> Option<String> {
    Some(format!("{} {}", entry["request"]["method"].as_str()?, entry["request"]["url"].as_str()?))
}
