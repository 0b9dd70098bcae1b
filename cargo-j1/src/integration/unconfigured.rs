//! An integration without credentials can use its own recordings instead of the provider.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::binary::Binary;
use crate::output;

/// The prefix of JupiterOne's own variables, which `--local` sets.
const JUPITERONE: &str = "JUPITERONE_";

/// Makes a run replay recordings, and says so, if the package names some and none of the provider's variables is set.
///
/// Only for runs into the local JupiterOne: recorded data must not get into a real account.
pub fn replay(args: &mut Vec<OsString>, recordings: Option<&Path>, binary: &Binary, quiet: bool) {
    let Some(recordings) = recordings else { return };
    let asked = |arg: &OsString| arg == "--replay" || arg.to_string_lossy().starts_with("--replay=");
    if args.iter().any(asked) {
        return;
    }
    let needed = needed(binary);
    let file = settings(args);
    let is_set = |name: &String| {
        std::env::var_os(name).is_some_and(|value| !value.is_empty()) || file.iter().any(|set| set == name)
    };
    if needed.is_empty() || needed.iter().any(is_set) {
        return;
    }
    let mut replayed = vec![OsString::from("--replay"), recordings.into()];
    // Inserted after the command and before anything that may follow a `--`.
    args.splice(1..1, replayed.drain(..));
    if !quiet {
        let (names, be) = (needed.join(", "), if needed.len() == 1 { "is" } else { "are" });
        output::note(&format!(
            "{names} {be} not set, so the answers are those recorded in {}; before the first run with credentials, remove the \
             folder .j1, which then holds recorded data",
            recordings.display()
        ));
    }
}

/// The variables that a run needs, as the integration's `.env` file has them.
fn needed(binary: &Binary) -> Vec<String> {
    let ran = Command::new(&binary.path).args(["config", "--format", "env"]).stdin(Stdio::null()).output();
    let Ok(ran) = ran else { return Vec::new() };
    let text = String::from_utf8_lossy(&ran.stdout);
    let names = text.lines().filter_map(|line| line.strip_suffix('='));
    names.filter(|name| !name.starts_with('#') && !name.starts_with(JUPITERONE)).map(str::to_owned).collect()
}

/// The names that the `.env` file gives a value.
fn settings(args: &[OsString]) -> Vec<String> {
    let named = args.windows(2).find(|pair| pair[0] == "--env-file").map(|pair| PathBuf::from(&pair[1]));
    let text = std::fs::read_to_string(named.unwrap_or_else(|| ".env".into())).unwrap_or_default();
    let pairs = text.lines().filter_map(|line| line.trim().trim_start_matches("export ").split_once('='));
    let set = pairs.filter(|(_, value)| !value.trim().trim_matches(['"', '\'']).is_empty());
    set.map(|(name, _)| name.trim().to_owned()).collect()
}
