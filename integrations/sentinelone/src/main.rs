//! Collects SentinelOne into JupiterOne.

use std::process::ExitCode;

fn main() -> ExitCode {
    j1::main::<sentinelone::SentinelOne>()
}
