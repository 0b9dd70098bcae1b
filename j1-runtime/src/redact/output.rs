//! The log, without secrets and without what a terminal would obey.

use std::io::{self, Write};

use j1_core::describe::foreign::inert_log;

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
