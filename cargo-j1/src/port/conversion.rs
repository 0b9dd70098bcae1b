//! A value that a converter takes from a record: what it gives for one, and its code.

use crate::infer::json::Json;

/// A value that a converter takes from a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Conversion {
    /// The member at the end of this path.
    Member(Vec<String>),
    Constant(Json),
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
    /// Returns the value that it takes from a record.
    pub fn convert(&self, record: &Json) -> Json {
        match self {
            Self::Member(path) => {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                record.at(&path).cloned().unwrap_or(Json::Null)
            }
            Self::Constant(value) => value.clone(),
            Self::Date(inner) => inner.convert(record),
            Self::Joined(parts) => {
                let part = |(text, value): &(String, Option<Self>)| {
                    text.clone()
                        + &value.as_ref().map_or_else(String::new, |value| shown(&value.convert(record)))
                };
                Json::Text(parts.iter().map(part).collect())
            }
            Self::Lower(inner) => match inner.convert(record) {
                Json::Text(text) => Json::Text(text.to_lowercase()),
                other => other,
            },
            Self::Shown(inner) => match inner.convert(record) {
                Json::Null => Json::Null,
                other => Json::Text(shown(&other)),
            },
            Self::Truthy(inner, wanted) => Json::Bool(is_truthy(&inner.convert(record)) == *wanted),
            Self::Equals(inner, value, equal) => Json::Bool((inner.convert(record) == *value) == *equal),
            Self::If(condition, yes, no) => {
                if is_truthy(&condition.convert(record)) {
                    yes.convert(record)
                } else {
                    no.convert(record)
                }
            }
            Self::Either(first, second) => {
                let first = first.convert(record);
                if is_truthy(&first) { first } else { second.convert(record) }
            }
        }
    }

    /// Returns the paths that it reads.
    pub fn paths<'c>(&'c self, out: &mut Vec<&'c [String]>) {
        match self {
            Self::Member(path) => out.push(path),
            Self::Constant(_) => {}
            Self::Date(inner)
            | Self::Lower(inner)
            | Self::Shown(inner)
            | Self::Truthy(inner, _)
            | Self::Equals(inner, ..) => inner.paths(out),
            Self::Either(first, second) => {
                first.paths(out);
                second.paths(out);
            }
            Self::If(condition, yes, no) => [condition, yes, no].into_iter().for_each(|one| one.paths(out)),
            Self::Joined(parts) => {
                parts.iter().filter_map(|(_, value)| value.as_ref()).for_each(|one| one.paths(out));
            }
        }
    }

    /// Returns a value of its kind, where no record was seen.
    pub fn sample(&self) -> Json {
        match self {
            Self::Date(_) => Json::Text("2024-01-01T00:00:00Z".to_owned()),
            Self::Truthy(..) | Self::Equals(..) => Json::Bool(true),
            Self::Constant(value) => value.clone(),
            Self::If(_, one, other) if **one == Self::Constant(Json::Null) => other.sample(),
            Self::Either(one, _) | Self::If(_, one, _) => one.sample(),
            Self::Member(path)
                if path.last().is_some_and(|name| {
                    name.starts_with("is") && name.chars().nth(2).is_some_and(char::is_uppercase)
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
            Self::Member(_) => format!("{}.clone()", self.code()),
            Self::Date(inner) => inner.owned_code(),
            _ => self.code(),
        }
    }

    /// Returns the expression of Rust that gives the value as `serde_json::Value`, of `record`.
    pub fn code(&self) -> String {
        match self {
            Self::Member(path) => {
                path.iter().fold("record".to_owned(), |code, name| format!("{code}[{name:?}]"))
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
                format!("json!({} {operator} json!({}))", inner.code(), value.to_value())
            }
            Self::If(condition, yes, no) => format!(
                "if is_truthy(&{}) {{ json!({}) }} else {{ json!({}) }}",
                condition.code(),
                yes.code(),
                no.code()
            ),
            Self::Either(first, second) => format!("either(&{}, &{})", first.code(), second.code()),
        }
    }
}

fn shown(value: &Json) -> String {
    match value {
        Json::Text(text) => text.clone(),
        Json::Null => String::new(),
        other => other.to_value().to_string(),
    }
}

fn is_truthy(value: &Json) -> bool {
    match value {
        Json::Null => false,
        Json::Bool(truth) => *truth,
        Json::Number(number) => number.as_f64() != Some(0.0),
        Json::Text(text) => !text.is_empty(),
        Json::List(_) | Json::Object(_) => true,
    }
}
