//! An OpenAPI document, and the files beside it that it refers to.
//!
//! References are JSON pointers (RFC 6901) in the fragment of a relative URL. All files are read before any reference
//! is followed. Only files in the document's own folder and below are read, and nothing is fetched over the network:
//! an untrusted document must not pull this machine's files into a project.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::infer::json::Json;
use crate::infer::text::parsed;

/// The longest chain of references that is followed.
const MOST_HOPS: usize = 32;
/// The most files that one document may consist of.
const MOST_FILES: usize = 5_000;

/// A value of the document, and the file it is in.
#[derive(Debug, Clone, Copy)]
pub struct At<'d> {
    /// The value.
    pub json: &'d Json,
    /// The index of its file.
    file: usize,
}

impl<'d> At<'d> {
    /// Returns a value of the same file.
    pub const fn with(self, json: &'d Json) -> Self {
        Self { json, file: self.file }
    }

    /// Returns the member of this name.
    pub fn get(self, name: &str) -> Option<Self> {
        self.json.get(name).map(|json| self.with(json))
    }

    /// Returns the items of a member that is an array.
    pub fn items(self, name: &str) -> impl Iterator<Item = Self> + use<'d> {
        self.json.get(name).map_or(&[][..], Json::items).iter().map(move |json| self.with(json))
    }

    /// Returns the members of a member that is an object.
    pub fn members(self, name: &str) -> impl Iterator<Item = (&'d str, Self)> + use<'d> {
        let members = self.json.get(name).map_or(&[][..], Json::members).iter();
        members.map(move |(name, json)| (name.as_str(), self.with(json)))
    }

    /// Returns the text of a member.
    pub fn text(self, name: &str) -> Option<&'d str> {
        self.json.text_of(name)
    }

    /// Returns `true` if a member is `true`.
    pub fn is(self, name: &str) -> bool {
        self.json.get(name) == Some(&Json::Bool(true))
    }

    /// Returns an identity for this value within the document.
    pub fn identity(self) -> usize {
        std::ptr::from_ref(self.json) as usize
    }
}

/// A reference that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dangling {
    /// The reference as the document writes it.
    pub reference: String,
    /// The reason, as the end of a sentence that begins with the reference.
    pub why: &'static str,
}

/// A document with all of its files.
#[derive(Debug)]
pub struct Document {
    /// The files, the document itself first; `None` for one that cannot be read.
    files: Vec<(PathBuf, Result<Json, &'static str>)>,
    /// The index of each file.
    index: HashMap<PathBuf, usize>,
}

impl Document {
    /// Reads the files that a document refers to.
    pub fn load(path: &Path, root: Json) -> Self {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let mut document = Self { index: HashMap::from([(path.clone(), 0)]), files: vec![(path, Ok(root))] };
        let mut at = 0;
        while at < document.files.len() {
            let (path, json) = &document.files[at];
            let mut named = Vec::new();
            if let Ok(json) = json {
                references(json, &mut named);
            }
            let wanted: Vec<_> = named.iter().map(|name| beside(path, name)).collect();
            for path in wanted {
                if !document.index.contains_key(&path) && document.files.len() < MOST_FILES {
                    document.index.insert(path.clone(), document.files.len());
                    let json = read(&path, &folder);
                    document.files.push((path, json));
                }
            }
            at += 1;
        }
        document
    }

    /// Returns the whole first file.
    pub fn root(&self) -> At<'_> {
        const NOTHING: &Json = &Json::Null;
        At { json: self.files[0].1.as_ref().unwrap_or(NOTHING), file: 0 }
    }

    /// Follows references until a value is not a reference.
    pub fn resolve<'d>(&'d self, at: At<'d>) -> Result<At<'d>, Dangling> {
        let mut at = at;
        let mut seen = HashSet::new();
        let mut why = "is more references long than are followed";
        for _ in 0..MOST_HOPS {
            let Some(reference) = at.text("$ref") else { return Ok(at) };
            if !seen.insert(at.identity()) {
                why = "leads back to itself";
                break;
            }
            at = self
                .target(at, reference)
                .map_err(|why| Dangling { reference: reference.to_owned(), why })?;
        }
        let reference = at.text("$ref").unwrap_or_default().to_owned();
        Err(Dangling { reference, why })
    }

    fn target<'d>(&'d self, from: At<'d>, reference: &str) -> Result<At<'d>, &'static str> {
        let (name, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let pointer = percent_decoded(fragment);
        let file = match name {
            "" => from.file,
            name if name.contains("://") => {
                return Err("is on another host; bundle the document into one file");
            }
            name => *self.index.get(&beside(&self.files[from.file].0, name)).ok_or(MISSING)?,
        };
        let json = self.files[file].1.as_ref().map_err(|why| *why)?;
        let json = json.pointer(&pointer).ok_or("is not in the document; is the file cut off?")?;
        Ok(At { json, file })
    }
}

const MISSING: &str =
    "is another file that is not there; keep the document's files together, or bundle them into one";

/// Collects the names of other files that a value refers to.
fn references<'j>(json: &'j Json, names: &mut Vec<&'j str>) {
    match json {
        Json::List(items) => items.iter().for_each(|item| references(item, names)),
        Json::Object(members) => {
            for (name, value) in members {
                let file =
                    value.text().filter(|_| name == "$ref").map(|text| text.split('#').next().unwrap_or(""));
                match file {
                    Some(file) if !file.is_empty() && !file.contains("://") => names.push(file),
                    Some(_) => {}
                    None => references(value, names),
                }
            }
        }
        _ => {}
    }
}

/// Returns the path of a file that another one names, without `.` and `..`.
fn beside(file: &Path, name: &str) -> PathBuf {
    let joined = file.parent().unwrap_or(Path::new("")).join(percent_decoded(name));
    let mut path = PathBuf::new();
    for part in joined.components() {
        match part {
            std::path::Component::ParentDir => {
                path.pop();
            }
            std::path::Component::CurDir => {}
            part => path.push(part),
        }
    }
    path
}

fn read(path: &Path, folder: &Path) -> Result<Json, &'static str> {
    let real = path.canonicalize().map_err(|_| MISSING)?;
    if !real.starts_with(folder) {
        return Err("is outside of the document's folder, and is not read");
    }
    let bytes = std::fs::read(&real).map_err(|_| MISSING)?;
    parsed(&real, &bytes).map_err(|_| "is another file that is neither JSON nor YAML")
}

/// Decodes percent-encoding, which bundlers use in the fragment of a reference.
fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match hex.filter(|_| bytes[at] == b'%') {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
