//! The combinations of `_type` and `_class` in the store, to which names of a query are resolved before the SQL is made.

use std::collections::{BTreeSet, HashMap};

use j1ql::ast::Name;
use rusqlite::Connection;

pub struct Kinds {
    entities: Vec<(i64, String, Vec<String>)>,
    /// Number and class, in capitals.
    relationships: Vec<(i64, String)>,
}

impl Kinds {
    pub fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let mut kinds = Self { entities: Vec::new(), relationships: Vec::new() };
        let mut statement = connection.prepare_cached("SELECT id, type, class FROM kind")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (id, type_name, class): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            match serde_json::from_str(&class) {
                Ok(serde_json::Value::Array(classes)) => {
                    let classes = classes.iter().filter_map(|class| class.as_str().map(str::to_owned));
                    kinds.entities.push((id, type_name, classes.collect()));
                }
                Ok(serde_json::Value::String(class)) => kinds.relationships.push((id, class.to_uppercase())),
                _ => {}
            }
        }
        Ok(kinds)
    }

    /// The types of the entity kinds by number.
    pub fn types(&self) -> HashMap<i64, String> {
        self.entities.iter().map(|(id, type_name, _)| (*id, type_name.clone())).collect()
    }

    /// The list of entity kinds that have one of these classes and types, as SQL.
    pub fn entities(&self, names: &[Name]) -> String {
        list(self.named(names).map(|(id, _)| id))
    }

    /// The types of the entities that have one of these classes and types.
    pub fn entity_types(&self, names: &[Name]) -> BTreeSet<String> {
        self.named(names).map(|(_, type_name)| type_name.to_owned()).collect()
    }

    /// The number and the type of each of these entity kinds.
    fn named(&self, names: &[Name]) -> impl Iterator<Item = (i64, &str)> {
        let named = |(_, type_name, classes): &&(i64, String, Vec<String>)| {
            names.iter().any(|name| match name.is_class() {
                true => classes.contains(&name.text),
                false => *type_name == name.text,
            })
        };
        self.entities.iter().filter(named).map(|(id, type_name, _)| (*id, type_name.as_str()))
    }

    /// The list of relationship kinds that have one of these classes, as SQL.
    pub fn relationships(&self, verbs: &[Name]) -> String {
        let verbs: Vec<String> = verbs.iter().map(|verb| verb.text.to_uppercase()).collect();
        list(self.relationships.iter().filter(|(_, class)| verbs.contains(class)).map(|(id, _)| *id))
    }
}

fn list(ids: impl Iterator<Item = i64>) -> String {
    let ids: Vec<String> = ids.map(|id| id.to_string()).collect();
    format!("({})", ids.join(", "))
}
