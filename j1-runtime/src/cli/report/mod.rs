//! The output for people: progress while a command runs, tables and a report at its end, and the log.

mod bars;
pub(crate) mod file;
mod human;
mod lines;
mod log;
mod plan;
mod shards;
mod watch;

use crate::engine::Partial;

pub(crate) use human::human;
pub(crate) use log::log;
pub(crate) use watch::{EVERY, Watch};

/// The partial types of a step, those with one reason together.
fn by_reason(partial: &[Partial]) -> Vec<(&str, Vec<&str>)> {
    let mut all: Vec<(&str, Vec<&str>)> = Vec::new();
    for Partial { ty, reason } in partial {
        match all.iter_mut().find(|(other, _)| other == reason) {
            Some((_, types)) => types.push(ty),
            None => all.push((reason, vec![ty])),
        }
    }
    all
}
