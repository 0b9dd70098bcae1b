//! The targets of mapped relationships: entities of other integrations, and what JupiterOne finds them by.

use std::path::Path;

use heck::ToLowerCamelCase as _;
use serde::Serialize;

use super::official::{Official, OfficialRelationship};
use super::ts::{Entry, Expr, Literal, Stated, Tree, member};
use super::write::Shown;
use crate::infer::words;

/// The target of a mapped relationship, as the code of the official integration has it.
#[derive(Debug)]
struct OfficialTarget {
    ty: String,
    classes: Vec<String>,
    /// The properties that have to be equal, the ways that are tried one after the other.
    filters: Vec<Vec<String>>,
    skips_creation: bool,
}

/// A target as the templates show it.
#[derive(Debug, Serialize)]
pub struct Target {
    pub type_name: String,
    pub ty: String,
    class: Option<&'static str>,
    filters: Vec<Vec<String>>,
    skips_creation: bool,
    fields: Vec<Field>,
}

/// A field that JupiterOne finds a target by.
#[derive(Debug, Serialize)]
struct Field {
    ident: String,
    /// The property, where the field is called otherwise.
    rename: Option<String>,
    is_key: bool,
    docs: String,
}

/// Returns the targets of the mapped relationships, for those whose code says what finds them.
pub fn read(tree: &Tree, official: &Official, entities: &[Shown]) -> Vec<Target> {
    let mut found: Vec<Target> = Vec::new();
    for (file, source) in tree.files() {
        for stated in source.objects_with("targetFilterKeys") {
            let Some(one) = target(tree, official, file, &stated) else { continue };
            let leads_to = |one: &OfficialRelationship, ty: &str| one.source == ty || one.target == ty;
            let is_mapped = official.mapped.iter().any(|mapped| leads_to(mapped, &one.ty));
            // Some describe a mapped relationship as if it were none: no step emits its other end.
            let is_foreign = official.relationships.iter().any(|direct| leads_to(direct, &one.ty))
                && !official.steps.iter().any(|step| step.entities.contains(&one.ty));
            if (is_mapped || is_foreign) && !found.iter().any(|known| known.ty == one.ty) {
                found.extend(shown(&one, entities));
            }
        }
    }
    found
}

/// Returns the ends of a mapped relationship, in the order of its verb: types of ours, and targets.
pub fn ends(
    mapped: &OfficialRelationship,
    is_ours: impl Fn(&str) -> Option<String>,
    targets: &[Target],
) -> Option<(String, String)> {
    let target = |ty: &str| targets.iter().find(|one| one.ty == ty).map(|one| one.type_name.clone());
    let mut both = [&mapped.source, &mapped.target];
    if mapped.is_reversed {
        both.reverse();
    }
    let [first, second] = both;
    let forward = is_ours(first).zip(target(second));
    forward.or_else(|| target(first).zip(is_ours(second)))
}

fn target(tree: &Tree, official: &Official, file: &Path, stated: &Stated<'_>) -> Option<OfficialTarget> {
    let entries: &[Entry] = &stated.entries;
    let entity = match member(entries, "targetEntity").or_else(|| member(entries, "target"))? {
        Expr::Object(entity) => entity.as_slice(),
        // It is made elsewhere; the `_type` of the relationship says which one it is.
        _ => &[],
    };
    let value = |name: &str| member(entity, name).and_then(|value| tree.value(file, value));
    let of_relationship = || {
        // It stands beside `_mapping: { … }`.
        let ty = member(entries, "_type").or_else(|| member(&stated.around, "_type"))?;
        let ty = tree.value(file, ty)?;
        let all = official.mapped.iter().chain(&official.relationships);
        let one = all.into_iter().find(|one| one.ty.as_deref() == ty.text())?;
        Some(one.target.clone())
    };
    let texts = |value: &Literal| -> Vec<String> {
        value.items().iter().filter_map(|one| one.text().map(str::to_owned)).collect()
    };
    let filters = tree.value(file, member(entries, "targetFilterKeys")?)?;
    let skips = member(entries, "skipTargetCreation").and_then(|value| tree.value(file, value));
    Some(OfficialTarget {
        ty: value("_type").and_then(|ty| ty.text().map(str::to_owned)).or_else(of_relationship)?,
        classes: value("_class").map(|classes| texts(&classes)).unwrap_or_default(),
        filters: filters.items().iter().map(texts).collect(),
        // As the official SDK does: a target that is not found is created.
        skips_creation: skips == Some(Literal::Bool(true)),
    })
}

fn shown(one: &OfficialTarget, entities: &[Shown]) -> Option<Target> {
    let mut fields: Vec<Field> = Vec::new();
    let mut filters = Vec::new();
    let class = one.classes.iter().find_map(|class| j1_core::model::class(class)).map(|class| class.name);
    for filter in &one.filters {
        let mut idents = Vec::new();
        for property in filter {
            match property.as_str() {
                "_type" => idents.push("_type".to_owned()),
                "_class" if class.is_some() => idents.push("_class".to_owned()),
                _ => idents.extend(field(property, &mut fields)),
            }
        }
        // A property whose name no field can have, such as `tag.AccountName`, is not read.
        if !filter.is_empty() && idents.len() == filter.len() {
            filters.push(idents);
        }
    }
    fields.retain(|field| {
        filters.iter().flatten().any(|ident| *ident == field.ident || field.is_key && ident == "_key")
    });
    if filters.is_empty() || fields.is_empty() {
        return None;
    }
    // `ANY_RESOURCE` stands for several types.
    if one.ty.chars().any(|c| c.is_ascii_uppercase()) {
        return None;
    }
    let plain = words::type_name(&words::snake(&one.ty)?);
    let taken = |name: &String| entities.iter().any(|entity| entity.entity.type_name == *name);
    let names = [plain.clone(), format!("{plain}Target")];
    Some(Target {
        type_name: names.into_iter().find(|name| !taken(name))?,
        ty: one.ty.clone(),
        class: class.filter(|_| filters.iter().flatten().any(|ident| ident == "_class")),
        filters,
        skips_creation: one.skips_creation,
        fields,
    })
}

/// Returns what a filter names a property by, and makes a field for it.
fn field(property: &str, fields: &mut Vec<Field>) -> Option<String> {
    let is_key = property == "_key";
    let plain = if is_key { "key" } else { property };
    if !plain.starts_with(|c: char| c.is_ascii_lowercase())
        || !plain.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    {
        return None;
    }
    let ident = words::ident(&words::snake(plain)?);
    let rename = (!is_key && ident.to_lower_camel_case() != property).then(|| property.to_owned());
    if !fields.iter().any(|known| known.ident == ident) {
        let docs = if is_key { "Its `_key`.".to_owned() } else { format!("Its `{property}`.") };
        fields.push(Field { ident: ident.clone(), rename, is_key, docs });
    }
    Some(if is_key { "_key".to_owned() } else { ident })
}
