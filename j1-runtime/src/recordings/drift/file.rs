//! The file of known shapes: for each endpoint, a line for each place in its responses.
//!
//! ```json
//! {
//!   "GET /api/users": {
//!     "": ["array"],
//!     "/*": ["object"],
//!     "/*/id": ["integer"],
//!     "/*/state": { "types": ["string"], "values": ["active", "suspended"] }
//!   }
//! }
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use j1_core::shared::inserted;
use serde::Deserialize;

use crate::recordings::drift::findings::escaped;
use crate::recordings::drift::shape::{Shape, Type};

/// The line of one place.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Types(Vec<String>),
    Words { types: Vec<String>, values: Vec<String> },
}

/// Reads known shapes; an empty text holds none.
///
/// # Errors
/// A description of the first thing that is wrong with it.
pub(super) fn read(text: &str) -> Result<BTreeMap<String, Shape>, String> {
    if text.trim().is_empty() {
        return Ok(BTreeMap::new());
    }
    let lines: BTreeMap<String, BTreeMap<String, Line>> =
        serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut all: BTreeMap<String, Shape> = BTreeMap::new();
    for (endpoint, lines) in lines {
        let shape = all.entry(endpoint.clone()).or_default();
        for (path, line) in lines {
            let (types, values) = match line {
                Line::Types(types) => (types, None),
                Line::Words { types, values } => (types, Some(values)),
            };
            let place = at(shape, &path);
            for name in types {
                let ty = Type::named(&name).ok_or_else(|| {
                    format!("`{path}` of `{endpoint}` has the type `{name}`, which JSON has not")
                })?;
                place.types.insert(ty, 0);
            }
            place.values = values.map(|values| inserted(values.into_iter().map(|value| (value, 0))));
        }
    }
    Ok(all)
}

/// The place that a pointer leads to.
fn at<'s>(shape: &'s mut Shape, path: &str) -> &'s mut Shape {
    path.split('/').skip(1).fold(shape, |shape, step| match step {
        "*" => &mut **shape.any.get_or_insert_default(),
        name => shape.members.entry(name.replace("~1", "/").replace("~0", "~")).or_default(),
    })
}

/// Writes known shapes, whole or not at all.
///
/// # Errors
/// When the disk does not take them.
pub(super) fn write(file: &Path, all: &BTreeMap<String, Shape>) -> std::io::Result<()> {
    let mut out = String::from("{");
    for (place, (endpoint, shape)) in all.iter().enumerate() {
        let comma = if place == 0 { "" } else { "," };
        let _ = write!(out, "{comma}\n  {}: {{", quoted(endpoint));
        let mut first = true;
        lines(shape, "", &mut |path, shape| {
            let comma = if std::mem::take(&mut first) { "" } else { "," };
            let types: Vec<_> = shape.types.keys().map(|ty| quoted(ty.name())).collect();
            let types = types.join(", ");
            let _ = match &shape.values {
                None => write!(out, "{comma}\n    {}: [{types}]", quoted(path)),
                Some(values) => {
                    let values: Vec<_> = values.keys().map(|value| quoted(value)).collect();
                    let values = values.join(", ");
                    let path = quoted(path);
                    write!(out, "{comma}\n    {path}: {{ \"types\": [{types}], \"values\": [{values}] }}")
                }
            };
        });
        out.push_str("\n  }");
    }
    out.push_str("\n}\n");
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(out.as_bytes())?;
    new.persist(file)?;
    Ok(())
}

fn lines(shape: &Shape, path: &str, line: &mut dyn FnMut(&str, &Shape)) {
    line(path, shape);
    for (name, member) in &shape.members {
        lines(member, &format!("{path}/{}", escaped(name)), line);
    }
    if let Some(any) = &shape.any {
        lines(any, &format!("{path}/*"), line);
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recordings::drift::observe::observe;

    #[test]
    fn a_written_file_is_read_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("j1.shapes.json");
        let mut shape = Shape::default();
        observe(br#"{"a/b":[{"x":1},{"x":null,"y":[]},{"x":1.5}],"c":{"d~":"e"},"f":[]}"#, &mut shape, None);
        let all = BTreeMap::from([("GET /a".to_owned(), shape)]);
        write(&path, &all).expect("it is written");
        let text = std::fs::read_to_string(&path).expect("a file");
        let expected = r#"{
  "GET /a": {
    "": ["object"],
    "/a~1b": ["array"],
    "/a~1b/*": ["object"],
    "/a~1b/*/x": ["null", "integer", "number"],
    "/a~1b/*/y": ["array"],
    "/c": ["object"],
    "/c/d~0": ["string"],
    "/f": ["array"]
  }
}
"#;
        assert_eq!(text, expected);
        write(&path, &read(&text).expect("shapes")).expect("it is written");
        assert_eq!(std::fs::read_to_string(&path).expect("a file"), text);
        assert!(read(r#"{"GET /a":{"":["text"]}}"#).is_err_and(|what| what.contains("`text`")));
        assert!(read("").is_ok_and(|all| all.is_empty()));
    }
}
