//! Deletes what was collected once the job is finalized: nothing reads it any more, and it holds the provider's data.

use std::path::Path;

use j1_core::Result;

use super::files::RunFiles;
use super::part;

/// Deletes the objects of a closed run. The plan, the receipts and the weights stay. The job is finalized, so a store that deletes
/// nothing does not make the run a failure.
pub(super) async fn up(files: &RunFiles) {
    if let Err(error) = deleted(files).await {
        tracing::warn!(
            "what was collected could not be deleted from the shard store; `shard close` tries again: {error}"
        );
    }
}

async fn deleted(files: &RunFiles) -> Result<()> {
    let parts = files.path("parts");
    for name in files.store.list(&parts).await? {
        if Path::new(&name).extension().is_some_and(|extension| extension == "json") {
            continue;
        }
        for attempt in files.store.list(&format!("{parts}/{name}")).await? {
            for file in part::FILES {
                files.store.delete(&part::path(files, &name, &attempt, file)).await?;
            }
        }
    }
    Ok(())
}
