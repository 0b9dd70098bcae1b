//! The lists in the response to a GraphQL query.

use crate::infer::json::Json;
use crate::infer::shape::Shape;

/// The depth to which lists are searched.
const DEEPEST: usize = 6;

/// The way a list holds its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// In `nodes`, or in the `node` of each of its `edges`.
    Connection {
        /// They are in `edges`.
        edges: bool,
    },
    /// As its items.
    Plain,
}

/// A list in a response.
#[derive(Debug)]
pub struct Spot<'s> {
    /// The way to it below `data`.
    pub way: Vec<String>,
    /// The way it holds its records.
    pub kind: Kind,
    /// The shape of a record.
    pub shape: &'s Shape,
}

impl Spot<'_> {
    /// Returns the way to the records in the response.
    pub fn records(&self) -> Vec<String> {
        let inside = match self.kind {
            Kind::Connection { edges: true } => Some("edges"),
            Kind::Connection { edges: false } => Some("nodes"),
            Kind::Plain => None,
        };
        let data = std::iter::once("data".to_owned());
        data.chain(self.way.iter().cloned()).chain(inside.map(str::to_owned)).collect()
    }

    /// Returns the member of an item that holds the record.
    pub fn each(&self) -> Option<&'static str> {
        (self.kind == Kind::Connection { edges: true }).then_some("node")
    }
}

/// Returns the lists of a response's `data`. Below the fields of the query itself, only connections are: any other list in an
/// object describes it.
pub fn find(data: &Shape) -> Vec<Spot<'_>> {
    let mut found = Vec::new();
    walk(data, &mut Vec::new(), &mut found);
    let paged = found.iter().any(|spot| spot.kind != Kind::Plain);
    found.retain(|spot| !paged || spot.kind != Kind::Plain || spot.way.len() == 1);
    found
}

fn walk<'s>(shape: &'s Shape, way: &mut Vec<String>, found: &mut Vec<Spot<'s>>) {
    for member in shape.members() {
        way.push(member.name.clone());
        if let Some((edges, shape)) = connection(&member.shape) {
            found.push(Spot { way: way.clone(), kind: Kind::Connection { edges }, shape });
        } else if let Some(items) = records(&member.shape) {
            found.push(Spot { way: way.clone(), kind: Kind::Plain, shape: items });
        } else if member.shape.object.is_some() && way.len() < DEEPEST {
            walk(&member.shape, way, found);
        }
        way.pop();
    }
}

/// Returns the records of a connection, and whether they are in edges.
fn connection(shape: &Shape) -> Option<(bool, &Shape)> {
    let of = |name: &str| records(&shape.member(name)?.shape);
    if let Some(nodes) = of("nodes") {
        return Some((false, nodes));
    }
    let node = of("edges")?.member("node")?;
    (node.shape.is_object() && !node.shape.members().is_empty()).then_some((true, &node.shape))
}

/// Returns the records of a list of objects.
fn records(shape: &Shape) -> Option<&Shape> {
    shape.list.as_deref().filter(|items| items.is_object() && !items.members().is_empty())
}

/// A list inside of the records of another.
#[derive(Debug)]
pub struct Inside {
    /// The way to it in a record.
    pub way: Vec<String>,
    pub form: Form,
}

/// The way a list inside of a record is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// With its records in `nodes` or `edges`, so that it has `pageInfo`.
    Connection,
    /// As the only member of an object.
    Alone,
    /// As a member of its own.
    Member,
}

/// Returns the lists inside of a record, but for those in the records of another one.
pub fn inside(record: &Shape) -> Vec<Inside> {
    let mut found = Vec::new();
    look_inside(record, &mut Vec::new(), &mut found);
    found
}

fn look_inside(shape: &Shape, way: &mut Vec<String>, found: &mut Vec<Inside>) {
    for member in shape.members() {
        way.push(member.name.clone());
        let inner = &member.shape;
        let of = |name: &str| inner.member(name).is_some_and(|one| one.shape.list.is_some());
        if inner.list.is_some() {
            let form = if way.len() > 1 && shape.members().len() == 1 { Form::Alone } else { Form::Member };
            found.push(Inside { way: way.clone(), form });
        } else if of("nodes") || of("edges") {
            found.push(Inside { way: way.clone(), form: Form::Connection });
        } else if inner.object.is_some() && way.len() < DEEPEST {
            look_inside(inner, way, found);
        }
        way.pop();
    }
}

/// Returns a response as if nothing but this list had been asked for: what other fields say is not about it.
pub fn around(response: &Shape, way: &[String]) -> Shape {
    let mut shape = response.clone();
    let mut at = Some(&mut shape);
    // The object that holds the list may say something of it; that of the query itself holds other fields.
    for (depth, name) in way.iter().enumerate() {
        let Some(members) = at.and_then(|shape| shape.object.as_mut()) else { break };
        if depth < 2 || depth + 1 < way.len() {
            members.retain(|member| member.name == *name);
        }
        at = members.iter_mut().find(|member| member.name == *name).map(|member| &mut member.shape);
    }
    shape
}

/// Returns a response without `__typename`, which clients ask of everything.
pub fn without_type_names(json: &Json) -> Json {
    match json {
        Json::List(items) => Json::List(items.iter().map(without_type_names).collect()),
        Json::Object(members) => {
            let kept = members.iter().filter(|(name, _)| name != "__typename");
            Json::Object(kept.map(|(name, value)| (name.clone(), without_type_names(value))).collect())
        }
        plain => plain.clone(),
    }
}
