//! The exit codes of integrations and of `cargo j1`: one table for both.

/// Finalized and complete; or collected, planned or written.
pub const COMPLETE: u8 = 0;
/// A bug of j1 or of the integration.
pub const BUG: u8 = 1;
/// Wrong usage of the command line.
pub const USAGE: u8 = 2;
/// Configuration that is missing or invalid; no job was opened.
pub const CONFIG: u8 = 3;
/// The provider refused the credentials, or the integration's own validation failed; no job was opened.
pub const VALIDATION: u8 = 4;
/// Finalized, but some types are partial or JupiterOne reported errors for some objects.
pub const PARTIAL: u8 = 5;
/// JupiterOne refused, or the upload could not be completed; nothing was deleted.
pub const ABORTED: u8 = 6;
/// Stopped by the deletion guard; nothing was changed.
pub const TOO_MANY_DELETED: u8 = 7;
/// A check found a difference.
pub const DIFFERENT: u8 = 8;
/// Interrupted by SIGHUP, as when a terminal is closed; the job was aborted.
pub const HUNG_UP: u8 = 129;
/// Interrupted by SIGINT; the job was aborted.
pub const INTERRUPTED: u8 = 130;
/// Interrupted by SIGTERM; the job was aborted.
pub const TERMINATED: u8 = 143;

/// Every code with its meaning, in ascending order.
pub const TABLE: &[(u8, &str)] = &[
    (COMPLETE, "complete"),
    (BUG, "a bug"),
    (USAGE, "wrong usage"),
    (CONFIG, "configuration missing or invalid"),
    (VALIDATION, "credentials refused"),
    (PARTIAL, "partial, or errors for some objects"),
    (ABORTED, "aborted"),
    (TOO_MANY_DELETED, "too many deletions"),
    (DIFFERENT, "a check found a difference"),
    (HUNG_UP, "SIGHUP"),
    (INTERRUPTED, "SIGINT"),
    (TERMINATED, "SIGTERM"),
];

#[cfg(test)]
mod tests {
    #[test]
    fn the_codes_ascend_and_each_has_a_meaning() {
        assert!(super::TABLE.is_sorted_by(|one, next| one.0 < next.0));
        assert!(super::TABLE.iter().all(|(_, meaning)| !meaning.is_empty()));
    }
}
