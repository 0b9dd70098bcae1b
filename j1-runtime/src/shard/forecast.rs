//! Says whether shards will help, before they run.

use super::cut::DEFAULT_SHARDS;
use super::files::Shard;
use crate::observe::progress::WaitedMs;

/// Returns the forecast as lines of text.
pub(super) fn forecast(shards: &[Shard], own_budget: bool, root: (u64, WaitedMs)) -> Vec<String> {
    let weights: Vec<u64> = shards.iter().map(|shard| shard.weight.max(1)).collect();
    let (Some(largest), total) = (weights.iter().max().copied(), weights.iter().sum::<u64>()) else {
        return vec!["there is nothing to divide: the root steps found no entity to cut along".to_owned()];
    };
    let tenths = (total * 10).checked_div(largest).unwrap_or(10);
    let (faster, rest) = (tenths / 10, tenths % 10);
    let mut lines = vec![format!(
        "{} shards; the largest has {}% of the work",
        shards.len(),
        largest * 100 / total.max(1)
    )];
    if own_budget {
        lines.push(format!(
            "the provider limits each shard by itself: with a worker for each shard, the map steps finish up to {faster}.{rest} \
             times as fast as in one process"
        ));
    } else {
        lines.push(format!(
            "the provider limits the tenant: all workers share one budget, so where its limit is what slows a run, they finish no \
             sooner than one process; where waiting for responses is, up to {faster}.{rest} times as fast"
        ));
        let (duration, waited) = root;
        if let Some(percent) = (waited.limit * 100).checked_div(duration).filter(|percent| *percent >= 20) {
            lines.push(format!(
                "the root steps spent {percent}% of their time waiting for the provider's limit: shards will not help much"
            ));
        }
    }
    if shards.len() < DEFAULT_SHARDS && largest * 2 > total && shards.len() > 1 {
        lines.push("one entity is more than half of the work: more shards change nothing".to_owned());
    }
    lines
}
