//! Whether who answers is the vendor at all.

use j1_core::error::Kind;
use j1_core::{Error, Result};
use serde_json::Value;

use crate::code;
use crate::provider::request::Request;

impl Request {
    /// Sends it, and looks whether the answer is JSON with this member in it, as `data.build`: for the first request of a run to
    /// an address that an operator wrote. Another server there may look like a vendor without records.
    ///
    /// `otherwise` says who it is not and what to write: "is no Acme console; write its address to `ACME_SERVER_URL`".
    ///
    /// # Errors
    /// As [`Request::json`]; `J1-R1005`, as an error of the configuration, when somebody else answers.
    pub async fn identify(&self, member: &str, otherwise: &str) -> Result<()> {
        let found = match self.json_if_found::<Value>().await {
            Ok(Some(answer)) => answer.pointer(&format!("/{}", member.replace('.', "/"))).is_some(),
            Ok(None) => false,
            Err(error) if error.kind() == Kind::Data => false,
            Err(error) => return Err(error),
        };
        if found {
            return Ok(());
        }
        let message = format!("the server that answers `{}` {otherwise}", self.name());
        Err(Error::new(Kind::Config, code::OTHER_SHAPE, message))
    }
}
