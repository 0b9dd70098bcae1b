//! Starts each step when it can begin, and reports how it ended.
//!
//! A step begins when the steps whose keys it looks up have ended. It runs alongside the steps whose entities it only
//! reads along, or ties to: it begins once they have begun and there is something to read, and ends after them. So a
//! running step only ever waits for steps that are running too, and cannot block them, however low the concurrency is.
//!
//! Completeness is decided when all steps have ended: a step may end before another that it builds on turns out to be
//! incomplete.
//!
//! **Ownership.** [`collect`] owns the run's `Shared` until the last step has ended; each step holds a clone through its
//! sink and runs in a task of its own. Once every step has ended and the held-back relationships are settled, `Shared` is
//! taken apart; nothing is added after that.

mod dangling;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use j1_core::error::Kind;
use j1_core::graph::{Emitter, Naming, ObjectMeta};
use j1_core::report::Tolerated;
use j1_core::shared::inserted;
use j1_core::{Error, Outcome, Result};
use tokio::task::{Id, JoinError, JoinSet};
use tracing::{Instrument as _, Span};

use crate::code;
use crate::engine::destination::Destination;
use crate::engine::elsewhere::{Carry, Incomplete};
use crate::engine::integration::AnyIntegration;
use crate::engine::keys::KeyIndex;
use crate::engine::ledger::{Ledger, Partial, StepReport, StepStatus};
use crate::engine::partial;
use crate::engine::plan::Plan;
use crate::engine::sink::{Shared, StepSink};
use crate::engine::stop::{Stop, StopSignal};
use crate::engine::tell;
use crate::observe::progress::Progress;
use crate::observe::stats::{StepStats, counted};
use crate::observe::strays;
use crate::observe::trace;

/// The result of the steps.
pub(crate) struct Collected {
    pub steps: Vec<StepReport>,
    pub ledger: Ledger,
    pub destination: Destination,
    /// Every key that was added.
    pub index: KeyIndex,
    /// The entities, relationships and missed look-ups that later processes of the job need.
    pub carry: Carry,
}

/// The reason why the steps were stopped; all of them have ended.
pub(crate) enum Stopped {
    /// The upload could not be completed.
    Failed(Error),
    /// The run was asked to end.
    Signal(StopSignal),
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// The time a cancelled step can go on before the job is aborted without it. A step ends where it waits
/// next, so only one that blocks its thread takes longer; what it adds then is not sent.
const LAST_WAIT: Duration = Duration::from_secs(10);

struct Ended {
    result: Result<Outcome>,
    tolerated: Vec<Tolerated>,
    duration_ms: u64,
}

struct Running<'p> {
    plan: &'p Plan,
    shared: Arc<Shared>,
    stats: Vec<Arc<StepStats>>,
    reports: Vec<Option<StepReport>>,
    /// The steps that were started.
    begun: BTreeSet<usize>,
    /// The span of each step that has begun and not ended.
    spans: Vec<Span>,
    progress: &'p Progress,
}

/// Runs the steps of the plan. What they add goes to the destination while they run. When `stop` resolves, every step
/// is ended and waited for.
///
/// # Errors
/// When the upload cannot be completed; all steps have ended then. What else goes wrong in a step is that
/// step's failure.
pub(crate) async fn collect(
    integration: Arc<dyn AnyIntegration>,
    plan: &Plan,
    naming: Naming,
    destination: Destination,
    progress: &Progress,
    stop: Stop<'_>,
) -> Result<Collected, Stopped> {
    let reads = plan
        .steps
        .iter()
        .zip(&plan.disabled)
        .filter(|(_, disabled)| disabled.is_none())
        .flat_map(|(step, _)| step.reads.iter().copied())
        .collect::<Vec<_>>();
    let ids = plan.steps.iter().map(|step| step.id).collect();
    let shared = Arc::new(Shared::new(naming, ids, &reads, destination, integration.duplicates(), plan));
    let mut running = Running {
        plan,
        shared: Arc::clone(&shared),
        stats: plan.steps.iter().map(|step| Arc::new(StepStats::new(step))).collect(),
        reports: vec![None; plan.steps.len()],
        begun: BTreeSet::new(),
        spans: vec![Span::none(); plan.steps.len()],
        progress,
    };
    running.disable();
    running.skip_elsewhere();
    progress.planned(running.ahead());
    let steps = strays::Steps::begin();
    let collecting = async {
        running.run(integration, stop).await?;
        running.lose(&steps.losses());
        running.settle_pending().await?;
        tell::withheld(&running.shared.destination, &running.shared.ledger().left_out.withheld);
        Ok(())
    };
    let ended = collecting.instrument(trace::collect()).await;
    let steps = running.final_reports();
    drop(running);
    if let Err(stopped) = ended {
        shared.destination.cancel().await;
        return Err(stopped);
    }
    let Some(shared) = Arc::into_inner(shared) else {
        unreachable!("every step has ended, and given back what it shares")
    };
    let (ledger, destination, index, carry) = shared.into_parts();
    Ok(Collected { steps, ledger, destination, index, carry })
}

impl Running<'_> {
    /// Notes the steps that do not run; JupiterOne keeps what it holds of their types.
    fn disable(&mut self) {
        for step in 0..self.plan.steps.len() {
            if let Some(disabled) = &self.plan.disabled[step] {
                if !disabled.by.is_settled() {
                    self.shared.ledger().partial(step, None, disabled.reason.clone());
                }
                tell::skipped(&self.shared.destination, self.plan.steps[step].id, &disabled.reason);
                self.reports[step] = Some(self.report(step, StepStatus::Disabled, 0));
            }
        }
    }

    /// Takes the steps that run in other processes for ended, as complete as they were there.
    fn skip_elsewhere(&mut self) {
        let Some(elsewhere) = &self.plan.elsewhere else { return };
        for Incomplete { step, ty, reason } in &elsewhere.incomplete {
            self.shared.ledger().partial(*step, *ty, reason.clone());
        }
        for Incomplete { step, ty, reason } in &elsewhere.settled {
            self.shared.ledger().settle(*step, *ty, reason);
        }
        let steps: Vec<usize> =
            elsewhere.steps.iter().copied().filter(|step| self.plan.runs(*step)).collect();
        // A step of one shard may build on what is not complete in another.
        self.inherit_among(&steps);
        for step in steps {
            self.reports[step] = Some(self.report(step, StepStatus::Success, 0));
        }
    }

    /// Notes what tasks of no step have lost, for every step: any of them may have lost it.
    fn lose(&self, reasons: &[String]) {
        for step in &self.begun {
            for reason in reasons {
                self.shared.ledger().partial(*step, None, reason.clone());
            }
        }
    }

    /// Returns the steps that are going to run, each with the steps that it waits for.
    fn ahead(&self) -> Vec<(&'static str, Vec<&'static str>)> {
        let id = |step: &usize| self.plan.steps[*step].id;
        let runs = (0..self.plan.steps.len()).filter(|step| self.plan.runs_here(*step));
        runs.map(|step| (id(&step), self.plan.waits[step].iter().map(id).collect())).collect()
    }

    async fn run(
        &mut self,
        integration: Arc<dyn AnyIntegration>,
        mut stopped: Stop<'_>,
    ) -> Result<(), Stopped> {
        let shared = Arc::clone(&self.shared);
        let mut tasks: JoinSet<Ended> = JoinSet::new();
        let mut of_task: Vec<(Id, usize)> = Vec::new();
        let mut waiting: BTreeSet<usize> =
            inserted(integration.order().iter().copied().filter(|s| self.plan.runs_here(*s)));
        loop {
            self.close_spools();
            let mut ready: Vec<usize> =
                waiting.iter().copied().filter(|step| self.can_begin(*step)).collect();
            // Places are limited: steps that need not wait for a running one come first.
            ready.sort_by_key(|step| self.plan.waits[*step].iter().any(|other| !self.has_ended(*other)));
            ready.truncate(self.plan.at_once.saturating_sub(tasks.len()));
            for step in &ready {
                waiting.remove(step);
                self.begun.insert(*step);
                let id = self.start(&mut tasks, &integration, *step);
                of_task.push((id, *step));
            }
            if !ready.is_empty() {
                // Steps that read along with these may begin now.
                continue;
            }
            let joined = tokio::select! {
                joined = tasks.join_next_with_id() => joined,
                () = shared.began_storing.notified() => continue,
                signal = stopped.as_mut() => {
                    end_all(tasks).await;
                    return Err(Stopped::Signal(signal));
                }
            };
            let Some(joined) = joined else {
                // The compiler has ruled out cycles. Should there be one all the same, its steps must not pass for
                // steps that found nothing.
                let stuck = || Error::new(Kind::Upload, code::PARTIAL, "steps wait for each other");
                return if waiting.is_empty() { Ok(()) } else { Err(stuck().into()) };
            };
            let id = match &joined {
                Ok((id, _)) => *id,
                Err(error) => error.id(),
            };
            let Some(step) = of_task.iter().find(|(task, _)| *task == id).map(|(_, step)| *step) else {
                continue;
            };
            let ended = match self.end(step, joined.map(|(_, ended)| ended)) {
                Ok(()) => self.send_leftover().await,
                Err(error) => Err(error),
            };
            if let Err(error) = ended {
                end_all(tasks).await;
                return Err(error.into());
            }
        }
    }

    fn has_ended(&self, step: usize) -> bool {
        self.reports[step].is_some()
    }

    fn can_begin(&self, step: usize) -> bool {
        let mut others = self.plan.waits[step].iter().copied();
        let far_enough = others.all(|other| {
            self.has_ended(other) || self.begun.contains(&other) && !self.plan.begins_after(step, other)
        });
        let spools = self.plan.reads_along(step).filter_map(|ty| self.shared.spool(ty));
        far_enough && spools.into_iter().all(|spool| spool.has_begun())
    }

    /// Closes the storage of each type whose emitters have all ended, so that the steps that read along can end.
    fn close_spools(&self) {
        self.shared.close_spools(|ty| self.plan.emitters(ty).any(|step| !self.has_ended(step)));
    }

    fn start(
        &mut self,
        tasks: &mut JoinSet<Ended>,
        integration: &Arc<dyn AnyIntegration>,
        step: usize,
    ) -> Id {
        let (integration, stats) = (Arc::clone(integration), Arc::clone(&self.stats[step]));
        let hooks = Arc::clone(&integration);
        let meta = (step, &self.plan.steps[step]);
        let sink = StepSink::new(Arc::clone(&self.shared), meta, Arc::clone(&stats), hooks);
        self.progress.began(self.plan.steps[step].id, &stats);
        tell::began(&self.shared.destination, self.plan.steps[step].id);
        let span = trace::step(self.plan.steps[step].id);
        self.spans[step] = span.clone();
        let task = counted(stats, async move {
            let began = Instant::now();
            let (emitter, result) = integration.run(step, Emitter::new(Box::new(sink))).await;
            let tolerated = emitter.marks().tolerated();
            // Objects that a failed step has added are sent as well: they exist.
            let flushed = emitter.into_sink().flush().await;
            let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
            Ended { result: flushed.and(result), tolerated, duration_ms }
        });
        tasks.spawn(task.instrument(span)).id()
    }

    /// Notes how a step ended.
    fn end(&mut self, step: usize, joined: Result<Ended, JoinError>) -> Result<()> {
        let Ended { result, tolerated, duration_ms } = joined.unwrap_or_else(|error| Ended {
            result: Err(panicked(error)),
            tolerated: Vec::new(),
            duration_ms: 0,
        });
        for tolerated in &tolerated {
            tell::tolerated(&self.shared.destination, self.plan.steps[step].id, tolerated);
        }
        self.shared.ledger().tolerate(self.plan.steps[step].id, tolerated);
        let mut status = StepStatus::Success;
        match result {
            Ok(outcome) => {
                self.shared.ledger().outcome(step, &outcome);
            }
            Err(error) if matches!(error.kind(), Kind::Upload | Kind::Cancelled) => return Err(error),
            Err(error) => {
                tracing::info!(step = self.plan.steps[step].id, "{error}");
                self.shared.ledger().partial(step, None, error.to_string());
                status = StepStatus::Failure;
            }
        }
        if self.inherit(step) && status == StepStatus::Success {
            status = StepStatus::PartialSuccessDueToDependencyFailure;
        }
        let report = self.report(step, status, duration_ms);
        let ended = report.ended();
        trace::ended(&std::mem::replace(&mut self.spans[step], Span::none()), &ended);
        self.progress.ended(ended);
        tell::ended(&self.shared.destination, &report);
        self.reports[step] = Some(report);
        Ok(())
    }

    /// Notes the types that are partial because of what they are built on. Returns `true` if another step is the
    /// reason.
    fn inherit(&self, step: usize) -> bool {
        partial::inherit(self.plan, &mut self.shared.ledger(), step)
    }

    /// Notes the types of these steps that are partial because of what they are built on, however long the chain. Returns
    /// the steps for which another one is the reason.
    fn inherit_among(&self, steps: &[usize]) -> BTreeSet<usize> {
        let mut inherited = BTreeSet::new();
        for _ in steps {
            inherited.extend(steps.iter().copied().filter(|step| self.inherit(*step)));
        }
        inherited
    }

    fn report(&self, step: usize, status: StepStatus, duration_ms: u64) -> StepReport {
        let (meta, counted) = (&self.plan.steps[step], &self.stats[step]);
        let disabled = self.plan.disabled[step].as_ref();
        let decision = disabled.map(|disabled| &disabled.reason).or(self.plan.lacking[step].as_ref());
        let ledger = self.shared.ledger();
        let settled = !ledger.has_lost(step);
        // A step may emit two kinds of relationships with one name.
        let (mut emits, mut partial) = (Vec::new(), Vec::<Partial>::new());
        for ty in meta.emits.iter().map(ObjectMeta::ty) {
            let name = ty.name(&self.shared.naming);
            if let Some(reason) = ledger.why(step, ty, decision)
                && partial.iter().all(|partial| partial.ty != name)
            {
                partial.push(Partial { ty: name.clone(), reason });
            }
            if !emits.contains(&name) {
                emits.push(name);
            }
        }
        drop(ledger);
        StepReport {
            id: meta.id,
            status,
            emits,
            entities: counted.entities.load(Ordering::Relaxed),
            relationships: counted.relationships.load(Ordering::Relaxed),
            requests: counted.requests.load(Ordering::Relaxed),
            retries: counted.retries.load(Ordering::Relaxed),
            duration_ms,
            waited_ms: counted.waits.waited(),
            partial,
            disabled_reason: disabled.map(|disabled| disabled.by),
            settled,
        }
    }

    /// The reports once nothing changes any more.
    fn final_reports(&self) -> Vec<StepReport> {
        let all =
            self.reports.iter().enumerate().filter_map(|(step, report)| report.as_ref().map(|r| (step, r)));
        all.map(|(step, report)| self.report(step, report.status, report.duration_ms)).collect()
    }

    /// Sends the batches of steps that panicked: their objects exist, and relationships of other steps may end at them.
    async fn send_leftover(&self) -> Result<()> {
        for (step, kind, batch) in self.shared.take_leftover() {
            self.shared.destination.take(self.plan.steps[step].id, kind, batch).await?;
        }
        Ok(())
    }
}

/// Ends all steps, and waits until they have ended.
async fn end_all(mut tasks: JoinSet<Ended>) {
    tasks.abort_all();
    let all = async { while tasks.join_next().await.is_some() {} };
    if tokio::time::timeout(LAST_WAIT, all).await.is_err() {
        tracing::warn!("a step blocks its thread and does not end; the run goes on without it");
    }
}

fn panicked(error: JoinError) -> Error {
    let what = error.try_into_panic().map_or_else(
        |_| "it was stopped".to_owned(),
        |panic| {
            let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            text.or_else(|| panic.downcast_ref::<String>().cloned())
                .unwrap_or_else(|| "without a message".to_owned())
        },
    );
    Error::new(Kind::Other, code::PANIC, format!("the step panicked: {what}"))
}
