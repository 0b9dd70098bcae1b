//! Divides the entities among the shards, so that all shards have about as much work.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::files::Shard;

/// The shards of a run, unless `--shards` says otherwise.
pub(super) const DEFAULT_SHARDS: usize = 16;

/// Divides entities among at most `shards` shards: the heaviest first, each to the lightest shard. The same entities and
/// weights give the same shards.
pub(super) fn cut(mut keys: Vec<String>, weights: &BTreeMap<String, u64>, shards: usize) -> Vec<Shard> {
    keys.sort_unstable();
    keys.dedup();
    // An entity that the last run did not have weighs as much as the average.
    let known: Vec<u64> = keys.iter().filter_map(|key| weights.get(key)).copied().collect();
    let average = (known.iter().sum::<u64>()).checked_div(known.len() as u64).unwrap_or(1).max(1);
    let weighed: Vec<u64> =
        keys.iter().map(|key| weights.get(key).copied().unwrap_or(average).max(1)).collect();
    let shard = |(id, entities): (usize, Vec<usize>)| Shard {
        id,
        weight: entities.iter().map(|entity| weighed[*entity]).sum(),
        keys: entities.into_iter().map(|entity| keys[entity].clone()).collect(),
    };
    divide(&weighed, shards.min(keys.len())).into_iter().enumerate().map(shard).collect()
}

/// Divides things of these weights among `count` places: the heaviest first, each to the lightest place.
pub(super) fn divide(weights: &[u64], count: usize) -> Vec<Vec<usize>> {
    let mut heaviest_first: Vec<usize> = (0..weights.len()).collect();
    heaviest_first.sort_by_key(|thing| (Reverse(weights[*thing]), *thing));
    let mut places = vec![(0, Vec::new()); count];
    for thing in heaviest_first {
        if let Some((weight, things)) = places.iter_mut().min_by_key(|(weight, _)| *weight) {
            *weight += weights[thing];
            things.push(thing);
        }
    }
    places.into_iter().map(|(_, things)| things).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("account-{number:03}")).collect()
    }

    #[test]
    fn every_entity_is_in_one_shard_and_none_is_empty() {
        for shards in [1, 2, 7, 64, 100] {
            let cut = cut(keys(64), &BTreeMap::new(), shards);
            assert_eq!(cut.len(), shards.min(64));
            assert!(cut.iter().all(|shard| !shard.keys.is_empty()));
            let mut all: Vec<String> = cut.into_iter().flat_map(|shard| shard.keys).collect();
            all.sort_unstable();
            assert_eq!(all, keys(64));
        }
        assert!(cut(Vec::new(), &BTreeMap::new(), 4).is_empty());
    }

    #[test]
    fn a_heavy_entity_has_a_shard_of_its_own() {
        let weights = BTreeMap::from([("account-005".to_owned(), 6400), ("account-001".to_owned(), 100)]);
        let cut = cut(keys(64), &weights, 4);
        let heavy =
            cut.iter().find(|shard| shard.keys.contains(&"account-005".to_owned())).expect("it is there");
        assert_eq!(heavy.keys.len(), cut.iter().map(|shard| shard.keys.len()).min().expect("shards"));
    }
}
