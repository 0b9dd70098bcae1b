//! Finds the recorded answer to a request.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use j1_core::{Error, Result, error::Kind};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::code;
use crate::http::Incoming;
use crate::replay::har::{Entry, Har};

/// Vendor answers from HAR files.
///
/// A request is answered by the recording of the same method and URL. Where there are several, they are given in
/// their order, and the last one again when they are used up.
pub struct Recordings {
    path: PathBuf,
    answers: Mutex<HashMap<(String, String), Takes>>,
}

struct Takes {
    answers: Vec<Incoming>,
    next: usize,
}

impl Recordings {
    /// Reads a HAR file, or every `.har` file below a folder.
    ///
    /// # Errors
    /// `J1-R1102` when there is none, or one cannot be read.
    pub fn load(path: &Path) -> Result<Self> {
        let mut files = Vec::new();
        find(path, &mut files)?;
        files.sort();
        if files.is_empty() {
            return Err(bad(path, "holds no `.har` file"));
        }
        let mut answers: HashMap<(String, String), Takes> = HashMap::new();
        for file in files {
            let text = std::fs::read(&file).map_err(|e| bad(&file, "cannot be read").caused_by(e))?;
            let har: Har =
                serde_json::from_slice(&text).map_err(|e| bad(&file, "is no HAR recording").caused_by(e))?;
            for entry in har.log.entries {
                let url = Url::parse(&entry.request.url).map_err(|e| {
                    bad(&file, &format!("has a request to `{}`, no URL", entry.request.url)).caused_by(e)
                })?;
                let key = (entry.request.method.to_uppercase(), url.into());
                let takes = answers.entry(key).or_insert_with(|| Takes { answers: Vec::new(), next: 0 });
                takes.answers.push(answer(&file, entry)?);
            }
        }
        Ok(Self { path: path.to_owned(), answers: Mutex::new(answers) })
    }

    /// The recorded answer.
    ///
    /// # Errors
    /// `J1-R1101` when there is none.
    pub(crate) fn answer(&self, method: &str, url: &Url) -> Result<Incoming> {
        let mut answers = self.answers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let Some(takes) = answers.get_mut(&(method.to_uppercase(), url.as_str().to_owned())) else {
            let message = format!(
                "`{method} {url}` has no recording in {}; add one, or ask for what was recorded",
                self.path.display()
            );
            return Err(Error::new(Kind::Vendor, code::NO_RECORDING, message));
        };
        let take = takes.next.min(takes.answers.len() - 1);
        takes.next += 1;
        Ok(takes.answers[take].clone())
    }
}

fn bad(path: &Path, what: &str) -> Error {
    Error::new(Kind::Config, code::BAD_RECORDING, format!("{} {what}", path.display()))
}

/// Every `.har` file below a folder; a file is taken whatever its name.
fn find(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    let folder = std::fs::read_dir(path).map_err(|e| bad(path, "cannot be read").caused_by(e))?;
    for entry in folder {
        let entry = entry.map_err(|e| bad(path, "cannot be read").caused_by(e))?.path();
        if entry.is_dir() || entry.extension().is_some_and(|end| end == "har") {
            find(&entry, files)?;
        }
    }
    Ok(())
}

fn answer(file: &Path, entry: Entry) -> Result<Incoming> {
    let text = entry.response.content.text.unwrap_or_default();
    let body = match entry.response.content.encoding.as_deref() {
        Some("base64") => STANDARD.decode(text.as_bytes()).map_err(|e| {
            bad(file, &format!("has an answer from `{}` that is no base64", entry.request.url)).caused_by(e)
        })?,
        _ => text.into_bytes(),
    };
    let mut headers = HeaderMap::new();
    for header in &entry.response.headers {
        // A name or value that HTTP does not carry cannot have been in an answer; the rest still was.
        if let (Ok(name), Ok(value)) =
            (header.name.parse::<HeaderName>(), header.value.parse::<HeaderValue>())
        {
            headers.append(name, value);
        }
    }
    Ok(Incoming { status: entry.response.status, headers, body: body.into() })
}
