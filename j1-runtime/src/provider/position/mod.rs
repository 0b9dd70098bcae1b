//! The position in a list: what to request next, whether a page is the last, and what the pages prove.
//!
//! One `ListPosition` belongs to one pass over a list, and only [`Pages`](crate::provider::Pages) drives it: `request`,
//! then `take` with the page that came, until `ended`. After that `verdict` says whether the pass proves the middle of the
//! list, and `doubts` what the pass leaves open.

mod beyond;
mod doubts;
mod numbered;
mod seen;

use std::collections::BTreeMap;

use j1_core::error::Kind;
use j1_core::{Error, Result};
use serde_json::Value;
use url::Url;

use crate::code;
use crate::provider::page::{Next, Page};
use crate::provider::paging::{End, Paging, Place, Style, Total};
use crate::provider::request::{Request, text_of};
pub(super) use doubts::{cut, is_usual_length};
use seen::{CURSOR, Seen, Totals};

/// The maximum number of pages without records in a row.
const MAX_EMPTY: u64 = 1000;
/// Usual page sizes: a response with exactly so many records may be a page of a longer list.
const PAGE_SIZES: [u64; 9] = [10, 20, 25, 30, 50, 100, 200, 250, 500];
/// The smallest number of records at which a list that comes whole may be cut.
pub(super) const SHORTEST_CUT: usize = 100;

/// The position in a list.
#[expect(clippy::struct_excessive_bools, reason = "independent facts of one list")]
#[derive(Default)]
pub(super) struct ListPosition {
    /// Pages received.
    pages: u64,
    /// Records received.
    pub read: u64,
    /// The index after the last record received.
    at: u64,
    /// Pages without records in a row.
    empty: u64,
    /// The parameters of the next request; `None` before the first.
    next: Option<Next>,
    /// `true` if the last page was the end.
    pub ended: bool,
    /// `true` if any response named a next page.
    said_next: bool,
    /// The number of different records of the longest page but the last.
    longest: u64,
    /// Records that came once more on one page.
    twice: u64,
    /// `true` if the last page is as long as those before, and says nothing about a next page although they did.
    silent: bool,
    short: Short,
    total: Totals,
    seen: Seen,
    /// The digests of the records of the last page.
    last: Vec<u64>,
    /// A digest of each page, to compare passes.
    digests: Vec<u64>,
    /// `true` if the last page had only records of the page before.
    only_overlap: bool,
    /// The reason records can have moved to a page that was read already.
    moved: Option<String>,
    /// `true` if two records in a row have the same value of the member by which the list goes on.
    tied: bool,
    /// `true` if the URLs or cursors of the next pages hold plain numbers.
    numbered: bool,
    /// The latest value of each member or header that counts records, or pages, without being declared. Some providers send
    /// them with the first page only.
    counted: BTreeMap<String, u64>,
    counted_pages: BTreeMap<String, u64>,
    /// Members of the last page that say there is more.
    contradictions: Vec<String>,
    /// Members of the first page that say there is one before it.
    earlier: Vec<String>,
}

/// Tracks a short page that is followed by records.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Short {
    #[default]
    Never,
    Last,
    Before,
}

/// The proof of a pass about the middle of the list.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// No record was missed.
    Proven,
    /// A record may have been missed, for this reason: the list must be read again.
    ReadAgain(String),
}

impl ListPosition {
    /// Returns `true` before the first page.
    pub const fn at_first(&self) -> bool {
        self.pages == 0
    }

    /// Returns `true` if the next request sends what the provider sent: a cursor or a URL.
    pub fn sends_cursor(&self) -> bool {
        matches!(self.next, Some(Next::Cursor(_) | Next::Url(_)))
    }

    /// Returns `true` if the next request should begin with the last record received. After records moved, nothing more can
    /// be proven by this pass.
    pub fn overlaps(&self, paging: &Paging) -> bool {
        let free = matches!(paging.style, Style::Offset { aligned: false, .. });
        free && self.at > 0 && !self.only_overlap && self.moved.is_none()
    }

    /// The request for the next page.
    pub fn request(&self, first: &Request, paging: &Paging, overlap: bool) -> Result<Request> {
        let mut request = first.clone();
        let put = |request: &mut Request, name: &str, value: Value| match paging.place {
            Place::Body => {
                request.set_in_body(name, value);
                Ok(())
            }
            Place::Query => {
                let Some(text) = text_of(&value) else {
                    return Err(request.other_shape(&format!("has no string or number for `{name}`")));
                };
                request.set_query(name, &text);
                Ok(())
            }
        };
        if let Some(Next::Url(url)) = &self.next {
            request.url = own(&request, url)?;
        } else if let Some(size) = paging.size {
            put(&mut request, size.name, asked(size.records, overlap).into())?;
        }
        match (paging.style, &self.next) {
            (Style::Offset { skip, first, aligned }, _) => {
                let size = paging.size.map_or(0, |size| size.records);
                let skipped =
                    if aligned { self.pages.saturating_mul(size) } else { self.at - u64::from(overlap) };
                put(&mut request, skip, first.saturating_add(skipped).into())?;
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
            (Style::NextUrl { next }, Some(Next::Cursor(_))) => {
                return Err(request.other_shape(&format!("has no URL in `{next}`")));
            }
            _ => {}
        }
        Ok(request)
    }

    /// Takes a page, and returns how many of its first records were on the page before.
    ///
    /// With `overlap`, the page was requested to begin with the last record of the page before.
    pub fn take(&mut self, request: &Request, paging: &Paging, page: &Page, overlap: bool) -> Result<usize> {
        let records = page.records.len() as u64;
        self.pages += 1;
        if self.pages == 1 && page.total.is_none() && !page.body.is_empty() {
            Self::declared_total(request, paging)?;
        }
        if self.pages == 1 && matches!(paging.style, Style::Page { .. } | Style::Offset { .. }) {
            self.earlier.clone_from(&page.evidence.earlier);
        }
        self.total.note(page.total);
        self.counted.extend(page.evidence.counts.iter().cloned());
        self.counted_pages.extend(page.evidence.pages.iter().cloned());
        let repeated = self.repeated(&page.digests);
        if overlap && repeated == 0 {
            self.moved.get_or_insert_with(|| {
                let what = if records == 0 { "is gone" } else { "is at another place" };
                format!("the last record of a page {what} when the next page is requested")
            });
        }
        let fresh = if overlap { records - repeated } else { records };
        self.only_overlap = overlap && records > 0 && fresh == 0;
        self.read = self.read.saturating_add(fresh);
        self.at = (self.at - u64::from(overlap)).saturating_add(records).max(self.at);
        self.empty = if records == 0 { self.empty + 1 } else { 0 };
        self.silent = self.said_next && page.next == Next::Missing && records >= self.longest.max(1);
        self.said_next |= page.next != Next::Missing;
        self.longest = self.longest.max(page.came.different);
        self.tied |= page.tied;
        self.twice += page.came.records - page.came.different;
        let full = paging.size.is_none_or(|size| records >= size.records);
        self.short = match (self.short, records, full) {
            (Short::Last, 1.., _) => Short::Before,
            (Short::Never, _, false) => Short::Last,
            (short, ..) => short,
        };
        self.digests.push(page.digests.iter().fold(records, |all, digest| all.rotate_left(5) ^ digest));
        self.ended = self.is_last(request, paging, page, records)?;
        if self.ended {
            self.contradictions = self.contradicted(paging, page);
        } else {
            self.must_go_on(request, paging, page, records, overlap)?;
            self.numbered |= numbered::is_numbered(paging, request, &page.next, [self.read, self.pages]);
            self.next = Some(page.next.clone());
        }
        self.last.clone_from(&page.digests);
        usize::try_from(repeated).map_err(|_| request.other_shape("is too long"))
    }

    fn declared_total(request: &Request, paging: &Paging) -> Result<()> {
        match paging.total {
            None => Ok(()),
            Some(Total::Member(member)) => {
                Err(request.other_shape(&format!("has no count of its records in `{member}`, as declared")))
            }
            Some(Total::Header(name)) => {
                Err(request
                    .other_shape(&format!("has no header `{name}` that counts its records, as declared")))
            }
        }
    }

    /// Counts the first records of a page that end the page before. New records before them push more of
    /// the old ones onto the page, which loses nothing.
    fn repeated(&self, digests: &[u64]) -> u64 {
        let longest = digests.len().min(self.last.len());
        let is_tail = |length: &usize| {
            let tail = self.last.len().checked_sub(*length).and_then(|from| self.last.get(from..));
            tail == digests.get(..*length)
        };
        (1..=longest).find(is_tail).unwrap_or_default() as u64
    }

    /// Returns `true` if this page is the last, as declared.
    fn is_last(&self, request: &Request, paging: &Paging, page: &Page, records: u64) -> Result<bool> {
        if let Some(more) = page.has_more {
            return Ok(!more);
        }
        let no_next = by_cursor(paging) && matches!(page.next, Next::Missing | Next::End);
        match paging.end {
            End::Total => match self.total.last {
                // The count of a page that is full, or as long as this provider grants, may be that of the page.
                Some(total) => {
                    let is_page =
                        is_granted(records) || paging.size.is_some_and(|size| size.records == records);
                    let of_page = records == total && is_page;
                    // Records that come twice may stand in the places of others.
                    let all = self.different() >= total && !of_page;
                    Ok(records == 0 || no_next || all || matches!(paging.style, Style::Whole))
                }
                None => Err(request.other_shape(
                    "does not count the records, and the list ends by their count; declare `.total(..)`",
                )),
            },
            End::EmptyPage if records > 0 && no_next => {
                Err(request.other_shape("has no cursor, and the list ends with an empty page"))
            }
            End::EmptyPage => Ok(records == 0),
            End::OfStyle | End::HasMore(_) => Ok(match paging.style {
                Style::Whole => true,
                Style::Offset { .. } | Style::Page { .. } | Style::After { .. } => records == 0,
                _ => no_next,
            }),
        }
    }

    /// Returns `true` if a page ends the list only because it has no records, and nothing else proves that those before it
    /// were all. Lists that are found by number have other means: pages that overlap, and a second pass.
    pub fn ends_blank(&self, paging: &Paging, page: &Page) -> bool {
        let by_other_means = match paging.style {
            Style::Whole | Style::Offset { .. } | Style::Page { .. } | Style::GraphQl { .. } => true,
            // Each request moves a scroll on.
            Style::Cursor { stateful, .. } => stateful,
            Style::After { .. } | Style::NextUrl { .. } | Style::Link => false,
        };
        let is_answered = match paging.end {
            // The member says it, and a response without content has none.
            End::HasMore(_) => !page.body.is_empty(),
            End::EmptyPage => false,
            End::OfStyle | End::Total => !matches!(page.next, Next::Missing | Next::End),
        };
        let counted = page.total.or(self.total.last) == Some(self.different());
        // What contradicts the end must not get lost.
        let contradicted = !page.evidence.cut.is_empty() || !self.contradicted(paging, page).is_empty();
        page.records.is_empty()
            && self.read > 0
            && !by_other_means
            && !is_answered
            && !counted
            && !contradicted
            && !self.is_short(paging)
    }

    /// Returns `true` if everything so far is less than one page.
    fn is_short(&self, paging: &Paging) -> bool {
        // A provider that grants fewer records than requested sends a usual number of them.
        let usual = |records| PAGE_SIZES.contains(&records);
        paging.size.is_some_and(|size| self.read < size.records)
            && !usual(self.read)
            && !usual(self.different())
    }

    /// The number of records without those that came once more on their page. A page that repeats the one before counts them
    /// again.
    const fn different(&self) -> u64 {
        self.read.saturating_sub(self.twice)
    }

    /// Fails if the next page would be one that was read already.
    fn must_go_on(
        &mut self,
        request: &Request,
        paging: &Paging,
        page: &Page,
        records: u64,
        overlap: bool,
    ) -> Result<()> {
        let counted = matches!(paging.style, Style::Offset { .. } | Style::Page { .. });
        if !counted && matches!(page.next, Next::Missing | Next::End) {
            return Err(request.other_shape("says that there is more, and not where"));
        }
        if self.pages >= paging.max_pages {
            return Err(endless(request, "is one page too many"));
        }
        if self.empty > MAX_EMPTY {
            let hint = match paging.style {
                Style::Link | Style::NextUrl { .. } | Style::Cursor { .. } => {
                    "has no records, like the thousand before it; if the provider always sends a next page, declare \
                     `.until_empty()`"
                }
                _ => "has no records, like the thousand before it",
            };
            return Err(endless(request, hint));
        }
        if records == 0 && matches!(paging.style, Style::Offset { .. }) {
            return Err(endless(request, "says that there is more, and has no records"));
        }
        let only_the_last = self.only_overlap && records == 1;
        if records > 0 && !only_the_last && !self.seen.insert(page.digest) {
            return Err(endless(request, "repeats an earlier page"));
        }
        if let (Style::Offset { aligned: false, .. }, Some(size)) = (paging.style, paging.size)
            && records > asked(size.records, overlap)
        {
            // It may be a larger page, or hold records that are on every page: skipping all of them would be too far.
            let asked = size.records;
            return Err(request.other_shape(&format!(
                "has {records} records, and {asked} were requested, so it is not known where the next page begins; declare \
                 the size that the provider sends"
            )));
        }
        let cursor = match &page.next {
            Next::Cursor(cursor) => cursor.to_string(),
            Next::Url(url) => url.clone(),
            Next::Missing | Next::End => return Ok(()),
        };
        let stateful = matches!(paging.style, Style::Cursor { stateful: true, .. });
        if !stateful && !self.seen.insert(xxhash_rust::xxh3::xxh3_64(cursor.as_bytes()) ^ CURSOR) {
            return Err(endless(request, "leads back to an earlier page"));
        }
        Ok(())
    }

    /// Returns the expected number of records by the provider's last count.
    pub const fn expected(&self) -> Option<u64> {
        self.total.last
    }

    /// Returns the proof of the pass about the middle of the list. `before` are the pages of the pass before.
    pub fn verdict(&self, paging: &Paging, before: Option<&[u64]>) -> Verdict {
        if let Some(moved) = &self.moved {
            return Verdict::ReadAgain(moved.clone());
        }
        let by_number =
            matches!(paging.style, Style::Offset { aligned: true, .. } | Style::Page { .. }) || self.numbered;
        if !by_number || paging.trust.single_pass {
            let counted = by_number || matches!(paging.style, Style::Offset { .. });
            return match (self.total.fell_from, self.total.last) {
                (Some(from), Some(last)) if counted => Verdict::ReadAgain(format!(
                    "the list became shorter while it was read, from {from} records to {last}"
                )),
                _ => Verdict::Proven,
            };
        }
        // One page that is short, or has all records by the provider's count, and the empty one after it.
        let short = self.is_short(paging);
        let all = self.total.last == Some(self.different()) && self.total.fell_from.is_none();
        let one_page = self.pages == 1 || self.pages == 2 && self.last.is_empty() && (short || all);
        if one_page || before == Some(&self.digests) {
            return Verdict::Proven;
        }
        Verdict::ReadAgain("its pages are not what they were when it was read before".to_owned())
    }

    /// The pages of this pass, for the next one to compare with.
    pub fn into_digests(self) -> Vec<u64> {
        self.digests
    }
}

/// Returns `true` for a number of records that a provider may send where more were requested.
fn is_granted(records: u64) -> bool {
    PAGE_SIZES.contains(&records) || records >= 20 && records.is_multiple_of(10)
}

/// Returns the page size to request. A page of one record would be nothing but the overlap.
const fn asked(size: u64, overlap: bool) -> u64 {
    if overlap && size < 2 { 2 } else { size }
}

const fn by_cursor(paging: &Paging) -> bool {
    matches!(paging.style, Style::Cursor { .. } | Style::NextUrl { .. } | Style::Link | Style::GraphQl { .. })
}

/// A URL of the API that the provider sent. Any other would receive our credentials.
fn own(request: &Request, url: &str) -> Result<Url> {
    let joined = request.url.join(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let Some(joined) = joined else {
        return Err(request.other_shape("has a `next` that is not a valid URL"));
    };
    if request.client.owns(&joined) {
        return Ok(joined);
    }
    let message = format!(
        "the response to `{}` has a URL of the next page on {}, and the API is on {}: the credentials are not sent there",
        request.name(),
        joined.origin().ascii_serialization(),
        request.client.base.origin().ascii_serialization()
    );
    Err(Error::new(Kind::Provider, code::OTHER_HOST, message))
}

fn endless(request: &Request, what: &str) -> Error {
    let message = format!("the response to `{}` {what}; the list does not end as declared", request.name());
    Error::new(Kind::Data, code::ENDLESS, message)
}
