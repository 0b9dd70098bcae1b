//! `cargo j1 check`: reports what an author's edits of an integration break.

use std::fs;

use serde_json::{Value, json};

use crate::stand_in::{StandIn, description};

type Tested = Result<(), Box<dyn std::error::Error>>;

#[test]
fn without_a_lock_it_says_how_to_write_one() -> Tested {
    let acme = StandIn::new()?;
    let ran = acme.ran(&["check"])?.exits(8);
    assert!(ran.err.contains("[J1-R4050]") && ran.err.contains("cargo j1 check --update"), "{}", ran.err);
    let written = acme.ran(&["check", "--update"])?.exits(0);
    assert_eq!(written.out, "wrote j1.lock\nwrote docs.md\n");
    let lock = fs::read_to_string(acme.folder().join("j1.lock"))?;
    assert!(lock.contains("[entity.acme_user]\nclass = [\"User\"]\nkey = \"acme:user:{id}\"\n"), "{lock}");
    assert!(
        lock.contains(
            "\nmail = { from = \"mail\", limits = { format = '\"email\"' }, type = [\"string\"] }\n"
        ),
        "{lock}"
    );
    let current = acme.ran(&["check"])?.exits(0);
    assert_eq!(current.out, "j1.lock is up to date\ndocs.md is up to date\n");
    // Written again, it is the same.
    fs::write(acme.folder().join(".env"), "J1_INTEGRATION_TYPE=another\n")?;
    assert_eq!(acme.ran(&["check", "--update"])?.exits(0).out, "j1.lock is up to date\nwrote docs.md\n");
    assert_eq!(fs::read_to_string(acme.folder().join("j1.lock"))?, lock);
    Ok(())
}

#[test]
fn properties_that_are_always_null_are_listed_until_the_author_accepts_them() -> Tested {
    let acme = StandIn::new()?;
    let mut edited = description();
    edited["entities"][1]["alwaysNull"] = json!(["make", "model"]);
    acme.says(&edited)?;
    let listed = acme.ran(&["check", "--update"])?.exits(0).out;
    assert!(listed.contains("note: acme_user always sends `null` as make, model\n"), "{listed}");
    assert!(listed.contains("`#[j1(unknown(..))]`"), "{listed}");
    edited["entities"][1]["unknown"] = json!(["make"]);
    acme.says(&edited)?;
    let json: Value = serde_json::from_str(&acme.ran(&["check", "--output", "json"])?.exits(0).out)?;
    assert_eq!(json["alwaysNull"], json!({ "acme_user": ["model"] }));
    edited["entities"][1]["unknown"] = json!(["make", "model"]);
    acme.says(&edited)?;
    assert!(!acme.ran(&["check"])?.exits(0).out.contains("note:"), "accepted");
    Ok(())
}

#[test]
fn another_key_breaks_until_the_version_says_so_and_the_lock_is_written() -> Tested {
    let acme = StandIn::new()?;
    acme.ran(&["check", "--update", "-q"])?.exits(0);
    let mut edited = description();
    edited["entities"][1]["key"] = json!("acme:users:{id}");
    acme.says(&edited)?;

    let broken = acme.ran(&["check"])?.exits(8);
    assert_eq!(
        broken.out,
        "acme 0.1.0 differs from acme 0.1.0 in j1.lock:\n\n\
         breaking  key-changed  acme_user\n          acme:user:{id} → acme:users:{id}\n          \
         the change deletes and recreates every entity of the type: what is attached to the old ones in JupiterOne \
         (alerts, history, tags) is lost\n\n\
         1 breaking. This needs version 0.2.0, but the package is at 0.1.0. If the change is intended, change `version` \
         in Cargo.toml, then accept it with `cargo j1 check --update`\ndocs.md is up to date\n"
    );
    acme.version("0.2.0")?;
    let bumped = acme.ran(&["check"])?.exits(8);
    assert!(bumped.out.contains("The version of the package allows it"), "{}", bumped.out);
    let json: Value = serde_json::from_str(&acme.ran(&["check", "--output", "json"])?.exits(8).out)?;
    assert_eq!(
        (&json["lock"], &json["bumped"], &json["needsVersion"]),
        (&json!("different"), &json!(true), &json!("0.2.0"))
    );
    assert_eq!(json["differences"][0]["kind"], "key-changed");
    assert_eq!(json["differences"][0]["level"], "breaking");
    assert_eq!(json["differences"][1]["kind"], "version-changed");

    let written = acme.ran(&["check", "--update"])?.exits(0);
    assert!(written.out.contains("  key-changed  acme_user\n"), "{}", written.out);
    assert!(
        written.out.ends_with("\nwrote j1.lock: 1 breaking, 1 patch\nwrote docs.md\n"),
        "{}",
        written.out
    );
    acme.ran(&["check"])?.exits(0);
    Ok(())
}

#[test]
fn an_update_without_the_version_it_needs_is_accepted_with_a_warning() -> Tested {
    let acme = StandIn::new()?;
    acme.ran(&["check", "--update"])?.exits(0);
    let mut edited = description();
    edited["relationships"] = json!([]);
    acme.says(&edited)?;
    let written = acme.ran(&["check", "--update"])?.exits(0);
    assert!(written.out.contains("needs to be 0.2.0 or later"), "{}", written.out);
    acme.ran(&["check"])?.exits(0);
    Ok(())
}

#[test]
fn documentation_that_is_out_of_date_is_a_difference() -> Tested {
    let acme = StandIn::new()?;
    acme.ran(&["check", "--update"])?.exits(0);
    fs::remove_file(acme.folder().join("docs.md"))?;
    let ran = acme.ran(&["check"])?.exits(8);
    assert_eq!(ran.out, "j1.lock is up to date\ndocs.md is out of date\n");
    Ok(())
}

#[test]
fn an_invalid_lock_is_reported_with_its_line_and_can_be_rewritten() -> Tested {
    let acme = StandIn::new()?;
    acme.ran(&["check", "--update"])?.exits(0);
    let path = acme.folder().join("j1.lock");
    let lock = fs::read_to_string(&path)?;
    fs::write(&path, lock.replace("[integration]", "<<<<<<< HEAD\n[integration]"))?;
    let ran = acme.ran(&["check"])?.exits(2);
    assert!(ran.err.contains("[J1-R4051]") && ran.err.contains("line 5"), "{}", ran.err);
    assert!(acme.ran(&["check", "--update"])?.exits(0).err.contains("is written anew"));
    assert_eq!(fs::read_to_string(&path)?, lock);
    Ok(())
}

#[test]
fn an_integration_that_does_not_say_what_it_is_is_an_error() -> Tested {
    let acme = StandIn::new()?;
    acme.says(&json!("nothing"))?;
    let ran = acme.ran(&["check"])?.exits(2);
    assert!(ran.err.contains("[J1-R4052]") && ran.err.contains("cargo j1 schema"), "{}", ran.err);
    Ok(())
}
