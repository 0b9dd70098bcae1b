//! Checks a well-formed query for names that do not exist, and for forms to avoid.

use std::fmt::{self, Write as _};

use crate::ast::{
    Cidr, Expression, ExpressionKind, Name, Node, Operand, OperandKind, Predicate, Property, Query, Returns,
    Step, Target, Traversal, Values, Verbs,
};
use crate::error::Error;
use crate::scope::{Scope, Thing, resolve};
use crate::span::{Position, Span};

/// The classes, types, verbs and properties that exist.
///
/// The default of every method reports nothing, so that a vocabulary implements only what it knows.
pub trait Vocabulary {
    /// Returns `false` if no entity has this class.
    fn has_class(&self, class: &str) -> bool {
        let _ = class;
        true
    }

    /// Returns `false` if no entity has this type.
    fn has_type(&self, type_name: &str) -> bool {
        let _ = type_name;
        true
    }

    /// Returns `false` if no relationship has this class, which is given in upper case.
    fn has_verb(&self, verb: &str) -> bool {
        let _ = verb;
        true
    }

    /// Returns `false` if no entity of this class or type has the property.
    fn has_property(&self, class_or_type: &str, property: &str) -> bool {
        let _ = (class_or_type, property);
        true
    }

    /// Returns a name that was probably meant instead of this class, type, verb or property.
    fn similar(&self, name: &str) -> Option<String> {
        let _ = name;
        None
    }
}

/// A vocabulary in which every name exists.
#[derive(Debug, Clone, Copy, Default)]
pub struct Anything;

impl Vocabulary for Anything {}

/// The severity of a [`Finding`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Severity {
    /// Works, but is better written otherwise.
    Warning,
    /// Finds nothing, or not what is meant.
    Error,
}

/// Something that a check found.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// The severity.
    pub severity: Severity,
    /// A stable name of the check, such as `unknown-type`.
    pub check: &'static str,
    /// The message: the finding, and what to write instead.
    pub message: String,
    /// The place in the query.
    pub span: Span,
    /// The line and column where the span begins.
    pub position: Position,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at line {} column {}", self.message, self.position.line, self.position.column)
    }
}

/// Checks a query against what exists.
///
/// # Errors
///
/// Returns an error if a name stands for nothing, see [`resolve`].
pub fn check(text: &str, query: &Query, vocabulary: &dyn Vocabulary) -> Result<Vec<Finding>, Error> {
    let mut checker = Checker { text, vocabulary, findings: Vec::new() };
    checker.query(query)?;
    checker.findings.sort_by_key(|finding| finding.span);
    Ok(checker.findings)
}

struct Checker<'q> {
    text: &'q str,
    vocabulary: &'q dyn Vocabulary,
    findings: Vec<Finding>,
}

/// The nodes of a query by their names.
struct Nodes<'q> {
    scope: Scope,
    start: &'q Node,
    reached: Vec<&'q Node>,
}

impl Nodes<'_> {
    fn find(&self, alias: &str) -> Option<&Node> {
        match self.scope.find(alias)? {
            Thing::Start => Some(self.start),
            Thing::Reached(number) => self.reached.get(number).copied(),
            Thing::Relationship(_) | Thing::Union(_) => None,
        }
    }
}

impl Checker<'_> {
    fn query(&mut self, query: &Query) -> Result<(), Error> {
        let scope = resolve(self.text, query)?;
        let mut nodes = Nodes { scope, start: &query.start, reached: Vec::new() };
        self.node(&query.start)?;
        self.steps(&query.steps, &mut nodes.reached)?;
        if let Some(filter) = &query.filter {
            self.predicate(filter, &|property| {
                let (alias, name) = property.split_alias();
                Some((nodes.find(alias)?, name?))
            })?;
        }
        if let Some(Returns::Columns(columns)) = &query.returns {
            for column in columns {
                self.expression(&column.value, &nodes);
            }
        }
        if let (Some(unique), None) = (query.unique, &query.returns) {
            let message = "UNIQUE does nothing without RETURN; remove it, or add RETURN";
            self.find(Severity::Warning, "unique-without-return", unique, message.to_owned());
        }
        if let Some(skip) = &query.skip {
            let message = "the service no longer accepts SKIP; follow the cursor of the response instead";
            self.find(Severity::Warning, "skip", skip.span, message.to_owned());
        }
        Ok(())
    }

    fn steps<'q>(&mut self, steps: &'q [Step], reached: &mut Vec<&'q Node>) -> Result<(), Error> {
        for step in steps {
            match step {
                Step::Traversal(traversal) => {
                    reached.push(&traversal.node);
                    self.verbs(traversal);
                    self.node(&traversal.node)?;
                }
                Step::Optional(block) => self.steps(&block.steps, reached)?,
            }
        }
        Ok(())
    }

    fn verbs(&mut self, traversal: &Traversal) {
        let Verbs::Names(names) = &traversal.verbs else { return };
        for name in names {
            if !self.vocabulary.has_verb(&name.text.to_uppercase()) {
                self.unknown("unknown-verb", "no relationship has the class", name);
            }
        }
    }

    fn node(&mut self, node: &Node) -> Result<(), Error> {
        if let Target::Names(names) = &node.selector.target {
            for name in names {
                if name.is_class() && !self.vocabulary.has_class(&name.text) {
                    self.unknown("unknown-class", "no entity has the class", name);
                } else if !name.is_class() && !self.vocabulary.has_type(&name.text) {
                    self.unknown("unknown-type", "no entity has the type", name);
                }
            }
        }
        if let (Some(filter), Some(alias)) = (&node.filter, &node.alias)
            && alias.span.start < start_of(filter)
        {
            let message = "an alias belongs after WITH; write `WITH … AS`".to_owned();
            self.find(Severity::Warning, "alias-before-with", alias.span, message);
        }
        match &node.filter {
            Some(filter) => self.predicate(filter, &|property| Some((node, property.name()))),
            None => Ok(()),
        }
    }

    fn predicate<'n>(
        &mut self,
        predicate: &Predicate,
        owner: &dyn Fn(&Property) -> Option<(&'n Node, String)>,
    ) -> Result<(), Error> {
        match predicate {
            Predicate::And(all) | Predicate::Or(all) => {
                all.iter().try_for_each(|predicate| self.predicate(predicate, owner))
            }
            Predicate::Compare(comparison) => {
                self.operand(&comparison.left, owner);
                self.values(&comparison.right, owner)
            }
            Predicate::Cidr(Cidr { property, .. }) => {
                self.property(property, owner(property));
                Ok(())
            }
        }
    }

    fn values<'n>(
        &mut self,
        values: &Values,
        owner: &dyn Fn(&Property) -> Option<(&'n Node, String)>,
    ) -> Result<(), Error> {
        match values {
            Values::One(operand) => {
                self.operand(operand, owner);
                Ok(())
            }
            Values::AnyOf(all) | Values::AllOf(all) => {
                all.iter().try_for_each(|values| self.values(values, owner))
            }
            Values::Query(query) => self.query(query),
        }
    }

    fn operand<'n>(&mut self, operand: &Operand, owner: &dyn Fn(&Property) -> Option<(&'n Node, String)>) {
        match &operand.kind {
            OperandKind::Property(property) => self.property(property, owner(property)),
            OperandKind::Sum { left, right, .. } => {
                self.operand(left, owner);
                self.operand(right, owner);
            }
            _ => {}
        }
    }

    fn expression(&mut self, expression: &Expression, nodes: &Nodes<'_>) {
        match &expression.kind {
            ExpressionKind::Property(property) => {
                let (alias, name) = property.split_alias();
                if let (Some(node), Some(name)) = (nodes.find(alias), name) {
                    self.property(property, Some((node, name)));
                }
            }
            ExpressionKind::Negative(inner) => self.expression(inner, nodes),
            ExpressionKind::Binary { left, right, .. } => {
                self.expression(left, nodes);
                self.expression(right, nodes);
            }
            ExpressionKind::Call { arguments, .. } => {
                for argument in arguments {
                    self.expression(argument, nodes);
                }
            }
            _ => {}
        }
    }

    /// Looks a property up in every class and type of its node that is itself known.
    fn property(&mut self, property: &Property, owner: Option<(&Node, String)>) {
        let Some((node, name)) = owner else { return };
        let Target::Names(names) = &node.selector.target else { return };
        let known = names.iter().filter(|name| {
            if name.is_class() {
                self.vocabulary.has_class(&name.text)
            } else {
                self.vocabulary.has_type(&name.text)
            }
        });
        let known: Vec<&str> = known.map(|name| name.text.as_str()).collect();
        // JupiterOne adds properties that begin with `_`, and accounts add `tag.` properties.
        let added = name.starts_with('_') || name.starts_with("tag.") || name.starts_with('@');
        if known.is_empty() || added || known.iter().any(|owner| self.vocabulary.has_property(owner, &name)) {
            return;
        }
        let mut message = format!("{} has no property `{name}`", known.join(" or "));
        if let Some(similar) = self.vocabulary.similar(&name) {
            let _ = write!(message, "; did you mean `{similar}`?");
        }
        self.find(Severity::Error, "unknown-property", property.span, message);
    }

    fn unknown(&mut self, check: &'static str, what: &str, name: &Name) {
        let mut message = format!("{what} `{}`", name.text);
        if let Some(similar) = self.vocabulary.similar(&name.text) {
            let _ = write!(message, "; did you mean `{similar}`?");
        }
        self.find(Severity::Error, check, name.span, message);
    }

    fn find(&mut self, severity: Severity, check: &'static str, span: Span, message: String) {
        let position = Position::find(self.text, span.start);
        self.findings.push(Finding { severity, check, message, span, position });
    }
}

fn start_of(predicate: &Predicate) -> usize {
    match predicate {
        Predicate::And(all) | Predicate::Or(all) => all.first().map_or(usize::MAX, start_of),
        Predicate::Compare(comparison) => comparison.span.start,
        Predicate::Cidr(cidr) => cidr.span.start,
    }
}
