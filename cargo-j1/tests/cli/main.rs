//! The subcommand as people use it: through its binary.

mod commands;
#[cfg(unix)]
mod integration;
#[cfg(unix)]
mod local;
mod ran;
