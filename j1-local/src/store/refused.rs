//! Refusals of the store.

use crate::error::Error;

/// The reason why the store refused a request.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// No job has this id.
    #[error("there is no job {id}")]
    NoJob { id: String },
    /// A state of the graph that is not known: the job has not finished, or too many have since.
    #[error("the state after job {id} is not known; ask for one of the last 100 jobs that finished")]
    NoVersion { id: String },
    /// A job of this id exists.
    #[error("there is already a job {id}; start the next one with another integrationJobId, or with none")]
    JobExists { id: String },
    /// The job takes no uploads any more.
    #[error("job {id} is {status}, not AWAITING_UPLOADS; start a new job")]
    NotAwaitingUploads { id: String, status: &'static str },
    /// A key that the job already uploaded.
    #[error(
        "{what} `{key}` was already uploaded in this job; send each key once, or use ?ignoreDuplicates=true"
    )]
    Duplicate { what: &'static str, key: String },
    /// The store itself failed.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(Error::Store(error))
    }
}
