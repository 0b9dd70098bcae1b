//! `cargo j1 add entity`: what it writes into a project that stands, and where it refuses.

use crate::made::{Made, cargo_j1, said};
use crate::together::input;

type Tested = Result<(), Box<dyn std::error::Error>>;

fn add(made: &Made, name: &str, file: &str) -> std::io::Result<std::process::Output> {
    let file = input(file).display().to_string();
    cargo_j1(&made.folder()).args(["add", "entity", name, "--no-check", "--from", &file]).output()
}

#[test]
fn an_entity_is_put_where_the_others_are() -> Tested {
    let made = Made::new("acme", &["--pagination", "link"])?;
    let added = add(&made, "user", "users.json")?;
    assert!(added.status.success(), "{}", said(&added));
    let changed =
        ["src/lib.rs", "src/client.rs", "src/entities/mod.rs", "src/steps/mod.rs", "tests/recorded/main.rs"];
    let wanted = [
        "fetch_users",
        "pub fn users(&self) -> Pages<User>",
        "mod user;",
        "pub use users::fetch_users;",
        "mod users;",
    ];
    for (path, wanted) in changed.iter().zip(wanted) {
        assert!(made.text(path)?.contains(wanted), "{path}: {}", made.text(path)?);
    }
    made.cargo(&["fmt", "--check"])?;
    made.cargo(&["test", "--test", "recorded"])?;

    let before: Vec<_> = changed.iter().map(|path| made.text(path)).collect::<Result<_, _>>()?;
    let twice = add(&made, "user", "users.json")?;
    assert!(said(&twice).contains("[J1-R4021]"), "{}", said(&twice));
    let after: Vec<_> = changed.iter().map(|path| made.text(path)).collect::<Result<_, _>>()?;
    assert_eq!(before, after);
    Ok(())
}

const DEVICES: &str = r#"{"devices": [
    {"id": 7, "label": "Laptop of Ada", "owner_id": "00u1a2b3c4d5e6f7g8h9", "serial": "X-100"},
    {"id": 8, "label": "Laptop of Alan", "owner_id": "nobody who is recorded", "serial": "X-101"},
    {"id": 9, "label": "Spare", "owner_id": null, "serial": "X-102"}
]}"#;

#[test]
fn references_to_existing_entities_become_relationships() -> Tested {
    let users = input("users.json").display().to_string();
    let made = Made::new("corp", &["--from", &users])?;
    let devices = made.folder().join("devices.json");
    std::fs::write(&devices, DEVICES)?;
    let mut command = cargo_j1(&made.folder());
    let added = command.args(["add", "entity", "device", "--no-check", "--from", "devices.json"]).output()?;
    assert!(said(&added).contains("Related Owns<User, Device>, from `owner_id`"), "{}", said(&added));
    let entity = made.text("src/entities/device.rs")?;
    assert!(
        entity.contains("#[j1(relationship(Owns<User, Device>))]\n    pub owner_id: Option<String>"),
        "{entity}"
    );
    let snapshot =
        made.text("tests/recorded/snapshots/recorded__collect__everything_recorded_is_collected.snap")?;
    assert!(snapshot.contains("\"user_corp_owns_device_corp\": 2"), "{snapshot}");
    // The snapshot is what cargo-j1 computed; the test compares it with what is collected.
    made.cargo(&["test", "--test", "recorded"])?;
    made.cargo(&["fmt", "--check"]).map_err(Into::into)
}

#[test]
fn where_one_file_cannot_be_written_the_others_are_as_they_were() -> Tested {
    let made = Made::new("acme", &[])?;
    // A folder stands where the recording has to be.
    std::fs::create_dir(made.folder().join("recordings/users.har"))?;
    let texts = || -> std::io::Result<Vec<(String, String)>> {
        made.files()?.into_iter().map(|path| Ok((path.clone(), made.text(&path)?))).collect()
    };
    let before = texts()?;
    let refused = add(&made, "user", "users.json")?;
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(said(&refused).contains("[J1-R4022]"), "{}", said(&refused));
    assert_eq!(texts()?, before);
    Ok(())
}

#[test]
fn where_a_place_is_missing_nothing_is_changed() -> Tested {
    let made = Made::new("acme", &[])?;
    let client = made.folder().join("src/client.rs");
    std::fs::write(&client, "//! Nothing here.\n\npub struct Api;\n")?;
    let before = made.files()?;
    let refused = add(&made, "user", "users.json")?;
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert!(
        said(&refused).contains("[J1-R4028]") && said(&refused).contains("Pages<..>"),
        "{}",
        said(&refused)
    );
    assert_eq!(made.files()?, before);
    assert!(!made.text("src/lib.rs")?.contains("fetch_users"));

    let several = add(&made, "spaceship", "desk.json")?;
    assert!(said(&several).contains("name one of: ticket, user, team"), "{}", said(&several));
    Ok(())
}

/// A document whose lists stand below groups, and an object that exists once.
fn tree() -> String {
    let text = |name: &str| serde_json::json!({ name: { "type": "string" } });
    let record = |id: &str, more: &str| {
        let mut properties = text(id);
        properties[more] = serde_json::json!({ "type": "string" });
        serde_json::json!({ "type": "object", "required": [id, more], "properties": properties })
    };
    let get = |schema: serde_json::Value| {
        let content = serde_json::json!({ "application/json": { "schema": schema } });
        serde_json::json!({ "get": { "responses": { "200": { "description": "ok", "content": content } } } })
    };
    let list = |items: serde_json::Value| serde_json::json!({ "type": "array", "items": items });
    serde_json::json!({
        "openapi": "3.0.3", "info": { "title": "t", "version": "1" }, "servers": [{ "url": "https://api.acme.example" }],
        "paths": {
            "/orgs/{org}/groups": get(list(record("id", "name"))),
            "/orgs/{org}/groups/{group_id}/boards": get(list(record("uuid", "title"))),
            "/orgs/{org}/groups/{group_id}/boards/{board_uuid}/cards": get(list(record("id", "text"))),
            "/orgs/{org}/groups/{group_name}/labels": get(list(record("id", "text"))),
            "/asks/search": { "post": get(list(record("id", "text")))["get"] },
            "/orgs/{org}/billing": get(record("plan", "currency")),
            "/regions/{region}/zones": get(list(record("id", "name"))),
        },
    })
    .to_string()
}

#[test]
fn lists_below_records_and_objects_that_exist_once_are_added_too() -> Tested {
    let outer = tempfile::tempdir()?;
    let file = outer.path().join("tree.json");
    std::fs::write(&file, tree())?;
    let file = file.display().to_string();
    let made = Made::new("corp", &["--only", "group", "--from", &file, "--param", "org=acme"])?;
    let add = |name: &str, more: &[&str]| {
        let mut command = cargo_j1(&made.folder());
        command.args(["add", "entity", name, "--no-check", "--from", &file]).args(more).output()
    };
    let refused = add("card", &[])?;
    assert!(said(&refused).contains("its `board_uuid` is neither configuration"), "{}", said(&refused));
    let boards = add("board", &[])?;
    assert!(boards.status.success(), "{}", said(&boards));
    let client = made.text("src/client.rs")?;
    assert!(client.contains("pub fn boards(&self, group: &str) -> Pages<Board>"), "{client}");
    assert!(client.contains("get_at(&[\"orgs\", &self.org, \"groups\", group, \"boards\"])"), "{client}");
    let step = made.text("src/steps/boards.rs")?;
    assert!(step.contains("emits(Board, Has<Group, Board>), reads(Group)"), "{step}");
    assert!(made.text("src/lib.rs")?.contains("duplicates = keep_first,"));
    // Two deep: the records of a board get the id of their group, which its step fills.
    let cards = add("card", &[])?;
    assert!(cards.status.success(), "{}", said(&cards));
    let board = made.text("src/entities/board.rs")?;
    assert!(board.contains("#[serde(default)]\n    #[j1(skip)]\n    pub group_id: String,"), "{board}");
    let step = made.text("src/steps/boards.rs")?;
    assert!(step.contains("record.group_id = group.id.clone();"), "{step}");
    let client = made.text("src/client.rs")?;
    assert!(client.contains("pub fn cards(&self, group: &str, board: &str) -> Pages<Card>"), "{client}");
    let ask = add("ask", &[])?;
    assert!(ask.status.success(), "{}", said(&ask));
    assert!(made.text("Cargo.toml")?.contains("serde_json = \"1\""));
    let labels = add("label", &[])?;
    assert!(labels.status.success(), "{}", said(&labels));
    assert!(
        made.text("src/steps/labels.rs")?.contains("api.labels(&group.name)"),
        "{}",
        made.text("src/steps/labels.rs")?
    );
    assert!(made.text("src/client.rs")?.contains("`group_name` is `name` of a group, by its name"));
    let billing = add("billing", &[])?;
    assert!(billing.status.success(), "{}", said(&billing));
    assert!(made.text("src/client.rs")?.contains("pub async fn billing(&self) -> Result<Billing>"));
    let zones = add("zone", &["--param", "region=eu-1"])?;
    assert!(zones.status.success(), "{}", said(&zones));
    assert!(made.text("src/client.rs")?.contains("get(\"regions/eu-1/zones\")"));
    made.cargo(&["fmt", "--check"])?;
    made.cargo(&["test", "--test", "recorded"]).map_err(Into::into)
}
