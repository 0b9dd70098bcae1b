//! Collects JumpCloud into JupiterOne.

use std::process::ExitCode;

fn main() -> ExitCode {
    j1::main::<jumpcloud::JumpCloud>()
}
