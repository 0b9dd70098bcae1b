//! Runs rustfmt over generated code.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::output;

/// Formats Rust files. Without rustfmt they stay as they are.
pub fn format(files: impl Iterator<Item = PathBuf>) {
    let files: Vec<PathBuf> = files.collect();
    if files.is_empty() {
        return;
    }
    let mut command = Command::new(std::env::var_os("RUSTFMT").unwrap_or_else(|| "rustfmt".into()));
    command.args(["--edition", "2024"]).args(files);
    let ran = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).output();
    match ran {
        Ok(ran) if ran.status.success() => {}
        Ok(ran) => {
            let said = String::from_utf8_lossy(&ran.stderr);
            output::warn(&format!("rustfmt did not format the project: {}", said.trim()));
        }
        Err(error) => {
            output::warn(&format!("rustfmt did not start ({error}); `cargo fmt` formats the project"));
        }
    }
}
