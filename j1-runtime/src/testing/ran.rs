//! The result of a run in a test.

use j1_core::report::Event;

use crate::engine::{Collected, Destination, StepReport};
use crate::run::summary::{Status, Summary};
use crate::testing::Graph;

/// The result of a run: the graph, the events and the summary.
#[derive(Debug)]
#[non_exhaustive]
pub struct Ran {
    /// The collected graph; empty if the run uploaded it.
    pub graph: Graph,
    /// The events of the job, in their order.
    pub events: Vec<Event>,
    /// The summary that `--output json` would print.
    pub summary: Summary,
}

impl Ran {
    /// Creates the result of a run that collected into memory, with the steps that `keep` selects.
    pub(super) fn collected(
        collected: Collected,
        naming: j1_core::graph::Naming,
        keep: impl Fn(&str) -> bool,
    ) -> Self {
        let Collected { mut steps, ledger, destination, .. } = collected;
        steps.retain(|step| keep(step.id));
        let (objects, events) = match destination {
            Destination::Memory(memory) => memory.into_parts(),
            _ => Default::default(),
        };
        let kept = objects.into_iter().filter(|(step, _)| keep(step)).map(|(_, json)| json);
        let graph = Graph::new(naming, kept);
        let events = events.into_iter().filter(|(step, _)| keep(step)).map(|(_, event)| event).collect();
        Self { graph, events, summary: Summary::collected(steps, ledger) }
    }

    /// The report of a step.
    ///
    /// # Panics
    /// When there is none with this id.
    #[must_use]
    #[track_caller]
    pub fn step(&self, id: &str) -> &StepReport {
        let found = self.summary.steps.iter().find(|step| step.id == id);
        found.unwrap_or_else(|| {
            let ids: Vec<&str> = self.summary.steps.iter().map(|step| step.id).collect();
            panic!("no step has the id `{id}`; the run had {ids:?}")
        })
    }

    /// Checks that everything was read, and that no added object was left out.
    ///
    /// # Panics
    /// When that is not so; the message says what is missing, and why.
    #[track_caller]
    pub fn assert_complete(&self) {
        let summary = &self.summary;
        let mut wrong = Vec::new();
        if let Some(error) = &summary.error {
            wrong.push(format!("the run failed: [{}] {}", error.code, error.message));
        }
        for partial in summary.steps.iter().flat_map(|step| &step.partial) {
            wrong.push(format!("`{}` is partial: {}", partial.ty, partial.reason));
        }
        for dropped in &summary.dropped {
            wrong.push(format!("`{}` {} was left out: {}", dropped.ty, dropped.key, dropped.reason));
        }
        wrong.dedup();
        assert!(
            wrong.is_empty() && summary.status == Status::Complete,
            "the run is not complete:\n- {}",
            wrong.join("\n- ")
        );
    }

    /// The reason why a `_type` is partial, so that JupiterOne keeps what it holds of it.
    ///
    /// # Panics
    /// When the type is complete.
    #[must_use]
    #[track_caller]
    pub fn partial(&self, ty: &str) -> &str {
        let mut all = self.summary.steps.iter().flat_map(|step| &step.partial);
        match all.find(|partial| partial.ty == ty) {
            Some(partial) => &partial.reason,
            None => panic!("`{ty}` is complete; partial are {:?}", self.summary.partial_datasets.types),
        }
    }
}
