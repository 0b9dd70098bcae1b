//! Which steps run, and what each waits for.

use j1_core::error::Kind;
use j1_core::step::{StepMeta, waits_for};
use j1_core::{Error, Result};

use crate::code;

/// The steps of a run.
pub(crate) struct Plan {
    pub steps: &'static [StepMeta],
    /// Whether each runs.
    pub enabled: Vec<bool>,
    /// What each waits for, of the steps that run.
    pub waits: Vec<Vec<usize>>,
}

impl Plan {
    /// All steps, or the named ones and what they need.
    pub fn new(steps: &'static [StepMeta], only: &[String]) -> Result<Self> {
        let needs: Vec<Vec<usize>> = steps
            .iter()
            .enumerate()
            .map(|(this, step)| {
                (0..steps.len()).filter(|other| *other != this && waits_for(step, &steps[*other])).collect()
            })
            .collect();
        let mut enabled = vec![only.is_empty(); steps.len()];
        let mut wanted = Vec::new();
        for id in only {
            match steps.iter().position(|step| step.id == id) {
                Some(step) => wanted.push(step),
                None => return Err(no_such_step(steps, id)),
            }
        }
        while let Some(step) = wanted.pop() {
            if !std::mem::replace(&mut enabled[step], true) {
                wanted.extend(&needs[step]);
            }
        }
        let waits = needs
            .into_iter()
            .map(|needs| needs.into_iter().filter(|step| enabled[*step]).collect())
            .collect();
        Ok(Self { steps, enabled, waits })
    }
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
