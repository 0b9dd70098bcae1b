//! The public API of each published crate: one line an item, in `xtask/api/<crate>.txt`.
//!
//! The listing comes from rustdoc's JSON. Its format is unstable, so `public-api` is pinned to the version that reads
//! the format of the compiler in `rust-toolchain.toml`; both change together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::files;

/// The variable that is set while cargo runs this program in place of rustdoc.
const AS_RUSTDOC: &str = "XTASK_AS_RUSTDOC";

/// Crates whose types may stand in our signatures, each with the reason.
const THIRD_PARTY: &[(&str, &str)] = &[
    ("alloc", "the standard library"),
    ("core", "the standard library"),
    ("std", "the standard library"),
    ("bytes", "bodies of requests and responses, shared without a copy"),
    ("chrono", "a feature of j1-core: dates of authors who use chrono"),
    ("clap_builder", "the names of public enums as values of flags; the impls are in `cli/`"),
    ("http", "methods and headers of requests, the types every HTTP crate shares"),
    ("jiff", "dates"),
    ("proptest", "a feature of j1-runtime: strategies for property tests"),
    ("rusqlite", "the source of an error of the local store"),
    ("serde", "provider records are `Deserialize`, reports `Serialize`"),
    ("serde_core", "where serde's traits are defined"),
    ("serde_json", "the JSON of requests and of collected objects"),
    ("time", "a feature of j1-core: dates of authors who use time"),
    ("url", "URLs of requests and of the configuration"),
    ("zeroize", "the bound of what a `Secret` holds"),
    ("uuid", "identifiers of providers as properties and key parts"),
];

/// Types with inherent items, which the listing writes like paths.
const PRIMITIVES: &[&str] = &[
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16", "u32",
    "u64", "u128", "usize",
];

/// Runs rustdoc with unstable options allowed, if cargo called this program as rustdoc.
///
/// Setting `RUSTC_BOOTSTRAP` for cargo as a whole would rebuild every dependency whose build script looks at it.
pub fn as_rustdoc() -> Option<std::process::ExitCode> {
    std::env::var_os(AS_RUSTDOC)?;
    let status =
        Command::new("rustdoc").args(std::env::args_os().skip(1)).env("RUSTC_BOOTSTRAP", "1").status();
    let code = status.ok().and_then(|status| status.code()).and_then(|code| u8::try_from(code).ok());
    Some(std::process::ExitCode::from(code.unwrap_or(1)))
}

/// Writes the listings, unless `check` is set; returns the files that differ.
pub fn run(root: &Path, check: bool) -> Result<Vec<PathBuf>, String> {
    let workspace = Workspace::read(root)?;
    document(root, &workspace)?;
    let mut differing = Vec::new();
    for (package, library) in &workspace.libraries {
        let json = workspace.target.join("doc").join(format!("{library}.json"));
        let api = public_api::Builder::from_rustdoc_json(json)
            .omit_blanket_impls(true)
            .omit_auto_trait_impls(true)
            .omit_auto_derived_impls(true)
            .build()
            .map_err(|error| format!("{package}: {error}"))?;
        let text = format!("{api}");
        refuse_third_party(package, &text, &workspace)?;
        let path = root.join("xtask/api").join(format!("{package}.txt"));
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

/// The published libraries, by the names of their packages and of their crates.
struct Workspace {
    libraries: Vec<(String, String)>,
    target: PathBuf,
}

impl Workspace {
    fn read(root: &Path) -> Result<Self, String> {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .current_dir(root)
            .output()
            .map_err(|error| format!("cargo metadata: {error}"))?;
        let metadata: serde_json::Value =
            serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))?;
        let packages = metadata["packages"].as_array().ok_or("cargo metadata names no packages")?;
        let mut libraries = Vec::new();
        for package in packages.iter().filter(|package| package["publish"].is_null()) {
            let targets = package["targets"].as_array().into_iter().flatten();
            let library = targets.filter(|target| {
                let kinds = target["kind"].as_array().into_iter().flatten();
                kinds.filter_map(|kind| kind.as_str()).any(|kind| matches!(kind, "lib" | "proc-macro"))
            });
            for target in library {
                let name = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
                libraries.push((name(&package["name"]), name(&target["name"]).replace('-', "_")));
            }
        }
        // cargo-j1 is a command; its library exists only for its tests.
        libraries.retain(|(package, _)| package != "cargo-j1");
        libraries.sort();
        let target =
            metadata["target_directory"].as_str().ok_or("cargo metadata names no target directory")?;
        Ok(Self { libraries, target: target.into() })
    }
}

/// Writes rustdoc's JSON of every published library.
fn document(root: &Path, workspace: &Workspace) -> Result<(), String> {
    let this = std::env::current_exe().map_err(|error| format!("this program's path: {error}"))?;
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["doc", "--quiet", "--no-deps", "--lib"]).current_dir(root);
    for (package, _) in &workspace.libraries {
        cargo.args(["--package", package]);
    }
    let status = cargo
        .env("RUSTDOC", this)
        .env("RUSTDOCFLAGS", "-Z unstable-options --output-format json --cap-lints warn")
        .env(AS_RUSTDOC, "1")
        .status()
        .map_err(|error| format!("cargo doc: {error}"))?;
    if status.success() { Ok(()) } else { Err("cargo doc failed".to_owned()) }
}

/// Refuses types of crates that are not on the list.
fn refuse_third_party(package: &str, listing: &str, workspace: &Workspace) -> Result<(), String> {
    let ours: BTreeSet<&str> = workspace.libraries.iter().map(|(_, library)| &**library).collect();
    let allowed = |root: &str| {
        root == "crate"
            || ours.contains(root)
            || PRIMITIVES.contains(&root)
            || THIRD_PARTY.iter().any(|(name, _)| *name == root)
    };
    let mut refused = BTreeMap::new();
    for line in listing.lines() {
        for root in roots(line).filter(|root| !allowed(root)) {
            refused.entry(root).or_insert(line);
        }
    }
    let Some((root, line)) = refused.first_key_value() else { return Ok(()) };
    let others: Vec<&&str> = refused.keys().skip(1).collect();
    Err(format!(
        "{package}: `{line}` names a type of the crate `{root}` (as other lines do of {others:?}); return a type of \
         ours, or add the crate to `THIRD_PARTY` in xtask/src/api.rs with the reason"
    ))
}

/// Returns the crates that the paths of a line begin with.
fn roots(line: &str) -> impl Iterator<Item = &str> {
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    line.split(move |c: char| !is_path(c)).filter_map(|path| {
        let (root, rest) = path.split_once("::")?;
        // `Self::Item` and `T::Error` are associated types, and `:` alone ends a name.
        let is_crate =
            !rest.is_empty() && root.chars().next().is_some_and(|first| first.is_ascii_lowercase());
        is_crate.then_some(root)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_roots_of_a_line_are_its_crates() {
        let line =
            "pub fn j1::provider::Client::get(&self, path: &str) -> core::option::Option<reqwest::Method>";
        assert_eq!(roots(line).collect::<Vec<_>>(), ["j1", "core", "reqwest"]);
        assert_eq!(roots("pub type T::Item = Self::Error").count(), 0);
    }
}
