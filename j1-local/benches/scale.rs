//! A large graph: how fast it is staged and finalized, again without a change, and asked.
//!
//! `cargo bench -p j1-local --bench scale` runs it with 100,000 entities and as many relationships; `J1_SCALE` names
//! another number.
#![allow(missing_docs, reason = "a benchmark")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Instant;

use j1_local::LocalJupiterOne;
use serde_json::{Value, json};

/// Objects in one request.
const BATCH: usize = 5_000;

struct Client {
    address: String,
}

impl Client {
    fn send(&self, method: &str, path: &str, body: &str) -> Value {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let (host, length) = (&self.address, body.len());
        write!(stream, "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n")
            .unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{text}");
        serde_json::from_str(body).unwrap()
    }

    fn run(&self, count: usize) -> Value {
        const JOBS: &str = "/persister/synchronization/jobs";
        let start = json!({ "source": "integration-external", "integrationInstanceId": "i" });
        let job = self.send("POST", JOBS, &start.to_string())["job"]["id"].as_str().unwrap().to_owned();
        let path = format!("{JOBS}/{job}");
        let (begin, all) = ((Instant::now(), cpu()), (Instant::now(), cpu()));
        for first in (0..count).step_by(BATCH) {
            let numbers = first..(first + BATCH).min(count);
            let entities: Vec<_> = numbers.clone().map(entity).collect();
            let relationships: Vec<_> = numbers.map(|n| relationship(n, count)).collect();
            let body = json!({ "entities": entities, "relationships": relationships }).to_string();
            self.send("POST", &format!("{path}/upload"), &body);
        }
        report("staged", 2 * count, begin);
        let begin = (Instant::now(), cpu());
        self.send("POST", &format!("{path}/finalize"), "{}");
        let job = loop {
            let job = self.send("GET", &path, "")["job"].clone();
            if job["done"] == true {
                break job;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        };
        report("finalized", 2 * count, begin);
        report("both", 2 * count, all);
        job
    }

    fn time(&self, what: &str, path: &str) {
        let begin = Instant::now();
        let answer = self.send("GET", path, "");
        assert!(answer.get("error").is_none(), "{answer}");
        println!("{what:<46} {:>8.1} ms", begin.elapsed().as_secs_f64() * 1000.0);
    }
}

fn entity(n: usize) -> Value {
    json!({
        "_key": format!("acme:user:{n}"), "_type": format!("acme_{}", n % 20), "_class": "User",
        "name": format!("user{n}"), "displayName": format!("User {n}"), "email": format!("user{n}@example.com"),
        "active": !n.is_multiple_of(7), "createdOn": 1_600_000_000_000_u64 + n as u64, "department": n % 100,
        "tags": [format!("tag-{}", n % 50), "all"],
    })
}

fn relationship(n: usize, count: usize) -> Value {
    let to = n * 7919 % count;
    json!({
        "_key": format!("r:{n}"), "_type": "acme_knows", "_class": "HAS", "displayName": "HAS",
        "_fromEntityKey": format!("acme:user:{n}"), "_toEntityKey": format!("acme:user:{to}"),
    })
}

/// Seconds of processor time of this process without the thread that plays the client, user and system; 0 where there is
/// no /proc.
fn cpu() -> f64 {
    seconds("/proc/self/stat") - seconds("/proc/thread-self/stat")
}

fn seconds(path: &str) -> f64 {
    let stat = std::fs::read_to_string(path).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks =
        |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok()).unwrap_or_default();
    (ticks(11) + ticks(12)) / 100.0
}

fn report(what: &str, objects: usize, (wall, before): (Instant, f64)) {
    let (wall, cpu) = (wall.elapsed().as_secs_f64(), cpu() - before);
    #[expect(clippy::cast_precision_loss, reason = "some millions")]
    let rate = objects as f64 / cpu.max(0.01);
    println!("{what:<46} {wall:>8.2} s  {cpu:>8.2} CPU-s  {rate:>10.0} objects per CPU-s");
}

fn main() {
    let count = std::env::var("J1_SCALE").ok().and_then(|count| count.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let builder = LocalJupiterOne::builder().database(folder.path().join("local.db")).body_limit(64 << 20);
    let server = runtime.block_on(builder.start()).unwrap();
    let client = Client { address: server.url().strip_prefix("http://").unwrap().to_owned() };
    println!("{count} entities and {count} relationships");
    let job = client.run(count);
    assert_eq!(job["numEntitiesCreated"], count);
    assert_eq!(job["numRelationshipsCreated"], count);
    println!("the same again");
    let job = client.run(count);
    assert_eq!((&job["numEntitiesCreated"], &job["numEntitiesUpdated"]), (&json!(0), &json!(0)));
    client.time(
        "one entity of a type, by e-mail",
        "/query.json?q=FIND%20acme_1%20WITH%20email%3D%22user21%40example.com%22",
    );
    client.time(
        "two hops from one entity",
        "/query.json?q=FIND%20acme_1%20WITH%20email%3D%22user21%40example.com%22%20THAT%20HAS%20User%20AS%20a%20THAT%20HAS%20User%20AS%20b%20RETURN%20b.name",
    );
    client.time(
        "two hops from one entity, by its key",
        "/query.json?q=FIND%20User%20WITH%20_key%3D%22acme%3Auser%3A21%22%20THAT%20HAS%20User%20AS%20a%20THAT%20HAS%20User%20AS%20b%20RETURN%20b.name",
    );
    client.time("text in any value, all types", "/entities.json?q=user4242%40");
    client.time("full text in a query", "/query.json?q=FIND%20%22user4242%22");
    client.time("positions of 5,000 entities", "/graph/entities.json");
    client.time("the overview", "/index.json");
    runtime.block_on(server.shutdown()).unwrap();
}
