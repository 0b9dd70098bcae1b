//! A model of JupiterOne's Sync API: jobs, uploads, and what a DIFF finalize means.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

use flate2::read::GzDecoder;
use j1_runtime::provider::Outgoing;
use serde_json::{Value, json};

use crate::graph::{Graph, Row};

/// The data of one integration instance in JupiterOne, and its jobs.
#[derive(Debug, Default)]
pub struct JupiterOne {
    pub held: Graph,
    jobs: Vec<Job>,
    /// The largest body that it takes, in bytes before compression.
    pub largest: usize,
    /// The number of finalizes that took effect.
    pub finalized: u32,
    /// Its deviation from the documentation.
    pub oddity: Option<Oddity>,
    /// Counts up with each request: the time of day.
    clock: i64,
    /// The times at which the held objects were created.
    created: BTreeMap<String, i64>,
    /// The uploads so far.
    uploads: u32,
    /// The oddity has taken effect since this was last reset.
    pub odd_met: bool,
}

/// Deviations of a JupiterOne, or of something between it and the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// Every job says that it received fewer objects than it did.
    FewerReceived,
    /// The job says nothing about what it received.
    CountsUnsaid,
    /// A finalized job ends with a status that no document names.
    UnknownStatus,
    /// A finalized job never ends.
    NeverEnds,
    /// A finished job reports errors for some objects.
    ObjectErrors,
    /// Queries are refused.
    QueryRefused,
    /// There is no query API.
    QueryMissing,
    /// Queries return nothing, although there is something.
    QueryEmpty,
    /// Queries return a part of what there is; a count is right.
    QueryPart,
    /// Something acknowledges an upload in the words of JupiterOne, which has not received it.
    LostUpload,
}

impl Oddity {
    /// Returns `true` if it concerns what JupiterOne says that it holds, and not a job.
    pub const fn is_of_queries(self) -> bool {
        matches!(self, Self::QueryRefused | Self::QueryMissing | Self::QueryEmpty | Self::QueryPart)
    }

    /// Returns `true` if a run with `--yes` is complete all the same.
    pub const fn is_bearable(self) -> bool {
        self.is_of_queries() || matches!(self, Self::CountsUnsaid)
    }

    pub const ALL: [Self; 10] = [
        Self::FewerReceived,
        Self::CountsUnsaid,
        Self::UnknownStatus,
        Self::NeverEnds,
        Self::ObjectErrors,
        Self::QueryRefused,
        Self::QueryMissing,
        Self::QueryEmpty,
        Self::QueryPart,
        Self::LostUpload,
    ];
}

#[derive(Debug)]
struct Job {
    status: &'static str,
    rows: BTreeMap<String, Row>,
    /// The keys of the upload that came last.
    last_upload: Vec<String>,
    /// The request that started it: its source, its instance and its mode.
    said: Value,
    started: i64,
    /// What the finalize created, updated and deleted: entities, then relationships.
    changes: [[usize; 3]; 2],
}

/// A status and a body.
pub type Answer = (u16, Value);

const BASE: &str = "/persister/synchronization/jobs";

impl JupiterOne {
    /// Answers a request, and does what it asks.
    pub fn answer(&mut self, request: &Outgoing) -> Answer {
        self.clock += 1;
        if request.url.path() == "/graphql" {
            return self.query(&request.body);
        }
        let Some(path) = request.url.path().strip_prefix(BASE) else {
            return refused(404, "NOT_FOUND");
        };
        let body = plain(request);
        if body.len() > self.largest {
            return refused(413, "RequestEntityTooLargeException");
        }
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        let mut parts = path.split('/').skip(1);
        let Some(id) = parts.next() else {
            return self.start(body);
        };
        let Some(number) = id.strip_prefix("job-").and_then(|number| number.parse::<usize>().ok()) else {
            return refused(404, "JOB_NOT_FOUND");
        };
        match parts.next() {
            None => self.ask(number),
            Some(_) if self.jobs[number].status != "AWAITING_UPLOADS" => {
                refused(409, "JOB_NOT_AWAITING_UPLOADS")
            }
            Some(list @ ("entities" | "relationships")) => {
                self.upload(number, &body[list], request.url.query())
            }
            Some("finalize") => self.finalize(number, &body),
            Some("abort") => {
                self.jobs[number].status = "ABORTED";
                self.job(number)
            }
            Some("events") => (200, json!({ "events": [] })),
            Some(_) => refused(404, "NOT_FOUND"),
        }
    }

    /// Starts a job as its request says.
    pub fn start(&mut self, said: Value) -> Answer {
        self.jobs.push(Job {
            status: "AWAITING_UPLOADS",
            rows: BTreeMap::new(),
            last_upload: Vec::new(),
            said,
            started: self.clock,
            changes: Default::default(),
        });
        self.job(self.jobs.len() - 1)
    }

    /// Returns what it holds: entities, or relationships where the query asks for those; or their number.
    fn query(&mut self, question: &[u8]) -> Answer {
        self.odd_met |= self.oddity.is_some_and(Oddity::is_of_queries);
        match self.oddity {
            Some(Oddity::QueryRefused) => return refused(403, "FORBIDDEN"),
            Some(Oddity::QueryMissing) => return refused(404, "NOT_FOUND"),
            _ => {}
        }
        let question: Value = serde_json::from_slice(question).unwrap_or_default();
        let query = question["variables"]["query"].as_str().unwrap_or_default();
        if query.ends_with("LIMIT 1") {
            // Every account has some entities.
            let account = json!({ "entity": { "_key": "account", "_type": ["jupiterone_account"] } });
            return page(if self.oddity == Some(Oddity::QueryEmpty) { Vec::new() } else { vec![account] });
        }
        let edges = query.contains("RELATES");
        let held: Vec<&Row> = self.held.0.values().filter(|row| row.ends.is_some() == edges).collect();
        if query.contains("COUNT(") {
            let count = if self.oddity == Some(Oddity::QueryEmpty) { 0 } else { held.len() };
            return page(vec![json!({ "number": count })]);
        }
        let shown = match self.oddity {
            Some(Oddity::QueryEmpty) => 0,
            Some(Oddity::QueryPart) => held.len() / 2,
            _ => held.len(),
        };
        let rows = held.iter().take(shown).map(|row| {
            let created = self.created.get(&row.key);
            if edges {
                return json!({
                    "edge._key": row.key, "edge._type": row.ty, "edge._class": "HAS", "edge._createdOn": created,
                });
            }
            json!({
                "entity": { "_key": row.key, "_type": [row.ty], "_createdOn": created },
                "properties": { "name": row.content },
            })
        });
        page(rows.collect())
    }

    fn job(&self, number: usize) -> Answer {
        let Job { status, rows, said, started, changes, .. } = &self.jobs[number];
        let mut job = said.clone();
        job["id"] = json!(format!("job-{number}"));
        job["status"] = json!(status);
        job["startTimestamp"] = json!(started);
        if self.oddity != Some(Oddity::CountsUnsaid) {
            let relationships = rows.values().filter(|row| row.ends.is_some()).count();
            let fewer = usize::from(self.oddity == Some(Oddity::FewerReceived));
            job["numEntitiesUploaded"] = json!((rows.len() - relationships).saturating_sub(fewer));
            job["numRelationshipsUploaded"] = json!(relationships);
        }
        if *status == "FINISHED" {
            for (kind, counts) in ["Entities", "Relationships"].into_iter().zip(changes) {
                for (what, count) in ["Created", "Updated", "Deleted"].into_iter().zip(counts) {
                    job[format!("num{kind}{what}")] = json!(count);
                }
            }
        }
        if *status == "FINISHED" && self.oddity == Some(Oddity::ObjectErrors) {
            job["numEntityCreateErrors"] = json!(3);
        }
        (200, json!({ "job": job }))
    }

    /// A finalize that is under way has ended when the job is asked for a second time.
    fn ask(&mut self, number: usize) -> Answer {
        self.odd_met |=
            self.oddity.is_some_and(|oddity| !oddity.is_of_queries() && oddity != Oddity::LostUpload);
        let answer = self.job(number);
        if self.jobs[number].status == "FINALIZE_PENDING" {
            self.jobs[number].status = match self.oddity {
                Some(Oddity::UnknownStatus) => "FINISHED_WITH_SURPRISES",
                Some(Oddity::NeverEnds) => "FINALIZING_ENTITIES",
                _ => "FINISHED",
            };
        }
        answer
    }

    /// A batch is taken or refused whole. A key that the job has already is refused, or the last one counts.
    pub fn upload(&mut self, number: usize, list: &Value, query: Option<&str>) -> Answer {
        let Some(rows) =
            list.as_array().and_then(|list| list.iter().map(Row::read).collect::<Option<Vec<_>>>())
        else {
            return refused(400, "UPLOAD_FAILED_VALIDATION");
        };
        let replace = query.is_some_and(|query| query.contains("ignoreDuplicates=true"));
        self.uploads += 1;
        if self.oddity == Some(Oddity::LostUpload) && self.uploads.is_multiple_of(5) {
            self.odd_met = true;
            return self.job(number);
        }
        let job = &mut self.jobs[number];
        let keys: BTreeSet<&str> = rows.iter().map(|row| &*row.key).collect();
        if !replace && (keys.len() < rows.len() || keys.iter().any(|key| job.rows.contains_key(*key))) {
            return refused(400, "UPLOAD_FAILED_VALIDATION");
        }
        job.last_upload = rows.iter().map(|row| row.key.clone()).collect();
        job.rows.extend(rows.into_iter().map(|row| (row.key.clone(), row)));
        self.job(number)
    }

    /// Deletes what was not uploaded, unless its type is partial, and relationships without both ends.
    fn finalize(&mut self, number: usize, body: &Value) -> Answer {
        let types = body["partialDatasets"]["types"].as_array().cloned().unwrap_or_default();
        let partial: BTreeSet<&str> = types.iter().filter_map(Value::as_str).collect();
        let mut graph = Graph::default();
        for kept in self.held.0.values().filter(|row| partial.contains(&*row.ty)) {
            graph.insert(kept.clone());
        }
        for row in self.jobs[number].rows.values() {
            graph.insert(row.clone());
        }
        let entities: BTreeSet<String> =
            graph.0.values().filter(|row| row.ends.is_none()).map(|row| row.key.clone()).collect();
        graph.0.retain(|_, row| match &row.ends {
            Some((from, to)) => entities.contains(from) && entities.contains(to),
            None => true,
        });
        self.jobs[number].changes = [false, true].map(|edges| {
            let of_kind = |row: &&Row| row.ends.is_some() == edges;
            let (held, after) = (&self.held.0, &graph.0);
            let created = after.values().filter(of_kind).filter(|row| !held.contains_key(&row.key)).count();
            let updated = after
                .values()
                .filter(of_kind)
                .filter(|row| held.get(&row.key).is_some_and(|old| old.content != row.content));
            let deleted = held.values().filter(of_kind).filter(|row| !after.contains_key(&row.key)).count();
            [created, updated.count(), deleted]
        });
        self.created.retain(|key, _| graph.has(key));
        for key in graph.keys() {
            self.created.entry(key.clone()).or_insert(self.clock);
        }
        self.held = graph;
        self.finalized += 1;
        self.jobs[number].status = "FINALIZE_PENDING";
        self.job(number)
    }
}

fn page(rows: Vec<Value>) -> Answer {
    let rows = Value::Array(rows);
    (200, json!({ "data": { "queryV1": { "type": "list", "data": rows, "cursor": null, "url": null } } }))
}

fn refused(status: u16, code: &str) -> Answer {
    (status, json!({ "error": { "code": code, "message": "refused" } }))
}

/// The body as it was before compression.
fn plain(request: &Outgoing) -> Vec<u8> {
    if request.headers.get("content-encoding").is_none_or(|encoding| encoding != "gzip") {
        return request.body.to_vec();
    }
    let mut plain = Vec::new();
    GzDecoder::new(&request.body[..]).read_to_end(&mut plain).expect("a whole gzip body");
    plain
}

impl JupiterOne {
    /// Takes back the upload that came last, as if it had never arrived.
    pub fn forget_last_upload(&mut self) {
        if let Some(job) = self.jobs.last_mut() {
            for key in std::mem::take(&mut job.last_upload) {
                job.rows.remove(&key);
            }
        }
    }
}
