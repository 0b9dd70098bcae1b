//! Tells our flags from the integration's, wherever they stand.

use std::ffi::{OsStr, OsString};

/// The commands whose further arguments go to the integration.
const PASSED_ON: [&str; 8] = ["run", "collect", "sync", "plan", "config", "steps", "schema", "docs"];

/// Flags of ours that take a value.
const WITH_VALUE: [&str; 3] = ["-p", "--package", "--manifest-path"];

/// Flags of ours that take none.
const ALONE: [&str; 5] = ["--local", "--debug", "--release", "-h", "--help"];

/// Brings the arguments into the order that clap reads: the command, our flags, `--`, the integration's.
///
/// The `j1` that cargo puts first is dropped. clap cannot be told "what you do not know is the integration's,
/// but go on looking for your own", hence this; what it does with ours is clap's.
pub fn arrange(args: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut args = args.into_iter().peekable();
    let mut ours: Vec<OsString> = args.next().into_iter().collect();
    args.next_if(|first| first == "j1");
    let passes_on = args.peek().is_some_and(|command| PASSED_ON.iter().any(|name| command == *name));
    if !passes_on {
        ours.extend(args);
        return ours;
    }
    ours.extend(args.next());
    let mut theirs = Vec::new();
    while let Some(arg) = args.next() {
        if arg == "--" {
            theirs.extend(args);
            break;
        }
        if WITH_VALUE.iter().any(|flag| arg == *flag) {
            ours.push(arg);
            ours.extend(args.next());
        } else if is_ours(&arg) {
            ours.push(arg);
        } else {
            theirs.push(arg);
        }
    }
    ours.push("--".into());
    ours.append(&mut theirs);
    ours
}

/// Returns `true` for a flag of ours, alone or with its value: `--local`, `--package=x`, `-px`.
fn is_ours(arg: &OsStr) -> bool {
    if ALONE.iter().any(|flag| arg == *flag) {
        return true;
    }
    let Some(text) = arg.to_str() else { return false };
    WITH_VALUE.iter().any(|flag| {
        text.strip_prefix(flag).is_some_and(|value| {
            if flag.starts_with("--") { value.starts_with('=') } else { !value.is_empty() }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arranged(line: &str) -> String {
        let args = arrange(line.split(' ').map(OsString::from));
        args.join(OsStr::new(" ")).into_string().unwrap_or_default()
    }

    #[test]
    fn our_flags_are_found_wherever_they_stand() {
        assert_eq!(
            arranged("cargo-j1 j1 run --replay X --local -v -p jumpcloud --output json --debug"),
            "cargo-j1 run --local -p jumpcloud --debug -- --replay X -v --output json"
        );
        assert_eq!(
            arranged("cargo-j1 steps --format dot --package=a -pb --manifest-path=c --manifest-path d"),
            "cargo-j1 steps --package=a -pb --manifest-path=c --manifest-path d -- --format dot"
        );
    }

    #[test]
    fn arguments_after_two_hyphens_go_to_the_integration() {
        assert_eq!(arranged("cargo-j1 run -v -- --local --help"), "cargo-j1 run -- -v --local --help");
    }

    #[test]
    fn look_alikes_of_our_flags_are_the_integrations() {
        assert_eq!(
            arranged("cargo-j1 collect --packages --debugger --out=-p"),
            "cargo-j1 collect -- --packages --debugger --out=-p"
        );
    }

    #[test]
    fn other_commands_are_left_as_they_are() {
        assert_eq!(arranged("cargo-j1 j1 explain --help j1"), "cargo-j1 explain --help j1");
        assert_eq!(arranged("cargo-j1 --help"), "cargo-j1 --help");
        assert_eq!(arranged("cargo-j1"), "cargo-j1");
    }
}
