//! A connection to a Neo4j over Bolt.

use std::collections::BTreeMap;

use boltr::client::BoltSession;
use boltr::error::BoltError;
use boltr::types::{BoltDict, BoltValue};
use url::Url;

use super::BATCH;
use crate::args::Neo4jPush;
use crate::error::Error;

/// The port of Bolt.
const PORT: u16 = 7687;

pub struct Server {
    session: BoltSession,
    url: String,
    database: Option<String>,
}

impl Server {
    /// Connects and authenticates.
    pub async fn connect(args: &Neo4jPush) -> Result<Self, Error> {
        let refuse = |why: String| Error::Neo4j { url: args.uri.clone(), why };
        let url: Url =
            args.uri.parse().map_err(|_| refuse("it is not a URL; write bolt://host:7687".to_owned()))?;
        match url.scheme() {
            "bolt" | "neo4j" => {}
            "bolt+s" | "bolt+ssc" | "neo4j+s" | "neo4j+ssc" => {
                return Err(refuse(
                    "connections with TLS are not supported; push to a Neo4j on this machine or network"
                        .to_owned(),
                ));
            }
            other => {
                return Err(refuse(format!("`{other}` is not a scheme of Neo4j; write bolt://host:7687")));
            }
        }
        let host = url.host_str().unwrap_or("localhost").trim_matches(['[', ']']).to_owned();
        let port = url.port().unwrap_or(PORT);
        let addresses: Vec<_> = tokio::net::lookup_host((host.as_str(), port))
            .await
            .map_err(|error| refuse(error.to_string()))?
            .collect();
        let mut last = "the host has no address".to_owned();
        for address in addresses {
            let connected = match &args.user {
                Some(user) => {
                    let password = args.password.as_deref().unwrap_or_default();
                    BoltSession::connect_basic(address, user, password).await
                }
                None => BoltSession::connect(address).await,
            };
            match connected {
                Ok(session) => {
                    return Ok(Self { session, url: args.uri.clone(), database: args.database.clone() });
                }
                Err(BoltError::Io(error)) => last = error.to_string(),
                Err(error) => return Err(refuse(error.to_string())),
            }
        }
        Err(refuse(last))
    }

    /// Runs a statement and returns its rows.
    pub async fn run(
        &mut self,
        statement: &str,
        parameters: BTreeMap<&str, BoltValue>,
    ) -> Result<Vec<Vec<BoltValue>>, Error> {
        let parameters = parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let mut extra = BoltDict::new();
        if let Some(database) = &self.database {
            extra.insert("db".to_owned(), BoltValue::String(database.clone()));
        }
        let result = self.session.run_with_params(statement, parameters, extra).await;
        let refuse = |error: BoltError| Error::Neo4j { url: self.url.clone(), why: error.to_string() };
        Ok(result.map_err(refuse)?.records)
    }

    /// Runs a statement that takes `$rows` and counts what it wrote, in batches.
    pub async fn write(&mut self, statement: &str, rows: Vec<BoltValue>) -> Result<usize, Error> {
        let mut written = 0;
        for batch in rows.chunks(BATCH) {
            let rows = BTreeMap::from([("rows", BoltValue::List(batch.to_vec()))]);
            for row in self.run(statement, rows).await? {
                if let Some(BoltValue::Integer(count)) = row.first() {
                    written += usize::try_from(*count).unwrap_or_default();
                }
            }
        }
        Ok(written)
    }

    /// Says goodbye; the data is written, so what goes wrong here does not matter.
    pub async fn close(self) {
        let _ = self.session.close().await;
    }
}
