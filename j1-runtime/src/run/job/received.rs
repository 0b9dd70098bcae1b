//! Compares what JupiterOne acknowledged with what its job says that it received.

use j1_core::Error;
use j1_core::error::Kind;

use crate::code;
use crate::jupiterone::{Job, SyncClient};
use crate::run::error::RunError;
use crate::run::job::join::not_as_asked;
use crate::run::settings::JobSettings;

/// Checks that the job has received everything, and returns it.
///
/// If something between this machine and JupiterOne responded to an upload, its objects are missing in the job, and a
/// finalize would delete them. More objects than were sent are fine: others may upload to the job, too. What they had uploaded
/// before this run joined the job does not count.
///
/// JupiterOne's job always has these numbers. A job without them proves nothing, so it is not finalized without
/// `--yes`; only a stand-in on this machine may leave them out.
///
/// # Errors
/// When the job has received less than was acknowledged, does not have the numbers, is another instance's after all, or was
/// ended by another program.
pub(super) async fn check(
    settings: &JobSettings,
    client: &SyncClient,
    job: &Job,
    acknowledged: [u64; 2],
) -> Result<Job, RunError> {
    let joined_with = job.joined_with;
    let (job, received) = client.received(&job.id).await.map_err(RunError::aborted)?;
    if !job.takes_uploads() {
        // The other program did not name the types that this run knows to be partial.
        let message = format!(
            "job {} is {} although this run has not finalized it: another program has ended it, and may have deleted what \
             was not uploaded by then; look at it in JupiterOne",
            job.id, job.status
        );
        return Err(RunError::aborted(Error::new(Kind::Upload, code::JOB_ENDED, message)));
    }
    if let Some(what) = not_as_asked(&job, settings, client.instance()) {
        let message = format!("job {} {what}; nothing was changed", job.id);
        return Err(RunError::aborted(Error::new(Kind::Upload, code::REFUSED, message)));
    }
    let numbers = acknowledged.into_iter().zip(joined_with).zip(received);
    for (what, ((sent, before), received)) in ["entities", "relationships"].into_iter().zip(numbers) {
        let received = received.map(|all| all.saturating_sub(before));
        match received {
            Some(received) if received < sent => {
                let message = format!(
                    "job {} has received {received} of {sent} {what}, although all of them were acknowledged; nothing \
                     was changed. Check for a proxy or firewall between this machine and JupiterOne",
                    job.id
                );
                return Err(RunError::aborted(Error::new(Kind::Upload, code::UPLOAD, message)));
            }
            None if sent > 0 => {
                let message =
                    format!("job {} does not say how many {what} it has received; {sent} were sent", job.id);
                if !settings.yes && !client.is_stand_in() {
                    let message = format!(
                        "{message}. A finalize deletes what was not received, so nothing was changed. Check for a proxy or \
                         firewall that answers in JupiterOne's place, or finalize all the same with `--yes`"
                    );
                    return Err(RunError::aborted(Error::new(Kind::Upload, code::UPLOAD, message)));
                }
                tracing::warn!("{message}");
            }
            _ => {}
        }
    }
    Ok(job)
}
