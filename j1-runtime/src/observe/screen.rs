//! The terminal, which progress and the log share.
//!
//! The lines belong to the progress of the one run of this process. Everything else that writes to the terminal does so
//! within [`aside`], so that no line is torn.

use std::sync::{PoisonError, RwLock};

use indicatif::MultiProgress;

use crate::redact;

/// The lines that are drawn over again, while a run shows some.
static DRAWN: RwLock<Option<MultiProgress>> = RwLock::new(None);

/// From now on these lines are drawn; `None`: no more are.
pub(crate) fn draw(lines: Option<MultiProgress>) {
    *DRAWN.write().unwrap_or_else(PoisonError::into_inner) = lines;
}

/// Writes on the terminal beside what is drawn there: above it, and whole.
pub(crate) fn aside<T>(write: impl FnOnce() -> T) -> T {
    match &*DRAWN.read().unwrap_or_else(PoisonError::into_inner) {
        Some(lines) => lines.suspend(write),
        None => write(),
    }
}

/// Makes panics print their message without secrets from now on.
pub(crate) fn silence_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let thread = std::thread::current();
        let place = panic.location().map_or_else(String::new, |place| format!(" at {place}"));
        let what = panic.payload_as_str().unwrap_or("without a message");
        let text = format!("thread '{}' panicked{place}:\n{what}", thread.name().unwrap_or("?"));
        let trace = std::backtrace::Backtrace::capture();
        aside(|| {
            anstream::eprintln!("{}", redact::display(&text));
            if trace.status() == std::backtrace::BacktraceStatus::Captured {
                anstream::eprintln!("{trace}");
            }
        });
    }));
}
