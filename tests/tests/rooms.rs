//! The invariants of ARCHITECTURE.md that the sources themselves can show.

use std::path::{Path, PathBuf};

/// Every Rust file below a folder of the workspace.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
    let (mut folders, mut files) = (vec![root], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the workspace") {
            let path = entry.expect("an entry of it").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source file");
                files.push((path, text));
            }
        }
    }
    assert!(!files.is_empty(), "{folder} has no sources");
    files
}

/// The lines of j1-runtime that name `word` as a path, outside the rooms that may.
fn named_outside(word: &str, rooms: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in sources("j1-runtime/src") {
        let name = path.to_string_lossy().replace('\\', "/");
        if rooms.iter().any(|room| name.contains(&format!("/src/{room}/"))) {
            continue;
        }
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        found.extend(code.filter(|line| line.contains(word)).map(|line| format!("{name}: {}", line.trim())));
    }
    found
}

#[test]
fn only_the_command_line_names_clap() {
    assert_eq!(named_outside("clap", &["cli"]), [] as [&str; 0]);
}

#[test]
fn only_the_command_line_and_run_choose_exit_codes() {
    assert_eq!(named_outside("ExitCode::from", &["cli", "run"]), [] as [&str; 0]);
}

#[test]
fn every_http_client_is_made_in_the_transport() {
    assert_eq!(named_outside("reqwest::Client", &["provider/transport"]), [] as [&str; 0]);
}

#[test]
fn the_core_has_no_files_sockets_or_threads() {
    let words = ["std::fs", "TcpStream", "std::process", "tokio", "reqwest", "thread::spawn"];
    for (path, text) in sources("j1-core/src") {
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let word = words.iter().find(|word| line.contains(**word));
            assert!(word.is_none(), "{}: `{}`", path.display(), line.trim());
        }
    }
}
