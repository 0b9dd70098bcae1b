//! A local JupiterOne, over HTTP.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use j1_local::LocalJupiterOne;
use serde_json::{Map, Value, json};

const JOBS: &str = "/persister/synchronization/jobs";
/// Objects a request; the official SDK sends 250.
const BATCH: usize = 500;

/// Uploads everything in one job, and finds that nothing was refused.
pub fn takes(mut entities: Vec<Map<String, Value>>, mut relationships: Vec<Map<String, Value>>) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("threads");
    let server = runtime.block_on(LocalJupiterOne::builder().in_memory().start()).expect("it starts");
    let address = server.url().strip_prefix("http://").expect("plain HTTP").to_owned();
    // A job takes each key once; the keys that are as long as may be keep their length.
    for (number, object) in entities.iter_mut().chain(&mut relationships).enumerate() {
        let key = object["_key"].as_str().expect("a valid object has a key");
        let unique = format!("acme-thing:{number}");
        if key.len() < 100 {
            object.insert("_key".to_owned(), json!(unique));
        } else {
            let longest = unique.clone() + &key[unique.len()..];
            object.insert("_key".to_owned(), json!(longest));
        }
    }
    let start = json!({ "source": "api", "scope": "differential", "syncMode": "DIFF" });
    let job = post(&address, JOBS, &start);
    let job = job["job"]["id"].as_str().expect("a job").to_owned();
    for (what, objects) in [("entities", &entities), ("relationships", &relationships)] {
        for batch in objects.chunks(BATCH) {
            post(&address, &format!("{JOBS}/{job}/{what}"), &json!({ (what): batch }));
        }
    }
    let job = &post(&address, &format!("{JOBS}/{job}"), &Value::Null)["job"];
    assert_eq!(job["numEntitiesUploaded"], entities.len(), "{job}");
    runtime.block_on(server.shutdown()).expect("it stops");
}

/// The answer to a request; `null` asks with GET.
fn post(address: &str, path: &str, body: &Value) -> Value {
    let method = if body.is_null() { "GET" } else { "POST" };
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let mut stream = TcpStream::connect(address).expect("it listens");
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    assert!(head.starts_with("HTTP/1.1 200"), "{path}: {body}");
    serde_json::from_str(body).expect("JSON")
}
