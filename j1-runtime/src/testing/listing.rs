//! Paging of a double's lists.

use serde_json::{Map, Value};
use url::Url;

/// The paging of a list of a [`Double`](crate::testing::Double). It does not use the code that reads pages, so that
/// the two check each other.
#[derive(Clone, Debug)]
#[must_use = "give it to `Double::list`"]
pub struct Listing {
    style: Style,
    items: Option<&'static str>,
    total: Option<&'static str>,
    total_header: Option<&'static str>,
    size: usize,
}

#[derive(Clone, Debug)]
enum Style {
    Whole,
    Offset { limit: &'static str, skip: &'static str },
    Page { page: &'static str, size: &'static str },
    Cursor { parameter: &'static str, next: &'static str },
    Link,
}

/// One page of a response.
pub(super) struct Dealt {
    pub body: Value,
    /// The URL of the next page, if the response names it in its `Link` header.
    pub link: Option<String>,
    /// The header that counts the records, with their number.
    pub total: Option<(&'static str, usize)>,
}

impl Listing {
    /// All at once.
    pub const fn whole() -> Self {
        Self::with_style(Style::Whole)
    }

    /// As the query says: `limit` records from the one numbered `skip` on.
    pub const fn offset(limit: &'static str, skip: &'static str) -> Self {
        Self::with_style(Style::Offset { limit, skip })
    }

    /// By the number of the page, from 1, of a size that the query may set.
    pub const fn page(page: &'static str, size: &'static str) -> Self {
        Self::with_style(Style::Page { page, size })
    }

    /// By a cursor: the response's member `next` holds it, and the query sends it back as `parameter`. The last page
    /// has
    /// `null`.
    pub const fn cursor(parameter: &'static str, next: &'static str) -> Self {
        Self::with_style(Style::Cursor { parameter, next })
    }

    /// By the header `Link: <…>; rel="next"`.
    pub const fn link() -> Self {
        Self::with_style(Style::Link)
    }

    /// Puts the records into this member of the response, such as `results` or `data.users`.
    pub const fn items(mut self, member: &'static str) -> Self {
        self.items = Some(member);
        self
    }

    /// Puts the number of all records into this member of the response.
    pub const fn total(mut self, member: &'static str) -> Self {
        self.total = Some(member);
        self
    }

    /// Puts the number of all records into this header of the response, such as `x-total-count`.
    pub const fn total_header(mut self, name: &'static str) -> Self {
        self.total_header = Some(name);
        self
    }

    /// Sends at most this many records in a page, whatever the query says; otherwise 100.
    pub const fn at_most(mut self, size: usize) -> Self {
        self.size = size;
        self
    }

    const fn with_style(style: Style) -> Self {
        Self { style, items: None, total: None, total_header: None, size: 100 }
    }

    /// The page that a request asks for.
    pub(super) fn deal(&self, url: &Url, records: &[Value]) -> Dealt {
        let asked = |name: &str| {
            url.query_pairs().find(|(key, _)| key == name).and_then(|(_, value)| value.parse::<usize>().ok())
        };
        let (from, size) = match &self.style {
            Style::Whole => (0, records.len()),
            Style::Offset { limit, skip } => (asked(skip).unwrap_or(0), asked(limit).unwrap_or(self.size)),
            Style::Page { page, size } => {
                let size = asked(size).unwrap_or(self.size).min(self.size);
                (asked(page).unwrap_or(1).saturating_sub(1).saturating_mul(size), size)
            }
            Style::Cursor { parameter, .. } => (asked(parameter).unwrap_or(0), self.size),
            Style::Link => (asked("after").unwrap_or(0), self.size),
        };
        let size = if matches!(self.style, Style::Whole) { size } else { size.min(self.size) };
        let from = from.min(records.len());
        let to = from.saturating_add(size).min(records.len());
        let page = Value::from(records.get(from..to).unwrap_or_default().to_vec());
        let next = (to < records.len()).then_some(to);
        let total = self.total_header.map(|name| (name, records.len()));
        let mut body = match self.items {
            None if !self.has_members() => return Dealt { body: page, link: self.link_of(url, next), total },
            items => {
                let mut body = Value::Object(Map::new());
                put(&mut body, items.unwrap_or("items"), page);
                body
            }
        };
        if let Some(total) = self.total {
            put(&mut body, total, records.len().into());
        }
        if let Style::Cursor { next: member, .. } = self.style {
            put(&mut body, member, next.map_or(Value::Null, |at| at.to_string().into()));
        }
        Dealt { body, link: self.link_of(url, next), total }
    }

    const fn has_members(&self) -> bool {
        self.total.is_some() || matches!(self.style, Style::Cursor { .. })
    }

    fn link_of(&self, url: &Url, next: Option<usize>) -> Option<String> {
        let next = next.filter(|_| matches!(self.style, Style::Link))?;
        let mut url = url.clone();
        let others: Vec<(String, String)> =
            url.query_pairs().into_owned().filter(|(name, _)| name != "after").collect();
        url.query_pairs_mut().clear().extend_pairs(others).append_pair("after", &next.to_string());
        Some(format!("<{url}>; rel=\"next\""))
    }
}

/// Puts a value at a path of members, `a.b`.
fn put(body: &mut Value, path: &str, value: Value) {
    let mut place = body;
    for member in path.split('.') {
        place = &mut place[member];
    }
    *place = value;
}
