//! Mapped relationships: their targets are found in the Neo4j as JupiterOne finds them, or stand there as
//! placeholders.

use std::collections::{BTreeMap, BTreeSet};

use boltr::types::BoltValue;
use serde_json::{Map, Value};

use super::server::Server;
use super::value::{convert, dict, properties, text};
use super::{BATCH, class, labels, quoted};
use crate::collection::{self, Object};
use crate::error::Error;

/// A mapped relationship.
pub struct Mapping {
    key: String,
    class: String,
    source: BoltValue,
    reverse: bool,
    skips_creation: bool,
    target: Map<String, Value>,
    /// The lists of property names that the target is found by, in order.
    filters: Vec<Vec<String>>,
    properties: BoltValue,
}

/// The numbers of mapped relationships.
#[derive(Default)]
pub struct Pushed {
    pub written: usize,
    pub placeholders: usize,
    pub without_target: usize,
}

impl Mapping {
    /// Reads the rule of a mapped relationship; `None` for a direct one.
    pub fn read(object: &Object) -> Option<Self> {
        let rule = object.members.get("_mapping")?;
        let target = rule["targetEntity"].as_object().cloned().unwrap_or_default();
        let lists = rule["targetFilterKeys"].as_array().map(Vec::as_slice).unwrap_or_default();
        let names = |list: &Value| match list {
            Value::Array(names) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            one => one.as_str().map(str::to_owned).into_iter().collect(),
        };
        // A list that names a property that the target does not have is left out.
        let complete =
            |list: &Vec<String>| !list.is_empty() && list.iter().all(|name| !target[name.as_str()].is_null());
        let filters = lists
            .iter()
            .map(names)
            .filter(|list: &Vec<String>| list.iter().all(|name| target.contains_key(name)));
        let filters = filters.filter(complete).collect();
        Some(Self {
            key: object.key.clone(),
            class: class(object),
            source: rule.get("sourceEntityKey").map_or(BoltValue::Null, convert),
            reverse: rule["relationshipDirection"] == "REVERSE",
            skips_creation: rule["skipTargetCreation"] == true,
            filters,
            properties: properties(&object.members, &[]),
            target,
        })
    }

    /// The name of its placeholder: what the target is found by.
    fn placeholder(&self) -> String {
        let names = self.filters.first().map(Vec::as_slice).unwrap_or_default();
        let values: Vec<String> = names.iter().map(|name| format!("{name}={}", self.target[name])).collect();
        format!("j1-placeholder:{}", values.join("&"))
    }

    /// The values of a list of names: of `_class` all must be there, of the others each must be equal.
    fn row(&self, names: &[String]) -> BoltValue {
        let value = |name: &String| (name.clone(), convert(&self.target[name]));
        let values = names.iter().filter(|name| *name != "_class").map(value).collect();
        let classes = if names.iter().any(|name| name == "_class") {
            collection::classes(&self.target)
        } else {
            Vec::new()
        };
        dict([
            ("key", text(&self.key)),
            ("source", self.source.clone()),
            ("values", BoltValue::Dict(values)),
            ("classes", BoltValue::List(classes.iter().map(|class| text(class)).collect())),
            ("properties", self.properties.clone()),
            ("placeholder", text(&self.placeholder())),
            ("target", properties(&self.target, &["_key"])),
        ])
    }

    fn arrow(&self) -> String {
        arrow(&self.class, self.reverse)
    }
}

/// The relationship between the nodes `s` and `t` in Cypher.
fn arrow(class: &str, reverse: bool) -> String {
    let (left, right) = if reverse { ("<-", "-") } else { ("-", "->") };
    format!("(s){left}[r:{} {{_key: row.key}}]{right}(t)", quoted(class))
}

/// Writes the mapped relationships: each list of filter keys in turn for those that have no target yet.
pub async fn push(server: &mut Server, mappings: Vec<Mapping>) -> Result<Pushed, Error> {
    let mut pushed = Pushed::default();
    forget(server, &mappings).await?;
    let mut left = mappings;
    for turn in 0.. {
        let mut groups: BTreeMap<(String, Vec<String>), Vec<Mapping>> = BTreeMap::new();
        let mut spent = Vec::new();
        for mapping in left {
            match mapping.filters.get(turn) {
                Some(names) => groups.entry((mapping.arrow(), names.clone())).or_default().push(mapping),
                None => spent.push(mapping),
            }
        }
        left = spent;
        if groups.is_empty() {
            break;
        }
        for ((arrow, names), group) in groups {
            let found = find(server, &arrow, &names, &group).await?;
            pushed.written += group.iter().filter(|mapping| found.contains(&mapping.key)).count();
            left.extend(group.into_iter().filter(|mapping| !found.contains(&mapping.key)));
        }
    }
    let (skipped, created): (Vec<_>, Vec<_>) =
        left.into_iter().partition(|mapping| mapping.skips_creation || mapping.filters.is_empty());
    pushed.without_target = skipped.len();
    let mut groups: BTreeMap<(String, String), Vec<BoltValue>> = BTreeMap::new();
    for mapping in created {
        let type_name = mapping.target.get("_type").and_then(Value::as_str);
        let labels = labels(type_name.into_iter().chain(collection::classes(&mapping.target)));
        let row = mapping.row(&[]);
        groups.entry((mapping.arrow(), labels)).or_default().push(row);
    }
    for ((arrow, labels), rows) in groups {
        let written = create(server, &arrow, &labels, rows).await?;
        pushed.placeholders += written;
        pushed.written += written;
    }
    server.run("MATCH (t:J1Placeholder) WHERE NOT (t)--() DELETE t", BTreeMap::new()).await?;
    Ok(pushed)
}

/// Removes the relationships of an earlier push, whose target may be another one now.
async fn forget(server: &mut Server, mappings: &[Mapping]) -> Result<(), Error> {
    let mut groups: BTreeMap<String, Vec<BoltValue>> = BTreeMap::new();
    for mapping in mappings {
        let row = dict([("key", text(&mapping.key)), ("source", mapping.source.clone())]);
        groups.entry(quoted(&mapping.class)).or_default().push(row);
    }
    for (class, rows) in groups {
        let statement = format!(
            "UNWIND $rows AS row MATCH (:J1Entity {{_key: row.source}})-[r:{class} {{_key: row.key}}]-() DELETE r"
        );
        server.write(&statement, rows).await?;
    }
    Ok(())
}

/// Connects the sources with all targets that have these properties, and returns the keys that found one.
async fn find(
    server: &mut Server,
    arrow: &str,
    names: &[String],
    group: &[Mapping],
) -> Result<BTreeSet<String>, Error> {
    let mut equal = Vec::new();
    for name in names.iter().filter(|name| *name != "_class") {
        let quoted = quoted(name);
        let index = format!("CREATE INDEX IF NOT EXISTS FOR (n:J1Entity) ON (n.{quoted})");
        server.run(&index, BTreeMap::new()).await?;
        equal.push(format!("t.{quoted} = row.values.{quoted}"));
    }
    if names.iter().any(|name| name == "_class") {
        equal.push("all(class IN row.classes WHERE class IN t._class)".to_owned());
    }
    let statement = format!(
        "UNWIND $rows AS row MATCH (s:J1Entity {{_key: row.source}}) MATCH (t:J1Entity) \
         WHERE NOT t:J1Placeholder AND {} MERGE {arrow} SET r = row.properties RETURN DISTINCT row.key",
        equal.join(" AND ")
    );
    let mut found = BTreeSet::new();
    for batch in group.chunks(BATCH) {
        let rows = BoltValue::List(batch.iter().map(|mapping| mapping.row(names)).collect());
        for row in server.run(&statement, BTreeMap::from([("rows", rows)])).await? {
            if let Some(BoltValue::String(key)) = row.into_iter().next() {
                found.insert(key);
            }
        }
    }
    Ok(found)
}

/// Connects the sources with placeholders.
async fn create(
    server: &mut Server,
    arrow: &str,
    labels: &str,
    rows: Vec<BoltValue>,
) -> Result<usize, Error> {
    let set = if labels.is_empty() { String::new() } else { format!(" SET t{labels}") };
    let statement = format!(
        "UNWIND $rows AS row MATCH (s:J1Entity {{_key: row.source}}) \
         MERGE (t:J1Entity:J1Placeholder {{_key: row.placeholder}}) SET t += row.target{set} \
         MERGE {arrow} SET r = row.properties RETURN count(r) AS written"
    );
    server.write(&statement, rows).await
}
