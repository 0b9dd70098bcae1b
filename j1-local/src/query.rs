//! The queries that this version answers.
//!
//! ```text
//! FIND <what> [WITH _integrationInstanceId = "<id>"] [AS <alias>] [LIMIT <n>]
//! ```
//!
//! where `<what>` is `*`, a `_type` such as `jumpcloud_user`, or a class such as `User`, told apart by
//! the first letter as JupiterOne does. Keywords are written in either case. `LIMIT` is 1 to 250, as
//! in the service. Anything else of J1QL is refused, never answered with something else.

use crate::store::Selector;

/// What a query asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Query {
    pub selector: Selector,
    pub limit: Option<u32>,
}

/// Why a query is not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum QueryError {
    /// Not one of the forms above.
    #[error(
        "this version answers `FIND <* | _type | Class> [WITH _integrationInstanceId = \"<id>\"] [AS <alias>] \
         [LIMIT <n>]`; it cannot read {found}"
    )]
    Unsupported { found: String },
    /// `LIMIT` out of range, in the words of the service.
    #[error("\"limit\" must be a value between 1 and 250")]
    Limit,
}

/// The greatest `LIMIT`.
const MAX_LIMIT: u32 = 250;

impl Query {
    /// Reads a query.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let mut tokens = Tokens { rest: text };
        tokens.keyword("FIND")?;
        let name = match tokens.word()? {
            "*" => None,
            name if is_name(name) => Some(name.to_owned()),
            other => return Err(unsupported(other)),
        };
        let mut query = Self { selector: Selector { name, instance: None }, limit: None };
        if tokens.skip("WITH") {
            tokens.keyword("_integrationInstanceId")?;
            tokens.symbol("=")?;
            query.selector.instance = Some(tokens.string()?);
        }
        if tokens.skip("AS") {
            let alias = tokens.word()?;
            if !is_name(alias) {
                return Err(unsupported(alias));
            }
        }
        if tokens.skip("LIMIT") {
            let limit = tokens.word()?.parse().map_err(|_| QueryError::Limit)?;
            query.limit = Some(limit).filter(|limit| (1..=MAX_LIMIT).contains(limit));
            query.limit.ok_or(QueryError::Limit)?;
        }
        match tokens.rest.trim() {
            "" => Ok(query),
            rest => Err(unsupported(rest)),
        }
    }
}

fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_alphabetic())
        && word.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-'))
}

fn unsupported(found: &str) -> QueryError {
    const SHOWN: usize = 40;
    let found = match found {
        "" => "the end of the query".to_owned(),
        found => format!("`{}`", found.chars().take(SHOWN).collect::<String>()),
    };
    QueryError::Unsupported { found }
}

struct Tokens<'q> {
    rest: &'q str,
}

impl<'q> Tokens<'q> {
    /// The next word, up to a blank, `=` or a quote, without taking it.
    fn peek(&mut self) -> &'q str {
        self.rest = self.rest.trim_start();
        let end = self.rest.find(|letter: char| letter.is_whitespace() || matches!(letter, '=' | '"' | '\''));
        &self.rest[..end.unwrap_or(self.rest.len())]
    }

    fn word(&mut self) -> Result<&'q str, QueryError> {
        let word = self.peek();
        if word.is_empty() {
            return Err(unsupported(self.rest));
        }
        self.rest = &self.rest[word.len()..];
        Ok(word)
    }

    fn skip(&mut self, keyword: &str) -> bool {
        let word = self.peek();
        let found = word.eq_ignore_ascii_case(keyword);
        if found {
            self.rest = &self.rest[word.len()..];
        }
        found
    }

    fn keyword(&mut self, keyword: &str) -> Result<(), QueryError> {
        if self.skip(keyword) { Ok(()) } else { Err(unsupported(self.rest)) }
    }

    fn symbol(&mut self, symbol: &str) -> Result<(), QueryError> {
        let rest = self.rest.trim_start().strip_prefix(symbol);
        self.rest = rest.ok_or_else(|| unsupported(self.rest))?;
        Ok(())
    }

    /// A text in single or double quotes.
    fn string(&mut self) -> Result<String, QueryError> {
        let text = self.rest.trim_start();
        let read = text.chars().next().filter(|quote| matches!(quote, '"' | '\'')).and_then(|quote| {
            let (inner, rest) = text[1..].split_once(quote)?;
            Some((inner.to_owned(), rest))
        });
        let (inner, rest) = read.ok_or_else(|| unsupported(text))?;
        self.rest = rest;
        Ok(inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(name: Option<&str>, instance: Option<&str>, limit: Option<u32>) -> Query {
        let selector = Selector { name: name.map(str::to_owned), instance: instance.map(str::to_owned) };
        Query { selector, limit }
    }

    #[test]
    fn reads_the_forms_it_knows() {
        for (text, expected) in [
            ("FIND *", query(None, None, None)),
            ("find User", query(Some("User"), None, None)),
            ("FIND jumpcloud_user AS u LIMIT 5", query(Some("jumpcloud_user"), None, Some(5))),
            ("FIND * with _integrationInstanceId='a b'", query(None, Some("a b"), None)),
            ("Find *\nWITH _integrationInstanceId = \"x\" as e limit 250", query(None, Some("x"), Some(250))),
        ] {
            assert_eq!(Query::parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn refuses_everything_else() {
        for text in [
            "",
            "FIND",
            "FIND User THAT HAS Device",
            "FIND * WITH name = 'x'",
            "FIND * WITH _integrationInstanceId = x",
            "FIND * WITH _integrationInstanceId = 'x' AND name = 'y'",
            "FIND User RETURN User.name",
            "FIND (User|Device)",
            "FIND * LIMIT 0",
            "FIND * LIMIT 251",
        ] {
            assert!(Query::parse(text).is_err(), "{text}");
        }
    }
}
