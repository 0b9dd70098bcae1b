//! Says whether shards will help, before they run.

use super::cut::DEFAULT_SHARDS;
use super::files::Shard;
use crate::observe::progress::WaitedMs;
use crate::run::shards::ShardProgress;

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

/// Returns how many shards are in which state, and how long the rest takes at the pace so far: `done` tenths of a percent of the
/// work in `took` milliseconds.
pub(super) fn pace(shards: &[ShardProgress], done: u64, took: Option<u64>) -> Vec<String> {
    let count = |state: &str| shards.iter().filter(|shard| shard.state == state).count();
    let [delivered, uploading, collecting, waiting] =
        ["delivered", "uploading", "collecting", "waiting"].map(count);
    let mut lines = vec![format!(
        "{delivered} of {} shards delivered; {uploading} uploading, {collecting} collecting, {waiting} waiting",
        shards.len()
    )];
    let rest = took.and_then(|took| (took * 1_000_u64.saturating_sub(done)).checked_div(done));
    lines.extend(rest.map(|rest| format!("at the pace so far, the rest takes about {}", about(rest))));
    lines
}

/// A time in milliseconds, as exact as a forecast is.
fn about(millis: u64) -> String {
    match millis.div_ceil(1_000) {
        0..=1 => "1 second".to_owned(),
        seconds @ 2..120 => format!("{seconds} seconds"),
        seconds @ 120..7_200 => format!("{} minutes", seconds.div_ceil(60)),
        seconds => format!("{} hours", seconds.div_ceil(3_600)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_takes_as_long_as_the_pace_so_far_says() {
        let shard = |id, state| ShardProgress {
            id,
            state,
            keys: 1,
            weight: 1,
            attempts: 1,
            entities: 0,
            relationships: 0,
        };
        let shards = ["delivered", "uploading", "collecting", "waiting"];
        let shards: Vec<ShardProgress> =
            shards.into_iter().enumerate().map(|(id, state)| shard(id, state)).collect();
        let lines = pace(&shards, 250, Some(60_000));
        assert_eq!(
            lines,
            [
                "1 of 4 shards delivered; 1 uploading, 1 collecting, 1 waiting",
                "at the pace so far, the rest takes about 3 minutes"
            ]
        );
        assert_eq!(pace(&shards, 0, Some(60_000)).len(), 1, "nothing is done, so there is no pace");
        assert_eq!(pace(&shards, 250, None).len(), 1, "the store does not know the times");
        assert_eq!(
            [0, 119_000, 119_001, 7_200_000].map(about),
            ["1 second", "119 seconds", "2 minutes", "2 hours"]
        );
    }
}
