//! The report of a check, for people and for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use semver::Version;
use serde::Serialize;

use super::Checked;
use crate::error::Error;
use crate::lock::{self, Difference, Level};
use crate::output;
use crate::style::{ERROR, NAME, WARNING};

/// The report of a check.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    package: String,
    /// The version of the package now.
    version: Version,
    /// The version that the lock was written for; `None` without a lock.
    locked_version: Option<Version>,
    lock: State,
    differences: Vec<Item>,
    /// The highest level among the differences.
    level: Option<Level>,
    /// The version that the differences require.
    needs_version: Option<Version>,
    /// `true` if the package has that version or a later one.
    bumped: bool,
    docs: Docs,
    /// Properties that are always sent as `null`, by `_type`, without those that the author accepts.
    always_null: BTreeMap<String, Vec<String>>,
    pub exit_code: u8,
}

#[derive(Debug, Serialize)]
struct Docs {
    current: bool,
    message: String,
}

/// The state of the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum State {
    Current,
    Different,
    Written,
}

/// A difference as programs read it.
#[derive(Debug, Serialize)]
struct Item {
    kind: &'static str,
    level: Level,
    at: String,
    old: Option<String>,
    new: Option<String>,
    meaning: &'static str,
}

impl From<&Difference> for Item {
    fn from(difference: &Difference) -> Self {
        let Difference { kind, at, old, new } = difference.clone();
        Self { kind: kind.name(), level: kind.level(), at, old, new, meaning: kind.meaning() }
    }
}

impl Report {
    /// The report of what was found.
    pub fn new(package: &str, checked: &Checked) -> Self {
        let version = &checked.new.integration.version;
        let locked = checked.old.as_ref().map(|old| &old.integration.version);
        let level = lock::gravest(&checked.differences);
        let change = level.zip(locked);
        Self {
            package: package.to_owned(),
            version: version.clone(),
            locked_version: locked.cloned(),
            lock: match (checked.written, checked.differences.is_empty()) {
                (true, _) => State::Written,
                (false, true) => State::Current,
                (false, false) => State::Different,
            },
            differences: checked.differences.iter().map(Item::from).collect(),
            level,
            needs_version: change.map(|(level, locked)| lock::needed(locked, level)),
            bumped: change.is_none_or(|(level, locked)| lock::is_enough(version, locked, level)),
            docs: Docs { current: checked.docs.1, message: checked.docs.0.clone() },
            always_null: checked.nulls.iter().cloned().collect(),
            exit_code: checked.exit_code(),
        }
    }

    /// Prints one JSON document.
    pub fn print_json(&self) -> Result<(), Error> {
        output::print(&output::to_json(self)?)
    }

    /// Prints it for people.
    pub fn print(&self) -> Result<(), Error> {
        output::print(&self.text())
    }

    fn text(&self) -> String {
        let mut out = String::new();
        if let Some(locked) = self.locked_version.as_ref().filter(|_| !self.differences.is_empty()) {
            let (package, version) = (&self.package, &self.version);
            let _ = writeln!(out, "{package} {version} differs from {package} {locked} in {}:\n", lock::FILE);
        }
        for item in &self.differences {
            item.write(&mut out);
        }
        out += &self.verdict();
        let _ = writeln!(out, "{}", self.docs.message);
        out += &self.nulls();
        out
    }

    /// Lists the properties that are always sent as `null`. They are a note: nothing is wrong with them.
    fn nulls(&self) -> String {
        let mut out = String::new();
        for (ty, names) in &self.always_null {
            let _ = writeln!(out, "note: {NAME}{ty}{NAME:#} always sends `null` as {}", names.join(", "));
        }
        if !self.always_null.is_empty() {
            out += "      map a field with `#[j1(rename = \"..\")]`, or say that the provider does not have them, `#[j1(unknown(..))]`\n";
        }
        out
    }

    /// Says what to do next.
    fn verdict(&self) -> String {
        let file = lock::FILE;
        let counts = self.counts();
        match (self.lock, &self.needs_version) {
            (State::Current, _) => format!("{file} is up to date\n"),
            (State::Written, Some(needed)) if !self.bumped => format!(
                "wrote {file}: {counts}; {WARNING}the version of the package does not announce it{WARNING:#}: it is {}, and needs \
                 to be {needed} or later unless an earlier change has raised it already\n",
                self.version
            ),
            (State::Written, _) => {
                let counts = if counts.is_empty() { String::new() } else { format!(": {counts}") };
                format!("wrote {file}{counts}\n")
            }
            (State::Different, Some(needed)) if !self.bumped => format!(
                "{counts}. This needs version {NAME}{needed}{NAME:#}, but the package is at {}. If the change is intended, \
                 change `version` in Cargo.toml, then accept it with `cargo j1 check --update`\n",
                self.version
            ),
            (State::Different, _) => format!(
                "{counts}. The version of the package allows it; if the change is intended, accept it with `cargo j1 check \
                 --update`\n"
            ),
        }
    }

    /// `2 breaking, 1 patch`.
    fn counts(&self) -> String {
        let mut counts = BTreeMap::<Level, usize>::new();
        for item in &self.differences {
            *counts.entry(item.level).or_default() += 1;
        }
        let counts: Vec<_> = counts.iter().rev().map(|(level, count)| format!("{count} {level}")).collect();
        counts.join(", ")
    }
}

impl Item {
    fn write(&self, out: &mut String) {
        let style = match self.level {
            Level::Breaking => ERROR,
            Level::Minor => WARNING,
            Level::Patch => NAME,
        };
        let Self { kind, level, at, meaning, .. } = self;
        let _ = writeln!(out, "{style}{level:8}{style:#}  {kind}  {NAME}{at}{NAME:#}");
        let change = match (&self.old, &self.new) {
            (Some(old), Some(new)) => format!("{old} → {new}"),
            (Some(old), None) => format!("{old} → nothing"),
            (None, Some(new)) => format!("nothing → {new}"),
            (None, None) => String::new(),
        };
        let _ = writeln!(out, "          {change}\n          {meaning}\n");
    }
}
