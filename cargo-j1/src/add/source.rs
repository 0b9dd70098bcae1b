//! Edits a Rust file of a project: finds where something has to be added, and adds it there.
//!
//! Files are expected to look as `cargo j1 new` writes them and rustfmt formats them. If a place is not found, the
//! file is left as it is.

use std::fs;
use std::path::{Path, PathBuf};

use heck::ToSnakeCase as _;
use serde::Serialize;

use super::Changed;
use crate::error::Error;
use crate::new::project::Endpoint;
use crate::new::templates;

/// A Rust file.
pub struct Source {
    path: PathBuf,
    text: String,
}

/// The integration, as a project's library declares it.
pub struct Integration {
    /// Its struct.
    pub name: String,
    /// The provider's name as people know it.
    pub title: String,
    /// The end of each `_type`.
    pub ty: String,
}

impl Integration {
    /// Returns the name of the parameter that holds the integration in steps.
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

    /// Returns `true` if the file declares this module.
    pub fn has_module(&self, name: &str) -> bool {
        self.text.lines().any(|line| line.trim_start_matches("pub ") == format!("mod {name};"))
    }

    /// Returns the position of the `derive` of `J1Integration`.
    fn derive(&self) -> Result<usize, Error> {
        self.text
            .find("J1Integration)]")
            .ok_or_else(|| self.no_place("it has no struct with `#[derive(J1Integration)]`"))
    }

    /// Returns the integration that it declares.
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

    /// Returns the default of a configuration field, which stands on the line before it.
    pub fn default_of(&self, field: &str) -> Option<String> {
        let at = self.text.find(&format!("pub {field}:"))?;
        let before = self.text[..at].trim_end().rsplit('\n').next()?;
        between(before, "default = \"", "\"").map(str::to_owned)
    }

    /// Returns `true` if a struct of the file has this field.
    pub fn has_field(&self, name: &str) -> bool {
        self.text.lines().any(|line| {
            let line = line.trim_start();
            line.strip_prefix("pub ")
                .unwrap_or(line)
                .strip_prefix(name)
                .is_some_and(|rest| rest.starts_with(": String"))
        })
    }

    /// Adds a step to the integration's list.
    ///
    /// A list that is `nested` below several records may have one record several times.
    pub fn with_step(&self, step: &str, nested: bool) -> Result<Changed, Error> {
        let derive = self.derive()?;
        let list = self.text[derive..].find("steps(").map(|at| derive + at);
        let end = list.and_then(|list| self.text[list..].find(')').map(|at| list + at));
        let end = end.ok_or_else(|| self.no_place("the integration has no `steps(..)`"))?;
        let mut edits = vec![self.one_more(end, step), self.import("steps", step)?];
        if let Some(list) = list.filter(|list| nested && !self.text[derive..*list].contains("duplicates")) {
            let once = "// review: what is listed below several records is collected once; see `duplicates` in the guide.\n    \
                        duplicates = keep_first,\n    ";
            edits.push((list, once.to_owned()));
        }
        Ok(self.changed(edits))
    }

    /// Returns an edit that appends an item to the list that ends here.
    fn one_more(&self, end: usize, one: &str) -> (usize, String) {
        let held = self.text[..end].trim_end();
        let comma = if held.ends_with([',', '(', '{']) { "" } else { "," };
        (held.len(), format!("{comma} {one}"))
    }

    /// Returns the end of the last line that begins with this and ends in a semicolon.
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

    /// Adds a module, and what it exports.
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

    /// Adds a module of tests.
    pub fn with_test(&self, module: &str) -> Result<Changed, Error> {
        let modules = self
            .last_line("mod ")
            .ok_or_else(|| self.no_place("it has no `mod ..;` to put another one after"))?;
        Ok(self.changed(vec![(modules, format!("\nmod {module};"))]))
    }

    /// Returns the code of a paging for this file, which may have no constant for the size of a page.
    fn sized(&self, code: &str) -> String {
        if self.text.contains("const PAGE: u64") {
            code.to_owned()
        } else {
            code.replace(", PAGE)", ", 100)")
        }
    }

    /// Returns the manifest of a package with `serde_json` among its dependencies; nothing where it is there.
    pub fn with_serde_json(&self) -> Option<Changed> {
        let head = "\n[dependencies]\n";
        let at = self.text.find(head)? + head.len();
        // Other tables name it, too: the profiles do.
        let mut table = self.text[at..].lines().take_while(|line| !line.starts_with('['));
        let is_it =
            |line: &str| line.split(['=', '.']).next().is_some_and(|name| name.trim() == "serde_json");
        if self.text.contains("\n[dependencies.serde_json]") || table.any(is_it) {
            return None;
        }
        Some(self.changed(vec![(at, "serde_json = \"1\"\n".to_owned())]))
    }

    /// Adds a method that reads something, as the last one of the `impl` that ends the file.
    pub fn with_method(&self, mut endpoint: Endpoint) -> Result<Changed, Error> {
        #[derive(Serialize)]
        struct Values<'v> {
            endpoint: &'v Endpoint,
        }
        let has_impl = self.text.contains("\nimpl ");
        let ours = ["-> Pages<", "self.client"].into_iter().find_map(|part| self.text.rfind(part));
        let last = ours
            .filter(|_| has_impl)
            .ok_or_else(|| self.no_place("it has no `impl` with a method that gives `Pages<..>`"))?;
        // Projects made before the client had a name keep it as `self.0`.
        let client = ["self.client", "self.0"].into_iter().find(|client| self.text[last..].contains(client));
        let client = client.ok_or_else(|| self.no_place("its methods do not ask `self.client`"))?;
        let end = self.text[last..]
            .find("\n}")
            .map(|at| last + at)
            .ok_or_else(|| self.no_place("the `impl` has no end"))?;
        endpoint.request = endpoint.request.replacen("self.client", client, 1);
        endpoint.code = self.sized(&endpoint.code);
        let mut edits = vec![self.import("entities", &endpoint.entity)?];
        if endpoint.once.is_none() && !self.text.contains("Pages") {
            edits.push(self.import("j1::provider", "Pages")?);
            edits.push(self.import("j1::provider", "Paging")?);
        }
        let values = Values { endpoint: &endpoint };
        if endpoint.once.as_ref().is_some_and(|once| once.inside.is_some()) {
            let response = templates::one("client/response.rs", &values)?;
            edits.push((end + 2, format!("\n\n{}", response.trim_end())));
        }
        let method = templates::one("client/method.rs", &values)?;
        edits.push((end, format!("\n\n{}", method.trim_end())));
        Ok(self.changed(edits))
    }

    /// Returns an edit that imports a name from a module of the crate: into the braces that import from there, or on a new line.
    fn import(&self, module: &str, name: &str) -> Result<(usize, String), Error> {
        let from = if self.has_module(module) || module.contains("::") {
            module.to_owned()
        } else {
            format!("crate::{module}")
        };
        let braces = self.text.find(&format!("use {from}::{{"));
        if let Some(end) = braces.and_then(|at| self.text[at..].find("};").map(|end| at + end)) {
            return Ok(self.one_more(end, name));
        }
        let last = self
            .last_line("use ")
            .ok_or_else(|| self.no_place("it has no `use ..;` to put another one after"))?;
        Ok((last, format!("\nuse {from}::{name};")))
    }

    /// Returns the file with these texts inserted at these positions.
    fn changed(&self, mut edits: Vec<(usize, String)>) -> Changed {
        edits.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        let mut text = self.text.clone();
        for (at, added) in edits {
            text.insert_str(at, &added);
        }
        Changed { path: self.path.clone(), text, before: Some(self.text.clone()) }
    }
}

/// Returns the text between two others, where both first occur.
pub fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(between, _)| between)
}
