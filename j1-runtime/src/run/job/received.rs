//! Compares what JupiterOne acknowledged with what its job says that it received.

use j1_core::Error;
use j1_core::error::Kind;

use crate::code;
use crate::jupiterone::{Job, SyncClient};
use crate::run::error::RunError;

/// Checks that the job has received everything, and returns it.
///
/// An upload that something between this machine and JupiterOne answered is missing in the job, and a finalize would
/// delete what it held. More than was sent is fine: others may upload to the job, too.
pub(super) async fn check(client: &SyncClient, job: &Job, acknowledged: [u64; 2]) -> Result<Job, RunError> {
    let (job, received) = client.received(&job.id).await.map_err(RunError::aborted)?;
    for ((what, sent), received) in ["entities", "relationships"].into_iter().zip(acknowledged).zip(received)
    {
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
                tracing::warn!(
                    "job {} does not say how many {what} it has received; {sent} were sent",
                    job.id
                );
            }
            _ => {}
        }
    }
    Ok(job)
}
