//! `cargo j1 run --local`, and `sync` and `plan`: a run into the JupiterOne that serves the data file.
//!
//! One that is running already is used, such as `cargo j1 local` with its page open; otherwise one is started for
//! the run.

use std::ffi::OsString;

use j1_core::error::exit;
use j1_local::{LocalJupiterOne, RunningServer, Server};
use uuid::Uuid;

use super::child::{self, Invocation};
use super::{is_json, is_quiet};
use crate::error::Error;
use crate::local;
use crate::style::NAME;

/// Exit codes of a run that was finalized, completely or in part: there is something to look at.
pub(super) const FINALIZED: [u8; 2] = [exit::COMPLETE, exit::PARTIAL];

/// Runs the integration into the JupiterOne of the data file, which ends with the run if it was started for it.
pub async fn run(mut invocation: Invocation, package: &str) -> Result<u8, Error> {
    let talks = !is_json(&invocation.args) && !is_quiet(&invocation.args);
    wait_for_the_job(&mut invocation.args);
    let target = Target::open().await?;
    let (url, key) = target.address();
    invocation.set = vec![
        ("JUPITERONE_API_BASE", url.to_owned()),
        ("JUPITERONE_API_KEY", key.to_owned()),
        // The same in every run, so that JupiterOne compares a run with the one before.
        ("JUPITERONE_INTEGRATION_INSTANCE_ID", format!("local-{package}")),
        ("NO_PROXY", past_the_proxy()),
    ];
    invocation.unset = vec!["JUPITERONE_ACCOUNT"];
    let ended = child::run(invocation).await;
    let page = match &target {
        Target::Running(server) => format!("the page at {NAME}{}/{NAME:#}", server.url),
        Target::Own(..) => {
            format!("{NAME}cargo j1 local --open{NAME:#}, a page at http://127.0.0.1:{}/", local::PORT)
        }
    };
    let stopped = target.close().await;
    let code = ended?;
    stopped?;
    if talks && FINALIZED.contains(&code) {
        anstream::eprintln!("To look at it: {page}");
    }
    // The first run with credentials, as a rule.
    if talks && code == exit::TOO_MANY_DELETED {
        anstream::eprintln!(
            "If what this JupiterOne holds came from recordings, {NAME}--yes{NAME:#} lets the run replace it."
        );
    }
    Ok(code)
}

/// The JupiterOne that a run uploads to.
enum Target {
    /// It was started for this run, with this key.
    Own(Box<Server>, String),
    /// It has the data file open already.
    Running(RunningServer),
}

impl Target {
    /// Starts a server, or finds the one that has the data file open.
    async fn open() -> Result<Self, Error> {
        let (database, key) = (local::database(), Uuid::new_v4().to_string());
        let builder = LocalJupiterOne::builder().database(&database).api_key(key.clone());
        match builder.start().await {
            Ok(server) => Ok(Self::Own(Box::new(server), key)),
            Err(error @ j1_local::Error::InUse { .. }) => {
                RunningServer::find(&database).map(Self::Running).ok_or_else(|| error.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The URL and the key.
    fn address(&self) -> (&str, &str) {
        match self {
            Self::Own(server, key) => (server.url(), key),
            Self::Running(server) => (&server.url, &server.api_key),
        }
    }

    async fn close(self) -> Result<(), j1_local::Error> {
        match self {
            Self::Own(server, _) => server.shutdown().await,
            Self::Running(_) => Ok(()),
        }
    }
}

/// Hosts that are reached without a proxy: those that were before, and the local JupiterOne.
fn past_the_proxy() -> String {
    let before = ["NO_PROXY", "no_proxy"].iter().find_map(|name| std::env::var(name).ok());
    before
        .filter(|hosts| !hosts.is_empty())
        .map_or_else(|| "127.0.0.1".to_owned(), |hosts| format!("{hosts},127.0.0.1"))
}

/// Adds `--wait`, because the counts to show come with the final status of the job.
///
/// It is not added to a `plan`, which has no job, or with `--skip-finalize`, where the job stays open.
fn wait_for_the_job(args: &mut Vec<OsString>) {
    let plans = args.first().is_some_and(|command| command == "plan");
    if !plans && !args.iter().any(|arg| arg == "--wait" || arg == "--skip-finalize") {
        // Behind the command and before anything that may follow a `--`.
        args.insert(1, "--wait".into());
    }
}
