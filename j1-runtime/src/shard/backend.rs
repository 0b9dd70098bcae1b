//! The place of the files of a sharded run: a folder, an object store, or a test's own memory.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use j1_core::error::Kind;
use j1_core::graph::BoxFuture;
use j1_core::{Error, Result};
use url::Url;

use super::folder::Folder;
use crate::code;
use crate::redact;

/// A place for files that are written once.
pub trait Backend: Send + Sync {
    /// Reads a file; `None` if it does not exist.
    fn get<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Option<Bytes>>>;

    /// Writes a file if it does not exist; returns `true` if it was written.
    fn put_new<'a>(&'a self, path: &'a str, bytes: Bytes) -> BoxFuture<'a, Result<bool>>;

    /// Lists the names of the files and folders in a folder.
    fn list<'a>(&'a self, folder: &'a str) -> BoxFuture<'a, Result<Vec<String>>>;

    /// Deletes a file, if it exists.
    fn delete<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<()>>;

    /// Returns the time at which a file was written by the clock of the store, in milliseconds since 1970; `None` where the
    /// store does not know. It is only shown: nothing is decided by it.
    fn written_at<'a>(&'a self, _path: &'a str) -> BoxFuture<'a, Result<Option<i64>>> {
        Box::pin(async { Ok(None) })
    }
}

/// Opens the place that `--store` names.
///
/// # Errors
/// When it is not a folder or an object store that can be used.
pub(super) fn open(named: &str) -> Result<Arc<dyn Backend>> {
    let url = Url::parse(named).ok().filter(|_| named.contains("://"));
    let folder = match &url {
        None => Path::new(named).to_owned(),
        Some(url) if url.scheme() == "file" => {
            url.to_file_path().map_err(|()| wrong(named, "it is not the URL of a folder", None))?
        }
        Some(url) => return in_cloud(named, url),
    };
    let opened = Folder::open(&folder);
    Ok(Arc::new(opened.map_err(|error| wrong(named, "it cannot be created", Some(error.into())))?))
}

fn in_cloud(named: &str, url: &Url) -> Result<Arc<dyn Backend>> {
    #[cfg(any(feature = "store-s3", feature = "store-gcs", feature = "store-azure"))]
    if let Some(store) = super::cloud::open(named, url)
        .map_err(|error| wrong(named, "its URL or its variables are not valid", Some(error.into())))?
    {
        return Ok(Arc::new(store));
    }
    let feature = match url.scheme() {
        "s3" | "s3a" => "store-s3",
        "gs" => "store-gcs",
        "az" | "azure" | "abfs" | "abfss" => "store-azure",
        _ => return Err(wrong(named, "use a folder, file://, s3://, gs:// or az://", None)),
    };
    let why = format!(
        "this build cannot reach it; add the feature `{feature}` to the dependency `j1` in Cargo.toml, and build again"
    );
    Err(wrong(named, &why, None))
}

fn wrong(named: &str, why: &str, cause: Option<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    let error = Error::new(
        Kind::Config,
        code::SHARD_STORE,
        format!("the store {} cannot be used: {why}", redact::display(named)),
    );
    match cause {
        Some(cause) => error.caused_by(cause),
        None => error,
    }
}
