//! The cargo subcommand of j1.

use std::process::ExitCode;

fn main() -> ExitCode {
    cargo_j1::main(std::env::args_os())
}
