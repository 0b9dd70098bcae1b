//! The life of a job: it is opened or joined, and then finalized, or aborted so that nothing changes.
//!
//! **Ownership.** One run owns one job. [`open`] comes first; after it, every way out goes through exactly one of
//! [`conclude`] (which may leave the job open with `--skip-finalize`) and [`give_up`]. An error of [`conclude`] means that
//! the job was not finalized and is to be given up; what goes wrong after a finalize is noted in the summary instead,
//! because an abort could then interrupt JupiterOne's work. A joined job belongs to the program that opened it: it is never aborted.

mod finish;
mod guard;
mod join;
mod others;
mod received;
mod stop;

use j1_core::Error;
use j1_core::error::Kind;
use j1_core::model::limits::MAX_OVERRIDES;
use tracing::Instrument as _;

use crate::code;
use crate::engine::Stop;
use crate::jupiterone::prediction::{Brings, Types};
use crate::jupiterone::{Job, Opening, Source, SyncClient, SyncMode, TooLarge, Uploader};
use crate::observe::trace;
use crate::run::error::RunError;
use crate::run::job::join::{join, not_as_asked};
use crate::run::settings::JobSettings;
use crate::run::summary::{JobSummary, Summary};

pub(crate) use finish::{FinalizedBy, conclude};
pub(crate) use guard::NOTHING_HELD;
pub(super) use guard::protect_unknown;
pub(crate) use others::OtherSummary;
pub(crate) use stop::stop_signal;

/// The objects that were uploaded to a job.
pub(crate) struct Uploaded {
    pub types: Types,
    /// Compares what JupiterOne holds with what was uploaded.
    pub brings: Box<dyn Brings>,
    /// The numbers of entities and relationships that JupiterOne acknowledged.
    pub received: [u64; 2],
}

/// Checks that the settings of a job fit together.
pub(crate) fn check(settings: &JobSettings) -> Result<(), RunError> {
    others::check(settings)?;
    let wrong = match (settings.source, &settings.scope) {
        (Source::Api, None) => {
            "`--source api` needs a `--scope`, which names what is compared together, such as `--scope my-scripts`"
        }
        (Source::IntegrationExternal | Source::IntegrationManaged, Some(_)) => {
            "`--scope` goes with `--source api` only; the scope of an integration is its instance"
        }
        _ => return Ok(()),
    };
    Err(RunError::usage(Error::new(Kind::Config, code::CONFIG, wrong)))
}

/// Checks that recordings do not stand for what the provider has today: a finalize would delete what has come since, which only
/// a JupiterOne on this machine can bear. `instead` says what to do.
pub(crate) fn check_replay(
    replayed: bool,
    deletes: bool,
    client: &SyncClient,
    instead: &str,
) -> Result<(), RunError> {
    if !replayed || !deletes || client.is_stand_in() {
        return Ok(());
    }
    let message = format!(
        "with `--replay`, the responses are those of an earlier time, and the finalize would delete what has come since; {instead}"
    );
    Err(RunError::usage(Error::new(Kind::Config, code::CONFIG, message)))
}

/// Checks that the mode takes this many entities.
pub(crate) fn check_count(mode: SyncMode, entities: u64) -> Result<(), RunError> {
    if mode != SyncMode::Override || entities <= MAX_OVERRIDES {
        return Ok(());
    }
    let message = format!(
        "a job of the mode `override` takes {MAX_OVERRIDES} entities, and these are {entities}; nothing was changed. Run \
         fewer steps at a time with `--step`"
    );
    Err(RunError::aborted(Error::new(Kind::Upload, code::REFUSED, message)))
}

/// Opens a job, or joins one.
pub(crate) async fn open(
    client: &SyncClient,
    settings: &JobSettings,
    stop: Stop<'_>,
) -> Result<Job, RunError> {
    let now = jiff::Timestamp::now().as_millisecond();
    let opened = async {
        let job = match &settings.job {
            Some(id) => join(client, settings, id).await,
            None => {
                let scope = settings.scope.as_deref();
                let opening = Opening { mode: settings.sync_mode, source: settings.source, scope };
                as_asked(client, settings, client.start(opening).await?).await
            }
        };
        job.map(|job| Job { opened: Some(now), ..job })
    };
    tokio::select! {
        opened = opened => opened.map_err(RunError::aborted),
        signal = stop => Err(RunError::interrupted(signal)),
    }
}

/// Returns the job that was started if it is of the owner and the mode that were asked for; aborts it otherwise.
async fn as_asked(client: &SyncClient, settings: &JobSettings, job: Job) -> Result<Job, Error> {
    let Some(what) = not_as_asked(&job, settings, client.instance()) else { return Ok(job) };
    let message = format!("job {}, which was just started, {what}; it is aborted", job.id);
    abort(client, job, "it is not the job that was asked for").await;
    Err(Error::new(Kind::Upload, code::REFUSED, message))
}

/// Waits until JupiterOne has taken everything that was sent. Returns the objects that are too large for any request.
pub(crate) async fn settle(uploader: &Uploader, stop: Stop<'_>) -> Result<Vec<TooLarge>, RunError> {
    tokio::select! {
        settled = uploader.settle().instrument(trace::settle()) => settled.map_err(RunError::aborted),
        signal = stop => {
            uploader.cancel().await;
            Err(RunError::interrupted(signal))
        }
    }
}

/// Aborts a job, and returns it as JupiterOne describes it then; as it was if it cannot be aborted.
pub(crate) async fn abort(client: &SyncClient, job: Job, reason: &str) -> Job {
    client.abort(&job.id, reason).await.unwrap_or_else(|error| not_aborted(job, &error))
}

fn not_aborted(job: Job, error: &Error) -> Job {
    tracing::warn!("could not abort job {}; it changes nothing unless it is finalized: {error}", job.id);
    job
}

/// Aborts the job, unless it was joined.
pub(crate) async fn give_up(settings: &JobSettings, client: &SyncClient, job: Job, summary: &mut Summary) {
    let reason = summary.error.as_ref().map_or("the run failed", |error| &error.message);
    let job = match &settings.job {
        Some(id) => {
            tracing::warn!("job {id} stays open and is not complete; abort it, do not finalize it");
            client.status(id).await.unwrap_or_else(|error| not_aborted(job, &error))
        }
        None => abort(client, job, reason).await,
    };
    summary.job = Some(JobSummary::new(job, settings.sync_mode));
}

#[cfg(test)]
mod tests {
    use j1_core::Secret;

    use super::*;
    use crate::jupiterone::{Credentials, UploadLimits};
    use crate::provider::{Http, Incoming, Outgoing, Unanswered};

    #[test]
    fn only_recordings_that_delete_in_jupiterone_itself_are_refused() {
        let itself = "https://jupiterone.example";
        for (replayed, deletes, base, refused) in [
            (true, true, itself, true),
            (true, true, "http://127.0.0.1:1", false),
            (true, false, itself, false),
            (false, true, itself, false),
        ] {
            let credentials = Credentials {
                base: base.parse().expect("an address"),
                key: Secret::new("a-key-for-tests".to_owned()),
                instance: Some("i".to_owned()),
                scope: None,
                account: None,
            };
            let http = Http::service(async |_: Outgoing| -> Result<Incoming, Unanswered> {
                unreachable!("nothing is requested")
            });
            let client = SyncClient::new(credentials, http, UploadLimits::default());
            let checked = check_replay(replayed, deletes, &client, "write `--yes`");
            assert_eq!(checked.is_err(), refused, "{replayed}, {deletes}, {base}");
        }
    }

    #[test]
    fn a_job_of_the_mode_override_takes_no_more_entities_than_jupiterone_does() {
        assert!(check_count(SyncMode::Override, MAX_OVERRIDES).is_ok());
        assert!(check_count(SyncMode::Override, MAX_OVERRIDES + 1).is_err());
        assert!(check_count(SyncMode::Diff, MAX_OVERRIDES + 1).is_ok());
    }
}
