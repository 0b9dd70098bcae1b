//! `cargo xtask bench`: measures, and writes the figures of docs/performance.md between its markers. With `--check` it only
//! compares runs with the floor program, for CI; with `--sdk` it measures the official SDK too.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

const BEGIN: &str = "<!-- measured: begin (cargo xtask bench) -->";
const END: &str = "<!-- measured: end -->";

/// The entities of the runs on the page; `J1_BENCH_ENTITIES` replaces them.
const ENTITIES: &str = "10000,100000,1000000";
/// Has a bench count instructions, and this many entities.
const COUNT: &str = "J1_BENCH_INSTRUCTIONS";
const COUNTED: &str = "20000";
/// A figure of a run, and the most that it may be, as a multiple of the floor program's: with raw data, and without.
struct Gate {
    member: &'static str,
    called: &'static str,
    entities: &'static str,
    most: [(bool, f64); 2],
}
/// Counted where valgrind is installed: 8 % more than what was counted in the profile `soak`. Lower it when runs become faster.
const INSTRUCTIONS: Gate = Gate {
    member: "instructions",
    called: "instructions",
    entities: COUNTED,
    most: [(true, 1.81), (false, 1.42)],
};
/// Compared on machines without valgrind. CPU time varies with what else the machine does, so these are two thirds more than the
/// figures of a release build.
const SECONDS: Gate =
    Gate { member: "cpuSeconds", called: "CPU time", entities: "100000", most: [(true, 3.5), (false, 3.5)] };

/// The text about the official SDK where it was not measured.
const NO_PEER: &str =
    "The official SDK was not measured in this run. To measure it, install it from npm and name the folder:

```sh
npm install --prefix sdk @jupiterone/integration-sdk-core @jupiterone/integration-sdk-runtime
cargo xtask bench --sdk sdk
```
";

/// The text above the official SDK's figures.
const PEER: &str = "The same work in the same run of the command: entities with 1.1 kB of raw data each and as many relationships,
read over HTTP on pages of a hundred from a process of its own, and sent to the same JupiterOne that keeps
nothing. The SDK is installed from npm (`cargo xtask bench --sdk DIR`), checks schemas and uploads while it collects, as its
command line does, and does not compress. Counted is the process of the integration, without its start.

| Entities | Program | CPU | Objects per CPU second | Peak memory | Objects per CPU second, times the SDK's | Memory, of the SDK's |
|---|---|---|---|---|---|---|
";

/// The text above the counts of instructions.
const COUNTS: &str = "
### Instructions

Those that a program executes outside of the kernel, from its start to its end (`valgrind --tool=cachegrind`). They hardly depend
on what else the machine does, so `cargo xtask bench --check`, a part of `.ci/run`, compares them.

| Entities | Raw data | Program | Instructions for each object | Times the floor |
|---|---|---|---|---|
";

/// The text above the stages that the floor program has no counterpart of.
const GUARANTEES: &str = "
### What the guarantees cost

The floor program does not search for secrets, does not check keys, and keeps nothing for later steps. A run does at least this for
each user and its relationship, so it takes at least this much more CPU time, whatever the rest costs. Not counted are the checks of
the data model, the search of relationships for secrets, and the lookups of their ends.

| For each user | CPU | Of the floor's, with raw data | Of the floor's, without |
|---|---|---|---|
";

/// The entities of the floor program's run that those stages are compared with.
const COMPARED: u64 = 100_000;

/// A stage that the floor program has no counterpart of.
struct Promise {
    stage: &'static str,
    /// The number of times that a user and its relationship pass it, at least.
    times: f64,
    /// `true` if it is passed with raw data only.
    of_raw_data: bool,
    what: &'static str,
}
const PROMISES: [Promise; 4] = [
    Promise {
        stage: "redact raw data",
        times: 1.0,
        of_raw_data: true,
        what: "raw data is searched for secrets",
    },
    Promise {
        stage: "search objects for secrets",
        times: 1.0,
        of_raw_data: false,
        what: "the entity is searched for secrets",
    },
    Promise {
        stage: "key index, a million keys",
        times: 2.0,
        of_raw_data: false,
        what: "the keys of both are remembered",
    },
    Promise {
        stage: "spool",
        times: 1.0,
        of_raw_data: false,
        what: "the entity is kept for the step that reads it back",
    },
];

/// Measures, and writes the page; returns it if it changed. `sdk` is the folder in which the official SDK is installed.
pub fn run(root: &Path, sdk: Option<&Path>) -> Result<Vec<PathBuf>, String> {
    let sdk = sdk.map(|sdk| sdk.canonicalize().map_err(|error| format!("{}: {error}", sdk.display())));
    let sdk = sdk.transpose()?;
    let entities = std::env::var("J1_BENCH_ENTITIES").unwrap_or_else(|_| ENTITIES.to_owned());
    let stages = measure(root, "stages", "bench", &entities, None)?;
    let sdk = sdk.as_deref().map(|sdk| ("J1_BENCH_SDK", sdk.as_os_str()));
    let runs = measure(root, "end_to_end", "bench", &entities, sdk)?;
    let counted = match INSTRUCTIONS.variable().filter(|_| counts()) {
        Some(variable) => measure(root, "end_to_end", "bench", COUNTED, Some(variable))?,
        None => Vec::new(),
    };
    let page = root.join("docs/performance.md");
    let text = crate::files::read(&page)?;
    let new = replaced(&text, &section(&stages, &runs, &counted)?)?;
    if new == text {
        return Ok(Vec::new());
    }
    crate::files::write(&page, new)?;
    Ok(vec![page])
}

/// Fails if runs have become slower compared with the floor program.
pub fn check(root: &Path) -> Result<Vec<PathBuf>, String> {
    let gate = if counts() { INSTRUCTIONS } else { SECONDS };
    // The profile that CI has built already; both programs are equally far from a release.
    let runs = measure(root, "end_to_end", "soak", gate.entities, gate.variable())?;
    let slow: Vec<String> = gate
        .most
        .into_iter()
        .filter_map(|(raw, most)| gate.slower(&runs, raw, most).transpose())
        .collect::<Result<_, _>>()?;
    if slow.is_empty() { Ok(Vec::new()) } else { Err(slow.join("\n")) }
}

/// Returns `true` if valgrind is installed.
fn counts() -> bool {
    let version = Command::new("valgrind").arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}

impl Gate {
    /// The variable that has this measured.
    fn variable(&self) -> Option<(&'static str, &'static OsStr)> {
        (self.member == INSTRUCTIONS.member).then_some((COUNT, OsStr::new("1")))
    }

    /// Returns an error message if runs with raw data, or without, are slower than they may be.
    fn slower(&self, runs: &[Value], raw: bool, most: f64) -> Result<Option<String>, String> {
        let of = |program: &str| {
            let run = runs.iter().find(|run| run["program"] == program && run["rawData"] == raw);
            number(run.ok_or_else(|| format!("{program} was not measured"))?, self.member)
        };
        let ratio = of("j1")? / of("floor")?.max(0.01);
        let (with, called) = (if raw { "with" } else { "without" }, self.called);
        println!("{with} raw data: {ratio:.3} times the {called} of the floor program; at most {most}");
        Ok((ratio > most).then(|| {
            format!("a run {with} raw data takes {ratio:.3} times the {called} of the floor program, more than {most}")
        }))
    }
}

/// Returns the text with the part between the markers replaced.
fn replaced(text: &str, section: &str) -> Result<String, String> {
    let parts = text.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts.ok_or_else(|| format!("docs/performance.md has no `{BEGIN}` and `{END}`"))?;
    Ok(format!("{before}{BEGIN}\n\n{section}\n{END}{after}"))
}

/// Runs a bench, and parses its lines of JSON.
fn measure(
    root: &Path,
    bench: &str,
    profile: &str,
    entities: &str,
    variable: Option<(&str, &OsStr)>,
) -> Result<Vec<Value>, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        // With j1-runtime, cargo chooses the features that its tests have, so that both share what is built.
        .args([
            "bench",
            "--profile",
            profile,
            "--package",
            "j1-bench",
            "--package",
            "j1-runtime",
            "--bench",
            bench,
        ])
        .env("J1_BENCH_ENTITIES", entities)
        .envs(variable)
        .stderr(Stdio::inherit())
        .current_dir(root)
        .output()
        .map_err(|error| format!("cargo cannot be started: {error}"))?;
    if !output.status.success() {
        return Err(format!("the bench {bench} failed"));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let lines = text.lines().filter(|line| line.starts_with('{'));
    lines
        .map(|line| serde_json::from_str(line).map_err(|error| format!("{bench}: {error}: {line}")))
        .collect()
}

fn section(stages: &[Value], runs: &[Value], counted: &[Value]) -> Result<String, String> {
    let mut out = String::from("### Whole runs\n\n");
    out.push_str(
        "| Entities | Raw data | Program | CPU | Objects per CPU second | Peak memory | Times the floor |\n",
    );
    out.push_str("|---|---|---|---|---|---|---|\n");
    let (runs, peers): (Vec<&Value>, Vec<&Value>) = runs.iter().partition(|run| name(run).is_some());
    for run in &runs {
        let cpu = number(run, "cpuSeconds")?;
        let ratio = cpu / number(floor_of(run, &runs)?, "cpuSeconds")?.max(0.01);
        let _ = writeln!(
            out,
            "| {} | {cpu:.2} s | {} | {:.0} MiB | {ratio:.2} |",
            case(run)?,
            grouped(number(run, "objects")? / cpu.max(0.01)),
            number(run, "peakKilobytes")? / 1024.0,
        );
    }
    if !counted.is_empty() {
        out.push_str(COUNTS);
        let counted: Vec<&Value> = counted.iter().collect();
        for run in &counted {
            let count = number(run, "instructions")?;
            let _ = writeln!(
                out,
                "| {} | {} | {:.2} |",
                case(run)?,
                grouped(count / number(run, "objects")?.max(1.0)),
                count / number(floor_of(run, &counted)?, "instructions")?.max(1.0),
            );
        }
    }
    out.push_str("\n### Stages\n\n| Stage | CPU for each record | MB per CPU second |\n|---|---|---|\n");
    for stage in stages {
        let name = stage["stage"].as_str().unwrap_or_default();
        let speed = stage["megabytesPerSecond"].as_f64().map_or_else(|| "–".to_owned(), grouped);
        let _ =
            writeln!(out, "| {name} | {} ns | {speed} |", grouped(number(stage, "nanosecondsPerRecord")?));
    }
    if let Some(table) = guarantees(stages, &runs)? {
        out.push_str(&table);
    }
    out.push_str("\n### The official SDK\n\n");
    out.push_str(&beside_the_sdk(&peers)?);
    let _ = writeln!(
        out,
        "\nMeasured on {}, at commit `{}`, with `cargo xtask bench`: `cargo bench -p j1-bench --bench stages`, and \
         `cargo bench -p j1-bench --bench end_to_end`. All programs are built as the template builds an integration, \
         with its `[profile.release]`.",
        machine(),
        commit()
    );
    Ok(out)
}

/// The table of the stages that the floor program has no counterpart of, beside its CPU time; `None` if they were not measured.
fn guarantees(stages: &[Value], runs: &[&Value]) -> Result<Option<String>, String> {
    let floor = |raw: bool| {
        let of = serde_json::json!({ "entities": COMPARED, "rawData": raw });
        let nanoseconds =
            |run: &Value| Ok::<_, String>(number(run, "cpuSeconds")? * 1e9 / number(run, "entities")?);
        floor_of(&of, runs).ok().map(nanoseconds)
    };
    let (Some(raw), Some(plain)) = (floor(true).transpose()?, floor(false).transpose()?) else {
        return Ok(None);
    };
    let mut out = GUARANTEES.to_owned();
    let mut row = |what: &str, [with, without]: [f64; 2]| {
        let shares = [with / raw, without / plain].map(|share| match share {
            0.0 => "–".to_owned(),
            share => format!("{:.0} %", share * 100.0),
        });
        let _ = writeln!(out, "| {what} | {} ns | {} |", grouped(with), shares.join(" | "));
    };
    let mut sum = [0.0; 2];
    for Promise { stage, times, of_raw_data, what } in PROMISES {
        let Some(stage) = stages.iter().find(|measured| measured["stage"] == stage) else { return Ok(None) };
        let with = number(stage, "nanosecondsPerRecord")? * times;
        let each = [with, if of_raw_data { 0.0 } else { with }];
        row(what, each);
        sum = [sum[0] + each[0], sum[1] + each[1]];
    }
    row("together", sum);
    Ok(Some(out))
}

/// The cells that say which run it is: its entities, raw data, and program.
fn case(run: &Value) -> Result<String, String> {
    let raw_data = if run["rawData"] == true { "yes" } else { "no" };
    let name = name(run).unwrap_or_default();
    Ok(format!("{} | {raw_data} | {name}", grouped(number(run, "entities")?)))
}

/// The run of the floor program with the same work.
fn floor_of<'r>(run: &Value, runs: &[&'r Value]) -> Result<&'r Value, String> {
    let same = |other: &&&Value| {
        other["program"] == "floor" && ["entities", "rawData"].iter().all(|name| other[*name] == run[*name])
    };
    runs.iter().find(same).copied().ok_or_else(|| "no floor program was measured".to_owned())
}

/// The name of a program in the table of whole runs.
fn name(run: &Value) -> Option<&'static str> {
    match run["program"].as_str()? {
        "floor" => Some("floor"),
        "j1" => Some("j1"),
        "j1-64M" => Some("j1, `--memory 64M`"),
        _ => None,
    }
}

/// The table of the official SDK, the first of the programs with so many entities, and of ours beside it.
fn beside_the_sdk(peers: &[&Value]) -> Result<String, String> {
    if peers.is_empty() {
        return Ok(NO_PEER.to_owned());
    }
    let speed = |run: &Value| Ok::<_, String>(number(run, "objects")? / number(run, "cpuSeconds")?.max(0.01));
    let mut out = PEER.to_owned();
    for run in peers {
        let official = peers.iter().find(|other| other["entities"] == run["entities"]).unwrap_or(run);
        let (its_speed, its_memory) = (speed(official)?, number(official, "peakKilobytes")?);
        let name = match run["program"].as_str().unwrap_or_default() {
            "j1-http" => "j1, without compression",
            "j1-http-gzip" => "j1, with gzip",
            other => other,
        };
        let (fast, memory) = (speed(run)?, number(run, "peakKilobytes")?);
        let _ = writeln!(
            out,
            "| {} | {name} | {:.2} s | {} | {:.0} MiB | {:.1} | {:.0} % |",
            grouped(number(run, "entities")?),
            number(run, "cpuSeconds")?,
            grouped(fast),
            memory / 1024.0,
            fast / its_speed,
            memory * 100.0 / its_memory,
        );
    }
    Ok(out)
}

fn number(of: &Value, name: &str) -> Result<f64, String> {
    of[name].as_f64().ok_or_else(|| format!("a bench gives no {name}: {of}"))
}

fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let name = name.map_or("a processor without a name", |(_, name)| name.trim());
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    format!("{name}, {cores} cores")
}

fn commit() -> String {
    let output = Command::new("git").args(["rev-parse", "--short", "HEAD"]).output();
    output.map_or_else(|_| "?".to_owned(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_is_slower_beside_the_floor_is_named() {
        let run = |program: &str, measured: f64| serde_json::json!({ "program": program, "rawData": true, "cpuSeconds": measured, "instructions": measured * 1e9 });
        let runs = [run("floor", 0.4), run("j1", 1.0)];
        for gate in [INSTRUCTIONS, SECONDS] {
            assert_eq!(gate.slower(&runs, true, 2.6), Ok(None));
            let slow = gate.slower(&runs, true, 2.4).expect("both were measured").expect("it is slower");
            assert!(
                slow.contains("with raw data takes 2.500 times the") && slow.contains(gate.called),
                "{slow}"
            );
            assert!(gate.slower(&runs, false, 2.4).is_err());
        }
    }

    #[test]
    fn the_official_sdk_is_what_ours_is_compared_with() {
        let run = |program: &str, entities: u64, cpu: f64, mebibytes: u64| {
            serde_json::json!({ "program": program, "entities": entities, "objects": entities * 2, "cpuSeconds": cpu,
                "peakKilobytes": mebibytes * 1024 })
        };
        let runs = [
            run("official SDK 1.2.3", 100_000, 20.0, 400),
            run("j1-http", 100_000, 1.6, 20),
            run("official SDK 1.2.3", 1_000_000, 250.0, 800),
            run("j1-http-gzip", 1_000_000, 25.0, 40),
        ];
        let table = beside_the_sdk(&runs.each_ref()).expect("a table");
        for row in [
            "| 100,000 | official SDK 1.2.3 | 20.00 s | 10,000 | 400 MiB | 1.0 | 100 % |",
            "| 100,000 | j1, without compression | 1.60 s | 125,000 | 20 MiB | 12.5 | 5 % |",
            "| 1,000,000 | official SDK 1.2.3 | 250.00 s | 8,000 | 800 MiB | 1.0 | 100 % |",
            "| 1,000,000 | j1, with gzip | 25.00 s | 80,000 | 40 MiB | 10.0 | 5 % |",
        ] {
            assert!(table.contains(row), "{table}");
        }
    }

    #[test]
    fn stages_that_the_floor_program_does_not_have_are_shares_of_its_time() {
        let run = |raw: bool, cpu: f64| serde_json::json!({ "program": "floor", "entities": COMPARED, "rawData": raw, "cpuSeconds": cpu });
        let (with, without) = (run(true, 1.0), run(false, 0.5));
        let stages = PROMISES
            .map(|promise| serde_json::json!({ "stage": promise.stage, "nanosecondsPerRecord": 1_000 }));
        let table = guarantees(&stages, &[&with, &without]).expect("figures").expect("all were measured");
        for row in [
            "| raw data is searched for secrets | 1,000 ns | 10 % | – |",
            "| the keys of both are remembered | 2,000 ns | 20 % | 40 % |",
            "| together | 5,000 ns | 50 % | 80 % |",
        ] {
            assert!(table.contains(row), "{table}");
        }
        assert_eq!(guarantees(&stages[1..], &[&with, &without]), Ok(None));
        assert_eq!(guarantees(&stages, &[&with]), Ok(None));
    }

    #[test]
    fn the_figures_are_written_between_the_markers() {
        let run = |program: &str, cpu: f64| {
            serde_json::json!({ "program": program, "entities": 10000, "rawData": true, "objects": 20000,
                "cpuSeconds": cpu, "peakKilobytes": 20480 })
        };
        let stage =
            serde_json::json!({ "stage": "parse", "nanosecondsPerRecord": 1234, "megabytesPerSecond": null });
        let counted = |program: &str, count: u64| {
            serde_json::json!({ "program": program, "entities": 10000, "rawData": true, "objects": 20000,
                "instructions": count })
        };
        let counts = [counted("floor", 500_000_000), counted("j1", 750_000_000)];
        let section = section(&[stage], &[run("floor", 0.5), run("j1", 1.0)], &counts).expect("a section");
        assert!(section.contains("| 10,000 | yes | j1 | 37,500 | 1.50 |"), "{section}");
        assert!(section.contains("| 10,000 | yes | j1 | 1.00 s | 20,000 | 20 MiB | 2.00 |"), "{section}");
        assert!(section.contains("| parse | 1,234 ns | – |"), "{section}");
        assert!(section.contains("was not measured in this run"), "{section}");
        let page = replaced(&format!("a\n{BEGIN}\nstale\n{END}\nb\n"), &section).expect("a page");
        assert!(page.starts_with("a\n") && page.ends_with("\nb\n") && !page.contains("stale"));
        assert!(replaced("nothing", "").is_err());
    }
}
