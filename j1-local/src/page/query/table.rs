//! The result of a query as columns and rows, and as CSV.

use axum::extract::{Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use super::super::{Parameters, value};
use super::ask;
use crate::http::App;
use crate::http::error::ApiError;
use crate::query::Data;

/// `GET /query.csv`: the whole result.
pub async fn csv(
    State(app): State<App>,
    Query(mut parameters): Query<Parameters>,
) -> Result<Response, ApiError> {
    let mut columns: Vec<String> = Vec::new();
    let mut rows: Vec<Vec<(String, String)>> = Vec::new();
    loop {
        match ask(&app, &parameters).await? {
            Some(Ok(page)) => {
                let (names, found) = table(&page.data);
                for row in found {
                    let cells = names.iter().cloned().zip(row.iter().map(|cell| value::plain(&cell.value)));
                    rows.push(cells.collect());
                }
                for name in names {
                    if !columns.contains(&name) {
                        columns.push(name);
                    }
                }
                parameters.cursor = page.cursor;
            }
            Some(Err(error)) => return Err(ApiError::invalid(error.to_string())),
            None => return Err(ApiError::invalid("the query is missing; send it as the parameter `q`")),
        }
        if parameters.cursor.is_none() {
            break;
        }
    }
    let mut out = String::new();
    line(&mut out, columns.iter().map(String::as_str));
    for row in &rows {
        let cell = |name: &String| row.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text);
        line(&mut out, columns.iter().map(cell));
    }
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"result.csv\""),
    ];
    Ok((headers, out).into_response())
}

/// A cell of a result; the first one of an entity leads to it.
pub struct Cell {
    pub value: Value,
    pub entity: Option<String>,
}

/// The result as columns and rows. Of entities, the name, type and class come before the properties.
pub fn table(data: &Data) -> (Vec<String>, Vec<Vec<Cell>>) {
    let entities = match data {
        Data::Table { columns, rows } => {
            let cells = |row: &Vec<Value>| {
                row.iter().map(|value| Cell { value: value.clone(), entity: None }).collect()
            };
            return (columns.clone(), rows.iter().map(cells).collect());
        }
        Data::List(rows) => rows,
        Data::Tree { vertices, .. } => vertices,
    };
    let mut columns: Vec<String> = ["displayName", "_type", "_class", "_key"].map(str::to_owned).into();
    for row in entities {
        for name in row["properties"].as_object().into_iter().flatten().map(|(name, _)| name) {
            if !columns.contains(name) {
                columns.push(name.clone());
            }
        }
    }
    let rows = entities
        .iter()
        .map(|row| {
            let cell = |(index, column): (usize, &String)| Cell {
                value: row["properties"]
                    .get(column)
                    .or_else(|| row["entity"].get(column))
                    .cloned()
                    .unwrap_or_default(),
                entity: row["id"].as_str().filter(|_| index == 0).map(str::to_owned),
            };
            columns.iter().enumerate().map(cell).collect()
        })
        .collect();
    (columns, rows)
}

/// Writes a line of CSV. A cell that a spreadsheet would take for a formula is quoted with an apostrophe.
fn line<'c>(out: &mut String, cells: impl Iterator<Item = &'c str>) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            out.push(',');
        }
        let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
        if formula || cell.contains([',', '"', '\n', '\r']) {
            out.push('"');
            if formula {
                out.push('\'');
            }
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(cell);
        }
    }
    out.push_str("\r\n");
}
