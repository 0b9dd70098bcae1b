//! How a vendor's API is asked, and how it deals out lists: as code of the client, as configuration, and as recordings.

use clap::ValueEnum;
use serde_json::{Value, json};

use super::project::ConfigField;

/// How many records a page holds, which most APIs allow.
pub const PAGE: u64 = 100;

/// How the API wants to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Auth {
    /// A key in this header.
    ApiKey { header: String },
    /// `Authorization: Bearer`, or another word in its place.
    Bearer { scheme: Option<String> },
    /// A user and a password.
    Basic,
    /// OAuth 2, client credentials; tokens come from this address.
    OAuth2 { token_url: Option<String> },
}

/// How the API wants to be asked, as a flag says it.
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
    /// With the names that are the most usual.
    pub fn usual(self) -> Auth {
        match self {
            Self::ApiKey => Auth::ApiKey { header: "x-api-key".to_owned() },
            Self::Bearer => Auth::Bearer { scheme: None },
            Self::Basic => Auth::Basic,
            Self::OAuth2 => Auth::OAuth2 { token_url: None },
        }
    }
}

impl Auth {
    /// Which flag says so.
    pub fn kind(&self) -> AuthKind {
        match self {
            Self::ApiKey { .. } => AuthKind::ApiKey,
            Self::Bearer { .. } => AuthKind::Bearer,
            Self::Basic => AuthKind::Basic,
            Self::OAuth2 { .. } => AuthKind::OAuth2,
        }
    }

    /// The client that asks so: an expression of Rust.
    pub fn client(&self) -> String {
        let client = "http.client(&config.api_base)?";
        match self {
            Self::ApiKey { header } => format!("{client}.header({header:?}, &config.api_key)"),
            Self::Bearer { scheme: None } => format!("{client}.bearer(&config.api_token)"),
            Self::Bearer { scheme: Some(scheme) } => {
                format!("{client}.scheme({scheme:?}, &config.api_token)")
            }
            Self::Basic => format!("{client}.basic(&config.username, &config.password)"),
            Self::OAuth2 { .. } => format!(
                "{client}.oauth2(OAuth2::client_credentials(&config.token_url, &config.client_id, \
                 &config.client_secret))?"
            ),
        }
    }

    /// What the client has to be told.
    pub fn config(&self, vendor: &str, base: &str) -> Vec<ConfigField> {
        let secret = |name, docs: String| ConfigField { name, docs, ty: "Secret<String>", default: None };
        let plain = |name, docs: String, default| ConfigField { name, docs, ty: "String", default };
        match self {
            Self::ApiKey { .. } => vec![secret("api_key", self.needed(vendor))],
            Self::Bearer { .. } => vec![secret("api_token", self.needed(vendor))],
            Self::Basic => vec![
                plain("username", self.needed(vendor), None),
                secret(
                    "password",
                    "The password of that user, or what the API takes in its place.".to_owned(),
                ),
            ],
            Self::OAuth2 { token_url } => {
                let origin = url::Url::parse(base)
                    .map_or_else(|_| base.to_owned(), |url| url.origin().ascii_serialization());
                let tokens = token_url.clone().unwrap_or_else(|| format!("{origin}/oauth/token"));
                vec![
                    plain("client_id", self.needed(vendor), None),
                    secret("client_secret", "The secret of that client.".to_owned()),
                    plain("token_url", format!("Where {vendor} gives tokens."), Some(tokens)),
                ]
            }
        }
    }

    /// What somebody has to create at the vendor.
    pub fn needed(&self, vendor: &str) -> String {
        match self {
            Self::ApiKey { .. } => format!("An API key of {vendor}; one that may only read is enough."),
            Self::Bearer { .. } => format!("An API token of {vendor}; one that may only read is enough."),
            Self::Basic => format!("A user of {vendor}; one that may only read is enough."),
            Self::OAuth2 { .. } => {
                format!("The id of an OAuth client of {vendor}; one that may only read is enough.")
            }
        }
    }
}

/// How a list is dealt out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paging {
    /// One answer has all.
    Whole,
    /// How many, and how many to skip.
    Offset { limit: String, skip: String },
    /// The number of a page, and how many it holds.
    Page { number: String, size: String, first: u64 },
    /// The answer has, in `next`, what to send as `parameter`.
    Cursor { parameter: String, next: String, size: Option<String> },
    /// The header `Link` has the address of the next page.
    Link { size: Option<String> },
    /// The answer has the address of the next page.
    NextUrl { next: String, size: Option<String> },
}

/// How a list is dealt out, as a flag says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PagingKind {
    /// The answer has a cursor for the next page
    Cursor,
    /// How many records to send, and how many to skip
    Offset,
    /// The number of a page
    Page,
    /// The header `Link` has the next page
    Link,
}

impl PagingKind {
    /// With the names that are the most usual.
    pub fn usual(self) -> Paging {
        let (limit, size) = ("limit".to_owned(), Some("limit".to_owned()));
        match self {
            Self::Cursor => {
                Paging::Cursor { parameter: "cursor".to_owned(), next: "next_cursor".to_owned(), size }
            }
            Self::Offset => Paging::Offset { limit, skip: "offset".to_owned() },
            Self::Page => Paging::Page { number: "page".to_owned(), size: "per_page".to_owned(), first: 1 },
            Self::Link => Paging::Link { size: Some("per_page".to_owned()) },
        }
    }
}

/// A page as a recording has it.
#[derive(Debug)]
pub struct Page {
    /// The parameters of the request.
    pub query: Vec<(String, String)>,
    /// Whether it holds the records, or none.
    pub full: bool,
    /// What the answer says besides its records: a member, a way of names with dots between them, and its value.
    pub member: Option<(String, Value)>,
    /// The parameters of the page that follows, for vendors that say them as an address, and where they say it.
    pub next: Option<(NextIn, Vec<(String, String)>)>,
}

/// Where the address of the next page stands.
#[derive(Debug, Clone)]
pub enum NextIn {
    /// In the header `Link`.
    Link,
    /// In this member.
    Member(String),
}

impl Paging {
    /// How it is said in Rust.
    pub fn code(&self, items: Option<&str>) -> String {
        let sized = |size: &Option<String>| {
            size.as_ref().map_or_else(String::new, |name| format!(".size({name:?}, PAGE)"))
        };
        let style = match self {
            Self::Whole => "whole()".to_owned(),
            Self::Offset { limit, skip } => format!("offset({limit:?}, {skip:?}, PAGE)"),
            Self::Page { number, size, first } => {
                let from = if *first == 1 { String::new() } else { format!(".first({first})") };
                format!("page({number:?}, {size:?}, PAGE){from}")
            }
            Self::Cursor { parameter, next, size } => {
                format!("cursor({parameter:?}, {next:?}){}", sized(size))
            }
            Self::Link { size } => format!("link(){}", sized(size)),
            Self::NextUrl { next, size } => format!("next_url({next:?}){}", sized(size)),
        };
        let items = items.map_or_else(String::new, |items| format!(".items({items:?})"));
        format!("Paging::{style}{items}")
    }

    /// Whether its code names the size of a page.
    pub fn is_sized(&self) -> bool {
        match self {
            Self::Whole => false,
            Self::Offset { .. } | Self::Page { .. } => true,
            Self::Cursor { size, .. } | Self::Link { size } | Self::NextUrl { size, .. } => size.is_some(),
        }
    }

    /// The pages that a list of so many records comes in: one that holds them all, and the one that ends it.
    pub fn pages(&self, records: usize) -> Vec<Page> {
        let page = |query: &[(&String, String)], full| Page {
            query: query.iter().map(|(name, value)| ((*name).clone(), value.clone())).collect(),
            full,
            member: None,
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
            Self::Whole => vec![page(&[], true)],
            Self::Offset { limit, skip } => {
                let at =
                    |skipped: usize, full| page(&[(limit, size.clone()), (skip, skipped.to_string())], full);
                if records == 0 { vec![at(0, false)] } else { vec![at(0, true), at(records, false)] }
            }
            Self::Page { number, size: name, first } => {
                let at = |n: u64, full| page(&[(name, size.clone()), (number, n.to_string())], full);
                if records == 0 {
                    vec![at(*first, false)]
                } else {
                    vec![at(*first, true), at(first + 1, false)]
                }
            }
            Self::Cursor { parameter, next, size } => {
                let first = Page {
                    query: sized(size),
                    full: true,
                    member: Some((next.clone(), json!("page-2"))),
                    next: None,
                };
                let query = then(sized(size), parameter);
                vec![
                    first,
                    Page { query, full: false, member: Some((next.clone(), Value::Null)), next: None },
                ]
            }
            Self::Link { size } => followed(&sized(size), &then(sized(size), "page"), &NextIn::Link),
            Self::NextUrl { next, size } => {
                followed(&sized(size), &then(sized(size), "page"), &NextIn::Member(next.clone()))
            }
        }
    }
}

/// A page that says where the next one is, and that one, which is the last.
fn followed(first: &[(String, String)], second: &[(String, String)], place: &NextIn) -> Vec<Page> {
    let next = Some((place.clone(), second.to_vec()));
    let last = Page { query: second.to_vec(), full: false, member: None, next: None };
    vec![Page { query: first.to_vec(), full: true, member: None, next }, last]
}
