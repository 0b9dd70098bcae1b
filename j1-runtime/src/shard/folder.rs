//! A folder that all processes of a sharded run share.
//!
//! Not `object_store`'s, which brings twenty crates into every integration for these five operations.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use bytes::Bytes;
use j1_core::error::Kind;
use j1_core::graph::BoxFuture;
use j1_core::{Error, Result};
use tempfile::NamedTempFile;

use super::backend::Backend;
use crate::code;
use crate::collection::private;
use crate::disk::{self, Checked, point};
use crate::redact;

/// The files of a folder. The provider's data is in them, so only their owner can read them.
#[derive(Clone)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Opens a folder, and creates it if it does not exist.
    pub fn open(folder: &Path) -> io::Result<Self> {
        private::create_dir_all(folder)?;
        // A later change of the working directory does not move the store.
        std::path::absolute(folder).map(Self)
    }

    /// Does something with a file while other tasks go on: the folder may be on a slow network.
    async fn with<T: Send + 'static>(
        &self,
        done: &'static str,
        path: &str,
        act: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
    ) -> Result<T> {
        let failed = |error: io::Error| {
            let folder = self.0.to_string_lossy();
            let message = format!("{path} in the store {} cannot be {done}", redact::display(&folder));
            Error::new(Kind::Upload, code::SHARD_STORE, message).caused_by(error)
        };
        let file = self.at(path).map_err(failed)?;
        let acted = tokio::task::spawn_blocking(move || act(&file)).await;
        acted.map_err(io::Error::other).and_then(|acted| acted).map_err(failed)
    }

    /// Returns where a file of the store is. No name leads out of the folder.
    fn at(&self, path: &str) -> io::Result<PathBuf> {
        let mut at = self.0.clone();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            // What begins with a dot is being written.
            if part.starts_with('.') || part.contains(['\\', ':', '\0']) {
                return Err(io::Error::new(ErrorKind::InvalidInput, "a name in it is not one of j1's"));
            }
            at.push(part);
        }
        Ok(at)
    }
}

impl Backend for Folder {
    fn get<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Option<Bytes>>> {
        Box::pin(self.with("read", path, |file| present(disk::read(file).map(Bytes::from))))
    }

    fn put_new<'a>(&'a self, path: &'a str, bytes: Bytes) -> BoxFuture<'a, Result<bool>> {
        Box::pin(self.with("written", path, move |file| put_new(file, &bytes)))
    }

    fn list<'a>(&'a self, folder: &'a str) -> BoxFuture<'a, Result<Vec<String>>> {
        Box::pin(self.with("listed", folder, |folder| present(names(folder)).map(Option::unwrap_or_default)))
    }

    fn delete<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.with("deleted", path, |file| {
            point("delete")?;
            present(fs::remove_file(file)).map(drop)
        }))
    }

    fn written_at<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Option<i64>>> {
        Box::pin(self.with("read", path, |file| {
            let written = present(fs::metadata(file).and_then(|file| file.modified()))?;
            let since = written.and_then(|written| written.duration_since(UNIX_EPOCH).ok());
            Ok(since.and_then(|since| since.as_millis().try_into().ok()))
        }))
    }
}

/// Writes a file as a whole, if there is none of its name. Of two processes at once, one writes it.
fn put_new(file: &Path, bytes: &[u8]) -> io::Result<bool> {
    let folder = file.parent().ok_or(ErrorKind::InvalidInput)?;
    private::create_dir_all(folder)?;
    point("create")?;
    let mut written = NamedTempFile::new_in(folder)?;
    Checked(written.as_file_mut()).write_all(bytes)?;
    point("rename")?;
    match written.persist_noclobber(file) {
        Ok(_) => Ok(true),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error.error),
    }
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    point("list")?;
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        // Names that are not text are not ours, and neither is what begins with a dot: it is being written.
        names.extend(entry?.file_name().into_string().ok().filter(|name| !name.starts_with('.')));
    }
    Ok(names)
}

/// `None` instead of the error of a file that does not exist.
fn present<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(there) => Ok(Some(there)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_is_written_once_and_as_a_whole() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(&place.path().join("runs")).expect("the folder is made");
        let put = |bytes| folder.put_new("parts/root/one.gz", Bytes::from_static(bytes));
        assert!(put(b"first").await.expect("it is written"));
        assert!(!put(b"second").await.expect("it is there"));
        // What a process leaves that is killed while it writes.
        fs::write(folder.0.join("parts/root/.tmpAbC"), "fir").expect("it is written");
        assert_eq!(folder.list("parts/root").await.expect("it is listed"), ["one.gz"]);
        assert_eq!(
            folder.get("parts/root/one.gz").await.expect("it is read").as_deref(),
            Some(&b"first"[..])
        );
        let written = folder.written_at("parts/root/one.gz").await.expect("it has a time");
        assert!(written.is_some_and(|milliseconds| milliseconds > 1_600_000_000_000));
        folder.delete("parts/root/one.gz").await.expect("it is deleted");
        folder.delete("parts/root/one.gz").await.expect("it may be gone");
        assert_eq!(folder.get("parts/root/one.gz").await.expect("it is gone"), None);
        assert_eq!(folder.written_at("parts/root/one.gz").await.expect("it is gone"), None);
        assert!(folder.list("nowhere").await.expect("it is empty").is_empty());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let place = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(&place.path().join("runs")).expect("the folder is made");
        folder.put_new("one.gz", Bytes::from_static(b"data")).await.expect("it is written");
        for (path, mode) in [(folder.0.clone(), 0o700), (folder.0.join("one.gz"), 0o600)] {
            let there = fs::metadata(&path).expect("it is there").permissions().mode();
            assert_eq!(there & 0o777, mode, "{}", path.display());
        }
    }

    #[tokio::test]
    async fn a_name_does_not_lead_out_of_the_folder() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(&place.path().join("runs")).expect("the folder is made");
        for path in ["../secret", "parts/../../secret", r"parts\..\secret", "C:/secret"] {
            let error = folder.get(path).await.expect_err("it is refused").to_string();
            assert!(error.contains("cannot be read"), "{error}");
        }
    }
}
