//! The store as one process sees it: files in memory, whose reads and writes fail, get lost, and take their time.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use bytes::Bytes;
use j1_core::graph::BoxFuture;
use j1_core::{Error, Result};
use j1_runtime::testing::ShardBackend;

use crate::process::Process;
use crate::world::look;

/// The store of one process.
pub struct Files(pub Arc<Process>);

impl Files {
    /// Returns an error for some of the operations.
    fn broken(&self) -> Result<()> {
        let mut world = look(&self.0.world);
        let faults = world.faults / 4;
        if world.fault("brokenReads", faults) { Err(Error::other("the store is on holiday")) } else { Ok(()) }
    }
}

impl ShardBackend for Files {
    fn get<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Option<Bytes>>> {
        Box::pin(async move {
            self.0.moment("").await;
            self.broken()?;
            Ok(look(&self.0.world).files.get(path).cloned())
        })
    }

    fn put_new<'a>(&'a self, path: &'a str, bytes: Bytes) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            self.0.moment(path).await;
            self.broken()?;
            let written = {
                let mut world = look(&self.0.world);
                let faults = world.faults / 8;
                if world.files.contains_key(path) {
                    false
                } else {
                    // Acknowledged, and not there.
                    if !world.fault("lostWrites", faults) {
                        world.files.insert(path.to_owned(), bytes);
                    }
                    true
                }
            };
            self.0.log(|| format!("writes {path}: {written}"));
            if written {
                *self.0.last_write.lock().unwrap_or_else(PoisonError::into_inner) = Some(path.to_owned());
            }
            self.0.moment("").await;
            // The response may be lost.
            self.broken()?;
            Ok(written)
        })
    }

    fn list<'a>(&'a self, folder: &'a str) -> BoxFuture<'a, Result<Vec<String>>> {
        Box::pin(async move {
            self.0.moment("").await;
            self.broken()?;
            let world = look(&self.0.world);
            let below = world.files.keys().filter_map(|path| path.strip_prefix(folder)?.strip_prefix('/'));
            let names: BTreeSet<&str> = below.filter_map(|rest| rest.split('/').next()).collect();
            Ok(names.into_iter().map(str::to_owned).collect())
        })
    }

    fn delete<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.0.moment("").await;
            self.broken()?;
            look(&self.0.world).files.remove(path);
            Ok(())
        })
    }
}
