//! The state of one translation to SQL, and how a property is read in it.
//!
//! Everything that comes from the query's text is bound as a parameter, never inserted into the SQL. Only the numbers
//! of kinds and the aliases of this module are inserted: `n0` for entities, `p0` for their properties, `r0` and `q0`
//! for relationships.

use std::collections::{BTreeSet, HashMap};

use j1ql::{Error, ErrorKind, Span};
use regex_lite::Regex;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params};

use super::kinds::Kinds;
use super::notices::Notices;
use super::options::Options;

/// The most values that one statement binds.
const MAX_BINDS: usize = 30_000;

/// The longest statement; SQLite refuses more than 1,000,000 bytes.
const MAX_SQL: usize = 900_000;

pub struct Compiler<'q> {
    pub text: &'q str,
    pub options: &'q Options,
    pub kinds: &'q Kinds,
    /// Properties pinned over entities exist, so they have to be looked for.
    pub pins: bool,
    /// The store whose index of texts may be asked.
    pub index: Option<&'q Connection>,
    /// The start entities of the query and its subqueries, by the place of the start in the text.
    pub starts: HashMap<usize, Option<String>>,
    pub binds: Vec<Sql>,
    pub regexes: Vec<Regex>,
    pub words: Vec<Vec<String>>,
    pub notices: Notices,
    /// No entity has the classes and types at one place of the query.
    pub unknown_name: bool,
    /// The types that the entities of a table may have, by its name; `None` for any.
    pub types: HashMap<String, Option<BTreeSet<String>>>,
    /// Tables of entities, each with the name of a property that the query asks for.
    pub properties: BTreeSet<(String, String)>,
    /// Tables of properties that the current FROM needs.
    pub used: BTreeSet<String>,
    fresh: usize,
}

/// The tables of one entity or relationship in the SQL.
#[derive(Debug, Clone)]
pub struct At {
    pub table: String,
    pub props: String,
    pub is_entity: bool,
}

impl At {
    pub fn node(number: impl std::fmt::Display) -> Self {
        Self { table: format!("n{number}"), props: format!("p{number}"), is_entity: true }
    }

    pub fn hop(number: impl std::fmt::Display) -> Self {
        Self { table: format!("r{number}"), props: format!("q{number}"), is_entity: false }
    }
}

/// The way the value of a property is read.
#[derive(Debug, Clone)]
pub enum Access {
    /// The property has no value.
    Undefined,
    /// One value of a known type, in SQLite's names of JSON types.
    Scalar { sql: String, ty: &'static str },
    /// A place in a JSON document: a value, a list, or nothing.
    Json { document: String, path: String },
}

impl<'q> Compiler<'q> {
    pub fn new(text: &'q str, options: &'q Options, kinds: &'q Kinds, pins: bool) -> Self {
        Self {
            text,
            options,
            kinds,
            pins,
            index: None,
            starts: HashMap::new(),
            binds: Vec::new(),
            regexes: Vec::new(),
            words: Vec::new(),
            notices: Notices::default(),
            unknown_name: false,
            types: HashMap::new(),
            properties: BTreeSet::new(),
            used: BTreeSet::new(),
            fresh: 0,
        }
    }

    /// Binds a value and returns its place in the SQL.
    pub fn bind(&mut self, value: impl Into<Sql>) -> String {
        self.binds.push(value.into());
        format!("?{}", self.binds.len())
    }

    /// Returns a number that no other table of the statement has.
    pub fn fresh(&mut self) -> usize {
        self.fresh += 1;
        self.fresh
    }

    pub fn error<T>(&self, span: Span, kind: ErrorKind) -> Result<T, Error> {
        Err(Error::new(self.text, span, kind))
    }

    pub fn unsupported<T>(&self, span: Span, what: &str, instead: &'static str) -> Result<T, Error> {
        self.error(span, ErrorKind::Unsupported { what: what.to_owned(), instead })
    }

    /// Refuses a statement that exceeds SQLite's limits.
    pub fn check_size(&self, sql: &str) -> Result<(), Error> {
        if sql.len() > MAX_SQL || self.binds.len() > MAX_BINDS {
            return self.unsupported(Span::new(0, 0), "A query of this size", "ask for less at a time");
        }
        Ok(())
    }

    /// The JSONB document with the properties of an entity or relationship.
    pub fn document(&mut self, at: &At) -> String {
        self.used.insert(at.props.clone());
        let (table, props) = (&at.table, &at.props);
        if !self.pins || !at.is_entity {
            return format!("{props}.props");
        }
        format!(
            "jsonb_patch({props}.props, coalesce((SELECT jsonb_group_object(name, jsonb(value)) FROM pin \
             WHERE pin.uid = {table}.uid), jsonb('{{}}')))"
        )
    }

    /// Notes that the query names a property of an entity or relationship.
    pub fn named(&mut self, at: &At, name: &str) {
        // What begins with an underscore is not among the properties that the store notes.
        if at.is_entity && !name.starts_with('_') {
            self.properties.insert((at.table.clone(), name.to_owned()));
        }
    }

    /// The properties that the query names, and that no entity it asks for has had.
    pub fn unknown_properties(&self, connection: &Connection) -> rusqlite::Result<BTreeSet<String>> {
        let mut unknown = BTreeSet::new();
        for (table, name) in &self.properties {
            let types = self.types.get(table).and_then(Option::as_ref);
            if types.is_some_and(BTreeSet::is_empty) {
                // Nothing has the type, which is said as well.
                continue;
            }
            let types = types.map(|types| serde_json::json!(types).to_string());
            let is_known: bool = connection
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM property \
                     WHERE name = ?1 AND (?2 IS NULL OR type IN (SELECT value FROM json_each(?2)))) \
                     OR EXISTS (SELECT 1 FROM pin WHERE name = ?1)",
                )?
                .query_row(params![name, types], |row| row.get(0))?;
            if !is_known {
                unknown.insert(name.clone());
            }
        }
        Ok(unknown)
    }

    /// Finds out how a property is read.
    pub fn access(&mut self, at: &At, name: &str, span: Span) -> Result<Access, Error> {
        if let Some(access) = self.metadata(at, name) {
            return Ok(access);
        }
        if name.contains(['"', '\\']) {
            return self.unsupported(
                span,
                "A property name with quotes or backslashes",
                "rename the property",
            );
        }
        let document = self.document(at);
        let path = self.bind(format!("$.\"{name}\""));
        Ok(Access::Json { document, path })
    }

    /// Compiles metadata that JupiterOne keeps about every entity and relationship.
    fn metadata(&mut self, at: &At, name: &str) -> Option<Access> {
        let table = &at.table;
        let text = |sql: String| Access::Scalar { sql, ty: "text" };
        let integer = |sql: String| Access::Scalar { sql, ty: "integer" };
        Some(match name {
            "_id" => text(format!("{table}.uid")),
            "_key" => text(format!("{table}.key")),
            "_source" => text(format!("{table}.source")),
            "_version" => integer(format!("{table}.version")),
            "_createdOn" => integer(format!("{table}.created_on")),
            "_beginOn" => integer(format!("{table}.begin_on")),
            "_type" => text(format!("(SELECT type FROM kind WHERE kind.id = {table}.kind)")),
            "_class" => Access::Json {
                document: format!("(SELECT class FROM kind WHERE kind.id = {table}.kind)"),
                path: "'$'".to_owned(),
            },
            "_scope" => text(format!("(SELECT name FROM scope WHERE scope.id = {table}.scope_id)")),
            "_integrationInstanceId" => text(format!(
                "(SELECT name FROM scope WHERE scope.id = {table}.scope_id AND scope.kind = 'integration')"
            )),
            "_accountId" => text(self.bind(crate::ACCOUNT.to_owned())),
            "_deleted" => Access::Scalar { sql: self.deleted(at), ty: "boolean" },
            "_fromEntityId" if !at.is_entity => {
                text(format!("(SELECT uid FROM entity WHERE entity.id = {table}.from_id)"))
            }
            "_toEntityId" if !at.is_entity => {
                text(format!("(SELECT uid FROM entity WHERE entity.id = {table}.to_id)"))
            }
            _ => return None,
        })
    }

    /// SQL that is 1 if the entity or relationship was deleted, and 0 otherwise.
    fn deleted(&self, at: &At) -> String {
        if !self.options.include_deleted || self.options.at_job.is_some() {
            return "0".to_owned();
        }
        let table = if at.is_entity { "entity" } else { "relationship" };
        format!("NOT EXISTS (SELECT 1 FROM main.{table} live WHERE live.id = {}.id)", at.table)
    }

    /// SQL that is true if some element of the property's value meets the condition; never NULL.
    pub fn any(&mut self, access: &Access, condition: &dyn Fn(&str, &str) -> String) -> String {
        match access {
            Access::Undefined => "0".to_owned(),
            Access::Scalar { sql, ty: "boolean" } => {
                format!("coalesce({}, 0)", condition(&format!("iif({sql}, 'true', 'false')"), sql))
            }
            Access::Scalar { sql, ty } => format!("coalesce({}, 0)", condition(&format!("'{ty}'"), sql)),
            Access::Json { document, path } => {
                let each = format!("e{}", self.fresh());
                let one = condition(
                    &format!("json_type({document}, {path})"),
                    &format!("json_extract({document}, {path})"),
                );
                let element = condition(&format!("{each}.type"), &format!("{each}.value"));
                format!(
                    "CASE json_type({document}, {path}) WHEN 'array' THEN EXISTS \
                     (SELECT 1 FROM json_each({document}, {path}) {each} WHERE {element}) \
                     ELSE coalesce({one}, 0) END"
                )
            }
        }
    }

    /// The arguments of `json_each` that give the elements of a value.
    pub fn elements(access: &Access) -> String {
        match access {
            Access::Undefined => "NULL".to_owned(),
            Access::Scalar { sql, ty: "boolean" } => format!("json_array(json(iif({sql}, 'true', 'false')))"),
            // An element that is NULL has the type `null`, which no comparison takes.
            Access::Scalar { sql, .. } => format!("json_array({sql})"),
            Access::Json { document, path } => format!("{document}, {path}"),
        }
    }

    /// SQL that is true if the property has no value; never NULL.
    pub fn is_undefined(access: &Access) -> String {
        match access {
            Access::Undefined => "1".to_owned(),
            Access::Scalar { sql, .. } => format!("({sql} IS NULL)"),
            Access::Json { document, path } => {
                format!("(coalesce(json_type({document}, {path}), 'null') = 'null')")
            }
        }
    }

    /// The value as a number; NULL when it is something else.
    pub fn number_of(access: &Access) -> String {
        match access {
            Access::Scalar { sql, ty: "integer" } => sql.clone(),
            Access::Undefined | Access::Scalar { .. } => "NULL".to_owned(),
            Access::Json { document, path } => format!(
                "CASE WHEN json_type({document}, {path}) IN ('integer', 'real') \
                 THEN json_extract({document}, {path}) END"
            ),
        }
    }

    /// The value as JSON text; NULL when it is undefined.
    pub fn json_of(access: &Access) -> String {
        match access {
            Access::Undefined => "NULL".to_owned(),
            Access::Scalar { sql, ty: "boolean" } => format!("iif({sql}, 'true', 'false')"),
            Access::Scalar { sql, .. } => format!("CASE WHEN {sql} IS NOT NULL THEN json_quote({sql}) END"),
            Access::Json { document, path } => format!("nullif({document} -> {path}, 'null')"),
        }
    }
}

/// Joins conditions as a balanced tree, since SQLite limits the depth of expressions.
pub fn join(mut parts: Vec<String>, operator: &str) -> String {
    if parts.is_empty() {
        return if operator == "AND" { "1" } else { "0" }.to_owned();
    }
    while parts.len() > 1 {
        parts = parts
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => format!("({left} {operator} {right})"),
                other => other.concat(),
            })
            .collect();
    }
    parts.concat()
}
