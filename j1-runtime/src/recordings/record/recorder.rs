//! Records requests and responses, a file for each step.
//!
//! During the run, entries are kept in an unnamed temporary file that disappears with the process. Secrets are removed
//! by then; personal data is not. At the end all entries are read twice: once to find the persons, once to write them
//! with pseudonyms.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Read as _, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use j1_core::error::Kind;
use j1_core::shared::inserted;
use j1_core::validate::without_byte_order_mark;
use j1_core::{Error, Result};
use serde::Serialize;
use serde_json::json;

use crate::code;
use crate::collection::private;
use crate::disk::{self, Checked, point};
use crate::observe::stats;
use crate::provider::transport::Exchange;
use crate::recordings::config::{ConfiguredValue, FILE, RecordedConfig};
use crate::recordings::record::persons::Persons;
use crate::recordings::record::rules::Recording;
use crate::recordings::record::scrub;
use crate::recordings::replay::har::{Creator, Entry, Har};

/// The mark of a file of ours, by which another recording may replace it.
const COMMENT: &str = "--record: secrets are taken out, and persons are made up";
/// The file of the requests before the first step.
const CONNECT: &str = "connect";

/// Writes recordings.
pub(crate) struct Recorder {
    folder: PathBuf,
    rules: Recording,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    spool: Option<File>,
    end: u64,
    /// The entries of each file.
    entries: BTreeMap<&'static str, Vec<Place>>,
    /// The values that the operator has set.
    configured: Vec<ConfiguredValue>,
    /// The first error.
    failed: Option<std::io::Error>,
}

/// The place of an entry in the temporary file.
struct Place {
    began: SystemTime,
    at: u64,
    length: usize,
}

/// The recordings that were written.
#[derive(Debug, Serialize)]
pub(crate) struct Recorded {
    /// Their folder.
    pub folder: String,
    /// The number of files.
    pub files: usize,
    /// The number of requests.
    pub requests: usize,
}

impl Recorder {
    /// Records into a folder.
    ///
    /// # Errors
    /// `J1-R1103` when there are recordings of another kind, or nothing can be written there.
    pub fn new(folder: &Path, rules: Recording) -> Result<Self> {
        private::create_dir_all(folder).map_err(|error| unwritable(folder, error))?;
        let config = Some(folder.join(FILE)).filter(|file| file.exists());
        for file in recordings(folder)?.into_iter().chain(config) {
            if !is_ours(&file) {
                let message = format!(
                    "{} was not written by `--record`, and a replay would mix it with the new recordings; name another \
                     folder, or move it away",
                    file.display()
                );
                return Err(Error::new(Kind::Config, code::RECORD_FOLDER, message));
            }
        }
        let spool = point("create").and_then(|()| tempfile::tempfile());
        let spool = spool.map_err(|error| unwritable(folder, error))?;
        let state = Mutex::new(State { spool: Some(spool), ..State::default() });
        Ok(Self { folder: folder.to_owned(), rules, state })
    }

    /// Sets the values that the operator has set.
    pub fn configured(&self, values: Vec<ConfiguredValue>) {
        self.state().configured = values;
    }

    /// Notes an exchange.
    pub fn note(&self, exchange: &Exchange<'_>) {
        let entry = scrub::entry(exchange);
        let mut state = self.state();
        let State { spool, end, entries, failed, .. } = &mut *state;
        let Some(file) = spool.as_mut().filter(|_| failed.is_none()) else { return };
        // Its texts are strings, and numbers that JSON has.
        let written = serde_json::to_vec(&entry).map_err(std::io::Error::from);
        match written.and_then(|json| Checked(file).write_all(&json).map(|()| json.len())) {
            Ok(length) => {
                let place = Place { began: exchange.began, at: *end, length };
                *end += length as u64;
                entries.entry(stats::step().unwrap_or(CONNECT)).or_default().push(place);
            }
            Err(error) => *failed = Some(error),
        }
    }

    /// Writes the recordings to their folder: all of them, or none if something goes wrong.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn finish(&self) -> Result<Recorded> {
        let wrong = |error| unwritable(&self.folder, error);
        let mut state = self.state();
        let mut entries = std::mem::take(&mut state.entries);
        if let Some(error) = state.failed.take() {
            return Err(wrong(error));
        }
        let Some(mut spool) = state.spool.take() else {
            return Err(wrong(std::io::ErrorKind::NotFound.into()));
        };
        let configured = std::mem::take(&mut state.configured);
        drop(state);
        let mut persons = Persons::new(self.rules, &configured);
        for places in entries.values_mut() {
            places.sort_by_key(|place| place.began);
            for place in places {
                persons.note(&read(&mut spool, place).map_err(wrong)?);
            }
        }
        persons.all_noted();
        let work = private::tempdir_in(&self.folder, ".j1-record-").map_err(wrong)?;
        let mut new = Vec::with_capacity(entries.len() + 1);
        for (name, places) in &entries {
            let name = format!("{name}.har");
            write(&work.path().join(&name), &mut spool, places, &persons).map_err(wrong)?;
            new.push(name);
        }
        if !configured.is_empty() {
            write_config(&work.path().join(FILE), &configured, &persons).map_err(wrong)?;
            new.push(FILE.to_owned());
        }
        let config = Some(self.folder.join(FILE)).filter(|file| file.exists());
        let old: Vec<PathBuf> = recordings(&self.folder)?.into_iter().chain(config).collect();
        exchange(&self.folder, work.path(), &old, &new).map_err(wrong)?;
        Ok(Recorded {
            folder: self.folder.display().to_string(),
            files: entries.len(),
            requests: entries.values().map(Vec::len).sum(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(spool: &mut File, place: &Place) -> std::io::Result<Entry> {
    let mut json = vec![0; place.length];
    spool.seek(SeekFrom::Start(place.at))?;
    spool.read_exact(&mut json)?;
    Ok(serde_json::from_slice(&json)?)
}

fn write(path: &Path, spool: &mut File, places: &[Place], persons: &Persons) -> std::io::Result<()> {
    let mut out = BufWriter::new(Checked(private::create(path)?));
    let creator = Creator {
        name: "j1".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        comment: COMMENT.to_owned(),
    };
    write!(out, "{{\"log\":{{\"version\":\"1.2\",\"creator\":{},\"entries\":[", json!(creator))?;
    for (number, place) in places.iter().enumerate() {
        let mut entry = read(spool, place)?;
        persons.rewrite(&mut entry);
        // One entry a line, so that the diff of two recordings is readable.
        out.write_all(if number == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut out, &entry)?;
    }
    out.write_all(b"\n]}}\n")?;
    let file = out.into_inner().map_err(std::io::IntoInnerError::into_error)?.0;
    point("sync")?;
    file.sync_all()
}

fn write_config(path: &Path, configured: &[ConfiguredValue], persons: &Persons) -> std::io::Result<()> {
    let values = configured.iter().map(|one| (one.field.to_owned(), persons.configured(one)));
    let config = RecordedConfig { comment: COMMENT.to_owned(), config: inserted(values) };
    let mut text = serde_json::to_string_pretty(&config)?;
    text.push('\n');
    private::write(path, text)
}

/// Replaces old files by new ones. If one of them cannot be moved, the old ones are put back.
fn exchange(folder: &Path, work: &Path, old: &[PathBuf], new: &[String]) -> std::io::Result<()> {
    let aside = work.join("before");
    private::create_dir_all(&aside)?;
    let away = old.iter().filter_map(|file| Some((file.clone(), aside.join(file.file_name()?))));
    let there = new.iter().map(|name| (work.join(name), folder.join(name)));
    let mut moved: Vec<(PathBuf, PathBuf)> = Vec::new();
    for (from, to) in away.chain(there) {
        if let Err(error) = disk::rename(&from, &to) {
            for (from, to) in moved.iter().rev() {
                if let Err(error) = disk::rename(to, from) {
                    tracing::warn!("{} is still at {}: {error}", from.display(), to.display());
                }
            }
            return Err(error);
        }
        moved.push((from, to));
    }
    Ok(())
}

/// The recordings in a folder itself.
fn recordings(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| unwritable(folder, error))? {
        let path = entry.map_err(|error| unwritable(folder, error))?.path();
        if path.extension().is_some_and(|end| end == "har") {
            all.push(path);
        }
    }
    Ok(all)
}

fn is_ours(file: &Path) -> bool {
    let Ok(text) = fs::read(file) else { return false };
    let text = without_byte_order_mark(&text);
    let comment = if file.ends_with(FILE) {
        serde_json::from_slice::<RecordedConfig>(text).map(|config| config.comment)
    } else {
        serde_json::from_slice::<Har>(text).map(|har| har.log.creator.comment)
    };
    comment.is_ok_and(|comment| comment == COMMENT)
}

fn unwritable(folder: &Path, error: std::io::Error) -> Error {
    let message = format!("cannot write recordings to {}", folder.display());
    Error::new(Kind::Config, code::RECORD_FOLDER, message).caused_by(error)
}
