//! Functions, and what they declare and return.

use super::parser::{Parser, closing};
use super::syntax::{Expr, Function, Pattern};

impl Parser<'_> {
    /// Returns `true` where an arrow function begins.
    pub(super) fn is_arrow(&self) -> bool {
        let start = self.at + usize::from(self.peek(0).is_some_and(|token| token.is_name("async")));
        let Some(first) = self.all.get(start) else { return false };
        if first.name().is_some() {
            return self.all.get(start + 1).is_some_and(|token| token.is("=>"));
        }
        if !first.is("(") {
            return false;
        }
        let behind = closing(self.all, start) + 1;
        match self.all.get(behind) {
            Some(token) if token.is("=>") => true,
            Some(token) if token.is(":") => {
                let mut parser = Parser { text: self.text, all: self.all, at: behind + 1, depth: self.depth };
                parser.pass_type(&["=>", ",", ";"]);
                parser.is("=>")
            }
            _ => false,
        }
    }

    pub(super) fn arrow(&mut self) -> Expr {
        self.at += usize::from(self.peek(0).is_some_and(|token| token.is_name("async")));
        let function = if self.is("(") {
            self.function_from_parameters()
        } else {
            let parameters = vec![self.pattern()];
            Some(self.body(parameters))
        };
        function.map_or(Expr::Other, |one| Expr::Function(Box::new(one)))
    }

    pub(super) fn function_from_parameters(&mut self) -> Option<Function> {
        if self.is("<") {
            self.at += 1;
            self.pass_type(&[]);
            self.at += 1;
        }
        if !self.is("(") {
            return None;
        }
        let end = closing(self.all, self.at);
        let mut parameters = Vec::new();
        self.at += 1;
        while self.at < end {
            let start = self.at;
            parameters.push(self.pattern());
            self.pass_type(&[","]);
            self.take(",");
            self.at = self.at.max(start + 1);
        }
        self.at = end + 1;
        if self.take(":") {
            // The body begins at a bracket that follows a whole type.
            self.pass_return_type();
        }
        Some(self.body(parameters))
    }

    pub(super) fn body(&mut self, parameters: Vec<Pattern>) -> Function {
        self.take("=>");
        let mut function = Function { parameters, ..Function::default() };
        if !self.is("{") {
            function.returns.push(self.expression());
            return function;
        }
        let end = closing(self.all, self.at);
        let mut at = self.at + 1;
        while at < end {
            let word = self.all[at].name().unwrap_or_default();
            let mut parser = Parser { text: self.text, all: &self.all[..end], at: at + 1, depth: self.depth };
            match word {
                "const" => {
                    let declared = parser.declaration();
                    function
                        .locals
                        .extend(declared.into_iter().flat_map(|(name, value)| name.declares(value)));
                }
                // It gets other values later.
                "let" => {
                    let declared = parser.declaration().map(|(name, _)| name.declares(Expr::Other));
                    let names = declared.into_iter().flatten().map(|(name, _)| (name, Expr::Other));
                    function.locals.extend(names);
                }
                "return" => function.returns.push(parser.expression()),
                _ => {}
            }
            at += 1;
        }
        self.at = end + 1;
        function
    }
}
