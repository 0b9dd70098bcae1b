//! Evidence in a response that its list is not all there is, even if the author of the integration declared nothing.
//!
//! Names are compared without case, `_` and `-`: `has_more`, `hasMore` and `HasMore` are one. They are looked up in the
//! response itself, in the objects that lead to the records, and in objects such as `meta` or `pagination`, never in
//! the records.

use std::collections::HashMap;

use reqwest::header::HeaderMap;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::provider::link::Link;
use crate::provider::paging::{End, Paging, Style, Total};

pub(super) type Members<'b> = HashMap<String, &'b RawValue>;

/// Objects that describe a list, beside those that lead to the records.
const ENVELOPES: [&str; 16] = [
    "cursors",
    "links",
    "listinfo",
    "listmetadata",
    "meta",
    "metadata",
    "odata",
    "page",
    "pageinfo",
    "pager",
    "pages",
    "pagination",
    "paging",
    "responsemetadata",
    "resultinfo",
    "shards",
];
/// If `true`, there is more.
const MORE: [&str; 18] = [
    "exceededtransferlimit",
    "hasmore",
    "hasmoredata",
    "hasmoreitems",
    "hasmorepages",
    "hasmorerecords",
    "hasmoreresults",
    "hasnext",
    "hasnextpage",
    "istruncated",
    "more",
    "moreavailable",
    "moredata",
    "moredataavailable",
    "moreitems",
    "morepages",
    "moreresults",
    "truncated",
];
/// If `false`, there is more.
const LAST: [&str; 9] = [
    "complete",
    "done",
    "endofrecords",
    "endofstream",
    "iscomplete",
    "islast",
    "islastpage",
    "last",
    "lastpage",
];
/// If not empty, it leads to a next page.
const NEXT: [&str; 26] = [
    "@odata.nextlink",
    "continuationtoken",
    "continue",
    "lastevaluatedkey",
    "next",
    "nextcontinuationtoken",
    "nextcursor",
    "nexthref",
    "nextkey",
    "nextlink",
    "nextmarker",
    "nextoffset",
    "nextpage",
    "nextpagecursor",
    "nextpagelink",
    "nextpagetoken",
    "nextpageuri",
    "nextpageurl",
    "nextrecordsurl",
    "nexttoken",
    "nexturi",
    "nexturl",
    "odata.nextlink",
    "remainingitemcount",
    "xmscontinuation",
    "xnextpage",
];
/// Counts records: of the list, or of the page.
const COUNTS: [&str; 27] = [
    "@odata.count",
    "count",
    "found",
    "hitcount",
    "itemcount",
    "nbhits",
    "numfound",
    "odata.count",
    "recordcount",
    "recordstotal",
    "resultcount",
    "rowcount",
    "total",
    "totalcount",
    "totalelements",
    "totalentries",
    "totalhits",
    "totalitems",
    "totalnumber",
    "totalobjects",
    "totalrecords",
    "totalresults",
    "totalrows",
    "totalsize",
    "xtotal",
    "xtotalcount",
    "xtotalresults",
];
/// Counts the pages of the list.
const PAGES: [&str; 7] =
    ["lastpage", "nbpages", "numberofpages", "numpages", "pagecount", "pagestotal", "totalpages"];
/// If `true`, records are missing, also in the middle of a list.
const CUT: [&str; 10] = [
    "haspartialresults",
    "incomplete",
    "incompleteresults",
    "isincomplete",
    "ispartial",
    "partial",
    "partialresult",
    "partialresults",
    "terminatedearly",
    "timedout",
];
/// If not empty, the response is an error.
const ERRORS: [&str; 7] =
    ["error", "errorcode", "errormessage", "errors", "errorsummary", "exception", "fault"];

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
}

/// Collects the evidence of one response.
pub(super) struct Collector<'p> {
    paging: &'p Paging,
    /// The paths of the records and of the declared members.
    items: Vec<String>,
    declared: Vec<String>,
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
        Self { paging, items, declared, found: Evidence::default() }
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
            let envelope = ENVELOPES.contains(&plain.as_str());
            if (leads_to_records || envelope) && !ignored && path.len() <= DEEPEST {
                if let Ok(inner) = serde_json::from_str::<Members<'_>>(value.get()) {
                    self.members(&inner, path, envelope || in_envelope);
                } else if plain == "links" {
                    self.list_of_links(&whole, value);
                }
            }
            path.pop();
        }
    }

    /// `links: [{ "rel": "next", "href": … }]`.
    fn list_of_links(&mut self, name: &str, value: &RawValue) {
        let links: Vec<Value> = serde_json::from_str(value.get()).unwrap_or_default();
        if links.iter().any(|link| link["rel"].as_str().is_some_and(|rel| rel.eq_ignore_ascii_case("next"))) {
            self.found.more.push(format!("`{name}` has a link to a next page"));
        }
    }

    fn member(&mut self, plain: &str, name: &str, value: &RawValue, of_list: bool) {
        const LONGEST: usize = 16 * 1024;
        let known = |table: &[&str]| table.contains(&plain);
        let short = value.get().len() <= LONGEST;
        if known(&ERRORS) && !is_nothing(value.get()) {
            self.found.error = self.found.error.take().or_else(|| Some(name.to_owned()));
        }
        if matches!(plain, "warnings" | "warning") && !is_nothing(value.get()) {
            self.found.cut.push(format!("`{name}` is not empty"));
        }
        if !short {
            return;
        }
        let Ok(value) = serde_json::from_str::<Value>(value.get()) else { return };
        if known(&CUT) && is_true(&value) {
            self.found.cut.push(format!("`{name}` is {value}"));
        }
        if plain == "failed" && name.contains("shards") && number(&value).is_some_and(|failed| failed > 0) {
            self.found.cut.push(format!("`{name}` is {value}"));
        }
        if plain == "relation" && value == "gte" {
            self.found.cut.push(format!("`{name}` is {value}"));
        }
        if (known(&MORE) && is_true(&value)) || (known(&LAST) && value == Value::Bool(false)) {
            self.found.more.push(format!("`{name}` is {value}"));
        }
        if known(&NEXT) && leads_on(&value) {
            self.found.more.push(format!("`{name}` leads to a next page"));
        }
        if known(&COUNTS)
            && let Some(count) = number(&value).or_else(|| number(&value["value"]))
        {
            self.found.counts.push((name.to_owned(), count));
        }
        if known(&COUNTS) && value["relation"] == "gte" {
            self.found.cut.push(format!("`{name}.relation` is \"gte\""));
        }
        if known(&PAGES)
            && let Some(pages) = number(&value)
        {
            self.found.pages.push((name.to_owned(), pages));
        }
        if of_list && says_failed(plain, &value) {
            self.found.error = self.found.error.take().or_else(|| Some(name.to_owned()));
        }
    }

    fn headers(&mut self, headers: &HeaderMap) {
        for (name, value) in headers {
            let text = String::from_utf8_lossy(value.as_bytes());
            let (name, text) = (name.as_str(), text.trim());
            let declared =
                matches!(self.paging.total, Some(Total::Header(total)) if total.eq_ignore_ascii_case(name));
            if declared || self.ignores(name) {
                continue;
            }
            let plain = plain(name);
            match plain.as_str() {
                "contentrange" => {
                    if let Some(total) =
                        text.rsplit_once('/').and_then(|(_, total)| total.trim().parse().ok())
                    {
                        self.found.counts.push((name.to_owned(), total));
                    }
                }
                "xtotal" | "xtotalcount" | "xtotalresults" | "totalcount" => {
                    if let Ok(total) = text.parse() {
                        self.found.counts.push((name.to_owned(), total));
                    }
                }
                "xtotalpages" | "xpagecount" => {
                    if let Ok(pages) = text.parse() {
                        self.found.pages.push((name.to_owned(), pages));
                    }
                }
                "xhasmore" if text.eq_ignore_ascii_case("true") => {
                    self.found.more.push(format!("`{name}` is {text}"));
                }
                "xnextpage" | "xnextcursor" | "xnexttoken" | "xmscontinuation" if !text.is_empty() => {
                    self.found.more.push(format!("`{name}` leads to a next page"));
                }
                _ => {}
            }
        }
        let follows_links = matches!(self.paging.style, Style::Link);
        if !follows_links && !self.ignores("link") && matches!(Link::from_headers(headers), Link::Next(_)) {
            self.found.more.push("the header `Link` has a `rel=\"next\"`".to_owned());
        }
    }

    fn ignores(&self, name: &str) -> bool {
        self.paging.ignored.iter().any(|ignored| ignored.eq_ignore_ascii_case(name))
    }
}

/// A name without case and separators.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase()).collect()
}

fn is_nothing(raw: &str) -> bool {
    matches!(raw, "null" | "false" | "0" | "\"\"" | "[]" | "{}" | "\"0\"")
}

fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(said) => *said,
        Value::String(text) => text.eq_ignore_ascii_case("true"),
        Value::Number(number) => number.as_u64() == Some(1),
        _ => false,
    }
}

fn leads_on(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::Number(number) => number.as_f64().is_some_and(|number| number > 0.0),
        Value::String(text) => !matches!(text.as_str(), "" | "0" | "-1" | "null"),
        Value::Array(list) => !list.is_empty(),
        // A link as an object: `{ "href": "" }` leads nowhere.
        Value::Object(members) => members.values().any(leads_on),
    }
}

fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Returns `true` if a member says that the request failed, although the status is one of success.
fn says_failed(plain: &str, value: &Value) -> bool {
    let word = |words: &[&str]| {
        value.as_str().is_some_and(|text| words.iter().any(|word| text.eq_ignore_ascii_case(word)))
    };
    let http_error = || number(value).is_some_and(|code| (400..600).contains(&code));
    match plain {
        "ok" | "success" | "succeeded" | "issuccess" => match value {
            Value::Bool(said) => !said,
            Value::Number(number) => number.as_f64() == Some(0.0),
            Value::String(_) => word(&["false", "0", "no"]),
            _ => false,
        },
        "status" | "stat" | "result" => word(&["error", "fail", "failed", "failure"]) || http_error(),
        "code" | "statuscode" => http_error(),
        _ => false,
    }
}
