//! Declares how a provider pages a list, and what proves that the list was read to its end.
//!
//! Where a member of the response is named, dots lead into it: `data.items`. A name that itself has dots is written as
//! a JSON pointer: `/@odata.nextLink`.

/// The maximum number of pages of one list unless declared otherwise; a provider that sends more is going in circles.
const MAX_PAGES: u64 = 100_000;
/// The maximum size of one page in bytes, unless declared otherwise.
const MAX_PAGE_BYTES: usize = 32 * 1024 * 1024;

/// Declares how a provider pages a list.
///
/// ```
/// use j1_runtime::provider::Paging;
///
/// const USERS: Paging = Paging::cursor("cursor", "pagination.nextCursor")
///     .size("limit", 100)
///     .items("data")
///     .total("pagination.totalItems");
/// ```
#[derive(Clone, Debug)]
pub struct Paging {
    pub(crate) style: Style,
    pub(crate) size: Option<Size>,
    pub(crate) end: End,
    pub(crate) place: Place,
    /// The member of the response that holds the records; the response itself if `None`.
    pub(crate) items: Option<&'static str>,
    /// The records are the members of an object, and get their names as this member.
    pub(crate) named: Option<&'static str>,
    /// The records are this member of each item.
    pub(crate) each: Option<&'static str>,
    pub(crate) total: Option<Total>,
    pub(crate) absent: Absent,
    pub(crate) not_found_is_empty: bool,
    pub(crate) no_content_is_empty: bool,
    pub(crate) error_members: bool,
    pub(crate) also_status: Option<u16>,
    /// Members and headers that are not taken as evidence.
    pub(crate) ignored: &'static [&'static str],
    pub(crate) trust: Trust,
    pub(crate) max_pages: u64,
    pub(crate) max_bytes: usize,
}

/// Doubts that the author of an integration has settled.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent declaration of the author")]
pub(crate) struct Trust {
    /// A response that says nothing about a next page is the last page.
    pub one_page: bool,
    /// The order does not change while the list is read.
    pub single_pass: bool,
    /// The provider does not cut long lists.
    pub uncapped: bool,
    /// A record may be on several pages.
    pub repeats: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Style {
    /// One response holds the whole list.
    Whole,
    /// The number of records to skip, and what stands for none; `aligned` if it must be a multiple of the page size.
    Offset { skip: &'static str, first: u64, aligned: bool },
    /// The number of the page.
    Page { number: &'static str, first: u64 },
    /// The response holds the cursor of the next page. `stateful` if the server moves on with each request, so that
    /// the same request returns another page the next time.
    Cursor { parameter: &'static str, next: &'static str, stateful: bool },
    /// The next page begins after the last record of this one.
    After { parameter: &'static str, member: &'static str },
    /// The response holds the URL of the next page.
    NextUrl { next: &'static str },
    /// The header `Link` holds the URL of the next page.
    Link,
    /// A GraphQL connection.
    GraphQl { after: &'static str },
}

/// The parameter for the maximum number of records on a page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub name: &'static str,
    pub records: u64,
}

/// The condition that ends a list.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    /// The first empty page if the client counts, no cursor if the provider sends one.
    OfStyle,
    EmptyPage,
    /// This member of the response is `false`.
    HasMore(&'static str),
    /// As many records were received as the provider counts.
    Total,
}

/// The part of the request that holds the paging parameters.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    Query,
    Body,
}

/// The place of the provider's own count of records.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Total {
    Member(&'static str),
    Header(&'static str),
}

/// The values accepted in place of an empty list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absent {
    Error,
    Null,
    Missing,
}

impl Paging {
    const fn with_style(style: Style) -> Self {
        Self {
            style,
            size: None,
            end: End::OfStyle,
            place: Place::Query,
            items: None,
            named: None,
            each: None,
            total: None,
            absent: Absent::Error,
            not_found_is_empty: false,
            no_content_is_empty: false,
            error_members: true,
            also_status: None,
            ignored: &[],
            trust: Trust { one_page: false, single_pass: false, uncapped: false, repeats: false },
            max_pages: MAX_PAGES,
            max_bytes: MAX_PAGE_BYTES,
        }
    }

    /// One response holds the whole list.
    #[must_use]
    pub const fn whole() -> Self {
        Self::with_style(Style::Whole)
    }

    /// The request says how many records to send (`limit`) and how many to skip (`skip`); the first empty page is the
    /// end.
    ///
    /// Each page is requested from the last record of the page before, so that a record that moved between two requests
    /// is noticed. A short page is not the end: some providers send fewer records than requested, or filter after
    /// they have counted.
    #[must_use]
    pub const fn offset(limit: &'static str, skip: &'static str, size: u64) -> Self {
        Self::offset_from(0, limit, skip, size)
    }

    /// As [`Paging::offset`], for providers that number the first record `first`, such as SCIM with its `startIndex`
    /// from 1.
    #[must_use]
    pub const fn offset_from(first: u64, limit: &'static str, skip: &'static str, size: u64) -> Self {
        Self::with_style(Style::Offset { skip, first, aligned: false }).size(limit, size)
    }

    /// As [`Paging::offset`], for providers that accept only multiples of the page size as the number to skip.
    ///
    /// The list is read again until two passes agree. The size must be one that the provider grants in full: a short page
    /// with another one after it makes the list partial, unless a total says that nothing is missing.
    #[must_use]
    pub const fn aligned_offset(limit: &'static str, skip: &'static str, size: u64) -> Self {
        Self::with_style(Style::Offset { skip, first: 0, aligned: true }).size(limit, size)
    }

    /// The request names a page by its number, from 1, and says how many records it may have; the first empty page
    /// is the end. A list of several pages is read again until two passes agree.
    #[must_use]
    pub const fn page(number: &'static str, per_page: &'static str, size: u64) -> Self {
        Self::page_from(1, number, per_page, size)
    }

    /// As [`Paging::page`], for providers that number the first page `first`.
    #[must_use]
    pub const fn page_from(first: u64, number: &'static str, per_page: &'static str, size: u64) -> Self {
        Self::with_style(Style::Page { number, first }).size(per_page, size)
    }

    /// The response holds in its member `next` the cursor that the next request sends as `parameter`. The list ends when
    /// there is no cursor: the member is missing, null or an empty string.
    ///
    /// A cursor that comes back is an error. If a response was lost, the request is sent twice more, to see whether it
    /// returns the same page each time.
    #[must_use]
    pub const fn cursor(parameter: &'static str, next: &'static str) -> Self {
        Self::with_style(Style::Cursor { parameter, next, stateful: false })
    }

    /// As [`Paging::cursor`], for scroll ids: the provider moves on with each request, and may send the same cursor again
    /// and again. If a response was lost, the list is read from its beginning.
    #[must_use]
    pub const fn scroll(parameter: &'static str, next: &'static str) -> Self {
        Self::with_style(Style::Cursor { parameter, next, stateful: true })
    }

    /// The next page begins after the last record of this one, whose `member` the request sends as `parameter`; the
    /// first empty page is the end, unless declared otherwise. No two records may have the same value of it.
    #[must_use]
    pub const fn after(parameter: &'static str, member: &'static str) -> Self {
        Self::with_style(Style::After { parameter, member })
    }

    /// The response holds the URL of the next page in its member `next`; the list ends when there is no URL.
    #[must_use]
    pub const fn next_url(next: &'static str) -> Self {
        Self::with_style(Style::NextUrl { next })
    }

    /// The header `Link` holds the URL of the next page (`rel="next"`); the list ends when there is no such link, or when
    /// it says `results="false"`.
    #[must_use]
    pub const fn link() -> Self {
        Self::with_style(Style::Link)
    }

    /// A GraphQL connection at this place of the response, such as `data.users`: its records are in `nodes` or in
    /// the `node` of each of its `edges`, and `pageInfo` says whether there are more. The query takes the cursor as
    /// its variable `after`.
    ///
    /// A response with both data and errors is read, and makes the list partial.
    #[must_use]
    pub const fn graphql(connection: &'static str) -> Self {
        let mut paging = Self::with_style(Style::GraphQl { after: "variables.after" }).items(connection);
        paging.place = Place::Body;
        paging
    }

    /// Reads the records from this member of the response, e.g. `results`; otherwise the response is an array.
    #[must_use]
    pub const fn items(mut self, member: &'static str) -> Self {
        self.items = Some(member);
        self
    }

    /// The records are the members of an object instead of the items of an array, such as `{"u-1": {..}, "u-2": {..}}`. Each
    /// gets its name there as its member `member`, unless it has one.
    #[must_use]
    pub const fn named_records(mut self, member: &'static str) -> Self {
        self.named = Some(member);
        self
    }

    /// Each record is this member of an item of the list, such as `node` of `{"edges": [{"node": {..}, "cursor": ".."}]}`.
    /// [`Paging::graphql`] does so by itself.
    #[must_use]
    pub const fn each(mut self, member: &'static str) -> Self {
        self.each = Some(member);
        self
    }

    /// Requests pages of this many records with this parameter.
    #[must_use]
    pub const fn size(mut self, name: &'static str, records: u64) -> Self {
        self.size = Some(Size { name, records });
        self
    }

    /// Sends the parameters in the JSON or form of the body instead of the query; dots lead into the JSON:
    /// `page.cursor`.
    #[must_use]
    pub const fn in_body(mut self) -> Self {
        self.place = Place::Body;
        self
    }

    /// Ends the list when this member of the response, which must be there, is `false`.
    #[must_use]
    pub const fn has_more(mut self, member: &'static str) -> Self {
        self.end = End::HasMore(member);
        self
    }

    /// Ends the list at the first page without records, even if the provider always sends a cursor.
    #[must_use]
    pub const fn until_empty(mut self) -> Self {
        self.end = End::EmptyPage;
        self
    }

    /// Ends the list when as many records were received as the provider counts; that saves the request for an empty
    /// page. Needs [`Paging::total`] or [`Paging::total_header`].
    #[must_use]
    pub const fn until_total(mut self) -> Self {
        self.end = End::Total;
        self
    }

    /// Names the member of the response that counts the records of the list. If another number was received, the list is
    /// partial; if the member is missing or not a number, reading the list is an error.
    #[must_use]
    pub const fn total(mut self, member: &'static str) -> Self {
        self.total = Some(Total::Member(member));
        self
    }

    /// Names the header that counts the records of the list, such as `x-total-count`. If another number was received, the
    /// list is partial; if the header is missing or not a number, reading the list is an error.
    #[must_use]
    pub const fn total_header(mut self, name: &'static str) -> Self {
        self.total = Some(Total::Header(name));
        self
    }

    /// Accepts null as a list without records. Otherwise it is an error: null may as well mean "unknown".
    #[must_use]
    pub const fn null_is_empty(mut self) -> Self {
        self.absent = Absent::Null;
        self
    }

    /// Accepts a missing member, or null, as a list without records. Otherwise it is an error: the member may have been
    /// renamed, and everything it held would then be deleted.
    #[must_use]
    pub const fn missing_is_empty(mut self) -> Self {
        self.absent = Absent::Missing;
        self
    }

    /// Accepts a 404 as a list without records, which is partial: wrong hosts and tenants respond with 404, too. For a list
    /// below a parent record, [`Pages::gone_with`](crate::provider::Pages::gone_with) asks for the parent as well.
    #[must_use]
    pub const fn not_found_is_empty(mut self) -> Self {
        self.not_found_is_empty = true;
        self
    }

    /// Accepts a 204 (No Content) as a page without records that ends the list.
    #[must_use]
    pub const fn no_content_is_empty(mut self) -> Self {
        self.no_content_is_empty = true;
        self
    }

    /// Accepts this status as a whole page, beside 200. Any other status of success makes the list partial.
    #[must_use]
    pub const fn also_status(mut self, status: u16) -> Self {
        self.also_status = Some(status);
        self
    }

    /// Ignores members such as `error`, `errors` or `status: "error"`. Otherwise they make a 200 an error: a list beside
    /// them says nothing.
    #[must_use]
    pub const fn with_error_members(mut self) -> Self {
        self.error_members = false;
        self
    }

    /// Ignores these members and headers. Otherwise `has_more`, `next_page`, `total_count`, `timed_out`, `Content-Range`
    /// and the like make a list partial when they say that there is more than was read, even if they are not declared.
    ///
    /// A name is a member's own (`total`), its path (`meta.total`), or that of a header.
    #[must_use]
    pub const fn ignoring(mut self, names: &'static [&'static str]) -> Self {
        self.ignored = names;
        self
    }

    /// Accepts a response that says nothing about a next page as the last page, even if no response ever did and neither a
    /// size nor a total proves the end. Otherwise such a list is partial, since the name of the cursor may be wrong; and so is
    /// one whose last page is as long as the others and lacks the header `Link`, which may have been lost.
    #[must_use]
    pub const fn one_page(mut self) -> Self {
        self.trust.one_page = true;
        self
    }

    /// Reads the list once. Otherwise a list whose pages are found by number is read again until two passes agree: a record
    /// that is deleted while the list is read moves another one to a page that was read already.
    #[must_use]
    pub const fn single_pass(mut self) -> Self {
        self.trust.single_pass = true;
        self
    }

    /// Accepts a list that ends at exactly 1,000, 5,000, 10,000 records or the like, or at the limit that its own response
    /// states. Otherwise it is partial, since many providers cut long lists at such a number.
    #[must_use]
    pub const fn uncapped(mut self) -> Self {
        self.trust.uncapped = true;
        self
    }

    /// Accepts a record that is on several pages. Otherwise it makes the list partial: the order of the list changed. Where
    /// it is accepted, a record counts each time that it comes.
    #[must_use]
    pub const fn records_repeat(mut self) -> Self {
        self.trust.repeats = true;
        self
    }

    /// Sets the maximum number of pages, otherwise 100,000. More are an error.
    #[must_use]
    pub const fn max_pages(mut self, pages: u64) -> Self {
        self.max_pages = pages;
        self
    }

    /// Sets the maximum size of one page in bytes, otherwise 32 MiB. A larger page is an error.
    #[must_use]
    pub const fn max_page_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }
}
