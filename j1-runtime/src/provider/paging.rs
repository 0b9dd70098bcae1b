//! How a vendor deals out a long list, and how one knows that it is over.
//!
//! Where a member of the answer is named, dots lead into it: `data.items`. A name that itself has dots is written as
//! a JSON pointer: `/@odata.nextLink`.

/// The most pages of one list unless declared otherwise; a vendor that deals out more is going round in circles.
const MOST_PAGES: u64 = 100_000;

/// How a list is dealt out.
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
    /// The member of the answer that holds the records; the answer itself where it is `None`.
    pub(crate) items: Option<&'static str>,
    pub(crate) total: Option<Total>,
    pub(crate) absent: Absent,
    pub(crate) not_found: NotFound,
    pub(crate) no_content_is_empty: bool,
    pub(crate) cursors_repeat: bool,
    pub(crate) error_members: bool,
    pub(crate) max_pages: u64,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Style {
    /// The list comes whole.
    Whole,
    /// How many records to skip; `aligned` where it is always a multiple of the page size.
    Offset { skip: &'static str, aligned: bool },
    /// The number of the page.
    Page { number: &'static str, first: u64 },
    /// The answer says what to send for the next page.
    Cursor { parameter: &'static str, next: &'static str },
    /// The next page begins after the last record of this one.
    After { parameter: &'static str, member: &'static str },
    /// The answer holds the address of the next page.
    NextUrl { next: &'static str },
    /// The header `Link` holds the address of the next page.
    Link,
    /// A connection of GraphQL.
    GraphQl { after: &'static str },
}

/// The parameter that says how many records a page may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub name: &'static str,
    pub records: u64,
}

/// What tells that a list is over.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    /// The first empty page where we count, no cursor where the vendor gives one.
    OfStyle,
    EmptyPage,
    /// This member of the answer is `false`.
    HasMore(&'static str),
    /// As many records came as the vendor says there are.
    Total,
}

/// Where the parameters of a page go.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    Query,
    Body,
}

/// Where the vendor says how many records there are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Total {
    Member(&'static str),
    Header(&'static str),
}

/// What may stand for an empty list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absent {
    Error,
    Null,
    Missing,
}

/// What a 404 means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotFound {
    Error,
    Partial,
    Complete,
}

impl Paging {
    const fn of(style: Style) -> Self {
        Self {
            style,
            size: None,
            end: End::OfStyle,
            place: Place::Query,
            items: None,
            total: None,
            absent: Absent::Error,
            not_found: NotFound::Error,
            no_content_is_empty: false,
            cursors_repeat: false,
            error_members: true,
            max_pages: MOST_PAGES,
        }
    }

    /// One answer holds the whole list.
    #[must_use]
    pub const fn whole() -> Self {
        Self::of(Style::Whole)
    }

    /// The request says how many records to send (`limit`) and how many to skip; the first empty page is the end.
    ///
    /// A short page is not the end: some vendors send less than they are asked for, filter after they have counted,
    /// or lose records between two requests. The next page begins where this one ended, not where a full one would
    /// have.
    #[must_use]
    pub const fn offset(limit: &'static str, skip: &'static str, size: u64) -> Self {
        Self::of(Style::Offset { skip, aligned: false }).size(limit, size)
    }

    /// The request names a page by its number, from 1, and says how many records it may have; the first empty page
    /// is the end.
    #[must_use]
    pub const fn page(number: &'static str, per_page: &'static str, size: u64) -> Self {
        Self::of(Style::Page { number, first: 1 }).size(per_page, size)
    }

    /// The answer has, in its member `next`, what the request for the next page sends as `parameter`. The list is
    /// over when there is none: the member is missing, null or an empty text.
    #[must_use]
    pub const fn cursor(parameter: &'static str, next: &'static str) -> Self {
        Self::of(Style::Cursor { parameter, next })
    }

    /// The next page begins after the last record of this one, whose `member` the request sends as `parameter`; the
    /// first empty page is the end, unless declared otherwise.
    #[must_use]
    pub const fn after(parameter: &'static str, member: &'static str) -> Self {
        Self::of(Style::After { parameter, member })
    }

    /// The answer has the address of the next page in its member `next`; the list is over when there is none.
    #[must_use]
    pub const fn next_url(next: &'static str) -> Self {
        Self::of(Style::NextUrl { next })
    }

    /// The header `Link` has the address of the next page (`rel="next"`); the list is over when there is none.
    #[must_use]
    pub const fn link() -> Self {
        Self::of(Style::Link)
    }

    /// A connection of GraphQL at this place of the answer, such as `data.users`: its records are in `nodes` or in
    /// the `node` of each of its `edges`, and `pageInfo` says whether there are more. The query takes the cursor as
    /// its variable `after`.
    #[must_use]
    pub const fn graphql(connection: &'static str) -> Self {
        let mut paging = Self::of(Style::GraphQl { after: "variables.after" }).items(connection);
        paging.place = Place::Body;
        paging
    }

    /// The records are in this member of the answer, e.g. `results`; otherwise the answer is an array.
    #[must_use]
    pub const fn items(mut self, member: &'static str) -> Self {
        self.items = Some(member);
        self
    }

    /// Asks for pages of this many records with this parameter.
    #[must_use]
    pub const fn size(mut self, name: &'static str, records: u64) -> Self {
        self.size = Some(Size { name, records });
        self
    }

    /// The first page has this number; otherwise 1.
    #[must_use]
    pub const fn first(mut self, first: u64) -> Self {
        if let Style::Page { number, .. } = self.style {
            self.style = Style::Page { number, first };
        }
        self
    }

    /// What is skipped is always a multiple of the size, for vendors that take nothing else. It must then be one that
    /// the vendor grants in full: a short page with another after it makes the list partial, unless a total says
    /// that nothing is missing.
    #[must_use]
    pub const fn aligned(mut self) -> Self {
        if let Style::Offset { skip, .. } = self.style {
            self.style = Style::Offset { skip, aligned: true };
        }
        self
    }

    /// The parameters go into the JSON or form of the body instead of the query; dots lead into the JSON:
    /// `page.cursor`.
    #[must_use]
    pub const fn in_body(mut self) -> Self {
        self.place = Place::Body;
        self
    }

    /// The list is over when this member of the answer, which must be there, is `false`.
    #[must_use]
    pub const fn has_more(mut self, member: &'static str) -> Self {
        self.end = End::HasMore(member);
        self
    }

    /// The list is over at the first page without records, also where the vendor always gives a cursor.
    #[must_use]
    pub const fn until_empty(mut self) -> Self {
        self.end = End::EmptyPage;
        self
    }

    /// The list is over when as many records came as the vendor says there are; that saves the request for an empty
    /// page. Needs [`Paging::total`] or [`Paging::total_header`].
    #[must_use]
    pub const fn until_total(mut self) -> Self {
        self.end = End::Total;
        self
    }

    /// The member of the answer that says how many records the list has. Where another number came, the list is
    /// partial.
    #[must_use]
    pub const fn total(mut self, member: &'static str) -> Self {
        self.total = Some(Total::Member(member));
        self
    }

    /// The header that says how many records the list has, such as `x-total-count`. Where another number came, the
    /// list is partial.
    #[must_use]
    pub const fn total_header(mut self, name: &'static str) -> Self {
        self.total = Some(Total::Header(name));
        self
    }

    /// Null stands for a list without records. Otherwise it is an error: it may as well stand for "unknown".
    #[must_use]
    pub const fn null_is_empty(mut self) -> Self {
        self.absent = Absent::Null;
        self
    }

    /// A member that is missing, or null, stands for a list without records. Otherwise it is an error: it may as well
    /// have been renamed, and all that it held would then be deleted.
    #[must_use]
    pub const fn missing_is_empty(mut self) -> Self {
        self.absent = Absent::Missing;
        self
    }

    /// A 404 stands for a list without records, but proves nothing: the list is partial. Wrong hosts and tenants
    /// answer with 404, too.
    #[must_use]
    pub const fn not_found_is_empty(mut self) -> Self {
        self.not_found = NotFound::Partial;
        self
    }

    /// A 404 proves that there are no records, such as the members of a group that was deleted a moment ago. Only for
    /// lists below something that this run has seen.
    #[must_use]
    pub const fn not_found_is_complete(mut self) -> Self {
        self.not_found = NotFound::Complete;
        self
    }

    /// A 204 (No Content) stands for a page without records, and ends the list.
    #[must_use]
    pub const fn no_content_is_empty(mut self) -> Self {
        self.no_content_is_empty = true;
        self
    }

    /// The vendor gives the same cursor again and again while it moves on, as scroll ids do. Otherwise a cursor that
    /// comes back is an error.
    #[must_use]
    pub const fn cursors_repeat(mut self) -> Self {
        self.cursors_repeat = true;
        self
    }

    /// Members such as `error` or `errors` say nothing of whether the answer is one. Otherwise they make a 200 an
    /// error, since an empty list beside them is none.
    #[must_use]
    pub const fn with_error_members(mut self) -> Self {
        self.error_members = false;
        self
    }

    /// The most pages that the list may have; otherwise 100,000. More are an error.
    #[must_use]
    pub const fn max_pages(mut self, pages: u64) -> Self {
        self.max_pages = pages;
        self
    }
}
