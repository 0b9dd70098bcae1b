//! Objects inside of records: their values become properties through methods, since a property is one value.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use j1_core::model::ClassDef;
use serde::Serialize;

use super::field::{Field, base_type, docs, property};
use super::identity;
use super::left_out::LeftOut;
use super::link::Link;
use super::logins::Login;
use super::names::Names;
use super::privacy::{is_moment, why_left_out};
use super::records::is_wrapper;
use super::shape::{Member, Shape};
use super::ties::{DATA, End, RELATIONSHIPS, Tie};
use super::words;
use crate::new::escape::code;

/// Objects that hold the record's own values, which keep their plain names.
pub const WRAPPERS: [&str; 10] = [
    "attributes",
    "profile",
    "properties",
    "fields",
    "general",
    "details",
    "info",
    "metadata",
    "meta",
    "data",
];

/// Names that say nothing without that of their object: the `raw` of a description, the `enabled` of a check.
const VAGUE: [&str; 17] = [
    "id",
    "key",
    "name",
    "value",
    "raw",
    "html",
    "text",
    "format",
    "type",
    "kind",
    "code",
    "count",
    "total",
    "total_count",
    "enabled",
    "status",
    "state",
];

/// The depth from which values are fetched.
const DEEPEST: usize = 3;

/// A struct inside of an entity.
#[derive(Debug, Clone, Serialize)]
pub struct Nested {
    /// Its name.
    pub type_name: String,
    /// Its documentation, a sentence.
    pub docs: String,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// A property that a method gives.
#[derive(Debug, Clone, Serialize)]
pub struct Computed {
    /// The property, in snake case.
    pub property: String,
    /// Its type.
    pub ty: String,
    /// The method.
    pub method: String,
    /// Its body: an expression.
    pub body: String,
    /// Its documentation, a sentence.
    pub docs: String,
    /// The reason to review it.
    pub review: Option<String>,
}

/// Objects as they are flattened.
pub struct Flat<'b> {
    pub class: &'static ClassDef,
    pub resource: &'b str,
    pub properties: &'b mut BTreeSet<String>,
    pub idents: &'b mut BTreeSet<String>,
    pub names: &'b mut Names,
    /// Samples show what is there, not what may be missing: everything is an `Option`.
    pub optional: bool,
    /// But for those that paths take.
    pub taken: &'b [String],
    pub login: &'b Login,
    /// The relationships that the record may name inside of this object.
    pub ends: Vec<End>,
    /// Those of them that it names.
    pub ties: Vec<Link>,
    pub nested: Vec<Nested>,
    pub computed: Vec<Computed>,
    pub left_out: Vec<LeftOut>,
}

impl Flat<'_> {
    /// Makes a struct of an object, and methods for its values. `way` leads to it: fields, with `true` for those that may be
    /// missing. Returns the name of the struct, or `None` where nothing of the object is kept.
    pub fn object(
        &mut self,
        shape: &Shape,
        wanted: &str,
        way: &[(String, bool)],
        path: &str,
    ) -> Option<String> {
        if shape.map {
            let names: Vec<_> = shape.members().iter().take(2).map(|member| code(&member.name)).collect();
            let why =
                if names.is_empty() { String::new() } else { format!(", such as {}", names.join(" and ")) };
            self.left_out.push(LeftOut::new(code(path), format!("the names of its members are data{why}")));
            return None;
        }
        let type_name = self.names.type_name(wanted);
        let mut fields = Vec::new();
        let mut names = BTreeSet::new();
        // An object with an id is another thing.
        let is_other = shape.members().iter().any(|member| identity::is_id_by_name(&member.name));
        for member in shape.members() {
            let path = format!("{path}.{}", member.name);
            let placed = (&mut fields, &mut names);
            if let Err(why) = self.member((member, is_other), &type_name, way, &path, placed) {
                self.left_out.push(LeftOut::new(code(&path), why));
            }
        }
        if fields.is_empty() {
            if shape.members().is_empty() {
                self.left_out.push(LeftOut::new(code(path), "nothing says what is in it"));
            }
            self.names.release(&type_name);
            return None;
        }
        let docs = format!("The members of {} that are read.", code(path));
        self.nested.push(Nested { type_name: type_name.clone(), docs, fields });
        Some(type_name)
    }

    fn member(
        &mut self,
        (member, is_other): (&Member, bool),
        type_name: &str,
        way: &[(String, bool)],
        path: &str,
        (fields, names): (&mut Vec<Field>, &mut BTreeSet<String>),
    ) -> Result<(), String> {
        if let Some(why) = why_left_out(&member.name, &member.shape) {
            return Err(why.to_owned());
        }
        let name = words::snake(&member.name)
            .ok_or("its name has no letter that JupiterOne's property names take")?;
        if let Some(why) = of_the_response(member, &name, way) {
            return Err(why.to_owned());
        }
        let ident = words::ident(&name);
        if names.contains(&ident) {
            return Err("another member has the same name in Rust".to_owned());
        }
        let taken = self.taken.iter().any(|one| one == path);
        let optional = (self.optional && !taken) || !member.always || member.shape.null;
        let wire = (ident != member.name).then(|| member.name.clone());
        let field = |base: &str| Field {
            docs: docs(&ident, base, member.shape.docs.as_deref()),
            ident: ident.clone(),
            wire: wire.clone(),
            base: base.to_owned(),
            optional,
            attributes: Vec::new(),
            review: None,
        };
        if member.shape.object.is_some() && member.shape.kinds() == 1 {
            if way.len() >= DEEPEST {
                return Err("it is too deep in the record".to_owned());
            }
            let inner = format!("{type_name}{}", words::upper(&name));
            let further: Vec<_> = way.iter().cloned().chain([(ident.clone(), optional)]).collect();
            if let Some(inner) = self.object(&member.shape, &inner, &further, path) {
                names.insert(ident.clone());
                fields.push(field(&inner));
            }
            return Ok(());
        }
        if let [(all, _), _] = way
            && all == RELATIONSHIPS
            && name == DATA
            && member.shape.list.is_some()
        {
            return Err("it relates to many; their own list may say it, or else a step has to".to_owned());
        }
        let base = base_type(&member.shape)?;
        if let Some(link) = self.tie(&name, base, way, optional) {
            self.ties.push(link);
            names.insert(ident.clone());
            fields.push(field(base));
            return Ok(());
        }
        match self.value(member, &name, base, way, (optional, is_other)) {
            Ok(computed) => self.computed.push(computed),
            // The path takes it, and it need not be a property.
            Err(_) if taken => {}
            Err(why) => return Err(why),
        }
        names.insert(ident.clone());
        fields.push(field(base));
        Ok(())
    }

    /// Returns the relationship that the id of a record of another list says.
    fn tie(&mut self, name: &str, base: &str, way: &[(String, bool)], optional: bool) -> Option<Link> {
        let [(all, _), (end, _), (data, _)] = way else { return None };
        if (all.as_str(), data.as_str(), name, base) != (RELATIONSHIPS, DATA, "id", "String") {
            return None;
        }
        let found = self.ends.iter().find(|one| one.ident == *end)?;
        let method = format!("{}_id", end.trim_end_matches('_'));
        if !self.idents.insert(method.clone()) {
            return None;
        }
        let (ty, body) = fetch(way, "id", base, optional, false);
        let docs = format!("The id of the {} that the step relates it to.", words::prose(&found.link.other));
        let tie = Tie { method, docs, ty, body, forward: found.forward };
        Some(Link { tie: Some(tie), ..found.link.clone() })
    }

    /// Returns the property of a value: named as itself, or after the object it is in where that name is taken.
    fn value(
        &mut self,
        member: &Member,
        name: &str,
        base: &'static str,
        way: &[(String, bool)],
        (optional, is_other): (bool, bool),
    ) -> Result<Computed, String> {
        let mut outer = way.last().map_or("", |(ident, _)| ident.trim_end_matches('_'));
        if let [(all, _), (end, _), (data, _)] = way
            && (all.as_str(), data.as_str()) == (RELATIONSHIPS, DATA)
        {
            // JSON:API has the `id` of a team in `relationships.team.data`, beside its type.
            if name == "type" {
                return Err("the name of the relationship says it".to_owned());
            }
            outer = end;
        }
        let login = self.login.property(self.class, self.resource, name, base, &member.shape);
        let login = login.filter(|_| WRAPPERS.contains(&outer));
        // `nodes` and `items` say that there is a list: the object that they are in says of what.
        let is_list = base.starts_with("Vec<") && is_wrapper(name) && !is_other && !WRAPPERS.contains(&outer);
        let list = is_list.then(|| outer.to_owned());
        let found = list.into_iter().chain(candidates(name, outer, is_other)).map(|candidate| {
            let found = property(self.class, self.resource, &candidate, base, &member.shape);
            (candidate, found)
        });
        let mut why = String::new();
        for (candidate, found) in login.map(|login| (name.to_owned(), Ok(login))).into_iter().chain(found) {
            let naming = match found {
                Ok(naming) if !self.properties.contains(&naming.name) => naming,
                Ok(naming) => {
                    why = format!("another member is the property `{}` already", naming.name);
                    continue;
                }
                Err(refused) => {
                    why = refused;
                    continue;
                }
            };
            let said = heck::ToSnakeCase::to_snake_case(naming.name.as_str());
            // The object is a field of that name.
            let method =
                if is_list && candidate == outer { method(&format!("{said}_{name}")) } else { method(&said) };
            // What the derive makes of the method's name has to be the name that was chosen.
            if super::field::camel(&said) != naming.name && self.class.property(&naming.name).is_none() {
                why = format!("the name `{}` cannot be said in Rust", naming.name);
                continue;
            }
            if !self.idents.insert(method.clone()) {
                why = format!("a field is called `{method}` already");
                continue;
            }
            self.properties.insert(naming.name);
            let (ty, body) = fetch(way, &words::ident(name), base, optional, naming.list);
            let docs = docs(&candidate, base, member.shape.docs.as_deref());
            return Ok(Computed {
                property: words::ident(&said),
                ty,
                method,
                body,
                docs,
                review: naming.review,
            });
        }
        Err(why)
    }
}

/// Returns the reason to leave out a member that says nothing about the record.
fn of_the_response(member: &Member, name: &str, way: &[(String, bool)]) -> Option<&'static str> {
    let in_meta = way.last().is_some_and(|(outer, _)| outer == "meta") && !is_moment(&member.shape);
    if in_meta {
        Some("it is about the response")
    } else {
        (name == "page_info").then_some("it is about a page of the list")
    }
}

/// Returns the names that a value inside of an object may have, the best first.
fn candidates(name: &str, outer: &str, is_other: bool) -> Vec<String> {
    let (plain, long) = (name.to_owned(), format!("{outer}_{name}"));
    if WRAPPERS.contains(&outer) {
        vec![plain, long]
    } else if is_other {
        // The `login` of the manager is not that of the department.
        vec![long]
    } else if VAGUE.contains(&name) {
        vec![long, plain]
    } else {
        vec![plain, long]
    }
}

/// Returns the member of a list's items that is their value, as SCIM has it: beside `display`, `primary` or `$ref`.
pub fn listed_value(shape: &Shape) -> Option<&Member> {
    let items =
        shape.list.as_deref().filter(|items| shape.kinds() == 1 && !items.null && items.is_object())?;
    let is_scim = ["display", "primary", "$ref"].iter().any(|name| items.member(name).is_some());
    items.member("value").filter(|value| is_scim && base_type(&value.shape) == Ok("String"))
}

/// Returns the method for a property. Rust has its own meaning for some names, and clippy holds them to it.
fn method(property: &str) -> String {
    let own = property == "new" || ["from_", "into_"].iter().any(|head| property.starts_with(head));
    if own { format!("its_{property}") } else { words::ident(property) }
}

/// Returns an expression that fetches a value, and its type.
fn fetch(way: &[(String, bool)], leaf: &str, base: &str, optional: bool, list: bool) -> (String, String) {
    let copied = ["bool", "f64", "i64", "u64", "Timestamp"].contains(&base);
    let mut from = "self".to_owned();
    for (ident, may_miss) in way {
        let _ = write!(from, ".{ident}{}", if *may_miss { ".as_ref()?" } else { "" });
    }
    let missing = way.iter().any(|(_, may_miss)| *may_miss);
    let value = format!("{from}.{leaf}{}", if copied { "" } else { ".clone()" });
    let held = if list { format!("Vec<{base}>") } else { base.to_owned() };
    match (optional, missing, list) {
        (true, _, true) => (format!("Option<{held}>"), format!("{value}.map(|one| vec![one])")),
        (true, _, false) => (format!("Option<{held}>"), value),
        (false, true, true) => (format!("Option<{held}>"), format!("Some(vec![{value}])")),
        (false, true, false) => (format!("Option<{held}>"), format!("Some({value})")),
        (false, false, true) => (held, format!("vec![{value}]")),
        (false, false, false) => (held, value),
    }
}
