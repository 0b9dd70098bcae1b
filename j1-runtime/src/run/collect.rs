//! `collect`: runs the steps, uploads nothing, and writes the official layout.

use std::path::Path;
use std::pin::pin;

use crate::cli::CollectArgs;
use crate::collection::{self, Writer};
use crate::engine::{Destination, Plan, collect};
use crate::observe::progress::Progress;
use crate::run::connect::Connect;
use crate::run::env::Env;
use crate::run::summary::{Summary, exit};
use crate::run::{job, partial_types, prepare};

/// Collects into a folder.
pub(crate) async fn run<I: Connect>(args: &CollectArgs, env: &Env, progress: &Progress) -> Summary {
    let mut plan = match Plan::new(I::STEPS, &args.collecting.step) {
        Ok(plan) => plan,
        Err(error) => return Summary::failed(exit::USAGE, &error),
    };
    let writer = match Writer::new(Path::new(&args.out)) {
        Ok(writer) => writer,
        Err(error) => return Summary::failed(exit::USAGE, &error),
    };
    let ready = match prepare::<I>(env, &args.collecting, Vec::new(), &mut plan).await {
        Ok(ready) => ready,
        Err(summary) => return *summary,
    };
    let failed = |error| Summary::failed(exit::BUG, &error);
    let signal = pin!(job::interrupted());
    let writer = Destination::Disk(writer);
    let collected = collect(ready.integration, &plan, ready.naming, writer, progress, signal).await;
    let collected = match collected {
        Ok(collected) => collected,
        Err(stopped) => return Summary::failed(stopped.exit, &stopped.error),
    };
    let partial = partial_types(&collected.steps);
    let document = collection::summary(&collected.steps, &plan.waits, &collected.ledger, &partial);
    if let Destination::Disk(writer) = collected.destination
        && let Err(error) = writer.finish(&document)
    {
        return failed(error);
    }
    Summary::collected(collected.steps, collected.ledger, partial)
}
