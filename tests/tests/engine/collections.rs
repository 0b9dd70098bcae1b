//! Collections of the official SDK and of other tools, as `sync` finds them on disk.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Provider, Ran, World};

/// Writes a collection: its summary, and one file for each path below `graph`.
fn write(world: &World, summary: &Value, files: &[(&str, Value)]) {
    let folder = world.folder.path().join(".j1-integration");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("summary.json"), summary.to_string()).expect("it is written");
    for (path, objects) in files {
        let path = folder.join("graph").join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, objects.to_string()).expect("it is written");
    }
}

fn user(id: &str) -> Value {
    json!({
        "_key": format!("faulty-user:{id}"), "_type": "faulty_user", "_class": ["User"], "name": id, "displayName": id,
    })
}

fn has(user: &str) -> Value {
    json!({
        "_key": format!("faulty-team:engine|has|faulty-user:{user}"), "_type": "faulty_team_has_user", "_class": "HAS",
        "_fromEntityKey": "faulty-team:engine", "_toEntityKey": format!("faulty-user:{user}"), "displayName": "HAS",
    })
}

fn team() -> Value {
    json!({
        "_key": "faulty-team:engine", "_type": "faulty_team", "_class": ["Team"], "name": "Engine", "displayName": "Engine",
    })
}

/// A summary of the official SDK, with what it counted.
fn official(counts: &Value) -> Value {
    json!({
        "integrationStepResults": [{
            "id": "s", "name": "s", "declaredTypes": ["faulty_user", "faulty_team", "faulty_team_has_user"],
            "encounteredTypes": [], "encounteredTypeCounts": counts, "partialTypes": [], "status": "success",
        }],
        "metadata": { "partialDatasets": { "types": [] } },
    })
}

fn sync(world: &World) -> Ran {
    world.faulty(&["sync", "--wait"], &Provider::new(&[], &[]))
}

#[test]
fn bad_objects_are_left_out_and_named_and_the_others_are_uploaded() {
    let world = World::new();
    let mut nested = user("nested");
    nested["profile"] = json!({ "a": 1 });
    let mut long = user("long");
    long["note"] = json!("x".repeat(5000));
    let mut other = user("ada");
    other["displayName"] = json!("Another");
    let users = json!({ "entities": [user("ada"), nested, long, other, user("ada"), user("grace"), team()] });
    let edges = json!({ "relationships": [has("ada"), has("nested"), has("nobody")] });
    let counts = json!({ "faulty_user": 6, "faulty_team": 1, "faulty_team_has_user": 3 });
    write(&world, &official(&counts), &[("s/entities/1.json", users), ("s/relationships/1.json", edges)]);
    let ran = sync(&world).ended(5);
    assert_eq!(ran.changes(), [3, 0, 0, 1, 0, 0]);
    let dropped = ran.summary["dropped"].as_array().expect("dropped");
    let named: Vec<_> = dropped
        .iter()
        .map(|d| (d["key"].as_str().unwrap_or_default(), d["code"].as_str().unwrap_or_default()))
        .collect();
    for (key, code) in
        [("faulty-user:ada", "J1-R2002"), ("faulty-team:engine|has|faulty-user:nobody", "J1-R2003")]
    {
        assert!(named.contains(&(key, code)), "{named:?}");
    }
    for key in ["faulty-user:nested", "faulty-user:long"] {
        assert!(named.iter().any(|(named, code)| *named == key && code.starts_with("J1-E0")), "{named:?}");
    }
    assert_eq!(named.len(), 5, "{named:?}");
    assert_eq!(*ran.partial(), json!(["faulty_team_has_user", "faulty_user"]));
    assert_eq!(ran.summary["types"]["faulty_user"], 2);
}

/// The official `sync` reads nothing else of the summary, and invites other tools to write this.
#[test]
fn a_summary_with_metadata_alone_is_enough() {
    let world = World::new();
    let summary = json!({ "metadata": { "partialDatasets": { "types": ["faulty_team"] } } });
    write(&world, &summary, &[("s/entities/1.json", json!({ "entities": [user("ada")] }))]);
    let ran = sync(&world).ended(5);
    assert_eq!((ran.changes()[0], ran.partial()), (1, &json!(["faulty_team"])));
}

/// The official SDK lists the partial types of a step in the metadata as well.
#[test]
fn a_type_that_only_its_step_lists_as_partial_is_kept() {
    let world = World::new();
    let mut summary = official(&json!({}));
    summary["integrationStepResults"][0]["partialTypes"] = json!(["faulty_user"]);
    write(&world, &summary, &[("s/entities/1.json", json!({ "entities": [team()] }))]);
    let ran = sync(&world).ended(5);
    assert_eq!(*ran.partial(), json!(["faulty_user"]));
}

/// One file was copied over another with as many objects.
#[test]
fn a_collection_that_counts_a_copy_keeps_the_type_of_it() {
    let world = World::new();
    let users = |users: &[&str]| json!({ "entities": users.iter().map(|id| user(id)).collect::<Vec<_>>() });
    let first = ("s/entities/1.json", users(&["ada", "alan"]));
    let summary = official(&json!({ "faulty_user": 4, "faulty_team": 1 }));
    let files = |second| {
        let others = ("s/entities/0.json", json!({ "entities": [team()] }));
        [others, first.clone(), ("s/entities/2.json", second)]
    };
    write(&world, &summary, &files(users(&["grace", "edsger"])));
    assert_eq!(sync(&world).ended(0).changes()[0], 5);
    write(&world, &summary, &files(users(&["ada", "alan"])));
    let ran = sync(&world).ended(5);
    assert_eq!((ran.changes()[2], ran.partial()), (0, &json!(["faulty_user"])));
}

/// A file of users is missing, and nothing counts them; the members of the team show it.
#[test]
fn a_collection_without_counts_that_lacks_an_end_deletes_nothing() {
    let world = World::new();
    let summary = json!({ "metadata": { "partialDatasets": { "types": [] } } });
    let users = |users: &[&str]| json!({ "entities": users.iter().map(|id| user(id)).collect::<Vec<_>>() });
    let edges = json!({ "relationships": [has("ada"), has("alan"), has("grace")] });
    let others = [("s/entities/0.json", json!({ "entities": [team()] })), ("s/relationships/1.json", edges)];
    let files = [
        &others[..],
        &[("s/entities/1.json", users(&["ada", "alan"])), ("s/entities/2.json", users(&["grace"]))],
    ];
    write(&world, &summary, &files.concat());
    sync(&world).ended(0);
    fs::remove_file(world.folder.path().join(".j1-integration/graph/s/entities/2.json")).expect("a file");
    let ran = sync(&world);
    assert_eq!(ran.changes(), [0; 6], "exit code {:?}", ran.code);
    assert_eq!(*ran.ended(5).partial(), json!(["faulty_team", "faulty_team_has_user", "faulty_user"]));
}

#[test]
fn a_collection_with_fewer_objects_than_the_sdk_counted_opens_no_job() {
    let world = World::new();
    let files = [("s/entities/1.json", json!({ "entities": [user("ada")] }))];
    write(&world, &official(&json!({ "faulty_user": 20 })), &files);
    let ran = sync(&world).ended(2);
    assert!(ran.error().contains("20 objects of `faulty_user` and has 1"), "{}", ran.error());
    assert!(ran.summary["job"].is_null());
}

#[test]
fn files_that_are_compressed_with_brotli_are_read() {
    let world = World::new();
    write(&world, &official(&json!({ "faulty_user": 1 })), &[]);
    let folder = world.folder.path().join(".j1-integration/graph/s/entities");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("1.json"), include_bytes!("fixtures/users.json.br")).expect("it is written");
    assert_eq!(sync(&world).ended(0).changes()[0], 1);
    fs::write(folder.join("1.json"), b"\x00\xff\xfe not compressed").expect("it is written");
    let ran = sync(&world).ended(2);
    assert!(ran.error().contains("neither text nor compressed"), "{}", ran.error());
}

/// A link to a folder above would be read without end.
#[cfg(unix)]
#[test]
fn a_link_to_a_folder_in_a_collection_is_refused() {
    let world = World::new();
    let files = [("s/entities/1.json", json!({ "entities": [user("ada")] }))];
    write(&world, &official(&json!({ "faulty_user": 1 })), &files);
    let graph = world.folder.path().join(".j1-integration/graph");
    std::os::unix::fs::symlink(&graph, graph.join("s/again")).expect("a link");
    let ran = sync(&world).ended(2);
    assert!(ran.error().contains("symbolic link"), "{}", ran.error());
}

#[cfg(unix)]
#[test]
fn collections_and_reports_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    fn check(path: &Path) {
        let metadata = fs::metadata(path).expect("it exists");
        let (mode, expected) =
            (metadata.permissions().mode() & 0o777, if path.is_dir() { 0o700 } else { 0o600 });
        assert_eq!(mode, expected, "{}: {mode:o}", path.display());
        if path.is_dir() {
            fs::read_dir(path).expect("a folder").for_each(|entry| check(&entry.expect("an entry").path()));
        }
    }
    let world = World::new();
    let provider = Provider::new(&[("engine", "Engine")], &[("ada", "Ada")]);
    fs::write(world.folder.path().join("report.md"), "from an older version").expect("it is written");
    let arguments = ["collect", "--replay", "all.har", "--report", "report.md", "--out", "there/collection"];
    world.faulty(&arguments, &provider).ended(0);
    check(&world.folder.path().join("there"));
    check(&world.folder.path().join("report.md"));
}

/// A `.env` that happens to be in the current folder must not redirect the key of the process.
#[test]
fn a_base_url_from_the_current_folder_gets_no_key_of_the_process() {
    let world = World::new();
    fs::write(world.folder.path().join(".env"), "JUPITERONE_API_BASE=https://evil.example\n")
        .expect("it is written");
    let provider = Provider::new(&[], &[]);
    let run = |arguments: &[&str]| {
        let mut command =
            world.command("unused", &[&["run", "--replay", "all.har"], arguments].concat(), &provider);
        command.env_remove("JUPITERONE_API_BASE");
        Ran::new(&command.output().expect("it runs"))
    };
    let ran = run(&[]).ended(3);
    assert!(ran.error().contains("comes from `.env` (https://evil.example)"), "{}", ran.error());
    // A file that the operator names is as trusted as the process; nothing answers there.
    let named = run(&["--env-file", ".env", "--yes"]);
    assert_eq!(named.code, Some(6), "{:#}", named.summary);
}

/// An older version wrote it, which had no users yet; another run has brought them.
#[test]
fn a_type_that_a_collection_does_not_know_is_kept() {
    let world = World::new();
    let provider = Provider::new(&[("engine", "Engine")], &[("ada", "Ada"), ("grace", "Grace")]);
    world.run(&[], &provider).ended(0);
    let summary = json!({
        "integrationStepResults": [{
            "id": "fetch-teams", "name": "fetch-teams", "declaredTypes": ["faulty_team"], "partialTypes": [],
            "encounteredTypes": ["faulty_team"], "encounteredTypeCounts": { "faulty_team": 1 }, "status": "success",
        }],
        "metadata": { "partialDatasets": { "types": [] } },
    });
    write(&world, &summary, &[("fetch-teams/entities/1.json", json!({ "entities": [team()] }))]);
    let ran = world.faulty(&["sync", "--wait", "--yes"], &provider);
    // The team of the partners' step is gone.
    assert_eq!(ran.changes()[2..], [1, 0, 0, 0], "{:#}", ran.summary);
    let ran = ran.ended(5);
    assert_eq!(*ran.partial(), json!(["faulty_team_has_user", "faulty_user"]));
}

/// A run has brought more since the collection was made.
#[test]
fn objects_that_came_after_a_collection_was_begun_are_kept() {
    const USERS: [(&str, &str); 5] =
        [("ada", "Ada"), ("alan", "Alan"), ("edsger", "Edsger"), ("grace", "Grace"), ("barbara", "Barbara")];
    let world = World::new();
    let provider = |users| Provider::new(&[("engine", "Engine")], users);
    world.run(&[], &provider(&USERS[..4])).ended(0);
    world.faulty(&["collect", "--replay", "all.har"], &provider(&USERS[..4])).ended(0);
    assert_eq!(world.run(&[], &provider(&USERS)).ended(0).changes()[0], 1);
    let ran = world.faulty(&["sync", "--wait"], &provider(&USERS));
    assert_eq!(ran.changes(), [0; 6], "exit code {:?}", ran.code);
    assert!(ran.ended(5).partial().as_array().is_some_and(|types| types.contains(&json!("faulty_user"))));
}

/// As a run is: recordings do not say what the provider has today.
#[test]
fn a_collection_of_recordings_is_not_synced_into_jupiterone_itself_without_yes() {
    let world = World::new();
    let provider = Provider::new(&[("engine", "Engine")], &[("ada", "Ada")]);
    world.faulty(&["collect", "--replay", "all.har"], &provider).ended(0);
    let ran = world.against("https://jupiterone.invalid", &["sync"], &provider).ended(2);
    assert!(ran.error().contains("responses are those of an earlier time"), "{}", ran.error());
    sync(&world).ended(0);
}
