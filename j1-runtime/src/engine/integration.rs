//! An integration without its type, so that the engine is compiled once, with this crate, and not anew with each integration.

use j1_core::graph::{BoxFuture, Emitter, EncodedObject};
use j1_core::integration::{Duplicates, Integration, Verdict};
use j1_core::step::Enabled;
use j1_core::{Outcome, Result};

/// An integration, as the engine uses it: without its type.
pub(crate) trait AnyIntegration: Send + Sync + 'static {
    fn order(&self) -> &'static [usize];

    fn duplicates(&self) -> Duplicates;

    /// Says whether a step can run.
    fn enabled(&self, step: usize) -> Enabled;

    /// Runs a step; returns what it emitted with, too.
    fn run(&self, step: usize, emitter: Emitter) -> BoxFuture<'_, (Emitter, Result<Outcome>)>;

    fn before_add(&self, record: &EncodedObject<'_>) -> Verdict;

    fn after_add(&self, record: &EncodedObject<'_>);
}

impl<I: Integration> AnyIntegration for I {
    fn order(&self) -> &'static [usize] {
        I::ORDER
    }

    fn duplicates(&self) -> Duplicates {
        I::DUPLICATES
    }

    fn enabled(&self, step: usize) -> Enabled {
        I::switches().get(step).map_or(Enabled::Yes, |switch| switch(self))
    }

    fn run(&self, step: usize, emitter: Emitter) -> BoxFuture<'_, (Emitter, Result<Outcome>)> {
        I::runners()[step](self, emitter)
    }

    fn before_add(&self, record: &EncodedObject<'_>) -> Verdict {
        Integration::before_add(self, record)
    }

    fn after_add(&self, record: &EncodedObject<'_>) {
        Integration::after_add(self, record);
    }
}
