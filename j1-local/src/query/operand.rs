//! The sides of comparisons: constants, properties and sums.

use j1ql::ast::{Operand, OperandKind};
use j1ql::{Error, ErrorKind, Span};
use serde_json::Value;

use super::compile::{Access, At, Compiler};
use super::dates;
use super::notices::PLACEHOLDER;
use super::predicate::Owner;

/// A side of a comparison.
#[derive(Debug, Clone)]
pub enum Term {
    Constant(Constant),
    Property {
        access: Access,
        at: Option<At>,
        name: String,
    },
    /// SQL that is a number or NULL.
    Number(String),
}

/// A value that is known before the query runs.
#[derive(Debug, Clone)]
pub enum Constant {
    Text(String),
    Number(f64),
    Boolean(bool),
    Undefined,
    Regex {
        pattern: String,
        flags: String,
        span: Span,
    },
    /// A parameter that is a list: any of these.
    List(Vec<Constant>),
}

impl Compiler<'_> {
    pub fn operand(&mut self, operand: &Operand, owner: &Owner<'_>) -> Result<Term, Error> {
        Ok(Term::Constant(match &operand.kind {
            OperandKind::Property(property) => {
                let (access, at, name) = self.property(property, owner)?;
                return Ok(Term::Property { access, at, name });
            }
            OperandKind::Sum { left, minus, right } => return self.sum(left, *minus, right, owner),
            OperandKind::Text(text) => Constant::Text(self.fill(text)),
            OperandKind::Number(number) => Constant::Number(*number),
            OperandKind::Boolean(boolean) => Constant::Boolean(*boolean),
            OperandKind::Undefined => Constant::Undefined,
            OperandKind::Regex { pattern, flags } => {
                Constant::Regex { pattern: pattern.clone(), flags: flags.clone(), span: operand.span }
            }
            OperandKind::Now => Constant::Number(self.now()),
            OperandKind::Date(text) => Constant::Number(self.date(text, operand.span)?),
            OperandKind::Duration(duration) => Constant::Number(dates::length(*duration, &mut self.notices)),
            OperandKind::Parameter(parameter) => match self.options.params.get(&parameter.name) {
                Some(value) => constant_of(value),
                None if parameter.braces => {
                    self.notices.add(PLACEHOLDER);
                    Constant::Text(format!("{{{{{}}}}}", parameter.name))
                }
                None => {
                    let kind = ErrorKind::UnknownParameter { name: parameter.name.clone() };
                    return self.error(operand.span, kind);
                }
            },
        }))
    }

    fn sum(
        &mut self,
        left: &Operand,
        minus: bool,
        right: &Operand,
        owner: &Owner<'_>,
    ) -> Result<Term, Error> {
        let left = self.operand(left, owner)?;
        if let (Term::Constant(Constant::Number(date)), OperandKind::Duration(duration)) =
            (&left, &right.kind)
        {
            let sum = dates::add(*date, *duration, minus, &mut self.notices);
            return Ok(Term::Constant(Constant::Number(sum)));
        }
        let right = self.operand(right, owner)?;
        let (left, right) = (self.number(&left), self.number(&right));
        Ok(Term::Number(format!("({left} {} {right})", if minus { '-' } else { '+' })))
    }

    #[expect(clippy::cast_precision_loss, reason = "dates lie within 2^53 milliseconds")]
    pub fn now(&self) -> f64 {
        self.options.now as f64
    }

    pub fn date(&mut self, text: &str, span: Span) -> Result<f64, Error> {
        match dates::parse(text, &mut self.notices) {
            Some(date) => Ok(date),
            None => self.error(span, ErrorKind::BadDate { text: text.to_owned() }),
        }
    }

    /// Fills the placeholders inside a text.
    fn fill(&mut self, text: &str) -> String {
        if !text.contains("{{") {
            return text.to_owned();
        }
        let mut filled = text.to_owned();
        for (name, value) in &self.options.params {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            filled = filled.replace(&format!("{{{{{name}}}}}"), &value);
        }
        if filled.contains("{{") {
            self.notices.add(PLACEHOLDER);
        }
        filled
    }
}

fn constant_of(value: &Value) -> Constant {
    match value {
        Value::Null | Value::Object(_) => Constant::Undefined,
        Value::Bool(boolean) => Constant::Boolean(*boolean),
        Value::Number(number) => number.as_f64().map_or(Constant::Undefined, Constant::Number),
        Value::String(text) => Constant::Text(text.clone()),
        Value::Array(all) => Constant::List(all.iter().map(constant_of).collect()),
    }
}
