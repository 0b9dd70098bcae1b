//! Finds the recorded answer to a request.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use j1_core::{Error, Result, error::Kind};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use url::Url;

use crate::code;
use crate::http::{Incoming, Outgoing};
use crate::replay::ask::Ask;
use crate::replay::har::{Entry, Har, PostData};
use crate::replay::polly;

/// How many of the recordings that were not asked for are named; the others are counted.
const NAMED: usize = 20;

/// Vendor answers from HAR files: what `--record` wrote, what Polly.js wrote, or what a browser saved.
///
/// A request is answered by the recording of the same method, URL and body. The order of parameters and of the members of
/// a JSON body says nothing, and neither do headers. Where there are several recordings, they are given in their order, and
/// the last one again when they are used up: who asks twice what was recorded once gets the same answer.
pub struct Recordings {
    path: PathBuf,
    /// Whether any recording is of a body; if none is, bodies are not compared.
    bodies: bool,
    takes: Mutex<HashMap<Ask, Takes>>,
}

/// The recordings of one request.
struct Takes {
    answers: Vec<(u64, Incoming)>,
    next: usize,
}

/// Recordings that were not asked for.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Unused {
    /// Some of them.
    pub named: Vec<String>,
    /// How many there are beyond those.
    pub more: usize,
}

impl Recordings {
    /// Reads a HAR file, or every `.har` file below a folder.
    ///
    /// # Errors
    /// `J1-R1102` when there is none, or one cannot be read.
    pub fn load(path: &Path) -> Result<Self> {
        let files = files(path)?;
        if files.is_empty() {
            return Err(bad(path, "holds no `.har` file"));
        }
        let mut all = Self { path: path.to_owned(), bodies: false, takes: Mutex::default() };
        for file in files {
            let text = std::fs::read(&file).map_err(|e| bad(&file, "cannot be read").caused_by(e))?;
            let har: Har =
                serde_json::from_slice(&text).map_err(|e| bad(&file, "is no HAR recording").caused_by(e))?;
            for entry in har.log.entries {
                all.add(&file, &entry)?;
            }
        }
        for takes in all.takes().values_mut() {
            // Polly numbers what is alike; who does not writes all as 0, and the order stays as it is.
            takes.answers.sort_by_key(|(order, _)| *order);
        }
        Ok(all)
    }

    fn add(&mut self, file: &Path, entry: &Entry) -> Result<()> {
        let url = Url::parse(&entry.request.url).map_err(|e| {
            bad(file, &format!("has a request to `{}`, no URL", entry.request.url)).caused_by(e)
        })?;
        let body = entry.request.post_data.as_ref().map(posted).unwrap_or_default();
        self.bodies |= !body.is_empty();
        let ask = Ask::new(&entry.request.method, &url, body.as_bytes());
        let answer = answer(file, entry)?;
        let mut all = self.takes();
        let takes = all.entry(ask).or_insert_with(|| Takes { answers: Vec::new(), next: 0 });
        takes.answers.push((entry.order, answer));
        Ok(())
    }

    /// The recorded answer.
    ///
    /// # Errors
    /// `J1-R1101` when there is none.
    pub(crate) fn answer(&self, request: &Outgoing) -> Result<Incoming> {
        let body: &[u8] = if self.bodies { &request.body } else { &[] };
        let ask = Ask::new(request.method.as_str(), &request.url, body);
        let mut takes = self.takes();
        let found = if takes.contains_key(&ask) { Some(ask.clone()) } else { covering(&takes, &ask) };
        let Some(takes) = found.and_then(|found| takes.get_mut(&found)) else {
            return Err(self.none(&takes, &ask));
        };
        let take = takes.next.min(takes.answers.len() - 1);
        takes.next += 1;
        Ok(takes.answers[take].1.clone())
    }

    /// The recordings that nobody has asked for.
    pub(crate) fn unused(&self) -> Unused {
        let mut named = Vec::new();
        for (ask, takes) in self.takes().iter() {
            let left = takes.answers.len().saturating_sub(takes.next);
            if left > 0 {
                let times = if left > 1 { format!(" ({left} times)") } else { String::new() };
                named.push(format!("{ask}{times}"));
            }
        }
        named.sort_unstable();
        let more = named.len().saturating_sub(NAMED);
        named.truncate(NAMED);
        Unused { named, more }
    }

    fn none(&self, takes: &HashMap<Ask, Takes>, ask: &Ask) -> Error {
        const SHOWN: usize = 3;
        let mut near: Vec<(usize, &Ask)> = takes.keys().map(|other| (other.likeness(ask), other)).collect();
        near.sort_by_key(|(likeness, other)| (std::cmp::Reverse(*likeness), other.to_string()));
        let near: Vec<String> = near
            .iter()
            .take(SHOWN)
            .map(|(_, other)| format!("`{other}` ({})", other.difference(ask)))
            .collect();
        let message = format!(
            "`{ask}` has no recording in {}; the nearest are {}; record it with `--record DIR`, or ask for what was \
             recorded",
            self.path.display(),
            near.join(", ")
        );
        Error::new(Kind::Vendor, code::NO_RECORDING, message)
    }

    fn takes(&self) -> MutexGuard<'_, HashMap<Ask, Takes>> {
        self.takes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The recording that may be of this request: one in which something was taken out as a secret, or one of another host, if
/// there is just one such: the address of the vendor is often another one for each customer.
fn covering(takes: &HashMap<Ask, Takes>, ask: &Ask) -> Option<Ask> {
    let all: Vec<&Ask> = takes.keys().filter(|recorded| recorded.covers(ask)).collect();
    let here: Vec<&&Ask> = all.iter().filter(|recorded| recorded.origin == ask.origin).collect();
    match (here.as_slice(), all.as_slice()) {
        ([only], _) => Some((**only).clone()),
        ([], [only]) => Some((*only).clone()),
        _ => None,
    }
}

fn bad(path: &Path, what: &str) -> Error {
    Error::new(Kind::Config, code::BAD_RECORDING, format!("{} {what}", path.display()))
}

/// Every `.har` file below a folder, in order; a file is taken whatever its name.
pub(super) fn files(path: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    find(path, &mut files)?;
    files.sort();
    Ok(files)
}

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

/// The body of a recorded request: as text, or as the fields of a form.
fn posted(data: &PostData) -> String {
    if let Some(text) = data.text.as_ref().filter(|text| !text.is_empty()) {
        return text.clone();
    }
    let fields = data.params.iter().map(|field| (&field.name, &field.value));
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

fn answer(file: &Path, entry: &Entry) -> Result<Incoming> {
    let body = polly::body(&entry.response)
        .map_err(|what| bad(file, &format!("has an answer from `{}` that {what}", entry.request.url)))?;
    let mut headers = HeaderMap::new();
    for header in &entry.response.headers {
        // The body is decoded already, and a name or value that HTTP does not carry cannot have been in an answer.
        let (name, value) = (header.name.parse::<HeaderName>(), header.value.parse::<HeaderValue>());
        if let (Ok(name), Ok(value)) = (name, value)
            && !["content-encoding", "content-length", "transfer-encoding"].contains(&name.as_str())
        {
            headers.append(name, value);
        }
    }
    Ok(Incoming { status: entry.response.status, headers, body: body.into() })
}

#[cfg(test)]
mod tests {
    use reqwest::Method;
    use serde_json::{Value, json};

    use super::*;

    fn recorded(method: &str, url: &str, body: Option<&str>, answer: &str, order: u64) -> Value {
        let post = body.map(|text| json!({ "mimeType": "application/json", "params": [], "text": text }));
        json!({
            "_id": "0123456789abcdef0123456789abcdef",
            "_order": order,
            "request": { "method": method, "url": url, "headers": [], "cookies": [], "postData": post },
            "response": { "status": 200, "headers": [], "cookies": [], "content": { "text": answer } },
        })
    }

    /// Recordings as Polly.js lays them out: a folder for each test, with a hash in its name.
    fn recordings(entries: &[Value]) -> (tempfile::TempDir, Recordings) {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("__recordings__/fetch-users_2717033425");
        std::fs::create_dir_all(&inner).expect("a folder");
        let har = json!({ "log": { "_recordingName": "a", "creator": { "name": "Polly.JS", "version": "6.0.5" },
            "entries": entries, "pages": [], "version": "1.2" } });
        std::fs::write(inner.join("recording.har"), har.to_string()).expect("it is written");
        let recordings = Recordings::load(folder.path()).expect("recordings");
        (folder, recordings)
    }

    fn ask(recordings: &Recordings, method: &str, url: &str, body: &str) -> Result<String> {
        let request = Outgoing {
            method: method.parse::<Method>().expect("a method"),
            url: url.parse().expect("a URL"),
            headers: HeaderMap::new(),
            body: body.to_owned().into(),
        };
        recordings.answer(&request).map(|answer| String::from_utf8_lossy(&answer.body).into_owned())
    }

    #[test]
    fn answers_come_in_the_order_that_polly_numbers_and_the_last_one_stays() {
        let url = "https://h.example/a?x=1&y=2";
        let (_folder, all) = recordings(&[
            recorded("GET", url, None, "second", 1),
            recorded("GET", url, None, "first", 0),
            recorded("GET", "https://h.example/unasked", None, "", 0),
        ]);
        let asked: Vec<String> =
            (0..3).map(|_| ask(&all, "get", "https://h.example/a?y=2&x=1", "").expect("an answer")).collect();
        assert_eq!(asked, ["first", "second", "second"]);
        assert_eq!(all.unused().named, ["GET https://h.example/unasked"]);
    }

    #[test]
    fn bodies_tell_requests_apart_unless_none_was_recorded() {
        let url = "https://h.example/graphql";
        let (_folder, all) = recordings(&[
            recorded("POST", url, Some(r#"{"query":"users","n":1}"#), "users", 0),
            recorded("POST", url, Some(r#"{"query":"groups","n":1}"#), "groups", 0),
        ]);
        let asked = ask(&all, "POST", url, r#"{ "n": 1, "query": "groups" }"#);
        assert_eq!(asked.expect("an answer"), "groups");
        let error = ask(&all, "POST", url, r#"{"query":"apps","n":1}"#).expect_err("nobody recorded it");
        assert_eq!(error.code(), code::NO_RECORDING);
        assert!(error.message().contains("`POST https://h.example/graphql` (another body)"), "{error}");

        let (_folder, all) = recordings(&[recorded("POST", url, None, "anything", 0)]);
        assert_eq!(ask(&all, "POST", url, r#"{"query":"apps"}"#).expect("an answer"), "anything");
    }

    #[test]
    fn a_request_without_a_recording_is_told_what_is_nearest_and_how_it_differs() {
        let (_folder, all) = recordings(&[
            recorded("GET", "https://h.example/api/users?limit=100&skip=0", None, "[]", 0),
            recorded("GET", "https://h.example/other", None, "[]", 0),
        ]);
        let error = ask(&all, "GET", "https://h.example/api/users?limit=100&skip=100", "")
            .expect_err("it is not there");
        let text = error.message();
        assert!(
            text.starts_with("`GET https://h.example/api/users?limit=100&skip=100` has no recording in"),
            "{text}"
        );
        assert!(
            text.contains(
                "the nearest are `GET https://h.example/api/users?limit=100&skip=0` (its `skip` is `0`)"
            ),
            "{text}"
        );
        // Another customer's address, and the only recording that is alike.
        let other = ask(&all, "GET", "https://acme.example/api/users?skip=0&limit=100", "");
        assert_eq!(other.expect("an answer"), "[]");
    }
}
