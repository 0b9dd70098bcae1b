//! Ids of other things, which stand in a record and do not identify it.

use std::collections::BTreeSet;

use crate::infer::resource::{Resource, words_of};
use crate::infer::words;

/// Words in the name of an id that say that it is of something else, such as `lastModifiedUserId`.
const OF_OTHERS: [&str; 27] = [
    "by", "prev", "last", "created", "updated", "modified", "deleted", "owner", "parent", "user", "creator",
    "author", "assignee", "assigned", "previous", "next", "source", "active", "current", "default", "latest",
    "first", "root", "head", "target", "related", "linked",
];

/// Returns `true` for an id that is of something else, by its name.
pub fn refers(name: &str) -> bool {
    words::snake(name).is_some_and(|name| name.split('_').any(|word| OF_OTHERS.contains(&word)))
}

/// Returns `true` for the id of another thing that the file has, such as `environmentId` of a user.
pub fn is_foreign(resource: &Resource, called: &[String], name: &str, things: &BTreeSet<String>) -> bool {
    let Some(name) = words::snake(name) else { return false };
    let ends = ["_id", "_uuid", "_guid", "_gid", "_sid", "_uid", "_identifier", "_name"];
    let Some(stem) = ends.iter().find_map(|end| name.strip_suffix(end)) else { return false };
    let is_it = |thing: &String| stem == thing || stem.ends_with(&format!("_{thing}"));
    // `/reports/balance` is a report.
    let above = above(resource);
    things.iter().any(is_it) && !called.iter().chain(&above).any(is_it)
}

/// Returns the words of a path behind its last parameter, but for the last word.
fn above(resource: &Resource) -> Vec<String> {
    let behind = resource.path.rsplit('}').next().unwrap_or_default();
    words_of(behind).into_iter().skip(1).collect()
}
