//! The files of a store: what is written must be there, and two of one name are never mixed.

use std::sync::Arc;

use bytes::Bytes;
use j1_core::error::Kind;
use j1_core::{Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::backend::{self, Backend};
use crate::code;

/// The store of sharded runs.
#[derive(Clone)]
pub(crate) struct Store(Arc<dyn Backend>);

/// The result of writing a file that may exist.
pub(crate) enum Created<T> {
    /// This process wrote it, or the same was there.
    Mine,
    /// Another process wrote something else before.
    Other(T),
}

impl Store {
    /// Opens the store that `--store` names.
    pub fn open(named: &str) -> Result<Self> {
        backend::open(named).map(Self)
    }

    /// Uses files that are kept somewhere else.
    pub fn new(backend: Arc<dyn Backend>) -> Self {
        Self(backend)
    }

    /// Reads a file; `None` if it does not exist.
    pub async fn get(&self, path: &str) -> Result<Option<Bytes>> {
        self.0.get(path).await
    }

    /// Reads a JSON document; `None` if it does not exist.
    pub async fn document<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>> {
        let Some(bytes) = self.get(path).await? else { return Ok(None) };
        serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| damaged(path, "it is not what j1 writes").caused_by(error))
    }

    /// Writes a file if it does not exist, and reads it back: a response that was lost does not make a file another's, and a
    /// store that loses what it took is found out.
    pub async fn create(&self, path: &str, bytes: Bytes) -> Result<Created<Bytes>> {
        self.0.put_new(path, bytes.clone()).await?;
        match self.get(path).await? {
            Some(there) if there == bytes => Ok(Created::Mine),
            Some(there) => Ok(Created::Other(there)),
            None => Err(lost(path)),
        }
    }

    /// Writes a JSON document if none is there.
    pub async fn create_document<T: Serialize + DeserializeOwned>(
        &self,
        path: &str,
        document: &T,
    ) -> Result<Created<T>> {
        let bytes = serde_json::to_vec_pretty(document)?;
        match self.create(path, bytes.into()).await? {
            Created::Mine => Ok(Created::Mine),
            Created::Other(there) => serde_json::from_slice(&there)
                .map(Created::Other)
                .map_err(|error| damaged(path, "it is not what j1 writes").caused_by(error)),
        }
    }

    /// Lists the names in a folder, in order.
    pub async fn list(&self, folder: &str) -> Result<Vec<String>> {
        let mut names = self.0.list(folder).await?;
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }

    /// Returns the time at which the first file of a folder was written, by the clock of the store, in milliseconds since 1970.
    pub async fn began_at(&self, folder: &str) -> Result<Option<i64>> {
        let Some(first) = self.list(folder).await?.into_iter().next() else { return Ok(None) };
        self.0.written_at(&format!("{folder}/{first}")).await
    }

    /// Deletes a file, if it exists.
    pub async fn delete(&self, path: &str) -> Result<()> {
        self.0.delete(path).await
    }
}

/// The error of a file that is not as it was written.
pub(super) fn damaged(path: &str, why: &str) -> Error {
    let message = format!(
        "{path} in the shard store is damaged: {why}; nothing was finalized. Delete the file and run the shard again, or \
         begin a new run with `shard plan --discard`"
    );
    Error::new(Kind::Upload, code::SHARD_DAMAGED, message)
}

fn lost(path: &str) -> Error {
    let message = format!(
        "the shard store took {path} and does not have it: it loses what is written; nothing was finalized. Use a store \
         that keeps what it acknowledges"
    );
    Error::new(Kind::Upload, code::SHARD_LOST_WRITE, message)
}
