//! The differences between the known shapes and the responses that came.

use serde::Serialize;

use crate::recordings::drift::shape::{Shape, Type};
use crate::redact;

/// Differences that are named; the others are counted.
const NAMED: usize = 200;

/// The differences between the known shapes and the responses that came.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Findings {
    /// The responses that came.
    pub answers: u64,
    /// The number of them that were looked at.
    pub looked: u64,
    pub differences: Vec<Finding>,
    /// The number of further differences.
    pub more: u64,
    /// Endpoints without a known shape, whose responses were not compared.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown_endpoints: Vec<String>,
}

/// One difference.
#[derive(Debug, Serialize)]
pub(crate) struct Finding {
    pub endpoint: String,
    /// The place in the response: a JSON pointer with `*` for every element.
    pub path: String,
    pub kind: Kind,
    /// The type or the new word that came.
    pub found: String,
    /// The number of times it came.
    pub count: u64,
}

/// The kind of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// A member that is not known.
    Field,
    /// `null` where it never was.
    Null,
    /// Another type.
    Type,
    /// A text that is not among the known ones.
    Value,
}

impl Findings {
    /// Adds the differences in the responses of an endpoint.
    pub(super) fn compare(&mut self, endpoint: &str, seen: &Shape, known: &Shape) {
        self.at(endpoint, "", seen, known);
    }

    fn at(&mut self, endpoint: &str, path: &str, seen: &Shape, known: &Shape) {
        for (ty, count) in seen.types.iter().filter(|(ty, _)| !known.takes(**ty)) {
            let kind = if *ty == Type::Null { Kind::Null } else { Kind::Type };
            self.add(endpoint, path, kind, ty.name().to_owned(), *count);
        }
        for (value, count) in seen.values.iter().flatten() {
            self.add(endpoint, path, Kind::Value, redact::text(value), *count);
        }
        let members =
            seen.members.iter().map(|(name, member)| (escaped(name), member, known.known_member(name)));
        // What is in a type that is new is new as well, and said already.
        let any = seen.any.iter().map(|any| ("*".to_owned(), &**any, known.any.as_deref()));
        for (name, seen, known) in members.chain(any) {
            let path = format!("{path}/{name}");
            match known {
                Some(known) => self.at(endpoint, &path, seen, known),
                None => {
                    let types: Vec<_> = seen.types.keys().map(|ty| ty.name()).collect();
                    let count = seen.types.values().sum();
                    self.add(endpoint, &path, Kind::Field, types.join(" or "), count);
                }
            }
        }
    }

    fn add(&mut self, endpoint: &str, path: &str, kind: Kind, found: String, count: u64) {
        if self.differences.len() < NAMED {
            let path = redact::text(path);
            self.differences.push(Finding { endpoint: redact::text(endpoint), path, kind, found, count });
        } else {
            self.more += 1;
        }
    }
}

impl Finding {
    /// The difference in a sentence.
    pub fn sentence(&self) -> String {
        let Self { endpoint, path, found, count, .. } = self;
        let times = if *count == 1 { "once".to_owned() } else { format!("{count} times") };
        match self.kind {
            Kind::Field => format!("`{endpoint}` has a new member `{path}`, {found} ({times})"),
            Kind::Null => format!("`{path}` of `{endpoint}` is null, which it never was ({times})"),
            Kind::Type => format!("`{path}` of `{endpoint}` is {found}, which it never was ({times})"),
            Kind::Value => format!("`{path}` of `{endpoint}` has the new value `{found}` ({times})"),
        }
    }
}

pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
