//! The commands that an integration's own binary answers.

mod binary;
mod child;
mod describe;
mod local_run;
pub mod package;
mod unconfigured;

use std::ffi::{OsStr, OsString};

use crate::args::{Passed, Run};
use crate::error::Error;

use binary::Binary;
use child::Invocation;

pub use describe::{Described, always_null, describe};

/// Builds the integration and has its binary answer the command.
pub fn pass(command: &str, passed: &Passed) -> Result<u8, Error> {
    let package = package::find(passed.package.as_deref(), passed.manifest_path.as_deref())?;
    let here = matches!(command, "config" | "steps" | "schema");
    let binary = binary::build(&package, passed.profile.is_optimized(here), is_quiet(&passed.args))?;
    let invocation = invocation(&binary, command, &passed.args);
    crate::local::block_on(child::run(invocation))
}

/// Builds the integration and has its binary write its documentation, which is in the folder of its package.
pub fn docs(passed: &Passed) -> Result<u8, Error> {
    let package = package::find(passed.package.as_deref(), passed.manifest_path.as_deref())?;
    let binary = binary::build(&package, passed.profile.is_optimized(true), is_quiet(&passed.args))?;
    let mut invocation = invocation(&binary, "docs", &passed.args);
    let names_a_file = passed.args.iter().any(|arg| arg.to_string_lossy().starts_with("--file"));
    invocation.folder = if names_a_file { None } else { package.manifest.parent().map(Into::into) };
    crate::local::block_on(child::run(invocation))
}

/// Builds the integration and has its binary answer the command, with a JupiterOne on this machine if so asked.
pub fn run(command: &str, run: &Run) -> Result<u8, Error> {
    if !run.local {
        return pass(command, &run.passed);
    }
    let passed = &run.passed;
    let package = package::find(passed.package.as_deref(), passed.manifest_path.as_deref())?;
    let binary = binary::build(&package, passed.profile.is_optimized(true), is_quiet(&passed.args))?;
    let mut invocation = invocation(&binary, command, &passed.args);
    // What is synced was collected before.
    let recordings = package.recordings.as_deref().filter(|_| command != "sync");
    unconfigured::replay(&mut invocation.args, recordings, &binary, is_quiet(&passed.args));
    let talks = !is_json(&passed.args) && !is_quiet(&passed.args);
    let code = crate::local::block_on(local_run::run(invocation, &package.name))?;
    if talks
        && local_run::FINALIZED.contains(&code)
        && let Some(line) = describe::note_of_nulls(&binary)
    {
        crate::output::note(&line);
    }
    Ok(code)
}

fn invocation(binary: &Binary, command: &str, args: &[OsString]) -> Invocation {
    let mut all = vec![OsString::from(command)];
    all.extend_from_slice(args);
    Invocation { program: binary.path.clone(), args: all, set: Vec::new(), unset: Vec::new(), folder: None }
}

/// Returns `true` if the integration runs with `-q`, which applies to cargo too.
fn is_quiet(args: &[OsString]) -> bool {
    args.iter().any(|arg| arg == "-q" || arg == "--quiet")
}

/// Returns `true` if the integration prints a JSON summary.
fn is_json(args: &[OsString]) -> bool {
    let after_output = args.windows(2).any(|pair| pair[0] == "--output" && pair[1] == "json");
    after_output || args.iter().any(|arg| arg == OsStr::new("--output=json"))
}
