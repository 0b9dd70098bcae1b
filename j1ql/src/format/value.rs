//! Conditions, values and columns.

use crate::ast::{
    Column, Comparison, Duration, Expression, ExpressionKind, Operand, OperandKind, Operator, Ordering,
    Parameter, Predicate, Property, Values,
};

/// Writes a text in double quotes, or in single quotes if it contains a double one.
///
/// J1QL has no known way to write a text that contains both, so the parser never returns one.
pub fn quoted(text: &str) -> String {
    let quote = if text.contains('"') { '\'' } else { '"' };
    format!("{quote}{text}{quote}")
}

pub fn predicate(predicate: &Predicate) -> String {
    let join = |all: &[Predicate], word: &str| all.iter().map(inner_predicate).collect::<Vec<_>>().join(word);
    match predicate {
        Predicate::And(all) => join(all, " AND "),
        Predicate::Or(all) => all
            .iter()
            .map(|part| match part {
                // AND binds tighter and needs no parentheses.
                Predicate::And(_) => self::predicate(part),
                other => inner_predicate(other),
            })
            .collect::<Vec<_>>()
            .join(" OR "),
        Predicate::Compare(comparison) => compare(comparison),
        Predicate::Cidr(cidr) => {
            let not = if cidr.negated { "!" } else { "" };
            format!("{not}cidr({}, {})", property(&cidr.property), quoted(&cidr.network))
        }
    }
}

fn inner_predicate(part: &Predicate) -> String {
    match part {
        Predicate::And(_) | Predicate::Or(_) => format!("({})", predicate(part)),
        other => predicate(other),
    }
}

fn compare(comparison: &Comparison) -> String {
    let Comparison { left, comparator, right, .. } = comparison;
    format!("{} {} {}", operand(left), comparator.as_str(), values(right))
}

fn values(values: &Values) -> String {
    let list = |all: &[Values], word: &str| {
        format!("({})", all.iter().map(self::values).collect::<Vec<_>>().join(word))
    };
    match values {
        Values::One(one) => operand(one),
        Values::AnyOf(all) => list(all, " OR "),
        Values::AllOf(all) => list(all, " AND "),
        Values::Query(query) => format!("({})", super::format(query).replace("\n  ", " ").replace('\n', " ")),
    }
}

fn operand(operand: &Operand) -> String {
    match &operand.kind {
        OperandKind::Text(text) => quoted(text),
        OperandKind::Number(number) => number.to_string(),
        OperandKind::Boolean(boolean) => boolean.to_string(),
        OperandKind::Undefined => "undefined".to_owned(),
        OperandKind::Regex { pattern, flags } => format!("/{pattern}/{flags}"),
        OperandKind::Now => "date.now".to_owned(),
        OperandKind::Date(text) => format!("date({text})"),
        OperandKind::Parameter(named) => parameter(named),
        OperandKind::Property(named) => property(named),
        OperandKind::Duration(length) => duration(*length),
        OperandKind::Sum { left, minus, right } => {
            let sign = if *minus { '-' } else { '+' };
            format!("{} {sign} {}", self::operand(left), self::operand(right))
        }
    }
}

fn duration(duration: Duration) -> String {
    let plural = if (duration.amount - 1.0).abs() < f64::EPSILON { "" } else { "s" };
    format!("{} {}{plural}", duration.amount, duration.unit.as_str())
}

fn parameter(parameter: &Parameter) -> String {
    if parameter.braces {
        format!("{{{{{}}}}}", parameter.name)
    } else {
        format!("${{param.{}}}", parameter.name)
    }
}

fn property(property: &Property) -> String {
    property.parts.iter().map(|name| part(name)).collect::<Vec<_>>().join(".")
}

/// Writes a part, in brackets if it is not a word.
fn part(name: &str) -> String {
    let is_word = name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    if is_word { name.to_owned() } else { format!("[{name}]") }
}

pub fn ordering(ordering: &Ordering) -> String {
    let direction = if ordering.descending { " DESC" } else { "" };
    format!("{}{direction}", expression(&ordering.value))
}

pub fn column(column: &Column) -> String {
    let value = expression(&column.value);
    match &column.alias {
        None => value,
        Some(alias) if part(&alias.text) == alias.text => format!("{value} AS {}", alias.text),
        Some(alias) => format!("{value} AS {}", quoted(&alias.text)),
    }
}

fn expression(value: &Expression) -> String {
    match &value.kind {
        ExpressionKind::Number(number) => number.to_string(),
        ExpressionKind::Text(text) => quoted(text),
        ExpressionKind::Boolean(boolean) => boolean.to_string(),
        ExpressionKind::Undefined => "undefined".to_owned(),
        ExpressionKind::Now => "date.now".to_owned(),
        ExpressionKind::Date(text) => format!("date({text})"),
        ExpressionKind::Parameter(named) => parameter(named),
        ExpressionKind::Property(named) => property(named),
        ExpressionKind::Star(alias) => format!("{}.*", alias.text),
        ExpressionKind::Negative(inner) => format!("-{}", grouped(inner, 4)),
        ExpressionKind::Duration(length) => duration(*length),
        ExpressionKind::Binary { left, operator, right } => {
            let rank = rank(*operator);
            format!("{} {} {}", grouped(left, rank), operator.as_str(), grouped(right, rank + 1))
        }
        ExpressionKind::Call { function, arguments } => {
            let arguments: Vec<String> = arguments.iter().map(expression).collect();
            format!("{}({})", function.as_str(), arguments.join(", "))
        }
    }
}

fn rank(operator: Operator) -> u8 {
    match operator {
        Operator::Add | Operator::Subtract => 1,
        Operator::Multiply | Operator::Divide => 2,
        Operator::Power => 3,
    }
}

/// Writes an operand, in parentheses if it binds less tightly than `least`.
fn grouped(value: &Expression, least: u8) -> String {
    match &value.kind {
        ExpressionKind::Binary { operator, .. } if rank(*operator) < least => {
            format!("({})", expression(value))
        }
        _ => expression(value),
    }
}
