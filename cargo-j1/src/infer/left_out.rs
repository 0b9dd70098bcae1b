//! The things that were left out, and the reasons.

use std::fmt::{self, Write as _};

use serde::Serialize;

use crate::new::escape::line;

/// Something that was left out.
#[derive(Debug, Clone, Serialize)]
pub struct LeftOut {
    /// Its name.
    pub what: String,
    /// The reason.
    pub why: String,
    /// The way to have it made after all, where it differs from one to the next.
    pub instead: Option<String>,
    /// It is a list of things, and could be an entity.
    #[serde(skip)]
    pub is_lost: bool,
}

impl LeftOut {
    /// Returns this with its reason, each on one line.
    pub fn new(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self { what: line(&what.into()), why: line(&why.into()), instead: None, is_lost: false }
    }

    /// Returns this with its reason, for a list of things that could be an entity.
    pub fn lost(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self { is_lost: true, ..Self::new(what, why) }
    }

    /// Returns `true` for a path, and `false` for a member of a record.
    pub fn is_list(&self) -> bool {
        let what = self.what.trim_start_matches('`');
        what.starts_with("GET /") || what.starts_with("POST /")
    }

    /// Returns its name, and what to do about it.
    fn item(&self) -> String {
        match &self.instead {
            Some(instead) => format!("{}: {instead}", self.what),
            None => self.what.clone(),
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.why)?;
        self.instead.iter().try_for_each(|instead| write!(f, "; {instead}"))
    }
}

/// A reason, and what it is the reason for.
#[derive(Debug, Clone, Serialize)]
pub struct Reason {
    /// The reason, or, where only one thing has it, that thing with its reason.
    pub why: String,
    /// The things that have it, each with what to do about it; empty where only one has it.
    pub items: Vec<String>,
}

/// Returns each reason once, in the order of what has it first.
pub fn by_reason<'l>(all: impl IntoIterator<Item = &'l LeftOut>) -> Vec<Reason> {
    let mut found: Vec<Vec<&LeftOut>> = Vec::new();
    for one in all {
        match found.iter_mut().find(|known| known[0].why == one.why) {
            Some(known) => known.push(one),
            None => found.push(vec![one]),
        }
    }
    let reason = |all: Vec<&LeftOut>| match all.as_slice() {
        [only] => Reason { why: only.to_string(), items: Vec::new() },
        several => {
            Reason { why: several[0].why.clone(), items: several.iter().map(|one| one.item()).collect() }
        }
    };
    found.into_iter().map(reason).collect()
}

/// The width of lines that hold several names.
const WIDTH: usize = 120;

impl Reason {
    /// Returns it for a terminal. `most` are the names shown; those of members stand side by side.
    pub fn told(&self, most: usize) -> String {
        if self.items.is_empty() {
            return format!("  {}\n", self.why);
        }
        let mut out = format!("  {} ({}):\n", self.why, self.items.len());
        let is_row = self.items.iter().any(|item| item.starts_with("`GET /") || item.starts_with("`POST /"));
        let mut width = WIDTH;
        for (at, item) in self.items.iter().take(most).enumerate() {
            let chars = item.chars().count() + 2;
            if is_row || at == 0 || width + chars > WIDTH {
                out += if at == 0 { "    " } else { "\n    " };
                width = 4;
            } else {
                out += ", ";
            }
            width += chars;
            out += item;
        }
        if self.items.len() > most {
            let _ =
                write!(out, "{}and {} more", if is_row { "\n    " } else { ", " }, self.items.len() - most);
        }
        out + "\n"
    }
}
