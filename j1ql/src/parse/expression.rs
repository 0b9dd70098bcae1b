//! Values in `RETURN` and `ORDER BY`.

use super::{Parser, Result};
use crate::ast::{Column, Duration, Expression, ExpressionKind, Function, Name, OperandKind, Operator, Unit};
use crate::error::ErrorKind;
use crate::lexer::TokenKind;
use crate::span::Span;

impl Parser<'_> {
    pub(super) fn column(&mut self) -> Result<Column> {
        let value = self.expression()?;
        let text = match &value.kind {
            // `p.[special-name]` is called `p.special-name`.
            ExpressionKind::Property(property) => property.name(),
            _ => value.span.of(self.text).to_owned(),
        };
        let start = value.span;
        let alias = if self.eat_word("AS").is_some() { Some(self.column_name()?) } else { None };
        Ok(Column { value, alias, text, span: Span::new(start.start, self.end) })
    }

    /// A name, or a text in quotes.
    fn column_name(&mut self) -> Result<Name> {
        let span = self.current.span;
        if self.current.kind == TokenKind::Text {
            return Ok(Name { text: self.text_value(), span });
        }
        // Any word can name a column, keywords too: `AS order`.
        if self.current.kind == TokenKind::Word {
            let span = self.advance().span;
            return Ok(Name { text: span.of(self.text).to_owned(), span });
        }
        self.expect_also("a column name");
        Err(self.unexpected())
    }

    /// Sums of products.
    pub(super) fn expression(&mut self) -> Result<Expression> {
        self.chain(&[("+", Operator::Add), ("-", Operator::Subtract)], Self::product)
    }

    fn product(&mut self) -> Result<Expression> {
        self.chain(&[("*", Operator::Multiply), ("/", Operator::Divide)], Self::power)
    }

    fn power(&mut self) -> Result<Expression> {
        self.chain(&[("^", Operator::Power)], Self::primary)
    }

    /// Operators of one rank, from left to right. The tree that is built is as deep as the chain is long.
    fn chain(
        &mut self,
        operators: &[(&'static str, Operator)],
        part: fn(&mut Self) -> Result<Expression>,
    ) -> Result<Expression> {
        let mut left = part(self)?;
        let mut length = 0;
        'next: loop {
            for (sign, operator) in operators {
                if self.eat_sign(sign).is_none() {
                    continue;
                }
                length += 1;
                if length > crate::MAX_DEPTH {
                    return Err(self.error(left.span, ErrorKind::TooDeep));
                }
                let right = part(self)?;
                let span = left.span.to(right.span);
                let (operator, left_side) = (*operator, Box::new(left));
                let kind = ExpressionKind::Binary { left: left_side, operator, right: Box::new(right) };
                left = Expression { kind, span };
                continue 'next;
            }
            return Ok(left);
        }
    }

    fn primary(&mut self) -> Result<Expression> {
        let start = self.current.span;
        let kind = match self.current.kind {
            TokenKind::Number => {
                let amount = self.number()?;
                match self.word().and_then(Unit::parse) {
                    Some(unit) => {
                        self.advance();
                        ExpressionKind::Duration(Duration { amount, unit })
                    }
                    None => ExpressionKind::Number(amount),
                }
            }
            TokenKind::Text => ExpressionKind::Text(self.text_value()),
            TokenKind::Parameter => ExpressionKind::Parameter(self.parameter()),
            TokenKind::Sign("-") => {
                self.advance();
                ExpressionKind::Negative(Box::new(self.nested(Self::primary)?))
            }
            TokenKind::Sign("(") => {
                self.advance();
                let mut inner = self.nested(Self::expression)?;
                self.need_sign(")")?;
                inner.span = Span::new(start.start, self.end);
                return Ok(inner);
            }
            TokenKind::Word if self.is_date() => match self.date()? {
                OperandKind::Date(text) => ExpressionKind::Date(text),
                _ => ExpressionKind::Now,
            },
            TokenKind::Word => self.named_expression()?,
            _ => {
                self.expect_also("an alias");
                return Err(self.unexpected());
            }
        };
        Ok(Expression { kind, span: Span::new(start.start, self.end) })
    }

    fn named_expression(&mut self) -> Result<ExpressionKind> {
        let word = self.word().unwrap_or_default();
        let opens = self.peek().kind == TokenKind::Sign("(");
        match (Function::parse(word), opens) {
            (Some(function), true) => return self.call(function),
            (None, true) if !super::is_reserved(word) => {
                let kind = ErrorKind::UnknownFunction { name: word.to_owned() };
                return Err(self.error(self.current.span, kind));
            }
            (Some(_), false) => {
                // The service reads `count.name` as the function `count` without its parenthesis.
                let kind = ErrorKind::UnexpectedToken { token: word.to_owned() };
                return Err(self.error(self.current.span, kind));
            }
            _ => {}
        }
        let property = self.property()?;
        let name = property.span.of(self.text);
        let literal = match name.to_ascii_lowercase().as_str() {
            "true" => Some(ExpressionKind::Boolean(true)),
            "false" => Some(ExpressionKind::Boolean(false)),
            "undefined" => Some(ExpressionKind::Undefined),
            "null" => return Err(self.null(property.span)),
            _ => None,
        };
        if let Some(literal) = literal {
            return Ok(literal);
        }
        if let [alias] = property.parts.as_slice()
            && self.current.kind == TokenKind::Sign(".")
        {
            let alias = Name { text: alias.clone(), span: property.span };
            self.advance();
            self.need_sign("*")?;
            return Ok(ExpressionKind::Star(alias));
        }
        Ok(ExpressionKind::Property(property))
    }

    fn call(&mut self, function: Function) -> Result<ExpressionKind> {
        self.advance();
        self.need_sign("(")?;
        let mut arguments = Vec::new();
        if !self.at_sign(")") {
            loop {
                arguments.push(self.nested(Self::expression)?);
                if self.eat_sign(",").is_none() {
                    break;
                }
            }
        }
        self.need_sign(")")?;
        Ok(ExpressionKind::Call { function, arguments })
    }
}
