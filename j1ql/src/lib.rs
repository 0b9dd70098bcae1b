//! The JupiterOne query language (J1QL): parser, formatter and checks, without dependencies.
//!
//! JupiterOne publishes no grammar. This crate reads what its documentation describes and what published queries
//! use, and words its errors as the service does.
//!
//! ```
//! let query = j1ql::parse("find User that has Device with active = true return tree")?;
//! assert_eq!(query.steps.len(), 1);
//! assert_eq!(
//!     j1ql::format(&query),
//!     "FIND User\n  THAT HAS Device WITH active = true\nRETURN TREE"
//! );
//!
//! let error = j1ql::parse("FIND User AS u THAT IS? Person").unwrap_err();
//! assert_eq!(error.message(), r#"Error parsing query. Unexpected token "?" at line 1 column 23"#);
//! # Ok::<(), j1ql::Error>(())
//! ```

pub mod ast;
pub mod check;
mod error;
mod format;
mod lexer;
mod parse;
mod scope;
mod span;

pub use check::{Finding, Severity, Vocabulary, check};
pub use error::{Code, Detail, Error, ErrorKind};
pub use format::format;
pub use scope::{Scope, Thing, resolve};
pub use span::{Position, Span};

/// The longest query that is read, in bytes.
pub const MAX_BYTES: usize = 100_000;

/// The deepest nesting of parentheses, lists, subqueries and signs.
pub const MAX_DEPTH: usize = 32;

/// Reads a query.
///
/// # Errors
///
/// Returns the first error, with its place and what was expected there.
pub fn parse(text: &str) -> Result<ast::Query, Error> {
    parse::parse(text)
}
