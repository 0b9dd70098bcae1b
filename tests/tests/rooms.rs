//! The invariants of ARCHITECTURE.md that the sources themselves can show.

use std::collections::BTreeSet;
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

/// What is generic over the integration is compiled anew in each project.
#[test]
fn only_what_erases_the_type_of_an_integration_is_generic_over_it() {
    let generic =
        [named_outside("I: Connect", &["testing"]), named_outside("I: Integration", &["testing"])].concat();
    let files =
        generic.iter().filter_map(|line| line.split_once("/src/")?.1.split_once(": ")).map(|(file, _)| file);
    let files: BTreeSet<&str> = files.collect();
    assert_eq!(
        files,
        BTreeSet::from(["cli/mod.rs", "engine/integration.rs", "run/program.rs"]),
        "{generic:#?}"
    );
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

/// The top-level modules of j1-core, the lowest first. A module imports only from those before it.
const CORE: [&str; 12] = [
    "shared",
    "model",
    "class",
    "config",
    "report",
    "error",
    "validate",
    "graph",
    "step",
    "integration",
    "describe",
    "__private",
];

/// The top-level modules of j1-runtime, the lowest first.
const RUNTIME: [&str; 15] = [
    "code",
    "disk",
    "index",
    "redact",
    "observe",
    "provider",
    "jupiterone",
    "collection",
    "recordings",
    "engine",
    "run",
    "shard",
    "cli",
    "testing",
    "__bench",
];

/// The imports of j1-runtime that run back up, with their reasons. At most three.
const UPWARD: [(&str, &str, &str); 1] = [(
    "observe",
    "provider",
    "the export of spans uses the only HTTP client, so that proxies and certificates apply",
)];

/// The top-level modules that a file of a crate names, and its own.
fn named_rooms<'r>(file: &str, text: &str, crate_name: &str, rooms: &[&'r str]) -> (String, Vec<&'r str>) {
    let inside = file.rsplit_once("/src/").map_or(file, |(_, inside)| inside);
    let module: Vec<&str> = inside.trim_end_matches(".rs").trim_end_matches("/mod").split('/').collect();
    // Unit tests stand at the end of a file, and may look anywhere.
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code: String = code.split_whitespace().collect();
    let roots = ["crate::".to_owned(), format!("{crate_name}::"), "super::".repeat(module.len())];
    let mut named = Vec::new();
    for root in &roots {
        for (at, _) in code.match_indices(root.as_str()) {
            let before = &code[..at];
            let goes_on = before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
                || before.ends_with(['`', '"'])
                || before.ends_with("::");
            if !goes_on || before.ends_with("use") {
                let path = &code[at + root.len()..];
                named.extend(rooms.iter().filter(|room| heads(path).iter().any(|head| head == *room)));
            }
        }
    }
    (module[0].to_owned(), named)
}

/// The first names of a path, or of each path of a group.
fn heads(path: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(group) = path.strip_prefix('{') else {
        return vec![word(path)];
    };
    let (mut depth, mut heads, mut start) = (0_u32, Vec::new(), 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            ',' if depth == 0 => {
                heads.push(word(&group[start..at]));
                start = at + 1;
            }
            '}' if depth == 0 => {
                heads.push(word(&group[start..at]));
                break;
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    heads
}

/// The imports of a crate that run back up in the order of its rooms.
fn upward(crate_name: &str, order: &[&str]) -> BTreeSet<(String, String)> {
    let (mut up, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let place = |room: &str| order.iter().position(|own| *own == room);
    for (path, text) in sources(&format!("{}/src", crate_name.replace('_', "-"))) {
        let file = path.to_string_lossy().replace('\\', "/");
        let (own, named) = named_rooms(&file, &text, crate_name, order);
        let inside = file.rsplit_once("/src/").map_or("", |(_, inside)| inside);
        if own == "lib" || inside.ends_with("/tests.rs") || inside.contains("/tests/") {
            continue;
        }
        let at = place(&own).unwrap_or_else(|| panic!("`{own}` is not in the order of rooms"));
        seen.insert(own.clone());
        up.extend(
            named.iter().filter(|room| place(room) > Some(at)).map(|room| (own.clone(), (*room).to_owned())),
        );
    }
    let gone: Vec<_> = order.iter().filter(|room| !seen.contains(**room) && **room != "__bench").collect();
    assert!(gone.is_empty(), "{gone:?} are in the order, and not in {crate_name}");
    up
}

#[test]
fn no_import_of_the_core_runs_back_up() {
    assert_eq!(upward("j1_core", &CORE), [].into());
}

#[test]
fn imports_of_the_runtime_that_run_back_up_are_few_and_listed() {
    let listed = UPWARD.iter().map(|(from, to, _)| ((*from).to_owned(), (*to).to_owned())).collect();
    assert_eq!(upward("j1_runtime", &RUNTIME), listed);
}

#[test]
fn imports_are_found_however_they_are_written() {
    let text = "use crate::{engine::{plan, run::Run}, provider};\nfn f(x: crate::cli::Args) { super::super::run::go() }\n\
                // crate::testing\n#[cfg(test)]\nmod tests { use crate::collection; }";
    let (own, mut named) = named_rooms("j1-runtime/src/redact/output.rs", text, "j1_runtime", &RUNTIME);
    named.sort_unstable();
    assert_eq!((own.as_str(), named), ("redact", vec!["cli", "engine", "provider", "run"]));
}

/// The crates of the workspace that each depends on: the arrows of the drawing in ARCHITECTURE.md.
const ARROWS: [(&str, &[&str]); 9] = [
    ("j1-model", &[]),
    ("j1-derive", &["j1-model"]),
    ("j1-core", &["j1-derive", "j1-model"]),
    ("j1-har", &[]),
    ("j1ql", &[]),
    ("j1-runtime", &["j1-core", "j1-har"]),
    ("j1-local", &["j1-core", "j1ql"]),
    ("cargo-j1", &["j1-core", "j1-har", "j1-local", "j1ql"]),
    ("j1", &["j1-core", "j1-derive", "j1-runtime"]),
];

/// The names in the section `[dependencies]` of a crate.
fn dependencies(of: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(of).join("Cargo.toml");
    let text = std::fs::read_to_string(path).expect("a crate of the workspace");
    let section = text.split("[dependencies]\n").nth(1).unwrap_or_default();
    let lines = section.lines().take_while(|line| !line.starts_with('['));
    let names =
        lines.filter_map(|line| line.split(['.', ' ', '=']).next()).filter(|name| !name.starts_with('#'));
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[test]
fn an_arrow_that_is_not_drawn_does_not_exist() {
    let crates: Vec<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    for (name, drawn) in ARROWS {
        let mut found = dependencies(name);
        found.retain(|dependency| crates.contains(&dependency.as_str()));
        // Its feature `integrations` builds the facade, and nothing names it.
        found.retain(|dependency| (name, dependency.as_str()) != ("cargo-j1", "j1"));
        found.sort();
        assert_eq!(found, drawn, "{name}");
    }
}

#[test]
fn the_command_builds_the_facade_only_where_it_is_asked_to() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cargo-j1/Cargo.toml");
    let manifest = std::fs::read_to_string(manifest).expect("a crate of the workspace");
    assert!(manifest.contains("j1 = { workspace = true, optional = true }\n"));
    for (path, text) in sources("cargo-j1/src") {
        // Code of projects that it writes is text.
        let code = text.lines().filter(|line| !line.contains('"') && !line.trim_start().starts_with("//"));
        let named = code.filter(|line| line.trim_start().starts_with("use j1::") || line.contains(" j1::"));
        assert_eq!(named.collect::<Vec<_>>(), [] as [&str; 0], "{}", path.display());
    }
}

#[test]
fn the_core_depends_on_no_runtime() {
    let found = dependencies("j1-core");
    for name in ["tokio", "reqwest", "axum", "clap", "rusqlite"] {
        assert!(!found.iter().any(|dependency| dependency == name), "{name}");
    }
}
