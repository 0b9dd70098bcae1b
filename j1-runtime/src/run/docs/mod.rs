//! `docs`: the data model of the integration, between the official markers of its documentation.

mod section;

use std::path::{Path, PathBuf};

use j1_core::error::Kind;
use j1_core::graph::Naming;
use j1_core::{Error, Result};

use crate::code;
use crate::run::error::{RunError, RunErrorKind};
use crate::run::program::Program;
use crate::run::settings::DocsSettings;

/// The markers of the generated part, those of the official tool, so that either can replace it.
const START: &str = "<!-- {J1_DOCUMENTATION_MARKER_START} -->";
const END: &str = "<!-- {J1_DOCUMENTATION_MARKER_END} -->";

/// Writes the documentation, or compares it with what would be written; returns the line to print.
///
/// # Errors
/// When the file cannot be read or written, or has only one of the markers; or when it is out of date and was only to
/// be compared.
pub(crate) fn run(
    program: &'static Program,
    args: &DocsSettings,
    naming: &Naming,
) -> Result<String, RunError> {
    let path = args.file.clone().unwrap_or_else(|| PathBuf::from(format!("docs/{}.md", program.name)));
    let section = section::render(&(program.describe)(naming));
    let old = match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(disk(&path, "cannot be read").caused_by(error).into()),
    };
    let new = match &old {
        Some(text) => replaced(&path, text, &section)?,
        None => format!("# {}\n\n{START}\n{section}\n{END}\n", program.title),
    };
    let shown = path.display();
    if old.as_deref() == Some(&*new) {
        return Ok(format!("{shown} is up to date\n"));
    }
    if args.check {
        let what = if old.is_none() { "does not exist" } else { "is out of date" };
        let message = format!("{shown} {what}; write it with `cargo j1 docs`\n");
        return Err(RunError::new(RunErrorKind::Different, Error::other(message)));
    }
    write(&path, &new).map_err(|error| disk(&path, "cannot be written").caused_by(error))?;
    Ok(format!("wrote {shown}\n"))
}

/// The file with what is between its markers replaced; with the section at its end where it has none.
fn replaced(path: &Path, old: &str, section: &str) -> Result<String> {
    let block = format!("{START}\n{section}\n{END}");
    let Some(start) = old.find(START) else {
        if old.contains(END) {
            return Err(disk(path, "has the marker of the end, but not that of the start; put it back"));
        }
        return Ok(format!("{}\n\n{block}\n", old.trim_end()));
    };
    let Some(end) = old[start..].find(END) else {
        return Err(disk(path, "has the marker of the start, but not that of the end; put it back"));
    };
    Ok(format!("{}{block}{}", &old[..start], &old[start + end + END.len()..]))
}

/// Writes a file whole or not at all.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let new = path.with_extension("md.new");
    std::fs::write(&new, text)?;
    std::fs::rename(new, path)
}

fn disk(path: &Path, what: &str) -> Error {
    Error::new(Kind::Config, code::DISK, format!("{} {what}", path.display()))
}
