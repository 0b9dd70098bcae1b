//! `collect` and then `sync`: the same as a run, and never with less than was collected.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{Provider, Ran, World};

const TEAMS: [(&str, &str); 2] = [("engine", "Engine"), ("compiler", "Compiler")];
const USERS: [(&str, &str); 3] = [("ada", "Ada"), ("grace", "Grace"), ("edsger", "Edsger")];

fn collect(world: &World, provider: &Provider) -> Ran {
    world.faulty(&["collect", "--replay", "all.har"], provider)
}

fn sync(world: &World, args: &[&str]) -> Ran {
    world.faulty(&[&["sync", "--wait"], args].concat(), &Provider::new(&[], &[]))
}

fn graph_files(world: &World) -> Vec<PathBuf> {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { walk(&path, files) } else { files.push(path) }
        }
    }
    let mut files = Vec::new();
    walk(&world.folder.path().join(".j1-integration/graph"), &mut files);
    files
}

#[test]
fn a_sync_of_a_collection_equals_a_run() {
    let world = World::new();
    let provider = Provider::new(&TEAMS, &USERS);
    collect(&world, &provider).ended(0);
    let synced = sync(&world, &[]).ended(0);
    assert_eq!(synced.summary["status"], "complete");
    assert_eq!(synced.changes(), [6, 0, 0, 3, 0, 0]);
    assert_eq!(synced.summary["types"]["faulty_user"], 3);
    assert_eq!(world.run(&[], &provider).ended(0).changes(), [0; 6], "the same as the run's");

    collect(&world, &Provider::new(&TEAMS, &USERS[..1])).ended(0);
    let stopped = sync(&world, &[]).ended(7);
    assert!(stopped.error().contains("`faulty_user`: 2 of the 3"), "{}", stopped.error());
    assert_eq!(sync(&world, &["--yes"]).ended(0).changes(), [0, 0, 2, 0, 0, 2]);
}

/// The raw data of every team in the collection, wherever the member stands, and what JupiterOne said it got of it.
#[test]
fn raw_data_is_collected_and_synced_unless_it_is_turned_off() {
    let world = World::new();
    let provider = Provider::new(&TEAMS, &[]);
    let uploaded = |ran: &Ran| ran.summary["job"]["numEntityRawDataEntriesUploaded"].clone();
    assert_eq!(uploaded(&world.run(&[], &provider).ended(0)), 2);
    // Raw data is not a property: without it, nothing else changes.
    let without = world.run(&["--no-raw-data"], &provider).ended(0);
    assert_eq!((uploaded(&without), without.changes()), (json!(0), [0; 6]));
    assert_eq!(without.summary["job"]["numEntityRawDataEntriesDeleted"], 2);

    collect(&world, &provider).ended(0);
    let teams = graph_files(&world).into_iter().find(|file| file.to_string_lossy().contains("fetch-teams"));
    let file = teams.expect("the teams");
    let text = fs::read_to_string(&file).expect("a file");
    assert!(
        text.contains("\"_rawData\":[{\"name\":\"default\",\"rawData\":{\"id\":\"engine\"}}]}"),
        "{text}"
    );
    assert_eq!(uploaded(&sync(&world, &[]).ended(0)), 2);
    // The official SDK writes it in any place.
    let mut parsed: Value = serde_json::from_str(&text).expect("JSON");
    parsed["entities"][0]["label"] = json!("by hand");
    fs::write(&file, parsed.to_string()).expect("it is written");
    assert_eq!(uploaded(&sync(&world, &[]).ended(0)), 2);
    let without = sync(&world, &["--no-raw-data"]).ended(0);
    assert_eq!((uploaded(&without), without.changes()), (json!(0), [0; 6]));
    world.faulty(&["collect", "--replay", "all.har", "--no-raw-data"], &provider).ended(0);
    let files = graph_files(&world).into_iter().map(|file| fs::read_to_string(file).expect("a file"));
    assert!(files.into_iter().all(|text| !text.contains("_rawData")));
    let described = world.faulty(&["schema"], &provider).summary;
    let team = described["entities"]
        .as_array()
        .expect("entities")
        .iter()
        .find(|entity| entity["_type"] == "faulty_team");
    assert_eq!(
        team.expect("the team")["rawData"],
        json!(["id"]),
        "the schema shows the raw data that is sent"
    );
    let planned = world.plan(&[], &provider).ended(0);
    assert_eq!(
        planned.planned("faulty_team")[2],
        1,
        "the property that was written by hand, not the raw data"
    );
}

#[test]
fn a_partial_collection_protects_the_rest() {
    let world = World::new();
    world.run(&[], &Provider::new(&TEAMS, &USERS)).ended(0);
    collect(&world, &Provider { fault: "panic", ..Provider::new(&TEAMS, &USERS[..1]) }).ended(5);
    let synced = sync(&world, &[]).ended(5);
    assert_eq!(synced.changes()[2], 0);
    assert!(
        synced.partial().as_array().expect("types").contains(&json!("faulty_team")),
        "{}",
        synced.partial()
    );
    assert!(synced.summary["protected"][0]["reason"].is_string());
    sync(&world, &["--on-partial", "abort"]).ended(6);
}

#[test]
fn a_collection_that_is_not_whole_is_refused_before_a_job_is_opened() {
    let world = World::new();
    let refused = sync(&world, &[]).ended(2);
    assert_eq!(refused.summary["error"]["code"], "J1-R2016");
    collect(&world, &Provider::new(&TEAMS, &USERS)).ended(0);
    let gone = graph_files(&world).pop().expect("a file");
    let text = fs::read_to_string(&gone).expect("a file");
    fs::remove_file(&gone).expect("it is removed");
    let refused = sync(&world, &[]).ended(2);
    assert!(refused.error().contains("files of it are missing"), "{}", refused.error());
    assert_eq!(refused.summary["job"], Value::Null);
    fs::write(&gone, &text[..text.len() / 2]).expect("it is written");
    sync(&world, &[]).ended(2);
    fs::write(&gone, text).expect("it is written");
    let summary = world.folder.path().join(".j1-integration/summary.json");
    let whole = fs::read(&summary).expect("a summary");
    fs::remove_file(&summary).expect("it is removed");
    let refused = sync(&world, &[]).ended(2);
    assert!(refused.error().contains("summary.json"), "{}", refused.error());
    fs::write(&summary, whole).expect("it is written");
    sync(&world, &[]).ended(0);
}

/// The official SDK lists the types of a step that was disabled nowhere, nor those that a failed step did not declare.
#[test]
fn a_collection_of_the_official_sdk_is_protected_where_it_does_not_protect_itself() {
    let world = World::new();
    world.run(&[], &Provider::new(&TEAMS, &USERS)).ended(0);
    let folder = world.folder.path().join("official");
    fs::create_dir_all(folder.join("graph/fetch-teams/entities")).expect("folders");
    let team = json!({ "_key": "faulty-team:engine", "_type": "faulty_team", "_class": ["Team"], "name": "Engine", "displayName": "Engine" });
    let file = json!({ "entities": [team] }).to_string();
    fs::write(folder.join("graph/fetch-teams/entities/a.json"), file).expect("a file");
    fs::create_dir_all(folder.join("graph/fetch-users/relationships")).expect("folders");
    let membership = json!({
        "_key": "faulty-team:engine|has|faulty-user:ghost", "_type": "faulty_team_has_user", "_class": "HAS",
        "_fromEntityKey": "faulty-team:engine", "_toEntityKey": "faulty-user:ghost", "displayName": "HAS",
    });
    let file = json!({ "relationships": [membership] }).to_string();
    fs::write(folder.join("graph/fetch-users/relationships/a.json"), file).expect("a file");
    let step = |id: &str, declared: &[&str], encountered: &[&str], status: &str| json!({ "id": id, "name": id, "declaredTypes": declared, "partialTypes": [], "encounteredTypes": encountered, "status": status });
    let summary = json!({
        "integrationStepResults": [
            step("fetch-teams", &["faulty_team"], &["faulty_team"], "success"),
            step("fetch-users", &["faulty_user"], &["faulty_team_has_user"], "failure"),
            step("fetch-badges", &["faulty_badge"], &[], "disabled"),
        ],
        "metadata": { "partialDatasets": { "types": ["faulty_user"] } },
    });
    fs::write(folder.join("summary.json"), summary.to_string()).expect("a summary");
    let synced = sync(&world, &["--from", "official", "--max-delete", "80%"]).ended(5);
    let expected = json!(["faulty_badge", "faulty_team_has_user", "faulty_user"]);
    assert_eq!(*synced.partial(), expected);
    // Two of the three teams went, the one of the partners' step among them.
    assert_eq!(synced.changes()[2], 2);
    let counts = ["faulty_team", "faulty_team_has_user"].map(|ty| &synced.summary["types"][ty]);
    assert_eq!(counts, [1, 0], "what is left out is not counted");
}
