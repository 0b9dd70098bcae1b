//! Bad input: a clear error, and nothing left behind.

use std::path::Path;

use crate::made::{cargo_j1, said};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// Runs `new` with these arguments where it must fail so, and must leave nothing.
fn refused(folder: &Path, args: &[&str], exit_code: i32, code: &str, message: &str) -> Tested {
    let before = std::fs::read_dir(folder)?.count();
    let ran = cargo_j1(folder).arg("new").args(args).arg("--yes").output()?;
    let said = said(&ran);
    assert_eq!(ran.status.code(), Some(exit_code), "{args:?}: {said}");
    assert!(said.contains(code) && said.contains(message), "{args:?}: {said}");
    assert_eq!(std::fs::read_dir(folder)?.count(), before, "{args:?}: something was left behind");
    Ok(())
}

#[test]
fn a_name_that_no_crate_can_have() -> Tested {
    let folder = tempfile::tempdir()?;
    let long = "a".repeat(65);
    for (name, why) in [
        (
            "my billing",
            "has a ' '; a crate's name has letters, digits, `-` and `_`; write something like `my-billing`",
        ),
        ("billing/acme", "has a '/'"),
        ("überweisung", "has a 'ü'"),
        ("1password", "does not begin with a letter; write something like `password`"),
        ("match", "is a word of Rust; write something like `match-provider`"),
        ("Async", "is a word of Rust"),
        ("serde", "is the name of something that every project has"),
        ("j1-core", "is the name of something that every project has"),
        ("jupiterone", "would give variables that are JupiterOne's own"),
        ("", "is empty"),
        (&long, "has 65 characters; 64 are the most"),
    ] {
        refused(folder.path(), &[name], 2, "J1-R4020", why)?;
    }
    Ok(())
}

#[test]
fn a_place_that_is_taken() -> Tested {
    let folder = tempfile::tempdir()?;
    std::fs::create_dir(folder.path().join("acme"))?;
    std::fs::write(folder.path().join("beta"), "a file")?;
    for args in [["acme"].as_slice(), &["beta"], &["acme", "--dir", "."], &["x", "--dir", "beta"]] {
        refused(folder.path(), args, 2, "J1-R4021", "already exists")?;
    }
    Ok(())
}

#[test]
fn a_place_that_cannot_be_written_to() -> Tested {
    let folder = tempfile::tempdir()?;
    // Root may write everywhere, so what is in the way is a file where a folder has to be.
    std::fs::write(folder.path().join("file"), "")?;
    refused(folder.path(), &["acme", "--dir", "file/deep/acme"], 1, "J1-R4022", "could not write")?;
    refused(folder.path(), &["acme", "--dir", "/proc/no/such/acme"], 1, "J1-R4022", "could not write")
}

#[test]
fn flags_that_do_not_fit() -> Tested {
    let folder = tempfile::tempdir()?;
    for (args, message) in [
        (["a", "--integration-type", "a b"].as_slice(), "letters, digits, `-` and `_`"),
        (&["a", "--vendor", "A \"B\""], "it has a quote"),
        (&["a", "--j1-path", "nowhere"], "it is not a checkout of j1"),
        (&["a", "--vender", "B"], "a similar argument exists: '--vendor'"),
    ] {
        refused(folder.path(), args, 2, "error", message)?;
    }
    Ok(())
}

/// Files in other languages, and what is said of each.
const FOREIGN: &[(&str, &str, &str)] = &[
    ("schema.graphql", "type Query { users: [User!]! }\ntype User { id: ID! }", "give the HAR recording"),
    ("intro.json", r#"{"data":{"__schema":{"types":[{"name":"User"}]}}}"#, "give the HAR recording"),
    ("schema.json", r#"{"__schema":{"types":[{"name":"User"}]}}"#, "give the HAR recording"),
    ("events.yaml", "asyncapi: 2.6.0\nchannels: { a: { subscribe: {} } }", "AsyncAPI"),
    ("events", "asyncapi: 2.6.0\nchannels: { a: { subscribe: {} } }", "AsyncAPI"),
    ("api.raml", "#%RAML 1.0\ntitle: Acme\n/users:\n  get:\n", "is RAML; convert it"),
    ("api.apib", "FORMAT: 1A\n# Acme\n## Users [/users]\n", "is API Blueprint"),
    (
        "acme.xml",
        "<?xml version=\"1.0\"?><d:definitions xmlns:d=\"http://schemas.xmlsoap.org/wsdl/\"/>",
        "is WSDL, and SOAP is not read",
    ),
    (
        "metadata.xml",
        "<e:Edmx xmlns:e=\"http://docs.oasis-open.org/odata/ns/edmx\"/>",
        "is metadata of OData",
    ),
    ("app.wadl", "<application xmlns=\"http://wadl.dev.java.net/2009/02\"/>", "is WADL"),
    ("users.xml", "<users><user><id>1</id></user></users>", "lists of XML are not read"),
    ("page.html", "<!DOCTYPE html><html><body>log in</body></html>", "is a page of HTML"),
    ("acme.proto", "syntax = \"proto3\";\nservice Users {}\n", "is Protocol Buffers"),
    ("v1.json", r#"{"swaggerVersion":"1.2","apis":[{"path":"/users"}]}"#, "is Swagger 1"),
    (
        "google.json",
        r#"{"discoveryVersion":"v1","resources":{"users":{}}}"#,
        "a discovery document of Google",
    ),
    ("smithy.json", r#"{"smithy":"2.0","shapes":{"a#b":{"type":"service"}}}"#, "a model of Smithy"),
    (
        "user.json",
        r#"{"$schema":"http://json-schema.org/draft-07/schema#","type":"object"}"#,
        "a JSON Schema",
    ),
    ("x.json", r#"{"__export_format":4,"resources":[{"_id":"r","name":"a"}]}"#, "an export of Insomnia"),
    (
        "env.json",
        r#"{"id":"x","name":"e","values":[],"_postman_variable_scope":"environment"}"#,
        "an environment of Postman",
    ),
    (
        "old.json",
        r#"{"id":"x","name":"a","order":["r"],"requests":[{"id":"r","url":"https://a/b","method":"GET"}]}"#,
        "Postman of version 1",
    ),
    (
        "postman.json",
        r#"{"info":{"_postman_id":"x","name":"a"},"item":[{"name":"b","request":"https://a.example/b","response":[]}]}"#,
        "without a saved response",
    ),
    ("users.csv", "id,name\n1,Ada\n", "is a table"),
    ("users.ndjson", "{\"id\":1}\n{\"id\":2}\n", "a record on each line"),
    ("curl.txt", "curl https://acme.example/users\n", "is a command"),
    ("answer.txt", "HTTP/2 200\ncontent-type: application/json\n\n[]", "save its body alone"),
    ("empty.json", " \n", "is empty"),
    ("api.zip", "PK\u{3}\u{4}rest", "is an archive"),
];

#[test]
fn a_description_in_another_language_is_named_with_what_to_give_instead() -> Tested {
    let folder = tempfile::tempdir()?;
    for (file, text, message) in FOREIGN {
        std::fs::write(folder.path().join(file), text)?;
        refused(folder.path(), &["acme", "--from", file], 2, "J1-R4026", message)?;
    }
    Ok(())
}
