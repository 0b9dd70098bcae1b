//! Answers as tables, JSON and CSV.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use j1_local::query::Data;
use j1ql::Span;
use serde_json::{Map, Value, json};

use super::Result;
use crate::args::QueryFormat;
use crate::error::Error;
use crate::questions::file::{Question, QuestionQuery};
use crate::style::{HEADER, NAME};

/// The widest column of a table for people.
const WIDEST: usize = 60;

/// Writes an answer in this format.
pub fn result(result: &Result, query: &str, format: QueryFormat) -> std::result::Result<String, Error> {
    match format {
        QueryFormat::Json => {
            let answer = json!({
                "type": result.data.kind(), "data": result.data.json(&result.absent), "notices": notices(result),
            });
            Ok(format!("{answer:#}\n"))
        }
        QueryFormat::Table => Ok(table(&result.data)),
        QueryFormat::Csv => csv(&result.data, query),
    }
}

/// The heading of one query of a question.
pub fn heading(question: &Question, query: &QuestionQuery) -> String {
    let name = query.name.as_ref().map(|name| format!(" [{name}]")).unwrap_or_default();
    let results =
        query.results_are.as_ref().map(|results| format!(" (results are {results})")).unwrap_or_default();
    format!("{NAME}{}{NAME:#}{name}{results}\n", question.title)
}

/// The notices as JSON.
pub fn notices(result: &Result) -> Value {
    result.notices.iter().map(|(code, message)| json!({ "code": code, "message": message })).collect()
}

fn table(data: &Data) -> String {
    match data {
        Data::Table { columns, rows } => aligned(columns, rows, "row"),
        Data::List(rows) => entities(rows),
        Data::Tree { vertices, edges } => {
            let columns = ["from", "relationship", "to"].map(str::to_owned);
            let name = |id: &Value| {
                let vertex = vertices.iter().find(|vertex| vertex["id"] == *id);
                vertex.map_or_else(|| id.clone(), |vertex| vertex["entity"]["_key"].clone())
            };
            let rows: Vec<Vec<Value>> = edges
                .iter()
                .map(|edge| {
                    let class = first(&edge["relationship"]["_class"]);
                    vec![name(&edge["fromVertexId"]), class, name(&edge["toVertexId"])]
                })
                .collect();
            format!("{}\n{}", entities(vertices), aligned(&columns, &rows, "relationship"))
        }
    }
}

fn entities(rows: &[Value]) -> String {
    let columns = ["_key", "_type", "_class", "displayName"].map(str::to_owned);
    let rows: Vec<Vec<Value>> = rows
        .iter()
        .map(|row| {
            let entity = &row["entity"];
            vec![
                entity["_key"].clone(),
                first(&entity["_type"]),
                first(&entity["_class"]),
                row["properties"]["displayName"].clone(),
            ]
        })
        .collect();
    aligned(&columns, &rows, "entity")
}

/// The one element of a list, or the list.
fn first(value: &Value) -> Value {
    match value.as_array().map(Vec::as_slice) {
        Some([one]) => one.clone(),
        _ => value.clone(),
    }
}

fn aligned(columns: &[String], rows: &[Vec<Value>], what: &str) -> String {
    let cells: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    let widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let longest = cells.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max();
            longest.unwrap_or(0).max(name.chars().count())
        })
        .collect();
    let line = |cells: &[String]| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut text = format!("{HEADER}{}{HEADER:#}\n", line(columns));
    for row in &cells {
        text += &line(row);
        text.push('\n');
    }
    let plural = match (rows.len(), what) {
        (1, what) => what.to_owned(),
        (_, "entity") => "entities".to_owned(),
        (_, what) => format!("{what}s"),
    };
    let _ = writeln!(text, "{} {plural}", rows.len());
    text
}

fn cell(value: &Value) -> String {
    let text = plain(value).replace(|c: char| c.is_control(), " ");
    if text.chars().count() <= WIDEST {
        return text;
    }
    text.chars().take(WIDEST - 1).chain(['…']).collect()
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(all) if all.iter().all(|one| !one.is_array() && !one.is_object()) => {
            all.iter().map(plain).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

fn csv(data: &Data, query: &str) -> std::result::Result<String, Error> {
    let (columns, rows) = match data {
        Data::Table { columns, rows } => (columns.clone(), rows.clone()),
        Data::List(rows) => flat(rows),
        Data::Tree { .. } => {
            let message =
                format!("a tree cannot be written as CSV; use --format json, or RETURN columns\n  {query}");
            return Err(Error::Query { message });
        }
    };
    let mut writer = csv::Writer::from_writer(Vec::new());
    let unwritable = |error: csv::Error| crate::output::unwritable(error.into());
    writer.write_record(&columns).map_err(unwritable)?;
    for row in rows {
        // Lists stay JSON, so that a program can read them back.
        let cells = row.iter().map(|value| if value.is_array() { value.to_string() } else { plain(value) });
        writer.write_record(cells).map_err(unwritable)?;
    }
    let bytes = writer.into_inner().map_err(|error| crate::output::unwritable(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Entities with a column for each property that any has.
fn flat(rows: &[Value]) -> (Vec<String>, Vec<Vec<Value>>) {
    let members = |row: &Value| -> Map<String, Value> {
        let mut all = row["entity"].as_object().cloned().unwrap_or_default();
        for name in ["_type", "_class"] {
            if let Some(value) = all.get_mut(name) {
                *value = first(value);
            }
        }
        all.extend(row["properties"].as_object().cloned().unwrap_or_default());
        all
    };
    let all: Vec<Map<String, Value>> = rows.iter().map(members).collect();
    let columns: BTreeSet<String> = all.iter().flat_map(|row| row.keys().cloned()).collect();
    let columns: Vec<String> = columns.into_iter().collect();
    let rows = all
        .into_iter()
        .map(|mut row| columns.iter().map(|name| row.remove(name).unwrap_or_default()).collect())
        .collect();
    (columns, rows)
}

/// The line of the query with the place underlined, on lines of its own.
pub fn underlined(text: &str, span: Span) -> String {
    let start = span.start.min(text.len());
    let line_start = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let Some(line) = text.get(line_start..).and_then(|rest| rest.lines().next()) else {
        return String::new();
    };
    // A line of a generated query can be very long.
    if line.len() > 200 {
        return String::new();
    }
    let before = text.get(line_start..start).unwrap_or_default().chars().count();
    let marked = span.of(text).lines().next().unwrap_or_default().chars().count().max(1);
    format!("\n  {line}\n  {}{}", " ".repeat(before), "^".repeat(marked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_an_error_is_underlined_in_its_line() {
        let text = "FIND User\n  WITH name => 'x'";
        let error = j1ql::parse(text).unwrap_err();
        assert_eq!(underlined(text, error.span), "\n    WITH name => 'x'\n               ^");
    }

    #[test]
    fn entities_in_csv_have_a_column_for_each_property() {
        let rows = [
            json!({ "entity": { "_key": "a", "_class": ["User"] }, "properties": { "mail": ["x", "y"] } }),
            json!({ "entity": { "_key": "b", "_class": ["User"] }, "properties": { "name": "B, b" } }),
        ];
        let text = csv(&Data::List(rows.to_vec()), "").unwrap();
        assert_eq!(text, "_class,_key,mail,name\nUser,a,\"[\"\"x\"\",\"\"y\"\"]\",\nUser,b,,\"B, b\"\n");
    }
}
