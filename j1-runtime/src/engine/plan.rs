//! Decides which steps run, and what each waits for.

use std::sync::Arc;

use j1_core::error::Kind;
use j1_core::graph::Type;
use j1_core::step::{Enabled, StepMeta, begins_after, waits_for};
use j1_core::{Error, Result};
use serde::{Deserialize, Serialize};

use crate::code;
use crate::engine::elsewhere::Elsewhere;
use crate::engine::integration::AnyIntegration;
use crate::engine::sources::Sources;
use crate::index::Budget;

/// Steps that run at once, unless it is said otherwise.
pub(crate) const STEPS_AT_ONCE: usize = 8;

/// The steps of a run.
pub(crate) struct Plan {
    pub steps: &'static [StepMeta],
    /// The reason a step does not run.
    pub disabled: Vec<Option<Disabled>>,
    /// The running steps that each step waits for: it ends after them, and is complete only if they are.
    pub waits: Vec<Vec<usize>>,
    /// The reason a running step cannot see everything: a step it reads from does not run.
    pub lacking: Vec<Option<String>>,
    /// The number of steps that run at once.
    pub at_once: usize,
    /// `true` if raw data is sent where an entity has some.
    pub raw_data: bool,
    /// The memory for what grows with the number of objects.
    pub memory: Arc<Budget>,
    /// The part of the job that other processes collect.
    pub elsewhere: Option<Arc<Elsewhere>>,
}

/// The reason a step does not run.
#[derive(Clone, Debug)]
pub(crate) struct Disabled {
    pub by: DisabledBy,
    pub reason: String,
}

/// The reason a step does not run. The words are the official SDK's, except the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DisabledBy {
    /// `--step` names others.
    NotSelected,
    /// An operator, or the default of its ingestion source.
    UserConfig,
    /// The integration: its `enabled_if`.
    Config,
    /// A step that it needs is disabled.
    ParentDisabled,
}

impl DisabledBy {
    /// Returns `true` if the decision holds for every run, so that a run without the step is as complete as it can be.
    pub(crate) const fn is_settled(self) -> bool {
        !matches!(self, Self::NotSelected)
    }
}

impl Plan {
    /// All steps, or the named ones and what they need.
    pub fn new(steps: &'static [StepMeta], only: &[String]) -> Result<Self> {
        let needs = needs(steps);
        let mut wanted = Vec::new();
        for id in only {
            match steps.iter().position(|step| step.id == id) {
                Some(step) => wanted.push(step),
                None => return Err(no_such_step(steps, id)),
            }
        }
        let mut selected = vec![only.is_empty(); steps.len()];
        while let Some(step) = wanted.pop() {
            if !std::mem::replace(&mut selected[step], true) {
                wanted.extend(&needs[step]);
            }
        }
        let not_selected = |id: &str| Disabled {
            by: DisabledBy::NotSelected,
            reason: format!("step `{id}` was not asked to run"),
        };
        let disabled =
            steps.iter().zip(selected).map(|(step, selected)| (!selected).then(|| not_selected(step.id)));
        let mut plan = Self {
            steps,
            disabled: disabled.collect(),
            waits: needs,
            lacking: vec![None; steps.len()],
            at_once: STEPS_AT_ONCE,
            raw_data: true,
            memory: Arc::default(),
            elsewhere: None,
        };
        plan.keep_waits();
        Ok(plan)
    }

    /// Leaves out the steps that are turned off, those that cannot run, and those that need them.
    pub fn switch(&mut self, integration: &dyn AnyIntegration, sources: &Sources) {
        for step in 0..self.steps.len() {
            if self.disabled[step].is_some() {
                continue;
            }
            let meta = &self.steps[step];
            if let Some(reason) = meta.source.as_ref().and_then(|source| sources.off(source)) {
                self.disable(step, DisabledBy::UserConfig, &reason);
            } else if let Enabled::No(reason) = integration.enabled(step) {
                self.disable(step, DisabledBy::Config, &reason);
            }
        }
        while let Some((step, parent)) = self.orphan() {
            let reason = format!("step `{parent}`, which it needs, is disabled");
            self.disable(step, DisabledBy::ParentDisabled, &reason);
        }
        // In their order, so that who builds on one that lacks something is known to lack it, too.
        for step in integration.order().iter().copied().filter(|step| *step < self.steps.len()) {
            let lacks = |other: &usize| !self.runs(*other) || self.lacking[*other].is_some();
            let other = self.waits[step].iter().copied().find(lacks).filter(|_| self.runs(step));
            self.lacking[step] = other.map(|other| {
                let id = self.steps[other].id;
                let how = if self.runs(other) { "lacks something, too" } else { "does not run" };
                format!("it does without all of step `{id}`, which {how}")
            });
        }
        self.keep_waits();
    }

    /// Returns `true` if the step begins only when the other, which it waits for, has ended.
    pub fn begins_after(&self, step: usize, other: usize) -> bool {
        // The given step of a test emits nothing, and yet comes first.
        self.steps[other].emits.is_empty() || begins_after(&self.steps[step], &self.steps[other])
    }

    /// Returns the types that the step reads while others still add some.
    pub fn reads_along(&self, step: usize) -> impl Iterator<Item = &'static Type> {
        self.steps[step]
            .reads
            .iter()
            .filter(|read| read.store.is_some() && !read.after_all)
            .map(|read| &read.ty)
    }

    /// Returns the steps that run and emit a type.
    pub fn emitters(&self, ty: &Type) -> impl Iterator<Item = usize> {
        let emits = |step: &usize| self.steps[*step].emits.iter().any(|object| object.ty().hash == ty.hash);
        (0..self.steps.len()).filter(|step| self.runs(*step)).filter(emits)
    }

    /// Returns `true` if the step runs.
    pub fn runs(&self, step: usize) -> bool {
        self.disabled[step].is_none()
    }

    /// Returns `true` if the step runs in this process.
    pub fn runs_here(&self, step: usize) -> bool {
        self.runs(step) && self.elsewhere.as_ref().is_none_or(|elsewhere| !elsewhere.steps.contains(&step))
    }

    fn disable(&mut self, step: usize, by: DisabledBy, reason: &str) {
        let reason = format!("step `{}` does not run: {reason}", self.steps[step].id);
        self.disabled[step] = Some(Disabled { by, reason });
    }

    /// A step that runs and needs a type that only steps emit that do not.
    fn orphan(&self) -> Option<(usize, &'static str)> {
        (0..self.steps.len()).filter(|step| self.runs(*step)).find_map(|step| {
            let meta = &self.steps[step];
            let mut needed = meta.needs.iter().copied().flatten().filter(|ty| !is_optional(meta, ty));
            needed.find_map(|ty| self.parent(step, ty)).map(|parent| (step, parent))
        })
    }

    /// The step that would emit the type, where none does.
    fn parent(&self, step: usize, ty: &Type) -> Option<&'static str> {
        let emits = |other: &usize| self.steps[*other].emits.iter().any(|object| object.ty() == *ty);
        let mut all = (0..self.steps.len()).filter(emits).peekable();
        let first = *all.peek()?;
        let missing = !all.any(|other| other == step || self.runs(other));
        missing.then(|| self.steps[first].id)
    }

    fn keep_waits(&mut self) {
        let runs: Vec<bool> = (0..self.steps.len()).map(|step| self.runs(step)).collect();
        for waits in &mut self.waits {
            waits.retain(|step| runs[*step]);
        }
    }
}

fn is_optional(step: &StepMeta, ty: &Type) -> bool {
    step.reads.iter().any(|read| read.ty == *ty && read.optional)
}

/// Returns the steps that each step would wait for if all ran.
fn needs(steps: &[StepMeta]) -> Vec<Vec<usize>> {
    let of = |this: usize| {
        (0..steps.len()).filter(|other| *other != this && waits_for(&steps[this], &steps[*other])).collect()
    };
    (0..steps.len()).map(of).collect()
}

fn no_such_step(steps: &[StepMeta], id: &str) -> Error {
    let hint = match j1_core::model::nearest(id, steps.iter().map(|step| step.id)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
            "the steps are {}",
            steps.iter().map(|s| format!("`{}`", s.id)).collect::<Vec<_>>().join(", ")
        ),
    };
    Error::new(Kind::Config, code::NO_STEP, format!("no step has the id `{id}`; {hint}"))
}
