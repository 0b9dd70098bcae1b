//! The trait that connects an integration from its configuration.

use j1_core::Result;
use j1_core::integration::Integration;

use crate::provider::Http;
use crate::recordings::record::Recording;

/// An integration that can be run.
pub trait Connect: Integration {
    /// The rules of recordings beyond the built-in ones: what to hide and what to keep.
    const RECORDING: Recording = Recording::STANDARD;

    /// The known shapes of the provider's responses: the text of the file that `--drift learn` writes. Without them
    /// nothing is compared.
    const SHAPES: &'static str = "";

    /// Creates the integration, usually with a client of the provider's API.
    ///
    /// # Errors
    /// When the configuration makes no sense, such as a malformed URL.
    fn connect(config: Self::Config, http: &Http) -> Result<Self>;

    /// Tries the credentials with one cheap request, before a job is opened.
    ///
    /// # Errors
    /// When the provider refuses them, or does not respond.
    fn validate(&self) -> impl Future<Output = Result<()>> + Send;
}
