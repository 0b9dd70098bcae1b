//! Chores of the workspace: `cargo xtask data-model [FACTS_FILE] [--check]`, `cargo xtask cost`.

mod cost;
mod facts;
mod rust;
mod tables;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask data-model [FACTS_FILE] [--check]
       cargo xtask cost

  data-model  writes the tables of j1-core's data model from FACTS_FILE
              (default j1-core/data/data-model.json)
  --check     changes nothing; exits 8 when the files differ from what would be written
  cost        measures what the derive of an entity adds to `cargo check`, beside serde's";

/// What a chore ends with, as the process's exit code.
enum Outcome {
    Done,
    Differs(Vec<PathBuf>),
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments == ["cost"] {
        return match cost::run() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("error: {error}");
                ExitCode::FAILURE
            }
        };
    }
    let Some(chore) = parse(&arguments) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match data_model(&chore) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Differs(files)) => {
            for file in files {
                eprintln!("{} is not what the facts say; run `cargo xtask data-model`", file.display());
            }
            ExitCode::from(8)
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What the command line asks for.
struct DataModel {
    facts: PathBuf,
    check: bool,
}

fn parse(arguments: &[String]) -> Option<DataModel> {
    let (name, rest) = arguments.split_first()?;
    let mut facts = None;
    let mut check = false;
    for argument in rest {
        match argument.as_str() {
            "--check" => check = true,
            flag if flag.starts_with('-') => return None,
            file if facts.is_none() => facts = Some(PathBuf::from(file)),
            _ => return None,
        }
    }
    (name == "data-model").then(|| DataModel {
        facts: facts.unwrap_or_else(|| core_crate().join("data/data-model.json")),
        check,
    })
}

fn core_crate() -> PathBuf {
    // xtask runs from its own checkout only, so the path at build time is the path.
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../j1-core")
}

fn data_model(chore: &DataModel) -> Result<Outcome, String> {
    let facts = facts::read(&chore.facts)?;
    let tables = tables::Tables::of(&facts)?;
    let mut differing = Vec::new();
    for (name, text) in rust::files(&tables) {
        let path = core_crate().join("src").join(name);
        let text = rust::format(&text)?;
        if std::fs::read_to_string(&path).is_ok_and(|old| old == text) {
            continue;
        }
        if !chore.check {
            std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        differing.push(path);
    }
    Ok(if chore.check && !differing.is_empty() { Outcome::Differs(differing) } else { Outcome::Done })
}
