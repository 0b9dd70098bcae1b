//! Many projects at once: made side by side and built as one workspace, which builds what they share once.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::cases::{Case, all, make};
use crate::corpus::Draw;
use crate::hostile;
use crate::made::{cargo_j1, outer, said, target};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// Inputs as providers have them, with the flags that they are made with.
const INPUTS: [&str; 7] = [
    "shop-openapi.yaml",
    "hub-openapi.json",
    "fleet-openapi-3.1.json",
    "cloudjump.har",
    "odd.json",
    "desk.json",
    "users.json",
];
const AUTH: [&str; 4] = ["api-key", "bearer", "basic", "oauth2"];
const PAGINATION: [&str; 4] = ["cursor", "offset", "page", "link"];

/// A file of `inputs/`.
pub fn input(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/new/inputs").join(name)
}

/// Projects in one folder.
struct Together {
    folder: TempDir,
    names: Vec<String>,
}

impl Together {
    fn new() -> io::Result<Self> {
        Ok(Self { folder: outer()?, names: Vec::new() })
    }

    fn add(&mut self, name: &str, args: &[&str]) -> io::Result<()> {
        let made =
            cargo_j1(self.folder.path()).args(["new", name, "--yes", "--no-check"]).args(args).output()?;
        assert!(made.status.success(), "{name}: {}", said(&made));
        self.names.push(name.to_owned());
        Ok(())
    }

    fn add_from(&mut self, input_name: &str) -> io::Result<()> {
        let name = format!("from-{}", input_name.split('.').next().unwrap_or_default());
        self.add(&name, &["--from", &input(input_name).display().to_string()])
    }

    fn add_case(&mut self, case: &Case) -> Tested {
        make(case, self.folder.path(), &[])?;
        self.names.push(case.name.to_owned());
        Ok(())
    }

    /// Adds projects of so many random documents: the same ones each time, unless `PROPTEST_RNG_SEED` is set.
    fn add_drawn(&mut self, projects: usize) -> Tested {
        let seeded = std::env::var_os("PROPTEST_RNG_SEED").is_some();
        let mut draw = if seeded { Draw::new() } else { Draw::fixed() };
        let wanted = self.names.len() + projects;
        while self.names.len() < wanted {
            let name = format!("drawn-{}", self.names.len());
            std::fs::write(self.folder.path().join("drawn.json"), draw.document().to_string())?;
            let mut command = cargo_j1(self.folder.path());
            let made =
                command.args(["new", &name, "--yes", "--no-check", "--from", "drawn.json"]).output()?;
            if made.status.success() {
                self.names.push(name);
            }
        }
        Ok(())
    }

    /// Adds a project for each document with hostile names.
    fn add_hostile(&mut self) -> Tested {
        for (file, text) in hostile::named() {
            std::fs::write(self.folder.path().join(file), text)?;
            self.add(&format!("hostile-{}", file.trim_end_matches(".json")), &["--from", file])?;
        }
        Ok(())
    }

    /// Makes one workspace of them; each has the versions that j1 is tested with.
    fn join(&self) -> io::Result<()> {
        let lock = self.folder.path().join(&self.names[0]).join("Cargo.lock");
        std::fs::copy(lock, self.folder.path().join("Cargo.lock"))?;
        let members: Vec<_> = self.names.iter().map(|name| format!("{name:?}")).collect();
        let manifest = format!(
            "[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n[profile.dev]\ndebug = \"line-tables-only\"\n",
            members.join(", ")
        );
        std::fs::write(self.folder.path().join("Cargo.toml"), manifest)
    }

    fn cargo(&self, args: &[&str]) -> io::Result<()> {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(args).current_dir(self.folder.path());
        command.env("CARGO_NET_OFFLINE", "true").env("CARGO_TARGET_DIR", target()).env("INSTA_UPDATE", "no");
        let ran = command.output()?;
        assert!(ran.status.success(), "cargo {}: {}", args.join(" "), said(&ran));
        Ok(())
    }

    /// Builds, lints and tests all of them, and runs each.
    fn pass_their_tests_and_run(&mut self) -> Tested {
        self.join()?;
        self.cargo(&["fmt", "--all", "--check"])?;
        self.cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
        self.cargo(&["test", "--workspace"])?;
        self.run_each()
    }

    /// Runs each into a JupiterOne of its own; every run is complete.
    fn run_each(&self) -> Tested {
        for name in &self.names {
            let mut command = cargo_j1(&self.folder.path().join(name));
            let ran = command
                .args(["run", "--local", "--debug", "--output", "json", "--replay", "recordings"])
                .output()?;
            assert!(ran.status.success(), "{name}: {}", said(&ran));
            let summary: Value = serde_json::from_slice(&ran.stdout)?;
            assert_eq!(summary["status"], "complete", "{name}: {summary:#}");
            for (ty, count) in all().filter(|case| case.name == name).flat_map(|case| case.collects) {
                assert_eq!(summary["types"][ty], *count, "{name}: {summary:#}");
            }
        }
        Ok(())
    }
}

/// On every change: each style of asking and of paging once, and half of the inputs, as far as the compiler sees.
#[test]
fn a_sample_of_the_inputs_compiles() -> Tested {
    let mut together = Together::new()?;
    for (auth, pagination) in AUTH.iter().zip(PAGINATION) {
        together.add(&format!("{auth}-{pagination}"), &["--auth", auth, "--pagination", pagination])?;
    }
    for name in ["hub-openapi.json", "odd.json", "shop-openapi.yaml"] {
        together.add_from(name)?;
    }
    together.join()?;
    together.cargo(&["fmt", "--all", "--check"])?;
    together.cargo(&["check", "--workspace", "--all-targets"]).map_err(Into::into)
}

/// All of them, built, tested, linted and run.
#[test]
#[ignore = "minutes: 16 combinations and 7 inputs; see docs/scaffolding.md"]
fn all_of_them_pass_their_tests_and_run() -> Tested {
    let mut together = Together::new()?;
    for auth in AUTH {
        for pagination in PAGINATION {
            together.add(&format!("{auth}-{pagination}"), &["--auth", auth, "--pagination", pagination])?;
        }
    }
    for name in INPUTS {
        together.add_from(name)?;
    }
    for case in all() {
        together.add_case(case)?;
    }
    together.add_drawn(10)?;
    together.add_hostile()?;
    together.pass_their_tests_and_run()
}

/// Returns `true` for an input that `J1_CASES` names, or for any where it names none: `J1_CASES=below,cookie`.
fn is_chosen(case: &Case) -> bool {
    let chosen = std::env::var("J1_CASES").unwrap_or_default();
    chosen.is_empty() || chosen.split(',').any(|name| name == case.name)
}

/// The small inputs of `cases`, built, linted, tested and run.
#[test]
#[ignore = "minutes: part of the test above, for work on --from"]
fn the_small_ones_pass_their_tests_and_run() -> Tested {
    let mut together = Together::new()?;
    for case in all().filter(|case| is_chosen(case)) {
        together.add_case(case)?;
    }
    together.pass_their_tests_and_run()
}

/// Ten random documents, built, linted, tested and run.
#[test]
#[ignore = "minutes: part of the test above, for work on --from"]
fn drawn_ones_pass_their_tests_and_run() -> Tested {
    let mut together = Together::new()?;
    together.add_drawn(10)?;
    together.pass_their_tests_and_run()
}

/// The documents with hostile names, built, linted, tested and run.
#[test]
#[ignore = "minutes: part of the test above, for work on --from"]
fn hostile_ones_pass_their_tests_and_run() -> Tested {
    let mut together = Together::new()?;
    together.add_hostile()?;
    together.pass_their_tests_and_run()
}
