//! Sends ended spans from a thread of its own, so that a run never waits for a collector.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use tracing::Level;
use url::Url;

use crate::observe::otel::layer::Finished;
use crate::observe::otel::settings::Settings;
use crate::observe::otel::wire::{self, Logged, Measured};
use crate::provider::transport::{Http, MAX_RESPONSE_BYTES, Outgoing, Unanswered};

/// The most spans that wait. Further ones are lost if the collector is too slow, and their number is logged.
const WAITING: usize = 8192;
/// Spans in one request.
const BATCH: usize = 512;
/// The longest that a span waits for others to be sent with.
const PAUSE: Duration = Duration::from_secs(5);

/// Takes spans, and sends them.
pub(super) struct Exporter {
    spans: Mutex<Option<SyncSender<Finished>>>,
    thread: Mutex<Option<JoinHandle<Sent>>>,
    left_out: AtomicU64,
    warnings: AtomicU64,
    errors: AtomicU64,
}

/// The result of the thread when it ends.
struct Sent {
    settings: Settings,
    measured: Measured,
    /// The first error.
    error: Option<String>,
}

impl Exporter {
    /// Sends from now on.
    pub fn start(settings: Settings) -> Self {
        let (sender, receiver) = sync_channel(WAITING);
        let thread = std::thread::Builder::new().name("telemetry".to_owned());
        // Without a thread the receiver is gone, and all spans count as left out.
        let thread = thread.spawn(move || send(settings, &receiver)).ok();
        Self {
            spans: Mutex::new(Some(sender)),
            thread: Mutex::new(thread),
            left_out: AtomicU64::new(0),
            warnings: AtomicU64::new(0),
            errors: AtomicU64::new(0),
        }
    }

    /// Takes a span; never waits.
    pub fn take(&self, span: Finished) {
        let spans = self.spans.lock().unwrap_or_else(PoisonError::into_inner);
        if spans.as_ref().is_none_or(|spans| spans.try_send(span).is_err()) {
            self.left_out.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts what is logged.
    pub fn logged(&self, level: Level) {
        match level {
            Level::WARN => self.warnings.fetch_add(1, Ordering::Relaxed),
            Level::ERROR => self.errors.fetch_add(1, Ordering::Relaxed),
            _ => 0,
        };
    }

    /// Sends what has not been sent, then the metrics, and says what went wrong.
    pub fn finish(&self) {
        drop(self.spans.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Ok(mut sent)) = thread.map(JoinHandle::join) else { return };
        let logged = Logged {
            warnings: self.warnings.load(Ordering::Relaxed),
            errors: self.errors.load(Ordering::Relaxed),
        };
        // A command that does not run, such as `steps`, has nothing to tell.
        if let Some(url) = sent.settings.metrics.clone().filter(|_| !sent.measured.is_empty()) {
            let body = wire::metrics(&sent.settings.resource, &sent.measured, logged);
            if let Err(error) = post(&sent.settings, &url, body) {
                sent.error.get_or_insert(error);
            }
        }
        if let Some(error) = sent.error {
            tracing::warn!("telemetry was not exported, which changes nothing of the run: {error}");
        }
        let left_out = self.left_out.load(Ordering::Relaxed);
        if left_out > 0 {
            tracing::warn!("{left_out} spans were not exported: the collector is slower than the run");
        }
    }
}

/// Sends spans until no more come.
fn send(settings: Settings, receiver: &Receiver<Finished>) -> Sent {
    let mut sent = Sent { settings, measured: Measured::default(), error: None };
    let mut batch: Vec<Finished> = Vec::new();
    loop {
        let more = match receiver.recv_timeout(PAUSE) {
            Ok(span) => {
                sent.measured.note(&span);
                batch.push(span);
                if batch.len() < BATCH {
                    continue;
                }
                true
            }
            Err(RecvTimeoutError::Timeout) => true,
            Err(RecvTimeoutError::Disconnected) => false,
        };
        let spans = std::mem::take(&mut batch);
        if let Some(url) = sent.settings.traces.clone().filter(|_| !spans.is_empty()) {
            let body = wire::traces(&sent.settings.resource, &spans);
            if let Err(error) = post(&sent.settings, &url, body) {
                sent.error.get_or_insert(error);
            }
        }
        if !more {
            return sent;
        }
    }
}

/// Sends one request, once: what a collector does not take is lost, and said.
fn post(settings: &Settings, url: &Url, body: String) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let agent = concat!("j1/", env!("CARGO_PKG_VERSION"));
    let http = Http::network(agent).map_err(|error| error.to_string())?;
    let mut headers = settings.headers.clone();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let request = Outgoing { method: Method::POST, url: url.clone(), headers, body: body.into() };
    let place = url.host_str().unwrap_or_default();
    match runtime.block_on(http.exchange(request, settings.timeout, MAX_RESPONSE_BYTES)) {
        Ok(answer) if (200..300).contains(&answer.status) => Ok(()),
        Ok(answer) => {
            let said = crate::redact::excerpt(&answer.body);
            Err(format!("{place} responded to {} with status {}{said}", url.path(), answer.status))
        }
        Err(Unanswered::Lost(cause)) => Err(format!("{place} did not respond: {cause}")),
        Err(Unanswered::TooLarge) => Err(format!("the response of {place} is too long")),
        Err(Unanswered::Unsent(error)) => Err(error.to_string()),
    }
}

/// A moment as OTLP writes it: nanoseconds since 1970, as a text.
pub(super) fn nanos(time: SystemTime) -> String {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos().to_string()
}
