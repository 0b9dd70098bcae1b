//! The ledger of a run: counts by type, dropped objects, and partial types with their reasons.
//!
//! **Ownership.** A run has one `Ledger`, behind the lock of `Shared`. Sinks write to it while steps run, the engine when a
//! step ends, and the run when JupiterOne refuses an object. It only grows: what is partial stays partial. Names are kept
//! up to a bound and the rest is counted, so that its size does not grow with the number of bad records.

use std::collections::BTreeMap;

use j1_core::Outcome;
use j1_core::graph::{TAGS, Type};
use j1_core::report::Tolerated;
use j1_core::validate::Violation;
use serde::{Deserialize, Serialize};

use crate::engine::left_out::LeftOut;
use crate::engine::losses::Losses;
use crate::engine::plan::DisabledBy;
use crate::jupiterone::TooLarge;
use crate::observe::progress::{EndedStep, WaitedMs};
use crate::redact;

/// An object that was not sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Dropped {
    /// Its `_type`.
    #[serde(rename = "type")]
    pub ty: String,
    /// Its `_key`.
    pub key: String,
    /// The code of what is wrong with it.
    pub code: String,
    /// The reason.
    pub reason: String,
}

/// The status of a step that ended. The words are the official SDK's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StepStatus {
    /// It returned.
    Success,
    /// It failed.
    Failure,
    /// It returned, but what it builds on is not complete.
    PartialSuccessDueToDependencyFailure,
    /// It did not run, because it is disabled.
    Disabled,
}

/// The report of a step.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StepReport {
    /// Its id.
    pub id: &'static str,
    /// The status.
    pub status: StepStatus,
    /// The `_type`s it declares.
    pub emits: Vec<String>,
    /// Entities it added.
    pub entities: u64,
    /// Relationships it added.
    pub relationships: u64,
    /// Requests to the provider.
    pub requests: u64,
    /// Requests that were made again.
    pub retries: u64,
    /// The duration in milliseconds.
    pub duration_ms: u64,
    /// The part of that during which it waited, by what it waited for, in milliseconds.
    pub waited_ms: WaitedMs,
    /// Its types that are partial, and why.
    pub partial: Vec<Partial>,
    /// The reason it does not run, if it is disabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled_reason: Option<DisabledBy>,
    /// `true` if its types are partial only because of a decision that holds for every run: the run is as complete as it is
    /// to be.
    #[serde(skip)]
    pub(crate) settled: bool,
}

impl StepReport {
    /// Its result as progress and spans show it.
    pub(crate) fn ended(&self) -> EndedStep {
        EndedStep {
            id: self.id,
            complete: self.status == StepStatus::Success && self.partial.is_empty(),
            failed: self.status == StepStatus::Failure,
            entities: self.entities,
            relationships: self.relationships,
            requests: self.requests,
            retries: self.retries,
            millis: self.duration_ms,
        }
    }
}

/// Values of one property that were not sent: each broke a rule, and the class lets the property be absent or `null`.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct Withheld {
    /// The `_type`.
    #[serde(rename = "type")]
    pub ty: String,
    /// The property.
    pub property: String,
    /// The code of the rule.
    pub code: String,
    /// The number of objects that were sent without it.
    pub count: u64,
    /// The `_key` of the first of them.
    pub key: String,
    /// The violation of the first of them.
    pub reason: String,
}

/// Losses that a step accepted with `.tolerate("why")`. They make nothing partial: what was not read is deleted.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToleratedLoss {
    /// The id of the step.
    pub step: String,
    /// The justification in the step's code.
    pub reason: String,
    /// The first loss that was accepted for it, for people.
    #[serde(skip)]
    pub first: String,
    /// The number of losses that were accepted for it.
    pub count: u64,
}

/// A type that was not read in full.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Partial {
    /// The `_type`.
    #[serde(rename = "type")]
    pub ty: String,
    /// The reason.
    pub reason: String,
}

/// The ledger of a run.
#[derive(Default)]
pub(crate) struct Ledger {
    /// Objects by `_type`.
    pub types: BTreeMap<String, u64>,
    /// Objects and values that were left out, cut or tolerated.
    pub left_out: LeftOut,
    /// Per step: why its types are partial.
    reasons: BTreeMap<usize, Losses>,
    /// Per step: why its types are kept although the run is as complete as it is meant to be.
    settled: BTreeMap<usize, Losses>,
    /// Lines of the log about dropped objects, by code.
    logged: BTreeMap<String, u64>,
}

/// The number of dropped objects that are logged for each code: a hundred thousand bad records must not become as many
/// lines.
const LOGGED: u64 = 25;

impl Ledger {
    /// Counts this many objects of a type, which are sent.
    pub fn count(&mut self, ty: &str, objects: u64) {
        if let Some(count) = self.types.get_mut(ty) {
            *count += objects;
        } else if objects > 0 {
            self.types.insert(ty.to_owned(), objects);
        }
    }

    /// Subtracts one object that was counted and is left out later.
    pub fn discount(&mut self, ty: &str) {
        if let Some(count) = self.types.get_mut(ty) {
            *count = count.saturating_sub(1);
        }
    }

    pub fn drop_object(&mut self, dropped: Dropped) {
        if self.logs(&dropped.code) {
            let Dropped { ty, key, code, reason } = &dropped;
            tracing::warn!(code, "`{ty}` {} is left out: {reason}", redact::display(key));
        }
        self.left_out.drop_object(dropped);
    }

    /// Counts a value that was not sent. Bounded by the declared properties and the codes; tags count as one property.
    pub fn withhold(&mut self, ty: &str, key: &str, violation: &Violation) {
        let property = violation.property.as_deref().unwrap_or_default();
        let property = if property.starts_with("tag.") { TAGS } else { property };
        let code = violation.code.as_str();
        let same = |w: &&mut Withheld| w.ty == ty && w.property == property && w.code == code;
        if let Some(withheld) = self.left_out.withheld.iter_mut().find(same) {
            withheld.count += 1;
            return;
        }
        let (key, reason) = (redact::display(key), redact::display(&violation.message));
        tracing::warn!(code, "`{ty}` {key} is sent without `{property}`: {reason}");
        let (ty, property, code) = (ty.to_owned(), property.to_owned(), code.to_owned());
        self.left_out.withheld.push(Withheld { ty, property, code, count: 1, key, reason });
    }

    /// Counts an object that is left out because the first one with its key was kept.
    pub fn keep_first(&mut self, ty: &str) {
        *self.left_out.kept_first.entry(ty.to_owned()).or_default() += 1;
    }

    /// Returns `true` if one more line about this code is logged.
    fn logs(&mut self, code: &str) -> bool {
        let lines = self.logged.entry(code.to_owned()).or_default();
        *lines += 1;
        if *lines == LOGGED + 1 {
            tracing::warn!(code, "more objects are left out; the summary counts them");
        }
        *lines <= LOGGED
    }

    /// Notes the losses that a step has accepted.
    pub fn tolerate(&mut self, step: &'static str, tolerated: Vec<Tolerated>) {
        for Tolerated { why, reason, count, .. } in tolerated {
            let first = redact::text(&reason);
            tracing::warn!(step, "{count} losses are tolerated, because {why}; the first: {first}");
            let (step, reason) = (step.to_owned(), why.to_owned());
            self.left_out.tolerated.push(ToleratedLoss { step, reason, first, count });
        }
    }

    /// Notes that an object was sent without its raw data: it is there, so its type is as complete as before.
    pub fn drop_raw_data(&mut self, dropped: Dropped) {
        if self.logs(&dropped.code) {
            let Dropped { ty, key, code, reason } = &dropped;
            tracing::warn!(code, "the raw data of `{ty}` {} is left out: {reason}", redact::display(key));
        }
        self.left_out.drop_raw_data(dropped);
    }

    /// Notes a loss of a step; it concerns all types of the step if `ty` is `None`.
    pub fn partial(&mut self, step: usize, ty: Option<Type>, reason: impl Into<String>) {
        self.reasons.entry(step).or_default().add(ty, &reason.into());
    }

    /// Notes a reason to keep types of a step that was decided for every run; all of them if `ty` is `None`.
    pub fn settle(&mut self, step: usize, ty: Option<Type>, reason: &str) {
        self.settled.entry(step).or_default().add(ty, reason);
    }

    /// Notes that types of a step build on another step, which is not complete.
    pub fn builds_on(&mut self, step: usize, ty: Option<Type>, other: &str) {
        let reason = format!("step `{other}`, which it builds on, is not complete");
        self.reasons.entry(step).or_default().name(ty, reason);
    }

    /// Notes that a relationship of a step ends at a type of the same step that is not complete.
    pub fn ends_at(&mut self, step: usize, relationship: Type, end: Type) {
        let losses = self.reasons.entry(step).or_default();
        if !losses.concern(relationship) {
            losses.name(Some(relationship), format!("`{}`, one of its ends, is not complete", end.pattern));
        }
    }

    /// Notes all that an outcome says is missing.
    pub fn outcome(&mut self, step: usize, outcome: &Outcome) {
        for loss in outcome.losses() {
            let losses = self.reasons.entry(step).or_default();
            let each: Vec<Option<Type>> = match loss.types {
                Some(types) => types.iter().copied().map(Some).collect(),
                None => vec![None],
            };
            for ty in each {
                if loss.reason.is_empty() {
                    losses.more(ty, loss.count);
                } else {
                    losses.add(ty, loss.reason);
                }
            }
        }
    }

    /// Returns `true` if a step was to read all of a type and did not.
    pub fn is_open(&self, step: usize, ty: Type) -> bool {
        self.reasons.get(&step).is_some_and(|losses| losses.concern(ty))
    }

    /// Returns `true` if a type of a step is kept although the run is as complete as it is meant to be.
    pub fn is_settled(&self, step: usize, ty: Type) -> bool {
        self.settled.get(&step).is_some_and(|losses| losses.concern(ty))
    }

    /// Returns `true` if a step was to read something and did not.
    pub fn has_lost(&self, step: usize) -> bool {
        self.reasons.contains_key(&step)
    }

    /// Returns why a type of a step is partial: the losses, else the `decision` not to read it, else what followed from such a
    /// decision of other steps.
    pub fn why(&self, step: usize, ty: Type, decision: Option<&String>) -> Option<String> {
        let text = |all: &BTreeMap<usize, Losses>| all.get(&step).and_then(|losses| losses.text(ty));
        text(&self.reasons).or_else(|| decision.cloned()).or_else(|| text(&self.settled))
    }
}

impl TooLarge {
    /// Returns the entry for the summary.
    pub fn dropped(&self) -> Dropped {
        let (with, code) = (if self.raw_data_only { " with it" } else { "" }, crate::code::TOO_LARGE);
        Dropped {
            ty: self.ty.to_string(),
            key: self.key.clone(),
            code: code.to_string(),
            reason: format!("it has {} bytes{with}, more than JupiterOne takes in one request", self.bytes),
        }
    }
}

/// Notes an object that JupiterOne takes in no request: its type is partial, unless only its raw data was left out.
pub(crate) fn too_large(steps: &mut [StepReport], ledger: &mut Ledger, object: &TooLarge) {
    let dropped = object.dropped();
    if object.raw_data_only {
        ledger.drop_raw_data(dropped);
        return;
    }
    let reason = &dropped.reason;
    for step in steps.iter_mut().filter(|step| step.emits.iter().any(|ty| **ty == *object.ty)) {
        let reason = format!("`{}` {} was left out: {reason}", object.ty, object.key);
        if !step.partial.iter().any(|partial| *partial.ty == *object.ty) {
            step.settled = false;
            step.partial.push(Partial { ty: object.ty.to_string(), reason });
        }
    }
    ledger.drop_object(dropped);
}
