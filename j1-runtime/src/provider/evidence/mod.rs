//! Evidence in a response that its list is not all there is, even if the author of the integration declared nothing.
//!
//! Names are compared without case and separators: `has_more`, `hasMore` and `HasMore` are one. They are looked up in the
//! response itself, in the objects that lead to the records, in objects such as `meta` or `pagination`, and in the headers,
//! never in the records.

mod beside;
mod header;
mod inner;
mod missing;
mod names;
mod status;
mod value;

use std::collections::HashMap;

use reqwest::header::HeaderMap;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::provider::link::Link;
use crate::provider::page::Object;
use crate::provider::paging::{End, Paging, Style, Total};
pub(super) use beside::{About, Said, is_of_page};
use header::Header;
pub(super) use inner::Inner;
use names::plain;
pub(super) use names::says_all;
use status::{any_of_status, says_cut, says_failed, says_unfinished, tells_failure};
use value::{
    count_in, counts_more, is_false, is_nothing, is_true, leads_back, leads_on, leads_to_next, number,
    of_range,
};

pub(super) type Members<'b> = HashMap<String, &'b RawValue>;

/// Evidence in a response about the completeness of its list.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// There is more after this page.
    pub more: Vec<String>,
    /// Records are missing on this page.
    pub cut: Vec<String>,
    /// The member that makes the response an error.
    pub error: Option<String>,
    /// Counts of records.
    pub counts: Vec<(String, u64)>,
    /// Counts of pages.
    pub pages: Vec<(String, u64)>,
    /// There is a page before this one.
    pub earlier: Vec<String>,
    /// The most records that a response has, by its own words.
    pub limits: Vec<(String, u64)>,
    /// `true` if the response says that this is the end.
    pub ended: bool,
}

impl Evidence {
    /// Returns the limit that a response with so many records has reached, unless it says that these are all.
    pub fn reached(&self, came: Came) -> Option<String> {
        let all = self.counts.iter().any(|(name, count)| came.is(*count) && plain(name).contains("total"));
        let reached = self.limits.iter().find(|(_, limit)| came.records > 0 && came.is(*limit));
        let (name, limit) = reached.filter(|_| !self.ended && !all)?;
        Some(format!("`{name}` is {limit}, and as many came"))
    }

    /// Returns `true` if the response has a number to compare its records with.
    pub const fn compares(&self) -> bool {
        !(self.counts.is_empty() && self.limits.is_empty())
    }
}

/// The number of records that came, and of different ones among them: a list that was cut at a limit has more records than
/// that if one comes twice.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Came {
    pub records: u64,
    pub different: u64,
}

impl Came {
    /// Counts records by their digests; where none were made, all records count as different.
    pub fn new(records: usize, digests: &[u64]) -> Self {
        let records = records as u64;
        if digests.is_empty() {
            return Self { records, different: records };
        }
        let mut different = digests.to_vec();
        different.sort_unstable();
        different.dedup();
        Self { records, different: different.len() as u64 }
    }

    const fn is(self, count: u64) -> bool {
        count == self.records || count == self.different
    }

    /// Returns `true` if a count of these records does not count some of them: it is larger than both numbers, or between
    /// them. Providers count a record that comes twice once or twice.
    pub const fn lacks(self, count: u64) -> bool {
        count > self.different && count != self.records
    }

    /// Says that the count of this name does not count all.
    pub fn lacking(self, name: &str, count: u64) -> Option<String> {
        let different = if count > self.records {
            String::new()
        } else {
            format!(", and {} different ones came", self.different)
        };
        self.lacks(count).then(|| format!("`{name}` is {count}{different}"))
    }
}

/// Collects the evidence of one response.
pub(super) struct Collector<'p> {
    paging: &'p Paging,
    /// The paths of the records and of the declared members.
    items: Vec<String>,
    declared: Vec<String>,
    /// The name of the records, without case and separators.
    noun: String,
    /// `true` if the response is about one thing, whose state is not that of the response.
    of_value: bool,
    found: Evidence,
}

impl<'p> Collector<'p> {
    pub fn new(paging: &'p Paging) -> Self {
        let names = |path: &str| -> Vec<String> {
            super::page::split(path).unwrap_or_default().into_iter().map(Into::into).collect()
        };
        let next = match paging.style {
            Style::Cursor { next, .. } | Style::NextUrl { next } => Some(next),
            _ => None,
        };
        let more = if let End::HasMore(member) = paging.end { Some(member) } else { None };
        let total = if let Some(Total::Member(member)) = paging.total { Some(member) } else { None };
        let declared = [next, more, total].into_iter().flatten().map(|path| names(path).join(".")).collect();
        let items = paging.items.map(names).unwrap_or_default();
        let noun = items.last().map(|name| plain(name)).unwrap_or_default();
        Self { paging, items, declared, noun, of_value: false, found: Evidence::default() }
    }

    /// Reads a response that need not be a list.
    pub const fn of_value(mut self) -> Self {
        self.of_value = true;
        self
    }

    /// Looks at the members of the response, then at its headers.
    pub fn collect(mut self, members: Option<&Members<'_>>, headers: &HeaderMap) -> Evidence {
        if let Some(members) = members {
            self.members(members, &mut Vec::new(), false);
        }
        self.headers(headers);
        self.found
    }

    fn members(&mut self, members: &Members<'_>, path: &mut Vec<String>, in_envelope: bool) {
        const DEEPEST: usize = 4;
        for (name, value) in members {
            let plain = plain(name);
            path.push(name.clone());
            let whole = path.join(".");
            let leads_to_records = self.items.starts_with(path);
            let ignored = self.declared.contains(&whole) || self.ignores(name) || self.ignores(&whole);
            let are_the_records = leads_to_records && path.len() == self.items.len();
            if !ignored && !are_the_records {
                self.member(&plain, &whole, value, path.len() == 1 || in_envelope);
            }
            let envelope = names::is_envelope(&plain);
            if (leads_to_records || envelope) && !ignored && path.len() <= DEEPEST {
                if let Ok(inner) = serde_json::from_str::<Object<'_>>(value.get()) {
                    self.members(&inner.members, path, envelope || in_envelope);
                } else if value.get().starts_with('{') {
                    self.found.cut.push(format!("`{whole}` has too many members to look at"));
                } else if matches!(&*plain, "link" | "links") && !are_the_records {
                    self.list_of_links(&whole, value);
                }
            }
            path.pop();
        }
    }

    /// `links: [{ "rel": "next", "href": … }]`, also with `relation`, as in FHIR.
    fn list_of_links(&mut self, name: &str, value: &RawValue) {
        const LONGEST: usize = 256 * 1024;
        if value.get().len() > LONGEST {
            self.found.cut.push(format!("`{name}` is too long to look at"));
            return;
        }
        let links: Vec<Value> = serde_json::from_str(value.get()).unwrap_or_default();
        if leads_to_next(&links) {
            self.found.more.push(format!("`{name}` has a link to a next page"));
        }
    }

    fn member(&mut self, plain: &str, name: &str, value: &RawValue, of_list: bool) {
        const LONGEST: usize = 16 * 1024;
        if value.get().len() > LONGEST {
            if names::is_error(plain) {
                self.found.error.get_or_insert_with(|| name.to_owned());
            } else if missing::names_missing(plain) || missing::is_cut(plain) {
                self.found.cut.push(format!("`{name}` is not empty"));
            } else if names::is_next(plain) {
                self.found.more.push(format!("`{name}` leads to a next page"));
            }
            return;
        }
        let Ok(value) = serde_json::from_str::<Value>(value.get()) else { return };
        let (nothing, of_shards) = (is_nothing(&value), name.contains("shards"));
        if !nothing && names::is_error(plain)
            || of_list && (says_failed(plain, &value) || tells_failure(plain, &value))
            || of_list && any_of_status(plain, &value, says_failed)
        {
            self.found.error.get_or_insert_with(|| name.to_owned());
        }
        self.missing(plain, name, &value, of_list);
        if matches!(plain, "range" | "contentrange") {
            self.found.counts.extend(value.as_str().and_then(of_range).map(|all| (name.to_owned(), all)));
        }
        if (names::is_more(plain) && (is_true(&value) || counts_more(plain, &value)))
            || (names::is_last(plain) && is_false(&value))
        {
            self.found.more.push(format!("`{name}` is {value}"));
        }
        if of_list && names::is_previous(plain) && leads_back(&value)
            || of_list && names::has_previous(plain) && is_true(&value)
            || of_list && names::is_first(plain) && is_false(&value)
        {
            self.found.earlier.push(format!("`{name}` is {value}"));
        }
        if names::is_next(plain) && leads_on(&value) {
            self.found.more.push(format!("`{name}` leads to a next page"));
        }
        let says_no_more = names::is_more(plain) && is_false(&value) || names::is_next(plain) && nothing;
        self.found.ended |= says_no_more || names::is_last(plain) && is_true(&value);
        if of_list && names::is_limit(plain) {
            self.found.limits.extend(number(&value).map(|limit| (name.to_owned(), limit)));
        }
        if names::is_count(plain, &self.noun) && !of_shards {
            let inner = ["value", "count", "total"].iter().find_map(|inner| number(&value[*inner]));
            let count = number(&value).or_else(|| count_in(&value)).or(inner);
            self.found.counts.extend(count.map(|count| (name.to_owned(), count)));
            if value["relation"] == "gte" {
                self.found.cut.push(format!("`{name}.relation` is \"gte\""));
            }
        }
        if names::is_pages(plain)
            && let Some(pages) = number(&value)
        {
            self.found.pages.push((name.to_owned(), pages));
        }
    }

    /// Looks for records that are missing on this page.
    fn missing(&mut self, plain: &str, name: &str, value: &Value, of_list: bool) {
        let (nothing, of_shards) = (is_nothing(value), name.contains("shards"));
        let is_list = value.is_array() || value.is_object();
        // A number may count something else that failed, unless it counts the parts of a search index.
        if !nothing && missing::names_missing(plain) && (of_shards || !value.is_number()) {
            self.found.cut.push(format!("`{name}` is not empty"));
        }
        if missing::is_cut(plain) && (is_true(value) || is_list && !nothing)
            || of_list && says_cut(plain, value)
            || of_list && any_of_status(plain, value, says_cut)
            || of_list && !self.of_value && says_unfinished(plain, value)
            || of_list && !self.of_value && any_of_status(plain, value, says_unfinished)
        {
            self.found.cut.push(format!("`{name}` is {value}"));
        }
        if missing::counts_missing(plain) && number(value).is_some_and(|count| count > 0) {
            self.found.cut.push(format!("`{name}` is {value}"));
        }
        if of_list && plain == "timeout" && value == true {
            self.found.cut.push(format!("`{name}` is true"));
        }
        // Those of a search that were skipped have not failed.
        if matches!(plain, "shards" | "clusters")
            && let (Some(all), Some(successful)) = (number(&value["total"]), number(&value["successful"]))
            && successful < all
        {
            self.found.cut.push(format!("`{name}.successful` is {successful} of {all}"));
        }
        if plain == "relation" && value == "gte" {
            self.found.cut.push(format!("`{name}` is {value}"));
        }
    }

    fn headers(&mut self, headers: &HeaderMap) {
        if !self.ignores(header::SCOPES) {
            self.found.cut.extend(header::lacks_scope(headers));
        }
        for (name, value) in headers {
            let text = String::from_utf8_lossy(value.as_bytes());
            let (name, text) = (name.as_str(), text.trim());
            let declared =
                matches!(self.paging.total, Some(Total::Header(total)) if total.eq_ignore_ascii_case(name));
            if !declared && !self.ignores(name) {
                self.header(name, text);
            }
        }
        if self.ignores("link") {
            return;
        }
        if Link::leads_back(headers) {
            self.found.earlier.push("the header `Link` has a `rel=\"prev\"`".to_owned());
        }
        if matches!(self.paging.style, Style::Link) {
            return;
        }
        match Link::from_headers(headers) {
            Link::Next(_) => self.found.more.push("the header `Link` has a `rel=\"next\"`".to_owned()),
            Link::Malformed => {
                self.found
                    .more
                    .push("the header `Link`, which may name a next page, cannot be parsed".to_owned());
            }
            Link::Missing | Link::NoNext => {}
        }
    }

    fn header(&mut self, name: &str, text: &str) {
        if header::is_stale(name, text) {
            self.found.cut.push(format!("`{name}` is {text}: it may be an earlier list"));
            return;
        }
        if header::warns(name, text) {
            self.found.cut.push(format!("`{name}` is {text}"));
            return;
        }
        let value = Value::String(text.to_owned());
        let counted = number(&value).or_else(|| count_in(&value)).map(|number| (name.to_owned(), number));
        match header::header(name) {
            Some(Header::More) if is_true(&value) => self.found.more.push(format!("`{name}` is {text}")),
            Some(Header::Last) if is_false(&value) => self.found.more.push(format!("`{name}` is {text}")),
            Some(Header::Next) if leads_on(&value) => {
                self.found.more.push(format!("`{name}` leads to a next page"));
            }
            Some(Header::Cut) if is_true(&value) => self.found.cut.push(format!("`{name}` is {text}")),
            Some(Header::Count) => self.found.counts.extend(counted),
            Some(Header::Limit) => self.found.limits.extend(counted),
            Some(Header::Pages) => self.found.pages.extend(counted),
            Some(Header::Range) => {
                self.found.counts.extend(of_range(text).map(|total| (name.to_owned(), total)));
            }
            Some(Header::Json) => {
                let members: Members<'_> = serde_json::from_str(text).unwrap_or_default();
                for (member, value) in &members {
                    self.member(&plain(member), &format!("{name}.{member}"), value, true);
                }
            }
            _ => {}
        }
    }

    fn ignores(&self, name: &str) -> bool {
        self.paging.ignored.iter().any(|ignored| ignored.eq_ignore_ascii_case(name))
    }
}
