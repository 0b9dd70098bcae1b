//! The published integration's result for the same responses, and the differences of this one.
//!
//! `published` is what `graph-jumpcloud` 2.3.1 makes of the answers here, by its sources. `differences` are all that
//! `docs/jumpcloud.md` names for a type; nothing else may differ.

use j1::testing::{Double, Graph, Run};
use jumpcloud::JumpCloud;
use serde_json::{Map, Value, json};

use crate::{V1, V2};

const DOCS: &str = include_str!("../../docs/jumpcloud.md");

const ORGANIZATION: &str = "5ca31a2275f0734ccd124d13";
const USER: &str = "6026bec6b8207255280d5981";
const GROUP: &str = "60259a3cb544065d1eaf2760";
const APPLICATION: &str = "617c3664e6f8ae27f7e1201e";
const MDM: &str = "6516cf109f533600018db6e7";
const DEVICE: &str = "651711a0aeb5cb000140e8a1";

/// One way in which an entity here is another than the published one.
enum Difference {
    /// It has another name here, and the same value.
    Renamed(&'static str, &'static str),
    /// It has another value here.
    Changed(&'static str, Value),
    /// It is not sent here.
    LeftOut(&'static str),
    /// It is sent here alone.
    Added(&'static str, Value),
}

use Difference::{Added, Changed, LeftOut, Renamed};

/// JumpCloud, with one object of each kind.
fn provider() -> Double {
    let user_row = json!({ "id": USER, "type": "user", "paths": [] });
    let group_row = json!({ "from": { "id": APPLICATION }, "to": { "id": GROUP, "type": "user_group" } });
    Double::new()
        .list("organizations", V1, [organization()])
        .list("systemusers", V1, [user()])
        .list("v2/usergroups", V2, [group()])
        .list(
            &format!("v2/usergroups/{GROUP}/members"),
            V2,
            [json!({ "to": { "id": USER, "type": "user" } })],
        )
        .list("applications", V1, [application()])
        .list(&format!("v2/applications/{APPLICATION}/users"), V2, [user_row])
        .list(&format!("v2/applications/{APPLICATION}/usergroups"), V2, [group_row])
        .list("v2/applemdms", V2, [mdm()])
        .list(&format!("v2/applemdms/{MDM}/devices"), V2, [device()])
}

fn organization() -> Value {
    json!({ "_id": ORGANIZATION, "id": ORGANIZATION, "displayName": "Northwind", "logoUrl": "https://example.com/l.png",
        "created": "2021-02-11T20:57:14.837Z" })
}

fn user() -> Value {
    json!({ "_id": USER, "id": USER, "username": "ada.winter", "email": "ada.winter@example.com", "firstname": "Ada",
        "lastname": "Winter", "displayname": "Ada W.", "state": "ACTIVATED", "activated": true, "suspended": false,
        "created": "2021-02-12T17:45:42.369Z", "description": "Keeper", "employeeType": "Full-time",
        "employeeIdentifier": "E7", "company": "Northwind", "department": "Lamps", "jobTitle": "Lamp Keeper",
        "totp_enabled": true, "mfa": { "exclusion": true, "configured": true,
            "exclusionUntil": "2021-03-12T00:00:00.000Z" },
        "externally_managed": false, "ldap_binding_user": true, "samba_service_user": false, "sudo": true,
        "phoneNumbers": [{ "number": "+1 555 0100" }], "addresses": [], "tags": ["on-call"],
        "ssh_keys": [{ "public_key": "ssh-ed25519 AAAA" }] })
}

fn group() -> Value {
    json!({ "id": GROUP, "name": "Keepers", "description": "Who keeps", "type": "user_group", "email": "",
        "attributes": { "sudo": { "enabled": true, "withoutPassword": false }, "sambaEnabled": false,
            "posixGroups": [{ "id": 1, "name": "keepers" }], "ldapGroups": [{ "name": "Keepers" }] } })
}

fn application() -> Value {
    json!({ "_id": APPLICATION, "id": APPLICATION, "name": "aws-sso", "displayName": "AWS SSO", "displayLabel": "AWS SSO",
        "description": "The cloud", "active": true, "beta": false, "created": "2021-10-29T17:59:00.448Z",
        "organization": ORGANIZATION, "ssoUrl": "https://sso.jumpcloud.com/saml2/aws-sso",
        "sso": { "type": "saml" }, "config": { "idpCertificate": { "value": "a certificate" } } })
}

fn mdm() -> Value {
    json!({ "id": MDM, "name": "Fleet", "apnsPushTopic": "com.apple.mgmt.x", "depServerTokenState": "missing",
        "apnsCertExpiry": "2024-09-28T14:48:20.000Z", "organization": ORGANIZATION,
        "appleCertCreatorAppleID": "mdm@example.com", "appleCertSerialNumber": "1d73b3e61e5a0485" })
}

fn device() -> Value {
    json!({ "id": DEVICE, "createdAt": "2023-09-29T18:05:04.000Z", "depRegistered": true, "enrolled": false,
        "hasActivationLockBypassCodes": true, "osVersion": "17.1", "serialNumber": "LH0000000001", "udid": "0001-0002",
        "deviceInformation": { "deviceName": "Ada's iPad", "modelName": "iPad", "wifiMac": "AA:BB:CC:00:11:22",
            "isSupervised": true, "deviceCapacity": 256.5, "availableDeviceCapacity": 3.0, "imei": "0" } })
}

async fn graph() -> Graph {
    let provider = provider();
    let ran = Run::<JumpCloud>::provider(provider.http()).collect().await;
    ran.assert_complete();
    provider.assert_asked();
    ran.graph
}

/// The entity here is the published one, but for these differences; the documentation names each of them.
fn compare(graph: &Graph, published: &Value, differences: &[Difference]) {
    let mut expected = published.as_object().expect("an object").clone();
    // The same to JupiterOne.
    if let Some([class]) = expected["_class"].as_array().map(Vec::as_slice) {
        expected["_class"] = class.clone();
    }
    let ty = published["_type"].as_str().expect("a type");
    for difference in differences {
        let (name, new) = apply(&mut expected, difference);
        let section = section(ty);
        for name in [Some(name), new].into_iter().flatten() {
            assert!(section.contains(&format!("`{name}`")), "the differences of {ty} do not name `{name}`");
        }
    }
    let key = published["_key"].as_str().expect("a key");
    assert_eq!(graph.get(key), &Value::Object(expected));
}

/// Makes the published entity the one that is expected here; the names that the documentation has to name.
fn apply(expected: &mut Map<String, Value>, difference: &Difference) -> (&'static str, Option<&'static str>) {
    let gone = |expected: &mut Map<String, Value>, name: &str| {
        expected.remove(name).unwrap_or_else(|| panic!("`{name}` is not published"))
    };
    match difference {
        Renamed(from, to) => {
            let value = gone(expected, from);
            expected.insert((*to).to_owned(), value);
            (from, Some(to))
        }
        Changed(name, value) => {
            assert_ne!(&gone(expected, name), value, "`{name}` is the same");
            expected.insert((*name).to_owned(), value.clone());
            (name, None)
        }
        LeftOut(name) => {
            gone(expected, name);
            (name, None)
        }
        Added(name, value) => {
            assert_eq!(expected.insert((*name).to_owned(), value.clone()), None, "`{name}` is published");
            (name, None)
        }
    }
}

/// Returns the section of the documentation on the differences of one type.
fn section(ty: &str) -> &'static str {
    let (_, all) = DOCS.split_once("## Differences from the published integration").expect("the section");
    let (_, of_type) =
        all.split_once(&format!("### `{ty}`")).unwrap_or_else(|| panic!("{ty} has no section"));
    of_type.split("\n### ").next().expect("a text")
}

#[tokio::test]
async fn an_organization() {
    let published = json!({
        "_key": ORGANIZATION, "_type": "jumpcloud_account", "_class": ["Account", "Organization"], "id": ORGANIZATION,
        "name": "Northwind", "displayName": "Northwind", "logoUrl": "https://example.com/l.png",
        "createdOn": 1_613_077_034_837_i64, "webLink": "https://console.jumpcloud.com",
    });
    compare(&graph().await, &published, &[Added("vendor", json!("JumpCloud"))]);
}

#[tokio::test]
async fn a_user() {
    let published = json!({
        "_key": USER, "_type": "jumpcloud_user", "_class": ["User"], "id": USER, "name": "Ada Winter",
        "displayName": "ada.winter", "username": "ada.winter", "login": "ada.winter", "email": "ada.winter@example.com",
        "firstName": "Ada", "lastName": "Winter", "state": "activated", "active": true, "suspended": false,
        "createdOn": 1_613_151_942_369_i64, "description": "Keeper", "employeeType": "Full-time", "employeeId": "E7",
        "company": "Northwind", "department": "Lamps", "jobTitle": "Lamp Keeper", "mfaEnabled": true,
        "mfaExclusion": true, "mfaConfigured": true, "mfaExclusionUntil": 1_615_507_200_000_i64,
        "externallyManaged": false, "ldapBindingUser": true, "sambaServiceUser": false, "sudo": true,
        "webLink": format!("https://console.jumpcloud.com/#/users/{USER}/details"),
    });
    let differences = [
        Changed("username", json!(["ada.winter"])),
        Changed("email", json!(["ada.winter@example.com"])),
        Added("shortLoginId", json!(null)),
        Added("tags", json!(["on-call"])),
        Renamed("active", "isActive"),
        Renamed("suspended", "isSuspended"),
        Renamed("mfaEnabled", "isMfaEnabled"),
        Renamed("mfaConfigured", "isMfaConfigured"),
        Renamed("mfaExclusion", "isMfaExcluded"),
        Renamed("mfaExclusionUntil", "mfaExclusionEndsOn"),
        Renamed("externallyManaged", "isExternallyManaged"),
        Renamed("ldapBindingUser", "isLdapBindingUser"),
        Renamed("sambaServiceUser", "isSambaServiceUser"),
        Renamed("sudo", "isSudo"),
    ];
    compare(&graph().await, &published, &differences);
}

#[tokio::test]
async fn a_group() {
    let published = json!({
        "_key": GROUP, "_type": "jumpcloud_group", "_class": ["Group"], "id": GROUP, "name": "Keepers",
        "displayName": "Keepers", "description": "Who keeps", "attributes": group()["attributes"].to_string(),
        "webLink": format!("https://console.jumpcloud.com/#/groups/user/{GROUP}/details"),
    });
    let differences = [
        LeftOut("attributes"),
        Added("isSudoEnabled", json!(true)),
        Added("isSambaEnabled", json!(false)),
        Added("posixGroups", json!(["keepers"])),
        Added("ldapGroups", json!(["Keepers"])),
        Added("createdOn", json!(1_613_077_052_000_i64)),
    ];
    compare(&graph().await, &published, &differences);
}

#[tokio::test]
async fn an_application() {
    let published = json!({
        "_key": APPLICATION, "_type": "jumpcloud_application", "_class": ["Application"], "id": APPLICATION,
        "name": "aws-sso", "displayName": "AWS SSO", "description": "The cloud", "active": true,
        "ssoUrl": "https://sso.jumpcloud.com/saml2/aws-sso", "createdOn": 1_635_530_340_448_i64,
        "webLink": format!("https://console.jumpcloud.com/#/sso/{APPLICATION}/details"),
    });
    compare(&graph().await, &published, &[]);
}

#[tokio::test]
async fn apple_devices_and_what_manages_them() {
    let graph = graph().await;
    let published = json!({
        "_key": MDM, "_type": "jumpcloud_apple_mdm", "_class": ["Configuration"], "id": MDM, "name": "Fleet",
        "displayName": "Fleet", "depServerTokenState": "missing", "apnsCertExpiry": "2024-09-28T14:48:20.000Z",
        "appleCertSerialNumber": "1d73b3e61e5a0485",
    });
    let differences = [
        Changed("apnsCertExpiry", json!(1_727_534_900_000_i64)),
        Renamed("apnsCertExpiry", "apnsCertExpiresOn"),
        Added("createdOn", json!(1_695_993_616_000_i64)),
    ];
    compare(&graph, &published, &differences);

    let published = json!({
        "_key": DEVICE, "_type": "jumpcloud_apple_device", "_class": ["Device"], "id": DEVICE, "name": "Ada's iPad",
        "displayName": "Ada's iPad", "serial": "LH0000000001", "deviceId": "0001-0002", "osVersion": "17.1",
        "depRegistered": true, "enrolled": false, "hasActivationLockBypassCodes": true, "isSupervised": true,
        "deviceCapacity": 256.5, "createdAt": 1_696_010_704_000_i64, "createdOn": 1_696_010_704_000_i64,
        "macAddress": "AA:BB:CC:00:11:22", "category": "iPad", "model": "iPad", "make": "Apple",
    });
    let mut differences = vec![
        Changed("deviceId", json!(["0001-0002"])),
        Changed("macAddress", json!(["aa:bb:cc:00:11:22"])),
        Renamed("macAddress", "macAddresses"),
        Renamed("depRegistered", "isDepRegistered"),
        Renamed("enrolled", "isEnrolled"),
        LeftOut("createdAt"),
    ];
    let unknown =
        ["fqdn", "hostname", "ipv4Addresses", "ipv6Addresses", "lastSeenOn", "osDetails", "osName", "osType"];
    let unknown = unknown.into_iter().chain(["privateIpAddresses", "publicIpAddresses"]);
    differences.extend(unknown.map(|name| Added(name, json!(null))));
    compare(&graph, &published, &differences);
}

#[tokio::test]
async fn the_relationships() {
    let published = [
        ("jumpcloud_account_has_user", ORGANIZATION, "HAS", USER),
        ("jumpcloud_account_has_group", ORGANIZATION, "HAS", GROUP),
        ("jumpcloud_account_has_application", ORGANIZATION, "HAS", APPLICATION),
        ("jumpcloud_account_has_apple_mdm", ORGANIZATION, "HAS", MDM),
        ("jumpcloud_group_has_user", GROUP, "HAS", USER),
        ("jumpcloud_group_assigned_application", GROUP, "ASSIGNED", APPLICATION),
        ("jumpcloud_user_assigned_application", USER, "ASSIGNED", APPLICATION),
        ("jumpcloud_apple_device_has_mdm", DEVICE, "HAS", MDM),
    ];
    let graph = graph().await;
    for (ty, from, class, to) in published {
        let key = format!("{from}|{}|{to}", class.to_lowercase());
        let expected = json!({
            "_key": key, "_type": ty, "_class": class, "_fromEntityKey": from, "_toEntityKey": to, "displayName": class,
        });
        assert_eq!(graph.get(&key), &expected);
    }
    // 6 entities, and the user's employee, which is not published.
    assert_eq!(graph.len(), 6 + published.len() + 1);
}
