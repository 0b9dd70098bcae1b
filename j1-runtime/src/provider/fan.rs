//! One request for each record of a list: several at once, and their answers in the order of the list.

use std::collections::VecDeque;

use j1_core::graph::Entity;
use j1_core::step::{Collected, Each};
use j1_core::{Error, Outcome, Result};
use serde::de::DeserializeOwned;
use tokio::task::JoinHandle;

use crate::observe::stats;
use crate::provider::{Pages, Request};

/// A stream of records that proves its end.
pub trait Records: Send {
    /// One of its records.
    type Record: Send;

    /// The next record; `None` at the end.
    ///
    /// # Errors
    /// When it cannot be had.
    fn next_record(&mut self) -> impl Future<Output = Result<Option<Self::Record>>> + Send;

    /// Whether all were read.
    ///
    /// # Errors
    /// As the `finish` of the stream.
    fn finish_records(self) -> Result<Outcome>;
}

impl<T: DeserializeOwned + Send> Records for Pages<T> {
    type Record = T;

    async fn next_record(&mut self) -> Result<Option<T>> {
        self.next().await
    }

    fn finish_records(self) -> Result<Outcome> {
        self.finish()
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

/// Asks for the details of each record of a list, `at_once` of them at a time. Gives each record with its details, in
/// the order of the list; none where the vendor answers 404, as for a record that was deleted meanwhile.
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
///     let mut devices = provider::details::<_, Device>(rows, 8, |row| api.get(&format!("devices/{}", row.id)));
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
        spawn(request.name(), async move {
            let found = request.json_if_found::<D>().await?;
            let outcome = match &found {
                Some(_) => j1_core::__private::proven(),
                None => Outcome::partial(format!("`{}` was answered with 404", request.name())),
            };
            Ok((found, outcome))
        })
    })
}

/// Reads a list for each record of a list, such as the members of each group, `at_once` of them at a time. Gives each
/// record with its list, in the order of the outer list. What the lists prove goes into the outcome of the whole.
pub fn lists<'a, S: Records, D: DeserializeOwned + Send + 'static>(
    records: S,
    at_once: usize,
    list: impl FnMut(&S::Record) -> Pages<D> + Send + 'a,
) -> Fan<'a, S, Vec<D>> {
    let mut list = list;
    Fan::new(records, at_once, move |record| {
        let list = list(record);
        spawn(list.name(), list.all())
    })
}

/// Does something for each record of a list, `at_once` of them at a time, where one request or one list is not all that a
/// record takes. Gives each record with what was made of it, in the order of the list. What `work` proves goes into the
/// outcome of the whole, and its first error ends it; what it asks counts as the step's.
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
///         let (site, devices) = (api.get(&format!("sites/{}", row.id)), api.get(&format!("sites/{}/devices", row.id)));
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
    Fan::new(records, at_once, move |record| spawn("what is read for each record".to_owned(), work(record)))
}

/// Values that are at hand as a list that is read in full, such as the regions that the configuration names. `why` says
/// where they come from, for whoever reads the code.
pub fn known<T: Send>(values: impl IntoIterator<Item = T>, why: &'static str) -> Known<T> {
    let values: VecDeque<T> = values.into_iter().collect();
    Known { values, outcome: Outcome::nothing_to_read(why) }
}

/// Values that are at hand: see [`known`].
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
        Ok(Outcome::partial(format!("{} of the values at hand were not looked at", self.values.len())))
    }
}

/// Begins to ask; what is asked counts as the step's.
fn spawn<D: Send + 'static>(
    name: String,
    asking: impl Future<Output = Result<(D, Outcome)>> + Send + 'static,
) -> Asking<D> {
    Asking { name, task: tokio::spawn(stats::same(asking)) }
}

/// A request that is under way, and given up where nobody waits for it.
struct Asking<D> {
    name: String,
    task: JoinHandle<Result<(D, Outcome)>>,
}

impl<D> Drop for Asking<D> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What was asked for last, until somebody asks what it proves. Who never does has not read it in full.
#[derive(Default)]
struct Unproven(Option<String>);

impl Drop for Unproven {
    fn drop(&mut self) {
        if let Some(list) = self.0.take() {
            stats::abandoned(list);
        }
    }
}

type Begin<'a, S, D> = Box<dyn FnMut(&<S as Records>::Record) -> Asking<D> + Send + 'a>;

/// Records, each with what was asked for it.
pub struct Fan<'a, S: Records, D> {
    records: S,
    begin: Begin<'a, S, D>,
    at_once: usize,
    under_way: VecDeque<(S::Record, Asking<D>)>,
    drained: bool,
    outcome: Outcome,
    unproven: Unproven,
}

impl<'a, S: Records, D> Fan<'a, S, D> {
    fn new(records: S, at_once: usize, begin: impl FnMut(&S::Record) -> Asking<D> + Send + 'a) -> Self {
        Self {
            records,
            begin: Box::new(begin),
            at_once: at_once.max(1),
            under_way: VecDeque::new(),
            drained: false,
            outcome: j1_core::__private::proven(),
            unproven: Unproven::default(),
        }
    }

    /// The next record with what was asked for it; `None` at the end.
    ///
    /// # Errors
    /// When the list cannot be read, or what is asked for a record cannot be had.
    pub async fn next(&mut self) -> Result<Option<(S::Record, D)>> {
        while !self.drained && self.under_way.len() < self.at_once {
            match self.records.next_record().await? {
                Some(record) => {
                    let asking = (self.begin)(&record);
                    self.unproven.0 = Some(asking.name.clone());
                    self.under_way.push_back((record, asking));
                }
                None => self.drained = true,
            }
        }
        let Some((record, mut asking)) = self.under_way.pop_front() else { return Ok(None) };
        let (found, outcome) = match (&mut asking.task).await {
            Ok(answered) => answered?,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => return Err(Error::other("a request was given up, since the run ends")),
            },
        };
        self.outcome.add(outcome);
        Ok(Some((record, found)))
    }

    /// Complete when the list was, and all that was asked for its records.
    ///
    /// # Errors
    /// As the `finish` of the list.
    pub fn finish(mut self) -> Result<Outcome> {
        self.unproven.0 = None;
        let mut outcome = self.records.finish_records()?.and(self.outcome);
        if !self.under_way.is_empty() {
            outcome.add(Outcome::partial("stopped before all that was asked for had come"));
        }
        Ok(outcome)
    }
}
