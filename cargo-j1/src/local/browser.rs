//! Opening a page in the browser.

use std::process::{Command, Stdio};

use crate::output;

/// Opens the URL in the browser, or warns that it could not.
pub fn open(url: &str) {
    let mut command = opener(url);
    let program = command.get_program().to_string_lossy().into_owned();
    let started = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    match started {
        // The opener may live as long as the browser, so a thread waits for it.
        Ok(mut child) => drop(std::thread::spawn(move || {
            if !child.wait().is_ok_and(|status| status.success()) {
                output::warn("the browser did not open; open the page yourself");
            }
        })),
        Err(error) => output::warn(&format!("`{program}` did not start ({error}); open the page yourself")),
    }
}

fn opener(url: &str) -> Command {
    if cfg!(target_os = "windows") {
        let mut command = Command::new("cmd");
        command.args(["/C", "start", "", url]);
        return command;
    }
    let mut command = Command::new(if cfg!(target_os = "macos") { "open" } else { "xdg-open" });
    command.arg(url);
    command
}
