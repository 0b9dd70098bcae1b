//! The awkward records of the recordings, as they come out.

use serde_json::{Value, json};

use crate::support::{Run, recordings};

async fn collected() -> Vec<Value> {
    let replay = recordings().display().to_string();
    let (ran, folder) = Run::new(&["collect", "--out", "out", "--replay", &replay, "--output", "json"])
        .keeping_folder()
        .await;
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
async fn nothing_that_should_stay_at_the_vendor_is_sent() {
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
}

#[tokio::test]
async fn users_belong_to_the_organization_that_they_name() {
    let objects = collected().await;
    let owned = |account: &str| {
        let edges = objects.iter().filter(|o| o["_type"] == "jumpcloud_account_has_user");
        edges.filter(|edge| edge["_fromEntityKey"] == account).count()
    };
    assert_eq!(owned("5ca31a2275f0734ccd124d13"), 190);
    assert_eq!(owned("65312850d5ffead205559abc"), 47);
}
