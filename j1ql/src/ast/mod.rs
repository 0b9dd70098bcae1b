//! The parts of a query.
//!
//! Every part has its [`Span`], so that an error found later can point at it. Equality compares spans too.

mod condition;
mod returns;

use crate::span::Span;

pub use condition::{
    Cidr, Comparator, Comparison, Duration, Operand, OperandKind, Parameter, Predicate, Property, Unit,
    Values,
};
pub use returns::{Column, Expression, ExpressionKind, Function, Operator, Ordering, Returns};

/// A query.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// The whole query.
    pub span: Span,
    /// The span of `UNIQUE`, if the query has it.
    pub unique: Option<Span>,
    /// The entities that the query starts from.
    pub start: Node,
    /// The traversals, in order.
    pub steps: Vec<Step>,
    /// `WHERE`.
    pub filter: Option<Predicate>,
    /// `RETURN`.
    pub returns: Option<Returns>,
    /// `ORDER BY`.
    pub order_by: Vec<Ordering>,
    /// `SKIP`.
    pub skip: Option<Count>,
    /// `LIMIT`.
    pub limit: Option<Count>,
    /// The comments, with their delimiters; a subquery has none of its own.
    pub comments: Vec<Comment>,
}

impl Query {
    /// Turns the query into one that returns all its paths: with `RETURN TREE`, in no particular order.
    #[must_use]
    pub fn into_tree(self) -> Self {
        Self { unique: None, returns: Some(Returns::Tree(self.span)), order_by: Vec::new(), ..self }
    }
}

/// A comment as written, with `/*` and `*/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The text.
    pub text: String,
    /// Its place.
    pub span: Span,
}

/// The number of `SKIP` or `LIMIT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// The number.
    pub value: u64,
    /// Its place.
    pub span: Span,
}

/// A class, a type, a verb or an alias.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name as written.
    pub text: String,
    /// Its place.
    pub span: Span,
}

impl Name {
    /// Returns `true` if the name is that of a class: its first letter is a capital.
    #[must_use]
    pub fn is_class(&self) -> bool {
        self.text.starts_with(char::is_uppercase)
    }
}

/// Entities: `selector [WITH predicate] [AS alias]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The classes, types or text that select them.
    pub selector: Selector,
    /// `WITH`.
    pub filter: Option<Predicate>,
    /// `AS`.
    pub alias: Option<Name>,
    /// The place of all of it.
    pub span: Span,
}

/// The entities meant by a node.
#[derive(Debug, Clone, PartialEq)]
pub struct Selector {
    /// Smart classes, without `#`.
    pub smart: Vec<Name>,
    /// The classes and types.
    pub target: Target,
    /// The place of all of it.
    pub span: Span,
}

/// The classes and types of a selector.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// Any entity: `*`, or smart classes alone.
    Any,
    /// One of these classes and types.
    Names(Vec<Name>),
    /// Entities that contain a text: `FIND "text"`.
    Text(String),
}

/// One step from entities to their neighbours.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// `THAT …`
    Traversal(Box<Traversal>),
    /// `( THAT … )?`
    Optional(OptionalSteps),
}

/// `THAT [!] verbs [<< | >>] [AS alias] node`.
#[derive(Debug, Clone, PartialEq)]
pub struct Traversal {
    /// `!`: no such neighbour exists.
    pub negated: bool,
    /// `SOMEHOW`: over several relationships.
    pub somehow: Option<Somehow>,
    /// The classes of the relationships.
    pub verbs: Verbs,
    /// The direction of the relationships.
    pub direction: Direction,
    /// The alias of the relationship.
    pub alias: Option<Name>,
    /// The neighbours.
    pub node: Node,
    /// The place of all of it.
    pub span: Span,
}

/// `SOMEHOW [depth]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Somehow {
    /// The most relationships on the way.
    pub depth: Option<Count>,
    /// Its place.
    pub span: Span,
}

/// The relationships that a traversal follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verbs {
    /// `RELATES TO`: all.
    Any,
    /// Those of these classes.
    Names(Vec<Name>),
}

/// The direction of a relationship, seen from the left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Either direction.
    Both,
    /// `>>`: from left to right.
    Right,
    /// `<<`: from right to left.
    Left,
}

/// `( steps )? [AS alias]`.
#[derive(Debug, Clone, PartialEq)]
pub struct OptionalSteps {
    /// The steps, at least one.
    pub steps: Vec<Step>,
    /// The alias of the entities before and those reached.
    pub alias: Option<Name>,
    /// The place of all of it.
    pub span: Span,
}
