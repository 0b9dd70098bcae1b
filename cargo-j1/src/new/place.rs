//! The folder of a new project: it is made whole, or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::name::Name;
use super::rustfmt;
use crate::error::Error;

/// A file of a project, its path below the project's folder.
#[derive(Debug)]
pub struct File {
    /// Its path, with `/` between the parts.
    pub path: String,
    /// Its content.
    pub text: String,
}

/// A folder that does not exist yet.
#[derive(Debug)]
pub struct Place {
    folder: PathBuf,
}

impl Place {
    /// Returns the folder of a project: `NAME` here, or the folder asked for. One that exists takes the project as a folder of its
    /// own, as `cp -r` would.
    pub fn find(dir: Option<&Path>, name: &Name) -> Result<Self, Error> {
        let folder = match dir {
            None => PathBuf::from(name.as_str()),
            Some(dir) if dir.is_dir() => dir.join(name.as_str()),
            Some(dir) => dir.to_owned(),
        };
        let folder = std::path::absolute(&folder).map_err(|source| unwritable(&folder, source))?;
        // A link to nothing counts, too.
        match fs::symlink_metadata(&folder) {
            Ok(_) => Err(Error::Exists { path: folder }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self { folder }),
            Err(source) => Err(unwritable(&folder, source)),
        }
    }

    /// Returns the manifest of a workspace that the project would be inside of. Cargo refuses a package there that is not a member.
    pub fn outer_workspace(&self) -> Option<PathBuf> {
        let manifests = self.folder.ancestors().skip(1).map(|folder| folder.join("Cargo.toml"));
        manifests.filter(|path| path.is_file()).find(|path| {
            fs::read_to_string(path)
                .is_ok_and(|text| text.lines().any(|line| line.trim_start().starts_with("[workspace")))
        })
    }

    /// Writes the files aside, checks them, and moves them to their place together, so that nothing is there until all is right.
    /// `compiled` has the compiler check them, too. Returns the folder, and whether its documentation is written.
    pub fn fill(&self, files: &[File], compiled: bool) -> Result<(&Path, bool), Error> {
        let parent = self.folder.parent().unwrap_or(&self.folder);
        let missing = parent.ancestors().take_while(|folder| !folder.exists()).last().map(Path::to_owned);
        super::check::parses(files)?;
        let filled = self.fill_beside(parent, files, compiled);
        if filled.is_err()
            && let Some(missing) = missing
        {
            // Made by us a moment ago, and empty but for what could not be written.
            let _ = fs::remove_dir_all(missing);
        }
        filled.map(|documented| (self.folder.as_path(), documented))
    }

    fn fill_beside(&self, parent: &Path, files: &[File], compiled: bool) -> Result<bool, Error> {
        fs::create_dir_all(parent).map_err(|source| unwritable(parent, source))?;
        let aside = tempfile::Builder::new().prefix(".cargo-j1-new-").tempdir_in(parent);
        // Dropped with everything in it, unless it gets its name.
        let aside = aside.map_err(|source| unwritable(parent, source))?;
        let project = aside.path().join("project");
        for file in files {
            let path = file.path.split('/').fold(project.clone(), |path, part| path.join(part));
            let folder = path.parent().unwrap_or(&project);
            let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, &file.text));
            written.map_err(|source| unwritable(&self.folder.join(&file.path), source))?;
        }
        let rust =
            files.iter().filter(|file| Path::new(&file.path).extension().is_some_and(|end| end == "rs"));
        rustfmt::format(rust.map(|file| project.join(&file.path)));
        let binary = if compiled { super::check::compiles(&project, &self.folder)? } else { None };
        let documented = binary.is_some_and(|binary| super::check::document(&binary, &project));
        fs::rename(&project, &self.folder).map_err(|source| unwritable(&self.folder, source))?;
        if compiled {
            self.touch_tests(files);
        }
        Ok(documented)
    }

    /// Has cargo build the tests again: they hold the path of the folder that they were built in, and cargo takes them for fresh.
    fn touch_tests(&self, files: &[File]) {
        let now = std::time::SystemTime::now();
        let is_test = |file: &&File| {
            file.path.starts_with("tests/")
                && Path::new(&file.path).extension().is_some_and(|end| end == "rs")
        };
        for file in files.iter().filter(is_test) {
            let path = self.folder.join(&file.path);
            // A file system without times makes cargo build everything anyway.
            let _ = fs::File::options().append(true).open(path).and_then(|file| file.set_modified(now));
        }
    }
}

fn unwritable(path: &Path, source: io::Error) -> Error {
    Error::Unwritable { path: path.to_owned(), source }
}
