//! Runs the steps: in their order, side by side where they do not wait for each other, with what they add on
//! its way to JupiterOne while they read.

mod destination;
mod elsewhere;
mod integration;
mod keys;
mod ledger;
mod left_out;
mod lookup;
mod losses;
mod memory;
mod partial;
mod pending;
mod plan;
mod run;
mod sink;
mod sources;
mod spool;
pub(crate) mod stages;
mod stop;
mod tell;

pub(crate) use destination::Destination;
pub(crate) use elsewhere::{CarriedEdge, Carry, Elsewhere, Given, Incomplete};
pub(crate) use integration::AnyIntegration;
pub(crate) use keys::{Added, KeyIndex};
pub use ledger::{Dropped, Partial, StepReport, StepStatus, ToleratedLoss, Withheld};
pub(crate) use ledger::{Ledger, too_large};
pub(crate) use left_out::LeftOut;
pub(crate) use memory::Memory;
pub use plan::DisabledBy;
pub(crate) use plan::{Plan, STEPS_AT_ONCE};
pub(crate) use run::{Collected, Stopped, collect};
pub(crate) use sources::{DISABLED, ENABLED, Sources};
pub(crate) use stop::Stop;
pub use stop::StopSignal;
