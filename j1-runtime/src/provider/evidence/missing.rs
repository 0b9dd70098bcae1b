//! The names of members and headers that say that records are missing.

use super::names::{RECORDS, bare, has_any, made_of};

/// Returns `true` if records are missing, also in the middle of a list, where the member is `true` or not empty.
pub(super) fn is_cut(name: &str) -> bool {
    const STOPPED: [&str; 5] = ["aborted", "interrupted", "degraded", "sampled", "stale"];
    const WORDS: [&str; 25] = [
        "did",
        "is",
        "has",
        "have",
        "was",
        "are",
        "incomplete",
        "partial",
        "partially",
        "response",
        "success",
        "failure",
        "failures",
        "error",
        "errors",
        "content",
        "page",
        "query",
        "search",
        "timed",
        "out",
        "terminated",
        "early",
        "termination",
        "loaded",
    ];
    // A partial match is the way to search.
    has_any(name, &["incomplete", "partial", "timedout", "earlytermination", "terminatedearly"])
        && !name.contains("match")
        && made_of(bare(name), &[&WORDS, &RECORDS])
        || matches!(name, "didtimeout" | "ispreview")
        || has_any(name, &STOPPED) && made_of(bare(name), &[&WORDS, &STOPPED, &RECORDS])
}

/// Returns `true` if a number counts what the response leaves out.
pub(super) fn counts_missing(name: &str) -> bool {
    let rest = name.strip_prefix("omitted").or_else(|| name.strip_prefix("notreturned"));
    rest.is_some_and(|rest| made_of(rest, &[&["count"], &RECORDS]))
}

/// Returns `true` if a value that is not empty names what is missing.
pub(super) fn names_missing(name: &str) -> bool {
    const WORDS: [&str; 24] = [
        "keys",
        "locations",
        "regions",
        "zones",
        "sources",
        "shards",
        "accounts",
        "backends",
        "clusters",
        "domains",
        "groups",
        "hosts",
        "instances",
        "nodes",
        "organizations",
        "orgs",
        "partitions",
        "projects",
        "servers",
        "services",
        "sites",
        "subscriptions",
        "tenants",
        "workspaces",
    ];
    let rest = |prefix| name.strip_prefix(prefix).is_some_and(|rest| made_of(rest, &[&WORDS, &RECORDS]));
    // Alone, they may name what was requested and is gone, or was not to be sent.
    let some = |prefix| name != prefix && rest(prefix);
    matches!(name, "warning" | "warnings" | "failures" | "unavailable" | "inaccessible" | "accessdenied")
        || ["errorsby", "failuresby"]
            .iter()
            .any(|by| name.strip_prefix(by).is_some_and(|rest| !rest.is_empty()))
        || ["unavailable", "inaccessible", "unauthorized", "denied", "skipped", "missing"]
            .into_iter()
            .any(some)
        || rest("unreachable")
        || rest("unprocessed")
        || rest("failed")
        || rest("omitted")
}
