//! Adds up what the processes of a run report about their steps.

use std::collections::{BTreeMap, BTreeSet};

use j1_core::graph::Naming;
use j1_core::step::StepMeta;

use super::part::{Collected, StepRecord};
use crate::engine::{Ledger, Partial, StepReport, StepStatus};
use crate::observe::progress::WaitedMs;

/// The reasons that are named for a type of a step; further ones are counted.
const REASONS: usize = 10;

/// Adds up the reports of parts: the steps in the order of their declaration, and what was lost. With `all`, a step of
/// which no part has a report is there as one that collected nothing.
pub(super) fn merge<'c>(
    declared: &[StepMeta],
    naming: &Naming,
    parts: impl Iterator<Item = &'c Collected> + Clone,
    all: bool,
) -> (Vec<StepReport>, Ledger) {
    let mut steps = Vec::new();
    for meta in declared {
        let records: Vec<&StepRecord> =
            parts.clone().flat_map(|part| &part.steps).filter(|record| record.id == meta.id).collect();
        if records.is_empty() && !all {
            continue;
        }
        let mut report = StepReport {
            id: meta.id,
            status: StepStatus::Success,
            emits: meta.emits.iter().map(|object| object.ty().name(naming)).collect(),
            entities: 0,
            relationships: 0,
            requests: 0,
            retries: 0,
            duration_ms: 0,
            waited_ms: WaitedMs::default(),
            partial: Vec::new(),
            disabled_reason: records.iter().find_map(|record| record.disabled_reason),
            settled: true,
        };
        add(&mut report, &records);
        steps.push(report);
    }
    let mut ledger = Ledger::default();
    for part in parts {
        for (ty, count) in &part.types {
            *ledger.types.entry(ty.clone()).or_default() += count;
        }
        ledger.left_out.absorb(part.losses.clone());
    }
    (steps, ledger)
}

fn add(report: &mut StepReport, records: &[&StepRecord]) {
    let mut reasons: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for record in records {
        report.status = worse(report.status, record.status);
        report.entities += record.entities;
        report.relationships += record.relationships;
        report.requests += record.requests;
        report.retries += record.retries;
        report.duration_ms = report.duration_ms.max(record.duration_ms);
        report.waited_ms.limit += record.waited_ms.limit;
        report.waited_ms.retry += record.waited_ms.retry;
        report.waited_ms.upload += record.waited_ms.upload;
        report.settled &= record.settled;
        for partial in &record.partial {
            reasons.entry(&partial.ty).or_default().insert(&partial.reason);
        }
    }
    report.partial = reasons
        .into_iter()
        .map(|(ty, reasons)| {
            let mut named: Vec<String> =
                reasons.iter().take(REASONS).map(|reason| (*reason).to_owned()).collect();
            if reasons.len() > REASONS {
                named.push(format!("and {} more reasons", reasons.len() - REASONS));
            }
            Partial { ty: ty.to_owned(), reason: named.join("; ") }
        })
        .collect();
}

/// The status of a step that ended in two ways in two processes.
fn worse(one: StepStatus, other: StepStatus) -> StepStatus {
    let rank = |status: StepStatus| match status {
        StepStatus::Success => 0,
        StepStatus::Disabled => 1,
        StepStatus::PartialSuccessDueToDependencyFailure => 2,
        StepStatus::Failure => 3,
    };
    if rank(other) > rank(one) { other } else { one }
}
