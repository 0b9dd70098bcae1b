//! The generated part of an integration's documentation. It begins with the tables of the official tool, byte for
//! byte; the sections after them are j1's own.

use std::fmt::Write as _;

use j1_core::describe::markdown::{cell, table};
use j1_core::describe::{Absent, Description, EntityDescription, MappedDescription, PropertyDescription};

const NOTE: &str = "\
<!--
********************************************************************************
NOTE: ALL OF THE FOLLOWING DOCUMENTATION IS GENERATED WITH `cargo j1 docs`. DO
NOT EDIT IT BY HAND: CHANGE THE STRUCTS AND STEPS, AND GENERATE IT AGAIN.
********************************************************************************
-->";

const NOTE_END: &str = "\
<!--
********************************************************************************
END OF GENERATED DOCUMENTATION AFTER BELOW MARKER
********************************************************************************
-->";

/// Returns the text between the markers.
pub(super) fn render(description: &Description) -> String {
    let mut out = format!("{NOTE}\n\n{}", description.official_tables());
    if !description.mapped_relationships.is_empty() {
        let tables = targets(&description.mapped_relationships);
        let _ = write!(out, "\n\nThe targets belong to other integrations:\n\n{tables}");
    }
    let _ = write!(out, "\n\n### Graph\n\n{}", graph(description));
    for entity in &description.entities {
        let _ = write!(out, "\n\n### Properties of `{}`\n\n{}", entity.ty, properties(entity));
    }
    let permissions = permissions(description);
    if !permissions.is_empty() {
        let intro = "The credentials must be allowed:";
        let _ = write!(out, "\n\n## Permissions\n\n{intro}\n\n{permissions}");
    }
    if !description.config_fields.is_empty() {
        let _ = write!(out, "\n\n## Configuration\n\n{}", configuration(description));
    }
    let _ = write!(out, "\n\n{NOTE_END}");
    out
}

/// Writes the filters that find the target of each mapped relationship.
fn targets(all: &[MappedDescription]) -> String {
    let mut found = vec![["Target", "Found by", "Created if missing"].map(str::to_owned)];
    for edge in all {
        let lists: Vec<String> = edge
            .filter_keys
            .iter()
            .map(|list| list.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and "))
            .collect();
        let created = if edge.skip_target_creation { "no" } else { "yes" }.to_owned();
        let row = [format!("`{}`", edge.target_type), lists.join(", or "), created];
        if !found.contains(&row) {
            found.push(row);
        }
    }
    table(&found)
}

/// The types and how they are related, as Mermaid draws it.
fn graph(description: &Description) -> String {
    let mut out = String::from("```mermaid\ngraph LR");
    let mut nodes: Vec<&str> = description.entities.iter().map(|entity| &*entity.ty).collect();
    let own = nodes.len();
    let direct =
        description.relationships.iter().map(|edge| (&*edge.source_type, &*edge.class, &*edge.target_type));
    let mapped = description.mapped_relationships.iter().map(|edge| match &*edge.direction {
        "REVERSE" => (&*edge.target_type, &*edge.class, &*edge.source_type),
        _ => (&*edge.source_type, &*edge.class, &*edge.target_type),
    });
    let edges: Vec<_> = direct.chain(mapped).collect();
    for end in edges.iter().flat_map(|(from, _, to)| [*from, *to]) {
        if !nodes.contains(&end) {
            nodes.push(end);
        }
    }
    for (i, node) in nodes.iter().enumerate() {
        // Entities of other integrations are drawn round.
        let (open, close) = if i < own { ("[", "]") } else { ("([", "])") };
        let _ = write!(out, "\n  n{i}{open}\"{node}\"{close}");
    }
    let place = |ty: &str| nodes.iter().position(|node| *node == ty).unwrap_or_default();
    for (from, class, to) in edges {
        let _ = write!(out, "\n  n{} -->|{class}| n{}", place(from), place(to));
    }
    out.push_str("\n```");
    out
}

fn properties(entity: &EntityDescription) -> String {
    let mut rows = vec![["Property", "Type", "From", "Class", "Description"].map(str::to_owned)];
    for property in &entity.properties {
        rows.push([
            format!("`{}`", property.name),
            type_of(property),
            format!("`{}`", property.source),
            if property.classes.is_empty() { "(custom)".to_owned() } else { property.classes.join(", ") },
            cell(&property.description),
        ]);
    }
    for name in &entity.always_null {
        let why = if entity.unknown.contains(name) {
            "Required by the class; the provider does not have it."
        } else {
            "Required by the class, and not known here."
        };
        let why = why.to_owned();
        rows.push([
            format!("`{name}`"),
            "null".to_owned(),
            "(none)".to_owned(),
            entity.classes.join(", "),
            why,
        ]);
    }
    let key = format!("The `_key` is `{}`.", entity.key);
    let docs = entity.description.trim();
    let intro = if docs.is_empty() { key } else { format!("{docs}\n\n{key}") };
    format!("{intro}\n\n{}", table(&rows))
}

/// The type of a property in words.
fn type_of(property: &PropertyDescription) -> String {
    let mut text = if property.date { "time (epoch ms)".to_owned() } else { property.types.join(" or ") };
    if property.list {
        text = format!("list of {text}");
    }
    match property.absent {
        Absent::Never => {}
        Absent::Omitted => text.push_str(", optional"),
        Absent::Null => text.push_str(" or null"),
    }
    text
}

/// Writes the permissions of each step; empty if no step declares any.
fn permissions(description: &Description) -> String {
    let mut rows = vec![["Step", "Permissions"].map(str::to_owned)];
    for step in description.steps.iter().filter(|step| !step.permissions.is_empty()) {
        let names: Vec<String> = step.permissions.iter().map(|name| format!("`{name}`")).collect();
        rows.push([format!("`{}`", step.id), names.join(", ")]);
    }
    if rows.len() == 1 { String::new() } else { table(&rows) }
}

fn configuration(description: &Description) -> String {
    let mut rows = vec![["Variable", "Holds", "Needed", "Default", "Description"].map(str::to_owned)];
    for field in &description.config_fields {
        rows.push([
            format!("`{}`", field.variable),
            field.kind.clone(),
            match &field.needed_by {
                Some(alternative) => format!("one of: {alternative}"),
                None if field.required => "yes".to_owned(),
                None => "no".to_owned(),
            },
            field.default.as_deref().map_or_else(String::new, |default| format!("`{default}`")),
            cell(&field.description),
        ]);
    }
    table(&rows)
}
