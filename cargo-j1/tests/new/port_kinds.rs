//! The kinds of code and recordings that published integrations have, in an invented one, and what `cargo j1 port` makes of each.

use std::path::{Path, PathBuf};
use std::process::Output;

use crate::made::{cargo_j1, outer, said, target};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// The folder of an integration.
fn official(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/port").join(format!("graph-{name}"))
}

/// Code without blanks, and without the commas that a formatter adds.
fn joined(text: &str) -> String {
    text.split_whitespace().collect::<String>().replace(",)", ")").replace(",]", "]")
}

/// The folder of a port, and what the command said.
type Ported = Result<(tempfile::TempDir, String), Box<dyn std::error::Error>>;

fn carries(wanted: &[(&str, &str)]) -> Ported {
    carries_of("orbit", wanted)
}

/// Ports an integration without the check of the compiler, and asserts that each file has its code.
pub fn carries_of(name: &str, wanted: &[(&str, &str)]) -> Ported {
    let folder = tempfile::tempdir()?;
    let made = cargo_j1(folder.path()).arg("port").arg(official(name)).arg("--no-check").output()?;
    assert!(made.status.success(), "{}", said(&made));
    for (path, wanted) in wanted {
        let text = std::fs::read_to_string(folder.path().join(name).join(path))
            .map_err(|error| format!("{path}: {error}"))?;
        assert!(joined(&text).contains(&joined(wanted)), "{path} lacks {wanted}:\n{text}");
    }
    Ok((folder, said(&made)))
}

#[test]
fn a_relationship_of_a_type_that_two_steps_emit_waits_for_no_other_of_them() -> Tested {
    let (_folder, told) = carries(&[
        ("src/steps/crew.rs", "emits(User, Has<Account, User>)"),
        ("src/steps/guests.rs", "emits(User, Uses<User, Probe>), reads(keys User)"),
    ])?;
    assert!(told.contains("5 of 5    dependencies of steps (100 %)"), "{told}");
    Ok(())
}

#[test]
fn a_step_that_emits_nothing_keeps_its_place_in_the_order() -> Tested {
    let (_folder, told) = carries(&[
        (
            "src/steps/build_shadow_relationships_step.rs",
            "// port: the official step adds `orbit_relay PROTECTS ANY_BODY` as `orbit_relay_protects_any`.\n#[step(reads(keys Probe, keys Relay))]",
        ),
        ("PORT.md", "orbit_relay PROTECTS ANY_BODY: no step emits `ANY_BODY`"),
    ])?;
    assert!(told.contains("7 of 7    steps (100 %)"), "{told}");
    Ok(())
}

#[test]
fn targets_are_read_however_the_code_says_them() -> Tested {
    let (_folder, told) = carries(&[
        // It leads from the target to the entity, and the target is a type of the integration's own.
        ("src/steps/signals.rs", "emits(Signal, Mapped<Created<OrbitUser, Signal>>)"),
        // The code has the target in a variable; its type follows from the relationship.
        ("src/steps/relays.rs", "emits(Relay, Mapped<Uses<Relay, SkyPlace>>)"),
        // It is described as a direct relationship to a type that no step emits.
        ("src/steps/probes.rs", "Mapped<Connects<Probe, GroundStation>>"),
        (
            "src/entities/targets.rs",
            "#[j1(type = \"ground_station\", filter(_type, code), skip_target_creation = false)]",
        ),
    ])?;
    for line in ["3 of 4    relationships (75 %)", "2 of 2    mapped relationships (100 %)"] {
        assert!(told.contains(line), "{line}:\n{told}");
    }
    Ok(())
}

#[test]
fn a_relationship_that_gets_another_type_is_named() -> Tested {
    let (_folder, told) = carries(&[
        ("PORT.md", "- orbit_probe_connects_station becomes orbit_probe_connects_ground_station"),
        ("src/steps/relays.rs", "`orbit_relay USES sky_place` as `orbit_relay_uses_place`."),
    ])?;
    assert!(told.contains("since it follows from their ends: 3;"), "{told}");
    Ok(())
}

#[test]
fn a_list_is_taken_where_its_path_or_members_of_its_own_say_so() -> Tested {
    let (folder, _) = carries(&[
        // One record, which has a member of its own.
        ("src/client.rs", "Ok(self.client.get(\"v1/account\").json::<Value>().await?[\"account\"].take())"),
        ("src/steps/account.rs", "let record = orbit.api.orbit_account().await?;"),
        // The official client gives the records without a level.
        ("src/steps/signals.rs", "Signal::from_record(&lifted(record, \"properties\"))?"),
        ("src/client.rs", "self.client.get_at(&[\"v1\", \"fleet/one\", \"signals\"])"),
        // The antennas have an id, a name and a bandwidth, as many things have.
        ("src/steps/relays.rs", "// port: the official step collects `orbit_relay`."),
    ])?;
    let client = std::fs::read_to_string(folder.path().join("orbit/src/client.rs"))?;
    assert!(!client.contains("antennas"), "{client}");
    Ok(())
}

#[test]
fn a_request_that_failed_in_one_recording_is_answered_by_another() -> Tested {
    let (folder, _) = carries(&[])?;
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder.path().join("orbit/recordings"))? {
        texts.push(std::fs::read_to_string(entry?.path())?);
    }
    assert_eq!(texts.len(), 3);
    assert!(texts.iter().all(|text| !text.contains("401")), "{texts:?}");
    assert_eq!(texts.iter().filter(|text| text.contains("/v1/probes")).count(), 1);
    Ok(())
}

#[test]
fn expressions_of_converters_are_read() -> Tested {
    let probe = "src/entities/probe.rs";
    let (folder, told) = carries(&[
        (
            "src/entities/account.rs",
            "json!(format!(\"{}:{}\", shown(&json!(\"orbit_account\")), shown(&record[\"uuid\"])))",
        ),
        (probe, "(\"crewNames\", kept(&each(&record[\"crew\"], |item| item[\"name\"].clone())))"),
        (probe, "joined_by(&each(&record[\"crew\"], |item| item[\"name\"].clone()), \", \")"),
        (probe, "(\"firstCrew\", nth(&record[\"crew\"], 0)[\"name\"].clone())"),
        (probe, "(\"zone\", nth(&split(&record[\"path\"], \"/\"), 0))"),
        (probe, "(\"lastZone\", nth(&split(&record[\"path\"], \"/\"), -1))"),
        (probe, "(\"zones\", count(&split(&record[\"path\"], \"/\")))"),
        (probe, "(\"mode\", upper(&record[\"mode\"]))"),
        (probe, "(\"isTest\", begins(&record[\"name\"], \"Test\"))"),
        (probe, "(\"isHigh\", more_than(&record[\"height\"], 2000.0))"),
        (probe, "(\"plan\", as_json(&record[\"plan\"]))"),
        (
            probe,
            "if is_truthy(&record[\"owner\"]) { record[\"owner\"][\"name\"].clone() } else { json!(null) }",
        ),
        // One record has a whole number there, and another a fraction.
        (probe, "pub height: Option<f64>"),
        // Only an empty list was recorded.
        (probe, "pub alarms: Option<Vec<String>>"),
        // A second parameter, which the step has to give.
        (probe, "pub fn from_record(record: &Value, details: &Value)"),
        (probe, "(\"battery\", details[\"power\"][\"battery\"].clone())"),
        (
            "src/steps/probes.rs",
            "// port: `details`, which the official converter takes beside the record.\nlet details = &Value::Null;",
        ),
        // Functions that a person ports once.
        (probe, "(\"webLink\", official::portal_url(&[&record[\"id\"]]))"),
        (probe, "(\"region\", official::normalize_region(&[&record[\"region\"]]))"),
        (
            "src/entities/official.rs",
            "// port: `portalUrl`; until then it gives nothing.\npub fn portal_url(_: &[&Value]) -> Value",
        ),
        // A variable that gets another value later, and records that have objects there.
        (probe, "// port: orbit"),
        (probe, "// port: payload: probe.payload"),
        (probe, "// port: ...decompose(probe)"),
    ])?;
    assert!(told.contains("39 of 43   properties (90 %)"), "{told}");
    assert!(told.contains("functions of the official integration: 2, for 2 of them"), "{told}");
    let probe = std::fs::read_to_string(folder.path().join("orbit").join(probe))?;
    assert!(!probe.contains("pub payload") && !probe.contains("pub orbit"), "{probe}");
    Ok(())
}

#[test]
fn properties_that_the_official_sdk_takes_from_the_source_are_carried_over() -> Tested {
    let probe = "src/entities/probe.rs";
    carries(&[
        (probe, "(\"osVersion\", record[\"osVersion\"].clone())"),
        (probe, "(\"createdOn\", record[\"createdAt\"].clone())"),
        (probe, "(\"active\", is_active(&record[\"status\"]))"),
        ("src/entities/account.rs", "(\"description\", record[\"description\"].clone())"),
    ])?;
    Ok(())
}

#[test]
fn one_member_of_many_constants_does_not_take_all_of_them() -> Tested {
    let folder = tempfile::tempdir()?;
    std::fs::create_dir_all(folder.path().join("odd/src"))?;
    let schema: String = (0..60).map(|n| format!("p{n}: {{ type: 'string', format: 'x{n}' }}, ")).collect();
    let (mut types, mut edges) = (String::new(), String::new());
    for n in 0..60 {
        types += &format!(
            "T{n}: {{ resourceName: 'T{n}', _type: 'odd_t{n}', _class: ['Record'], schema: {{ {schema} }} }},\n"
        );
        edges += &format!(
            "E{n}: {{ _type: 'e{n}', sourceType: Types.T0._type, _class: 'HAS', targetType: Types.T{n}._type }},\n"
        );
    }
    let all: String = (1..60).map(|n| format!("Edges.E{n}, ")).collect();
    let entities: String = (0..60).map(|n| format!("Types.T{n}, ")).collect();
    let source = format!(
        "const Types = {{ {types} }};\nconst Edges = {{ {edges} }};\n\
         export const s = [{{ id: 'all', name: 'All', executionHandler: f, entities: [{entities}], relationships: [{all}] }}];"
    );
    std::fs::write(folder.path().join("odd/src/index.ts"), source)?;
    let made = cargo_j1(folder.path()).args(["port", "odd", "--name", "made", "--no-check"]).output()?;
    assert!(said(&made).contains("59 of 59   relationships (100 %)"), "{}", said(&made));
    Ok(())
}

fn ran(output: &Output) {
    assert!(output.status.success(), "{}", said(output));
}

#[test]
#[ignore = "minutes: builds a project"]
fn a_ported_project_compiles_passes_its_tests_and_collects() -> Tested {
    compiles("orbit", "Made Orbit", &["orbit_account", "orbit_probe", "orbit_signal"])
}

/// Ports an integration, has cargo build and test the project, and collects from its recordings.
pub fn compiles(name: &str, made_it: &str, collected: &[&str]) -> Tested {
    let outer = outer()?;
    let made =
        cargo_j1(outer.path()).arg("port").arg(official(name)).env("CARGO_TARGET_DIR", target()).output()?;
    ran(&made);
    assert!(said(&made).contains(made_it) && !said(&made).contains("warning:"), "{}", said(&made));
    let project = outer.path().join(name);
    let mut cargo = std::process::Command::new(env!("CARGO"));
    ran(&cargo.arg("test").current_dir(&project).env("CARGO_TARGET_DIR", target()).output()?);
    let collect = cargo_j1(&project)
        .args(["collect", "--debug", "--replay", "recordings"])
        .env("CARGO_TARGET_DIR", target())
        .output()?;
    assert!(said(&collect).contains("Partial. What was not read was not deleted."), "{}", said(&collect));
    for line in collected {
        assert!(said(&collect).contains(line), "{line}:\n{}", said(&collect));
    }
    assert!(!said(&collect).contains("failed"), "{}", said(&collect));
    let parity = cargo_j1(&project)
        .args(["parity", "--official", ".j1-integration", "--from", ".j1-integration"])
        .output()?;
    ran(&parity);
    Ok(())
}
