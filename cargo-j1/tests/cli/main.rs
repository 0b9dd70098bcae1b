//! The subcommand as people use it: through its binary.

mod check;
mod collected;
mod commands;
mod csv;
mod graph;
#[cfg(unix)]
mod integration;
#[cfg(unix)]
mod local;
mod neo4j;
#[cfg(unix)]
mod query;
mod ran;
mod shard;
mod stand_in;
