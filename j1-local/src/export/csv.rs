//! CSV as RFC 4180 describes it.

use std::io::{Result, Write};

use serde_json::{Map, Value};

use super::table::{Table, text};

/// Writes rows as CSV. A missing value is an empty field, an empty text is `""`.
pub struct Csv<'t, W> {
    table: &'t Table,
    out: W,
}

impl<'t, W: Write> Csv<'t, W> {
    /// Writes the header.
    pub fn new(table: &'t Table, mut out: W) -> Result<Self> {
        let names: Vec<_> = table.columns.iter().map(|(name, _)| field(name)).collect();
        out.write_all(format!("{}\r\n", names.join(",")).as_bytes())?;
        Ok(Self { table, out })
    }

    /// Writes one row.
    pub fn row(&mut self, object: &Map<String, Value>) -> Result<()> {
        let cells: Vec<_> = self
            .table
            .columns
            .iter()
            .map(|(name, _)| match object.get(name) {
                None | Some(Value::Null) => String::new(),
                Some(value) => field(&text(value)),
            })
            .collect();
        self.out.write_all(format!("{}\r\n", cells.join(",")).as_bytes())
    }
}

fn field(text: &str) -> String {
    if text.is_empty() || text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
