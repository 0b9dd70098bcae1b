//! `cargo demo` and the page after it, in a real browser: from the job to the graph, with the keyboard alone, at a desk and on
//! a phone. Screenshots are left in the folder that cargo gives to tests.
//!
//! It builds and runs an integration, so it is one of the tests of once a week; see `j1-local/tests/browser.rs` for what
//! happens without Chromium.
#![allow(missing_docs, reason = "tests")]

#[path = "../../j1-local/tests/support/browser.rs"]
mod browser;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The arguments of `cargo demo`, without those for cargo.
fn demo(workspace: &Path) -> Vec<String> {
    let aliases = std::fs::read_to_string(workspace.join(".cargo/config.toml")).expect("the aliases");
    let line = aliases.lines().find(|line| line.starts_with("demo = ")).expect("`cargo demo`");
    let (_, arguments) = line.trim_end_matches('"').split_once(" -- ").expect("arguments");
    arguments.split(' ').map(str::to_owned).collect()
}

/// A server that ends with the test.
struct Page(Child);

impl Drop for Page {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[ignore = "builds and runs an integration, and needs Chromium; run weekly"]
fn the_demo_is_walked_through_from_its_job_to_its_graph() {
    let Some(mut browser) = browser::start() else { return };
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace");
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("local.db");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-j1"));
    command.arg("j1").args(demo(workspace)).current_dir(workspace).env("J1_LOCAL_DB", &database);
    let ran = command.output().expect("it runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));

    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-j1"));
    command.args(["j1", "local", "--port", "0", "--db"]).arg(&database);
    let mut page = Page(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts"));
    let mut url = String::new();
    BufReader::new(page.0.stdout.take().expect("a pipe")).read_line(&mut url).expect("its URL");
    for (width, height, scheme, name) in [(1400, 900, "light", "demo-desk"), (390, 844, "dark", "demo-phone")]
    {
        browser.size(width, height);
        browser.scheme(scheme);
        browser.open(&format!("{}/", url.trim().trim_end_matches('/')));
        browser.check(&format!("{name}-overview"));
        browser.follow("Jobs");
        browser.follow(" UTC");
        browser.check(&format!("{name}-job"));
        browser.follow("Types");
        browser.follow("jumpcloud_user");
        browser.check(&format!("{name}-type"));
        browser.follow(".lindenmoos");
        browser.until("document.body.innerText.includes('Northwind Lighthouse')");
        browser.check(&format!("{name}-entity"));
        browser.follow("Keeper Travel");
        browser.check(&format!("{name}-neighbour"));
        browser.follow("Query");
        browser.focus("here.id === 'q'");
        browser.evaluate("document.activeElement.select()");
        browser.write("FIND jumpcloud_group AS g THAT HAS jumpcloud_user AS u RETURN g.displayName, u.email");
        browser.control_enter();
        browser.until("location.search.includes('jumpcloud_group') && document.readyState === 'complete'");
        browser.until("document.querySelectorAll('table tbody tr').length > 100");
        browser.check(&format!("{name}-query"));
        browser.focus("here.matches('.tabs a') && here.textContent === 'Graph'");
        browser.key("Enter", 13);
        browser.until("Boolean(document.querySelector('.stage[data-drawn]'))");
        browser.check(&format!("{name}-query-graph"));
        browser.follow("Graph");
        browser.check(&format!("{name}-types"));
        browser.follow("Graph of entities");
        browser.until("Boolean(document.querySelector('.stage[data-drawn]'))");
        browser.check(&format!("{name}-graph"));
    }
}
