//! `schema` and `docs`: what the integration says of itself, and that it is true of what it collects.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{command, recordings};

const OFFICIAL_TABLES: &str = "\
### Relationships

The following relationships are created:

| Source Entity `_type`    | Relationship `_class` | Target Entity `_type`   |
| ------------------------ | --------------------- | ----------------------- |
| `jumpcloud_account`      | **HAS**               | `jumpcloud_apple_mdm`   |
| `jumpcloud_account`      | **HAS**               | `jumpcloud_application` |
| `jumpcloud_account`      | **HAS**               | `jumpcloud_group`       |
| `jumpcloud_account`      | **HAS**               | `jumpcloud_user`        |
| `jumpcloud_apple_device` | **HAS**               | `jumpcloud_apple_mdm`   |
| `jumpcloud_group`        | **ASSIGNED**          | `jumpcloud_application` |
| `jumpcloud_group`        | **HAS**               | `jumpcloud_user`        |
| `jumpcloud_user`         | **ASSIGNED**          | `jumpcloud_application` |
";

async fn schema(format: &str) -> Value {
    let ran = command(&["schema", "--format", format]).finish().await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).expect("JSON")
}

/// Returns `true` if a value is of one of the types that a schema names.
fn is_of(value: &Value, types: &Value) -> bool {
    let is = |ty: &Value| match ty.as_str().expect("a type") {
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "null" => value.is_null(),
        other => panic!("{other}"),
    };
    types.as_array().map_or_else(|| is(types), |types| types.iter().any(is))
}

#[tokio::test]
async fn the_collection_matches_the_schema() {
    let described = schema("json").await;
    let replay = recordings().display().to_string();
    let (ran, folder) = command(&["collect", "--replay", &replay]).keeping_folder().await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let mut seen = 0;
    for entity in described["entities"].as_array().expect("entities") {
        let schema = &entity["schema"];
        for step in ["orgs", "users", "groups", "applications", "apple-mdm", "apple-devices"] {
            let step = format!("fetch-{step}");
            let Ok(files) =
                std::fs::read_dir(folder.path().join(".j1-integration/graph").join(step).join("entities"))
            else {
                continue;
            };
            for file in files {
                let text = std::fs::read_to_string(file.expect("an entry").path()).expect("a file");
                let content: Value = serde_json::from_str(&text).expect("JSON");
                for object in content["entities"].as_array().expect("entities") {
                    if object["_type"] == entity["_type"] {
                        seen += 1;
                        check(object, schema);
                    }
                }
            }
        }
    }
    assert_eq!(seen, 727);
}

fn check(object: &Value, schema: &Value) {
    let object = object.as_object().expect("an object");
    for name in schema["required"].as_array().expect("names") {
        assert!(object.contains_key(name.as_str().expect("a name")), "{name} is not in {object:#?}");
    }
    for (name, value) in object {
        let property = &schema["properties"][name];
        assert!(property.is_object(), "the schema does not know {name}");
        match property.get("const") {
            Some(constant) => assert_eq!(constant, value),
            None => assert!(is_of(value, &property["type"]), "{name}: {value} is not {property}"),
        }
    }
}

#[tokio::test]
async fn the_official_document_has_the_official_members() {
    let official = schema("graph-schema").await;
    let user =
        official["entities"].as_array().expect("entities").iter().find(|e| e["_type"] == "jumpcloud_user");
    let user = user.expect("the user");
    assert_eq!(user["resourceName"], "User");
    assert_eq!(user["schema"]["$id"], "#jumpcloud_user");
    assert_eq!(user["schema"]["allOf"][0], json!({ "$ref": "#User" }));
    assert!(official["relationships"].as_array().expect("relationships").contains(
        &json!({ "_class": "HAS", "sourceType": "jumpcloud_group", "targetType": "jumpcloud_user" })
    ));
    let mapped = official["mappedRelationships"].as_array().expect("mapped relationships");
    let is_person = json!({ "_class": "IS", "sourceType": "jumpcloud_user", "targetType": "Person", "direction": "FORWARD" });
    assert_eq!(*mapped, [is_person]);
}

#[tokio::test]
async fn the_documentation_that_is_shipped_is_up_to_date() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/jumpcloud.md");
    let ran = command(&["docs", "--check", "--file", &file.display().to_string()]).finish().await;
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    assert!(std::fs::read_to_string(file).expect("it is there").contains(OFFICIAL_TABLES));
}

#[tokio::test]
async fn documentation_is_replaced_between_its_markers_only() {
    let run = command(&["docs"]);
    let file = run.folder().join("docs/jumpcloud.md");
    let (ran, folder) = run.keeping_folder().await;
    assert_eq!((ran.code, &*ran.stdout), (Some(0), "wrote docs/jumpcloud.md\n"));
    let text = std::fs::read_to_string(&file).expect("it is there");
    let edited = format!("By hand.\n{}\nAlso by hand.\n", text.replace("jumpcloud_group", "jumpcloud_grope"));
    std::fs::write(&file, edited).expect("it is written");

    let path = file.display().to_string();
    let checked = command(&["docs", "--check", "--file", &path]).finish().await;
    assert_eq!(checked.code, Some(8), "{}", checked.stdout);
    assert!(checked.stdout.contains("is out of date"), "{}", checked.stdout);

    assert_eq!(command(&["docs", "--file", &path]).finish().await.code, Some(0));
    let again = std::fs::read_to_string(&file).expect("it is there");
    assert_eq!(again, format!("By hand.\n{text}\nAlso by hand.\n"));
    drop(folder);
}

#[tokio::test]
async fn half_a_pair_of_markers_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mine.md");
    let mine = "# Mine\n<!-- {J1_DOCUMENTATION_MARKER_START} -->\nwords\n";
    std::fs::write(&file, mine).expect("it is written");
    let ran = command(&["docs", "--file", &file.display().to_string()]).finish().await;
    assert_eq!(ran.code, Some(3));
    assert!(ran.stderr.contains("J1-R2009") && ran.stderr.contains("not that of the end"), "{}", ran.stderr);
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), mine);
}
