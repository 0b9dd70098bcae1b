//! Making projects, and doing with them what their authors do.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The binary in a folder, with an environment that no test depends on.
pub fn cargo_j1(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-j1"));
    command.current_dir(folder).env("NO_COLOR", "1").env("CARGO_NET_OFFLINE", "true");
    command.env("CARGO_TARGET_DIR", target()).env_remove("J1_LOCAL_DB");
    command
}

/// Returns the target folder of these tests: projects reuse what is built there.
pub fn target() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_cargo-j1")).ancestors().nth(2).expect("a profile's folder").to_owned()
}

/// Makes a folder whose projects optimize the packages that this workspace optimizes: so that what is built for one
/// project is there for the next, and for the integrations of this workspace.
pub fn outer() -> io::Result<TempDir> {
    let outer = tempfile::tempdir()?;
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    let manifest: toml::Table = std::fs::read_to_string(manifest)?.parse().map_err(io::Error::other)?;
    let profile = &manifest["profile"]["dev"];
    let packages = profile["package"].as_table().expect("a table");
    // Only the local JupiterOne has SQLite, which no project links.
    let packages = packages.iter().filter(|(name, _)| *name != "libsqlite3-sys");
    let config: String = packages.map(|(name, options)| format!("{name:?} = {options}\n")).collect();
    std::fs::create_dir(outer.path().join(".cargo"))?;
    let config = format!(
        "[profile.dev]\nbuild-override = {}\n[profile.dev.package]\n{config}",
        profile["build-override"]
    );
    std::fs::write(outer.path().join(".cargo/config.toml"), config)?;
    Ok(outer)
}

/// Returns the output of a process on both streams.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A project that was made in a folder of its own.
pub struct Made {
    outer: TempDir,
    name: String,
}

impl Made {
    /// Makes one with these arguments behind its name. Nothing compiles it.
    pub fn new(name: &str, args: &[&str]) -> io::Result<Self> {
        Self::compiled(name, &[args, &["--no-check"]].concat())
    }

    /// Makes one with these arguments behind its name, and has it compiled.
    pub fn compiled(name: &str, args: &[&str]) -> io::Result<Self> {
        let outer = outer()?;
        let made = cargo_j1(outer.path()).args(["j1", "new", name, "--yes"]).args(args).output()?;
        assert!(made.status.success(), "{}", said(&made));
        Ok(Self { outer, name: name.to_owned() })
    }

    pub fn folder(&self) -> PathBuf {
        self.outer.path().join(&self.name)
    }

    /// A file of it.
    pub fn text(&self, path: &str) -> io::Result<String> {
        std::fs::read_to_string(self.folder().join(path))
    }

    /// Its files, sorted.
    pub fn files(&self) -> io::Result<Vec<String>> {
        let root = self.folder();
        let below = |path: PathBuf| path.strip_prefix(&root).expect("below it").display().to_string();
        let mut files: Vec<String> = files_below(&root)?.into_iter().map(below).collect();
        files.sort();
        Ok(files)
    }

    /// Has cargo do something with it, and fail the test if it does not succeed.
    pub fn cargo(&self, args: &[&str]) -> io::Result<()> {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(args).current_dir(self.folder());
        command.env("CARGO_NET_OFFLINE", "true").env("CARGO_TARGET_DIR", target()).env("INSTA_UPDATE", "no");
        let ran = command.output()?;
        assert!(ran.status.success(), "cargo {}: {}", args.join(" "), said(&ran));
        Ok(())
    }

    /// Runs it into a JupiterOne of its own, and gives the summary and what was said on stderr.
    pub fn run_local(&self, args: &[&str]) -> io::Result<(serde_json::Value, String)> {
        let mut command = cargo_j1(&self.folder());
        let ran = command.args(["run", "--local", "--debug", "--output", "json"]).args(args).output()?;
        assert!(ran.status.success(), "{}", said(&ran));
        Ok((serde_json::from_slice(&ran.stdout)?, String::from_utf8_lossy(&ran.stderr).into_owned()))
    }
}

/// The files in a folder and in those below it.
pub fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut folders, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    Ok(files)
}
