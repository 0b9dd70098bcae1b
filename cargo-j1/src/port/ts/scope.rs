//! The files of an integration together: names lead from one file to another, and constants have values.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use super::source::Source;
use super::syntax::{Expr, Function};
use crate::error::Error;
use crate::port::files;

/// A value that a constant expression has.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Literal>),
    Object(Vec<(String, Literal)>),
}

impl Literal {
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub fn get(&self, name: &str) -> Option<&Self> {
        if let Self::Object(members) = self {
            members.iter().rev().find(|(own, _)| own == name).map(|(_, value)| value)
        } else {
            None
        }
    }

    pub fn items(&self) -> &[Self] {
        if let Self::List(items) = self { items } else { std::slice::from_ref(self) }
    }
}

/// The files of an integration, by their paths.
#[derive(Debug, Default)]
pub struct Tree {
    files: BTreeMap<PathBuf, Source>,
}

/// The depth to which names are followed.
pub(super) const DEEPEST: usize = 24;
/// The most files that are asked for one name, each of which may lead to the next.
const MOST_FILES: usize = 500;
/// The largest file that is read, in bytes; generated clients of APIs are larger, and say nothing about the graph.
const LARGEST: u64 = 2 << 20;

impl Tree {
    /// Reads the `.ts` files below a folder, without tests.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let mut tree = Self::default();
        for path in files::below(folder, &["ts"])? {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let is_test = name.ends_with(".test.ts")
                || name.ends_with(".d.ts")
                || path.components().any(|part| part.as_os_str() == "test");
            let large = std::fs::metadata(&path).is_ok_and(|data| data.len() > LARGEST);
            if !is_test && !large {
                let bytes =
                    std::fs::read(&path).map_err(|source| Error::File { path: path.clone(), source })?;
                tree.files.insert(path, Source::read(String::from_utf8_lossy(&bytes).into_owned()));
            }
        }
        Ok(tree)
    }

    pub fn files(&self) -> impl Iterator<Item = (&Path, &Source)> {
        self.files.iter().map(|(path, source)| (path.as_path(), source))
    }

    pub fn source(&self, file: &Path) -> Option<&Source> {
        self.files.get(file)
    }

    /// Returns the expression that a constant of a file is.
    pub fn constant(&self, file: &Path, name: &str) -> Option<&Expr> {
        self.files.get(file)?.constants.get(name)
    }

    /// Returns the function of this name, as a file sees it, and the file that has it.
    pub fn function(&self, file: &Path, name: &str) -> Option<(&Path, &Function)> {
        let (file, name) = self.place(file, name)?;
        let (path, source) = self.files.get_key_value(file)?;
        source.functions.get(name).map(|function| (path.as_path(), function))
    }

    /// Returns `true` if a file imports this name.
    pub fn imports(&self, file: &Path, name: &str) -> bool {
        self.files.get(file).is_some_and(|source| source.imports.contains_key(name))
    }

    /// Returns the file that declares a name which another file uses, and the name there.
    pub fn place<'n>(&'n self, file: &Path, name: &'n str) -> Option<(&'n Path, &'n str)> {
        self.place_in(file, name, &mut BTreeSet::new())
    }

    /// As [`Tree::place`]. `seen` are the files that were asked for a name: those that export each other are asked once.
    fn place_in<'n>(
        &'n self,
        file: &Path,
        name: &'n str,
        seen: &mut BTreeSet<(&'n Path, &'n str)>,
    ) -> Option<(&'n Path, &'n str)> {
        let (path, source) = self.files.get_key_value(file)?;
        if source.constants.contains_key(name) || source.functions.contains_key(name) {
            return Some((path, name));
        }
        if seen.len() > MOST_FILES || !seen.insert((path, name)) {
            return None;
        }
        if let Some(imported) = source.imports.get(name) {
            let module = self.module(file, &imported.module)?;
            return self.place_in(module, &imported.name, seen);
        }
        source.exports.iter().find_map(|module| self.place_in(self.module(file, module)?, name, seen))
    }

    /// Returns the file of a module that another file names.
    fn module(&self, file: &Path, module: &str) -> Option<&Path> {
        let mut path = if module.starts_with('.') {
            file.parent()?.to_owned()
        } else {
            // `src/steps/constants`, from the folder of the package.
            let source =
                file.ancestors().find(|folder| folder.file_name().is_some_and(|name| name == "src"))?;
            source.parent()?.to_owned()
        };
        for part in Path::new(module).components() {
            match part {
                Component::ParentDir => {
                    path.pop();
                }
                Component::Normal(part) => path.push(part),
                _ => {}
            }
        }
        let with = |end: &str| PathBuf::from(format!("{}{end}", path.display()));
        let candidates = [with(".ts"), path.join("index.ts")];
        candidates.iter().find_map(|path| self.files.get_key_value(path)).map(|(path, _)| path.as_path())
    }
}
