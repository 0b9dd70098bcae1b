//! The traffic between a run and its provider: the network or recordings, and the recorder and the drift check that see it.
//!
//! A command makes one [`Traffic`], takes the [`Http`] from it, and ends it with [`Traffic::conclude`] after the last request,
//! whether or not the run succeeded. Recordings are written only then.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use j1_core::error::Kind;
use j1_core::{Error, Result};
use serde::Serialize;

use crate::code;
use crate::provider::transport::{Exchange, Http, Tap};
use crate::recordings::config::ConfiguredValue;
use crate::recordings::drift::{Drift, DriftMode, Findings};
use crate::recordings::record::{Recorded, Recorder, Recording};
use crate::recordings::replay::{Recordings, Unused};

/// The traffic of one run.
#[derive(Clone, Default)]
pub(crate) struct Traffic {
    recordings: Option<Arc<Recordings>>,
    recorder: Option<Arc<Recorder>>,
    drift: Option<Arc<Drift>>,
}

/// The file that `--drift learn` writes.
const SHAPES: &str = "j1.shapes.json";
/// The number of differences in the log; the summary has more.
const SHOWN: usize = 10;

/// Settings of the traffic with the provider.
#[derive(Debug, Default)]
pub(crate) struct TrafficSettings {
    /// Recordings that take the place of the network: a file or a folder.
    pub replay: Option<PathBuf>,
    /// The folder to write recordings to.
    pub record: Option<PathBuf>,
    /// The treatment of responses that differ from the known shapes.
    pub drift: DriftMode,
    /// The file of the known shapes, in place of those of the integration.
    pub shapes: Option<PathBuf>,
}

/// The end of the traffic of one command.
pub(crate) struct Concluded {
    pub summary: TrafficSummary,
    /// Files that could not be written.
    pub errors: Vec<Error>,
    /// Drift that was to be an error.
    pub drift: Option<Error>,
}

/// The part of the summary about the traffic.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TrafficSummary {
    /// The recordings that were written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Recorded>,
    /// The recordings that no request used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unused_recordings: Option<Unused>,
    /// The differences from the known responses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drift: Option<Findings>,
}

impl Traffic {
    /// Prepares the traffic that the settings ask for.
    ///
    /// # Errors
    /// When recordings cannot be read, or none can be written.
    pub fn new(settings: &TrafficSettings, rules: Recording, shapes: &str) -> Result<Self> {
        let (replay, record) = (settings.replay.as_deref(), settings.record.as_deref());
        let learns = settings.drift == DriftMode::Learn;
        let file = settings.shapes.as_deref().or_else(|| Some(Path::new(SHAPES)).filter(|_| learns));
        Ok(Self {
            drift: Drift::new(settings.drift, shapes, file)?.map(Arc::new),
            recordings: replay.map(|path| Recordings::load(path).map(Arc::new)).transpose()?,
            recorder: record.map(|folder| Recorder::new(folder, rules).map(Arc::new)).transpose()?,
        })
    }

    /// Makes the transport of this traffic.
    ///
    /// # Errors
    /// When the platform's certificates cannot be read.
    pub fn http(&self, agent: &str) -> Result<Http> {
        let http = match &self.recordings {
            Some(recordings) => Http::replaying(recordings.clone()),
            None => Http::network(agent)?,
        };
        Ok(if self.recorder.is_some() || self.drift.is_some() {
            http.tapped(Arc::new(self.clone()))
        } else {
            http
        })
    }

    /// Passes the operator's configuration to the recorder, which stores it beside the recordings, with pseudonyms for
    /// values that identify the operator.
    pub fn configured(&self, values: Vec<ConfiguredValue>) {
        if let Some(recorder) = &self.recorder {
            recorder.configured(values);
        }
    }

    /// Ends the traffic: writes recordings and learned shapes, and returns what was found.
    ///
    /// `ran` is `true` if steps have run; `whole` if all of them did and none of it failed, so that a recording
    /// without a request is worth a warning.
    pub fn conclude(&self, settings: &TrafficSettings, ran: bool, whole: bool) -> Concluded {
        let mut concluded = Concluded { summary: TrafficSummary::default(), errors: Vec::new(), drift: None };
        self.conclude_replay(&mut concluded, whole);
        self.conclude_recording(&mut concluded, ran);
        self.conclude_drift(&mut concluded, settings);
        concluded
    }

    fn conclude_drift(&self, concluded: &mut Concluded, settings: &TrafficSettings) {
        let Some(drift) = &self.drift else { return };
        let file = settings.shapes.as_deref().unwrap_or(Path::new(SHAPES));
        match drift.learn(file) {
            // What has just been learnt is known.
            Ok(true) => return,
            Ok(false) => {}
            Err(error) => return concluded.errors.push(error),
        }
        let found = drift.findings();
        let all = found.differences.len() as u64 + found.more;
        for finding in found.differences.iter().take(SHOWN) {
            tracing::warn!("drift: {}", finding.sentence());
        }
        if all > SHOWN as u64 {
            tracing::warn!("drift: and {} more differences; `--output json` names them", all - SHOWN as u64);
        }
        if all > 0 && drift.fails() {
            let message = format!(
                "the provider's responses differ from the known ones in {all} places; see the warnings"
            );
            concluded.drift = Some(Error::new(Kind::Data, code::DRIFT, message));
        }
        concluded.summary.drift = Some(found);
    }

    fn conclude_replay(&self, concluded: &mut Concluded, whole: bool) {
        if let Some(recordings) = &self.recordings {
            let unused = recordings.unused();
            if whole && !unused.named.is_empty() {
                let more =
                    if unused.more > 0 { format!(", and {} more", unused.more) } else { String::new() };
                tracing::warn!("recordings that no request used: {}{more}", unused.named.join(", "));
            }
            concluded.summary.unused_recordings = Some(unused);
        }
    }

    fn conclude_recording(&self, concluded: &mut Concluded, ran: bool) {
        let Some(writer) = &self.recorder else { return };
        if !ran {
            tracing::warn!("nothing was recorded: the run ended before its steps did");
            return;
        }
        match writer.finish() {
            Ok(recorded) => concluded.summary.recorded = Some(recorded),
            Err(error) => concluded.errors.push(error),
        }
    }
}

impl Tap for Traffic {
    fn answered(&self, exchange: &Exchange<'_>) {
        if let Some(recorder) = &self.recorder {
            recorder.note(exchange);
        }
        if let Some(drift) = &self.drift {
            drift.look(exchange);
        }
    }
}
