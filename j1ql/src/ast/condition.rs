//! Conditions and the values in them.

use super::Query;
use crate::span::Span;

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Predicate {
    /// All hold.
    And(Vec<Predicate>),
    /// At least one holds.
    Or(Vec<Predicate>),
    /// A comparison.
    Compare(Box<Comparison>),
    /// `cidr(property, 'network')`.
    Cidr(Cidr),
}

/// `operand comparator value`.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The left side.
    pub left: Operand,
    /// The comparator.
    pub comparator: Comparator,
    /// The right side.
    pub right: Values,
    /// The place of all of it.
    pub span: Span,
}

/// A comparator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the signs say it, see `as_str`")]
pub enum Comparator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    NotContains,
    StartsWith,
    NotStartsWith,
    EndsWith,
    NotEndsWith,
}

impl Comparator {
    /// Every comparator.
    pub const ALL: [Self; 12] = [
        Self::Equal,
        Self::NotEqual,
        Self::Less,
        Self::LessOrEqual,
        Self::Greater,
        Self::GreaterOrEqual,
        Self::Contains,
        Self::NotContains,
        Self::StartsWith,
        Self::NotStartsWith,
        Self::EndsWith,
        Self::NotEndsWith,
    ];

    /// Returns the comparator as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Contains => "~=",
            Self::NotContains => "!~=",
            Self::StartsWith => "^=",
            Self::NotStartsWith => "!^=",
            Self::EndsWith => "$=",
            Self::NotEndsWith => "!$=",
        }
    }

    /// Returns the comparator without its `!`, and `true` if it had one.
    #[must_use]
    pub const fn split_negation(self) -> (Self, bool) {
        match self {
            Self::NotEqual => (Self::Equal, true),
            Self::NotContains => (Self::Contains, true),
            Self::NotStartsWith => (Self::StartsWith, true),
            Self::NotEndsWith => (Self::EndsWith, true),
            other => (other, false),
        }
    }

    /// Returns the comparator that holds when the sides are exchanged, for those that have one.
    #[must_use]
    pub const fn flipped(self) -> Option<Self> {
        match self {
            Self::Less => Some(Self::Greater),
            Self::LessOrEqual => Some(Self::GreaterOrEqual),
            Self::Greater => Some(Self::Less),
            Self::GreaterOrEqual => Some(Self::LessOrEqual),
            Self::Equal | Self::NotEqual => Some(self),
            _ => None,
        }
    }
}

/// The right side of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// One value.
    One(Operand),
    /// `(a OR b)`.
    AnyOf(Vec<Values>),
    /// `(a AND b)`.
    AllOf(Vec<Values>),
    /// `(FIND … RETURN a.b)`.
    Query(Box<Query>),
}

/// A value, or something computed from values.
#[derive(Debug, Clone, PartialEq)]
pub struct Operand {
    /// The kind.
    pub kind: OperandKind,
    /// Its place.
    pub span: Span,
}

/// The kind of an [`Operand`].
#[derive(Debug, Clone, PartialEq)]
pub enum OperandKind {
    /// A text in quotes.
    Text(String),
    /// A number.
    Number(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// `undefined`.
    Undefined,
    /// `/pattern/flags`.
    Regex {
        /// The pattern.
        pattern: String,
        /// The flags, such as `i`.
        flags: String,
    },
    /// `date.now`.
    Now,
    /// `date(2026-01-31)`: the text in the parentheses.
    Date(String),
    /// `${ param.name }` or `{{name}}`.
    Parameter(Parameter),
    /// A property.
    Property(Property),
    /// `7 days`.
    Duration(Duration),
    /// `left + right` or `left - right`.
    Sum {
        /// The left side.
        left: Box<Operand>,
        /// `true` for `-`.
        minus: bool,
        /// The right side.
        right: Box<Operand>,
    },
}

/// A placeholder for a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The name, without `param.`.
    pub name: String,
    /// `true` for `{{name}}`.
    pub braces: bool,
}

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Duration {
    /// The number of units.
    pub amount: f64,
    /// The unit.
    pub unit: Unit,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Unit {
    Hour,
    Day,
    Month,
    Year,
}

impl Unit {
    /// Reads a unit in one of its spellings.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "hour" | "hours" | "hr" | "hrs" => Self::Hour,
            "day" | "days" => Self::Day,
            "month" | "months" | "mo" | "mos" => Self::Month,
            "year" | "years" | "yr" | "yrs" => Self::Year,
            _ => return None,
        })
    }

    /// Returns the singular.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

/// A property by its dotted name.
///
/// In `WITH` the whole is one property name, such as `tag.Production`. In `WHERE`, `RETURN` and `ORDER BY` the first
/// part is an alias.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// The parts between the dots, at least one.
    pub parts: Vec<String>,
    /// The place of all of it.
    pub span: Span,
}

impl Property {
    /// Returns the parts joined by dots.
    #[must_use]
    pub fn name(&self) -> String {
        self.parts.join(".")
    }

    /// Splits off the first part: the alias, and the property name if there is one.
    #[must_use]
    pub fn split_alias(&self) -> (&str, Option<String>) {
        match self.parts.split_first() {
            Some((alias, [])) => (alias, None),
            Some((alias, rest)) => (alias, Some(rest.join("."))),
            None => ("", None),
        }
    }
}

/// `[!]cidr(property, 'network')`.
#[derive(Debug, Clone, PartialEq)]
pub struct Cidr {
    /// `!`.
    pub negated: bool,
    /// The property with the address.
    pub property: Property,
    /// The network as written.
    pub network: String,
    /// The place of the network.
    pub network_span: Span,
    /// The place of all of it.
    pub span: Span,
}
