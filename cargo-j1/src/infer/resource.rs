//! The lists that a file shows. Every reader fills this, and one generator writes code from it.

use std::fmt;

use super::json::Json;
use super::shape::Shape;
use crate::new::api::Paging;
use crate::new::credentials::Auth;
use crate::new::escape::line;

/// The result of reading files.
#[derive(Debug, Default)]
pub struct Found {
    /// The URL of the API, or its path alone, with a `/` before it, where the file does not say the host.
    pub base: Option<String>,
    /// The credentials that the API takes: alternatives, each of kinds that are sent together.
    pub auth: Vec<Vec<Auth>>,
    /// The review note on the credentials.
    pub auth_review: Option<String>,
    /// The lists of the API.
    pub resources: Vec<Resource>,
    /// Lists that were left out, and why.
    pub left_out: Vec<LeftOut>,
}

impl Found {
    /// Adds what another file shows; the first file that says something counts.
    pub fn absorb(&mut self, other: Self) {
        self.base = self.base.take().or(other.base);
        if self.auth.is_empty() {
            (self.auth, self.auth_review) = (other.auth, other.auth_review);
        }
        self.resources.extend(other.resources);
        self.left_out.extend(other.left_out);
    }
}

/// Something that was left out.
#[derive(Debug, Clone, serde::Serialize)]
pub struct LeftOut {
    /// Its name.
    pub what: String,
    /// The reason.
    pub why: String,
}

impl LeftOut {
    /// Returns this with its reason, each on one line.
    pub fn new(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self { what: line(&what.into()), why: line(&why.into()) }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.why)
    }
}

/// The kind of file that shows a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A document, which says what records are like.
    Document,
    /// Records that were seen.
    Records,
}

/// A list of things that an API has.
#[derive(Debug, Clone)]
pub struct Resource {
    /// The name of one of them, in snake case. [`super::entities`] makes it unique.
    pub name: String,
    /// The words of its path in snake case, the last one first.
    pub words: Vec<String>,
    /// Its path below the URL of the API, as the file writes it but for the slash at the beginning; `{id}` stands for an id.
    pub path: String,
    /// The parameters of its path, in order.
    pub holes: Vec<Hole>,
    /// Parameters of the query, and headers, that the list needs.
    pub given: Vec<Given>,
    /// The member of a response that holds the records; `None` where the response is the list.
    pub items: Option<String>,
    /// The member that records get their names as, where they are the members of an object.
    pub named: Option<String>,
    /// The member of each item that holds the record.
    pub each: Option<String>,
    /// The paging of the list, if the document shows it.
    pub paging: Option<Paging>,
    /// The shape of a record: an object.
    pub shape: Shape,
    /// Some records.
    pub records: Vec<Json>,
    /// The description of a record that a document gives.
    pub docs: Option<String>,
    /// The kind of file that shows it.
    pub source: Source,
    /// The response is one object that exists once, such as the settings of a tenant, rather than a list.
    pub once: bool,
}

/// A parameter of a path.
#[derive(Debug, Clone)]
pub struct Hole {
    /// Its name, as the file writes it.
    pub name: String,
    /// The path before it.
    pub before: String,
    /// Its description.
    pub docs: Option<String>,
    /// The value that a document gives for everybody.
    pub default: Option<String>,
    /// The value that fills it.
    pub fill: Fill,
    /// The member of the owner's records that fills it, where that is not the key.
    pub member: Option<String>,
}

/// The value that fills a parameter of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fill {
    /// Nothing yet.
    Open,
    /// The field of the configuration.
    Config(String),
    /// The key of the entity of this name.
    Parent(String),
}

/// A parameter that a list needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Its name.
    pub name: String,
    /// It is a header, rather than in the query.
    pub is_header: bool,
    /// Its value; `None` where the document gives none.
    pub value: Option<String>,
    /// The source of the value, as the end of a sentence.
    pub why: &'static str,
}

impl Resource {
    /// Returns a resource of objects with the properties of a ported type.
    pub fn ported(name: String, records: Vec<Json>, docs: String) -> Self {
        Self {
            words: vec![name.clone()],
            path: String::new(),
            holes: Vec::new(),
            given: Vec::new(),
            items: None,
            named: None,
            each: None,
            paging: None,
            shape: Shape::from_values(&records),
            docs: Some(docs),
            source: Source::Records,
            once: false,
            records,
            name,
        }
    }

    /// Returns the entities whose keys the path needs, outermost first, by their names.
    pub fn owners(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.holes.iter().filter_map(|hole| match &hole.fill {
            Fill::Parent(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// Returns the entity below whose records the list is, by its name: the innermost of its owners.
    pub fn parent(&self) -> Option<&str> {
        self.owners().next_back()
    }

    /// Returns the code of a paging of the list.
    pub fn paging_code(&self, paging: &Paging) -> String {
        let named = self.named.as_ref().map(|member| format!(".named_records({member:?})"));
        let each = self.each.as_ref().map(|member| format!(".each({member:?})"));
        paging.code(self.items.as_deref()) + &named.or(each).unwrap_or_default()
    }

    /// Returns the list as prose names it: "`GET /users`".
    pub fn shown(&self) -> String {
        crate::new::escape::code(&format!("GET /{}", self.path))
    }
}

/// Returns the words of a path in snake case, the last one first, without parameters, versions and `.json`.
pub fn words_of(path: &str) -> Vec<String> {
    let parts = path.split('/').rev().filter(|part| !part.is_empty() && !part.starts_with('{'));
    let words: Vec<String> = parts
        .filter(|part| !is_version(part))
        .filter_map(|part| super::words::snake(without_verb(without_format(part))))
        .map(|word| super::words::singular(&word))
        .collect();
    words
}

/// Returns a part of a path without the `.json` behind it, which is a format and no name.
pub fn without_format(part: &str) -> &str {
    [".json", ".JSON"].iter().find_map(|end| part.strip_suffix(end)).unwrap_or(part)
}

/// Returns a part of a path without the `.list` behind it, which says what is done with the things before it.
fn without_verb(part: &str) -> &str {
    [".list", ".all", ".index", ".get"].iter().find_map(|end| part.strip_suffix(end)).unwrap_or(part)
}

/// Returns `true` for `v1`, `2010-04-01`, `api` and the like.
fn is_version(part: &str) -> bool {
    let digits =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '-');
    digits(part)
        || part.strip_prefix(['v', 'V']).is_some_and(digits)
        || ["api", "rest", "rest-api"].contains(&part)
}
