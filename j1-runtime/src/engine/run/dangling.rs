//! Relationships that were added before their ends, and whose ends came later or not at all.

use std::sync::atomic::Ordering;

use j1_core::Result;
use j1_core::graph::{ObjectKind, ObjectMeta, RelationshipMeta};

use super::Running;
use crate::code;
use crate::engine::ledger::{Dropped, StepStatus};
use crate::engine::partial::{self, Doubt};
use crate::engine::pending::Waiting;
use crate::jupiterone::Batch;

impl Running<'_> {
    /// Sends the relationships whose ends were collected after them, and names those with an end that was not
    /// collected.
    ///
    /// A missing end makes nothing partial if every step that could have collected it is complete: then it does not
    /// exist. Otherwise it may be among the records that were not read.
    pub(super) async fn settle_pending(&mut self) -> Result<()> {
        let mut batches: Vec<Batch> = self.plan.steps.iter().map(|_| Batch::default()).collect();
        let mut waiting = self.shared.pending.read()?;
        while let Some(edge) = waiting.next()? {
            let missing = self.shared.missing_ends(&edge.from, &edge.to)?;
            if !missing.is_empty() {
                if self.shared.carries_edges() {
                    let texts = [&*edge.ty, &edge.key, &edge.from, &edge.to];
                    self.shared.edges.keep(edge.step, edge.expected, texts, &edge.json)?;
                    continue;
                }
                self.shared.forget(&edge.key)?;
                // If it is expected, the steps that emit its ends have ended, and this step is incomplete if one of them is.
                if !edge.expected || self.shared.destination.is_shared() {
                    self.leave_out(&edge, &missing);
                }
                continue;
            }
            self.shared.ledger().count(&edge.ty, 1);
            self.stats[edge.step].relationships.fetch_add(1, Ordering::Relaxed);
            let json = self.shared.destination.written(ObjectKind::Relationship, &edge.json);
            if batches[edge.step].push(&edge.ty, &edge.key, &json, None, &self.shared.limits) {
                let full = std::mem::take(&mut batches[edge.step]);
                self.send(edge.step, full).await?;
            }
        }
        for (step, batch) in batches.into_iter().enumerate() {
            self.send(step, batch).await?;
        }
        self.inherit_all();
        Ok(())
    }

    /// Notes which steps build on one that became incomplete after they had ended, or only now.
    fn inherit_all(&mut self) {
        let ran: Vec<usize> = (0..self.plan.steps.len()).filter(|step| self.plan.runs(*step)).collect();
        for step in self.inherit_among(&ran) {
            if let Some(report) = &mut self.reports[step]
                && report.status == StepStatus::Success
            {
                report.status = StepStatus::PartialSuccessDueToDependencyFailure;
            }
        }
    }

    /// Returns the declaration of a relationship. Only what its step emits was added.
    fn declaration(&self, edge: &Waiting) -> Option<&'static RelationshipMeta> {
        self.plan.steps[edge.step].emits.iter().find_map(|object| match object {
            ObjectMeta::Relationship(meta) if meta.ty.name(&self.shared.naming) == *edge.ty => Some(meta),
            _ => None,
        })
    }

    /// Leaves out a relationship whose ends `missing` were not collected; `true` is the end it goes to.
    fn leave_out(&self, edge: &Waiting, missing: &[(&str, bool)]) {
        const LEFT_OUT: &str = "a relationship was left out, whose end may be among what was not read";
        let declaration = self.declaration(edge);
        let mut ledger = self.shared.ledger();
        let ends =
            missing.iter().map(|(_, to)| declaration.map(|meta| if *to { meta.to } else { meta.from }));
        let ty = declaration.map(|meta| meta.ty);
        match ends.map(|end| partial::doubt(self.plan, &ledger, end)).max().unwrap_or_default() {
            // Others may upload the end to the same job.
            _ if self.shared.destination.is_shared() => ledger.partial(edge.step, ty, LEFT_OUT),
            Doubt::None => {}
            Doubt::Settled => ledger.settle(edge.step, ty, LEFT_OUT),
            Doubt::Open => ledger.partial(edge.step, ty, LEFT_OUT),
        }
        let end = missing.first().map_or("", |(end, _)| *end);
        ledger.drop_object(Dropped {
            ty: edge.ty.to_string(),
            key: edge.key.clone(),
            code: code::DANGLING.as_str().to_owned(),
            reason: format!("`{end}`, one of its ends, was not collected"),
        });
    }

    async fn send(&self, step: usize, batch: Batch) -> Result<()> {
        self.shared.destination.take(self.plan.steps[step].id, ObjectKind::Relationship, batch).await
    }
}
