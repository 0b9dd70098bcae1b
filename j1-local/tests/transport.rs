//! Keys, sizes, compression, queries and the page.
#![allow(missing_docs, reason = "tests")]

mod support;

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use j1_local::LocalJupiterOne;
use serde_json::{Value, json};
use support::{Client, JOBS, Local, changes, entity, has, user};

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn gzip_bodies_are_read() {
    let local = Local::start();
    let job = local.client.diff("i");
    let body = gzip(json!({ "entities": [user("acme:user:1", "Ada")] }).to_string().as_bytes());
    local.client.send("POST", &job.path("/entities"), &[("Content-Encoding", "gzip")], &body).ok();
    let answer = local.client.send("POST", &job.path("/entities"), &[("Content-Encoding", "gzip")], b"plain");
    assert_eq!(answer.error(), (400, "INVALID_REQUEST".to_owned()));
    let answer = local.client.send("POST", &job.path("/entities"), &[("Content-Encoding", "br")], &body);
    assert_eq!(answer.error(), (415, "UNSUPPORTED_MEDIA_TYPE".to_owned()));
    assert_eq!(changes(&job.finish(&[]), "Entities"), (1, 0, 0));
}

#[test]
fn a_gzip_body_of_several_members_is_read_to_its_end() {
    let local = Local::start();
    let job = local.client.diff("i");
    let body = json!({ "entities": [user("acme:user:1", "Ada")] }).to_string();
    let (first, second) = body.as_bytes().split_at(20);
    let send = |coding, body: &[u8]| {
        local.client.send("POST", &job.path("/entities"), &[("Content-Encoding", coding)], body)
    };
    let invalid = (400, "INVALID_REQUEST".to_owned());
    // What follows a whole document belongs to it as well.
    let twice = [gzip(body.as_bytes()), gzip(body.as_bytes())].concat();
    assert_eq!(send("gzip", &twice).error(), invalid);
    assert_eq!(send("gzip", &[gzip(body.as_bytes()), b"more".to_vec()].concat()).error(), invalid);
    send("x-gzip", &[gzip(first), gzip(second)].concat()).ok();
    let other = json!({ "entities": [user("acme:user:2", "Bob")] }).to_string();
    send("GZIP", &gzip(other.as_bytes())).ok();
    assert_eq!(changes(&job.finish(&[]), "Entities"), (2, 0, 0));
}

#[test]
fn of_two_names_of_the_host_none_may_be_foreign() {
    let local = Local::start();
    for (path, host) in [
        ("/local/jobs", "localhost\r\nHost: evil.example"),
        ("/local/jobs", "evil.example\r\nHost: localhost"),
        ("http://evil.example/local/jobs", "localhost"),
        ("/local/jobs", "evil.example@localhost"),
    ] {
        assert_eq!(local.client.send("GET", path, &[("Host", host)], b"").status, 403, "{path} {host}");
    }
    let own = local.client.send("GET", "http://localhost/local/jobs", &[("Host", "localhost")], b"");
    assert_eq!(own.status, 200);
}

#[test]
fn every_spelling_of_this_machine_is_answered_and_no_other_name() {
    let local = Local::start();
    let get = |host| local.client.send("GET", "/local/jobs", &[("Host", host)], b"").status;
    for host in [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "localhost:",
        "LocalHost.:80",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:8080",
        "[::1]",
        "[::1]:",
        "[::1]:80",
        "[0:0:0:0:0:0:0:1]:80",
        "[::ffff:127.0.0.1]:80",
    ] {
        assert_eq!(get(host), 200, "{host}");
    }
    for host in [
        "",
        ".",
        ":",
        ":80",
        "localhost..",
        "localhost:evil.example",
        "localhost:80:80",
        "localhost.evil.example",
        "evil.example:localhost",
        "127.0.0.1.evil.example",
        "127.0.0.1.",
        "127.1",
        "10.0.0.1",
        "[::1",
        "::1",
        "[::1]evil.example",
        "[::1].evil.example:80",
        "[::2]",
        "[::ffff:10.0.0.1]",
        "[]",
    ] {
        assert_eq!(get(host), 403, "{host}");
    }
}

#[test]
fn the_limit_counts_bytes_as_received() {
    let local = Local::with(LocalJupiterOne::builder().body_limit(10_000));
    let job = local.client.diff("i");
    let path = job.path("/entities");
    let of_size = |size: usize| {
        let body = json!({ "entities": [] }).to_string();
        format!("{body}{}", " ".repeat(size - body.len())).into_bytes()
    };
    local.client.send("POST", &path, &[], &of_size(10_000)).ok();
    let too_large = (413, "RequestEntityTooLargeException".to_owned());
    assert_eq!(local.client.send("POST", &path, &[], &of_size(10_001)).error(), too_large);
    let packed = |size| gzip(&of_size(size));
    let local = Local::start();
    let job = local.client.diff("i");
    let path = job.path("/entities");
    local.client.send("POST", &path, &[("Content-Encoding", "gzip")], &packed(32 << 20)).ok();
    let answer = local.client.send("POST", &path, &[("Content-Encoding", "gzip")], &packed((32 << 20) + 1));
    assert_eq!(answer.error(), too_large);
    assert_eq!(job.status()["status"], "AWAITING_UPLOADS");
}

#[test]
fn a_batch_is_read_no_further_than_its_first_element_that_is_no_object() {
    let local = Local::start();
    let job = local.client.diff("i");
    // 30 MB of zeros behind it, in a body that breaks off: neither is read.
    let mut body = b"{\"entities\":[0".to_vec();
    body.resize(30 << 20, b' ');
    let packed = gzip(&body);
    let answer = local.client.send("POST", &job.path("/entities"), &[("Content-Encoding", "gzip")], &packed);
    assert_eq!(answer.error(), (400, "ENTITY_IS_NOT_ARRAY".to_owned()));
    for (body, code) in [
        (r#"{"entities":{}}"#, "ENTITY_IS_NOT_ARRAY"),
        (r#"{"entities":null}"#, "ENTITY_IS_NOT_ARRAY"),
        (r#"{"relationships":[[]]}"#, "RELATIONSHIP_IS_NOT_ARRAY"),
        (r#"{"entities":[],"entities":[]}"#, "INVALID_REQUEST"),
        (r#"{"entities":[]} x"#, "INVALID_REQUEST"),
        (r#"{"entities":[{"#, "INVALID_REQUEST"),
        (r#"{"others":[]}"#, "INVALID_REQUEST"),
        (r#"{"deleteEntities":[]}"#, "NOT_SUPPORTED"),
        ("[]", "INVALID_REQUEST"),
        ("{}", "INVALID_REQUEST"),
        ("", "INVALID_REQUEST"),
    ] {
        let answer = local.client.send("POST", &job.path("/upload"), &[], body.as_bytes());
        assert_eq!(answer.error(), (400, code.to_owned()), "{body}");
    }
    assert_eq!(job.status()["numEntitiesUploaded"], 0);
}

#[test]
fn the_default_limit_is_what_users_report_of_the_service() {
    let local = Local::start();
    let job = local.client.diff("i");
    let body = |size| {
        let mut body = b"{\"entities\":[]}".to_vec();
        body.resize(size, b' ');
        body
    };
    local.client.send("POST", &job.path("/entities"), &[], &body(6_291_456)).ok();
    assert_eq!(local.client.send("POST", &job.path("/entities"), &[], &body(6_291_457)).status, 413);
}

#[test]
fn requests_need_the_key_when_one_is_set() {
    let local = Local::with(LocalJupiterOne::builder().api_key("s3cret"));
    let stranger = Client { key: None, ..local.client.clone() };
    let wrong = Client { key: Some("s3cre".to_owned()), ..local.client.clone() };
    let unauthorized = (401, "UNAUTHORIZED".to_owned());
    for client in [&stranger, &wrong] {
        let start = json!({ "source": "api", "scope": "s" });
        assert_eq!(client.post(JOBS, &start).error(), unauthorized);
        assert_eq!(client.get(&format!("{JOBS}/x")).error(), unauthorized);
        assert_eq!(client.post("/graphql", &json!({})).error(), unauthorized);
    }
    local.client.diff("i").finish(&[]);
    let page = stranger.get("/");
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("s3cret"), "the page shows the key");
}

#[test]
fn without_a_key_web_pages_may_not_send_requests() {
    let start = json!({ "source": "api", "scope": "s" }).to_string();
    let origin = [("Origin", "https://evil.example"), ("Content-Type", "text/plain")];
    let local = Local::start();
    let answer = local.client.send("POST", JOBS, &origin, start.as_bytes());
    assert_eq!(answer.error(), (403, "ORIGIN_NOT_ALLOWED".to_owned()));
    assert_eq!(local.client.get("/local/jobs").ok()["jobs"], json!([]));
    let local = Local::with(LocalJupiterOne::builder().api_key("k"));
    local.client.send("POST", JOBS, &origin, start.as_bytes()).ok();
}

#[test]
fn the_page_is_shown_under_no_foreign_name() {
    let local = Local::start();
    for (host, status) in
        [("localhost:8421", 200), ("127.0.0.1", 200), ("evil.example", 403), ("evil.example:80", 403)]
    {
        for path in ["/", "/local/jobs", "/local/types"] {
            assert_eq!(local.client.send("GET", path, &[("Host", host)], b"").status, status, "{host}{path}");
        }
    }
}

#[test]
fn nothing_is_answered_under_a_foreign_name_or_to_a_foreign_site() {
    let local = Local::start();
    let job = local.client.diff("i");
    let start = json!({ "source": "api", "scope": "s" }).to_string();
    let foreign = [("Host", "evil.example")];
    let cross_site = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")];
    for headers in [&foreign[..], &cross_site] {
        for (method, path, body) in [
            ("GET", job.path(""), ""),
            ("GET", "/".to_owned(), ""),
            ("GET", "/graphql/results/x".to_owned(), ""),
            ("GET", "/nowhere".to_owned(), ""),
            ("POST", JOBS.to_owned(), start.as_str()),
            ("POST", "/graphql".to_owned(), "{}"),
        ] {
            let answer = local.client.send(method, &path, headers, body.as_bytes());
            assert_eq!(answer.status, 403, "{method} {path} {headers:?}");
        }
    }
    let link = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")];
    assert_eq!(local.client.send("GET", "/", &link, b"").status, 200, "a link to the page works");
    assert_eq!(local.client.send("POST", JOBS, &link, start.as_bytes()).status, 403);
}

fn ask(client: &Client, variables: &Value) -> Value {
    let document = "query QueryLanguageV1($query: String!, $cursor: String) { queryV1(query: $query) { type data url } }";
    client.post("/graphql", &json!({ "query": document, "variables": variables })).ok()
}

#[test]
fn queries_find_entities_by_instance_type_and_class() {
    let local = Local::start();
    let client = &local.client;
    let mut laptop = entity("acme_laptop", "Device", "acme:laptop:1", "Book");
    laptop["_class"] = json!(["Device", "Host"]);
    client.run("a", &[user("acme:user:1", "Ada"), laptop], &[], &[]);
    client.run("b", &[user("acme:user:1", "Bob")], &[], &[]);
    assert_eq!(client.keys("a"), ["acme:laptop:1", "acme:user:1"]);
    assert_eq!(client.keys("c"), Vec::<String>::new());
    assert_eq!(client.query("find Host").len(), 1);
    assert_eq!(client.query("FIND Device AS d").len(), 1);
    assert_eq!(client.query("FIND acme_user").len(), 2);
    assert_eq!(client.query("FIND acme_user LIMIT 1").len(), 1);
    assert_eq!(client.query("FIND User with _integrationInstanceId = \"b\"")[0]["properties"]["name"], "Bob");

    let row = &client.query("FIND Device")[0];
    assert_eq!(row["id"], row["entity"]["_id"]);
    assert_eq!(row["entity"]["_type"], json!(["acme_laptop"]));
    assert_eq!(row["entity"]["_class"], json!(["Device", "Host"]));
    assert_eq!(row["entity"]["displayName"], "Book");
    assert_eq!(row["properties"], json!({ "name": "Book", "displayName": "Book" }));

    for query in ["FIND User THAT", "DROP TABLE entity", "FIND * LIMIT 251"] {
        let answer = ask(client, &json!({ "query": query }));
        assert!(answer["errors"][0]["message"].is_string(), "{answer}");
        assert_eq!(answer["data"], Value::Null);
    }
    let answer = client.post("/graphql", &json!({ "query": "mutation { createEntity }" })).ok();
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("queryV1"), "{answer}");
}

#[test]
fn queries_of_every_form_are_answered_under_both_names() {
    let local = Local::start();
    let client = &local.client;
    let group = entity("acme_group", "UserGroup", "acme:group:1", "Staff");
    client.run("i", &[user("acme:user:1", "Ada"), group], &[has("acme:group:1", "acme:user:1")], &[]);
    let answer = |field: &str, variables: Value| {
        let document = format!("query Q($query: String!) {{ {field}(query: $query) {{ type data url }} }}");
        let body = json!({ "query": document, "variables": variables });
        client.post("/graphql", &body).ok()["data"][field].clone()
    };
    let table = "FIND UserGroup AS g THAT HAS User AS u RETURN g.name, u.name AS who";
    for field in ["queryV1", "queryV2"] {
        let table = answer(field, json!({ "query": table }));
        assert_eq!(table["type"], "table");
        assert_eq!(table["data"], json!([{ "g.name": "Staff", "who": "Ada" }]));
    }
    let tree = answer("queryV1", json!({ "query": "FIND UserGroup THAT HAS User RETURN TREE" }));
    let count = |list: &str| tree["data"][list].as_array().unwrap().len();
    assert_eq!((&tree["type"], count("vertices"), count("edges")), (&json!("tree"), 2, 1));
    let named = json!({ "query": "FIND User WITH name = ${param.who}", "variables": { "who": "Ada" } });
    assert_eq!(answer("queryV1", named)["data"].as_array().unwrap().len(), 1);
    client.run("i", &[], &[], &[]);
    assert_eq!(answer("queryV1", json!({ "query": "FIND *" }))["data"], json!([]));
    let deleted = json!({ "query": "FIND *", "includeDeleted": true });
    assert_eq!(answer("queryV1", deleted)["data"].as_array().unwrap().len(), 2);
    let dry = answer("queryV1", json!({ "query": "FIND *", "dryRun": true }));
    assert_eq!(dry["data"], Value::Null);
}

#[test]
fn queries_are_validated_as_the_service_does() {
    let local = Local::with(LocalJupiterOne::builder().api_key("k"));
    let client = &local.client;
    let wrong = "FIND User AS u THAT IS? Person";
    let verdicts =
        client.post("/j1ql/validate", &json!({ "queries": ["FIND User", wrong, "FIND * LIMIT 251"] })).ok();
    let expected = json!([
        { "valid": true, "query": "FIND User" },
        { "valid": false, "query": wrong, "error": {
            "code": "PARSER_ERROR", "message": "Error parsing query. Unexpected token \"?\" at line 1 column 23" } },
        { "valid": false, "query": "FIND * LIMIT 251", "error": {
            "code": "VALIDATION_ERROR", "message": "\"limit\" must be a value between 1 and 250" } },
    ]);
    assert_eq!(verdicts, expected);
    let many = vec!["FIND *"; 251];
    for body in [json!({}), json!({ "queries": [1] }), json!({ "queries": many })] {
        assert_eq!(client.post("/j1ql/validate", &body).error(), (400, "INVALID_REQUEST".to_owned()));
    }
    let stranger = Client { key: None, ..client.clone() };
    assert_eq!(stranger.post("/j1ql/validate", &json!({ "queries": [] })).status, 401);
}

#[test]
fn a_query_out_of_all_measure_is_refused() {
    let local = Local::start();
    let long = format!("FIND User WITH name = '{}'", "x".repeat(1_000_000));
    let deep = format!("FIND User WITH {}a = 1{}", "(".repeat(10_000), ")".repeat(10_000));
    for query in [long, deep] {
        let answer = ask(&local.client, &json!({ "query": query }));
        assert_eq!(answer["data"], Value::Null);
        assert_eq!(answer["errors"][0]["extensions"]["code"], "PARSER_ERROR", "{}", answer["errors"][0]);
    }
}

#[test]
fn long_results_come_in_pages() {
    let local = Local::start();
    let client = &local.client;
    let users: Vec<_> = (0..2001).map(|n| user(&format!("acme:user:{n:05}"), "U")).collect();
    client.run("i", &users, &[], &[]);
    let page = ask(client, &json!({ "query": "FIND *" }));
    assert!(page["data"]["queryV1"]["cursor"].is_string());
    let expected: Vec<_> = users.iter().map(|user| user["_key"].as_str().unwrap().to_owned()).collect();
    assert_eq!(client.keys("i"), expected);
    let answer = ask(client, &json!({ "query": "FIND *", "cursor": "made up" }));
    assert!(answer["errors"][0]["message"].is_string(), "{answer}");
}

#[test]
fn deferred_queries_answer_with_an_address() {
    let local = Local::with(LocalJupiterOne::builder().api_key("k"));
    let client = &local.client;
    let users: Vec<_> = (0..1001).map(|n| user(&format!("acme:user:{n:05}"), "U")).collect();
    client.run("i", &users, &[], &[]);
    // As the official client does: by the address alone, without the key.
    let stranger = Client { key: None, ..client.clone() };
    let (mut cursor, mut found) = (Value::Null, 0);
    loop {
        let variables = json!({
            "query": "FIND *", "cursor": cursor, "deferredResponse": "FORCE",
            "flags": { "variableResultSize": true }
        });
        let answer = ask(client, &variables);
        let url = answer["data"]["queryV1"]["url"].as_str().unwrap();
        let path = url.strip_prefix(&format!("http://{}", client.address)).unwrap();
        let result = stranger.get(path).ok();
        assert_eq!(result["status"], "COMPLETED");
        found += result["data"].as_array().unwrap().len();
        cursor = result["cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!(found, 1001);
    assert_eq!(stranger.get("/graphql/results/none").error(), (404, "NOT_FOUND".to_owned()));
}

#[test]
fn a_list_of_operations_is_answered_with_a_list_and_a_deferred_result_names_its_url() {
    let local = Local::start();
    let client = &local.client;
    client.run("my-instance", &[user("acme:user:1", "Ada")], &[], &[]);
    let operation = |text: &str, deferred: &str| {
        json!({ "query": "query Q { queryV1(query: $query) { type data url __typename } }",
                "variables": { "query": text, "deferredResponse": deferred } })
    };
    let batch = json!([
        operation("FIND User", "DISABLED"),
        operation("FIND User", "FORCE"),
        operation("FIND", "FORCE")
    ]);
    let answers = client.post("/graphql", &batch).ok();
    assert_eq!(answers[0]["data"]["queryV1"]["data"][0]["entity"]["_key"], "acme:user:1");
    assert_eq!(answers[0]["data"]["queryV1"]["__typename"], "QueryV1Response");
    let url = answers[1]["data"]["queryV1"]["url"].as_str().unwrap();
    let path = url.strip_prefix(&format!("http://{}", client.address)).unwrap();
    assert_eq!(client.get(path).ok()["url"], url, "older clients fetch the result from there");
    assert!(answers[2]["errors"][0]["message"].is_string(), "{answers}");
    assert_eq!(client.post("/graphql", &json!([1])).status, 400);
    assert_eq!(client.post("/graphql", &json!(vec![json!({}); 101])).status, 400);
}
