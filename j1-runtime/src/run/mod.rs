//! What the commands do.

pub(crate) mod collect;
pub(crate) mod config;
pub(crate) mod connect;
pub(crate) mod docs;
pub(crate) mod env;
pub(crate) mod execute;
pub(crate) mod job;
pub(crate) mod plan;
pub(crate) mod schema;
pub(crate) mod steps;
pub(crate) mod summary;
pub(crate) mod sync;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::Arc;

use j1_core::Result;
use j1_core::error::Kind;
use j1_core::graph::Naming;

use crate::cli::Collecting;
use crate::engine::{self, Plan, Sources, StepReport};
use crate::jupiterone::prediction::Types;
use crate::jupiterone::{Credentials, Source, SyncClient, UploadLimits};
use crate::provider::transport::Http;
use crate::provider::{Limits, operator};
use crate::recordings::traffic::Traffic;
use crate::run::connect::Connect;
use crate::run::env::{Env, Problems};
use crate::run::summary::{Summary, exit, exit_of};

/// The variable that overrides the integration type.
pub(crate) const INTEGRATION_TYPE: &str = "J1_INTEGRATION_TYPE";

/// An integration that is ready, and what it calls things.
pub(crate) struct Ready<I> {
    pub integration: Arc<I>,
    pub naming: Naming,
}

/// How the integration names itself to servers.
pub(crate) fn agent<I: Connect>() -> String {
    format!("j1/{} ({})", env!("CARGO_PKG_VERSION"), I::NAME)
}

/// The naming of a run.
pub(crate) fn naming<I: Connect>(env: &Env) -> Naming {
    Naming::new(env.get(INTEGRATION_TYPE).unwrap_or_else(|| I::TYPE.to_owned()))
}

/// Makes the integration from its configuration, and tries its credentials. Nothing is asked of JupiterOne.
pub(crate) async fn prepare<I: Connect>(
    env: &Env,
    collecting: &Collecting,
    others: Problems,
    plan: &mut Plan,
) -> Result<Ready<I>, Box<Summary>> {
    let mut problems = others;
    let sources = sources::<I>(env, &mut problems);
    plan.at_once = at_once(env, collecting, &mut problems);
    plan.raw_data = !collecting.no_raw_data;
    let config = env
        .config::<I::Config>(I::NAME, collecting.replay.is_some())
        .map_err(|own| problems.splice(0..0, own))
        .ok();
    let limits = operator::limits(I::NAME, |name| env.get(name)).unwrap_or_else(|wrong| {
        problems.extend(wrong);
        Limits::default()
    });
    let Some(config) = config.filter(|_| problems.is_empty()) else {
        return Err(Box::new(Summary::misconfigured(&problems)));
    };
    let http = || {
        let traffic = Traffic::new(collecting, I::RECORDING, I::SHAPES)?;
        for host in env.own_hosts::<I::Config>(I::NAME) {
            traffic.hide_host(&host);
        }
        collecting
            .traffic
            .get_or_init(|| traffic)
            .http(&agent::<I>())
            .map(|http| http.limited_by_operator(limits))
    };
    let http = http().map_err(|error| Box::new(Summary::failed(exit_of(&error), &error)))?;
    let integration = ready(config, &http).await?;
    plan.switch(&*integration, &sources);
    Ok(Ready { integration, naming: naming::<I>(env) })
}

/// The ingestion sources that the operator has turned off and on.
fn sources<I: Connect>(env: &Env, problems: &mut Problems) -> Sources {
    let [disabled, enabled] = [engine::DISABLED, engine::ENABLED].map(|variable| env.get(variable));
    Sources::read(I::STEPS, disabled.as_deref(), enabled.as_deref()).unwrap_or_else(|wrong| {
        problems.extend(wrong);
        Sources::default()
    })
}

/// How many steps run at once.
fn at_once(env: &Env, collecting: &Collecting, problems: &mut Problems) -> usize {
    const VARIABLE: &str = "J1_CONCURRENCY";
    let asked = collecting.concurrency.map(|steps| Ok(steps.get()));
    let set = || env.get(VARIABLE).map(|text| text.parse::<NonZeroUsize>().map(NonZeroUsize::get));
    match asked.or_else(set) {
        None => engine::STEPS_AT_ONCE,
        Some(Ok(steps)) => steps,
        Some(Err(_)) => {
            problems.push(format!("{VARIABLE} is no number of steps; write a whole number from 1"));
            engine::STEPS_AT_ONCE
        }
    }
}

/// Makes the integration, and tries its credentials.
pub(crate) async fn ready<I: Connect>(config: I::Config, http: &Http) -> Result<Arc<I>, Box<Summary>> {
    let connected = I::connect(config, http);
    let integration = connected.map_err(|error| Box::new(Summary::failed(exit_of(&error), &error)))?;
    integration.validate().await.map_err(|error| {
        let code = if error.kind() == Kind::Config { exit::CONFIG } else { exit::VALIDATION };
        Box::new(Summary::failed(code, &error))
    })?;
    Ok(Arc::new(integration))
}

/// Who the run is to JupiterOne, or what is wrong with that.
pub(crate) fn credentials(env: &Env, source: Source, scope: Option<&str>) -> (Option<Credentials>, Problems) {
    match env.credentials(source) {
        Ok(credentials) => (Some(Credentials { scope: scope.map(str::to_owned), ..credentials }), Vec::new()),
        Err(problems) => (None, problems),
    }
}

/// A client of the Sync API.
pub(crate) fn client<I: Connect>(credentials: Option<Credentials>) -> Result<SyncClient, Box<Summary>> {
    let Some(credentials) = credentials else { return Err(Box::new(Summary::misconfigured(&[]))) };
    let http =
        Http::network(&agent::<I>()).map_err(|error| Box::new(Summary::failed(exit::USAGE, &error)))?;
    Ok(SyncClient::new(credentials, http, UploadLimits::default()))
}

/// What a comparison has to know of the types of a run.
pub(crate) fn types_of<I: Connect>(naming: &Naming, declared: BTreeSet<String>, partial: &[String]) -> Types {
    let retired = I::RETIRED.iter().map(|ty| ty.name(naming)).collect();
    Types { declared, partial: partial.iter().cloned().collect(), retired }
}

/// The types that are partial, once each, in order.
pub(crate) fn partial_types(steps: &[StepReport]) -> Vec<String> {
    let mut types: Vec<String> = steps.iter().flat_map(|step| &step.partial).map(|p| p.ty.clone()).collect();
    types.sort_unstable();
    types.dedup();
    types
}
