//! The output for people: progress while a command runs, tables and a report at its end, and the log.

mod bars;
pub(crate) mod file;
mod human;
mod lines;
mod log;
mod plan;
mod shards;
mod watch;

pub(crate) use human::human;
pub(crate) use log::log;
pub(crate) use watch::{EVERY, Watch};
