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

/// Returns `true` for a list of what happened or of how much there is, rather than of things that exist.
pub fn is_about_events(resource: &Resource) -> bool {
    let last = resource.words.first().map_or("", |word| word.rsplit('_').next().unwrap_or_default());
    let first = resource.path.split('/').next().unwrap_or_default();
    let of_events = |word: &str| OF_EVENTS.contains(&words::singular(&word.to_ascii_lowercase()).as_str());
    of_events(last) || resource.words.iter().any(|word| of_events(word)) || of_events(first)
}
