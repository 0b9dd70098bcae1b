//! Deletions of a finalize: `plan`, the guard, and undeclared types.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use serde_json::json;

use crate::support::{Provider, World};

const TEAMS: [(&str, &str); 2] = [("engine", "Engine"), ("compiler", "Compiler")];
const USERS: [(&str, &str); 4] =
    [("ada", "Ada"), ("grace", "Grace"), ("edsger", "Edsger"), ("barbara", "Barbara")];

#[test]
fn a_plan_equals_the_run_that_follows() {
    let world = World::new();
    let before = Provider::new(&TEAMS, &USERS);
    let plan = world.plan(&[], &before).ended(0);
    assert_eq!(plan.summary["status"], "planned");
    assert_eq!(plan.planned("faulty_user"), [0, 4, 0, 0, 0]);
    assert_eq!(world.run(&[], &before).ended(0).changes(), [7, 0, 0, 4, 0, 0], "the plan has sent nothing");

    let after = Provider::new(
        &TEAMS,
        &[("ada", "Ada Lovelace"), ("grace", "Grace"), ("edsger", "Edsger"), ("alan", "Alan")],
    );
    let plan = world.plan(&[], &after).ended(0);
    assert_eq!(plan.summary["job"], json!(null));
    assert_eq!(plan.planned("faulty_user"), [4, 1, 1, 1, 0]);
    assert_eq!(plan.planned("faulty_team"), [3, 0, 0, 0, 0]);
    assert_eq!(plan.planned("faulty_team_has_user"), [4, 1, 0, 1, 0]);
    let samples = &plan.summary["plan"]["faulty_user"]["samples"];
    assert_eq!(samples["create"], json!(["faulty-user:alan"]));
    assert_eq!(samples["delete"], json!(["faulty-user:barbara"]));
    assert_eq!(
        samples["update"],
        json!([{ "key": "faulty-user:ada", "properties": ["displayName", "name"] }])
    );
    assert_eq!(world.run(&[], &after).ended(0).changes(), [1, 1, 1, 1, 0, 1]);
    let again = world.plan(&[], &after).ended(0);
    assert_eq!(again.planned("faulty_user"), [4, 0, 0, 0, 0]);
    assert_eq!(again.planned("faulty_team_has_user"), [4, 0, 0, 0, 0]);
}

#[test]
fn a_run_that_would_delete_more_than_half_stops_and_changes_nothing() {
    let world = World::new();
    world.run(&[], &Provider::new(&TEAMS, &USERS)).ended(0);
    let one = Provider::new(&TEAMS, &USERS[..1]);
    let stopped = world.run(&[], &one).ended(7);
    assert_eq!(stopped.summary["error"]["code"], "J1-R2014");
    assert!(
        stopped.error().contains("`faulty_user`: 3 of the 4 that JupiterOne holds"),
        "{}",
        stopped.error()
    );
    assert!(
        stopped.error().contains("faulty-user:barbara") && stopped.error().contains("--yes"),
        "{}",
        stopped.error()
    );
    assert_eq!(stopped.summary["job"]["status"], "ABORTED");
    let plan = world.plan(&[], &one).ended(0);
    assert_eq!(plan.planned("faulty_user"), [4, 0, 0, 3, 0], "nothing was changed");
    assert!(plan.summary["guard"]["reason"].as_str().expect("a reason").contains("3 of the 4"));

    // Two of four are half, and not more than it.
    assert_eq!(world.run(&[], &Provider::new(&TEAMS, &USERS[..2])).ended(0).changes()[2], 2);
    world.run(&["--max-delete", "20%"], &one).ended(7);
    assert_eq!(world.run(&["--max-delete", "20%", "--yes"], &one).ended(0).changes()[2], 1);
}

#[test]
fn deletions_are_predicted_for_complete_types_alone() {
    let world = World::new();
    world.run(&[], &Provider::new(&TEAMS, &USERS)).ended(0);
    let failing = Provider { fault: "error-of-ones-own", ..Provider::new(&TEAMS[..1], &USERS[..2]) };
    // The users do not build on the teams, which failed: only their relationships do.
    let plan = world.plan(&[], &failing).ended(0);
    assert_eq!(plan.planned("faulty_team"), [3, 0, 0, 0, 1]);
    assert_eq!(plan.planned("faulty_user"), [4, 0, 0, 2, 0]);
    assert_eq!(plan.planned("faulty_team_has_user"), [4, 0, 0, 0, 2]);
    let ran = world.run(&[], &failing).ended(5);
    assert_eq!(ran.changes()[2], 2);
    assert!(!ran.partial().as_array().expect("types").contains(&json!("faulty_user")), "{}", ran.partial());
}

#[test]
fn a_forbidden_list_freezes_its_own_types_alone() {
    let world = World::new();
    let provider =
        |fault, teams| Provider { fault, partners: vec!["acme", "initech"], ..Provider::new(teams, &USERS) };
    world.run(&[], &provider("none", &TEAMS)).ended(0);
    let ran = world.run(&[], &provider("forbidden-partners", &TEAMS[..1])).ended(5);
    // The visits are off by default.
    assert_eq!(*ran.partial(), json!(["faulty_partner", "faulty_team_has_partner", "faulty_visit"]));
    let (status, _) = ran.step("fetch-partners");
    assert_eq!(status, "success", "the rest of the step was read: {:#}", ran.summary);
    assert_eq!(ran.changes()[2], 1, "the team that is gone, although the step emits teams as well");
    let again = world.run(&[], &provider("none", &TEAMS[..1])).ended(0);
    assert_eq!(again.changes()[0], 0, "the partners were kept");
}

#[test]
fn a_patch_plans_no_deletions_and_no_relationships() {
    let world = World::new();
    world.run(&[], &Provider::new(&TEAMS, &USERS)).ended(0);
    let plan = world.plan(&["--sync-mode", "patch"], &Provider::new(&TEAMS, &USERS[..1])).ended(0);
    assert_eq!(plan.planned("faulty_user"), [4, 0, 0, 0, 3]);
    assert!(plan.summary["plan"].get("faulty_team_has_user").is_none());
    assert_eq!(plan.summary["guard"]["reason"], json!(null));
}

#[test]
fn a_type_that_no_step_declares_is_kept_and_a_retired_one_goes() {
    let world = World::new();
    let object = |ty: &str| json!({ "_key": format!("{ty}:key-1"), "_type": ty, "_class": "Record", "name": "n", "displayName": "n" });
    let old = world.folder.path().join("old");
    std::fs::create_dir_all(old.join("graph/s/entities")).expect("folders");
    let file = json!({ "entities": [object("faulty_old"), object("faulty_retired")] });
    std::fs::write(old.join("graph/s/entities/1.json"), file.to_string()).expect("a file");
    let summary = json!({ "integrationStepResults": [], "metadata": { "partialDatasets": { "types": [] } } });
    std::fs::write(old.join("summary.json"), summary.to_string()).expect("a file");
    let provider = Provider::new(&TEAMS, &USERS);
    assert_eq!(world.faulty(&["sync", "--from", "old", "--wait"], &provider).ended(0).changes()[0], 2);

    let ran = world.run(&[], &provider).ended(5);
    assert_eq!(
        *ran.partial(),
        json!(["faulty_old", "faulty_visit"]),
        "the one is unknown, the other off by default"
    );
    assert_eq!(ran.summary["protected"][0]["type"], "faulty_old");
    assert!(
        ran.summary["protected"][0]["reason"].as_str().expect("a reason").contains("retired(\"faulty_old\")")
    );
    assert_eq!(ran.changes()[2], 1, "the retired one, though it is all that there was of its type");
    let plan = world.plan(&[], &provider).ended(0);
    assert_eq!(plan.planned("faulty_old"), [1, 0, 0, 0, 1]);
    assert_eq!(plan.summary["protected"][0], ran.summary["protected"][0], "both say what to do");
}

#[test]
fn a_key_without_query_permission_is_reported_and_an_unenforceable_limit_stops_the_run() {
    let world = World::new();
    let url = without_queries(&world.url());
    let provider = Provider::new(&TEAMS, &USERS);
    let command = ["run", "--wait", "--replay", "all.har"];
    let ran = world.against(&url, &command, &provider).ended(6);
    assert_eq!(ran.summary["error"]["code"], "J1-R2015");
    let ran = world.against(&url, &[&command[..], &["--yes"]].concat(), &provider).ended(0);
    assert!(ran.stderr.contains("J1-R2015"), "{}", ran.stderr);
    assert_eq!(ran.summary["guard"]["checked"], false);
    let ran = world.against(&url, &[&command[..], &["--max-delete", "50%"]].concat(), &provider).ended(7);
    assert_eq!(ran.summary["error"]["code"], "J1-R2015");
    assert_eq!(ran.summary["job"]["status"], "ABORTED");
    world.against(&url, &["plan", "--replay", "all.har"], &provider).ended(6);
}

/// Recordings do not say what the provider has today.
#[test]
fn a_replay_into_jupiterone_itself_is_refused_without_yes() {
    let world = World::new();
    let provider = Provider::new(&TEAMS, &USERS);
    let ran =
        world.against("https://jupiterone.invalid", &["run", "--replay", "all.har"], &provider).ended(2);
    let message = ran.summary["error"]["message"].as_str().expect("a message");
    assert!(message.contains("responses are those of an earlier time"), "{message}");
}

/// The address of a server that passes on all but queries, which it refuses.
fn without_queries(url: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let target = url.strip_prefix("http://").expect("HTTP").to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let target = target.clone();
            std::thread::spawn(move || pass_on(stream, &target));
        }
    });
    format!("http://{address}")
}

/// One request a connection.
fn pass_on(mut client: TcpStream, target: &str) {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && client.read_exact(&mut byte).is_ok() {
        request.push(byte[0]);
    }
    let head = String::from_utf8(request).expect("UTF-8").to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    client.read_exact(&mut body).expect("a body");
    if head.starts_with("post /graphql") {
        let refusal = "HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}";
        client.write_all(refusal.as_bytes()).expect("an answer");
        return;
    }
    let head = head
        .replacen("\r\n", "\r\nconnection: close\r\n", 1)
        .replacen("post ", "POST ", 1)
        .replacen("get ", "GET ", 1);
    let head = head.replace("http/1.1", "HTTP/1.1").replace("bearer ", "Bearer ");
    let mut server = TcpStream::connect(target).expect("it runs");
    server.write_all(head.as_bytes()).expect("a head");
    server.write_all(&body).expect("a body");
    let mut answer = Vec::new();
    server.read_to_end(&mut answer).expect("an answer");
    client.write_all(&answer).expect("an answer");
}
