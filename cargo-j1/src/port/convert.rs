//! Converters: the properties that the official code gives an entity, each as far as it could be read.

use std::collections::BTreeMap;
use std::path::Path;

use super::conversion::Conversion;
use super::ts::{self, Expr, Function, Literal, Pattern, Stated, Tree, member};
use crate::infer::json::Json;

/// The converter of a type of entity.
#[derive(Debug)]
pub struct Converter {
    /// The `_type`.
    pub ty: String,
    /// The function that it stands in.
    pub function: Option<String>,
    /// Its `_key`.
    pub key: Option<Conversion>,
    /// Its properties that were read, by their names.
    pub read: Vec<(String, Conversion)>,
    /// Its properties that a person has to look at: the name, and the code.
    pub unread: Vec<(String, String)>,
}

/// The depth to which functions are followed.
const DEEPEST: usize = 12;

/// Reads the converters of all files. Of several for one type, the one with the most properties counts.
pub fn read(tree: &Tree) -> BTreeMap<String, Converter> {
    let mut all: BTreeMap<String, Converter> = BTreeMap::new();
    for (file, source) in tree.files() {
        for stated in source.objects_with("_key") {
            let Some(converter) = converter(tree, file, &stated) else { continue };
            let size = |one: &Converter| one.read.len() + one.unread.len();
            match all.get(&converter.ty) {
                Some(known) if size(known) >= size(&converter) => {}
                _ => {
                    all.insert(converter.ty.clone(), converter);
                }
            }
        }
    }
    all
}

fn converter(tree: &Tree, file: &Path, stated: &Stated<'_>) -> Option<Converter> {
    let ty = tree.value(file, member(&stated.entries, "_type")?)?.text()?.to_owned();
    let scope = Scope::new(tree, file, stated);
    let mut converter = Converter {
        ty,
        function: stated.function.map(|(name, _)| name.to_owned()),
        key: None,
        read: Vec::new(),
        unread: Vec::new(),
    };
    for entry in &stated.entries {
        let Some(name) = entry.name() else {
            // Spread: the members of something.
            converter.unread.push((String::new(), entry.text.clone()));
            continue;
        };
        match (name, scope.conversion(&entry.value, 0)) {
            ("_key", found) => converter.key = found,
            ("_type" | "_class" | "_rawData", _) => {}
            (_, Some(found)) => converter.read.push((name.to_owned(), found)),
            (_, None) => converter.unread.push((name.to_owned(), entry.text.clone())),
        }
    }
    Some(converter)
}

/// The names that a converter's expressions use.
struct Scope<'t> {
    tree: &'t Tree,
    file: &'t Path,
    locals: Vec<(Pattern, Expr)>,
    /// The parameter that holds the record.
    record: Option<String>,
    /// Names that are members of the record.
    members: BTreeMap<String, String>,
    /// Parameters of a function that was followed, with what they stand for.
    bound: BTreeMap<String, Conversion>,
}

impl<'t> Scope<'t> {
    fn new(tree: &'t Tree, file: &'t Path, stated: &Stated<'_>) -> Self {
        let function = stated.function.map(|(_, function)| function);
        let locals = function.map(|function| function.locals.clone()).unwrap_or_default();
        let mut scope =
            Self { tree, file, locals, record: None, members: BTreeMap::new(), bound: BTreeMap::new() };
        let Some(function) = function else { return scope };
        let names: Vec<String> = function.parameters.iter().flat_map(names).collect();
        let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
        for entry in &stated.entries {
            count(&entry.value, &names, &mut counted);
        }
        for (pattern, value) in &scope.locals {
            let weight = if let Pattern::Members(members) = pattern { members.len() } else { 1 };
            if let Expr::Name(name) = value
                && let Some(name) = names.iter().find(|own| *own == name)
            {
                *counted.entry(name).or_default() += weight;
            }
            count(value, &names, &mut counted);
        }
        let most = counted.values().max().copied().unwrap_or(0);
        let record = names.iter().find(|name| most > 0 && counted.get(name.as_str()) == Some(&most));
        scope.record = record.cloned();
        scope.members = scope.destructured(function);
        scope
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
    fn conversion(&self, expression: &Expr, depth: usize) -> Option<Conversion> {
        if depth > DEEPEST {
            return None;
        }
        let of = |expression: &Expr| self.conversion(expression, depth + 1);
        match expression {
            Expr::Name(name) => self.named(name, depth),
            Expr::Member(inner, name) => match of(inner) {
                Some(Conversion::Member(mut path)) => {
                    path.push(name.clone());
                    Some(Conversion::Member(path))
                }
                Some(_) => None,
                None => self.constant(expression),
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
        json(&self.tree.value(self.file, expression)?).map(Conversion::Constant)
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
        let local =
            self.locals.iter().find(|(pattern, _)| matches!(pattern, Pattern::Name(own) if own == name));
        if let Some((_, value)) = local {
            return self.conversion(value, depth + 1);
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
            _ => None,
        }
    }

    fn call(&self, called: &Expr, arguments: &[Expr], depth: usize) -> Option<Conversion> {
        let of = |expression: &Expr| self.conversion(expression, depth + 1);
        match called {
            Expr::Member(inner, method) => match method.as_str() {
                "toLowerCase" => Some(Conversion::Lower(Box::new(of(inner)?))),
                "toString" => Some(Conversion::Shown(Box::new(of(inner)?))),
                // `new Date(x).getTime()`
                "getTime" | "valueOf" => of(inner).filter(|inner| matches!(inner, Conversion::Date(_))),
                "trim" => of(inner),
                _ => None,
            },
            Expr::Name(name) => {
                let first = arguments.first().map(of);
                match (name.as_str(), first) {
                    ("parseTimePropertyValue" | "getTime" | "Date", Some(first)) => {
                        Some(Conversion::Date(Box::new(first?)))
                    }
                    ("Boolean", Some(first)) => Some(Conversion::Truthy(Box::new(first?), true)),
                    ("String", Some(first)) => Some(Conversion::Shown(Box::new(first?))),
                    _ => self.followed(name, arguments, depth),
                }
            }
            _ => None,
        }
    }

    /// Follows a function that returns one expression, such as one that builds a key.
    fn followed(&self, name: &str, arguments: &[Expr], depth: usize) -> Option<Conversion> {
        let (file, function) = self.tree.function(self.file, name)?;
        let [returned] = function.returns.as_slice() else { return None };
        let mut bound = BTreeMap::new();
        for (pattern, argument) in function.parameters.iter().zip(arguments) {
            match (pattern, argument) {
                (Pattern::Name(name), argument) => {
                    bound.insert(name.clone(), self.conversion(argument, depth + 1)?);
                }
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
                (Pattern::Other, _) => return None,
            }
        }
        let scope = Scope {
            tree: self.tree,
            file,
            locals: function.locals.clone(),
            record: None,
            members: BTreeMap::new(),
            bound,
        };
        scope.conversion(returned, depth + 1)
    }
}

fn names(pattern: &Pattern) -> Vec<String> {
    match pattern {
        Pattern::Name(name) => vec![name.clone()],
        Pattern::Members(members) => members.iter().map(|(_, local)| local.clone()).collect(),
        Pattern::Other => Vec::new(),
    }
}

/// Counts how often members of these names are read.
fn count<'n>(expression: &Expr, names: &'n [String], counted: &mut BTreeMap<&'n str, usize>) {
    let mut all = |expressions: &[&Expr]| expressions.iter().for_each(|one| count(one, names, counted));
    match expression {
        Expr::Member(inner, _) => match inner.as_ref() {
            Expr::Name(name) => {
                if let Some(name) = names.iter().find(|own| *own == name) {
                    *counted.entry(name).or_default() += 1;
                }
            }
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
        Expr::Object(entries) => all(&entries.iter().map(|entry| &entry.value).collect::<Vec<_>>()),
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
