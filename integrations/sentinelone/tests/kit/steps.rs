//! Each step alone.

use j1::prelude::*;
use j1::testing::{Double, Graph, Ran, Step};
use sentinelone::entities::{Account, Agent, Group};
use sentinelone::steps::{fetch_account, fetch_agents, fetch_groups};
use sentinelone::targets::{DeviceByMac, DeviceBySerial, Person};
use serde_json::{Value, json};

use crate::{AGENTS, GROUPS, LIST, agent, config, group, read, sentinelone};

/// The agents of a console whose group is known, with these members each.
async fn agents(members: impl IntoIterator<Item = Value>) -> Ran {
    let merged = members.into_iter().enumerate().map(|(number, members)| {
        let mut agent = agent(1000 + number);
        let all = agent.as_object_mut().expect("an object");
        all.extend(members.as_object().expect("an object").clone());
        agent
    });
    let provider = Double::new().list(AGENTS, LIST, merged);
    let ran = Step::<fetch_agents>::new().given(read::<Group>(group())).run(sentinelone(&provider)).await;
    ran.assert_complete();
    provider.assert_asked();
    ran
}

/// Lists the filters of the devices that the agents protect.
fn devices(graph: &Graph) -> Vec<Value> {
    let by_serial = graph.of::<Mapped<Protects<Agent, DeviceBySerial>>>();
    by_serial.iter().map(|edge| edge["_mapping"]["targetEntity"].clone()).collect()
}

#[tokio::test]
async fn the_account_is_named_by_its_host_or_by_the_operator() {
    let provider = Double::new();
    let ran = Step::<fetch_account>::new().run(sentinelone(&provider)).await;
    ran.assert_complete();
    let account = ran.graph.get("sentinelone_account-i-1");
    assert_eq!(account["name"], "acme.sentinelone.example");
    assert_eq!(account["webLink"], "https://acme.sentinelone.example/");
    assert_eq!(account["vendor"], "SentinelOne");
    let named = sentinelone::Config { account_name: Some("Production".to_owned()), ..config() };
    assert_eq!(Account::from_config(named).name, "Production");
}

#[tokio::test]
async fn groups_belong_to_the_account() {
    let provider = Double::new().list(GROUPS, LIST, [group(), json!({ "id": "2" })]);
    let ran =
        Step::<fetch_groups>::new().given(Account::from_config(config())).run(sentinelone(&provider)).await;
    ran.assert_complete();
    provider.assert_asked();
    assert_eq!(ran.graph.values::<Group>("displayName"), ["Laptops static", "2"]);
    let edges = ran.graph.values::<Has<Account, Group>>("_key");
    assert_eq!(
        edges,
        [
            "sentinelone_account-i-1|has|sentinelone_group-id-1",
            "sentinelone_account-i-1|has|sentinelone_group-id-2"
        ]
    );
}

#[tokio::test]
async fn agents_belong_to_groups_that_exist() {
    let ran = agents([json!({}), json!({ "groupId": "gone" }), json!({ "groupId": null })]).await;
    assert_eq!(ran.graph.of::<Agent>().len(), 3);
    let edges = ran.graph.values::<Has<Group, Agent>>("_key");
    assert_eq!(edges, ["sentinelone_group-id-1|has|sentinelone_agent-id-1000"]);
}

#[tokio::test]
async fn a_device_is_found_by_its_serial_number() {
    let interface = json!([{ "physical": "00:00:5E:00:53:01" }]);
    let ran = agents([json!({ "serialNumber": " SN-1 ", "networkInterfaces": interface })]).await;
    let edges = ran.graph.of::<Mapped<Protects<Agent, DeviceBySerial>>>();
    assert_eq!(edges.len(), 1, "once, and not by its hardware address as well");
    assert_eq!(edges[0]["_type"], "sentinelone_agent_protects_device");
    assert_eq!(edges[0]["_class"], "PROTECTS");
    assert_eq!(
        edges[0]["_mapping"],
        json!({
            "sourceEntityKey": "sentinelone_agent-id-1000",
            "relationshipDirection": "FORWARD",
            "targetFilterKeys": [["_class", "serial"]],
            "targetEntity": { "_class": "Device", "serial": "SN-1" },
            "skipTargetCreation": true,
        })
    );
}

#[tokio::test]
async fn a_device_without_a_serial_number_is_found_by_its_unique_hardware_addresses() {
    let interfaces = json!([
        { "physical": "00:00:5E:00:53:01", "gatewayMacAddress": "00-00-5e-00-53-ff" },
        { "physical": "0000.5e00.5302" },
        { "physical": "00:00:00:00:00:00" },
        { "physical": "02:42:ac:11:00:02" },
        { "physical": "00:50:56:C0:00:08" },
        { "physical": "00:00:5e:00:53:ff" },
        { "physical": "00:00:5e:ff:fe:00:53:01" },
        { "physical": null },
    ]);
    let none = [json!(null), json!(""), json!("To be filled by O.E.M."), json!("00000000")];
    for serial in none {
        let ran = agents([json!({ "serialNumber": serial, "networkInterfaces": interfaces })]).await;
        let found: Vec<&Value> = ran
            .graph
            .of::<Mapped<Protects<Agent, DeviceByMac>>>()
            .iter()
            .map(|edge| &edge["_mapping"]["targetEntity"]["macAddresses"])
            .collect();
        assert_eq!(found, ["00:00:5e:00:53:01", "00:00:5e:00:53:02"], "{serial}");
        assert_eq!(
            ran.graph.values::<Agent>("macAddresses"),
            [&json!(["00:00:5e:00:53:01", "00:00:5e:00:53:02", "00:50:56:c0:00:08", "02:42:ac:11:00:02"])]
        );
    }
}

#[tokio::test]
async fn an_agent_that_is_gone_protects_nothing() {
    let gone = [
        json!({ "serialNumber": "SN-1", "isUninstalled": true }),
        json!({ "serialNumber": "SN-2", "isDecommissioned": true }),
        json!({ "networkInterfaces": [{ "physical": "00:00:5e:00:53:01" }], "isUninstalled": true }),
        json!({ "serialNumber": "SN-4", "isPendingUninstall": true }),
    ];
    let ran = agents(gone).await;
    assert_eq!(devices(&ran.graph), [json!({ "_class": "Device", "serial": "SN-4" })]);
}

#[tokio::test]
async fn the_device_and_the_person_are_found_by_email_or_username() {
    let directory = |mail: Value, principal: Value| json!({ "mail": mail, "userPrincipalName": principal, "computerDistinguishedName": "CN=WS" });
    let of = |serial: &str, user: Value, directory: Value| json!({ "serialNumber": serial, "lastLoggedInUserName": user, "activeDirectory": directory });
    let ran = agents([
        of("SN-0", json!("ada"), directory(json!("ada@acme.example"), json!("a@corp.acme.example"))),
        of("SN-1", json!("alan"), directory(json!(null), json!("alan@corp.acme.example"))),
        of("SN-2", json!("kiosk"), directory(json!(""), json!("kiosk@acme"))),
        of("SN-3", json!(""), json!(null)),
    ])
    .await;
    let owners: Vec<Value> = devices(&ran.graph).into_iter().map(|device| device["owner"].clone()).collect();
    assert_eq!(
        owners,
        [json!("ada@acme.example"), json!("alan@corp.acme.example"), json!("kiosk"), Value::Null]
    );
    let persons = ran.graph.of::<Mapped<Uses<Person, Agent>>>();
    let mails: Vec<&Value> = persons.iter().map(|edge| &edge["_mapping"]["targetEntity"]["email"]).collect();
    assert_eq!(mails, ["ada@acme.example", "alan@corp.acme.example"]);
    assert_eq!(persons[0]["_mapping"]["relationshipDirection"], "REVERSE");
    assert_eq!(persons[0]["_mapping"]["skipTargetCreation"], true);
}
