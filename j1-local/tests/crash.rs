//! State after the process is killed: a job is open, or applied whole.
//!
//! The test runs itself again as a child that serves a data file, stops the child dead at a chosen
//! moment of finalizing, kills it, and looks at what a new server makes of the file.
#![allow(missing_docs, reason = "tests")]

mod support;

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use j1_local::LocalJupiterOne;
use serde_json::{Value, json};
use support::{Client, Local, changes, has, user};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

const DATABASE: &str = "J1_LOCAL_CRASH_DATABASE";
const STOP_AT: &str = "J1_LOCAL_CRASH_STOP_AT";

fn main() {
    if let Ok(database) = std::env::var(DATABASE) {
        serve(Path::new(&database));
    }
    uploads_survive_a_kill();
    println!("uploads_survive_a_kill ok");
    for status in ["FINALIZING_ENTITIES", "FINALIZING_RELATIONSHIPS"] {
        a_job_killed_while_finalizing_is_finished_at_the_next_start(status);
        println!("a_job_killed_while_finalizing_is_finished_at_the_next_start {status} ok");
    }
    let kills = std::env::var("J1_LOCAL_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(12);
    a_kill_at_any_moment_leaves_the_old_state_or_the_new_one(kills);
    println!("a_kill_at_any_moment_leaves_the_old_state_or_the_new_one {kills} times ok");
    #[cfg(unix)]
    {
        let outcomes = a_full_disk_leaves_the_old_state_or_the_new_one_and_a_job_that_says_so();
        println!("a_full_disk_leaves_the_old_state_or_the_new_one_and_a_job_that_says_so ok: {outcomes:?}");
    }
}

/// The child: serves until it is killed, and prints its address and the moment it stopped at.
fn serve(database: &Path) -> ! {
    let stop_at = std::env::var(STOP_AT).unwrap_or_default();
    tracing::subscriber::set_global_default(StopAt(stop_at)).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(LocalJupiterOne::builder().database(database).start()).unwrap();
    say(server.url());
    loop {
        std::thread::park();
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

/// Never returns from the event that reports this status, which holds up the thread that writes.
struct StopAt(String);

impl Subscriber for StopAt {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.target().starts_with("j1_local")
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Status { stop_at: &self.0 });
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Status<'s> {
    stop_at: &'s str,
}

impl Visit for Status<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "status" && value == self.stop_at {
            say(value);
            loop {
                std::thread::park();
            }
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

/// A child that serves a data file.
struct Victim {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
    client: Client,
}

impl Victim {
    fn start(database: &Path, stop_at: &str) -> Self {
        Self::spawn(Command::new(std::env::current_exe().unwrap()), database, stop_at)
    }

    /// One that can write no file longer than this many blocks of 512 bytes, as if the disk were full then.
    #[cfg(unix)]
    fn on_a_small_disk(database: &Path, blocks: u32) -> Self {
        let mut command = Command::new("sh");
        let limit = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\"");
        command.arg("-c").arg(limit).arg(std::env::current_exe().unwrap());
        Self::spawn(command, database, "")
    }

    fn spawn(mut command: Command, database: &Path, stop_at: &str) -> Self {
        let mut child =
            command.env(DATABASE, database).env(STOP_AT, stop_at).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lines.next().unwrap().unwrap();
        Self { child, lines, client: Client::new(&url, None) }
    }

    /// SIGKILL: nothing of the child runs any more.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn uploads_survive_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("local.db");
    let victim = Victim::start(&database, "");
    let job = victim.client.diff("i");
    job.entities(&[user("acme:user:1", "Ada")]).ok();
    let path = job.path("");
    victim.kill();

    let local = Local::with(LocalJupiterOne::builder().database(&database));
    let client = &local.client;
    let job = client.get(&path).ok();
    assert_eq!(job["job"]["status"], "AWAITING_UPLOADS");
    assert_eq!(job["job"]["numEntitiesUploaded"], 1);
    client.post(&format!("{path}/entities"), &json!({ "entities": [user("acme:user:2", "Bob")] })).ok();
    client.post(&format!("{path}/finalize"), &json!({})).ok();
    assert_eq!(changes(&ended(client, &path), "Entities"), (2, 0, 0));
}

fn a_job_killed_while_finalizing_is_finished_at_the_next_start(status: &str) {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("local.db");
    let before = Local::with(LocalJupiterOne::builder().database(&database));
    let old = [user("acme:user:0", "Old"), user("acme:user:1", "Ada")];
    before.client.run("i", &old, &[has("acme:user:0", "acme:user:1")], &[]);
    before.stop();

    let mut victim = Victim::start(&database, status);
    let users: Vec<Value> = (1..=2000).map(|n| user(&format!("acme:user:{n}"), "New")).collect();
    let edges: Vec<Value> = (2..=2000).map(|n| has("acme:user:1", &format!("acme:user:{n}"))).collect();
    let job = victim.client.diff("i");
    job.upload(&users, &edges).ok();
    job.finalize(&[]).ok();
    assert_eq!(victim.lines.next().unwrap().unwrap(), status);
    // In the middle of it: the job says so, and queries see the graph as it was.
    assert_eq!(job.status()["status"], status);
    assert_eq!(victim.client.keys("i"), ["acme:user:0", "acme:user:1"]);
    let path = job.path("");
    victim.kill();

    let local = Local::with(LocalJupiterOne::builder().database(&database));
    let ended = ended(&local.client, &path);
    assert_eq!(changes(&ended, "Entities"), (1999, 1, 1));
    assert_eq!(changes(&ended, "Relationships"), (1999, 0, 1));
    assert_eq!(local.client.keys("i").len(), 2000);
    assert_eq!(local.client.count("relationships", "acme_group_has_user"), 1999);
}

fn ended(client: &Client, path: &str) -> Value {
    support::until_done(|| client.get(path).ok()["job"].clone())
}

/// Users, all of this name, and relationships from the first one to the others.
fn generation(name: &str) -> (Vec<Value>, Vec<Value>) {
    let users = (1..=300).map(|n| user(&format!("acme:user:{n}"), name)).collect();
    let edges = (2..=300).map(|n| has("acme:user:1", &format!("acme:user:{n}"))).collect();
    (users, edges)
}

/// The one name that all users have.
fn only_name(client: &Client) -> String {
    let rows = client.query("FIND acme_user");
    assert_eq!(rows.len(), 300);
    let names: std::collections::BTreeSet<_> =
        rows.iter().map(|row| row["properties"]["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(client.count("relationships", "acme_group_has_user"), 299);
    assert_eq!(names.len(), 1, "a mixture of two states: {names:?}");
    names.into_iter().next().unwrap()
}

fn a_kill_at_any_moment_leaves_the_old_state_or_the_new_one(kills: usize) {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("local.db");
    let before = Local::with(LocalJupiterOne::builder().database(&database));
    let (users, edges) = generation("0");
    before.client.run("i", &users, &edges, &[]);
    before.stop();
    let mut now = "0".to_owned();
    for kill in 1..=kills {
        let victim = Victim::start(&database, "");
        let next = kill.to_string();
        let (users, edges) = generation(&next);
        // The kill follows the n-th response; after that of finalize the rest happens by itself.
        let mut left = kill * 7 % 11;
        let mut go = || {
            left = left.saturating_sub(1);
            left > 0
        };
        let job = victim.client.diff("i");
        let uploads = users.chunks(100).all(|users| {
            job.entities(users).ok();
            go()
        });
        if uploads {
            job.upload(&[], &edges).ok();
            job.finalize(&[]).ok();
            while go() {
                job.status();
            }
        }
        let path = job.path("");
        victim.kill();
        let local = Local::with(LocalJupiterOne::builder().database(&database));
        let status = local.client.get(&path).ok()["job"]["status"].clone();
        if status != "AWAITING_UPLOADS" {
            assert_eq!(ended(&local.client, &path)["status"], "FINISHED");
            now.clone_from(&next);
        }
        assert_eq!(only_name(&local.client), now, "kill {kill}");
        local.stop();
    }
}

/// The last step that each size of disk allowed.
#[cfg(unix)]
fn a_full_disk_leaves_the_old_state_or_the_new_one_and_a_job_that_says_so() -> Vec<String> {
    let mut outcomes = Vec::new();
    for blocks in (1_600..=5_200).step_by(400) {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("local.db");
        let before = Local::with(LocalJupiterOne::builder().database(&database));
        let (users, edges) = generation("old");
        before.client.run("i", &users, &edges, &[]);
        before.stop();
        let victim = Victim::on_a_small_disk(&database, blocks);
        let (mut users, edges) = generation("new");
        for user in &mut users {
            user["notes"] = json!("x".repeat(2_000));
        }
        let job = victim.client.diff("i");
        let uploaded = users.chunks(50).map(|users| job.entities(users).status).all(|status| status == 200)
            && job.upload(&[], &edges).status == 200;
        // Clients that wait for the job see its end.
        let outcome = if !uploaded {
            "an upload was refused".to_owned()
        } else if job.finalize(&[]).status == 200 {
            job.wait()["status"].as_str().unwrap().to_owned()
        } else {
            "the finalize was refused".to_owned()
        };
        let expected = if outcome == "FINISHED" { "new" } else { "old" };
        assert_eq!(only_name(&victim.client), expected, "{blocks} blocks: {outcome}");
        victim.kill();
        // With room again it is one of the two: a finalize that could not end is tried again.
        let local = Local::with(LocalJupiterOne::builder().database(&database));
        let name = only_name(&local.client);
        assert!(name == "new" || outcome != "FINISHED", "{blocks} blocks: {name} after {outcome}");
        local.stop();
        outcomes.push(outcome);
    }
    assert!(outcomes.iter().any(|outcome| outcome == "ERROR_UNEXPECTED_FAILURE"), "{outcomes:?}");
    outcomes
}
