//! Requests of the client: the path of a list with what fills its parameters, as code and as a recording has it.

mod graphql;

use serde_json::Value;

use crate::infer::resource::{Fill, Given, Hole, Resource};
use crate::infer::{OwnerKey, Parent, variable, words};

pub use graphql::TRIED_QUERY;

/// A list of the API as a method of the client.
#[derive(Debug)]
pub struct Request {
    /// The expression that makes the request.
    pub code: String,
    /// The parameters of the method after `&self`, such as `, group: &str`.
    pub arguments: String,
    /// The arguments that a step passes, such as `&group.id`.
    pub argument: String,
    /// The query, where the list is read with GraphQL: a literal.
    pub query: Option<String>,
    /// The expression of a request that tries the credentials, where that is another one.
    pub tried: Option<String>,
}

/// The value that stands in for a field of the configuration without a default while recordings are replayed.
pub const STAND_IN: &str = "replay";

impl Request {
    /// Returns the request for a list.
    pub fn new(resource: &Resource, parent: Option<&Parent>) -> Self {
        if let Some(graphql) = resource.graphql() {
            return graphql::request(resource, graphql, parent);
        }
        let mut taken = Taken::default();
        let mut segments = vec![Segment::default()];
        for (text, hole) in parts(resource) {
            for (at, part) in text.split('/').enumerate() {
                if at > 0 {
                    segments.push(Segment::default());
                }
                if let Some(segment) = segments.last_mut() {
                    segment.text += part;
                }
            }
            let Some(segment) = segments.last_mut() else { continue };
            match hole.map(|hole| &hole.fill) {
                Some(Fill::Config(field)) => segment.fill(format!("self.{field}"), true),
                Some(Fill::Parent(owner)) => {
                    let key = parent.zip(hole).and_then(|(parent, hole)| {
                        named(resource, hole, parent.key_of(owner, hole.member.as_deref())?)
                    });
                    let Some(key) = key else { continue };
                    let is_text = key.base == "String";
                    segment.fill(taken.take(key), is_text);
                }
                Some(Fill::Open) | None => {}
            }
        }
        let method = if resource.posted.is_some() { "post" } else { "get" };
        let code = if resource.holes.iter().all(|hole| hole.in_query) {
            format!("self.client.{method}({:?})", resource.path)
        } else {
            let slash = segments.last().is_some_and(Segment::is_empty);
            let all: Vec<String> =
                segments.iter().filter(|segment| !segment.is_empty()).map(Segment::code).collect();
            let slash = if slash { ".trailing_slash()" } else { "" };
            format!("self.client.{method}_at(&[{}]){slash}", all.join(", "))
        };
        let given = resource.given.iter().filter_map(|given| Some((given, given.value.as_ref()?)));
        let given = given.map(|(Given { name, is_header, .. }, value)| {
            format!(".{}({name:?}, {value:?})", if *is_header { "header" } else { "query" })
        });
        let asked = asked(resource, parent, &mut taken);
        // A search changes nothing, so that it may be sent again.
        let posted = resource.posted.as_ref();
        let body = posted.map(|posted| {
            format!(".json_body(&serde_json::json!({})).repeatable()", literal(&posted.body()))
        });
        let code = code + &given.collect::<String>() + &asked + &body.unwrap_or_default();
        Self { code, arguments: taken.arguments, argument: taken.passed.join(", "), query: None, tried: None }
    }
}

/// Returns a key under the name of its parameter, where a later one takes something of the same record.
fn named(resource: &Resource, hole: &Hole, key: OwnerKey) -> Option<OwnerKey> {
    let mut later = resource.holes.iter().skip_while(|one| !std::ptr::eq(*one, hole)).skip(1);
    let shared = later.any(|other| other.fill == hole.fill);
    let variable = if shared { variable(&words::snake(&hole.name)?) } else { key.variable };
    Some(OwnerKey { variable, ..key })
}

/// Parameters of the method of a list, and the arguments that a step passes.
#[derive(Default)]
struct Taken {
    arguments: String,
    passed: Vec<String>,
}

impl Taken {
    /// Takes the key of an owner. Returns the parameter.
    fn take(&mut self, mut key: OwnerKey) -> String {
        while self.arguments.contains(&format!(", {}: ", key.variable)) {
            key.variable += "_2";
        }
        let is_text = key.base == "String";
        let ty = if is_text { "&str" } else { key.base };
        self.arguments += &format!(", {}: {ty}", key.variable);
        self.passed.push(if is_text { format!("&{}", key.value) } else { key.value });
        key.variable
    }
}

/// Returns the calls that add the parameters of the query that take an id.
fn asked(resource: &Resource, parent: Option<&Parent>, taken: &mut Taken) -> String {
    let mut asked = String::new();
    for hole in resource.holes.iter().filter(|hole| hole.in_query) {
        let key = |owner: &str| parent?.key_of(owner, hole.member.as_deref());
        let value = match &hole.fill {
            Fill::Config(field) => Some(format!("&self.{field}")),
            Fill::Parent(owner) => key(owner).map(|key| taken.take(key)),
            Fill::Open => None,
        };
        asked += &value.map(|value| format!(".query({:?}, {value})", hole.name)).unwrap_or_default();
    }
    asked
}

/// Returns JSON as `json!` takes it: texts are those of Rust.
fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("{name:?}: {}", literal(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        plain => plain.to_string(),
    }
}

/// One segment of a path: text, with values in it.
#[derive(Default)]
struct Segment {
    text: String,
    /// Each value, its place in the text, and whether it is a string.
    values: Vec<(usize, String, bool)>,
}

impl Segment {
    fn fill(&mut self, value: String, is_text: bool) {
        self.values.push((self.text.len(), value, is_text));
    }

    fn is_empty(&self) -> bool {
        self.text.is_empty() && self.values.is_empty()
    }

    /// Returns the segment as an expression of the type `&str`.
    fn code(&self) -> String {
        match self.values.as_slice() {
            [] => format!("{:?}", self.text),
            [(_, value, true)] if self.text.is_empty() => match value.strip_prefix("self.") {
                Some(_) => format!("&{value}"),
                None => value.clone(),
            },
            [(_, value, false)] if self.text.is_empty() => format!("&{value}.to_string()"),
            values => {
                let (mut format, mut at) = (String::new(), 0);
                // Braces in the text itself are doubled, as `format!` reads them.
                let escaped = |text: &str| text.replace('{', "{{").replace('}', "}}");
                for (place, ..) in values {
                    format += &escaped(&self.text[at..*place]);
                    format += "{}";
                    at = *place;
                }
                format += &escaped(&self.text[at..]);
                let values: String = values.iter().map(|(_, value, _)| format!(", {value}")).collect();
                format!("&format!({format:?}{values})")
            }
        }
    }
}

/// Returns the path of a list in a recording. `value` returns what a parameter takes of an owner's record, `default` the value of
/// a field of the configuration.
pub fn recorded_path(
    resource: &Resource,
    value: impl Fn(&str, &Hole) -> String,
    default: impl Fn(&str) -> Option<String>,
) -> String {
    let fill = |hole: &Hole| match &hole.fill {
        Fill::Config(field) => segment(&default(field).unwrap_or_else(|| STAND_IN.to_owned())),
        Fill::Parent(owner) => segment(&value(owner, hole)),
        Fill::Open => String::new(),
    };
    parts(resource).into_iter().map(|(text, hole)| text + &hole.map(fill).unwrap_or_default()).collect()
}

/// Returns the parameters of the query that are filled with what a recorded record or the configuration has.
pub fn recorded_query(
    resource: &Resource,
    value: impl Fn(&str, &Hole) -> String,
    default: impl Fn(&str) -> Option<String>,
) -> Vec<(String, String)> {
    let filled = |hole: &Hole| match &hole.fill {
        Fill::Config(field) => Some(default(field).unwrap_or_else(|| STAND_IN.to_owned())),
        Fill::Parent(owner) => Some(value(owner, hole)),
        Fill::Open => None,
    };
    let in_query = resource.holes.iter().filter(|hole| hole.in_query);
    in_query.filter_map(|hole| Some((hole.name.clone(), filled(hole)?))).collect()
}

/// The body of a POST, and whether it takes the parameters of the paging.
type Body = Option<(Value, bool)>;

/// Returns the query and the body of a request as a recording has them. Variables of GraphQL are in the body.
pub fn recorded_in(
    resource: &Resource,
    parent: Option<&Parent>,
    filled: Vec<(String, String)>,
) -> (Vec<(String, String)>, Body) {
    let Some(posted) = &resource.posted else { return (filled, None) };
    let mut body = posted.body();
    if posted.graphql.is_none() {
        return (filled, Some((body, posted.in_body)));
    }
    for (name, value) in filled {
        let hole = resource.holes.iter().find(|hole| hole.name == name);
        let number = hole.is_some_and(|hole| graphql::is_number(hole, parent));
        let value =
            value.parse::<i64>().ok().filter(|_| number).map_or_else(|| Value::from(value), Value::from);
        body["variables"][name] = value;
    }
    (Vec::new(), Some((body, posted.in_body)))
}

/// Splits a path at its parameters: each text with the parameter behind it.
fn parts(resource: &Resource) -> Vec<(String, Option<&Hole>)> {
    let mut parts = Vec::new();
    let mut at = 0;
    for hole in resource.holes.iter().filter(|hole| !hole.in_query) {
        parts.push((resource.path[at..hole.before.len()].to_owned(), Some(hole)));
        at = hole.before.len() + hole.name.len() + 2;
    }
    parts.push((resource.path[at..].to_owned(), None));
    parts
}

/// Encodes text as one segment of a path, as the client does.
fn segment(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            _ if byte.is_ascii_alphanumeric() || b"-._~:@$(),!'*".contains(&byte) => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
