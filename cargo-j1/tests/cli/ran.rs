//! Running the binary.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

/// The binary, with an environment that no test depends on.
pub fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-j1"));
    command.env_remove("J1_LOCAL_DB").env_remove("J1_LOCAL_API_KEY").env("NO_COLOR", "1");
    command
}

/// The result of a command.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// The same, if it exited so.
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout: {}\nstderr: {}", self.out, self.err);
        self
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// Runs it with these arguments.
pub fn run(args: &[&str]) -> Ran {
    run_with_input(args, "")
}

/// Runs it with these arguments and this on stdin.
pub fn run_with_input(args: &[&str], input: &str) -> Ran {
    let mut command = binary();
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("stdin is a pipe");
    // A command that reads nothing may be gone already.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("the binary ends").into()
}
