//! What the run and the vendor say to each other: where answers come from, and who is told of them.

use std::path::Path;
use std::sync::Arc;

use j1_core::error::Kind;
use j1_core::{Error, Result};
use serde::Serialize;

use crate::cli::{Collecting, DriftMode};
use crate::code;
use crate::provider::transport::{Exchange, Http, Tap};
use crate::recordings::drift::{Drift, Findings};
use crate::recordings::record::{Recorded, Recorder, Recording};
use crate::recordings::replay::{Recordings, Unused};
use crate::run::summary::{ErrorSummary, Summary, exit};

/// The traffic of one run.
#[derive(Clone, Default)]
pub(crate) struct Traffic {
    recordings: Option<Arc<Recordings>>,
    recorder: Option<Arc<Recorder>>,
    drift: Option<Arc<Drift>>,
}

/// Where `--drift learn` writes to.
const SHAPES: &str = "j1.shapes.json";
/// Differences that are said; the summary has more.
const SHOWN: usize = 10;

/// What the summary says of the traffic.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TrafficSummary {
    /// What was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Recorded>,
    /// The recordings that nobody asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unused_recordings: Option<Unused>,
    /// What differs from the answers that are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drift: Option<Findings>,
}

impl Traffic {
    /// The traffic that is asked for.
    ///
    /// # Errors
    /// When recordings cannot be read, or none can be written.
    pub fn new(args: &Collecting, rules: Recording, shapes: &str) -> Result<Self> {
        let (replay, record) = (args.replay.as_deref(), args.record.as_deref());
        let file = args
            .shapes
            .as_deref()
            .or_else(|| Some(Path::new(SHAPES)).filter(|_| args.drift == DriftMode::Learn));
        Ok(Self {
            drift: Drift::new(args.drift, shapes, file)?.map(Arc::new),
            recordings: replay.map(|path| Recordings::load(path).map(Arc::new)).transpose()?,
            recorder: record.map(|folder| Recorder::new(folder, rules).map(Arc::new)).transpose()?,
        })
    }

    /// The way out that makes this traffic.
    ///
    /// # Errors
    /// When the platform's certificates cannot be read.
    pub fn http(&self, agent: &str) -> Result<Http> {
        let http = match &self.recordings {
            Some(recordings) => Http::replaying(Arc::clone(recordings)),
            None => Http::network(agent)?,
        };
        Ok(if self.recorder.is_some() || self.drift.is_some() {
            http.tapped(Arc::new(self.clone()))
        } else {
            http
        })
    }

    /// An address of the operator's own is not recorded.
    pub fn hide_host(&self, host: &str) {
        if let Some(recorder) = &self.recorder {
            recorder.hide_host(host.to_owned());
        }
    }

    /// Ends the traffic, and tells of it.
    pub fn conclude(&self, summary: &mut Summary, args: &Collecting) {
        self.conclude_replay(summary, args.step.is_empty());
        self.conclude_recording(summary);
        self.conclude_drift(summary, args);
    }

    fn conclude_drift(&self, summary: &mut Summary, args: &Collecting) {
        let Some(drift) = &self.drift else { return };
        let file = args.shapes.as_deref().unwrap_or(Path::new(SHAPES));
        match drift.learn(file) {
            // What has just been learnt is known.
            Ok(true) => return,
            Ok(false) => {}
            Err(error) if summary.error.is_none() => return summary.fail(exit::BUG, &error),
            Err(error) => return tracing::error!("{error}"),
        }
        let found = drift.findings();
        let all = found.differences.len() as u64 + found.more;
        for finding in found.differences.iter().take(SHOWN) {
            tracing::warn!("drift: {}", finding.sentence());
        }
        if all > SHOWN as u64 {
            tracing::warn!("drift: and {} more differences; `--output json` names them", all - SHOWN as u64);
        }
        if all > 0 && drift.fails() && summary.exit_code == exit::OK {
            let message =
                format!("the vendor's answers differ from the known ones in {all} places; see the warnings");
            summary.exit_code = exit::DIFFERENT;
            summary.error = Some(ErrorSummary::of(&Error::new(Kind::Data, code::DRIFT, message)));
        }
        summary.traffic.drift = Some(found);
    }

    fn conclude_replay(&self, summary: &mut Summary, all: bool) {
        if let Some(recordings) = &self.recordings {
            let unused = recordings.unused();
            if all && summary.error.is_none() && !unused.named.is_empty() {
                let more =
                    if unused.more > 0 { format!(", and {} more", unused.more) } else { String::new() };
                tracing::warn!("recordings that nobody asked for: {}{more}", unused.named.join(", "));
            }
            summary.traffic.unused_recordings = Some(unused);
        }
    }

    fn conclude_recording(&self, summary: &mut Summary) {
        let Some(writer) = &self.recorder else { return };
        if summary.steps.is_empty() {
            tracing::warn!("nothing was recorded: the run ended before its steps did");
            return;
        }
        match writer.finish() {
            Ok(recorded) => summary.traffic.recorded = Some(recorded),
            Err(error) if summary.error.is_none() => summary.fail(exit::BUG, &error),
            Err(error) => tracing::error!("{error}"),
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
