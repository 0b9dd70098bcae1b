//! Bodies that no client should send: each is answered with a status below 500, the server goes on, and nothing that is held
//! changes before a finalize. `J1_FUZZ_CASES` sets the number of random scripts, `J1_FUZZ_SECONDS` a time instead.
#![allow(missing_docs, reason = "tests")]

mod support;

use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any};
use proptest::test_runner::{RngSeed, TestRunner};
use serde_json::{Value, json};
use support::{JOBS, Local, entity, has, user};

/// The bytes of a script, one at a time; 0 after its end.
struct Script<'s>(std::slice::Iter<'s, u8>);

impl Script<'_> {
    fn byte(&mut self) -> u8 {
        self.0.next().copied().unwrap_or_default()
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[usize::from(self.byte()) % from.len()]
    }
}

/// Texts that are values, parts of values, and none.
const VALUES: [&str; 18] = [
    "null",
    "true",
    "0",
    "-1e999",
    "18446744073709551616",
    "\"\"",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "[]",
    "{}",
    "[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]",
    "{\"_key\":\"k\",\"_key\":\"k\"}",
    "{\"_key\":\"acme:user:1\",\"_type\":\"acme_user\",\"_class\":\"User\",\"displayName\":\"x\"}",
    "{\"_key\":7,\"_type\":[],\"_class\":{}}",
    "\"' OR 1=1 --\"",
    "\"acme:user:1\"",
    "[\"acme_user\"]",
    "",
];
const HEADERS: [&[(&str, &str)]; 4] = [
    &[("Content-Type", "application/json")],
    &[],
    &[("Content-Encoding", "gzip")],
    &[("Content-Type", "text/plain"), ("Content-Encoding", "identity")],
];
const NAMES: [&str; 12] = [
    "entities",
    "relationships",
    "partialDatasets",
    "types",
    "source",
    "integrationInstanceId",
    "syncMode",
    "scope",
    "query",
    "variables",
    "reason",
    "events",
];

/// A body after a script: members with any values, cut off or followed by more, at some places with a byte changed.
fn body(script: &mut Script<'_>) -> Vec<u8> {
    let members: Vec<String> = (0..script.byte() % 4)
        .map(|_| {
            let (name, value) = (*script.pick(&NAMES), *script.pick(&VALUES));
            match script.byte() % 4 {
                0 => format!("\"{name}\":[{value}]"),
                1 => format!("\"{name}\":{{\"{}\":{value}}}", script.pick(&NAMES)),
                _ => format!("\"{name}\":{value}"),
            }
        })
        .collect();
    let mut body = format!("{{{}}}", members.join(",")).into_bytes();
    match script.byte() % 6 {
        0 => body.truncate(usize::from(script.byte()) % (body.len() + 1)),
        1 => body.extend_from_slice(script.pick(&VALUES).as_bytes()),
        2 => {
            let at = usize::from(script.byte()) % body.len();
            body[at] = script.byte();
        }
        3 => body.splice(0..0, [0xef, 0xbb, 0xbf]).for_each(drop),
        _ => {}
    }
    body
}

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|value| value.parse().ok())
}

#[test]
fn no_body_breaks_the_server_or_changes_what_it_holds() {
    let local = Local::start();
    let client = &local.client;
    let group = entity("acme_group", "Group", "acme:group:1", "Engineers");
    client.run("i", &[user("acme:user:1", "Ada"), group], &[has("acme:group:1", "acme:user:1")], &[]);
    let held = || (client.keys("i"), client.count("relationships", "acme_group_has_user"));
    let before = held();
    let open = client.diff("i");
    let ask = |script: &[u8]| {
        let mut script = Script(script.iter());
        // A finalize is the one request that may change something.
        let path = match script.byte() % 8 {
            0 => JOBS.to_owned(),
            1 => open.path("/entities"),
            2 => open.path("/relationships"),
            3 => open.path("/upload"),
            4 => open.path("/events"),
            5 => format!("{JOBS}/nobody/{}", script.pick(&["entities", "finalize", "abort", ""])),
            6 => "/graphql".to_owned(),
            _ => open.path("/entities?ignoreDuplicates=true"),
        };
        let headers = *script.pick(&HEADERS);
        let body = body(&mut script);
        let answer = client.send("POST", &path, headers, &body);
        let shown = String::from_utf8_lossy(&body).into_owned();
        assert!(answer.status < 500, "{path} {headers:?} {shown}: {answer:?}");
        let is_json = serde_json::from_str::<Value>(&answer.text).is_ok();
        assert!(is_json || answer.text.is_empty(), "{path} {shown}: {answer:?}");
    };
    for line in include_str!("corpus/bodies.txt").lines().filter(|line| !line.starts_with('#')) {
        let digit = |at: usize| u8::from_str_radix(&line[at..at + 2], 16).unwrap();
        ask(&(0..line.len() / 2).map(|byte| digit(2 * byte)).collect::<Vec<u8>>());
    }
    let cases = variable("J1_FUZZ_CASES").and_then(|cases| u32::try_from(cases).ok()).unwrap_or(400);
    let until = Instant::now() + Duration::from_secs(variable("J1_FUZZ_SECONDS").unwrap_or_default());
    let seed = variable("PROPTEST_RNG_SEED").unwrap_or_else(|| fastrand::u64(..));
    let mut rounds = 0;
    loop {
        let rng_seed = RngSeed::Fixed(seed.wrapping_add(rounds));
        let config =
            ProptestConfig { cases, rng_seed, failure_persistence: None, ..ProptestConfig::default() };
        let ran = TestRunner::new(config).run(&vec(any::<u8>(), 0..24), |script| {
            ask(&script);
            Ok(())
        });
        ran.unwrap_or_else(|failed| panic!("add this script to the corpus in hexadecimal: {failed}"));
        assert_eq!(held(), before);
        rounds += 1;
        if Instant::now() >= until {
            break;
        }
    }
    println!("measured: fuzz.bodies = {}", rounds * u64::from(cases));
    // The job is as it was, and does what it is for.
    let job = client.diff("i");
    job.upload(&[user("acme:user:1", "Ada")], &[]).ok();
    assert_eq!(job.finish(&[])["status"], json!("FINISHED"));
    assert_eq!(client.keys("i"), ["acme:user:1"]);
}
