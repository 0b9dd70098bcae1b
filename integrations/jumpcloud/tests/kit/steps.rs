//! Each step alone.

use j1_core::prelude::*;
use j1_runtime::StepStatus;
use j1_runtime::testing::{Double, Fault, Step};
use jumpcloud::entities::{Account, Group, User};
use jumpcloud::steps::{fetch_group_members, fetch_groups, fetch_orgs, fetch_users};
use serde_json::{Value, json};

use crate::{GROUPS, ORGANIZATIONS, USERS, jumpcloud, read, user, user_id};

const ACCOUNT: &str = "0000000000000000000000aa";
const OTHER: &str = "0000000000000000000000bb";
const GROUP: &str = "00000000000000000000cccc";

fn account(id: &str) -> Account {
    read(json!({ "id": id, "displayName": "Acme" }))
}

fn group() -> Value {
    json!({ "id": GROUP, "name": "Admins" })
}

#[tokio::test]
async fn organizations_become_accounts() {
    let vendor =
        Double::new().list("organizations", ORGANIZATIONS, [json!({ "id": ACCOUNT, "name": "acme" })]);
    let ran = Step::<fetch_orgs>::new().run(jumpcloud(&vendor)).await;
    ran.assert_complete();
    vendor.assert_asked();
    assert_eq!(ran.graph.values::<Account>("displayName"), [&json!("acme")]);
}

#[tokio::test]
async fn a_user_belongs_to_the_organization_that_it_names_or_to_the_first() {
    let mut named = user(2);
    named["organization"] = json!(OTHER);
    let vendor = Double::new().list("systemusers", USERS, [user(1), named]);
    let step = Step::<fetch_users>::new().given(account(ACCOUNT)).given(account(OTHER));
    let ran = step.run(jumpcloud(&vendor)).await;
    ran.assert_complete();
    assert_eq!(ran.graph.of::<User>().len(), 2);
    assert_eq!(ran.graph.values::<Has<Account, User>>("_fromEntityKey"), [&json!(ACCOUNT), &json!(OTHER)]);
}

#[tokio::test]
async fn a_group_belongs_to_the_first_organization() {
    let vendor = Double::new().list("v2/usergroups", GROUPS, [group()]);
    let ran = Step::<fetch_groups>::new().given(account(ACCOUNT)).run(jumpcloud(&vendor)).await;
    ran.assert_complete();
    ran.graph
        .covers_step::<fetch_groups>()
        .but_not("jumpcloud_group.description", "this group has none")
        .assert();
    assert_eq!(ran.graph.values::<Has<Account, Group>>("_toEntityKey"), [&json!(GROUP)]);
}

#[tokio::test]
async fn only_users_that_still_exist_are_members() {
    let member = |id: usize, kind: &str| json!({ "to": { "id": user_id(id), "type": kind } });
    let vendor = Double::new().list(
        &format!("v2/usergroups/{GROUP}/members"),
        GROUPS,
        [member(1, "user"), member(2, "user"), member(1, "device")],
    );
    let step = Step::<fetch_group_members>::new().given(read::<Group>(group())).given(read::<User>(user(1)));
    let ran = step.run(jumpcloud(&vendor)).await;
    ran.assert_complete();
    assert_eq!(ran.graph.len(), 1, "{:?}", ran.graph);
    assert_eq!(ran.graph.values::<Has<Group, User>>("_toEntityKey"), [&json!(user_id(1))]);
}

#[tokio::test]
async fn members_that_may_not_be_read_are_partial() {
    let vendor = Double::new().always(&format!("v2/usergroups/{GROUP}/members"), Fault::Status(403));
    let ran = Step::<fetch_group_members>::new().given(read::<Group>(group())).run(jumpcloud(&vendor)).await;
    assert_eq!(ran.step("fetch-group-members").status, StepStatus::Failure);
    let reason = ran.partial("jumpcloud_group_has_user");
    assert!(reason.contains("403"), "{reason}");
}
