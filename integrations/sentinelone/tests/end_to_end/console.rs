//! The server at the configured URL: a console, or something else.

use serde_json::{Value, json};

use crate::support::{AGENTS, Answer, Console, GROUPS, INFO, Reading, TOKEN, command, jupiterone, run_into};

/// Runs against a server that answers so when it is asked what it is; nothing else is asked, and no job is opened.
async fn refused(answer: Answer, code: i32) -> Value {
    let (j1, server) = (jupiterone().await, Console::answering([(INFO.to_owned(), answer)].into()).await);
    let summary = run_into(&j1).reading(&server).finish().await.summary(code);
    assert_eq!(summary["job"], Value::Null, "{summary:#}");
    assert_eq!(*server.asked.lock().expect("no test panicked"), [INFO]);
    summary["error"].clone()
}

#[tokio::test]
async fn another_server_is_not_a_console_without_agents() {
    let page = || "<!doctype html><title>Welcome</title>".to_owned();
    let others = [
        Answer(200, "text/html", page()),
        Answer(404, "text/html", page()),
        Answer::json(404, &json!({ "message": "no such path" })),
        Answer::json(200, &json!({ "data": [], "pagination": { "totalItems": 0, "nextCursor": null } })),
        Answer::json(200, &json!({ "status": "ok" })),
    ];
    for other in others {
        let said = format!("{} {}", other.0, other.2);
        let error = refused(other, 3).await;
        let message = error["message"].as_str().expect("a message");
        let names =
            message.contains("SENTINELONE_SERVER_URL") && message.contains("not a SentinelOne console");
        assert!(names, "{said}: {error}");
    }
}

#[tokio::test]
async fn a_wrong_token_is_reported_after_one_request() {
    let (j1, console) = (jupiterone().await, Console::start().await);
    let run = run_into(&j1).reading(&console).env("SENTINELONE_API_TOKEN", "wrong");
    let summary = run.finish().await.summary(4);
    assert_eq!(summary["error"]["code"], "J1-R1001");
    assert_eq!(summary["job"], Value::Null);
    assert_eq!(console.asked.lock().expect("no test panicked").len(), 1);
}

#[tokio::test]
async fn a_console_without_agents_is_accepted() {
    let (j1, console) = (jupiterone().await, Console::start().await);
    let empty = json!({ "data": [], "pagination": { "totalItems": 0, "nextCursor": null } });
    console.answer(GROUPS, Answer::json(200, &empty));
    console.answer(AGENTS, Answer::json(200, &empty));
    let summary = run_into(&j1).reading(&console).finish().await.summary(0);
    assert_eq!(summary["types"], json!({ "sentinelone_account": 1 }));
}

#[tokio::test]
async fn a_slash_behind_the_address_does_not_matter() {
    for end in ["", "/", "//"] {
        let console = Console::start().await;
        let url = format!("{}{end}", console.url);
        let run = command(&["collect", "--output", "json"]).reading(&console);
        let summary = run.env("SENTINELONE_SERVER_URL", &url).finish().await.summary(0);
        assert_eq!(summary["types"]["sentinelone_agent"], 347, "{url}");
        let asked = console.asked.lock().expect("no test panicked").clone();
        assert_eq!(asked[..3], [INFO, GROUPS, AGENTS]);
        let cursor = format!("{AGENTS}&cursor=");
        assert!(asked.len() == 6 && asked[3..].iter().all(|target| target.starts_with(&cursor)), "{asked:?}");
    }
}

#[tokio::test]
async fn the_token_is_shown_nowhere() {
    let (j1, console) = (jupiterone().await, Console::start().await);
    console.answer(GROUPS, Answer::error(500, &format!("{TOKEN} is not liked")));
    let ran = run_into(&j1).reading(&console).env("RUST_LOG", "trace").finish().await;
    assert_eq!(ran.code, Some(5), "{}", ran.stderr);
    assert!(ran.stdout.contains("*** is not liked"), "{}", ran.stdout);
    assert!(!ran.stdout.contains(TOKEN) && !ran.stderr.contains(TOKEN));
}
