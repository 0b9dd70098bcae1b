//! A list that comes in pages, as a stream of records that proves its end.

use std::collections::VecDeque;
use std::marker::PhantomData;

use j1_core::error::Kind;
use j1_core::{Error, Outcome, Result};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::vendor::client::Request;
use crate::vendor::fault;
use crate::vendor::paging::{Paging, Style};
use crate::{code, redact, stats};

/// The most pages of one list; a vendor that deals out more is going round in circles.
const MOST_PAGES: u64 = 1_000_000;
/// How many records that cannot be read are named; the others are counted.
const NAMED: usize = 5;

/// The records of a list, one at a time.
///
/// A record that cannot be read is named and left out, and the list is then partial: its type keeps what
/// JupiterOne holds.
pub struct Pages<T> {
    request: Request,
    paging: Paging,
    page: Page,
    /// Pages that came so far.
    count: u64,
    ended: bool,
    finished: bool,
    unreadable: Vec<String>,
    unreadable_more: usize,
    of: PhantomData<fn() -> T>,
}

/// What is left of the page that came last.
#[derive(Default)]
struct Page {
    name: String,
    records: VecDeque<Box<RawValue>>,
    /// The place of the next record on its page, from 1.
    place: usize,
    /// Tells a page from the one before.
    hash: u64,
}

impl<T: DeserializeOwned> Pages<T> {
    pub(crate) fn new(request: Request, paging: Paging) -> Self {
        Self {
            request,
            paging,
            page: Page::default(),
            count: 0,
            ended: false,
            finished: false,
            unreadable: Vec::new(),
            unreadable_more: 0,
            of: PhantomData,
        }
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
        let mut outcome = j1_core::__private::proven();
        if !(self.ended && self.page.records.is_empty()) {
            outcome.add(Outcome::partial(format!("stopped before the end of `{}`", self.request.name())));
        }
        for reason in std::mem::take(&mut self.unreadable) {
            outcome.add(Outcome::partial(reason));
        }
        if self.unreadable_more > 0 {
            outcome.add(Outcome::partial(format!("and {} more such records", self.unreadable_more)));
        }
        Ok(outcome)
    }

    async fn fetch(&mut self) -> Result<()> {
        let request = self.next_request();
        let answer = request.send().await?;
        let records = records(&request, self.paging.items, &answer.body)?;
        let hash = xxhash_rust::xxh3::xxh3_64(&answer.body);
        let same = self.count > 0 && !records.is_empty() && hash == self.page.hash;
        self.count += 1;
        if same || self.count > MOST_PAGES {
            let what = if same { "repeats the page before" } else { "is one page too many" };
            let message =
                format!("the answer to `{}` {what}; the list does not end as declared", request.name());
            return Err(Error::new(Kind::Data, code::ENDLESS, message));
        }
        self.ended = matches!(self.paging.style, Style::Whole) || records.is_empty();
        self.page = Page { name: request.name(), records: records.into(), place: 0, hash };
        Ok(())
    }

    fn next_request(&self) -> Request {
        match self.paging.style {
            Style::Whole => self.request.clone(),
            Style::Offset { limit, skip, size } => {
                self.request.clone().query(limit, size).query(skip, self.count.saturating_mul(size))
            }
        }
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
        if self.unreadable.len() < NAMED {
            self.unreadable.push(reason);
        } else {
            self.unreadable_more += 1;
        }
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

/// The records of a page, unread.
fn records(request: &Request, member: Option<&str>, body: &[u8]) -> Result<Vec<Box<RawValue>>> {
    let Some(member) = member else {
        return serde_json::from_slice(body).map_err(|error| other_shape(request, body, &error, "an array"));
    };
    let members: std::collections::HashMap<String, Box<RawValue>> =
        serde_json::from_slice(body).map_err(|error| other_shape(request, body, &error, "an object"))?;
    let expected = format!("an object whose `{member}` is an array");
    let Some(list) = members.get(member) else {
        let message = format!(
            "the answer to `{}` is not {expected}{}; a missing list is not taken for an empty one",
            request.name(),
            redact::excerpt(body)
        );
        return Err(Error::new(Kind::Data, code::OTHER_SHAPE, message));
    };
    serde_json::from_str(list.get()).map_err(|error| other_shape(request, body, &error, &expected))
}

fn other_shape(request: &Request, body: &[u8], error: &serde_json::Error, expected: &str) -> Error {
    if !error.is_data() {
        return request.unreadable(error);
    }
    let message = format!("the answer to `{}` is not {expected}{}", request.name(), redact::excerpt(body));
    Error::new(Kind::Data, code::OTHER_SHAPE, message)
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
