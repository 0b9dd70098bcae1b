//! The published integration's result for a response, beside this one's.
//!
//! The tables hold what `graph-sentinelone` 1.7.0 sends for the answers below. Where this integration differs, the
//! documentation names the property.

use std::collections::BTreeSet;

use j1::testing::{Graph, Run};
use sentinelone::SentinelOne;
use sentinelone::entities::{Account, Agent, Group};
use serde_json::{Map, Value, json};

use crate::{AGENTS, GROUPS, LIST, config, console};

const DOCUMENTATION: &str = include_str!("../../docs/sentinelone.md");

/// 2018-02-27T04:49:26.257Z
const TIME: i64 = 1_519_706_966_257;

/// The fate of a property that the published integration sends.
enum Here {
    /// It is sent as it is there.
    Same,
    /// It has another name; the value is the same.
    Named(&'static str),
    /// It has another value.
    Valued(Value),
    /// It is not sent.
    Gone,
}
use Here::{Gone, Named, Same, Valued};

fn group() -> Value {
    json!({
        "id": "225494730938493804", "name": "Laptops", "type": "static", "inherits": true, "isDefault": false,
        "totalAgents": 12, "rank": 3, "creator": "Ada", "creatorId": "225494730938493811", "filterName": "All",
        "filterId": "225494730938493812", "siteId": "225494730938493813",
        "createdAt": "2018-02-27T04:49:26.257525Z", "updatedAt": "2018-02-27T04:49:26.257525Z",
        "registrationToken": "not-to-be-read",
    })
}

/// The answer of SentinelOne for one agent.
const AGENT: &str = include_str!("published_agent.json");

async fn graph() -> Graph {
    let agent: Value = serde_json::from_str(AGENT).expect("JSON");
    let provider = console().list(GROUPS, LIST, [group()]).list(AGENTS, LIST, [agent]);
    let ran = Run::<SentinelOne>::provider(provider.http()).config(config()).collect().await;
    ran.assert_complete();
    ran.graph
}

/// Compares an entity with what the published integration sends; `new` is what only this one sends.
fn compare(entity: &Value, published: &[(&str, Value, Here)], new: &[&str]) {
    let entity: &Map<String, Value> = entity.as_object().expect("an object");
    let mut known: BTreeSet<&str> = new.iter().copied().chain(["_key", "_type", "_class"]).collect();
    for (name, value, here) in published {
        let (sent_as, expected) = match here {
            Same => (*name, Some(value)),
            Named(other) => (*other, Some(value)),
            Valued(other) => (*name, Some(other)),
            Gone => (*name, None),
        };
        assert_eq!(entity.get(sent_as), expected, "{name}");
        known.insert(sent_as);
        let told = matches!(here, Same) || DOCUMENTATION.contains(&format!("`{name}`"));
        assert!(told, "the documentation does not say what becomes of `{name}`");
    }
    for name in new {
        assert!(entity.contains_key(*name), "{name}");
        assert!(
            DOCUMENTATION.contains(&format!("`{name}`")),
            "the documentation does not say that `{name}` is new"
        );
    }
    let unknown: Vec<&String> = entity.keys().filter(|name| !known.contains(name.as_str())).collect();
    assert!(unknown.is_empty(), "the published integration sends no {unknown:?}");
}

#[tokio::test]
async fn keys_types_and_relationships() {
    let graph = graph().await;
    let (account, group) = ("sentinelone_account-i-1", "sentinelone_group-id-225494730938493804");
    let agent = "sentinelone_agent-id-325494730938493804";
    for (key, ty, class) in [
        (account, "sentinelone_account", "Account"),
        (group, "sentinelone_group", "Group"),
        (agent, "sentinelone_agent", "HostAgent"),
    ] {
        let entity = graph.get(key);
        assert_eq!((&entity["_type"], &entity["_class"]), (&json!(ty), &json!(class)));
    }
    for (ty, from, to) in
        [("sentinelone_account_has_group", account, group), ("sentinelone_group_has_agent", group, agent)]
    {
        let [edge] = graph.of_type(ty) else { panic!("{ty}") };
        assert_eq!(
            edge,
            &json!({
                "_key": format!("{from}|has|{to}"), "_type": ty, "_class": "HAS", "displayName": "HAS",
                "_fromEntityKey": from, "_toEntityKey": to,
            })
        );
    }
}

#[tokio::test]
async fn the_account() {
    let graph = graph().await;
    // The published integration has the name of the instance, which only the platform knows.
    let name = json!("acme.sentinelone.example");
    let published =
        [("name", name.clone(), Same), ("displayName", name, Same), ("vendor", json!("SentinelOne"), Same)];
    compare(&graph.of::<Account>()[0], &published, &["webLink"]);
}

#[tokio::test]
async fn a_group() {
    let graph = graph().await;
    let published = [
        ("id", json!("225494730938493804"), Same),
        ("name", json!("Laptops"), Same),
        ("displayName", json!("Laptops static"), Same),
        ("inherits", json!(true), Named("isPolicyInherited")),
        ("isDefault", json!(false), Same),
        ("totalAgents", json!(12), Same),
        ("rank", json!(3), Same),
        ("creator", json!("Ada"), Same),
        ("creatorId", json!("225494730938493811"), Same),
        ("filterName", json!("All"), Same),
        ("filterId", json!("225494730938493812"), Same),
        ("siteId", json!("225494730938493813"), Same),
        ("type", json!("static"), Same),
        ("createdOn", json!(TIME), Same),
        ("updatedOn", json!(TIME), Same),
        ("createdAt", json!(TIME), Gone),
        ("updatedAt", json!(TIME), Gone),
        ("_rawData", json!([]), Gone),
    ];
    compare(&graph.of::<Group>()[0], &published, &[]);
}

#[tokio::test]
async fn an_agent() {
    let graph = graph().await;
    let mut published = texts_and_numbers();
    published.extend([
        ("function", json!("anti-malware"), Valued(json!(["anti-malware"]))),
        (
            "macAddresses",
            json!(["00:25:96:12:34:56", "00:25:96:00:00:01"]),
            Valued(json!(["00:25:96:12:34:56", "00:25:96:ab:cd:ef"])),
        ),
        ("macAddress", json!(["00:25:96:12:34:56", "00:25:96:00:00:01"]), Gone),
        ("isActive", json!(true), Same),
        ("isDecommissioned", json!(false), Same),
        ("isPendingUninstall", json!(true), Same),
        ("isUninstalled", json!(false), Same),
        ("isUpToDate", json!(true), Same),
        ("isInfected", json!(true), Same),
        ("infected", json!(true), Gone),
        ("allowRemoteShell", json!(true), Named("isRemoteShellAllowed")),
        ("encryptedApplications", json!(true), Named("isDiskEncrypted")),
        ("inRemoteShellSession", json!(true), Named("isInRemoteShellSession")),
        ("lastSeenOn", json!(TIME), Same),
        ("lastActiveDate", json!(TIME), Gone),
        ("osStartTime", json!(TIME), Named("osStartedOn")),
        ("_rawData", json!([]), Gone),
    ]);
    for (now, before) in [
        ("createdOn", "createdAt"),
        ("updatedOn", "updatedAt"),
        ("policyUpdatedOn", "policyUpdatedAt"),
        ("registeredOn", "registeredAt"),
        ("groupUpdatedOn", "groupUpdatedAt"),
        ("scanAbortedOn", "scanAbortedAt"),
        ("scanStartedOn", "scanStartedAt"),
        ("scanFinishedOn", "scanFinishedAt"),
    ] {
        published.extend([(now, json!(TIME), Same), (before, json!(TIME), Gone)]);
    }
    compare(&graph.of::<Agent>()[0], &published, &["adComputerDistinguishedName"]);
}

fn texts_and_numbers() -> Vec<(&'static str, Value, Here)> {
    let sent = [
        ("id", json!("325494730938493804")),
        ("uuid", json!("ff819e70af13be381993075eb0ce5f2f6de05be2")),
        ("name", json!("JOHN-WIN-4125")),
        ("displayName", json!("JOHN-WIN-4125")),
        ("computerName", json!("JOHN-WIN-4125")),
        ("serial", json!("SN-1")),
        ("domain", json!("mybusiness.net")),
        ("siteId", json!("225494730938493813")),
        ("siteName", json!("Headquarters")),
        ("groupId", json!("225494730938493804")),
        ("groupName", json!("Laptops")),
        ("groupIp", json!("31.155.5.x")),
        ("externalIp", json!("31.155.5.7")),
        ("osArch", json!("32 bit")),
        ("osName", json!("Windows 10")),
        ("osType", json!("windows")),
        ("osRevision", json!("19045")),
        ("osUsername", json!("john")),
        ("lastLoggedInUserName", json!("janedoe3")),
        ("agentVersion", json!("2.5.0.2417")),
        ("modelName", json!("Acme computers - 15x4k")),
        ("machineType", json!("laptop")),
        ("cpuId", json!("Acme chips inc. Pro5555 @ 3.33GHz")),
        ("networkStatus", json!("connected")),
        ("scanStatus", json!("started")),
        ("mitigationMode", json!("protect")),
        ("mitigationModeSuspicious", json!("detect")),
        ("consoleMigrationStatus", json!("N/A")),
        ("appsVulnerabilityStatus", json!("up_to_date")),
        ("coreCount", json!(8)),
        ("cpuCount", json!(2)),
        ("totalMemory", json!(8192)),
        ("activeThreatsCount", json!(3)),
        ("missingPermissions", json!(["user-action-needed-fda"])),
    ];
    let mut all: Vec<_> = sent.into_iter().map(|(name, value)| (name, value, Same)).collect();
    all.push(("activeThreats", json!(3), Gone));
    all.push(("tag.environment", json!("production"), Same));
    all
}
