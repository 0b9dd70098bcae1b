//! What is written on the terminal, without secrets.

use std::io::{self, Write};

use crate::observe::screen::aside;

/// Writes what it is given without secrets. Each write is looked at by itself: give it whole lines.
pub(crate) struct Redacting<W>(pub W);

impl<W: Write> Write for Redacting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(super::text(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// From now on a panic says what it has to say without secrets.
pub(crate) fn silence_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let thread = std::thread::current();
        let place = panic.location().map_or_else(String::new, |place| format!(" at {place}"));
        let what = panic.payload_as_str().unwrap_or("without a message");
        let text = format!("thread '{}' panicked{place}:\n{what}", thread.name().unwrap_or("?"));
        let trace = std::backtrace::Backtrace::capture();
        aside(|| {
            anstream::eprintln!("{}", super::text(&text));
            if trace.status() == std::backtrace::BacktraceStatus::Captured {
                anstream::eprintln!("{trace}");
            }
        });
    }));
}
