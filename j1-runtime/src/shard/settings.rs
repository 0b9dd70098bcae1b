//! The settings of the phases, as plain values.

use std::num::NonZeroUsize;

use j1_core::Result;
use j1_core::error::Kind;
use j1_core::{Error, graph::Naming};

use super::files::{self, PlanFile, RunFiles};
use super::known::Names;
use super::store::Store;
use crate::code;
use crate::run::error::RunError;
use crate::run::program::Program;
use crate::run::settings::JobSettings;

/// Everything that every phase needs.
pub(crate) struct Setup {
    pub program: &'static Program,
    pub store: Store,
    /// The build that works on the run.
    pub build: String,
    pub naming: Naming,
    pub(super) names: Names,
}

/// Settings of `shard plan`.
pub(crate) struct PlanSettings {
    pub shards: Option<NonZeroUsize>,
    /// Weigh the entities as the last run found them.
    pub weigh: bool,
    /// Give up a run that was not closed.
    pub discard: bool,
}

/// Settings of `shard open`.
pub(crate) struct OpenSettings {
    pub job: JobSettings,
}

/// Settings of `shard work`: which of the shards.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WorkSettings {
    pub index: Option<usize>,
    pub of: Option<NonZeroUsize>,
}

/// Settings of `shard close`.
pub(crate) struct CloseSettings {
    pub job: JobSettings,
    /// The least part of the work that must have been delivered, in percent.
    pub coverage: u8,
}

impl Setup {
    /// # Errors
    /// When the integration has no shards.
    pub fn new(program: &'static Program, store: Store, naming: Naming) -> Result<Self, RunError> {
        let build = files::build().map_err(RunError::bug)?;
        Self::with_build(program, store, naming, build)
    }

    /// As a build of this name.
    pub fn with_build(
        program: &'static Program,
        store: Store,
        naming: Naming,
        build: String,
    ) -> Result<Self, RunError> {
        let names = Names::new(program, &naming).ok_or_else(|| RunError::usage(no_shards(program.name)))?;
        Ok(Self { program, store, build, naming, names })
    }

    /// Returns the current run and its plan, which this build must have made.
    pub(super) async fn current(&self) -> Result<(RunFiles, PlanFile)> {
        let (files, plan) = RunFiles::current(&self.store).await?;
        plan.check(&self.build, self.naming.integration_type())?;
        Ok((files, plan))
    }
}

fn no_shards(name: &str) -> Error {
    let message = format!(
        "the integration `{name}` is not divided into shards; name the entity to cut along: `#[j1(shards = Account)]`"
    );
    Error::new(Kind::Config, code::SHARD_NONE, message)
}
