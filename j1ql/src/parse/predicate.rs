//! Conditions and their values.

use super::{Parser, Result, comparator_of};
use crate::ast::{
    Cidr, Comparator, Comparison, Duration, Operand, OperandKind, Parameter, Predicate, Property, Unit,
    Values,
};
use crate::error::{Error, ErrorKind};
use crate::lexer::TokenKind;
use crate::span::Span;

impl Parser<'_> {
    /// Alternatives of conjunctions.
    pub(super) fn predicate(&mut self) -> Result<Predicate> {
        let mut all = vec![self.conjunction()?];
        while self.eat_word("OR").is_some() {
            all.push(self.conjunction()?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Predicate::Or(all) })
    }

    fn conjunction(&mut self) -> Result<Predicate> {
        let mut all = vec![self.unit()?];
        while self.eat_word("AND").is_some() {
            all.push(self.unit()?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Predicate::And(all) })
    }

    fn unit(&mut self) -> Result<Predicate> {
        if self.eat_sign("(").is_some() {
            let inner = self.nested(Self::predicate)?;
            self.need_sign(")")?;
            return Ok(inner);
        }
        let start = self.current.span;
        let negated = self.at_sign("!");
        let next = if negated { self.peek().clone() } else { self.current.clone() };
        if self.is_word(&next, "cidr") && self.opens_call(next.span) {
            if negated {
                self.advance();
            }
            return self.cidr(negated, start);
        }
        let left = self.left_operand()?;
        let comparator = self.comparator()?;
        let right = self.values()?;
        if let (Values::Query(_), false) =
            (&right, matches!(comparator, Comparator::Equal | Comparator::NotEqual))
        {
            let kind = ErrorKind::SubqueryOperator { comparator: comparator.as_str() };
            return Err(self.error(start, kind));
        }
        let span = Span::new(start.start, self.end);
        Ok(Predicate::Compare(Box::new(Comparison { left, comparator, right, span })))
    }

    /// Returns `true` if `(` follows the word at `span`.
    fn opens_call(&self, span: Span) -> bool {
        self.text[span.end..].trim_start().starts_with('(')
    }

    fn cidr(&mut self, negated: bool, start: Span) -> Result<Predicate> {
        self.need_word("cidr")?;
        self.need_sign("(")?;
        let property = self.property()?;
        self.need_sign(",")?;
        if self.current.kind != TokenKind::Text {
            self.expect_also("a network in quotes");
            return Err(self.unexpected());
        }
        let network_span = self.current.span;
        let network = self.text_value();
        self.need_sign(")")?;
        let span = Span::new(start.start, self.end);
        Ok(Predicate::Cidr(Cidr { negated, property, network, network_span, span }))
    }

    /// The left side: a property, a date or a number, but not a text.
    fn left_operand(&mut self) -> Result<Operand> {
        match self.current.kind {
            TokenKind::Word | TokenKind::Number | TokenKind::Sign("[") | TokenKind::Parameter => {
                self.operand()
            }
            _ => {
                self.expect_also("a property");
                Err(self.unexpected())
            }
        }
    }

    fn comparator(&mut self) -> Result<Comparator> {
        for comparator in Comparator::ALL {
            if self.eat_sign(comparator.as_str()).is_some() {
                return Ok(comparator);
            }
        }
        // In an error, one word is clearer than a list of twelve signs.
        self.expected.clear();
        self.expect_also("a comparator");
        Err(self.unexpected())
    }

    fn values(&mut self) -> Result<Values> {
        if self.eat_sign("(").is_none() {
            return self.operand().map(Values::One);
        }
        if self.at_word("FIND") {
            let query = self.nested(Self::query)?;
            self.need_sign(")")?;
            return Ok(Values::Query(Box::new(query)));
        }
        let mut all = vec![self.nested(Self::values)?];
        let mut any = true;
        loop {
            let or = self.at_word("OR");
            if !or && !self.at_word("AND") {
                break;
            }
            // `a OR b AND c` in a list: which binds tighter is not documented.
            if all.len() > 1 && or != any {
                let kind = ErrorKind::Unsupported {
                    what: "A list that mixes AND and OR".to_owned(),
                    instead: "put parentheses around one of them",
                };
                return Err(self.error(self.current.span, kind));
            }
            any = or;
            self.advance();
            all.push(self.nested(Self::values)?);
        }
        self.need_sign(")")?;
        Ok(if any { Values::AnyOf(all) } else { Values::AllOf(all) })
    }

    /// `atom { + atom | - duration }`
    fn operand(&mut self) -> Result<Operand> {
        let mut left = self.atom()?;
        loop {
            let minus = self.at_sign("-");
            if !minus && !self.at_sign("+") {
                return Ok(left);
            }
            self.advance();
            let right = self.nested(Self::atom)?;
            let span = left.span.to(right.span);
            left = Operand {
                kind: OperandKind::Sum { left: Box::new(left), minus, right: Box::new(right) },
                span,
            };
            // Each `+` is one level of the tree that is built.
            if self.depth_of(&left) > crate::MAX_DEPTH {
                return Err(self.error(span, ErrorKind::TooDeep));
            }
        }
    }

    #[expect(clippy::unused_self, reason = "reads as the other limits do")]
    fn depth_of(&self, operand: &Operand) -> usize {
        let (mut depth, mut current) = (1, operand);
        while let OperandKind::Sum { left, .. } = &current.kind {
            depth += 1;
            current = left;
        }
        depth
    }

    fn atom(&mut self) -> Result<Operand> {
        let start = self.current.span;
        let kind = match self.current.kind {
            TokenKind::Text => OperandKind::Text(self.text_value()),
            TokenKind::Number => self.number_or_duration()?,
            TokenKind::Sign("-") => {
                self.advance();
                if self.current.kind != TokenKind::Number {
                    self.expect_also("a number");
                    return Err(self.unexpected());
                }
                OperandKind::Number(-self.number()?)
            }
            TokenKind::Sign("/") => self.regex()?,
            TokenKind::Parameter => OperandKind::Parameter(self.parameter()),
            TokenKind::Word if self.is_date() => self.date()?,
            TokenKind::Word | TokenKind::Sign("[") => self.named_value()?,
            _ => {
                self.expect_also("a value");
                return Err(self.unexpected());
            }
        };
        Ok(Operand { kind, span: Span::new(start.start, self.end) })
    }

    fn number_or_duration(&mut self) -> Result<OperandKind> {
        let amount = self.number()?;
        let Some(unit) = self.word().and_then(Unit::parse) else { return Ok(OperandKind::Number(amount)) };
        self.advance();
        Ok(OperandKind::Duration(Duration { amount, unit }))
    }

    /// `true`, `false`, `undefined` or a property.
    fn named_value(&mut self) -> Result<OperandKind> {
        let property = self.property()?;
        if let [word] = property.parts.as_slice()
            && property.span.of(self.text) == word
        {
            match word.to_ascii_lowercase().as_str() {
                "true" => return Ok(OperandKind::Boolean(true)),
                "false" => return Ok(OperandKind::Boolean(false)),
                "undefined" => return Ok(OperandKind::Undefined),
                "null" => return Err(self.null(property.span)),
                _ => {}
            }
        }
        Ok(OperandKind::Property(property))
    }

    /// `null`, which would otherwise be a property that no entity has.
    pub(super) fn null(&self, span: Span) -> Error {
        let token = span.of(self.text).to_owned();
        let mut error = self.error(span, ErrorKind::UnexpectedToken { token });
        error.suggestion = Some("undefined".to_owned());
        error
    }

    /// Returns `true` at `date.` and `date(`.
    pub(super) fn is_date(&self) -> bool {
        let is_word = self.word().is_some_and(|word| word.eq_ignore_ascii_case("date"));
        let rest = self.text[self.current.span.end..].trim_start();
        let now = rest.strip_prefix('.').map(|rest| rest.trim_start().as_bytes());
        is_word
            && (rest.starts_with('(')
                || now.is_some_and(|rest| {
                    rest.get(..3).is_some_and(|word| word.eq_ignore_ascii_case(b"now"))
                        && !rest.get(3).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
                }))
    }

    /// `date.now` or `date(2026-01-31T10:00:00Z)`.
    pub(super) fn date(&mut self) -> Result<OperandKind> {
        self.need_word("date")?;
        if self.eat_sign(".").is_some() {
            self.need_word("now")?;
            return Ok(OperandKind::Now);
        }
        let raw = self.raw("date", |rest| rest.find(')').map(|end| end + 1))?;
        let inner = raw.of(self.text).trim_start_matches('(').trim_end_matches(')');
        let inner = inner.trim().trim_matches(['"', '\'']);
        Ok(OperandKind::Date(inner.to_owned()))
    }

    fn regex(&mut self) -> Result<OperandKind> {
        let raw = self.raw("regular expression", |rest| {
            let mut escaped = false;
            for (at, c) in rest.char_indices().skip(1) {
                match c {
                    '\n' => return None,
                    _ if escaped => escaped = false,
                    '\\' => escaped = true,
                    '/' => {
                        let flags = &rest[at + 1..];
                        let end = flags.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(flags.len());
                        return Some(at + 1 + end);
                    }
                    _ => {}
                }
            }
            None
        })?;
        let (pattern, flags) = raw.of(self.text)[1..].rsplit_once('/').unwrap_or_default();
        Ok(OperandKind::Regex { pattern: pattern.to_owned(), flags: flags.to_owned() })
    }

    /// `${ param.name }`, `${name}` or `{{name}}`.
    pub(super) fn parameter(&mut self) -> Parameter {
        let raw = self.advance().span.of(self.text);
        let braces = raw.starts_with("{{");
        let inner = raw.trim_start_matches(['$', '{']).trim_end_matches('}').trim();
        let name = inner.strip_prefix("param.").unwrap_or(inner);
        Parameter { name: name.to_owned(), braces }
    }

    /// Takes the current text and returns it without its quotes.
    pub(super) fn text_value(&mut self) -> String {
        let raw = self.advance().span.of(self.text);
        raw.get(1..raw.len() - 1).unwrap_or_default().to_owned()
    }

    /// `part.part.[any part]`
    pub(super) fn property(&mut self) -> Result<Property> {
        let start = self.current.span;
        let mut parts = vec![self.part()?];
        while self.current.kind == TokenKind::Sign(".") {
            let star = star(self.current.span);
            if *self.peek() == star {
                break;
            }
            self.advance();
            parts.push(self.part()?);
        }
        Ok(Property { parts, span: Span::new(start.start, self.end) })
    }

    fn part(&mut self) -> Result<String> {
        if self.current.kind == TokenKind::Sign("[") {
            let raw = self.raw("bracket", |rest| rest.find(']').map(|end| end + 1))?;
            let inner = raw.of(self.text);
            return Ok(inner[1..inner.len() - 1].trim().to_owned());
        }
        // A part may begin with a digit, and be a keyword: `u.order`.
        let after_dot = self.text[..self.current.span.start].trim_end().ends_with('.');
        match self.current.kind {
            TokenKind::Word if after_dot => Ok(self.advance().span.of(self.text).to_owned()),
            TokenKind::Word => self.name("a property").map(|name| name.text).map_err(|mut error| {
                // A keyword before a comparator was meant as a property: `WITH limit = 1`.
                if self.word().is_some() && comparator_of(self.peek()).is_some() {
                    error.suggestion = self.word().map(|word| format!("[{word}]"));
                }
                error
            }),
            TokenKind::Number if after_dot => {
                let mut span = self.advance().span;
                if self.current.kind == TokenKind::Word && self.is_adjacent() {
                    span.end = self.advance().span.end;
                }
                Ok(span.of(self.text).to_owned())
            }
            _ => {
                self.expect_also("a property");
                Err(self.unexpected())
            }
        }
    }
}

/// The `*` of `alias.*`, directly after the dot.
fn star(dot: Span) -> crate::lexer::Token {
    crate::lexer::Token { kind: TokenKind::Sign("*"), span: Span::new(dot.end, dot.end + 1) }
}
