//! A recursive descent parser.
//!
//! [`Parser`] holds the current token and, when asked, the one after it. Tokens that were tried at the current position
//! without success are collected in `expected`, so that an error can list them. Recursion is counted: no query can make
//! the parser go deeper than [`MAX_DEPTH`].

mod expression;
mod node;
mod predicate;

use crate::ast::{Comment, Comparator, Count, Name, Ordering, Query, Returns};
use crate::error::{Error, ErrorKind};
use crate::lexer::{CommentSpan, Lexer, Token, TokenKind};
use crate::span::Span;
use crate::{MAX_BYTES, MAX_DEPTH};

type Result<T> = std::result::Result<T, Error>;

/// The greatest `LIMIT` of the service.
const MAX_LIMIT: u64 = 250;

/// Words that end a value, so that they are not taken for names.
const RESERVED: &[&str] =
    &["FIND", "THAT", "WITH", "AS", "WHERE", "RETURN", "ORDER", "SKIP", "LIMIT", "AND", "OR", "ASC", "DESC"];

/// Reads a query.
pub fn parse(text: &str) -> Result<Query> {
    if text.len() > MAX_BYTES {
        let kind = ErrorKind::TooLong { bytes: text.len() };
        return Err(Error::new(text, Span::default(), kind));
    }
    let mut parser = Parser::new(text);
    if parser.current.kind == TokenKind::End {
        return Err(Error::new(text, Span::default(), ErrorKind::EmptyQuery));
    }
    let mut query = parser.query()?;
    if parser.current.kind != TokenKind::End {
        return Err(parser.unexpected());
    }
    let comments = std::mem::take(&mut parser.comments);
    query.comments = comments
        .into_iter()
        .map(|CommentSpan(span)| Comment { text: span.of(text).to_owned(), span })
        .collect();
    Ok(query)
}

struct Parser<'q> {
    text: &'q str,
    lexer: Lexer<'q>,
    current: Token,
    /// The token after `current`, with the comments before it, once something has looked at it.
    next: Option<(Token, Vec<CommentSpan>)>,
    /// The end of the token before `current`.
    end: usize,
    depth: usize,
    expected: Vec<&'static str>,
    comments: Vec<CommentSpan>,
}

impl<'q> Parser<'q> {
    fn new(text: &'q str) -> Self {
        let mut lexer = Lexer::new(text);
        let mut comments = Vec::new();
        let current = lexer.next(&mut comments);
        Self { text, lexer, current, next: None, end: 0, depth: 0, expected: Vec::new(), comments }
    }

    /// Moves to the next token and returns the one it leaves.
    fn advance(&mut self) -> Token {
        let next = match self.next.take() {
            Some((token, comments)) => {
                self.comments.extend(comments);
                token
            }
            None => self.lexer.next(&mut self.comments),
        };
        self.expected.clear();
        let left = std::mem::replace(&mut self.current, next);
        self.end = left.span.end;
        left
    }

    fn peek(&mut self) -> &Token {
        let lexer = &mut self.lexer;
        let (token, _) = self.next.get_or_insert_with(|| {
            let mut comments = Vec::new();
            (lexer.next(&mut comments), comments)
        });
        token
    }

    /// Reads raw text from the current token's start, as `read` says how far, and moves behind it.
    ///
    /// `read` gets the text from there and returns its length; `None` when the text does not end.
    fn raw(&mut self, what: &'static str, read: impl Fn(&str) -> Option<usize>) -> Result<Span> {
        let start = self.current.span.start;
        let Some(length) = read(&self.text[start..]) else {
            let kind = ErrorKind::Unterminated { what };
            return Err(Error::new(self.text, Span::new(start, self.text.len()), kind));
        };
        let span = Span::new(start, start + length);
        self.next = None;
        self.lexer.offset = span.end;
        // A comment sign inside the raw text is not a comment.
        self.comments.retain(|CommentSpan(comment)| comment.end <= start);
        self.current = self.lexer.next(&mut self.comments);
        self.end = span.end;
        self.expected.clear();
        Ok(span)
    }

    fn word(&self) -> Option<&'q str> {
        (self.current.kind == TokenKind::Word).then(|| self.current.span.of(self.text))
    }

    fn is_word(&self, token: &Token, word: &str) -> bool {
        token.kind == TokenKind::Word && token.span.of(self.text).eq_ignore_ascii_case(word)
    }

    fn at_word(&mut self, word: &'static str) -> bool {
        let found = self.word().is_some_and(|current| current.eq_ignore_ascii_case(word));
        if !found {
            self.expect_also(word);
        }
        found
    }

    fn at_sign(&mut self, sign: &'static str) -> bool {
        let found = self.current.kind == TokenKind::Sign(sign);
        if !found {
            self.expect_also(sign);
        }
        found
    }

    /// Notes something that could have stood at the current token.
    fn expect_also(&mut self, what: &'static str) {
        if !self.expected.contains(&what) {
            self.expected.push(what);
        }
    }

    fn eat_word(&mut self, word: &'static str) -> Option<Span> {
        self.at_word(word).then(|| self.advance().span)
    }

    fn eat_sign(&mut self, sign: &'static str) -> Option<Span> {
        self.at_sign(sign).then(|| self.advance().span)
    }

    fn need_word(&mut self, word: &'static str) -> Result<Span> {
        self.eat_word(word).ok_or_else(|| self.unexpected())
    }

    fn need_sign(&mut self, sign: &'static str) -> Result<Span> {
        self.eat_sign(sign).ok_or_else(|| self.unexpected())
    }

    /// Returns `true` if the current token follows the one before without a blank.
    fn is_adjacent(&self) -> bool {
        self.end == self.current.span.start
    }

    /// The error of a current token that fits nowhere.
    fn unexpected(&self) -> Error {
        let kind = match &self.current.kind {
            TokenKind::Bad(kind) => kind.clone(),
            TokenKind::End => ErrorKind::UnexpectedEnd,
            TokenKind::Word => ErrorKind::UnexpectedToken { token: self.dotted_word().to_owned() },
            _ => ErrorKind::UnexpectedToken { token: self.current.span.of(self.text).to_owned() },
        };
        let mut error = Error::new(self.text, self.current.span, kind);
        error.expected.clone_from(&self.expected);
        error.expected.sort_unstable();
        error
    }

    /// The current word with what follows it after dots: `u.email`.
    fn dotted_word(&self) -> &'q str {
        let rest = &self.text[self.current.span.start..];
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        let length = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        rest[..length].trim_end_matches('.')
    }

    fn error(&self, span: Span, kind: ErrorKind) -> Error {
        Error::new(self.text, span, kind)
    }

    /// Runs `inner` one level deeper.
    fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == MAX_DEPTH {
            return Err(self.error(self.current.span, ErrorKind::TooDeep));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    /// Reads one name: a word that is not a keyword.
    fn name(&mut self, what: &'static str) -> Result<Name> {
        match self.word() {
            Some(word) if !is_reserved(word) => {
                let span = self.advance().span;
                Ok(Name { text: word.to_owned(), span })
            }
            _ => {
                self.expect_also(what);
                Err(self.unexpected())
            }
        }
    }

    fn query(&mut self) -> Result<Query> {
        let start = self.current.span;
        self.eat_word("FIND");
        let unique = self.eat_word("UNIQUE");
        let node = self.node()?;
        let mut steps = Vec::new();
        while let Some(step) = self.step()? {
            steps.push(step);
        }
        let filter = if self.eat_word("WHERE").is_some() { Some(self.predicate()?) } else { None };
        let mut query = Query {
            span: start,
            unique,
            start: node,
            steps,
            filter,
            returns: None,
            order_by: Vec::new(),
            skip: None,
            limit: None,
            comments: Vec::new(),
        };
        while self.clause(&mut query)? {}
        if let Some(suggestion) = self.forgotten_with() {
            let mut error = self.unexpected();
            error.suggestion = Some(suggestion);
            return Err(error);
        }
        query.span = Span::new(start.start, self.end);
        Ok(query)
    }

    /// Reads one of the clauses at the end, each of which may occur once.
    fn clause(&mut self, query: &mut Query) -> Result<bool> {
        if query.returns.is_none() && self.eat_word("RETURN").is_some() {
            query.returns = Some(self.returns()?);
        } else if query.order_by.is_empty() && self.eat_word("ORDER").is_some() {
            self.need_word("BY")?;
            query.order_by = self.orderings()?;
        } else if query.skip.is_none() && self.eat_word("SKIP").is_some() {
            query.skip = Some(self.count()?);
        } else if query.limit.is_none() && self.eat_word("LIMIT").is_some() {
            let limit = self.count()?;
            if !(1..=MAX_LIMIT).contains(&limit.value) {
                return Err(self.error(limit.span, ErrorKind::LimitRange));
            }
            query.limit = Some(limit);
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// A property and a comparator where a clause should begin: the `WITH` was forgotten.
    fn forgotten_with(&mut self) -> Option<String> {
        self.word()?;
        comparator_of(self.peek()).map(|_| "with".to_owned())
    }

    fn count(&mut self) -> Result<Count> {
        if self.current.kind != TokenKind::Number {
            self.expect_also("a number");
            return Err(self.unexpected());
        }
        let span = self.advance().span;
        let value = span.of(self.text).parse();
        value.map(|value| Count { value, span }).map_err(|_| self.error(span, ErrorKind::BadNumber))
    }

    fn number(&mut self) -> Result<f64> {
        let span = self.advance().span;
        match span.of(self.text).parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => Err(self.error(span, ErrorKind::BadNumber)),
        }
    }

    fn orderings(&mut self) -> Result<Vec<Ordering>> {
        let mut all = Vec::new();
        loop {
            let value = self.expression()?;
            let descending = self.eat_word("ASC").is_none() && self.eat_word("DESC").is_some();
            all.push(Ordering { value, descending });
            if self.eat_sign(",").is_none() {
                return Ok(all);
            }
        }
    }

    fn returns(&mut self) -> Result<Returns> {
        if self.at_word("TREE") && !matches!(self.peek().kind, TokenKind::Sign("." | ",")) {
            return Ok(Returns::Tree(self.advance().span));
        }
        let mut columns = Vec::new();
        loop {
            columns.push(self.column()?);
            if self.eat_sign(",").is_none() {
                return Ok(Returns::Columns(columns));
            }
        }
    }
}

/// Returns the comparator that a token is.
fn comparator_of(token: &Token) -> Option<Comparator> {
    Comparator::ALL.into_iter().find(|comparator| token.kind == TokenKind::Sign(comparator.as_str()))
}

fn is_reserved(word: &str) -> bool {
    RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(word))
}
