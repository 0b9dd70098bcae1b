//! Whole runs beside the floor program, each in a process of its own: `cargo bench -p j1-bench --bench end_to_end`.
//!
//! Prints one JSON object a line. `J1_BENCH_ENTITIES=10000,100000` says how many entities; there are as many relationships.
//! `J1_BENCH_INSTRUCTIONS=1` counts the instructions of each program with valgrind, once, since they vary by less than a hundredth.
//! `J1_BENCH_SDK=DIR` runs the official SDK as well, which is installed in that folder, and j1 against the same provider.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, ExitCode, Stdio};

use j1_bench::integration::{Config, Directory};
use j1_bench::usage::Usage;
use j1_bench::{floor, jupiterone, provider};
use j1_runtime::Status;
use j1_runtime::provider::Http;
use j1_runtime::testing::{Harness, UploadLimits};
use serde_json::{Value, json};

/// Tells the process what it is: `server ENTITIES`, or `PROGRAM ENTITIES RAW ADDRESS`.
const ROLE: &str = "J1_BENCH_ROLE";
/// The folder in which the official SDK is installed.
const SDK: &str = "J1_BENCH_SDK";
/// Tells to count instructions.
const INSTRUCTIONS: &str = "J1_BENCH_INSTRUCTIONS";
/// The run with the least memory that there can be, whose keys are mostly on disk, and its entities.
const LITTLE: &str = "j1-64M";
const MANY: u64 = 1_000_000;
/// The runs of each program, where there are no more than [`MANY`] entities.
const ROUNDS: u32 = 3;
/// The entities of the runs beside the official SDK.
const SDK_ENTITIES: [u64; 2] = [100_000, MANY];

fn main() -> ExitCode {
    match std::env::var(ROLE) {
        Ok(role) => match role.strip_prefix("server ") {
            Some(entities) => {
                jupiterone::serve(entities.parse().expect("a number"));
                ExitCode::SUCCESS
            }
            None => case(&role),
        },
        Err(_) => all(),
    }
}

fn all() -> ExitCode {
    let sizes = std::env::var("J1_BENCH_ENTITIES").unwrap_or_else(|_| "10000,100000".to_owned());
    for entities in sizes.split(',').map(|entities| entities.parse().expect("a number")) {
        for raw in ["raw", "plain"] {
            let little = (raw == "raw" && entities == MANY).then_some(LITTLE);
            let programs: Vec<Program<'_>> = ["floor", "j1"]
                .into_iter()
                .chain(little)
                .map(|program| ours(program, entities, raw))
                .collect();
            if !measured(entities, &programs) {
                return ExitCode::FAILURE;
            }
        }
    }
    let Some(sdk) = std::env::var_os(SDK) else { return ExitCode::SUCCESS };
    let all = SDK_ENTITIES.into_iter().all(|entities| beside_the_sdk(&sdk, entities));
    if all { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs the official SDK and j1 against a provider over HTTP; returns `true` if all runs succeeded.
fn beside_the_sdk(sdk: &OsStr, entities: u64) -> bool {
    let stored = std::env::temp_dir().join(format!("j1-bench-sdk-{}", std::process::id()));
    let official = |address: &str| {
        let mut command = Command::new("node");
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/sdk/peer.cjs"));
        command.args([address, &entities.to_string()]).current_dir(sdk);
        command.env("JUPITERONE_INTEGRATION_STORAGE_DIRECTORY", &stored).env("LOG_LEVEL", "error");
        command
    };
    let [plain, gzip] = ["j1-http", "j1-http-gzip"].map(|program| ours(program, entities, "raw"));
    let all_ran = measured(entities, &[Box::new(official), plain, gzip]);
    // What cannot be deleted is left to the system.
    let _ = std::fs::remove_dir_all(&stored);
    all_ran
}

/// Makes the command of a program that talks to the server at an address.
type Program<'p> = Box<dyn Fn(&str) -> Command + 'p>;

/// One of the programs of this file.
fn ours<'p>(program: &'p str, entities: u64, raw: &'p str) -> Program<'p> {
    Box::new(move |address| {
        let mut command = this();
        command.env(ROLE, format!("{program} {entities} {raw} {address}"));
        command
    })
}

/// Runs programs one after the other, as often as their size allows, and prints of each what it prints of the run that took the
/// least CPU time: the machine does other things meanwhile, and is faster in one minute than in the next. Returns `true` if all runs
/// succeeded.
fn measured(entities: u64, programs: &[Program<'_>]) -> bool {
    let counts = std::env::var_os(INSTRUCTIONS).is_some();
    let rounds = if counts || entities > MANY { 1 } else { ROUNDS };
    let mut least: Vec<Option<(f64, Value)>> = vec![None; programs.len()];
    for _ in 0..rounds {
        for (program, least) in programs.iter().zip(&mut least) {
            let Some(result) = measured_once(entities, counts, program) else { return false };
            let seconds = result["cpuSeconds"].as_f64().unwrap_or(f64::INFINITY);
            if least.as_ref().is_none_or(|(before, _)| seconds < *before) {
                *least = Some((seconds, result));
            }
        }
    }
    least.into_iter().flatten().for_each(|(_, result)| println!("{result}"));
    true
}

/// Runs a program with a server of its own; returns what it prints, with its instructions if they are counted.
fn measured_once(entities: u64, counts: bool, program: &Program<'_>) -> Option<Value> {
    let (mut server, address) = server(entities);
    let program = program(&address);
    let name = format!("{program:?}");
    let (mut program, errors) =
        if counts { (counted(&program), Stdio::piped()) } else { (program, Stdio::inherit()) };
    let output = program.stderr(errors).output();
    let output =
        output.unwrap_or_else(|error| panic!("the program, or valgrind, cannot be started: {error}"));
    drop(server.stdin.take());
    server.wait().expect("it ends");
    let text = String::from_utf8_lossy(&output.stdout);
    let result = serde_json::from_str::<Value>(&text).ok().filter(|_| output.status.success());
    let Some(mut result) = result else {
        print!("{text}");
        eprintln!("this failed with {entities} entities: {name}");
        return None;
    };
    if counts {
        let log = String::from_utf8_lossy(&output.stderr);
        let Some(instructions) = instructions(&log) else {
            eprintln!("valgrind does not say how many instructions there were:\n{log}");
            return None;
        };
        result["instructions"] = instructions.into();
    }
    Some(result)
}

/// The same program under valgrind.
fn counted(program: &Command) -> Command {
    let mut command = Command::new("valgrind");
    command.args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]);
    command.arg(program.get_program()).args(program.get_args());
    let given = program.get_envs().filter_map(|(name, value)| Some((name, value?)));
    command.envs(given);
    command
}

/// The instructions that valgrind has counted: `==1== I   refs:      1,234`.
fn instructions(log: &str) -> Option<u64> {
    let line = log.lines().find(|line| line.contains("refs:"))?;
    line.rsplit_once(':')?.1.replace(',', "").trim().parse().ok()
}

fn this() -> Command {
    Command::new(std::env::current_exe().expect("this program"))
}

/// Starts the JupiterOne, so that what it needs is not counted; its address.
fn server(entities: u64) -> (Child, String) {
    let mut server = this()
        .env(ROLE, format!("server {entities}"))
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
        "floor" => {
            let sent = floor::run(address, entities, raw).expect("the floor program");
            (sent.objects, json!({ "requests": sent.requests, "bytes": sent.bytes }))
        }
        _ => run(program, entities, raw, address),
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
fn run(program: &str, entities: u64, raw: bool, address: &str) -> (u64, Value) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads");
    // One client for both, as the command line has.
    let network = Http::network("j1-bench").expect("an HTTP client");
    let (provider, from) = match program {
        "j1" | LITTLE => (provider::http(entities), None),
        _ => (network.clone(), Some(address.to_owned())),
    };
    let mut harness = Harness::<Directory>::new(Config { address: from }, provider, network);
    if program == "j1-http" {
        harness = harness.uploading(UploadLimits { gzip_from: usize::MAX, ..UploadLimits::default() });
    }
    let without_raw_data = (!raw).then_some("--no-raw-data");
    let memory = (program == LITTLE).then_some("--memory=64M");
    let arguments = without_raw_data.into_iter().chain(memory);
    let summary = runtime.block_on(harness.at(address).arguments(arguments).run());
    if summary.status != Status::Complete {
        eprintln!("{summary:#?}");
        return (0, json!({}));
    }
    let uploads = summary.uploads.as_ref();
    let more = uploads.map_or(json!({}), |sent| json!({ "requests": sent.requests, "bytes": sent.bytes }));
    (summary.types.values().sum(), more)
}
