//! `cargo j1 neo4j push`: collected data in a Neo4j.
//!
//! Every entity is a node with the label `J1Entity`, its `_type` and its classes, found again by its `_key`; every
//! relationship has its class as type. So a second push updates what the first one wrote.

mod mapped;
mod server;
mod value;

use std::collections::BTreeMap;

use boltr::types::BoltValue;
use j1_core::graph::ObjectKind;
use j1_core::shared::grouped;

use crate::args::Neo4jPush;
use crate::collection::{Collection, Object};
use crate::error::Error;
use crate::{local, output};

use mapped::Mapping;
use server::Server;
use value::{dict, properties, text};

/// Objects in one statement.
const BATCH: usize = 1_000;

/// Writes a collection.
pub fn push(args: &Neo4jPush) -> Result<u8, Error> {
    let collection = Collection::open(&args.from)?;
    local::block_on(async {
        let mut server = Server::connect(args).await?;
        server.run("CREATE INDEX j1_key IF NOT EXISTS FOR (n:J1Entity) ON (n._key)", BTreeMap::new()).await?;
        let (entities, relationships, mapped) = read(&collection)?;
        let mut pushed = Pushed::default();
        for (labels, rows) in entities {
            pushed.entities += push_entities(&mut server, &labels, rows).await?;
        }
        for (class, rows) in relationships {
            let all = rows.len();
            let written = push_relationships(&mut server, &class, rows).await?;
            pushed.relationships += written;
            pushed.without_end += all.saturating_sub(written);
        }
        let found = mapped::push(&mut server, mapped).await?;
        server.close().await;
        pushed.print(&found)
    })
}

/// The numbers of objects written.
#[derive(Default)]
struct Pushed {
    entities: usize,
    relationships: usize,
    without_end: usize,
}

impl Pushed {
    fn print(&self, mapped: &mapped::Pushed) -> Result<u8, Error> {
        if self.without_end > 0 {
            let left_out = relationships(self.without_end);
            output::warn(&format!(
                "did not write {left_out}, since an entity at one end is in neither the collection nor the Neo4j"
            ));
        }
        output::print(&format!(
            "pushed {}, {}, {} ({} to placeholders, {} without a target)\n",
            output::counted(self.entities as u64, "entity", "entities"),
            relationships(self.relationships),
            output::counted(mapped.written as u64, "mapped relationship", "mapped relationships"),
            grouped(mapped.placeholders as u64),
            grouped(mapped.without_target as u64)
        ))?;
        Ok(0)
    }
}

fn relationships(number: usize) -> String {
    output::counted(number as u64, "relationship", "relationships")
}

/// Rows by the labels of their nodes, or by the type of their relationships.
type Rows = BTreeMap<String, Vec<BoltValue>>;

/// Reads a collection: entities by their labels, relationships by their class, mapped relationships.
fn read(collection: &Collection) -> Result<(Rows, Rows, Vec<Mapping>), Error> {
    let (mut entities, mut relationships, mut mapped) = (Rows::new(), Rows::new(), Vec::new());
    collection.each(|object| {
        match object.kind {
            ObjectKind::Entity => {
                let row =
                    dict([("key", text(&object.key)), ("properties", properties(&object.members, &[]))]);
                entities.entry(labels_of_entity(&object)).or_default().push(row);
            }
            ObjectKind::Relationship => {
                if let Some(mapping) = Mapping::read(&object) {
                    mapped.push(mapping);
                } else {
                    let end = |name: &str| object.members.get(name).map_or(BoltValue::Null, value::convert);
                    let row = dict([
                        ("key", text(&object.key)),
                        ("from", end("_fromEntityKey")),
                        ("to", end("_toEntityKey")),
                        ("properties", properties(&object.members, &["_fromEntityKey", "_toEntityKey"])),
                    ]);
                    relationships.entry(class(&object)).or_default().push(row);
                }
            }
        }
        Ok(())
    })?;
    Ok((entities, relationships, mapped))
}

/// The labels of an entity's node: its type and its classes, quoted.
fn labels_of_entity(object: &Object) -> String {
    let mut names = vec![object.ty.as_str()];
    names.extend(object.classes());
    names.dedup();
    labels(names)
}

/// Labels in Cypher.
fn labels<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().map(|name| format!(":{}", quoted(name))).collect()
}

/// The class of a relationship, which is the type of its relationship in Neo4j.
fn class(object: &Object) -> String {
    object.classes().first().map_or_else(|| object.ty.clone(), |class| (*class).to_owned())
}

/// A name in Cypher. Types have hyphens, and foreign names anything.
fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

async fn push_entities(server: &mut Server, labels: &str, rows: Vec<BoltValue>) -> Result<usize, Error> {
    let statement = format!(
        "UNWIND $rows AS row MERGE (n:J1Entity {{_key: row.key}}) SET n = row.properties SET n{labels} \
         REMOVE n:J1Placeholder RETURN count(n) AS written"
    );
    server.write(&statement, rows).await
}

async fn push_relationships(server: &mut Server, class: &str, rows: Vec<BoltValue>) -> Result<usize, Error> {
    let statement = format!(
        "UNWIND $rows AS row MATCH (a:J1Entity {{_key: row.from}}) MATCH (b:J1Entity {{_key: row.to}}) \
         MERGE (a)-[r:{} {{_key: row.key}}]->(b) SET r = row.properties RETURN count(r) AS written",
        quoted(class)
    );
    server.write(&statement, rows).await
}
