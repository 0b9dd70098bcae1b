//! The stable error codes of the local JupiterOne itself.
//!
//! | code | what happened |
//! |---|---|
//! | `J1-R3001` | the data file cannot be opened or created |
//! | `J1-R3002` | another process has the data file open |
//! | `J1-R3003` | the data file was written by another version, or is not ours |
//! | `J1-R3004` | the port cannot be listened on |
//! | `J1-R3005` | reading or writing the data file failed |
//! | `J1-R3006` | the server had already stopped |
//! | `J1-R3007` | the data file is damaged |
//! | `J1-R3008` | the data file has several names |
//! | `J1-R3009` | a file of an export cannot be written |
//!
//! Errors of a request have the shape of the service instead, `{"error":{"code","message"}}`; those codes are listed
//! in [`crate::http`].

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
        "The server was shut down, or ended by itself, before it could respond. Start it again: jobs that \
         were being finalized are finished first.",
    ),
    (
        "J1-R3007",
        "the data file is damaged",
        "SQLite checks the file when it is opened and found pages that do not fit together, for instance after a \
         failing disk or a copy of a file in use. Move it away with its -wal and -shm files and run the integrations \
         again: they hold everything that was in it.",
    ),
    (
        "J1-R3008",
        "the data file has several names",
        "The file has hard links, and a lock under one name does not keep out a process that uses another one. Copy \
         the file, or remove the other names.",
    ),
    (
        "J1-R3009",
        "a file of an export cannot be written",
        "The folder that --out names cannot be created, or a file in it cannot be written: check the permissions and \
         the room on the disk, or name another folder.",
    ),
];
