//! The place of the files of a sharded run: a folder, an object store, or a test's own memory.

use std::path::Path as FilePath;
use std::sync::Arc;

use bytes::Bytes;
use j1_core::error::Kind;
use j1_core::graph::BoxFuture;
use j1_core::{Error, Result};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutOptions};
use url::Url;

use crate::code;
use crate::collection::private;
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
        None => FilePath::new(named).to_owned(),
        Some(url) if url.scheme() == "file" => {
            url.to_file_path().map_err(|()| wrong(named, "it is not the URL of a folder", None))?
        }
        Some(url) => return in_cloud(named, url),
    };
    // The provider's data waits there, so only its owner can read it.
    private::create_dir_all(&folder)
        .map_err(|error| wrong(named, "it cannot be created", Some(error.into())))?;
    let opened = object_store::local::LocalFileSystem::new_with_prefix(&folder);
    let store = opened.map_err(|error| wrong(named, "it cannot be opened", Some(error.into())))?;
    Ok(Arc::new(Objects {
        store: Box::new(store),
        root: Path::default(),
        named: redact::known(named).into_owned(),
    }))
}

fn in_cloud(named: &str, url: &Url) -> Result<Arc<dyn Backend>> {
    #[cfg(any(feature = "store-s3", feature = "store-gcs", feature = "store-azure"))]
    if let Some(store) = super::cloud::open(url)
        .map_err(|error| wrong(named, "its URL or its variables are not valid", Some(error.into())))?
    {
        let (_, root) = object_store::ObjectStoreScheme::parse(url)
            .map_err(|error| wrong(named, "its URL is not valid", Some(error.into())))?;
        return Ok(Arc::new(Objects { store, root, named: redact::known(named).into_owned() }));
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

/// A folder, or an object store.
struct Objects {
    store: Box<dyn ObjectStore>,
    root: Path,
    named: String,
}

impl Objects {
    fn at(&self, path: &str) -> Path {
        path.split('/').filter(|part| !part.is_empty()).fold(self.root.clone(), Path::join)
    }

    fn failed(&self, what: &str, path: &str, error: object_store::Error) -> Error {
        let message = format!("{path} in the store {} cannot be {what}", redact::display(&self.named));
        Error::new(Kind::Upload, code::SHARD_STORE, message).caused_by(error)
    }
}

impl Backend for Objects {
    fn get<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Option<Bytes>>> {
        Box::pin(async move {
            let read = match self.store.get(&self.at(path)).await {
                Ok(found) => found.bytes().await,
                Err(error) => Err(error),
            };
            match read {
                Ok(bytes) => Ok(Some(bytes)),
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(self.failed("read", path, error)),
            }
        })
    }

    fn put_new<'a>(&'a self, path: &'a str, bytes: Bytes) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            let options = PutOptions::from(PutMode::Create);
            match self.store.put_opts(&self.at(path), bytes.into(), options).await {
                Ok(_) => Ok(true),
                Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => {
                    Ok(false)
                }
                Err(error) => Err(self.failed("written", path, error)),
            }
        })
    }

    fn list<'a>(&'a self, folder: &'a str) -> BoxFuture<'a, Result<Vec<String>>> {
        Box::pin(async move {
            let listed = self.store.list_with_delimiter(Some(&self.at(folder))).await;
            let listed = listed.map_err(|error| self.failed("listed", folder, error))?;
            let files = listed.objects.iter().map(|object| &object.location);
            let all = files.chain(&listed.common_prefixes);
            Ok(all.filter_map(|path| path.filename().map(str::to_owned)).collect())
        })
    }

    fn delete<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            match self.store.delete(&self.at(path)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
                Err(error) => Err(self.failed("deleted", path, error)),
            }
        })
    }

    fn written_at<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Option<i64>>> {
        Box::pin(async move {
            match self.store.head(&self.at(path)).await {
                Ok(file) => Ok(Some(file.last_modified.timestamp_millis())),
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(self.failed("read", path, error)),
            }
        })
    }
}
