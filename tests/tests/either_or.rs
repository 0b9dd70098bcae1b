//! Credentials of one kind or another, through the command line of an integration.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

fn run(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_either"));
    command.args(arguments).env_clear().envs(variables.iter().copied()).current_dir(folder);
    command.output().expect("it runs")
}

/// Returns the name of the account that a collection has, which says what the configuration was.
fn collected(
    arguments: &[&str],
    variables: &[(&str, &str)],
    files: &[(&str, &str)],
) -> Result<String, String> {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("it is written");
    }
    let output = run(folder.path(), &[&["collect"], arguments].concat(), variables);
    if output.status.code() != Some(0) {
        assert_eq!(output.status.code(), Some(3));
        return Err(String::from_utf8(output.stderr).expect("UTF-8"));
    }
    let entities = folder.path().join(".j1-integration/graph/fetch-account/entities");
    let file = std::fs::read_dir(entities).expect("a folder").next().expect("a file").expect("an entry");
    let file: Value = serde_json::from_slice(&std::fs::read(file.path()).expect("a file")).expect("JSON");
    Ok(file["entities"][0]["name"].as_str().expect("a name").to_owned())
}

fn config(format: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let output = run(folder.path(), &["config", "--format", format], &[]);
    String::from_utf8(output.stdout).expect("UTF-8")
}

const TOKEN: (&str, &str) = ("EITHER_API_TOKEN", "12345");
const CLIENT: (&str, &str) = ("EITHER_CLIENT_ID", "me");
const SECRET: (&str, &str) = ("EITHER_CLIENT_SECRET", "hunter2");

#[test]
fn the_variables_that_are_set_decide() {
    assert_eq!(collected(&[], &[TOKEN], &[]).as_deref(), Ok("token 5 100"));
    assert_eq!(collected(&[], &[CLIENT, SECRET], &[]).as_deref(), Ok("client me 7 read 100"));
    // A variable that is left empty is not set.
    let empty = [TOKEN, ("EITHER_CLIENT_ID", ""), ("EITHER_CLIENT_SECRET", "  ")];
    assert_eq!(collected(&[], &empty, &[]).as_deref(), Ok("token 5 100"));
}

#[test]
fn problems_name_the_variables_and_end_with_exit_code_3() {
    let told = |variables: &[(&str, &str)]| collected(&[], variables, &[]).expect_err("it is refused");
    let none = told(&[]);
    let wanted = "no alternative is set; set EITHER_API_TOKEN, or EITHER_CLIENT_ID and EITHER_CLIENT_SECRET";
    assert!(none.contains(wanted), "{none}");
    let both = told(&[TOKEN, SECRET]);
    let wanted = "EITHER_API_TOKEN and EITHER_CLIENT_SECRET exclude each other; set one of them";
    assert!(both.contains(wanted), "{both}");
    assert!(!both.contains("hunter2"), "{both}");
    let half = told(&[CLIENT]);
    assert!(
        half.contains("EITHER_CLIENT_SECRET is missing; write a secret: The secret of the client."),
        "{half}"
    );
    let misspelt = told(&[("EITHER_API_TOKN", "1")]);
    assert!(misspelt.contains("(nothing reads EITHER_API_TOKN: did you mean one of these?)"), "{misspelt}");
}

#[test]
fn a_replay_takes_the_alternative_of_the_recordings_or_the_first() {
    let har = json!({ "log": { "entries": [] } }).to_string();
    let replay: &[&str] = &["--replay", "none.har"];
    let first = collected(replay, &[], &[("none.har", &har)]);
    assert!(first.as_ref().is_ok_and(|name| name.starts_with("token ")), "{first:?}");
    let config = json!({ "comment": "", "config": { "client_id": "recorded" } }).to_string();
    let files = [("none.har", har.as_str()), ("config.json", config.as_str())];
    let recorded = collected(replay, &[TOKEN], &files);
    assert!(recorded.as_ref().is_ok_and(|name| name.starts_with("client recorded ")), "{recorded:?}");
}

#[test]
fn it_is_shown_as_a_table() {
    insta::assert_snapshot!(config("table"));
}

#[test]
fn it_is_shown_as_a_file_to_fill_in() {
    let file = config("env");
    insta::assert_snapshot!(file);
    let filled = file.replace("EITHER_API_TOKEN=\n", "EITHER_API_TOKEN=123\n");
    assert_eq!(collected(&[], &[], &[(".env", &filled)]).as_deref(), Ok("token 3 100"));
}

#[test]
fn it_is_shown_as_the_form_of_the_platform() {
    let form: Value = serde_json::from_str(&config("json")).expect("JSON");
    let sections = form["authSections"].as_array().expect("a list");
    let keys = |section: &Value| {
        let fields = section["configFields"].as_array().expect("a list").iter();
        fields.map(|field| field["key"].as_str().expect("a key").to_owned()).collect::<Vec<_>>()
    };
    let shown: Vec<_> = sections.iter().map(|one| (one["id"].as_str().expect("an id"), keys(one))).collect();
    let own = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        shown,
        [("token", own(&["apiToken"])), ("oauth", own(&["clientId", "clientSecret", "scope"]))]
    );
    assert_eq!(keys(&form["configSections"][0]), ["pageSize"]);
    let required: Vec<_> =
        form["configFields"].as_array().expect("a list").iter().map(|f| &f["optional"]).collect();
    assert!(required.iter().all(|optional| **optional == json!(true)), "{required:?}");
}
