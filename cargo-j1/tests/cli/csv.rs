//! `cargo j1 csv`: what an operator uploads to Custom File Transfer.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::collected;
use crate::ran::{Ran, binary};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// A user and a group, and that the one is in the other.
fn collection() -> io::Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let entities = [
        json!({ "_key": "acme:user:1", "_type": "acme_user", "_class": ["User"], "displayName": "Ann \"A\" Lee, PhD\nat work",
                "isActive": true, "loginCount": 7, "createdOn": 1_700_000_000_123_i64, "ratio": 0.5, "note": "=1+1",
                "email": ["ann@acme.io"], "code": "x", "nothing": null, "_rawData": [{ "name": "default" }] }),
        json!({ "_key": "acme:user:2", "_type": "acme_user", "_class": ["User"], "displayName": "Bo", "isActive": false,
                "code": 12, "closedOn": -5, "nothing": null }),
        json!({ "_key": "acme:group:1", "_type": "acme_group", "_class": "Group", "displayName": "All" }),
    ];
    let edge = json!({ "_key": "acme:group:1|has|acme:user:1", "_type": "acme_group_has_user", "_class": "HAS",
                       "_fromEntityKey": "acme:group:1", "_toEntityKey": "acme:user:1" });
    collected::write(&folder.path().join(".j1-integration"), &entities, &[edge], &["acme_group"])?;
    Ok(folder)
}

fn ran(folder: &Path, args: &[&str]) -> io::Result<Ran> {
    binary().arg("csv").args(args).current_dir(folder).output().map(Ran::from)
}

fn files(folder: &Path) -> io::Result<Vec<String>> {
    let mut names: Vec<String> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
        .collect::<io::Result<_>>()?;
    names.sort();
    Ok(names)
}

#[test]
fn each_type_is_a_file_whose_head_says_what_the_values_are() -> Tested {
    let folder = collection()?;
    let said = ran(folder.path(), &["--out", "upload"])?.exits(0);
    let out = folder.path().join("upload");
    assert_eq!(files(&out)?, ["acme_group.csv", "acme_user.csv", "datasets.json"]);
    assert_eq!(
        fs::read_to_string(out.join("acme_user.csv"))?,
        "_key,closedOn[number],code,createdOn[datetime],displayName,isActive[boolean],loginCount[number],note,ratio[number]\n\
         acme:user:1,,x,2023-11-14T22:13:20.123Z,\"Ann \"\"A\"\" Lee, PhD\nat work\",true,7,=1+1,0.5\n\
         acme:user:2,-5,12,,Bo,false,,,\n"
    );
    let datasets: Value = serde_json::from_str(&fs::read_to_string(out.join("datasets.json"))?)?;
    let user = &datasets["entities"][1];
    assert_eq!(
        (&user["id"], &user["_type"], &user["_class"], &user["_keyField"]),
        (&json!("acme_user"), &json!("acme_user"), &json!("User"), &json!("_key"))
    );
    assert_eq!(user["uniqueIdentifier"].as_str().map(str::len), Some(36));
    for line in [
        "  acme_user.csv  2 rows, 9 columns\n",
        "  acme_user._rawData: 1 objects have it\n",
        "  acme_user.email: 1 values are lists\n",
        "  acme_user.code: 1 values become texts, since others of the property are\n",
        "  1 relationships acme_group_has_user (HAS): add a direct relationship to the instance in JupiterOne\n",
        "  acme_group was not read in full (the collection lists it as partial): what is missing in the file is deleted in \
         JupiterOne\n",
    ] {
        assert!(said.out.contains(line), "{line}: {}", said.out);
    }
    Ok(())
}

#[test]
fn strict_writes_nothing_that_would_not_be_all() -> Tested {
    let folder = collection()?;
    let said = ran(folder.path(), &["--out", "upload", "--strict"])?.exits(8);
    assert!(said.out.contains("acme_user.email: 1 values are lists"), "{}", said.out);
    assert_eq!(files(folder.path())?, [".j1-integration"]);
    Ok(())
}

#[test]
fn a_second_export_is_equal_and_types_no_longer_collected_are_removed() -> Tested {
    let folder = collection()?;
    let out = folder.path().join("upload");
    ran(folder.path(), &["--out", "upload"])?.exits(0);
    let before = fs::read_to_string(out.join("datasets.json"))?;
    fs::write(out.join("acme_old.csv"), "_key\n")?;
    ran(folder.path(), &["--out", "upload"])?.exits(0);
    assert_eq!(files(&out)?, ["acme_group.csv", "acme_user.csv", "datasets.json"]);
    assert_eq!(fs::read_to_string(out.join("datasets.json"))?, before);
    assert_eq!(files(folder.path())?, [".j1-integration", "upload"]);
    Ok(())
}

#[test]
fn a_folder_that_holds_something_else_is_left_alone() -> Tested {
    let folder = collection()?;
    let out = folder.path().join("mine");
    fs::create_dir(&out)?;
    fs::write(out.join("thesis.md"), "all of it")?;
    let refused = ran(folder.path(), &["--out", "mine"])?.exits(2);
    assert!(refused.err.contains("[J1-R4055]") && refused.err.contains("thesis.md"), "{}", refused.err);
    assert_eq!(files(&out)?, ["thesis.md"]);
    Ok(())
}

#[test]
fn a_type_names_no_file_outside_of_the_folder() -> Tested {
    let folder = tempfile::tempdir()?;
    let entity =
        |ty: &str| json!({ "_key": format!("key of {ty}"), "_type": ty, "_class": "Record", "name": "n" });
    let entities = [entity("../out"), entity("_./Out"), entity("___OUT")];
    collected::write(&folder.path().join("c"), &entities, &[], &[])?;
    ran(folder.path(), &["--from", "c", "--out", "upload"])?.exits(0);
    assert_eq!(files(folder.path())?, ["c", "upload"]);
    let written: Vec<PathBuf> = files(&folder.path().join("upload"))?.iter().map(PathBuf::from).collect();
    assert_eq!(written.len(), 4, "{written:?}");
    Ok(())
}

#[test]
fn an_incomplete_collection_is_reported_and_nothing_is_written() -> Tested {
    let folder = collection()?;
    let missing = ran(folder.path(), &["--from", "elsewhere", "--out", "upload"])?.exits(2);
    assert!(
        missing.err.contains("[J1-R4053]") && missing.err.contains("cargo j1 collect"),
        "{}",
        missing.err
    );
    fs::write(folder.path().join(".j1-integration/graph/fetch/entities/00000.json"), "{\"entities\":[{")?;
    let broken = ran(folder.path(), &["--out", "upload"])?.exits(2);
    assert!(broken.err.contains("00000.json") && broken.err.contains("[J1-R4053]"), "{}", broken.err);
    assert_eq!(files(folder.path())?, [".j1-integration"]);
    Ok(())
}
