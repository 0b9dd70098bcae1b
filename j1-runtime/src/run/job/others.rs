//! The other processes that upload to a joined job: what they could not read is not to be deleted by the one that finalizes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use j1_core::Error;
use j1_core::error::Kind;
use j1_core::shared::inserted;
use serde::Deserialize;

use crate::code;
use crate::engine::Partial;
use crate::jupiterone::Job;
use crate::jupiterone::prediction::Types;
use crate::run::error::RunError;
use crate::run::settings::JobSettings;
use crate::run::summary::Summary;

/// The summary of another process of the same job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OtherSummary {
    path: String,
    job: String,
    /// The number of objects that it sent.
    objects: u64,
    partial: BTreeSet<String>,
    /// `true` if all that it was to read was read.
    complete: bool,
    /// The text, by which a file that is named twice is known.
    text: String,
}

/// The members that a JSON summary has of a process that left its job open.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    status: String,
    job: Option<WrittenJob>,
    types: BTreeMap<String, u64>,
    partial_datasets: WrittenPartial,
}

#[derive(Deserialize)]
struct WrittenJob {
    id: String,
}

#[derive(Deserialize)]
struct WrittenPartial {
    types: BTreeSet<String>,
}

impl OtherSummary {
    /// Reads a summary that `--output json` or `--report` wrote.
    ///
    /// # Errors
    /// When the file is not a summary, or its process failed or had no job.
    pub fn read(path: &str) -> Result<Self, String> {
        let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
        let written: Written = serde_json::from_str(&text)
            .map_err(|error| format!("it is not a summary of `--output json` or `--report`: {error}"))?;
        let job = written.job.map(|job| job.id);
        match (&*written.status, job) {
            ("complete" | "partial", Some(job)) => {
                let (objects, partial) = (written.types.values().sum(), written.partial_datasets.types);
                let complete = written.status == "complete";
                Ok(Self { path: path.to_owned(), job, objects, partial, complete, text })
            }
            ("failed", Some(job)) => {
                Err(format!("that process failed, so job {job} has a part of its objects: abort the job"))
            }
            _ => Err("it is of a process that uploaded to no job".to_owned()),
        }
    }
}

/// Checks that the summaries are of the job that is joined.
pub(super) fn check(settings: &JobSettings) -> Result<(), RunError> {
    let other = settings.others.iter().find(|other| Some(&other.job) != settings.job.as_ref());
    let Some(OtherSummary { path, job, .. }) = other else { return Ok(()) };
    let message = format!("`--summary {path}` is of job {job}, which is not the one that is joined");
    Err(RunError::usage(Error::new(Kind::Config, code::CONFIG, message)))
}

/// Protects what the other processes of a joined job could not read: the partial types of their summaries, and all types if the
/// job has more objects than this process and they have sent.
pub(super) fn protect(
    settings: &JobSettings,
    job: &Job,
    acknowledged: [u64; 2],
    types: &mut Types,
    summary: &mut Summary,
) {
    if settings.job.is_none() || settings.skip_finalize || !settings.sync_mode.deletes() {
        return;
    }
    let known: BTreeMap<&str, &OtherSummary> =
        inserted(settings.others.iter().map(|other| (&*other.text, other)));
    for OtherSummary { path, partial, complete, .. } in known.values() {
        for ty in partial {
            let reason = format!("another process of the job has not read all `{ty}` ({path})");
            let kept = Partial { ty: ty.clone(), reason };
            if *complete { summary.keep(kept) } else { summary.protect(kept) }
        }
    }
    let sent: u64 = acknowledged.iter().sum();
    let received = job.num_entities_uploaded + job.num_relationships_uploaded;
    let accounted = sent + known.values().map(|other| other.objects).sum::<u64>();
    // A job that does not say what it has received may have anything.
    if !(sent..=accounted).contains(&received) {
        let id = &job.id;
        let what = if received == 0 {
            format!(
                "job {id} does not say how many objects it has received, so it may have some of another process"
            )
        } else {
            format!("job {id} has received {} objects of another process", received.saturating_sub(accounted))
        };
        tracing::warn!(
            "{what}: what that one could not read would be deleted, so all types are kept; name the summary of each process with \
             `--summary FILE`"
        );
        for ty in types.declared.iter().filter(|ty| !types.partial.contains(*ty)) {
            let reason =
                format!("{what}, which may not have read all `{ty}`: name its summary with `--summary FILE`");
            summary.protect(Partial { ty: ty.clone(), reason });
        }
    }
    types.partial.extend(summary.partial_datasets.types.iter().cloned());
}
