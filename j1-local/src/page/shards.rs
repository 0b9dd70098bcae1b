//! The progress of a sharded run: what its workers reported about the job.
//!
//! Workers report as events "shard 3 of 8 is being collected: attempt 2, 12.5% of the work", "the upload of shard 3 of 8 has
//! begun: attempt 2" and "shard 3 of 8 is uploaded: ..".

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use serde::Serialize;

use crate::html::{Number, Text, Time};
use crate::store::Event;

/// The most shards that are listed.
const LISTED: usize = 1_000;
/// The whole of the work, in tenths of a percent.
const ALL: u64 = 1_000;

/// The shards of a job.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shards {
    /// The number of shards.
    total: usize,
    collecting: usize,
    uploading: usize,
    uploaded: usize,
    /// The part of the work that is uploaded, in tenths of a percent.
    done: u64,
    /// The time that the rest takes at the pace so far, in milliseconds, while the job is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining_ms: Option<u64>,
    /// The shards that workers have begun, by number.
    shards: BTreeMap<usize, Shard>,
}

/// The state of a shard that a worker has begun.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum State {
    #[default]
    Collecting,
    Uploading,
    Uploaded,
}

/// A shard.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Shard {
    state: State,
    /// The number of times that a worker began it.
    attempts: u64,
    /// Its part of the work, in tenths of a percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<u64>,
    /// The result of the upload, once it has ended.
    uploaded: Option<String>,
    /// The time of the first event, in epoch milliseconds.
    began: i64,
    /// The time of the last event, in epoch milliseconds.
    at: i64,
}

impl Shard {
    fn take(&mut self, rest: &str) {
        if let Some(result) = rest.strip_prefix(" is uploaded: ") {
            self.uploaded = Some(result.to_owned());
        }
        if let Some((_, rest)) = rest.split_once(": attempt ") {
            self.attempts = self.attempts.max(number(rest));
        }
        if let Some((_, share)) = rest.split_once(", ").filter(|(_, share)| share.ends_with("% of the work"))
        {
            self.share = tenths(share).or(self.share);
        }
        self.state = match &self.uploaded {
            // A worker that was late sends it again: the same.
            Some(_) => State::Uploaded,
            None if rest.starts_with(" is being collected") => State::Collecting,
            None => State::Uploading,
        };
    }
}

impl Shards {
    /// Returns `None` for a job of one process. An open job has more to come.
    pub fn new(events: &[Event], open: bool) -> Option<Self> {
        let (mut total, mut shards) = (0, BTreeMap::<usize, Shard>::new());
        for event in events {
            if !matches!(&*event.name, "step_start" | "sync_upload_start" | "sync_upload_end") {
                continue;
            }
            let Some((number, of, rest)) = parse(&event.description) else { continue };
            if number >= of || of > LISTED {
                continue;
            }
            total = total.max(of);
            let first = Shard { began: event.create_date, ..Shard::default() };
            let shard = shards.entry(number).or_insert(first);
            shard.at = event.create_date;
            shard.take(rest);
        }
        (total > 0).then(|| Self::of_total(total, shards, open))
    }

    fn of_total(total: usize, shards: BTreeMap<usize, Shard>, open: bool) -> Self {
        let in_state = |state| shards.values().filter(move |shard| shard.state == state);
        let [collecting, uploading, uploaded] =
            [State::Collecting, State::Uploading, State::Uploaded].map(|state| in_state(state).count());
        let shares = in_state(State::Uploaded).map(|shard| shard.share).sum::<Option<u64>>();
        let equal = (uploaded as u64 * ALL).checked_div(total as u64).unwrap_or_default();
        let done = if uploaded == total { ALL } else { shares.unwrap_or(equal).min(ALL) };
        let began = shards.values().map(|shard| shard.began).min().unwrap_or_default();
        let last = in_state(State::Uploaded).map(|shard| shard.at).max().unwrap_or(began);
        let took = u64::try_from(last - began).unwrap_or_default();
        let remaining_ms = (took * (ALL - done)).checked_div(done).filter(|_| open && done < ALL);
        Self { total, collecting, uploading, uploaded, done, remaining_ms, shards }
    }

    /// Writes a section: how far the shards are, and each shard.
    pub fn write(&self, out: &mut String) -> fmt::Result {
        let waiting = self.total.saturating_sub(self.shards.len());
        write!(
            out,
            "<section><h2>Shards</h2><p>{} of {} uploaded ({}% of the work); {} uploading, {} collecting, {} waiting.",
            Number(self.uploaded as u64),
            Number(self.total as u64),
            Percent(self.done),
            Number(self.uploading as u64),
            Number(self.collecting as u64),
            Number(waiting as u64)
        )?;
        if let Some(remaining) = self.remaining_ms {
            write!(out, " At the pace so far, the rest takes about {}.", About(remaining))?;
        }
        out.write_str(
            "</p><table><thead><tr><th class=\"n\">Shard</th><th>State</th><th class=\"n\">Work</th><th>Uploaded</th>\
             <th class=\"n\">Attempts</th><th>Last event</th></tr></thead><tbody>",
        )?;
        for number in 0..self.total {
            let (state, class, shard) = match self.shards.get(&number) {
                None => ("waiting", "soft", None),
                Some(shard) => match shard.state {
                    State::Collecting => ("collecting", "change", Some(shard)),
                    State::Uploading => ("uploading", "change", Some(shard)),
                    State::Uploaded => ("uploaded", "plus", Some(shard)),
                },
            };
            write!(
                out,
                "<tr><td class=\"n\">{number}</td><td class=\"{class}\">{state}</td><td class=\"n\">"
            )?;
            if let Some(share) = shard.and_then(|shard| shard.share) {
                write!(out, "{}%", Percent(share))?;
            }
            match shard {
                Some(shard) => write!(
                    out,
                    "</td><td>{}</td><td class=\"n\">{}</td><td class=\"nowrap\">{}</td></tr>",
                    Text(shard.uploaded.as_deref().unwrap_or_default()),
                    Number(shard.attempts),
                    Time(shard.at)
                )?,
                None => out.write_str("</td><td></td><td class=\"n zero\">0</td><td></td></tr>")?,
            }
        }
        out.write_str("</tbody></table></section>")
    }
}

/// Tenths of a percent as a percentage.
struct Percent(u64);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 10, self.0 % 10) {
            (whole, 0) => write!(f, "{whole}"),
            (whole, tenth) => write!(f, "{whole}.{tenth}"),
        }
    }
}

/// A time in milliseconds, as exact as a forecast is.
struct About(u64);

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.div_ceil(1_000);
        match seconds {
            0..=1 => f.write_str("1 second"),
            2..120 => write!(f, "{seconds} seconds"),
            120..7_200 => write!(f, "{} minutes", seconds.div_ceil(60)),
            _ => write!(f, "{} hours", seconds.div_ceil(3_600)),
        }
    }
}

/// Takes the number of a shard, the number of shards and the rest out of a description.
fn parse(description: &str) -> Option<(usize, usize, &str)> {
    let rest = description.strip_prefix("the upload of ").unwrap_or(description).strip_prefix("shard ")?;
    let (number, rest) = rest.split_once(" of ")?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    Some((number.parse().ok()?, rest[..end].parse().ok()?, &rest[end..]))
}

/// The digits that a text begins with, as a number; 0 if there are none.
fn number(text: &str) -> u64 {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().unwrap_or_default()
}

/// Reads a percentage with one decimal place, as tenths.
fn tenths(text: &str) -> Option<u64> {
    let (whole, tenth) = text.split_once('%')?.0.split_once('.')?;
    let tenths = whole.parse::<u64>().ok()?.checked_mul(10)?.checked_add(tenth.parse().ok()?)?;
    (tenth.len() == 1 && tenths <= ALL).then_some(tenths)
}
