//! Evidence that a response which the step reads as one value is a part of a list.

use std::cell::LazyCell;

use j1_core::report::Marks;
use reqwest::Method;
use serde_json::value::RawValue;

use crate::provider::digest;
use crate::provider::evidence::{Came, Collector};
use crate::provider::paging::Paging;
use crate::provider::position::{SHORTEST_CUT, cut};
use crate::provider::request::Request;
use crate::provider::transport::Incoming;

impl Request {
    /// Marks the step if the response is a part of what was requested: the step cannot see the headers that say that there is
    /// more.
    pub(super) fn mark_part(&self, response: &Incoming) {
        self.mark(self.part(response), "; read a list with `.pages(..)`");
    }

    /// As [`Request::mark_part`], for a response that need not be JSON: only its head can say that there is more.
    pub(super) fn mark_raw_part(&self, response: &Incoming) {
        let evidence = || Collector::new(&Paging::whole()).collect(None, &response.headers);
        let part = self.partial_status(response).or_else(|| {
            let evidence = evidence();
            evidence.more.into_iter().chain(evidence.cut).next()
        });
        self.mark(part, "");
    }

    fn mark(&self, part: Option<String>, hint: &str) {
        if let Some(marks) = Marks::current()
            && let Some(said) = part
        {
            marks.lost(format!("`{}` returned a part of what was requested: {said}{hint}", self.name()));
        }
    }

    fn partial_status(&self, response: &Incoming) -> Option<String> {
        let is_part = self.method == Method::GET && matches!(response.status, 206 | 207 | 226);
        is_part.then(|| format!("the status is {}", response.status))
    }

    fn part(&self, response: &Incoming) -> Option<String> {
        if let Some(said) = self.partial_status(response) {
            return Some(said);
        }
        let body = response.body.trim_ascii_start();
        if body.first() != Some(&b'[') {
            return None;
        }
        let evidence = Collector::new(&Paging::whole()).collect(None, &response.headers);
        let list: Vec<&RawValue> = serde_json::from_slice(body).unwrap_or_default();
        let came = LazyCell::new(|| {
            let digests: Vec<u64> =
                list.iter().map(|record| digest::digest(record.get().as_bytes())).collect();
            Came::new(list.len(), &digests)
        });
        let counted = |(name, count): &(String, u64)| {
            let said = came.lacking(name, *count)?;
            Some(format!("{said}, and {} records came", came.records))
        };
        let pages = |(name, pages): &(String, u64)| (*pages > 1).then(|| format!("`{name}` is {pages}"));
        (evidence.more.first().cloned())
            .or_else(|| evidence.cut.first().cloned())
            .or_else(|| evidence.counts.iter().find_map(counted))
            .or_else(|| evidence.pages.iter().find_map(pages))
            .or_else(|| evidence.compares().then(|| evidence.reached(*came)).flatten())
            .or_else(|| (list.len() >= SHORTEST_CUT).then(|| cut(*came)).flatten())
    }
}
