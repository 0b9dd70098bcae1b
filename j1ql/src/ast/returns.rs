//! Columns and sort keys.

use super::{Duration, Name, Parameter, Property};
use crate::span::Span;

/// `RETURN`.
#[derive(Debug, Clone, PartialEq)]
pub enum Returns {
    /// `RETURN TREE`.
    Tree(Span),
    /// Columns.
    Columns(Vec<Column>),
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The value.
    pub value: Expression,
    /// `AS`.
    pub alias: Option<Name>,
    /// The value as written, which is the column's name without `AS`; a property without its brackets.
    pub text: String,
    /// The place of all of it.
    pub span: Span,
}

impl Column {
    /// Returns the column's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.alias.as_ref().map_or(self.text.as_str(), |alias| alias.text.as_str())
    }
}

/// A sort key.
#[derive(Debug, Clone, PartialEq)]
pub struct Ordering {
    /// The value to sort by.
    pub value: Expression,
    /// `DESC`.
    pub descending: bool,
}

/// A value in `RETURN` or `ORDER BY`.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// The kind.
    pub kind: ExpressionKind,
    /// Its place.
    pub span: Span,
}

/// The kind of an [`Expression`].
#[derive(Debug, Clone, PartialEq)]
pub enum ExpressionKind {
    /// A number.
    Number(f64),
    /// A text in quotes.
    Text(String),
    /// `true` or `false`.
    Boolean(bool),
    /// `undefined`.
    Undefined,
    /// `date.now`.
    Now,
    /// `date(2026-01-31)`.
    Date(String),
    /// A placeholder.
    Parameter(Parameter),
    /// An alias, or a property of one.
    Property(Property),
    /// `alias.*`.
    Star(Name),
    /// `-x`.
    Negative(Box<Expression>),
    /// `7 days`, to be added to a date.
    Duration(Duration),
    /// A calculation.
    Binary {
        /// The left side.
        left: Box<Expression>,
        /// The operator.
        operator: Operator,
        /// The right side.
        right: Box<Expression>,
    },
    /// A call.
    Call {
        /// The function.
        function: Function,
        /// Its arguments.
        arguments: Vec<Expression>,
    },
}

/// An arithmetic operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

impl Operator {
    /// Returns the operator as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Power => "^",
        }
    }
}

/// A function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Function {
    Count,
    Sum,
    Min,
    Max,
    Avg,
    Concat,
    Merge,
    Coalesce,
    Abs,
    Sqrt,
    Ceil,
    Floor,
    Round,
    Unwind,
}

impl Function {
    /// Every function with the spelling of [`Self::NAMES`], in the same order.
    pub const ALL: [Self; 14] = [
        Self::Count,
        Self::Sum,
        Self::Min,
        Self::Max,
        Self::Avg,
        Self::Concat,
        Self::Merge,
        Self::Coalesce,
        Self::Abs,
        Self::Sqrt,
        Self::Ceil,
        Self::Floor,
        Self::Round,
        Self::Unwind,
    ];

    /// The names of all functions.
    pub const NAMES: [&'static str; 14] = [
        "count", "sum", "min", "max", "avg", "concat", "merge", "coalesce", "abs", "sqrt", "ceil", "floor",
        "round", "unwind",
    ];

    /// Finds a function by its name, in either case.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let at = Self::NAMES.iter().position(|name| name.eq_ignore_ascii_case(word))?;
        Self::ALL.get(at).copied()
    }

    /// Returns the name in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// Returns `true` if the function takes many rows and gives one value.
    #[must_use]
    pub const fn is_aggregate(self) -> bool {
        matches!(self, Self::Count | Self::Sum | Self::Min | Self::Max | Self::Avg)
    }
}
