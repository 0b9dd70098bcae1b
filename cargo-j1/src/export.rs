//! `cargo j1 export`: the data of the local JupiterOne as files.

use j1_local::export::{Format, export};

use crate::args::{Export, ExportFormat};
use crate::error::Error;
use crate::output;

/// Writes the files and lists them.
pub fn run(args: &Export) -> Result<u8, Error> {
    let format = match args.format {
        ExportFormat::Parquet => Format::Parquet,
        ExportFormat::Csv => Format::Csv,
        ExportFormat::Jsonl => Format::Jsonl,
    };
    let mut list = String::new();
    for file in export(&args.db, format, &args.out)? {
        let s = if file.rows == 1 { "" } else { "s" };
        list.push_str(&format!("{}  {} row{s}\n", args.out.join(&file.path).display(), file.rows));
    }
    output::print(&list).map(|()| 0)
}
