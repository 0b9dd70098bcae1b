//! Selectors and traversals.

use super::{Parser, Result};
use crate::ast::{Direction, Name, Node, OptionalSteps, Selector, Somehow, Step, Target, Traversal, Verbs};
use crate::lexer::TokenKind;
use crate::span::Span;

impl Parser<'_> {
    /// `selector [WITH predicate] [AS alias]`, the last two in either order.
    pub(super) fn node(&mut self) -> Result<Node> {
        let start = self.current.span;
        let selector = self.selector()?;
        let (mut filter, mut alias) = (None, None);
        loop {
            if filter.is_none() && self.eat_word("WITH").is_some() {
                filter = Some(self.predicate()?);
            } else if alias.is_none() && self.eat_word("AS").is_some() {
                alias = Some(self.name("an alias")?);
            } else {
                let span = Span::new(start.start, self.end);
                return Ok(Node { selector, filter, alias, span });
            }
        }
    }

    fn selector(&mut self) -> Result<Selector> {
        let start = self.current.span;
        let mut smart_classes = Vec::new();
        while self.eat_sign("#").is_some() {
            smart_classes.push(self.hyphenated("a smart class")?);
        }
        let target = if let TokenKind::Text = self.current.kind {
            Target::Text(self.text_value())
        } else if self.eat_sign("*").is_some() {
            Target::Any
        } else if self.at_sign("(") && !self.opens_steps() {
            Target::Names(self.alternatives("a class or type")?)
        } else if self.word().is_some_and(|word| !super::is_reserved(word)) {
            Target::Names(vec![self.hyphenated("a class or type")?])
        } else if !smart_classes.is_empty() {
            Target::Any
        } else {
            self.expect_also("a class or type");
            self.expect_also("*");
            return Err(self.unexpected());
        };
        Ok(Selector { smart: smart_classes, target, span: Span::new(start.start, self.end) })
    }

    /// Returns `true` if the current `(` begins an optional traversal.
    fn opens_steps(&mut self) -> bool {
        let next = self.peek().clone();
        self.is_word(&next, "THAT") || next.kind == TokenKind::Sign("(")
    }

    /// `(name | name)`
    fn alternatives(&mut self, what: &'static str) -> Result<Vec<Name>> {
        self.need_sign("(")?;
        let mut names = vec![self.hyphenated(what)?];
        while self.eat_sign("|").is_some() {
            names.push(self.hyphenated(what)?);
        }
        self.need_sign(")")?;
        Ok(names)
    }

    /// A name that may contain hyphens, such as the `_type` of a custom integration.
    fn hyphenated(&mut self, what: &'static str) -> Result<Name> {
        let mut name = self.name(what)?;
        while self.current.kind == TokenKind::Sign("-") && self.is_adjacent() {
            let hyphen = self.current.span;
            let next = self.peek();
            if !matches!(next.kind, TokenKind::Word | TokenKind::Number) || next.span.start != hyphen.end {
                break;
            }
            self.advance();
            name.span.end = self.advance().span.end;
            // `7-x` is a number and a word.
            if self.current.kind == TokenKind::Word && self.is_adjacent() {
                name.span.end = self.advance().span.end;
            }
        }
        name.text = name.span.of(self.text).to_owned();
        Ok(name)
    }

    /// The next step, if one begins here.
    pub(super) fn step(&mut self) -> Result<Option<Step>> {
        if self.at_word("THAT") {
            return Ok(Some(Step::Traversal(Box::new(self.traversal()?))));
        }
        if self.at_sign("(") && self.opens_steps() {
            return self.nested(Self::optional).map(|steps| Some(Step::Optional(steps)));
        }
        Ok(None)
    }

    fn optional(&mut self) -> Result<OptionalSteps> {
        let start = self.need_sign("(")?;
        let mut steps = Vec::new();
        while let Some(step) = self.step()? {
            steps.push(step);
        }
        if steps.is_empty() {
            return Err(self.unexpected());
        }
        self.need_sign(")")?;
        self.need_sign("?")?;
        let alias = if self.eat_word("AS").is_some() { Some(self.name("an alias")?) } else { None };
        Ok(OptionalSteps { steps, alias, span: Span::new(start.start, self.end) })
    }

    fn traversal(&mut self) -> Result<Traversal> {
        let start = self.need_word("THAT")?;
        let negated = self.eat_sign("!").is_some();
        let somehow = self.somehow()?;
        let verbs = self.verbs()?;
        let (mut direction, mut alias) = (Direction::Both, None);
        loop {
            if direction == Direction::Both && self.eat_sign(">>").is_some() {
                direction = Direction::Right;
            } else if direction == Direction::Both && self.eat_sign("<<").is_some() {
                direction = Direction::Left;
            } else if alias.is_none() && self.eat_word("AS").is_some() {
                alias = Some(self.name("an alias")?);
            } else {
                break;
            }
        }
        let node = self.node()?;
        let span = Span::new(start.start, self.end);
        Ok(Traversal { negated, somehow, verbs, direction, alias, node, span })
    }

    fn somehow(&mut self) -> Result<Option<Somehow>> {
        let Some(span) = self.eat_word("SOMEHOW") else { return Ok(None) };
        let depth = if self.current.kind == TokenKind::Number { Some(self.count()?) } else { None };
        Ok(Some(Somehow { depth, span }))
    }

    fn verbs(&mut self) -> Result<Verbs> {
        let names = if self.at_sign("(") {
            self.verb_alternatives()?
        } else if self.eat_word("RELATES").is_some() {
            self.need_word("TO")?;
            return Ok(Verbs::Any);
        } else {
            vec![self.hyphenated("a verb")?]
        };
        // A filler word without meaning: `CONTRIBUTES TO`.
        self.eat_word("TO");
        if names.iter().any(|name| name.text.eq_ignore_ascii_case("RELATES")) {
            return Ok(Verbs::Any);
        }
        Ok(Verbs::Names(names))
    }

    /// `(VERB | VERB TO)`
    fn verb_alternatives(&mut self) -> Result<Vec<Name>> {
        self.need_sign("(")?;
        let mut names = Vec::new();
        loop {
            names.push(self.hyphenated("a verb")?);
            self.eat_word("TO");
            if self.eat_sign("|").is_none() {
                break;
            }
        }
        self.need_sign(")")?;
        Ok(names)
    }
}
