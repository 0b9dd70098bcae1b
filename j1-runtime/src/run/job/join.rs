//! Joins a job that another program has opened: only one of this run's own instance, and of its own mode.

use j1_core::error::Kind;
use j1_core::{Error, Result};

use crate::code;
use crate::jupiterone::{Job, Source, SyncClient, SyncMode};
use crate::run::settings::JobSettings;

/// Joins an open job.
///
/// # Errors
/// When the job takes no uploads; when it is not known to be this instance's, because its finalize would delete what
/// another instance holds; or when it has another mode, because its finalize would delete what this run does not send.
pub(super) async fn join(client: &SyncClient, settings: &JobSettings, id: &str) -> Result<Job> {
    let job = client.status(id).await?;
    let refused = if job.takes_uploads() {
        wrong_owner(&job, settings, client.instance()).or_else(|| wrong_mode(&job, settings.sync_mode))
    } else {
        Some(format!("is {} and takes no uploads; start one without `--job`", job.status))
    };
    match refused {
        Some(what) => Err(Error::new(Kind::Upload, code::REFUSED, format!("job {id} {what}"))),
        None => Ok(Job { joined_with: [job.num_entities_uploaded, job.num_relationships_uploaded], ..job }),
    }
}

/// Returns what a job that was just started says about itself that was not asked for: its finalize could delete what another
/// instance holds, or what this run does not send. A response to a start need not repeat what was asked for.
pub(super) fn not_as_asked(job: &Job, settings: &JobSettings, instance: Option<&str>) -> Option<String> {
    let other = |member: &str, own: Option<&str>| job.text(member).is_some_and(|said| Some(said) != own);
    let (member, own) = owner(settings, instance);
    if other("source", Some(settings.source.as_str())) || other(member, own) {
        return wrong_owner(job, settings, instance);
    }
    wrong_mode(job, settings.sync_mode).filter(|_| job.text("syncMode").is_some())
}

/// The member by which a job names its owner, and the owner that this run has.
fn owner<'s>(settings: &'s JobSettings, instance: Option<&'s str>) -> (&'static str, Option<&'s str>) {
    match settings.source {
        Source::Api => ("scope", settings.scope.as_deref()),
        Source::IntegrationExternal | Source::IntegrationManaged => ("integrationInstanceId", instance),
    }
}

fn wrong_owner(job: &Job, settings: &JobSettings, instance: Option<&str>) -> Option<String> {
    let source = settings.source.as_str();
    match job.text("source") {
        Some(said) if said == source => {}
        Some(said) => return Some(format!("is of the source `{said}`, and this run of `{source}`")),
        None => return Some("does not say its source, so it may be another instance's".to_owned()),
    }
    let (member, own) = owner(settings, instance);
    match job.text(member) {
        Some(said) if Some(said) == own => None,
        Some(said) => Some(format!(
            "has the {member} `{said}`, and this run `{}`; a finalize would delete what the other holds",
            own.unwrap_or_default()
        )),
        None => Some(format!("does not say its {member}, so it may be another's")),
    }
}

fn wrong_mode(job: &Job, mode: SyncMode) -> Option<String> {
    match job.text("syncMode") {
        Some(said) if said == mode.as_str() => None,
        Some(said) => {
            let word = said.to_ascii_lowercase().replace('_', "-");
            Some(format!("was opened as {said}; write `--sync-mode {word}`"))
        }
        // A job is a DIFF unless it was opened as something else.
        None if mode == SyncMode::Diff => None,
        None => Some(format!(
            "does not say its mode, so it may not be {}; start one without `--job`",
            mode.as_str()
        )),
    }
}
