//! Types, which are passed over.

use super::parser::{Parser, closing};
use super::token::Kind;

impl Parser<'_> {
    /// Passes over a type, up to one of these marks outside of its brackets.
    pub(super) fn pass_type(&mut self, ends: &[&str]) {
        let mut depth = 0usize;
        while let Some(token) = self.peek(0) {
            if depth == 0 && ends.iter().any(|end| token.is(end)) {
                return;
            }
            match token.kind {
                Kind::Mark("{" | "(" | "[" | "<") => depth += 1,
                Kind::Mark("}" | ")" | "]" | ">") if depth == 0 => return,
                Kind::Mark("}" | ")" | "]" | ">") => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Passes over `<T>` before the arguments of a call; `false` where it is a comparison.
    pub(super) fn generic_call(&mut self) -> bool {
        let mut depth = 0usize;
        for (ahead, token) in self.all[self.at..].iter().enumerate().take(60) {
            match &token.kind {
                Kind::Mark("<") => depth += 1,
                Kind::Mark(">") => {
                    depth -= 1;
                    if depth == 0 {
                        let called = self.peek(ahead + 1).is_some_and(|token| token.is("("));
                        self.at += if called { ahead + 1 } else { 0 };
                        return called;
                    }
                }
                Kind::Name(_)
                | Kind::Text(_)
                | Kind::Mark("," | "|" | "&" | "." | "[" | "]" | "{" | "}" | ":" | ";" | "?") => {}
                _ => return false,
            }
        }
        false
    }

    pub(super) fn pass_type_of_cast(&mut self) {
        loop {
            match self.peek(0).map(|token| token.kind.clone()) {
                Some(Kind::Name(_) | Kind::Text(_)) => self.at += 1,
                Some(Kind::Mark("{" | "(" | "[")) => self.at = closing(self.all, self.at) + 1,
                Some(Kind::Mark("<")) => {
                    self.at += 1;
                    self.pass_type(&[]);
                    self.at += 1;
                }
                _ => return,
            }
            while self.is("[") {
                self.at = closing(self.all, self.at) + 1;
            }
            if self.is("<") || self.is(".") || self.is("|") || self.is("&") {
                self.at += usize::from(!self.is("<"));
                continue;
            }
            return;
        }
    }

    pub(super) fn pass_return_type(&mut self) {
        let mut whole = false;
        while let Some(token) = self.peek(0) {
            match token.kind {
                Kind::Mark("=>" | ";") => return,
                Kind::Mark("{") if whole => return,
                Kind::Mark("{" | "(" | "[") => {
                    self.at = closing(self.all, self.at);
                    whole = true;
                }
                Kind::Mark("<") => {
                    self.at += 1;
                    self.pass_type(&[]);
                    whole = true;
                }
                Kind::Mark("|" | "&" | ".") => whole = false,
                _ => whole = true,
            }
            self.at += 1;
        }
    }
}
