//! Chores of the workspace: `cargo xtask data-model [FACTS_FILE] [--check]`, `cargo xtask guide [--check]`,
//! `cargo xtask lines [--check]`, `cargo xtask reliability [LOG | --check]`, `cargo xtask cost`,
//! `cargo xtask bench [--check | --sdk DIR]`.

#[cfg(feature = "api")]
mod api;
mod bench;
#[cfg(feature = "book")]
mod book;
mod case_guards;
mod cost;
mod facts;
mod files;
mod guards;
mod guide;
mod lines;
mod reliability;
mod rust;
mod shard_guards;
mod tables;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask data-model [FACTS_FILE] [--check]
       cargo xtask guide [--check]
       cargo xtask lines [--check]
       cargo xtask reliability [LOG | --check]
       cargo xtask guards [--dev] [RULE..]
       cargo xtask cost
       cargo xtask bench [--check | --sdk DIR]
       cargo api [--check]
       cargo book

  data-model  writes the tables of j1-core's data model from FACTS_FILE
              (default j1-model/data/data-model.json)
  guide       writes the guide's index of error codes, and looks whether its
              links lead somewhere and every page is in its contents
  lines       counts the lines of the integrations for the guide's table
  reliability writes the tables of docs/reliability.md: guarantees from the tests
              that show them, and figures, those in LOG among them
  guards      takes each guard of deletion safety away, or those whose rule has
              a RULE in it, and looks whether a test notices; --dev builds simulations
              in the profile of the tests, which is faster for a few guards
  api         lists the public API of each published crate in xtask/api; `cargo api` is
              short for it with the feature that it needs
  --check     changes nothing; exits 8 when the files differ from what would be written
  book        makes a book of the guide, in target/book; `cargo book` is short
              for it with the feature that it needs
  bench       measures runs and their stages in a release build, and writes the
              figures of docs/performance.md; with --check it only fails if runs have
              become slower beside a program that moves the same bytes; with --sdk it
              measures the official SDK too, which is installed in DIR
  cost        measures what the derive of an entity adds to `cargo check`, beside serde's";

/// A chore of the command line.
enum Chore {
    #[cfg(feature = "api")]
    Api {
        check: bool,
    },
    #[cfg(feature = "book")]
    Book,
    Bench {
        check: bool,
        sdk: Option<PathBuf>,
    },
    Cost,
    DataModel {
        facts: PathBuf,
        check: bool,
    },
    Guards {
        only: Vec<String>,
        profile: guards::Profile,
    },
    Guide {
        check: bool,
    },
    Lines {
        check: bool,
    },
    Reliability {
        check: bool,
        log: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    #[cfg(feature = "api")]
    if let Some(code) = api::as_rustdoc() {
        return code;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(chore) = parse(&arguments) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let (check, written) = match &chore {
        #[cfg(feature = "api")]
        Chore::Api { check } => (*check, api::run(&root(), *check)),
        #[cfg(feature = "book")]
        Chore::Book => (false, book::run(&root()).map(|()| Vec::new())),
        Chore::Bench { check: true, .. } => (true, bench::check(&root())),
        Chore::Bench { check: false, sdk } => (false, bench::run(&root(), sdk.as_deref())),
        Chore::Cost => (false, cost::run(&root()).map(|()| Vec::new())),
        Chore::DataModel { facts, check } => (*check, data_model(facts, *check)),
        Chore::Guards { only, profile } => (false, guards::run(&root(), only, *profile).map(|()| Vec::new())),
        Chore::Guide { check } => (*check, guide::run(&root(), *check)),
        Chore::Lines { check } => (*check, lines::run(&root(), *check)),
        Chore::Reliability { check, log } => (*check, reliability::run(&root(), *check, log.as_deref())),
    };
    match written {
        Ok(files) if check && !files.is_empty() => {
            for file in files {
                eprintln!("{} is not up to date; run `cargo xtask {}`", file.display(), arguments[0]);
            }
            ExitCode::from(8)
        }
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn parse(arguments: &[String]) -> Option<Chore> {
    let (name, rest) = arguments.split_first()?;
    let mut files = Vec::new();
    let (mut check, mut sdk, mut profile) = (false, false, guards::Profile::Soak);
    for argument in rest {
        match argument.as_str() {
            "--check" => check = true,
            "--sdk" if name == "bench" => sdk = true,
            "--dev" if name == "guards" => profile = guards::Profile::Dev,
            flag if flag.starts_with('-') => return None,
            file => files.push(PathBuf::from(file)),
        }
    }
    match (name.as_str(), files.as_slice()) {
        #[cfg(feature = "api")]
        ("api", []) => Some(Chore::Api { check }),
        #[cfg(feature = "book")]
        ("book", []) if !check => Some(Chore::Book),
        ("bench", []) if !sdk => Some(Chore::Bench { check, sdk: None }),
        ("bench", [folder]) if sdk && !check => Some(Chore::Bench { check, sdk: Some(folder.clone()) }),
        ("cost", []) if !check => Some(Chore::Cost),
        ("guards", rules) if !check => {
            let only = rules.iter().map(|rule| rule.to_string_lossy().into_owned()).collect();
            Some(Chore::Guards { only, profile })
        }
        ("guide", []) => Some(Chore::Guide { check }),
        ("lines", []) => Some(Chore::Lines { check }),
        ("reliability", []) => Some(Chore::Reliability { check, log: None }),
        ("reliability", [log]) if !check => Some(Chore::Reliability { check, log: Some(log.clone()) }),
        ("data-model", []) => {
            Some(Chore::DataModel { facts: root().join("j1-model/data/data-model.json"), check })
        }
        ("data-model", [facts]) => Some(Chore::DataModel { facts: facts.clone(), check }),
        _ => None,
    }
}

fn root() -> PathBuf {
    // xtask runs from its own checkout only, so the path at build time is the path.
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Writes the tables of the data model, unless it is only to check; gives the files that differ.
fn data_model(facts: &Path, check: bool) -> Result<Vec<PathBuf>, String> {
    let facts = facts::read(facts)?;
    let tables = tables::Tables::new(&facts)?;
    let mut differing = Vec::new();
    for (name, text) in rust::files(&tables) {
        let path = root().join(name);
        let text = rust::format(&text)?;
        if std::fs::read_to_string(&path).is_ok_and(|old| old == text) {
            continue;
        }
        if !check {
            files::write(&path, text)?;
        }
        differing.push(path);
    }
    Ok(differing)
}
