//! Statements of an object in a record about the list in it: `{ "nodes": [..], "pageInfo": { "hasNextPage": true } }`.
//!
//! Unlike a response, such an object is about a thing as well: its status and its errors are those of the thing, `total` may be
//! a sum, and `values` with a `count` a measurement.

use j1_core::graph::each_member;
use serde_json::Value;

use super::beside::{self, Said, is_count, is_envelope, is_last, is_more, is_next, leads_to_page};
use super::names::{self, has_any, plain};
use super::{Came, count_in, counts_more, is_false, is_nothing, is_true, leads_to_next, number};

/// The longest value that is looked at.
const LONGEST: usize = 16 * 1024;
/// The deepest object that describes the list.
const DEEPEST: usize = 3;

/// The statements of an object about the list in it.
#[derive(Debug, Default)]
pub(in crate::provider) struct Inner {
    /// Reasons why there is more.
    more: Vec<String>,
    counts: Vec<(String, u64)>,
    /// Counts if the object is a page, and otherwise perhaps sums.
    sums: Vec<(String, u64)>,
    limits: Vec<(String, u64)>,
    ended: bool,
    /// `true` if the object says where the list begins or goes on.
    pub is_page: bool,
}

impl Inner {
    /// Reads an object. `records` is the name of the list if it is in the object; otherwise the object describes the list.
    pub fn new(object: &[u8], records: Option<&str>, ignored: &[&str]) -> Self {
        let is_page = matches!(records, None | Some("nodes" | "edges"));
        let mut inner = Self { is_page, ..Self::default() };
        inner.members(object, records, ignored, &mut Vec::new());
        inner
    }

    /// Returns what it says if so many records came, `measured` if they are numbers.
    pub fn said(mut self, came: Came, measured: bool) -> Said {
        if measured && !self.is_page {
            self.sums.append(&mut self.counts);
        }
        if self.is_page {
            self.counts.append(&mut self.sums);
        }
        let lacking = self.counts.iter().find_map(|(name, count)| came.lacking(name, *count));
        if let Some(said) = self.more.into_iter().next().or(lacking) {
            return Said::Cut(said);
        }
        let counted = self.counts.iter().chain(&self.sums).any(|(_, count)| came.is(*count));
        if self.ended || counted && self.limits.is_empty() {
            return Said::Whole;
        }
        let totals =
            || self.counts.iter().chain(&self.sums).filter(|(name, _)| plain(name).contains("total"));
        let all = totals().any(|(_, count)| came.is(*count));
        // A limit of the thing itself, such as its seats, is not one of the list.
        let reached =
            self.limits.iter().find(|(_, limit)| self.is_page && came.records > 0 && came.is(*limit));
        match reached.filter(|_| !all) {
            Some((name, limit)) => Said::Cut(format!("`{name}` is {limit}, and as many came")),
            None if all => Said::Whole,
            None => Said::Nothing,
        }
    }

    fn members(&mut self, object: &[u8], records: Option<&str>, ignored: &[&str], path: &mut Vec<String>) {
        let ignores = |name: &str| ignored.iter().any(|ignored| ignored.eq_ignore_ascii_case(name));
        // What is not JSON failed to be read.
        let _ = each_member(object, |quoted, value| {
            let Ok(name) = serde_json::from_slice::<String>(quoted) else { return };
            if path.is_empty() && records == Some(&name) || ignores(&name) {
                return;
            }
            let plain = plain(&name);
            path.push(name);
            self.member(&plain, value, path);
            if is_envelope(&plain) && value.starts_with(b"{") && path.len() <= DEEPEST {
                self.members(value, None, ignored, path);
            }
            path.pop();
        });
    }

    fn member(&mut self, plain: &str, value: &[u8], path: &[String]) {
        let name = || path.join(".");
        if value.len() > LONGEST {
            if is_next(plain) {
                self.more.push(format!("`{}` leads to a next page", name()));
            }
            return;
        }
        let meanings = (is_more(plain), is_last(plain), is_next(plain));
        let counts = is_count(plain);
        let limits = names::is_limit(plain);
        let is_start = beside::is_start(plain);
        let is_pages = names::is_pages(plain);
        let are_links = matches!(plain, "link" | "links");
        if meanings == (false, false, false) && !(counts || limits || is_start || is_pages || are_links) {
            return;
        }
        let Ok(value) = serde_json::from_slice::<Value>(value) else { return };
        let (more, last, next) = meanings;
        self.is_page |= more && (is_true(&value) || is_false(&value)) || is_start && number(&value).is_some();
        if more && (is_true(&value) || counts_more(plain, &value)) || last && is_false(&value) {
            self.more.push(format!("`{}` is {value}", name()));
        }
        if next && leads_to_page(plain, &value)
            || are_links && value.as_array().is_some_and(|all| leads_to_next(all))
        {
            self.more.push(format!("`{}` leads to a next page", name()));
        }
        self.ended |= more && is_false(&value) || last && is_true(&value) || next && is_nothing(&value);
        let Some(number) = number(&value).or_else(|| count_in(&value).filter(|_| counts)) else { return };
        if counts {
            let is_sum = path.len() == 1 && !has_any(plain, &["count", "num", "record", "result", "size"]);
            if is_sum { &mut self.sums } else { &mut self.counts }.push((name(), number));
        }
        if limits {
            self.limits.push((name(), number));
        }
        if is_pages && number > 1 {
            self.more.push(format!("`{}` is {number}", name()));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Came, Inner, Said};

    fn said(records: &str, object: &Value) -> Said {
        let list = object[records].as_array().expect("a list");
        let came = Came::new(list.len(), &[]);
        let measured = list.iter().all(Value::is_number);
        Inner::new(object.to_string().as_bytes(), Some(records), &[]).said(came, measured)
    }

    #[test]
    fn an_object_that_is_about_a_thing_says_nothing_of_its_list() {
        for object in [
            json!({ "items": ["a"], "total": 1200, "currency": "EUR" }),
            json!({ "items": ["a"], "status": "error", "errors": ["x"], "warnings": ["y"] }),
            json!({ "items": ["a"], "done": false, "complete": false, "incomplete": true }),
            json!({ "items": ["a"], "remaining": 5, "remaining_items": 5, "available_count": 7 }),
            json!({ "items": ["a"], "summary": { "total": 500 }, "totals": { "count": 500 } }),
            json!({ "items": ["a"], "start": "2031-01-01", "total": 500, "limit": 100 }),
            json!({ "items": ["a"], "limit_reached": true, "max": 1 }),
            json!({ "items": [0.5, 0.9], "count": 5000, "total": 77 }),
            json!({ "items": ["a"], "links": { "self": "/a", "related": "/b" } }),
            json!({ "items": ["a"], "limit": 1 }),
            json!({ "items": ["a"], "startAt": 0, "limit": 100 }),
            json!({ "items": [], "startAt": 0, "limit": 0 }),
            json!({ "items": ["a"], "more": "see the manual", "total": 1200 }),
            json!({ "items": ["a"], "limit": false }),
            json!({ "items": ["a"], "page": { "total_pages": 1 } }),
        ] {
            assert_eq!(said("items", &object), Said::Nothing, "{object}");
        }
        for object in [
            json!({ "items": ["a"], "count": 1 }),
            json!({ "items": ["a"], "next": null }),
            json!({ "items": ["a"], "has_more": false }),
            json!({ "items": ["a"], "isLast": true }),
            json!({ "items": ["a"], "startAt": 0, "limit": 1, "total": 1 }),
            json!({ "nodes": ["a"], "pageInfo": { "hasNextPage": false }, "totalCount": 1 }),
        ] {
            let records = if object["nodes"].is_array() { "nodes" } else { "items" };
            assert_eq!(said(records, &object), Said::Whole, "{object}");
        }
    }

    #[test]
    fn an_object_that_is_a_page_says_that_there_is_more() {
        for object in [
            json!({ "items": ["a"], "total": 500, "startAt": 0 }),
            json!({ "items": ["a"], "total_count": 500 }),
            json!({ "items": ["a"], "count": 500 }),
            json!({ "items": ["a"], "meta": { "total": 500 } }),
            json!({ "items": ["a"], "next": "/b" }),
            json!({ "items": ["a"], "next": "/".repeat(17 * 1024) }),
            json!({ "items": ["a"], "links": [{ "rel": "next", "href": "/b" }] }),
            json!({ "items": ["a"], "isLast": false }),
            json!({ "items": ["a"], "max-results": 1, "start-index": 0, "size": 500 }),
            json!({ "items": ["a"], "page": { "total_pages": 3 } }),
            json!({ "items": [7, 8], "count": 500, "offset": 0 }),
        ] {
            assert!(matches!(said("items", &object), Said::Cut(_)), "{object}");
        }
    }
}
