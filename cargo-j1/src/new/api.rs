//! The paging of the provider's API, as code of the client and as recordings.

use clap::ValueEnum;
use serde_json::{Value, json};

/// The page size, which most APIs allow.
pub const PAGE: u64 = 100;

/// The place in the body of a GraphQL request at which the runtime sends the cursor.
const AFTER: &str = "variables.after";

/// The paging of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paging {
    /// One response holds the whole list.
    Whole,
    /// By a number of records and a number to skip, or the number of the first record where that is not 0.
    Offset { limit: String, skip: String, first: u64, total: Option<String> },
    /// The number of a page, and how many it holds.
    Page { number: String, size: String, first: u64, total: Option<String> },
    /// The response holds in `next` the cursor to send as `parameter`.
    Cursor { parameter: String, next: String, size: Option<String> },
    /// The next page begins after the last record of this one; `more` in the response says if there is one.
    After { parameter: String, member: String, more: String, size: Option<String> },
    /// The header `Link` has the URL of the next page.
    Link { size: Option<String> },
    /// The response has the URL of the next page.
    NextUrl { next: String, size: Option<String> },
    /// A connection of GraphQL: `pageInfo` has the cursor, and the query takes it as its variable `after`.
    GraphQl { connection: String },
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
            Self::Offset => Paging::Offset { limit, skip: "offset".to_owned(), first: 0, total: None },
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
    /// `true` if the page holds all records; otherwise it is empty.
    pub full: bool,
    /// Members of the response beside its records: path and value.
    pub members: Vec<(String, Value)>,
    /// For providers that send the URL of the next page: where they send it, and its parameters.
    pub next: Option<(NextIn, Vec<(String, String)>)>,
}

/// The part of a response that holds the URL of the next page.
#[derive(Debug, Clone)]
pub enum NextIn {
    /// The header `Link`.
    Link,
    /// This member.
    Member(String),
}

impl Paging {
    /// Returns the paging as an expression of Rust, with pages of this many records.
    pub fn code(&self, items: Option<&str>, page: u64) -> String {
        let many = if page == PAGE { "PAGE".to_owned() } else { page.to_string() };
        let sized = |size: &Option<String>| {
            size.as_ref().map_or_else(String::new, |name| format!(".size({name:?}, {many})"))
        };
        let totalled = |total: &Option<String>| {
            total.as_ref().map_or_else(String::new, |name| format!(".total({name:?})"))
        };
        let style = match self {
            Self::Whole => "whole()".to_owned(),
            Self::Offset { limit, skip, first, total } => {
                let from = if *first == 0 { "offset(".to_owned() } else { format!("offset_from({first}, ") };
                format!("{from}{limit:?}, {skip:?}, {many}){}", totalled(total))
            }
            Self::Page { number, size, first, total } => {
                let from = if *first == 1 { "page(".to_owned() } else { format!("page_from({first}, ") };
                format!("{from}{number:?}, {size:?}, {many}){}", totalled(total))
            }
            Self::Cursor { parameter, next, size } => {
                format!("cursor({parameter:?}, {next:?}){}", sized(size))
            }
            Self::After { parameter, member, more, size } => {
                format!("after({parameter:?}, {member:?}).has_more({more:?}){}", sized(size))
            }
            Self::Link { size } => format!("link(){}", sized(size)),
            Self::NextUrl { next, size } => format!("next_url({next:?}){}", sized(size)),
            Self::GraphQl { connection } => format!("graphql({connection:?})"),
        };
        let items = items.map_or_else(String::new, |items| format!(".items({items:?})"));
        format!("Paging::{style}{items}")
    }

    /// Returns `true` where a response says where the next page is.
    pub const fn is_followed(&self) -> bool {
        matches!(self, Self::Link { .. } | Self::NextUrl { .. })
    }

    /// Returns the same without a size of the page in the request.
    pub fn without_size(self) -> Self {
        match self {
            Self::Link { .. } => Self::Link { size: None },
            Self::NextUrl { next, .. } => Self::NextUrl { next, size: None },
            other => other,
        }
    }

    /// Returns the parameters of the query that it sends.
    pub fn parameters(&self) -> Vec<String> {
        let of = |names: &[&String], size: &Option<String>| {
            names.iter().map(|name| (*name).clone()).chain(size.clone()).collect()
        };
        match self {
            Self::Whole => Vec::new(),
            Self::GraphQl { .. } => vec![AFTER.to_owned()],
            Self::Offset { limit, skip, .. } => of(&[limit, skip], &None),
            Self::Page { number, size, .. } => of(&[number, size], &None),
            Self::Cursor { parameter, size, .. } | Self::After { parameter, size, .. } => {
                of(&[parameter], size)
            }
            Self::Link { size } | Self::NextUrl { size, .. } => of(&[], size),
        }
    }

    /// Returns the parameter that says how many records a page may have.
    pub const fn size(&self) -> Option<&String> {
        match self {
            Self::Whole | Self::GraphQl { .. } => None,
            Self::Offset { limit: size, .. } | Self::Page { size, .. } => Some(size),
            Self::Cursor { size, .. }
            | Self::After { size, .. }
            | Self::Link { size }
            | Self::NextUrl { size, .. } => size.as_ref(),
        }
    }

    /// Returns `true` if the generated code sets the page size.
    pub const fn is_sized(&self) -> bool {
        self.size().is_some()
    }

    /// Returns the pages of a recorded list of this many records: one that holds them all, and the one that ends the
    /// list.
    pub fn pages(&self, records: usize, size: u64) -> Vec<Page> {
        let page = |query: &[(&String, String)], full, total: &Option<String>| Page {
            query: query.iter().map(|(name, value)| ((*name).clone(), value.clone())).collect(),
            full,
            members: total.iter().map(|way| (way.clone(), json!(records))).collect(),
            next: None,
        };
        let size = size.to_string();
        let sized =
            |name: &Option<String>| name.iter().map(|name| (name.clone(), size.clone())).collect::<Vec<_>>();
        let then = |mut query: Vec<(String, String)>, name: &str| {
            query.push((name.to_owned(), "page-2".to_owned()));
            query
        };
        match self {
            Self::Whole => vec![page(&[], true, &None)],
            Self::Offset { limit, skip, first, total } => {
                let at = |skipped: usize, full| {
                    let from = skipped as u64 + first;
                    page(&[(limit, size.clone()), (skip, from.to_string())], full, total)
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
            Self::GraphQl { connection } => connected(connection, records),
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

/// Returns the pages of a connection.
fn connected(connection: &str, records: usize) -> Vec<Page> {
    let page = |query: &[(&str, &str)], full, more: bool, cursor: Value| Page {
        query: query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        members: vec![
            (format!("{connection}.pageInfo.hasNextPage"), json!(more)),
            (format!("{connection}.pageInfo.endCursor"), cursor),
        ],
        full,
        next: None,
    };
    let last = |query: &[(&str, &str)]| page(query, false, false, Value::Null);
    if records == 0 {
        return vec![last(&[])];
    }
    vec![page(&[], true, true, json!("page-2")), last(&[(AFTER, "page-2")])]
}

/// Returns a page that says where the next one is, and that one, which is the last.
fn followed(
    first: &[(String, String)],
    second: &[(String, String)],
    place: &NextIn,
    records: usize,
) -> Vec<Page> {
    // The last page has the member, too: without it, nothing says that the list has ended.
    let ended = match place {
        NextIn::Member(way) => vec![(way.clone(), Value::Null)],
        NextIn::Link => Vec::new(),
    };
    let last = |query: &[(String, String)], full| Page {
        query: query.to_vec(),
        full,
        members: ended.clone(),
        next: None,
    };
    if records == 0 {
        return vec![last(first, false)];
    }
    let next = Some((place.clone(), second.to_vec()));
    vec![Page { next, members: Vec::new(), ..last(first, true) }, last(second, false)]
}
