//! The entities that a project has already, which a record of another one may name.

use std::fs;
use std::path::{Path, PathBuf};

use j1_core::validate::without_byte_order_mark;
use serde_json::Value;

use super::source::between;
use crate::infer::fixture::Ids;
use crate::infer::json::Json;
use crate::infer::shape::Shape;
use crate::infer::{Carried, Key, Other, Parent, records, variable, words};
use crate::new::Recorded;

/// The entities of a project, and the ids of those that are recorded.
#[derive(Debug, Default)]
pub struct Known {
    /// Those with a key of one field, of which records are there to lead to.
    pub others: Vec<Other>,
    /// Those that another one may be listed below, with the paths of their lists.
    pub owners: Vec<(Parent, String)>,
    /// The ids that recordings have of each.
    pub ids: Ids,
    /// The names of all structs and enums.
    pub types: Vec<String>,
    /// The folder of the recordings.
    recordings: PathBuf,
}

impl Recorded for Known {
    fn value(&self, entity: &str, member: Option<&str>, at: usize) -> Option<Value> {
        match member {
            None => self.ids.get(entity)?.get(at).cloned(),
            Some(member) => recorded(&self.recordings, entity, member).get(at).map(Json::to_value),
        }
    }

    fn count(&self, entity: &str) -> usize {
        self.ids.get(entity).map_or(0, Vec::len)
    }
}

/// Reads the project in this folder. Files in another layout than `cargo j1 new` makes are passed over.
pub fn of_project(folder: &Path) -> Known {
    let mut known = Known { recordings: folder.join("recordings"), ..Known::default() };
    let Ok(entries) = fs::read_dir(folder.join("src/entities")) else { return known };
    let texts: Vec<String> =
        entries.flatten().filter_map(|entry| fs::read_to_string(entry.path()).ok()).collect();
    known.types = texts.iter().flat_map(|text| types(text)).collect();
    let mut others: Vec<(Other, &str)> =
        texts.iter().filter_map(|text| Some((entity(text)?, text.as_str()))).collect();
    others.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
    let names: Vec<String> = others.iter().map(|(other, _)| other.name.clone()).collect();
    for (mut other, text) in others {
        let ids = recorded(&known.recordings, &other.name, &other.key.member);
        // Without a record, a relationship would lead to nothing in the tests.
        if ids.is_empty() {
            continue;
        }
        other.ids = ids.iter().filter_map(|id| id.text().map(str::to_owned)).collect();
        known.ids.insert(other.name.clone(), ids.iter().map(Json::to_value).collect());
        known.owners.extend(owner(&other, text, &names));
        // Records cannot name what more than one field identifies.
        if !other.key.is_local {
            known.others.push(other);
        }
    }
    known
}

/// Returns the entity of a file.
fn entity(text: &str) -> Option<Other> {
    let text = &text[text.find("J1Entity)]")?..];
    let (attributes, body) = text.split_once("pub struct ")?;
    let name = between(attributes, "resource = \"", "\"")?;
    let key = between(attributes, "key = \"", "\"")?;
    let mut fields = key_fields(key);
    let field = fields.pop()?;
    // A name is told apart by the ids of its owners before it.
    if fields.iter().any(|field| !body.contains(&format!("#[j1(skip)]\n    pub {field}: "))) {
        return None;
    }
    let (before, after) = body.split_once(&format!("    pub {field}: "))?;
    let ty = after.split_once(',')?.0;
    let mut above = before.lines().rev().take_while(|line| !line.trim_end().ends_with(','));
    let renamed = above.find_map(|line| between(line, "serde(rename = \"", "\""));
    Some(Other {
        name: name.to_owned(),
        type_name: body.split_once(' ')?.0.to_owned(),
        key: Key {
            member: renamed.unwrap_or(field).to_owned(),
            base: ["String", "i64", "u64"].into_iter().find(|base| *base == ty)?,
            reason: "the project says so".to_owned(),
            is_local: !fields.is_empty(),
        },
        ids: Vec::new(),
        is_apart: false,
    })
}

/// Returns the fields in the template of a key.
fn key_fields(key: &str) -> Vec<&str> {
    let fields = key.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0));
    fields.filter(|field| *field != "integration").collect()
}

/// Returns an entity as the parent of another one, and the path of its list.
fn owner(other: &Other, text: &str, names: &[String]) -> Option<(Parent, String)> {
    let path = between(text, "`GET /", "`").or_else(|| between(text, "`POST /", "`")).unwrap_or_default();
    let key_ident = key_fields(between(text, "key = \"", "\"")?).pop()?;
    let parent = Parent {
        name: other.name.clone(),
        type_name: other.type_name.clone(),
        key_ident: key_ident.to_owned(),
        key_base: other.key.base,
        variable: variable(&other.name),
        variables: variable(&words::plural(&other.name)),
        carried: carried(text, names),
        others: fields(text).filter(|(_, ident, _)| ident != key_ident).collect(),
    };
    Some((parent, path.to_owned()))
}

/// Returns the fields of the entity of a file that a path can take: the provider's name, the field and the type.
fn fields(text: &str) -> impl Iterator<Item = (String, String, &'static str)> {
    let body = text.split_once("J1Entity)]").and_then(|(_, rest)| between(rest, "pub struct ", "\n}"));
    let mut wire = None;
    body.unwrap_or_default().lines().filter_map(move |line| {
        if let Some(name) = between(line, "serde(rename = \"", "\"") {
            wire = Some(name.to_owned());
            return None;
        }
        let (ident, ty) = line.trim().strip_prefix("pub ")?.trim_end_matches(',').split_once(": ")?;
        let wire = wire.take().unwrap_or_else(|| ident.to_owned());
        let base = ["String", "i64", "u64"].into_iter().find(|base| *base == ty)?;
        Some((wire, ident.to_owned(), base))
    })
}

/// Returns the fields that hold the ids of the entities above, as `cargo j1 new` writes them: `group_id` of a `group`.
fn carried(text: &str, names: &[String]) -> Vec<Carried> {
    let mut found = Vec::new();
    for part in text.split("#[serde(default)]\n    #[j1(skip)]\n    pub ").skip(1) {
        let Some((ident, ty)) = part.split(',').next().and_then(|field| field.split_once(": ")) else {
            continue;
        };
        let plain = ident.trim_start_matches("listed_below_");
        let is_of =
            |name: &&String| plain.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with('_'));
        let owner = names.iter().filter(is_of).max_by_key(|name| name.len());
        let base = ["String", "i64", "u64"].into_iter().find(|base| *base == ty);
        let (Some(owner), Some(base)) = (owner, base) else { continue };
        found.push(Carried {
            owner: owner.clone(),
            member: None,
            ident: ident.to_owned(),
            base,
            docs: String::new(),
            from: String::new(),
        });
    }
    found
}

/// Returns the values of a member in the recorded records of an entity.
fn recorded(recordings: &Path, entity: &str, member: &str) -> Vec<Json> {
    let list = words::ident(&words::plural(entity));
    let Some(har) = fs::read(recordings.join(format!("{list}.har")))
        .ok()
        .and_then(|text| serde_json::from_slice::<Json>(without_byte_order_mark(&text)).ok())
    else {
        return Vec::new();
    };
    let entries = har.at(&["log", "entries"]).map_or(&[][..], Json::items);
    let bodies = entries.iter().filter_map(|entry| entry.at(&["response", "content", "text"])?.text());
    let mut ids = Vec::new();
    for response in bodies
        .filter_map(|body| serde_json::from_slice::<Json>(without_byte_order_mark(body.as_bytes())).ok())
    {
        let shape = Shape::from_values([&response]);
        let Some(located) = records::locate(&shape, None) else { continue };
        let records = located.records(&response);
        for id in records.iter().filter_map(|record| record.get(member)) {
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
    }
    ids
}

/// Returns the names of the structs and enums of a file.
fn types(text: &str) -> impl Iterator<Item = String> {
    text.lines()
        .filter_map(|line| line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum ")))
        .filter_map(|rest| rest.split([' ', '<', '(', ';']).next())
        .map(str::to_owned)
}
