//! One answer of a list, taken apart as declared.

use std::borrow::Cow;
use std::collections::HashMap;

use j1_core::error::Kind;
use j1_core::{Error, Result};
use serde_json::value::RawValue;

use crate::code;
use crate::provider::link;
use crate::provider::paging::{Absent, End, Paging, Style, Total};
use crate::provider::request::Request;
use crate::provider::transport::Incoming;
use crate::redact;

/// Members of a 200 that say that it is none.
const ERROR_MEMBERS: [&str; 8] =
    ["error", "errors", "fault", "errorCode", "error_code", "errorMessage", "error_message", "errorSummary"];

type Members<'b> = HashMap<String, &'b RawValue>;

/// What an answer says of a list.
pub(super) struct Page {
    /// The records, unread.
    pub records: Vec<Box<RawValue>>,
    /// How the next page is asked for; only where the vendor says so.
    pub next: Next,
    /// Whether there is more, where it is declared that the vendor says so.
    pub has_more: Option<bool>,
    /// How many records the list has, where the vendor says so.
    pub total: Option<u64>,
    /// Tells the records of a page from those of another.
    pub digest: u64,
}

/// What an answer says of the next page.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Next {
    /// Nothing: the member or header is not there.
    Missing,
    /// That there is none: the member is null or empty.
    None,
    /// To send this.
    Cursor(serde_json::Value),
    /// To ask there.
    Url(String),
}

impl Page {
    /// A page without records, after which none comes.
    pub fn empty() -> Self {
        Self { records: Vec::new(), next: Next::None, has_more: Some(false), total: None, digest: 0 }
    }

    /// Takes an answer apart.
    pub fn read(request: &Request, paging: &Paging, answer: &Incoming) -> Result<Self> {
        let body = Body::new(request, &answer.body)?;
        if paging.error_members {
            body.is_no_error()?;
        }
        let (records, digest) = body.records(paging)?;
        let next = match paging.style {
            Style::Cursor { next, .. } => body.next(next, Next::Cursor)?,
            Style::NextUrl { next } => body.next(next, |url| match url {
                serde_json::Value::String(url) => Next::Url(url),
                other => Next::Cursor(other),
            })?,
            Style::After { member, .. } => body.last(&records, member)?,
            Style::Link => link::next(&answer.headers).map_or(Next::Missing, Next::Url),
            Style::GraphQl { .. } => body.next(&connection(paging, "pageInfo.endCursor"), Next::Cursor)?,
            Style::Whole | Style::Offset { .. } | Style::Page { .. } => Next::None,
        };
        let has_more = match (paging.end, paging.style) {
            (End::HasMore(member), _) => Some(body.boolean(member)?),
            (_, Style::GraphQl { .. }) => Some(body.boolean(&connection(paging, "pageInfo.hasNextPage"))?),
            _ => None,
        };
        let total = match paging.total {
            Some(Total::Member(member)) => body.number(member)?,
            Some(Total::Header(name)) => answer.header(name).and_then(|text| text.trim().parse().ok()),
            None => None,
        };
        Ok(Self { records, next, has_more, total, digest })
    }
}

/// A member of the connection.
fn connection(paging: &Paging, member: &str) -> String {
    format!("{}.{member}", paging.items.unwrap_or_default())
}

/// An answer that is being taken apart.
struct Body<'b> {
    request: &'b Request,
    bytes: &'b [u8],
    whole: &'b RawValue,
    /// Its members, where it is an object: found once, since a page is long.
    members: Option<Members<'b>>,
}

impl<'b> Body<'b> {
    fn new(request: &'b Request, bytes: &'b [u8]) -> Result<Self> {
        let whole: &RawValue = serde_json::from_slice(bytes).map_err(|error| request.unreadable(&error))?;
        Ok(Self { request, bytes, whole, members: members(whole) })
    }

    /// The records at the declared place.
    fn records(&self, paging: &Paging) -> Result<(Vec<Box<RawValue>>, u64)> {
        let list = match (paging.style, paging.items) {
            (Style::GraphQl { .. }, Some(_)) => self.connection(paging)?,
            (_, Some(path)) => self.find(path)?,
            (_, None) => Some(self.whole),
        };
        let empty = match list {
            None => paging.absent == Absent::Missing,
            Some(list) => list.get() == "null" && paging.absent != Absent::Error,
        };
        if empty {
            return Ok((Vec::new(), 0));
        }
        let expected = paging
            .items
            .map_or_else(|| "an array".to_owned(), |path| format!("an object whose `{path}` is an array"));
        let Some(list) = list else {
            let what = format!("{expected}{}; a missing list is not taken for an empty one", self.excerpt());
            return Err(self.other_shape(&what));
        };
        let records: Vec<Box<RawValue>> = serde_json::from_str(list.get())
            .map_err(|_| self.other_shape(&format!("{expected}{}", self.excerpt())))?;
        let digest = xxhash_rust::xxh3::xxh3_64(list.get().as_bytes());
        if let Style::GraphQl { .. } = paging.style
            && self.find(&connection(paging, "nodes"))?.is_none()
        {
            let nodes = records.iter().map(|edge| self.node(edge)).collect::<Result<_>>()?;
            return Ok((nodes, digest));
        }
        Ok((records, digest))
    }

    /// The records of a connection: its `nodes`, or else its `edges`.
    fn connection(&self, paging: &Paging) -> Result<Option<&'b RawValue>> {
        match self.find(&connection(paging, "nodes"))? {
            Some(nodes) => Ok(Some(nodes)),
            None => self.find(&connection(paging, "edges")),
        }
    }

    fn node(&self, edge: &RawValue) -> Result<Box<RawValue>> {
        let mut members: HashMap<String, Box<RawValue>> =
            serde_json::from_str(edge.get()).unwrap_or_default();
        members.remove("node").ok_or_else(|| self.other_shape("a connection whose edges have a `node` each"))
    }

    /// What the answer says of the next page. What holds the member must be there: a name that is spelt wrong must
    /// not end a list.
    fn next(&self, path: &str, some: fn(serde_json::Value) -> Next) -> Result<Next> {
        if let Some((holder, _)) = split(path).and_then(|mut path| path.pop().map(|last| (path, last)))
            && self.walk(&holder)?.is_none()
        {
            return Err(self.other_shape(&format!("one that holds `{path}`")));
        }
        let Some(found) = self.find(path)? else { return Ok(Next::Missing) };
        match serde_json::from_str(found.get()).map_err(|error| self.request.unreadable(&error))? {
            // Some vendors say `false` instead of nothing.
            serde_json::Value::Null | serde_json::Value::Bool(false) => Ok(Next::None),
            serde_json::Value::String(text) if text.is_empty() => Ok(Next::None),
            value => Ok(some(value)),
        }
    }

    /// What the last record of a page says of the next one.
    fn last(&self, records: &[Box<RawValue>], member: &str) -> Result<Next> {
        let Some(last) = records.last() else { return Ok(Next::None) };
        let value = match members(last).and_then(|members| members.get(member).copied()) {
            Some(found) => {
                serde_json::from_str(found.get()).map_err(|error| self.request.unreadable(&error))?
            }
            None => serde_json::Value::Null,
        };
        if value.is_null() {
            return Err(self.other_shape(&format!("a list whose last record has `{member}`")));
        }
        Ok(Next::Cursor(value))
    }

    fn boolean(&self, path: &str) -> Result<bool> {
        match self.find(path)?.map(RawValue::get) {
            Some("true") => Ok(true),
            Some("false") => Ok(false),
            _ => Err(self.other_shape(&format!("one that says in `{path}` whether there is more"))),
        }
    }

    /// A count; some vendors write it as text.
    fn number(&self, path: &str) -> Result<Option<u64>> {
        Ok(self.find(path)?.and_then(|raw| raw.get().trim_matches('"').parse().ok()))
    }

    fn is_no_error(&self) -> Result<()> {
        let Some(members) = &self.members else { return Ok(()) };
        let says = |name: &str, nothing: &[&str]| {
            members.get(name).is_some_and(|value| !nothing.contains(&value.get()))
        };
        let nothing = ["null", "false", "0", "\"\"", "[]", "{}", "\"0\""];
        let wrong = ERROR_MEMBERS.into_iter().find(|name| says(name, &nothing));
        let not_ok = ["ok", "success"]
            .into_iter()
            .find(|name| members.get(*name).is_some_and(|value| value.get() == "false"));
        let Some(member) = wrong.or(not_ok) else { return Ok(()) };
        let message = format!(
            "`{}` was answered with success, and an error in `{member}`{}",
            self.request.name(),
            self.excerpt()
        );
        Err(Error::new(Kind::Provider, code::STATUS, message))
    }

    fn find(&self, path: &str) -> Result<Option<&'b RawValue>> {
        split(path).map_or(Ok(Some(self.whole)), |names| self.walk(&names))
    }

    /// Goes into the answer; `None` where a member is missing, an error where one is no object.
    fn walk(&self, names: &[Cow<'_, str>]) -> Result<Option<&'b RawValue>> {
        let Some((first, names)) = names.split_first() else { return Ok(Some(self.whole)) };
        let no_object = |name| self.other_shape(&format!("an object with `{name}`{}", self.excerpt()));
        let Some(members) = &self.members else { return Err(no_object(first)) };
        let Some(mut at) = members.get(first.as_ref()).copied() else { return Ok(None) };
        for name in names {
            let Some(inner) = members_of(at).map_err(|()| no_object(name))? else { return Ok(None) };
            let Some(next) = inner.get(name.as_ref()) else { return Ok(None) };
            at = *next;
        }
        Ok(Some(at))
    }

    fn excerpt(&self) -> String {
        redact::excerpt(self.bytes)
    }

    fn other_shape(&self, expected: &str) -> Error {
        let message = format!("the answer to `{}` is not {expected}", self.request.name());
        Error::new(Kind::Data, code::OTHER_SHAPE, message)
    }
}

fn members(value: &RawValue) -> Option<Members<'_>> {
    serde_json::from_str(value.get()).ok()
}

/// The members of what should be an object; `None` for null, which has none.
fn members_of(value: &RawValue) -> Result<Option<Members<'_>>, ()> {
    if value.get() == "null" { Ok(None) } else { members(value).map(Some).ok_or(()) }
}

/// The names that a path leads through; `None` for the answer itself.
pub(super) fn split(path: &str) -> Option<Vec<Cow<'_, str>>> {
    if path.is_empty() {
        return None;
    }
    let pointer = path.strip_prefix('/').map(|pointer| {
        pointer.split('/').map(|name| Cow::Owned(name.replace("~1", "/").replace("~0", "~"))).collect()
    });
    Some(pointer.unwrap_or_else(|| path.split('.').map(Cow::Borrowed).collect()))
}
