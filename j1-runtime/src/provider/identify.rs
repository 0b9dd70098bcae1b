//! Checks that the server at a URL is the provider at all.

use j1_core::error::Kind;
use j1_core::{Error, Result};
use serde_json::Value;

use crate::code;
use crate::provider::request::Request;

impl Request {
    /// Sends the request, and checks that the response is JSON with this member in it, such as `data.build`: for the first
    /// request of a run to a URL that an operator configured. Another server there may look like a provider without records.
    ///
    /// `otherwise` completes "the server that responds to … ": "is not an Acme console; set `ACME_SERVER_URL` to its URL".
    ///
    /// # Errors
    /// As [`Request::json`]; `J1-R1005`, as an error of the configuration, if another server responds.
    pub async fn identify(&self, member: &str, otherwise: &str) -> Result<()> {
        let found = match self.find::<Value>().await {
            Ok(Some(response)) => response.pointer(&format!("/{}", member.replace('.', "/"))).is_some(),
            Ok(None) => false,
            Err(error) if error.kind() == Kind::Data => false,
            Err(error) => return Err(error),
        };
        if found {
            return Ok(());
        }
        let message = format!("the server that responds to `{}` {otherwise}", self.name());
        Err(Error::new(Kind::Config, code::OTHER_SHAPE, message))
    }
}
