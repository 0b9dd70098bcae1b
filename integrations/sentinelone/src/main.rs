//! Collects SentinelOne into JupiterOne.

use std::process::ExitCode;

fn main() -> ExitCode {
    j1_runtime::main::<sentinelone::SentinelOne>()
}
