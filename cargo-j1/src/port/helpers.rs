//! The small functions of JavaScript that converters call: what each gives, and what the new project calls it.

use std::cmp::Ordering;

use super::tags;
use crate::infer::json::Json;

/// A small function of JavaScript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Helper {
    /// `toUpperCase`
    Upper,
    /// `split`
    Split,
    /// `join`
    JoinedBy,
    /// `list[1]`; the last one is -1.
    Nth,
    /// `length`
    Count,
    /// `filter(Boolean)`
    Kept,
    /// `uniq` of lodash
    Distinct,
    /// `JSON.stringify`
    AsJson,
    /// `parseInt`
    AsNumber,
    /// `startsWith`
    Begins,
    /// `endsWith`
    Ends,
    /// `includes`
    Includes,
    /// `>`
    MoreThan,
    /// `<`
    LessThan,
    /// `true` for a status that the SDK calls active.
    IsActive,
    /// A date and a time with a blank between them, as `new Date` takes them.
    Dated,
    /// `encodeURI`
    EncodedUrl,
    /// `encodeURIComponent`
    EncodedPart,
    /// The tags by their names, as the SDK reads them.
    TagMap,
    /// The tags that are only names.
    TagNames,
    /// The value of the tag of a name.
    TagOf,
}

impl Helper {
    /// All of them.
    pub const ALL: [Self; 21] = [
        Self::Upper,
        Self::Split,
        Self::JoinedBy,
        Self::Nth,
        Self::Count,
        Self::Kept,
        Self::Distinct,
        Self::AsJson,
        Self::AsNumber,
        Self::Begins,
        Self::Ends,
        Self::Includes,
        Self::MoreThan,
        Self::LessThan,
        Self::IsActive,
        Self::Dated,
        Self::EncodedUrl,
        Self::EncodedPart,
        Self::TagMap,
        Self::TagNames,
        Self::TagOf,
    ];

    /// Returns the name of its function in the new project.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Upper => "upper",
            Self::Split => "split",
            Self::JoinedBy => "joined_by",
            Self::Nth => "nth",
            Self::Count => "count",
            Self::Kept => "kept",
            Self::Distinct => "distinct",
            Self::AsJson => "as_json",
            Self::AsNumber => "as_number",
            Self::Begins => "begins",
            Self::Ends => "ends",
            Self::Includes => "includes",
            Self::MoreThan => "more_than",
            Self::LessThan => "less_than",
            Self::IsActive => "is_active",
            Self::Dated => "dated",
            Self::EncodedUrl => "encoded_url",
            Self::EncodedPart => "encoded_part",
            Self::TagMap => "tag_map",
            Self::TagNames => "tag_names",
            Self::TagOf => "tag_of",
        }
    }

    /// Returns the call of its function.
    pub fn code(self, value: &str, more: &Json) -> String {
        match more {
            Json::Null => format!("{}(&{value})", self.name()),
            Json::Text(text) => format!("{}(&{value}, {text:?})", self.name()),
            Json::Number(number) if matches!(self, Self::MoreThan | Self::LessThan) => {
                format!("{}(&{value}, {:?})", self.name(), number.as_f64().unwrap_or_default())
            }
            more => format!("{}(&{value}, {})", self.name(), more.to_value()),
        }
    }

    /// Returns what it gives; nothing for a value that it cannot take.
    pub fn apply(self, value: &Json, more: &Json) -> Json {
        let text = |test: fn(&str, &str) -> bool| match (value, more) {
            (Json::Text(text), Json::Text(part)) => Json::Bool(test(text, part)),
            _ => Json::Null,
        };
        match (self, value) {
            (Self::TagMap | Self::TagNames | Self::TagOf, tags) => self.of_tags(tags, more),
            (Self::Upper, Json::Text(text)) => Json::Text(text.to_uppercase()),
            (Self::Split, Json::Text(text)) => {
                let by = more.text().unwrap_or_default();
                Json::List(text.split(by).map(|part| Json::Text(part.to_owned())).collect())
            }
            (Self::JoinedBy, Json::List(items)) => {
                let items: Vec<String> = items.iter().map(shown).collect();
                Json::Text(items.join(more.text().unwrap_or_default()))
            }
            (Self::Nth, Json::List(items)) => {
                let at = more.to_value().as_i64().unwrap_or(0);
                let at = if at < 0 { i64::try_from(items.len()).unwrap_or(0) + at } else { at };
                usize::try_from(at).ok().and_then(|at| items.get(at)).cloned().unwrap_or(Json::Null)
            }
            (Self::Count, Json::List(items)) => Json::Number(items.len().into()),
            (Self::Count, Json::Text(text)) => Json::Number(text.encode_utf16().count().into()),
            (Self::Kept, Json::List(items)) => {
                Json::List(items.iter().filter(|item| is_truthy(item)).cloned().collect())
            }
            (Self::AsJson, value) if *value != Json::Null => Json::Text(value.to_value().to_string()),
            (Self::Dated, value) => match value.text().and_then(|text| text.split_once(' ')) {
                Some((date, time)) => Json::Text(format!("{date}T{time}Z")),
                None => value.clone(),
            },
            (Self::EncodedUrl, Json::Text(text)) => Json::Text(encoded(text, URL)),
            (Self::EncodedPart, Json::Text(text)) => Json::Text(encoded(text, "")),
            (Self::IsActive, Json::Text(status)) => is_active(status).map_or(Json::Null, Json::Bool),
            (Self::AsNumber, number @ Json::Number(_)) => number.clone(),
            (Self::AsNumber, Json::Text(text)) => {
                let text = text.trim();
                let whole = text.parse::<i64>().map(Into::into).ok();
                let number = whole.or_else(|| text.parse().ok().and_then(serde_json::Number::from_f64));
                number.map_or(Json::Null, Json::Number)
            }
            (Self::Distinct, Json::List(items)) => Json::List(distinct(items)),
            (Self::Includes, Json::List(items)) => Json::Bool(items.contains(more)),
            (Self::Includes, _) => text(|text, part| text.contains(part)),
            (Self::Begins, _) => text(|text, part| text.starts_with(part)),
            (Self::Ends, _) => text(|text, part| text.ends_with(part)),
            (Self::MoreThan | Self::LessThan, value) => {
                let number = |value: &Json| value.to_value().as_f64();
                let wanted = if self == Self::MoreThan { Ordering::Greater } else { Ordering::Less };
                let found = number(value).zip(number(more)).and_then(|(own, other)| own.partial_cmp(&other));
                Json::Bool(found == Some(wanted))
            }
            _ => Json::Null,
        }
    }

    fn of_tags(self, tags: &Json, more: &Json) -> Json {
        match self {
            Self::TagMap => Json::Object(tags::map(tags)),
            Self::TagOf => tags::named(tags, more.text().unwrap_or_default()),
            _ => match tags::names(tags) {
                names if names.is_empty() => Json::Null,
                names => Json::List(names.into_iter().map(Json::Text).collect()),
            },
        }
    }

    /// Returns a value of the type that it gives; `None` where that is the type of what it takes.
    pub fn sample(self) -> Option<Json> {
        match self {
            Self::Upper
            | Self::JoinedBy
            | Self::AsJson
            | Self::Nth
            | Self::EncodedUrl
            | Self::EncodedPart
            | Self::TagOf => Some(Json::Text("text".to_owned())),
            Self::Split | Self::TagNames => Some(Json::List(vec![Json::Text("text".to_owned())])),
            Self::Count | Self::AsNumber => Some(Json::Number(1.into())),
            Self::Begins | Self::Ends | Self::Includes | Self::MoreThan | Self::LessThan | Self::IsActive => {
                Some(Json::Bool(true))
            }
            Self::Kept | Self::Distinct | Self::Dated | Self::TagMap => None,
        }
    }
}

/// Returns each item once.
fn distinct(items: &[Json]) -> Vec<Json> {
    let mut found: Vec<Json> = Vec::new();
    for item in items {
        if !found.contains(item) {
            found.push(item.clone());
        }
    }
    found
}

/// The marks that `encodeURI` leaves, and `encodeURIComponent` does not.
const URL: &str = ";/?:@&=+$,#";

/// Returns a text in which every byte is percent-encoded except letters, digits and these marks.
fn encoded(text: &str, marks: &str) -> String {
    let is_kept = |c: char| c.is_ascii_alphanumeric() || "-_.!~*'()".contains(c) || marks.contains(c);
    text.bytes()
        .map(|byte| {
            let c = char::from(byte);
            if is_kept(c) { c.to_string() } else { format!("%{byte:02X}") }
        })
        .collect()
}

/// Returns a value as a template of JavaScript shows it.
pub fn shown(value: &Json) -> String {
    match value {
        Json::Text(text) => text.clone(),
        Json::Null => String::new(),
        other => other.to_value().to_string(),
    }
}

/// Returns `true` for what counts as true in JavaScript.
pub fn is_truthy(value: &Json) -> bool {
    match value {
        Json::Null => false,
        Json::Bool(truth) => *truth,
        Json::Number(number) => number.as_f64() != Some(0.0),
        Json::Text(text) => !text.is_empty(),
        Json::List(_) | Json::Object(_) => true,
    }
}

/// Returns whether the SDK calls a status active; `None` if it does not know it.
fn is_active(status: &str) -> Option<bool> {
    let status = status.to_lowercase();
    let behind_in = |at: usize| status[..at].ends_with("in");
    let is_on = status.match_indices("active").any(|(at, _)| !behind_in(at))
        || ["enabled", "online"].iter().any(|word| status.contains(word));
    let is_off = ["inactive", "disabled", "offline"].iter().any(|word| status.contains(word));
    if is_on { Some(true) } else { is_off.then_some(false) }
}
