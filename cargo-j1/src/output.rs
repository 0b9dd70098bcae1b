//! Output for people: errors, warnings and lists.

use std::error::Error as _;
use std::io::{self, Write as _};

use j1_core::shared::grouped;
use serde::Serialize;

use crate::error::Error;
use crate::style::{ERROR, NOTE, WARNING};

/// Prints an error on stderr: what is wrong, what caused it, and where to read more.
pub fn report(error: &Error) {
    let code = error.code();
    anstream::eprintln!("{ERROR}error[{code}]{ERROR:#}: {error}");
    let mut cause = error.source();
    // The local JupiterOne's messages carry their causes already.
    while let Some(error_below) = cause.filter(|_| !matches!(error, Error::Local(_))) {
        anstream::eprintln!("  {NOTE}cause{NOTE:#}: {error_below}");
        cause = error_below.source();
    }
    anstream::eprintln!("  {NOTE}help{NOTE:#}: `cargo j1 explain {code}` says more");
}

/// Prints a warning on stderr.
pub fn warn(what: &str) {
    anstream::eprintln!("{WARNING}warning{WARNING:#}: {what}");
}

/// Prints on stderr what is worth knowing.
pub fn note(what: &str) {
    anstream::eprintln!("{NOTE}note{NOTE:#}: {what}");
}

/// Prints a diagnostic of the compiler on stderr.
pub fn shown(rendered: &str) {
    anstream::eprint!("{rendered}");
}

/// Writes a text to stdout. A reader that stops early, such as `head`, is not an error.
pub fn print(text: &str) -> Result<(), Error> {
    let mut out = anstream::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(unwritable(error)),
        _ => Ok(()),
    }
}

/// Returns a number with the word for what is counted: `1 type`, `1,407 entities`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// Returns a value as JSON for people, with a line break at its end.
pub fn to_json(value: &impl Serialize) -> Result<String, Error> {
    let text = serde_json::to_string_pretty(value).map_err(|error| unwritable(error.into()))?;
    Ok(text + "\n")
}

/// The error of a stdout that takes nothing.
pub fn unwritable(source: io::Error) -> Error {
    Error::System { what: "stdout cannot be written to", source }
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn digits_are_grouped_and_one_takes_the_singular() {
        assert_eq!(counted(1, "entity", "entities"), "1 entity");
        assert_eq!(counted(0, "entity", "entities"), "0 entities");
        assert_eq!(counted(999, "entity", "entities"), "999 entities");
        assert_eq!(counted(1_234_567, "entity", "entities"), "1,234,567 entities");
    }
}
