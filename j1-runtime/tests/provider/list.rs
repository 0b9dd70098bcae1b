//! Lists of numbered records, read from a provider that responds as a test says.

use j1_core::{Outcome, Result};
use j1_runtime::provider::{Client, Pages, Paging};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::server::{Asked, Provider, Reply, http};

/// A record.
#[derive(Debug, Deserialize, PartialEq)]
pub struct Row {
    pub id: usize,
}

/// The records that came, in their order, and what they prove.
pub struct Read {
    pub ids: Vec<usize>,
    pub outcome: Result<Outcome>,
    pub asked: Vec<Asked>,
}

impl Read {
    pub fn is_complete(&self) -> bool {
        self.outcome.as_ref().is_ok_and(Outcome::is_complete)
    }

    /// The reason why the list is partial.
    #[track_caller]
    pub fn reason(&self) -> String {
        let outcome = self.outcome.as_ref().expect("the list ends");
        outcome.reasons().first().expect("the list is partial").clone()
    }

    /// The ids in ascending order.
    pub fn sorted(&self) -> Vec<usize> {
        let mut ids = self.ids.clone();
        ids.sort_unstable();
        ids
    }
}

/// Reads a list of a provider that responds like this.
pub async fn read(paging: Paging, respond: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Read {
    read_with(|client| client.get("things").pages(paging), respond).await
}

/// Reads the list that `list` requests.
pub async fn read_with(
    list: impl FnOnce(&Client) -> Pages<Row>,
    respond: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
) -> Read {
    let provider = Provider::responding(respond).await;
    let client = http().client(&provider.base).expect("a URL");
    let mut pages = list(&client);
    let mut ids = Vec::new();
    let outcome = loop {
        match pages.next().await {
            Ok(Some(row)) => ids.push(row.id),
            Ok(None) => break pages.finish(),
            Err(error) => break Err(error),
        }
    };
    Read { ids, outcome, asked: provider.asked() }
}

/// Records with these ids.
pub fn rows(ids: impl IntoIterator<Item = usize>) -> Vec<Value> {
    ids.into_iter().map(|id| json!({ "id": id })).collect()
}

/// A number in the query; 0 if it is missing.
pub fn number(asked: &Asked, name: &str) -> usize {
    asked.query(name).map_or(0, |text| text.parse().expect("a number"))
}
