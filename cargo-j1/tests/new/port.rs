//! `cargo j1 port` on a small integration of the official SDK, and `cargo j1 parity` on collections.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::made::{cargo_j1, said};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// The folder of the integration.
pub fn official() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/port/graph-acme")
}

fn joined(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn types_steps_properties_and_settings_are_carried_over() -> Tested {
    let folder = tempfile::tempdir()?;
    let made = cargo_j1(folder.path()).arg("port").arg(official()).arg("--no-check").output()?;
    let told = said(&made);
    assert!(made.status.success(), "{told}");
    for line in [
        "3 of 3    types (100 %)",
        "2 of 2    relationships (100 %)",
        "1 of 1    mapped relationships (100 %)",
        "13 of 14   properties (92 %)",
        "3 of 3    steps (100 %)",
        "2 of 2    dependencies of steps (100 %)",
        "3 of 3    settings (100 %)",
    ] {
        assert!(told.contains(line), "{line}:\n{told}");
    }
    let project = folder.path().join("acme");
    for (path, wanted) in [
        ("src/entities/user.rs", "type = \"acme_user\", class = User, key = key"),
        (
            "src/entities/user.rs",
            "(\"_key\", json!(shown(&json!(format!(\"acme_user:{}\", shown(&record[\"id\"])))))",
        ),
        ("src/entities/user.rs", "(\"email\", lower(&record[\"email\"])"),
        ("src/entities/user.rs", "(\"active\", json!(record[\"status\"] == json!(\"ACTIVE\"))"),
        ("src/entities/user.rs", "(\"lastLoginOn\", record[\"last_login\"].clone())"),
        ("src/entities/user.rs", "rename = \"mfaEnabled\", allow(J1-E0210"),
        ("src/entities/user.rs", "(\"webLink\", official::build_link(&[&record]))"),
        ("src/entities/official.rs", "// port: `buildLink`"),
        ("src/entities/group.rs", "class = [UserGroup, Group]"),
        ("src/entities/group.rs", "pub fn from_record(record: &Value, key: &str)"),
        ("src/steps/users.rs", "emits(User, Has<Account, User>, Mapped<Is<User, Person>>)"),
        (
            "src/entities/targets.rs",
            "#[j1(type = \"person\", class = Person, filter(_class, email), skip_target_creation = true)]",
        ),
        ("src/entities/targets.rs", "pub email: String"),
        ("src/steps/users.rs", "job.add(User::from_record(&record)?)"),
        ("src/steps/groups.rs", "Outcome::partial("),
        ("src/client.rs", "self.client.get(\"v1/users\").query(\"limit\", \"50\")"),
        ("src/config.rs", "pub api_token: Secret<String>"),
        ("src/config.rs", "pub include_archived: Option<bool>"),
        ("jupiterone/questions/questions.yaml", "FIND acme_user"),
        ("PORT.md", "- acme_user.webLink: it waits for `official::build_link`"),
    ] {
        let text = std::fs::read_to_string(project.join(path)).map_err(|error| format!("{path}: {error}"))?;
        assert!(joined(&text).contains(&joined(wanted)), "{path} lacks {wanted}:\n{text}");
    }
    assert_eq!(std::fs::read_dir(project.join("recordings"))?.count(), 1);
    Ok(())
}

#[test]
fn a_folder_without_an_integration_is_refused_and_leaves_nothing() -> Tested {
    let folder = tempfile::tempdir()?;
    std::fs::create_dir_all(folder.path().join("odd/src"))?;
    for text in ["", "const a = {{{{", "export const steps = [{ id: `x${", "\u{0}\u{202e}'\"`"] {
        std::fs::write(folder.path().join("odd/src/index.ts"), text)?;
        let refused =
            cargo_j1(folder.path()).args(["port", "odd", "--name", "made", "--no-check"]).output()?;
        assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
        assert!(said(&refused).contains("J1-R4032"), "{}", said(&refused));
    }
    let refused = cargo_j1(folder.path()).args(["port", "nowhere"]).output()?;
    assert!(said(&refused).contains("the folder does not exist"), "{}", said(&refused));
    assert_eq!(std::fs::read_dir(folder.path())?.count(), 1);
    Ok(())
}

#[test]
fn hostile_text_stays_where_it_belongs() -> Tested {
    let folder = tempfile::tempdir()?;
    std::fs::create_dir_all(folder.path().join("odd/src"))?;
    let hostile = r#""] }\n*/ fn evil() {} // ${x} `"#;
    let source = format!(
        "export const s = [{{ id: 'fetch-{hostile:.0}x', name: {name}, executionHandler: f, relationships: [],\n\
         entities: [{{ _type: 'acme_user', _class: 'User', resourceName: {name} }}] }}];\n\
         export function convert(user) {{ return create({{ _key: user[{name}], _type: 'acme_user', name: user[{name}], x: odd({name}) }}); }}\n",
        name = serde_json::to_string(hostile)?,
    );
    std::fs::write(folder.path().join("odd/src/index.ts"), source)?;
    let made = cargo_j1(folder.path()).args(["port", "odd", "--name", "made", "--no-check"]).output()?;
    assert!(made.status.success(), "{}", said(&made));
    let entity = std::fs::read_to_string(folder.path().join("made/src/entities/acme_user.rs"))
        .or_else(|_| std::fs::read_to_string(folder.path().join("made/src/entities/user.rs")))?;
    let file = syn::parse_file(&entity)?;
    assert!(!file.items.iter().any(|item| matches!(item, syn::Item::Fn(_))), "{entity}");
    Ok(())
}

#[test]
fn a_list_that_is_asked_for_in_two_ways_is_read_in_both() -> Tested {
    let folder = tempfile::tempdir()?;
    with_converter(folder.path(), "status: user.status, login: user.login")?;
    let source = folder.path().join("odd/src/index.ts");
    let text = std::fs::read_to_string(&source)?.replace("_key: odd(user)", "_key: user.id");
    std::fs::write(&source, text)?;
    let entry = |query: &str, id: &str| {
        let users = json!([{ "id": id, "status": "ACTIVE", "login": id }]);
        json!({
            "request": { "method": "GET", "url": format!("https://api.acme.example/users{query}"), "headers": [] },
            "response": { "status": 200, "headers": [],
                "content": { "mimeType": "application/json", "text": users.to_string() } },
        })
    };
    let asked =
        ["", "?limit=1", "?filter=status%20eq%20%22GONE%22", "?filter=status%20eq%20%22GONE%22&limit=5"];
    let entries: Vec<_> =
        asked.iter().zip(["u-1", "u-2", "u-3", "u-4"]).map(|(query, id)| entry(query, id)).collect();
    let recordings = folder.path().join("odd/src/__recordings__/users");
    std::fs::create_dir_all(&recordings)?;
    let har = json!({ "log": { "version": "1.2", "entries": entries } }).to_string();
    std::fs::write(recordings.join("recording.har"), har)?;
    let made = cargo_j1(folder.path()).args(["port", "odd", "--name", "made", "--no-check"]).output()?;
    assert!(made.status.success(), "{}", said(&made));
    let text = |path: &str| std::fs::read_to_string(folder.path().join("made").join(path));
    let (client, step) = (text("src/client.rs")?, text("src/steps/users.rs")?);
    assert!(
        joined(&client).contains(&joined(r#"get("users").query("filter", "status eq \"GONE\"")"#)),
        "{client}"
    );
    assert_eq!(client.matches("-> Pages<Value>").count(), 2, "{client}");
    assert_eq!(step.matches("from_record(&record)").count(), 2, "{step}");
    assert!(text("src/lib.rs")?.contains("duplicates = keep_first"));
    Ok(())
}

#[test]
fn types_and_relationships_that_functions_make_are_carried_over() -> Tested {
    let folder = tempfile::tempdir()?;
    std::fs::create_dir_all(folder.path().join("odd/src"))?;
    std::fs::write(
        folder.path().join("odd/src/constants.ts"),
        "export const kinds: Kind[] = ['laptop', 'server'];
export const entities = {
  DEVICES: kinds.map((type) => {
    return { resourceName: 'Device', _type: type, _class: ['Device'] };
  }),
  USER: { resourceName: 'User', _type: 'acme_user', _class: ['User'] },
};
function forAll(metadata: { sourceType?: string; _class: RelationshipClass }) {
  const { sourceType, _class } = metadata;
  if (!sourceType) {
    throw new Error('no type');
  }
  return kinds.map((type) => ({ _type: generate(_class, type), _class, sourceType, targetType: type }));
}
export const relationships = {
  USER_HAS_DEVICE: forAll({ sourceType: entities.USER._type, _class: RelationshipClass.HAS }),
};
",
    )?;
    std::fs::write(
        folder.path().join("odd/src/index.ts"),
        "import { entities, relationships } from './constants';
export const steps = [
  { id: 'fetch-users', name: 'Users', entities: [entities.USER], relationships: [], executionHandler: f },
  { id: 'fetch-devices', name: 'Devices', entities: [...entities.DEVICES],
    relationships: [...relationships.USER_HAS_DEVICE], dependsOn: ['fetch-users'], executionHandler: g },
];
",
    )?;
    let made = cargo_j1(folder.path()).args(["port", "odd", "--name", "made", "--no-check"]).output()?;
    let told = said(&made);
    assert!(made.status.success(), "{told}");
    for line in ["3 of 3    types", "2 of 2    relationships", "2 of 2    steps", "1 of 1    dependencies"] {
        assert!(told.contains(line), "{line}:\n{told}");
    }
    // No recording was there to replay.
    assert!(!told.contains("--replay"), "{told}");
    let step = std::fs::read_to_string(folder.path().join("made/src/steps/devices.rs"))?;
    for edge in ["Has<AcmeUser, Laptop>", "Has<AcmeUser, Server>"] {
        assert!(step.contains(edge), "{edge}:\n{step}");
    }
    Ok(())
}

/// Writes an integration of one step, with this converter of its users.
fn with_converter(folder: &Path, properties: &str) -> Tested {
    std::fs::create_dir_all(folder.join("odd/src"))?;
    let source = format!(
        "export const s = [{{ id: 'fetch-users', name: 'Users', executionHandler: f, relationships: [],\n\
         entities: [{{ _type: 'acme_user', _class: 'User', resourceName: 'User' }}] }}];\n\
         export function convert(user) {{ return create({{ _key: odd(user), _type: 'acme_user', {properties} }}); }}\n",
    );
    Ok(std::fs::write(folder.join("odd/src/index.ts"), source)?)
}

#[test]
fn properties_have_the_types_of_their_class() -> Tested {
    let folder = tempfile::tempdir()?;
    // Without a recording, the e-mail address is any text, which is not an e-mail address.
    with_converter(folder.path(), "email: user.mail, username: user.login, active: user.state")?;
    let made = cargo_j1(folder.path()).args(["port", "odd", "--name", "made", "--no-check"]).output()?;
    assert!(made.status.success(), "{}", said(&made));
    let entity = std::fs::read_to_string(folder.path().join("made/src/entities/user.rs"))?;
    for wanted in ["list, rename = \"email\"", "list, rename = \"username\"", "from_record(record: &Value"] {
        assert!(entity.contains(wanted), "{wanted}:\n{entity}");
    }
    assert!(!entity.contains("pub active:"), "a boolean of the class, and a text here:\n{entity}");
    let left = std::fs::read_to_string(folder.path().join("made/PORT.md"))?;
    assert!(left.contains("active: "), "{left}");
    std::fs::remove_dir_all(folder.path().join("made"))?;
    with_converter(folder.path(), "username: odd(user)")?;
    let made = cargo_j1(folder.path()).args(["port", "odd", "--name", "made", "--no-check"]).output()?;
    assert!(made.status.success(), "{}", said(&made));
    let entity = std::fs::read_to_string(folder.path().join("made/src/entities/user.rs"))?;
    assert!(entity.contains("from_record(_record: &Value"), "{entity}");
    Ok(())
}

#[cfg(unix)]
#[test]
fn a_project_that_the_compiler_refuses_is_not_called_made() -> Tested {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir()?;
    let cargo = folder.path().join("cargo.sh");
    let message = r#"{"reason":"compiler-message","manifest_path":"'"$PWD"'/Cargo.toml","message":{"level":"error","message":"odd type","rendered":"error: odd type\\n"}}"#;
    std::fs::write(&cargo, format!("#!/bin/sh\nprintf '%s\\n' '{message}' '{message}'\nexit 101\n"))?;
    std::fs::set_permissions(&cargo, std::fs::Permissions::from_mode(0o755))?;
    let ported = cargo_j1(folder.path()).arg("port").arg(official()).env("CARGO", &cargo).output()?;
    assert_eq!(ported.status.code(), Some(101), "{}", said(&ported));
    for wanted in [
        "but it does not compile yet",
        "Carried over:",
        "error[J1-R4031]",
        "does not compile yet: odd type\n",
    ] {
        assert!(said(&ported).contains(wanted), "{wanted}:\n{}", said(&ported));
    }
    assert_eq!(said(&ported).matches("error: odd type").count(), 1, "{}", said(&ported));
    assert!(!said(&ported).contains("Made Acme") && folder.path().join("acme/PORT.md").exists());
    let new = cargo_j1(folder.path()).args(["new", "other", "--yes"]).env("CARGO", &cargo).output()?;
    assert_eq!(new.status.code(), Some(101), "{}", said(&new));
    assert!(said(&new).contains("nothing was made") && said(&new).contains("odd type"), "{}", said(&new));
    assert!(!folder.path().join("other").exists());
    Ok(())
}

/// Writes a collection of one step with these objects.
fn collection(folder: &Path, entities: &Value, relationships: &Value) -> Tested {
    let step = folder.join("graph/fetch-users");
    let types = |objects: &Value| {
        let mut counts = serde_json::Map::new();
        for object in objects.as_array().into_iter().flatten() {
            let ty = object["_type"].as_str().unwrap_or_default().to_owned();
            let count = counts.get(&ty).and_then(Value::as_u64).unwrap_or(0) + 1;
            counts.insert(ty, count.into());
        }
        counts
    };
    for (kind, objects) in [("entities", entities), ("relationships", relationships)] {
        std::fs::create_dir_all(step.join(kind))?;
        std::fs::write(step.join(kind).join("1.json"), json!({ kind: objects }).to_string())?;
    }
    let mut counts = types(entities);
    counts.extend(types(relationships));
    let names: Vec<&String> = counts.keys().collect();
    let summary = json!({
        "integrationStepResults": [{ "id": "fetch-users", "name": "", "declaredTypes": names, "partialTypes": [],
            "encounteredTypes": names, "encounteredTypeCounts": counts, "status": "success" }],
        "metadata": { "partialDatasets": { "types": [] } },
    });
    std::fs::write(folder.join("summary.json"), summary.to_string())?;
    Ok(())
}

fn user(key: &str, more: &Value) -> Value {
    let mut user =
        json!({ "_key": key, "_type": "acme_user", "_class": ["User"], "name": "Ada", "active": true });
    if let (Some(user), Some(more)) = (user.as_object_mut(), more.as_object()) {
        user.extend(more.clone());
    }
    user
}

fn has(from: &str, to: &str) -> Value {
    json!({ "_key": format!("{from}|has|{to}"), "_type": "acme_account_has_user", "_class": "HAS",
        "_fromEntityKey": from, "_toEntityKey": to })
}

#[test]
fn parity_lists_each_difference_and_takes_those_with_a_reason() -> Tested {
    let folder = tempfile::tempdir()?;
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    let official = json!([user("u1", &json!({ "plan": "pro", "seen": 1.0 })), user("u2", &json!({}))]);
    let ported = json!([
        user("u1", &json!({ "active": false, "seen": 1, "email": null, "team": "", "extra": "x\u{1b}" })),
        user("u3", &json!({}))
    ]);
    collection(&old, &official, &json!([has("a", "u1"), has("a", "u2")]))?;
    collection(&new, &ported, &json!([has("a", "u1")]))?;
    let parity = |args: &[&str]| {
        cargo_j1(folder.path()).args(["parity", "--official", "old", "--from", "new"]).args(args).output()
    };
    let found = parity(&["--json"])?;
    assert_eq!(found.status.code(), Some(8), "{}", said(&found));
    let report: Value = serde_json::from_slice(&found.stdout)?;
    let mut listed: Vec<(&str, &str)> = Vec::new();
    for one in report["differences"].as_array().ok_or("a list")? {
        listed.push((one["difference"].as_str().unwrap_or_default(), one["at"].as_str().unwrap_or_default()));
    }
    listed.sort_unstable();
    let wanted = [
        ("key-added", "acme_user"),
        ("key-missing", "acme_account_has_user"),
        ("key-missing", "acme_user"),
        ("property-added", "acme_user.extra"),
        ("property-missing", "acme_user.plan"),
        ("value", "acme_user.active"),
    ];
    assert_eq!(listed, wanted);
    let accept = wanted.iter().map(|(difference, at)| {
        format!("[[accept]]\ndifference = {difference:?}\nat = {at:?}\nreason = \"meant\"\n")
    });
    std::fs::write(folder.path().join("parity.toml"), accept.collect::<String>())?;
    let accepted = parity(&[])?;
    assert_eq!(accepted.status.code(), Some(0), "{}", said(&accepted));
    assert!(said(&accepted).contains("6 accepted"), "{}", said(&accepted));
    assert!(!said(&accepted).contains('\u{1b}'));
    // An entry that no difference needs any more is named, in the table and in the JSON.
    let text = std::fs::read_to_string(folder.path().join("parity.toml"))?
        + "[[accept]]\ndifference = \"value\"\nat = \"acme_user.plan\"\nreason = \"once\"\n";
    std::fs::write(folder.path().join("meant.toml"), text)?;
    let unused = parity(&["--accept", "meant.toml"])?;
    let wanted = "meant.toml accepts `value` at `acme_user.plan`, which is not there any more; remove it.";
    assert!(unused.status.success() && said(&unused).contains(wanted), "{}", said(&unused));
    let unused: Value = serde_json::from_slice(&parity(&["--accept", "meant.toml", "--json"])?.stdout)?;
    assert_eq!(unused["unused"][0]["at"], "acme_user.plan");
    assert_eq!(
        (unused["accepted"].as_array().map(Vec::len), unused["unused"].as_array().map(Vec::len)),
        (Some(6), Some(1))
    );
    std::fs::write(
        folder.path().join("parity.toml"),
        "[[accept]]\ndifference = \"value\"\nat = \"x\"\nreason = \" \"\n",
    )?;
    let refused = parity(&[])?;
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert!(said(&refused).contains("has no reason"), "{}", said(&refused));
    Ok(())
}
