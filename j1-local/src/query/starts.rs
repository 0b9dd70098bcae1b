//! The entities that a query can begin at, from the store's index of texts.
//!
//! The index finds entities that *may* have a text, so the conditions of the query are compared all the same. They are left
//! out as well where the graph is read as it was, with what was deleted, or with properties pinned over entities: the index
//! knows none of that.

use std::collections::BTreeSet;

use j1ql::ast::{Comparator, Comparison, Operand, OperandKind, Predicate, Property, Values};
use j1ql::{Scope, Thing};
use rusqlite::Connection;
use serde_json::Value;

use super::compile::Compiler;
use super::plan::Path;
use crate::store::values;

/// The most entities that are looked at one by one. Beyond, reading the entities of a type in their order is as quick.
const MOST: usize = 1_000;

/// In `WHERE`, what the aliases in front of names mean; `None` in `WITH`, where a name is a property of the start.
type Aliases<'s> = Option<&'s Scope>;

impl Compiler<'_> {
    /// Returns SQL for a list of numbers that the start entity of a path is among; `None` if the query does not say.
    pub fn starts(&mut self, path: &Path<'_>, scope: &Scope, filter: Option<&Predicate>) -> Option<String> {
        let (connection, start) = (self.index?, path.nodes.first()?);
        // The paths of a query have the start in common.
        if let Some(known) = self.starts.get(&start.span.start) {
            return known.clone();
        }
        let with = start.filter.as_ref().and_then(|filter| self.candidates(connection, filter, None));
        let found = smaller(with, filter.and_then(|filter| self.candidates(connection, filter, Some(scope))));
        let list = found.map(|found| {
            let list = self.bind(Value::from_iter(found).to_string());
            format!("(SELECT value FROM json_each({list}))")
        });
        self.starts.insert(start.span.start, list.clone());
        list
    }

    /// The entities that may meet a condition; `None` if it could be any.
    fn candidates(
        &self,
        connection: &Connection,
        predicate: &Predicate,
        aliases: Aliases<'_>,
    ) -> Option<BTreeSet<i64>> {
        match predicate {
            Predicate::And(all) => {
                all.iter().map(|part| self.candidates(connection, part, aliases)).fold(None, smaller)
            }
            Predicate::Or(all) => {
                let mut any = BTreeSet::new();
                for part in all {
                    any.extend(self.candidates(connection, part, aliases)?);
                }
                Some(any).filter(|any| any.len() <= MOST)
            }
            Predicate::Compare(comparison) => {
                let (name, texts) = self.equality(comparison, aliases)?;
                // Without the index the answer is the same, and the query itself meets the error again.
                values::search(connection, &name, &texts, MOST).ok()?
            }
            Predicate::Cidr(_) => None,
        }
    }

    /// The property of the start entity that must be equal to one of some texts.
    fn equality(&self, comparison: &Comparison, aliases: Aliases<'_>) -> Option<(String, Vec<String>)> {
        let OperandKind::Property(property) = &comparison.left.kind else { return None };
        let name = name_of_start(property, aliases)?;
        // Metadata is not among the properties.
        if comparison.comparator != Comparator::Equal || name.starts_with('_') {
            return None;
        }
        let texts = match &comparison.right {
            Values::One(one) => vec![self.text_of(one)?],
            Values::AnyOf(all) => {
                let text = |value: &Values| match value {
                    Values::One(one) => self.text_of(one),
                    _ => None,
                };
                all.iter().map(text).collect::<Option<_>>()?
            }
            _ => return None,
        };
        Some((name, texts))
    }

    fn text_of(&self, operand: &Operand) -> Option<String> {
        match &operand.kind {
            OperandKind::Text(text) if !text.contains("{{") => Some(text.clone()),
            OperandKind::Parameter(parameter) => match self.options.params.get(&parameter.name)? {
                Value::String(text) => Some(text.clone()),
                _ => None,
            },
            _ => None,
        }
    }
}

fn name_of_start(property: &Property, aliases: Aliases<'_>) -> Option<String> {
    let Some(scope) = aliases else { return Some(property.name()) };
    let (alias, name) = property.split_alias();
    name.filter(|_| scope.find(alias) == Some(Thing::Start))
}

/// The smaller of two lists, one of which an entity must be in if there are two.
fn smaller(one: Option<BTreeSet<i64>>, other: Option<BTreeSet<i64>>) -> Option<BTreeSet<i64>> {
    match (one, other) {
        (Some(one), Some(other)) => Some(if other.len() < one.len() { other } else { one }),
        (one, other) => one.or(other),
    }
}
