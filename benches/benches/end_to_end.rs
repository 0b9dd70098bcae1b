//! Whole runs beside the floor program, each in a process of its own: `cargo bench -p j1-bench --bench end_to_end`.
//!
//! Prints one JSON object a line. `J1_BENCH_ENTITIES=10000,100000` says how many entities; there are as many relationships.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, ExitCode, Stdio};

use j1_bench::integration::{Config, Directory};
use j1_bench::usage::Usage;
use j1_bench::{floor, jupiterone, provider};
use j1_runtime::Status;
use j1_runtime::provider::Http;
use j1_runtime::testing::Harness;
use serde_json::{Value, json};

/// Tells the process what it is: `server`, or `PROGRAM ENTITIES RAW ADDRESS`.
const ROLE: &str = "J1_BENCH_ROLE";

fn main() -> ExitCode {
    match std::env::var(ROLE) {
        Ok(role) if role == "server" => {
            jupiterone::serve();
            ExitCode::SUCCESS
        }
        Ok(role) => case(&role),
        Err(_) => all(),
    }
}

fn all() -> ExitCode {
    let sizes = std::env::var("J1_BENCH_ENTITIES").unwrap_or_else(|_| "10000,100000".to_owned());
    for entities in sizes.split(',') {
        for raw in ["raw", "plain"] {
            for program in ["floor", "j1"] {
                let (mut server, address) = server();
                let role = format!("{program} {entities} {raw} {address}");
                let output = this().env(ROLE, role).stderr(Stdio::inherit()).output().expect("it starts");
                drop(server.stdin.take());
                server.wait().expect("it ends");
                let line = String::from_utf8_lossy(&output.stdout);
                print!("{line}");
                if !output.status.success() {
                    eprintln!("{program} with {entities} entities failed");
                    return ExitCode::FAILURE;
                }
            }
        }
    }
    ExitCode::SUCCESS
}

fn this() -> Command {
    Command::new(std::env::current_exe().expect("this program"))
}

/// Starts the JupiterOne, so that what it needs is not counted; its address.
fn server() -> (Child, String) {
    let mut server = this()
        .env(ROLE, "server")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the JupiterOne starts");
    let mut lines = BufReader::new(server.stdout.take().expect("its output")).lines();
    let address = lines.next().expect("an address").expect("text");
    // It writes one more line when it ends.
    std::thread::spawn(move || lines.for_each(drop));
    (server, address)
}

fn case(role: &str) -> ExitCode {
    let parts: Vec<&str> = role.split(' ').collect();
    let &[program, entities, raw, address] = parts.as_slice() else { return ExitCode::FAILURE };
    let (entities, raw) = (entities.parse().expect("a number"), raw == "raw");
    let before = Usage::now();
    let (objects, more) = match program {
        "floor" => (floor::run(address, entities, raw).expect("the floor program"), json!({})),
        _ => run(entities, raw, address),
    };
    let used = Usage::now();
    let mut result = json!({
        "program": program,
        "entities": entities,
        "rawData": raw,
        "objects": objects,
        "cpuSeconds": used.cpu_seconds - before.cpu_seconds,
        "peakKilobytes": used.peak_kilobytes,
    });
    if let (Value::Object(all), Value::Object(more)) = (&mut result, more) {
        all.extend(more);
    }
    println!("{result}");
    if objects > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A run of j1; 0 objects if it was not complete.
fn run(entities: u64, raw: bool, address: &str) -> (u64, Value) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads");
    let jupiterone = Http::network("j1-bench").expect("an HTTP client");
    let harness = Harness::<Directory>::new(Config { unused: None }, provider::http(entities), jupiterone);
    let arguments: &[&str] = if raw { &[] } else { &["--no-raw-data"] };
    let summary = runtime.block_on(harness.at(address).arguments(arguments.iter().copied()).run());
    if summary.status != Status::Complete {
        eprintln!("{summary:#?}");
        return (0, json!({}));
    }
    let uploads = summary.uploads.as_ref();
    let more = uploads.map_or(json!({}), |sent| json!({ "requests": sent.requests, "bytes": sent.bytes }));
    (summary.types.values().sum(), more)
}
