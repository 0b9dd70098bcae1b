//! The steps that collect entities, each alone.

use j1::prelude::*;
use j1::testing::{Double, Step};
use jumpcloud::entities::{Account, AppleDevice, AppleMdm, Application, Person, User};
use jumpcloud::steps::{
    fetch_apple_devices, fetch_apple_mdm, fetch_applications, fetch_groups, fetch_orgs, fetch_users,
};
use serde_json::{Value, json};

use crate::{ACCOUNT, OTHER, V1, V2, account, jumpcloud, read, user, user_id};

const RECORD: &str = "60259a3c0000000000000001";
/// The time in the first 4 bytes of [`RECORD`], in epoch milliseconds.
const MADE_ON: i64 = 1_613_077_052_000;
const CREATED: &str = "2021-02-12T17:45:42.369Z";
const CREATED_ON: i64 = 1_613_151_942_369;

fn of(organization: &str) -> (&str, &str) {
    ("x-org-id", organization)
}

#[tokio::test]
async fn organizations_become_accounts_and_are_read_to_the_last() {
    let organizations =
        (0..120).map(|number| json!({ "id": user_id(number), "name": format!("acme-{number}") }));
    let provider = Double::new().list("organizations", V1, organizations);
    let ran = Step::<fetch_orgs>::new().run(jumpcloud(&provider)).await;
    ran.assert_complete();
    provider.assert_asked();
    assert_eq!(ran.graph.of::<Account>().len(), 120);
    assert_eq!(ran.graph.get(&user_id(7))["displayName"], "acme-7");
}

#[tokio::test]
async fn no_organization_proves_nothing() {
    let provider = Double::new().list("organizations", V1, []);
    let ran = Step::<fetch_orgs>::new().run(jumpcloud(&provider)).await;
    assert!(ran.partial("jumpcloud_account").contains("names no organization"));
}

#[tokio::test]
async fn each_organization_is_asked_for_its_users() {
    let provider = Double::new().list_for(of(ACCOUNT), "systemusers", V1, (0..130).map(user)).list_for(
        of(OTHER),
        "systemusers",
        V1,
        [user(500)],
    );
    let step = Step::<fetch_users>::new().given(account(ACCOUNT)).given(account(OTHER));
    let ran = step.run(jumpcloud(&provider)).await;
    ran.assert_complete();
    provider.assert_asked();
    let owners = ran.graph.values::<Has<Account, User>>("_fromEntityKey");
    assert_eq!(owners.iter().filter(|owner| **owner == ACCOUNT).count(), 130);
    assert_eq!(ran.graph.get(&format!("{OTHER}|has|{}", user_id(500)))["_toEntityKey"], user_id(500));
    assert_eq!(owners.len(), 131);
}

/// A key for one organization gets its users whatever the header says.
#[tokio::test]
async fn a_user_that_names_another_organization_is_that_ones() {
    let mut named = user(2);
    named["organization"] = json!(OTHER);
    let mut elsewhere = user(3);
    elsewhere["organization"] = json!("5ca31a2200000000000000cc");
    let provider = Double::new()
        .list_for(of(ACCOUNT), "systemusers", V1, [user(1), named, elsewhere])
        .list_for(of(OTHER), "systemusers", V1, []);
    let step = Step::<fetch_users>::new().given(account(ACCOUNT)).given(account(OTHER));
    let ran = step.run(jumpcloud(&provider)).await;
    ran.assert_complete();
    let owner = |number: usize| {
        let edges = ran.graph.of::<Has<Account, User>>();
        edges.iter().find(|edge| edge["_toEntityKey"] == user_id(number)).expect("it has one")["_fromEntityKey"].clone()
    };
    assert_eq!([1, 2, 3].map(owner), [ACCOUNT, OTHER, ACCOUNT]);
}

#[tokio::test]
async fn a_user_is_the_employee_with_the_same_mail_address() {
    let mut none = user(2);
    none["email"] = json!(null);
    let mut empty = user(3);
    empty["email"] = json!("");
    let provider = Double::new().list("systemusers", V1, [user(1), none, empty]);
    let ran = Step::<fetch_users>::new().given(account(ACCOUNT)).run(jumpcloud(&provider)).await;
    ran.assert_complete();
    let mapped = ran.graph.of::<Mapped<Is<User, Person>>>();
    assert_eq!(mapped.len(), 1, "who has no address is nobody's");
    assert_eq!(
        mapped[0]["_mapping"],
        json!({
            "sourceEntityKey": user_id(1),
            "relationshipDirection": "FORWARD",
            "targetFilterKeys": [["_class", "email"]],
            "targetEntity": { "_class": "Person", "email": "1@acme.example" },
            "skipTargetCreation": true,
        })
    );
}

/// Returns the entity that the step makes of one user.
async fn collected(more: Value) -> Value {
    let mut sent = json!({ "id": RECORD, "username": "ada" });
    for (name, value) in more.as_object().expect("members") {
        sent[name] = value.clone();
    }
    let provider = Double::new().list("systemusers", V1, [sent]);
    let ran = Step::<fetch_users>::new().given(account(ACCOUNT)).run(jumpcloud(&provider)).await;
    ran.assert_complete();
    ran.graph.get(RECORD).clone()
}

#[tokio::test]
async fn users_with_few_members_are_collected() {
    let user = collected(json!({})).await;
    assert_eq!(user["name"], "ada");
    assert_eq!(user["createdOn"], MADE_ON, "the id says when");
    assert_eq!(user["isActive"], false);
    for name in ["isMfaEnabled", "isMfaConfigured", "isMfaExcluded", "state", "tags"] {
        assert_eq!(user.get(name), None, "{name}");
    }
    for (sent, name) in [
        (json!({ "firstname": "Ada", "lastname": "Lovelace" }), "Ada Lovelace"),
        (json!({ "firstname": "Ada", "lastname": null }), "Ada"),
        (json!({ "firstname": "", "lastname": "Lovelace" }), "Lovelace"),
    ] {
        assert_eq!(collected(sent).await["name"], name);
    }
    for mfa in [json!(null), json!({}), json!({ "configured": null })] {
        assert_eq!(collected(json!({ "mfa": mfa })).await.get("isMfaConfigured"), None);
    }
}

#[tokio::test]
async fn active_follows_from_state_suspension_and_activation() {
    for (state, suspended, activated, active) in [
        (json!("ACTIVATED"), json!(false), json!(true), true),
        (json!("ACTIVATED"), json!(true), json!(true), true),
        (json!("SUSPENDED"), json!(true), json!(true), false),
        (json!("STAGED"), json!(false), json!(false), false),
        (json!(null), json!(null), json!(true), true),
    ] {
        let user = collected(json!({ "state": state, "suspended": suspended, "activated": activated })).await;
        assert_eq!(user["isActive"], active, "{state} {suspended} {activated}");
        assert_eq!(user.get("state"), state.as_str().map(|state| json!(state.to_lowercase())).as_ref());
    }
}

#[tokio::test]
async fn tags_are_the_tags() {
    let user = collected(json!({ "tags": ["on-call", "vip"], "created": CREATED })).await;
    assert_eq!(user["tags"], json!(["on-call", "vip"]));
    assert_eq!(user["createdOn"], CREATED_ON);
}

#[tokio::test]
async fn a_group_belongs_to_the_organization_that_was_asked() {
    let attributes = json!({
        "sudo": { "enabled": true, "withoutPassword": false }, "sambaEnabled": false,
        "posixGroups": [{ "id": 7, "name": "admins" }], "ldapGroups": [{ "name": "Admins" }],
        "radius": { "reply": [{ "name": "Tunnel-Password", "value": "a-phrase" }] },
    });
    let group =
        json!({ "id": RECORD, "name": "Admins", "description": "All of them", "attributes": attributes });
    let bare = json!({ "id": "60259a3c0000000000000002", "name": "Bare", "attributes": null });
    let provider = Double::new().list_for(of(ACCOUNT), "v2/usergroups", V2, [bare]).list_for(
        of(OTHER),
        "v2/usergroups",
        V2,
        [group],
    );
    let step = Step::<fetch_groups>::new().given(account(ACCOUNT)).given(account(OTHER));
    let ran = step.run(jumpcloud(&provider)).await;
    ran.assert_complete();
    provider.assert_asked();
    ran.graph.covers_step::<fetch_groups>().assert();
    assert_eq!(ran.graph.get(&format!("{OTHER}|has|{RECORD}"))["_type"], "jumpcloud_account_has_group");
    let group = ran.graph.get(RECORD);
    assert_eq!(group["createdOn"], MADE_ON);
    assert_eq!((&group["isSudoEnabled"], &group["isSambaEnabled"]), (&json!(true), &json!(false)));
    assert_eq!((&group["posixGroups"], &group["ldapGroups"]), (&json!(["admins"]), &json!(["Admins"])));
    assert!(!group.to_string().contains("a-phrase"), "{group:#}");
}

#[tokio::test]
async fn an_application_is_sent_without_its_configuration() {
    let application = json!({
        "_id": RECORD, "name": "aws-sso", "displayName": "AWS", "description": "The cloud", "active": true,
        "ssoUrl": "https://sso.jumpcloud.com/saml2/aws-sso", "organization": ACCOUNT,
        "config": { "idpCertificate": { "value": "-----BEGIN CERTIFICATE-----" } },
    });
    let nameless = json!({ "id": "60259a3c0000000000000002", "name": "", "created": CREATED });
    let provider = Double::new().list_for(of(ACCOUNT), "applications", V1, [application, nameless]);
    let ran = Step::<fetch_applications>::new().given(account(ACCOUNT)).run(jumpcloud(&provider)).await;
    ran.assert_complete();
    ran.graph.covers_step::<fetch_applications>().assert();
    assert_eq!(ran.graph.get(RECORD)["createdOn"], MADE_ON);
    assert_eq!(ran.graph.values::<Application>("name"), ["aws-sso", "60259a3c0000000000000002"]);
    assert!(!format!("{:?}", ran.graph).contains("CERTIFICATE"));
    assert_eq!(ran.graph.of::<Has<Account, Application>>().len(), 2);
}

#[tokio::test]
async fn the_configuration_of_apple_devices_has_its_dates() {
    let mdm = json!({
        "id": RECORD, "name": "", "organization": ACCOUNT, "depServerTokenState": "missing",
        "apnsCertExpiry": CREATED, "appleCertSerialNumber": "1d73b3e61e5a0485",
    });
    let provider = Double::new().list_for(of(ACCOUNT), "v2/applemdms", V2, [mdm]);
    let ran = Step::<fetch_apple_mdm>::new().given(account(ACCOUNT)).run(jumpcloud(&provider)).await;
    ran.assert_complete();
    ran.graph.covers_step::<fetch_apple_mdm>().assert();
    let mdm = ran.graph.get(RECORD);
    assert_eq!((&mdm["name"], &mdm["apnsCertExpiresOn"]), (&json!(RECORD), &json!(CREATED_ON)));
    assert_eq!(ran.graph.get(&format!("{ACCOUNT}|has|{RECORD}"))["_type"], "jumpcloud_account_has_apple_mdm");
}

fn mdm() -> AppleMdm {
    read(json!({ "id": RECORD, "name": "Fleet", "organization": ACCOUNT }))
}

#[tokio::test]
async fn a_device_has_the_configuration_that_manages_it() {
    let device = |number: usize, information: Value| {
        json!({ "id": user_id(number), "serialNumber": format!("S{number}"), "udid": format!("U-{number}"),
            "osVersion": "17.1", "depRegistered": true, "enrolled": true, "hasActivationLockBypassCodes": false,
            "createdAt": CREATED, "deviceInformation": information })
    };
    let information = |name: &str, mac: &str| {
        json!({ "deviceName": name, "modelName": "iPad", "wifiMac": mac, "isSupervised": true,
            "deviceCapacity": 256.5, "imei": "35-209900-176148-1" })
    };
    let devices = [
        device(1, information("Ada's iPad", "AA-BB-CC-00-11-22")),
        device(2, json!(null)),
        device(3, information("", "N/A")),
        device(1, information("Ada's iPad", "AA-BB-CC-00-11-22")),
    ];
    let path = format!("v2/applemdms/{RECORD}/devices");
    let provider = Double::new().list_for(of(ACCOUNT), &path, V2, devices);
    let ran = Step::<fetch_apple_devices>::new().given(mdm()).run(jumpcloud(&provider)).await;
    ran.assert_complete();
    ran.graph.covers_step::<fetch_apple_devices>().assert();
    assert_eq!(
        ran.graph.values::<AppleDevice>("name"),
        ["Ada's iPad", "S2", "S3"],
        "one that comes twice is one"
    );
    let macs: Vec<Value> =
        ran.graph.of::<AppleDevice>().iter().map(|device| device["macAddresses"].clone()).collect();
    assert_eq!(macs, [json!(["aa:bb:cc:00:11:22"]), json!(null), json!(null)]);
    assert!(!format!("{:?}", ran.graph).contains("35-209900"), "numbers of SIM cards stay");
    let edge = ran.graph.get(&format!("{}|has|{RECORD}", user_id(1)));
    assert_eq!(edge["_type"], "jumpcloud_apple_device_has_mdm");
}
