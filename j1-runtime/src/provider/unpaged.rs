//! Evidence that a response which the step reads as one value is a part of a list.

use std::cell::LazyCell;

use j1_core::report::Marks;
use j1_core::validate::without_byte_order_mark;
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::provider::digest;
use crate::provider::embedded::Embedded;
use crate::provider::evidence::{Came, Collector};
use crate::provider::nested::RECORDS;
use crate::provider::page::Object;
use crate::provider::paging::Paging;
use crate::provider::position::{SHORTEST_CUT, cut};
use crate::provider::request::Request;
use crate::provider::transport::Incoming;

impl Request {
    /// Marks the step if the response is a part of what was requested: the step cannot see the headers that say that there is
    /// more.
    pub(super) fn mark_part<T: DeserializeOwned>(&self, response: &Incoming) {
        self.mark(self.part(response), "; read a list with `.pages(..)`");
        let body = without_byte_order_mark(&response.body).trim_ascii_start();
        if body.first() == Some(&b'{')
            && let Some(marks) = Marks::current()
        {
            self.mark_lists_of::<T>(&marks, body, response);
        }
    }

    /// Marks the step if the response is an object with a list that is not whole, and the step reads that list.
    fn mark_lists_of<T: DeserializeOwned>(&self, marks: &Marks, body: &[u8], response: &Incoming) {
        let mut embedded = Embedded::new::<T>(self.ignored);
        embedded.look(body);
        for doubt in embedded.doubts() {
            marks.lost(format!("`{}` {doubt}", self.name()));
        }
        let last = self.url.path_segments().and_then(|mut segments| segments.next_back().map(str::to_owned));
        let is_list = |name: &str| RECORDS.contains(&name) || last.as_deref() == Some(name);
        let lists = embedded.members().any(|(name, list)| list && is_list(name));
        let Ok(mut object) = serde_json::from_slice::<Object<'_>>(body) else { return };
        // A struct whose members all have a default reads an error as nothing.
        let mut reads_some = false;
        let (mut of_graphql, mut members) = (false, 0);
        // A step that reads where the next page is reads on by itself.
        for (name, _) in embedded.members() {
            reads_some |= object.members.remove(name).is_some();
            of_graphql |= name == "data";
            members += 1;
        }
        if !lists && !of_graphql && (reads_some || members == 0) {
            return;
        }
        let paging = Paging::whole().ignoring(self.ignored);
        let evidence = Collector::new(&paging).of_value().collect(Some(&object.members), &response.headers);
        let errs = |name: &String| lists || !reads_some || of_graphql && name.starts_with("errors");
        if let Some(error) = evidence.error.filter(errs) {
            marks.lost(format!(
                "`{}` returned an error with the status of a success: `{error}`; read it, or declare `.ignoring(&[\"{error}\"])` \
                 if that says something else",
                self.name()
            ));
        }
        let said = evidence.more.into_iter().chain(evidence.cut).next().filter(|_| lists);
        self.mark(
            said,
            "; read a list with `.pages(..)`, or declare `.ignoring(..)` if that says something else",
        );
    }

    /// As [`Request::mark_part`], for a response that need not be JSON: only its head can say that there is more.
    pub(super) fn mark_raw_part(&self, response: &Incoming) {
        let evidence = || Collector::new(&Paging::whole()).of_value().collect(None, &response.headers);
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
        let is_part = self.method == Method::GET && matches!(response.status, 202 | 206 | 207 | 226);
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
        let evidence = Collector::new(&Paging::whole()).of_value().collect(None, &response.headers);
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
