//! Expressions and declarations.

use std::collections::BTreeMap;

use super::token::{Kind, Token, tokens};

/// An expression, as far as it was read.
#[derive(Debug, Clone)]
pub enum Expr {
    Text(String),
    Number(String),
    Bool(bool),
    /// `null` and `undefined`.
    Null,
    Template(Vec<(String, Option<Expr>)>),
    Name(String),
    Member(Box<Expr>, String),
    Index(Box<Expr>, Box<Expr>),
    Call(Box<Expr>, Vec<Expr>),
    Object(Vec<Entry>),
    List(Vec<Expr>),
    Spread(Box<Expr>),
    Not(Box<Expr>),
    Binary(&'static str, Box<Expr>, Box<Expr>),
    Choice(Box<Expr>, Box<Expr>, Box<Expr>),
    Function(Box<Function>),
    /// Something that is not read.
    Other,
}

/// A member of an object.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its name; `None` for what is spread.
    pub key: Option<Expr>,
    pub value: Expr,
    /// Its text in the source.
    pub text: String,
}

impl Entry {
    /// Returns its name if that is a constant.
    pub fn name(&self) -> Option<&str> {
        if let Some(Expr::Text(name)) = &self.key { Some(name) } else { None }
    }
}

/// Returns the value of the first member of this name.
pub fn member<'e>(entries: &'e [Entry], name: &str) -> Option<&'e Expr> {
    entries.iter().find(|entry| entry.name() == Some(name)).map(|entry| &entry.value)
}

/// The left side of a declaration, or a parameter.
#[derive(Debug, Clone)]
pub enum Pattern {
    Name(String),
    /// Members by name, and the local name of each.
    Members(Vec<(String, String)>),
    Other,
}

/// A function.
#[derive(Debug, Clone, Default)]
pub struct Function {
    pub parameters: Vec<Pattern>,
    /// Declarations in its body.
    pub locals: Vec<(Pattern, Expr)>,
    /// The expressions that it returns, in order.
    pub returns: Vec<Expr>,
    /// Its place in the tokens of the file.
    pub range: (usize, usize),
}

/// A name that a file imports.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The module, as the file writes it.
    pub module: String,
    /// The name there.
    pub name: String,
}

/// A file.
#[derive(Debug, Default)]
pub struct Source {
    pub text: String,
    pub tokens: Vec<Token>,
    pub imports: BTreeMap<String, Imported>,
    /// Modules whose names it exports.
    pub exports: Vec<String>,
    pub constants: BTreeMap<String, Expr>,
    pub functions: BTreeMap<String, Function>,
}

/// An object that has a member of a certain name, and the function around it.
#[derive(Debug)]
pub struct Stated<'s> {
    pub entries: Vec<Entry>,
    pub function: Option<(&'s str, &'s Function)>,
}

/// The depth to which expressions are read.
const DEEPEST: usize = 64;

impl Source {
    /// Reads a file.
    pub fn read(text: String) -> Self {
        let mut source = Self { tokens: tokens(&text), text, ..Self::default() };
        let all = std::mem::take(&mut source.tokens);
        source.declarations(&all);
        source.tokens = all;
        source
    }

    fn declarations(&mut self, all: &[Token]) {
        let mut at = 0;
        let mut depth = 0usize;
        while let Some(token) = all.get(at) {
            match &token.kind {
                Kind::Mark("{" | "(" | "[") => depth += 1,
                Kind::Mark("}" | ")" | "]") => depth = depth.saturating_sub(1),
                Kind::Name(name) if depth == 0 => {
                    let next = match name.as_str() {
                        "import" => self.import(all, at),
                        "export" => self.export(all, at),
                        "enum" => self.enumeration(all, at),
                        "const" | "let" | "var" => self.constant(all, at),
                        "function" => self.function(all, at),
                        _ => None,
                    };
                    if let Some(next) = next.filter(|next| *next > at) {
                        at = next;
                        continue;
                    }
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// Reads `import { A as B } from './c'`.
    fn import(&mut self, all: &[Token], at: usize) -> Option<usize> {
        let from = (at..all.len().min(at + 400)).find(|at| all[*at].is_name("from") || all[*at].is(";"))?;
        let Kind::Text(module) = &all.get(from + 1)?.kind else { return Some(from + 1) };
        let names: Vec<&Token> = all[at + 1..from].iter().filter(|token| token.name().is_some()).collect();
        let mut index = 0;
        while let Some(name) = names.get(index).and_then(|token| token.name()) {
            let renamed = names.get(index + 1).is_some_and(|token| token.is_name("as"));
            let local =
                if renamed { names.get(index + 2).and_then(|token| token.name()) } else { Some(name) };
            if let Some(local) = local {
                self.imports
                    .insert(local.to_owned(), Imported { module: module.clone(), name: name.to_owned() });
            }
            index += if renamed { 3 } else { 1 };
        }
        Some(from + 2)
    }

    /// Reads `export * from './a'` and `export { B } from './c'`; other exports are declarations.
    fn export(&mut self, all: &[Token], at: usize) -> Option<usize> {
        let next = all.get(at + 1)?;
        if !next.is("*") && !next.is("{") {
            return None;
        }
        let from = (at..all.len().min(at + 200)).find(|at| all[*at].is_name("from") || all[*at].is(";"))?;
        if let Some(Kind::Text(module)) = all.get(from + 1).map(|token| &token.kind) {
            self.exports.push(module.clone());
        }
        Some(from + 1)
    }

    /// Reads an enum as an object of its members.
    fn enumeration(&mut self, all: &[Token], at: usize) -> Option<usize> {
        let name = all.get(at + 1)?.name()?.to_owned();
        let open = at + 2;
        all.get(open).filter(|token| token.is("{"))?;
        let end = closing(all, open);
        let mut entries = Vec::new();
        let mut parser = Parser { text: &self.text, all, at: open + 1, depth: 0 };
        while parser.at < end {
            let start = parser.at;
            let key = match &all[start].kind {
                Kind::Name(name) | Kind::Text(name) => Expr::Text(name.clone()),
                _ => {
                    parser.at += 1;
                    continue;
                }
            };
            parser.at += 1;
            let value = if parser.take("=") { parser.expression() } else { key.clone() };
            entries.push(Entry { key: Some(key), value, text: String::new() });
            parser.at = parser.at.max(start + 1);
        }
        self.constants.insert(name, Expr::Object(entries));
        Some(end + 1)
    }

    fn constant(&mut self, all: &[Token], at: usize) -> Option<usize> {
        let mut parser = Parser { text: &self.text, all, at: at + 1, depth: 0 };
        let (pattern, value) = parser.declaration()?;
        let end = parser.at;
        match (pattern, value) {
            (Pattern::Name(name), Expr::Function(mut function)) => {
                function.range = (at, end);
                self.functions.insert(name, *function);
            }
            (Pattern::Name(name), value) => {
                self.constants.insert(name, value);
            }
            (Pattern::Members(members), value) => {
                for (member, local) in members {
                    let value = Expr::Member(Box::new(value.clone()), member);
                    self.constants.insert(local, value);
                }
            }
            (Pattern::Other, _) => {}
        }
        Some(end)
    }

    fn function(&mut self, all: &[Token], at: usize) -> Option<usize> {
        let name_at = if all.get(at + 1)?.is("*") { at + 2 } else { at + 1 };
        let name = all.get(name_at)?.name()?.to_owned();
        let mut parser = Parser { text: &self.text, all, at: name_at + 1, depth: 0 };
        let mut function = parser.function_from_parameters()?;
        function.range = (at, parser.at);
        self.functions.insert(name, function);
        Some(parser.at)
    }

    /// Finds the objects that have a member of this name, wherever they stand.
    pub fn objects_with(&self, member: &str) -> Vec<Stated<'_>> {
        let is_key = |at: &usize| {
            let before = at.checked_sub(1).and_then(|at| self.tokens.get(at));
            let behind = self.tokens.get(at + 1);
            self.tokens[*at].is_name(member)
                && before.is_some_and(|token| token.is("{") || token.is(","))
                && behind
                    .is_some_and(|token| token.is(":") || token.is(",") || token.is("}") || token.is("("))
        };
        let mut found: Vec<Stated<'_>> = Vec::new();
        let mut seen = Vec::new();
        for at in (0..self.tokens.len()).filter(is_key) {
            let Some(open) = opening(&self.tokens, at).filter(|open| !seen.contains(open)) else { continue };
            seen.push(open);
            let mut parser = Parser { text: &self.text, all: &self.tokens, at: open, depth: 0 };
            let Expr::Object(entries) = parser.primary() else { continue };
            let around = self.functions.iter().filter(|(_, one)| one.range.0 < open && open < one.range.1);
            let function = around.max_by_key(|(_, one)| one.range.0).map(|(name, one)| (name.as_str(), one));
            found.push(Stated { entries, function });
        }
        found
    }
}

/// Returns the bracket that opens what encloses a token.
fn opening(all: &[Token], at: usize) -> Option<usize> {
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
fn closing(all: &[Token], open: usize) -> usize {
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

struct Parser<'t> {
    text: &'t str,
    all: &'t [Token],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self, ahead: usize) -> Option<&Token> {
        self.all.get(self.at + ahead)
    }

    fn is(&self, mark: &str) -> bool {
        self.peek(0).is_some_and(|token| token.is(mark))
    }

    fn take(&mut self, mark: &str) -> bool {
        let taken = self.is(mark);
        self.at += usize::from(taken);
        taken
    }

    /// Reads what follows `const`: a pattern, perhaps its type, and the value.
    fn declaration(&mut self) -> Option<(Pattern, Expr)> {
        let pattern = self.pattern();
        if self.take(":") {
            self.pass_type(&["=", ";"]);
        }
        self.take("=").then(|| (pattern, self.expression()))
    }

    fn pattern(&mut self) -> Pattern {
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
            // `const [Type, assign] = …`: the first name stands for the value.
            Some(Kind::Mark("[")) => {
                let first = self.peek(1).and_then(Token::name).map(str::to_owned);
                self.at = closing(self.all, start) + 1;
                first.map_or(Pattern::Other, Pattern::Name)
            }
            _ => Pattern::Other,
        }
    }

    /// Passes over a type, up to one of these marks outside of its brackets.
    fn pass_type(&mut self, ends: &[&str]) {
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

    /// Reads an expression, and leaves the position behind it even where it was not understood.
    pub fn expression(&mut self) -> Expr {
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
    fn starts_statement(&self) -> bool {
        let Some(token) = self.peek(0) else { return true };
        let line_before = self.at.checked_sub(1).and_then(|at| self.all.get(at)).is_some_and(|before| {
            self.text.get(before.end..token.start).is_some_and(|between| between.contains('\n'))
        });
        line_before && token.name().is_some()
    }

    fn choice(&mut self) -> Expr {
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

    fn binary(&mut self, least: usize) -> Expr {
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

    fn unary(&mut self) -> Expr {
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
    fn behind(&mut self, mut expression: Expr) -> Expr {
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

    /// Passes over `<T>` before the arguments of a call; `false` where it is a comparison.
    fn generic_call(&mut self) -> bool {
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

    fn pass_type_of_cast(&mut self) {
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

    fn list(&mut self, open: &str, close: &str) -> Vec<Expr> {
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

    pub fn primary(&mut self) -> Expr {
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

    fn one(&mut self, expression: Expr) -> Expr {
        self.at += 1;
        expression
    }

    /// Returns `true` where an arrow function begins.
    fn is_arrow(&self) -> bool {
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

    fn arrow(&mut self) -> Expr {
        self.at += usize::from(self.peek(0).is_some_and(|token| token.is_name("async")));
        let function = if self.is("(") {
            self.function_from_parameters()
        } else {
            let parameters = vec![self.pattern()];
            Some(self.body(parameters))
        };
        function.map_or(Expr::Other, |one| Expr::Function(Box::new(one)))
    }

    fn function_from_parameters(&mut self) -> Option<Function> {
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

    fn pass_return_type(&mut self) {
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

    fn body(&mut self, parameters: Vec<Pattern>) -> Function {
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
                "const" | "let" => function.locals.extend(parser.declaration()),
                "return" => function.returns.push(parser.expression()),
                _ => {}
            }
            at += 1;
        }
        self.at = end + 1;
        function
    }

    fn object(&mut self) -> Expr {
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

    fn entry(&mut self) -> Option<Entry> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_imports_and_functions_are_read() {
        let source = Source::read(
            "import { A, B as C } from './a';\nexport * from './b';\n\
             export const X: Record<'P' | 'Q', Meta> = { P: { _type: 'p', list: [1, ...Y] as const }, [K.Q]: { _type: `q_${Z}` } };\n\
             export enum E { ONE = 'one', TWO = 'two' }\n\
             export function f<T>(data: T, { id, name: n = 'x' }: { id: string }): Promise<Foo | null> {\n\
               const { status } = data;\n  return create({ _key: key(id), active: status === 'ON', when: parse(data?.at!)! });\n}\n\
             const g = async (a: string): Promise<void> => `k:${a}`;\n"
                .to_owned(),
        );
        assert_eq!(source.imports["C"].name, "B");
        assert_eq!(source.exports, ["./b"]);
        assert!(source.constants.contains_key("X") && source.constants.contains_key("E"));
        let f = &source.functions["f"];
        assert!(
            matches!(&f.parameters[1], Pattern::Members(all) if all[1] == ("name".to_owned(), "n".to_owned()))
        );
        assert_eq!((f.locals.len(), f.returns.len()), (1, 1));
        assert!(matches!(source.functions["g"].returns[0], Expr::Template(_)));
        let found = source.objects_with("_key");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].entries.len(), 3);
        assert_eq!(found[0].function.map(|(name, _)| name), Some("f"));
    }

    #[test]
    fn anything_is_read_to_its_end() {
        for text in [
            "const a = {",
            "function f(",
            "enum {",
            "import {",
            "const [a = x",
            "a ? b",
            "((((",
            "{{{{",
            "export {",
        ] {
            let _ = Source::read(text.to_owned());
        }
        let _ = Source::read("(".repeat(5000));
        let _ = Source::read(format!("const a = {}", "[".repeat(5000)));
    }
}
