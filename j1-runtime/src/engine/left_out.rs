//! Objects and values that a run left out, cut or tolerated, as its summary names and counts them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::engine::ledger::{Dropped, ToleratedLoss, Withheld};
use crate::redact;

/// The number of dropped objects that are named; the others are counted.
const NAMED: usize = 1000;

/// Objects and values that were left out, cut or tolerated. What a process of a sharded run left out stands in its part.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LeftOut {
    /// Objects that were not sent.
    pub dropped: Vec<Dropped>,
    /// The number of dropped objects beyond the named ones.
    pub dropped_more: u64,
    /// The objects that were sent without their raw data.
    pub raw_data_dropped: Vec<Dropped>,
    /// The number of such objects beyond the named ones.
    pub raw_data_dropped_more: u64,
    /// Strings that were shortened, by `type.property`.
    pub truncated: BTreeMap<String, u64>,
    /// Values that were not sent, by type, property and code.
    pub withheld: Vec<Withheld>,
    /// Losses that steps accepted.
    pub tolerated: Vec<ToleratedLoss>,
    /// Objects that were left out because the first one with their key was kept, by `_type`.
    pub kept_first: BTreeMap<String, u64>,
}

impl LeftOut {
    pub fn drop_object(&mut self, dropped: Dropped) {
        name(dropped, &mut self.dropped, &mut self.dropped_more);
    }

    pub fn drop_raw_data(&mut self, dropped: Dropped) {
        name(dropped, &mut self.raw_data_dropped, &mut self.raw_data_dropped_more);
    }

    /// Adds what another process left out.
    pub fn absorb(&mut self, other: Self) {
        let Self {
            dropped,
            dropped_more,
            raw_data_dropped,
            raw_data_dropped_more,
            truncated,
            withheld,
            tolerated,
            kept_first,
        } = other;
        dropped.into_iter().for_each(|dropped| self.drop_object(dropped));
        self.dropped_more += dropped_more;
        raw_data_dropped.into_iter().for_each(|dropped| self.drop_raw_data(dropped));
        self.raw_data_dropped_more += raw_data_dropped_more;
        for (property, count) in truncated {
            *self.truncated.entry(property).or_default() += count;
        }
        for (ty, count) in kept_first {
            *self.kept_first.entry(ty).or_default() += count;
        }
        for new in withheld {
            let same = |w: &&mut Withheld| w.ty == new.ty && w.property == new.property && w.code == new.code;
            match self.withheld.iter_mut().find(same) {
                Some(withheld) => withheld.count += new.count,
                None => self.withheld.push(new),
            }
        }
        for new in tolerated {
            match self.tolerated.iter_mut().find(|t| t.step == new.step && t.reason == new.reason) {
                Some(tolerated) => tolerated.count += new.count,
                None => self.tolerated.push(new),
            }
        }
    }
}

/// Names what was left out, or counts it.
fn name(dropped: Dropped, named: &mut Vec<Dropped>, more: &mut u64) {
    if named.len() < NAMED {
        let Dropped { ty, key, code, reason } = dropped;
        // As the log shows it.
        let (key, reason) = (redact::display(&key), redact::display(&reason));
        named.push(Dropped { ty, key, code, reason });
    } else {
        *more += 1;
    }
}
