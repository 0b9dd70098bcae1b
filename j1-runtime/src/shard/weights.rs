//! The weights of the entities: how much work each was in the last run.

use std::collections::BTreeMap;

use j1_core::Result;

use super::files::RunFiles;
use super::store::Store;

/// Returns the weights of the last run that was finalized; empty if there is none.
pub(super) async fn last(store: &Store) -> Result<BTreeMap<String, u64>> {
    let Some(last) = RunFiles::last(store).await? else { return Ok(BTreeMap::new()) };
    for number in (1..=last.number).rev() {
        let files = RunFiles { store: store.clone(), number };
        if let Some(closed) = files.closed().await?.filter(|closed| closed.how == super::close::FINALIZED) {
            return Ok(closed.weights);
        }
    }
    Ok(BTreeMap::new())
}
