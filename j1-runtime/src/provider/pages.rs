//! A list that comes in pages, as a stream of records that proves its end.
//!
//! [`Pages`] owns everything that outlives one pass over the list: which records were handed out, and what makes the list
//! partial. Each pass has a [`ListPosition`] of its own. A record is handed out once, in the pass that saw it first.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use j1_core::graph::Places;
use j1_core::report::{Begun, Marks};
use j1_core::shared::{AT_ONCE, AT_ONCE_BYTES};
use j1_core::step::Counts;
use j1_core::{Error, Outcome, Result};
use serde::de::DeserializeOwned;
use xxhash_rust::xxh3::xxh3_64;

use crate::code;
use crate::index::Budget;
use crate::observe::stats;
use crate::provider::digests::Digests;
use crate::provider::embedded::Embedded;
use crate::provider::evidence::Came;
use crate::provider::exchange::Exchanged;
use crate::provider::fault::unreadable;
use crate::provider::json;
use crate::provider::page::Page;
use crate::provider::paging::{Paging, Style};
use crate::provider::position::{ListPosition, Verdict};
use crate::provider::request::{Request, in_step_of, within_step_of};
use crate::provider::spans::Span;

/// The maximum number of passes over a list that changes while it is read.
const MAX_PASSES: u32 = 3;
/// The maximum number of unreadable records of a step that the log names.
const LOGGED: u64 = 25;

/// The records of a list, one at a time.
///
/// A record that cannot be read is named and left out, and the list is then partial: JupiterOne keeps what it holds of its
/// type.
pub struct Pages<T> {
    request: Request,
    paging: Paging,
    /// The record whose absence proves that the list is gone as well.
    parent: Option<Request>,
    position: ListPosition,
    passes: Passes,
    page: Current,
    ready: Ready<T>,
    ended: bool,
    /// Until the list is finished, or has failed.
    begun: Option<Begun>,
    /// `true` while a sent request has no response yet: the future can be dropped in between.
    pending: bool,
    unreadable: u64,
    /// The lists inside of the records, from the first record on.
    embedded: Option<Box<Embedded>>,
    /// The error that ended the list.
    failed: Option<String>,
    /// The outcome, with the reasons that make the list partial.
    outcome: Outcome,
    /// The step that reads the list, wherever that is done.
    marks: Option<Marks>,
}

/// The records of the page that have been read, and are handed out next. Nothing locks it: a `Mutex` can be lent to other threads
/// whatever the records are.
struct Ready<T>(Mutex<VecDeque<T>>);

impl<T> Default for Ready<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Ready<T> {
    fn records(&mut self) -> &mut VecDeque<T> {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The rest of the last page.
#[derive(Default)]
struct Current {
    name: String,
    body: Bytes,
    /// The places of its records; [`Span::NONE`] for one that is not handed out.
    records: Vec<Span>,
    /// The places of their members.
    places: Places,
    /// The number of records that are done.
    done: usize,
}

impl Current {
    /// The next record to hand out, and its number on the page.
    fn next(&mut self) -> Option<(usize, Span)> {
        while let Some(record) = self.records.get(self.done).copied() {
            self.done += 1;
            if record != Span::NONE {
                return Some((self.done, record));
            }
        }
        None
    }

    fn is_empty(&self) -> bool {
        self.records[self.done..].iter().all(|record| *record == Span::NONE)
    }
}

/// State across the passes over a list.
struct Passes {
    /// Passes that have ended.
    ended: u32,
    /// The digests of all records handed out.
    seen: Digests,
    /// Those of this pass, if it is not the first.
    of_pass: Digests,
    /// The digests of the contents handed out of a list whose records repeat: records with one id may differ, and each
    /// counts.
    contents: Digests,
    /// The pages of the pass before.
    before: Option<Vec<u64>>,
    /// The number of records of this pass that were on an earlier page of it already.
    repeated: u64,
}

impl Passes {
    fn new(memory: &Arc<Budget>) -> Self {
        let digests = || Digests::new(Arc::clone(memory));
        Self { ended: 0, seen: digests(), of_pass: digests(), contents: digests(), before: None, repeated: 0 }
    }
}

impl<T: DeserializeOwned> Pages<T> {
    pub(crate) fn new(request: Request, paging: Paging) -> Self {
        let request = request.max_bytes(paging.max_bytes);
        let marks = request.step();
        let left = || format!("the step left the list of `{}` without its `finish()`", request.name());
        Self {
            begun: marks.as_ref().map(|marks| marks.begin(left())),
            outcome: j1_core::__private::proven(marks.as_ref()),
            parent: None,
            position: ListPosition::default(),
            passes: Passes::new(request.client.http.memory()),
            request,
            paging,
            page: Current::default(),
            ready: Ready::default(),
            ended: false,
            pending: false,
            unreadable: 0,
            embedded: None,
            failed: None,
            marks,
        }
    }

    /// Accepts a 404 as a complete list without records if `parent`, which is then requested, responds with 404 or 410 as
    /// well: the list of the members of a group that was deleted a moment ago. If the parent still exists, the list is
    /// partial. So is the second list in a row that is gone without any other response of success in between: it is rather
    /// the API that is gone.
    ///
    /// ```
    /// # use j1_core::Result;
    /// use j1_runtime::provider::{Client, Pages, Paging};
    /// # #[derive(serde::Deserialize)]
    /// # struct Member {}
    ///
    /// fn members(api: &Client, group: &str) -> Pages<Member> {
    ///     let list = api.get_at(&["groups", group, "members"]).pages(Paging::offset("limit", "skip", 100));
    ///     list.gone_with(api.get_at(&["groups", group]))
    /// }
    /// ```
    #[must_use]
    pub fn gone_with(mut self, parent: Request) -> Self {
        self.parent = Some(parent);
        self
    }

    /// The step that reads the list.
    pub(super) fn marks(&self) -> Option<Marks> {
        self.marks.clone()
    }

    /// The name of the list in messages.
    pub(super) fn name(&self) -> String {
        self.request.name()
    }

    /// The next record; `None` at the end of the list.
    ///
    /// # Errors
    /// If a page cannot be read, or is not what was declared. The list is partial then.
    pub async fn next(&mut self) -> Result<Option<T>> {
        loop {
            if self.ready.records().is_empty() {
                self.read_some();
            }
            if let Some(record) = self.ready.records().pop_front() {
                return Ok(Some(record));
            }
            if self.ended {
                return Ok(None);
            }
            let marks = self.marks.clone();
            // On the heap: the future of a step would have room for that of a request.
            in_step_of(marks, Box::pin(self.fetch_marked())).await?;
        }
    }

    /// Reads the next records of the page.
    fn read_some(&mut self) {
        let mut bytes = 0;
        while self.ready.records().len() < AT_ONCE && bytes < AT_ONCE_BYTES {
            let Some((place, record)) = self.page.next() else { break };
            let record = self.page.body.get(record.range()).unwrap_or_default();
            bytes += record.len();
            match json::record(record, self.page.places.of_record(place - 1)) {
                Ok(read) => {
                    let ignored = self.paging.ignored;
                    self.embedded.get_or_insert_with(|| Box::new(Embedded::new::<T>(ignored))).look(record);
                    self.ready.records().push_back(read);
                }
                Err(error) => {
                    let reason = unreadable(place, record, &self.page.name, &error);
                    within_step_of(self.marks.clone(), || self.leave_out(reason));
                }
            }
        }
    }

    /// Returns a complete outcome if the list was read to its end and every record could be read.
    ///
    /// # Errors
    /// Never; a step can end with it.
    pub fn finish(mut self) -> Result<Outcome> {
        self.begun.iter().for_each(Begun::finished);
        Ok(within_step_of(self.marks.clone(), || self.outcome_of_all()))
    }

    fn outcome_of_all(&mut self) -> Outcome {
        let read = j1_core::__private::proven(self.marks.as_ref());
        let mut outcome = std::mem::replace(&mut self.outcome, read);
        let list = self.request.name();
        if let Some(error) = &self.failed {
            outcome.add(Outcome::partial(format!("reading `{list}` ended with an error: {error}")));
        }
        if !(self.ended && self.page.is_empty() && self.ready.records().is_empty()) {
            outcome.add(Outcome::partial(format!("stopped before the end of `{list}`")));
            return outcome;
        }
        let came = self.came();
        if let Some(expected) = self.position.expected() {
            let read = if came.lacks(expected) { came.different } else { came.records };
            outcome = outcome.checked_against(&Counts { list: &list, expected, read });
        }
        for doubt in self.position.doubts(&self.paging, came, self.passes.seen.len()) {
            outcome.add(Outcome::partial(format!("`{list}` {doubt}")));
        }
        for doubt in self.embedded.iter().flat_map(|embedded| embedded.doubts()) {
            outcome.add(Outcome::partial(format!("`{list}` {doubt}")));
        }
        if self.passes.repeated > 0 && !self.paging.trust.repeats {
            let reason = format!(
                "`{list}` has {} records on more than one page: its order changed while it was read, and others may have been \
                 skipped; declare `.records_repeat()` if that is how this API pages",
                self.passes.repeated
            );
            outcome.add(Outcome::partial(reason));
        }
        outcome
    }

    /// The records of the last pass, for what counts them. Where a record may come more than once, each time counts.
    fn came(&self) -> Came {
        let records = self.position.read;
        let seen = if self.passes.ended == 0 { &self.passes.seen } else { &self.passes.of_pass };
        // A short list that nothing counts has no digests.
        let repeats = self.paging.trust.repeats || seen.is_empty();
        Came { records, different: if repeats { records } else { seen.len() } }
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

    async fn fetch_marked(&mut self) -> Result<()> {
        let fetched = self.fetch().await;
        if let Err(error) = &fetched {
            self.failed = Some(error.to_string());
            self.begun.iter().for_each(Begun::finished);
        }
        fetched.map_err(Error::marked)
    }

    async fn fetch(&mut self) -> Result<()> {
        let interrupted = std::mem::replace(&mut self.pending, true);
        let fetched = self.fetch_page(interrupted).await;
        self.pending = false;
        fetched
    }

    async fn fetch_page(&mut self, interrupted: bool) -> Result<()> {
        let (request, overlap, exchanged) = self.ask().await?;
        let maybe_taken = exchanged.maybe_taken || interrupted;
        let page = match exchanged.incoming.status {
            // In the middle of a list it stands for nothing that was declared.
            404 if self.position.at_first() && (self.paging.not_found_is_empty || self.parent.is_some()) => {
                self.not_found(&request).await?;
                Page::empty()
            }
            204 if self.paging.no_content_is_empty => Page::empty(),
            _ => {
                let page = Page::read(&request, &self.paging, &request.success(exchanged)?)?;
                if maybe_taken && self.has_moved_on(&request, &page).await? && self.begin_again(&request) {
                    return Ok(());
                }
                page
            }
        };
        let Some(page) = self.unless_blank(&request, page).await? else { return Ok(()) };
        let repeated = self.position.take(&request, &self.paging, &page, overlap)?;
        for said in &page.evidence.cut {
            self.outcome.add(Outcome::partial(format!("`{}` is not a whole page: {said}", request.name())));
        }
        self.hand_out(request.name(), page, repeated, overlap)?;
        if self.position.ended {
            self.end();
        }
        if self.ended {
            self.look_beyond().await?;
        }
        Ok(())
    }

    /// Requests what may come after the end, where nothing else shows that this is the end.
    async fn look_beyond(&mut self) -> Result<()> {
        let Some((request, why)) = self.position.beyond(&self.request, &self.paging)? else { return Ok(()) };
        let exchanged = match request.exchange().await {
            // Recordings of a client that did not look there.
            Err(error) if error.code() == code::NO_RECORDING => return Ok(()),
            exchanged => exchanged?,
        };
        // There is no such page, or not of this size.
        if matches!(exchanged.incoming.status, 204 | 400 | 404 | 410 | 416 | 422) {
            return Ok(());
        }
        let page = Page::read(&request, &self.paging, &request.success(exchanged)?)?;
        let mut is_new = false;
        for digest in &page.digests {
            is_new |= !self.passes.seen.had(*digest, false)?;
        }
        if is_new {
            self.outcome.add(Outcome::partial(format!("`{}` {why}", self.request.name())));
        }
        Ok(())
    }

    /// Requests the next page. Recordings that another client made have no page that begins with a record of the page before;
    /// the next page is requested as that client did.
    async fn ask(&self) -> Result<(Request, bool, Exchanged)> {
        let overlap = self.position.overlaps(&self.paging);
        let request = self.position.request(&self.request, &self.paging, overlap)?;
        match request.exchange().await {
            Err(error) if overlap && error.code() == code::NO_RECORDING => {
                let request = self.position.request(&self.request, &self.paging, false)?;
                let exchanged = request.exchange().await?;
                Ok((request, false, exchanged))
            }
            exchanged => exchanged.map(|exchanged| (request, overlap, exchanged)),
        }
    }

    /// A page without records that would end a list in its middle is requested once more: nothing else can show that the
    /// provider only had nothing to send at that moment. `None` if the list is read from its beginning instead.
    async fn unless_blank(&mut self, request: &Request, page: Page) -> Result<Option<Page>> {
        if !self.position.ends_blank(&self.paging, &page) {
            return Ok(Some(page));
        }
        // Recordings of a client that did not request it twice give the same response again.
        let exchanged = request.exchange().await?;
        if exchanged.incoming.status == 204 && self.paging.no_content_is_empty {
            return Ok(Some(page));
        }
        let again = Page::read(request, &self.paging, &request.success(exchanged)?)?;
        // Records that come now may be those of the page after it.
        let came = !again.records.is_empty();
        if came && self.has_moved_on(request, &again).await? && self.begin_again(request) {
            return Ok(None);
        }
        Ok(Some(again))
    }

    /// A 404 for the first page: an empty list if it is proven, otherwise a partial one.
    async fn not_found(&mut self, request: &Request) -> Result<()> {
        let list = request.name();
        let reason = match &self.parent {
            None => format!("`{list}` returned status 404, which proves nothing"),
            Some(parent) => match parent.exchange().await?.incoming.status {
                404 | 410 if self.request.client.gone.fetch_add(1, Ordering::Relaxed) == 0 => return Ok(()),
                404 | 410 => format!(
                    "`{list}` and its parent returned status 404, like the list before it, and no other request \
                     succeeded in between: the API may be gone, not the records"
                ),
                status => format!(
                    "`{list}` returned status 404, but its parent is not gone: `{}` returned status {status}",
                    parent.name()
                ),
            },
        };
        self.outcome.add(Outcome::partial(reason));
        Ok(())
    }

    /// Begins again after a page was skipped; `false`, and a partial list, if that does not bring the page back.
    fn begin_again(&mut self, request: &Request) -> bool {
        let reason = "a response was lost, and the provider moves on with each request";
        if self.position.sends_cursor() {
            return self.read_again(reason);
        }
        self.outcome.add(Outcome::partial(format!("`{}`: {reason}", request.name())));
        false
    }

    /// Finds out if a request that was sent more than once skipped a page, since the provider keeps the position in the list
    /// and moves on with each request.
    async fn has_moved_on(&self, request: &Request, page: &Page) -> Result<bool> {
        let sends_cursor = self.position.sends_cursor();
        if !sends_cursor && self.request.is_repeatable() {
            return Ok(false);
        }
        if let Style::Cursor { stateful: true, .. } = self.paging.style {
            return Ok(sends_cursor);
        }
        if page.records.is_empty() {
            return Ok(true);
        }
        let again = request.success(request.exchange().await?)?;
        let again = Page::read(request, &self.paging, &again)?;
        let same_ids = !page.digests.is_empty() && again.digests == page.digests;
        Ok(again.digest != page.digest && !same_ids)
    }

    /// Hands out the records of a page, those of a later pass only if they are new.
    fn hand_out(&mut self, name: String, page: Page, repeated: usize, overlap: bool) -> Result<()> {
        let Page { body, mut records, places, digests, came, .. } = page;
        let first_pass = self.passes.ended == 0;
        self.passes.seen.touch(&digests);
        // A record that comes twice on one page says nothing about the order of the pages: it is looked for on earlier ones only.
        let all_differ = came.different == came.records;
        for ((at, span), digest) in records.iter_mut().enumerate().zip(&digests) {
            let seen = self.passes.seen.had(*digest, all_differ)?;
            let again = if first_pass { seen } else { self.passes.of_pass.had(*digest, all_differ)? };
            if again && at >= repeated {
                self.passes.repeated += 1;
            }
            let content =
                self.paging.trust.repeats.then(|| xxh3_64(body.get(span.range()).unwrap_or_default()));
            let known = match content {
                Some(content) => !self.passes.contents.insert(content)?,
                None => seen,
            };
            let is_left = if first_pass { !overlap || at >= repeated } else { !known };
            if !is_left {
                *span = Span::NONE;
            }
        }
        for digest in digests.into_iter().filter(|_| !all_differ) {
            if !first_pass {
                self.passes.of_pass.insert(digest)?;
            }
            self.passes.seen.insert(digest)?;
        }
        self.page = Current { name, body, records, places, done: 0 };
        Ok(())
    }

    /// The last page of a pass: decides whether the list must be read again.
    fn end(&mut self) {
        if let Verdict::ReadAgain(reason) = self.position.verdict(&self.paging, self.passes.before.as_deref())
            && self.read_again(&reason)
        {
            return;
        }
        self.ended = true;
    }

    /// Begins the next pass; `false` if there were enough, and then the list is partial.
    fn read_again(&mut self, reason: &str) -> bool {
        if self.passes.ended + 1 >= MAX_PASSES {
            let list = self.request.name();
            self.outcome.add(Outcome::partial(format!(
                "`{list}` changed while it was read, {MAX_PASSES} times in a row: {reason}"
            )));
            return false;
        }
        self.passes.ended += 1;
        self.passes.repeated = 0;
        self.passes.of_pass.clear();
        self.passes.before = Some(std::mem::take(&mut self.position).into_digests());
        true
    }

    fn leave_out(&mut self, reason: String) {
        self.unreadable += 1;
        // A step may read thousands of lists with a bad record each.
        let unreadable = stats::unreadable().unwrap_or(self.unreadable);
        if unreadable <= LOGGED {
            tracing::warn!("{reason}");
        } else if unreadable == LOGGED + 1 {
            tracing::warn!("more records cannot be read, such as one of `{}`", self.request.name());
        }
        self.outcome.add(Outcome::partial(reason));
    }
}
