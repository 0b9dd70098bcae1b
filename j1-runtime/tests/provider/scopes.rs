//! Tokens that may do less than was requested: a provider may leave out of its lists what they do not cover.

use std::sync::atomic::{AtomicUsize, Ordering};

use j1_core::Secret;
use j1_core::error::Kind;
use j1_runtime::provider::{Client, OAuth2, Paging};
use serde_json::{Value, json};

use crate::list::{Row, read, rows};
use crate::server::{Asked, Provider, Reply, http};

/// A provider whose tokens come as `tokens` says for the first, the second and so on, and who lists the groups only to tokens
/// with the scope for them.
async fn provider(tokens: impl Fn(usize) -> Value + Send + Sync + 'static) -> Provider {
    let asked_for = AtomicUsize::new(0);
    Provider::responding(move |asked| match asked.path() {
        "/token" => {
            let count = asked_for.fetch_add(1, Ordering::Relaxed);
            let mut answer = json!({ "access_token": format!("token-{count}-of-acme"), "expires_in": 0 });
            if let (Value::Object(answer), Value::Object(more)) = (&mut answer, tokens(count)) {
                answer.extend(more);
            }
            Reply::json(&answer)
        }
        _ => Reply::json(&json!(rows(0..3))),
    })
    .await
}

fn oauth(scope: &str) -> OAuth2 {
    OAuth2::client_credentials("token", "id", &Secret::new("secret-of-acme".to_owned())).scope(scope)
}

fn client(provider: &Provider, oauth: OAuth2) -> Client {
    http().client(&provider.base).expect("a URL").oauth2(oauth).expect("a URL")
}

async fn lists(client: &Client) -> j1_core::Result<usize> {
    let (rows, outcome) = client.get("groups").pages::<Row>(Paging::whole()).all().await?;
    assert!(outcome.is_complete());
    Ok(rows.len())
}

#[tokio::test]
async fn a_token_with_fewer_scopes_reads_no_list() {
    let provider = provider(|_| json!({ "scope": "users.read" })).await;
    let error =
        lists(&client(&provider, oauth("users.read groups.read"))).await.expect_err("a scope is missing");
    assert_eq!((error.kind(), error.code().as_str()), (Kind::Credentials, "J1-R1010"));
    let text = error.to_string();
    assert!(text.contains("without the scope `groups.read`, which was requested"), "{text}");
    assert!(text.contains("users.read") && text.contains("/token") && !text.contains("of-acme"), "{text}");
    assert_eq!(provider.asked().len(), 1, "nothing is sent with the token");
}

#[tokio::test]
async fn a_token_whose_response_names_no_scopes_has_those_that_were_requested() {
    for more in [json!({}), json!({ "scope": null }), json!({ "scope": "groups.read users.read" })] {
        let provider = provider(move |_| more.clone()).await;
        assert_eq!(lists(&client(&provider, oauth("users.read groups.read"))).await.expect("a list"), 3);
    }
}

#[tokio::test]
async fn scopes_in_another_spelling_are_accepted_if_that_is_declared() {
    let provider = provider(|_| json!({ "scope": "ROLE_READER" })).await;
    lists(&client(&provider, oauth("groups.read"))).await.expect_err("another name");
    assert_eq!(lists(&client(&provider, oauth("groups.read").any_scope())).await.expect("a list"), 3);
}

#[tokio::test]
async fn a_token_that_lost_a_scope_during_the_run_reads_no_list() {
    let scopes = ["users.read groups.read", "users.read groups.read", "users.read"];
    for oauth in [oauth("users.read groups.read"), oauth("all").any_scope()] {
        let provider = provider(move |count| json!({ "scope": scopes[count] })).await;
        let client = client(&provider, oauth);
        for _ in 0..2 {
            assert_eq!(lists(&client).await.expect("a list"), 3);
        }
        let error = lists(&client).await.expect_err("the third token lacks a scope");
        assert_eq!(error.code().as_str(), "J1-R1010");
    }
    // Nothing was requested, so only the first token says what the run may read.
    let provider = provider(move |count| json!({ "scope": scopes[count + 1] })).await;
    let oauth = OAuth2::client_credentials("token", "id", &Secret::new("secret-of-acme".to_owned()));
    let client = client(&provider, oauth);
    assert_eq!(lists(&client).await.expect("a list"), 3);
    let text = lists(&client).await.expect_err("the second token lacks a scope").to_string();
    assert!(text.contains("`groups.read`, which the first token of the run had"), "{text}");
}

/// GitHub lists public members and repositories to a token without a scope for the others.
#[tokio::test]
async fn a_list_for_which_the_token_has_no_scope_is_partial() {
    for (held, accepted, complete) in [
        ("gist", "admin:org, read:org, repo", false),
        ("", "repo", false),
        ("gist, read:org", "admin:org, read:org, repo", true),
        ("gist", "", true),
    ] {
        let respond = move |_: &Asked| {
            let page = Reply::json(&json!(rows(0..3)));
            page.header("x-oauth-scopes", held).header("x-accepted-oauth-scopes", accepted)
        };
        let list = read(Paging::whole(), respond).await;
        assert_eq!(list.is_complete(), complete, "{held}, {accepted}: {:?}", list.outcome);
        if !complete {
            assert!(
                list.reason().contains("`admin:org, read:org, repo`") || list.reason().contains("`repo`")
            );
            assert!(read(Paging::whole().ignoring(&["x-oauth-scopes"]), respond).await.is_complete());
        }
    }
}

#[tokio::test]
async fn a_token_is_sent_as_its_type_says() {
    for (kind, scheme) in [
        (json!("bearer"), "Bearer"),
        (json!("BearerToken"), "Bearer"),
        (json!(""), "Bearer"),
        (Value::Null, "Bearer"),
        (json!("token"), "token"),
    ] {
        let provider = provider(move |_| json!({ "token_type": kind })).await;
        lists(&client(&provider, oauth("a"))).await.expect("a list");
        let header = format!("{scheme} token-0-of-acme");
        assert_eq!(provider.asked()[1].header("authorization"), Some(&*header));
    }
    for kind in [json!("DPoP"), json!("mac"), json!("N_A"), json!("a b"), json!({})] {
        let shown = kind.clone();
        let provider = provider(move |_| json!({ "token_type": kind })).await;
        let error = lists(&client(&provider, oauth("a"))).await;
        let error = error.expect_err("not a token that can be sent alone");
        assert_eq!((error.kind(), error.code().as_str()), (Kind::Credentials, "J1-R1001"), "{error}");
        assert_eq!(provider.asked().len(), 1, "nothing is sent with the token: {shown}");
    }
}

#[tokio::test]
async fn a_token_is_used_until_it_expires_or_is_refused() {
    for (expires, requested) in [
        (json!(3600), 1),
        (json!("3600"), 1),
        (json!(3599.5), 1),
        (json!(0), 2),
        (json!("0"), 2),
        // Some providers say so that a token does not expire.
        (json!(-1), 1),
        (json!(1e300), 1),
        (json!("soon"), 1),
        (Value::Null, 1),
    ] {
        let shown = expires.clone();
        let provider = provider(move |_| json!({ "expires_in": expires })).await;
        let client = client(&provider, oauth("a"));
        for _ in 0..2 {
            lists(&client).await.expect("a list");
        }
        let tokens = provider.asked().iter().filter(|asked| asked.path() == "/token").count();
        assert_eq!(tokens, requested, "{shown}");
    }
}
