//! What the run and the vendor say to each other: where answers come from, and who is told of them.

use std::path::Path;
use std::sync::Arc;

use j1_core::Result;
use serde::Serialize;

use crate::http::{Exchange, Http, Tap};
use crate::record::{Recorded, Recorder, Recording};
use crate::replay::{Recordings, Unused};
use crate::summary::{Summary, exit};

/// The traffic of one run.
#[derive(Clone, Default)]
pub(crate) struct Traffic {
    recordings: Option<Arc<Recordings>>,
    recorder: Option<Arc<Recorder>>,
}

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
}

impl Traffic {
    /// The traffic that is asked for.
    ///
    /// # Errors
    /// When recordings cannot be read, or none can be written.
    pub fn new(replay: Option<&Path>, record: Option<&Path>, rules: Recording) -> Result<Self> {
        Ok(Self {
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
        Ok(if self.recorder.is_some() { http.tapped(Arc::new(self.clone())) } else { http })
    }

    /// An address of the operator's own is not recorded.
    pub fn hide_host(&self, host: &str) {
        if let Some(recorder) = &self.recorder {
            recorder.hide_host(host.to_owned());
        }
    }

    /// Ends the traffic, and tells of it. `all` says whether every step was to run.
    pub fn conclude(&self, summary: &mut Summary, all: bool) {
        if let Some(recordings) = &self.recordings {
            let unused = recordings.unused();
            if all && summary.error.is_none() && !unused.named.is_empty() {
                let more =
                    if unused.more > 0 { format!(", and {} more", unused.more) } else { String::new() };
                tracing::warn!("recordings that nobody asked for: {}{more}", unused.named.join(", "));
            }
            summary.traffic.unused_recordings = Some(unused);
        }
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
    }
}
