//! Failures: unread data is not deleted, and a failed run leaves no job behind.

use serde_json::Value;

use crate::support::{
    Answer, INSTANCE, JUPITERONE_KEY, PROVIDER_KEY, Provider, Reading, changes, command, http, jupiterone,
    partial, recorded, run_into,
};

/// Returns the jobs of the test's JupiterOne.
async fn jobs(url: &str) -> Vec<Value> {
    let text = http()
        .get(format!("{url}/local/jobs"))
        .send()
        .await
        .expect("an answer")
        .text()
        .await
        .expect("a body");
    let jobs: Value = serde_json::from_str(&text).expect("JSON");
    jobs["jobs"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_provider_that_fails_for_groups_leaves_groups_and_memberships_alone() {
    let j1 = jupiterone().await;
    run_into(j1.url(), &[]).reading(&Provider::start().await).finish().await.summary(0);
    let mut page = recorded("/systemusers?limit=100&skip=0");
    page["results"][0]["department"] = "Lamp Room".into();
    let body = page.to_string();
    let failing = Provider::answering(move |asked| match asked {
        "/systemusers?limit=100&skip=0" => Some(Answer(200, body.clone())),
        groups if groups.starts_with("/v2/usergroups?") => {
            Some(Answer(500, r#"{"message":"oops"}"#.to_owned()))
        }
        _ => None,
    })
    .await;
    let summary = run_into(j1.url(), &[]).reading(&failing).finish().await.summary(5);
    assert_eq!(summary["status"], "partial");
    assert_eq!(changes(&summary), [0, 1, 0, 0, 0, 0]);
    assert_eq!(
        partial(&summary),
        [
            "jumpcloud_account_has_group",
            "jumpcloud_group",
            "jumpcloud_group_assigned_application",
            "jumpcloud_group_has_user"
        ],
        "groups, and what is built on them"
    );
    let step = |id: &str| {
        let steps = summary["steps"].as_array().expect("steps");
        steps.iter().find(|step| step["id"] == id).cloned().expect("the step")
    };
    assert_eq!(step("fetch-groups")["status"], "failure");
    assert_eq!(step("fetch-groups")["retries"], 3);
    let reason = step("fetch-groups")["partial"][0]["reason"].as_str().expect("a reason").to_owned();
    assert!(
        reason.contains("J1-R1002") && reason.contains("/v2/usergroups") && reason.contains("500"),
        "{reason}"
    );
    assert_eq!(step("fetch-group-members")["status"], "partial_success_due_to_dependency_failure");
}

#[tokio::test]
async fn a_wrong_provider_key_is_reported_at_once_and_opens_no_job() {
    let j1 = jupiterone().await;
    let provider = Provider::start().await;
    let run = run_into(j1.url(), &[]).reading(&provider).env("JUMPCLOUD_API_KEY", "wrong");
    let summary = run.finish().await.summary(4);
    assert_eq!(summary["error"]["code"], "J1-R1001");
    assert_eq!(summary["job"], Value::Null);
    assert_eq!(provider.asked.lock().expect("no test panicked").len(), 1, "asked once");
    assert_eq!(jobs(j1.url()).await, Vec::<Value>::new());
}

#[tokio::test]
async fn every_missing_variable_is_named_at_once() {
    let ran = command(&["run"]).finish().await;
    assert_eq!(ran.code, Some(3));
    for name in ["JUMPCLOUD_API_KEY", "JUPITERONE_API_KEY", "JUPITERONE_INTEGRATION_INSTANCE_ID"] {
        assert!(ran.stderr.contains(&format!("{name} is missing")), "{name} in {}", ran.stderr);
    }
    assert!(!ran.stderr.contains("JUMPCLOUD_API_BASE"), "it has a default: {}", ran.stderr);
}

#[tokio::test]
async fn variables_come_from_the_env_file_too() {
    let j1 = jupiterone().await;
    let provider = Provider::start().await;
    let run = command(&["--wait", "--output", "json"]);
    let text = format!(
        "# configuration\nJUMPCLOUD_API_BASE={}\nJUMPCLOUD_API_KEY=\"{PROVIDER_KEY}\"\nJUPITERONE_API_BASE={}\n\
         JUPITERONE_API_KEY={JUPITERONE_KEY}\nJUPITERONE_INTEGRATION_INSTANCE_ID={INSTANCE}\n",
        provider.base,
        j1.url()
    );
    std::fs::write(run.folder().join(".env"), text).expect("it is written");
    assert_eq!(run.finish().await.summary(0)["status"], "complete");
}

#[tokio::test]
async fn a_jupiterone_that_refuses_ends_the_run_with_six() {
    let j1 = jupiterone().await;
    let provider = Provider::start().await;
    let run = run_into(j1.url(), &[]).reading(&provider).env("JUPITERONE_API_KEY", "not-the-key");
    let summary = run.finish().await.summary(6);
    assert_eq!(summary["error"]["code"], "J1-R2001");
    assert!(summary["error"]["message"].as_str().expect("a message").contains("401"));
}

#[tokio::test]
async fn an_operator_can_ask_to_abort_instead_of_a_partial_finalize() {
    let j1 = jupiterone().await;
    let failing =
        Provider::answering(|asked| asked.starts_with("/v2/").then(|| Answer(404, String::new()))).await;
    let summary = run_into(j1.url(), &["--on-partial", "abort"]).reading(&failing).finish().await.summary(6);
    assert_eq!(summary["status"], "failed");
    assert_eq!(summary["job"]["status"], "ABORTED");
    assert_eq!(summary["error"]["code"], "J1-R2011");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_terminated_aborts_its_job() {
    ends_after("-TERM", 143).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_whose_terminal_is_closed_aborts_its_job() {
    ends_after("-HUP", 129).await;
}

/// Sends a run this signal while it waits for its provider: it aborts its job, and ends with this code.
async fn ends_after(signal: &str, code: i32) {
    let j1 = jupiterone().await;
    let (reached, mut waiting) = tokio::sync::mpsc::unbounded_channel();
    // The answer never comes while the test holds this, so the run is in the middle of it for as long as it lives.
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    let provider = Provider::answering(move |asked| {
        if asked.starts_with("/v2/usergroups?") {
            reached.send(()).expect("the test waits");
            // An error: the test has let go.
            let _ = tokio::task::block_in_place(|| held.lock().expect("no test panicked").recv());
        }
        None
    });
    let provider = provider.await;
    let (child, _folder) = run_into(j1.url(), &[]).reading(&provider).start();
    waiting.recv().await.expect("the provider was asked");
    let killed = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(killed.expect("kill runs").success());
    let output = tokio::task::spawn_blocking(move || child.wait_with_output())
        .await
        .expect("it ends")
        .expect("output");
    drop(release);
    assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
    let summary: Value = serde_json::from_slice(&output.stdout).expect("a summary");
    assert_eq!(summary["job"]["status"], "ABORTED");
    assert_eq!(jobs(j1.url()).await[0]["status"], "ABORTED");
}

#[tokio::test]
async fn secrets_are_shown_nowhere() {
    let j1 = jupiterone().await;
    let echo = || Answer(500, format!(r#"{{"message":"the key {PROVIDER_KEY} is not liked"}}"#));
    let provider = Provider::answering(move |asked| asked.starts_with("/v2/").then(echo)).await;
    let ran = run_into(j1.url(), &["-vv"]).reading(&provider).env("RUST_LOG", "trace").finish().await;
    assert_eq!(ran.code, Some(5), "{}", ran.stderr);
    assert!(ran.stdout.contains("the key *** is not liked"), "{}", ran.stdout);
    for secret in [PROVIDER_KEY, JUPITERONE_KEY] {
        assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn invalid_limits_are_named_with_all_other_errors() {
    let run = command(&["collect"])
        .env("JUMPCLOUD_MAX_REQUESTS_PER_SECOND", "fast")
        .env("JUMPCLOUD_MAX_CONCURRENCY", "0");
    let ran = run.finish().await;
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    for problem in [
        "JUMPCLOUD_API_KEY is missing",
        "JUMPCLOUD_MAX_REQUESTS_PER_SECOND must be a positive number",
        "JUMPCLOUD_MAX_CONCURRENCY must be a positive integer",
    ] {
        assert!(ran.stderr.contains(problem), "{problem}: {}", ran.stderr);
    }
}

/// A `.env` that happens to be in the current folder must not lead the keys of the process elsewhere.
#[tokio::test]
async fn a_url_from_the_env_file_gets_no_key_of_the_process() {
    let j1 = jupiterone().await;
    let provider = Provider::start().await;
    let run = run_into(j1.url(), &[]).reading(&provider);
    std::fs::write(run.folder().join(".env"), "JUMPCLOUD_API_BASE=https://elsewhere.invalid/api\n")
        .expect("written");
    run.finish().await.summary(0);
    for (name, key) in
        [("JUMPCLOUD_API_BASE", "JUMPCLOUD_API_KEY"), ("JUPITERONE_API_BASE", "JUPITERONE_API_KEY")]
    {
        let run = run_into(j1.url(), &[]).reading(&provider).without(name);
        std::fs::write(run.folder().join(".env"), format!("{name}=https://elsewhere.invalid/api\n"))
            .expect("written");
        let summary = run.finish().await.summary(3);
        let message = summary["error"]["message"].as_str().expect("a message");
        assert!(message.contains(&format!("{name} comes from `.env`")), "{message}");
        assert!(message.contains(key) && message.contains("--env-file"), "{message}");
    }
}
