//! Finds the recorded response to a request.
//!
//! One [`Recordings`] is shared by all requests of a run. Its lock covers the choice of a recording and the note that it
//! was given, so that two equal requests get two recordings.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use j1_core::validate::without_byte_order_mark;
use j1_core::{Error, Result, error::Kind};
use j1_har::RecordedBody;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use url::Url;

use crate::code;
use crate::disk;
use crate::provider::transport::{Http, Incoming, MAX_RESPONSE_BYTES, Outgoing, Replay};
use crate::recordings::config::RecordedConfig;
use crate::recordings::replay::ask::Ask;
use crate::recordings::replay::har::{Entry, Har, Pair, PostData};

/// The number of unused recordings that are named; the others are counted.
const NAMED: usize = 20;

/// The provider's responses from HAR files that `--record`, Polly.js or a browser wrote.
///
/// A request is answered by the recording of the same method, URL and body. The order of parameters and of the members
/// of a JSON body does not matter, and neither do headers, except those in which the recordings of one request differ,
/// such as one that names a tenant. Several recordings of a request are given in their order, and the last one again
/// when they are used up, so a request that is made twice and was recorded once gets the same response twice.
pub struct Recordings {
    path: PathBuf,
    /// `true` if any recording has a request body. Otherwise bodies are not compared.
    bodies: bool,
    takes: Mutex<HashMap<Ask, Takes>>,
    config: RecordedConfig,
}

/// The recordings of one request.
type Takes = Vec<Take>;

/// One recording of a request.
struct Take {
    order: u64,
    /// The headers of the request.
    headers: HeaderMap,
    answer: Incoming,
    given: bool,
}

/// Recordings that no request used.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Unused {
    /// Some of them.
    pub named: Vec<String>,
    /// The number of further ones.
    pub more: usize,
}

impl Recordings {
    /// Reads a HAR file, or every `.har` file below a folder.
    ///
    /// # Errors
    /// `J1-R1102` when there are no recordings, or one cannot be read.
    pub fn load(path: &Path) -> Result<Self> {
        let files = files(path)?;
        if files.is_empty() {
            return Err(bad(path, "holds no `.har` file"));
        }
        let config = RecordedConfig::beside(path)?;
        let mut all = Self { path: path.to_owned(), bodies: false, takes: Mutex::default(), config };
        for file in files {
            let text = disk::read(&file).map_err(|e| bad(&file, "cannot be read").caused_by(e))?;
            let har: Har = serde_json::from_slice(without_byte_order_mark(&text))
                .map_err(|e| bad(&file, "is not a HAR recording").caused_by(e))?;
            for entry in har.log.entries {
                all.add(&file, &entry)?;
            }
        }
        for takes in all.takes().values_mut() {
            // Polly numbers equal requests. Without numbers all have 0, and this stable sort keeps their order.
            takes.sort_by_key(|take| take.order);
        }
        Ok(all)
    }

    /// The configuration that the recordings were made with, as far as it is known.
    pub(crate) fn config(&self) -> &RecordedConfig {
        &self.config
    }

    fn add(&mut self, file: &Path, entry: &Entry) -> Result<()> {
        let url = Url::parse(&entry.request.url).map_err(|e| {
            bad(file, &format!("has a request to `{}`, which is not a URL", entry.request.url)).caused_by(e)
        })?;
        let body = entry.request.post_data.as_ref().map(posted).unwrap_or_default();
        self.bodies |= !body.is_empty();
        let ask = Ask::new(&entry.request.method, &url, body.as_bytes());
        let (headers, answer) = (headers(&entry.request.headers), answer(file, entry)?);
        let take = Take { order: entry.order, headers, answer, given: false };
        self.takes().entry(ask).or_default().push(take);
        Ok(())
    }

    /// Returns the recordings that no request used.
    pub(crate) fn unused(&self) -> Unused {
        let mut named = Vec::new();
        for (ask, takes) in self.takes().iter() {
            let left = takes.iter().filter(|take| !take.given).count();
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
            "`{ask}` has no recording in {}; the nearest are {}; record it with `--record DIR`, or request what was \
             recorded",
            self.path.display(),
            near.join(", ")
        );
        Error::new(Kind::Provider, code::NO_RECORDING, message)
    }

    fn takes(&self) -> MutexGuard<'_, HashMap<Ask, Takes>> {
        self.takes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Fails with `J1-R1101` when there is no recording of the request.
impl Replay for Recordings {
    fn answer(&self, request: &Outgoing) -> Result<Incoming> {
        let body: &[u8] = if self.bodies { &request.body } else { &[] };
        let ask = Ask::new(request.method.as_str(), &request.url, body);
        let mut takes = self.takes();
        let found = if takes.contains_key(&ask) { Some(ask.clone()) } else { covering(&takes, &ask) };
        let found = found.and_then(|found| takes.get_mut(&found));
        let Some(take) = found.and_then(|takes| next(takes, &request.headers)) else {
            return Err(self.none(&takes, &ask));
        };
        take.given = true;
        Ok(take.answer.clone())
    }
}

impl Http {
    /// Replays recordings; nothing is sent over the network.
    #[must_use]
    pub fn replay(recordings: Recordings) -> Self {
        Self::replaying(Arc::new(recordings))
    }
}

/// Returns the recording to give next. If the recordings differ in a header of the request, only those with its value
/// are candidates, or all if none has it.
fn next<'t>(takes: &'t mut [Take], asked: &HeaderMap) -> Option<&'t mut Take> {
    let differ =
        |name: &HeaderName| takes.windows(2).any(|two| two[0].headers.get(name) != two[1].headers.get(name));
    let telling: Vec<&HeaderName> = asked.keys().filter(|name| differ(name)).collect();
    let is_meant = |take: &Take| telling.iter().all(|name| take.headers.get(*name) == asked.get(*name));
    let mut meant: Vec<usize> = (0..takes.len()).filter(|at| is_meant(&takes[*at])).collect();
    if meant.is_empty() {
        meant = (0..takes.len()).collect();
    }
    let at = *meant.iter().find(|at| !takes[**at].given).or(meant.last())?;
    takes.get_mut(at)
}

/// Returns the recording that probably belongs to this request, if there is exactly one: it has a secret redacted, or
/// it is of another host. Many providers have a host for each customer.
fn covering(takes: &HashMap<Ask, Takes>, ask: &Ask) -> Option<Ask> {
    let all: Vec<&Ask> = takes.keys().filter(|recorded| recorded.covers(ask)).collect();
    let here: Vec<&&Ask> = all.iter().filter(|recorded| recorded.origin == ask.origin).collect();
    match (here.as_slice(), all.as_slice()) {
        ([only], _) => Some((**only).clone()),
        ([], [only]) => Some((*only).clone()),
        _ => None,
    }
}

/// An error of a file of recordings.
pub(crate) fn bad(path: &Path, what: &str) -> Error {
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
    let content = &entry.response.content;
    let packed = |header: &&Pair| header.name.eq_ignore_ascii_case("content-encoding");
    let body = RecordedBody {
        text: content.text.as_deref().unwrap_or_default(),
        encoding: content.encoding.as_deref(),
        content_encoding: entry.response.headers.iter().find(packed).map(|header| &*header.value),
    };
    let body = body
        .decode(MAX_RESPONSE_BYTES)
        .map_err(|error| bad(file, &format!("has a response from `{}` that {error}", entry.request.url)))?;
    let mut headers = headers(&entry.response.headers);
    // The body is decoded already.
    for name in [header::CONTENT_ENCODING, header::CONTENT_LENGTH, header::TRANSFER_ENCODING] {
        headers.remove(name);
    }
    Ok(Incoming { status: entry.response.status, headers, body: body.into() })
}

/// Converts recorded headers. Names and values that HTTP does not allow are left out: they cannot have been sent.
fn headers(recorded: &[Pair]) -> HeaderMap {
    let sent =
        recorded.iter().filter_map(|header| Some((header.name.parse().ok()?, header.value.parse().ok()?)));
    sent.collect::<Vec<(HeaderName, HeaderValue)>>().into_iter().fold(
        HeaderMap::new(),
        |mut all, (name, value)| {
            all.append(name, value);
            all
        },
    )
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
        ask_with(recordings, method, url, body, HeaderMap::new())
    }

    fn ask_with(
        recordings: &Recordings,
        method: &str,
        url: &str,
        body: &str,
        headers: HeaderMap,
    ) -> Result<String> {
        let request = Outgoing {
            method: method.parse::<Method>().expect("a method"),
            url: url.parse().expect("a URL"),
            headers,
            body: body.to_owned().into(),
        };
        recordings.answer(&request).map(|answer| String::from_utf8_lossy(&answer.body).into_owned())
    }

    #[test]
    fn responses_follow_pollys_order_and_the_last_one_repeats() {
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
    fn headers_with_numbers_are_read() {
        let url = "https://h.example/users";
        let mut entry = recorded("GET", url, None, "users", 0);
        entry["request"]["headers"] = json!([{ "name": "content-length", "value": 178 }]);
        let (_folder, all) = recordings(&[entry]);
        assert_eq!(ask(&all, "GET", url, "").expect("an answer"), "users");
    }

    #[test]
    fn a_header_in_which_recordings_differ_tells_them_apart() {
        let url = "https://h.example/users";
        let of = |tenant: &str, answer: &str| {
            let mut entry = recorded("GET", url, None, answer, 0);
            entry["request"]["headers"] = json!([
                { "name": "X-Tenant", "value": tenant },
                { "name": "x-api-key", "value": "[redacted]" },
            ]);
            entry
        };
        let (_folder, all) = recordings(&[of("a", "a 1"), of("a", "a 2"), of("b", "b 1"), of("c", "c 1")]);
        let asked = |tenant: &'static str| {
            let headers = [("x-tenant", tenant), ("x-api-key", "a key")];
            let headers =
                headers.map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("text")));
            ask_with(&all, "GET", url, "", HeaderMap::from_iter(headers)).expect("an answer")
        };
        assert_eq!(["b", "a", "a", "a", "b"].map(asked), ["b 1", "a 1", "a 2", "a 2", "b 1"]);
        assert_eq!(all.unused().named, ["GET https://h.example/users"], "c was not requested");
        assert_eq!(asked("without a recording"), "c 1", "the next of all");
        assert!(all.unused().named.is_empty());
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
        let error = ask(&all, "POST", url, r#"{"query":"apps","n":1}"#).expect_err("it was not recorded");
        assert_eq!(error.code(), code::NO_RECORDING);
        assert!(error.message().contains("`POST https://h.example/graphql` (another body)"), "{error}");

        let (_folder, all) = recordings(&[recorded("POST", url, None, "anything", 0)]);
        assert_eq!(ask(&all, "POST", url, r#"{"query":"apps"}"#).expect("an answer"), "anything");
    }

    #[test]
    fn a_request_without_a_recording_names_the_nearest_one_and_the_difference() {
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
