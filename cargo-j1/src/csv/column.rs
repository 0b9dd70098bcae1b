//! A column: what its values are, and how they are written.

use j1_core::graph::Timestamp;
use serde_json::Value;

/// The years that a number of milliseconds may stand for, if it is a date: 1970 to 9999.
const DATES: std::ops::Range<i64> = 0..253_402_300_800_000;

/// Counts the kinds of values of a property.
#[derive(Debug, Default)]
pub struct Column {
    booleans: u64,
    numbers: u64,
    /// Those of the numbers that may be dates.
    moments: u64,
    texts: u64,
    lists: u64,
    objects: u64,
}

/// The type in the header of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// Nothing: texts.
    None,
    /// `true` and `false`.
    Boolean,
    /// Numbers.
    Number,
    /// Dates, written as ISO 8601 has them; JupiterOne keeps milliseconds.
    Datetime,
}

impl Column {
    /// Counts a value.
    pub fn add(&mut self, value: &Value) {
        match value {
            Value::Null => {}
            Value::Bool(_) => self.booleans += 1,
            Value::Number(number) => {
                self.numbers += 1;
                self.moments += u64::from(number.as_i64().is_some_and(|number| DATES.contains(&number)));
            }
            Value::String(_) => self.texts += 1,
            Value::Array(_) => self.lists += 1,
            Value::Object(_) => self.objects += 1,
        }
    }

    /// Returns `true` if the file has the property.
    pub fn is_carried(&self, name: &str) -> bool {
        !is_reserved(name) && self.booleans + self.numbers + self.texts > 0
    }

    /// Lists the values that the file leaves out, and why.
    pub fn left_out(&self, name: &str) -> Vec<String> {
        if name.starts_with('_') {
            return vec!["it is JupiterOne's own".to_owned()];
        }
        if is_reserved(name) {
            return vec!["JupiterOne would read part of its name as a type".to_owned()];
        }
        let mut out = Vec::new();
        if self.lists > 0 {
            out.push(format!("{} values are lists", self.lists));
        }
        if self.objects > 0 {
            out.push(format!("{} values are objects", self.objects));
        }
        if self.booleans + self.numbers > 0 && self.token(name) == Token::None {
            let count = self.booleans + self.numbers;
            out.push(format!("{count} values become texts, since others of the property are"));
        }
        out
    }

    fn token(&self, name: &str) -> Token {
        match (self.booleans, self.numbers, self.texts) {
            (1.., 0, 0) => Token::Boolean,
            // What ends in `On` is a date in JupiterOne.
            (0, 1.., 0) if name.ends_with("On") && self.moments == self.numbers => Token::Datetime,
            (0, 1.., 0) => Token::Number,
            _ => Token::None,
        }
    }

    /// The head of the column.
    pub fn head(&self, name: &str) -> String {
        let token = match self.token(name) {
            Token::None => "",
            Token::Boolean => "[boolean]",
            Token::Number => "[number]",
            Token::Datetime => "[datetime]",
        };
        format!("{name}{token}")
    }

    /// A value as the cell of a column of this name; empty where there is none.
    pub fn cell(&self, name: &str, value: Option<&Value>) -> String {
        match value {
            Some(Value::Number(number)) if self.token(name) == Token::Datetime => {
                let moment = number.as_i64().and_then(|number| Timestamp::from_millisecond(number).ok());
                moment.map_or_else(|| number.to_string(), |moment| moment.to_string())
            }
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Bool(value)) => value.to_string(),
            Some(Value::String(text)) => text.clone(),
            _ => String::new(),
        }
    }
}

/// A name that cannot name a column.
fn is_reserved(name: &str) -> bool {
    name.starts_with('_')
        || name.trim().is_empty()
        || ["[datetime]", "[boolean]", "[number]"].iter().any(|token| name.contains(token))
}
