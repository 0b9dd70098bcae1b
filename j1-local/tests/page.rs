//! The page: every view as a document and as data.
#![allow(missing_docs, reason = "tests")]

mod support;

use j1_local::LocalJupiterOne;
use serde_json::{Value, json};
use support::{Client, JOBS, Local, entity, has, user};

/// A document.
fn page(client: &Client, path: &str) -> String {
    let answer = client.get(path);
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    assert!(answer.text.starts_with("<!doctype html>"), "{path}");
    answer.text
}

/// The id of the newest job.
fn newest_job(client: &Client) -> String {
    client.get("/jobs.json").ok()["jobs"][0]["id"].as_str().unwrap().to_owned()
}

/// The `_id` of the entity with this key.
fn id(client: &Client, key: &str) -> String {
    let rows = client.get("/entities.json").ok();
    let row = rows["rows"].as_array().unwrap().iter().find(|row| row["entity"]["_key"] == key);
    row.unwrap()["id"].as_str().unwrap().to_owned()
}

/// Two users and a group that has one of them.
fn filled() -> Local {
    let local = Local::start();
    let mut ada = user("acme:user:1", "Ada");
    ada["createdOn"] = json!(1_600_000_000_000_i64);
    ada["tags"] = json!(["admin", "dev"]);
    ada["active"] = json!(true);
    ada["_rawData"] = json!([{ "name": "default", "rawData": { "login": "ada-raw" } }]);
    let entities =
        [ada, user("acme:user:2", "Bob"), entity("acme_group", "UserGroup", "acme:group:1", "Staff")];
    local.client.run("my-instance", &entities, &[has("acme:group:1", "acme:user:1")], &[]);
    local
}

#[test]
fn every_view_is_a_document_and_data() {
    let local = filled();
    let client = &local.client;
    let (ada, job) = (id(client, "acme:user:1"), newest_job(client));
    let edge = client.get("/relationships.json").ok()["relationships"][0]["_id"].as_str().unwrap().to_owned();
    for path in [
        "/jobs".to_owned(),
        format!("/jobs/{job}"),
        format!("/jobs/{job}/changes"),
        "/types".to_owned(),
        "/types/acme_user".to_owned(),
        "/types/acme_group_has_user".to_owned(),
        "/entities".to_owned(),
        format!("/entities/{ada}"),
        format!("/entities/{ada}/relationships"),
        "/relationships".to_owned(),
        format!("/relationships/{edge}"),
        "/query".to_owned(),
        "/graph".to_owned(),
        "/graph/entities".to_owned(),
    ] {
        let text = page(client, &path);
        assert!(text.contains(&format!("href=\"{path}.json\"")), "{path} does not link to its data");
        client.get(&format!("{path}.json")).ok();
        client.get(&format!("{path}.json?at={job}")).ok();
    }
    page(client, "/");
    client.get("/index.json").ok();
    assert_eq!(client.get("/assets/page.js").status, 200);
    assert_eq!(client.get("/assets/page.css").status, 200);
}

#[test]
fn an_empty_page_says_how_to_begin() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("local.db");
    let local = Local::with(LocalJupiterOne::builder().database(&path).api_key("s3cret"));
    let text = page(&local.client, "/");
    assert!(text.contains("JUPITERONE_API_BASE=http://127.0.0.1:"), "{text}");
    assert!(text.contains(path.to_str().unwrap()));
    assert!(!text.contains("s3cret"));
}

#[test]
fn an_entity_is_shown_with_everything_around_it() {
    let local = filled();
    let client = &local.client;
    let ada = id(client, "acme:user:1");
    let text = page(client, &format!("/entities/{ada}"));
    for part in [
        "2020-09-13 12:26:40 UTC",
        "1600000000000",
        "admin",
        "dev",
        "ada-raw",
        "acme_user",
        "Staff",
        "HAS",
        "created",
    ] {
        assert!(text.contains(part), "{part} is not shown: {text}");
    }
    let data = client.get(&format!("/entities/{ada}.json")).ok();
    assert_eq!(data["entity"]["properties"]["tags"], json!(["admin", "dev"]));
    assert_eq!(data["entity"]["rawData"][0]["rawData"], json!({ "login": "ada-raw" }));
    assert_eq!(data["outgoing"]["total"], 0);
    assert_eq!(data["incoming"]["relationships"][0]["from"]["displayName"], "Staff");
    assert_eq!(client.get("/entities/none.json").error(), (404, "NOT_FOUND".to_owned()));
    let missing = client.get("/entities/none");
    assert_eq!(missing.status, 404);
    assert!(missing.text.starts_with("<!doctype html>"), "{}", missing.text);
}

#[test]
fn entities_are_searched_filtered_and_sorted() {
    let local = Local::start();
    let client = &local.client;
    let people: Vec<Value> = [("a", 3, "x%y"), ("b", 1, "xzy"), ("c", 20, "z")]
        .into_iter()
        .map(|(name, age, note)| {
            let mut one = user(&format!("acme:user:{name}"), name);
            one["age"] = json!(age);
            one["note"] = json!(note);
            one["isOld"] = json!(age > 10);
            one["groups"] = json!([format!("group-{name}"), "all"]);
            one
        })
        .collect();
    client.run("i", &people, &[], &[]);
    let names = |query: &str| -> Vec<String> {
        let list = client.get(&format!("/types/acme_user.json?{query}")).ok();
        let rows = list["rows"].as_array().unwrap();
        assert_eq!(list["total"], rows.len());
        rows.iter().map(|row| row["properties"]["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("sort=age"), ["b", "a", "c"]);
    assert_eq!(names("sort=-age"), ["c", "a", "b"]);
    assert_eq!(names("sort=none"), ["a", "b", "c"]);
    assert_eq!(names("q=X%25Y"), ["a"], "a percent sign is one, and letters match in either case");
    assert_eq!(names("q=group-b"), ["b"]);
    assert_eq!(names("property=age&test=is&value=20"), ["c"]);
    assert_eq!(names("property=age&test=above&value=2"), ["a", "c"]);
    assert_eq!(names("property=age&test=below&value=3"), ["b"]);
    assert_eq!(names("property=isOld&test=is&value=true"), ["c"]);
    assert_eq!(names("property=groups&test=is&value=group-a"), ["a"]);
    assert_eq!(names("property=groups&test=not&value=group-a"), ["b", "c"]);
    assert_eq!(names("property=note&test=contains&value=y"), ["a", "b"]);
    assert_eq!(names("property=nothing&test=missing"), ["a", "b", "c"]);
    assert_eq!(names("property=nothing&test=exists"), Vec::<String>::new());
    assert_eq!(names("property=%22%3B--&test=is&value='"), Vec::<String>::new());
    assert_eq!(client.get("/entities.json?class=User").ok()["total"], 3);
}

#[test]
fn a_job_shows_what_it_changed() {
    let local = filled();
    let client = &local.client;
    let first = newest_job(client);
    let mut ada = user("acme:user:1", "Ada");
    ada["tags"] = json!(["admin"]);
    client.run("my-instance", &[ada, user("acme:user:3", "Cleo")], &[], &["acme_group"]);
    let second = newest_job(client);

    let job = client.get(&format!("/jobs/{second}.json")).ok();
    let expected = json!([
        { "what": "entity", "_type": "acme_user", "created": 1, "updated": 1, "deleted": 1 },
        { "what": "relationship", "_type": "acme_group_has_user", "created": 0, "updated": 0, "deleted": 1 },
    ]);
    assert_eq!(job["changes"], expected);
    let updated = client.get(&format!("/jobs/{second}/changes.json?what=entity&operation=updated")).ok();
    let properties = &updated["changes"][0]["properties"];
    assert_eq!(
        *properties,
        json!([
            { "name": "active", "before": true },
            { "name": "createdOn", "before": 1_600_000_000_000_i64 },
            { "name": "tags", "before": ["admin", "dev"], "after": ["admin"] },
        ])
    );
    let text = page(client, &format!("/jobs/{second}/changes?what=entity"));
    for part in ["Ada", "Bob", "Cleo", "acme:user:2"] {
        assert!(text.contains(part), "{part}: {text}");
    }

    // The state after the first job is still there, and so is one who is gone.
    let before = client.get(&format!("/entities.json?at={first}")).ok();
    assert_eq!(before["total"], 3);
    let bob = before["rows"].as_array().unwrap().iter().find(|row| row["entity"]["displayName"] == "Bob");
    let bob = bob.unwrap()["id"].as_str().unwrap();
    assert!(page(client, &format!("/entities/{bob}")).contains("was deleted"));
    assert!(page(client, &format!("/entities/{bob}?at={first}")).contains("acme:user:2"));
    let edges = client.get(&format!("/relationships.json?at={first}")).ok();
    assert_eq!(
        (&edges["total"], &edges["relationships"][0]["to"]["displayName"]),
        (&json!(1), &json!("Ada"))
    );
    assert_eq!(client.get("/relationships.json").ok()["total"], 0);
    let ada = client.get(&format!("/entities/{}.json", id(client, "acme:user:1"))).ok();
    let operations: Vec<_> = ada["history"].as_array().unwrap().iter().map(|one| &one["operation"]).collect();
    assert_eq!(operations, ["updated", "created"]);
    assert_eq!(client.get("/entities.json?at=none").error(), (404, "JOB_STATE_NOT_FOUND".to_owned()));
}

#[test]
fn a_job_shows_the_progress_of_its_shards() {
    let local = filled();
    let client = &local.client;
    let job = newest_job(client);
    assert_eq!(client.get(&format!("/jobs/{job}.json")).ok()["shards"], Value::Null);
    assert!(!page(client, &format!("/jobs/{job}")).contains("<h2>Shards</h2>"));
    let open = client.diff("sharded");
    let event = |name: &str, description: &str| json!({ "name": name, "description": description });
    let tell = |events: &[Value]| {
        client.post(&open.path("/events"), &json!({ "events": events })).ok();
        client.get(&format!("/jobs/{}.json", open.id)).ok()["shards"].clone()
    };
    let shards = tell(&[
        event("sync_upload_start", "the upload of the root of the plan has begun"),
        event("step_start", "shard 0 of 4 is being collected: attempt 1, 12.5% of the work"),
        event("step_start", "shard 2 of 4 is being collected: attempt 1, 50.0% of the work"),
        event("sync_upload_start", "the upload of shard 2 of 4 has begun: attempt 1"),
        // Its worker was killed, and another one began again.
        event("sync_upload_start", "the upload of shard 2 of 4 has begun: attempt 2"),
        event("step_start", "shard 3 of 4 is being collected: attempt 1, 25.0% of the work"),
        event("sync_upload_start", "the upload of shard 3 of 4 has begun: attempt 1"),
        // What is not a shard of a run.
        event("sync_upload_start", "the upload of shard 9 of 4 has begun: attempt 1"),
        event("sync_upload_start", "the upload of shard 1 of 18446744073709551616 has begun: attempt 1"),
        event("info", "shard 1 of 4 is being collected: attempt 1, 12.5% of the work"),
    ]);
    let in_states =
        |shards: &Value| ["collecting", "uploading", "uploaded", "done"].map(|of| shards[of].clone());
    assert_eq!(in_states(&shards), [1, 2, 0, 0].map(|count| json!(count)), "{shards}");
    assert_eq!((&shards["total"], &shards["shards"]["2"]["attempts"]), (&json!(4), &json!(2)));
    assert_eq!(shards.get("remainingMs"), None, "nothing is done, so there is no pace");
    let shards = tell(&[
        event("sync_upload_end", "shard 2 of 4 is uploaded: 7 entities, 5 relationships"),
        event("sync_upload_start", "the upload of shard 2 of 4 has begun: attempt 1"),
    ]);
    assert_eq!(in_states(&shards), [1, 1, 1, 500].map(|count| json!(count)), "{shards}");
    assert!(shards["remainingMs"].is_u64(), "{shards}");
    let shown = page(client, &format!("/jobs/{}", open.id));
    for text in [
        "1 of 4 uploaded (50% of the work); 1 uploading, 1 collecting, 1 waiting. At the pace so far, the rest takes about ",
        "<td class=\"n\">12.5%</td>",
        "7 entities, 5 relationships",
    ] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    client.post(&open.path("/abort"), &json!({ "reason": "too few shards" })).ok();
    let ended = page(client, &format!("/jobs/{}", open.id));
    assert!(ended.contains("1 of 4 uploaded") && !ended.contains("At the pace so far"), "{ended}");
}

#[test]
fn a_pin_is_part_of_the_history() {
    let local = filled();
    let client = &local.client;
    let first = newest_job(client);
    let pin = |value: Value| {
        let job = client.start(&json!({ "source": "api", "scope": "s", "syncMode": "OVERRIDE" }));
        job.entities(&[json!({ "_key": "acme:user:2", "owner": value })]).ok();
        job.finish(&[]);
    };
    pin(json!("me"));
    let second = newest_job(client);
    pin(json!("me"));
    let third = newest_job(client);
    let changes = |job: &str| client.get(&format!("/jobs/{job}/changes.json")).ok()["changes"].clone();
    assert_eq!(changes(&second)[0]["properties"], json!([{ "name": "owner", "after": "me" }]));
    assert_eq!(changes(&third), json!([]), "the same again changes nothing");
    let owner = |at: &str| {
        let bob = id(client, "acme:user:2");
        client.get(&format!("/entities/{bob}.json?at={at}")).ok()["entity"]["properties"]["owner"].clone()
    };
    assert_eq!([owner(&first), owner(&second), owner(&third)], [Value::Null, json!("me"), json!("me")]);
}

#[test]
fn only_the_last_hundred_versions_are_kept() {
    let local = filled();
    let client = &local.client;
    let first = newest_job(client);
    for n in 0..101 {
        client.run("my-instance", &[user("acme:user:1", &format!("Ada {n}"))], &[], &[]);
    }
    assert_eq!(client.get(&format!("/entities.json?at={first}")).error().1, "JOB_STATE_NOT_FOUND");
    let job = client.get(&format!("/jobs/{first}.json")).ok();
    assert_eq!((&job["job"]["status"], &job["changes"]), (&json!("FINISHED"), &Value::Null));
    let jobs = client.get("/jobs.json").ok();
    let kept = jobs["jobs"][99]["id"].as_str().unwrap();
    assert_eq!(client.get(&format!("/entities.json?at={kept}")).ok()["total"], 1);
}

#[test]
fn queries_are_answered_as_table_json_and_csv() {
    let local = filled();
    let client = &local.client;
    assert!(page(client, "/query?q=FIND%20acme_user").contains("Bob"));
    let data = client.get("/query.json?q=FIND%20acme_user").ok();
    assert_eq!(data["data"].as_array().unwrap().len(), 2);
    let csv = client.get("/query.csv?q=FIND%20acme_user");
    assert_eq!(csv.status, 200);
    assert!(csv.text.starts_with("displayName,_type,"), "{}", csv.text);
    assert!(csv.text.contains("Ada") && csv.text.lines().count() == 3, "{}", csv.text);
    let table = "FIND%20acme_group%20AS%20g%20THAT%20HAS%20User%20AS%20u%20RETURN%20g.name%2C%20u.name";
    assert!(page(client, &format!("/query?q={table}")).contains("<td data-label=\"u.name\">Ada</td>"));
    assert_eq!(client.get(&format!("/query.csv?q={table}")).text, "g.name,u.name\r\nStaff,Ada\r\n");
    let tree = page(client, "/query?q=FIND%20acme_group%20THAT%20HAS%20User%20RETURN%20TREE");
    assert!(tree.contains("2 entities, 1 relationship"), "{tree}");
    let wrong = page(client, "/query?q=FIND%20User%20THAT%20%3CIS%3F");
    assert!(wrong.contains("<pre>FIND User THAT <mark>&lt;"), "{wrong}");
    let wrong = page(client, "/query?q=FIND");
    assert!(wrong.contains("role=\"alert\""), "{wrong}");
    assert!(client.get("/query.json?q=FIND").ok()["error"]["message"].is_string());
}

#[test]
fn an_open_page_can_tell_that_something_changed() {
    let local = Local::start();
    let revision = || local.client.get("/state.json").ok()["revision"].as_u64().unwrap();
    let before = revision();
    assert_eq!(revision(), before);
    let job = local.client.diff("i");
    let started = revision();
    assert!(started > before);
    job.entities(&[user("acme:user:1", "Ada")]).ok();
    let uploaded = revision();
    assert!(uploaded > started);
    job.finish(&[]);
    assert!(revision() > uploaded);
}

#[test]
fn foreign_text_is_only_ever_text() {
    let evil = "x<script>alert(\"1\")</script>'&.json";
    let local = Local::start();
    let client = &local.client;
    let start = json!({
        "source": "integration-external", "integrationInstanceId": evil, "integrationJobId": "a/b\"><script>?.json"
    });
    let job = client.start(&start);
    let path = format!("{JOBS}/a%2Fb%22%3E%3Cscript%3E%3F.json");
    client
        .post(&format!("{path}/events"), &json!({ "events": [{ "name": evil, "description": evil }] }))
        .ok();
    client.post(&format!("{path}/abort"), &json!({ "reason": evil })).ok();
    drop(job);
    let mut one = entity(evil, "User", "acme:user:1", evil);
    one[evil] = json!([evil]);
    one["link"] = json!("https://x.test/\"><script>");
    one["_rawData"] = json!([{ "name": evil, "rawData": { evil: evil } }]);
    let mut edge = has("acme:user:1", "acme:user:1");
    edge["_type"] = json!(evil);
    edge[evil] = json!(evil);
    client.run(evil, &[one], &[edge], &[evil]);
    let changed = newest_job(client);
    let id = id(client, "acme:user:1");
    let edge = client.get("/relationships.json").ok()["relationships"][0]["_id"].as_str().unwrap().to_owned();
    let encoded = "x%3Cscript%3Ealert%28%221%22%29%3C%2Fscript%3E%27%26%2Ejson";
    for path in [
        "/".to_owned(),
        "/jobs".to_owned(),
        "/jobs/a%2Fb%22%3E%3Cscript%3E%3F%2Ejson".to_owned(),
        format!("/jobs/{changed}"),
        format!("/jobs/{changed}/changes"),
        "/types".to_owned(),
        format!("/types/{encoded}"),
        format!("/entities?q={encoded}&property={encoded}&value={encoded}&sort={encoded}&at={changed}"),
        format!("/entities/{id}"),
        format!("/relationships/{edge}"),
        format!("/relationships?type={encoded}"),
        format!("/query?q={encoded}"),
        "/graph".to_owned(),
        "/graph/entities".to_owned(),
    ] {
        let text = page(client, &path);
        let own =
            ["<script src=\"/assets/", "<script type=\"application/json\" class=\"picture\">{\"nodes\":"];
        let ours: usize = own.iter().map(|own| text.matches(own).count()).sum();
        assert_eq!(text.matches("<script").count(), ours, "{path}: {text}");
        assert!(!text.contains("alert(\"1\")") && !text.contains("x<script"), "{path}: {text}");
    }
    assert_eq!(client.get(&format!("/types/{encoded}.json")).ok()["total"], 1);
    let missing = client.get(&format!("/jobs/{encoded}"));
    assert_eq!((missing.status, missing.text.matches("<script").count()), (404, 1));
}

#[test]
fn a_drawing_shows_a_query_a_type_or_a_neighbourhood_and_what_is_added() {
    let local = filled();
    let client = &local.client;
    let staff = id(client, "acme:group:1");
    let names = |path: &str| {
        let data = client.get(path).ok();
        let nodes = data["graph"]["nodes"].as_array().unwrap().clone();
        nodes.iter().map(|node| node["label"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("/graph/entities.json").len(), 3);
    assert_eq!(names("/graph/entities.json?type=acme_user"), ["Ada", "Bob"]);
    assert_eq!(names(&format!("/graph/entities.json?around={staff}")), ["Ada", "Staff"]);
    assert_eq!(names("/graph/entities.json?q=FIND%20acme_user%20AS%20u%20RETURN%20u.name"), ["Ada", "Bob"]);
    let query = "/graph/entities.json?q=FIND%20acme_group";
    assert_eq!(names(query), ["Staff"]);
    let more = format!("{query}&expand=%5B%5B%22{staff}%22%2C%22from%22%2C%22HAS%22%2C%22acme_user%22%5D%5D");
    assert_eq!(names(&more), ["Staff", "Ada"]);
    let (before, after) = (client.get(query).ok(), client.get(&more).ok());
    assert_eq!(before["graph"]["nodes"][0]["x"], after["graph"]["nodes"][0]["x"], "it stays in place");
    assert_eq!(after["graph"]["edges"], json!([{ "from": 0, "to": 1, "label": "HAS", "mapped": false }]));
    assert_eq!(client.get(&more).text, client.get(&more).text, "always the same");
    for wrong in [
        "q=FIND%20User%20THAT",
        "expand=%5B%5D%5D",
        "expand=%5B%5B%22a%22%2C%22up%22%2C%22HAS%22%2C%22b%22%5D%5D",
    ] {
        assert_eq!(client.get(&format!("/graph/entities.json?{wrong}")).status, 400, "{wrong}");
    }
    let text = page(client, "/query?q=FIND%20acme_user&view=graph");
    assert!(text.contains("class=\"viewer\"") && text.contains("/assets/sigma.js"), "{text}");
    let text = page(client, "/query?q=FIND%20acme_user&view=json");
    assert!(text.contains("&quot;acme:user:1&quot;"), "{text}");
}

#[test]
fn the_query_box_knows_the_words_and_the_error_of_a_query() {
    let local = filled();
    let client = &local.client;
    let words = client.get("/query/words.json").ok();
    assert_eq!(words["types"]["acme_user"], json!(["User"]));
    assert_eq!(words["verbs"], json!(["HAS"]));
    assert!(words["properties"]["acme_user"].as_array().unwrap().contains(&json!("createdOn")), "{words}");
    assert_eq!(client.get("/query/check.json?q=FIND%20User").ok(), json!({ "error": null }));
    let error = client.get("/query/check.json?q=FIND%20User%20THAT%20HAS%3F%20Device").ok()["error"].clone();
    assert_eq!(error["span"], json!({ "start": 18, "end": 19 }), "{error}");
}

#[test]
fn other_views_do_not_wait_for_the_positions_of_a_large_graph() {
    let local = Local::start();
    let users: Vec<_> = (0..3_000).map(|n| user(&format!("acme:user:{n}"), "Ada")).collect();
    let edges: Vec<_> =
        (1..3_000).map(|n| has(&format!("acme:user:{}", n / 3), &format!("acme:user:{n}"))).collect();
    local.client.run("i", &users, &edges, &[]);
    let client = local.client.clone();
    let drawing = std::thread::spawn(move || client.get("/graph/entities.json").ok());
    let mut answered = 0;
    while !drawing.is_finished() {
        local.client.get("/jobs.json").ok();
        answered += 1;
    }
    assert_eq!(drawing.join().unwrap()["total"], 3_000);
    assert!(answered > 10, "the list of jobs was answered {answered} times");
}
