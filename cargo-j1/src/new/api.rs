//! The provider's API: credentials and paging as code of the client, as configuration, and as recordings.

use clap::ValueEnum;
use serde_json::{Value, json};

use super::project::ConfigField;

/// The page size, which most APIs allow.
pub const PAGE: u64 = 100;

/// Credentials of a kind, as the API takes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Auth {
    /// A key in this header, with a word before it where the provider wants one: `SSWS `, `Token token=`.
    ApiKey { header: String, prefix: Option<String> },
    /// A key in this parameter of the query.
    QueryKey { name: String },
    /// `Authorization: Bearer`.
    Bearer,
    /// A user and a password.
    Basic,
    /// OAuth 2, client credentials; tokens come from this URL.
    OAuth2 { token_url: Option<String> },
}

/// Credentials of a kind, as a flag names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AuthKind {
    /// A key in the header `x-api-key`
    ApiKey,
    /// A token after `Authorization: Bearer`
    Bearer,
    /// A user and a password
    Basic,
    /// OAuth 2 with client credentials
    #[value(name = "oauth2")]
    OAuth2,
}

impl AuthKind {
    /// Returns the credentials with the most usual names.
    pub fn usual(self) -> Auth {
        match self {
            Self::ApiKey => Auth::key("x-api-key"),
            Self::Bearer => Auth::Bearer,
            Self::Basic => Auth::Basic,
            Self::OAuth2 => Auth::OAuth2 { token_url: None },
        }
    }
}

/// Returns `true` for text that can be the name of a header.
pub fn is_header(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
}

impl Auth {
    /// Returns a key in this header, in small letters.
    pub fn key(header: &str) -> Self {
        Self::ApiKey { header: header.to_owned(), prefix: None }
    }

    /// Returns the same with a word before the key, and the blank or sign behind that word.
    pub fn with_prefix(self, before: String) -> Self {
        match self {
            Self::ApiKey { header, .. } => Self::ApiKey { header, prefix: Some(before) },
            other => other,
        }
    }

    /// Returns the kind, as a flag names it.
    pub fn kind(&self) -> AuthKind {
        match self {
            Self::ApiKey { .. } | Self::QueryKey { .. } => AuthKind::ApiKey,
            Self::Bearer => AuthKind::Bearer,
            Self::Basic => AuthKind::Basic,
            Self::OAuth2 { .. } => AuthKind::OAuth2,
        }
    }

    /// Returns the call that adds the credentials to a client. `field` is the configuration's field of the key.
    fn call(&self, field: &str) -> String {
        match self {
            Self::ApiKey { header, prefix: None } => format!(".header({header:?}, &config.{field})"),
            Self::ApiKey { header, prefix: Some(before) } => match before.strip_suffix(' ') {
                Some(word) if header == "authorization" => format!(".scheme({word:?}, &config.{field})"),
                _ => {
                    let before = before.replace('{', "{{").replace('}', "}}");
                    let text = format!("{before}{{}}");
                    format!(".header({header:?}, &Secret::new(format!({text:?}, config.{field}.expose())))")
                }
            },
            Self::QueryKey { name } => format!(".query_key({name:?}, &config.{field})"),
            Self::Bearer => format!(".bearer(&config.{field})"),
            Self::Basic => ".basic(&config.username, &config.password)".to_owned(),
            Self::OAuth2 { .. } => {
                ".oauth2(OAuth2::client_credentials(&config.token_url, &config.client_id, \
                 &config.client_secret))?"
                    .to_owned()
            }
        }
    }

    /// Returns the field of the configuration that holds the key. `alone` is that no other key is needed.
    fn field(&self, alone: bool) -> String {
        let named = |name: &str| {
            let snake = heck::ToSnakeCase::to_snake_case(name);
            let plain = snake.strip_prefix("x_").unwrap_or(&snake).to_owned();
            if plain.starts_with(|c: char| c.is_ascii_alphabetic()) { plain } else { "api_key".to_owned() }
        };
        match self {
            Self::Bearer => "api_token".to_owned(),
            Self::ApiKey { header, .. } if !alone => named(header),
            Self::QueryKey { name } if !alone => named(name),
            _ => "api_key".to_owned(),
        }
    }

    /// Returns what has to be created at the provider.
    pub fn needed(&self, provider: &str) -> String {
        match self {
            Self::ApiKey { .. } | Self::QueryKey { .. } => {
                format!("An API key of {provider}; one that may only read is enough.")
            }
            Self::Bearer => format!("An API token of {provider}; one that may only read is enough."),
            Self::Basic => format!("A user of {provider}; one that may only read is enough."),
            Self::OAuth2 { .. } => {
                format!("The id of an OAuth client of {provider}; one that may only read is enough.")
            }
        }
    }
}

/// Credentials that are sent together with each request.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Each kind, in the order they are added to the client.
    pub all: Vec<Auth>,
    /// The review note on them.
    pub review: Option<String>,
}

impl Credentials {
    /// Returns the expression of Rust that makes the client.
    pub fn client(&self) -> String {
        let calls = self.all.iter().zip(self.fields()).map(|(auth, field)| auth.call(&field));
        format!("http.client(&config.api_base)?{}", calls.collect::<String>())
    }

    /// Returns the field of each key; of several kinds each has its own.
    fn fields(&self) -> Vec<String> {
        let keys = self.all.iter().filter(|auth| auth.kind() == AuthKind::ApiKey).count();
        let mut fields: Vec<String> = Vec::new();
        for auth in &self.all {
            let plain = auth.field(keys < 2);
            let taken = |name: &String| fields.contains(name) || RESERVED.contains(&name.as_str());
            let numbered = (2..).map(|number| format!("{plain}_{number}"));
            let free = std::iter::once(plain.clone()).chain(numbered).find(|name| !taken(name));
            fields.push(free.unwrap_or(plain));
        }
        fields
    }

    /// Returns the fields of the configuration.
    pub fn config(&self, provider: &str, base: &str) -> Vec<ConfigField> {
        let all = self.all.iter().zip(self.fields());
        let mut fields: Vec<ConfigField> = Vec::new();
        for field in all.flat_map(|(auth, field)| self.fields_of(auth, &field, provider, base)) {
            if !fields.iter().any(|known| known.name == field.name) {
                fields.push(field);
            }
        }
        fields
    }

    fn fields_of(&self, auth: &Auth, field: &str, provider: &str, base: &str) -> Vec<ConfigField> {
        let named = |shown: &str| match self.all.len() {
            1 => auth.needed(provider),
            _ => format!("The API key of {provider} that is sent as `{shown}`."),
        };
        match auth {
            Auth::ApiKey { header, .. } => vec![ConfigField::secret(field, named(header))],
            Auth::QueryKey { name } => vec![ConfigField::secret(field, named(name))],
            Auth::Bearer => vec![ConfigField::secret(field, auth.needed(provider))],
            Auth::Basic => vec![
                ConfigField::plain("username", auth.needed(provider), None),
                ConfigField::secret(
                    "password",
                    "The password of that user, or what the API takes in its place.".to_owned(),
                ),
            ],
            Auth::OAuth2 { token_url } => {
                let origin = url::Url::parse(base)
                    .map_or_else(|_| base.to_owned(), |url| url.origin().ascii_serialization());
                let tokens = token_url.clone().unwrap_or_else(|| format!("{origin}/oauth/token"));
                vec![
                    ConfigField::plain("client_id", auth.needed(provider), None),
                    ConfigField::secret("client_secret", "The secret of that client.".to_owned()),
                    ConfigField::plain(
                        "token_url",
                        format!("The URL where {provider} gives tokens."),
                        Some(tokens),
                    ),
                ]
            }
        }
    }

    /// Returns `true` where OAuth is among them.
    pub fn has_oauth(&self) -> bool {
        self.all.iter().any(|auth| auth.kind() == AuthKind::OAuth2)
    }
}

/// Fields of the configuration that mean something else.
const RESERVED: [&str; 8] = [
    "api_base",
    "username",
    "password",
    "client_id",
    "client_secret",
    "token_url",
    "max_concurrency",
    "max_requests_per_second",
];

/// The paging of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paging {
    /// One response has all.
    Whole,
    /// By a number of records and a number to skip.
    Offset { limit: String, skip: String, total: Option<String> },
    /// The number of a page, and how many it holds.
    Page { number: String, size: String, first: u64, total: Option<String> },
    /// The response has, in `next`, what to send as `parameter`.
    Cursor { parameter: String, next: String, size: Option<String> },
    /// The next page begins after the last record of this one; the response has, in `more`, whether there is one.
    After { parameter: String, member: String, more: String, size: Option<String> },
    /// The header `Link` has the URL of the next page.
    Link { size: Option<String> },
    /// The response has the URL of the next page.
    NextUrl { next: String, size: Option<String> },
}

/// The paging of a list, as a flag names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PagingKind {
    /// The response has a cursor for the next page
    Cursor,
    /// A number of records and a number to skip
    Offset,
    /// The number of a page
    Page,
    /// The header `Link` has the next page
    Link,
}

impl PagingKind {
    /// Returns the paging with the most usual names.
    pub fn usual(self) -> Paging {
        let (limit, size) = ("limit".to_owned(), Some("limit".to_owned()));
        match self {
            Self::Cursor => {
                Paging::Cursor { parameter: "cursor".to_owned(), next: "next_cursor".to_owned(), size }
            }
            Self::Offset => Paging::Offset { limit, skip: "offset".to_owned(), total: None },
            Self::Page => {
                Paging::Page { number: "page".to_owned(), size: "per_page".to_owned(), first: 1, total: None }
            }
            Self::Link => Paging::Link { size: Some("per_page".to_owned()) },
        }
    }
}

/// A page of a recording.
#[derive(Debug)]
pub struct Page {
    /// The parameters of the request.
    pub query: Vec<(String, String)>,
    /// The page holds the records; otherwise none.
    pub full: bool,
    /// Members of the response beside its records: path and value.
    pub members: Vec<(String, Value)>,
    /// The parameters of the page that follows, for providers that say them as a URL, and where they say it.
    pub next: Option<(NextIn, Vec<(String, String)>)>,
}

/// The place of the URL of the next page.
#[derive(Debug, Clone)]
pub enum NextIn {
    /// The header `Link`.
    Link,
    /// This member.
    Member(String),
}

impl Paging {
    /// Returns the paging as an expression of Rust.
    pub fn code(&self, items: Option<&str>) -> String {
        let sized = |size: &Option<String>| {
            size.as_ref().map_or_else(String::new, |name| format!(".size({name:?}, PAGE)"))
        };
        let totalled = |total: &Option<String>| {
            total.as_ref().map_or_else(String::new, |name| format!(".total({name:?})"))
        };
        let style = match self {
            Self::Whole => "whole()".to_owned(),
            Self::Offset { limit, skip, total } => {
                format!("offset({limit:?}, {skip:?}, PAGE){}", totalled(total))
            }
            Self::Page { number, size, first, total } => {
                let from = if *first == 1 { "page(".to_owned() } else { format!("page_from({first}, ") };
                format!("{from}{number:?}, {size:?}, PAGE){}", totalled(total))
            }
            Self::Cursor { parameter, next, size } => {
                format!("cursor({parameter:?}, {next:?}){}", sized(size))
            }
            Self::After { parameter, member, more, size } => {
                format!("after({parameter:?}, {member:?}).has_more({more:?}){}", sized(size))
            }
            Self::Link { size } => format!("link(){}", sized(size)),
            Self::NextUrl { next, size } => format!("next_url({next:?}){}", sized(size)),
        };
        let items = items.map_or_else(String::new, |items| format!(".items({items:?})"));
        format!("Paging::{style}{items}")
    }

    /// Returns the parameters of the query that it sends.
    pub fn parameters(&self) -> Vec<String> {
        let of = |names: &[&String], size: &Option<String>| {
            names.iter().map(|name| (*name).clone()).chain(size.clone()).collect()
        };
        match self {
            Self::Whole => Vec::new(),
            Self::Offset { limit, skip, .. } => of(&[limit, skip], &None),
            Self::Page { number, size, .. } => of(&[number, size], &None),
            Self::Cursor { parameter, size, .. } | Self::After { parameter, size, .. } => {
                of(&[parameter], size)
            }
            Self::Link { size } | Self::NextUrl { size, .. } => of(&[], size),
        }
    }

    /// Returns `true` where its code names the size of a page.
    pub fn is_sized(&self) -> bool {
        match self {
            Self::Whole => false,
            Self::Offset { .. } | Self::Page { .. } => true,
            Self::Cursor { size, .. }
            | Self::After { size, .. }
            | Self::Link { size }
            | Self::NextUrl { size, .. } => size.is_some(),
        }
    }

    /// Returns the pages that a list of so many records comes in: one that holds them all, and the one that ends it.
    pub fn pages(&self, records: usize) -> Vec<Page> {
        let page = |query: &[(&String, String)], full, total: &Option<String>| Page {
            query: query.iter().map(|(name, value)| ((*name).clone(), value.clone())).collect(),
            full,
            members: total.iter().map(|way| (way.clone(), json!(records))).collect(),
            next: None,
        };
        let size = PAGE.to_string();
        let sized = |name: &Option<String>| {
            name.iter().map(|name| (name.clone(), PAGE.to_string())).collect::<Vec<_>>()
        };
        let then = |mut query: Vec<(String, String)>, name: &str| {
            query.push((name.to_owned(), "page-2".to_owned()));
            query
        };
        match self {
            Self::Whole => vec![page(&[], true, &None)],
            Self::Offset { limit, skip, total } => {
                let at = |skipped: usize, full| {
                    page(&[(limit, size.clone()), (skip, skipped.to_string())], full, total)
                };
                if records == 0 { vec![at(0, false)] } else { vec![at(0, true), at(records, false)] }
            }
            Self::Page { number, size: name, first, total } => {
                let at = |n: u64, full| page(&[(name, size.clone()), (number, n.to_string())], full, total);
                if records == 0 {
                    vec![at(*first, false)]
                } else {
                    vec![at(*first, true), at(first + 1, false)]
                }
            }
            Self::Cursor { parameter, next, size } => {
                let at = |query, full, cursor| Page {
                    query,
                    full,
                    members: vec![(next.clone(), cursor)],
                    next: None,
                };
                if records == 0 {
                    return vec![at(sized(size), false, Value::Null)];
                }
                let second = then(sized(size), parameter);
                vec![at(sized(size), true, json!("page-2")), at(second, false, Value::Null)]
            }
            Self::After { more, size, .. } => {
                let members = vec![(more.clone(), json!(false))];
                vec![Page { query: sized(size), full: true, members, next: None }]
            }
            Self::Link { size } => followed(&sized(size), &then(sized(size), "page"), &NextIn::Link, records),
            Self::NextUrl { next, size } => {
                followed(&sized(size), &then(sized(size), "page"), &NextIn::Member(next.clone()), records)
            }
        }
    }
}

/// Returns a page that says where the next one is, and that one, which is the last.
fn followed(
    first: &[(String, String)],
    second: &[(String, String)],
    place: &NextIn,
    records: usize,
) -> Vec<Page> {
    let last = |query: &[(String, String)], full| Page {
        query: query.to_vec(),
        full,
        members: Vec::new(),
        next: None,
    };
    if records == 0 {
        return vec![last(first, false)];
    }
    let next = Some((place.clone(), second.to_vec()));
    vec![Page { next, ..last(first, true) }, last(second, false)]
}
