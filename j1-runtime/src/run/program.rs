//! An integration as its commands see it: what its type says, without the type.
//!
//! Only [`Program::new`] is compiled anew for each integration; all that takes a `Program` is compiled once, with this crate.

use std::sync::Arc;

use j1_core::Error;
use j1_core::config::{Config as _, ConfigField};
use j1_core::describe::Description;
use j1_core::graph::{BoxFuture, Naming, Type};
use j1_core::step::{Cut, StepMeta};

use crate::engine::AnyIntegration;
use crate::provider::Http;
use crate::recordings::config::RecordedConfig;
use crate::recordings::record::Recording;
use crate::run::connect::Connect;
use crate::run::env::{Env, Problems};
use crate::run::error::{RunError, RunErrorKind};

/// The declarations of an integration, and how it is connected.
pub(crate) struct Program {
    pub name: &'static str,
    pub title: &'static str,
    pub ty: &'static str,
    pub fields: &'static [ConfigField],
    pub steps: &'static [StepMeta],
    pub retired: &'static [Type],
    pub shards: Option<Cut>,
    pub recording: Recording,
    pub shapes: &'static str,
    pub describe: fn(&Naming) -> Description,
    /// Reads the configuration, as [`Env::config`] does; what is returned connects the integration with it.
    pub configure: fn(&Env, Option<&RecordedConfig>) -> Result<Connecting, Problems>,
}

/// A configuration that an integration can be connected with.
pub(crate) type Connecting =
    Box<dyn for<'h> FnOnce(&'h Http) -> BoxFuture<'h, Result<Arc<dyn AnyIntegration>, RunError>> + Send>;

impl Program {
    pub const fn new<I: Connect>() -> Self {
        Self {
            name: I::NAME,
            title: I::TITLE,
            ty: I::TYPE,
            fields: I::Config::FIELDS,
            steps: I::STEPS,
            retired: I::RETIRED,
            shards: I::SHARDS,
            recording: I::RECORDING,
            shapes: I::SHAPES,
            describe: Description::new::<I>,
            configure: configure::<I>,
        }
    }
}

fn configure<I: Connect>(env: &Env, recorded: Option<&RecordedConfig>) -> Result<Connecting, Problems> {
    let config = env.config::<I::Config>(I::NAME, recorded)?;
    Ok(Box::new(move |http| {
        Box::pin(async move { Ok(connect::<I>(config, http).await? as Arc<dyn AnyIntegration>) })
    }))
}

/// Connects the integration, and tries its credentials.
pub(crate) async fn connect<I: Connect>(config: I::Config, http: &Http) -> Result<Arc<I>, RunError> {
    let integration = I::connect(config, &http.of_this_runtime())?;
    integration.validate().await.map_err(refused)?;
    Ok(Arc::new(integration))
}

fn refused(error: Error) -> RunError {
    match RunError::from(error) {
        error if error.kind() == RunErrorKind::Config => error,
        // Any other failure of the validation means that the credentials could not be verified.
        error => RunError::new(RunErrorKind::Validation, error.into_error()),
    }
}
