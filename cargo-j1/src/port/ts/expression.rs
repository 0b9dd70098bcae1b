//! Expressions and objects.

use super::parser::{Parser, closing};
use super::syntax::{Entry, Expr};
use super::token::{Kind, Token};

/// The depth to which expressions are read.
const DEEPEST: usize = 64;

impl Parser<'_> {
    /// Reads an expression, and leaves the position behind it even where it was not understood.
    pub(super) fn expression(&mut self) -> Expr {
        let start = self.at;
        self.depth += 1;
        let read = if self.depth > DEEPEST { Expr::Other } else { self.choice() };
        self.depth -= 1;
        let ends = |token: &Token| [",", ")", "]", "}", ";", ":"].iter().any(|end| token.is(end));
        let done = self.peek(0).is_none_or(ends) || self.starts_statement();
        if done && self.at > start {
            return read;
        }
        // Passed over as far as it goes.
        let mut depth = 0usize;
        while let Some(token) = self.peek(0) {
            match token.kind {
                Kind::Mark("{" | "(" | "[") => depth += 1,
                Kind::Mark("}" | ")" | "]" | "," | ";") if depth == 0 => break,
                Kind::Mark("}" | ")" | "]") => depth -= 1,
                _ if depth == 0 && self.at > start && self.starts_statement() => break,
                _ => {}
            }
            self.at += 1;
        }
        Expr::Other
    }

    /// Returns `true` at the end, and at a name that begins a line.
    pub(super) fn starts_statement(&self) -> bool {
        let Some(token) = self.peek(0) else { return true };
        let line_before = self.at.checked_sub(1).and_then(|at| self.all.get(at)).is_some_and(|before| {
            self.text.get(before.end..token.start).is_some_and(|between| between.contains('\n'))
        });
        line_before && token.name().is_some()
    }

    pub(super) fn choice(&mut self) -> Expr {
        let condition = self.binary(0);
        if !self.take("?") {
            return condition;
        }
        let yes = self.expression();
        if !self.take(":") {
            return Expr::Other;
        }
        let no = self.expression();
        Expr::Choice(Box::new(condition), Box::new(yes), Box::new(no))
    }

    pub(super) fn binary(&mut self, least: usize) -> Expr {
        const OPERATORS: [(&str, usize); 14] = [
            ("??", 1),
            ("||", 1),
            ("&&", 2),
            ("===", 3),
            ("!==", 3),
            ("==", 3),
            ("!=", 3),
            ("<", 4),
            (">", 4),
            ("<=", 4),
            (">=", 4),
            ("+", 5),
            ("-", 5),
            ("*", 6),
        ];
        let mut left = self.unary();
        while let Some((operator, rank)) =
            OPERATORS.iter().find(|(operator, rank)| *rank > least && self.is(operator)).copied()
        {
            self.at += 1;
            let right = self.binary(rank);
            left = Expr::Binary(operator, Box::new(left), Box::new(right));
        }
        left
    }

    pub(super) fn unary(&mut self) -> Expr {
        if self.take("!") {
            return Expr::Not(Box::new(self.unary()));
        }
        if self.take("...") {
            return Expr::Spread(Box::new(self.expression()));
        }
        if self.take("-") {
            return match self.unary() {
                Expr::Number(number) => Expr::Number(format!("-{number}")),
                _ => Expr::Other,
            };
        }
        let passed =
            ["await", "new", "void"].iter().any(|word| self.peek(0).is_some_and(|token| token.is_name(word)));
        if passed {
            self.at += 1;
            return self.unary();
        }
        let first = self.primary();
        self.behind(first)
    }

    /// Reads what stands behind an expression: members, calls, and types, which are passed over.
    pub(super) fn behind(&mut self, mut expression: Expr) -> Expr {
        loop {
            if self.take("?.") || self.take(".") {
                if self.is("[") || self.is("(") {
                    continue;
                }
                let Some(name) = self.peek(0).and_then(Token::name).map(str::to_owned) else {
                    return Expr::Other;
                };
                self.at += 1;
                expression = Expr::Member(Box::new(expression), name);
            } else if self.is("[") {
                self.at += 1;
                let index = self.expression();
                if !self.take("]") {
                    return Expr::Other;
                }
                expression = match index {
                    Expr::Text(name) => Expr::Member(Box::new(expression), name),
                    index => Expr::Index(Box::new(expression), Box::new(index)),
                };
            } else if self.is("(") {
                let arguments = self.list("(", ")");
                expression = Expr::Call(Box::new(expression), arguments);
            } else if self.is("!") && !self.peek(1).is_some_and(|token| token.is("=")) {
                self.at += 1;
            } else if self.is("<") && self.generic_call() {
            } else if self.peek(0).is_some_and(|token| token.is_name("as") || token.is_name("satisfies")) {
                self.at += 1;
                self.pass_type_of_cast();
            } else {
                return expression;
            }
        }
    }

    pub(super) fn list(&mut self, open: &str, close: &str) -> Vec<Expr> {
        let end = closing(self.all, self.at);
        let mut items = Vec::new();
        self.at += usize::from(self.is(open));
        while self.at < end {
            let start = self.at;
            if !self.is(",") {
                items.push(self.expression());
            }
            self.take(",");
            self.at = self.at.max(start + 1);
        }
        self.at = end + usize::from(self.all.get(end).is_some_and(|token| token.is(close)));
        items
    }

    pub(super) fn primary(&mut self) -> Expr {
        let Some(token) = self.peek(0).cloned() else { return Expr::Other };
        if self.is_arrow() {
            return self.arrow();
        }
        match token.kind {
            Kind::Text(text) => self.one(Expr::Text(text)),
            Kind::Number(number) => self.one(Expr::Number(number)),
            Kind::Regex => self.one(Expr::Other),
            Kind::Template(parts) => {
                let read = |(text, code): (String, Option<Vec<Token>>)| {
                    let code = code.map(|code| {
                        Parser { text: self.text, all: &code, at: 0, depth: self.depth }.expression()
                    });
                    (text, code)
                };
                let parts = parts.into_iter().map(read).collect();
                self.one(Expr::Template(parts))
            }
            Kind::Name(name) => match name.as_str() {
                "true" | "false" => self.one(Expr::Bool(name == "true")),
                "null" | "undefined" => self.one(Expr::Null),
                "function" => {
                    self.at += 1;
                    self.at += usize::from(self.peek(0).is_some_and(|token| token.name().is_some()));
                    self.function_from_parameters().map_or(Expr::Other, |one| Expr::Function(Box::new(one)))
                }
                "typeof" => Expr::Other,
                _ => self.one(Expr::Name(name)),
            },
            Kind::Mark("{") => self.object(),
            Kind::Mark("[") => Expr::List(self.list("[", "]")),
            Kind::Mark("(") => {
                self.at += 1;
                let inner = self.expression();
                if self.take(")") { inner } else { Expr::Other }
            }
            Kind::Mark(_) => Expr::Other,
        }
    }

    pub(super) fn one(&mut self, expression: Expr) -> Expr {
        self.at += 1;
        expression
    }

    pub(super) fn object(&mut self) -> Expr {
        let end = closing(self.all, self.at);
        let mut entries = Vec::new();
        self.at += 1;
        while self.at < end {
            let start = self.at;
            if let Some(entry) = self.entry() {
                let from = self.all[start].start;
                let to = self.all.get(self.at.saturating_sub(1)).map_or(from, |token| token.end);
                let text = self.text.get(from..to).unwrap_or_default().to_owned();
                entries.push(Entry { text, ..entry });
            }
            while self.at < end && !self.is(",") {
                self.at += 1;
            }
            self.take(",");
            self.at = self.at.max(start + 1);
        }
        self.at = end + 1;
        Expr::Object(entries)
    }

    pub(super) fn entry(&mut self) -> Option<Entry> {
        let entry = |key, value| Some(Entry { key, value, text: String::new() });
        if self.take("...") {
            return entry(None, self.expression());
        }
        if self.is("[") {
            self.at += 1;
            let key = self.expression();
            self.take("]");
            return self.take(":").then(|| self.expression()).and_then(|value| entry(Some(key), value));
        }
        let kind = self.peek(0).map(|token| token.kind.clone())?;
        let (Kind::Name(name) | Kind::Text(name) | Kind::Number(name)) = kind else { return None };
        self.at += 1;
        if self.take(":") {
            return entry(Some(Expr::Text(name)), self.expression());
        }
        if self.is(",") || self.is("}") {
            return entry(Some(Expr::Text(name.clone())), Expr::Name(name));
        }
        // A method: its name is all that counts.
        entry(Some(Expr::Text(name)), Expr::Other)
    }
}
