//! A list that comes in pages, as a stream of records that proves its end.

use std::collections::VecDeque;
use std::marker::PhantomData;

use j1_core::report::Counts;
use j1_core::{Outcome, Result};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::code;
use crate::observe::stats;
use crate::provider::fault::fault;
use crate::provider::page::Page;
use crate::provider::paging::{NotFound, Paging};
use crate::provider::request::Request;
use crate::provider::transport::Incoming;
use crate::provider::walk::Walk;

/// The records of a list, one at a time.
///
/// A record that cannot be read is named and left out, and the list is then partial: its type keeps what
/// JupiterOne holds.
pub struct Pages<T> {
    request: Request,
    paging: Paging,
    walk: Walk,
    page: Current,
    ended: bool,
    finished: bool,
    /// What makes the list partial.
    outcome: Outcome,
    of: PhantomData<fn() -> T>,
}

/// What is left of the page that came last.
#[derive(Default)]
struct Current {
    name: String,
    records: VecDeque<Box<RawValue>>,
    /// The place of the next record on its page, from 1.
    place: usize,
}

impl<T: DeserializeOwned> Pages<T> {
    pub(crate) fn new(request: Request, paging: Paging) -> Self {
        Self {
            request,
            paging,
            walk: Walk::default(),
            page: Current::default(),
            ended: false,
            finished: false,
            outcome: j1_core::__private::proven(),
            of: PhantomData,
        }
    }

    /// How messages call the list.
    pub(super) fn name(&self) -> String {
        self.request.name()
    }

    /// The next record; `None` at the end of the list.
    ///
    /// # Errors
    /// When a page cannot be had, or is not what it should be.
    pub async fn next(&mut self) -> Result<Option<T>> {
        loop {
            while let Some(record) = self.page.records.pop_front() {
                self.page.place += 1;
                match serde_json::from_str(record.get()) {
                    Ok(record) => return Ok(Some(record)),
                    Err(error) => self.leave_out(&record, &error),
                }
            }
            if self.ended {
                return Ok(None);
            }
            self.fetch().await?;
        }
    }

    /// Complete when the list was read to its end and every record could be read.
    ///
    /// # Errors
    /// None; the form is that of every stream's, so that a step can end with it.
    pub fn finish(mut self) -> Result<Outcome> {
        self.finished = true;
        let mut outcome = std::mem::replace(&mut self.outcome, j1_core::__private::proven());
        let list = self.request.name();
        if !(self.ended && self.page.records.is_empty()) {
            outcome.add(Outcome::partial(format!("stopped before the end of `{list}`")));
            return Ok(outcome);
        }
        if let Some(expected) = self.walk.expected() {
            outcome = outcome.checked_against(&Counts { list: &list, expected, read: self.walk.read });
        }
        if let Some(doubt) = self.walk.doubt(&self.paging) {
            outcome.add(Outcome::partial(format!("`{list}` {doubt}")));
        }
        Ok(outcome)
    }

    /// Reads the whole list into memory: for short ones, such as the members of one group.
    ///
    /// # Errors
    /// As [`Pages::next`].
    pub async fn all(mut self) -> Result<(Vec<T>, Outcome)> {
        let mut records = Vec::new();
        while let Some(record) = self.next().await? {
            records.push(record);
        }
        Ok((records, self.finish()?))
    }

    async fn fetch(&mut self) -> Result<()> {
        let request = self.walk.request(&self.request, &self.paging)?;
        let answered = request.exchange().await?;
        let page = match (answered.incoming.status, self.paging.not_found) {
            // In the middle of a list it stands for nothing that was declared.
            (404, NotFound::Partial | NotFound::Complete) if self.walk.at_first() => {
                if self.paging.not_found == NotFound::Partial {
                    let reason = format!("`{}` was answered with 404, which proves nothing", request.name());
                    self.outcome.add(Outcome::partial(reason));
                }
                Page::empty()
            }
            _ => self.read(&request, &request.success(answered)?)?,
        };
        let records = self.walk.take(&request, &self.paging, page)?;
        self.ended = self.walk.ended;
        self.page = Current { name: request.name(), records: records.into(), place: 0 };
        Ok(())
    }

    fn read(&self, request: &Request, answer: &Incoming) -> Result<Page> {
        if answer.status == 204 && self.paging.no_content_is_empty {
            return Ok(Page::empty());
        }
        Page::read(request, &self.paging, answer)
    }

    fn leave_out(&mut self, record: &RawValue, error: &serde_json::Error) {
        let reason = format!(
            "[{}] record {}{} of `{}` cannot be read: {}",
            code::RECORD,
            self.page.place,
            id_of(record),
            self.page.name,
            fault(error)
        );
        tracing::warn!("{reason}");
        self.outcome.add(Outcome::partial(reason));
    }
}

/// A step that asks no list whether it was read in full has not read it in full.
impl<T> Drop for Pages<T> {
    fn drop(&mut self) {
        if !self.finished {
            stats::abandoned(self.request.name());
        }
    }
}

/// How a record that cannot be read can be found: by its id, where it has one.
fn id_of(record: &RawValue) -> String {
    let Ok(serde_json::Value::Object(record)) = serde_json::from_str(record.get()) else {
        return String::new();
    };
    ["id", "_id", "uuid", "name"]
        .iter()
        .find_map(|name| record.get(*name).filter(|id| id.is_string() || id.is_number()).map(|id| (name, id)))
        .map_or_else(String::new, |(name, id)| format!(" (`{name}` {id})"))
}
