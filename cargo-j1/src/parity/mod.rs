//! `cargo j1 parity`: compares what two integrations collect from the same recordings.

mod compare;

use std::fmt::Write as _;
use std::path::Path;

use j1_core::error::exit;
use serde::{Deserialize, Serialize};

use crate::args::Parity;
use crate::collection::Collection;
use crate::error::Error;
use crate::new::escape::line;
use crate::output;
use compare::{Compared, Difference, Side};

/// The file of accepted differences, if no flag names one.
const ACCEPTED: &str = "parity.toml";

/// Differences that are meant.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Accepted {
    #[serde(default)]
    accept: Vec<Accept>,
}

/// A difference that is meant.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Accept {
    difference: String,
    at: String,
    reason: String,
}

impl Accept {
    /// Returns `true` if the entry accepts this difference.
    fn accepts(&self, one: &Difference) -> bool {
        self.difference == one.difference && self.at == one.at
    }
}

/// The result, as `--json` prints it.
#[derive(Debug, Serialize)]
struct Report<'r> {
    types: &'r [compare::Row],
    differences: Vec<&'r Difference>,
    accepted: Vec<&'r Accept>,
    /// Entries of the file that no difference needs.
    unused: Vec<&'r Accept>,
}

/// Compares two collections.
pub fn run(args: &Parity) -> Result<u8, Error> {
    let file = args.accept.as_deref().unwrap_or(Path::new(ACCEPTED));
    let accepted = accepted(args.accept.as_deref())?;
    let (official, new) = (side(&args.official)?, side(&args.from)?);
    let Compared { rows, differences } = compare::compare(&official, &new);
    let meant = |one: &Difference| accepted.accept.iter().find(|accept| accept.accepts(one));
    let is_used = |accept: &&Accept| differences.iter().any(|one| accept.accepts(one));
    let report = Report {
        types: &rows,
        differences: differences.iter().filter(|one| meant(one).is_none()).collect(),
        accepted: differences.iter().filter_map(meant).collect(),
        unused: accepted.accept.iter().filter(|accept| !is_used(accept)).collect(),
    };
    let text = if args.json { output::to_json(&serde_json::json!(report))? } else { table(&report, file) };
    output::print(&text)?;
    Ok(if report.differences.is_empty() { 0 } else { exit::DIFFERENT })
}

fn side(folder: &Path) -> Result<Side, Error> {
    let collection = Collection::open(folder)?;
    let mut side = Side::default();
    collection.each(|object| {
        side.add(object);
        Ok(())
    })?;
    Ok(side)
}

fn accepted(named: Option<&Path>) -> Result<Accepted, Error> {
    let path = named.unwrap_or(Path::new(ACCEPTED));
    let bad = |why: String| Error::BadParity { path: path.to_owned(), why };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Accepted::default());
        }
        Err(error) => return Err(bad(format!("cannot be read: {error}"))),
    };
    let accepted: Accepted = toml::from_str(&text).map_err(|error| bad(error.to_string()))?;
    match accepted.accept.iter().find(|accept| accept.reason.trim().is_empty()) {
        Some(accept) => Err(bad(format!(
            "`{}` at `{}` has no reason; write why it is meant",
            accept.difference, accept.at
        ))),
        None => Ok(accepted),
    }
}

fn table(report: &Report<'_>, file: &Path) -> String {
    let width = report.types.iter().map(|row| row.ty.len()).max().unwrap_or(4).max(4);
    let mut out = format!("{:width$}  official      new  same key\n", "type");
    for row in report.types {
        let ty = line(&row.ty);
        let _ = writeln!(out, "{ty:width$}  {:>8} {:>8}  {:>8}", row.official, row.new, row.same);
    }
    if report.differences.is_empty() {
        let _ = writeln!(
            out,
            "\nNo difference{}.",
            if report.accepted.is_empty() { "" } else { " but those accepted" }
        );
    } else {
        let _ = writeln!(out, "\n{} differences:", report.differences.len());
        for one in &report.differences {
            let _ = writeln!(out, "  {:16} {}: {}", one.difference, line(&one.at), line(&one.what));
        }
    }
    if !report.accepted.is_empty() {
        let _ = writeln!(out, "\n{} accepted:", report.accepted.len());
        for one in &report.accepted {
            let _ = writeln!(out, "  {:16} {}: {}", one.difference, line(&one.at), line(&one.reason));
        }
    }
    for accept in &report.unused {
        let _ = writeln!(
            out,
            "\n{} accepts `{}` at `{}`, which is not there any more; remove it.",
            line(&file.display().to_string()),
            line(&accept.difference),
            line(&accept.at)
        );
    }
    out
}
