//! Deletes what was collected once the job is finalized: nothing reads it any more, and it holds the provider's data.

use std::path::Path;

use j1_core::Result;

use super::files::RunFiles;
use super::part;

/// Deletes the objects of a closed run. The plan, the receipts and the weights stay.
pub(super) async fn up(files: &RunFiles) -> Result<()> {
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
