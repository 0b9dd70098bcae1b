//! What a person sees: bars while it runs, a table when it is done, and the log.

mod bars;
mod human;
mod log;
mod plan;
mod table;

pub(crate) use bars::{Bars, Quiet};
pub(crate) use human::human;
pub(crate) use log::log;
pub(crate) use table::table;
