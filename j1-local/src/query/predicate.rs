//! Conditions as SQL. Each becomes an expression that is 0 or 1 and never NULL, so that NOT means what it says.

use j1ql::ast::{Cidr, Comparator, Comparison, Operand, OperandKind, Predicate, Property, Values};
use j1ql::{Error, Scope, Span, Thing};
use rusqlite::types::Value as Sql;

use super::compile::{Access, At, Compiler, join};
use super::notices::{BOOLEAN_TEXT, CIDR_UNDEFINED, NEGATED_ALIAS, NEGATED_TEXT, REGEX_CASE, TEXT_ORDER};
use super::operand::{Constant, Term};
use super::pattern;
use super::plan::{Path, Slot};

/// The owner of the properties in a condition.
pub enum Owner<'o> {
    /// In `WITH`: all of a name is a property of this entity.
    Entity(At),
    /// In `WHERE`: the first part of a name is an alias.
    Path { scope: &'o Scope, path: &'o Path<'o> },
}

impl Owner<'_> {
    /// The tables of the thing and the property's name; no tables when the path does not have the thing.
    fn locate(&self, property: &Property) -> (Option<At>, String, Option<Thing>) {
        match self {
            Self::Entity(at) => (Some(at.clone()), property.name(), None),
            Self::Path { scope, path } => {
                let (alias, name) = property.split_alias();
                let thing = scope.find(alias);
                let at = thing.and_then(|thing| path.slot(thing)).map(at);
                (at, name.unwrap_or_default(), thing)
            }
        }
    }
}

/// The tables of a slot.
pub fn at(slot: Slot) -> At {
    match slot {
        Slot::Node(number) => At::node(number),
        Slot::Hop(number) => At::hop(number),
    }
}

impl Compiler<'_> {
    pub fn predicate(&mut self, predicate: &Predicate, owner: &Owner<'_>) -> Result<String, Error> {
        match predicate {
            Predicate::And(all) | Predicate::Or(all) => {
                let parts = all.iter().map(|part| self.predicate(part, owner)).collect::<Result<_, _>>()?;
                Ok(join(parts, if matches!(predicate, Predicate::And(_)) { "AND" } else { "OR" }))
            }
            Predicate::Compare(comparison) => self.compare(comparison, owner),
            Predicate::Cidr(cidr) => self.cidr(cidr, owner),
        }
    }

    fn cidr(&mut self, cidr: &Cidr, owner: &Owner<'_>) -> Result<String, Error> {
        let (network, mask) = pattern::network(self.text, cidr)?;
        self.notices.add(CIDR_UNDEFINED);
        let access = self.property(&cidr.property, owner)?.0;
        let inside = self
            .any(&access, &|ty, value| format!("({ty} = 'text' AND j1_cidr({value}, {network}, {mask}))"));
        Ok(if cidr.negated { format!("NOT {inside}") } else { inside })
    }

    pub fn property(
        &mut self,
        property: &Property,
        owner: &Owner<'_>,
    ) -> Result<(Access, Option<At>, String), Error> {
        let (at, name, thing) = owner.locate(property);
        if let (Owner::Path { scope, .. }, Some(thing)) = (owner, thing)
            && scope.is_negated(thing)
        {
            self.notices.add(NEGATED_ALIAS);
        }
        let access = match &at {
            Some(at) => {
                self.named(at, &name);
                self.access(at, &name, property.span)?
            }
            None => Access::Undefined,
        };
        Ok((access, at, name))
    }

    fn compare(&mut self, comparison: &Comparison, owner: &Owner<'_>) -> Result<String, Error> {
        let (base, negated) = comparison.comparator.split_negation();
        if negated && base != Comparator::Equal {
            self.notices.add(NEGATED_TEXT);
        }
        let left = self.operand(&comparison.left, owner)?;
        let sql = self.values(&left, base, &comparison.right, owner)?;
        Ok(if negated { format!("NOT {sql}") } else { sql })
    }

    fn values(
        &mut self,
        left: &Term,
        base: Comparator,
        right: &Values,
        owner: &Owner<'_>,
    ) -> Result<String, Error> {
        match right {
            Values::One(operand) => {
                let right = self.operand(operand, owner)?;
                self.one(left, base, &right, operand.span)
            }
            Values::AnyOf(all) => {
                if let Some(sql) = self.one_of_texts(left, base, all) {
                    return Ok(sql);
                }
                let parts = all.iter().map(|value| self.values(left, base, value, owner));
                Ok(join(parts.collect::<Result<_, _>>()?, "OR"))
            }
            Values::AllOf(all) => {
                let parts = all.iter().map(|value| self.values(left, base, value, owner));
                Ok(join(parts.collect::<Result<_, _>>()?, "AND"))
            }
            Values::Query(query) => {
                let rows = self.subquery(query)?;
                let Term::Property { access, .. } = left else {
                    return self.unsupported(
                        query.span,
                        "A subquery compared with a value",
                        "compare a property",
                    );
                };
                let (left_each, right_each) = (format!("e{}", self.fresh()), format!("e{}", self.fresh()));
                Ok(format!(
                    "EXISTS (SELECT 1 FROM json_each({}) {left_each} WHERE {} IN (SELECT {} FROM ({rows}) sub, \
                     json_each(sub.v) {right_each}))",
                    Self::elements(access),
                    identity(&left_each),
                    identity(&right_each)
                ))
            }
        }
    }

    /// A list of many texts as one bound value, so that long lists stay possible.
    fn one_of_texts(&mut self, left: &Term, base: Comparator, all: &[Values]) -> Option<String> {
        let Term::Property { access, .. } = left else { return None };
        let texts: Option<Vec<&str>> = all
            .iter()
            .map(|value| match value {
                Values::One(Operand { kind: OperandKind::Text(text), .. }) if !text.contains("{{") => {
                    Some(text.as_str())
                }
                _ => None,
            })
            .collect();
        let texts = texts.filter(|texts| texts.len() > 8 && base == Comparator::Equal)?;
        let list = self.bind(serde_json::to_string(&texts).ok()?);
        if let Term::Property { at: Some(At { table, .. }), name, .. } = left {
            let listed = format!("IN (SELECT value FROM json_each({list}))");
            match name.as_str() {
                "_id" => return Some(format!("({table}.uid {listed})")),
                "_key" => {
                    let scopes = format!("{table}.scope_id IN (SELECT id FROM scope)");
                    return Some(format!("({scopes} AND {table}.key {listed})"));
                }
                _ => {}
            }
        }
        Some(self.any(access, &|ty, value| {
            format!("({ty} = 'text' AND {value} IN (SELECT value FROM json_each({list})))")
        }))
    }

    fn one(&mut self, left: &Term, base: Comparator, right: &Term, span: Span) -> Result<String, Error> {
        match (left, right) {
            (Term::Property { access, at, name }, Term::Constant(constant)) => {
                if let (Some(at), Comparator::Equal, Constant::Text(text)) = (at, base, constant)
                    && let Some(sql) = self.by_index(at, name, text)
                {
                    return Ok(sql);
                }
                self.constant(access, base, constant, span)
            }
            (Term::Constant(_), Term::Property { .. }) => match base.flipped() {
                Some(flipped) => self.one(right, flipped, left, span),
                None => {
                    self.unsupported(span, "A property on the right of this comparator", "exchange the sides")
                }
            },
            (Term::Property { access: left, .. }, Term::Property { access: right, .. }) => {
                Ok(self.pair(left, base, right))
            }
            (Term::Constant(left @ (Constant::Number(_) | Constant::Text(_))), Term::Constant(constant)) => {
                let access = self.as_access(left);
                self.constant(&access, base, constant, span)
            }
            (left, right) => {
                let (left, right) = (self.number(left), self.number(right));
                match base {
                    Comparator::Contains | Comparator::StartsWith | Comparator::EndsWith => {
                        self.unsupported(span, "A calculation with this comparator", "compare with =, < or >")
                    }
                    base => Ok(format!("coalesce({left} {} {right}, 0)", base.as_str())),
                }
            }
        }
    }

    /// Conditions that an index of the store answers.
    fn by_index(&mut self, at: &At, name: &str, text: &str) -> Option<String> {
        let table = &at.table;
        let column = match name {
            "_id" => format!("{table}.uid"),
            "_key" => {
                // The index begins with the scope, and there are few scopes.
                let key = self.bind(text.to_owned());
                return Some(format!("({table}.scope_id IN (SELECT id FROM scope) AND {table}.key = {key})"));
            }
            "_integrationInstanceId" => {
                let name = self.bind(text.to_owned());
                // One scope, so that the index gives the entities in the order of their numbers.
                return Some(format!(
                    "({table}.scope_id = ifnull((SELECT id FROM scope WHERE kind = 'integration' AND name = {name}), -1))"
                ));
            }
            "_type" => {
                let name = self.bind(text.to_owned());
                return Some(format!("({table}.kind IN (SELECT id FROM kind WHERE type = {name}))"));
            }
            _ => return None,
        };
        Some(format!("({column} = {})", self.bind(text.to_owned())))
    }

    fn as_access(&mut self, constant: &Constant) -> Access {
        match constant {
            Constant::Text(text) => Access::Scalar { sql: self.bind(text.clone()), ty: "text" },
            Constant::Number(number) => Access::Scalar { sql: self.bind(Sql::Real(*number)), ty: "integer" },
            _ => Access::Undefined,
        }
    }

    pub fn number(&mut self, term: &Term) -> String {
        match term {
            Term::Number(sql) => sql.clone(),
            Term::Constant(Constant::Number(number)) => self.bind(Sql::Real(*number)),
            Term::Constant(_) => "NULL".to_owned(),
            Term::Property { access, .. } => Self::number_of(access),
        }
    }

    #[expect(clippy::only_used_in_recursion, reason = "an item of a list has the span of the list")]
    fn constant(
        &mut self,
        access: &Access,
        base: Comparator,
        constant: &Constant,
        span: Span,
    ) -> Result<String, Error> {
        match constant {
            Constant::Undefined if base == Comparator::Equal => Ok(Self::is_undefined(access)),
            Constant::Undefined => Ok("0".to_owned()),
            Constant::List(all) => {
                let parts = all.iter().map(|constant| self.constant(access, base, constant, span));
                Ok(join(parts.collect::<Result<_, _>>()?, "OR"))
            }
            Constant::Boolean(boolean) => {
                if base != Comparator::Equal {
                    return Ok("0".to_owned());
                }
                Ok(self.any(access, &|ty, _| format!("({ty} = '{boolean}')")))
            }
            Constant::Number(number) => {
                let sign = match base {
                    // A number is found in no text, so these never hold.
                    Comparator::Contains | Comparator::StartsWith | Comparator::EndsWith => {
                        return self.constant(access, base, &Constant::Text(number.to_string()), span);
                    }
                    base => base.as_str(),
                };
                let number = self.bind(Sql::Real(*number));
                Ok(self.any(access, &|ty, value| {
                    format!("({ty} IN ('integer', 'real') AND {value} {sign} {number})")
                }))
            }
            Constant::Text(text) => Ok(self.text(access, base, text)),
            Constant::Regex { pattern, flags, span } => {
                let regex = pattern::regex(self.text, *span, pattern, flags, base)?;
                if !flags.contains('i') {
                    self.notices.add(REGEX_CASE);
                }
                let number = self.regexes.len();
                self.regexes.push(regex);
                Ok(self.any(access, &|ty, value| format!("({ty} = 'text' AND j1_regex({number}, {value}))")))
            }
        }
    }

    fn text(&mut self, access: &Access, base: Comparator, text: &str) -> String {
        if let Comparator::Less | Comparator::LessOrEqual | Comparator::Greater | Comparator::GreaterOrEqual =
            base
        {
            self.notices.add(TEXT_ORDER);
        }
        if base == Comparator::Equal && matches!(text, "true" | "false") {
            self.notices.add(BOOLEAN_TEXT);
        }
        let text = self.bind(text.to_owned());
        self.any(access, &|ty, value| format!("({ty} = 'text' AND {})", text_condition(base, value, &text)))
    }

    /// Compares every element of one property with every element of another.
    fn pair(&mut self, left: &Access, base: Comparator, right: &Access) -> String {
        let (l, r) = (format!("e{}", self.fresh()), format!("e{}", self.fresh()));
        let texts = format!(
            "({l}.type = 'text' AND {r}.type = 'text' AND {})",
            text_condition(base, &format!("{l}.value"), &format!("{r}.value"))
        );
        let condition = match base {
            Comparator::Contains | Comparator::StartsWith | Comparator::EndsWith => texts,
            _ => {
                let numbers = format!(
                    "({l}.type IN ('integer', 'real') AND {r}.type IN ('integer', 'real') \
                     AND {l}.value {} {r}.value)",
                    base.as_str()
                );
                let booleans = format!("({l}.type = {r}.type AND {l}.type IN ('true', 'false'))");
                let booleans = if base == Comparator::Equal { booleans } else { "0".to_owned() };
                format!("({texts} OR {numbers} OR {booleans})")
            }
        };
        let (left, right) = (Self::elements(left), Self::elements(right));
        format!("EXISTS (SELECT 1 FROM json_each({left}) {l}, json_each({right}) {r} WHERE {condition})")
    }
}

fn text_condition(base: Comparator, value: &str, text: &str) -> String {
    match base {
        Comparator::Contains => format!("instr({value}, {text}) > 0"),
        Comparator::StartsWith => format!("substr({value}, 1, length({text})) = {text}"),
        Comparator::EndsWith => {
            format!("(length({text}) = 0 OR substr({value}, -length({text})) = {text})")
        }
        base => format!("{value} {} {text}", base.as_str()),
    }
}

/// Equal for elements that are equal: a text with a letter for the type in front.
fn identity(each: &str) -> String {
    format!(
        "CASE {each}.type WHEN 'text' THEN 't' || {each}.value WHEN 'true' THEN 'b1' WHEN 'false' THEN 'b0' \
         WHEN 'integer' THEN 'n' || CAST({each}.value AS REAL) WHEN 'real' THEN 'n' || {each}.value END"
    )
}
