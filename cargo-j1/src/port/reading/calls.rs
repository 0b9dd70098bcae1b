//! Calls in a converter: of methods of values, of functions that are followed, and of those that a person has to port.

use std::collections::BTreeMap;

use super::super::conversion::Conversion;
use super::super::helpers::Helper;
use super::super::ts::{self, Expr, Function, Pattern};
use super::{DEEPEST, Scope, nth};
use crate::infer::json::Json;

/// Methods of values of JavaScript, which no one has to port as functions of the integration.
const BUILT_IN: [&str; 16] = [
    "concat",
    "every",
    "exec",
    "filter",
    "find",
    "flatMap",
    "indexOf",
    "map",
    "match",
    "reduce",
    "replace",
    "slice",
    "some",
    "sort",
    "substring",
    "test",
];

impl<'t> Scope<'t> {
    pub(super) fn call(&self, called: &Expr, arguments: &[Expr], depth: usize) -> Option<Conversion> {
        let of = |expression: &Expr| self.conversion(expression, depth + 1);
        let with = |helper: Helper, inner: Conversion, more: Json| {
            Some(Conversion::With(helper, Box::new(inner), more))
        };
        match called {
            Expr::Member(object, method) if matches!(object.as_ref(), Expr::Name(name) if name == "JSON") => {
                (method == "stringify").then_some(())?;
                with(Helper::AsJson, of(arguments.first()?)?, Json::Null)
            }
            Expr::Member(inner, method) => self.method(inner, method, arguments, depth),
            Expr::Name(name) => {
                let first = arguments.first().map(of);
                match (name.as_str(), first) {
                    ("parseTimePropertyValue" | "getTime" | "Date", Some(first)) => {
                        Some(Conversion::Date(Box::new(first?)))
                    }
                    ("Boolean", Some(first)) => Some(Conversion::Truthy(Box::new(first?), true)),
                    ("String", Some(first)) => Some(Conversion::Shown(Box::new(first?))),
                    ("compact", Some(first)) => with(Helper::Kept, first?, Json::Null),
                    ("uniq", Some(first)) => with(Helper::Distinct, first?, Json::Null),
                    ("parseInt" | "parseFloat" | "Number", Some(first)) => {
                        with(Helper::AsNumber, first?, Json::Null)
                    }
                    ("last", Some(first)) => Some(nth(first?, -1)),
                    ("encodeURI", Some(first)) => with(Helper::EncodedUrl, first?, Json::Null),
                    ("encodeURIComponent", Some(first)) => with(Helper::EncodedPart, first?, Json::Null),
                    _ => self.followed(name, arguments, depth).or_else(|| self.open(name, arguments, depth)),
                }
            }
            _ => None,
        }
    }

    /// Reads the call of a method of a value.
    fn method(&self, inner: &Expr, method: &str, arguments: &[Expr], depth: usize) -> Option<Conversion> {
        let of = |expression: &Expr| self.conversion(expression, depth + 1);
        let with = |helper: Helper, inner: Conversion, more: Json| {
            Some(Conversion::With(helper, Box::new(inner), more))
        };
        let found = match (method, arguments) {
            ("toLowerCase" | "toLocaleLowerCase", []) => Some(Conversion::Lower(Box::new(of(inner)?))),
            ("toUpperCase" | "toLocaleUpperCase", []) => with(Helper::Upper, of(inner)?, Json::Null),
            ("toString", []) => Some(Conversion::Shown(Box::new(of(inner)?))),
            // `new Date(x).getTime()`
            ("getTime" | "valueOf", []) => of(inner).filter(|inner| matches!(inner, Conversion::Date(_))),
            ("trim", []) => of(inner),
            ("map", [Expr::Function(each)]) => {
                Some(Conversion::Each(Box::new(of(inner)?), Box::new(self.item(each, depth)?)))
            }
            ("find", [Expr::Function(test)]) => {
                Some(Conversion::First(Box::new(of(inner)?), Box::new(self.item(test, depth)?)))
            }
            ("filter", [test]) if is_kept(test) => with(Helper::Kept, of(inner)?, Json::Null),
            ("split" | "join" | "startsWith" | "endsWith" | "includes", [Expr::Text(text)]) => {
                let helper = match method {
                    "split" => Helper::Split,
                    "join" => Helper::JoinedBy,
                    "startsWith" => Helper::Begins,
                    "endsWith" => Helper::Ends,
                    _ => Helper::Includes,
                };
                with(helper, of(inner)?, Json::Text(text.clone()))
            }
            _ => None,
        };
        // A method of something other than a value, such as a maker of links.
        let is_thing =
            !BUILT_IN.contains(&method) && matches!(of(inner), None | Some(Conversion::Given(_, _)));
        found.or_else(|| self.open(method, arguments, depth).filter(|_| is_thing))
    }

    /// Reads a function that makes something of an item of a list.
    fn item(&self, each: &Function, depth: usize) -> Option<Conversion> {
        let ([pattern, ..], [returned]) = (each.parameters.as_slice(), each.returns.as_slice()) else {
            return None;
        };
        let inside = |one: &Conversion| matches!(one, Conversion::Item(_));
        if !each.locals.is_empty() || self.bound.values().any(inside) {
            return None;
        }
        let mut scope = self.clone();
        match pattern {
            Pattern::Name(name) => {
                scope.bound.insert(name.clone(), Conversion::Item(Vec::new()));
            }
            Pattern::Members(all) => {
                let members =
                    all.iter().map(|(member, local)| (local.clone(), Conversion::Item(vec![member.clone()])));
                scope.bound.extend(members);
            }
            Pattern::Items(_) | Pattern::Other => return None,
        }
        scope.conversion(returned, depth + 1)
    }

    /// Returns the call of a function that a person has to port, with the arguments that are read. Anything but
    /// values, such as a logger, is left out.
    fn open(&self, name: &str, arguments: &[Expr], depth: usize) -> Option<Conversion> {
        let given: Vec<Conversion> = arguments
            .iter()
            .filter_map(|argument| self.conversion(argument, depth + 1))
            .filter(|one| !matches!(one, Conversion::Given(_, path) if path.is_empty()))
            .collect();
        // It would give the same for each record.
        let says = |one: &Conversion| {
            let mut found = false;
            one.each_part(&mut |part| {
                found |= !matches!(part, Conversion::Constant(_) | Conversion::Called(..));
            });
            found
        };
        given.iter().any(says).then(|| Conversion::Called(name.to_owned(), given))
    }

    /// Follows a function that returns one expression, such as one that builds a key.
    fn followed(&self, name: &str, arguments: &[Expr], depth: usize) -> Option<Conversion> {
        let (scope, returned) = self.within_function(name, arguments, depth)?;
        scope.conversion(returned, depth + 1)
    }

    /// Returns a member of the object that a function of the integration returns.
    pub(super) fn member_of_call(&self, call: &Expr, member: &str, depth: usize) -> Option<Conversion> {
        let (scope, returned) = self.called_function(call, depth)?;
        let Expr::Object(_) = returned else { return None };
        let value = scope.member_of(returned, member, depth + 1)?;
        scope.conversion(&value, depth + 1)
    }

    /// Returns the members of the object that a function of the integration returns, each as far as it is read.
    pub fn members_of_call(&self, call: &Expr, depth: usize) -> Option<Vec<(String, Option<Conversion>)>> {
        let (scope, returned) = self.called_function(call, depth)?;
        let Expr::Object(entries) = returned else { return None };
        let member =
            |entry: &ts::Entry| Some((entry.name()?.to_owned(), scope.conversion(&entry.value, depth + 1)));
        entries.iter().map(member).collect()
    }

    /// Follows a call, or a local name that stands for one.
    fn called_function(&self, call: &Expr, depth: usize) -> Option<(Scope<'t>, &'t Expr)> {
        match call {
            Expr::Call(called, arguments) => match called.as_ref() {
                Expr::Name(name) => self.within_function(name, arguments, depth),
                _ => None,
            },
            Expr::Name(name) if depth <= DEEPEST => self.called_function(self.local(name)?, depth + 1),
            _ => None,
        }
    }

    /// Returns what a function that is called returns, and the names that it sees.
    fn within_function(&self, name: &str, arguments: &[Expr], depth: usize) -> Option<(Scope<'t>, &'t Expr)> {
        if depth > DEEPEST {
            return None;
        }
        let (file, function) = self.tree.function(self.file, name)?;
        let [returned] = function.returns.as_slice() else { return None };
        let (mut bound, mut constants) = (BTreeMap::new(), BTreeMap::new());
        for (pattern, argument) in function.parameters.iter().zip(arguments) {
            match (pattern, argument) {
                (Pattern::Name(name), argument) => match self.conversion(argument, depth + 1) {
                    Some(found) => {
                        bound.insert(name.clone(), found);
                    }
                    None => {
                        constants.insert(name.clone(), self.tree.value(self.file, argument)?);
                    }
                },
                (Pattern::Members(all), Expr::Object(entries)) => {
                    for (member, local) in all {
                        let value = ts::member(entries, member)?;
                        bound.insert(local.clone(), self.conversion(value, depth + 1)?);
                    }
                }
                (Pattern::Members(all), argument) => {
                    let Conversion::Member(path) = self.conversion(argument, depth + 1)? else { return None };
                    for (member, local) in all {
                        let path = path.iter().chain([member]).cloned().collect();
                        bound.insert(local.clone(), Conversion::Member(path));
                    }
                }
                (Pattern::Items(_) | Pattern::Other, _) => return None,
            }
        }
        let scope = Scope { bound, constants, ..Scope::body(self.tree, file, Some(function)) };
        Some((scope, returned))
    }
}

/// Returns `true` for a test of whether an item counts: `Boolean`, or `(e) => !!e`.
fn is_kept(test: &Expr) -> bool {
    let Expr::Function(test) = test else { return matches!(test, Expr::Name(name) if name == "Boolean") };
    let ([Pattern::Name(item)], [returned]) = (test.parameters.as_slice(), test.returns.as_slice()) else {
        return false;
    };
    let mut tested = returned;
    if let Expr::Not(once) = tested
        && let Expr::Not(twice) = once.as_ref()
    {
        tested = twice;
    }
    matches!(tested, Expr::Name(name) if name == item)
}
