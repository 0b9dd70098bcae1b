//! The list of each type: which recorded records a converter reads.
//!
//! A list that is taken for another would collect the wrong things under the right type, so members that many lists have prove
//! nothing, and a list is taken only where its path, its folder or several members of its own say so.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::convert::Converter;
use super::recorded::RecordedList;
use crate::infer::json::Json;
use crate::infer::words;

/// The list of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Its place in the lists.
    pub list: usize,
    /// The member whose members the official client reads as those of the record.
    pub lifted: Option<String>,
    /// Its path is called as the type is.
    pub is_called: bool,
    /// Other types whose converters fit its records as well: nothing tells which record is of which.
    pub shared: Vec<String>,
    score: usize,
}

impl Match {
    /// Returns the recorded records of its list, as the official client gives them to the converter.
    pub fn records(&self, lists: &[RecordedList]) -> Vec<Json> {
        lists[self.list].records.iter().map(|record| self.record(record)).collect()
    }

    /// Returns a record as the official client gives it to the converter.
    fn record(&self, record: &Json) -> Json {
        let inner = self.lifted.as_deref().and_then(|name| record.get(name)).map_or(&[][..], Json::members);
        let inner = inner.iter().filter(|(name, _)| record.get(name).is_none());
        if let Json::Object(members) = record {
            Json::Object(members.iter().chain(inner).cloned().collect())
        } else {
            record.clone()
        }
    }
}

/// Returns the list of each type whose records its converter reads.
pub fn matches(lists: &[RecordedList], converters: &BTreeMap<String, Converter>) -> BTreeMap<String, Match> {
    let common = Common::new(lists);
    let mut scored: Vec<(&str, Match)> = Vec::new();
    for (ty, converter) in converters {
        let place = place(&converter.file);
        let is_near = |list: &RecordedList| {
            let other = self::place(&list.file);
            other.starts_with(&place) || place.starts_with(&other)
        };
        let has_near = lists.iter().any(is_near);
        for (at, list) in lists.iter().enumerate() {
            let near = if has_near { Some(is_near(list)) } else { None };
            scored.extend(fit(at, list, ty, converter, near, &common).map(|found| (ty.as_str(), found)));
        }
    }
    let all: Vec<(String, Match)> =
        scored.iter().map(|(ty, found)| ((*ty).to_owned(), found.clone())).collect();
    for (ty, found) in &mut scored {
        let same = |other: &Match| (other.list, other.score) == (found.list, found.score);
        let others = all.iter().filter(|(other, match_)| other != ty && same(match_));
        found.shared = others.map(|(other, _)| other.clone()).collect();
    }
    scored.sort_by(|a, b| b.1.score.cmp(&a.1.score).then(a.0.cmp(b.0)));
    let (mut matched, mut used) = (BTreeMap::new(), BTreeSet::new());
    for (ty, found) in scored {
        let is_peer = |peer: &String| matched.get(peer).is_some_and(|known: &Match| known.list == found.list);
        if !matched.contains_key(ty) && (used.insert(found.list) || found.shared.iter().any(is_peer)) {
            matched.insert(ty.to_owned(), found);
        }
    }
    matched
}

/// Folders that hold recordings and tests beside the code.
const BESIDE: [&str; 4] = ["__recordings__", "__tests__", "tests", "test"];

/// Returns the folder of the code that a file belongs to.
fn place(file: &Path) -> PathBuf {
    let folder = file.parent().unwrap_or(file);
    let beside = folder.components().position(|part| BESIDE.iter().any(|name| part.as_os_str() == *name));
    beside.map_or_else(|| folder.to_owned(), |at| folder.components().take(at).collect())
}

/// Members that the records of any list have.
const ANYWHERE: [&str; 6] = ["id", "_id", "uuid", "name", "displayName", "title"];
/// The number of lists from which on a member that a third of them have is one of any list.
const MANY: usize = 8;

/// The members that many lists have.
struct Common {
    lists: usize,
    counted: BTreeMap<String, usize>,
}

impl Common {
    fn new(lists: &[RecordedList]) -> Self {
        let mut counted: BTreeMap<String, usize> = BTreeMap::new();
        for list in lists {
            let names: BTreeSet<&String> =
                list.records.iter().flat_map(Json::members).map(|(name, _)| name).collect();
            names.into_iter().for_each(|name| *counted.entry(name.clone()).or_default() += 1);
        }
        Self { lists: lists.len(), counted }
    }

    fn has(&self, name: &str) -> bool {
        let often = self.counted.get(name).copied().unwrap_or(0);
        ANYWHERE.contains(&name) || (self.lists >= MANY && often * 3 > self.lists)
    }
}

/// Returns how well the records of a list fit a converter; `None` where they do not. `near` says whether the recording lies with the
/// converter, where any does.
fn fit(
    at: usize,
    list: &RecordedList,
    ty: &str,
    converter: &Converter,
    near: Option<bool>,
    common: &Common,
) -> Option<Match> {
    let mut paths = Vec::new();
    converter.key.as_ref()?.paths(&mut paths);
    let keys: Vec<&[String]> = paths.clone();
    converter.read.iter().for_each(|(_, conversion)| conversion.paths(&mut paths));
    let members: BTreeSet<&str> = paths.iter().filter_map(|path| path.first()).map(String::as_str).collect();
    let is_there = |name: &str| list.records.iter().any(|record| record.get(name).is_some());
    let lifted = lifted(list, &members);
    let reads = |name: &&&str| is_there(name) || lifted.is_some_and(|(_, inner)| inner.contains(**name));
    let first = list.records.first()?;
    let is_keyed = keys.iter().all(|path| {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let inside = lifted.and_then(|(name, _)| first.get(name)?.at(&path));
        first.at(&path).or(inside).is_some_and(|value| *value != Json::Null)
    });
    if !is_keyed || keys.is_empty() {
        return None;
    }
    let there = members.iter().filter(reads).count();
    let own: Vec<&&str> = members.iter().filter(|name| !common.has(name)).collect();
    let own_there = own.iter().copied().filter(reads).count();
    let share = there * 100 / members.len().max(1);
    let is_called = is_called(&list.path, ty);
    let is_strong = share >= 60 && own_there >= 2 && own_there * 100 >= own.len() * 60;
    // An id and a name fit every list: accounts would be made of users.
    let fits = there >= 2
        && own_there >= 1
        && match (is_called, near) {
            // The one user of `GET /user` is the caller, and not all of them.
            (true, _) if list.is_once && !is_single(ty) => false,
            (true, Some(false)) => share >= 60,
            (true, _) => share >= 40,
            _ if list.is_once => false,
            (false, Some(near)) => near && is_strong,
            (false, None) => is_strong && own_there >= 3,
        };
    let score = share
        + own_there.min(10) * 3
        + if is_called { 100 } else { 0 }
        + if near == Some(true) { 60 } else { 0 };
    fits.then(|| Match {
        list: at,
        lifted: lifted.map(|(name, _)| name.to_owned()),
        is_called,
        shared: Vec::new(),
        score,
    })
}

type Lifted<'l> = (&'l str, &'l BTreeSet<String>);

/// Returns the member of the records that holds what a converter reads from the record itself, and the names of its members: some
/// clients give their records without such a level.
fn lifted<'l>(list: &'l RecordedList, members: &BTreeSet<&str>) -> Option<Lifted<'l>> {
    let is_missing = |name: &&String| {
        members.contains(name.as_str()) && list.records.iter().all(|record| record.get(name).is_none())
    };
    let inside = list.objects.iter().filter(|(name, _)| !members.contains(name.as_str()));
    let counted = inside.map(|(name, inner)| (inner.iter().filter(is_missing).count(), name, inner));
    let (count, name, inner) = counted.max_by_key(|(count, ..)| *count)?;
    (count >= 2).then_some((name.as_str(), inner))
}

/// Returns `true` for a type of which a provider has one for each caller.
fn is_single(ty: &str) -> bool {
    const SINGLE: [&str; 11] = [
        "account",
        "company",
        "customer",
        "instance",
        "org",
        "organization",
        "project",
        "service",
        "subscription",
        "tenant",
        "workspace",
    ];
    ty.rsplit('_').next().is_some_and(|last| SINGLE.contains(&last))
}

/// Returns `true` for a path that is called as a type is: `users` for `acme_user`.
fn is_called(path: &str, ty: &str) -> bool {
    let Some(last) = path.rsplit('/').find(|part| !part.is_empty()).and_then(words::snake) else {
        return false;
    };
    let last = words::singular(&last);
    let (last, ty): (Vec<&str>, Vec<&str>) = (last.split('_').collect(), ty.split('_').collect());
    // The first word is the provider's.
    let own = if ty.len() > 1 { &ty[1..] } else { &ty[..] };
    ty.ends_with(&last) || last.ends_with(own)
}
