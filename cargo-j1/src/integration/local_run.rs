//! `cargo j1 run --local`, and `sync` and `plan`: a run with a JupiterOne of its own.

use std::ffi::OsString;

use j1_local::LocalJupiterOne;
use uuid::Uuid;

use super::child::{self, Invocation};
use super::{is_json, is_quiet};
use crate::error::Error;
use crate::local;
use crate::style::NAME;

/// Exit codes of a run that was finalized, completely or in part: there is something to look at.
const FINALIZED: [u8; 2] = [0, 5];

/// Starts a JupiterOne in this process, runs the integration into it, and stops it when the run has ended.
pub async fn run(mut invocation: Invocation, package: &str) -> Result<u8, Error> {
    let talks = !is_json(&invocation.args) && !is_quiet(&invocation.args);
    wait_for_the_job(&mut invocation.args);
    let key = Uuid::new_v4().to_string();
    let server = LocalJupiterOne::builder().database(local::database()).api_key(key.clone()).start().await?;
    invocation.set = vec![
        ("JUPITERONE_API_BASE", server.url().to_owned()),
        ("JUPITERONE_API_KEY", key),
        // The same in every run, so that JupiterOne compares a run with the one before.
        ("JUPITERONE_INTEGRATION_INSTANCE_ID", format!("local-{package}")),
        ("NO_PROXY", past_the_proxy()),
    ];
    invocation.unset = vec!["JUPITERONE_ACCOUNT"];
    let ended = child::run(invocation).await;
    let stopped = server.shutdown().await;
    let code = ended?;
    stopped?;
    if talks && FINALIZED.contains(&code) {
        anstream::eprintln!(
            "To look at it: {NAME}cargo j1 local --open{NAME:#}, a page at http://127.0.0.1:{}/",
            local::PORT
        );
    }
    Ok(code)
}

/// What is reached without a proxy: what was before, and the server in this process.
fn past_the_proxy() -> String {
    let before = ["NO_PROXY", "no_proxy"].iter().find_map(|name| std::env::var(name).ok());
    before
        .filter(|hosts| !hosts.is_empty())
        .map_or_else(|| "127.0.0.1".to_owned(), |hosts| format!("{hosts},127.0.0.1"))
}

/// Asks for the final status of the job, without which there would be no counts to show.
///
/// Unless it is asked for already, the job is left open and so never ends, or there is none.
fn wait_for_the_job(args: &mut Vec<OsString>) {
    let plans = args.first().is_some_and(|command| command == "plan");
    if !plans && !args.iter().any(|arg| arg == "--wait" || arg == "--skip-finalize") {
        // Behind the command and before anything that may follow a `--`.
        args.insert(1, "--wait".into());
    }
}
