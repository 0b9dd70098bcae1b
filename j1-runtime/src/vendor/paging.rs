//! How a vendor deals out a long list, and how one knows that it is over.

/// How a list is dealt out.
#[derive(Clone, Debug)]
pub struct Paging {
    pub(crate) style: Style,
    /// The member of the answer that holds the records; the answer itself where it is `None`.
    pub(crate) items: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub(crate) enum Style {
    /// The list comes whole.
    Whole,
    /// `limit` and `skip` in the query; over when a page is empty.
    Offset { limit: &'static str, skip: &'static str, size: u64 },
}

impl Paging {
    /// One answer holds the whole list.
    #[must_use]
    pub const fn whole() -> Self {
        Self { style: Style::Whole, items: None }
    }

    /// The query says how many records to send and how many to skip; the first empty page is the end.
    ///
    /// A short page is not: some vendors filter after they have counted, and records may be deleted between
    /// two requests.
    #[must_use]
    pub const fn offset(limit: &'static str, skip: &'static str, size: u64) -> Self {
        Self { style: Style::Offset { limit, skip, size }, items: None }
    }

    /// The records are in this member of the answer, e.g. `results`; otherwise the answer is an array.
    #[must_use]
    pub const fn items(mut self, member: &'static str) -> Self {
        self.items = Some(member);
        self
    }
}
