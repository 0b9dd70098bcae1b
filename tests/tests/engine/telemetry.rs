//! Progress, spans and the report of a run.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{HeaderMap, StatusCode, Uri};
use serde_json::Value;
use tokio::sync::Notify;

use crate::support::{Provider, Ran, World};

const TEAMS: [(&str, &str); 1] = [("engine", "Engine")];
const USERS: [(&str, &str); 2] = [("ada", "Ada"), ("grace", "Grace")];

/// A run that logs what this filter lets through.
fn logged(filter: &'static str) -> Ran {
    let mut world = World::new();
    world.variables.push(("RUST_LOG", filter));
    world.run(&[], &Provider::new(&TEAMS, &USERS)).ended(0)
}

/// The line that says that a span has ended, which names it, last, and those around it so.
#[track_caller]
fn ended<'r>(ran: &'r Ran, span: &str) -> &'r str {
    // The span that is looked for is the last one.
    let last = |line: &&str| line.split_once(span).is_some_and(|(_, rest)| rest.matches("}:").count() == 1);
    let line = ran.stderr.lines().filter(|line| line.ends_with("}: close")).find(last);
    line.unwrap_or_else(|| panic!("no {span}:\n{}", ran.stderr))
}

#[test]
fn every_part_of_a_run_is_a_span() {
    let ran = logged("j1_runtime=debug");
    let run = r#"DEBUG run{integration="faulty" command="run" exit_code=0}: close"#;
    assert!(ran.stderr.lines().any(|line| line == run), "{}", ran.stderr);
    let step = ended(&ran, r#"}:collect:step{id="fetch-users" status="complete""#);
    assert!(step.contains(" entities=2 relationships=2 requests=1 retries=0 ms="), "{step}");
    let request = ended(
        &ran,
        r#"}:collect:step{id="fetch-users"}:provider_request{name="GET https://faulty.example/users""#,
    );
    assert!(request.contains(" requests=1 status=200 bytes="), "{request}");
    let upload = ended(&ran, r#"}:upload{step="fetch-users" kind="entities" objects=2 bytes="#);
    assert!(upload.contains(" ms="), "{upload}");
    let sent = |line: &str| {
        line.contains(" objects=2 bytes=") && line.contains(r#"}:jupiterone_request{name="POST "#)
    };
    assert!(ran.stderr.lines().any(sent), "{}", ran.stderr);
    for span in ["}:settle: close", "}:predict: close"] {
        assert!(ran.stderr.lines().any(|line| line.ends_with(span)), "{span}:\n{}", ran.stderr);
    }
    let job = ran.summary["job"]["id"].as_str().expect("a job");
    ended(&ran, &format!(r#"}}:finalize{{job="{job}" partial_types=1 status="#));
    let wait = ended(&ran, &format!(r#"}}:wait{{job="{job}""#));
    assert!(wait.contains(r#" status="FINISHED"}"#), "{wait}");
}

#[test]
fn a_level_shows_steps_without_the_requests_in_them() {
    let ran = logged("j1_runtime=info");
    assert!(ended(&ran, r#"step{id="fetch-teams""#).trim_start().starts_with("INFO step{"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("provider_request"), "{}", ran.stderr);
}

#[test]
fn an_invalid_log_filter_is_reported_and_ignored() {
    let ran = logged("j1_runtime=loud");
    assert!(ran.stderr.contains("RUST_LOG is not followed"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("step{"), "{}", ran.stderr);
}

/// The report that a run with these arguments writes.
fn report(world: &World, args: &[&str], provider: &Provider, code: i32) -> (Ran, String) {
    let ran = world.run(&[&["--report", "report.md"], args].concat(), provider).ended(code);
    let text = std::fs::read_to_string(world.folder.path().join("report.md")).expect("a report");
    (ran, text)
}

/// The cells of the row of a table that begins with this one.
#[track_caller]
fn row<'t>(report: &'t str, first: &str) -> Vec<&'t str> {
    let rows = report.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let mut cells = rows.map(|row| row.split(" | ").map(str::trim).collect::<Vec<_>>());
    cells.find(|cells| cells[0] == first).unwrap_or_else(|| panic!("no row `{first}`:\n{report}"))
}

#[test]
fn a_report_has_the_result_of_each_step_and_of_the_job() {
    let world = World::new();
    let (ran, text) = report(&world, &[], &Provider::new(&TEAMS, &USERS), 0);
    assert!(text.contains("**Complete.** Everything was read."), "{text}");
    assert_eq!(row(&text, "`fetch-users`")[..6], ["`fetch-users`", "complete", "2", "2", "1", "0"]);
    assert_eq!(row(&text, "`fetch-visits`")[1], "not run");
    assert_eq!(row(&text, "`faulty_user`"), ["`faulty_user`", "2"]);
    let uploaded = ran.summary["job"]["numEntitiesUploaded"].to_string();
    assert_eq!(row(&text, "Entities")[..3], ["Entities", &uploaded, &uploaded]);
    assert_eq!(row(&text, "Exit code"), ["Exit code", "0"]);
    let sent = ran.summary["uploads"]["requests"].as_u64().expect("a number");
    assert!(
        row(&text, "Sent to JupiterOne")[1].starts_with(&format!("{sent} requests, 0 of them again")),
        "{text}"
    );
    assert!(sent >= 4, "a start, uploads, a finalize, and a look at the end: {}", ran.summary);
}

#[test]
fn a_report_of_a_partial_run_says_why() {
    let world = World::new();
    let provider = Provider { fault: "panic", ..Provider::new(&TEAMS, &USERS) };
    let (_, text) = report(&world, &[], &provider, 5);
    assert!(text.contains("**Partial.**"), "{text}");
    assert_eq!(row(&text, "`fetch-teams`")[1], "failed");
    let why = text.split("## What was not read").nth(1).expect("a section");
    let why = row(why, "`fetch-teams`");
    assert_eq!(why[1], "`faulty_team`");
    assert!(why[2].contains("the step panicked: a bug of the author's"), "{why:?}");
}

#[test]
fn a_report_of_a_failed_run_names_the_cause() {
    let mut world = World::new();
    world.variables.push(("J1_CONCURRENCY", "many"));
    let (ran, text) = report(&world, &[], &Provider::new(&TEAMS, &USERS), 3);
    assert!(text.contains("**Failed** with J1-R"), "{text}");
    assert!(text.contains("J1_CONCURRENCY must be a positive integer"), "{text}");
    assert_eq!(ran.summary["job"], Value::Null);
}

#[test]
fn a_report_for_programs_is_the_summary() {
    let world = World::new();
    let ran = world.run(&["--report", "report.json"], &Provider::new(&TEAMS, &USERS)).ended(0);
    let text = std::fs::read_to_string(world.folder.path().join("report.json")).expect("a report");
    let report: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(report, ran.summary);
    assert!(report["startedAt"].as_str().expect("a time").ends_with('Z'), "{report}");
    // On a busy machine it may have waited a moment.
    assert!(report["steps"][0]["waitedMs"]["upload"].is_u64(), "{report}");
}

#[test]
fn a_report_that_cannot_be_written_is_said_before_anything_is_done() {
    let world = World::new();
    let ran = world.run(&["--report", "nowhere/report.md"], &Provider::new(&TEAMS, &USERS)).ended(2);
    assert!(ran.error().contains("`nowhere/report.md` cannot be written"), "{}", ran.error());
    assert_eq!(ran.summary["job"], Value::Null);
}

/// A provider with one team, and users for which it responds only when the test says so.
async fn slow_provider(told: Arc<Notify>) -> String {
    let app = Router::new().fallback(move |uri: Uri| {
        let told = Arc::clone(&told);
        async move {
            if uri.path() == "/users" {
                told.notified().await;
            }
            if uri.path() == "/teams" { r#"[{"id":"engine","name":"Engine"}]"# } else { "[]" }
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let base = format!("http://{}/", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, app).await.expect("it serves") });
    base
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_no_terminal_lines_say_how_far_a_run_is() {
    let told = Arc::new(Notify::new());
    let base = slow_provider(Arc::clone(&told)).await;
    let lines = tokio::task::spawn_blocking(move || {
        let folder = tempfile::tempdir().expect("a folder");
        let mut child = Command::new(env!("CARGO_BIN_EXE_faulty"))
            .arg("collect")
            .env_clear()
            .envs([("FAULTY_FAULT", "none"), ("FAULTY_API_BASE", &*base), ("J1_PROGRESS_SECONDS", "1")])
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut lines = Vec::new();
        for line in BufReader::new(child.stderr.take().expect("it is piped")).lines() {
            lines.push(line.expect("a line"));
            // The users come only once the run has said that it waits for them.
            if lines.iter().any(|line| line.contains("steps have ended")) {
                told.notify_one();
            }
        }
        assert_eq!(child.wait().expect("it ends").code(), Some(0), "{lines:#?}");
        lines
    });
    let lines = lines.await.expect("no thread panicked");
    assert!(
        lines.iter().any(|line| line.starts_with("fetch-users: 0 entities, 0 relationships")),
        "{lines:#?}"
    );
    let ahead = lines.iter().find(|line| line.contains("steps have ended")).expect("a line");
    assert_eq!(ahead, "2 of 4 steps have ended; next: fetch-badges (after fetch-users)", "{lines:#?}");
}

/// Requests to the collector: path, key header and body.
type Exported = Arc<Mutex<Vec<(String, String, Value)>>>;

/// A collector that answers with this status.
fn collector(runtime: &tokio::runtime::Runtime, status: StatusCode) -> (String, Exported) {
    let exported = Exported::default();
    let seen = Arc::clone(&exported);
    let app = Router::new().fallback(move |uri: Uri, headers: HeaderMap, body: String| {
        let key = headers.get("x-key").and_then(|key| key.to_str().ok()).unwrap_or_default().to_owned();
        let body = serde_json::from_str(&body).expect("JSON");
        seen.lock().expect("no test panicked").push((uri.path().to_owned(), key, body));
        async move { status }
    });
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    runtime.spawn(async move { axum::serve(listener, app).await.expect("it serves") });
    (base, exported)
}

/// A run that tells a collector of itself.
fn exported(status: StatusCode) -> (Ran, Vec<(String, String, Value)>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let (base, exported) = collector(&runtime, status);
    let mut world = World::new();
    world.variables.push(("OTEL_EXPORTER_OTLP_ENDPOINT", base.leak()));
    world.variables.push(("OTEL_EXPORTER_OTLP_HEADERS", "x-key=a-key-of-the-collector"));
    let ran = world.run(&[], &Provider::new(&TEAMS, &USERS)).ended(0);
    let exported = exported.lock().expect("no test panicked").clone();
    (ran, exported)
}

/// Returns the value of an attribute.
fn attribute<'s>(of: &'s Value, name: &str) -> &'s Value {
    let all = of["attributes"].as_array().into_iter().flatten();
    all.filter(|attribute| attribute["key"] == name)
        .map(|attribute| &attribute["value"])
        .next()
        .unwrap_or(&Value::Null)
}

#[test]
fn a_collector_receives_the_spans_of_a_run() {
    let (_, exported) = exported(StatusCode::OK);
    assert!(exported.iter().all(|(_, key, _)| key == "a-key-of-the-collector"));
    let traces =
        exported.iter().filter(|(path, ..)| path == "/v1/traces").map(|(.., body)| &body["resourceSpans"][0]);
    let spans: Vec<&Value> = traces
        .inspect(|traces| {
            assert_eq!(attribute(&traces["resource"], "service.name")["stringValue"], "faulty");
        })
        .flat_map(|traces| traces["scopeSpans"][0]["spans"].as_array().expect("spans"))
        .collect();
    let named = |name: &str, field: &str, value: &str| -> &Value {
        let found =
            spans.iter().find(|span| span["name"] == name && attribute(span, field)["stringValue"] == value);
        found.unwrap_or_else(|| panic!("no {name} {value}: {spans:#?}"))
    };
    let run = named("run", "command", "run");
    assert_eq!(run["parentSpanId"], Value::Null);
    assert!(spans.iter().all(|span| span["traceId"] == run["traceId"]), "one run is one trace: {spans:#?}");
    let step = named("step", "id", "fetch-users");
    assert_eq!(attribute(step, "entities")["intValue"], "2");
    let request = named("provider_request", "name", "GET https://faulty.example/users");
    assert_eq!(request["parentSpanId"], step["spanId"]);
    assert_eq!(request["kind"], 3);
    assert_eq!(request["status"], Value::Null, "it went well");
    let ended =
        |span: &Value| span["endTimeUnixNano"].as_str().expect("a text").parse::<u64>().expect("a number");
    assert!(ended(request) <= ended(step) && ended(step) <= ended(run));
}

#[test]
fn a_collector_receives_the_metrics_under_their_official_names() {
    let (ran, exported) = exported(StatusCode::OK);
    let metrics = exported.iter().find(|(path, ..)| path == "/v1/metrics").expect("metrics");
    let metrics = metrics.2["resourceMetrics"][0]["scopeMetrics"][0]["metrics"].as_array().expect("metrics");
    let named = |name: &str| {
        metrics.iter().find(|metric| metric["name"] == name).unwrap_or_else(|| panic!("{name}: {metrics:#?}"))
    };
    for name in ["duration-total", "duration-collect"] {
        assert_eq!(named(name)["unit"], "ms");
    }
    let steps = named("duration-step")["gauge"]["dataPoints"].as_array().expect("points");
    let users = steps
        .iter()
        .find(|point| attribute(point, "stepId")["stringValue"] == "fetch-users")
        .expect("a point");
    let step =
        ran.summary["steps"].as_array().expect("steps").iter().find(|step| step["id"] == "fetch-users");
    assert_eq!(users["asInt"], step.expect("it ran")["durationMs"].to_string());
    assert_eq!(attribute(users, "cached")["stringValue"], "false");
    assert_eq!(named("logged_error")["sum"]["dataPoints"][0]["asInt"], "0");
}

#[test]
fn a_collector_that_refuses_changes_nothing_of_the_run() {
    let (ran, exported) = exported(StatusCode::UNAUTHORIZED);
    assert!(!exported.is_empty());
    let said: Vec<&str> =
        ran.stderr.lines().filter(|line| line.contains("telemetry was not exported")).collect();
    assert!(said.len() == 1 && said[0].contains("/v1/traces with status 401"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("a-key-of-the-collector"), "{}", ran.stderr);
}

#[test]
fn invalid_settings_of_a_collector_are_named() {
    let mut world = World::new();
    world.variables.push(("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318"));
    let ran = world.run(&[], &Provider::new(&TEAMS, &USERS)).ended(0);
    assert!(
        ran.stderr.contains("no telemetry is exported: OTEL_EXPORTER_OTLP_ENDPOINT is not a valid URL"),
        "{}",
        ran.stderr
    );
}
