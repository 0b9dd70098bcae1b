//! TypeScript, as far as the sources of an integration need it: constants, objects, functions and what they return.
//!
//! A full parser of TypeScript is a dependency larger than the rest of this crate. What is read here is data that stands in the
//! code, so a tokenizer that knows strings, templates, comments and regular expressions, and a parser of expressions that gives up
//! on what it does not know ([`Expr::Other`]) and goes on behind it, are enough. Nothing is run.

mod evaluate;
mod expression;
mod function;
mod parser;
mod scope;
mod source;
mod syntax;
mod token;
mod types;

pub use scope::{Literal, Tree};
pub use source::Stated;
pub use syntax::{Entry, Expr, Function, Pattern, member};
