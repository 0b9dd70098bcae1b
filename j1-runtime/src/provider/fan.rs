//! One request for each record of a list: several at once, with the results in the order of the list.
//!
//! A [`Fan`] owns the requests under way, and aborts them when it is dropped. Whatever goes wrong with one of them makes the
//! outcome of the whole partial, even if the step goes on after the error.

use std::collections::VecDeque;

use j1_core::graph::Entity;
use j1_core::report::{Begun, Marks, Part};
use j1_core::step::{Collected, Each};
use j1_core::{Error, Outcome, Result};
use serde::de::DeserializeOwned;
use tokio::task::JoinHandle;

use crate::observe::{stats, strays};
use crate::provider::request::{in_step_of, within_step_of};
use crate::provider::{Pages, Request};

/// A stream of records that proves its end.
pub trait Records: Send {
    /// The type of its records.
    type Record: Send;

    /// The next record; `None` at the end.
    ///
    /// # Errors
    /// If it cannot be read.
    fn next_record(&mut self) -> impl Future<Output = Result<Option<Self::Record>>> + Send;

    /// Returns a complete outcome if all records were read.
    ///
    /// # Errors
    /// As the `finish` of the stream.
    fn finish_records(self) -> Result<Outcome>;

    /// The step that reads them, if they know it.
    #[doc(hidden)]
    fn step(&self) -> Option<Marks> {
        None
    }
}

impl<T: DeserializeOwned + Send> Records for Pages<T> {
    type Record = T;

    async fn next_record(&mut self) -> Result<Option<T>> {
        self.next().await
    }

    fn finish_records(self) -> Result<Outcome> {
        self.finish()
    }

    fn step(&self) -> Option<Marks> {
        self.marks()
    }
}

impl<T: Entity + DeserializeOwned + Send> Records for Each<T> {
    type Record = Collected<T>;

    async fn next_record(&mut self) -> Result<Option<Collected<T>>> {
        self.next().await
    }

    fn finish_records(self) -> Result<Outcome> {
        self.finish()
    }
}

/// Requests the details of each record of a list, `at_once` of them at a time. Returns each record with its details, in
/// the order of the list; `None` for a 404, as for a record that was deleted meanwhile, which makes the outcome partial.
///
/// ```
/// # use j1_core::{Outcome, Result};
/// use j1_runtime::provider::{self, Client, Paging};
///
/// #[derive(serde::Deserialize)]
/// struct Row { id: String }
/// #[derive(serde::Deserialize)]
/// struct Device { serial: String }
///
/// async fn read(api: &Client) -> Result<Outcome> {
///     let rows = api.get("devices").pages::<Row>(Paging::link());
///     let mut devices = provider::details::<_, Device>(rows, 8, |row| api.get_at(&["devices", &row.id]));
///     while let Some((row, device)) = devices.next().await? {
///         // …
///     }
///     devices.finish()
/// }
/// ```
pub fn details<'a, S: Records, D: DeserializeOwned + Send + 'static>(
    records: S,
    at_once: usize,
    request: impl FnMut(&S::Record) -> Request + Send + 'a,
) -> Fan<'a, S, Option<D>> {
    let mut request = request;
    Fan::new(records, at_once, move |record| {
        let request = request(record);
        (request.name(), async move {
            let found = request.find::<D>().await?;
            let outcome = match &found {
                Some(_) => Outcome::nothing_to_read("its details have come"),
                None => Outcome::partial(format!("`{}` returned status 404", request.name())),
            };
            Ok((found, outcome))
        })
    })
}

/// Reads a list for each record of a list, such as the members of each group, `at_once` of them at a time. Returns each
/// record with its list, in the order of the outer list. The outcomes of the lists are part of the outcome of the whole.
pub fn lists<'a, S: Records, D: DeserializeOwned + Send + 'static>(
    records: S,
    at_once: usize,
    list: impl FnMut(&S::Record) -> Pages<D> + Send + 'a,
) -> Fan<'a, S, Vec<D>> {
    let mut list = list;
    Fan::new(records, at_once, move |record| {
        let list = list(record);
        (list.name(), list.all())
    })
}

/// Runs `work` for each record of a list, `at_once` of them at a time, if a record takes more than one request or one list.
/// Returns each record with the result, in the order of the list. The outcomes of `work` are part of the outcome of the
/// whole, and its first error ends it. Requests of `work` count as the step's.
///
/// ```
/// # use j1_core::{Outcome, Result};
/// use j1_runtime::provider::{self, Client, Paging};
///
/// #[derive(serde::Deserialize)]
/// struct Row { id: String }
/// #[derive(serde::Deserialize)]
/// struct Site { name: String }
/// #[derive(serde::Deserialize)]
/// struct Device { serial: String }
///
/// async fn read(api: &Client) -> Result<Outcome> {
///     let rows = api.get("sites").pages::<Row>(Paging::link());
///     let mut sites = provider::concurrently(rows, 4, |row: &Row| {
///         let (site, devices) = (api.get_at(&["sites", &row.id]), api.get_at(&["sites", &row.id, "devices"]));
///         async move {
///             let site: Site = site.json().await?;
///             let (devices, read) = devices.pages::<Device>(Paging::link()).all().await?;
///             Ok(((site, devices), read))
///         }
///     });
///     while let Some((row, (site, devices))) = sites.next().await? {
///         // …
///     }
///     sites.finish()
/// }
/// ```
pub fn concurrently<'a, S: Records, D: Send + 'static, F>(
    records: S,
    at_once: usize,
    work: impl FnMut(&S::Record) -> F + Send + 'a,
) -> Fan<'a, S, D>
where
    F: Future<Output = Result<(D, Outcome)>> + Send + 'static,
{
    let mut work = work;
    Fan::new(records, at_once, move |record| ("the work for each record".to_owned(), work(record)))
}

/// The number of records that something is read for at once, unless [`Fan::at_once`] says otherwise.
const AT_ONCE: usize = 4;

/// Reading for each record of a list: for [`Pages`], for the entities of earlier steps, and for [`known`] values.
///
/// ```
/// # use j1_core::prelude::*;
/// use j1_runtime::provider::{Client, FanOut, Paging};
/// # #[derive(serde::Serialize, serde::Deserialize, J1Entity)]
/// # #[j1(type = "acme_group", class = Group, key = "acme-group:{id}", name = id, display_name = id)]
/// # pub struct Group { pub id: String }
/// # #[derive(serde::Deserialize, J1Entity)]
/// # #[j1(type = "acme_user", class = User, key = "acme-user:{id}", name = id, display_name = id)]
/// # pub struct User { pub id: String }
/// # struct Acme { api: Client }
///
/// #[step(emits(User, Has<Group, User>), reads(Group))]
/// async fn fetch_users(acme: &Acme, job: &mut Job<fetch_users>) -> Result<Outcome> {
///     let members = |group: &Collected<Group>| {
///         acme.api.get_at(&["groups", &group.id, "members"]).pages::<User>(Paging::link())
///     };
///     let mut groups = job.each::<Group>()?.fan_out(members).at_once(8);
///     while let Some((group, members)) = groups.next().await? {
///         for member in members {
///             let member = job.add(member).await?;
///             job.add(has(&group, &member)).await?;
///         }
///     }
///     groups.finish()
/// }
/// ```
pub trait FanOut: Records + Sized {
    /// Reads a list for each record; see [`lists`].
    fn fan_out<'a, D: DeserializeOwned + Send + 'static>(
        self,
        list: impl FnMut(&Self::Record) -> Pages<D> + Send + 'a,
    ) -> Fan<'a, Self, Vec<D>> {
        lists(self, AT_ONCE, list)
    }

    /// Requests the details of each record; see [`details`].
    fn with_details<'a, D: DeserializeOwned + Send + 'static>(
        self,
        request: impl FnMut(&Self::Record) -> Request + Send + 'a,
    ) -> Fan<'a, Self, Option<D>> {
        details(self, AT_ONCE, request)
    }

    /// Runs `work` for each record; see [`concurrently`].
    fn with_work<'a, D: Send + 'static, F>(
        self,
        work: impl FnMut(&Self::Record) -> F + Send + 'a,
    ) -> Fan<'a, Self, D>
    where
        F: Future<Output = Result<(D, Outcome)>> + Send + 'static,
    {
        concurrently(self, AT_ONCE, work)
    }
}

impl<S: Records> FanOut for S {}

/// Values that need not be read as a list, such as the regions that the configuration names. `source` says where they come
/// from.
///
/// No values at all prove nothing, and make the outcome partial: a configuration without regions would otherwise delete
/// everything in all of them. [`known_or_none`] accepts them.
pub fn known<T: Send>(values: impl IntoIterator<Item = T>, source: &'static str) -> Known<T> {
    let values: VecDeque<T> = values.into_iter().collect();
    let outcome = if values.is_empty() {
        Outcome::partial(format!("no values to read for: {source}"))
    } else {
        Outcome::nothing_to_read(source)
    };
    Known { values, outcome }
}

/// As [`known`], for values of which there may be none: then there is nothing to read, and the outcome is complete.
pub fn known_or_none<T: Send>(values: impl IntoIterator<Item = T>, source: &'static str) -> Known<T> {
    Known { values: values.into_iter().collect(), outcome: Outcome::nothing_to_read(source) }
}

/// Values that need not be read: see [`known`].
pub struct Known<T> {
    values: VecDeque<T>,
    outcome: Outcome,
}

impl<T: Send> Records for Known<T> {
    type Record = T;

    async fn next_record(&mut self) -> Result<Option<T>> {
        Ok(self.values.pop_front())
    }

    fn finish_records(self) -> Result<Outcome> {
        if self.values.is_empty() {
            return Ok(self.outcome);
        }
        Ok(Outcome::partial(format!("{} of the known values were not used", self.values.len())))
    }
}

/// Makes a request and starts it in a task, which counts as the step's.
fn spawn<D, F>(make: impl FnOnce() -> (String, F)) -> Asking<D>
where
    D: Send + 'static,
    F: Future<Output = Result<(D, Outcome)>> + Send + 'static,
{
    let Some(part) = Marks::current().map(|marks| marks.part()) else {
        let (name, asking) = make();
        return Asking { name, task: tokio::spawn(stats::same(asking)), _part: None };
    };
    let (name, asking) = part.marks().within(make);
    let task = tokio::spawn(stats::same(part.marks().scope(asking)));
    Asking { name, task, _part: Some(part) }
}

/// A request that is under way, and aborted when it is dropped.
struct Asking<D> {
    name: String,
    task: JoinHandle<Result<(D, Outcome)>>,
    /// The task ends some time after this is dropped; the [`Fan`] says what is lost.
    _part: Option<Part>,
}

impl<D> Drop for Asking<D> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Begin<'a, S, D> = Box<dyn FnMut(&<S as Records>::Record) -> Asking<D> + Send + 'a>;

/// Records, each with what was requested for it.
pub struct Fan<'a, S: Records, D> {
    records: S,
    begin: Begin<'a, S, D>,
    at_once: usize,
    under_way: VecDeque<(S::Record, Asking<D>)>,
    drained: bool,
    outcome: Outcome,
    /// The first error, if the step went on after it.
    failed: Option<String>,
    /// From the first request until the outcome is asked for: a step that never asks has not read everything.
    begun: Option<Begun>,
    /// The step that requests, wherever that is done.
    marks: Option<Marks>,
}

impl<'a, S: Records, D> Fan<'a, S, D> {
    fn new<F>(records: S, at_once: usize, mut make: impl FnMut(&S::Record) -> (String, F) + Send + 'a) -> Self
    where
        D: Send + 'static,
        F: Future<Output = Result<(D, Outcome)>> + Send + 'static,
    {
        Self {
            marks: Marks::current().or_else(|| records.step()).or_else(strays::current),
            records,
            begin: Box::new(move |record| spawn(|| make(record))),
            at_once: at_once.max(1),
            under_way: VecDeque::new(),
            drained: false,
            outcome: Outcome::nothing_to_read("the list itself says what was read"),
            failed: None,
            begun: None,
        }
    }

    /// Sets the number of records that something is requested for at once; at least 1.
    #[must_use]
    pub fn at_once(mut self, records: usize) -> Self {
        self.at_once = records.max(1);
        self
    }

    /// The next record with what was requested for it; `None` at the end.
    ///
    /// # Errors
    /// If the list cannot be read, or a request for a record fails. The outcome is partial then.
    pub async fn next(&mut self) -> Result<Option<(S::Record, D)>> {
        let marks = self.marks.clone();
        let next = async {
            let next = self.advance().await;
            if let Err(error) = &next {
                self.failed.get_or_insert_with(|| error.to_string());
            }
            next.map_err(Error::marked)
        };
        // Boxed, since the caller's future would hold it twice.
        in_step_of(marks, Box::pin(next)).await
    }

    async fn advance(&mut self) -> Result<Option<(S::Record, D)>> {
        while !self.drained && self.under_way.len() < self.at_once {
            match self.records.next_record().await? {
                Some(record) => {
                    let asking = (self.begin)(&record);
                    let left = || {
                        format!(
                            "the step left what it requested with `{}` without its `finish()`",
                            asking.name
                        )
                    };
                    if let (None, Some(marks)) = (&self.begun, &self.marks) {
                        self.begun = Some(marks.begin(left()));
                    }
                    self.under_way.push_back((record, asking));
                }
                None => self.drained = true,
            }
        }
        let Some((_, asking)) = self.under_way.front_mut() else { return Ok(None) };
        // It stays in its place if the caller does not wait for it, and the next call goes on with it.
        let answered = (&mut asking.task).await;
        let Some((record, _)) = self.under_way.pop_front() else { return Ok(None) };
        let (found, outcome) = match answered {
            Ok(answered) => answered?,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => return Err(Error::other("a request was aborted, since the run ends")),
            },
        };
        self.outcome.add(outcome);
        Ok(Some((record, found)))
    }

    /// Returns a complete outcome if the list and all requests for its records were complete.
    ///
    /// # Errors
    /// As the `finish` of the list.
    pub fn finish(self) -> Result<Outcome> {
        self.begun.iter().for_each(Begun::finished);
        within_step_of(self.marks.clone(), || self.outcome_of_all())
    }

    fn outcome_of_all(mut self) -> Result<Outcome> {
        if let Some(error) = self.failed.take() {
            self.outcome.add(Outcome::partial(format!("an error was passed over: {error}")));
        }
        let mut outcome = self.records.finish_records()?.and(self.outcome);
        if !self.under_way.is_empty() {
            outcome.add(Outcome::partial("stopped before all requests had returned"));
        }
        Ok(outcome)
    }
}
