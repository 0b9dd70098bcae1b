//! The properties that the official SDK takes from the source of an entity by itself, as `createIntegrationEntity` does: what the
//! classes know, the date of creation under several names, and whether a status is an active one.

use std::collections::{BTreeMap, BTreeSet};

use super::conversion::Conversion;
use super::convert::Converter;
use super::helpers::Helper;
use super::matching::Match;
use super::official::Official;
use super::recorded::RecordedList;
use super::write::needs;
use crate::infer::json::Json;

/// The members that the SDK takes a date of creation from, in this order.
const CREATED: [&str; 4] = ["createdAt", "creationDate", "creationTime", "creationTimestamp"];

/// Adds them to the converters of the types whose records were seen.
pub fn add(
    converters: &mut BTreeMap<String, Converter>,
    official: &Official,
    matched: &BTreeMap<String, Match>,
    lists: &[RecordedList],
) {
    dates(converters, matched, lists);
    empty(converters, official);
    for (ty, found) in matched {
        let Some(entity) = official.entities.iter().find(|one| one.ty == *ty) else { continue };
        let Some(converter) = converters.get_mut(ty).filter(|one| one.is_sourced) else { continue };
        let records = found.records(lists);
        let mut known: BTreeSet<String> = converter.read.iter().map(|(name, _)| name.clone()).collect();
        known.extend(converter.unread.iter().map(|(name, _)| name.clone()));
        let classes: Vec<_> =
            entity.classes.iter().filter_map(|class| j1_core::model::class(class)).collect();
        let is_known = |name: &str| {
            !name.starts_with('_')
                && name != "tags"
                && classes.iter().any(|class| class.property(name).is_some())
        };
        let holds = |name: &str| records.iter().any(|record| record.get(name).is_some_and(is_plain));
        let member = |name: &str| Conversion::Member(vec![name.to_owned()]);
        let names: BTreeSet<&String> = records.iter().flat_map(Json::members).map(|(name, _)| name).collect();
        let mut more: Vec<(String, Conversion)> = Vec::new();
        for name in names.into_iter().filter(|name| is_known(name) && holds(name) && !known.contains(*name)) {
            more.push((name.clone(), member(name)));
        }
        let is_new = |name: &str| !known.contains(name) && more.iter().all(|(own, _)| own != name);
        let created = CREATED.into_iter().find(|name| is_new("createdOn") && holds(name));
        let created = created.map(|name| ("createdOn".to_owned(), Conversion::Date(Box::new(member(name)))));
        let active = (is_new("active") && holds("status")).then(|| {
            let status = Box::new(member("status"));
            ("active".to_owned(), Conversion::With(Helper::IsActive, status, Json::Null))
        });
        more.extend(created.into_iter().chain(active));
        converter.read.extend(more);
    }
}

/// Has the dates that are recorded with a blank before the time, which `new Date` takes, become those of RFC 3339.
fn dates(
    converters: &mut BTreeMap<String, Converter>,
    matched: &BTreeMap<String, Match>,
    lists: &[RecordedList],
) {
    for (ty, found) in matched {
        let Some(converter) = converters.get_mut(ty) else { continue };
        let records = found.records(lists);
        for (_, conversion) in &mut converter.read {
            let Conversion::Date(inner) = conversion else { continue };
            let seen: Vec<Json> = records.iter().map(|one| inner.convert(one)).collect();
            if seen.iter().any(|value| value.text().is_some_and(has_blank)) {
                let plain = std::mem::replace(inner.as_mut(), Conversion::Constant(Json::Null));
                **inner = Conversion::With(Helper::Dated, Box::new(plain), Json::Null);
            }
        }
    }
}

/// Leaves to a person the empty texts that stand for what a class requires: JupiterOne asks for a value there, and the whole entity
/// would be left out.
fn empty(converters: &mut BTreeMap<String, Converter>, official: &Official) {
    let nothing = Conversion::Constant(Json::Text(String::new()));
    for entity in &official.entities {
        let Some(converter) = converters.get_mut(&entity.ty) else { continue };
        let classes: Vec<_> =
            entity.classes.iter().filter_map(|class| j1_core::model::class(class)).collect();
        let is_needed = |name: &str| classes.iter().any(|class| needs(class, name));
        let (empty, read) = std::mem::take(&mut converter.read)
            .into_iter()
            .partition(|(name, conversion)| *conversion == nothing && is_needed(name));
        converter.read = read;
        for (name, _) in empty {
            let code = converter.code.get(&name).cloned().unwrap_or_default();
            converter.unread.push((name, code));
        }
    }
}

/// Returns `true` for `2024-01-31 23:59:59`.
fn has_blank(text: &str) -> bool {
    let is_like = |(own, like): (char, char)| if like == '0' { own.is_ascii_digit() } else { own == like };
    let like = "0000-00-00 00:00:00";
    text.len() == like.len() && text.chars().zip(like.chars()).all(is_like)
}

/// Returns `true` for a value that the SDK copies.
fn is_plain(value: &Json) -> bool {
    match value {
        Json::Null | Json::Object(_) => false,
        Json::List(items) => {
            items.first().is_some_and(|item| !matches!(item, Json::List(_)) && is_plain(item))
        }
        Json::Bool(_) | Json::Number(_) | Json::Text(_) => true,
    }
}
