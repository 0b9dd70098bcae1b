//! The awkward records of the recordings, as they come out.

use serde_json::{Value, json};

use crate::support::{LABORATORY, command, recorded_answers, recordings};

async fn collected() -> Vec<Value> {
    let replay = recordings().display().to_string();
    let (ran, folder) =
        command(&["collect", "--out", "out", "--replay", &replay, "--output", "json"]).keeping_folder().await;
    ran.summary(0);
    let mut objects = Vec::new();
    let mut folders = vec![folder.path().join("out/graph")];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let file: Value =
                serde_json::from_str(&std::fs::read_to_string(path).expect("a file")).expect("JSON");
            for list in file.as_object().expect("an object").values() {
                objects.extend(list.as_array().expect("a list").iter().cloned());
            }
        }
    }
    objects
}

fn user<'o>(objects: &'o [Value], username: &str) -> &'o Value {
    objects
        .iter()
        .find(|object| object["username"] == json!([username]))
        .unwrap_or_else(|| panic!("{username}"))
}

#[tokio::test]
async fn awkward_users_come_out_right() {
    let objects = collected().await;
    for object in &objects {
        let violations = j1_core::validate::object(object);
        assert!(violations.is_empty(), "{violations:?} in {object:#}");
        assert!(!object.to_string().contains("undefined"), "{object:#}");
    }
    let nameless = user(&objects, "print-server");
    assert_eq!(nameless["name"], "print-server");
    assert_eq!(nameless["displayName"], "print-server");
    assert_eq!(nameless["login"], "print-server");
    assert_eq!(nameless["firstName"], Value::Null, "the class requires it, and null says that there is none");
    assert!(nameless.as_object().expect("an object").contains_key("firstName"));
    let by_id = user(&objects, "nalani.keaweaikau");
    assert_eq!(by_id["_key"], by_id["id"], "a record with `_id` alone");
    let long = user(&objects, "zhiyuan.lin")["description"].as_str().expect("a description");
    assert!(long.encode_utf16().count() <= 4096 && long.ends_with('…'));
}

#[tokio::test]
async fn excluded_properties_are_not_sent() {
    let objects = collected().await;
    let names: std::collections::BTreeSet<&str> = objects
        .iter()
        .flat_map(|object| object.as_object().expect("an object").keys().map(String::as_str))
        .collect();
    for name in
        ["phoneNumbers", "addresses", "sshKeys", "publicKey", "organization", "_rawData", "attributes"]
    {
        assert!(!names.contains(name), "{name}");
    }
    // A key, a certificate, an attribute of RADIUS and the number of a SIM card, all of which the recordings have.
    let sent = serde_json::to_string(&objects).expect("JSON");
    let recorded: String = recorded_answers().into_values().map(|answer| answer.1).collect();
    for text in ["ssh-ed25519", "BEGIN CERTIFICATE", "invented-shared-phrase", "8900000000000000001", "+1"] {
        assert!(recorded.contains(text), "{text} is not in the recordings");
        assert!(!sent.contains(text), "{text}");
    }
}

#[tokio::test]
async fn each_organization_has_its_own() {
    let objects = collected().await;
    let owned = |what: &str, account: &str| {
        let ty = format!("jumpcloud_account_has_{what}");
        let edges = objects.iter().filter(|object| object["_type"] == ty.as_str());
        edges.filter(|edge| edge["_fromEntityKey"] == account).count()
    };
    for (what, first, second) in
        [("user", 190, 47), ("group", 108, 12), ("application", 106, 7), ("apple_mdm", 2, 1)]
    {
        assert_eq!(
            (owned(what, "5ca31a2275f0734ccd124d13"), owned(what, LABORATORY)),
            (first, second),
            "{what}"
        );
    }
}

#[tokio::test]
async fn a_record_without_a_date_takes_that_of_its_id() {
    let objects = collected().await;
    let by_id = |id: &str| objects.iter().find(|object| object["_key"] == id).expect("it is there");
    // The first 8 digits of each, in milliseconds.
    for (id, made_on) in [
        ("678e6955ce3c4ea095e97141", 0x678e_6955_i64 * 1000),
        ("6a00636c929d5746beeb6293", 0x6a00_636c_i64 * 1000),
        ("66f8f0aaf0f64e69e505c2f3", 0x66f8_f0aa_i64 * 1000),
        (LABORATORY, 0x6531_2850_i64 * 1000),
    ] {
        assert_eq!(by_id(id)["createdOn"], made_on, "{id}");
    }
    let entities =
        objects.iter().filter(|object| object.get("_fromEntityKey").or(object.get("_mapping")).is_none());
    assert!(entities.clone().all(|entity| entity["createdOn"].is_i64()) && entities.count() == 727);
}
