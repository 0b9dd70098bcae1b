//! Two processes with one job, each for a region: the one that finalizes has to know what the other one could not read.

use j1_core::prelude::*;
use j1_runtime::provider::{Client, Http, Outgoing, Paging};
use j1_runtime::{Connect, Summary};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::model::{Config, Model};
use crate::support::{error, respond};

#[derive(J1Integration)]
#[j1(name = "regional", config = Config, steps(fetch_hosts))]
struct Regional {
    api: Client,
}

impl Connect for Regional {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        assert_eq!(config.unused, None);
        Ok(Self { api: http.client("https://regional.example/")? })
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "regional_host", class = Record, key = "regional-host:{id}", name = id, display_name = id)]
struct Machine {
    #[j1(skip)]
    id: String,
}

#[step(emits(Machine))]
async fn fetch_hosts(regional: &Regional, job: &mut Job<fetch_hosts>) -> Result<Outcome> {
    let mut hosts =
        regional.api.get("hosts").pages::<Machine>(Paging::cursor("after", "next").items("items"));
    while let Some(host) = hosts.next().await? {
        job.add(host).await?;
    }
    hosts.finish()
}

struct World(Model);

impl World {
    /// JupiterOne holds four hosts in two regions.
    async fn new() -> Self {
        let world = Self(Model::new());
        assert_eq!(world.run(&[], &["east-1", "east-2", "west-1", "west-2"], true).await.exit_code, 0);
        world
    }

    fn hosts(&self) -> usize {
        self.0.keys().len()
    }

    /// Runs with these hosts on the first page, and a second page that is empty, or refused.
    async fn run(&self, arguments: &[&str], hosts: &[&str], whole: bool) -> Summary {
        let hosts: Vec<_> = hosts.iter().map(|id| json!({ "id": id })).collect();
        let provider = move |asked: &Outgoing| match (asked.url.query(), whole) {
            (None, _) => respond(200, &json!({ "items": hosts, "next": "2" })),
            (Some(_), true) => respond(200, &json!({ "items": [], "next": null })),
            (Some(_), false) => respond(403, &json!({})),
        };
        self.0.harness::<Regional>(provider).arguments(arguments.iter().copied()).run().await
    }
}

/// Writes the summary as `--output json` does.
pub fn written(summary: &Summary) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), serde_json::to_vec(summary).expect("JSON")).expect("it is written");
    file
}

#[tokio::test(start_paused = true)]
async fn a_process_that_joins_a_job_keeps_what_another_one_could_not_read() {
    for hands_on in [false, true] {
        let world = World::new().await;
        let first = world.run(&["--skip-finalize"], &["east-1"], false).await;
        assert_eq!(first.exit_code, 5, "{first:#?}");
        let file = written(&first);
        let path = file.path().to_str().expect("a path");
        let arguments =
            if hands_on { &["--job", "job-1", "--summary", path][..] } else { &["--job", "job-1"] };
        let second = world.run(arguments, &["west-1", "west-2"], true).await;
        assert_eq!((world.hosts(), second.exit_code), (4, 5), "{hands_on}: {second:#?}");
        assert_eq!(second.partial_datasets.types, ["regional_host"]);
    }
}

/// The summary accounts for all that the job has received.
#[tokio::test(start_paused = true)]
async fn a_process_that_joins_a_job_deletes_what_no_process_has_found() {
    for (repeated, hands_on) in [(false, false), (false, true), (true, true)] {
        let world = World::new().await;
        let first = world.run(&["--skip-finalize"], &["east-1"], true).await;
        let file = written(&first);
        let path = file.path().to_str().expect("a path");
        let mut arguments = vec!["--job", "job-1"];
        for _ in 0..usize::from(hands_on) + usize::from(repeated) {
            arguments.extend(["--summary", path]);
        }
        let second = world.run(&arguments, &["west-1", "west-2"], true).await;
        let expected = if hands_on { (3, 0) } else { (4, 5) };
        assert_eq!((world.hosts(), second.exit_code), expected, "{arguments:?}: {second:#?}");
    }
}

/// Three processes, of which the last one knows one.
#[tokio::test(start_paused = true)]
async fn a_summary_does_not_speak_for_a_process_that_is_not_named() {
    let world = World::new().await;
    let first = world.run(&["--skip-finalize"], &["east-1"], true).await;
    world.run(&["--job", "job-1", "--skip-finalize"], &["west-1"], false).await;
    let file = written(&first);
    let path = file.path().to_str().expect("a path");
    let last = world.run(&["--job", "job-1", "--summary", path, "--summary", path], &["west-3"], true).await;
    assert_eq!((world.hosts(), last.exit_code), (5, 5), "{last:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_summary_of_another_job_or_of_a_process_that_failed_is_refused() {
    let world = World::new().await;
    let first = world.run(&["--skip-finalize"], &["east-1"], true).await;
    let file = written(&first);
    let path = file.path().to_str().expect("a path");
    let text = std::fs::read_to_string(path).expect("a file");
    let wrong = |from: &str, to: &str| {
        assert!(text.contains(from), "{from} in {text}");
        std::fs::write(path, text.replace(from, to)).expect("it is written");
    };
    for (from, to, expected) in [
        ("job-1", "job-7", "is of job job-7"),
        ("\"complete\"", "\"failed\"", "abort the job"),
        ("\"complete\"", "\"planned\"", "uploaded to no job"),
        ("\"partialDatasets\"", "\"partial\"", "not a summary"),
    ] {
        wrong(from, to);
        let second = world.run(&["--job", "job-1", "--summary", path], &["west-1", "west-2"], true).await;
        assert_eq!((world.hosts(), second.exit_code), (4, 2), "{second:#?}");
        assert!(error(&second).contains(expected), "{}", error(&second));
    }
    for arguments in [&["--summary", path][..], &["--job", "job-1", "--skip-finalize", "--summary", path]] {
        assert_eq!(world.run(arguments, &[], true).await.exit_code, 2, "{arguments:?}");
    }
}
