//! The part of the graph that a picture shows.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, params};
use serde_json::Value;

use super::browse::word;
use crate::picture::{Addition, MOST_NODES, Node, Picture, Places};

/// The most edges of a picture.
const MOST_EDGES: i64 = 20_000;

/// The entities that a picture begins with.
#[derive(Debug, Clone)]
pub enum Choice {
    /// All entities, or some of each type if there are too many.
    All,
    /// The entities of a type.
    Type(String),
    /// One entity and its neighbours.
    Around(String),
    /// These entities, by their `_id`s.
    Ids(Vec<String>),
}

/// Relationships of one entity that are added to a picture: direction, class, and the type at the other end.
#[derive(Debug, Clone)]
pub struct Expansion {
    pub id: String,
    pub outgoing: bool,
    pub class: String,
    pub other: String,
}

/// A part of the graph as it was read: its nodes have no positions yet.
#[derive(Debug)]
pub struct Draft {
    /// The number of entities that were chosen; more than there are nodes if they were too many.
    pub total: i64,
    picture: Picture,
    additions: Vec<Addition>,
}

impl Draft {
    /// Gives every node a position. For thousands of nodes this takes long.
    pub fn arrange(mut self) -> Picture {
        self.picture.arrange_in_steps(&self.additions);
        self.picture
    }
}

/// Reads the chosen part of the graph.
pub fn read(connection: &Connection, choice: &Choice, expansions: &[Expansion]) -> rusqlite::Result<Draft> {
    let (total, ids) = choose(connection, choice)?;
    let mut drawing = Drawing { connection, ids: Vec::new(), picture: Picture::default() };
    drawing.add(&ids)?;
    let mut additions = Vec::new();
    for expansion in expansions {
        additions.extend(drawing.expand(expansion)?);
    }
    drawing.connect()?;
    Ok(Draft { total, picture: drawing.picture, additions })
}

/// The numbers of the entities to begin with, and how many would have been chosen without a limit.
fn choose(connection: &Connection, choice: &Choice) -> rusqlite::Result<(i64, Vec<i64>)> {
    let most = i64::try_from(MOST_NODES).unwrap_or(i64::MAX);
    let list = |sql: &str, value: &dyn rusqlite::ToSql| -> rusqlite::Result<Vec<i64>> {
        connection.prepare_cached(sql)?.query_map(params![value, most], |row| row.get(0))?.collect()
    };
    let count = |ids: &[i64]| i64::try_from(ids.len()).unwrap_or(i64::MAX);
    match choice {
        Choice::All => some_of_each(connection, most),
        Choice::Type(name) => {
            let total = connection
                .prepare_cached(
                    "SELECT count(*) FROM entity WHERE kind IN (SELECT id FROM kind WHERE type = ?1)",
                )?
                .query_row([name], |row| row.get(0))?;
            let sql = "SELECT id FROM entity WHERE kind IN (SELECT id FROM kind WHERE type = ?1) \
                       ORDER BY id LIMIT ?2";
            Ok((total, list(sql, name)?))
        }
        Choice::Around(id) => {
            let ids = list(
                "WITH middle AS (SELECT id FROM entity WHERE uid = ?1) SELECT id FROM middle UNION \
                 SELECT * FROM (SELECT to_id FROM relationship WHERE from_id = (SELECT id FROM middle) LIMIT ?2) UNION \
                 SELECT * FROM (SELECT from_id FROM relationship WHERE to_id = (SELECT id FROM middle) LIMIT ?2) LIMIT ?2",
                id,
            )?;
            Ok((count(&ids), ids))
        }
        Choice::Ids(ids) => {
            let json = Value::from(ids.as_slice()).to_string();
            let sql = "SELECT entity.id FROM json_each(?1) picked JOIN entity ON entity.uid = picked.value LIMIT ?2";
            Ok((i64::try_from(ids.len()).unwrap_or(i64::MAX), list(sql, &json)?))
        }
    }
}

/// All entities of small types, and equal shares of the others.
fn some_of_each(connection: &Connection, most: i64) -> rusqlite::Result<(i64, Vec<i64>)> {
    let mut kinds = connection
        .prepare_cached("SELECT kind, count(*) FROM entity GROUP BY kind ORDER BY 2, 1")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<Vec<(i64, i64)>>>()?;
    let total = kinds.iter().map(|(_, count)| count).sum();
    let (mut left, mut kinds_left) = (most, i64::try_from(kinds.len()).unwrap_or(i64::MAX));
    let mut ids = Vec::new();
    let mut statement =
        connection.prepare_cached("SELECT id FROM entity WHERE kind = ?1 ORDER BY id LIMIT ?2")?;
    for (kind, count) in kinds.drain(..) {
        let share = count.min(left / kinds_left.max(1));
        for id in statement.query_map([kind, share], |row| row.get(0))? {
            ids.push(id?);
        }
        left -= share;
        kinds_left -= 1;
    }
    Ok((total, ids))
}

/// A picture while it is made.
struct Drawing<'c> {
    connection: &'c Connection,
    /// The numbers of its entities, in the order of its nodes.
    ids: Vec<i64>,
    picture: Picture,
}

impl Drawing<'_> {
    /// Adds the entities that are not there yet, as long as there is room.
    fn add(&mut self, ids: &[i64]) -> rusqlite::Result<()> {
        let known: HashSet<i64> = self.ids.iter().copied().collect();
        let room = MOST_NODES.saturating_sub(self.ids.len());
        let new: Vec<i64> = ids.iter().copied().filter(|id| !known.contains(id)).take(room).collect();
        let mut statement = self.connection.prepare_cached(
            "SELECT entity.id, uid, coalesce(json_extract(props, '$.displayName'), entity.key), kind.type \
             FROM json_each(?1) picked JOIN entity ON entity.id = picked.value JOIN kind ON kind.id = entity.kind \
             JOIN entity_props ON entity_props.id = entity.id",
        )?;
        let mut rows = statement.query([Value::from(new).to_string()])?;
        while let Some(row) = rows.next()? {
            let uid: String = row.get(1)?;
            let label: rusqlite::types::Value = row.get(2)?;
            self.ids.push(row.get(0)?);
            self.picture.nodes.push(Node {
                url: Some(format!("/entities/{uid}")),
                label: match label {
                    rusqlite::types::Value::Text(text) => text,
                    _ => uid.clone(),
                },
                id: uid,
                type_name: row.get(3)?,
                ..Node::default()
            });
        }
        Ok(())
    }

    /// Adds every relationship between the nodes.
    fn connect(&mut self) -> rusqlite::Result<()> {
        let places: HashMap<i64, usize> = self.ids.iter().copied().zip(0..).collect();
        let mut edges = Places::new();
        let mut statement = self.connection.prepare_cached(
            "WITH shown AS MATERIALIZED (SELECT picked.value AS id FROM json_each(?1) picked) \
             SELECT r.from_id, r.to_id, kind.class, r.mapping_id IS NOT NULL FROM shown \
             JOIN relationship r ON r.from_id = shown.id JOIN kind ON kind.id = r.kind \
             WHERE r.to_id IN (SELECT id FROM shown) ORDER BY r.id LIMIT ?2",
        )?;
        let ids = Value::from(self.ids.as_slice()).to_string();
        let mut rows = statement.query(params![ids, MOST_EDGES])?;
        while let Some(row) = rows.next()? {
            let (from, to): (i64, i64) = (row.get(0)?, row.get(1)?);
            if let (Some(from), Some(to)) = (places.get(&from), places.get(&to)) {
                let class = word(&row.get::<_, String>(2)?);
                self.picture.connect(&mut edges, (*from, *to), &class, row.get(3)?);
            }
        }
        Ok(())
    }

    /// Adds neighbours of one entity, if it is there.
    fn expand(&mut self, expansion: &Expansion) -> rusqlite::Result<Option<Addition>> {
        let Some(anchor) = self.picture.nodes.iter().position(|node| node.id == expansion.id) else {
            return Ok(None);
        };
        let (own, other) = if expansion.outgoing { ("from_id", "to_id") } else { ("to_id", "from_id") };
        let ids = self
            .connection
            .prepare_cached(&format!(
                "SELECT DISTINCT r.{other} FROM relationship r JOIN kind rk ON rk.id = r.kind \
                 JOIN entity e ON e.id = r.{other} JOIN kind ek ON ek.id = e.kind \
                 WHERE r.{own} = ?1 AND rk.class = ?2 AND ek.type = ?3 ORDER BY r.{other}"
            ))?
            .query_map(
                params![self.ids[anchor], Value::from(expansion.class.as_str()).to_string(), expansion.other],
                |row| row.get(0),
            )?
            .collect::<rusqlite::Result<Vec<i64>>>()?;
        let first = self.ids.len();
        self.add(&ids)?;
        Ok(Some(Addition { first, anchor }))
    }
}
