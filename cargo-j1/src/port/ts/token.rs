//! Tokens of TypeScript.

/// A token, and where it stands in the text.
#[derive(Debug, Clone)]
pub struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

/// The kind of a token.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A name or a keyword.
    Name(String),
    /// A string, without quotes and escapes.
    Text(String),
    /// A template: texts, and the code that follows each.
    Template(Vec<(String, Option<Vec<Token>>)>),
    /// A number, as it is written.
    Number(String),
    /// A regular expression.
    Regex,
    /// An operator or a bracket.
    Mark(&'static str),
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Token {
    pub fn is(&self, mark: &str) -> bool {
        matches!(&self.kind, Kind::Mark(own) if *own == mark)
    }

    pub fn name(&self) -> Option<&str> {
        if let Kind::Name(name) = &self.kind { Some(name) } else { None }
    }

    pub fn is_name(&self, name: &str) -> bool {
        self.name() == Some(name)
    }
}

/// Operators and brackets, the longer ones first.
const MARKS: [&str; 53] = [
    ">>>=", "...", "===", "!==", "**=", "<<=", ">>=", "&&=", "||=", "??=", "=>", "==", "!=", "<=", ">=",
    "&&", "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "**", "{", "}", "(",
    ")", "[", "]", ";", ",", "<", ">", "+", "-", "*", "/", "%", "&", "|", "^", "!", "~", "?", ":", "=",
];

/// Deepest nesting of templates.
const DEEPEST: usize = 8;

/// Splits a text into tokens. What is not TypeScript is passed over.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    reader.until_end(false)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Reads tokens up to the end of the text, or up to the bracket that closes a template's code.
    fn until_end(&mut self, in_template: bool) -> Vec<Token> {
        let mut tokens: Vec<Token> = Vec::new();
        let mut open = 0usize;
        while let Some(next) = self.rest().chars().next() {
            let start = self.at;
            if next.is_whitespace() {
                self.at += next.len_utf8();
                continue;
            }
            if self.rest().starts_with("//") {
                self.at += self.rest().find('\n').unwrap_or(self.rest().len());
                continue;
            }
            if self.rest().starts_with("/*") {
                self.at += self.rest().find("*/").map_or(self.rest().len(), |end| end + 2);
                continue;
            }
            if in_template && open == 0 && next == '}' {
                return tokens;
            }
            let kind = match next {
                '"' | '\'' => Some(Kind::Text(self.text_until(next))),
                '`' => Some(self.template()),
                '/' if regex_can_stand(tokens.last()) => self.regex().then_some(Kind::Regex),
                _ if next.is_ascii_digit() => Some(Kind::Number(self.word())),
                _ if is_word(next) || next == '@' || next == '#' => Some(Kind::Name(self.word())),
                _ => None,
            };
            let kind = kind.or_else(|| {
                let mark = MARKS.iter().find(|mark| self.rest().starts_with(**mark)).copied();
                self.at = start + mark.map_or(next.len_utf8(), str::len);
                mark.map(Kind::Mark)
            });
            if next == '.' && kind.is_none() {
                tokens.push(Token { kind: Kind::Mark("."), start, end: self.at });
                continue;
            }
            let Some(kind) = kind else { continue };
            match kind {
                Kind::Mark("{") => open += 1,
                Kind::Mark("}") => open = open.saturating_sub(1),
                _ => {}
            }
            tokens.push(Token { kind, start, end: self.at });
        }
        tokens
    }

    fn word(&mut self) -> String {
        let rest = self.rest();
        let mut end = rest.chars().next().map_or(0, char::len_utf8);
        let number = rest.starts_with(|c: char| c.is_ascii_digit());
        for c in rest.get(end..).unwrap_or_default().chars() {
            if !(is_word(c) || number && c == '.') {
                break;
            }
            end += c.len_utf8();
        }
        let word = rest.get(..end).unwrap_or_default().to_owned();
        self.at += end;
        word
    }

    /// Reads a string up to its closing quote; a line break ends it, too.
    fn text_until(&mut self, quote: char) -> String {
        self.at += 1;
        let mut text = String::new();
        while let Some(c) = self.rest().chars().next() {
            self.at += c.len_utf8();
            match c {
                _ if c == quote || c == '\n' => break,
                '\\' => self.escape(&mut text),
                _ => text.push(c),
            }
        }
        text
    }

    fn escape(&mut self, text: &mut String) {
        let Some(c) = self.rest().chars().next() else { return };
        self.at += c.len_utf8();
        match c {
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' | '\n' => {}
            _ => text.push(c),
        }
    }

    fn template(&mut self) -> Kind {
        self.at += 1;
        let mut parts = Vec::new();
        let mut text = String::new();
        while let Some(c) = self.rest().chars().next() {
            if self.rest().starts_with("${") && self.depth < DEEPEST {
                self.at += 2;
                self.depth += 1;
                let code = self.until_end(true);
                self.depth -= 1;
                self.at += 1;
                parts.push((std::mem::take(&mut text), Some(code)));
                continue;
            }
            self.at += c.len_utf8();
            match c {
                '`' => break,
                '\\' => self.escape(&mut text),
                _ => text.push(c),
            }
        }
        parts.push((text, None));
        Kind::Template(parts)
    }

    /// Passes over a regular expression; returns `false` if the slash does not start one.
    fn regex(&mut self) -> bool {
        let line = self.rest().lines().next().unwrap_or_default();
        let (mut escaped, mut class) = (false, false);
        let end = line.char_indices().skip(1).find(|(_, c)| {
            let ends = *c == '/' && !escaped && !class;
            match *c {
                '[' if !escaped => class = true,
                ']' if !escaped => class = false,
                _ => {}
            }
            escaped = *c == '\\' && !escaped;
            ends
        });
        let Some((end, _)) = end else { return false };
        let flags =
            line.get(end + 1..).unwrap_or_default().chars().take_while(char::is_ascii_alphabetic).count();
        self.at += end + 1 + flags;
        true
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// Returns `true` where a slash begins a regular expression rather than divides.
fn regex_can_stand(before: Option<&Token>) -> bool {
    match before.map(|token| &token.kind) {
        None => true,
        Some(Kind::Mark(mark)) => ![")", "]", "}"].contains(mark),
        Some(Kind::Name(name)) => ["return", "typeof", "case", "in", "of"].contains(&name.as_str()),
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_templates_comments_and_regular_expressions_are_one_token_each() {
        let text = "a = 'x\\'y'; // b\n/* c */ d = `p${ {e: `q`}.e }r`; f = /[/]\\//g; g / h";
        let kinds: Vec<Kind> = tokens(text).into_iter().map(|token| token.kind).collect();
        assert!(kinds.contains(&Kind::Text("x'y".to_owned())));
        assert!(kinds.contains(&Kind::Regex));
        let template =
            kinds.iter().find_map(|kind| if let Kind::Template(parts) = kind { Some(parts) } else { None });
        let parts: Vec<_> = template
            .expect("a template")
            .iter()
            .map(|(text, code)| (text.as_str(), code.is_some()))
            .collect();
        assert_eq!(parts, [("p", true), ("r", false)]);
        assert_eq!(kinds.iter().filter(|kind| **kind == Kind::Mark("/")).count(), 1);
    }

    #[test]
    fn unterminated_tokens_end_with_the_file() {
        for text in ["`a${", "'a", "/* a", "a /", "`a${`b${", "\u{feff}é"] {
            let _ = tokens(text);
        }
    }
}
