//! The log and panics, without secrets and without what a terminal would obey.

use std::io::{self, Write};

use j1_core::describe::foreign::inert_log;

use crate::observe::screen::aside;

/// Writes text without secrets and without control characters other than styles. Each write is looked at by itself, so it has
/// to be of whole lines.
pub(crate) struct Redacting<W>(pub W);

impl<W: Write> Write for Redacting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = super::text(&String::from_utf8_lossy(bytes));
        self.0.write_all(inert_log(&text).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
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
            anstream::eprintln!("{}", super::display(&text));
            if trace.status() == std::backtrace::BacktraceStatus::Captured {
                anstream::eprintln!("{trace}");
            }
        });
    }));
}
