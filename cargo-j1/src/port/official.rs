//! The description of an integration of the official SDK: types, relationships, steps and configuration, from its code and from the
//! tables of its documentation.

use std::collections::BTreeSet;
use std::path::Path;

use super::files;
use super::ts::{Entry, Literal, Tree, member};
use crate::error::Error;

/// An integration of the official SDK.
#[derive(Debug, Default)]
pub struct Official {
    pub entities: Vec<OfficialEntity>,
    pub relationships: Vec<OfficialRelationship>,
    pub mapped: Vec<OfficialRelationship>,
    pub steps: Vec<OfficialStep>,
    /// The files of those whose `id` could not be read.
    pub unread_steps: Vec<String>,
    pub config: Vec<OfficialField>,
}

/// A type of entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficialEntity {
    pub ty: String,
    pub classes: Vec<String>,
    pub title: String,
}

/// A relationship between two types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficialRelationship {
    pub source: String,
    pub class: String,
    pub target: String,
    /// Its `_type`, where the code says it.
    pub ty: Option<String>,
    /// It leads from the target of a mapped relationship to the entity of the integration.
    pub is_reversed: bool,
}

impl OfficialRelationship {
    /// Returns `true` for the same ends and class.
    pub fn is(&self, other: &Self) -> bool {
        (&self.source, &self.class, &self.target) == (&other.source, &other.class, &other.target)
    }

    /// Returns it as text: `okta_account HAS okta_user`.
    pub fn shown(&self) -> String {
        format!("{} {} {}", self.source, self.class, self.target)
    }
}

/// A step.
#[derive(Debug, Default)]
pub struct OfficialStep {
    pub id: String,
    pub name: String,
    pub entities: Vec<String>,
    pub relationships: Vec<OfficialRelationship>,
    pub mapped: Vec<OfficialRelationship>,
    pub depends_on: Vec<String>,
}

/// A field of `instanceConfigFields`.
#[derive(Debug)]
pub struct OfficialField {
    pub name: String,
    pub ty: String,
    pub secret: bool,
    pub optional: bool,
}

/// Reads an integration from its code and its documentation.
pub fn read(folder: &Path, tree: &Tree) -> Result<Official, Error> {
    let mut official = Official::default();
    for (file, source) in tree.files() {
        for stated in source.objects_with("executionHandler") {
            match step(tree, file, &stated.entries, &mut official.entities) {
                Some(step) => official.steps.push(step),
                None if member(&stated.entries, "entities").is_some() => {
                    let within = file.strip_prefix(folder).unwrap_or(file);
                    official.unread_steps.push(within.display().to_string());
                }
                None => {}
            }
        }
        for stated in source.objects_with("instanceConfigFields") {
            if official.config.is_empty() {
                official.config = config(tree, file, &stated.entries);
            }
        }
    }
    if official.config.is_empty() {
        let found = tree.files().find_map(|(file, source)| {
            let fields = tree.value(file, source.constants.get("instanceConfigFields")?)?;
            Some(fields_of(&fields))
        });
        official.config = found.unwrap_or_default();
    }
    official.steps.sort_by(|a, b| a.id.cmp(&b.id));
    official.steps.dedup_by(|a, b| a.id == b.id);
    let (direct, mapped): (Vec<_>, Vec<_>) = (
        official.steps.iter().flat_map(|step| step.relationships.clone()).collect(),
        official.steps.iter().flat_map(|step| step.mapped.clone()).collect(),
    );
    add_all(&mut official.relationships, direct);
    add_all(&mut official.mapped, mapped);
    for path in files::below(folder, &["md"])? {
        let documented = path.components().any(|part| part.as_os_str() == "docs");
        if documented && let Ok(text) = std::fs::read_to_string(&path) {
            tables(&text, &mut official);
        }
    }
    official.entities.sort_by(|a, b| a.ty.cmp(&b.ty));
    Ok(official)
}

fn add_all(all: &mut Vec<OfficialRelationship>, more: Vec<OfficialRelationship>) {
    for one in more {
        if !all.iter().any(|known| known.is(&one)) {
            all.push(one);
        }
    }
}

fn step(
    tree: &Tree,
    file: &Path,
    entries: &[Entry],
    entities: &mut Vec<OfficialEntity>,
) -> Option<OfficialStep> {
    let value = |name: &str| match member(entries, name) {
        Some(value) => tree.value(file, value),
        // `...Steps.FETCH_USERS` may have it.
        None => entries
            .iter()
            .rev()
            .filter(|entry| entry.key.is_none())
            .find_map(|spread| tree.value(file, &spread.value)?.get(name).cloned()),
    };
    let text = |name: &str| value(name).and_then(|value| value.text().map(str::to_owned));
    let id = text("id")?;
    let list = |name: &str| value(name).map(|value| value.items().to_vec()).unwrap_or_default();
    let mut types = Vec::new();
    for one in list("entities") {
        if let Some(entity) = entity(&one) {
            types.push(entity.ty.clone());
            if !entities.iter().any(|known| known.ty == entity.ty) {
                entities.push(entity);
            }
        }
    }
    types.dedup();
    Some(OfficialStep {
        name: text("name").unwrap_or_else(|| id.clone()),
        id,
        entities: types,
        relationships: list("relationships").iter().filter_map(relationship).collect(),
        mapped: list("mappedRelationships").iter().filter_map(relationship).collect(),
        depends_on: list("dependsOn").iter().filter_map(|id| id.text().map(str::to_owned)).collect(),
    })
}

fn entity(value: &Literal) -> Option<OfficialEntity> {
    let ty = value.get("_type")?.text()?.to_owned();
    let classes =
        value.get("_class")?.items().iter().filter_map(|one| one.text().map(str::to_owned)).collect();
    let title = value.get("resourceName").and_then(Literal::text).unwrap_or(&ty).to_owned();
    Some(OfficialEntity { ty, classes, title })
}

fn relationship(value: &Literal) -> Option<OfficialRelationship> {
    let text = |name: &str| value.get(name).and_then(Literal::text).map(str::to_owned);
    Some(OfficialRelationship {
        source: text("sourceType")?,
        class: text("_class")?.to_uppercase(),
        target: text("targetType")?,
        ty: text("_type"),
        is_reversed: text("direction").is_some_and(|direction| direction == "REVERSE"),
    })
}

fn config(tree: &Tree, file: &Path, entries: &[Entry]) -> Vec<OfficialField> {
    member(entries, "instanceConfigFields")
        .and_then(|fields| tree.value(file, fields))
        .map_or_else(Vec::new, |fields| fields_of(&fields))
}

fn fields_of(fields: &Literal) -> Vec<OfficialField> {
    let Literal::Object(members) = fields else { return Vec::new() };
    let is = |field: &Literal, name: &str| field.get(name) == Some(&Literal::Bool(true));
    let field = |(name, field): &(String, Literal)| OfficialField {
        name: name.clone(),
        ty: field.get("type").and_then(Literal::text).unwrap_or("string").to_owned(),
        secret: is(field, "mask"),
        optional: is(field, "optional"),
    };
    members.iter().map(field).collect()
}

/// Adds what the tables of a page of documentation have, as the official `document` writes them.
fn tables(text: &str, official: &mut Official) {
    let mut section = "";
    for line in text.lines() {
        if line.starts_with('#') {
            section = line.trim_start_matches('#').trim();
            continue;
        }
        let Some(cells) = cells(line) else { continue };
        match (section, cells.as_slice()) {
            ("Entities", [title, ty, classes, ..]) if ty.starts_with('`') => {
                let classes = classes.split(',').map(plain).filter(|class| !class.is_empty()).collect();
                let entity = OfficialEntity { ty: plain(ty), classes, title: plain(title) };
                if !official.entities.iter().any(|known| known.ty == entity.ty) {
                    official.entities.push(entity);
                }
            }
            ("Relationships" | "Mapped Relationships", [source, class, target, more @ ..])
                if source.starts_with('`') =>
            {
                let one = OfficialRelationship {
                    source: plain(source),
                    class: plain(class).to_uppercase(),
                    target: plain(target),
                    ty: None,
                    is_reversed: more.first().is_some_and(|direction| plain(direction) == "REVERSE"),
                };
                let all = if section == "Relationships" {
                    &mut official.relationships
                } else {
                    &mut official.mapped
                };
                add_all(all, vec![one]);
            }
            _ => {}
        }
    }
}

fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    let mut cells = Vec::new();
    let mut start = 0;
    // `HAS\|OWNS` is one cell.
    for (at, _) in inner.match_indices('|').filter(|(at, _)| !inner[..*at].ends_with('\\')) {
        cells.push(inner[start..at].trim());
        start = at + 1;
    }
    cells.push(inner[start..].trim());
    Some(cells)
}

/// Returns a cell without the marks around it.
fn plain(cell: &str) -> String {
    cell.trim().trim_matches(['`', '*']).replace("\\_", "_").replace("\\|", "|").trim().to_owned()
}

impl Official {
    /// Returns the steps that wait for each other only as the code says: an unknown or circular one is left out.
    pub fn dependencies<'o>(&'o self, step: &'o OfficialStep) -> Vec<&'o OfficialStep> {
        let known = |id: &String| self.steps.iter().find(|other| other.id == *id);
        let reaches = |from: &'o OfficialStep| {
            let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
            while let Some(one) = open.pop() {
                if one.id == step.id {
                    return true;
                }
                if seen.insert(&one.id) {
                    open.extend(one.depends_on.iter().filter_map(known));
                }
            }
            false
        };
        step.depends_on.iter().filter_map(known).filter(|other| !reaches(other)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_the_documentation_are_read() {
        let mut official = Official::default();
        let page = "### Entities\n\n| Resources | Entity `_type` | Entity `_class` |\n| --- | --- | --- |\n\
                    | A Key | `acme_key` | `Key`, `AccessKey` |\n\n### Relationships\n\n\
                    | `acme_account` | **HAS** | `acme_key` |\n\n### Mapped Relationships\n\n\
                    | `acme_key` | **USES** | `*aws_role*` | FORWARD |\n";
        tables(page, &mut official);
        assert_eq!(official.entities[0].classes, ["Key", "AccessKey"]);
        assert_eq!(official.relationships[0].shown(), "acme_account HAS acme_key");
        assert_eq!(official.mapped[0].target, "aws_role");
    }
}
