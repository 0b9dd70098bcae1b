//! The expressions of a converter: what each takes from a record.

mod calls;
mod made;

use std::collections::BTreeMap;
use std::path::Path;

use super::conversion::Conversion;
use super::helpers::Helper;
use super::ts::{Entry, Expr, Function, Literal, Pattern, Stated, Tree};
use crate::infer::json::Json;

/// The depth to which functions are followed.
const DEEPEST: usize = 12;

/// The names that a converter's expressions use.
#[derive(Clone)]
pub struct Scope<'t> {
    tree: &'t Tree,
    file: &'t Path,
    locals: Vec<(Pattern, Expr)>,
    /// The parameter that holds the record.
    record: Option<String>,
    /// Names that are members of the record.
    members: BTreeMap<String, String>,
    /// Parameters that hold something else.
    given: Vec<String>,
    /// Parameters of a function that was followed, with what they stand for.
    bound: BTreeMap<String, Conversion>,
    /// Those that stand for objects of constants.
    constants: BTreeMap<String, Literal>,
}

impl<'t> Scope<'t> {
    pub fn new(tree: &'t Tree, file: &'t Path, stated: &Stated<'_>) -> Self {
        let function = stated.function.map(|(_, function)| function);
        let mut scope = Self { tree, file, ..Self::body(tree, file, function) };
        let Some(function) = function else { return scope };
        let names: Vec<String> = function.parameters.iter().flat_map(names).collect();
        let mut counted: BTreeMap<String, usize> = BTreeMap::new();
        for entry in &stated.entries {
            count(&entry.value, &mut counted);
        }
        for (pattern, value) in &scope.locals {
            let weight = if let Pattern::Members(members) = pattern { members.len() } else { 1 };
            if let Expr::Name(name) = value {
                *counted.entry(name.clone()).or_default() += weight;
            }
            count(value, &mut counted);
        }
        // A name that no one declares is that of a loop, or the parameter of a function in the function.
        let is_free = |name: &String| {
            !scope.locals.iter().any(|(pattern, _)| self::names(pattern).contains(name))
                && tree.place(file, name).is_none()
                && !tree.imports(file, name)
        };
        counted.retain(|name, _| names.contains(name) || is_free(name));
        let best = |of: &mut dyn Iterator<Item = &String>| -> Option<(usize, String)> {
            let mut best: Option<(usize, String)> = None;
            for name in of {
                let count = counted.get(name).copied().unwrap_or(0);
                if count > best.as_ref().map_or(0, |(count, _)| *count) {
                    best = Some((count, name.clone()));
                }
            }
            best
        };
        let (own, free) = (best(&mut names.iter()), best(&mut counted.keys()));
        scope.record = match (own, free) {
            (Some((count, own)), Some((more, free))) => Some(if more > count + 1 { free } else { own }),
            (own, free) => own.or(free.filter(|(count, _)| *count > 1)).map(|(_, name)| name),
        };
        scope.members = scope.destructured(function);
        if let Some(record) = &scope.record {
            scope.given = names.iter().filter(|name| *name != record).cloned().collect();
        }
        scope
    }

    /// Returns what the body of a function sees, without its parameters.
    fn body(tree: &'t Tree, file: &'t Path, function: Option<&Function>) -> Self {
        Self {
            tree,
            file,
            locals: function.map(|function| function.locals.clone()).unwrap_or_default(),
            record: None,
            members: BTreeMap::new(),
            given: Vec::new(),
            bound: BTreeMap::new(),
            constants: BTreeMap::new(),
        }
    }

    /// Returns the members of an object that is spread, and the condition that they are there.
    pub fn spread<'e>(
        &self,
        spread: &'e Expr,
        condition: Option<&Conversion>,
    ) -> Option<(&'e [Entry], Option<Conversion>)> {
        match spread {
            Expr::Object(entries) => Some((entries, condition.cloned())),
            // `...(data.at && { at: data.at })`
            Expr::Binary("&&", when, object) => {
                let Expr::Object(entries) = object.as_ref() else { return None };
                let when = self.conversion(when, 0).filter(|_| condition.is_none())?;
                Some((entries, Some(when)))
            }
            Expr::Choice(when, object, other) => {
                let (Expr::Object(entries), Expr::Object(others)) = (object.as_ref(), other.as_ref()) else {
                    return None;
                };
                let when = self.conversion(when, 0).filter(|_| condition.is_none() && others.is_empty())?;
                Some((entries, Some(when)))
            }
            _ => None,
        }
    }

    /// Returns the names that a function takes out of the record.
    fn destructured(&self, function: &Function) -> BTreeMap<String, String> {
        let mut members = BTreeMap::new();
        if let [Pattern::Members(all)] = function.parameters.as_slice()
            && self.record.is_none()
        {
            members.extend(all.iter().map(|(member, local)| (local.clone(), member.clone())));
        }
        for (pattern, value) in &self.locals {
            if let (Pattern::Members(all), Expr::Name(name)) = (pattern, value)
                && Some(name) == self.record.as_ref()
            {
                members.extend(all.iter().map(|(member, local)| (local.clone(), member.clone())));
            }
        }
        members
    }

    /// Reads an expression; `None` where a person has to.
    pub fn conversion(&self, expression: &Expr, depth: usize) -> Option<Conversion> {
        if depth > DEEPEST {
            return None;
        }
        let of = |expression: &Expr| self.conversion(expression, depth + 1);
        match expression {
            Expr::Name(name) => self.named(name, depth),
            Expr::Member(inner, name) => {
                let made = self.made_member(inner, name, depth);
                made.or_else(|| match of(inner) {
                    Some(inner) if name == "length" => {
                        Some(Conversion::With(Helper::Count, Box::new(inner), Json::Null))
                    }
                    Some(inner) => within(inner, name),
                    None => self.constant(expression),
                })
            }
            Expr::Index(inner, index) => {
                self.item_of(inner, index, depth).unwrap_or_else(|| self.constant(expression))
            }
            Expr::List(items) if !items.is_empty() => match self.constant(expression) {
                // A list of constants leaves out every other item.
                Some(Conversion::Constant(Json::List(all))) if all.len() == items.len() => {
                    Some(Conversion::Constant(Json::List(all)))
                }
                _ => Some(Conversion::List(items.iter().map(of).collect::<Option<_>>()?)),
            },
            Expr::Template(parts) => {
                let part = |(text, code): &(String, Option<Expr>)| match code {
                    Some(code) => Some((text.clone(), Some(of(code)?))),
                    None => Some((text.clone(), None)),
                };
                Some(Conversion::Joined(parts.iter().map(part).collect::<Option<_>>()?))
            }
            Expr::Not(inner) => match inner.as_ref() {
                Expr::Not(twice) => Some(Conversion::Truthy(Box::new(of(twice)?), true)),
                once => Some(Conversion::Truthy(Box::new(of(once)?), false)),
            },
            Expr::Choice(condition, yes, no) => {
                Some(Conversion::If(Box::new(of(condition)?), Box::new(of(yes)?), Box::new(of(no)?)))
            }
            Expr::Binary(operator, left, right) => self.binary(operator, left, right, depth),
            Expr::Call(called, arguments) => self.call(called, arguments, depth),
            _ => self.constant(expression),
        }
    }

    fn constant(&self, expression: &Expr) -> Option<Conversion> {
        let bound = self.bound_constant(expression);
        json(&bound.or_else(|| self.tree.value(self.file, expression))?).map(Conversion::Constant)
    }

    /// Returns the value of a parameter that stands for an object of constants, or of a member of it.
    fn bound_constant(&self, expression: &Expr) -> Option<Literal> {
        match expression {
            Expr::Name(name) => self.constants.get(name).cloned(),
            Expr::Member(inner, name) => self.bound_constant(inner)?.get(name).cloned(),
            _ => None,
        }
    }

    fn named(&self, name: &str, depth: usize) -> Option<Conversion> {
        if let Some(bound) = self.bound.get(name) {
            return Some(bound.clone());
        }
        if self.record.as_deref() == Some(name) {
            return Some(Conversion::Member(Vec::new()));
        }
        if let Some(member) = self.members.get(name) {
            return Some(Conversion::Member(vec![member.clone()]));
        }
        if self.given.iter().any(|given| given == name) {
            return Some(Conversion::Given(name.to_owned(), Vec::new()));
        }
        match self.local(name) {
            // It is filled later.
            Some(Expr::List(items)) if items.is_empty() => return None,
            Some(value) => return self.conversion(value, depth + 1),
            None => {}
        }
        for (pattern, value) in &self.locals {
            if let Pattern::Members(all) = pattern
                && let Some((member, _)) = all.iter().find(|(_, own)| own == name)
            {
                return self.conversion(&Expr::Member(Box::new(value.clone()), member.clone()), depth + 1);
            }
        }
        self.constant(&Expr::Name(name.to_owned()))
    }

    fn binary(&self, operator: &str, left: &Expr, right: &Expr, depth: usize) -> Option<Conversion> {
        let of = |expression: &Expr| self.conversion(expression, depth + 1);
        match operator {
            "===" | "==" | "!==" | "!=" => {
                let (value, Conversion::Constant(constant)) = (of(left)?, of(right)?) else { return None };
                let equal = operator.starts_with('=');
                (constant == Json::Null || !matches!(value, Conversion::Constant(_)))
                    .then(|| Conversion::Equals(Box::new(value), constant, equal))
            }
            "||" | "??" => match (of(left)?, of(right)?) {
                (left, Conversion::Constant(Json::Null)) => Some(left),
                (left, right) => Some(Conversion::Either(Box::new(left), Box::new(right))),
            },
            "&&" => {
                let left = of(left)?;
                Some(Conversion::If(Box::new(left.clone()), Box::new(of(right)?), Box::new(left)))
            }
            "+" => Some(Conversion::Joined(vec![
                (String::new(), Some(of(left)?)),
                (String::new(), Some(of(right)?)),
            ])),
            ">" | "<" => {
                let (value, Conversion::Constant(number @ Json::Number(_))) = (of(left)?, of(right)?) else {
                    return None;
                };
                let helper = if operator == ">" { Helper::MoreThan } else { Helper::LessThan };
                Some(Conversion::With(helper, Box::new(value), number))
            }
            _ => None,
        }
    }
}

/// Returns a member of what was read.
fn within(inner: Conversion, name: &str) -> Option<Conversion> {
    let name = name.to_owned();
    let longer = |mut path: Vec<String>| {
        path.push(name.clone());
        path
    };
    Some(match inner {
        Conversion::Member(path) => Conversion::Member(longer(path)),
        Conversion::Item(path) => Conversion::Item(longer(path)),
        Conversion::Given(given, path) => Conversion::Given(given, longer(path)),
        Conversion::Within(inner, path) => Conversion::Within(inner, longer(path)),
        inner @ (Conversion::With(Helper::Nth, ..) | Conversion::First(..)) => {
            Conversion::Within(Box::new(inner), vec![name])
        }
        _ => return None,
    })
}

/// Returns an item of what was read; the last one is -1.
fn nth(list: Conversion, at: i64) -> Conversion {
    Conversion::With(Helper::Nth, Box::new(list), Json::Number(at.into()))
}

fn names(pattern: &Pattern) -> Vec<String> {
    match pattern {
        Pattern::Name(name) => vec![name.clone()],
        Pattern::Members(members) => members.iter().map(|(_, local)| local.clone()).collect(),
        Pattern::Items(items) => items.iter().map(|(_, local)| local.clone()).collect(),
        Pattern::Other => Vec::new(),
    }
}

/// Counts how often members of each name are read.
fn count(expression: &Expr, counted: &mut BTreeMap<String, usize>) {
    let mut all = |expressions: &[&Expr]| expressions.iter().for_each(|one| count(one, counted));
    match expression {
        Expr::Member(inner, _) => match inner.as_ref() {
            Expr::Name(name) => *counted.entry(name.clone()).or_default() += 1,
            inner => all(&[inner]),
        },
        Expr::Index(a, b) | Expr::Binary(_, a, b) => all(&[a, b]),
        Expr::Choice(a, b, c) => all(&[a, b, c]),
        Expr::Not(a) | Expr::Spread(a) => all(&[a]),
        Expr::Call(called, arguments) => {
            all(&[called]);
            all(&arguments.iter().collect::<Vec<_>>());
        }
        Expr::List(items) => all(&items.iter().collect::<Vec<_>>()),
        Expr::Object(entries) => {
            all(&entries.iter().map(|entry| &entry.value).collect::<Vec<_>>());
            // `{ ...user }` reads all of them.
            for entry in entries.iter().filter(|entry| entry.key.is_none()) {
                if let Expr::Name(name) = &entry.value {
                    *counted.entry(name.clone()).or_default() += 1;
                }
            }
        }
        Expr::Template(parts) => all(&parts.iter().filter_map(|(_, code)| code.as_ref()).collect::<Vec<_>>()),
        _ => {}
    }
}

/// Returns a constant as JSON; an object cannot be the value of a property.
fn json(literal: &Literal) -> Option<Json> {
    Some(match literal {
        Literal::Null => Json::Null,
        Literal::Bool(truth) => Json::Bool(*truth),
        Literal::Number(number) => Json::Number(number.parse().ok()?),
        Literal::Text(text) => Json::Text(text.clone()),
        Literal::List(items) => Json::List(items.iter().map(json).collect::<Option<_>>()?),
        Literal::Object(_) => return None,
    })
}
