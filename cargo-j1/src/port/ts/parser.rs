//! The position in the tokens of a file: what stands there, and declarations and patterns.

use super::syntax::{Expr, Pattern};
use super::token::{Kind, Token};

/// Returns the bracket that opens what encloses a token.
pub(super) fn opening(all: &[Token], at: usize) -> Option<usize> {
    let mut depth = 0usize;
    (0..at).rev().find(|at| match all[*at].kind {
        Kind::Mark("}" | ")" | "]") => {
            depth += 1;
            false
        }
        Kind::Mark("{" | "(" | "[") if depth == 0 => true,
        Kind::Mark("{" | "(" | "[") => {
            depth -= 1;
            false
        }
        _ => false,
    })
}

/// Returns the bracket that closes the one at `open`, or the end.
pub(super) fn closing(all: &[Token], open: usize) -> usize {
    let mut depth = 0usize;
    for (at, token) in all.iter().enumerate().skip(open) {
        match token.kind {
            Kind::Mark("{" | "(" | "[") => depth += 1,
            Kind::Mark("}" | ")" | "]") => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    all.len()
}

/// A reader of tokens.
pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    pub(super) all: &'t [Token],
    pub(super) at: usize,
    /// The number of expressions that enclose the position.
    pub(super) depth: usize,
}

impl Parser<'_> {
    pub(super) fn peek(&self, ahead: usize) -> Option<&Token> {
        self.all.get(self.at + ahead)
    }

    pub(super) fn is(&self, mark: &str) -> bool {
        self.peek(0).is_some_and(|token| token.is(mark))
    }

    pub(super) fn take(&mut self, mark: &str) -> bool {
        let taken = self.is(mark);
        self.at += usize::from(taken);
        taken
    }

    /// Reads what follows `const`: a pattern, perhaps its type, and the value.
    pub(super) fn declaration(&mut self) -> Option<(Pattern, Expr)> {
        let pattern = self.pattern();
        if self.take(":") {
            self.pass_type(&["=", ";"]);
        }
        self.take("=").then(|| (pattern, self.expression()))
    }

    pub(super) fn pattern(&mut self) -> Pattern {
        let start = self.at;
        match self.peek(0).map(|token| token.kind.clone()) {
            Some(Kind::Name(name)) => {
                self.at += 1;
                Pattern::Name(name)
            }
            Some(Kind::Mark("{")) => {
                let end = closing(self.all, start);
                let mut members = Vec::new();
                let mut at = start + 1;
                while at < end {
                    if let Some(name) = self.all[at].name() {
                        let renamed = self.all.get(at + 1).is_some_and(|token| token.is(":"));
                        let local =
                            if renamed { self.all.get(at + 2).and_then(Token::name) } else { Some(name) };
                        members.extend(local.map(|local| (name.to_owned(), local.to_owned())));
                    }
                    // A default, or a pattern in the pattern, is passed over.
                    let mut depth = 0usize;
                    while at < end && !(depth == 0 && self.all[at].is(",")) {
                        match self.all[at].kind {
                            Kind::Mark("{" | "(" | "[") => depth += 1,
                            Kind::Mark("}" | ")" | "]") => depth = depth.saturating_sub(1),
                            _ => {}
                        }
                        at += 1;
                    }
                    at += 1;
                }
                self.at = end + 1;
                Pattern::Members(members)
            }
            // `const [Type, assign] = …`
            Some(Kind::Mark("[")) => {
                let end = closing(self.all, start).min(self.all.len());
                let (mut items, mut place, mut depth) = (Vec::new(), 0, 0usize);
                for at in start + 1..end {
                    let token = &self.all[at];
                    match token.kind {
                        Kind::Mark("{" | "(" | "[") => depth += 1,
                        Kind::Mark("}" | ")" | "]") => depth = depth.saturating_sub(1),
                        Kind::Mark(",") if depth == 0 => place += 1,
                        _ if depth == 0 && (self.all[at - 1].is("[") || self.all[at - 1].is(",")) => {
                            items.extend(token.name().map(|name| (place, name.to_owned())));
                        }
                        _ => {}
                    }
                }
                self.at = end + 1;
                Pattern::Items(items)
            }
            _ => Pattern::Other,
        }
    }
}
