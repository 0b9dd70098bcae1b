//! A million entities and a million relationships, from a vendor in this process to a JupiterOne that throws them away:
//! how much memory a run needs, and how much time.
//!
//! `cargo bench -p j1-runtime --bench million`. The JupiterOne is a process of its own, reached over the loopback, so
//! that what it needs is not counted. Half of the relationships come from fields, half from a step that reads the
//! entities back. `J1_BENCH_ENTITIES=100000` takes another number.

mod integration;
mod jupiterone;
mod provider;

use std::io::{BufRead as _, BufReader};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use j1_runtime::provider::Http;
use j1_runtime::testing::Harness;
use j1_runtime::{Status, Summary};

use integration::{Config, Directory};

/// Tells the process that it is the JupiterOne.
const SERVER: &str = "J1_BENCH_SERVER";

fn main() -> ExitCode {
    if std::env::var_os(SERVER).is_some() {
        jupiterone::serve();
        return ExitCode::SUCCESS;
    }
    let entities = std::env::var("J1_BENCH_ENTITIES").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let mut server = Command::new(std::env::current_exe().expect("this program"))
        .env(SERVER, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the JupiterOne starts");
    let mut lines = BufReader::new(server.stdout.take().expect("its output")).lines();
    let address = lines.next().expect("an address").expect("text");
    let before = Usage::now();
    let began = Instant::now();
    let summary = run(entities, &address);
    let (elapsed, used) = (began.elapsed().as_secs_f64(), Usage::now());
    drop(server.stdin.take());
    let taken = lines.next().expect("what it took").expect("text");
    server.wait().expect("it ends");

    let cpu = used.cpu_seconds - before.cpu_seconds;
    let objects: u64 = summary.types.values().sum();
    println!("status            {:?}", summary.status);
    println!("objects           {objects}");
    println!("JupiterOne took   {taken}");
    println!("peak memory       {} MB", used.peak_kilobytes / 1024);
    println!("elapsed           {elapsed:.1} s");
    println!("CPU time          {cpu:.1} s");
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let rate = objects as f64 / cpu;
    println!("objects per CPU s {rate:.0}");
    if summary.status == Status::Complete { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn run(entities: u64, address: &str) -> Summary {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads");
    let jupiterone = Http::network("j1-bench").expect("an HTTP client");
    let harness = Harness::<Directory>::new(Config { unused: None }, provider::http(entities), jupiterone);
    runtime.block_on(harness.at(address).run())
}

/// What the process has used so far, as Linux tells it.
struct Usage {
    peak_kilobytes: u64,
    cpu_seconds: f64,
}

impl Usage {
    fn now() -> Self {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.and_then(|peak| peak.trim().trim_end_matches("kB").trim().parse().ok());
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
        // Fields 14 and 15, in hundredths of a second; the second field is in parentheses and may hold blanks.
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let fields = after_name.split_whitespace().skip(11).take(2);
        let ticks: f64 = fields.filter_map(|field| field.parse::<f64>().ok()).sum();
        Self { peak_kilobytes: peak.unwrap_or_default(), cpu_seconds: ticks / 100.0 }
    }
}
