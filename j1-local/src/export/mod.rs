//! Writes what a data file has as files for other programs: JSON Lines, CSV or Parquet.
//!
//! `entities/<_type>.<format>` has a column for each property, `relationships.<format>` all relationships. The data
//! file is opened for reading, so a server may use it at the same time.

mod csv;
mod parquet;
mod table;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};
use serde_json::{Map, Value};

use crate::error::Error;
use crate::store::check_format;
use table::Table;

/// A format of exported files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated values with a header; lists are JSON text.
    Csv,
    /// Parquet, uncompressed; lists are JSON text.
    Parquet,
}

impl Format {
    /// The ending of the files.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exported {
    /// The file, below the folder that was asked for.
    pub path: PathBuf,
    /// The number of objects in it.
    pub rows: u64,
}

const ENTITY: &[&str] =
    &["_id", "_key", "_type", "_class", "_scope", "_source", "_version", "_createdOn", "_beginOn"];

const RELATIONSHIP: &[&str] = &[
    "_id",
    "_key",
    "_type",
    "_class",
    "_fromEntityId",
    "_toEntityId",
    "_fromEntityKey",
    "_toEntityKey",
    "_scope",
    "_source",
    "mapped",
    "_version",
    "_createdOn",
    "_beginOn",
];

/// Writes the entities and relationships of a data file into a folder.
///
/// # Errors
///
/// Returns an error if the data file cannot be read or a file cannot be written.
pub fn export(database: &Path, format: Format, folder: &Path) -> Result<Vec<Exported>, Error> {
    if let Err(source) = File::open(database) {
        return Err(Error::Open { path: database.to_owned(), source });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(database, flags)?;
    check_format(&connection, database)?;
    // One state of the graph for all files.
    let connection = connection.transaction()?;
    let mut written = Vec::new();
    let types = connection
        .prepare(
            "SELECT DISTINCT type FROM kind WHERE EXISTS (SELECT 1 FROM entity WHERE entity.kind = kind.id) ORDER BY 1",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<String>>>()?;
    let mut names = Vec::new();
    for type_name in types {
        let name = file_name(&type_name, &mut names);
        let path = Path::new("entities").join(format!("{name}.{}", format.ending()));
        let sql = format!("SELECT {}, properties FROM entities WHERE _type = ?1", ENTITY.join(", "));
        let rows = write(&connection, format, &folder.join(&path), (&sql, ENTITY), &[&type_name])?;
        written.push(Exported { path, rows });
    }
    let path = PathBuf::from(format!("relationships.{}", format.ending()));
    let sql = format!("SELECT {}, properties FROM relationships", RELATIONSHIP.join(", "));
    let rows = write(&connection, format, &folder.join(&path), (&sql, RELATIONSHIP), &[])?;
    written.push(Exported { path, rows });
    Ok(written)
}

/// Writes the rows of a query to a file.
fn write(
    connection: &Connection,
    format: Format,
    path: &Path,
    (sql, columns): (&str, &[&str]),
    parameters: &[&String],
) -> Result<u64, Error> {
    let failed = |source| Error::Write { path: path.to_owned(), source };
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(failed)?;
    }
    let mut file = BufWriter::new(File::create(path).map_err(failed)?);
    // The columns are known when all rows have been seen, so those formats read twice.
    let mut table = Table::new(columns);
    if format != Format::Jsonl {
        each(connection, sql, columns, parameters, |object| {
            table.see(&object);
            Ok(())
        })?;
    }
    let mut rows = 0;
    let mut writer = Writer::new(format, &table, &mut file).map_err(failed)?;
    each(connection, sql, columns, parameters, |object| {
        rows += 1;
        writer.row(&object).map_err(failed)
    })?;
    writer.end().map_err(failed)?;
    file.flush().map_err(failed)?;
    Ok(rows)
}

/// Reads every row as one object: the columns, and the properties.
fn each(
    connection: &Connection,
    sql: &str,
    columns: &[&str],
    parameters: &[&String],
    mut take: impl FnMut(Map<String, Value>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(rusqlite::params_from_iter(parameters))?;
    while let Some(row) = rows.next()? {
        let mut object = Map::new();
        for (index, name) in columns.iter().enumerate() {
            let value = match row.get(index)? {
                rusqlite::types::Value::Integer(number) if *name == "mapped" => Value::Bool(number != 0),
                rusqlite::types::Value::Integer(number) => number.into(),
                // The class of an entity is a list.
                rusqlite::types::Value::Text(text) if *name == "_class" && text.starts_with('[') => {
                    serde_json::from_str(&text).unwrap_or(Value::Null)
                }
                rusqlite::types::Value::Text(text) => text.into(),
                _ => Value::Null,
            };
            object.insert((*name).to_owned(), value);
        }
        let properties: String = row.get(columns.len())?;
        let properties: Map<String, Value> = serde_json::from_str(&properties).unwrap_or_default();
        object.extend(properties);
        take(object)?;
    }
    Ok(())
}

/// One of the three ways to write rows.
enum Writer<'t, W: Write> {
    Jsonl(W),
    Csv(csv::Csv<'t, W>),
    Parquet(Box<parquet::Parquet<'t, W>>),
}

impl<'t, W: Write> Writer<'t, W> {
    fn new(format: Format, table: &'t Table, out: W) -> std::io::Result<Self> {
        Ok(match format {
            Format::Jsonl => Self::Jsonl(out),
            Format::Csv => Self::Csv(csv::Csv::new(table, out)?),
            Format::Parquet => Self::Parquet(Box::new(parquet::Parquet::new(table, out)?)),
        })
    }

    fn row(&mut self, object: &Map<String, Value>) -> std::io::Result<()> {
        match self {
            Self::Jsonl(out) => {
                serde_json::to_writer(&mut *out, object)?;
                out.write_all(b"\n")
            }
            Self::Csv(csv) => csv.row(object),
            Self::Parquet(parquet) => parquet.row(object),
        }
    }

    fn end(self) -> std::io::Result<()> {
        match self {
            Self::Jsonl(_) | Self::Csv(_) => Ok(()),
            Self::Parquet(parquet) => parquet.end(),
        }
    }
}

/// The name of a type's file: the type, as far as file systems take it, and another one than the names before.
fn file_name(type_name: &str, names: &mut Vec<String>) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '_' };
    let stem: String = type_name.chars().map(plain).take(150).collect();
    let mut name = stem.clone();
    let mut number = 1;
    // File systems may take two names that differ in case for one.
    while names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
        number += 1;
        name = format!("{stem}-{number}");
    }
    names.push(name.clone());
    name
}
