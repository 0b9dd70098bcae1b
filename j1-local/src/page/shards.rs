//! The progress of a sharded run: what its workers reported about the job.
//!
//! Workers report as events "the upload of shard 3 of 8 has begun" and "shard 3 of 8 is uploaded: ..".

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use serde::Serialize;

use crate::html::{Number, Text, Time};
use crate::store::Event;

/// The most shards that are listed.
const LISTED: usize = 1_000;

/// The shards of a job.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Shards {
    /// The number of shards.
    total: usize,
    /// The shards that workers have begun to upload, by number.
    shards: BTreeMap<usize, Shard>,
}

/// A shard.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Shard {
    /// The number of uploads that were begun.
    begun: usize,
    /// The result of the upload, once it has ended.
    uploaded: Option<String>,
    /// The time of the last event, in epoch milliseconds.
    at: i64,
}

impl Shards {
    /// Returns `None` for a job of one process.
    pub fn new(events: &[Event]) -> Option<Self> {
        let (mut total, mut shards) = (0, BTreeMap::<usize, Shard>::new());
        for event in events.iter().filter(|event| event.name.starts_with("sync_upload_")) {
            let Some((number, of, rest)) = parse(&event.description) else { continue };
            if number >= of || of > LISTED {
                continue;
            }
            total = total.max(of);
            let shard = shards.entry(number).or_default();
            shard.at = event.create_date;
            match rest.strip_prefix(" is uploaded: ") {
                Some(result) => shard.uploaded = Some(result.to_owned()),
                None => shard.begun += 1,
            }
        }
        (total > 0).then_some(Self { total, shards })
    }

    /// Writes a section: how many shards are uploaded, and each shard.
    pub fn write(&self, out: &mut String) -> fmt::Result {
        let uploaded = self.shards.values().filter(|shard| shard.uploaded.is_some()).count();
        write!(
            out,
            "<section><h2>Shards</h2><p>{} of {} uploaded.</p><table><thead><tr><th class=\"n\">Shard</th><th>State</th>\
             <th>Uploaded</th><th class=\"n\">Attempts</th><th>Last event</th></tr></thead><tbody>",
            Number(uploaded as u64),
            Number(self.total as u64)
        )?;
        for number in 0..self.total {
            let (state, class, shard) = match self.shards.get(&number) {
                None => ("waiting", "soft", None),
                Some(shard) if shard.uploaded.is_some() => ("uploaded", "plus", Some(shard)),
                Some(shard) => ("uploading", "change", Some(shard)),
            };
            write!(out, "<tr><td class=\"n\">{number}</td><td class=\"{class}\">{state}</td>")?;
            match shard {
                Some(shard) => write!(
                    out,
                    "<td>{}</td><td class=\"n\">{}</td><td class=\"nowrap\">{}</td></tr>",
                    Text(shard.uploaded.as_deref().unwrap_or_default()),
                    Number(shard.begun as u64),
                    Time(shard.at)
                )?,
                None => out.write_str("<td></td><td class=\"n zero\">0</td><td></td></tr>")?,
            }
        }
        out.write_str("</tbody></table></section>")
    }
}

/// Takes the number of a shard, the number of shards and the rest out of a description.
fn parse(description: &str) -> Option<(usize, usize, &str)> {
    let (_, rest) = description.split_once("shard ")?;
    let (number, rest) = rest.split_once(" of ")?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    Some((number.parse().ok()?, rest[..end].parse().ok()?, &rest[end..]))
}
