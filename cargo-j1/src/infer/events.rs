//! Lists of what happened, or of how much there is, rather than of things that exist.

use super::resource::Resource;
use super::words;

/// Words of lists that say what happened, or how much there is.
const OF_EVENTS: [&str; 23] = [
    "log",
    "event",
    "audit",
    "history",
    "activity",
    "metric",
    "usage",
    "report",
    "statistic",
    "stat",
    "overview",
    "trend",
    "timeline",
    "heatmap",
    "analytic",
    "aggregate",
    "traffic",
    "summary",
    "total",
    "chart",
    "status",
    "health",
    "healthcheck",
];

/// Returns `true` for a list that only answers a search: it needs words that are looked for.
pub fn is_search(resource: &Resource) -> bool {
    let members = resource.posted.iter().flat_map(|posted| &posted.members);
    let words = [
        "q",
        "query",
        "term",
        "terms",
        "search",
        "keyword",
        "keywords",
        "text",
        "search_term",
        "search_text",
    ];
    let is_word = |name: &str| words::snake(name).is_some_and(|name| words.contains(&name.as_str()));
    resource.given.iter().chain(members).any(|one| one.value.is_none() && is_word(&one.name))
}

/// Returns `true` for a list of what happened or of how much there is, rather than of things that exist.
pub fn is_about_events(resource: &Resource) -> bool {
    let last = resource.words.first().map_or("", |word| word.rsplit('_').next().unwrap_or_default());
    let first = resource.path.split('/').next().unwrap_or_default();
    let of_events = |word: &str| OF_EVENTS.contains(&words::singular(&word.to_ascii_lowercase()).as_str());
    of_events(last) || resource.words.iter().any(|word| of_events(word)) || of_events(first)
}
