//! Relationships whose ends came after them, or never.

use std::sync::atomic::Ordering;

use j1_core::Result;
use j1_core::graph::{ObjectKind, ObjectMeta, Type};

use super::Running;
use crate::code;
use crate::engine::ledger::Dropped;
use crate::engine::pending::Waiting;
use crate::jupiterone::Batch;

/// The possibility that something exists although it was not collected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Doubt {
    /// Every step that could have collected it has read everything.
    #[default]
    None,
    /// A step that could have collected it does not run, or not with everything, in any run.
    Settled,
    /// A step was to read everything and did not.
    Open,
}

impl Running<'_> {
    /// Sends the relationships whose ends came after them, and names those whose ends never did.
    ///
    /// An end that never came makes nothing partial when every step that could have collected it is complete: then it
    /// does not exist. Otherwise it may be among what was not read.
    pub(super) async fn settle_pending(&self) -> Result<()> {
        let incomplete = !self.shared.ledger().reasons.is_empty();
        let mut batches: Vec<Batch> = self.plan.steps.iter().map(|_| Batch::default()).collect();
        let mut waiting = self.shared.pending.read()?;
        while let Some(edge) = waiting.next()? {
            let missing = self.shared.missing_ends(&edge.from, &edge.to);
            if let Some((end, _)) = missing.first() {
                let reason = format!("`{end}`, one of its ends, was not collected");
                let types = missing.iter().map(|(_, to)| self.end_type(&edge, *to));
                let doubt = if incomplete {
                    Doubt::Open
                } else {
                    types.map(|ty| self.doubt(ty)).max().unwrap_or_default()
                };
                self.shared.forget(&edge.key);
                self.leave_out(&edge, reason, doubt);
                continue;
            }
            self.shared.ledger().count(&edge.ty);
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
        // What builds on a step that has become incomplete is not complete either.
        let ran: Vec<usize> = (0..self.plan.steps.len()).filter(|step| self.plan.runs(*step)).collect();
        for _ in &ran {
            for step in &ran {
                self.inherit(*step);
            }
        }
        Ok(())
    }

    /// Returns the type at one end of a relationship.
    fn end_type(&self, edge: &Waiting, to: bool) -> Option<Type> {
        let mut emits = self.plan.steps[edge.step].emits.iter();
        emits.find_map(|object| match object {
            ObjectMeta::Relationship(meta) if meta.ty.name(&self.shared.naming) == *edge.ty => {
                Some(if to { meta.to } else { meta.from })
            }
            _ => None,
        })
    }

    /// Returns if an entity of this type that was not collected may exist all the same: settled is not complete. A step
    /// that is disabled, or does without one that is, has not seen everything, whoever decided so.
    fn doubt(&self, ty: Option<Type>) -> Doubt {
        let ledger = self.shared.ledger();
        let settled = |step: &usize| {
            !self.plan.runs(*step) || self.plan.lacking[*step].is_some() || ledger.settled.contains_key(step)
        };
        let emits = |step: &usize| {
            let emits = self.plan.steps[*step].emits;
            ty.is_none_or(|ty| emits.iter().any(|object| object.ty().hash == ty.hash))
        };
        let unseen = (0..self.plan.steps.len()).filter(emits).any(|step| settled(&step));
        if unseen { Doubt::Settled } else { Doubt::None }
    }

    fn leave_out(&self, edge: &Waiting, reason: String, doubt: Doubt) {
        const LEFT_OUT: &str = "a relationship was left out, whose end may be among what was not read";
        let mut ledger = self.shared.ledger();
        match doubt {
            Doubt::None => {}
            Doubt::Settled => ledger.settle(edge.step, LEFT_OUT),
            Doubt::Open => ledger.partial(edge.step, LEFT_OUT),
        }
        ledger.drop_object(Dropped {
            ty: edge.ty.to_string(),
            key: edge.key.clone(),
            code: code::DANGLING.as_str().to_owned(),
            reason,
        });
    }

    async fn send(&self, step: usize, batch: Batch) -> Result<()> {
        self.shared.destination.take(self.plan.steps[step].id, ObjectKind::Relationship, batch).await
    }
}
