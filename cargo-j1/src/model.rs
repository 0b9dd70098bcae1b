//! `cargo j1 model`: the data model as a reference.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use j1_core::model::{
    CLASSES, ClassDef, DATA_MODEL_VERSION, DESCRIPTIONS, Format, Literal, PropertyDef, Types, class, nearest,
};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::output;
use crate::style::NAME;

/// Properties of every entity, which no class needs to list as required.
const EVERYWHERE: [&str; 5] = ["_key", "_type", "_class", "name", "displayName"];

/// The widest line of a description.
const WIDTH: usize = 100;

/// The descriptions of one class.
#[derive(Default, Deserialize)]
struct Described {
    description: String,
    /// Those of the properties that it declares of its own.
    properties: BTreeMap<String, String>,
}

/// The descriptions of all classes, by their names.
type Descriptions = BTreeMap<String, Described>;

/// Prints one class, or the list of all.
pub fn run(name: Option<&str>, json: bool) -> Result<u8, Error> {
    // The file is one of our own; what cannot be read of it is left out.
    let descriptions: Descriptions = serde_json::from_str(DESCRIPTIONS).unwrap_or_default();
    let text = match (name, json) {
        (None, false) => list(&descriptions),
        (None, true) => output::to_json(&Classes::new(&descriptions))?,
        (Some(name), false) => one(find(name)?, &descriptions),
        (Some(name), true) => output::to_json(&OneClass::new(find(name)?, &descriptions))?,
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

/// Every class, for programs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Classes<'d> {
    data_model: &'static str,
    classes: Vec<ClassRow<'d>>,
}

/// One class in the list.
#[derive(Serialize)]
struct ClassRow<'d> {
    name: &'static str,
    description: &'d str,
    ancestors: &'static [&'static str],
    required: &'static [&'static str],
}

impl<'d> Classes<'d> {
    fn new(descriptions: &'d Descriptions) -> Self {
        let classes = CLASSES.iter().map(|class| ClassRow {
            name: class.name,
            description: described(class, descriptions),
            ancestors: class.ancestors,
            required: class.required,
        });
        Self { data_model: DATA_MODEL_VERSION, classes: classes.collect() }
    }
}

/// One class with its properties, for programs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OneClass<'d> {
    data_model: &'static str,
    class: &'static str,
    description: &'d str,
    ancestors: &'static [&'static str],
    properties: Vec<PropertyRow<'d>>,
}

/// One property of a class.
#[derive(Serialize)]
struct PropertyRow<'d> {
    name: &'static str,
    description: &'d str,
    required: bool,
    /// The ancestor that it comes from; `None` where the class declares it itself.
    from: Option<&'static str>,
    types: String,
    constraints: String,
}

impl<'d> OneClass<'d> {
    fn new(class: &'static ClassDef, descriptions: &'d Descriptions) -> Self {
        Self {
            data_model: DATA_MODEL_VERSION,
            class: class.name,
            description: described(class, descriptions),
            ancestors: class.ancestors,
            properties: class.properties.iter().map(|property| row(class, property, descriptions)).collect(),
        }
    }
}

fn row<'d>(
    class: &ClassDef,
    property: &'static PropertyDef,
    descriptions: &'d Descriptions,
) -> PropertyRow<'d> {
    PropertyRow {
        name: property.name,
        description: about(class, property.name, descriptions),
        required: class.requires(property.name),
        from: origin(class, property),
        types: types(property),
        constraints: constraints(property),
    }
}

fn described<'d>(class: &ClassDef, descriptions: &'d Descriptions) -> &'d str {
    descriptions.get(class.name).map_or("", |described| &described.description)
}

/// The description of a property: that of the class, or of the nearest ancestor that has one.
fn about<'d>(class: &ClassDef, name: &str, descriptions: &'d Descriptions) -> &'d str {
    let mut line = std::iter::once(&class.name).chain(class.ancestors);
    line.find_map(|class| descriptions.get(*class)?.properties.get(name)).map_or("", String::as_str)
}

/// The farthest ancestor that has the property just as the class does; `None` where the class declares it itself.
fn origin(class: &ClassDef, property: &'static PropertyDef) -> Option<&'static str> {
    let same = |ancestor: &&&str| {
        let found = j1_core::model::class(ancestor).and_then(|ancestor| ancestor.property(property.name));
        found.is_some_and(|found| std::ptr::eq(found, property))
    };
    class.ancestors.iter().rev().find(same).copied()
}

/// The classes: name, parent, the properties that each requires of its own, and what it is for.
fn list(descriptions: &Descriptions) -> String {
    let mut out = format!("Classes of the JupiterOne data model {DATA_MODEL_VERSION}\n\n");
    let rows = CLASSES.iter().map(|class| {
        let own: Vec<_> = class.required.iter().filter(|name| !EVERYWHERE.contains(name)).copied().collect();
        let description = first_sentence(described(class, descriptions));
        [
            class.name.to_owned(),
            parent(class).to_owned(),
            shortened(&own.join(", "), 40),
            shortened(description, 60),
        ]
    });
    table(&mut out, "", Some(["class", "parent", "requires", "what it is"]), rows);
    let _ = write!(out, "\nEvery entity has {}. `cargo j1 model CLASS` prints one.\n", EVERYWHERE.join(", "));
    out
}

fn parent(class: &ClassDef) -> &'static str {
    class.ancestors.first().copied().unwrap_or("-")
}

/// One class: its required properties first, then its own, then those of each ancestor, with their descriptions.
fn one(class: &'static ClassDef, descriptions: &Descriptions) -> String {
    let mut out = format!("{NAME}{}{NAME:#}", class.name);
    for ancestor in class.ancestors {
        let _ = write!(out, " < {ancestor}");
    }
    let _ = writeln!(out, "  (data model {DATA_MODEL_VERSION})");
    for line in wrapped(described(class, descriptions), WIDTH) {
        let _ = writeln!(out, "{line}");
    }
    let rows: Vec<PropertyRow<'_>> =
        class.properties.iter().map(|property| row(class, property, descriptions)).collect();
    section(&mut out, "Required", rows.iter().filter(|row| row.required));
    section(&mut out, "Optional", rows.iter().filter(|row| !row.required && row.from.is_none()));
    for ancestor in class.ancestors {
        let inherited = rows.iter().filter(|row| !row.required && row.from == Some(*ancestor));
        section(&mut out, &format!("From {ancestor}"), inherited);
    }
    out
}

fn section<'d>(out: &mut String, title: &str, rows: impl Iterator<Item = &'d PropertyRow<'d>>) {
    let rows = rows.map(|row| {
        let required = if row.required { " required" } else { "" };
        let text = [&*row.constraints, row.description].into_iter().filter(|text| !text.is_empty());
        let text = text.collect::<Vec<_>>().join(". ");
        [format!("{}{required}", row.name), row.types.clone(), String::new(), text]
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        let _ = write!(out, "\n{title}\n");
        table(out, if title.starts_with("From") { "  " } else { "" }, None, rows.into_iter());
    }
}

/// A description up to its first full stop.
fn first_sentence(text: &str) -> &str {
    text.split_once(". ").map_or(text, |(first, _)| first).trim_end_matches('.')
}

/// A text cut at a length in characters.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

/// The lines of a text, parted between words.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
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

/// Four columns, all but the last as wide as their widest cell; an empty column takes no space. The last one is wrapped.
fn table(out: &mut String, indent: &str, head: Option<[&str; 4]>, rows: impl Iterator<Item = [String; 4]>) {
    let rows: Vec<_> = head.map(|head| head.map(str::to_owned)).into_iter().chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2)];
    let before: usize = widths.iter().filter(|width| **width > 0).map(|width| width + 2).sum();
    for row in &rows {
        let mut line = indent.to_owned();
        for (cell, width) in row.iter().zip(widths).filter(|(_, width)| *width > 0) {
            let _ = write!(line, "{cell:width$}  ");
        }
        let mut text = wrapped(&row[3], WIDTH.saturating_sub(before).max(60)).into_iter();
        line.push_str(&text.next().unwrap_or_default());
        let _ = writeln!(out, "{}", line.trim_end());
        for more in text {
            let _ = writeln!(out, "{indent}{:before$}{more}", "");
        }
    }
}
