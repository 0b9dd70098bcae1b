//! The graph of an integration's types.

use j1_core::describe::{Description, EntityDescription, PropertyDescription};

use super::model::{Graph, Look, Node};
use crate::output::counted;

/// The types of the integration, and those that its mapped relationships lead to.
pub fn graph(description: &Description) -> Graph {
    let mut graph = Graph { title: format!("{}: types", description.title), ..Graph::default() };
    for entity in &description.entities {
        graph.nodes.push(node(entity));
    }
    for edge in &description.relationships {
        let (from, to) =
            (place(&mut graph, &edge.source_type, &[]), place(&mut graph, &edge.target_type, &[]));
        graph.connect(from, to, &edge.class, false);
    }
    for edge in &description.mapped_relationships {
        let source = place(&mut graph, &edge.source_type, &[]);
        let keys: Vec<String> = edge.filter_keys.iter().map(|list| list.join(" and ")).collect();
        let facts = [
            ("found by", keys.join(", or ")),
            ("created if missing", if edge.skip_target_creation { "no" } else { "yes" }.to_owned()),
            ("_class", edge.target_class.join(", ")),
        ];
        let target = place(&mut graph, &edge.target_type, &facts);
        let (from, to) = if edge.direction == "REVERSE" { (target, source) } else { (source, target) };
        graph.connect(from, to, &edge.class, true);
    }
    let (entities, direct, mapped) =
        (description.entities.len(), description.relationships.len(), description.mapped_relationships.len());
    graph.caption = format!(
        "{}, {}, {}. Data model {}.",
        counted(entities as u64, "entity type", "entity types"),
        counted(direct as u64, "relationship", "relationships"),
        counted(mapped as u64, "mapped relationship", "mapped relationships"),
        description.data_model
    );
    graph
}

fn node(entity: &EntityDescription) -> Node {
    let mut facts = vec![
        ("_class".to_owned(), entity.classes.join(", ")),
        ("_key".to_owned(), entity.key.clone()),
        ("resource".to_owned(), entity.resource_name.clone()),
    ];
    facts.extend(entity.properties.iter().map(|property| (property.name.clone(), type_of(property))));
    facts.extend(entity.always_null.iter().map(|name| (name.clone(), "null".to_owned())));
    Node {
        label: entity.ty.clone(),
        detail: entity.classes.join(", "),
        group: entity.classes.first().cloned().unwrap_or_default(),
        look: Look::Own,
        facts,
    }
}

fn type_of(property: &PropertyDescription) -> String {
    let types = if property.date { "date".to_owned() } else { property.types.join(" or ") };
    if property.list { format!("list of {types}") } else { types }
}

/// The place of a type; one that no entity of the integration has is another's.
fn place(graph: &mut Graph, ty: &str, facts: &[(&str, String)]) -> usize {
    if let Some(place) = graph.nodes.iter().position(|node| node.label == ty) {
        return place;
    }
    graph.nodes.push(Node {
        label: ty.to_owned(),
        detail: "of another integration".to_owned(),
        group: String::new(),
        look: Look::Foreign,
        facts: facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
    });
    graph.nodes.len() - 1
}
