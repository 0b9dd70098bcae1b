//! The names that a query defines, and what they stand for.

use crate::ast::{
    Expression, ExpressionKind, Name, Node, Operand, OperandKind, Predicate, Property, Query, Returns, Step,
    Target, Traversal, Values, Verbs,
};
use crate::error::{Error, ErrorKind};
use crate::span::Span;

/// Something that a name of a query stands for.
///
/// Traversals are numbered in the order of the text, those inside optional blocks included, from 0; so are the
/// optional blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Thing {
    /// The entities that the query starts from.
    Start,
    /// The entities that a traversal reaches.
    Reached(usize),
    /// The relationships of a traversal.
    Relationship(usize),
    /// The entities before an optional block and those that it reaches.
    Union(usize),
}

#[derive(Debug)]
struct Binding {
    name: String,
    thing: Thing,
    explicit: bool,
    /// A verb used as a name, which is matched in either case.
    verb: bool,
}

/// The names of a query.
#[derive(Debug, Default)]
pub struct Scope {
    bindings: Vec<Binding>,
    negated: Vec<Thing>,
    traversals: usize,
    blocks: usize,
}

/// The result of looking a name up.
enum Lookup {
    Found(Thing),
    Ambiguous,
    Missing,
}

impl Scope {
    /// Collects the names that a query defines: aliases, and classes, types and verbs without an alias.
    ///
    /// # Errors
    ///
    /// Returns an error if an alias is given twice.
    pub fn new(text: &str, query: &Query) -> Result<Self, Error> {
        let mut scope = Self::default();
        scope.add_node(text, &query.start, Thing::Start)?;
        scope.add_steps(text, &query.steps, false)?;
        Ok(scope)
    }

    fn add_steps(&mut self, text: &str, steps: &[Step], negated: bool) -> Result<(), Error> {
        for step in steps {
            match step {
                Step::Traversal(traversal) => self.add_traversal(text, traversal, negated)?,
                Step::Optional(block) => {
                    let number = self.blocks;
                    self.blocks += 1;
                    self.add_steps(text, &block.steps, negated)?;
                    if let Some(alias) = &block.alias {
                        self.add_alias(text, alias, Thing::Union(number))?;
                    }
                }
            }
        }
        Ok(())
    }

    fn add_traversal(&mut self, text: &str, traversal: &Traversal, negated: bool) -> Result<(), Error> {
        let number = self.traversals;
        self.traversals += 1;
        let (reached, relationship) = (Thing::Reached(number), Thing::Relationship(number));
        if traversal.negated || negated {
            self.negated.extend([reached, relationship]);
        }
        match (&traversal.alias, &traversal.verbs) {
            (Some(alias), _) => self.add_alias(text, alias, relationship)?,
            (None, Verbs::Names(names)) => {
                if let [name] = names.as_slice() {
                    self.add(&name.text, relationship, false, true);
                }
            }
            (None, Verbs::Any) => {}
        }
        self.add_node(text, &traversal.node, reached)
    }

    fn add_node(&mut self, text: &str, node: &Node, thing: Thing) -> Result<(), Error> {
        match (&node.alias, &node.selector.target) {
            (Some(alias), _) => return self.add_alias(text, alias, thing),
            (None, Target::Names(names)) => {
                if let [name] = names.as_slice() {
                    self.add(&name.text, thing, false, false);
                }
            }
            (None, Target::Any) => {
                if let [name] = node.selector.smart.as_slice() {
                    self.add(&name.text, thing, false, false);
                }
            }
            (None, Target::Text(_)) => {}
        }
        Ok(())
    }

    fn add_alias(&mut self, text: &str, alias: &Name, thing: Thing) -> Result<(), Error> {
        if self.bindings.iter().any(|binding| binding.explicit && binding.name == alias.text) {
            let kind = ErrorKind::DuplicateAlias { name: alias.text.clone() };
            return Err(Error::new(text, alias.span, kind));
        }
        self.add(&alias.text, thing, true, false);
        Ok(())
    }

    fn add(&mut self, name: &str, thing: Thing, explicit: bool, verb: bool) {
        self.bindings.push(Binding { name: name.to_owned(), thing, explicit, verb });
    }

    fn lookup(&self, name: &str) -> Lookup {
        let find = |explicit: bool, matches: &dyn Fn(&Binding) -> bool| {
            let mut found =
                self.bindings.iter().filter(|binding| binding.explicit == explicit && matches(binding));
            match (found.next(), found.next()) {
                (Some(binding), None) => Lookup::Found(binding.thing),
                (Some(_), Some(_)) => Lookup::Ambiguous,
                (None, _) => Lookup::Missing,
            }
        };
        let exact = |binding: &Binding| binding.name == name;
        let verb = |binding: &Binding| binding.verb && binding.name.eq_ignore_ascii_case(name);
        for found in [find(true, &exact), find(false, &exact), find(false, &verb)] {
            if !matches!(found, Lookup::Missing) {
                return found;
            }
        }
        Lookup::Missing
    }

    /// Returns what a name stands for, if it is given and unambiguous.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Thing> {
        match self.lookup(name) {
            Lookup::Found(thing) => Some(thing),
            Lookup::Ambiguous | Lookup::Missing => None,
        }
    }

    /// Returns `true` if the thing belongs to a negated traversal, so that it never has a value.
    #[must_use]
    pub fn is_negated(&self, thing: Thing) -> bool {
        self.negated.contains(&thing)
    }

    /// Returns the names that can be used, in the order of the query.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for binding in self.bindings.iter().filter(|binding| !binding.verb) {
            if !names.contains(&binding.name) && self.find(&binding.name).is_some() {
                names.push(binding.name.clone());
            }
        }
        names
    }
}

/// Finds what the names of a query stand for, and checks every name it uses, subqueries included.
///
/// # Errors
///
/// Returns the first name that stands for nothing or for several things, the first alias that is given twice, and the
/// first subquery that does not return one property.
pub fn resolve(text: &str, query: &Query) -> Result<Scope, Error> {
    let scope = Scope::new(text, query)?;
    let uses = Uses { text, scope: &scope };
    uses.subqueries(query.start.filter.as_ref())?;
    uses.steps(&query.steps)?;
    if let Some(filter) = &query.filter {
        uses.filter(filter)?;
    }
    let mut columns: &[_] = &[];
    if let Some(Returns::Columns(all)) = &query.returns {
        columns = all;
    }
    for column in columns {
        uses.expression(&column.value)?;
    }
    for ordering in &query.order_by {
        let column = column_name(&ordering.value);
        if !column.is_some_and(|name| columns.iter().any(|column| column.name() == name)) {
            uses.expression(&ordering.value)?;
        }
    }
    Ok(scope)
}

/// Returns the name under which a sort key could mean a column.
#[must_use]
pub(crate) fn column_name(expression: &Expression) -> Option<String> {
    match &expression.kind {
        ExpressionKind::Property(property) => Some(property.name()),
        ExpressionKind::Text(text) => Some(text.clone()),
        _ => None,
    }
}

struct Uses<'q> {
    text: &'q str,
    scope: &'q Scope,
}

impl Uses<'_> {
    fn steps(&self, steps: &[Step]) -> Result<(), Error> {
        for step in steps {
            match step {
                Step::Traversal(traversal) => self.subqueries(traversal.node.filter.as_ref())?,
                Step::Optional(block) => self.steps(&block.steps)?,
            }
        }
        Ok(())
    }

    /// Checks the subqueries of `WITH`, whose properties need no names.
    fn subqueries(&self, filter: Option<&Predicate>) -> Result<(), Error> {
        filter.map_or(Ok(()), |filter| self.predicate(filter, false))
    }

    fn filter(&self, filter: &Predicate) -> Result<(), Error> {
        self.predicate(filter, true)
    }

    fn predicate(&self, predicate: &Predicate, named: bool) -> Result<(), Error> {
        match predicate {
            Predicate::And(all) | Predicate::Or(all) => {
                all.iter().try_for_each(|predicate| self.predicate(predicate, named))
            }
            Predicate::Compare(comparison) => {
                self.operand(&comparison.left, named)?;
                self.values(&comparison.right, named)
            }
            Predicate::Cidr(cidr) if named => self.filter_property(&cidr.property),
            Predicate::Cidr(_) => Ok(()),
        }
    }

    fn values(&self, values: &Values, named: bool) -> Result<(), Error> {
        match values {
            Values::One(operand) => self.operand(operand, named),
            Values::AnyOf(all) | Values::AllOf(all) => {
                all.iter().try_for_each(|values| self.values(values, named))
            }
            Values::Query(query) => {
                resolve(self.text, query)?;
                match &query.returns {
                    Some(Returns::Columns(columns)) if columns.len() == 1 => Ok(()),
                    _ => Err(Error::new(self.text, query.span, ErrorKind::SubqueryReturn)),
                }
            }
        }
    }

    fn operand(&self, operand: &Operand, named: bool) -> Result<(), Error> {
        match &operand.kind {
            OperandKind::Property(property) if named => self.filter_property(property),
            OperandKind::Sum { left, right, .. } => {
                self.operand(left, named)?;
                self.operand(right, named)
            }
            _ => Ok(()),
        }
    }

    fn filter_property(&self, property: &Property) -> Result<(), Error> {
        let (alias, rest) = property.split_alias();
        self.name(alias, property.span, |name, valid| ErrorKind::InvalidPredicateSelector { name, valid })?;
        if rest.is_some() {
            return Ok(());
        }
        let kind = ErrorKind::Unsupported {
            what: format!("Comparing all of \"{alias}\""),
            instead: "compare a property of it, such as its _key",
        };
        Err(Error::new(self.text, property.span, kind))
    }

    fn expression(&self, expression: &Expression) -> Result<(), Error> {
        let invalid = |name, valid| ErrorKind::InvalidReturnSelector { name, valid };
        match &expression.kind {
            ExpressionKind::Property(property) => self.name(property.split_alias().0, property.span, invalid),
            ExpressionKind::Star(alias) => self.name(&alias.text, alias.span, invalid),
            ExpressionKind::Negative(inner) => self.expression(inner),
            ExpressionKind::Binary { left, right, .. } => {
                self.expression(left)?;
                self.expression(right)
            }
            ExpressionKind::Call { arguments, .. } => {
                arguments.iter().try_for_each(|argument| self.expression(argument))
            }
            _ => Ok(()),
        }
    }

    fn name(
        &self,
        name: &str,
        span: Span,
        invalid: fn(String, Vec<String>) -> ErrorKind,
    ) -> Result<(), Error> {
        let kind = match self.scope.lookup(name) {
            Lookup::Found(_) => return Ok(()),
            Lookup::Ambiguous => ErrorKind::AmbiguousDefaultAlias { name: name.to_owned() },
            Lookup::Missing => invalid(name.to_owned(), self.scope.names()),
        };
        Err(Error::new(self.text, span, kind))
    }
}
