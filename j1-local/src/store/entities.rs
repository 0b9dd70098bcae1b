//! Lists of entities for people who look around: searched, filtered, sorted.

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params_from_iter};
use serde::Serialize;
use serde_json::Value;

use super::find::{COLUMNS, JOINS, list_row};
use super::pin::PINS;
use crate::needle::Needle;

/// The entities to list.
#[derive(Debug, Clone, Default)]
pub struct EntityFilter {
    pub type_name: Option<String>,
    pub class: Option<String>,
    /// A text that the key or any value contains.
    pub search: Option<String>,
    /// A test of one property.
    pub test: Option<(String, Test, String)>,
    /// The property to sort by, and whether it is descending.
    pub sort: Option<(String, bool)>,
    pub offset: i64,
    pub limit: i64,
}

/// A test of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    Is,
    IsNot,
    Contains,
    Above,
    Below,
    Exists,
    Missing,
}

impl Test {
    /// Every test: the name in URLs, and the words for people.
    pub const ALL: [(Self, &'static str, &'static str); 7] = [
        (Self::Is, "is", "is"),
        (Self::IsNot, "not", "is not"),
        (Self::Contains, "contains", "contains"),
        (Self::Above, "above", "is above"),
        (Self::Below, "below", "is below"),
        (Self::Exists, "exists", "exists"),
        (Self::Missing, "missing", "is missing"),
    ];

    /// Reads the name used in URLs.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known, _)| *known == name).map(|(test, ..)| test)
    }
}

/// Some of the objects that match, and how many there are.
#[derive(Debug, Serialize)]
pub struct List {
    pub total: i64,
    pub rows: Vec<Value>,
    /// The names of the properties that objects of this kind have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<String>,
}

/// The properties as queries see them, with pins, as JSONB.
fn effective() -> String {
    format!(
        "(CASE WHEN EXISTS (SELECT 1 FROM pin WHERE pin.uid = entity.uid) THEN jsonb_patch(props, {PINS}) \
         ELSE props END)"
    )
}

/// SQL under construction, with the values of its parameters.
#[derive(Default)]
pub(super) struct Conditions {
    sql: Vec<String>,
    pub values: Vec<Sql>,
}

impl Conditions {
    pub fn add(&mut self, sql: impl Into<String>, values: impl IntoIterator<Item = Sql>) {
        self.sql.push(sql.into());
        self.values.extend(values);
    }

    pub fn sql(&self) -> String {
        if self.sql.is_empty() { "TRUE".to_owned() } else { self.sql.join(" AND ") }
    }
}

/// The path of a property in SQLite's language. A quote cannot be written in it, so such names match nothing.
fn path(name: &str) -> Sql {
    Sql::Text(format!("$.\"{}\"", name.replace('"', "\u{fffd}")))
}

/// A pattern for `LIKE … ESCAPE '\'` that finds the text anywhere.
fn anywhere(text: &str) -> Sql {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    Sql::Text(pattern)
}

fn conditions(filter: &EntityFilter) -> Conditions {
    let mut all = Conditions::default();
    let props = effective();
    if let Some(name) = &filter.type_name {
        all.add("kind.type = ?", [Sql::Text(name.clone())]);
    }
    if let Some(class) = &filter.class {
        all.add("EXISTS (SELECT 1 FROM json_each(kind.class) WHERE value = ?)", [Sql::Text(class.clone())]);
    }
    if let Some(text) = &filter.search {
        all.add(
            format!(
                "(entity.key LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 FROM json_tree({props}) \
                 WHERE type NOT IN ('true', 'false') AND atom LIKE ? ESCAPE '\\'))"
            ),
            [anywhere(text), anywhere(text)],
        );
    }
    if let Some((name, test, value)) = &filter.test {
        // A property that is a list matches when one of its elements does.
        let words =
            "CASE each.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(atom AS TEXT) END";
        let any = |test: &str| format!("EXISTS (SELECT 1 FROM json_each({props}, ?) each WHERE {test})");
        let text = Sql::Text(value.clone());
        match test {
            Test::Is => all.add(any(&format!("{words} = ?")), [path(name), text]),
            Test::IsNot => all.add(format!("NOT {}", any(&format!("{words} = ?"))), [path(name), text]),
            Test::Contains => {
                all.add(any(&format!("{words} LIKE ? ESCAPE '\\'")), [path(name), anywhere(value)]);
            }
            Test::Above => all.add(
                any("atom > CAST(? AS NUMERIC) AND each.type IN ('integer', 'real')"),
                [path(name), text],
            ),
            Test::Below => all.add(
                any("atom < CAST(? AS NUMERIC) AND each.type IN ('integer', 'real')"),
                [path(name), text],
            ),
            Test::Exists => all.add(any("each.type <> 'null'"), [path(name)]),
            Test::Missing => all.add(format!("NOT {}", any("each.type <> 'null'")), [path(name)]),
        }
    }
    all
}

/// The entities that may contain a text: those whose bytes do. `None` for a text that JSON may write otherwise.
///
/// Two columns are read from end to end, and only what contains the text is taken apart. An index of all texts would take
/// longer to keep than everything else together.
fn candidates(connection: &Connection, text: &str) -> rusqlite::Result<Option<Vec<i64>>> {
    if text.contains(|c: char| c.is_control() || matches!(c, '"' | '\\')) {
        return Ok(None);
    }
    let needle = Needle::new(text);
    let mut ids = Vec::new();
    for (column, table) in [("props", "entity_props"), ("key", "entity")] {
        let mut statement = connection.prepare_cached(&format!("SELECT id, {column} FROM {table}"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if needle.is_in(row.get_ref(1)?.as_bytes_or_null()?.unwrap_or_default()) {
                ids.push(row.get(0)?);
            }
        }
    }
    // Pinned properties are not among those of the entity.
    let mut pinned =
        connection.prepare_cached("SELECT entity.id FROM pin JOIN entity ON entity.uid = pin.uid")?;
    ids.extend(pinned.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?);
    ids.sort_unstable();
    ids.dedup();
    Ok(Some(ids))
}

/// Lists entities.
pub fn entities(connection: &Connection, filter: &EntityFilter) -> rusqlite::Result<List> {
    let mut all = conditions(filter);
    if let Some(ids) =
        filter.search.as_deref().map(|text| candidates(connection, text)).transpose()?.flatten()
    {
        all.add("entity.id IN (SELECT value FROM json_each(?))", [Sql::Text(Value::from(ids).to_string())]);
    }
    let counted = format!("SELECT count(*) FROM {JOINS} WHERE {}", all.sql());
    let total = connection
        .prepare_cached(&counted)?
        .query_row(params_from_iter(all.values.iter()), |row| row.get(0))?;
    let props = effective();
    let order = match &filter.sort {
        Some((name, descending)) => {
            let direction = if *descending { "DESC" } else { "ASC" };
            all.values.extend([path(name), path(name)]);
            format!(
                "json_extract({props}, ?) IS NULL, json_extract({props}, ?) COLLATE NOCASE {direction}, entity.id"
            )
        }
        None => "entity.id".to_owned(),
    };
    all.values.extend([Sql::Integer(filter.limit), Sql::Integer(filter.offset)]);
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM {JOINS} WHERE {} ORDER BY {order} LIMIT ? OFFSET ?",
        all.sql()
    ))?;
    let rows = statement
        .query_map(params_from_iter(all.values.iter()), list_row)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let properties = match &filter.type_name {
        Some(name) => properties(connection, name)?,
        None => Vec::new(),
    };
    Ok(List { total, rows, properties })
}

/// The names of the properties of a type, as far as its first entities have them.
fn properties(connection: &Connection, type_name: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT each.key FROM (SELECT props FROM entity JOIN kind ON kind.id = entity.kind \
         JOIN entity_props ON entity_props.id = entity.id WHERE kind.type = ?1 LIMIT 1000) some, \
         json_each(some.props) each ORDER BY each.key",
    )?;
    statement.query_map([type_name], |row| row.get(0))?.collect()
}
