//! What differs between what is known and what came.

use serde::Serialize;

use crate::recordings::drift::shape::{Shape, Type};
use crate::redact;

/// Differences that are named; the others are counted.
const NAMED: usize = 200;

/// What differs between what is known and what came.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Findings {
    /// The answers that came.
    pub answers: u64,
    /// How many of them were looked at.
    pub looked: u64,
    pub differences: Vec<Finding>,
    /// How many differences there are beyond those.
    pub more: u64,
    /// Endpoints of which nothing is known; their answers were compared with nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown_endpoints: Vec<String>,
}

/// One difference.
#[derive(Debug, Serialize)]
pub(crate) struct Finding {
    pub endpoint: String,
    /// Where in the answer: a JSON pointer with `*` for every element.
    pub path: String,
    pub kind: Kind,
    /// What came: a type, or the new word.
    pub found: String,
    /// How often.
    pub count: u64,
}

/// How an answer differs.
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
    /// Adds what differs in the answers of an endpoint.
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
