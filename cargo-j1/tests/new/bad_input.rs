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

#[test]
fn a_schema_of_graphql_is_told_what_to_give_instead() -> Tested {
    let folder = tempfile::tempdir()?;
    for (file, text) in [
        ("schema.graphql", "type Query { users: [User!]! }\ntype User { id: ID! }"),
        ("introspection.json", r#"{"data":{"__schema":{"types":[{"name":"User"}]}}}"#),
        ("schema.json", r#"{"__schema":{"types":[{"name":"User"}]}}"#),
    ] {
        std::fs::write(folder.path().join(file), text)?;
        refused(folder.path(), &["acme", "--from", file], 2, "J1-R4026", "give the HAR recording")?;
    }
    Ok(())
}
