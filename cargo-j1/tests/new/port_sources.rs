//! The kinds of sources that integrations of newer versions of the official SDK have, in an invented one.

use serde_json::json;

use crate::made::{cargo_j1, said};
use crate::port_kinds::{carries_of, compiles};

type Tested = Result<(), Box<dyn std::error::Error>>;

const ROVER: &str = "src/entities/rover.rs";

#[test]
#[ignore = "minutes: builds a project"]
fn a_project_of_newer_sources_compiles_passes_its_tests_and_collects() -> Tested {
    compiles("lunar", "Made Lunar", &["lunar_rover"])
}

#[test]
fn types_of_create_entity_metadata_are_read() -> Tested {
    let (_folder, told) = carries_of(
        "lunar",
        &[
            (ROVER, "type = \"lunar_rover\", class = Device"),
            // The function beside the metadata says the type of what it is given.
            (ROVER, "(\"name\", record[\"name\"].clone())"),
            ("src/entities/crater.rs", "format!(\"lunar_crater:{}\", shown(&record[\"id\"]))"),
        ],
    )?;
    for line in ["2 of 2    types (100 %)", "1 of 1    relationships (100 %)"] {
        assert!(told.contains(line), "{line}:\n{told}");
    }
    Ok(())
}

#[test]
fn steps_are_read_however_they_are_written_and_those_that_are_not_are_counted() -> Tested {
    let (_folder, told) = carries_of(
        "lunar",
        &[
            // `async executionHandler() { … }`, and an id that is spread.
            ("src/steps/craters.rs", "#[step(emits(Crater))]"),
            ("src/steps/rovers.rs", "emits(Rover, Has<Crater, Rover>, Mapped<Is<Rover, FleetAsset>>)"),
            ("PORT.md", "a step in src/steps/rovers/index.ts: its `id` could not be read"),
            // The type of the target stands in the constants, and that of the relationship beside `_mapping`.
            (
                "src/entities/targets.rs",
                "#[j1(type = \"fleet_asset\", class = Device, filter(_class, serial), skip_target_creation = true)]",
            ),
            // Two verbs in one cell are not further cells.
            ("PORT.md", "person HAS\\|OWNS lunar_rover"),
        ],
    )?;
    for line in
        ["2 of 3    steps (66 %)", "1 of 1    dependencies of steps", "1 of 2    mapped relationships"]
    {
        assert!(told.contains(line), "{line}:\n{told}");
    }
    Ok(())
}

#[test]
fn objects_and_functions_of_the_integration_are_followed() -> Tested {
    carries_of(
        "lunar",
        &[
            // `const data = { ...source }`, and a member of it that is made as well.
            (
                ROVER,
                "if is_truthy(&record[\"crew\"]) { record[\"crew\"][\"leader\"].clone() } else { json!(null) }",
            ),
            // `const [maker, line] = data.model.split(' ')`
            (ROVER, "(\"make\", nth(&split(&record[\"model\"], \" \"), 0))"),
            (ROVER, "(\"model\", nth(&split(&record[\"model\"], \" \"), 1))"),
            (ROVER, "(\"zone\", nth(&split(&record[\"zone\"], \"/\"), -1))"),
            (ROVER, "(\"sector\", nth(&split(&record[\"path\"], \"/\"), 3))"),
            (ROVER, "shown(&encoded_part(&record[\"id\"]))"),
            (ROVER, "shown(&encoded_url(&json!(format!"),
            (
                ROVER,
                "upper(&first(&record[\"settings\"], |item| is_truthy(&json!(item[\"key\"] == json!(\"heat\"))))[\"value\"])",
            ),
            // What the converter takes beside the record is not known yet, and no part of a value is sent.
            (
                ROVER,
                "(\"isSpare\", if is_spare.is_null() { json!(null) } else { json!(*is_spare == json!(true)) })",
            ),
            (ROVER, "(\"state\", lower(&record[\"state\"]))"),
        ],
    )?;
    Ok(())
}

#[test]
fn properties_keep_the_names_and_the_company_that_they_have() -> Tested {
    let (_folder, told) = carries_of(
        "lunar",
        &[
            // What a new integration would leave out, or would have once.
            (ROVER, "pub etag: Option<String>"),
            (ROVER, "#[j1(rename = \"serialNumber\")]"),
            (ROVER, "#[j1(rename = \"crew.leader\")]"),
            (ROVER, "#[j1(rename = \"crewLeader\")]"),
            // Each rule that a name breaks is allowed.
            (
                ROVER,
                "rename = \"byod\", allow(J1-E0303, reason = \"the name of the official integration\"), \
                 allow(J1-E0305,",
            ),
            (ROVER, "#[j1(rename = \"BYOD\")]"),
            (ROVER, "#[j1(date = millis, rename = \"expirationTime\", allow(J1-E0304,"),
            // A date with a blank before the time, as `new Date` takes it.
            (ROVER, "(\"landedOn\", dated(&record[\"landed_at\"][\"datetime\"]))"),
            (ROVER, "pub landed_on: Option<Timestamp>"),
            // No record has it; its name says that it is a question.
            (ROVER, "#[j1(rename = \"isParked\")] pub is_parked: Option<bool>"),
            ("PORT.md", "lunar_rover.is_parked: no property can be called so; it is `isParked`"),
            ("PORT.md", "lunar_rover.secretName: it may hold a secret"),
        ],
    )?;
    assert!(told.contains("25 of 27   properties (92 %)"), "{told}");
    Ok(())
}

/// Writes an integration with these converters, and a recording of these paths with one list of records each.
pub fn written(folder: &std::path::Path, source: &str, recorded: &[(&str, serde_json::Value)]) -> Tested {
    let recordings = folder.join("odd/src/__recordings__/all");
    std::fs::create_dir_all(&recordings)?;
    std::fs::write(folder.join("odd/src/index.ts"), source)?;
    let entry = |(path, body): &(&str, serde_json::Value)| {
        json!({
            "request": { "method": "GET", "url": format!("https://api.acme.example/{path}"), "headers": [] },
            "response": { "status": 200, "headers": [],
                "content": { "mimeType": "application/json", "text": body.to_string() } },
        })
    };
    let entries: Vec<serde_json::Value> = recorded.iter().map(entry).collect();
    let har = json!({ "log": { "version": "1.2", "entries": entries } }).to_string();
    Ok(std::fs::write(recordings.join("recording.har"), har)?)
}

#[test]
fn a_list_that_fits_several_types_and_a_record_of_the_caller_are_not_read() -> Tested {
    let folder = tempfile::tempdir()?;
    let converter = |name: &str| {
        format!(
            "export function {name}(data) {{ return create({{ _key: `acme:{name}:${{data.id}}`, _type: 'acme_{name}', \
             name: data.name, region: data.region, tier: data.tier, engine: data.engine }}); }}\n"
        )
    };
    let entity = |name: &str, class: &str| {
        format!("{{ resourceName: '{name}', _type: 'acme_{name}', _class: ['{class}'] }}")
    };
    let source = format!(
        "export const s = [\n\
         {{ id: 'fetch-stores', name: 'Stores', executionHandler: f, relationships: [], entities: [{}, {}] }},\n\
         {{ id: 'fetch-users', name: 'Users', executionHandler: g, relationships: [], entities: [{}] }}];\n{}{}{}",
        entity("fast", "Database"),
        entity("slow", "Database"),
        entity("user", "User"),
        converter("fast"),
        converter("slow"),
        converter("user").replace("engine: data.engine", "login: data.login"),
    );
    let record = json!({ "id": "s-1", "name": "One", "region": "eu", "tier": "a", "engine": "x" });
    let caller = json!({ "id": "u-1", "name": "Ada", "region": "eu", "tier": "a", "login": "ada" });
    written(folder.path(), &source, &[("stores", json!([record])), ("user", caller)])?;
    let made = cargo_j1(folder.path()).args(["port", "odd", "--name", "made", "--no-check"]).output()?;
    assert!(made.status.success(), "{}", said(&made));
    let text = |path: &str| std::fs::read_to_string(folder.path().join("made").join(path));
    let (client, stores) = (text("src/client.rs")?, text("src/steps/stores.rs")?);
    assert!(!client.contains("pub fn ") || !client.contains("acme_"), "{client}");
    for wanted in [
        "collects `acme_fast`; the records of `stores` fit `acme_slow` as well: say which are which",
        "collects `acme_slow`; the records of `stores` fit `acme_fast` as well: say which are which",
    ] {
        assert!(stores.contains(wanted), "{wanted}:\n{stores}");
    }
    assert!(!text("src/steps/users.rs")?.contains("from_record"));
    Ok(())
}

#[test]
fn an_entity_without_a_name_to_show_is_shown_by_its_name() -> Tested {
    let (_folder, _) = carries_of("lunar", &[(ROVER, "display_name = [name, key]")])?;
    Ok(())
}

#[test]
fn an_empty_text_does_not_stand_for_what_a_class_requires() -> Tested {
    let folder = tempfile::tempdir()?;
    let source = "export const s = [{ id: 'fetch-policies', name: 'Policies', executionHandler: f, relationships: [],\n\
         entities: [{ resourceName: 'Policy', _type: 'acme_policy', _class: ['Policy'] }] }];\n\
         export function convert(data) { return create({ _key: data.id, _type: 'acme_policy', name: data.name,\n\
         title: data.name, summary: data.name, content: '', note: '' }); }\n";
    written(folder.path(), source, &[])?;
    let made = cargo_j1(folder.path()).args(["port", "odd", "--name", "made", "--no-check"]).output()?;
    assert!(made.status.success(), "{}", said(&made));
    let policy = std::fs::read_to_string(folder.path().join("made/src/entities/acme_policy.rs"))
        .or_else(|_| std::fs::read_to_string(folder.path().join("made/src/entities/policy.rs")))?;
    for wanted in ["(\"content\", json!(\"unknown\"))", "// port: content: ''", "(\"note\", json!(\"\"))"] {
        assert!(policy.contains(wanted), "{wanted}:\n{policy}");
    }
    Ok(())
}
