//! The ways of paging: the declaration of the client, and the responses of the provider.

use j1_runtime::provider::{Incoming, Outgoing, Paging};
use serde_json::{Value, json};

/// A way to page a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Style {
    /// One response.
    Whole,
    /// The number of records to skip.
    Offset,
    /// As `Offset`, with a count of all records.
    OffsetTotal,
    /// Only multiples of the page size can be skipped; with a count.
    Aligned,
    /// The number of the page.
    Page,
    /// As `Page`, and a header counts all records.
    PageTotal,
    /// As `Page`, and a member says whether there is more.
    HasMore,
    /// A cursor that is the id of the last record.
    Cursor,
    /// A token that stands for a place in a snapshot.
    Token,
    /// Declared as a cursor, but the server moves on with each request.
    StatefulCursor,
    /// Declared as a scroll.
    Scroll,
    /// The page after this id.
    After,
    /// The URL of the next page, with the id of the last record.
    NextUrl,
    /// The URL of the next page, with its number.
    NumberedUrl,
    /// The header `Link`, with the id of the last record.
    Link,
    /// The header `Link`, with the number of the page.
    NumberedLink,
    /// A GraphQL connection.
    GraphQl,
}

/// A record with its id.
pub type Record = (u32, Value);

/// The state that a server keeps for the lists it has begun to send.
#[derive(Debug, Default)]
pub struct Sessions(Vec<(Vec<Record>, usize)>);

/// A response that is less than the whole page, and looks like the last.
#[derive(Clone, Copy, Debug)]
pub enum Cut {
    /// The status gives it away.
    Status(u16),
    /// A member or a header gives it away.
    Evidence(Evidence),
}

/// The sign of a cut list.
#[derive(Clone, Copy, Debug)]
pub enum Evidence {
    Member(&'static str, &'static str),
    Header(&'static str, &'static str),
}

impl Evidence {
    /// Signs of which each contradicts the end of a list.
    pub const ALL: [Self; 14] = [
        Self::Member("hasMore", "true"),
        Self::Member("total_count", "999999"),
        Self::Member("incomplete_results", "true"),
        Self::Member("timed_out", "true"),
        Self::Member("nextPageToken", "\"abc\""),
        Self::Member("@odata.nextLink", "\"https://simulated.example/more\""),
        Self::Member("IsTruncated", "true"),
        Self::Member("errors", "[{\"message\":\"a shard is down\"}]"),
        Self::Member("status", "\"error\""),
        Self::Member("success", "false"),
        Self::Header("link", "<https://simulated.example/more>; rel=\"next\""),
        Self::Header("x-total-count", "999999"),
        Self::Header("content-range", "items 0-1/999999"),
        Self::Header("x-has-more", "true"),
    ];
}

/// Statuses of success that are not that of a whole page.
pub const ODD_STATUSES: [u16; 6] = [202, 203, 204, 206, 207, 226];

impl Style {
    pub const ALL: &[Self] = &[
        Self::Whole,
        Self::Offset,
        Self::OffsetTotal,
        Self::Aligned,
        Self::Page,
        Self::PageTotal,
        Self::HasMore,
        Self::Cursor,
        Self::Token,
        Self::StatefulCursor,
        Self::Scroll,
        Self::After,
        Self::NextUrl,
        Self::NumberedUrl,
        Self::Link,
        Self::NumberedLink,
        Self::GraphQl,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Offset => "offset",
            Self::OffsetTotal => "offset with a total",
            Self::Aligned => "aligned offset",
            Self::Page => "page number",
            Self::PageTotal => "page number with a total",
            Self::HasMore => "page number with has_more",
            Self::Cursor => "cursor",
            Self::Token => "next token",
            Self::StatefulCursor => "cursor of a server that moves on",
            Self::Scroll => "stateful scroll",
            Self::After => "keyset",
            Self::NextUrl => "next URL",
            Self::NumberedUrl => "next URL with a page number",
            Self::Link => "link header",
            Self::NumberedLink => "link header with a page number",
            Self::GraphQl => "GraphQL",
        }
    }

    /// The declaration of the client.
    pub fn paging(self, size: u64) -> Paging {
        let paging = match self {
            Self::Whole => Paging::whole(),
            Self::Offset => Paging::offset("limit", "skip", size),
            Self::OffsetTotal => Paging::offset("limit", "skip", size).total("count"),
            Self::Aligned => Paging::aligned_offset("limit", "skip", size).total("count"),
            Self::Page => Paging::page("page", "limit", size),
            Self::PageTotal => Paging::page("page", "limit", size).total_header("x-records"),
            Self::HasMore => Paging::page("page", "limit", size).has_more("more"),
            Self::Cursor | Self::Token | Self::StatefulCursor => {
                Paging::cursor("cursor", "next").size("limit", size)
            }
            // A request that something on the way sends twice moves a scroll on, and only a count shows it.
            Self::Scroll => Paging::scroll("scroll", "next").until_empty().total("count"),
            Self::After => Paging::after("after", "id").size("limit", size),
            Self::NextUrl | Self::NumberedUrl => Paging::next_url("next").size("limit", size),
            Self::Link | Self::NumberedLink => Paging::link().size("limit", size).total_header("x-records"),
            Self::GraphQl => return Paging::graphql("data.things"),
        };
        paging.items("items")
    }

    /// Returns `true` if new records, which have the greatest ids, come after all that was read.
    pub const fn bears_new_records(self) -> bool {
        matches!(
            self,
            Self::Whole
                | Self::Offset
                | Self::OffsetTotal
                | Self::Cursor
                | Self::After
                | Self::NextUrl
                | Self::GraphQl
        )
    }

    /// Returns `true` if the server keeps the place in the list, so that a lost response may cost a page.
    const fn is_stateful(self) -> bool {
        matches!(self, Self::StatefulCursor | Self::Scroll)
    }

    /// Returns `true` if a lost response may keep a list from being proven complete: the server moves on, or the list ends
    /// with a page without records behind a cursor, which looks as if it had, and may be lost in each pass.
    pub const fn may_lose(self) -> bool {
        self.is_stateful() || matches!(self, Self::After)
    }

    /// Returns `true` if the list ends with a page without records.
    const fn ends_empty(self) -> bool {
        matches!(
            self,
            Self::Offset
                | Self::OffsetTotal
                | Self::Aligned
                | Self::Page
                | Self::PageTotal
                | Self::Scroll
                | Self::After
        )
    }

    /// Responds to a request for a page. `cut` leaves records out.
    pub fn respond(
        self,
        request: &Outgoing,
        list: &[Record],
        sessions: &mut Sessions,
        (size, cut): (usize, Option<Cut>),
    ) -> Page {
        let limit = number(request, "limit").unwrap_or(size).max(1);
        let (begin, session) = self.begin(request, list, sessions, limit);
        let list = session.map_or(list, |session| &sessions.0[session].0);
        let begin = begin.min(list.len());
        let mut end = if self == Self::Whole { list.len() } else { (begin + limit).min(list.len()) };
        // Pages that go by id cannot part records with one id.
        while self.goes_by_id() && end > begin && end < list.len() && list[end].0 == list[end - 1].0 {
            end += 1;
        }
        let sent = match cut {
            None => end,
            Some(_) if self.ends_empty() => begin,
            Some(_) => begin + (end - begin) / 2,
        };
        let mut page = Page {
            records: list[begin..sent].iter().map(|(_, record)| record.clone()).collect(),
            all: list.len(),
            more: cut.is_none() && end < list.len(),
            next: Value::Null,
            link: None,
            cut,
            left_out: cut.is_some() && begin < list.len(),
        };
        let last = list[begin..end].last().map(|(id, _)| *id);
        let path = request.url.path();
        let by_id = last.map(|last| format!("{path}?limit={limit}&cursor={last}"));
        let by_number = format!("{path}?limit={limit}&page={}", begin / limit + 2);
        match self {
            Self::Scroll => page.next = json!(format!("{}-0", session.unwrap_or_default())),
            _ if !page.more => {}
            Self::Cursor | Self::GraphQl => page.next = json!(last.map(|last| last.to_string())),
            Self::NextUrl => page.next = json!(by_id),
            Self::Link => page.link = by_id,
            Self::NumberedUrl => page.next = json!(by_number),
            Self::NumberedLink => page.link = Some(by_number),
            Self::Token | Self::StatefulCursor => {
                page.next = json!(format!("{}-{end}", session.unwrap_or_default()));
            }
            _ => {}
        }
        if let Some(session) = session {
            sessions.0[session].1 = end;
        }
        page
    }

    /// The place of the first record that a request asks for, and the session that it belongs to.
    fn begin(
        self,
        request: &Outgoing,
        list: &[Record],
        sessions: &mut Sessions,
        limit: usize,
    ) -> (usize, Option<usize>) {
        let after = |id: Option<String>| {
            let id: u32 = id.and_then(|id| id.parse().ok()).unwrap_or_default();
            list.iter().position(|(other, _)| *other > id).unwrap_or(list.len())
        };
        let begin = match self {
            Self::Whole => 0,
            Self::Offset | Self::OffsetTotal | Self::Aligned => number(request, "skip").unwrap_or(0),
            Self::Page | Self::PageTotal | Self::HasMore | Self::NumberedUrl | Self::NumberedLink => {
                (number(request, "page").unwrap_or(1).max(1) - 1) * limit
            }
            Self::Cursor | Self::NextUrl | Self::Link => after(asked(request, "cursor")),
            Self::After => after(asked(request, "after")),
            Self::GraphQl => {
                let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
                after(body["variables"]["after"].as_str().map(str::to_owned))
            }
            Self::Token | Self::StatefulCursor | Self::Scroll => {
                let sent = asked(request, "cursor").or_else(|| asked(request, "scroll"));
                let (session, at) = sessions.of(sent.as_deref(), list);
                return (if self == Self::Token { at } else { sessions.0[session].1 }, Some(session));
            }
        };
        (begin, None)
    }

    /// Returns `true` for a page that is not the first, of a list that nothing counts and whose pages can be requested again.
    pub fn is_in_the_middle(self, request: &Outgoing) -> bool {
        let beyond = |name, first| number(request, name).is_some_and(|number| number > first);
        match self {
            Self::Offset => beyond("skip", 0),
            Self::Page | Self::NumberedUrl => beyond("page", 1),
            Self::Cursor | Self::NextUrl => asked(request, "cursor").is_some(),
            Self::After => asked(request, "after").is_some(),
            _ => false,
        }
    }

    const fn goes_by_id(self) -> bool {
        matches!(self, Self::Cursor | Self::NextUrl | Self::Link | Self::After | Self::GraphQl)
    }
}

/// A parameter of the query.
fn asked(request: &Outgoing, name: &str) -> Option<String> {
    let found = request.url.query_pairs().find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned())
}

fn number(request: &Outgoing, name: &str) -> Option<usize> {
    asked(request, name).and_then(|value| value.parse().ok())
}

impl Sessions {
    /// The session and the place that a token names; a new session without one.
    fn of(&mut self, token: Option<&str>, list: &[Record]) -> (usize, usize) {
        let known = token.and_then(|token| {
            let (session, at) = token.split_once('-')?;
            Some((session.parse().ok()?, at.parse().ok()?))
        });
        known.filter(|(session, _)| *session < self.0.len()).unwrap_or_else(|| {
            self.0.push((list.to_vec(), 0));
            (self.0.len() - 1, 0)
        })
    }
}

/// A page before it is written down.
pub struct Page {
    pub records: Vec<Value>,
    all: usize,
    more: bool,
    next: Value,
    link: Option<String>,
    cut: Option<Cut>,
    /// `true` if the cut left out records.
    pub left_out: bool,
}

impl Page {
    /// Leaves out all records, and what leads on.
    pub fn clear(&mut self) {
        self.records.clear();
        (self.more, self.next, self.link) = (false, Value::Null, None);
    }

    /// Writes the page as the style has it.
    pub fn write(self, style: Style) -> Incoming {
        let records = Value::Array(self.records);
        let mut body = match style {
            Style::GraphQl => {
                let info = json!({ "hasNextPage": self.more, "endCursor": self.next });
                json!({ "data": { "things": { "nodes": records, "pageInfo": info } } })
            }
            Style::OffsetTotal | Style::Aligned => json!({ "items": records, "count": self.all }),
            Style::HasMore => json!({ "items": records, "more": self.more }),
            Style::Scroll => json!({ "items": records, "next": self.next, "count": self.all }),
            Style::Cursor | Style::Token | Style::StatefulCursor | Style::NextUrl | Style::NumberedUrl => {
                json!({ "items": records, "next": self.next })
            }
            _ => json!({ "items": records }),
        };
        let mut response = Incoming { status: 200, ..Incoming::default() };
        let mut header = |name: &'static str, value: &str| {
            response.headers.insert(name, value.parse().expect("a header"));
        };
        if matches!(style, Style::PageTotal | Style::Link | Style::NumberedLink) {
            header("x-records", &self.all.to_string());
        }
        if let Some(link) = self.link {
            header("link", &format!("<{link}>; rel=\"next\""));
        }
        match self.cut {
            Some(Cut::Evidence(Evidence::Header(name, value))) => header(name, value),
            Some(Cut::Evidence(Evidence::Member(name, value))) => {
                body[name] = serde_json::from_str(value).expect("a value");
            }
            Some(Cut::Status(status)) => response.status = status,
            None => {}
        }
        if response.status != 204 {
            response.body = body.to_string().into();
        }
        response
    }
}
