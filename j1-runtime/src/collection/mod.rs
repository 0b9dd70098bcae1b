//! The official layout on disk, which the official `sync` and `visualize` read.
//!
//! ```text
//! graph/<step>/entities/<uuid>.json         {"entities":[…]}       one _type a file, at most 500 objects
//! graph/<step>/relationships/<uuid>.json    {"relationships":[…]}
//! summary.json
//! ```
//!
//! It is written to a temporary folder and moved when it is complete, so that readers never see a part of it.

pub(crate) mod frames;
pub(crate) mod part;
pub(crate) mod private;
mod read;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use j1_core::error::Kind;
use j1_core::graph::ObjectKind;
use j1_core::{Error, Result};

pub(crate) use part::PartWriter;
pub(crate) use read::{Collection, GraphText, Stored};

use crate::jupiterone::Batch;
use crate::{code, disk};

/// Objects in one file, as the official SDK writes them.
const FILE_OBJECTS: usize = 500;

/// Writes what is collected.
pub(crate) struct Writer {
    /// The final folder.
    out: PathBuf,
    /// The temporary folder, removed if the writer is dropped before it is done.
    work: tempfile::TempDir,
    open: Mutex<BTreeMap<FileKey, OpenFile>>,
}

type FileKey = (String, &'static str, String);

#[derive(Default)]
struct OpenFile {
    bytes: Vec<u8>,
    count: usize,
}

impl Writer {
    pub fn new(out: &Path) -> Result<Self> {
        refuse_others(out)?;
        let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        private::create_dir_all(parent).map_err(|e| unwritable(parent, e))?;
        let work = private::tempdir_in(parent, ".j1-collect-").map_err(|e| unwritable(parent, e))?;
        private::create_dir_all(&work.path().join("graph")).map_err(|e| unwritable(work.path(), e))?;
        Ok(Self { out: out.to_owned(), work, open: Mutex::default() })
    }

    /// Takes a batch of a step's objects.
    pub fn take(&self, step: &str, kind: ObjectKind, batch: &Batch) -> Result<()> {
        let member = member(kind);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        for (ty, json) in batch.objects() {
            let key = (step.to_owned(), member, ty.to_string());
            let file = open.entry(key.clone()).or_default();
            file.bytes.extend_from_slice(if file.count == 0 { b"" } else { b"," });
            file.bytes.extend_from_slice(json);
            file.count += 1;
            if file.count == FILE_OBJECTS {
                let full = std::mem::take(file);
                self.write(&key, &full)?;
            }
        }
        Ok(())
    }

    /// Writes what is left, and moves everything to the final folder.
    pub fn finish(self, summary: &serde_json::Value) -> Result<PathBuf> {
        let open = std::mem::take(&mut *self.open.lock().unwrap_or_else(PoisonError::into_inner));
        for (key, file) in open.iter().filter(|(_, file)| file.count > 0) {
            self.write(key, file)?;
        }
        let path = self.work.path().join("summary.json");
        private::write(&path, summary.to_string()).map_err(|e| unwritable(&path, e))?;
        replace(&self.work.keep(), &self.out)?;
        Ok(self.out)
    }

    fn write(&self, (step, member, _): &FileKey, file: &OpenFile) -> Result<()> {
        let folder = self.work.path().join("graph").join(step).join(member);
        private::create_dir_all(&folder).map_err(|e| unwritable(&folder, e))?;
        let path = folder.join(format!("{}.json", uuid::Uuid::new_v4()));
        let bytes = [format!("{{\"{member}\":[").as_bytes(), &file.bytes, b"]}"].concat();
        private::write(&path, bytes).map_err(|e| unwritable(&path, e))
    }
}

const fn member(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Entity => "entities",
        ObjectKind::Relationship => "relationships",
    }
}

/// Refuses to replace a folder that holds anything but a collection.
fn refuse_others(out: &Path) -> Result<()> {
    let Ok(entries) = fs::read_dir(out) else {
        return if out.exists() { Err(not_ours(out, out)) } else { Ok(()) };
    };
    for entry in entries {
        let path = entry.map_err(|e| unwritable(out, e))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if !["graph", "index", "summary.json", "index.html", "types-graph", "key-tracker.db"].contains(&name)
        {
            return Err(not_ours(out, &path));
        }
    }
    Ok(())
}

fn not_ours(out: &Path, found: &Path) -> Error {
    let message = format!(
        "{} holds {}, which is not part of a collection and would be replaced; name another folder with `--out`",
        out.display(),
        found.display()
    );
    Error::new(Kind::Config, code::DISK, message)
}

/// Replaces a folder by another; the old one is kept until the new one is in place.
fn replace(new: &Path, place: &Path) -> Result<()> {
    let aside = new.with_extension("old");
    let had_one = place.exists();
    if had_one {
        disk::rename(place, &aside).map_err(|e| unwritable(place, e))?;
    }
    if let Err(error) = disk::rename(new, place) {
        if had_one {
            disk::rename(&aside, place).map_err(|e| unwritable(place, e))?;
        }
        return Err(unwritable(place, error));
    }
    if had_one && let Err(error) = fs::remove_dir_all(&aside) {
        tracing::warn!("the collection before this one is still in {}: {error}", aside.display());
    }
    Ok(())
}

fn unwritable(path: &Path, error: std::io::Error) -> Error {
    Error::new(Kind::Other, code::DISK, format!("{} cannot be written", path.display())).caused_by(error)
}
