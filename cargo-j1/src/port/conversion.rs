//! A value that a converter takes from a record: what it gives for one, and its code.

use std::collections::BTreeSet;

use super::helpers::{Helper, is_truthy, shown};
use crate::infer::json::Json;
use crate::infer::words;

/// The helpers of conversions that have a kind of their own.
pub const HELPERS: [&str; 7] = ["converted", "each", "either", "first", "is_truthy", "lower", "shown"];

/// A value that a converter takes from a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Conversion {
    /// The member at the end of this path.
    Member(Vec<String>),
    /// The same of something that the converter takes beside the record.
    Given(String, Vec<String>),
    /// The same of an item of the list that is gone through.
    Item(Vec<String>),
    /// The same of a value.
    Within(Box<Conversion>, Vec<String>),
    Constant(Json),
    /// A list of values.
    List(Vec<Conversion>),
    /// A list, and the conversion of each of its items.
    Each(Box<Conversion>, Box<Conversion>),
    /// A list, and what the first of its items that is meant has.
    First(Box<Conversion>, Box<Conversion>),
    /// A helper, its value, and its second argument.
    With(Helper, Box<Conversion>, Json),
    /// The call of a function that a person has to port.
    Called(String, Vec<Conversion>),
    /// A member that holds a date.
    Date(Box<Conversion>),
    /// Texts, each with a value behind it.
    Joined(Vec<(String, Option<Conversion>)>),
    Lower(Box<Conversion>),
    Shown(Box<Conversion>),
    Truthy(Box<Conversion>, bool),
    Equals(Box<Conversion>, Json, bool),
    Either(Box<Conversion>, Box<Conversion>),
    /// The second where the first counts, and the third otherwise.
    If(Box<Conversion>, Box<Conversion>, Box<Conversion>),
}

impl Conversion {
    /// Returns the value that it takes from a record, as far as it is known before a person has ported the rest.
    pub fn convert(&self, record: &Json) -> Json {
        self.value(record, &Json::Null)
    }

    fn value(&self, record: &Json, item: &Json) -> Json {
        let at = |value: &Json, path: &[String]| {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            value.at(&path).cloned().unwrap_or(Json::Null)
        };
        match self {
            Self::Member(path) => at(record, path),
            Self::Item(path) => at(item, path),
            Self::Within(inner, path) => at(&inner.value(record, item), path),
            Self::Given(..) | Self::Called(..) => Json::Null,
            Self::List(all) => Json::List(all.iter().map(|one| one.value(record, item)).collect()),
            Self::Each(list, each) => match list.value(record, item) {
                Json::List(items) => Json::List(items.iter().map(|item| each.value(record, item)).collect()),
                _ => Json::Null,
            },
            Self::First(list, test) => match list.value(record, item) {
                Json::List(items) => {
                    let is_meant = |item: &&Json| is_truthy(&test.value(record, item));
                    items.iter().find(is_meant).cloned().unwrap_or(Json::Null)
                }
                _ => Json::Null,
            },
            Self::With(helper, inner, more) => helper.apply(&inner.value(record, item), more),
            Self::Constant(value) => value.clone(),
            Self::Date(inner) => inner.value(record, item),
            Self::Joined(parts) => {
                let part = |(text, value): &(String, Option<Self>)| {
                    text.clone()
                        + &value.as_ref().map_or_else(String::new, |value| shown(&value.value(record, item)))
                };
                Json::Text(parts.iter().map(part).collect())
            }
            Self::Lower(inner) => match inner.value(record, item) {
                Json::Text(text) => Json::Text(text.to_lowercase()),
                other => other,
            },
            Self::Shown(inner) => match inner.value(record, item) {
                Json::Null => Json::Null,
                other => Json::Text(shown(&other)),
            },
            Self::Truthy(inner, wanted) => Json::Bool(is_truthy(&inner.value(record, item)) == *wanted),
            Self::Equals(inner, value, equal) => Json::Bool((inner.value(record, item) == *value) == *equal),
            Self::If(condition, yes, no) => {
                if is_truthy(&condition.value(record, item)) {
                    yes.value(record, item)
                } else {
                    no.value(record, item)
                }
            }
            Self::Either(first, second) => {
                let first = first.value(record, item);
                if is_truthy(&first) { first } else { second.value(record, item) }
            }
        }
    }

    /// Returns the paths that it reads.
    pub fn paths<'c>(&'c self, out: &mut Vec<&'c [String]>) {
        self.each_part(&mut |part| {
            if let Self::Member(path) = part {
                out.push(path);
            }
        });
    }

    /// Calls this with each part of it, itself first.
    pub fn each_part<'c>(&'c self, see: &mut impl FnMut(&'c Self)) {
        see(self);
        match self {
            Self::Member(_) | Self::Constant(_) | Self::Given(..) | Self::Item(_) => {}
            Self::List(all) | Self::Called(_, all) => all.iter().for_each(|one| one.each_part(see)),
            Self::Each(one, other) | Self::First(one, other) | Self::Either(one, other) => {
                one.each_part(see);
                other.each_part(see);
            }
            Self::Within(inner, _)
            | Self::With(_, inner, _)
            | Self::Date(inner)
            | Self::Lower(inner)
            | Self::Shown(inner)
            | Self::Truthy(inner, _)
            | Self::Equals(inner, ..) => inner.each_part(see),
            Self::If(condition, yes, no) => {
                [condition, yes, no].into_iter().for_each(|one| one.each_part(see));
            }
            Self::Joined(parts) => {
                parts.iter().filter_map(|(_, value)| value.as_ref()).for_each(|one| one.each_part(see));
            }
        }
    }

    /// Returns `true` if it only has a value once a person has ported what it needs.
    pub fn is_open(&self) -> bool {
        let mut found = false;
        self.each_part(&mut |part| found |= matches!(part, Self::Given(..) | Self::Called(..)));
        found
    }

    /// Returns the functions that a person has to port, by the names that the official code has for them.
    pub fn functions(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.each_part(&mut |part| {
            if let Self::Called(name, _) = part {
                found.push(name.as_str());
            }
        });
        found
    }

    /// Returns what it takes beside the record.
    pub fn givens(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.each_part(&mut |part| {
            if let Self::Given(name, _) = part {
                found.push(name.as_str());
            }
        });
        found
    }

    /// Returns a value of its kind, where no record was seen.
    pub fn sample(&self) -> Json {
        match self {
            Self::Date(_) => Json::Text("2024-01-01T00:00:00Z".to_owned()),
            Self::Truthy(..) | Self::Equals(..) => Json::Bool(true),
            Self::Constant(value) => value.clone(),
            Self::With(helper, inner, _) => helper.sample().unwrap_or_else(|| inner.sample()),
            Self::Each(_, each) => Json::List(vec![each.sample()]),
            Self::List(all) => Json::List(all.iter().take(1).map(Self::sample).collect()),
            Self::If(_, one, other) if **one == Self::Constant(Json::Null) => other.sample(),
            Self::Either(one, _) | Self::If(_, one, _) => one.sample(),
            Self::Member(path) | Self::Given(_, path) | Self::Item(path) | Self::Within(_, path)
                if path.last().is_some_and(|name| {
                    name.starts_with("is")
                        && name.chars().nth(2).is_some_and(|c| c.is_uppercase() || c == '_')
                }) =>
            {
                Json::Bool(true)
            }
            _ => Json::Text("text".to_owned()),
        }
    }

    /// Returns the same as an expression of an owned value.
    pub fn owned_code(&self) -> String {
        match self {
            Self::Member(_) | Self::Given(..) | Self::Item(_) | Self::Within(..) => {
                format!("{}.clone()", self.code())
            }
            Self::Date(inner) => inner.owned_code(),
            _ => self.code(),
        }
    }

    /// Returns the same for a property. If it needs a value from outside of the record, the property is left out: a part of it, such
    /// as a link without the id of the project, would be wrong.
    pub fn property_code(&self) -> String {
        let code = self.owned_code();
        let needed: BTreeSet<String> = self.givens().into_iter().map(given).collect();
        if needed.is_empty() || matches!(self, Self::Given(..) | Self::Either(..) | Self::Called(..)) {
            return code;
        }
        let absent: Vec<String> = needed.iter().map(|name| format!("{name}.is_null()")).collect();
        format!("if {} {{ json!(null) }} else {{ {code} }}", absent.join(" || "))
    }

    /// Returns the expression of Rust that gives the value as `serde_json::Value`, of `record`.
    pub fn code(&self) -> String {
        match self {
            Self::Member(path) => at("record", path),
            Self::Given(name, path) => at(&given(name), path),
            Self::Item(path) => at("item", path),
            Self::Within(inner, path) => at(&inner.code(), path),
            Self::List(all) => {
                let all: Vec<String> = all.iter().map(Self::code).collect();
                format!("json!([{}])", all.join(", "))
            }
            Self::Each(list, each) => format!("each(&{}, |item| {})", list.code(), each.owned_code()),
            Self::First(list, test) => format!("first(&{}, |item| is_truthy(&{}))", list.code(), test.code()),
            Self::With(helper, inner, more) => helper.code(&inner.code(), more),
            Self::Called(name, all) => {
                let all: Vec<String> = all.iter().map(|one| format!("&{}", one.code())).collect();
                format!("official::{}(&[{}])", called(name), all.join(", "))
            }
            Self::Constant(value) => format!("json!({})", value.to_value()),
            Self::Date(inner) => inner.code(),
            Self::Joined(parts) => {
                let escaped = |text: &str| text.replace('{', "{{").replace('}', "}}");
                let format: String = parts
                    .iter()
                    .map(|(text, value)| escaped(text) + if value.is_some() { "{}" } else { "" })
                    .collect();
                let values = parts.iter().filter_map(|(_, value)| value.as_ref());
                let values: String = values.map(|value| format!(", shown(&{})", value.code())).collect();
                format!("json!(format!({format:?}{values}))")
            }
            Self::Lower(inner) => format!("lower(&{})", inner.code()),
            Self::Shown(inner) => format!("json!(shown(&{}))", inner.code()),
            Self::Truthy(inner, wanted) => {
                format!("json!({}is_truthy(&{}))", if *wanted { "" } else { "!" }, inner.code())
            }
            Self::Equals(inner, value, equal) => {
                let operator = if *equal { "==" } else { "!=" };
                // It is a reference where no member of it is taken.
                let borrowed = match inner.as_ref() {
                    Self::Member(path) | Self::Given(_, path) | Self::Item(path) => path.is_empty(),
                    _ => false,
                };
                let star = if borrowed { "*" } else { "" };
                format!("json!({star}{} {operator} json!({}))", inner.code(), value.to_value())
            }
            Self::If(condition, yes, no) => format!(
                "if is_truthy(&{}) {{ {} }} else {{ {} }}",
                condition.code(),
                yes.owned_code(),
                no.owned_code()
            ),
            Self::Either(first, second) => format!("either(&{}, &{})", first.code(), second.code()),
        }
    }
}

/// Returns the name of a function that a person has to port.
pub fn called(name: &str) -> String {
    words::ident(&words::snake(name).unwrap_or_else(|| "function".to_owned()))
}

/// Returns the name of a parameter beside the record.
pub fn given(name: &str) -> String {
    let ident = words::ident(&words::snake(name).unwrap_or_else(|| "given".to_owned()));
    let is_ours = ["record", "item", "key", "json"].contains(&ident.as_str())
        || HELPERS.contains(&ident.as_str())
        || Helper::ALL.iter().any(|helper| helper.name() == ident);
    if is_ours { format!("{ident}_given") } else { ident }
}

/// Returns the expression of a member.
fn at(value: &str, path: &[String]) -> String {
    path.iter().fold(value.to_owned(), |code, name| format!("{code}[{name:?}]"))
}
