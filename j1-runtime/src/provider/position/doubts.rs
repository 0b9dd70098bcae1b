//! Doubts about the end of a list that was reached as declared.

use crate::provider::evidence::{Came, says_all};
use crate::provider::page::Page;
use crate::provider::paging::{End, Paging, Style, Total};
use crate::provider::position::{ListPosition, PAGE_SIZES, SHORTEST_CUT, Short, by_cursor};

/// Numbers at which providers cut a list, and their own count of it as well.
const CAPS: [u64; 13] =
    [1000, 2000, 2500, 5000, 10_000, 20_000, 25_000, 50_000, 100_000, 200_000, 250_000, 500_000, 1_000_000];

/// Returns `true` for a number at which a list may be cut that nothing counts: a multiple of a thousand, a power of two, and
/// the like.
const fn is_round(records: u64) -> bool {
    records >= 1000
        && (records.is_multiple_of(1000) || records.is_power_of_two() || matches!(records, 1500 | 65_535))
}

/// Returns `true` for a number at which a list that comes in one response may be cut, and that nothing counts.
fn is_usual(records: u64) -> bool {
    CAPS.contains(&records)
        || is_round(records)
        || records >= SHORTEST_CUT as u64 && PAGE_SIZES.contains(&records)
}

/// Says at which usual number a list ends that came in one response; `None` at any other.
pub(in crate::provider) fn cut(came: Came) -> Option<String> {
    // A record that comes twice hides the number at which the list was cut.
    [(came.records, ""), (came.different, "different ")]
        .into_iter()
        .find(|(records, _)| is_usual(*records))
        .map(|(records, which)| format!("exactly {records} {which}records, where many providers cut a list"))
}

/// Returns `true` for the length of lists inside of records at which they may be cut. Short ones only if `longest_of_some`:
/// several records have lists as long, and others shorter ones.
pub(in crate::provider) fn is_usual_length(longest: u64, longest_of_some: bool) -> bool {
    is_usual(longest) || longest_of_some && longest >= 20 && PAGE_SIZES.contains(&longest)
}

impl ListPosition {
    /// Lists members of the last page, and counts of any page, that contradict the end.
    pub(super) fn contradicted(&self, paging: &Paging, page: &Page) -> Vec<String> {
        let mut all = Vec::new();
        if !matches!(paging.end, End::EmptyPage) {
            all.extend(page.evidence.more.iter().cloned());
        }
        let more = self.counted.iter().filter(|(_, count)| **count > self.read);
        all.extend(more.map(|(name, count)| format!("`{name}` is {count}")));
        if matches!(paging.style, Style::Whole) && !paging.trust.uncapped {
            all.extend(page.evidence.reached(page.came));
        }
        if !matches!(paging.style, Style::Offset { .. }) {
            // A count of pages does not include the empty page that ends a numbered list.
            let by_number = matches!(paging.style, Style::Page { .. });
            let came = if by_number && self.read > 0 { self.pages - self.empty } else { self.pages };
            let more = self.counted_pages.iter().filter(|(_, pages)| **pages > came);
            all.extend(more.map(|(name, pages)| format!("`{name}` is {pages}")));
        }
        all
    }

    /// Lists the reasons why the end, although reached as declared, proves less than it should. `came` are the records of
    /// the pass, and `different` those of all passes without those that came twice.
    pub fn doubts(&self, paging: &Paging, came: Came, different: u64) -> Vec<String> {
        let mut doubts: Vec<String> = self
            .contradictions
            .iter()
            .map(|said| format!("ends after {} records, but {said}", self.read))
            .collect();
        // The larger counts contradict the end, also without this.
        let counted = self.counted.iter().filter(|(_, count)| **count <= self.read);
        let lacking = counted.filter_map(|(name, count)| came.lacking(name, *count));
        doubts.extend(lacking.map(|said| format!("ends after {} records, but {said}", self.read)));
        if let (End::Total, Some(total)) = (paging.end, self.total.last)
            && self.read > total
        {
            doubts.push(format!(
                "has {total} records by its own count, by which it ends, but {} came",
                self.read
            ));
        }
        doubts.extend(self.earlier.iter().map(|said| {
            format!(
                "begins with a page that has another one before it: {said}; check the number of the first page, or declare \
                 `.ignoring(..)` if that says something else"
            )
        }));
        doubts.extend(self.shared_member(paging));
        if let Style::Offset { aligned: true, .. } = paging.style
            && self.short == Short::Before
            && self.total.last.is_none()
        {
            doubts.push("has a short page before its last; some records may have been skipped".to_owned());
        }
        doubts.extend(self.unnamed_next(paging, came));
        // A header can be lost on the way, and providers that have one on every other page have it on the last as well.
        let silent = self.silent && self.total.last.is_none() && !paging.trust.one_page;
        if silent && matches!((paging.style, paging.end), (Style::Link, End::OfStyle)) {
            doubts.push(
                "ends with a page as long as those before it and without the header `Link` that they had; declare \
                 `.total_header(..)`, or `.one_page()` if this API leaves it out on the last page"
                    .to_owned(),
            );
        }
        if !paging.trust.uncapped {
            doubts.extend(self.cuts(paging, different));
        }
        doubts
    }

    /// Doubts a cursor list of which no response has had the declared member for the next page.
    fn unnamed_next(&self, paging: &Paging, came: Came) -> Option<String> {
        let is_cursor = by_cursor(paging) && !matches!(paging.style, Style::GraphQl { .. });
        if !is_cursor || self.said_next || self.read == 0 || paging.trust.one_page {
            return None;
        }
        // A provider that grants fewer records than requested sends a usual number of them.
        let is_granted = |records: u64| records > 10 && PAGE_SIZES.contains(&records);
        let granted = is_granted(self.read) || is_granted(came.different);
        let is_full = granted || paging.size.is_some_and(|size| self.read >= size.records);
        if is_full && matches!(paging.end, End::OfStyle | End::Total) && self.may_count_page(paging) {
            return Some(
                "has no member for the next page, and its count may be that of the page; check the name of the member, \
                 declare a count of all records, or `.one_page()` if this API leaves the member out on the last page"
                    .to_owned(),
            );
        }
        let is_short = !is_full && paging.size.is_some();
        let is_counted = self.total.last.is_some() || !matches!(paging.end, End::OfStyle);
        (!is_short && !is_counted).then(|| {
            let declare = if paging.size.is_some() { "`.total(..)`" } else { "`.size(..)` or `.total(..)`" };
            format!(
                "has no member or header for the next page; check its name, declare {declare}, or `.one_page()` if this \
                 API leaves it out on the last page"
            )
        })
    }

    /// Returns `true` if the declared count is as large as the only page, and its name does not say that it counts more than
    /// that. A header for the next page cannot be misspelt.
    fn may_count_page(&self, paging: &Paging) -> bool {
        let name = match paging.total {
            Some(Total::Member(member)) => member,
            Some(Total::Header(name)) => name,
            None => return false,
        };
        let by_member = matches!(paging.style, Style::Cursor { .. } | Style::NextUrl { .. });
        by_member && self.total.last == Some(self.read) && !says_all(name)
    }

    /// Doubts a list that goes on after the value of a member that two records share, unless everything is less than one page.
    fn shared_member(&self, paging: &Paging) -> Option<String> {
        let Style::After { member, .. } = paging.style else { return None };
        let one_page = self.pages <= 2 && self.is_short(paging);
        (self.tied && !one_page && !paging.trust.repeats).then(|| {
            format!(
                "goes on after the `{member}` of the last record, and two records share one: others with the same may have been \
                 skipped; go on by a member that is unique, or declare `.records_repeat()` if the next page begins with them"
            )
        })
    }

    /// Lists the usual numbers at which the list, or its count, ends.
    fn cuts(&self, paging: &Paging, different: u64) -> Vec<String> {
        let mut cuts = Vec::new();
        let uncounted = self.total.last.is_none();
        let whole = matches!(paging.style, Style::Whole) && uncounted;
        let is_usual = |records: u64| {
            CAPS.contains(&records) || uncounted && is_round(records) || whole && is_usual(records)
        };
        // A record that comes twice hides the number at which the list was cut.
        let cut =
            [(self.read, ""), (different, "different ")].into_iter().find(|(records, _)| is_usual(*records));
        // A count that stops at such a number, whatever came while the list changed.
        let counted = self.total.last.filter(|total| CAPS.contains(total) && *total != self.read);
        if let Some(total) = counted {
            cuts.push(format!(
                "has exactly {total} records by its own count, where many providers stop to count; declare `.uncapped()` if \
                 this API does not"
            ));
        }
        if let Some((records, which)) = cut {
            cuts.push(format!(
                "has exactly {records} {which}records, where many providers cut a list; declare `.uncapped()` if this API does \
                 not"
            ));
        }
        cuts
    }
}
