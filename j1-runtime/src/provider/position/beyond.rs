//! The request that shows whether a list that is found by number goes on after its end.

use j1_core::Result;

use crate::provider::paging::{Paging, Size, Style};
use crate::provider::position::{ListPosition, is_granted};
use crate::provider::request::Request;

impl ListPosition {
    /// The request for what may come after the end of a list that is found by number and that nothing counts.
    ///
    /// - A page of a list that the provider filters may be empty although the one after it is not.
    /// - A provider may grant fewer records than were requested, and skip as many as were requested.
    pub fn beyond(&self, first: &Request, paging: &Paging) -> Result<Option<(Request, String)>> {
        let by_number = matches!(paging.style, Style::Offset { .. } | Style::Page { .. });
        let (true, Some(size)) = (by_number && self.empty == 1 && self.read > 0, paging.size) else {
            return Ok(None);
        };
        let is_counted = |count: &u64| *count == self.read && self.pages > 2;
        if self.total.last.is_some() || self.counted.values().any(is_counted) {
            return Ok(None);
        }
        if self.read >= size.records {
            let why = "ends with a page without records, but the one after it has some: records may have been skipped";
            let after =
                Self { pages: self.pages, at: self.at.saturating_add(size.records), ..Self::default() };
            return Ok(Some((after.request(first, paging, false)?, why.to_owned())));
        }
        if let Style::Offset { aligned: false, .. } = paging.style {
            return Ok(None);
        }
        let granted = self.read;
        if self.pages > 2 || granted <= 10 || !is_granted(granted) {
            return Ok(None);
        }
        let paging = Paging { size: Some(Size { records: granted, ..size }), ..paging.clone() };
        let second = Self { pages: 1, ..Self::default() };
        let why = format!(
            "has {granted} records on its first page where {} were requested, and more after them; declare the size that \
             the provider grants",
            size.records
        );
        Ok(Some((second.request(first, &paging, false)?, why)))
    }
}
