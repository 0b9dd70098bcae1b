//! A job from its start to its end, and everything a client may get wrong on the way.
#![allow(missing_docs, reason = "tests")]

mod support;

use j1_local::{Clock, LocalJupiterOne, RunningServer};
use serde_json::{Value, json};
use support::{JOBS, Local, NOW, changes, entity, has, user};

#[test]
fn a_job_is_started_filled_and_finalized() {
    let local = Local::start();
    let client = &local.client;
    let job = client.diff("instance-1");
    let started = job.status();
    assert_eq!(started["status"], "AWAITING_UPLOADS");
    assert_eq!(started["syncMode"], "DIFF");
    assert_eq!(started["source"], "integration-external");
    assert_eq!(started["integrationInstanceId"], "instance-1");
    assert_eq!(started["startTimestamp"], NOW);
    assert_eq!(started["done"], false);

    let answer = job.entities(&[user("acme:user:1", "Ada"), user("acme:user:2", "Bob")]).ok();
    assert_eq!(answer["job"]["numEntitiesUploaded"], 2);
    let relationships = json!({ "relationships": [has("acme:user:1", "acme:user:2")] });
    client.post(&job.path("/relationships"), &relationships).ok();
    assert_eq!(job.status()["numEntitiesUploaded"], 2);
    assert_eq!(client.keys("instance-1"), Vec::<String>::new(), "staged objects are visible");

    let answer = job.finalize(&[]).ok();
    assert_eq!(answer["job"]["status"], "FINALIZE_PENDING");
    let ended = job.wait();
    assert_eq!(changes(&ended, "Entities"), (2, 0, 0));
    assert_eq!(changes(&ended, "Relationships"), (1, 0, 0));
    assert_eq!(ended["numRelationshipsUploaded"], 1);
    assert_eq!(client.keys("instance-1"), ["acme:user:1", "acme:user:2"]);
    assert_eq!(client.count("relationships", "acme_group_has_user"), 1);
}

#[test]
fn finalizing_ends_without_a_request_for_the_job() {
    let folder = tempfile::tempdir().unwrap();
    let builder = || LocalJupiterOne::builder().database(folder.path().join("deep/er/local.db"));
    let local = Local::with(builder());
    let job = local.client.diff("i");
    job.entities(&[user("acme:user:1", "Ada")]).ok();
    job.finalize(&[]).ok();
    local.stop();

    let local = Local::with(builder());
    assert_eq!(local.client.keys("i"), ["acme:user:1"]);
}

#[test]
fn an_aborted_job_changes_nothing_and_keeps_its_reason() {
    let local = Local::start();
    let client = &local.client;
    client.run("i", &[user("acme:user:1", "Ada")], &[], &[]);
    let job = client.diff("i");
    job.entities(&[user("acme:user:2", "Bob")]).ok();
    let answer = client.post(&job.path("/abort"), &json!({ "reason": "the provider is down" })).ok();
    assert_eq!(answer["job"]["status"], "ABORTED");
    assert_eq!(answer["job"]["reason"], "the provider is down");
    assert_eq!(client.keys("i"), ["acme:user:1"]);

    for answer in [job.entities(&[]), job.finalize(&[]), client.post(&job.path("/abort"), &json!({}))] {
        assert_eq!(answer.error(), (409, "JOB_NOT_AWAITING_UPLOADS".to_owned()));
    }
    let job = client.diff("i");
    let status = json!({ "reason": "bad key", "terminalStatus": "ABORTED_DUE_TO_INVALID_CONFIGURATION" });
    let answer = client.post(&job.path("/abort"), &status).ok();
    assert_eq!(answer["job"]["status"], "ABORTED_DUE_TO_INVALID_CONFIGURATION");
    let job = client.diff("i");
    let answer = client.post(&job.path("/abort"), &json!({ "terminalStatus": "FINISHED" }));
    assert_eq!(answer.error(), (400, "INVALID_REQUEST".to_owned()));
}

#[test]
fn a_job_takes_the_id_that_the_integration_gives_it_once() {
    let local = Local::start();
    let body = json!({
        "source": "integration-managed", "integrationInstanceId": "i", "integrationJobId": "job-7"
    });
    assert_eq!(local.client.start(&body).id, "job-7");
    assert_eq!(local.client.post(JOBS, &body).error(), (409, "JOB_ALREADY_EXISTS".to_owned()));
}

#[test]
fn jobs_that_cannot_be_started_are_refused_with_a_reason() {
    let local = Local::start();
    let external = |rest: Value| {
        let mut body = json!({ "source": "integration-external", "integrationInstanceId": "i" });
        body.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        body
    };
    for (body, code) in [
        (json!({}), "INVALID_REQUEST"),
        (json!({ "source": "api" }), "INVALID_REQUEST"),
        (json!({ "source": "api", "scope": "s", "integrationInstanceId": "i" }), "INVALID_REQUEST"),
        (json!({ "source": "integration-external" }), "INVALID_REQUEST"),
        (json!({ "source": "elsewhere", "scope": "s" }), "INVALID_REQUEST"),
        (json!({ "source": "system-internal", "scope": "s" }), "NOT_SUPPORTED"),
        (external(json!({ "scope": "s" })), "INVALID_REQUEST"),
        (external(json!({ "syncMode": "CREATE_OR_UPDATE" })), "NOT_SUPPORTED"),
        (external(json!({ "syncMode": "diff" })), "INVALID_REQUEST"),
    ] {
        assert_eq!(local.client.post(JOBS, &body).error(), (400, code.to_owned()), "{body}");
    }
}

#[test]
fn a_batch_is_taken_or_refused_whole() {
    let local = Local::start();
    let client = &local.client;
    let job = client.diff("i");
    let good = user("acme:user:1", "Ada");
    let nested = json!({
        "_key": "acme:user:2", "_type": "acme_user", "_class": "User", "name": "B", "displayName": "B",
        "address": { "city": "Paris" }
    });
    let answer = job.entities(&[good.clone(), nested]);
    assert_eq!(answer.error(), (400, "ENTITY_UPLOAD_FAILED_VALIDATION".to_owned()));
    assert!(answer.text.contains("entities[1]") && answer.text.contains("acme:user:2"), "{}", answer.text);
    let mut underscore = has("acme:user:1", "acme:user:1");
    underscore["_secret"] = json!(true);
    let answer = job.upload(&[good], &[underscore]);
    assert_eq!(answer.error(), (400, "RELATIONSHIP_UPLOAD_FAILED_VALIDATION".to_owned()));
    let ended = job.finish(&[]);
    assert_eq!(ended["numEntitiesUploaded"], 0);
    assert_eq!(changes(&ended, "Entities"), (0, 0, 0));
}

#[test]
fn bodies_that_are_not_uploads_are_refused() {
    let local = Local::start();
    let client = &local.client;
    let job = client.diff("i");
    for (rest, body, status, code) in [
        ("/entities", json!({ "entities": {} }), 400, "ENTITY_IS_NOT_ARRAY"),
        ("/entities", json!({ "entities": [1] }), 400, "ENTITY_IS_NOT_ARRAY"),
        ("/relationships", json!({ "relationships": "x" }), 400, "RELATIONSHIP_IS_NOT_ARRAY"),
        ("/entities", json!({ "relationships": [] }), 400, "INVALID_REQUEST"),
        ("/upload", json!({}), 400, "INVALID_REQUEST"),
        ("/upload", json!([]), 400, "INVALID_REQUEST"),
        ("/upload", json!({ "deleteEntities": [{ "_id": "x" }] }), 400, "NOT_SUPPORTED"),
        ("/finalize", json!({ "partialDatasets": { "types": "acme_user" } }), 400, "INVALID_REQUEST"),
        ("/events", json!({ "events": [{ "name": "x" }] }), 400, "INVALID_REQUEST"),
        ("/nothing", json!({}), 404, "NOT_FOUND"),
    ] {
        assert_eq!(client.post(&job.path(rest), &body).error(), (status, code.to_owned()), "{rest} {body}");
    }
    let answer =
        client.send("POST", &job.path("/entities?ignoreDuplicates=maybe"), &[], b"{\"entities\": []}");
    assert_eq!(answer.error(), (400, "INVALID_REQUEST".to_owned()));
    let answer = client.send("POST", &job.path("/entities"), &[], b"{\"entities\": [");
    assert_eq!(answer.error(), (400, "INVALID_REQUEST".to_owned()));
    let answer = client.send("POST", &job.path("/entities"), &[("Content-Type", "text/csv")], b"_key\n1");
    assert_eq!(answer.error(), (415, "UNSUPPORTED_MEDIA_TYPE".to_owned()));
    assert_eq!(client.get(&format!("{JOBS}/none")).error(), (404, "JOB_NOT_FOUND".to_owned()));
    assert_eq!(client.get(JOBS).error(), (405, "METHOD_NOT_ALLOWED".to_owned()));
    assert_eq!(job.status()["status"], "AWAITING_UPLOADS");
}

#[test]
fn a_key_may_come_once_unless_the_last_one_is_to_win() {
    let local = Local::start();
    let client = &local.client;
    let job = client.diff("i");
    job.entities(&[user("acme:user:1", "Ada")]).ok();
    let answer = job.entities(&[user("acme:user:2", "Bob"), user("acme:user:1", "Eve")]);
    assert_eq!(answer.error(), (400, "ENTITY_UPLOAD_FAILED_VALIDATION".to_owned()));
    assert!(answer.text.contains("acme:user:1"), "{}", answer.text);
    let twice = [has("acme:user:1", "acme:user:1"), has("acme:user:1", "acme:user:1")];
    assert_eq!(job.upload(&[], &twice).error(), (400, "RELATIONSHIP_UPLOAD_FAILED_VALIDATION".to_owned()));
    let path = job.path("/entities?ignoreDuplicates=true");
    client.post(&path, &json!({ "entities": [user("acme:user:1", "Eve"), user("acme:user:1", "Zoe")] })).ok();
    assert_eq!(changes(&job.finish(&[]), "Entities"), (1, 0, 0));
    assert_eq!(client.query("FIND User")[0]["properties"]["name"], "Zoe");
}

#[test]
fn events_are_kept_with_their_job() {
    let local = Local::start();
    let client = &local.client;
    let job = client.diff("i");
    let events = json!({ "events": [
        { "name": "step_start", "description": "users" }, { "name": "step_end", "description": "users" }
    ] });
    client.post(&job.path("/events"), &events).ok();
    job.finish(&[]);
    client.post(&job.path("/events"), &json!({ "events": [{ "name": "late", "description": "" }] })).ok();
    let events = client.get(&job.path("/events")).ok();
    let names: Vec<_> = events["events"].as_array().unwrap().iter().map(|event| &event["name"]).collect();
    assert_eq!(names, ["step_start", "step_end", "late"]);
    assert_eq!(events["events"][0]["description"], "users");
    assert_eq!(events["events"][0]["createDate"], NOW);
}

#[test]
fn state_survives_a_restart_and_two_servers_do_not_share_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let builder = || LocalJupiterOne::builder().database(data.join("local.db"));
    let local = Local::with(builder());
    let open = local.client.diff("i");
    open.entities(&[user("acme:user:2", "Bob")]).ok();
    let id = open.id.clone();
    local.client.run("i", &[user("acme:user:1", "Ada")], &[], &[]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let second = runtime.block_on(builder().start()).map(drop);
    assert_eq!(second.unwrap_err().code(), "J1-R3002");
    local.stop();
    let mut files: Vec<_> = std::fs::read_dir(&data).unwrap().map(|file| file.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["local.db", "local.db.lock"]);
    #[cfg(unix)]
    for file in files.into_iter().map(|file| data.join(file)).chain([data.clone()]) {
        let mode = std::fs::metadata(file).unwrap();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode.permissions()) & 0o077, 0);
    }

    let local = Local::with(builder());
    assert_eq!(local.client.keys("i"), ["acme:user:1"]);
    let job = local.client.get(&format!("{JOBS}/{id}")).ok();
    assert_eq!(job["job"]["status"], "AWAITING_UPLOADS");
    assert_eq!(job["job"]["numEntitiesUploaded"], 1);
    local.client.post(&format!("{JOBS}/{id}/finalize"), &json!({})).ok();
    local.stop();
    let local = Local::with(builder());
    assert_eq!(local.client.keys("i"), ["acme:user:2"]);
}

/// The code of the error with which a server for this file fails to start.
fn refused(path: &std::path::Path) -> &'static str {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let started = runtime.block_on(LocalJupiterOne::builder().database(path).start()).map(drop);
    started.unwrap_err().code()
}

#[cfg(unix)]
#[test]
fn other_names_of_a_file_share_its_lock() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let local = Local::with(LocalJupiterOne::builder().database(path("local.db")));
    std::os::unix::fs::symlink(path("local.db"), path("soft.db")).unwrap();
    assert_eq!(refused(&path("soft.db")), "J1-R3002");
    std::fs::hard_link(path("local.db"), path("hard.db")).unwrap();
    assert_eq!(refused(&path("hard.db")), "J1-R3008");
    local.stop();
    assert_eq!(refused(&path("local.db")), "J1-R3008", "another process may use the other name");
    std::fs::remove_file(path("hard.db")).unwrap();
    Local::with(LocalJupiterOne::builder().database(path("soft.db"))).stop();
}

#[test]
fn a_running_server_is_found_by_its_data_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("local.db");
    assert_eq!(RunningServer::find(&path), None);
    let local = Local::with(LocalJupiterOne::builder().database(&path).api_key("s3cret"));
    let found = RunningServer::find(&path).unwrap();
    assert_eq!(found.url, format!("http://{}", local.client.address));
    let client = support::Client::new(&found.url, Some(&found.api_key));
    client.run("i", &[user("acme:user:1", "Ada")], &[], &[]);
    assert_eq!(local.client.keys("i"), ["acme:user:1"]);
    local.stop();
    assert_eq!(RunningServer::find(&path), None);
}

#[test]
fn a_damaged_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("local.db");
    let local = Local::with(LocalJupiterOne::builder().database(&path));
    let users: Vec<_> = (0..500).map(|n| user(&format!("acme:user:{n:05}"), "U")).collect();
    local.client.run("i", &users, &[], &[]);
    local.stop();
    let whole = std::fs::read(&path).unwrap();
    // The root of a table is overwritten; the end is cut off; the header is another one.
    let mut damaged = [whole.clone(), whole[..whole.len() / 2].to_vec(), whole];
    damaged[0][10 * 4096..11 * 4096].fill(0xa5);
    damaged[2][..16].fill(b'x');
    for bytes in damaged {
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(refused(&path), "J1-R3007");
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "the file is left as it is");
    }
}

#[test]
fn jobs_that_were_left_open_are_aborted_after_a_week() {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let folder = tempfile::tempdir().unwrap();
    let at = |now| {
        let clock = Clock::fixed(NOW + now);
        Local::with(LocalJupiterOne::builder().database(folder.path().join("local.db")).clock(clock))
    };
    let local = at(0);
    let path = {
        let job = local.client.diff("i");
        job.entities(&[user("acme:user:1", "Ada")]).ok();
        job.path("")
    };
    local.stop();
    let local = at(6 * DAY);
    assert_eq!(local.client.get(&path).ok()["job"]["status"], "AWAITING_UPLOADS");
    local.stop();
    let local = at(8 * DAY);
    let job = &local.client.get(&path).ok()["job"];
    assert_eq!((&job["status"], &job["done"]), (&json!("ABORTED"), &json!(true)));
    assert!(job["reason"].as_str().unwrap().contains("7 days"), "{job}");
    local.stop();
    let file = rusqlite::Connection::open(folder.path().join("local.db")).unwrap();
    let staged: i64 = file.query_row("SELECT count(*) FROM stage_entity", [], |row| row.get(0)).unwrap();
    assert_eq!(staged, 0);
}

#[test]
fn a_failure_that_cannot_be_stored_is_still_reported() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("local.db");
    let local = Local::with(LocalJupiterOne::builder().database(&path));
    local.client.run("i", &[user("acme:user:1", "Ada")], &[], &[]);
    // As on a full disk: neither what finalizing changes nor the end of the job can be written.
    let file = rusqlite::Connection::open(&path).unwrap();
    let fail = |table, event| {
        format!(
            "CREATE TRIGGER fail_{table} BEFORE {event} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END;"
        )
    };
    file.execute_batch(&fail("entity", "INSERT ON entity")).unwrap();
    file.execute_batch(&fail("job", "UPDATE ON job WHEN NEW.end_timestamp IS NOT NULL")).unwrap();
    let job = local.client.diff("i");
    job.entities(&[user("acme:user:2", "Bob")]).ok();
    let ended = job.finish(&[]);
    assert_eq!(ended["status"], "ERROR_UNEXPECTED_FAILURE");
    assert!(ended["reason"].as_str().unwrap().contains("the disk is full"), "{ended}");
    assert_eq!(local.client.get("/local/jobs").ok()["jobs"][0]["status"], "ERROR_UNEXPECTED_FAILURE");
    assert_eq!(local.client.keys("i"), ["acme:user:1"]);
}

#[test]
fn nothing_staged_is_left_of_jobs_that_ended() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("local.db");
    let local = Local::with(LocalJupiterOne::builder().database(&path));
    let mut ada = user("acme:user:1", "Ada");
    ada["_rawData"] = json!([{ "name": "default", "rawData": {} }]);
    local.client.run("i", &[ada.clone()], &[has("acme:user:1", "acme:user:1")], &[]);
    let job = local.client.diff("i");
    job.entities(&[ada]).ok();
    local.client.post(&job.path("/abort"), &json!({})).ok();
    local.stop();
    let file = rusqlite::Connection::open(&path).unwrap();
    for table in ["stage_entity", "stage_relationship", "stage_raw"] {
        let count: i64 =
            file.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert_eq!(count, 0, "{table}");
    }
}

#[test]
fn a_port_that_is_taken_is_an_error_with_a_code() {
    let local = Local::start();
    let port = local.client.address.rsplit(':').next().unwrap().parse().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let failed = runtime.block_on(LocalJupiterOne::builder().port(port).start()).map(drop).unwrap_err();
    assert_eq!(failed.code(), "J1-R3004");
    assert!(j1_local::CODES.iter().any(|(code, ..)| *code == failed.code()));
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
    let before = std::fs::read(&path).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let failed = runtime.block_on(LocalJupiterOne::builder().database(&path).start()).map(drop).unwrap_err();
    assert_eq!(failed.code(), "J1-R3003");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_file_that_is_not_ours_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    std::fs::write(&path, "no database at all, but some text that someone wants to keep").unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let failed = runtime.block_on(LocalJupiterOne::builder().database(&path).start()).map(drop).unwrap_err();
    assert!(j1_local::CODES.iter().any(|(code, ..)| *code == failed.code()), "{failed}");
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("no database"));
}

#[test]
fn instances_and_api_scopes_do_not_mix() {
    let local = Local::start();
    let client = &local.client;
    client.run("same", &[user("acme:user:1", "Ada")], &[], &[]);
    client.run("other", &[user("acme:user:1", "Bob")], &[], &[]);
    let job = client.start(&json!({ "source": "api", "scope": "same" }));
    assert_eq!(job.status()["scope"], "same");
    job.entities(&[entity("acme_group", "UserGroup", "acme:group:1", "Staff")]).ok();
    assert_eq!(changes(&job.finish(&[]), "Entities"), (1, 0, 0));
    assert_eq!(client.keys("same"), ["acme:user:1"]);
    assert_eq!(client.query("FIND *").len(), 3);
}
