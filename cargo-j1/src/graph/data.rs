//! The graph of what was collected.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use j1_core::graph::ObjectKind;
use j1_core::shared::grouped;
use serde_json::Value;

use super::model::{Graph, Look, Node};
use crate::collection::{Collection, Object};
use crate::error::Error;
use crate::output::counted;

/// The characters of a value that are shown.
const SHOWN: usize = 300;

/// The entities of a type: those with the first keys, as many as may be shown.
#[derive(Debug, Default)]
struct OfType {
    count: u64,
    /// The number of objects whose key another object has.
    again: u64,
    kept: BTreeMap<String, Node>,
}

/// The places of the nodes by what they are known by.
type Places = BTreeMap<String, usize>;

/// Builds the graph of a collection; of a large one the part that `max` nodes can show.
pub fn graph(collection: &Collection, max: usize) -> Result<Graph, Error> {
    let mut types: BTreeMap<String, OfType> = BTreeMap::new();
    collection.each(|object| {
        if object.kind == ObjectKind::Entity {
            keep(types.entry(object.ty.clone()).or_default(), object, max);
        }
        Ok(())
    })?;
    let total: u64 = types.values().map(|of| of.count).sum();
    let mut graph = Graph { title: "Collected data".to_owned(), of_data: true, ..Graph::default() };
    let mut places = Places::new();
    for (of, share) in shares(&types, max) {
        for (key, node) in of.kept.iter().take(share) {
            places.insert(key.clone(), graph.nodes.len());
            graph.nodes.push(node.clone());
        }
    }
    let shown = graph.nodes.len();
    let again: u64 = types.values().map(|of| of.again).sum();
    let whole = usize::try_from(total - again).is_ok_and(|nodes| nodes == shown);
    let mut relationships = 0_u64;
    let mut edges = Edges {
        graph: &mut graph,
        places,
        foreign: Places::new(),
        mapped: 0,
        targets: HashSet::new(),
        whole,
        max,
    };
    collection.each(|object| {
        if object.kind == ObjectKind::Relationship {
            relationships += 1;
            edges.add(&object);
        }
        Ok(())
    })?;
    let (mapped, targets) = (edges.mapped, edges.targets.len() as u64);
    let entities = counted(total, "entity", "entities");
    graph.caption = format!(
        "{entities} of {}, {}",
        counted(types.len() as u64, "type", "types"),
        counted(relationships, "relationship", "relationships")
    );
    if mapped > 0 {
        let targets = counted(targets, "target", "targets");
        graph.caption += &format!(", {} of them mapped to {targets}", grouped(mapped));
    }
    graph.caption.push('.');
    if !whole {
        let note = format!(
            "shows {} of {entities}, some of each type, and the relationships between them; --max-nodes shows more",
            grouped(shown as u64)
        );
        graph.caption = format!("{} It {note}.", graph.caption);
        graph.note = Some(format!("the graph {note}"));
    }
    Ok(graph)
}

/// Counts an entity, and keeps it if its key is among the first.
fn keep(of: &mut OfType, object: Object, max: usize) {
    of.count += 1;
    if let Some(first) = of.kept.get_mut(&object.key) {
        of.again += 1;
        first.look = Look::Wrong;
        first.detail = format!("{} (its _key is there twice)", object.ty);
        return;
    }
    let label = ["displayName", "name"].iter().find_map(|name| object.members.get(*name)?.as_str());
    let node = Node {
        label: label.unwrap_or(&object.key).to_owned(),
        detail: object.ty.clone(),
        group: object.ty.clone(),
        look: Look::Own,
        facts: facts(&object.members),
    };
    of.kept.insert(object.key, node);
    if of.kept.len() > max {
        of.kept.pop_last();
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

fn facts(members: &serde_json::Map<String, Value>) -> Vec<(String, String)> {
    let told = members.iter().filter(|(name, _)| *name != "_rawData");
    told.map(|(name, value)| (name.clone(), shown(value))).collect()
}

fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if text.chars().count() > SHOWN { text.chars().take(SHOWN).chain(['…']).collect() } else { text }
}

/// Divides the nodes among the types: all entities of small types, equal shares of the others.
fn shares(types: &BTreeMap<String, OfType>, max: usize) -> Vec<(&OfType, usize)> {
    let mut by_size: Vec<&OfType> = types.values().collect();
    by_size.sort_by_key(|of| of.kept.len());
    let (mut left, mut types_left) = (max, by_size.len());
    let mut shares = Vec::new();
    for of in by_size {
        let share = of.kept.len().min(left / types_left.max(1));
        shares.push((of, share));
        left -= share;
        types_left -= 1;
    }
    shares
}

/// The edges as they are added.
struct Edges<'g> {
    graph: &'g mut Graph,
    places: Places,
    /// The ends that are not in the collection.
    foreign: Places,
    /// The number of mapped relationships.
    mapped: u64,
    /// Hashes of the targets of mapped relationships, also of those that are not drawn.
    targets: HashSet<u64>,
    /// `true` if every entity is shown, so that an absent end is missing from the data.
    whole: bool,
    max: usize,
}

impl Edges<'_> {
    fn add(&mut self, object: &Object) {
        let class = object.classes().join(", ");
        if let Some(mapping) = object.members.get("_mapping") {
            self.add_mapped(&class, mapping);
            return;
        }
        let end = |name: &str| object.members.get(name).and_then(Value::as_str).unwrap_or("(none)");
        let (from, to) = (end("_fromEntityKey"), end("_toEntityKey"));
        if let (Some(from), Some(to)) = (self.place(from), self.place(to)) {
            self.graph.connect(from, to, &class, false);
        }
    }

    fn add_mapped(&mut self, class: &str, mapping: &Value) {
        let source = mapping["sourceEntityKey"].as_str().unwrap_or("(none)");
        let target = &mapping["targetEntity"];
        // What it is found by tells targets apart.
        let filters = mapping["targetFilterKeys"].as_array().map(Vec::as_slice).unwrap_or_default();
        let names = filters.iter().flat_map(|list| match list {
            Value::Array(names) => names.as_slice(),
            one => std::slice::from_ref(one),
        });
        let values: Vec<String> = names.filter_map(Value::as_str).map(|name| shown(&target[name])).collect();
        let label = ["displayName", "name"].iter().find_map(|name| target[*name].as_str());
        let ty = target["_type"].as_str().map_or_else(|| shown(&target["_class"]), str::to_owned);
        let node = Node {
            label: label.map_or_else(|| values.join(" "), str::to_owned),
            detail: format!("{ty} (mapped)"),
            group: format!("{ty} (mapped)"),
            look: Look::Foreign,
            facts: target.as_object().map(facts).unwrap_or_default(),
        };
        let id = format!("{ty}\n{}", values.join("\n"));
        self.mapped += 1;
        self.targets.insert(hash(&id));
        let Some(source) = self.place(source) else { return };
        let Some(target) = self.foreign(id, node) else { return };
        let reverse = mapping["relationshipDirection"] == "REVERSE";
        let (from, to) = if reverse { (target, source) } else { (source, target) };
        self.graph.connect(from, to, class, true);
    }

    /// The place of an entity. One that is not there is drawn as missing, if all that are there are drawn.
    fn place(&mut self, key: &str) -> Option<usize> {
        if let Some(place) = self.places.get(key) {
            return Some(*place);
        }
        if !self.whole {
            return None;
        }
        let node = Node {
            label: key.to_owned(),
            detail: "missing: no entity has this _key".to_owned(),
            group: "missing".to_owned(),
            look: Look::Wrong,
            facts: vec![("_key".to_owned(), key.to_owned())],
        };
        self.foreign(format!("missing\n{key}"), node)
    }

    /// The place of what is not in the collection, as long as there is room.
    fn foreign(&mut self, id: String, node: Node) -> Option<usize> {
        if let Some(place) = self.foreign.get(&id) {
            return Some(*place);
        }
        if self.foreign.len() >= self.max {
            return None;
        }
        let place = self.graph.nodes.len();
        self.graph.nodes.push(node);
        self.foreign.insert(id, place);
        Some(place)
    }
}
