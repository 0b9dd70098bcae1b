//! Fuzzing on stable Rust: bytes are read as a script of what a provider does, by hand-made generators and by proptest.
//!
//! Every script that ever failed is kept as a line of hexadecimal digits in `corpus/`. `J1_FUZZ_CASES` sets the number of random
//! scripts, 200 otherwise; with `J1_FUZZ_SECONDS`, each target goes on for so long.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use j1_core::Outcome;
use j1_runtime::provider::{Http, Incoming, Outgoing, Paging, Unanswered};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any};
use proptest::test_runner::{RngSeed, TestRunner};
use serde_json::{Map, Value, json};

use crate::list::{Row, rows};

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|value| value.parse().ok())
}

/// Runs the property for the corpus, and for random scripts.
pub fn fuzz(target: &str, corpus: &str, longest: usize, property: impl Fn(&[u8])) {
    for line in corpus.lines().filter(|line| !line.starts_with('#')) {
        let digit = |at: usize| u8::from_str_radix(&line[at..at + 2], 16).expect("two hexadecimal digits");
        property(&(0..line.len() / 2).map(|byte| digit(2 * byte)).collect::<Vec<u8>>());
    }
    let cases = variable("J1_FUZZ_CASES").and_then(|cases| u32::try_from(cases).ok()).unwrap_or(200);
    let until = Instant::now() + Duration::from_secs(variable("J1_FUZZ_SECONDS").unwrap_or_default());
    // A fixed seed repeats a run of CI; each round has other scripts.
    let seed = variable("PROPTEST_RNG_SEED").unwrap_or_else(|| fastrand::u64(..));
    let mut rounds = 0;
    loop {
        let rng_seed = RngSeed::Fixed(seed.wrapping_add(rounds));
        let config =
            ProptestConfig { cases, rng_seed, failure_persistence: None, ..ProptestConfig::default() };
        let mut runner = TestRunner::new(config);
        let ran = runner.run(&vec(any::<u8>(), 0..longest), |script| {
            property(&script);
            Ok(())
        });
        ran.unwrap_or_else(|failed| panic!("add this script to the corpus in hexadecimal: {failed}"));
        rounds += 1;
        if Instant::now() >= until {
            break;
        }
    }
    println!("measured: fuzz.{target} = {}", rounds * u64::from(cases));
}

/// The bytes of a script, one at a time; 0 after its end.
pub struct Script<'s>(pub std::slice::Iter<'s, u8>);

impl Script<'_> {
    pub fn byte(&mut self) -> u8 {
        self.0.next().copied().unwrap_or_default()
    }

    pub fn below(&mut self, most: usize) -> usize {
        usize::from(self.byte()) % most.max(1)
    }
}

/// A provider that changes, fails and caps its pages as a script says.
struct State {
    list: Vec<usize>,
    /// Records that were there all the time.
    stayed: Vec<usize>,
    events: Vec<u8>,
    next_id: usize,
    requests: usize,
    /// The position of a scroll, and the list as it was when the scroll began.
    scrolled: usize,
    snapshot: Vec<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Offset,
    Aligned,
    Page,
    Cursor,
    Scroll,
    After,
    Numbered,
}

const WAYS: [Way; 7] =
    [Way::Offset, Way::Aligned, Way::Page, Way::Cursor, Way::Scroll, Way::After, Way::Numbered];

impl Way {
    fn paging(self, size: u64) -> Paging {
        match self {
            Self::Offset => Paging::offset("limit", "skip", size),
            Self::Aligned => Paging::aligned_offset("limit", "skip", size),
            Self::Page => Paging::page("page", "limit", size),
            Self::Cursor => Paging::cursor("cursor", "next").size("limit", size),
            Self::Scroll => Paging::scroll("scroll", "next").until_empty(),
            Self::After => Paging::after("after", "id"),
            Self::Numbered => Paging::next_url("next").size("limit", size),
        }
        .items("items")
        .uncapped()
    }
}

impl State {
    /// Something happens between two requests.
    fn happen(&mut self) -> u8 {
        let event = self.events.get(self.requests).copied().unwrap_or_default();
        self.requests += 1;
        let place = usize::from(event >> 4);
        match event % 8 {
            1 if place < self.list.len() => {
                let gone = self.list.remove(place);
                self.stayed.retain(|id| *id != gone);
            }
            2 => {
                let id = self.next_id;
                self.next_id += 1;
                self.list.insert(place.min(self.list.len()), id);
            }
            _ => {}
        }
        event % 8
    }

    fn respond(&mut self, way: Way, request: &Outgoing, size: usize) -> Result<Incoming, Unanswered> {
        let event = self.happen();
        let asked = |name: &str| {
            let found = request.url.query_pairs().find(|(key, _)| key == name);
            found.and_then(|(_, value)| value.trim_start_matches('c').parse::<usize>().ok())
        };
        let limit = asked("limit").unwrap_or(size);
        let after = |id: usize| self.list.iter().position(|other| *other > id).unwrap_or(self.list.len());
        let begin = match way {
            Way::Offset | Way::Aligned => asked("skip").unwrap_or(0),
            Way::Page | Way::Numbered => (asked("page").unwrap_or(1) - 1) * limit,
            // Ids only grow here, so a cursor is the id of the last record.
            Way::Cursor => asked("cursor").map_or(0, after),
            Way::After => asked("after").map_or(0, after),
            Way::Scroll if request.url.query_pairs().any(|(name, _)| name == "scroll") => self.scrolled,
            Way::Scroll => {
                self.snapshot.clone_from(&self.list);
                0
            }
        };
        let list = if way == Way::Scroll { &self.snapshot } else { &self.list };
        let begin = begin.min(list.len());
        let end = (begin + limit).min(list.len());
        self.scrolled = end;
        let page = &list[begin..end];
        let more = end < list.len();
        let next = match way {
            Way::Cursor => page.last().filter(|_| more).map_or(Value::Null, |id| json!(format!("c{id}"))),
            Way::Scroll => json!("scroll"),
            Way::Numbered if more => json!(format!("/things?limit={limit}&page={}", begin / limit + 2)),
            _ => Value::Null,
        };
        let status = if event == 4 { 206 } else { 200 };
        let body = json!({ "items": rows(page.iter().copied()), "next": next });
        match event {
            3 => Err(Unanswered::Lost("the script says so".into())),
            5 => Ok(Incoming { status: 502, ..Incoming::default() }),
            _ => Ok(Incoming { status, body: body.to_string().into(), ..Incoming::default() }),
        }
    }
}

/// Reads the list of the script: the ids that came, whether the list is complete, the records that stayed, and the requests.
fn read(script: &[u8], quiet: bool) -> (Way, Vec<usize>, Option<bool>, Vec<usize>, usize) {
    let mut bytes = Script(script.iter());
    let way = WAYS[bytes.below(WAYS.len())];
    let size = 1 + bytes.below(6);
    let count = bytes.below(32);
    let events: Vec<u8> = if quiet { Vec::new() } else { bytes.0.copied().collect() };
    // New records have greater ids wherever they are, so those ways that page by id insert at the end.
    let by_id = matches!(way, Way::Cursor | Way::After);
    let events = events.into_iter().map(|event| if by_id && event % 8 == 2 { event | 0xf0 } else { event });
    let list: Vec<usize> = (1..=count).collect();
    let state = State {
        stayed: list.clone(),
        list,
        events: events.take(if by_id && count > 14 { 0 } else { 64 }).collect(),
        next_id: 1000,
        requests: 0,
        scrolled: 0,
        snapshot: Vec::new(),
    };
    let state = Arc::new(Mutex::new(state));
    let shared = Arc::clone(&state);
    let http = Http::service(move |request: Outgoing| {
        let response = shared.lock().expect("no test panicked").respond(way, &request, size);
        async move { response }
    });
    let client = http.client("https://acme.example").expect("a URL");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let (ids, complete) = runtime.expect("a runtime").block_on(async {
        let mut pages = client.get("things").pages::<Row>(way.paging(size as u64).max_pages(200));
        let mut ids = Vec::new();
        loop {
            match pages.next().await {
                Ok(Some(row)) => ids.push(row.id),
                Ok(None) => return (ids, Some(pages.finish().is_ok_and(|read: Outcome| read.is_complete()))),
                Err(_) => return (ids, None),
            }
        }
    });
    let state = state.lock().expect("no test panicked");
    (way, ids, complete, state.stayed.clone(), state.requests)
}

// guarantee: deletions: scroll, next_url: partial
// guarantee: churn: scroll, next_url: partial
// guarantee: deletions: after: yes
// guarantee: churn: after: yes
// guarantee: lost: after: yes
#[test]
fn a_complete_list_has_every_record_that_stayed() {
    fuzz("pages", include_str!("corpus/pages.txt"), 80, |script| {
        let (way, ids, complete, stayed, _) = read(script, false);
        let missed = stayed.iter().find(|id| !ids.contains(id));
        assert!(complete != Some(true) || missed.is_none(), "{way:?}: {missed:?} is missing in {ids:?}");
    });
}

#[test]
fn a_quiet_list_is_complete_and_takes_few_requests() {
    fuzz("quiet", include_str!("corpus/pages.txt"), 4, |script| {
        let (way, ids, complete, stayed, requests) = read(script, true);
        assert_eq!(complete, Some(true), "{way:?}");
        assert_eq!(ids, stayed, "{way:?}");
        assert!(
            requests <= 3 * stayed.len() + 6,
            "{way:?}: {requests} requests for {} records",
            stayed.len()
        );
    });
}

/// The URL of the next page that a list follows for a header `Link`.
fn followed(header: &[u8]) -> Result<Option<String>, ()> {
    let value = reqwest::header::HeaderValue::from_bytes(header).map_err(|_| ())?;
    let second: Arc<Mutex<Option<String>>> = Arc::default();
    let seen = Arc::clone(&second);
    let http = Http::service(move |request: Outgoing| {
        let mut response = Incoming { status: 200, body: "[]".into(), ..Incoming::default() };
        if request.url.query() == Some("first=") {
            response.headers.insert("link", value.clone());
        } else {
            *seen.lock().expect("no test panicked") = request.url.query().map(str::to_owned);
        }
        async move { Ok::<_, Unanswered>(response) }
    });
    let client = http.client("https://acme.example").expect("a URL");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let read = runtime
        .expect("a runtime")
        .block_on(async { client.get("things").query("first", "").pages::<Row>(Paging::link()).all().await });
    let followed = second.lock().expect("no test panicked").take();
    read.map(|_| followed).map_err(|_| ())
}

#[test]
fn a_link_header_is_followed_read_as_none_or_an_error() {
    // Any bytes at all: no panic.
    fuzz("headers", include_str!("corpus/link.txt"), 60, |header| {
        let _ = followed(header);
    });
    // Links as RFC 8288 allows them, written in many ways.
    fuzz("links", include_str!("corpus/link.txt"), 40, |script| {
        let mut bytes = Script(script.iter());
        let (mut links, mut next) = (Vec::new(), None);
        for number in 0..=bytes.below(4) {
            let rel = ["next", "NEXT", "prev next", "prev", "nextish", "last"][bytes.below(6)];
            let is_next = matches!(rel, "next" | "NEXT" | "prev next");
            let rel = match bytes.below(3) {
                0 if !rel.contains(' ') => format!("rel={rel}"),
                1 => format!("Rel = '{rel}'"),
                _ => format!("rel=\"{rel}\""),
            };
            let title = ["", ";title=\"a, <b>; rel=next\"", ";title='x'", "; hreflang=en", ";crossorigin"];
            let title = title[bytes.below(5)];
            let parameters =
                if bytes.byte() % 2 == 0 { format!("{title}; {rel}") } else { format!("; {rel}{title}") };
            links.push(format!("</things?page=a{number},b>{parameters}"));
            if is_next && next.is_none() {
                next = Some(format!("page=a{number},b"));
            }
        }
        let header = links.join([", ", ",", " ,, "][bytes.below(3)]);
        assert_eq!(followed(header.as_bytes()), Ok(next), "{header}");
    });
}

/// Members that contradict the end of a list, as words, and a value that does; the reference is the meaning of the words.
const SIGNS: [(&[&str], &str); 22] = [
    (&["has", "more"], "true"),
    (&["has", "more"], "\"true\""),
    (&["has", "next"], "1"),
    (&["has", "next", "page"], "true"),
    (&["has", "more", "items"], "true"),
    (&["more", "available"], "true"),
    (&["is", "truncated"], "true"),
    (&["truncated"], "true"),
    (&["is", "last"], "false"),
    (&["last", "page"], "false"),
    (&["done"], "false"),
    (&["next", "page", "token"], "\"abc\""),
    (&["next", "cursor"], "\"abc\""),
    (&["next", "token"], "\"abc\""),
    (&["next", "page"], "2"),
    (&["next", "link"], "\"https://acme.example/2\""),
    (&["total", "count"], "999"),
    (&["total", "items"], "\"999\""),
    (&["total", "results"], "999"),
    (&["incomplete", "results"], "true"),
    (&["timed", "out"], "true"),
    (&["partial", "results"], "true"),
];

/// The same words as different APIs write them.
fn written(words: &[&str], how: u8) -> String {
    let capital = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    match how % 5 {
        0 => words.join("_"),
        1 => words.join("-"),
        2 => words.iter().map(|word| capital(word)).collect(),
        3 => words.concat().to_ascii_uppercase(),
        _ => words[0].to_owned() + &words[1..].iter().map(|word| capital(word)).collect::<String>(),
    }
}

/// A response with records, members that mean nothing, and, with `signs`, one that says that there are more.
fn described(script: &[u8], signs: bool) -> (Paging, Map<String, Value>) {
    let mut bytes = Script(script.iter());
    let paging = match bytes.below(4) {
        0 => Paging::whole(),
        1 => Paging::page("page", "limit", 50),
        2 => Paging::offset("limit", "skip", 50),
        _ => Paging::cursor("cursor", "after_this").size("limit", 50),
    };
    let mut body = Map::new();
    let envelope = ["meta", "pagination", "paging", "pageInfo", "response_metadata", "page"][bytes.below(6)];
    let mut inside = Map::new();
    for _ in 0..bytes.below(4) {
        let (name, value) = [
            ("request_id", json!("abc")),
            ("took", json!(12)),
            ("next_run", json!("2026-01-01")),
            ("has_more_than_one_owner", json!(true)),
            ("self", json!("/things")),
            ("errors", json!([])),
            ("next", Value::Null),
        ][bytes.below(7)]
        .clone();
        if bytes.byte() % 2 == 0 { &mut body } else { &mut inside }.insert(name.to_owned(), value);
    }
    if signs {
        let (words, value) = SIGNS[bytes.below(SIGNS.len())];
        let name = written(words, bytes.byte());
        let value = serde_json::from_str(value).expect("a value");
        if bytes.byte() % 2 == 0 { &mut body } else { &mut inside }.insert(name, value);
    }
    if !inside.is_empty() {
        body.insert(envelope.to_owned(), Value::Object(inside));
    }
    (paging.items("items"), body)
}

/// Reads a list of three records whose responses have these members.
fn is_complete(paging: Paging, members: &Map<String, Value>) -> bool {
    let members = members.clone();
    let http = Http::service(move |request: Outgoing| {
        let mut body = members.clone();
        let asked = |name: &str| {
            let found = request.url.query_pairs().find(|(asked, _)| asked == name);
            found.and_then(|(_, value)| value.parse::<usize>().ok())
        };
        let from = if asked("page").is_some_and(|page| page > 1) { 3 } else { asked("skip").unwrap_or(0) };
        body.insert("items".to_owned(), Value::Array(rows(from.min(3)..3)));
        body.insert("after_this".to_owned(), Value::Null);
        let body = Value::Object(body).to_string().into();
        async move { Ok::<_, Unanswered>(Incoming { status: 200, body, ..Incoming::default() }) }
    });
    let client = http.client("https://acme.example").expect("a URL");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let read = runtime.expect("a runtime").block_on(client.get("things").pages::<Row>(paging).all());
    read.is_ok_and(|(_, outcome)| outcome.is_complete())
}

#[test]
fn a_response_that_says_that_there_is_more_is_never_complete() {
    fuzz("responses", include_str!("corpus/responses.txt"), 24, |script| {
        let (paging, members) = described(script, true);
        assert!(!is_complete(paging.clone(), &members), "{paging:?}: {members:?}");
    });
}

#[test]
fn a_response_with_members_that_mean_nothing_is_complete() {
    fuzz("harmless", include_str!("corpus/responses.txt"), 24, |script| {
        let (paging, members) = described(script, false);
        assert!(is_complete(paging.clone(), &members), "{paging:?}: {members:?}");
    });
}
