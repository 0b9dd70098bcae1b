//! The official clients, from npm, against the local JupiterOne: `j1-integration sync` and `validate-question-file` of
//! the SDK, and the query client with its command line.
//!
//! They are fetched from the npm registry, so the test is ignored and runs once a week; where the registry or Node.js
//! cannot be reached, it says that it did not run.
#![allow(missing_docs, reason = "tests")]

mod support;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use support::Local;

const PACKAGES: [&str; 2] =
    ["@jupiterone/jupiterone-client-nodejs@0.21.2", "@jupiterone/integration-sdk-cli@8.41.0"];

/// The client has the URLs of the service built in; nothing else of it is changed.
const HOOK: &str = "
const Client = require('@jupiterone/jupiterone-client-nodejs/dist/j1client').JupiterOneClient
    || require('@jupiterone/jupiterone-client-nodejs/dist/j1client').default;
const init = Client.prototype.init;
Client.prototype.init = function () {
    this.apiUrl = process.env.J1_URL;
    this.queryEndpoint = this.apiUrl + '/graphql';
    return init.call(this);
};";

const QUERY: &str = "
require('./hook.js');
const Client = require('@jupiterone/jupiterone-client-nodejs');
(async () => {
    const client = await new Client({ account: 'local', accessToken: 'key' }).init();
    const table = await client.queryV1('FIND acme_account THAT HAS acme_user AS u RETURN u.name AS name ORDER BY name');
    const list = await client.queryV1('FIND acme_user');
    const tree = await client.queryV1('FIND acme_account THAT HAS acme_user RETURN TREE');
    const keys = list.map((one) => one.entity._key).sort();
    console.log(JSON.stringify({ table, keys, vertices: tree.vertices.length, edges: tree.edges.length }));
})().catch((error) => { console.error(error); process.exit(1); });";

/// The folder with the clients; `None` where they cannot be fetched.
fn clients() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("official");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("package.json"), "{\"private\":true}").unwrap();
    let npm = Command::new("npm")
        .args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save"])
        .args(PACKAGES)
        .current_dir(&folder)
        .output();
    match npm {
        Ok(output) if output.status.success() => Some(folder),
        failed => {
            let why = failed.map_or_else(
                |error| error.to_string(),
                |output| String::from_utf8_lossy(&output.stderr).into_owned(),
            );
            // Written past the capturing of the test harness, so that a skipped test is seen.
            let _ = writeln!(std::io::stderr(), "NOT RUN: the official clients cannot be fetched: {why}");
            None
        }
    }
}

/// Runs a script of the clients.
fn node(folder: &Path, url: &str, args: &[&str]) -> Output {
    Command::new("node")
        .args(args)
        .env("J1_URL", url)
        .env("JUPITERONE_API_KEY", "key")
        .env("JUPITERONE_ACCOUNT", "local")
        .env("NODE_PATH", folder.join("node_modules"))
        .current_dir(folder)
        .output()
        .unwrap()
}

#[track_caller]
fn success(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    out.into_owned()
}

/// An account with 300 users, more than the client asks for at once.
fn write_collection(folder: &Path) {
    let graph = folder.join(".j1-integration/graph/fetch");
    let user = |n: usize| {
        json!({ "_key": format!("acme:user:{n:04}"), "_type": "acme_user", "_class": ["User"], "name": format!("user{n:04}"),
                "displayName": format!("User {n}") })
    };
    let account = json!({ "_key": "acme:account:1", "_type": "acme_account", "_class": ["Account"], "name": "Acme",
                          "displayName": "Acme" });
    let has = |n: usize| {
        json!({ "_key": format!("acme:account:1|has|acme:user:{n:04}"), "_type": "acme_account_has_user", "_class": "HAS",
                "displayName": "HAS", "_fromEntityKey": "acme:account:1", "_toEntityKey": format!("acme:user:{n:04}") })
    };
    let entities: Vec<Value> = std::iter::once(account).chain((0..300).map(user)).collect();
    let relationships: Vec<Value> = (0..300).map(has).collect();
    for (what, objects) in [("entities", entities), ("relationships", relationships)] {
        std::fs::create_dir_all(graph.join(what)).unwrap();
        std::fs::write(graph.join(what).join("1.json"), json!({ what: objects }).to_string()).unwrap();
    }
    let types = json!(["acme_account", "acme_user", "acme_account_has_user"]);
    let step = json!({ "id": "fetch", "name": "Fetch", "declaredTypes": types, "encounteredTypes": types, "partialTypes": [],
                       "status": "success" });
    let summary =
        json!({ "integrationStepResults": [step], "metadata": { "partialDatasets": { "types": [] } } });
    std::fs::write(folder.join(".j1-integration/summary.json"), summary.to_string()).unwrap();
}

#[test]
#[ignore = "fetches the official clients from the npm registry"]
fn the_official_clients_complete_a_run_and_a_query() {
    let Some(folder) = clients() else { return };
    let local = Local::start();
    let url = format!("http://{}", local.client.address);
    write_collection(&folder);
    std::fs::write(folder.join("hook.js"), HOOK).unwrap();
    std::fs::write(folder.join("query.js"), QUERY).unwrap();

    let cli = "node_modules/.bin/j1-integration";
    let sync = ["sync", "--integrationInstanceId", "official", "--api-base-url", &url];
    let out = success(&node(&folder, &url, &[&[cli], &sync[..]].concat()));
    assert!(out.contains("Entities uploaded: 301"), "{out}");
    let job = support::until_done(|| local.client.get("/local/jobs").ok()["jobs"][0].clone());
    assert_eq!((&job["status"], &job["numRelationshipsCreated"]), (&json!("FINISHED"), &json!(300)), "{job}");

    let out = success(&node(&folder, &url, &["query.js"]));
    let found: Value = serde_json::from_str(out.lines().last().unwrap_or_default()).unwrap();
    assert_eq!(found["table"].as_array().unwrap().len(), 300, "{found}");
    assert_eq!(
        (&found["keys"][0], &found["keys"][299]),
        (&json!("acme:user:0000"), &json!("acme:user:0299"))
    );
    assert_eq!((&found["vertices"], &found["edges"]), (&json!(251), &json!(250)), "LIMIT 250 counts paths");

    let query = ["-a", "local", "-k", "key", "-q", "FIND acme_account", "--output-file", "results.json"];
    success(&node(&folder, &url, &[&["-r", "./hook.js", "node_modules/.bin/j1"], &query[..]].concat()));
    let results = std::fs::read_to_string(folder.join("results.json")).unwrap();
    assert!(results.contains("acme:account:1"), "{results}");

    let question = |query: &str| {
        format!(
            "integrationDefinitionId: '${{integration-acme}}'\nsourceId: managed:acme\nquestions:\n- id: managed-question-acme-users\n  \
             title: Which users exist?\n  description: All users\n  queries:\n  - name: users\n    query: {query}\n    \
             resultsAre: INFORMATIVE\n  tags:\n  - acme\n"
        )
    };
    let validate =
        [cli, "validate-question-file", "--file-path", "questions.yaml", "-a", "local", "-k", "key"];
    let validate = [&validate[..], &["--api-base-url", &url]].concat();
    std::fs::write(folder.join("questions.yaml"), question("FIND acme_user")).unwrap();
    success(&node(&folder, &url, &validate));
    std::fs::write(folder.join("questions.yaml"), question("FIND acme_user THAT")).unwrap();
    let refused = node(&folder, &url, &validate);
    assert!(
        !refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("failed to validate")
    );
}
