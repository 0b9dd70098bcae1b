//! Errors in the service's wording, with their position in the query.

use std::fmt;
use std::ops::{Deref, DerefMut};

use crate::span::{Position, Span};

/// A query that cannot be read, or that asks for something that does not exist.
///
/// [`Error::message`] is worded as the service words it. `Display` adds what was expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Error(Box<Detail>);

/// The parts of an [`Error`], which gives access to them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Detail {
    /// The kind of error and the names it concerns.
    pub kind: ErrorKind,
    /// The place in the query.
    pub span: Span,
    /// The line and column where the span begins.
    pub position: Position,
    /// The words and signs that could stand at this place; empty when that says nothing.
    pub expected: Vec<&'static str>,
    /// A word that was probably meant, such as `with`.
    pub suggestion: Option<String>,
}

/// The two codes that the service gives to a query it refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Code {
    /// The text is not J1QL.
    Parser,
    /// The text is J1QL, but what it asks for is not possible.
    Validation,
}

impl Code {
    /// Returns the code as the service writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Parser => "PARSER_ERROR",
            Self::Validation => "VALIDATION_ERROR",
        }
    }
}

/// The kind of an [`Error`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The query has no words.
    EmptyQuery,
    /// The query is longer than [`crate::MAX_BYTES`].
    TooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// Parentheses, subqueries or signs are nested more than [`crate::MAX_DEPTH`] deep.
    TooDeep,
    /// A word or sign that cannot stand here.
    UnexpectedToken {
        /// The token as written.
        token: String,
    },
    /// The query ends too early.
    UnexpectedEnd,
    /// A text, regular expression, comment, bracket or parameter that does not end.
    Unterminated {
        /// The unterminated token, such as `string`.
        what: &'static str,
    },
    /// A number that cannot be represented.
    BadNumber,
    /// `LIMIT` outside 1 to 250.
    LimitRange,
    /// A function that J1QL does not have.
    UnknownFunction {
        /// The name as written.
        name: String,
    },
    /// `date(…)` around something that is not an ISO 8601 date.
    BadDate {
        /// The text in the parentheses.
        text: String,
    },
    /// `cidr(…)` with something that is not an IPv4 network.
    BadCidr {
        /// The network as written.
        text: String,
    },
    /// A regular expression with something that the service does not support.
    UnsupportedRegex {
        /// The signs that are not supported.
        signs: Vec<String>,
    },
    /// A regular expression that cannot be compiled.
    BadRegex {
        /// The reason.
        reason: String,
    },
    /// `RETURN`, or `ORDER BY`, of a name that nothing in the query has.
    InvalidReturnSelector {
        /// The name as written.
        name: String,
        /// The names that can be used.
        valid: Vec<String>,
    },
    /// `WHERE` with a name that nothing in the query has.
    InvalidPredicateSelector {
        /// The name as written.
        name: String,
        /// The names that can be used.
        valid: Vec<String>,
    },
    /// A class, type or verb used as a name although it occurs more than once.
    AmbiguousDefaultAlias {
        /// The name as written.
        name: String,
    },
    /// The same alias for two things.
    DuplicateAlias {
        /// The alias.
        name: String,
    },
    /// A subquery compared with something other than `=` or `!=`.
    SubqueryOperator {
        /// The comparator as written.
        comparator: &'static str,
    },
    /// A subquery that does not return exactly one property.
    SubqueryReturn,
    /// A parameter without a value.
    UnknownParameter {
        /// Its name.
        name: String,
    },
    /// Something that J1QL has, or might have, and that is refused here.
    Unsupported {
        /// The kind.
        what: String,
        /// The suggested replacement.
        instead: &'static str,
    },
}

impl ErrorKind {
    /// Returns a stable name for programs, such as `unexpected-token`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::EmptyQuery => "empty-query",
            Self::TooLong { .. } => "too-long",
            Self::TooDeep => "too-deep",
            Self::UnexpectedToken { .. } => "unexpected-token",
            Self::UnexpectedEnd => "unexpected-end",
            Self::Unterminated { what } => unterminated(what),
            Self::BadNumber => "bad-number",
            Self::LimitRange => "limit-range",
            Self::UnknownFunction { .. } => "unknown-function",
            Self::BadDate { .. } => "bad-date",
            Self::BadCidr { .. } => "bad-cidr",
            Self::UnsupportedRegex { .. } => "unsupported-regex",
            Self::BadRegex { .. } => "bad-regex",
            Self::InvalidReturnSelector { .. } => "invalid-return-selector",
            Self::InvalidPredicateSelector { .. } => "invalid-predicate-selector",
            Self::AmbiguousDefaultAlias { .. } => "ambiguous-default-alias",
            Self::DuplicateAlias { .. } => "duplicate-alias",
            Self::SubqueryOperator { .. } => "subquery-operator",
            Self::SubqueryReturn => "subquery-return",
            Self::UnknownParameter { .. } => "unknown-parameter",
            Self::Unsupported { .. } => "unsupported",
        }
    }

    const fn code(&self) -> Code {
        match self {
            Self::EmptyQuery
            | Self::TooLong { .. }
            | Self::TooDeep
            | Self::UnexpectedToken { .. }
            | Self::UnexpectedEnd
            | Self::Unterminated { .. }
            | Self::BadNumber
            | Self::UnknownFunction { .. } => Code::Parser,
            _ => Code::Validation,
        }
    }
}

/// Returns the name of the error for a construct that does not end. `const fn` has no `format!`.
const fn unterminated(what: &str) -> &'static str {
    match what.as_bytes() {
        b"string" => "unterminated-string",
        b"regular expression" => "unterminated-regex",
        b"comment" => "unterminated-comment",
        b"parameter" => "unterminated-parameter",
        _ => "unterminated",
    }
}

impl Error {
    /// Creates an error at a place of the query.
    #[must_use]
    pub fn new(text: &str, span: Span, kind: ErrorKind) -> Self {
        let position = Position::find(text, span.start);
        Self(Box::new(Detail { kind, span, position, expected: Vec::new(), suggestion: None }))
    }

    /// Returns the code that the service would answer with.
    #[must_use]
    pub fn code(&self) -> Code {
        self.kind.code()
    }

    /// Returns the message in the service's wording, without what was expected.
    #[must_use]
    pub fn message(&self) -> String {
        let Position { line, column } = self.position;
        let place = format!("at line {line} column {column}");
        match &self.kind {
            ErrorKind::EmptyQuery => "Error parsing query. The query is empty; start it with FIND".to_owned(),
            ErrorKind::TooLong { bytes } => format!(
                "Error parsing query. The query has {bytes} bytes; at most {} are accepted",
                crate::MAX_BYTES
            ),
            ErrorKind::TooDeep => {
                format!("Error parsing query. Nested more than {} deep {place}", crate::MAX_DEPTH)
            }
            ErrorKind::UnexpectedToken { token } => {
                format!("Error parsing query. Unexpected token \"{token}\" {place}")
            }
            ErrorKind::UnexpectedEnd => format!("Error parsing query. Unexpected end of query {place}"),
            ErrorKind::Unterminated { what } => {
                format!("Error parsing query. The {what} that begins {place} does not end")
            }
            ErrorKind::BadNumber => format!("Error parsing query. The number {place} is out of range"),
            ErrorKind::LimitRange => "\"limit\" must be a value between 1 and 250".to_owned(),
            ErrorKind::UnknownFunction { name } => format!(
                "Error parsing query. Unknown function \"{name}\" {place}; J1QL has {}",
                crate::ast::Function::NAMES.join(", ")
            ),
            _ => self.kind.validation_message(&place),
        }
    }
}

impl ErrorKind {
    fn validation_message(&self, place: &str) -> String {
        match self {
            Self::InvalidReturnSelector { name, valid } => {
                format!(
                    "Invalid return selector provided: \"{name}\", valid return selectors are: {}",
                    quoted(valid)
                )
            }
            Self::InvalidPredicateSelector { name, valid } => format!(
                "Invalid predicate filter selector provided: \"{name}\", valid predicate selectors are: {}",
                quoted(valid)
            ),
            Self::BadDate { text } => {
                format!("\"{text}\" {place} is not an ISO 8601 date; write for example date(2026-01-31)")
            }
            Self::BadCidr { text } => {
                format!("\"{text}\" {place} is not an IPv4 network; write for example '10.0.0.0/8'")
            }
            Self::UnsupportedRegex { signs } => format!(
                "The regular expression {place} uses {}, which J1QL does not support; it matches anywhere in the \
                 text, use ^= or $= to anchor it",
                signs.iter().map(|sign| format!("`{sign}`")).collect::<Vec<_>>().join(", ")
            ),
            Self::BadRegex { reason } => format!("The regular expression {place} cannot be read: {reason}"),
            Self::AmbiguousDefaultAlias { name } => {
                format!("\"{name}\" {place} occurs more than once in the query; give each an alias with AS")
            }
            Self::DuplicateAlias { name } => {
                format!("The alias \"{name}\" {place} is already in use; choose another name")
            }
            Self::SubqueryOperator { comparator } => format!(
                "A subquery cannot be compared with {comparator} {place}; only = and != are supported"
            ),
            Self::SubqueryReturn => {
                format!("The subquery {place} must return exactly one property, such as RETURN a.id")
            }
            Self::UnknownParameter { name } => {
                format!("The parameter \"{name}\" {place} has no value; pass one with the query")
            }
            Self::Unsupported { what, instead } => format!("{what} {place} is not supported; {instead}"),
            _ => format!("Error parsing query {place}"),
        }
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())?;
        if let Some(word) = &self.suggestion {
            write!(f, ". Did you mean \"{word}\"?")?;
        }
        match self.expected.as_slice() {
            [] => Ok(()),
            [one] => write!(f, ". Expected {one}"),
            [most @ .., last] => write!(f, ". Expected {} or {last}", most.join(", ")),
        }
    }
}

impl std::error::Error for Error {}

impl Deref for Error {
    type Target = Detail;

    fn deref(&self) -> &Detail {
        &self.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Detail {
        &mut self.0
    }
}
