//! `cargo j1 run` and the others that an integration answers, with a stand-in for the integration.
//!
//! The stand-in is a real package that cargo builds; its binary tells what it was given. A package that is
//! named j1-runtime and holds nothing makes it an integration.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::ran::{Ran, binary};
use tempfile::TempDir;

type Tested = Result<(), Box<dyn std::error::Error>>;

const MAIN: &str = r#"
fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    println!("args {}", args.join(" "));
    println!("here {}", std::env::current_dir().unwrap().display());
    for name in ["API_BASE", "INTEGRATION_INSTANCE_ID", "ACCOUNT"] {
        println!("{name} {}", std::env::var(format!("JUPITERONE_{name}")).unwrap_or_default());
    }
    let key = std::env::var("JUPITERONE_API_KEY").unwrap_or_default();
    println!("key {}", key.len());
    if let Some(address) = std::env::var("JUPITERONE_API_BASE").ok().and_then(|url| url.strip_prefix("http://").map(String::from)) {
        println!("reached {}", std::net::TcpStream::connect(address).is_ok());
    }
    if args.iter().any(|arg| arg == "--hang") {
        // Long enough for the signal to arrive, and still finite if it does not.
        std::thread::sleep(std::time::Duration::from_secs(30));
        std::process::exit(9);
    }
    let codes = [("--partial", 5), ("--max-delete", 7)];
    let code = codes.into_iter().find(|(flag, _)| args.iter().any(|arg| arg == flag));
    std::process::exit(code.map_or(0, |(_, code)| code));
}
"#;

/// A workspace with two integrations, `acme` and `beta`, and a package that is not an integration.
pub fn workspace() -> std::io::Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder.path()))?;
        fs::write(path, text)
    };
    write(
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"runtime\", \"acme\", \"beta\", \"plain\"]\n",
    )?;
    let package = |name: &str, rest: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{rest}\n"
        )
    };
    write("runtime/Cargo.toml", &package("j1-runtime", ""))?;
    write("runtime/src/lib.rs", "")?;
    for name in ["acme", "beta"] {
        write(&format!("{name}/Cargo.toml"), &package(name, "j1-runtime = { path = \"../runtime\" }"))?;
        write(&format!("{name}/src/main.rs"), MAIN)?;
    }
    write("plain/Cargo.toml", &package("plain", ""))?;
    write("plain/src/main.rs", "fn main() {}")?;
    Ok(folder)
}

pub fn in_folder(folder: &Path) -> Command {
    let mut command = binary();
    command.current_dir(folder).env("CARGO_NET_OFFLINE", "true").env_remove("CARGO_TARGET_DIR");
    command
}

fn ran(folder: &Path, args: &[&str]) -> std::io::Result<Ran> {
    in_folder(folder).args(args).output().map(Ran::from)
}

pub fn told<'r>(ran: &'r Ran, what: &str) -> &'r str {
    let line = ran.out.lines().find_map(|line| line.strip_prefix(what));
    line.unwrap_or_else(|| panic!("no {what}: {}\n{}", ran.out, ran.err)).trim()
}

#[test]
fn the_integration_gets_its_arguments_and_we_its_exit_code() -> Tested {
    let folder = workspace()?;
    let acme = folder.path().join("acme");
    let steps = ran(&acme, &["j1", "steps", "--format", "json", "--debug"])?.exits(0);
    assert_eq!(told(&steps, "args"), "steps --format json");
    assert_eq!(told(&steps, "here"), acme.canonicalize()?.display().to_string());
    assert!(folder.path().join("target/debug/acme").is_file());

    let named =
        ran(folder.path(), &["run", "--partial", "-p", "beta", "-v", "--debug", "--", "--local"])?.exits(5);
    assert_eq!(told(&named, "args"), "run --partial -v --local");
    assert_eq!(told(&named, "API_BASE"), "");
    Ok(())
}

#[test]
fn local_gives_it_a_jupiterone_of_its_own() -> Tested {
    let folder = workspace()?;
    let run = |args: &[&str]| -> std::io::Result<Ran> {
        let mut command = in_folder(folder.path());
        command.args(["run", "-p", "acme", "--local", "--debug"]).args(args);
        command.env("JUPITERONE_ACCOUNT", "mine").env("JUPITERONE_API_KEY", "mine").output().map(Ran::from)
    };
    let first = run(&["--replay", "x"])?.exits(0);
    assert_eq!(told(&first, "args"), "run --wait --replay x");
    assert!(told(&first, "API_BASE").starts_with("http://127.0.0.1:"));
    assert_eq!(told(&first, "reached"), "true");
    assert_eq!(told(&first, "INTEGRATION_INSTANCE_ID"), "local-acme");
    assert_eq!(told(&first, "ACCOUNT"), "");
    assert_eq!(told(&first, "key"), "36");
    assert!(first.err.contains("cargo j1 local"), "{}", first.err);
    assert!(folder.path().join(".j1/local.db").is_file());

    let json = run(&["--output", "json", "--wait"])?.exits(0);
    assert_eq!(told(&json, "args"), "run --output json --wait");
    assert!(!json.err.contains("cargo j1 local"), "{}", json.err);

    let refused = run(&["--max-delete", "1%"])?.exits(7);
    assert!(refused.err.contains("came from recordings, --yes lets the run replace it"), "{}", refused.err);
    assert!(!first.err.contains("--yes"), "{}", first.err);
    Ok(())
}

#[test]
fn a_signal_reaches_the_integration_and_is_our_exit_code() -> Tested {
    let folder = workspace()?;
    let mut command = in_folder(&folder.path().join("acme"));
    command.args(["run", "--local", "--debug", "--hang"]).stdin(Stdio::null()).stderr(Stdio::null());
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let stdout = child.stdout.take().ok_or("stdout is a pipe")?;
    let mut lines = BufReader::new(stdout).lines();
    let reached = lines.find(|line| line.as_ref().is_ok_and(|line| line == "reached true"));
    assert!(reached.is_some());
    Command::new("sh").args(["-c", &format!("kill -s TERM {}", child.id())]).status()?;
    assert_eq!(child.wait()?.code(), Some(143));
    assert_eq!(lines.count(), 0, "its stdout is closed");
    Ok(())
}

#[test]
fn packages_without_an_integration_are_told_apart() -> Tested {
    let folder = workspace()?;
    let nowhere = tempfile::tempdir()?;
    let cases: [(&Path, &[&str], &str, &str); 6] = [
        (nowhere.path(), &["run"], "J1-R4002", "could not find `Cargo.toml`"),
        (folder.path(), &["run"], "J1-R4005", "acme, beta"),
        (folder.path(), &["run", "-p", "acmee"], "J1-R4003", "did you mean `acme`?"),
        (folder.path(), &["run", "-p", "j1-runtime"], "J1-R4004", "has no binary"),
        (folder.path(), &["run", "-p", "plain"], "J1-R4004", "does not depend on j1"),
        (&folder.path().join("plain"), &["steps"], "J1-R4004", "package `plain`"),
    ];
    for (here, args, code, message) in cases {
        let ran = ran(here, args)?.exits(2);
        assert!(ran.err.contains(code) && ran.err.contains(message), "{args:?}: {}", ran.err);
        assert!(ran.out.is_empty());
    }
    Ok(())
}

#[test]
fn a_build_that_fails_is_cargos_exit_code() -> Tested {
    let folder = workspace()?;
    fs::write(folder.path().join("acme/src/main.rs"), "fn main() { wrong }")?;
    let manifest = folder.path().join("acme/Cargo.toml").display().to_string();
    let ran = ran(Path::new("/"), &["run", "--debug", "--manifest-path", &manifest])?.exits(101);
    assert!(ran.err.contains("cannot find value `wrong`") && ran.err.contains("[J1-R4006]"), "{}", ran.err);
    Ok(())
}
