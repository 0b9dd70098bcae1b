//! What a person sees: progress while it runs, a table and a report when it is done, and the log.

mod bars;
pub(crate) mod file;
mod human;
mod lines;
mod log;
mod plan;
mod screen;
mod table;
mod watch;

pub(crate) use human::human;
pub(crate) use log::log;
pub(crate) use screen::aside;
pub(crate) use table::{grouped, table};
pub(crate) use watch::{EVERY, Watch};
