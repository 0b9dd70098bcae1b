//! Reads one response of a list as declared.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use j1_core::error::Kind;
use j1_core::graph::{Places, each_member_while};
use j1_core::validate::without_byte_order_mark;
use j1_core::{Error, Result};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::code;
use crate::provider::digest;
use crate::provider::evidence::{Came, Collector, Evidence, Members};
use crate::provider::link::Link;
use crate::provider::paging::{Absent, End, Paging, Style, Total};
use crate::provider::position::SHORTEST_CUT;
use crate::provider::request::Request;
use crate::provider::spans::{self, List, MAX_RECORDS, Span};
use crate::provider::transport::Incoming;
use crate::redact;

/// The number of members that an object around records may have: for each one about 150 bytes are needed.
const MAX_MEMBERS: usize = 10_000;

/// One response of a list, taken apart.
#[derive(Default)]
pub(super) struct Page {
    /// The response without a byte order mark; of named records, an array of them.
    pub body: Bytes,
    /// The positions of the records in the body.
    pub records: Vec<Span>,
    /// The places of their members, if these were found on the way.
    pub places: Places,
    /// The digests of the records, in their order.
    pub digests: Vec<u64>,
    /// The number of its records, and of different ones among them; where there are no digests, all count as different.
    pub came: Came,
    /// The next page, if the provider names it.
    pub next: Next,
    /// The declared member that says if there is more.
    pub has_more: Option<bool>,
    /// The number of records by the declared count.
    pub total: Option<u64>,
    /// `true` if two records in a row have the same value of the member by which the list goes on.
    pub tied: bool,
    /// Recognizes the list of records as sent.
    pub digest: u64,
    /// Further evidence about the end of the list.
    pub evidence: Evidence,
}

/// The next page according to a response.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Next {
    /// Nothing: the member or header is missing.
    #[default]
    Missing,
    /// The list ends here: the member is null or empty.
    End,
    /// The cursor to send.
    Cursor(Value),
    /// The URL to request.
    Url(String),
}

impl Page {
    /// A page without records that ends the list.
    pub fn empty() -> Self {
        Self { has_more: Some(false), ..Self::default() }
    }

    /// Reads a response.
    pub fn read(request: &Request, paging: &Paging, response: &Incoming) -> Result<Self> {
        let bytes = without_byte_order_mark(&response.body);
        let mut body = Body::new(request, paging, bytes, response)?;
        let evidence = Collector::new(paging)
            .collect(body.object.as_ref().map(|object| &object.members), &response.headers);
        let mut evidence = body.checked(paging, evidence)?;
        // Named records are read from an array of them, which the response does not have.
        let array = body.named_records(paging)?;
        let (source, List { spans, places }) = match &array {
            Some(array) => {
                (&array[..], spans::list(array, array).map_err(|error| request.unreadable(response, &error))?)
            }
            None => (bytes, body.records(paging)?),
        };
        let record = |span: &Span| source.get(span.range()).unwrap_or_default();
        let next = body.next_page(paging, spans.last().map(record))?;
        let has_more = match (paging.end, paging.style) {
            (End::HasMore(member), _) => Some(body.boolean(member)?),
            (_, Style::GraphQl { .. }) => Some(body.boolean(&connection(paging, "pageInfo.hasNextPage"))?),
            _ => None,
        };
        let total = match paging.total {
            Some(Total::Member(member)) => body.number(member)?,
            Some(Total::Header(name)) => body.header_number(name)?,
            None => None,
        };
        if !(response.status == 200 || paging.also_status == Some(response.status)) {
            evidence.cut.push(format!("the status is {}", response.status));
        }
        let digests = match paging.style {
            // Only what is compared with the number of different records asks for them.
            Style::Whole if spans.len() < SHORTEST_CUT && total.is_none() && !evidence.compares() => {
                Vec::new()
            }
            _ => spans.iter().map(|span| digest::digest(record(span))).collect(),
        };
        let came = Came::new(spans.len(), &digests);
        let tied = is_tied(paging, spans.iter().map(record));
        let first = spans.first().map_or(0, |span| span.range().start);
        let last = spans.last().map_or(0, |span| span.range().end);
        let digest = xxhash_rust::xxh3::xxh3_64(source.get(first..last).unwrap_or_default());
        let body = match array {
            Some(array) => Bytes::from(array),
            None => response.body.slice_ref(bytes),
        };
        Ok(Self {
            body,
            records: spans,
            places,
            digests,
            came,
            next,
            has_more,
            total,
            tied,
            digest,
            evidence,
        })
    }
}

/// The members of an object in their order.
struct Named<'b>(Vec<(String, &'b RawValue)>);

impl<'de> Deserialize<'de> for Named<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Named<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Named<'de>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry::<String, &'de RawValue>()? {
                    if pairs.len() == MAX_RECORDS {
                        return Err(A::Error::custom(format!("more than {MAX_RECORDS} records on one page")));
                    }
                    pairs.push(pair);
                }
                Ok(Named(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

/// Returns `true` if two records in a row have the same value of the member by which the list goes on.
fn is_tied<'r>(paging: &Paging, records: impl Iterator<Item = &'r [u8]>) -> bool {
    let Style::After { member, .. } = paging.style else { return false };
    let quoted = Value::from(member).to_string();
    let values = records.map(|record| {
        let mut found = None;
        each_member_while(record, |name, value| {
            found = found.or((name == quoted.as_bytes()).then_some(value));
            found.is_none()
        });
        found
    });
    let mut before = None;
    values.into_iter().any(|value| value.is_some() && std::mem::replace(&mut before, value) == value)
}

/// A member of the GraphQL connection.
fn connection(paging: &Paging, member: &str) -> String {
    format!("{}.{member}", paging.items.unwrap_or_default())
}

/// A response that is being read.
struct Body<'b> {
    request: &'b Request,
    response: &'b Incoming,
    bytes: &'b [u8],
    /// Its members if it is an object: found once, since a page is long.
    object: Option<Object<'b>>,
    /// Its records if it is the list itself.
    list: Option<List>,
}

/// The members of an object.
#[derive(Default)]
pub(super) struct Object<'b> {
    pub members: Members<'b>,
    /// The names that come twice: which of the two is meant is not known.
    twice: Vec<String>,
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self::default())
    }
}

impl<'de> Visitor<'de> for Object<'de> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Self, A::Error> {
        while let Some((name, value)) = members.next_entry::<String, &RawValue>()? {
            if self.members.len() + self.twice.len() == MAX_MEMBERS {
                return Err(A::Error::custom(format!("more than {MAX_MEMBERS} members")));
            }
            if let Some(known) = self.members.get_mut(&name) {
                *known = value;
                self.twice.push(name);
            } else {
                self.members.insert(name, value);
            }
        }
        Ok(self)
    }
}

impl<'b> Body<'b> {
    fn new(request: &'b Request, paging: &Paging, bytes: &'b [u8], response: &'b Incoming) -> Result<Self> {
        // Each of the two proves in the same pass that all of it is JSON.
        let (object, list) = match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'[') if paging.items.is_none() => (None, spans::list(bytes, bytes).ok()),
            Some(b'{') => (serde_json::from_slice(bytes).ok(), None),
            _ => (None, None),
        };
        let body = Self { request, response, bytes, object, list };
        // Of named records there may be more than that.
        let is_limited = paging.named.is_none() || paging.items.is_some();
        if body.object.is_none() && body.list.is_none() && body.whole()?.get().starts_with('{') && is_limited
        {
            return Err(body.other_shape(&format!("an object with at most {MAX_MEMBERS} members")));
        }
        Ok(body)
    }

    /// All of it.
    fn whole(&self) -> Result<&'b RawValue> {
        serde_json::from_slice(self.bytes).map_err(|error| self.request.unreadable(self.response, &error))
    }

    /// Returns an error if the response says that it is one. A GraphQL response may have both errors and data.
    fn checked(&self, paging: &Paging, mut evidence: Evidence) -> Result<Evidence> {
        let Some(member) = evidence.error.take().filter(|_| paging.error_members) else {
            return Ok(evidence);
        };
        if let Style::GraphQl { .. } = paging.style
            && self.connection(paging).is_ok_and(|found| found.is_some_and(|list| list.get() != "null"))
        {
            evidence.cut.push(format!("`{member}` is not empty{}", self.excerpt()));
            return Ok(evidence);
        }
        let message = format!(
            "`{}` returned status {}, and an error in `{member}`{}",
            self.request.name(),
            self.response.status,
            self.excerpt()
        );
        Err(Error::new(Kind::Provider, code::STATUS, message))
    }

    /// Records that are the members of an object, as an array in which each has its name; `None` where none are declared.
    fn named_records(&self, paging: &Paging) -> Result<Option<Vec<u8>>> {
        let Some(member) = paging.named else { return Ok(None) };
        let expected = match paging.items {
            Some(path) => format!("an object whose `{path}` is an object of records{}", self.excerpt()),
            None => format!("an object of records{}", self.excerpt()),
        };
        let found = match paging.items {
            Some(path) => self.find(path)?,
            None => Some(self.whole()?),
        };
        let absent = match found {
            None => paging.absent == Absent::Missing,
            Some(found) => found.get() == "null" && paging.absent != Absent::Error,
        };
        if absent {
            return Ok(Some(b"[]".to_vec()));
        }
        let pairs = found.and_then(|found| serde_json::from_str::<Named<'_>>(found.get()).ok());
        let Some(Named(pairs)) = pairs else { return Err(self.other_shape(&expected)) };
        let mut array = vec![b'['];
        for (name, record) in pairs {
            let Some(known) = object(record) else { return Err(self.other_shape(&expected)) };
            if array.len() > 1 {
                array.push(b',');
            }
            let rest = record.get().strip_prefix('{').unwrap_or_default().trim_start();
            if known.members.contains_key(member) {
                array.extend_from_slice(record.get().as_bytes());
            } else {
                let comma = if known.members.is_empty() { "" } else { "," };
                let head = format!("{{{}:{}{comma}", Value::from(member), Value::from(name));
                array.extend_from_slice(head.as_bytes());
                array.extend_from_slice(rest.as_bytes());
            }
        }
        array.push(b']');
        Ok(Some(array))
    }

    /// The records at the declared place.
    fn records(&mut self, paging: &Paging) -> Result<List> {
        let listed = match self.list.take() {
            Some(list) => Some(list),
            None => self.listed(paging)?,
        };
        let Some(list) = listed else { return Ok(List::default()) };
        let inside = |member| {
            let spans = list.spans.iter().map(|item| self.inside(*item, member));
            spans.collect::<Result<_>>().map(List::inner)
        };
        if let Style::GraphQl { .. } = paging.style
            && self.find(&connection(paging, "nodes"))?.is_none()
        {
            return inside("node");
        }
        match paging.each {
            Some(member) => inside(member),
            None => Ok(list),
        }
    }

    /// The items of the list at the declared place; `None` if it may be absent and is.
    fn listed(&self, paging: &Paging) -> Result<Option<List>> {
        let list = match (paging.style, paging.items) {
            (Style::GraphQl { .. }, Some(_)) => self.connection(paging)?,
            (_, Some(path)) => self.find(path)?,
            (_, None) => Some(self.whole()?),
        };
        let empty = match list {
            None => paging.absent == Absent::Missing,
            Some(list) => list.get() == "null" && paging.absent != Absent::Error,
        };
        if empty {
            return Ok(None);
        }
        let expected = paging
            .items
            .map_or_else(|| "an array".to_owned(), |path| format!("an object whose `{path}` is an array"));
        let Some(list) = list else {
            let what = format!("{expected}{}; a missing list is not taken for an empty one", self.excerpt());
            return Err(self.other_shape(&what));
        };
        if !list.get().starts_with('[') {
            return Err(self.other_shape(&format!("{expected}{}", self.excerpt())));
        }
        spans::list(list.get().as_bytes(), self.bytes)
            .map(Some)
            .map_err(|error| self.other_shape(&format!("{expected} that can be read: {error}")))
    }

    /// The records of a connection: its `nodes`, or else its `edges`.
    fn connection(&self, paging: &Paging) -> Result<Option<&'b RawValue>> {
        match self.find(&connection(paging, "nodes"))? {
            Some(nodes) => Ok(Some(nodes)),
            None => self.find(&connection(paging, "edges")),
        }
    }

    /// The record in a member of an item.
    fn inside(&self, item: Span, member: &str) -> Result<Span> {
        let object: Object<'_> = self
            .bytes
            .get(item.range())
            .and_then(|item| serde_json::from_slice(item).ok())
            .unwrap_or_default();
        let record = object.members.get(member).copied();
        record
            .and_then(|record| Span::of_value(record, self.bytes))
            .ok_or_else(|| self.other_shape(&format!("a list whose items have a `{member}` each")))
    }

    /// The next page, as the style of the list says.
    fn next_page(&self, paging: &Paging, last: Option<&[u8]>) -> Result<Next> {
        match paging.style {
            Style::Cursor { next, .. } => self.next(next, Next::Cursor),
            Style::NextUrl { next } => self.next(next, |url| match url {
                Value::String(url) => Next::Url(url),
                other => Next::Cursor(other),
            }),
            Style::After { member, .. } => self.last(last, member),
            Style::Link => match Link::from_headers(&self.response.headers) {
                Link::Missing => Ok(Next::Missing),
                Link::NoNext => Ok(Next::End),
                Link::Next(url) => Ok(Next::Url(url)),
                Link::Malformed => Err(self.other_shape("one whose header `Link` can be parsed")),
            },
            Style::GraphQl { .. } => self.next(&connection(paging, "pageInfo.endCursor"), Next::Cursor),
            Style::Whole | Style::Offset { .. } | Style::Page { .. } => Ok(Next::End),
        }
    }

    /// Reads the next page from the response. The object that holds the member must be there: a misspelt name must
    /// not end a list.
    fn next(&self, path: &str, some: fn(Value) -> Next) -> Result<Next> {
        if let Some((holder, _)) = split(path).and_then(|mut path| path.pop().map(|last| (path, last)))
            && self.walk(&holder)?.is_none()
        {
            return Err(self.other_shape(&format!("one that has `{path}`")));
        }
        let Some(found) = self.find(path)? else { return Ok(Next::Missing) };
        match cursor(found).map_err(|error| self.request.unreadable(self.response, &error))? {
            // Some providers send `false` instead of null.
            Value::Null | Value::Bool(false) => Ok(Next::End),
            Value::String(text) if text.is_empty() => Ok(Next::End),
            value => Ok(some(value)),
        }
    }

    /// The cursor in the last record of a page.
    fn last(&self, last: Option<&[u8]>, member: &str) -> Result<Next> {
        let Some(last) = last else { return Ok(Next::End) };
        let members: Members<'_> = serde_json::from_slice(last).unwrap_or_default();
        let value = members.get(member).and_then(|found| cursor(found).ok());
        match value {
            None | Some(Value::Null) => {
                Err(self.other_shape(&format!("a list whose last record has `{member}`")))
            }
            Some(value) => Ok(Next::Cursor(value)),
        }
    }

    fn boolean(&self, path: &str) -> Result<bool> {
        match self.find(path)?.map(RawValue::get) {
            Some("true") => Ok(true),
            Some("false") => Ok(false),
            _ => Err(self.other_shape(&format!("one that says in `{path}` whether there is more"))),
        }
    }

    /// The declared count; `None` if the member is missing, which only a later page may do.
    fn number(&self, path: &str) -> Result<Option<u64>> {
        let Some(found) = self.find(path)? else { return Ok(None) };
        let text = found.get().trim_matches('"').trim();
        let digits = text.strip_suffix(".0").unwrap_or(text);
        match digits.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(self.other_shape(&format!("one whose `{path}` counts the records"))),
        }
    }

    fn header_number(&self, name: &str) -> Result<Option<u64>> {
        let Some(value) = self.response.headers.get(name) else { return Ok(None) };
        match value.to_str().ok().and_then(|text| text.trim().parse().ok()) {
            Some(number) => Ok(Some(number)),
            None => Err(self.other_shape(&format!("one whose header `{name}` counts the records"))),
        }
    }

    fn find(&self, path: &str) -> Result<Option<&'b RawValue>> {
        split(path).map_or_else(|| self.whole().map(Some), |names| self.walk(&names))
    }

    /// Walks into the response; `None` if a member is missing, an error if something on the way is not an object, or comes
    /// twice.
    fn walk(&self, names: &[Cow<'_, str>]) -> Result<Option<&'b RawValue>> {
        let Some((first, names)) = names.split_first() else { return self.whole().map(Some) };
        let no_object = |name| self.other_shape(&format!("an object with `{name}`{}", self.excerpt()));
        let Some(object) = &self.object else { return Err(no_object(first)) };
        let Some(mut at) = self.member(object, first)? else { return Ok(None) };
        for name in names {
            let Some(inner) = object_of(at).map_err(|()| no_object(name))? else { return Ok(None) };
            let Some(next) = self.member(&inner, name)? else { return Ok(None) };
            at = next;
        }
        Ok(Some(at))
    }

    fn member(&self, object: &Object<'b>, name: &str) -> Result<Option<&'b RawValue>> {
        if object.twice.iter().any(|twice| twice == name) {
            return Err(self.other_shape(&format!("one in which `{name}` comes once{}", self.excerpt())));
        }
        Ok(object.members.get(name).copied())
    }

    fn excerpt(&self) -> String {
        redact::excerpt(self.bytes)
    }

    fn other_shape(&self, expected: &str) -> Error {
        self.request.other_shape(&format!("is not {expected}"))
    }
}

/// Reads a cursor. A number that would be sent with other digits, such as one of nanoseconds, is the text of it: other digits
/// are another place in the list.
fn cursor(found: &RawValue) -> serde_json::Result<Value> {
    let value: Value = serde_json::from_str(found.get())?;
    let sent = value.to_string();
    Ok(if value.is_number() && sent != found.get() { found.get().into() } else { value })
}

fn object(value: &RawValue) -> Option<Object<'_>> {
    serde_json::from_str(value.get()).ok()
}

/// The members of an object; `None` for null.
fn object_of(value: &RawValue) -> Result<Option<Object<'_>>, ()> {
    if value.get() == "null" { Ok(None) } else { object(value).map(Some).ok_or(()) }
}

/// The names that a path leads through; `None` for the response itself.
pub(super) fn split(path: &str) -> Option<Vec<Cow<'_, str>>> {
    if path.is_empty() {
        return None;
    }
    let pointer = path.strip_prefix('/').map(|pointer| {
        pointer.split('/').map(|name| Cow::Owned(name.replace("~1", "/").replace("~0", "~"))).collect()
    });
    Some(pointer.unwrap_or_else(|| path.split('.').map(Cow::Borrowed).collect()))
}
