//! The tags of an integration of the official SDK, and what `cargo j1 port` makes of them.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::made::{cargo_j1, files_below, outer, said, target};
use crate::port_sources::written;

type Tested = Result<(), Box<dyn std::error::Error>>;

/// Code without blanks, and without the commas that a formatter adds.
fn joined(text: &str) -> String {
    text.split_whitespace().collect::<String>().replace(",)", ")").replace(",]", "]")
}

/// An integration of one type, hosts, with this function that converts one.
fn source(converter: &str) -> String {
    format!(
        "import {{ tidy }} from './elsewhere';\n\
         export const s = [{{ id: 'fetch-hosts', name: 'Hosts', executionHandler: f, relationships: [],\n\
         entities: [{{ resourceName: 'Host', _type: 'acme_host', _class: ['Host'] }}] }}];\n\
         export function createHost(host) {{\n{converter}\n}}\n"
    )
}

/// A converter that gives `createIntegrationEntity` this source.
fn of_source(of: &str, more: &str) -> String {
    source(&format!(
        "return createIntegrationEntity({{ entityData: {{ source: {of}, {more}\n\
         assign: {{ _key: host.id, _type: 'acme_host', _class: ['Host'], name: host.name, hostname: host.name, zone: host.zone }} }} }});"
    ))
}

/// A converter that calls `assignTags` with these tags.
fn of_call(tags: &str) -> String {
    source(&format!(
        "const entity = {{ _key: host.id, _type: 'acme_host', _class: ['Host'], name: host.name, hostname: host.name, zone: host.zone }};\n\
         assignTags(entity, {tags}, ['team']);\n\
         return entity;"
    ))
}

/// Hosts with these tags in this member.
fn hosts(member: &str, tags: &[Value]) -> Value {
    let host = |(at, tags): (usize, &Value)| json!({ "id": format!("acme-host-{at}"), "name": format!("host-{at}"), "zone": "eu", member: tags });
    tags.iter().enumerate().map(host).collect()
}

/// The code of the hosts, what is left, and what the command said.
type Texts = Result<[String; 3], Box<dyn std::error::Error>>;

/// Ports an integration; returns the code of its hosts, what is left, and what the command said.
fn ported(folder: &Path, source: &str, recorded: &[(&str, Value)]) -> Texts {
    written(folder, source, recorded)?;
    let made = cargo_j1(folder).args(["port", "odd", "--name", "made", "--no-check"]).output()?;
    assert!(made.status.success(), "{}", said(&made));
    let project = folder.join("made");
    let texts = [entity(&project)?, std::fs::read_to_string(project.join("PORT.md"))?, said(&made)];
    std::fs::remove_dir_all(project)?;
    Ok(texts)
}

fn entity(project: &Path) -> std::io::Result<String> {
    let path = |name: &str| -> PathBuf { project.join("src/entities").join(name) };
    std::fs::read_to_string(path("host.rs")).or_else(|_| std::fs::read_to_string(path("acme_host.rs")))
}

/// A field of tags, in code without blanks.
const FIELD: &str = "#[serde(rename=\"tag.*\")]#[j1(tags)]";

#[test]
fn tags_of_the_source_become_tags() -> Tested {
    let folder = tempfile::tempdir()?;
    let tags = [json!([{ "Key": "env", "Value": "prod" }, { "Key": "Owner", "Value": "Ada" }]), json!([])];
    for (of, member, taken) in [
        ("host", "tags", "record[\"tags\"]"),
        ("{ ...host, tags: host.labels }", "labels", "record[\"labels\"]"),
        ("host.info", "info", "record[\"info\"][\"tags\"]"),
    ] {
        let hosts = match member {
            "info" => hosts(member, &[json!({ "tags": tags[0] }), json!({ "tags": null })]),
            member => hosts(member, &tags),
        };
        let (code, left) = {
            let [code, left, told] =
                ported(folder.path(), &of_source(of, "tagProperties: ['team'],"), &[("hosts", hosts)])?;
            assert!(told.contains("1 of 1    tags (100 %)"), "{told}");
            (joined(&code), left)
        };
        assert!(code.contains(FIELD), "{of}:\n{code}");
        assert!(code.contains(&joined(&format!("(\"tag.*\", tag_map(&{taken}))"))), "{of}:\n{code}");
        // A tag of this name is a property as well, in small letters.
        assert!(
            code.contains(&joined(&format!("(\"owner\", lower(&tag_of(&{taken}, \"owner\")))"))),
            "{of}:\n{code}"
        );
        assert!(!code.contains("\"email\"") && !code.contains("\"team\""), "no record has one:\n{code}");
        assert!(left.contains("## 1 of 1 tags"), "{left}");
    }
    Ok(())
}

#[test]
fn tags_that_are_only_names_become_the_property_tags() -> Tested {
    let folder = tempfile::tempdir()?;
    let tags = [json!(["web", "db"]), json!([])];
    let [code, ..] = ported(folder.path(), &of_source("host", ""), &[("hosts", hosts("tags", &tags))])?;
    let code = joined(&code);
    assert!(code.contains("(\"tags\",tag_names(&record[\"tags\"]))"), "{code}");
    assert!(code.contains("pubtags:Option<Vec<String>>"), "{code}");
    assert!(code.contains(&format!("{FIELD}pubnamed_tags:")), "{code}");
    Ok(())
}

#[test]
fn a_tag_called_name_names_the_entity() -> Tested {
    let folder = tempfile::tempdir()?;
    let hosts = || hosts("tags", &[json!({ "Name": "db" })]);
    let [code, ..] = ported(folder.path(), &of_source("host", ""), &[("hosts", hosts())])?;
    let code = joined(&code);
    let named = "(\"displayName\",either(&tag_of(&record[\"tags\"],\"name\"),&record[\"name\"]))";
    assert!(code.contains(named), "{code}");
    // The SDK takes a name that the code gives before it.
    let given = of_source("host", "").replace("zone: host.zone", "zone: host.zone, displayName: host.zone");
    let [code, ..] = ported(folder.path(), &given, &[("hosts", hosts())])?;
    assert!(joined(&code).contains("either(&record[\"zone\"],&either(&tag_of("), "{code}");
    Ok(())
}

#[test]
fn tags_of_a_call_become_tags_also_where_no_record_shows_them() -> Tested {
    let folder = tempfile::tempdir()?;
    let [code, left, told] = ported(folder.path(), &of_call("host.meta?.labels"), &[])?;
    let code = joined(&code);
    assert!(code.contains(FIELD), "{code}");
    assert!(code.contains("(\"tag.*\",tag_map(&record[\"meta\"][\"labels\"]))"), "{code}");
    assert!(code.contains("(\"team\",lower(&tag_of(&record[\"meta\"][\"labels\"],\"team\")))"), "{code}");
    assert!(told.contains("1 of 1    tags (100 %)"), "{told}");
    assert!(
        left.contains("acme_host: a tag called `name`, `classification`, `owner` or `email` is also"),
        "{left}"
    );
    Ok(())
}

#[test]
fn tags_that_could_not_be_read_are_named_where_they_are() -> Tested {
    let folder = tempfile::tempdir()?;
    let hosts = || hosts("tags", &[json!({ "env": "prod" })]);
    // A list that is filled later.
    let filled = of_call("labels").replace("const entity", "const labels = [];\nconst entity");
    let [code, left, told] = ported(folder.path(), &filled, &[("hosts", hosts())])?;
    assert!(told.contains("0 of 1    tags (0 %)"), "{told}");
    assert!(left.contains("acme_host: `assignTags(entity, labels, ['team'])`"), "{left}");
    assert!(left.contains("#[j1(tags)]"), "what to write:\n{left}");
    assert!(code.contains("// port: assignTags(entity, labels, ['team'])"), "{code}");
    // A function that is not read waits for a person, and its tags with it.
    let [code, left, _] = ported(folder.path(), &of_call("tidy(host.tags)"), &[("hosts", hosts())])?;
    assert!(joined(&code).contains("tag_map(&official::tidy(&[&record[\"tags\"]]))"), "{code}");
    assert!(left.contains("acme_host: it waits for `official::tidy`"), "{left}");
    // A source that is not read may have tags.
    let of = ["omit(host, 'id')", "{ ...other(), id: host.id }"];
    for of in of {
        let [_, left, told] = ported(folder.path(), &of_source(of, ""), &[("hosts", hosts())])?;
        assert!(told.contains("0 of 1    tags (0 %)"), "{of}: {told}");
        assert!(left.contains("acme_host: its `source` could not be read"), "{of}: {left}");
    }
    // So has a call that no converter belongs to.
    let apart =
        of_source("{}", "") + "export const more = async (entity, vm) => { assignTags(entity, vm.tags); };\n";
    let [_, left, told] = ported(folder.path(), &apart, &[("hosts", hosts())])?;
    assert!(told.contains("0 of 1    tags (0 %)"), "{told}");
    assert!(left.contains("src/index.ts: `assignTags(entity, vm.tags)`"), "{left}");
    Ok(())
}

#[test]
fn a_type_without_tags_gets_none_and_what_no_recording_shows_is_said() -> Tested {
    let folder = tempfile::tempdir()?;
    let recorded = || [("hosts", hosts("tags", &[Value::Null]))];
    for of in ["host", "{}", "{ ...host, tags: undefined }", "{ id: host.id }"] {
        let [code, left, told] = ported(folder.path(), &of_source(of, ""), &recorded())?;
        assert!(!code.contains("tag_map") && !told.contains(" tags ("), "{of}: {told}{code}");
        assert!(!left.contains("acme_host: "), "{of}: {left}");
    }
    let constant = of_source("{ ...host, tags: ['web'] }", "");
    let [code, ..] = ported(folder.path(), &constant, &recorded())?;
    assert!(joined(&code).contains("tag_names(&json!([\"web\"]))"), "{code}");
    let [_, left, _] = ported(folder.path(), &of_source("host", ""), &[])?;
    assert!(left.contains("acme_host") && left.contains("no recording shows whether"), "{left}");
    Ok(())
}

#[test]
#[ignore = "minutes: builds a project"]
fn ported_tags_are_those_of_the_official_sdk() -> Tested {
    let outer = outer()?;
    let tags = [
        json!([{ "Key": "env", "Value": "prod" }, { "Key": "Owner", "Value": "Ada" }, { "Key": "on", "Value": "TRUE" }]),
        json!([{ "key": "count", "value": "12" }, { "key": "share", "value": "0.5" }, { "key": "odd" }]),
        json!([]),
    ];
    written(outer.path(), &of_source("host", ""), &[("hosts", hosts("tags", &tags))])?;
    let made = cargo_j1(outer.path())
        .args(["port", "odd", "--name", "made"])
        .env("CARGO_TARGET_DIR", target())
        .output()?;
    assert!(made.status.success() && !said(&made).contains("warning:"), "{}", said(&made));
    let project = outer.path().join("made");
    let collect = cargo_j1(&project)
        .args(["collect", "--debug", "--replay", "recordings"])
        .env("CARGO_TARGET_DIR", target())
        .output()?;
    assert!(said(&collect).contains("acme_host"), "{}", said(&collect));
    let mut found = Vec::new();
    for path in files_below(&project.join(".j1-integration/graph"))? {
        let objects: Value = serde_json::from_slice(&std::fs::read(path)?)?;
        found.extend(objects["entities"].as_array().into_iter().flatten().cloned());
    }
    found.sort_by_key(|one| one["_key"].to_string());
    let wanted = [
        json!({ "tag.env": "prod", "tag.Owner": "Ada", "tag.on": true, "tags": ["on"], "owner": "ada" }),
        json!({ "tag.count": 12, "tag.share": 0.5 }),
        json!({}),
    ];
    assert_eq!(found.len(), wanted.len(), "{}\n{found:?}", said(&collect));
    for (own, wanted) in found.iter().zip(&wanted) {
        let is_tag = |name: &str| name.starts_with("tag") || name == "owner";
        let own: serde_json::Map<String, Value> = own
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(name, _)| is_tag(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        assert_eq!(Value::Object(own), *wanted);
    }
    Ok(())
}
