//! How much memory a page of a hostile or broken provider takes. Each page is read by a process of its own, whose peak Linux
//! reports.
#![cfg(target_os = "linux")]

use std::process::Command;

use j1_runtime::provider::{Http, Incoming, Paging};
use serde::Deserialize;

/// Tells the process which page it reads.
const PAGE: &str = "J1_TEST_HOSTILE_PAGE";
/// The length of a page, in bytes.
const LONG: usize = 8 << 20;
/// What a process needs in any case, and lists of many short records.
const ANY_CASE: usize = 6 << 20;

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct User {
    id: String,
    #[serde(default)]
    name: Option<String>,
}

fn repeated(before: &str, piece: &str, after: &str, length: usize) -> String {
    format!("{before}{}{after}", piece.repeat(length / piece.len()))
}

/// A page by its name, and whether its records are in the member `data`.
fn page(name: &str) -> (String, bool) {
    let numbered = |length: usize, piece: fn(usize) -> String| -> String {
        let mut out = String::new();
        let mut number = 0;
        while out.len() < length {
            out.push_str(&piece(number));
            number += 1;
        }
        out
    };
    match name {
        "open arrays" => (repeated("", "[", "", LONG), false),
        "nested arrays" => (format!("[{}{}]", "[".repeat(LONG / 2), "]".repeat(LONG / 2)), false),
        "empty objects" => (repeated("[", "{},", "{}]", LONG), false),
        "as many empty objects as are read" => (repeated("[", "{},", "{}]", 450_000), false),
        "digits" => (repeated("[", "0,", "0]", LONG), false),
        "empty objects in a member" => (repeated("{\"data\":[", "{},", "{}]}", LONG), true),
        "one record of many values" => (repeated("[[", "[0],", "[0]]]", LONG), false),
        "one record of many members" => {
            (format!("[{{{}\"id\":1}}]", numbered(LONG, |number| format!("\"{number}\":0,"))), false)
        }
        "one record with the same member many times" => {
            (repeated("[{", "\"id\":1,", "\"id\":1}]", LONG), false)
        }
        "many members" => {
            (format!("{{{}\"data\":[]}}", numbered(LONG, |number| format!("\"{number}\":0,"))), true)
        }
        "many members of an envelope" => (
            format!(
                "{{\"data\":[],\"meta\":{{{}\"a\":0}}}}",
                numbered(LONG, |number| format!("\"{number}\":0,"))
            ),
            true,
        ),
        "many links" => (repeated("{\"data\":[],\"links\":[", "[],", "[]]}", LONG), true),
        other => panic!("no page is called {other}"),
    }
}

const PAGES: [&str; 12] = [
    "open arrays",
    "nested arrays",
    "empty objects",
    "as many empty objects as are read",
    "digits",
    "empty objects in a member",
    "one record of many values",
    "one record of many members",
    "one record with the same member many times",
    "many members",
    "many members of an envelope",
    "many links",
];

/// The most memory that this process has needed, in bytes.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux says");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    let kilobytes: usize = line.trim().trim_end_matches("kB").trim().parse().expect("a number");
    kilobytes * 1024
}

/// Reads the list of one such page, and prints how much more memory that took than the page itself.
fn read(name: &str) {
    let (body, in_member) = page(name);
    let body = body.into_bytes();
    let (length, body) = (body.len(), bytes::Bytes::from(body));
    let http = Http::service(move |_| {
        let body = body.clone();
        async move { Ok(Incoming { status: 200, body, ..Incoming::default() }) }
    });
    let paging = if in_member { Paging::whole().items("data") } else { Paging::whole() };
    // Begins a new peak: what making the page took does not count.
    std::fs::write("/proc/self/clear_refs", "5").expect("Linux lets a process reset its peak");
    let before = peak();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let read = runtime.block_on(async {
        let api = http.client("https://hostile.example/").expect("a URL");
        let mut list = api.get("users").pages::<User>(paging.uncapped());
        let mut read = 0_usize;
        loop {
            match list.next().await {
                Ok(Some(_)) => read += 1,
                Ok(None) => break read,
                Err(error) => {
                    assert!(error.to_string().len() < 10_000, "{error}");
                    break read;
                }
            }
        }
    });
    println!("took {} for {length} with {read} records", peak().saturating_sub(before));
}

#[test]
fn a_hostile_page_takes_a_few_times_its_length_in_memory() {
    if let Ok(name) = std::env::var(PAGE) {
        return read(&name);
    }
    for name in PAGES {
        let output = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "a_hostile_page_takes_a_few_times_its_length_in_memory", "--nocapture"])
            .env(PAGE, name)
            .output()
            .expect("it starts");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let said = text.lines().find_map(|line| line.split_once("took ")).map(|(_, said)| said);
        let mut numbers = said.unwrap_or_default().split_whitespace().filter_map(|word| word.parse().ok());
        let (Some::<usize>(took), Some::<usize>(length)) = (numbers.next(), numbers.next()) else {
            panic!("{name}: {text}{}", String::from_utf8_lossy(&output.stderr));
        };
        println!("{name}: {took} bytes for {length}");
        assert!(took < 4 * length + ANY_CASE, "{name}: {took} bytes of memory for a page of {length}");
    }
}
