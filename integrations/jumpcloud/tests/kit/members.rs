//! The steps that tie users, groups and applications together, each alone.

use j1::StepStatus;
use j1::prelude::*;
use j1::testing::{Double, Fault, Ran, Step};
use jumpcloud::entities::{Application, Group, User};
use jumpcloud::steps::{fetch_application_members, fetch_group_members};
use serde_json::{Value, json};

use crate::{ACCOUNT, V2, jumpcloud, read, user, user_id};

const GROUP: &str = "60259a3c000000000000cccc";
const APPLICATION: &str = "60259a3c000000000000dddd";

fn group() -> Group {
    read(json!({ "id": GROUP, "name": "Admins", "organization": ACCOUNT }))
}

/// A member as groups list them.
fn edge(id: &str, kind: &str) -> Value {
    json!({ "attributes": null, "from": { "id": GROUP, "type": "user_group" }, "to": { "id": id, "type": kind } })
}

/// A member as applications list them.
fn object(id: &str, kind: &str) -> Value {
    json!({ "id": id, "type": kind, "compiledAttributes": null, "paths": [[{ "to": { "id": id, "type": kind } }]] })
}

async fn members(provider: &Double) -> Ran {
    Step::<fetch_group_members>::new()
        .given(group())
        .given(read::<User>(user(1)))
        .run(jumpcloud(provider))
        .await
}

#[tokio::test]
async fn only_users_that_still_exist_are_members_each_once() {
    let rows = [
        edge(&user_id(1), "user"),
        edge(&user_id(2), "user"),
        edge(&user_id(1), "device"),
        edge(&user_id(1), "user"),
    ];
    let path = format!("v2/usergroups/{GROUP}/members");
    let provider = Double::new().list_for(("x-org-id", ACCOUNT), &path, V2, rows);
    let ran = members(&provider).await;
    ran.assert_complete();
    provider.assert_asked();
    assert_eq!(ran.graph.len(), 1, "{:?}", ran.graph);
    assert_eq!(ran.graph.values::<Has<Group, User>>("_toEntityKey"), [&json!(user_id(1))]);
}

#[tokio::test]
async fn members_that_may_not_be_read_are_partial_and_the_role_is_named() {
    let provider = Double::new().always(&format!("v2/usergroups/{GROUP}/members"), Fault::Status(403));
    let ran = members(&provider).await;
    assert_eq!(ran.step("fetch-group-members").status, StepStatus::Failure);
    let reason = ran.partial("jumpcloud_group_has_user");
    assert!(reason.contains("403") && reason.contains("`Read Only`"), "{reason}");
}

#[tokio::test]
async fn a_group_that_is_deleted_meanwhile_has_no_members() {
    let gone = |path: String| Double::new().always(&path, Fault::Status(404));
    let provider = gone(format!("v2/usergroups/{GROUP}/members"));
    let ran = members(&provider).await;
    ran.assert_complete();
    assert_eq!(ran.graph.len(), 0);
    assert!(provider.asked()[1].ends_with(&format!("/v2/usergroups/{GROUP}")), "{:?}", provider.asked());

    // The group is still there: its members are not gone.
    let group = format!("v2/usergroups/{GROUP}");
    let ran = members(&gone(format!("{group}/members")).one(&group, json!({ "id": GROUP }))).await;
    let reason = ran.partial("jumpcloud_group_has_user");
    assert!(reason.contains("its parent is not gone"), "{reason}");
}

/// A page in the middle comes without records, and the count says that there are more.
#[tokio::test]
async fn a_blank_page_does_not_end_a_list_that_is_counted() {
    let path = format!("v2/usergroups/{GROUP}/members");
    let rows = || (0..250).map(|number| edge(&user_id(number), "user"));
    let blank = || Fault::Body(json!([]));
    // Once: the list is read again until two passes agree.
    let provider = Double::new().list(&path, V2, rows()).fault(&path, 3, blank());
    members(&provider).await.assert_complete();
    assert_eq!(provider.asked().len(), 3 + 4 + 4);
    // In each pass.
    let provider = Double::new().list(&path, V2, rows()).fault(&path, 3, blank()).fault(&path, 6, blank());
    let ran = members(&provider).await;
    let reason = ran.partial("jumpcloud_group_has_user");
    assert!(reason.contains("250 records by its own count"), "{reason}");
}

#[tokio::test]
async fn an_application_is_assigned_to_users_and_groups() {
    let path = |what: &str| format!("v2/applications/{APPLICATION}/{what}");
    let header = ("x-org-id", ACCOUNT);
    let users = [object(&user_id(1), "user"), edge(&user_id(1), "user"), object(&user_id(9), "user")];
    let provider = Double::new().list_for(header, &path("users"), V2, users).list_for(
        header,
        &path("usergroups"),
        V2,
        [object(GROUP, "user_group"), object(GROUP, "user_group"), object("gone", "user_group")],
    );
    let application: Application = read(json!({ "id": APPLICATION, "name": "x", "organization": ACCOUNT }));
    let step = Step::<fetch_application_members>::new()
        .given(application)
        .given(group())
        .given(read::<User>(user(1)));
    let ran = step.run(jumpcloud(&provider)).await;
    ran.assert_complete();
    provider.assert_asked();
    ran.graph.covers_step::<fetch_application_members>().assert();
    let mut keys: Vec<&Value> = ran.graph.values::<Assigned<User, Application>>("_key");
    keys.extend(ran.graph.values::<Assigned<Group, Application>>("_key"));
    let expected = [user_id(1), GROUP.to_owned()].map(|from| json!(format!("{from}|assigned|{APPLICATION}")));
    assert_eq!(keys, expected.iter().collect::<Vec<_>>());
}
