//! Settings of an integration with a field of every kind, through its command line.

use std::process::Command;

use serde_json::{Value, json};

/// The result of a run.
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
    /// The name of the account, which says what the configuration was.
    account: Option<String>,
}

fn run(arguments: &[&str], variables: &[(&str, &str)], file: &str) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(".env"), file).expect("it is written");
    let output = Command::new(env!("CARGO_BIN_EXE_configured"))
        .args(arguments)
        .env_clear()
        .envs(variables.iter().copied())
        .current_dir(folder.path())
        .output()
        .expect("it runs");
    let entities = folder.path().join(".j1-integration/graph/fetch-account/entities");
    let account = std::fs::read_dir(entities).into_iter().flatten().next().map(|entry| {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a file");
        let file: Value = serde_json::from_str(&text).expect("JSON");
        file["entities"][0]["name"].as_str().expect("a name").to_owned()
    });
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        account,
    }
}

const NEEDED: [(&str, &str); 3] =
    [("CONFIGURED_CLIENT_ID", "me"), ("CONFIGURED_CLIENT_SECRET", "12345"), ("CONFIGURED_RATE", "1.5")];

#[test]
fn defaults_are_there_and_what_is_optional_is_not() {
    let ran = run(&["collect"], &NEEDED, "");
    assert_eq!(
        ran.account.as_deref(),
        Some("me 5 https://api.configured.example/v2 Us None [80, 443] 100 1.5 30s false local"),
        "{}",
        ran.stderr
    );
}

#[test]
fn every_kind_is_read() {
    let file = "
CONFIGURED_API_BASE=http://127.0.0.1:8080
CONFIGURED_REGION=EU-Central
CONFIGURED_SITES=berlin, new york ,tokyo
CONFIGURED_PORTS=8443
CONFIGURED_PAGE_SIZE=65535
CONFIGURED_RATE=0
CONFIGURED_TIMEOUT=1h30m
CONFIGURED_ARCHIVED=TRUE
JUPITERONE_INTEGRATION_INSTANCE_ID=i-1
CONFIGURED_CLIENT_SECRET=' a $b '
";
    let ran = run(&["collect"], &[("CONFIGURED_CLIENT_ID", "  me  "), ("CONFIGURED_RATE", "-2e3")], file);
    assert_eq!(
        ran.account.as_deref(),
        Some(
            "me 6 http://127.0.0.1:8080/ EuCentral Some([\"berlin\", \"new york\", \"tokyo\"]) [8443] 65535 -2000 \
             5400s true i-1"
        ),
        "{}",
        ran.stderr
    );
}

#[test]
fn every_problem_is_named_at_once_without_its_value() {
    let wrong = [
        ("CONFIGURED_API_BASE", "ftp://hunter2.example", "is not a URL such as `https://example.com`"),
        ("CONFIGURED_REGION", "hunter2", "is not `us`, `eu-central` or `gov`"),
        ("CONFIGURED_SITES", "hunter2,,b", "has nothing for item 2"),
        ("CONFIGURED_PORTS", "80, hunter2", "has an item 2 that is not a whole number from 0 to 65535"),
        ("CONFIGURED_PAGE_SIZE", "-1", "is not a whole number from 0 to 65535"),
        ("CONFIGURED_RATE", "NaN", "is not a number"),
        ("CONFIGURED_TIMEOUT", "hunter2", "is not a duration such as `30s`, `5m` or `1h30m`"),
        ("CONFIGURED_ARCHIVED", "hunter2", "is not `true` or `false`"),
    ];
    let variables: Vec<_> = wrong.iter().map(|(name, value, _)| (*name, *value)).collect();
    let ran = run(&["run", "--output", "json"], &variables, "");
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let everything = ran.stdout + &ran.stderr;
    for (name, _, problem) in wrong {
        assert!(everything.contains(&format!("{name} {problem}")), "{name} {problem}\n{everything}");
    }
    for missing in [
        "CONFIGURED_CLIENT_ID is missing; write a text: The id of the client",
        "CONFIGURED_CLIENT_SECRET is missing; write a secret: The secret of that client.",
        "JUPITERONE_API_KEY is missing",
    ] {
        assert!(everything.contains(missing), "{missing}\n{everything}");
    }
    assert!(!everything.contains("hunter2"), "{everything}");
}

#[test]
fn blank_values_count_as_missing() {
    let ran = run(&["collect"], &[NEEDED[0], NEEDED[2], ("CONFIGURED_CLIENT_SECRET", " \n")], "");
    assert_eq!(ran.code, Some(3));
    assert!(ran.stderr.contains("CONFIGURED_CLIENT_SECRET is missing"), "{}", ran.stderr);
}

#[test]
fn a_misspelt_variable_is_pointed_at() {
    let misspelt = [NEEDED[0], NEEDED[2], ("CONFIGURED_CLIENT_SECERT", "1"), ("CONFIGURED_REGOIN", "gov")];
    let ran = run(&["collect"], &misspelt, "CONFIGURED_COLOUR=red\nCONFIGURED_INSTANCE=i-2\n");
    assert_eq!(ran.code, Some(3));
    for hint in [
        "CONFIGURED_CLIENT_SECRET is missing (nothing reads CONFIGURED_CLIENT_SECERT: did you mean this?)",
        "nothing reads CONFIGURED_REGOIN: did you mean CONFIGURED_REGION?",
        "nothing reads CONFIGURED_INSTANCE: did you mean JUPITERONE_INTEGRATION_INSTANCE_ID?",
    ] {
        assert!(ran.stderr.contains(hint), "{hint}\n{}", ran.stderr);
    }
    assert!(!ran.stderr.contains("COLOUR"), "{}", ran.stderr);
}

#[test]
fn a_replay_needs_no_configuration() {
    let folder = tempfile::tempdir().expect("a folder");
    let har = folder.path().join("none.har");
    std::fs::write(&har, json!({ "log": { "entries": [] } }).to_string()).expect("it is written");
    let ran = run(&["collect", "--replay", &har.display().to_string()], &[], "");
    assert!(ran.account.is_some(), "{}", ran.stderr);
}

#[test]
fn it_is_shown_as_a_table() {
    insta::assert_snapshot!(run(&["config"], &[], "").stdout);
}

#[test]
fn it_is_shown_as_a_file_to_fill_in() {
    let file = run(&["config", "--format", "env"], &[], "").stdout;
    insta::assert_snapshot!(file);
    // The values that were filled in are read, and the defaults that are written there as comments apply.
    let filled = file
        .replace("CONFIGURED_CLIENT_ID=\n", "CONFIGURED_CLIENT_ID=me\n")
        .replace("CONFIGURED_CLIENT_SECRET=\n", "CONFIGURED_CLIENT_SECRET=12345\n")
        .replace("CONFIGURED_RATE=\n", "CONFIGURED_RATE=1.5\n")
        .replace("\n# CONFIGURED_", "\nCONFIGURED_");
    let ran = run(&["collect"], &[], &filled);
    assert_eq!(ran.account, run(&["collect"], &NEEDED, "").account, "{}", ran.stderr);
}

#[test]
fn it_is_shown_as_the_form_of_the_platform() {
    let form = run(&["config", "--format", "json"], &[], "").stdout;
    serde_json::from_str::<Value>(&form).expect("JSON");
    insta::assert_snapshot!(form);
}
