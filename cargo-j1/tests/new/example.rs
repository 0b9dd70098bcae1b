//! A project from nothing.

use serde_json::json;

use crate::made::Made;

type Tested = Result<(), Box<dyn std::error::Error>>;

#[test]
fn it_builds_passes_its_tests_and_runs_before_there_are_credentials() -> Tested {
    let made =
        Made::new("my-billing", &["--vendor", "Acme Billing", "--integration-type", "my-billing-acme"])?;
    made.cargo(&["fmt", "--check"])?;
    made.cargo(&["test"])?;

    let (summary, said) = made.run_local(&[])?;
    let types = json!({
        "application_my-billing-acme": 3,
        "application_my-billing-acme_uses_aws_iam_role": 1,
        "team_my-billing-acme": 3,
        "team_my-billing-acme_owns_application_my-billing-acme": 2,
    });
    assert_eq!(summary["types"], types);
    assert_eq!(summary["status"], "complete");
    assert!(said.contains("MY_BILLING_API_KEY is not set, so the answers are those recorded in"), "{said}");
    assert!(!said.contains("recordings that nobody asked for"), "{said}");

    let (replayed, said) = made.run_local(&["--replay", "recordings"])?;
    assert_eq!(replayed["job"]["numEntitiesCreated"], 0, "the second run finds what the first one made");
    assert!(!said.contains("is not set"), "{said}");

    // The integration itself says what can be set; the file that people copy says the same.
    let config =
        crate::made::cargo_j1(&made.folder()).args(["config", "--format", "env", "--debug"]).output()?;
    assert_eq!(String::from_utf8(config.stdout)?, made.text(".env.example")?);
    Ok(())
}

#[test]
fn what_it_holds_is_this() -> Tested {
    let made = Made::new("acme", &[])?;
    insta::assert_snapshot!(made.files()?.join("\n"));
    insta::assert_snapshot!("docs", made.text("docs/acme.md")?);
    Ok(())
}

#[test]
fn inside_a_workspace_it_is_one_of_its_own() -> Tested {
    let outer = tempfile::tempdir()?;
    std::fs::write(outer.path().join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = []\n")?;
    let mut command = crate::made::cargo_j1(outer.path());
    let ran = command.args(["new", "acme", "--dir", ".", "--yes", "--j1-version", "0.1.0"]).output()?;
    let said = crate::made::said(&ran);
    assert!(ran.status.success() && said.contains("no member of it"), "{said}");
    let manifest = std::fs::read_to_string(outer.path().join("acme/Cargo.toml"))?;
    assert!(manifest.contains("\n[workspace]\n"), "{manifest}");
    assert!(manifest.contains("j1-runtime = { version = \"0.1.0\" }"), "{manifest}");
    Ok(())
}
