//! The queries that the GraphQL route answers.
//!
//! ```text
//! FIND <what> [WITH _integrationInstanceId = "<id>"] [AS <alias>] [LIMIT <n>]
//! FIND * WITH _integrationInstanceId = "<id>" [AS <alias>] THAT RELATES TO >> AS <edge> * \
//!     WHERE <edge>._integrationInstanceId = "<id>" RETURN <edge>.*
//! ```
//!
//! The second form lists the relationships of an instance, with which `plan` compares. In the first, `<what>` is `*`, a `_type` such as `jumpcloud_user`, or a class such as `User`, told apart by
//! the first letter as JupiterOne does. Keywords are written in either case. `LIMIT` is 1 to 250, as
//! in the service. Anything else of J1QL is refused, never answered with something else.

use crate::store::Selector;

/// What a query asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Query {
    /// Entities.
    Entities { selector: Selector, limit: Option<u32> },
    /// The relationships of an instance, in columns that begin with this alias.
    Relationships { instance: String, alias: String },
}

/// Why a query is not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum QueryError {
    /// Not one of the forms above.
    #[error(
        "this version answers `FIND <* | _type | Class> [WITH _integrationInstanceId = \"<id>\"] [AS <alias>] \
         [LIMIT <n>]`, and the relationships of one instance; it cannot read {found}"
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
        let mut selector = Selector { name, instance: None };
        if tokens.skip("WITH") {
            selector.instance = Some(tokens.instance()?);
        }
        if tokens.skip("AS") {
            tokens.alias()?;
        }
        let query = match (&selector.name, &selector.instance) {
            (None, Some(instance)) if tokens.skip("THAT") => tokens.relationships(instance)?,
            _ => Self::Entities { limit: tokens.limit()?, selector },
        };
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

    fn alias(&mut self) -> Result<&'q str, QueryError> {
        let alias = self.word()?;
        if is_name(alias) { Ok(alias) } else { Err(unsupported(alias)) }
    }

    /// `_integrationInstanceId = "<id>"`
    fn instance(&mut self) -> Result<String, QueryError> {
        self.keyword("_integrationInstanceId")?;
        self.symbol("=")?;
        self.string()
    }

    fn limit(&mut self) -> Result<Option<u32>, QueryError> {
        if !self.skip("LIMIT") {
            return Ok(None);
        }
        let limit: u32 = self.word()?.parse().map_err(|_| QueryError::Limit)?;
        if (1..=MAX_LIMIT).contains(&limit) { Ok(Some(limit)) } else { Err(QueryError::Limit) }
    }

    /// What stands behind `THAT`, for the entities of this instance.
    fn relationships(&mut self, instance: &str) -> Result<Query, QueryError> {
        self.keyword("RELATES")?;
        self.keyword("TO")?;
        self.symbol(">>")?;
        self.keyword("AS")?;
        let alias = self.alias()?;
        self.symbol("*")?;
        self.keyword("WHERE")?;
        self.symbol(alias)?;
        self.symbol(".")?;
        if self.instance()? != instance {
            return Err(unsupported("relationships of another instance"));
        }
        self.keyword("RETURN")?;
        self.symbol(alias)?;
        self.symbol(".*")?;
        Ok(Query::Relationships { instance: instance.to_owned(), alias: alias.to_owned() })
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
        Query::Entities { selector, limit }
    }

    #[test]
    fn reads_what_lists_the_relationships_of_an_instance() {
        let text = "FIND * WITH _integrationInstanceId = 'x' AS e THAT RELATES TO >> AS r * \
                    WHERE r._integrationInstanceId = 'x' RETURN r.*";
        let expected = Query::Relationships { instance: "x".to_owned(), alias: "r".to_owned() };
        assert_eq!(Query::parse(text), Ok(expected));
        for (from, to) in
            [("r._", "e._"), ("Id = 'x' RETURN", "Id = 'y' RETURN"), ("r.*", "r.name"), (">>", "")]
        {
            assert!(Query::parse(&text.replace(from, to)).is_err(), "{from} -> {to}");
        }
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
