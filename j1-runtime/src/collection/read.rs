//! Reads a collection in the official layout, ours or the official SDK's, a file at a time.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
#[cfg(feature = "brotli")]
use std::io::Read as _;
use std::path::{Path, PathBuf};

#[cfg(feature = "brotli")]
use brotli_decompressor::Decompressor;
use j1_core::describe::layout::{self, Contents, GraphFile, NO_GRAPH_FILE};
use j1_core::error::Kind;
use j1_core::graph::ObjectKind;
use j1_core::{Error, Result};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::code;
use crate::disk;

/// The largest file of a collection once it is decompressed, in bytes: a file has at most 500 objects.
#[cfg(feature = "brotli")]
const LARGEST_FILE: u64 = 512 * 1024 * 1024;

/// A complete collection on disk.
#[derive(Debug)]
pub(crate) struct Collection {
    files: Vec<PathBuf>,
    /// The contents that the collection declares.
    pub contents: Contents,
}

/// An object of a collection, unread.
#[derive(Deserialize)]
pub(crate) struct Stored<'j> {
    #[serde(rename = "_key")]
    pub key: String,
    #[serde(rename = "_type")]
    pub ty: String,
    #[serde(rename = "_rawData", borrow)]
    pub raw_data: Option<&'j RawValue>,
}

impl Stored<'_> {
    /// The object without its raw data; `json` is what it was read from.
    ///
    /// # Errors
    /// None for what was read as an object.
    pub fn without_raw_data<'j>(&self, json: &'j str) -> Result<Cow<'j, str>> {
        if self.raw_data.is_none() {
            return Ok(json.into());
        }
        let mut members: BTreeMap<String, &RawValue> = serde_json::from_str(json)?;
        members.remove("_rawData");
        Ok(serde_json::to_string(&members)?.into())
    }
}

impl Collection {
    /// Opens a collection. One without its `summary.json` was not finished.
    ///
    /// # Errors
    /// When it is not whole, or not what it should be.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(layout::SUMMARY);
        let bytes = disk::read(&path).map_err(|error| {
            let why = "the `collect` that was to write it did not end, or wrote elsewhere; collect again, or name the \
                       folder with `--from`";
            wrong(&path, why).caused_by(error)
        })?;
        let text = text(&path, bytes)?;
        let contents = Contents::read(&text)
            .map_err(|error| wrong(&path, "it does not say what was read in full").caused_by(error))?;
        let mut files = Vec::new();
        let graph = folder.join(layout::GRAPH);
        if graph.exists() {
            walk(&graph, &mut files)?;
        }
        // Entities first, so that no relationship overtakes its ends; the order is the same every time.
        files.sort_unstable_by_key(|file| (is_of_relationships(file), file.clone()));
        Ok(Self { files, contents })
    }

    /// Calls `take` with every object: its kind, its JSON, and its parsed header.
    ///
    /// # Errors
    /// When a file cannot be read, or there are fewer objects than were written; or what `take` says.
    pub fn each(
        &self,
        mut take: impl FnMut(ObjectKind, &str, Stored<'_>) -> Result<()>,
    ) -> Result<BTreeMap<String, u64>> {
        let mut counts = BTreeMap::new();
        for path in &self.files {
            let file = GraphText::read(path)?;
            file.each(&mut |kind, json, object| {
                *counts.entry(object.ty.clone()).or_default() += 1;
                take(kind, json, object)
            })?;
        }
        self.check(&counts)?;
        Ok(counts)
    }

    /// The files, entities first.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Checks that every object that was written is still there.
    ///
    /// # Errors
    /// When something is.
    pub fn check(&self, counts: &BTreeMap<String, u64>) -> Result<()> {
        let Some(lacking) = self.contents.lacking(counts) else { return Ok(()) };
        Err(Error::new(Kind::Config, code::COLLECTION, lacking.to_string()))
    }
}

/// One file of a collection.
pub(crate) struct GraphText<'p> {
    path: &'p Path,
    text: String,
}

impl<'p> GraphText<'p> {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(path: &'p Path) -> Result<Self> {
        let bytes = disk::read(path).map_err(|error| wrong(path, "it cannot be read").caused_by(error))?;
        Ok(Self { path, text: text(path, bytes)? })
    }

    /// Calls `take` with every object.
    ///
    /// # Errors
    /// When the file is not what it should be; or what `take` says.
    pub fn each(&self, take: &mut dyn FnMut(ObjectKind, &str, Stored<'_>) -> Result<()>) -> Result<()> {
        let file = GraphFile::read(self.text.trim_start_matches('\u{feff}'))
            .map_err(|_| wrong(self.path, NO_GRAPH_FILE))?;
        for (kind, json) in file.objects() {
            let object = serde_json::from_str(json.get()).map_err(|_| wrong(self.path, NO_GRAPH_FILE))?;
            take(kind, json.get(), object)?;
        }
        Ok(())
    }
}

/// The text of a file of a collection.
fn text(path: &Path, bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).or_else(|binary| {
        // The official SDK writes Brotli with `INTEGRATION_FILE_COMPRESSION_ENABLED`, under the same names.
        decompressed(binary.as_bytes()).map_err(|error| wrong(path, NO_TEXT).caused_by(error))
    })
}

#[cfg(feature = "brotli")]
const NO_TEXT: &str = "it is neither text nor compressed with Brotli";
#[cfg(not(feature = "brotli"))]
const NO_TEXT: &str = "it is no text; what the official SDK compressed, with `INTEGRATION_FILE_COMPRESSION_ENABLED`, is read by \
                       an integration that is built with the feature `brotli` of `j1`";

/// Not every integration carries the dictionary of Brotli, which is a fiftieth of it, for what few collections need.
#[cfg(not(feature = "brotli"))]
fn decompressed(_: &[u8]) -> std::io::Result<String> {
    Err(std::io::Error::other("it is not UTF-8"))
}

/// Decompresses Brotli, up to [`LARGEST_FILE`].
#[cfg(feature = "brotli")]
fn decompressed(bytes: &[u8]) -> std::io::Result<String> {
    let mut text = String::new();
    let limit = LARGEST_FILE + 1;
    Decompressor::new(bytes, 4096).take(limit).read_to_string(&mut text)?;
    if text.len() as u64 >= limit {
        return Err(std::io::Error::other("it is larger than 512 MiB"));
    }
    Ok(text)
}

fn is_of_relationships(file: &Path) -> bool {
    file.parent().and_then(Path::file_name).is_some_and(|folder| folder == "relationships")
}

/// Every `.json` file below a folder. A link to a folder may lead back to one above it, so it is refused.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let unreadable = |error| wrong(folder, "it cannot be read").caused_by(error);
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() && path.is_symlink() {
            return Err(wrong(&path, "it is a symbolic link to a folder; put the folder itself there"));
        }
        if path.is_dir() {
            walk(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    Ok(())
}

fn wrong(path: &Path, why: &str) -> Error {
    let message = format!("{} is not part of a complete collection: {why}", path.display());
    Error::new(Kind::Config, code::COLLECTION, message)
}
