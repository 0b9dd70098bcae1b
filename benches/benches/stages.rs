//! The stages of a run one by one: `cargo bench -p j1-bench --bench stages`. Prints one JSON object a line, with CPU time.

use std::collections::HashMap;
use std::hint::black_box;
use std::io::Write as _;
use std::sync::{Arc, Mutex};

use flate2::Compression;
use flate2::write::GzEncoder;
use j1_bench::integration::{PAGE, User};
use j1_bench::provider;
use j1_bench::usage::thread_nanoseconds;
use j1_core::Result;
use j1_core::graph::{
    Accepted, BoxFuture, Emitter, EncodedObject, Naming, Object as _, Sink, Stored, Type, WithRaw,
};
use j1_core::report::Event;
use j1_core::validate::{self, Violation};
use j1_runtime::__bench as stages;
use j1_runtime::provider::{Http, Incoming, Paging};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use serde_json::value::RawValue;

/// The records that a stage is measured with.
const RECORDS: u64 = 10_000;
/// The keys of a large run: an index costs more where it does not fit the processor's caches.
const KEYS: u64 = 1_000_000;
/// The CPU time for which a stage is repeated, in nanoseconds.
const LONG_ENOUGH: u64 = 500_000_000;

fn main() {
    let pages: Vec<String> = (0..RECORDS / PAGE).map(|page| provider::page(page * PAGE, RECORDS)).collect();
    let records: Vec<Box<RawValue>> = pages
        .iter()
        .flat_map(|page| serde_json::from_str::<Vec<Box<RawValue>>>(page).expect("JSON"))
        .collect();
    let users: Vec<User> =
        records.iter().map(|record| serde_json::from_str(record.get()).expect("a user")).collect();
    let objects = emitted(&users);
    let bytes = |texts: &[Vec<u8>]| texts.iter().map(Vec::len).sum::<usize>();
    let raw: usize = records.iter().map(|record| record.get().len()).sum();

    let split_pages = Pages::default();
    measure("pages", raw, || split::<IgnoredAny>(&split_pages));
    measure("pages, two members of each record", raw, || split::<Members>(&split_pages));
    measure("pages, the same members as lists", raw, || split::<Lists>(&split_pages));
    measure("parse", raw, || {
        for record in &records {
            black_box(serde_json::from_str::<User>(record.get()).expect("a user"));
        }
    });
    measure("emit", bytes(&objects), || drop(black_box(emitted(&users))));
    measure("parse and emit with raw data", raw, || emitted_with_raw(&records));
    let values: Vec<Value> =
        objects.iter().map(|object| serde_json::from_slice(object).expect("JSON")).collect();
    measure("validate JSON", bytes(&objects), || {
        for value in &values {
            black_box(validate::object(value));
        }
    });
    redaction(&records, &objects, raw);
    let keys: Vec<String> = (0..KEYS).map(|number| format!("directory-user:{number}")).collect();
    measure_many("key index, a million keys", 0, KEYS, || {
        let mut index = stages::Keys::default();
        for (key, object) in keys.iter().zip(objects.iter().cycle()) {
            black_box(index.add::<User>(key, object));
        }
    });
    measure("spool", bytes(&objects), || stages::spool(&objects).expect("a temporary file"));
    let batches: Vec<Vec<u8>> = objects.chunks(250).map(|objects| objects.join(&b','.to_owned())).collect();
    measure("batch", bytes(&objects), || {
        black_box(stages::batches(&objects));
    });
    for level in [1, 3, 6] {
        let name = format!("gzip, level {level}");
        let packed = batches.iter().map(|batch| gzip(batch, level).len()).sum::<usize>();
        let percent = packed * 100 / bytes(&batches);
        measure(&format!("{name} ({percent} %)"), bytes(&batches), || {
            for batch in &batches {
                black_box(gzip(batch, level));
            }
        });
    }
}

fn redaction(records: &[Box<RawValue>], objects: &[Vec<u8>], raw: usize) {
    stages::learn("k-7d1f0c9b2e4a6855-77c1e0");
    stages::learn("Bearer 9f86d081884c7d659a2feaa0c55ad015");
    stages::learn("jupiterone-api-key-5f3e4d1e9d0e7b0c");
    measure("redact raw data", raw, || {
        for record in records {
            black_box(stages::raw_data(record.get().as_bytes()));
        }
    });
    measure("search objects for secrets", objects.iter().map(Vec::len).sum(), || {
        for object in objects {
            black_box(stages::in_object(object));
        }
    });
    let suspicious: Vec<String> = records
        .iter()
        .map(|record| record.get().replacen("\"roles\"", "\"note\":\"?token=abc\",\"roles\"", 1))
        .collect();
    measure("redact raw data, each record with a secret", raw, || {
        for record in &suspicious {
            black_box(stages::raw_data(record.as_bytes()));
        }
    });
}

/// Two members of a record.
#[derive(Deserialize)]
#[expect(dead_code, reason = "they are only read")]
struct Members {
    addresses: IgnoredAny,
    roles: IgnoredAny,
}

/// The same members as lists, so that the runtime looks for what says that they are not whole.
#[derive(Deserialize)]
#[expect(dead_code, reason = "they are only read")]
struct Lists {
    addresses: Vec<IgnoredAny>,
    roles: Vec<IgnoredAny>,
}

/// Reads a list of pages; `pages` keeps what was made up.
fn split<T: DeserializeOwned + 'static>(pages: &Pages) {
    let pages = Arc::clone(pages);
    let http = Http::service(move |request| {
        let skip = request.url.query_pairs().find(|(name, _)| name == "skip");
        let skip = skip.and_then(|(_, skip)| skip.parse().ok()).unwrap_or_default();
        let mut pages = pages.lock().expect("one thread");
        let body = pages.entry(skip).or_insert_with(|| provider::page(skip, RECORDS).into()).clone();
        async move { Ok(Incoming { status: 200, body: body.into(), ..Incoming::default() }) }
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async move {
        let api = http.client("https://bench.example/").expect("a URL");
        let paging = Paging::offset("limit", "skip", PAGE).uncapped();
        let mut list = api.get("users").pages::<T>(paging);
        while list.next().await.expect("a page").is_some() {}
        let _ = black_box(list.finish().expect("the end"));
    });
}

/// Pages by the number of records before them.
type Pages = Arc<Mutex<HashMap<u64, Vec<u8>>>>;

fn gzip(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::new(level));
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

/// The entities of these users as JSON.
fn emitted(users: &[User]) -> Vec<Vec<u8>> {
    let kept = Arc::default();
    let mut emitter =
        Emitter::new(Box::new(Kept { naming: Naming::new("directory"), objects: Arc::clone(&kept) }));
    for user in users {
        emitter.entity(user, None).expect("a user");
    }
    drop(emitter);
    let mut objects = kept.lock().expect("one thread");
    std::mem::take(&mut *objects)
}

/// Reads users with their records, and emits both.
fn emitted_with_raw(records: &[Box<RawValue>]) {
    let mut emitter =
        Emitter::new(Box::new(Kept { naming: Naming::new("directory"), objects: Arc::default() }));
    for record in records {
        let user: WithRaw<User> = serde_json::from_str(record.get()).expect("a user");
        user.emit(&mut emitter).expect("a user");
    }
}

struct Kept {
    naming: Naming,
    objects: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Sink for Kept {
    fn naming(&self) -> &Naming {
        &self.naming
    }

    fn accept(&mut self, object: &EncodedObject<'_>) -> Result<Accepted> {
        if object.ends.is_none() {
            self.objects.lock().expect("one thread").push(object.json.to_vec());
        }
        Ok(Accepted::Accepted)
    }

    fn refuse(&mut self, _: Type, _: &Arc<str>, key: &str, violations: &[Violation]) {
        panic!("{key}: {violations:?}");
    }

    fn withhold(&mut self, _: Type, _: &Arc<str>, key: &str, violations: &[Violation]) {
        panic!("{key}: {violations:?}");
    }

    fn send_event(&self, _: Event) {}

    fn flush(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    fn contains(&self, _: Type, _: &str) -> bool {
        true
    }

    fn find_by(&mut self, _: Type, _: &str, _: &str) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    fn read(&mut self, ty: Type) -> Result<Box<dyn Stored>> {
        panic!("nothing of {ty:?} is read back");
    }
}

/// Repeats a stage, and prints what it costs a record; `bytes` is how much it reads each time, or 0.
fn measure(name: &str, bytes: usize, stage: impl FnMut()) {
    measure_many(name, bytes, RECORDS, stage);
}

/// As [`measure`], for a stage with so many records.
fn measure_many(name: &str, bytes: usize, records: u64, mut stage: impl FnMut()) {
    stage();
    let began = thread_nanoseconds();
    let (mut times, mut took) = (0, 0);
    while took < LONG_ENOUGH {
        stage();
        times += 1;
        took = thread_nanoseconds() - began;
    }
    let each = took / (times * records);
    let speed = (bytes > 0).then(|| bytes as u64 * times * 1000 / took.max(1));
    println!(
        "{}",
        serde_json::json!({ "stage": name, "nanosecondsPerRecord": each, "megabytesPerSecond": speed })
    );
}
