//! Where in a list one is, what comes next, and whether that is the end.

use std::collections::{HashSet, VecDeque};

use j1_core::error::Kind;
use j1_core::{Error, Result};
use serde_json::Value;
use serde_json::value::RawValue;
use url::Url;

use crate::code;
use crate::provider::page::{Next, Page};
use crate::provider::paging::{End, Paging, Place, Style};
use crate::provider::request::{Request, text_of};

/// How many pages and cursors are remembered, to notice one that comes back. A longer circle ends at the most pages
/// that a list may have.
const REMEMBERED: usize = 4096;
/// How many pages without records may follow each other.
const MOST_EMPTY: u64 = 1000;

/// Where in a list one is.
#[derive(Default)]
pub(super) struct Walk {
    /// Pages that came.
    pages: u64,
    /// Records that came.
    pub read: u64,
    /// Pages without records that came one after another.
    empty: u64,
    /// What the next request sends; nothing before the first.
    next: Option<Next>,
    /// Whether the last page was the end.
    pub ended: bool,
    /// Whether an answer ever said something of a next page, even that there is none.
    said_next: bool,
    /// Whether a page before the last was short, where that may hide records.
    short: Short,
    total: Totals,
    seen: Seen,
}

/// Whether there was a short page, and another one with records after it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Short {
    #[default]
    Never,
    Last,
    Before,
}

/// What the vendor said of how many records there are, from its first answer to its last.
#[derive(Default)]
struct Totals {
    last: Option<u64>,
    /// The number that was followed by a smaller one.
    fell_from: Option<u64>,
}

impl Walk {
    /// Whether no page has come yet.
    pub const fn at_first(&self) -> bool {
        self.pages == 0
    }

    /// The request for the next page.
    pub fn request(&self, first: &Request, paging: &Paging) -> Result<Request> {
        let mut request = first.clone();
        let put = |request: &mut Request, name: &str, value: Value| match paging.place {
            Place::Body => {
                request.set_in_body(name, value);
                Ok(())
            }
            Place::Query => {
                let Some(text) = text_of(&value) else {
                    return Err(broken(request, &format!("gives no text or number for `{name}`")));
                };
                request.set_query(name, &text);
                Ok(())
            }
        };
        let to_url = match (&self.next, paging.style) {
            (Some(Next::Url(url)), _) => Some(url),
            _ => None,
        };
        if let Some(url) = to_url {
            request.url = own(first, url)?;
            return Ok(request);
        }
        if let Some(size) = paging.size {
            put(&mut request, size.name, size.records.into())?;
        }
        match (paging.style, &self.next) {
            (Style::Offset { skip, aligned }, _) => {
                let size = paging.size.map_or(0, |size| size.records);
                let skipped = if aligned { self.pages.saturating_mul(size) } else { self.read };
                put(&mut request, skip, skipped.into())?;
            }
            (Style::Page { number, first }, _) => {
                put(&mut request, number, first.saturating_add(self.pages).into())?;
            }
            (
                Style::Cursor { parameter, .. }
                | Style::After { parameter, .. }
                | Style::GraphQl { after: parameter },
                Some(Next::Cursor(cursor)),
            ) => put(&mut request, parameter, cursor.clone())?,
            _ => {}
        }
        Ok(request)
    }

    /// Takes a page: its records, and whether it is the last.
    pub fn take(&mut self, request: &Request, paging: &Paging, page: Page) -> Result<Vec<Box<RawValue>>> {
        let records = u64::try_from(page.records.len()).unwrap_or(u64::MAX);
        self.pages += 1;
        self.read = self.read.saturating_add(records);
        self.empty = if records == 0 { self.empty + 1 } else { 0 };
        self.total.note(page.total);
        self.said_next |= page.next != Next::Missing;
        let full = paging.size.is_none_or(|size| records >= size.records);
        self.short = match (self.short, records, full) {
            (Short::Last, 1.., _) => Short::Before,
            (Short::Never, _, false) => Short::Last,
            (short, ..) => short,
        };
        self.ended = self.is_last(request, paging, &page, records)?;
        if !self.ended {
            self.must_go_on(request, paging, &page, records)?;
            self.next = Some(page.next);
        }
        Ok(page.records)
    }

    /// Whether this page is the last, as declared.
    fn is_last(&self, request: &Request, paging: &Paging, page: &Page, records: u64) -> Result<bool> {
        if let Some(more) = page.has_more {
            return Ok(!more);
        }
        let by_cursor = matches!(
            paging.style,
            Style::Cursor { .. } | Style::NextUrl { .. } | Style::Link | Style::GraphQl { .. }
        );
        let no_next = by_cursor && matches!(page.next, Next::Missing | Next::None);
        match paging.end {
            End::Total => match self.total.last {
                Some(total) => Ok(records == 0 || no_next || self.read >= total),
                None => {
                    Err(broken(request, "does not say how many records there are, and the list ends by that"))
                }
            },
            End::EmptyPage if records > 0 && no_next => {
                Err(broken(request, "has no cursor, and the list ends with an empty page"))
            }
            End::EmptyPage => Ok(records == 0),
            End::OfStyle | End::HasMore(_) => Ok(match paging.style {
                Style::Whole => true,
                Style::Offset { .. } | Style::Page { .. } | Style::After { .. } => records == 0,
                _ => no_next,
            }),
        }
    }

    /// Fails where the next page would be one that was there already.
    fn must_go_on(&mut self, request: &Request, paging: &Paging, page: &Page, records: u64) -> Result<()> {
        let counted = matches!(paging.style, Style::Offset { .. } | Style::Page { .. });
        if !counted && matches!(page.next, Next::Missing | Next::None) {
            return Err(broken(request, "says that there is more, and not where"));
        }
        if self.pages >= paging.max_pages {
            return Err(endless(request, "is one page too many"));
        }
        if self.empty > MOST_EMPTY {
            return Err(endless(request, "is without records like the thousand before it"));
        }
        if records == 0 && matches!(paging.style, Style::Offset { .. }) {
            return Err(endless(request, "says that there is more, and has no records"));
        }
        if records > 0 && !self.seen.is_new(page.digest) {
            return Err(endless(request, "repeats a page before"));
        }
        if let (Style::Offset { aligned: false, .. }, Some(size)) = (paging.style, paging.size)
            && records > size.records
        {
            // It may be a larger page, or hold records that are on every page: to skip all that came would then be too far.
            let asked = size.records;
            return Err(broken(
                request,
                &format!(
                    "has {records} records, and {asked} were asked for, so it is not known where the next page begins; declare \
                     the size that the vendor sends"
                ),
            ));
        }
        let cursor = match &page.next {
            Next::Cursor(cursor) => cursor.to_string(),
            Next::Url(url) => url.clone(),
            Next::Missing | Next::None => return Ok(()),
        };
        if !paging.cursors_repeat && !self.seen.is_new(xxhash_rust::xxh3::xxh3_64(cursor.as_bytes()) ^ CURSOR)
        {
            return Err(endless(request, "leads back to a page before"));
        }
        Ok(())
    }

    /// How many records there should have been, by the vendor's last word.
    pub fn expected(&self) -> Option<u64> {
        self.total.last
    }

    /// Why the end, although it was reached as declared, proves less than it should.
    pub fn doubt(&self, paging: &Paging) -> Option<String> {
        let counted = matches!(paging.style, Style::Offset { .. } | Style::Page { .. });
        if counted && let (Some(before), Some(last)) = (self.total.fell_from, self.total.last) {
            return Some(format!(
                "became shorter while it was read, from {before} records to {last}; some may have been skipped"
            ));
        }
        if let (End::Total, Some(total)) = (paging.end, self.total.last)
            && self.read > total
        {
            return Some(format!(
                "has {total} records by its own count, by which it ends, and {} came",
                self.read
            ));
        }
        if let Style::Offset { aligned: true, .. } = paging.style
            && self.short == Short::Before
            && self.total.last.is_none()
        {
            return Some("has a short page before its last; some records may have been skipped".to_owned());
        }
        let by_cursor = matches!(paging.style, Style::Cursor { .. } | Style::NextUrl { .. });
        let full = paging.size.is_some_and(|size| self.read >= size.records);
        if by_cursor
            && full
            && !self.said_next
            && self.total.last.is_none()
            && matches!(paging.end, End::OfStyle)
        {
            return Some(
                "has a full page, and no answer had a member for the next one; look whether its name is right"
                    .to_owned(),
            );
        }
        None
    }
}

/// Tells cursors from pages among what was seen.
const CURSOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// Hashes of what came lately.
#[derive(Default)]
struct Seen {
    hashes: HashSet<u64>,
    order: VecDeque<u64>,
}

impl Seen {
    /// Whether this did not come lately; it is remembered.
    fn is_new(&mut self, hash: u64) -> bool {
        if !self.hashes.insert(hash) {
            return false;
        }
        self.order.push_back(hash);
        if self.order.len() > 2 * REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.hashes.remove(&oldest);
        }
        true
    }
}

impl Totals {
    fn note(&mut self, total: Option<u64>) {
        let Some(total) = total else { return };
        if self.last.is_some_and(|last| total < last) {
            self.fell_from = self.fell_from.or(self.last);
        }
        self.last = Some(total);
    }
}

/// An address of the API that the vendor gave. Any other would get our credentials.
fn own(request: &Request, url: &str) -> Result<Url> {
    let joined = request.url.join(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let Some(joined) = joined else {
        return Err(broken(request, "gives an address of the next page that is none"));
    };
    if request.client.owns(&joined) {
        return Ok(joined);
    }
    let message = format!(
        "`{}` gives an address of the next page on {}, and the API is on {}: the credentials are not sent there",
        request.name(),
        joined.origin().ascii_serialization(),
        request.client.base.origin().ascii_serialization()
    );
    Err(Error::new(Kind::Provider, code::OTHER_HOST, message))
}

fn broken(request: &Request, what: &str) -> Error {
    Error::new(Kind::Data, code::OTHER_SHAPE, format!("the answer to `{}` {what}", request.name()))
}

fn endless(request: &Request, what: &str) -> Error {
    let message = format!("the answer to `{}` {what}; the list does not end as declared", request.name());
    Error::new(Kind::Data, code::ENDLESS, message)
}
