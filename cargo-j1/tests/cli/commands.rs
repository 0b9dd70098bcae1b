//! The commands that need no integration, through the binary.

use crate::ran::{Ran, run, run_with_input};

#[test]
fn the_help_names_every_command_and_fits_a_screen() {
    let help = run(&["j1", "--help"]).exits(0);
    for command in [
        "new",
        "run",
        "collect",
        "sync",
        "plan",
        "config",
        "steps",
        "check",
        "csv",
        "graph",
        "local",
        "query",
        "questions",
        "validate",
        "model",
        "explain",
        "completions",
    ] {
        assert!(help.out.contains(&format!("\n  {command} ")), "{command}: {}", help.out);
    }
    assert!(help.out.contains("Usage: cargo j1 <COMMAND>"), "{}", help.out);
    assert!(help.out.lines().count() <= 40, "{}", help.out);
    assert!(help.out.lines().all(|line| line.chars().count() <= 100), "{}", help.out);
}

#[test]
fn shells_get_a_script_that_knows_the_commands() {
    for shell in ["bash", "fish", "zsh", "powershell", "elvish"] {
        let script = run(&["completions", shell]).exits(0).out;
        assert!(script.contains("cargo-j1") && script.contains("integration-type"), "{shell}: {script}");
    }
    assert!(run(&["completions", "bsh"]).exits(2).err.contains("a similar value exists: 'bash'"));
}

#[test]
fn it_behaves_the_same_with_and_without_cargo() {
    assert_eq!(run(&["j1", "run", "--help"]).exits(0).out, run(&["run", "--help"]).exits(0).out);
}

#[test]
fn a_misspelt_command_is_wrong_usage_with_a_suggestion() {
    let wrong = run(&["explian"]).exits(2);
    assert!(wrong.err.contains("similar subcommand exists: 'explain'"), "{}", wrong.err);
}

#[test]
fn local_is_no_flag_of_the_commands_that_upload_nothing() {
    assert!(run(&["collect", "--local"]).exits(2).err.contains("unexpected argument '--local'"));
}

#[test]
fn explain_prints_the_page_of_a_code_however_it_is_written() {
    let page = run(&["explain", "J1-E0203"]).exits(0).out;
    assert!(page.starts_with("# J1-E0203: a property of another type than its class says\n"), "{page}");
    for code in ["E0203", "e0203", "j1-e0203"] {
        assert_eq!(run(&["explain", code]).exits(0).out, page);
    }
}

#[test]
fn explain_of_an_unknown_code_is_wrong_usage_and_names_a_near_one() {
    let wrong = run(&["explain", "E020"]).exits(2);
    assert!(wrong.err.contains("[J1-R4011]"), "{}", wrong.err);
    assert!(wrong.err.contains("did you mean `J1-E0201`?"), "{}", wrong.err);
}

#[test]
fn explain_without_a_code_lists_them_by_group() {
    let list = run(&["explain"]).exits(0).out;
    assert!(list.contains("J1-E02.. properties\n  J1-E0201  a required property is missing\n"), "{list}");
    assert!(list.contains("  J1-R4002  no package here\n"), "{list}");
}

const VALID: &str =
    r#"{"_key":"acme-user:42","_type":"acme_group","_class":["Group"],"name":"a","displayName":"A"}"#;
const EMAIL: &str = r#"{"_key":"acme-user:42","_type":"acme_user","_class":"User","name":"a","displayName":"A",
    "username":null,"firstName":null,"lastName":null,"shortLoginId":null,"email":"a@b.io"}"#;

fn verdicts(ran: &Ran) -> Vec<serde_json::Value> {
    ran.out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
}

#[test]
fn valid_objects_pass() {
    let ran = run_with_input(&["validate"], VALID).exits(0);
    assert_eq!(ran.out, "{\"line\":1,\"valid\":true,\"errors\":[]}\n");
}

#[test]
fn every_line_gets_its_verdict_and_blank_ones_are_only_counted() {
    let email = EMAIL.replace('\n', " ");
    let input = format!("{VALID}\r\n\n{email}\nno json\n   \n7\n{VALID}");
    let ran = run_with_input(&["validate", "-"], &input).exits(8);
    let verdicts = verdicts(&ran);
    let told: Vec<_> = verdicts.iter().map(|v| (v["line"].as_u64(), v["valid"].as_bool())).collect();
    let expected = [(1, true), (3, false), (4, false), (6, false), (7, true)];
    assert_eq!(told, expected.map(|(line, valid)| (Some(line), Some(valid))));
    let errors = verdicts[1]["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!((&errors[0]["code"], &errors[0]["property"]), (&"J1-E0203".into(), &"email".into()));
    assert!(errors[0]["message"].as_str().is_some_and(|message| message.contains("array")));
    assert_eq!(verdicts[2]["errors"][0]["code"], "J1-R4009");
    assert!(verdicts[2]["errors"][0]["property"].is_null());
    assert_eq!(verdicts[3]["errors"][0]["code"], "J1-E0202");
}

/// What PowerShell, Excel and other writers of JSON make.
#[test]
fn lines_of_other_writers_are_read_and_an_error_names_the_column_of_its_own_line() {
    let object = VALID.trim_end().strip_suffix('}').expect("an object");
    let with = |member: &str| format!("{object},{member}}}");
    let marked = format!("\u{feff}{VALID}");
    let windows = format!("{0}\r\n{0}\r\n", VALID.trim_end());
    for valid in [marked, windows, with(r#""x":1,"x":2"#), with(r#""n":123456789012345678901234567890"#)] {
        let ran = run_with_input(&["validate"], &valid).exits(0);
        assert!(verdicts(&ran).iter().all(|verdict| verdict["valid"] == true), "{valid}: {}", ran.out);
    }
    // JupiterOne takes UTF-8, in which half of a surrogate pair cannot be written.
    let ran = run_with_input(&["validate"], &format!("{VALID}\n{}", with(r#""x":"\ud83d""#))).exits(8);
    let message = verdicts(&ran)[1]["errors"][0]["message"].as_str().expect("a message").to_owned();
    assert!(message.contains("surrogate") || message.contains("hex escape"), "{message}");
    assert!(message.contains(" at column ") && !message.contains("line 1"), "{message}");
}

#[test]
fn a_file_is_read_and_a_missing_one_is_wrong_usage() -> std::io::Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("objects.ndjson");
    std::fs::write(&file, VALID)?;
    let named = file.to_string_lossy();
    run(&["validate", &named]).exits(0);
    let missing = run(&["validate", &format!("{named}.no")]).exits(2);
    assert!(
        missing.err.contains("[J1-R4008]") && missing.err.contains("objects.ndjson.no"),
        "{}",
        missing.err
    );
    Ok(())
}

#[test]
fn the_model_lists_classes_with_parent_and_required_properties() {
    let list = run(&["model"]).exits(0).out;
    let row = list.lines().find(|line| line.starts_with("Account ")).unwrap_or_default();
    assert_eq!(row.split_whitespace().take(3).collect::<Vec<_>>(), ["Account", "Entity", "vendor"]);
    assert!(row.contains("An organizational account for a service"), "{row}");
    let of_entity = |line: &&str| line.split_whitespace().nth(1) == Some("Entity");
    assert_eq!(list.lines().filter(of_entity).count(), 77, "{list}");
}

#[test]
fn the_model_of_a_class_says_types_and_constraints() {
    let user = run(&["model", "User"]).exits(0).out;
    assert!(user.starts_with("User < Entity < GraphObject  (data model 0.64.2)\n"), "{user}");
    let email = user.lines().find(|line| line.starts_with("email ")).unwrap_or_default();
    assert!(email.contains("email required") && email.contains("string[] | null"), "{email}");
    let at = |text: &str| user.find(text).unwrap_or_else(|| panic!("{text} in {user}"));
    assert!(at("Required") < at("\nemail ") && at("\nemail ") < at("Optional"), "{user}");
    assert!(at("Optional") < at("From Entity") && at("From Entity") < at("\n  description"), "{user}");
    assert!(user.contains("The user's login name") || user.contains("Username"), "{user}");
    let port = run(&["model", "port"]).exits(0).out;
    assert!(port.contains("one of `TCP`, `TCP/UDP`, `UDP`, `UDP/TCP`"), "{port}");
}

#[test]
fn the_model_is_json_for_programs() {
    let list: serde_json::Value =
        serde_json::from_str(&run(&["model", "--json"]).exits(0).out).expect("JSON");
    assert_eq!(list["classes"].as_array().map(Vec::len), Some(102));
    let device: serde_json::Value =
        serde_json::from_str(&run(&["model", "Device", "--json"]).exits(0).out).expect("JSON");
    assert_eq!((&device["class"], &device["dataModel"]), (&"Device".into(), &"0.64.2".into()));
    let properties = device["properties"].as_array().expect("a list");
    let of = |name: &str| properties.iter().find(|one| one["name"] == name).expect(name);
    assert_eq!(of("category")["description"], "The device category");
    assert_eq!(
        (&of("category")["required"], &of("category")["from"]),
        (&true.into(), &serde_json::Value::Null)
    );
    assert_eq!(of("createdOn")["from"], "Entity");
}

#[test]
fn an_unknown_class_is_wrong_usage_with_a_suggestion() {
    let wrong = run(&["model", "UserGrup"]).exits(2);
    assert!(wrong.err.contains("[J1-R4010]"), "{}", wrong.err);
    assert!(wrong.err.contains("did you mean `UserGroup`?"), "{}", wrong.err);
}

#[test]
fn a_misspelt_command_is_answered_with_the_one_that_was_meant() {
    for (word, meant) in [("nwe", "new"), ("chekc", "check"), ("rnu", "run")] {
        let ran =
            std::process::Command::new(env!("CARGO_BIN_EXE_cargo-j1")).arg(word).output().expect("it runs");
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_eq!(ran.status.code(), Some(2), "{said}");
        assert!(said.contains(meant), "{word}: {said}");
    }
}
