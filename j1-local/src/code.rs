//! The stable codes of what can go wrong with the local JupiterOne itself.
//!
//! | code | what happened |
//! |---|---|
//! | `J1-R3001` | the data file cannot be opened or created |
//! | `J1-R3002` | another process has the data file open |
//! | `J1-R3003` | the data file was written by another version, or is not ours |
//! | `J1-R3004` | the port cannot be listened on |
//! | `J1-R3005` | reading or writing the data file failed |
//! | `J1-R3006` | the server had already stopped |
//!
//! What goes wrong in a request is told to the client in the service's own shape instead,
//! `{"error":{"code","message"}}`; those codes are listed in [`crate::http`].

/// Every code of this crate: the code, its title, and what to do about it.
pub const CODES: &[(&str, &str, &str)] = &[
    (
        "J1-R3001",
        "the data file cannot be opened or created",
        "The local JupiterOne keeps everything in one SQLite file. Its folder could not be made, or the \
         file could not be opened: check the path and the permissions, or name another file.",
    ),
    (
        "J1-R3002",
        "another process has the data file open",
        "One process at a time may serve a data file, so that two of them cannot finalize against each \
         other. Stop the other one, or send your requests to it, or name another file.",
    ),
    (
        "J1-R3003",
        "the data file was written by another version, or is not ours",
        "The file is an SQLite database, but not one that this version knows. The local JupiterOne holds \
         only what integrations uploaded: move the file away and run them again.",
    ),
    (
        "J1-R3004",
        "the port cannot be listened on",
        "Something else listens there, most likely another local JupiterOne. Stop it, or choose another \
         port; port 0 takes any free one.",
    ),
    (
        "J1-R3005",
        "reading or writing the data file failed",
        "SQLite reported an error, for instance a full disk. What was being written was undone as a whole; \
         a job that was being finalized ends in ERROR_UNEXPECTED_FAILURE and changes nothing.",
    ),
    (
        "J1-R3006",
        "the server had already stopped",
        "The server was shut down, or ended by itself, before it could answer. Start it again: jobs that \
         were being finalized are finished first.",
    ),
];
