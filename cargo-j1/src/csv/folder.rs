//! The folder of the files: it is there whole, or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::error::Error;

/// A folder that is being filled, beside the place where it is to be.
#[derive(Debug)]
pub struct Folder {
    work: TempDir,
    place: PathBuf,
}

impl Folder {
    /// Begins a folder. At its place may be what this command has written before, and nothing else.
    pub fn beside(place: &Path) -> Result<Self, Error> {
        refuse_others(place)?;
        let place = std::path::absolute(place).map_err(|source| unwritable(place, source))?;
        let parent = place.parent().unwrap_or(&place);
        fs::create_dir_all(parent).map_err(|source| unwritable(parent, source))?;
        let work = tempfile::Builder::new().prefix(".j1-csv-").tempdir_in(parent);
        let work = work.map_err(|source| unwritable(parent, source))?;
        Ok(Self { work, place })
    }

    /// The folder that holds the files until they are whole.
    pub fn path(&self) -> &Path {
        self.work.path()
    }

    /// Puts the folder in its place. What was there is gone then, so that no file of a type that is no longer
    /// collected stays.
    pub fn put(self) -> Result<(), Error> {
        let old = self.work.path().with_extension("old");
        let had_one = self.place.exists();
        let moved = if had_one { fs::rename(&self.place, &old) } else { Ok(()) };
        moved.map_err(|source| unwritable(&self.place, source))?;
        let new = self.work.keep();
        if let Err(source) = fs::rename(&new, &self.place) {
            // As it was before; if that fails too, the error below names the place.
            let _ = fs::remove_dir_all(&new);
            let _ = fs::rename(&old, &self.place);
            return Err(unwritable(&self.place, source));
        }
        if had_one {
            fs::remove_dir_all(&old).map_err(|source| unwritable(&old, source))?;
        }
        Ok(())
    }
}

/// The name of a type's file, another than those that are taken.
pub fn name(ty: &str, taken: &[String]) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '_' };
    let stem: String = ty.chars().map(plain).collect();
    let first = format!("{stem}.csv");
    let mut more = (2..).map(|number| format!("{stem}-{number}.csv"));
    // Systems that do not tell capitals apart would overwrite the one with the other.
    let is_taken = |name: &String| taken.iter().any(|other| other.eq_ignore_ascii_case(name));
    if is_taken(&first) { more.find(|name| !is_taken(name)).unwrap_or(first) } else { first }
}

fn refuse_others(place: &Path) -> Result<(), Error> {
    let entries = match fs::read_dir(place) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(unwritable(place, source)),
    };
    for entry in entries {
        let path = entry.map_err(|source| unwritable(place, source))?.path();
        let ours = path.extension().is_some_and(|end| end == "csv") || path.ends_with(super::DATASETS);
        if !ours {
            return Err(Error::Occupied { path: place.to_owned(), found: path });
        }
    }
    Ok(())
}

fn unwritable(path: &Path, source: io::Error) -> Error {
    Error::Unwritable { path: path.to_owned(), source }
}
