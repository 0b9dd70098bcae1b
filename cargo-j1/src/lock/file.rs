//! The file on disk: TOML with one property or relationship a line, so that its diff shows what changed.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use serde::Serialize;

use super::{FORMAT, Lock, Relationships};
use crate::error::Error;

/// Its name, beside the package's Cargo.toml.
pub const FILE: &str = "j1.lock";

const HEAD: &str = "\
# What this integration is to JupiterOne and to those who run it. `cargo j1 check` compares with it, and
# `cargo j1 check --update` writes it. Commit it, and do not edit it.
";

/// Reads the lock; `None` if the file does not exist.
pub fn read(path: &Path) -> Result<Option<Lock>, Error> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::File { path: path.to_owned(), source }),
    };
    parse(&text).map(Some).map_err(|why| Error::BadLock { path: path.to_owned(), why })
}

/// Writes the lock whole or not at all.
pub fn write(path: &Path, lock: &Lock) -> Result<(), Error> {
    let text =
        text(lock).map_err(|error| Error::BadLock { path: path.to_owned(), why: error.to_string() })?;
    let new = path.with_extension("lock.new");
    fs::write(&new, text)
        .and_then(|()| fs::rename(&new, path))
        .map_err(|source| Error::Unwritable { path: path.to_owned(), source })
}

fn parse(text: &str) -> Result<Lock, String> {
    #[derive(serde::Deserialize)]
    struct Format {
        format: u32,
    }
    let Format { format } = toml::from_str(text).map_err(|error| at(&error, text))?;
    if format > FORMAT {
        return Err(format!(
            "it has format {format} and this cargo-j1 reads up to {FORMAT}; install a newer cargo-j1"
        ));
    }
    toml::from_str(text).map_err(|error| at(&error, text))
}

/// Formats a TOML error on one line, with its position.
fn at(error: &toml::de::Error, text: &str) -> String {
    let line =
        error.span().and_then(|span| text.get(..span.start)).map(|before| before.lines().count().max(1));
    let message = error.message().replace('\n', " ");
    line.map_or_else(|| message.clone(), |line| format!("line {line}: {message}"))
}

fn text(lock: &Lock) -> Result<String, toml::ser::Error> {
    let mut out = format!("{HEAD}format = {}\n", lock.format);
    section(&mut out, &["integration"], &lock.integration)?;
    for (ty, entity) in &lock.entity {
        section(&mut out, &["entity", ty], entity)?;
    }
    let Relationships { direct, mapped } = &lock.relationships;
    if !direct.is_empty() || !mapped.is_empty() {
        out.push_str("\n[relationships]\n");
        list(&mut out, "direct", direct)?;
        list(&mut out, "mapped", mapped)?;
    }
    for (id, step) in &lock.step {
        section(&mut out, &["step", id], step)?;
    }
    if !lock.config.is_empty() {
        section(&mut out, &["config"], &lock.config)?;
    }
    Ok(out)
}

/// A table with a line for each member; those of `property` below a heading of their own.
fn section(out: &mut String, path: &[&str], of: &impl Serialize) -> Result<(), toml::ser::Error> {
    let table = toml::Table::try_from(of)?;
    let names: Vec<_> = path.iter().map(|name| key(name)).collect();
    let _ = write!(out, "\n[{}]\n", names.join("."));
    for (name, value) in table.iter().filter(|(name, _)| *name != "property") {
        let _ = writeln!(out, "{} = {value}", key(name));
    }
    let properties = table.get("property").and_then(toml::Value::as_table).filter(|all| !all.is_empty());
    if let Some(properties) = properties {
        let _ = writeln!(out, "[{}.property]", names.join("."));
        for (name, value) in properties {
            let _ = writeln!(out, "{} = {value}", key(name));
        }
    }
    Ok(())
}

/// A list with a line for each of its items.
fn list<T: Serialize>(out: &mut String, name: &str, all: &BTreeSet<T>) -> Result<(), toml::ser::Error> {
    if all.is_empty() {
        return Ok(());
    }
    let _ = writeln!(out, "{} = [", key(name));
    for item in all {
        let _ = writeln!(out, "  {},", toml::Value::try_from(item)?);
    }
    out.push_str("]\n");
    Ok(())
}

/// A name as a key, in quotes where it needs them.
fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !name.is_empty() && name.chars().all(bare) {
        return name.to_owned();
    }
    // TOML's basic strings take JSON's escapes.
    serde_json::Value::from(name).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = include_str!("diff/sample.lock");

    #[test]
    fn a_lock_is_written_as_it_was_read() -> Result<(), Box<dyn std::error::Error>> {
        let lock = parse(SAMPLE)?;
        assert_eq!(text(&lock)?, format!("{HEAD}{SAMPLE}"));
        Ok(())
    }

    #[test]
    fn names_that_cannot_be_bare_keys_are_quoted() -> Result<(), Box<dyn std::error::Error>> {
        let mut lock = parse(SAMPLE)?;
        let user = lock.entity.remove("acme_user").ok_or("the sample has it")?;
        lock.entity.insert("a.b \"c\" 'd'".to_owned(), user);
        assert_eq!(parse(&text(&lock)?)?, lock);
        Ok(())
    }

    #[test]
    fn an_invalid_lock_is_refused_with_the_place() {
        for (broken, why) in [
            (SAMPLE.replace("struct = \"User\"", "structure = \"User\""), "unknown field `structure`"),
            (SAMPLE.replace("format = 1", "format = 2"), "install a newer cargo-j1"),
            (SAMPLE.replace("[config]", "<<<<<<< HEAD\n[config]"), "line 5"),
            (String::new(), "missing field `format`"),
        ] {
            let said = parse(&broken).expect_err("no lock");
            assert!(said.contains(why) && !said.contains('\n'), "{said}");
        }
    }
}
