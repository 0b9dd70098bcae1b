//! The tokens of GraphQL, as its specification of October 2021 has them.

use crate::new::escape::is_hidden;

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// A name or a word of the language.
    Name(String),
    /// A variable, without `$`.
    Variable(String),
    /// A number, as it is written.
    Number(String),
    /// A text with its quotes, as it is written.
    Text(String),
    /// `...`
    Spread,
    /// A punctuator. Commas are kept where they were written, since people read them.
    Mark(char),
}

impl Token {
    /// Returns `true` for this punctuator.
    pub fn is(&self, mark: char) -> bool {
        *self == Self::Mark(mark)
    }

    /// Returns a name.
    pub fn name(&self) -> Option<&str> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }

    /// Writes it.
    pub fn write(&self, out: &mut String) {
        match self {
            Self::Name(text) | Self::Number(text) | Self::Text(text) => out.push_str(text),
            Self::Variable(name) => {
                out.push('$');
                out.push_str(name);
            }
            Self::Spread => out.push_str("..."),
            Self::Mark(mark) => out.push(*mark),
        }
    }
}

/// Returns the tokens of a text; `None` where it has something that GraphQL does not have.
///
/// Commas count as blanks for the language, and are kept inside of parentheses and brackets.
pub fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start_matches('\u{feff}');
    let mut inside = 0_usize;
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            ' ' | '\t' | '\r' | '\n' => (None, 1),
            ',' => ((inside > 0 && !ends_open(&found)).then_some(Token::Mark(',')), 1),
            '#' => (None, rest.find(['\r', '\n']).unwrap_or(rest.len())),
            '.' if rest.starts_with("...") => (Some(Token::Spread), 3),
            '"' => {
                let length = text_length(rest)?;
                (Some(Token::Text(rest[..length].to_owned())), length)
            }
            '$' => {
                let length = name_length(&rest[1..])?;
                (Some(Token::Variable(rest[1..=length].to_owned())), length + 1)
            }
            '-' | '0'..='9' => {
                let is_part = |c: char| c.is_ascii_digit() || ".eE+-".contains(c);
                let length = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
                (Some(Token::Number(rest[..length].to_owned())), length)
            }
            '{' | '}' | '(' | ')' | '[' | ']' | ':' | '!' | '@' | '=' | '|' | '&' => {
                (Some(Token::Mark(first)), 1)
            }
            _ => {
                let length = name_length(rest)?;
                (Some(Token::Name(rest[..length].to_owned())), length)
            }
        };
        match token {
            Some(Token::Mark('(' | '[')) => inside += 1,
            Some(Token::Mark(')' | ']')) => {
                inside = inside.saturating_sub(1);
                // A comma before it says nothing.
                if found.last() == Some(&Token::Mark(',')) {
                    found.pop();
                }
            }
            _ => {}
        }
        found.extend(token);
        rest = &rest[length..];
    }
    Some(found)
}

/// Returns `true` where a comma would be the first thing in parentheses, or the second in a row.
fn ends_open(found: &[Token]) -> bool {
    matches!(found.last(), None | Some(Token::Mark('(' | '[' | '{' | ',')))
}

/// Returns the length of the name that a text begins with.
fn name_length(text: &str) -> Option<usize> {
    let first = text.chars().next().filter(|c| c.is_ascii_alphabetic() || *c == '_');
    first.map(|_| text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len()))
}

/// Returns the length of the quoted text that a text begins with. `None` if it holds invisible characters.
fn text_length(text: &str) -> Option<usize> {
    let length = if text.starts_with("\"\"\"") {
        let mut at = 3;
        loop {
            let end = at + text[at..].find("\"\"\"")?;
            at = end + 3;
            if !text[..end].ends_with('\\') {
                break at;
            }
        }
    } else {
        let mut escaped = false;
        let end = text[1..].char_indices().find(|(_, c)| match c {
            _ if std::mem::take(&mut escaped) => false,
            '\\' => {
                escaped = true;
                false
            }
            '"' | '\n' => true,
            _ => false,
        });
        end.filter(|(_, c)| *c == '"').map(|(at, _)| at + 2)?
    };
    (!text[..length].chars().any(|c| is_hidden(c) && c != '\n')).then_some(length)
}
