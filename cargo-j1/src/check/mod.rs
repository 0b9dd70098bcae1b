//! `cargo j1 check`: the differences between an integration and its lock, and the version that they require.

mod report;

use j1_core::error::exit;

use crate::args::{Check, Output};
use crate::error::Error;
use crate::integration::{self, Described};
use crate::lock::{self, Difference, Lock};
use crate::output;

use report::Report;

/// The result of a check.
struct Checked {
    /// The lock before the check; `None` if there was no file.
    old: Option<Lock>,
    /// The lock as the integration is now.
    new: Lock,
    /// The differences.
    differences: Vec<Difference>,
    /// The output of the integration's `docs`, and `true` if the documentation is up to date.
    docs: (String, bool),
    /// Properties that are always sent as `null`, by `_type`, without those that the author accepts.
    nulls: Vec<(String, Vec<String>)>,
    /// `true` if the lock was written.
    written: bool,
}

/// Compares the integration with its lock, or writes the lock.
pub fn run(args: &Check) -> Result<u8, Error> {
    let described = integration::describe(&args.integration)?;
    let path = described.package.folder().join(lock::FILE);
    let new = Lock::from_description(&described.description, described.package.version.clone());
    let old = if args.update { readable(lock::read(&path))? } else { lock::read(&path)? };
    if old.is_none() && !args.update {
        return Err(Error::NoLock { path });
    }
    let differences = old.as_ref().map(|old| lock::differences(old, &new)).unwrap_or_default();
    let written = args.update && old.as_ref() != Some(&new);
    if written {
        lock::write(&path, &new)?;
    }
    let checked = Checked {
        old,
        new,
        differences,
        docs: docs(&described, args.update)?,
        nulls: integration::always_null(&described.description),
        written,
    };
    let report = Report::new(&described.package.name, &checked);
    match args.output {
        Output::Human => report.print(),
        Output::Json => report.print_json(),
    }?;
    Ok(report.exit_code)
}

/// Treats a lock that cannot be parsed as missing, so that it is written anew. Any other error remains one.
fn readable(read: Result<Option<Lock>, Error>) -> Result<Option<Lock>, Error> {
    match read {
        Err(Error::BadLock { path, why }) => {
            output::warn(&format!("{} is written anew: {why}", path.display()));
            Ok(None)
        }
        read => read,
    }
}

/// Has the integration compare its documentation, or write it.
fn docs(described: &Described, update: bool) -> Result<(String, bool), Error> {
    described.docs(if update { &[] } else { &["--check"] })
}

impl Checked {
    fn exit_code(&self) -> u8 {
        let current = self.written || self.differences.is_empty();
        if current && self.docs.1 { exit::COMPLETE } else { exit::DIFFERENT }
    }
}
