//! `cargo j1 local`, through the binary.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use crate::ran::{Ran, binary};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// A server that is running; it ends with the test.
struct Running {
    child: Child,
    url: String,
}

impl Running {
    fn start(folder: &Path, args: &[&str]) -> std::io::Result<Self> {
        let mut command = binary();
        command.current_dir(folder).args(["local", "--port", "0"]).args(args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut url = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut url)?;
        }
        Ok(Self { child, url: url.trim_end().to_owned() })
    }

    /// The status of the answer and all that came.
    fn get(&self, path: &str, key: &str) -> std::io::Result<(u16, String)> {
        let address = self.url.strip_prefix("http://").unwrap_or_default();
        let mut stream = TcpStream::connect(address)?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        Ok((status, answer))
    }

    fn stop(&mut self, signal: &str) -> std::io::Result<ExitStatus> {
        Command::new("sh").args(["-c", &format!("kill -s {signal} {}", self.child.id())]).status()?;
        self.child.wait()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A child that has ended is no longer there to be killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_prints_its_url_first_and_stops_cleanly_on_a_signal() -> Tested {
    for signal in ["TERM", "INT"] {
        let folder = tempfile::tempdir()?;
        let mut server = Running::start(folder.path(), &[])?;
        assert!(server.url.starts_with("http://127.0.0.1:"), "{}", server.url);
        let (status, _) = server.get("/persister/synchronization/jobs/none", "any")?;
        assert_eq!(status, 404, "there is no such job, and no key is checked");
        assert!(folder.path().join(".j1/local.db").is_file());
        assert_eq!(server.stop(signal)?.code(), Some(0), "{signal}");
    }
    Ok(())
}

#[test]
fn a_key_is_checked_when_one_is_given() -> Tested {
    let folder = tempfile::tempdir()?;
    let server = Running::start(folder.path(), &["--db", "other.db", "--api-key", "right"])?;
    assert_eq!(server.get("/persister/synchronization/jobs/none", "wrong")?.0, 401);
    assert_eq!(server.get("/persister/synchronization/jobs/none", "right")?.0, 404);
    assert!(folder.path().join("other.db").is_file());
    Ok(())
}

#[test]
fn a_port_in_use_is_an_error_of_its_own_code() -> Tested {
    let folder = tempfile::tempdir()?;
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let port = taken.local_addr()?.port().to_string();
    let ran: Ran = binary().current_dir(folder.path()).args(["local", "--port", &port]).output()?.into();
    let ran = ran.exits(6);
    assert!(ran.out.is_empty());
    assert!(ran.err.contains("[J1-R3004]") && ran.err.contains(&port), "{}", ran.err);
    Ok(())
}

#[test]
fn a_run_uploads_to_the_server_that_has_the_data_file_open() -> Tested {
    let folder = crate::integration::workspace()?;
    let server = Running::start(folder.path(), &["--api-key", "s3cret"])?;
    let mut run = crate::integration::in_folder(folder.path());
    let ran: Ran = run.args(["run", "-p", "acme", "--local", "--debug"]).output()?.into();
    let ran = ran.exits(0);
    assert_eq!(crate::integration::told(&ran, "API_BASE"), server.url);
    assert_eq!(crate::integration::told(&ran, "reached"), "true");
    assert!(ran.err.contains(&format!("the page at {}/", server.url)), "{}", ran.err);
    assert_eq!(server.get("/", "")?.0, 200, "it goes on serving");
    Ok(())
}

#[test]
fn an_export_lists_the_files_it_wrote() -> Tested {
    let folder = tempfile::tempdir()?;
    let mut server = Running::start(folder.path(), &[])?;
    server.stop("TERM")?;
    let ran: Ran =
        binary().current_dir(folder.path()).args(["export", "jsonl", "--out", "data"]).output()?.into();
    let ran = ran.exits(0);
    assert!(ran.out.contains("relationships.jsonl  0 rows"), "{}", ran.out);
    assert!(folder.path().join("data/relationships.jsonl").is_file());
    let missing = ["export", "csv", "--out", "data", "--db", "none.db"];
    let ran: Ran = binary().current_dir(folder.path()).args(missing).output()?.into();
    assert!(ran.exits(6).err.contains("[J1-R3001]"));
    Ok(())
}
