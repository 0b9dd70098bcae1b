//! The tables of the official documentation tool, in its words and its order.

use std::fmt::Write as _;

use serde::Serialize;

use crate::describe::Description;
use crate::describe::markdown::table;

/// A row of the table of entities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntityRow {
    /// Its name for people.
    pub resource: String,
    /// Its `_type`.
    pub ty: String,
    /// Its classes.
    pub classes: Vec<String>,
}

/// A row of a table of relationships. They are sorted as their members stand here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RelationshipRow {
    /// The `_type` it goes from; of a mapped one, that of the entity of the integration.
    pub source: String,
    /// The `_type` it goes to; of a mapped one, that of the target.
    pub target: String,
    /// Its class, such as `OWNS`.
    pub class: String,
    /// `FORWARD` or `REVERSE` of a mapped one.
    pub direction: Option<String>,
    /// Its `_type`, which no cell shows: two of one type are one row.
    pub ty: String,
}

/// The tables, from their heading on and without a line break at the end. A kind of which there is nothing has none.
#[must_use]
pub fn data_model(mut entities: Vec<EntityRow>, mut relationships: Vec<RelationshipRow>) -> String {
    entities.sort_by(|a, b| a.resource.cmp(&b.resource));
    relationships.sort();
    relationships.dedup();
    let (mapped, direct): (Vec<_>, Vec<_>) =
        relationships.into_iter().partition(|row| row.direction.is_some());
    let mut out = String::from("## Data Model");
    for (heading, said, rows) in [
        ("Entities", "entities", entities.iter().map(entity).collect::<Vec<_>>()),
        ("Relationships", "relationships", direct.iter().map(relationship).collect()),
        ("Mapped Relationships", "mapped relationships", mapped.iter().map(relationship).collect()),
    ] {
        if rows.is_empty() {
            continue;
        }
        let head: &[&str] = match heading {
            "Entities" => &["Resources", "Entity `_type`", "Entity `_class`"],
            _ => &["Source Entity `_type`", "Relationship `_class`", "Target Entity `_type`", "Direction"],
        };
        // Only mapped relationships have a direction.
        let head = head[..rows[0].len()].iter().map(|cell| (*cell).to_owned()).collect();
        let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
        let _ = write!(out, "\n\n### {heading}\n\nThe following {said} are created:\n\n{}", table(&rows));
    }
    out
}

fn entity(row: &EntityRow) -> Vec<String> {
    let classes: Vec<String> = row.classes.iter().map(|class| format!("`{class}`")).collect();
    vec![row.resource.clone(), format!("`{}`", row.ty), classes.join(", ")]
}

/// The type of a mapped target stands between asterisks.
fn relationship(row: &RelationshipRow) -> Vec<String> {
    let target =
        if row.direction.is_some() { format!("`*{}*`", row.target) } else { format!("`{}`", row.target) };
    let mut cells = vec![format!("`{}`", row.source), format!("**{}**", row.class), target];
    cells.extend(row.direction.clone());
    cells
}

impl Description {
    /// Its tables, as [`data_model`] writes them.
    #[must_use]
    pub fn official_tables(&self) -> String {
        let entities = self.entities.iter().map(|entity| EntityRow {
            resource: entity.resource_name.clone(),
            ty: entity.ty.clone(),
            classes: entity.classes.clone(),
        });
        let direct = self.relationships.iter().map(|edge| RelationshipRow {
            source: edge.source_type.clone(),
            target: edge.target_type.clone(),
            class: edge.class.clone(),
            direction: None,
            ty: edge.ty.clone(),
        });
        let mapped = self.mapped_relationships.iter().map(|edge| RelationshipRow {
            source: edge.source_type.clone(),
            target: edge.target_type.clone(),
            class: edge.class.clone(),
            direction: Some(edge.direction.clone()),
            ty: edge.ty.clone(),
        });
        data_model(entities.collect(), direct.chain(mapped).collect())
    }
}
