//! `cargo demo` and the page after it, in a real browser: from the job to the graph, with the mouse and with the keyboard alone,
//! at a desk and on a phone. Screenshots are left in the folder that cargo gives to tests.
//!
//! It builds and runs an integration, so it is one of the tests of once a week. See `j1-local/tests/browser.rs` for what
//! happens without Chromium.
#![allow(missing_docs, reason = "tests")]

#[path = "../../j1-local/tests/support/browser.rs"]
mod browser;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use browser::Browser;

const QUERY: &str = "FIND jumpcloud_group AS g THAT HAS jumpcloud_user AS u RETURN g.displayName, u.email";

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

/// The way of moving through the page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hand {
    Mouse,
    Keyboard,
}

impl Hand {
    fn follow(self, browser: &mut Browser, text: &str) {
        match self {
            Self::Mouse => browser.click_link(text),
            Self::Keyboard => browser.follow(text),
        }
    }

    /// Writes a query in place of the one that is there, and runs it.
    fn ask(self, browser: &mut Browser, query: &str) {
        match self {
            Self::Mouse => browser.click("document.getElementById('q')"),
            Self::Keyboard => browser.focus("here.id === 'q'"),
        }
        browser.evaluate("document.activeElement.select()");
        browser.write(query);
        match self {
            Self::Mouse => browser.click("document.querySelector('.query button')"),
            Self::Keyboard => browser.control_enter(),
        }
        browser.until(&format!(
            "new URLSearchParams(location.search).get('q') === {query:?} && document.readyState === 'complete'"
        ));
    }

    /// Selects an entity in the graph: in the drawing, or in the table beside it.
    fn select(self, browser: &mut Browser, label: &str) {
        match self {
            Self::Mouse => {
                // The drawing is still moving to where it shows everything.
                browser.until("!document.querySelector('.viewer').j1.renderer.getCamera().isAnimating()");
                let at = browser.evaluate(&format!(
                    "(() => {{ const {{ graph, renderer }} = document.querySelector('.viewer').j1; \
                     const stage = document.querySelector('.stage'); stage.scrollIntoView({{ block: 'center' }}); \
                     const node = graph.findNode((_, data) => data.label === {label:?}); \
                     const {{ x, y }} = renderer.graphToViewport(graph.getNodeAttributes(node)); \
                     const box = stage.getBoundingClientRect(); return {{ x: box.x + x, y: box.y + y }}; }})()"
                ));
                browser.press(&at["x"], &at["y"]);
            }
            Self::Keyboard => {
                browser.focus(&format!("here.matches('.pick') && here.textContent.includes({label:?})"));
                browser.key(" ", 32);
            }
        }
        browser
            .until(&format!("document.querySelector('.chosen:not([hidden]) h2')?.textContent === {label:?}"));
        browser.until("document.querySelector('.chosen').innerText.includes('jumpcloud_user')");
    }
}

#[test]
#[ignore = "builds and runs an integration, and drives Chromium; run weekly"]
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
    let url = format!("{}/", url.trim().trim_end_matches('/'));
    for (size, scheme, hand, name) in [
        ((1400, 900), "light", Hand::Keyboard, "demo-desk"),
        ((390, 844), "dark", Hand::Keyboard, "demo-phone"),
        ((1400, 900), "dark", Hand::Mouse, "demo-desk-dark"),
        ((390, 844), "light", Hand::Mouse, "demo-phone-light"),
    ] {
        browser.size(size.0, size.1);
        browser.scheme(scheme);
        browser.open(&url);
        walk(&mut browser, hand, name);
    }
}

fn walk(browser: &mut Browser, hand: Hand, name: &str) {
    browser.check(&format!("{name}-overview"));
    hand.follow(browser, "Jobs");
    browser.check(&format!("{name}-jobs"));
    hand.follow(browser, " UTC");
    browser.check(&format!("{name}-job"));
    hand.follow(browser, "jumpcloud_user");
    browser.check(&format!("{name}-changes"));
    hand.follow(browser, "Types");
    browser.check(&format!("{name}-types"));
    hand.follow(browser, "jumpcloud_user");
    browser.check(&format!("{name}-type"));
    hand.follow(browser, ".lindenmoos");
    browser.until("document.body.innerText.includes('Northwind Lighthouse')");
    browser.check(&format!("{name}-entity"));
    hand.follow(browser, "Keeper Travel");
    browser.check(&format!("{name}-neighbour"));
    hand.follow(browser, "Query");
    hand.ask(browser, QUERY);
    browser.until("document.querySelectorAll('table tbody tr').length > 100");
    browser.check(&format!("{name}-query"));
    hand.follow(browser, "Graph");
    browser.check(&format!("{name}-type-graph"));
    hand.follow(browser, "Graph of entities");
    browser.until("Boolean(document.querySelector('.stage[data-drawn]'))");
    browser.check(&format!("{name}-graph"));
    hand.select(browser, "Northwind Lighthouse Cooperative");
    browser.check(&format!("{name}-graph-selected"));
}
