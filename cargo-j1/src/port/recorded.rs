//! The recordings of an integration: the lists that they show, and which type of entity each is converted to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use url::Url;

use super::convert::Converter;
use super::files;
use crate::error::Error;
use crate::infer::json::Json;
use crate::infer::{self, words};
use crate::new::api::Paging;

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
}

/// Reads the lists of all recordings below a folder. Recordings that are not HAR, or show no list, show nothing here.
pub fn lists(folder: &Path) -> Result<Vec<RecordedList>, Error> {
    let mut all: Vec<RecordedList> = Vec::new();
    for file in files::below(folder, &["har"])? {
        let Ok(found) = infer::read(&file) else { continue };
        let Some(base) = found.base.as_deref().and_then(|base| Url::parse(base).ok()) else { continue };
        let asked = queries(&file);
        // What a port writes reads lists alone.
        let is_plain = |one: &infer::Resource| one.named.is_none() && one.each.is_none();
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
                records: resource.records,
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

/// Returns the list of each type whose records its converter reads, by their places in `lists`.
pub fn matches(lists: &[RecordedList], converters: &BTreeMap<String, Converter>) -> BTreeMap<String, usize> {
    let mut scored: Vec<(usize, &str, usize)> = Vec::new();
    for (ty, converter) in converters {
        for (at, list) in lists.iter().enumerate() {
            scored.extend(score(list, ty, converter).map(|score| (score, ty.as_str(), at)));
        }
    }
    scored.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let (mut matched, mut used) = (BTreeMap::new(), BTreeSet::new());
    for (_, ty, at) in scored {
        if !matched.contains_key(ty) && used.insert(at) {
            matched.insert(ty.to_owned(), at);
        }
    }
    matched
}

/// Members that the records of any list have.
const ANYWHERE: [&str; 6] = ["id", "_id", "uuid", "name", "displayName", "title"];

/// Returns how well the records of a list fit a converter, in percent and more; `None` where they do not.
fn score(list: &RecordedList, ty: &str, converter: &Converter) -> Option<usize> {
    let record = list.records.first()?;
    let key = converter.key.as_ref()?;
    let mut paths = Vec::new();
    key.paths(&mut paths);
    let keyed = paths.iter().all(|path| {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        record.at(&path).is_some_and(|value| *value != Json::Null)
    });
    if !keyed || paths.is_empty() {
        return None;
    }
    converter.read.iter().for_each(|(_, conversion)| conversion.paths(&mut paths));
    let members: BTreeSet<&String> = paths.iter().filter_map(|path| path.first()).collect();
    let is_there = |name: &&&String| list.records.iter().any(|record| record.get(name).is_some());
    let there = members.iter().filter(is_there).count();
    // An id and a name fit every list: accounts would be made of users.
    let own = members.iter().filter(is_there).any(|name| !ANYWHERE.contains(&name.as_str()));
    let share = there * 100 / members.len().max(1);
    let last = list.path.rsplit('/').find(|part| !part.is_empty()).and_then(words::snake);
    let called = last.map(|last| words::singular(&last)).is_some_and(|last| {
        ty == last || ty.ends_with(&format!("_{last}")) || last.ends_with(ty.rsplit('_').next().unwrap_or(ty))
    });
    let fits = own && there >= 2 && (share >= 60 || (called && share >= 40));
    fits.then_some(share + if called { 100 } else { 0 })
}
