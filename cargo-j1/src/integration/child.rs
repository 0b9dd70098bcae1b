//! Runs the integration's binary on behalf of this process.

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitStatus;

use tokio::process::{Child, Command};

use crate::error::Error;
use crate::local::signals::{Signal, Signals};

/// A program to run and its environment.
#[derive(Debug)]
pub struct Invocation {
    /// The binary.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Variables that it gets.
    pub set: Vec<(&'static str, String)>,
    /// Variables that it does not inherit.
    pub unset: Vec<&'static str>,
    /// The folder it runs in; `None` for the current one.
    pub folder: Option<PathBuf>,
}

/// Runs it to its end and returns its exit code, or 128 plus the signal's number if a signal ended it.
///
/// A signal that would end this process is left to the child, which aborts its job and exits; then we exit too.
pub async fn run(invocation: Invocation) -> Result<u8, Error> {
    let mut signals = Signals::listen()?;
    let mut command = Command::new(&invocation.program);
    command.args(&invocation.args).envs(invocation.set);
    for name in invocation.unset {
        command.env_remove(name);
    }
    if let Some(folder) = &invocation.folder {
        command.current_dir(folder);
    }
    let started = command.spawn();
    let mut child = started.map_err(|source| Error::Start { path: invocation.program.clone(), source })?;
    loop {
        tokio::select! {
            status = child.wait() => {
                let source = |source| Error::System { what: "the integration cannot be waited for", source };
                return status.map(exit_code).map_err(source);
            }
            signal = signals.next() => forward(signal, &child).await,
        }
    }
}

/// Passes a signal on to the child. A terminal sends ctrl-c to both processes, so it has reached the child already.
async fn forward(signal: Signal, child: &Child) {
    let Some(id) = child.id() else { return };
    if signal == Signal::Interrupt && on_a_terminal() {
        return;
    }
    send(signal, id).await;
}

fn on_a_terminal() -> bool {
    std::io::stdin().is_terminal() || std::io::stdout().is_terminal() || std::io::stderr().is_terminal()
}

#[cfg(unix)]
async fn send(signal: Signal, id: u32) {
    // The shell's `kill`, since the standard library cannot send signals. If the process has ended, nothing is to be
    // done.
    let kill = format!("kill -s {} {id}", signal.name());
    let sent = Command::new("sh").args(["-c", &kill]).stderr(std::process::Stdio::null()).status().await;
    if sent.is_err() {
        crate::output::warn("the integration could not be told to stop; waiting for its end");
    }
}

#[cfg(not(unix))]
async fn send(_: Signal, _: u32) {
    // Windows sends ctrl-c to every process of the console by itself, and has no other signals.
    std::future::ready(()).await;
}

/// Converts the exit status of the child to an exit code of ours.
fn exit_code(status: ExitStatus) -> u8 {
    let signal = signal_of(status).map(|number| 128 + number);
    status.code().or(signal).and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

#[cfg(unix)]
fn signal_of(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal_of(_: ExitStatus) -> Option<i32> {
    None
}
