//! A project from nothing.

use serde_json::{Value, json};

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
    assert!(!said.contains("recordings that no request used"), "{said}");

    let (replayed, said) = made.run_local(&["--replay", "recordings"])?;
    assert_eq!(replayed["job"]["numEntitiesCreated"], 0, "the second run finds what the first one made");
    assert!(!said.contains("is not set"), "{said}");

    // The tables that it came with are those that it writes itself.
    let came = made.text("docs/my-billing.md")?;
    let (_, tables) = came.split_once("START} -->\n\n").ok_or("the marker above them")?;
    let (tables, _) = tables.split_once("\n\n<!-- {").ok_or("the marker below them")?;
    let docs = crate::made::cargo_j1(&made.folder()).args(["docs", "--debug"]).output()?;
    assert!(docs.status.success(), "{}", crate::made::said(&docs));
    let written = made.text("docs/my-billing.md")?;
    for part in tables.split("\n\n## Configuration\n\n") {
        assert!(written.contains(part), "{part}\n\nis not in\n\n{written}");
    }

    // The integration itself says what can be set; the file that people copy says the same.
    let config =
        crate::made::cargo_j1(&made.folder()).args(["config", "--format", "env", "--debug"]).output()?;
    assert_eq!(String::from_utf8(config.stdout)?, made.text(".env.example")?);
    Ok(())
}

/// So an operator gets the program that is measured in this workspace.
#[test]
fn it_is_deployed_as_the_integrations_of_this_workspace_are() -> Tested {
    let release = |manifest: &str| -> Result<toml::Table, Box<dyn std::error::Error>> {
        let manifest: toml::Table = manifest.parse()?;
        let release = manifest["profile"]["release"].as_table().ok_or("a table")?;
        Ok(release.clone())
    };
    let mut ours = release(&std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))?)?;
    // Here, the names of functions stay for who measures, and `*` does not mean the crates of the workspace.
    assert_eq!(ours.remove("debug"), Some("line-tables-only".into()));
    ours.insert("strip".to_owned(), true.into());
    let of_package = ours["package"].as_table_mut().ok_or("a table")?;
    let all = of_package["*"].clone();
    of_package.retain(|name, options| name == "*" || *options != all);
    let made = Made::new("my-billing", &["--integration-type", "my-billing-acme"])?;
    assert_eq!(release(&made.text("Cargo.toml")?)?, ours);
    Ok(())
}

/// The account that a tenant has once.
const ACCOUNT: &str = r#"//! The account.

use j1::prelude::*;

/// The account, of which a tenant has one.
#[derive(J1Entity)]
#[j1(type = "acme_account", class = Account, key = "acme:account", singleton, name = title, display_name = title)]
#[j1(constant(vendor = "Acme"))]
pub struct Account {
    /// The title of the account.
    pub title: String,
}
"#;

/// The step that adds it.
const FETCH_ACCOUNT: &str = r#"//! The account.

use j1::prelude::*;

use crate::entities::Account;

/// Adds the account.
#[step(emits(Account))]
pub async fn fetch_account(job: &mut Job<fetch_account>) -> Result<Outcome> {
    job.add(Account { title: "Acme".to_owned() }).await?;
    Ok(Outcome::nothing_to_read("the account is known without a request"))
}
"#;

#[test]
#[ignore = "minutes: clippy checks every crate of ours again"]
fn with_an_entity_that_exists_once_it_passes_the_pedantic_lints() -> Tested {
    let made = Made::new("acme", &[])?;
    let src = made.folder().join("src");
    std::fs::write(src.join("entities/account.rs"), ACCOUNT)?;
    std::fs::write(src.join("steps/account.rs"), FETCH_ACCOUNT)?;
    for (file, before, after) in [
        ("entities/mod.rs", "mod application;", "mod account;\nmod application;"),
        ("entities/mod.rs", "pub use application", "pub use account::Account;\npub use application"),
        ("steps/mod.rs", "mod applications;", "mod account;\nmod applications;"),
        ("steps/mod.rs", "pub use applications", "pub use account::fetch_account;\npub use applications"),
        ("lib.rs", "use steps::{", "use steps::{fetch_account, "),
        ("lib.rs", "steps(", "steps(fetch_account, "),
    ] {
        let text = std::fs::read_to_string(src.join(file))?;
        assert!(text.contains(before), "{file}: {text}");
        std::fs::write(src.join(file), text.replacen(before, after, 1))?;
    }
    made.cargo(&["fmt"])?;
    // The pedantic lints are those of its own Cargo.toml, as its CI has them.
    assert!(made.text("Cargo.toml")?.contains("pedantic = { level = \"warn\""));
    made.cargo(&["clippy", "--all-targets", "--", "-D", "warnings"]).map_err(Into::into)
}

#[test]
fn the_example_has_these_files() -> Tested {
    let made = Made::new("acme", &[])?;
    insta::assert_snapshot!(made.files()?.join("\n"));
    insta::assert_snapshot!("docs", made.text("docs/acme.md")?);
    Ok(())
}

#[test]
fn the_deployment_files_fit_together() -> Tested {
    // A crate may be called so; an image and a resource of Kubernetes may not.
    let made = Made::new("Acme_Cloud", &[])?;
    let yaml = |path: &str| -> Result<Value, Box<dyn std::error::Error>> {
        Ok(serde_saphyr::from_str(&made.text(path)?)?)
    };
    let job = yaml("deploy/kubernetes/cronjob.yaml")?;
    let pod = &job["spec"]["jobTemplate"]["spec"]["template"]["spec"];
    assert_eq!((&job["kind"], &job["metadata"]["name"]), (&json!("CronJob"), &json!("acme-cloud")));
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    assert_eq!(pod["containers"][0]["image"], "acme-cloud:latest");
    assert_eq!(pod["containers"][0]["envFrom"][0]["secretRef"]["name"], "acme-cloud");
    let readme = made.text("README.md")?;
    assert!(readme.contains("-t acme-cloud .") && readme.contains("a secret `acme-cloud`"), "{readme}");

    let steps = &yaml(".github/workflows/ci.yml")?["jobs"]["check"]["steps"];
    let runs: Vec<_> =
        steps.as_array().ok_or("steps")?.iter().filter_map(|step| step["run"].as_str()).collect();
    assert!(runs.contains(&"cargo test"), "{runs:?}");

    let dockerfile = made.text("Dockerfile")?;
    for wanted in ["FROM scratch\n", "USER 65532:65532\n", "ENTRYPOINT [\"/Acme_Cloud\"]\n"] {
        assert!(dockerfile.contains(wanted), "{wanted} is not in {dockerfile}");
    }
    let service = made.text("deploy/systemd/Acme_Cloud.service")?;
    assert!(service.contains("\nExecStart=/usr/local/bin/Acme_Cloud run\n"), "{service}");
    assert!(service.contains("\nEnvironmentFile=/etc/Acme_Cloud.env\n"), "{service}");
    Ok(())
}

#[test]
fn inside_a_workspace_it_is_one_of_its_own() -> Tested {
    let outer = tempfile::tempdir()?;
    std::fs::write(outer.path().join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = []\n")?;
    let mut command = crate::made::cargo_j1(outer.path());
    let ran = command
        .args(["new", "acme", "--dir", ".", "--yes", "--no-check", "--j1-version", "0.1.0"])
        .output()?;
    let said = crate::made::said(&ran);
    assert!(ran.status.success() && said.contains("no member of it"), "{said}");
    let manifest = std::fs::read_to_string(outer.path().join("acme/Cargo.toml"))?;
    assert!(manifest.contains("\n[workspace]\n"), "{manifest}");
    assert!(manifest.contains("j1 = { version = \"0.1.0\" }"), "{manifest}");
    Ok(())
}
