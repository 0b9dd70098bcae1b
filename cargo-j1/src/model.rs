//! `cargo j1 model`: the data model as a reference.

use std::fmt::Write as _;

use j1_core::model::{
    CLASSES, ClassDef, DATA_MODEL_VERSION, Format, Literal, PropertyDef, Types, class, nearest,
};

use crate::error::Error;
use crate::output;
use crate::style::NAME;

/// Properties of every entity, which are not listed as required by a class.
const EVERYWHERE: [&str; 5] = ["_key", "_type", "_class", "name", "displayName"];

/// Prints one class, or the list of all.
pub fn run(name: Option<&str>) -> Result<u8, Error> {
    let text = match name {
        None => list(),
        Some(name) => one(find(name)?),
    };
    output::print(&text).map(|()| 0)
}

fn find(name: &str) -> Result<&'static ClassDef, Error> {
    let any_case = || CLASSES.iter().find(|class| class.name.eq_ignore_ascii_case(name)).copied();
    class(name).or_else(any_case).ok_or_else(|| {
        let hint = nearest(name, CLASSES.iter().map(|class| class.name)).map_or_else(
            || "`cargo j1 model` lists them".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        Error::UnknownClass { name: name.to_owned(), hint }
    })
}

/// The classes: name, parent, and what each requires of its own.
fn list() -> String {
    let mut out = format!("Classes of the JupiterOne data model {DATA_MODEL_VERSION}\n\n");
    let rows = CLASSES.iter().map(|class| {
        let own: Vec<_> = class.required.iter().filter(|name| !EVERYWHERE.contains(name)).copied().collect();
        [class.name.to_owned(), parent(class).to_owned(), own.join(", ")]
    });
    table(&mut out, ["class", "parent", "requires"], rows);
    let _ = write!(out, "\nEvery entity has {}. `cargo j1 model CLASS` prints one.\n", EVERYWHERE.join(", "));
    out
}

fn parent(class: &ClassDef) -> &'static str {
    class.ancestors.first().copied().unwrap_or("-")
}

/// One class: its properties with what they take.
fn one(class: &ClassDef) -> String {
    let mut out = format!("{NAME}{}{NAME:#}", class.name);
    for ancestor in class.ancestors {
        let _ = write!(out, " < {ancestor}");
    }
    let _ = write!(out, "  (data model {DATA_MODEL_VERSION})\n\n");
    let rows = class.properties.iter().map(|property| {
        let required = if class.requires(property.name) { "required" } else { "" };
        [format!("{} {required}", property.name).trim().to_owned(), types(property), constraints(property)]
    });
    table(&mut out, ["property", "types", "constraints"], rows);
    out
}

/// The types of a property in the words of JSON Schema: `string[] | null`.
fn types(property: &PropertyDef) -> String {
    let items = property.items.map_or(Types::NONE, |items| items.types);
    let array = match short(items).as_str() {
        "any" => "array".to_owned(),
        one if one.contains('|') => format!("({one})[]"),
        one => format!("{one}[]"),
    };
    short(property.types).replace("array", &array)
}

fn short(types: Types) -> String {
    // Without the article that sentences have.
    let bare = |name: &'static str| name.rsplit(' ').next().unwrap_or(name);
    let held: Vec<_> =
        Types::NAMES.iter().filter(|(ty, _)| types.contains(*ty)).map(|(_, name)| bare(name)).collect();
    if held.is_empty() { "any".to_owned() } else { held.join(" | ") }
}

fn constraints(property: &PropertyDef) -> String {
    let mut said = Vec::new();
    if property.deprecated {
        said.push("deprecated".to_owned());
    }
    let items = property.items;
    let format = property.format.or(items.and_then(|items| items.format));
    said.extend(format.map(Format::expected).map(str::to_owned));
    let pattern = property.pattern.or(items.and_then(|items| items.pattern));
    said.extend(pattern.map(|pattern| pattern.expected().to_owned()));
    said.extend(property.minimum.map(|least| format!("at least {least}")));
    said.extend(property.maximum.map(|most| format!("at most {most}")));
    let shortest = property.min_length.max(items.map_or(0, |items| items.min_length));
    if shortest > 0 {
        said.push(format!("at least {shortest} characters"));
    }
    if property.min_items > 0 {
        said.push(format!("at least {} items", property.min_items));
    }
    if property.unique_items {
        said.push("no item twice".to_owned());
    }
    let allowed = if property.allowed.is_empty() {
        items.map_or(&[][..], |items| items.allowed)
    } else {
        property.allowed
    };
    if !allowed.is_empty() {
        said.push(format!("one of {}", allowed.iter().map(literal).collect::<Vec<_>>().join(", ")));
    }
    said.join("; ")
}

fn literal(value: &Literal) -> String {
    match value {
        Literal::Bool(value) => value.to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::Str(value) => format!("`{value}`"),
    }
}

/// Three columns, the first two as wide as their widest cell.
fn table(out: &mut String, head: [&str; 3], rows: impl Iterator<Item = [String; 3]>) {
    let rows: Vec<_> = std::iter::once(head.map(str::to_owned)).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or_default();
    let (first, second) = (width(0), width(1));
    for [a, b, c] in &rows {
        out.push_str(format!("{a:first$}  {b:second$}  {c}").trim_end());
        out.push('\n');
    }
}
