//! A model of JupiterOne's Sync API: jobs, uploads, and what a DIFF finalize means.

use std::collections::BTreeSet;
use std::io::Read as _;

use flate2::read::GzDecoder;
use j1_runtime::provider::Outgoing;
use serde_json::{Value, json};

use crate::graph::{Graph, Row};

/// What JupiterOne holds of one integration instance, and its jobs.
#[derive(Debug, Default)]
pub struct JupiterOne {
    pub held: Graph,
    jobs: Vec<Job>,
    /// The largest body that it takes, in bytes before compression.
    pub largest: usize,
    /// How many finalizes took effect.
    pub finalized: u32,
}

#[derive(Debug)]
struct Job {
    status: &'static str,
    rows: Vec<Row>,
}

/// A status and a body.
pub type Answer = (u16, Value);

const BASE: &str = "/persister/synchronization/jobs";

impl JupiterOne {
    /// Answers a request, and does what it asks.
    pub fn answer(&mut self, request: &Outgoing) -> Answer {
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
            self.jobs.push(Job { status: "AWAITING_UPLOADS", rows: Vec::new() });
            return self.job(self.jobs.len() - 1);
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

    /// What it holds: entities, or relationships where the query asks for those.
    fn query(&self, question: &[u8]) -> Answer {
        let question: Value = serde_json::from_slice(question).unwrap_or_default();
        let edges = question["variables"]["query"].as_str().is_some_and(|query| query.contains("RELATES"));
        let held = self.held.0.values().filter(|row| row.ends.is_some() == edges);
        let rows: Vec<Value> = held
            .map(|row| {
                if edges {
                    return json!({ "edge._key": row.key, "edge._type": row.ty, "edge._class": "HAS" });
                }
                json!({ "entity": { "_key": row.key, "_type": [row.ty] }, "properties": { "name": row.content } })
            })
            .collect();
        (200, json!({ "data": { "queryV1": { "type": "list", "data": rows, "cursor": null, "url": null } } }))
    }

    fn job(&self, number: usize) -> Answer {
        (200, json!({ "job": { "id": format!("job-{number}"), "status": self.jobs[number].status } }))
    }

    /// A finalize that is under way has ended when somebody asks a second time.
    fn ask(&mut self, number: usize) -> Answer {
        let answer = self.job(number);
        if self.jobs[number].status == "FINALIZE_PENDING" {
            self.jobs[number].status = "FINISHED";
        }
        answer
    }

    /// A batch is taken or refused whole. A key that the job has already is refused, or the last one counts.
    fn upload(&mut self, number: usize, list: &Value, query: Option<&str>) -> Answer {
        let Some(rows) =
            list.as_array().and_then(|list| list.iter().map(Row::read).collect::<Option<Vec<_>>>())
        else {
            return refused(400, "UPLOAD_FAILED_VALIDATION");
        };
        let replace = query.is_some_and(|query| query.contains("ignoreDuplicates=true"));
        let taken = &mut self.jobs[number].rows;
        let mut all = taken.clone();
        for row in rows {
            match all.iter().position(|taken| taken.key == row.key) {
                Some(at) if replace => all[at] = row,
                Some(_) => return refused(400, "UPLOAD_FAILED_VALIDATION"),
                None => all.push(row),
            }
        }
        *taken = all;
        self.job(number)
    }

    /// What was not uploaded is deleted, unless its type is partial; so are relationships without both ends.
    fn finalize(&mut self, number: usize, body: &Value) -> Answer {
        let types = body["partialDatasets"]["types"].as_array().cloned().unwrap_or_default();
        let partial: BTreeSet<&str> = types.iter().filter_map(Value::as_str).collect();
        let mut graph = Graph::default();
        for kept in self.held.0.values().filter(|row| partial.contains(&*row.ty)) {
            graph.insert(kept.clone());
        }
        for row in std::mem::take(&mut self.jobs[number].rows) {
            graph.insert(row);
        }
        let entities: BTreeSet<String> =
            graph.0.values().filter(|row| row.ends.is_none()).map(|row| row.key.clone()).collect();
        graph.0.retain(|_, row| match &row.ends {
            Some((from, to)) => entities.contains(from) && entities.contains(to),
            None => true,
        });
        self.held = graph;
        self.finalized += 1;
        self.jobs[number].status = "FINALIZE_PENDING";
        self.job(number)
    }
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
