//! A file: its imports, exports, constants and functions, and the objects in it.

use std::collections::BTreeMap;

use super::parser::{Parser, closing, opening};
use super::syntax::{Entry, Expr, Function, Imported, Pattern};
use super::token::{Kind, Token, tokens};

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
    /// The members of the object around it, if it is the value of one of them.
    pub around: Vec<Entry>,
    /// The function that it is given to, such as `createUserData({ … })`.
    pub given_to: Option<&'s str>,
    pub function: Option<(&'s str, &'s Function)>,
}

/// The call of a function, and the function around it.
#[derive(Debug)]
pub struct Called<'s> {
    pub arguments: Vec<Expr>,
    pub function: Option<&'s str>,
    pub text: &'s str,
}

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
            (pattern @ Pattern::Items(_), value) => {
                for (name, value) in pattern.declares(value) {
                    if let Pattern::Name(name) = name {
                        self.constants.insert(name, value);
                    }
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
            let before = |back: usize| at.checked_sub(back).and_then(|at| self.tokens.get(at));
            // A method may be `async`.
            let is_async = before(1).is_some_and(|token| token.is_name("async"));
            let before = before(if is_async { 2 } else { 1 });
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
            let function = self.function_around(open);
            let given_to = self.given_to(open);
            let whole = if given_to.is_some() { open.saturating_sub(2) } else { open };
            found.push(Stated {
                entries,
                around: self.around(whole),
                given_to: given_to.and_then(Token::name),
                function,
            });
        }
        found
    }

    /// Finds the calls of a function of this name, wherever they stand.
    pub fn calls_of(&self, name: &str) -> Vec<Called<'_>> {
        let is_call = |at: &usize| {
            let is_declared = at.checked_sub(1).is_some_and(|before| self.tokens[before].is_name("function"));
            self.tokens[*at].is_name(name)
                && !is_declared
                && self.tokens.get(at + 1).is_some_and(|token| token.is("("))
        };
        let call = |at: usize| {
            let end = self.tokens.get(closing(&self.tokens, at + 1))?;
            let mut parser = Parser { text: &self.text, all: &self.tokens, at, depth: 0 };
            Some(Called {
                arguments: if let Expr::Call(_, arguments) = parser.unary() { arguments } else { Vec::new() },
                function: self.function_around(at).map(|(name, _)| name),
                text: self.text.get(self.tokens[at].start..end.end)?,
            })
        };
        (0..self.tokens.len()).filter(is_call).filter_map(call).collect()
    }

    /// Returns the innermost function that a token stands in.
    fn function_around(&self, at: usize) -> Option<(&str, &Function)> {
        let around = self.functions.iter().filter(|(_, one)| one.range.0 < at && at < one.range.1);
        around.max_by_key(|(_, one)| one.range.0).map(|(name, one)| (name.as_str(), one))
    }

    /// Returns the name of the function whose first argument begins at `open`.
    fn given_to(&self, open: usize) -> Option<&Token> {
        self.tokens.get(open.checked_sub(1)?).filter(|token| token.is("("))?;
        self.tokens.get(open.checked_sub(2)?).filter(|token| token.name().is_some())
    }

    /// Returns the members of the object that has the one at `open` as a member.
    fn around(&self, open: usize) -> Vec<Entry> {
        let is_member = open.checked_sub(1).is_some_and(|before| self.tokens[before].is(":"));
        let outer = opening(&self.tokens, open).filter(|outer| is_member && self.tokens[*outer].is("{"));
        let parsed = outer.map(|outer| {
            let mut parser = Parser { text: &self.text, all: &self.tokens, at: outer, depth: 0 };
            parser.primary()
        });
        if let Some(Expr::Object(entries)) = parsed { entries } else { Vec::new() }
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
    fn any_input_is_read_to_its_end() {
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
