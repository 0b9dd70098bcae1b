//! A Rust file of a project: finding the places where something is to be added, and adding it there.
//!
//! The places are those of a project that `cargo j1 new` makes and rustfmt has laid out; where one is not there as it is there,
//! the file is not touched.

use std::fs;
use std::path::{Path, PathBuf};

use heck::ToSnakeCase as _;

use super::Changed;
use crate::error::Error;
use crate::infer::{Entity, words};

/// A Rust file.
pub struct Source {
    path: PathBuf,
    text: String,
}

/// What a project's library says of the integration.
pub struct Integration {
    /// Its struct.
    pub name: String,
    /// What people call the vendor.
    pub title: String,
    /// What `_type`s end in.
    pub ty: String,
}

impl Integration {
    /// What steps call it.
    pub fn receiver(&self) -> String {
        let name = self.name.to_snake_case();
        if ["job", "record", "records"].contains(&name.as_str()) { "integration".to_owned() } else { name }
    }
}

impl Source {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text =
            fs::read_to_string(path).map_err(|source| Error::File { path: path.to_owned(), source })?;
        Ok(Self { path: path.to_owned(), text })
    }

    fn no_place(&self, what: &str) -> Error {
        Error::NoPlace { path: self.path.clone(), what: what.to_owned() }
    }

    /// Whether it declares this module.
    pub fn has_module(&self, name: &str) -> bool {
        self.text.lines().any(|line| line.trim_start_matches("pub ") == format!("mod {name};"))
    }

    /// Where the struct that derives `J1Integration` begins.
    fn derive(&self) -> Result<usize, Error> {
        self.text
            .find("J1Integration)]")
            .ok_or_else(|| self.no_place("it has no struct with `#[derive(J1Integration)]`"))
    }

    /// What it says of the integration.
    pub fn integration(&self) -> Result<Integration, Error> {
        let text = &self.text[self.derive()?..];
        let said = |key: &str| between(text, &format!("{key} = \""), "\"").map(str::to_owned);
        let name = said("    name").ok_or_else(|| self.no_place("the integration has no `name = \"..\"`"))?;
        let struct_name = between(text, "pub struct ", " ")
            .ok_or_else(|| self.no_place("the integration is no `pub struct`"))?;
        Ok(Integration {
            name: struct_name.to_owned(),
            title: said("    title").unwrap_or_else(|| name.clone()),
            ty: said("    type").unwrap_or(name),
        })
    }

    /// The default of a configuration field, which stands on the line before it.
    pub fn default_of(&self, field: &str) -> Option<String> {
        let at = self.text.find(&format!("pub {field}:"))?;
        let before = self.text[..at].trim_end().rsplit('\n').next()?;
        between(before, "default = \"", "\"").map(str::to_owned)
    }

    /// The same with a step in the integration's list.
    pub fn with_step(&self, step: &str) -> Result<Changed, Error> {
        let derive = self.derive()?;
        let list = self.text[derive..].find("steps(").map(|at| derive + at);
        let end = list.and_then(|list| self.text[list..].find(')').map(|at| list + at));
        let end = end.ok_or_else(|| self.no_place("the integration has no `steps(..)`"))?;
        Ok(self.changed(vec![self.one_more(end, step), self.import("steps", step)?]))
    }

    /// An edit that puts one more into a list that ends here.
    fn one_more(&self, end: usize, one: &str) -> (usize, String) {
        let held = self.text[..end].trim_end();
        let comma = if held.ends_with([',', '(', '{']) { "" } else { "," };
        (held.len(), format!("{comma} {one}"))
    }

    /// The end of the last line that begins so.
    fn last_line(&self, head: &str) -> Option<usize> {
        let mut at = 0;
        let mut found = None;
        for line in self.text.split_inclusive('\n') {
            if line.starts_with(head) && line.trim_end().ends_with(';') {
                found = Some(at + line.trim_end().len());
            }
            at += line.len();
        }
        found
    }

    /// The same with a module, and what it holds.
    pub fn with_module(&self, module: &str, holds: &str) -> Result<Changed, Error> {
        let modules = self
            .last_line("mod ")
            .ok_or_else(|| self.no_place("it has no `mod ..;` to put another one after"))?;
        let uses = self
            .last_line("pub use ")
            .ok_or_else(|| self.no_place("it has no `pub use ..;` to put another one after"))?;
        Ok(self.changed(vec![
            (modules, format!("\nmod {module};")),
            (uses, format!("\npub use {module}::{holds};")),
        ]))
    }

    /// The same with a module, for tests.
    pub fn with_test(&self, module: &str) -> Result<Changed, Error> {
        let modules = self
            .last_line("mod ")
            .ok_or_else(|| self.no_place("it has no `mod ..;` to put another one after"))?;
        Ok(self.changed(vec![(modules, format!("\nmod {module};"))]))
    }

    /// The code of a paging for this file, which may have no constant for the size of a page.
    pub fn sized(&self, code: &str) -> String {
        if self.text.contains("const PAGE: u64") {
            code.to_owned()
        } else {
            code.replace(", PAGE)", ", 100)")
        }
    }

    /// The same with a method that gives a list, as the last one of the `impl` that ends the file.
    pub fn with_list(&self, method: &str, entity: &Entity, code: &str) -> Result<Changed, Error> {
        let last = self.text.rfind("-> Pages<").filter(|_| self.text.contains("\nimpl "));
        let last =
            last.ok_or_else(|| self.no_place("it has no `impl` with a method that gives `Pages<..>`"))?;
        if !self.text[last..].contains("self.0") {
            return Err(self.no_place("its methods do not ask `self.0`"));
        }
        let end = self.text[last..]
            .find("\n}")
            .map(|at| last + at)
            .ok_or_else(|| self.no_place("the `impl` has no end"))?;
        let (docs, ty, path) = (words::prose(&entity.plural), &entity.type_name, &entity.path);
        let added = format!(
            "\n\n    /// The {docs}.\n    // review: the path and the paging, as far as the file shows them\n    #[must_use]\n    \
             pub fn {method}(&self) -> Pages<{ty}> {{\n        self.0.get(\"{path}\").pages({code})\n    }}"
        );
        Ok(self.changed(vec![(end, added), self.import("entities", ty)?]))
    }

    /// An edit that imports a name from a module of the crate: into the braces that import from there, or a line more.
    fn import(&self, module: &str, name: &str) -> Result<(usize, String), Error> {
        let from = if self.has_module(module) { module.to_owned() } else { format!("crate::{module}") };
        let braces = self.text.find(&format!("use {from}::{{"));
        if let Some(end) = braces.and_then(|at| self.text[at..].find("};").map(|end| at + end)) {
            return Ok(self.one_more(end, name));
        }
        let last = self
            .last_line("use ")
            .ok_or_else(|| self.no_place("it has no `use ..;` to put another one after"))?;
        Ok((last, format!("\nuse {from}::{name};")))
    }

    /// The file with these texts put in at these places.
    fn changed(&self, mut edits: Vec<(usize, String)>) -> Changed {
        edits.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        let mut text = self.text.clone();
        for (at, added) in edits {
            text.insert_str(at, &added);
        }
        Changed { path: self.path.clone(), text, before: Some(self.text.clone()) }
    }
}

/// What stands between two texts, the first time both are there.
pub fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(between, _)| between)
}
