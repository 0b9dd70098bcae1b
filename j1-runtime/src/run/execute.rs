//! `run`: opens a job, collects into it, and finalizes it, or gives it up so that nothing changes.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;

use j1_core::Error;
use j1_core::graph::Naming;

use crate::cli::{Finishing, RunArgs};
use crate::engine::{Collected, Destination, KeyIndex, Plan, collect};
use crate::jupiterone::prediction::{Brings, Brought};
use crate::jupiterone::{HeldObject, Job, SyncClient, Uploader};
use crate::observe::progress::{Phase, Progress};
use crate::run::connect::Connect;
use crate::run::env::Env;
use crate::run::job::{self, Signal, Uploaded};
use crate::run::summary::{Summary, exit};
use crate::run::{Ready, client, credentials, partial_types, prepare, types_of};

/// Runs the integration into JupiterOne.
pub(crate) async fn run<I: Connect>(args: &RunArgs, env: &Env, progress: &Progress) -> Summary {
    let (ready, plan, client) = match ready::<I>(args, env).await {
        Ok(ready) => ready,
        Err(summary) => return *summary,
    };
    with(args, ready, &plan, client, progress, job::interrupted()).await
}

/// Runs an integration that is ready. `stop` resolves to the exit code when the run is asked to end.
pub(crate) async fn with<I: Connect>(
    args: &RunArgs,
    ready: Ready<I>,
    plan: &Plan,
    client: SyncClient,
    progress: &Progress,
    stop: impl Future<Output = u8> + Send,
) -> Summary {
    // One for the whole run: from here on a signal ends it in an orderly way, whatever it is doing.
    let mut signal = pin!(stop);
    let job = match job::open(&client, &args.finishing, signal.as_mut()).await {
        Ok(job) => job,
        Err(summary) => return *summary,
    };
    within(args, ready, plan, &Arc::new(client), job, progress, signal).await
}

/// All that can be wrong before a job is opened.
async fn ready<I: Connect>(args: &RunArgs, env: &Env) -> Result<(Ready<I>, Plan, SyncClient), Box<Summary>> {
    let failed = |error: Error| Box::new(Summary::failed(exit::USAGE, &error));
    let mut plan = Plan::new(I::STEPS, &args.collecting.step).map_err(failed)?;
    job::check(&args.finishing)?;
    let (credentials, problems) = credentials(env, args.finishing.source, args.finishing.scope.as_deref());
    let ready = prepare::<I>(env, &args.collecting, problems, &mut plan).await?;
    let client = client::<I>(credentials)?;
    Ok((ready, plan, client))
}

/// The run once a job is open: whatever happens, it is finalized or given up.
async fn within<I: Connect>(
    args: &RunArgs,
    ready: Ready<I>,
    plan: &Plan,
    client: &Arc<SyncClient>,
    job: Job,
    progress: &Progress,
    mut signal: Signal<'_>,
) -> Summary {
    let args = &args.finishing;
    let destination = Destination::Upload(Uploader::new(Arc::clone(client), job.id.clone()), args.sync_mode);
    let naming = ready.naming.clone();
    let collected =
        collect(ready.integration, plan, ready.naming, destination, progress, signal.as_mut()).await;
    let concluded = match collected {
        Ok(collected) => match settle::<I>(args, collected, &naming, progress, signal.as_mut()).await {
            Ok(uploaded) => job::conclude(args, client, &job, uploaded, progress, signal).await,
            Err(summary) => Err(summary),
        },
        Err(stopped) => Err(Box::new(Summary::failed(stopped.exit, &stopped.error))),
    };
    let mut summary = match concluded {
        Ok(summary) => *summary,
        Err(summary) => job::give_up(args, client, job, *summary).await,
    };
    summary.uploads = Some(client.sent());
    summary
}

/// Waits for the uploads.
async fn settle<I: Connect>(
    args: &Finishing,
    collected: Collected,
    naming: &Naming,
    progress: &Progress,
    mut signal: Signal<'_>,
) -> Result<Uploaded, Box<Summary>> {
    let Collected { mut steps, mut ledger, destination, index } = collected;
    progress.phase(Phase::Settling);
    if let Destination::Upload(uploader, _) = destination {
        for object in job::settle(&uploader, signal.as_mut()).await? {
            crate::engine::too_large(&mut steps, &mut ledger, &object);
        }
    }
    job::check_count(args.sync_mode, steps.iter().map(|step| step.entities).sum())?;
    let partial = partial_types(&steps);
    let declared: BTreeSet<String> =
        steps.iter().flat_map(|step| &step.emits).chain(ledger.types.keys()).cloned().collect();
    let types = types_of::<I>(naming, declared, &partial);
    let summary = Box::new(Summary::collected(steps, ledger, partial));
    Ok(Uploaded { summary, types, brings: Box::new(Index(index)) })
}

/// The keys that a run has uploaded.
struct Index(KeyIndex);

impl Brings for Index {
    fn brings(&mut self, held: &HeldObject) -> Brought {
        if self.0.holds(&held.key) { Brought::Same } else { Brought::No }
    }
}
