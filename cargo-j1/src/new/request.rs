//! Requests of the client: the path of a list with what fills its parameters, as code and as a recording has it.

use crate::infer::Parent;
use crate::infer::resource::{Fill, Given, Hole, Resource};

/// A list of the API as a method of the client.
#[derive(Debug)]
pub struct Request {
    /// The expression that makes the request.
    pub code: String,
    /// What the method takes besides `&self`, such as `, group: &str`.
    pub arguments: String,
    /// What a step gives the method, such as `&group.id`.
    pub argument: String,
}

/// The value that stands in for a field of the configuration without a default while recordings are replayed.
pub const STAND_IN: &str = "replay";

impl Request {
    /// Returns the request for a list.
    pub fn new(resource: &Resource, parent: Option<&Parent>) -> Self {
        let mut arguments = String::new();
        let mut argument = String::new();
        let mut values = Vec::new();
        let mut path = String::new();
        for (text, hole) in parts(resource) {
            // Braces in the text itself are doubled, as `format!` reads them.
            path += &text.replace('{', "{{").replace('}', "}}");
            match hole.map(|hole| &hole.fill) {
                Some(Fill::Config(field)) => {
                    path += "{}";
                    values.push(format!("segment(&self.{field})"));
                }
                Some(Fill::Parent(_)) => {
                    let Some(parent) = parent else { continue };
                    let (name, key) = (&parent.variable, &parent.key_ident);
                    if parent.key_base == "String" {
                        path += "{}";
                        values.push(format!("segment({name})"));
                        arguments = format!(", {name}: &str");
                        argument = format!("&{name}.{key}");
                    } else {
                        path += &format!("{{{name}}}");
                        arguments = format!(", {name}: {}", parent.key_base);
                        argument = format!("{name}.{key}");
                    }
                }
                Some(Fill::Open) | None => {}
            }
        }
        let code = if resource.holes.is_empty() {
            format!("self.client.get({:?})", resource.path)
        } else {
            let values: String = values.iter().map(|value| format!(", {value}")).collect();
            format!("self.client.get(&format!({path:?}{values}))")
        };
        let given =
            resource.given.iter().filter_map(|Given { name, value, .. }| Some((name, value.as_ref()?)));
        let given = given.map(|(name, value)| format!(".query({name:?}, {value:?})"));
        Self { code: code + &given.collect::<String>(), arguments, argument }
    }
}

/// Returns the path of a list in a recording. `ids` has the id of the parent's record, `defaults` the configuration's fields.
pub fn recorded_path(
    resource: &Resource,
    id: Option<&str>,
    default: impl Fn(&str) -> Option<String>,
) -> String {
    let fill = |hole: &Hole| match &hole.fill {
        Fill::Config(field) => segment(&default(field).unwrap_or_else(|| STAND_IN.to_owned())),
        Fill::Parent(_) => segment(id.unwrap_or_default()),
        Fill::Open => String::new(),
    };
    parts(resource).into_iter().map(|(text, hole)| text + &hole.map(fill).unwrap_or_default()).collect()
}

/// Splits a path at its parameters: each text with the parameter behind it.
fn parts(resource: &Resource) -> Vec<(String, Option<&Hole>)> {
    let mut parts = Vec::new();
    let mut at = 0;
    for hole in &resource.holes {
        parts.push((resource.path[at..hole.before.len()].to_owned(), Some(hole)));
        at = hole.before.len() + hole.name.len() + 2;
    }
    parts.push((resource.path[at..].to_owned(), None));
    parts
}

/// Encodes text as one segment of a path, as the client does.
fn segment(text: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    encoded.replace('+', "%20")
}
