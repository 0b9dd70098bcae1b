//! A run, a second one, and one after something has gone.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{
    Answer, INSTANCE, JUPITERONE_KEY, Provider, Reading, changes, command, http, jupiterone, partial,
    recorded, recorded_answers, recordings, run_into,
};

/// The 236 mapped relationships are counted apart.
const FIRST: [u64; 6] = [727, 0, 0, 2476, 0, 0];
const NOTHING: [u64; 6] = [0; 6];

#[tokio::test]
async fn the_recordings_fill_a_jupiterone_and_a_second_run_changes_nothing() {
    let j1 = jupiterone().await;
    let replay = recordings().display().to_string();
    let first = run_into(j1.url(), &["--replay", &replay]).finish().await.summary(0);
    assert_eq!(first["status"], "complete");
    assert_eq!(first["job"]["status"], "FINISHED");
    assert_eq!(changes(&first), FIRST);
    assert_eq!(first["job"]["numMappedRelationshipsCreated"], 236);
    let types = [
        ("jumpcloud_account", 2),
        ("jumpcloud_account_has_apple_mdm", 3),
        ("jumpcloud_account_has_application", 113),
        ("jumpcloud_account_has_group", 120),
        ("jumpcloud_account_has_user", 237),
        ("jumpcloud_apple_device", 252),
        ("jumpcloud_apple_device_has_mdm", 252),
        ("jumpcloud_apple_mdm", 3),
        ("jumpcloud_application", 113),
        ("jumpcloud_group", 120),
        ("jumpcloud_group_assigned_application", 130),
        ("jumpcloud_group_has_user", 1003),
        ("jumpcloud_user", 237),
        ("jumpcloud_user_assigned_application", 618),
        ("jumpcloud_user_is_person", 236),
    ];
    for (ty, count) in types {
        assert_eq!(first["types"][ty], count, "{ty}");
    }
    let second = run_into(j1.url(), &["--replay", &replay]).finish().await.summary(0);
    assert_eq!(changes(&second), NOTHING);
    assert_eq!(second["dropped"], Value::Array(Vec::new()));
}

#[tokio::test]
async fn the_job_has_an_event_for_the_result_of_each_step() {
    let j1 = jupiterone().await;
    let replay = recordings().display().to_string();
    let summary =
        run_into(j1.url(), &["--replay", &replay, "--step", "fetch-groups"]).finish().await.summary(5);
    let id = summary["job"]["id"].as_str().expect("a job");
    let url = format!("{}/persister/synchronization/jobs/{id}/events", j1.url());
    let answer = http().get(url).bearer_auth(JUPITERONE_KEY).send().await.expect("an answer");
    let told: Value = serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON");
    let told: Vec<(&str, &str)> = told["events"]
        .as_array()
        .expect("events")
        .iter()
        .map(|event| {
            (event["name"].as_str().expect("a name"), event["description"].as_str().expect("a text"))
        })
        .collect();
    assert_eq!(
        told,
        [
            ("step_skip", "step `fetch-users` does not run: step `fetch-users` was not asked to run"),
            (
                "step_skip",
                "step `fetch-group-members` does not run: step `fetch-group-members` was not asked to run"
            ),
            (
                "step_skip",
                "step `fetch-applications` does not run: step `fetch-applications` was not asked to run"
            ),
            (
                "step_skip",
                "step `fetch-application-members` does not run: step `fetch-application-members` was not asked \
                 to run"
            ),
            ("step_skip", "step `fetch-apple-mdm` does not run: step `fetch-apple-mdm` was not asked to run"),
            (
                "step_skip",
                "step `fetch-apple-devices` does not run: step `fetch-apple-devices` was not asked to run"
            ),
            ("step_start", "step `fetch-orgs` has begun"),
            ("step_end", "step `fetch-orgs` has ended with 2 entities and 0 relationships"),
            ("step_start", "step `fetch-groups` has begun"),
            ("step_end", "step `fetch-groups` has ended with 120 entities and 120 relationships"),
        ]
    );
    let page = format!("{}/jobs/{id}", j1.url());
    let page = http().get(page).send().await.expect("the page").text().await.expect("text");
    assert!(page.contains("has ended with 120 entities"), "{page}");
}

#[tokio::test]
async fn a_user_that_is_gone_is_deleted_with_its_relationships_and_nothing_else() {
    let j1 = jupiterone().await;
    run_into(j1.url(), &[]).reading(&Provider::start().await).finish().await.summary(0);
    let target = "/systemusers?limit=100&skip=0";
    let mut page = recorded(target);
    let count = page["totalCount"].as_u64().expect("a count");
    let gone = page["results"].as_array_mut().expect("users").remove(7);
    let id = gone["id"].as_str().expect("an id");
    let lists = |what: &str| {
        let all = recorded_answers();
        let lists = all.iter().filter(|(target, answer)| target.contains(what) && answer.1.contains(id));
        lists.map(|(target, _)| target.split('?').next().map(str::to_owned)).collect::<BTreeSet<_>>().len()
            as u64
    };
    let (memberships, assignments) = (lists("/members"), lists("/users"));
    assert!(
        memberships > 0 && assignments > 0,
        "the test needs a user that is in a group and has an application"
    );
    let body = page.to_string();
    // Without the user on its page alone, JumpCloud still counts it: then something is missing, and nothing is deleted.
    let first = body.clone();
    let lost = Provider::answering(move |asked| (asked == target).then(|| Answer(200, first.clone()))).await;
    let summary = run_into(j1.url(), &[]).reading(&lost).finish().await.summary(5);
    assert_eq!(changes(&summary), [0; 6]);
    let reason = summary["steps"][1]["partial"][0]["reason"].as_str().expect("a reason");
    assert!(reason.contains("has 190 records by its own count, and 189 of them came"), "{reason}");

    let fewer = move |text: &str| {
        text.replace(&format!("\"totalCount\":{count}"), &format!("\"totalCount\":{}", count - 1))
    };
    let without = Provider::answering(move |asked| {
        let users = asked.starts_with("/systemusers");
        users.then(|| {
            Answer(
                200,
                fewer(&if asked == target { body.clone() } else { recorded_answers()[asked].1.clone() }),
            )
        })
    })
    .await;
    j1.gone(id);
    let summary = run_into(j1.url(), &[]).reading(&without).finish().await.summary(0);
    assert_eq!(
        changes(&summary),
        [0, 0, 1, 0, 0, memberships + assignments + 1],
        "and the account has it no more"
    );
}

#[tokio::test]
async fn changed_objects_are_updated() {
    let j1 = jupiterone().await;
    run_into(j1.url(), &[]).reading(&Provider::start().await).finish().await.summary(0);
    let target = "/systemusers?limit=100&skip=100";
    let mut page = recorded(target);
    page["results"][3]["jobTitle"] = "Lighthouse Keeper".into();
    let body = page.to_string();
    let changed =
        Provider::answering(move |asked| (asked == target).then(|| Answer(200, body.clone()))).await;
    let summary = run_into(j1.url(), &[]).reading(&changed).finish().await.summary(0);
    assert_eq!(changes(&summary), [0, 1, 0, 0, 0, 0]);
}

#[tokio::test]
async fn the_types_of_steps_left_out_are_protected() {
    let j1 = jupiterone().await;
    let provider = Provider::start().await;
    run_into(j1.url(), &[]).reading(&provider).finish().await.summary(0);
    let summary = run_into(j1.url(), &["--step", "fetch-users"]).reading(&provider).finish().await.summary(5);
    assert_eq!(changes(&summary), NOTHING);
    assert_eq!(
        partial(&summary),
        [
            "jumpcloud_account_has_apple_mdm",
            "jumpcloud_account_has_application",
            "jumpcloud_account_has_group",
            "jumpcloud_apple_device",
            "jumpcloud_apple_device_has_mdm",
            "jumpcloud_apple_mdm",
            "jumpcloud_application",
            "jumpcloud_group",
            "jumpcloud_group_assigned_application",
            "jumpcloud_group_has_user",
            "jumpcloud_user_assigned_application"
        ]
    );
    let statuses: Vec<_> =
        summary["steps"].as_array().expect("steps").iter().map(|step| &step["status"]).collect();
    assert_eq!(statuses[..2], ["success", "success"]);
    assert!(statuses[2..].iter().all(|status| *status == "disabled"), "{statuses:?}");
}

#[tokio::test]
async fn a_patch_deletes_nothing_and_sends_entities_only() {
    let j1 = jupiterone().await;
    let replay = recordings().display().to_string();
    let summary =
        run_into(j1.url(), &["--replay", &replay, "--sync-mode", "patch"]).finish().await.summary(0);
    assert_eq!(changes(&summary), [727, 0, 0, 0, 0, 0]);
    assert_eq!(summary["job"]["syncMode"], "PATCH");
}

#[tokio::test]
async fn a_job_can_be_left_open_and_joined() {
    let j1 = jupiterone().await;
    let provider = Provider::start().await;
    let open = run_into(j1.url(), &["--skip-finalize"]).reading(&provider).finish().await.summary(5);
    assert_eq!(open["job"]["status"], "AWAITING_UPLOADS");
    // Members that are in no list of this run may be in that of another one that uploads to the job.
    assert!(partial(&open).contains(&"jumpcloud_group_has_user".to_owned()), "{:?}", partial(&open));
    let id = open["job"]["id"].as_str().expect("an id");
    // What is in the job already is refused a second time, so only what is new to it can join.
    let joined = run_into(j1.url(), &["--job", id]).reading(&provider).finish().await.summary(6);
    assert_eq!(joined["job"]["id"], id);
    assert_eq!(joined["job"]["status"], "AWAITING_UPLOADS", "another's job is not given up");
}

#[tokio::test]
async fn a_job_of_another_mode_or_one_that_has_ended_is_not_joined() {
    let j1 = jupiterone().await;
    let provider = Provider::start().await;
    let open = run_into(j1.url(), &["--skip-finalize"]).reading(&provider).finish().await.summary(5);
    let id = open["job"]["id"].as_str().expect("an id");
    // Finalized as a DIFF, a patch that sends no relationships would delete all of them.
    let run = run_into(j1.url(), &["--job", id, "--sync-mode", "patch"]).reading(&provider);
    let refused = run.finish().await.summary(6);
    assert!(
        refused["error"]["message"].as_str().expect("a message").contains("opened as DIFF"),
        "{refused:#}"
    );
    let ended = run_into(j1.url(), &[]).reading(&provider).finish().await.summary(0);
    let id = ended["job"]["id"].as_str().expect("an id");
    let refused = run_into(j1.url(), &["--job", id]).reading(&provider).finish().await.summary(6);
    assert!(refused["error"]["message"].as_str().expect("a message").contains("FINISHED"), "{refused:#}");
}

#[tokio::test]
async fn a_terminal_gets_a_table_instead_of_json() {
    let j1 = jupiterone().await;
    let replay = recordings().display().to_string();
    let run = run_into(j1.url(), &["--replay", &replay, "--output", "human"]);
    assert!(run.folder().exists());
    let ran = run.finish().await;
    // `--output` is given twice, which the last wins in no command line of ours.
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    let ran = command(&["--replay", &replay, "--wait"])
        .env("JUPITERONE_API_BASE", j1.url())
        .env("JUPITERONE_API_KEY", JUPITERONE_KEY)
        .env("JUPITERONE_INTEGRATION_INSTANCE_ID", INSTANCE)
        .finish()
        .await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    for part in [
        "fetch-group-members",
        "jumpcloud_group_has_user",
        "1,003",
        "created",
        "mapped relationships",
        "Complete.",
    ] {
        assert!(ran.stdout.contains(part), "{part} in {}", ran.stdout);
    }
    assert!(!ran.stdout.contains('\u{1b}'), "no colours without a terminal: {}", ran.stdout);
}

/// Another version collected, with other types; JupiterOne does not show which mapped relationships it holds.
#[tokio::test]
async fn mapped_relationships_that_a_collection_does_not_know_are_kept() {
    let j1 = jupiterone().await;
    let replay = recordings().display().to_string();
    let first = run_into(j1.url(), &["--replay", &replay]).finish().await.summary(0);
    assert_eq!(first["job"]["numMappedRelationshipsCreated"], 236);
    let sync = command(&["sync", "--wait", "--yes", "--output", "json"])
        .env("JUPITERONE_API_BASE", j1.url())
        .env("JUPITERONE_API_KEY", JUPITERONE_KEY)
        .env("JUPITERONE_INTEGRATION_INSTANCE_ID", INSTANCE);
    let collection = sync.folder().join(".j1-integration");
    std::fs::create_dir_all(collection.join("graph")).expect("a folder");
    let summary = json!({
        "integrationStepResults": [{
            "id": "fetch-users", "name": "fetch-users", "declaredTypes": ["jumpcloud_badge"], "partialTypes": [],
            "encounteredTypes": [], "encounteredTypeCounts": {}, "status": "success",
        }],
        "metadata": { "partialDatasets": { "types": [] } },
    });
    std::fs::write(collection.join("summary.json"), summary.to_string()).expect("a summary");
    let synced = sync.finish().await.summary(5);
    assert_eq!(changes(&synced), NOTHING);
    assert_eq!(synced["job"]["numMappedRelationshipsDeleted"], 0);
    assert!(partial(&synced).contains(&"jumpcloud_user_is_person".to_owned()), "{synced:#}");
}
