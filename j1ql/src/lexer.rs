//! Splits a query into words and signs.
//!
//! The lexer works on demand: whether `/` begins a regular expression, and whether `(` begins the raw text of a
//! date, depends on what the parser expects, so the parser moves [`Lexer::offset`] itself in those places.

use crate::error::ErrorKind;
use crate::span::Span;

/// One token and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    pub kind: TokenKind,
    pub span: Span,
}

/// The kind of a token. The texts of words and numbers are read through their spans.
#[derive(Debug, Clone, PartialEq)]
pub enum TokenKind {
    Word,
    Number,
    /// A text in quotes; its value is the span without them.
    Text,
    /// `${ … }` or `{{ … }}`.
    Parameter,
    Sign(&'static str),
    End,
    /// Text that cannot be part of a query, with its error.
    Bad(ErrorKind),
}

/// The signs, longest first, so that `!~=` is not read as `!`.
const SIGNS: &[&str] = &[
    "!~=", "!^=", "!$=", "!=", "<<", "<=", ">>", ">=", "~=", "^=", "$=", "<", ">", "=", "(", ")", "[", "]",
    "|", ",", ".", "+", "-", "*", "/", "^", "!", "?", "#",
];

/// Reads tokens from an offset on.
pub struct Lexer<'q> {
    text: &'q str,
    pub offset: usize,
}

/// A comment, as written.
pub struct CommentSpan(pub Span);

impl<'q> Lexer<'q> {
    pub fn new(text: &'q str) -> Self {
        Self { text, offset: 0 }
    }

    /// Reads the next token, and appends the comments before it to `comments`.
    pub fn next(&mut self, comments: &mut Vec<CommentSpan>) -> Token {
        if let Err(bad) = self.skip_blanks(comments) {
            return bad;
        }
        let start = self.offset;
        let rest = &self.text[start..];
        let Some(first) = rest.chars().next() else {
            return self.token(TokenKind::End, start, 0);
        };
        if first.is_alphabetic() || first == '_' {
            let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            return self.token(TokenKind::Word, start, length);
        }
        if first.is_ascii_digit() {
            return self.token(TokenKind::Number, start, number(rest));
        }
        if let '"' | '\'' = first {
            return match rest[1..].find(first) {
                Some(length) => self.token(TokenKind::Text, start, length + 2),
                None => self.unterminated("string", start),
            };
        }
        for (open, close) in [("${", "}"), ("{{", "}}")] {
            if rest.starts_with(open) {
                return match rest.find(close) {
                    Some(length) => self.token(TokenKind::Parameter, start, length + close.len()),
                    None => self.unterminated("parameter", start),
                };
            }
        }
        match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            Some(sign) => self.token(TokenKind::Sign(sign), start, sign.len()),
            None => {
                let kind = TokenKind::Bad(ErrorKind::UnexpectedToken { token: first.to_string() });
                self.token(kind, start, first.len_utf8())
            }
        }
    }

    fn skip_blanks(&mut self, comments: &mut Vec<CommentSpan>) -> Result<(), Token> {
        loop {
            let rest = &self.text[self.offset..];
            let blank = rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len());
            self.offset += blank;
            let start = self.offset;
            let rest = &self.text[start..];
            if !rest.starts_with("/*") {
                return Ok(());
            }
            let Some(length) = rest[2..].find("*/") else {
                return Err(self.unterminated("comment", start));
            };
            self.offset = start + length + 4;
            comments.push(CommentSpan(Span::new(start, self.offset)));
        }
    }

    fn token(&mut self, kind: TokenKind, start: usize, length: usize) -> Token {
        self.offset = start + length;
        Token { kind, span: Span::new(start, start + length) }
    }

    fn unterminated(&mut self, what: &'static str, start: usize) -> Token {
        self.offset = self.text.len();
        let kind = TokenKind::Bad(ErrorKind::Unterminated { what });
        Token { kind, span: Span::new(start, self.text.len()) }
    }
}

/// Returns the length of `12`, `1.5` or `1e9`, but of `1` alone in `1.x`.
fn number(rest: &str) -> usize {
    let digits = |from: usize| {
        rest[from..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len() - from, |length| length)
    };
    let mut length = digits(0);
    if rest[length..].starts_with('.') && digits(length + 1) > 0 {
        length += 1 + digits(length + 1);
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<String> {
        let mut lexer = Lexer::new(text);
        let mut all = Vec::new();
        loop {
            let token = lexer.next(&mut Vec::new());
            match token.kind {
                TokenKind::End => return all,
                TokenKind::Bad(kind) => {
                    all.push(format!("bad:{}", kind.name()));
                    return all;
                }
                _ => all.push(token.span.of(text).to_owned()),
            }
        }
    }

    #[test]
    fn the_longest_sign_wins() {
        assert_eq!(kinds("a!~='b'"), ["a", "!~=", "'b'"]);
        assert_eq!(kinds("THAT !HAS>>x"), ["THAT", "!", "HAS", ">>", "x"]);
        assert_eq!(kinds("a$=b ${c}"), ["a", "$=", "b", "${c}"]);
    }

    #[test]
    fn comments_and_blanks_are_skipped() {
        assert_eq!(kinds("a/* b 'c */d"), ["a", "d"]);
        assert_eq!(kinds("a /* b"), ["a", "bad:unterminated-comment"]);
    }

    #[test]
    fn numbers_end_before_letters_and_lone_dots() {
        assert_eq!(kinds("24hr 1.5 7.days"), ["24", "hr", "1.5", "7", ".", "days"]);
    }

    #[test]
    fn unterminated_tokens_are_reported() {
        assert_eq!(kinds("'abc"), ["bad:unterminated-string"]);
        assert_eq!(kinds("{{abc"), ["bad:unterminated-parameter"]);
        assert_eq!(kinds("a § b"), ["a", "bad:unexpected-token"]);
    }
}
