//! The data-model tables of a project's documentation, as the official tools write them.

use std::fmt::Write as _;

use j1_core::describe::markdown;
use serde::Serialize;

/// What is known of an entity.
#[derive(Debug, Serialize)]
pub struct EntityRow {
    /// What people call it.
    pub resource: String,
    /// Its `_type`.
    pub ty: String,
    /// Its classes.
    pub classes: Vec<String>,
}

/// What is known of a relationship.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RelationshipRow {
    /// The `_type` it goes from.
    pub from: String,
    /// Its class, such as `OWNS`.
    pub class: String,
    /// The `_type` it goes to.
    pub to: String,
    /// Whether another integration owns the far end.
    pub mapped: bool,
}

/// The tables, from the heading on.
pub fn data_model(entities: &[EntityRow], relationships: &[RelationshipRow]) -> String {
    let mut rows: Vec<Vec<String>> = entities
        .iter()
        .map(|entity| {
            let classes: Vec<_> = entity.classes.iter().map(|class| format!("`{class}`")).collect();
            vec![entity.resource.clone(), format!("`{}`", entity.ty), classes.join(", ")]
        })
        .collect();
    rows.sort();
    let mut out = String::from("## Data Model\n\n### Entities\n\nThe following entities are created:\n\n");
    out += &table(&["Resources", "Entity `_type`", "Entity `_class`"], rows);
    for (mapped, heading, said) in [
        (false, "Relationships", "relationships are created"),
        (true, "Mapped Relationships", "mapped relationships are created"),
    ] {
        let mut rows: Vec<_> =
            relationships.iter().filter(|row| row.mapped == mapped).map(relationship).collect();
        if rows.is_empty() {
            continue;
        }
        rows.sort();
        let to = if mapped {
            ["Source Entity `_type`", "Relationship `_class`", "Target Entity `_type`", "Direction"]
                .as_slice()
        } else {
            &["Source Entity `_type`", "Relationship `_class`", "Target Entity `_type`"]
        };
        let _ = write!(out, "\n### {heading}\n\nThe following {said}:\n\n{}", table(to, rows));
    }
    out
}

fn relationship(row: &RelationshipRow) -> Vec<String> {
    let mut cells = vec![format!("`{}`", row.from), format!("**{}**", row.class), format!("`{}`", row.to)];
    if row.mapped {
        cells.push("FORWARD".to_owned());
    }
    cells
}

/// The rows below their heading, as a table that ends its line.
fn table(head: &[&str], mut rows: Vec<Vec<String>>) -> String {
    rows.insert(0, head.iter().map(|cell| (*cell).to_owned()).collect());
    markdown::table(&rows) + "\n"
}
