//! The text of a GraphQL query: read into tokens, changed where paging needs it, and written again.
//!
//! A query is kept as it was recorded, but for the variable of the cursor, which the runtime calls `after`, and for
//! `pageInfo`, which says whether there are more pages.

use std::fmt::Write as _;

use super::lexer::{Token, tokens};

/// A query with one operation.
#[derive(Debug, Clone)]
pub struct Query {
    tokens: Vec<Token>,
    /// The place of the brace that opens the selection of the operation.
    root: usize,
}

/// A variable that a query declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name without `$`.
    pub name: String,
    /// The name of its type, without marks for lists and for what is required.
    pub ty: String,
    /// It is a list.
    pub list: bool,
}

/// A field of a query.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name in the schema.
    pub name: String,
    /// The place of its name.
    at: usize,
    /// The places of the parentheses around its arguments.
    arguments: Option<(usize, usize)>,
    /// The places of the braces around its selection.
    selection: Option<(usize, usize)>,
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// If the text is not GraphQL, or does anything but read, or has several operations.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let tokens = tokens(text).ok_or("its query is not GraphQL")?;
        let mut found = None;
        let mut at = 0;
        while at < tokens.len() {
            let kind = match &tokens[at] {
                Token::Name(name) => name.as_str(),
                Token::Mark('{') => "query",
                _ => return Err("its query is not GraphQL"),
            };
            let root = selection_from(&tokens, at).ok_or("its query is not GraphQL")?;
            match kind {
                "query" if found.is_some() => {
                    return Err("its text has several queries; record each by itself");
                }
                "query" => found = Some(root),
                "fragment" => {}
                "mutation" => return Err("it changes something: it is a mutation"),
                "subscription" => return Err("it is a subscription, not a list"),
                _ => return Err("its query is not GraphQL"),
            }
            at = closing(&tokens, root).ok_or("its query is not GraphQL")? + 1;
        }
        let root = found.ok_or("its text has no query")?;
        Ok(Self { tokens, root })
    }

    /// Returns the variables that it declares.
    pub fn variables(&self) -> Vec<Variable> {
        let mut found = Vec::new();
        let head = self.head();
        let mut at = head.start;
        while at + 1 < head.end {
            let (Token::Variable(name), Token::Mark(':')) = (&self.tokens[at], &self.tokens[at + 1]) else {
                at += 1;
                continue;
            };
            let mut ty = at + 2;
            let list = self.tokens.get(ty).is_some_and(|token| token.is('['));
            while self.tokens.get(ty).is_some_and(|token| token.is('[')) {
                ty += 1;
            }
            let ty = self.tokens.get(ty).and_then(Token::name).unwrap_or_default().to_owned();
            found.push(Variable { name: name.clone(), ty, list });
            at += 2;
        }
        found
    }

    /// The places of what stands before the selection of the operation.
    fn head(&self) -> std::ops::Range<usize> {
        let start = self.tokens[..self.root].iter().rposition(|token| token.is('}')).map_or(0, |at| at + 1);
        start..self.root
    }

    /// Returns the field at the end of a way through the response.
    pub fn field(&self, way: &[String]) -> Option<Field> {
        let mut selection = (self.root, closing(&self.tokens, self.root)?);
        let mut found = None;
        for name in way {
            let field = self.field_in(selection, name, 0)?;
            selection = field.selection.unwrap_or((0, 0));
            found = Some(field);
        }
        found
    }

    /// Returns the fields on a way through the response, outermost first.
    pub fn fields(&self, way: &[String]) -> Vec<Field> {
        (1..=way.len()).filter_map(|length| self.field(&way[..length])).collect()
    }

    /// Returns the field of a selection that the response has by this name, also in its fragments.
    fn field_in(&self, (open, close): (usize, usize), name: &str, depth: usize) -> Option<Field> {
        // Fragments that spread each other are refused by providers, and might be recorded.
        if depth > 8 {
            return None;
        }
        let mut at = open + 1;
        while at < close {
            if matches!(self.tokens[at], Token::Spread) {
                let next = self.tokens.get(at + 1).and_then(Token::name);
                let inner = match next {
                    Some(fragment) if fragment != "on" => self.fragment(fragment),
                    _ => selection_from(&self.tokens, at + 1).filter(|inner| *inner < close),
                };
                let inner = inner.and_then(|open| Some((open, closing(&self.tokens, open)?)))?;
                if let Some(found) = self.field_in(inner, name, depth + 1) {
                    return Some(found);
                }
                at = if inner.0 > at && inner.1 < close { inner.1 + 1 } else { at + 2 };
                continue;
            }
            let (shown, field, next) = self.field_at(at)?;
            if shown == name {
                return Some(field);
            }
            at = next;
        }
        None
    }

    /// Returns the field that begins at a place: its name in the response, and the place behind it.
    fn field_at(&self, at: usize) -> Option<(&str, Field, usize)> {
        let shown = self.tokens.get(at)?.name()?;
        let aliased = self.tokens.get(at + 1).is_some_and(|token| token.is(':'));
        let own = if aliased { at + 2 } else { at };
        let name = self.tokens.get(own)?.name()?.to_owned();
        let mut next = own + 1;
        let mut arguments = None;
        if self.tokens.get(next).is_some_and(|token| token.is('(')) {
            let close = closing(&self.tokens, next)?;
            arguments = Some((next, close));
            next = close + 1;
        }
        while self.tokens.get(next).is_some_and(|token| token.is('@')) {
            next += 2;
            if self.tokens.get(next).is_some_and(|token| token.is('(')) {
                next = closing(&self.tokens, next)? + 1;
            }
        }
        let mut selection = None;
        if self.tokens.get(next).is_some_and(|token| token.is('{')) {
            let close = closing(&self.tokens, next)?;
            selection = Some((next, close));
            next = close + 1;
        }
        Some((shown, Field { name, at: own, arguments, selection }, next))
    }

    /// Returns the place of the brace that opens the selection of a fragment.
    fn fragment(&self, name: &str) -> Option<usize> {
        let is_it = |at: &usize| {
            self.tokens[*at].name() == Some("fragment")
                && self.tokens.get(at + 1).and_then(Token::name) == Some(name)
                && self.tokens.get(at + 2).and_then(Token::name) == Some("on")
        };
        let at = (0..self.tokens.len()).find(is_it)?;
        selection_from(&self.tokens, at)
    }

    /// Returns the value of an argument: the places of its first token and behind its last.
    fn argument(&self, field: &Field, name: &str) -> Option<(usize, usize)> {
        let (open, close) = field.arguments?;
        let mut at = open + 1;
        while at < close {
            let named = self.tokens[at].name()?;
            let end = value_end(&self.tokens, at + 2)?;
            if named == name {
                return Some((at + 2, end));
            }
            at = behind_comma(&self.tokens, end);
        }
        None
    }

    /// Returns the names of the arguments of a field, each with the variable that fills it.
    pub fn arguments(&self, field: &Field) -> Vec<(String, Option<String>)> {
        let Some((open, close)) = field.arguments else { return Vec::new() };
        let mut found = Vec::new();
        let mut at = open + 1;
        while at < close {
            let (Some(name), Some(end)) = (self.tokens[at].name(), value_end(&self.tokens, at + 2)) else {
                break;
            };
            let variable = match &self.tokens[at + 2] {
                Token::Variable(variable) => Some(variable.clone()),
                _ => None,
            };
            found.push((name.to_owned(), variable));
            at = behind_comma(&self.tokens, end);
        }
        found
    }

    /// Gives a variable another name.
    pub fn rename(&mut self, from: &str, to: &str) {
        for token in &mut self.tokens {
            if let Token::Variable(name) = token
                && name == from
            {
                to.clone_into(name);
            }
        }
    }

    /// Has a connection take its cursor as the variable `after`. Returns the variable that did so before, and what was added.
    ///
    /// # Errors
    /// If another variable is called so.
    pub fn take_after(&mut self, way: &[String]) -> Result<(Option<String>, bool), &'static str> {
        const TAKEN: &str = "its variable `after` is not the cursor of the list";
        const LOST: &str = "its query does not have the list that its response has";
        let field = self.field(way).ok_or(LOST)?;
        let declared = self.variables().iter().any(|one| one.name == "after");
        match self.argument(&field, "after") {
            Some((at, _)) if matches!(self.tokens[at], Token::Variable(_)) => {
                let Token::Variable(before) = self.tokens[at].clone() else { return Err(LOST) };
                if before != "after" {
                    if declared {
                        return Err(TAKEN);
                    }
                    self.rename(&before, "after");
                }
                Ok((Some(before), false))
            }
            _ if declared => Err(TAKEN),
            value => {
                let cursor = Token::Variable("after".to_owned());
                let argument = [Token::Name("after".to_owned()), Token::Mark(':'), cursor.clone()];
                match (value, field.arguments) {
                    (Some((start, end)), _) => self.splice(start..end, [cursor]),
                    (None, Some((_, close))) => {
                        let all = std::iter::once(Token::Mark(',')).chain(argument);
                        self.splice(close..close, all.collect::<Vec<_>>());
                    }
                    (None, None) => {
                        let all = [&[Token::Mark('(')][..], &argument, &[Token::Mark(')')]].concat();
                        let behind = field.at + 1;
                        self.splice(behind..behind, all);
                    }
                }
                self.declare_after();
                Ok((None, true))
            }
        }
    }

    /// Declares the variable `after`.
    fn declare_after(&mut self) {
        let declared =
            [Token::Variable("after".to_owned()), Token::Mark(':'), Token::Name("String".to_owned())];
        let head = self.head();
        let open = head.clone().find(|at| self.tokens[*at].is('('));
        // A directive of the operation has parentheses of its own.
        let directive = head.clone().find(|at| self.tokens[*at].is('@'));
        let open = open.filter(|open| directive.is_none_or(|at| *open < at));
        if let Some(close) = open.and_then(|open| closing(&self.tokens, open)) {
            let all = std::iter::once(Token::Mark(',')).chain(declared);
            self.splice(close..close, all.collect::<Vec<_>>());
            return;
        }
        let in_parentheses = [&[Token::Mark('(')][..], &declared, &[Token::Mark(')')]].concat();
        if head.is_empty() {
            let word = std::iter::once(Token::Name("query".to_owned()));
            self.splice(head.start..head.start, word.chain(in_parentheses).collect::<Vec<_>>());
        } else {
            let at = directive.unwrap_or(head.end);
            self.splice(at..at, in_parentheses);
        }
    }

    /// Has a connection say whether there are more pages. Returns `true` if that was added.
    pub fn ask_for_more(&mut self, way: &[String]) -> bool {
        let selected = self.field(way).and_then(|field| field.selection);
        let Some((_, close)) = selected else { return false };
        let info: Vec<String> = way.iter().cloned().chain(["pageInfo".to_owned()]).collect();
        let word = |word: &str| Token::Name(word.to_owned());
        let Some((_, inner)) = self.field(&info).and_then(|field| field.selection) else {
            let all = [
                word("pageInfo"),
                Token::Mark('{'),
                word("hasNextPage"),
                word("endCursor"),
                Token::Mark('}'),
            ];
            self.splice(close..close, all);
            return true;
        };
        let missing: Vec<Token> = ["hasNextPage", "endCursor"]
            .into_iter()
            .filter(|name| {
                let way: Vec<String> = info.iter().cloned().chain([(*name).to_owned()]).collect();
                self.field(&way).is_none()
            })
            .map(word)
            .collect();
        let added = !missing.is_empty();
        self.splice(inner..inner, missing);
        added
    }

    /// Leaves out `__typename`, which clients add to every selection; one that has nothing else keeps it.
    pub fn without_type_names(&mut self) {
        let mut at = 0;
        while at < self.tokens.len() {
            let own = self.tokens[at].name() == Some("__typename");
            let plain = at > 0
                && !self.tokens[at - 1].is(':')
                && !self.tokens.get(at + 1).is_some_and(|token| token.is(':') || token.is('@'));
            let alone = at > 0
                && self.tokens[at - 1].is('{')
                && self.tokens.get(at + 1).is_some_and(|token| token.is('}'));
            if own && plain && !alone {
                self.splice(at..=at, []);
            } else {
                at += 1;
            }
        }
    }

    /// Replaces tokens, and keeps the place of the operation's selection.
    fn splice(
        &mut self,
        range: impl std::ops::RangeBounds<usize> + Clone,
        with: impl IntoIterator<Item = Token, IntoIter: ExactSizeIterator>,
    ) {
        let with = with.into_iter();
        let added = with.len();
        let start = match range.start_bound() {
            std::ops::Bound::Included(at) => *at,
            _ => 0,
        };
        let removed = self.tokens.splice(range, with).count();
        if start <= self.root {
            self.root = self.root + added - removed;
        }
    }

    /// Writes it, a field a line.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let (mut braces, mut inside) = (0_usize, 0_usize);
        for (at, token) in self.tokens.iter().enumerate() {
            let before = at.checked_sub(1).map(|at| &self.tokens[at]);
            let is = |mark: char| before.is_some_and(|token| token.is(mark));
            if inside == 0 && token.is('}') {
                braces = braces.saturating_sub(1);
            }
            let begins = match token {
                Token::Mark('}') if inside == 0 => true,
                Token::Spread => inside == 0,
                Token::Name(_) if inside == 0 && braces == 0 => is('}'),
                Token::Name(_) if inside == 0 => {
                    let spread = matches!(before, Some(Token::Spread));
                    let of_type = before.and_then(Token::name) == Some("on")
                        && at.checked_sub(2).is_some_and(|at| matches!(self.tokens[at], Token::Spread));
                    !(is(':') || is('@') || spread || of_type)
                }
                _ => false,
            };
            if begins {
                let _ = write!(out, "\n{}", "    ".repeat(braces));
            } else if !out.is_empty() && is_apart(before, token) {
                out.push(' ');
            }
            token.write(&mut out);
            match token {
                Token::Mark('(' | '[') => inside += 1,
                Token::Mark(')' | ']') => inside = inside.saturating_sub(1),
                Token::Mark('{') if inside > 0 => inside += 1,
                Token::Mark('}') if inside > 0 => inside -= 1,
                Token::Mark('{') => braces += 1,
                _ => {}
            }
        }
        out
    }
}

/// Returns `true` where a blank stands between two tokens.
fn is_apart(before: Option<&Token>, token: &Token) -> bool {
    let tight = matches!(token, Token::Mark(',' | ':' | ')' | ']' | '!' | '('));
    let after = matches!(before, Some(Token::Mark('(' | '[' | '@')));
    let fragment = matches!((before, token), (Some(Token::Spread), Token::Name(name)) if name != "on");
    !(tight || after || fragment)
}

/// Returns the place of the next brace at or behind a place that opens a selection: one that is in no parentheses.
fn selection_from(tokens: &[Token], from: usize) -> Option<usize> {
    let mut at = from;
    while at < tokens.len() {
        match &tokens[at] {
            Token::Mark('{') => return Some(at),
            Token::Mark('(') => at = closing(tokens, at)? + 1,
            Token::Mark('}') => return None,
            _ => at += 1,
        }
    }
    None
}

/// Returns the place of the mark that closes the one at a place.
fn closing(tokens: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token {
            Token::Mark('{' | '(' | '[') => depth += 1,
            Token::Mark('}' | ')' | ']') => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// Returns the place behind the value that begins at a place.
fn value_end(tokens: &[Token], at: usize) -> Option<usize> {
    match tokens.get(at)? {
        Token::Mark('{' | '[') => Some(closing(tokens, at)? + 1),
        _ => Some(at + 1),
    }
}

/// Returns the place behind the comma that may stand at a place.
fn behind_comma(tokens: &[Token], at: usize) -> usize {
    at + usize::from(tokens.get(at).is_some_and(|token| token.is(',')))
}

#[cfg(test)]
mod tests {
    use super::Query;

    /// Returns a query on one line, after what a connection needs.
    fn paged(text: &str, way: &[&str]) -> Result<String, &'static str> {
        let mut query = Query::parse(text)?;
        query.without_type_names();
        let way: Vec<String> = way.iter().map(|name| (*name).to_owned()).collect();
        query.take_after(&way)?;
        query.ask_for_more(&way);
        let text = query.text();
        assert_eq!(
            Query::parse(&text).map(|query| query.text()).as_ref(),
            Ok(&text),
            "it reads as it was written"
        );
        Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn a_connection_gets_what_paging_needs_and_keeps_all_else() {
        let more = "pageInfo { hasNextPage endCursor }";
        for (text, way, wanted) in [
            ("{a{nodes{id}}}", &["a"][..], format!("query($after: String) {{ a(after: $after) {{ nodes {{ id }} {more} }} }}")),
            (
                "query Q @x(a: 1) { b: a(n: 1) { nodes { id __typename } pageInfo { endCursor } } }",
                &["b"],
                "query Q($after: String) @x(a: 1) { b: a(n: 1, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } }"
                    .to_owned(),
            ),
            (
                "query($c: String) { a(after: $c) { nodes { id } pageInfo { hasNextPage endCursor } } }",
                &["a"],
                format!("query($after: String) {{ a(after: $after) {{ nodes {{ id }} {more} }} }}"),
            ),
            (
                "query($n: Int = 3) { o { ... on O { a(first: $n, after: null) { ...F } } } } fragment F on A { edges { node { id } } }",
                &["o", "a"],
                format!(
                    "query($n: Int = 3, $after: String) {{ o {{ ... on O {{ a(first: $n, after: $after) {{ ...F {more} }} }} }} }} \
                     fragment F on A {{ edges {{ node {{ id }} }} }}"
                ),
            ),
        ] {
            assert_eq!(paged(text, way), Ok(wanted), "{text}");
        }
    }

    #[test]
    fn text_that_is_no_single_query_is_refused_with_the_reason() {
        for (text, why) in [
            ("mutation { drop { id } }", "a mutation"),
            ("subscription { a { id } }", "a subscription"),
            ("query A { a { id } } query B { b { id } }", "several queries"),
            ("fragment F on A { id }", "no query"),
            ("select * from users", "not GraphQL"),
            ("{ a { id }", "not GraphQL"),
            ("} a {", "not GraphQL"),
            ("{ a(b: \"c\u{202e}\") { id } }", "not GraphQL"),
            ("{ a(b: \"c) { id } }", "not GraphQL"),
            ("", "no query"),
        ] {
            let said = Query::parse(text).map(|query| query.text()).expect_err(text);
            assert!(said.contains(why), "{text}: {said}");
        }
        assert!(paged("query($after: Int) { a(n: $after) { nodes { id } } }", &["a"]).is_err());
        assert!(paged("{ a { nodes { id } } }", &["b"]).is_err());
    }
}
