//! The layout of Rust code, which is rustfmt's business.

use std::path::Path;
use std::process::{Command, Stdio};

use super::place::File;
use crate::output;

/// Lays out the Rust files of a folder. Where there is no rustfmt they stay as the templates have them.
pub fn format(folder: &Path, files: &[File]) {
    let mut command = Command::new(std::env::var_os("RUSTFMT").unwrap_or_else(|| "rustfmt".into()));
    command.args(["--edition", "2024"]);
    let rust = files.iter().filter(|file| Path::new(&file.path).extension().is_some_and(|end| end == "rs"));
    command.args(rust.map(|file| folder.join(&file.path)));
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
