//! `RETURN` and `ORDER BY` as SQL over the rows of the paths.
//!
//! An inner query makes one row for each path: `s`, the number of the start entity, and a column of JSON text for each
//! property that is returned (a leaf). The outer query calculates, groups and sorts. So a calculation is translated
//! once, however many paths there are.

use j1ql::ast::{Column, Expression, ExpressionKind, Function, Operator, Ordering, Property};
use j1ql::{Error, ErrorKind, Scope, Span, Thing};
use rusqlite::types::Value as Sql;

use super::compile::Compiler;
use super::dates;
use super::notices::{NEGATED_ALIAS, PLACEHOLDER, SAME_COLUMN, SUM_OF_PATHS, UNWIND_UNDEFINED, WHOLE_ENTITY};

/// Something that the inner query reads.
#[derive(Debug, Clone, PartialEq)]
pub enum Leaf {
    /// The number of an entity or relationship.
    Id,
    /// All of its properties as a JSON object.
    Object,
    /// One property as JSON text.
    Property(String),
}

/// The form that a value has in the SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// JSON text.
    Json,
    /// A number.
    Number,
    /// A number or a text.
    Scalar,
    /// A JSON object whose members become columns.
    Star,
}

#[derive(Debug, Clone)]
pub struct Value {
    pub sql: String,
    pub form: Form,
}

/// The outer query while it is built.
pub struct Columns<'c, 'q> {
    pub compiler: &'c mut Compiler<'q>,
    pub scope: &'c Scope,
    pub leaves: Vec<(Thing, Leaf, Span)>,
    /// JSON values to be unwound.
    pub unwinds: Vec<String>,
    /// Leaves outside of aggregates in the current expression.
    bare: Vec<String>,
    in_aggregate: bool,
    /// The query has traversals.
    pub has_hops: bool,
}

/// The outer query's parts.
#[derive(Debug)]
pub struct Outer {
    pub values: Vec<Value>,
    /// `None`: rows are not grouped.
    pub group: Option<Vec<String>>,
    /// Sort keys with their direction.
    pub order: Vec<String>,
}

impl<'c, 'q> Columns<'c, 'q> {
    pub fn new(compiler: &'c mut Compiler<'q>, scope: &'c Scope, has_hops: bool) -> Self {
        Self {
            compiler,
            scope,
            leaves: Vec::new(),
            unwinds: Vec::new(),
            bare: Vec::new(),
            in_aggregate: false,
            has_hops,
        }
    }

    pub fn outer(&mut self, columns: &[Column], order_by: &[Ordering], unique: bool) -> Result<Outer, Error> {
        let aggregates = columns.iter().any(|column| has_aggregate(&column.value))
            || order_by.iter().any(|ordering| has_aggregate(&ordering.value));
        let mut group = Vec::new();
        let mut values = Vec::new();
        for (number, column) in columns.iter().enumerate() {
            if columns[..number]
                .iter()
                .any(|other| other.name() == column.name() && other.value != column.value)
            {
                self.compiler.notices.add(SAME_COLUMN);
            }
            self.bare.clear();
            let value = self.expression(&column.value)?;
            if has_aggregate(&column.value) {
                group.append(&mut self.bare);
            } else {
                group.push(value.sql.clone());
            }
            values.push(value);
        }
        let group = (aggregates || unique).then_some(group);
        let mut order = Vec::new();
        for ordering in order_by {
            let named = column_name(&ordering.value);
            let column = columns.iter().position(|column| named.as_deref() == Some(column.name()));
            let mut key = match column.and_then(|at| values.get(at)) {
                Some(value) => sort_key(value),
                None => {
                    let key = sort_key(&self.expression(&ordering.value)?);
                    let plain = group.is_some() && !has_aggregate(&ordering.value);
                    if plain { format!("min({key})") } else { key }
                }
            };
            if key.is_empty() {
                key.push_str("NULL");
            }
            let direction = if ordering.descending { " DESC" } else { "" };
            order.push(format!("({key}) IS NULL, {key}{direction}"));
        }
        Ok(Outer { values, group, order })
    }

    fn leaf(&mut self, thing: Thing, leaf: Leaf, span: Span) -> String {
        if self.scope.is_negated(thing) {
            self.compiler.notices.add(NEGATED_ALIAS);
        }
        let known = self.leaves.iter().position(|(t, l, _)| *t == thing && *l == leaf);
        let number = known.unwrap_or_else(|| {
            self.leaves.push((thing, leaf, span));
            self.leaves.len() - 1
        });
        let sql = format!("c{number}");
        if !self.in_aggregate {
            self.bare.push(sql.clone());
        }
        sql
    }

    fn thing(&self, name: &str, span: Span) -> Result<Thing, Error> {
        let kind = || ErrorKind::InvalidReturnSelector { name: name.to_owned(), valid: self.scope.names() };
        self.scope.find(name).ok_or_else(|| Error::new(self.compiler.text, span, kind()))
    }

    fn property(&mut self, property: &Property) -> Result<Value, Error> {
        let (alias, name) = property.split_alias();
        let thing = self.thing(alias, property.span)?;
        let leaf = if let Some(name) = name {
            Leaf::Property(name)
        } else {
            self.compiler.notices.add(WHOLE_ENTITY);
            Leaf::Object
        };
        Ok(Value { sql: self.leaf(thing, leaf, property.span), form: Form::Json })
    }

    fn expression(&mut self, expression: &Expression) -> Result<Value, Error> {
        if let Some(number) = self.constant(expression)? {
            return Ok(Value { sql: self.compiler.bind(Sql::Real(number)), form: Form::Number });
        }
        let json = |sql: String| Value { sql, form: Form::Json };
        let number = |sql: String| Value { sql, form: Form::Number };
        Ok(match &expression.kind {
            ExpressionKind::Text(text) => {
                let text = serde_json::Value::from(text.as_str()).to_string();
                json(self.compiler.bind(text))
            }
            ExpressionKind::Boolean(boolean) => json(format!("'{boolean}'")),
            ExpressionKind::Parameter(parameter) => match self.compiler.options.params.get(&parameter.name) {
                Some(value) => json(self.compiler.bind(value.to_string())),
                None if parameter.braces => {
                    self.compiler.notices.add(PLACEHOLDER);
                    let text = serde_json::Value::from(format!("{{{{{}}}}}", parameter.name)).to_string();
                    json(self.compiler.bind(text))
                }
                None => {
                    let kind = ErrorKind::UnknownParameter { name: parameter.name.clone() };
                    return self.compiler.error(expression.span, kind);
                }
            },
            ExpressionKind::Property(property) => self.property(property)?,
            ExpressionKind::Star(alias) => {
                let thing = self.thing(&alias.text, alias.span)?;
                Value { sql: self.leaf(thing, Leaf::Object, alias.span), form: Form::Star }
            }
            ExpressionKind::Negative(inner) => {
                let inner = self.number(inner)?;
                number(format!("(-{inner})"))
            }
            ExpressionKind::Binary { left, operator, right } => {
                let (left, right) = (self.number(left)?, self.number(right)?);
                number(match operator {
                    Operator::Divide => format!("(CAST({left} AS REAL) / nullif({right}, 0))"),
                    Operator::Power => format!("j1_power({left}, {right})"),
                    other => format!("({left} {} {right})", other.as_str()),
                })
            }
            ExpressionKind::Call { function, arguments } => {
                self.call(*function, arguments, expression.span)?
            }
            // Only `undefined` is left: the other kinds are constants.
            _ => json("NULL".to_owned()),
        })
    }

    /// A number that is known before the query runs.
    fn constant(&mut self, expression: &Expression) -> Result<Option<f64>, Error> {
        Ok(match &expression.kind {
            ExpressionKind::Number(number) => Some(*number),
            ExpressionKind::Now => Some(self.compiler.now()),
            ExpressionKind::Date(text) => Some(self.compiler.date(text, expression.span)?),
            ExpressionKind::Duration(duration) => Some(dates::length(*duration, &mut self.compiler.notices)),
            ExpressionKind::Binary {
                left,
                operator: operator @ (Operator::Add | Operator::Subtract),
                right,
            } => {
                let ExpressionKind::Duration(duration) = right.kind else { return Ok(None) };
                let minus = *operator == Operator::Subtract;
                let date = self.constant(left)?;
                date.map(|date| dates::add(date, duration, minus, &mut self.compiler.notices))
            }
            _ => None,
        })
    }

    fn number(&mut self, expression: &Expression) -> Result<String, Error> {
        let value = self.expression(expression)?;
        match value.form {
            Form::Number => Ok(value.sql),
            Form::Json => Ok(format!("j1_number({})", value.sql)),
            // Concatenated text stays text, even if it looks like a number.
            Form::Scalar => Ok(format!("j1_number(j1_json({}))", value.sql)),
            Form::Star => {
                self.compiler.unsupported(expression.span, "A calculation with .*", "name a property")
            }
        }
    }

    fn json(&mut self, expression: &Expression) -> Result<String, Error> {
        let value = self.expression(expression)?;
        Ok(match value.form {
            Form::Json | Form::Star => value.sql,
            Form::Number | Form::Scalar => format!("j1_json({})", value.sql),
        })
    }

    fn call(&mut self, function: Function, arguments: &[Expression], span: Span) -> Result<Value, Error> {
        let one = |compiler: &Compiler<'_>| match arguments {
            [one] => Ok(one),
            _ => {
                let what = format!("{} with {} arguments", function.as_str(), arguments.len());
                compiler.unsupported(span, &what, "give it one")
            }
        };
        if function.is_aggregate() {
            let argument = one(self.compiler)?;
            if self.in_aggregate || has_unwound_aggregate(argument) {
                return self.compiler.unsupported(span, "An aggregate in an aggregate", "use one of them");
            }
            self.in_aggregate = true;
            let value = self.aggregate(function, argument);
            self.in_aggregate = false;
            return value;
        }
        let number = |sql: String| Value { sql, form: Form::Number };
        Ok(match function {
            Function::Abs => number(format!("abs({})", self.number(one(self.compiler)?)?)),
            Function::Sqrt | Function::Ceil | Function::Floor | Function::Round => {
                number(format!("j1_{}({})", function.as_str(), self.number(one(self.compiler)?)?))
            }
            Function::Unwind => {
                self.compiler.notices.add(UNWIND_UNDEFINED);
                let argument = one(self.compiler)?;
                if has_unwound_aggregate(argument) {
                    return self.compiler.unsupported(span, "UNWIND of an aggregate", "unwind a property");
                }
                let sql = self.json(argument)?;
                let at = self.unwinds.iter().position(|known| *known == sql).unwrap_or_else(|| {
                    self.unwinds.push(sql);
                    self.unwinds.len() - 1
                });
                Value { sql: element_json(&format!("u{at}")), form: Form::Json }
            }
            _ => {
                let all =
                    arguments.iter().map(|argument| self.json(argument)).collect::<Result<Vec<_>, _>>()?;
                if all.is_empty() {
                    let what = format!("{} without arguments", function.as_str());
                    return self.compiler.unsupported(span, &what, "give it some");
                }
                let list = all.join(", ");
                match (function, all.len()) {
                    (Function::Concat, _) => Value { sql: format!("j1_concat({list})"), form: Form::Scalar },
                    (Function::Merge, _) => Value { sql: format!("j1_merge({list})"), form: Form::Json },
                    (_, 1) => Value { sql: list, form: Form::Json },
                    _ => Value { sql: format!("coalesce({list})"), form: Form::Json },
                }
            }
        })
    }

    fn aggregate(&mut self, function: Function, argument: &Expression) -> Result<Value, Error> {
        if function == Function::Count {
            let counted = match &argument.kind {
                ExpressionKind::Property(property) if property.parts.len() == 1 => {
                    let thing = self.thing(&property.name(), property.span)?;
                    self.leaf(thing, Leaf::Id, property.span)
                }
                ExpressionKind::Star(alias) => {
                    let thing = self.thing(&alias.text, alias.span)?;
                    self.leaf(thing, Leaf::Id, alias.span)
                }
                _ => self.expression(argument)?.sql,
            };
            return Ok(Value { sql: format!("count(DISTINCT {counted})"), form: Form::Number });
        }
        if self.has_hops && matches!(function, Function::Sum | Function::Avg) {
            self.compiler.notices.add(SUM_OF_PATHS);
        }
        Ok(match function {
            Function::Sum => {
                // As REAL, since SQLite refuses sums of integers that overflow.
                let number = self.number(argument)?;
                Value { sql: format!("sum(CAST({number} AS REAL))"), form: Form::Number }
            }
            Function::Avg => {
                let number = self.number(argument)?;
                Value { sql: format!("avg({number})"), form: Form::Number }
            }
            _ => {
                let key = sort_key(&self.expression(argument)?);
                Value { sql: format!("{}({key})", function.as_str()), form: Form::Scalar }
            }
        })
    }
}

/// The name under which a sort key could mean a column.
fn column_name(expression: &Expression) -> Option<String> {
    match &expression.kind {
        ExpressionKind::Property(property) => Some(property.name()),
        ExpressionKind::Text(text) => Some(text.clone()),
        _ => None,
    }
}

fn sort_key(value: &Value) -> String {
    match value.form {
        Form::Json | Form::Star => format!("j1_scalar({})", value.sql),
        Form::Number | Form::Scalar => value.sql.clone(),
    }
}

/// The element of `json_each` as JSON text.
fn element_json(each: &str) -> String {
    format!(
        "CASE {each}.type WHEN 'text' THEN json_quote({each}.value) WHEN 'true' THEN 'true' \
         WHEN 'false' THEN 'false' WHEN 'null' THEN NULL ELSE CAST({each}.value AS TEXT) END"
    )
}

pub fn has_aggregate(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Call { function, arguments } => {
            function.is_aggregate() || arguments.iter().any(has_aggregate)
        }
        ExpressionKind::Negative(inner) => has_aggregate(inner),
        ExpressionKind::Binary { left, right, .. } => has_aggregate(left) || has_aggregate(right),
        _ => false,
    }
}

fn has_unwound_aggregate(argument: &Expression) -> bool {
    has_aggregate(argument)
}
