//! The files of a folder.

use std::path::{Path, PathBuf};

use crate::error::Error;

/// Folders without sources.
const PASSED: [&str; 5] = ["node_modules", ".git", "dist", "work", "coverage"];
/// The depth to which folders are read.
const DEEPEST: usize = 24;

/// Returns the files below a folder whose names end so, sorted. Links are not followed.
pub fn below(folder: &Path, ends: &[&str]) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    let mut folders = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let unreadable = |source| Error::File { path: folder.clone(), source };
        for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let (path, kind) = (entry.path(), entry.file_type().map_err(unreadable)?);
            let passed = PASSED.iter().any(|name| entry.file_name() == *name);
            if kind.is_dir() && !passed && depth < DEEPEST {
                folders.push((path, depth + 1));
            } else if kind.is_file() && path.extension().is_some_and(|own| ends.iter().any(|end| own == *end))
            {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
