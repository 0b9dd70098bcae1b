//! The commands that collect, upload and describe, from their settings to their summary.
//!
//! This room reads the environment, connects the integration, opens and ends jobs, and alone decides about exit codes
//! ([`error::RunErrorKind`]). It knows nothing of the command line: [`settings`] are plain values.

pub(crate) mod collect;
pub(crate) mod config;
pub(crate) mod connect;
pub(crate) mod docs;
pub(crate) mod env;
pub(crate) mod error;
pub(crate) mod execute;
pub(crate) mod job;
pub(crate) mod memory;
pub(crate) mod plan;
pub(crate) mod program;
pub(crate) mod schema;
pub(crate) mod settings;
pub(crate) mod shards;
pub(crate) mod steps;
pub(crate) mod summary;
pub(crate) mod sync;
mod unread;
mod uploads;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::Arc;

use j1_core::Result;
use j1_core::error::exit;
use j1_core::graph::{Naming, ObjectMeta};
use j1_core::shared::inserted;

use crate::engine::{self, AnyIntegration, Plan, Sources};
use crate::jupiterone::prediction::Types;
use crate::jupiterone::{Credentials, Source, SyncClient, UploadLimits};
use crate::provider::transport::Http;
use crate::provider::{Limits, operator};
use crate::recordings::config::RecordedConfig;
use crate::recordings::traffic::Traffic;
use crate::run::env::{Env, Problems};
use crate::run::error::{RunError, RunErrorKind};
use crate::run::program::Program;
use crate::run::settings::CollectSettings;
use crate::run::summary::Summary;

/// The variable that overrides the integration type.
pub(crate) const INTEGRATION_TYPE: &str = "J1_INTEGRATION_TYPE";

/// A connected integration, and the names that its types have in this run.
pub(crate) struct Ready {
    pub program: &'static Program,
    pub integration: Arc<dyn AnyIntegration>,
    pub naming: Naming,
}

/// Returns the `User-Agent` of the integration.
pub(crate) fn agent(program: &'static Program) -> String {
    format!("j1/{} ({})", env!("CARGO_PKG_VERSION"), program.name)
}

/// Returns the naming of a run.
pub(crate) fn naming(program: &'static Program, env: &Env) -> Naming {
    Naming::new(env.get(INTEGRATION_TYPE).unwrap_or_else(|| program.ty.to_owned()))
}

/// Connects the integration with its configuration, and tries its credentials. Asks nothing of JupiterOne.
///
/// `others` are problems of the configuration that were found before; all of them are reported at once. The traffic is
/// left in `traffic` even if connecting fails after it was made: [`conclude_traffic`] reports on it.
pub(crate) async fn prepare(
    program: &'static Program,
    env: &Env,
    settings: &CollectSettings,
    others: Problems,
    plan: &mut Plan,
    traffic: &mut Option<Traffic>,
) -> Result<Ready, RunError> {
    let mut problems = others;
    let sources = sources(program, env, &mut problems);
    plan.at_once = at_once(env, settings, &mut problems);
    plan.raw_data = settings.raw_data;
    plan.memory = memory::budget(env, settings.memory, &mut problems);
    let recorded = settings.traffic.replay.as_deref().map(RecordedConfig::beside).transpose()?;
    let config = (program.configure)(env, recorded.as_ref()).map_err(|own| problems.splice(0..0, own)).ok();
    let limits = operator::limits(program.name, |name| env.get(name)).unwrap_or_else(|wrong| {
        problems.extend(wrong);
        Limits::default()
    });
    let Some(config) = config.filter(|_| problems.is_empty()) else {
        return Err(RunError::config(&problems));
    };
    let traffic = traffic.insert(Traffic::new(&settings.traffic, program.recording, program.shapes)?);
    traffic.configured(env.configured(program.name, program.fields));
    let http = traffic.http(&agent(program))?.limited_by_operator(limits).sharing(settings.share);
    let http = http.within(Arc::clone(&plan.memory));
    let integration = config(&http).await?;
    plan.switch(&*integration, &sources);
    Ok(Ready { program, integration, naming: naming(program, env) })
}

/// Returns the ingestion sources that the operator has turned off and on.
fn sources(program: &'static Program, env: &Env, problems: &mut Problems) -> Sources {
    let [disabled, enabled] = [engine::DISABLED, engine::ENABLED].map(|variable| env.get(variable));
    Sources::read(program.steps, disabled.as_deref(), enabled.as_deref()).unwrap_or_else(|wrong| {
        problems.extend(wrong);
        Sources::default()
    })
}

/// Returns the number of steps that run at once.
fn at_once(env: &Env, settings: &CollectSettings, problems: &mut Problems) -> usize {
    const VARIABLE: &str = "J1_CONCURRENCY";
    let given = settings.concurrency.map(|steps| Ok(steps.get()));
    let set = || env.get(VARIABLE).map(|text| text.parse::<NonZeroUsize>().map(NonZeroUsize::get));
    match given.or_else(set) {
        None => engine::STEPS_AT_ONCE,
        Some(Ok(steps)) => steps,
        Some(Err(_)) => {
            problems.push(format!("{VARIABLE} must be a positive integer, for example 4"));
            engine::STEPS_AT_ONCE
        }
    }
}

/// Adds the end of the traffic to the summary: recordings are written, and drift is reported.
pub(crate) fn conclude_traffic(traffic: Option<&Traffic>, settings: &CollectSettings, summary: &mut Summary) {
    let Some(traffic) = traffic else { return };
    let (every_step, failed) = (settings.steps.is_empty(), summary.error.is_some());
    let concluded = traffic.conclude(&settings.traffic, !summary.steps.is_empty(), every_step && !failed);
    summary.traffic = concluded.summary;
    for error in concluded.errors {
        if summary.error.is_none() {
            summary.fail(&RunError::bug(error));
        } else {
            tracing::error!("{error}");
        }
    }
    if let Some(error) = concluded.drift.filter(|_| summary.exit_code == exit::COMPLETE) {
        summary.fail(&RunError::new(RunErrorKind::Different, error));
    }
}

/// The credentials for JupiterOne, and the limits of what is uploaded with them.
pub(crate) type Access = (Credentials, UploadLimits);

/// Returns the credentials for JupiterOne and the limits of uploads, or the problems with them.
pub(crate) fn credentials(env: &Env, source: Source, scope: Option<&str>) -> (Option<Access>, Problems) {
    let mut problems = Vec::new();
    let limits = uploads::limits(env, &mut problems);
    match env.credentials(source) {
        Ok(credentials) => {
            let credentials = Credentials { scope: scope.map(str::to_owned), ..credentials };
            (Some((credentials, limits)), problems)
        }
        Err(wrong) => {
            problems.extend(wrong);
            (None, problems)
        }
    }
}

/// Makes a client of the Sync API.
pub(crate) fn client(program: &'static Program, access: Option<Access>) -> Result<SyncClient, RunError> {
    let Some((credentials, limits)) = access else { return Err(RunError::config(&[])) };
    let http = Http::network(&agent(program)).map_err(RunError::usage)?;
    Ok(SyncClient::new(credentials, http, limits))
}

/// Returns the types of a run as the comparison with JupiterOne needs them.
pub(crate) fn types_of(
    program: &'static Program,
    naming: &Naming,
    declared: BTreeSet<String>,
    partial: &[String],
) -> Types {
    // A collection of an earlier version may have a type that is retired today.
    let retired =
        inserted(program.retired.iter().map(|ty| ty.name(naming)).filter(|ty| !declared.contains(ty)));
    let built_on = unread::built_on_unread(program.steps, naming);
    let is_mapped = |object: &&ObjectMeta| match object {
        ObjectMeta::Entity(_) => false,
        ObjectMeta::Relationship(meta) => meta.mapping.is_some(),
    };
    let emitted = program.steps.iter().flat_map(|step| step.emits);
    let mapped = inserted(emitted.filter(is_mapped).map(|object| object.ty().name(naming)));
    Types { declared, partial: inserted(partial.iter().cloned()), retired, built_on, mapped, started: None }
}

/// Returns the types of a run that has uploaded what it collected: those of its steps, and those that were collected.
pub(crate) fn types_of_summary(program: &'static Program, naming: &Naming, summary: &Summary) -> Types {
    let emitted = summary.steps.iter().flat_map(|step| &step.emits);
    let declared = inserted(emitted.chain(summary.types.keys()).cloned());
    types_of(program, naming, declared, &summary.partial_datasets.types)
}
