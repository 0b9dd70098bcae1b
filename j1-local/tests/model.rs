//! Random sequences of DIFF jobs, held against a model of what a finalize means.
#![allow(missing_docs, reason = "tests")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};
use support::{Client, Local, changes};

/// A relationship by its type and ends, or, without a far end, a mapped one.
type Edge = (u8, u8, Option<u8>);

/// One job: entities with type and value by key, relationships by key, and the partial types.
#[derive(Debug, Clone)]
struct Upload {
    entities: BTreeMap<u8, (u8, u8)>,
    edges: BTreeMap<u8, Edge>,
    partial: BTreeSet<String>,
}

/// The contents of the scope.
#[derive(Debug, Default)]
struct Model {
    entities: BTreeMap<u8, (u8, u8)>,
    edges: BTreeMap<u8, Edge>,
}

/// Created, updated, deleted.
type Counts = (u64, u64, u64);

fn entity_type(number: u8) -> String {
    format!("acme_thing{number}")
}

fn edge_type(edge: Edge) -> String {
    format!("acme_thing_{}has{}", if edge.2.is_some() { "" } else { "mapped_" }, edge.0)
}

fn key(number: u8) -> String {
    format!("acme:thing:{number}")
}

impl Model {
    /// Applies a job; returns the counts of entities, direct and mapped relationships, and the errors.
    fn finalize(&mut self, upload: &Upload) -> ([Counts; 3], [u64; 2]) {
        let mut entities = upload.entities.clone();
        for (key, old) in &self.entities {
            if !entities.contains_key(key) && upload.partial.contains(&entity_type(old.0)) {
                entities.insert(*key, *old);
            }
        }
        let exists = |key: u8| entities.contains_key(&key);
        let whole = |edge: Edge| exists(edge.1) && edge.2.is_none_or(exists);
        let (mut edges, mut errors) = (BTreeMap::new(), [0, 0]);
        for (key, edge) in &upload.edges {
            if whole(*edge) {
                edges.insert(*key, *edge);
            } else {
                errors[usize::from(edge.2.is_none())] += 1;
            }
        }
        for (key, old) in &self.edges {
            if upload.partial.contains(&edge_type(*old)) && whole(*old) {
                edges.entry(*key).or_insert(*old);
            }
        }
        let sort = |mapped: bool| move |edge: &Edge| edge.2.is_none() == mapped;
        let counts = [
            compare(&self.entities, &entities, |_| true),
            compare(&self.edges, &edges, sort(false)),
            compare(&self.edges, &edges, sort(true)),
        ];
        *self = Self { entities, edges };
        (counts, errors)
    }
}

fn compare<T: PartialEq>(old: &BTreeMap<u8, T>, new: &BTreeMap<u8, T>, of: impl Fn(&T) -> bool) -> Counts {
    let old = |key: u8| old.get(&key).filter(|value| of(value));
    let new = |key: u8| new.get(&key).filter(|value| of(value));
    let (mut created, mut updated, mut deleted) = (0, 0, 0);
    for key in 0..=u8::MAX {
        match (old(key), new(key)) {
            (None, Some(_)) => created += 1,
            (Some(old), Some(new)) if old != new => updated += 1,
            (Some(_), None) => deleted += 1,
            _ => {}
        }
    }
    (created, updated, deleted)
}

/// Keys below 6 are direct relationships and the others mapped.
fn upload() -> impl Strategy<Value = Upload> {
    let entities = prop::collection::btree_map(0_u8..7, (0_u8..3, 0_u8..2), 0..7);
    let direct = prop::collection::btree_map(0_u8..6, (0_u8..2, 0_u8..7, (0_u8..7).prop_map(Some)), 0..6);
    let mapped = prop::collection::btree_map(6_u8..9, (0_u8..2, 0_u8..7, Just(None)), 0..3);
    let mut types: Vec<_> = (0..3).map(entity_type).collect();
    types.extend((0..2).flat_map(|n| [edge_type((n, 0, Some(0))), edge_type((n, 0, None))]));
    let partial = prop::sample::subsequence(types, 0..=4);
    (entities, direct, mapped, partial).prop_map(|(entities, direct, mapped, partial)| Upload {
        entities,
        edges: direct.into_iter().chain(mapped).collect(),
        partial: partial.into_iter().collect(),
    })
}

fn entity_json(number: u8, (type_number, value): (u8, u8)) -> Value {
    let mut entity = support::entity(&entity_type(type_number), "Record", &key(number), "Thing");
    entity["value"] = json!(value);
    entity
}

fn edge_json(number: u8, edge: Edge) -> Value {
    let mut json = json!({
        "_key": format!("acme:edge:{number}"), "_type": edge_type(edge), "_class": "HAS", "displayName": "HAS"
    });
    match edge.2 {
        Some(to) => {
            json["_fromEntityKey"] = json!(key(edge.1));
            json["_toEntityKey"] = json!(key(to));
        }
        None => {
            json["_mapping"] = json!({
                "sourceEntityKey": key(edge.1), "relationshipDirection": "FORWARD",
                "targetFilterKeys": [["_type"]], "skipTargetCreation": true,
                "targetEntity": { "_type": "person", "_class": "Person" }
            });
        }
    }
    json
}

/// Returns the server's data: values by key, and the number of relationships of each type.
fn held(client: &Client) -> (BTreeMap<String, Value>, BTreeMap<String, i64>) {
    let entities = client.query("FIND * WITH _integrationInstanceId = 'i'").into_iter().map(|row| {
        let name = row["entity"]["_key"].as_str().unwrap().to_owned();
        (name, json!([row["entity"]["_type"][0], row["properties"]["value"]]))
    });
    let types = client.get("/local/types").ok();
    let edges = ["relationships", "mappedRelationships"].into_iter().flat_map(|list| {
        types[list]
            .as_array()
            .unwrap()
            .clone()
            .into_iter()
            .map(|row| (row["_type"].as_str().unwrap().to_owned(), row["count"].as_i64().unwrap()))
    });
    (entities.collect(), edges.collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn jobs_do_what_the_model_does(uploads in prop::collection::vec(upload(), 1..6)) {
        let local = Local::start();
        let mut model = Model::default();
        for upload in &uploads {
            let entities: Vec<_> = upload.entities.iter().map(|(key, entity)| entity_json(*key, *entity)).collect();
            let edges: Vec<_> = upload.edges.iter().map(|(key, edge)| edge_json(*key, *edge)).collect();
            let partial: Vec<_> = upload.partial.iter().map(String::as_str).collect();
            let job = local.client.run("i", &entities, &edges, &partial);
            let (counts, errors) = model.finalize(upload);
            let names = ["Entities", "Relationships", "MappedRelationships"];
            prop_assert_eq!(names.map(|name| changes(&job, name)), counts);
            let found = ["numRelationshipCreateErrors", "numMappedRelationshipCreateErrors"];
            prop_assert_eq!(found.map(|name| job[name].as_u64().unwrap()), errors);

            let expected: BTreeMap<_, _> = model
                .entities
                .iter()
                .map(|(number, entity)| (key(*number), json!([entity_type(entity.0), entity.1])))
                .collect();
            let mut expected_edges = BTreeMap::new();
            for edge in model.edges.values() {
                *expected_edges.entry(edge_type(*edge)).or_insert(0) += 1;
            }
            prop_assert_eq!(held(&local.client), (expected, expected_edges));
        }
    }
}
