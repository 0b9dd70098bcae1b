//! Tags, as the official SDK takes them: those of the `source` of an entity, and those that `assignTags` is given. Each becomes a
//! property `tag.<name>`, those that are only names become `tags`, and some also give the property that is called so.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::conversion::Conversion;
use super::convert::Converter;
use super::helpers::Helper;
use super::matching::Match;
use super::reading::Scope;
use super::recorded::RecordedList;
use super::ts::{Expr, Stated, Tree, member};
use super::write::Carried;
use crate::infer::json::Json;
use crate::new::escape::line;

/// The function of the SDK.
const ASSIGN: &str = "assignTags";
/// The names of tags, in small letters, that give a property as well.
const COMMON: [&str; 3] = ["classification", "owner", "email"];

/// A place where the official code gives an entity tags.
#[derive(Debug)]
pub struct Tags {
    /// The tags; `None` where the code could not be read.
    from: Option<Conversion>,
    code: String,
    /// It is a call of `assignTags`, so that they are there; a record may have none.
    is_called: bool,
    /// The names of further tags that give a property.
    also: Vec<String>,
}

/// The tags of an entity as they were carried over.
#[derive(Debug, Default)]
pub struct Found {
    /// The value of its tags, by their names.
    pub map: Option<Conversion>,
    pub carried: Carried,
    /// Things to know of those that were carried over, and of those that no recording shows.
    pub notes: Vec<String>,
    /// Code for a person to look at.
    pub unread: Vec<String>,
}

/// Returns the places where a converter gives its entity tags.
pub fn given(tree: &Tree, file: &Path, stated: &Stated<'_>, scope: &Scope<'_>) -> Vec<Tags> {
    let texts = |names: Option<&Expr>| -> Vec<String> {
        let names = names.and_then(|names| tree.value(file, names));
        let names = names.as_ref().map_or(&[][..], |names| names.items());
        names.iter().filter_map(|name| name.text().map(str::to_lowercase)).collect()
    };
    let source = stated.around.iter().find(|entry| entry.name() == Some("source"));
    let of_source = source.filter(|source| may_have_tags(&source.value)).map(|source| Tags {
        from: scope.conversion(&Expr::Member(Box::new(source.value.clone()), "tags".to_owned()), 0),
        code: source.text.clone(),
        is_called: false,
        also: texts(member(&stated.around, "tagProperties")),
    });
    let calls = tree.source(file).map(|source| source.calls_of(ASSIGN)).unwrap_or_default();
    let own = calls
        .into_iter()
        .filter(|call| call.function.is_some() && call.function == stated.function.map(|(name, _)| name));
    let of_calls = own.map(|call| Tags {
        from: call.arguments.get(1).and_then(|tags| scope.conversion(tags, 0)),
        code: call.text.to_owned(),
        is_called: true,
        also: texts(call.arguments.get(2)),
    });
    of_calls.chain(of_source).collect()
}

/// Returns `false` for an object that has no tags, whatever the record is.
fn may_have_tags(source: &Expr) -> bool {
    let Expr::Object(entries) = source else { return !matches!(source, Expr::Null) };
    entries.iter().any(|entry| entry.name().is_none_or(|name| name == "tags"))
}

/// Adds the calls of `assignTags` that belong to no converter.
pub fn elsewhere(folder: &Path, tree: &Tree, converters: &BTreeMap<String, Converter>, out: &mut Carried) {
    for (file, source) in tree.files() {
        let is_own = |function: Option<&str>| {
            converters
                .values()
                .any(|one| function.is_some() && one.function.as_deref() == function && one.file == file)
        };
        for call in source.calls_of(ASSIGN).into_iter().filter(|call| !is_own(call.function)) {
            let shown = file.strip_prefix(folder).unwrap_or(file).display();
            out.count(false, format!("{shown}: `{}`, outside of the converter: {WRITE}", line(call.text)));
        }
    }
}

/// The code that a person has to write for tags that were not carried over.
const WRITE: &str =
    "give them to a field `#[j1(tags)]` of the struct, and the names without a value to `tags`";

/// Adds to a converter what its tags give, and returns them. `records` are those that were recorded; `None` where none were.
pub fn add(ty: &str, converter: &mut Converter, records: Option<&[Json]>) -> Found {
    let mut found = Found::default();
    for tags in std::mem::take(&mut converter.tags) {
        match &tags.from {
            Some(Conversion::Constant(Json::Null)) => {}
            Some(Conversion::Constant(Json::List(items))) if items.is_empty() => {}
            None => {
                let what = if tags.is_called {
                    format!("`{}`", line(&tags.code))
                } else {
                    "its `source`".to_owned()
                };
                found
                    .carried
                    .count(false, format!("{ty}: {what} could not be read, which may give it tags: {WRITE}"));
                found.unread.push(tags.code);
            }
            Some(_) if found.map.is_some() => {
                found.carried.count(
                    false,
                    format!("{ty}: `{}`: it has tags of another place: {WRITE}", line(&tags.code)),
                );
                found.unread.push(tags.code);
            }
            Some(from) => carry(ty, converter, &tags, from, records, &mut found),
        }
    }
    found
}

fn carry(
    ty: &str,
    converter: &mut Converter,
    tags: &Tags,
    from: &Conversion,
    records: Option<&[Json]>,
    found: &mut Found,
) {
    let seen: Vec<Json> = records.unwrap_or_default().iter().map(|record| from.convert(record)).collect();
    let is_seen = records.is_some() && !from.is_open();
    if !is_seen && !tags.is_called && !from.is_open() {
        found.notes.push(format!(
            "{ty}: no recording shows whether its `source` has `tags`, which the official SDK gives the entity: if it has, {WRITE}"
        ));
        return;
    }
    // Of an empty list, nothing says what is in it; of one that is not empty, the SDK may take nothing.
    let is_empty = |value: &Json| matches!(value, Json::List(items) if items.is_empty());
    let maps: Vec<_> = seen.iter().map(map).collect();
    let has_tags = |value: &Json| !map(value).is_empty() || !names(value).is_empty() || is_empty(value);
    if is_seen && !tags.is_called && !seen.iter().any(has_tags) {
        return;
    }
    let functions = from.functions();
    let why = functions.first().map(|function| {
        format!(
            "{ty}: it waits for `official::{}`, which a person has to write",
            super::conversion::called(function)
        )
    });
    found.carried.count(why.is_none(), why.unwrap_or_default());
    let with = |helper: Helper, more: Json| Conversion::With(helper, Box::new(from.clone()), more);
    found.map = Some(with(Helper::TagMap, Json::Null));
    let names = with(Helper::TagNames, Json::Null);
    // What `assign` calls `tags` does not outlive those of the source.
    let assigned = converter.property("tags").filter(|_| tags.is_called);
    converter.replace("tags", assigned.map_or(names.clone(), |own| either(names, own)));
    let shown: BTreeSet<String> = maps.iter().flatten().map(|(name, _)| name.to_lowercase()).collect();
    let of = |name: &str| with(Helper::TagOf, Json::Text(name.to_owned()));
    let further = tags.also.iter().filter(|name| !is_seen || shown.contains(*name)).map(String::as_str);
    let common = COMMON.into_iter().filter(|name| shown.contains(*name));
    let own: BTreeSet<&str> = common.chain(further).filter(|name| *name != "name").collect();
    for name in own {
        let tag = Conversion::Lower(Box::new(of(name)));
        let value = match converter.property(name) {
            Some(other) => either(tag, other),
            None => tag,
        };
        converter.replace(name, value);
    }
    if shown.contains("name") {
        let (name, display) = (converter.property("name"), converter.property("displayName"));
        let tag = of("name");
        converter.replace("name", name.clone().map_or(tag.clone(), |name| either(name, tag.clone())));
        let named = name.map_or(tag.clone(), |name| either(tag, name));
        // What `assign` has comes before the tags of the source, and behind those of a call.
        let display = match display {
            None => named,
            Some(own) if tags.is_called => either(of("name"), own),
            Some(own) => either(own, named),
        };
        converter.replace("displayName", display);
    }
    if !is_seen {
        found.notes.push(format!(
            "{ty}: a tag called `name`, `classification`, `owner` or `email` is also the property of that name, in small letters but \
             for the name; no recording shows which there are: add `tag_of(.., \"owner\")` in `from_record` for those that are"
        ));
    }
}

fn either(first: Conversion, second: Conversion) -> Conversion {
    Conversion::Either(Box::new(first), Box::new(second))
}

/// Returns the tags by their names, as the official SDK reads them from a list of keys and values, a list of `name:value`, or a map.
pub fn map(tags: &Json) -> Vec<(String, Json)> {
    let mut all: Vec<(String, Json)> = Vec::new();
    match tags {
        Json::Object(members) => all.extend(members.iter().cloned()),
        Json::List(items) if items.first().is_some_and(|first| first.text().is_some()) => {
            let texts: Option<Vec<(&str, &str)>> =
                items.iter().map(|item| item.text()?.split_once(':')).collect();
            let value =
                |value: &str| Json::Text(value.split(':').next().unwrap_or_default().trim().to_owned());
            all.extend(
                texts.unwrap_or_default().iter().map(|(name, of)| (name.trim().to_owned(), value(of))),
            );
        }
        Json::List(items) => {
            let either = |item: &Json, names: [&str; 2]| {
                names.iter().find_map(|name| item.get(name).filter(|value| **value != Json::Null)).cloned()
            };
            let one = |item: &Json| {
                let name = either(item, ["Key", "key"])?.text()?.to_owned();
                Some((name, either(item, ["Value", "value"])?))
            };
            all.extend(items.iter().filter_map(one));
        }
        _ => {}
    }
    all.retain(|(name, value)| {
        !name.is_empty() && !matches!(value, Json::Null | Json::List(_) | Json::Object(_))
    });
    all
}

/// Returns the tags that are only names: those of a text or a list of texts, and those that are true or empty.
pub fn names(tags: &Json) -> Vec<String> {
    let is_flag = |value: &Json| match value {
        Json::Text(text) => text.is_empty() || text.eq_ignore_ascii_case("true"),
        value => *value == Json::Bool(true),
    };
    let flags: Vec<String> =
        map(tags).into_iter().filter(|(_, value)| is_flag(value)).map(|(name, _)| name).collect();
    match tags {
        _ if !flags.is_empty() => flags,
        Json::Text(text) => {
            let by = if text.contains(',') { ',' } else { ' ' };
            text.split(by).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
        }
        Json::List(items) => items.iter().filter_map(|item| item.text().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

/// Returns the value of the tag of this name, in whatever letters it is written.
pub fn named(tags: &Json, name: &str) -> Json {
    let all = map(tags);
    let own = all.iter().rev().find(|(own, _)| own.to_lowercase() == name);
    own.map_or(Json::Null, |(_, value)| Json::Text(super::helpers::shown(value)))
}

/// Adds the tags of all types, and returns them by type.
pub fn all(
    converters: &mut BTreeMap<String, Converter>,
    matched: &BTreeMap<String, Match>,
    lists: &[RecordedList],
) -> BTreeMap<String, Found> {
    let one = |(ty, converter): (&String, &mut Converter)| {
        let records = matched.get(ty).map(|found| found.records(lists));
        (ty.clone(), add(ty, converter, records.as_deref()))
    };
    converters.iter_mut().map(one).collect()
}
