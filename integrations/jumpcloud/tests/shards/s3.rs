//! A store in an S3 over HTTP: the processes of a run meet there, and lose responses on the way.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, Response, Uri};
use tokio::net::TcpListener;

use crate::support::{Process, held, jupiterone};
use crate::world::World;

const BUCKET: &str = "bucket";

/// An S3 with one bucket: puts, gets, deletes and lists, and what of them a test looks at.
#[derive(Default)]
struct S3 {
    objects: BTreeMap<String, Bytes>,
    puts: usize,
    /// Puts of an object that is there.
    refused: usize,
    /// Requests without a signature.
    unsigned: usize,
}

type Shared = Arc<Mutex<S3>>;

fn response(status: u16, body: impl Into<Body>) -> Response<Body> {
    Response::builder().status(status).header("etag", "\"an-etag\"").body(body.into()).expect("a response")
}

fn error(status: u16, code: &str) -> Response<Body> {
    response(
        status,
        format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>no</Message></Error>"),
    )
}

async fn answer(
    State(s3): State<Shared>,
    method: Method,
    uri: Uri,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let mut s3 = s3.lock().unwrap_or_else(PoisonError::into_inner);
    let signed =
        headers.get("authorization").is_some_and(|value| value.as_bytes().starts_with(b"AWS4-HMAC-SHA256 "));
    s3.unsigned += usize::from(!signed);
    let path = uri.path().trim_start_matches('/');
    let Some(key) = path.strip_prefix(BUCKET) else { return error(404, "NoSuchBucket") };
    let key = key.trim_start_matches('/').to_owned();
    match (method.as_str(), key.is_empty()) {
        ("GET", true) => s3.list(&query),
        ("GET", false) => match s3.objects.get(&key) {
            Some(object) => {
                let modified = ("last-modified", "Sun, 29 Nov 2026 10:00:00 GMT");
                let found = Response::builder().header(modified.0, modified.1).header("etag", "\"an-etag\"");
                found.body(Body::from(object.clone())).expect("a response")
            }
            None => error(404, "NoSuchKey"),
        },
        ("PUT", false) => s3.put(key, &headers, body),
        ("POST", true) if query.contains_key("delete") => s3.delete(&String::from_utf8_lossy(&body)),
        _ => error(405, "MethodNotAllowed"),
    }
}

impl S3 {
    fn put(&mut self, key: String, headers: &HeaderMap, body: Bytes) -> Response<Body> {
        self.puts += 1;
        if headers.get("if-none-match").is_some_and(|value| value == "*") && self.objects.contains_key(&key) {
            self.refused += 1;
            return error(412, "PreconditionFailed");
        }
        self.objects.insert(key, body);
        // The object is there, and the response says otherwise.
        if self.puts.is_multiple_of(5) { error(500, "InternalError") } else { response(200, Body::empty()) }
    }

    /// Deletes the objects that a document names.
    fn delete(&mut self, document: &str) -> Response<Body> {
        let mut out = String::from("<DeleteResult>");
        for (key, _) in document.split("<Key>").skip(1).filter_map(|rest| rest.split_once("</Key>")) {
            self.objects.remove(key);
            let _ = write!(out, "<Deleted><Key>{key}</Key></Deleted>");
        }
        response(200, out + "</DeleteResult>")
    }

    fn list(&self, query: &BTreeMap<String, String>) -> Response<Body> {
        let prefix = query.get("prefix").map_or("", String::as_str);
        let below =
            self.objects.iter().filter_map(|(key, object)| Some((key, key.strip_prefix(prefix)?, object)));
        let (mut folders, mut out) =
            (BTreeSet::new(), String::from("<ListBucketResult><IsTruncated>false</IsTruncated>"));
        for (key, rest, object) in below {
            if let Some((folder, _)) = rest.split_once('/') {
                folders.insert(folder);
                continue;
            }
            let _ = write!(
                out,
                "<Contents><Key>{key}</Key><LastModified>2026-11-29T10:00:00.000Z</LastModified><ETag>\"an-etag\"</ETag>\
                 <Size>{}</Size></Contents>",
                object.len()
            );
        }
        for folder in folders {
            let _ = write!(out, "<CommonPrefixes><Prefix>{prefix}{folder}/</Prefix></CommonPrefixes>");
        }
        response(200, out + "</ListBucketResult>")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_meet_in_an_object_store() {
    let s3 = Shared::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let router = Router::new().fallback(answer).with_state(Arc::clone(&s3));
    let router = router.layer(axum::extract::DefaultBodyLimit::disable());
    let serving = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });

    let recordings = tempfile::tempdir().expect("a folder");
    World { stranger: Some(0), ..World::new(8) }.record(recordings.path());
    let replay = recordings.path().display().to_string();
    let [plain, sharded] = [0, 1].map(|_| tempfile::tempdir().expect("a folder"));
    let arguments: [&[&str]; 2] =
        [&["run"], &["shard", "run", "--store", "s3://bucket/a/folder", "--workers", "3"]];
    for (folder, arguments) in [&plain, &sharded].into_iter().zip(arguments) {
        let j1 = jupiterone(folder.path()).await;
        let arguments = [arguments, &["--wait", "--replay", &replay]].concat();
        let mut process = Process::new(folder.path(), j1.url(), &arguments);
        for (name, value) in [
            ("AWS_ENDPOINT", endpoint.as_str()),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "an-id"),
            ("AWS_SECRET_ACCESS_KEY", "a-secret-of-the-store"),
        ] {
            process = process.env(name, value);
        }
        let ended = process.finish().await;
        ended.summary(0);
        assert!(!format!("{}{}", ended.stdout, ended.stderr).contains("a-secret-of-the-store"));
        j1.shutdown().await.expect("it ends");
    }
    assert_eq!(held(sharded.path()), held(plain.path()));
    serving.abort();
    let s3 = s3.lock().expect("an S3");
    assert_eq!(s3.unsigned, 0);
    // Some responses were lost after the object was there: the repeated put was refused, and the file was still this process's.
    assert!(s3.refused > 0 && s3.puts > 20, "{} of {} puts were refused", s3.refused, s3.puts);
    let kept: Vec<&str> =
        s3.objects.keys().filter_map(|key| key.strip_prefix("a/folder/runs/00000001/")).collect();
    assert!(kept.contains(&"plan.json") && kept.contains(&"closed.json"), "{kept:?}");
    assert!(!kept.iter().any(|key| key.contains(".gz")), "what was collected is deleted: {kept:?}");
}

#[tokio::test]
async fn a_store_that_cannot_be_used_says_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let j1 = jupiterone(folder.path()).await;
    for (store, says) in [
        ("ftp://host/folder", "use a folder"),
        ("gs://bucket/folder", "store-gcs"),
        ("s3://bucket/folder", "AWS_ALLOW_HTTP=true"),
    ] {
        let arguments = ["shard", "status", "--store", store];
        let process =
            Process::new(folder.path(), j1.url(), &arguments).env("AWS_ENDPOINT", "http://127.0.0.1:9");
        let process = process.env("AWS_ACCESS_KEY_ID", "an-id").env("AWS_SECRET_ACCESS_KEY", "a-secret");
        let ended = process.finish().await;
        assert!(matches!(ended.code, Some(2 | 3 | 6)), "{ended:?}");
        assert!(
            ended.stdout.contains("J1-R2101") && ended.stdout.contains(says),
            "{store}: {}",
            ended.stdout
        );
    }
    j1.shutdown().await.expect("it ends");
}
