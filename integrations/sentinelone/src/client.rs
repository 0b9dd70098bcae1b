//! The API of SentinelOne, as far as the integration reads it.

use j1::prelude::*;
use j1::provider::{Client, Http, Pages, Paging};

use crate::Config;
use crate::entities::{Agent, Group};

/// Lists come 100 records at a time, with a cursor to the next and a count of all.
const LIST: Paging = Paging::cursor("cursor", "pagination.nextCursor")
    .size("limit", 100)
    .items("data")
    .total("pagination.totalItems");

/// The API of a SentinelOne console.
pub struct Api(Client);

impl Api {
    /// The API as an operator configured it.
    ///
    /// # Errors
    /// When the address is not a URL.
    pub fn new(config: &Config, http: &Http) -> Result<Self> {
        Ok(Self(http.client(config.server_url.as_str())?.scheme("ApiToken", &config.api_token)))
    }

    /// Asks the console what it is. Any other server at the address could look like a console without agents.
    ///
    /// # Errors
    /// When SentinelOne refuses the token, or when the server does not respond or is not SentinelOne.
    pub async fn try_token(&self) -> Result<()> {
        let otherwise = "is not a SentinelOne console; set `SENTINELONE_SERVER_URL` to the URL where you log in, \
                         without a path: `https://acme.sentinelone.net`";
        self.0.get("web/api/v2.1/system/info").identify("data.build", otherwise).await
    }

    /// The groups of all sites that the token may read.
    #[must_use]
    pub fn groups(&self) -> Pages<Group> {
        self.0.get("web/api/v2.1/groups").pages(LIST)
    }

    /// The agents of all groups.
    #[must_use]
    pub fn agents(&self) -> Pages<Agent> {
        self.0.get("web/api/v2.1/agents").pages(LIST)
    }
}
