//! `cargo j1 shard manifests`: the files are what each scheduler reads, and foreign names stay names in them.

use std::fs;

use serde_json::{Value, json};

use crate::stand_in::{StandIn, description};

type Tested = Result<(), Box<dyn std::error::Error>>;

fn sharded() -> Result<StandIn, Box<dyn std::error::Error>> {
    let acme = StandIn::new()?;
    let mut says = description();
    says["shards"] = json!("acme_account");
    acme.says(&says)?;
    Ok(acme)
}

fn manifests(acme: &StandIn, args: &[&str]) -> Result<String, Box<dyn std::error::Error>> {
    let args = [&["shard", "manifests", "--quiet"], args].concat();
    Ok(acme.ran(&args)?.exits(0).out)
}

/// The documents of a YAML file.
fn yaml(text: &str) -> Result<Vec<Value>, Box<dyn std::error::Error>> {
    Ok(serde_saphyr::from_multiple(text)?)
}

#[test]
fn each_scheduler_has_its_files() -> Tested {
    let acme = sharded()?;
    for engine in ["kubernetes", "slurm", "airflow", "argo", "github"] {
        insta::assert_snapshot!(engine, manifests(&acme, &[engine, "--shards", "4"])?);
    }
    let cloud = [
        "--store",
        "s3://bucket/acme",
        "--parallel",
        "2",
        "--retries",
        "1",
        "--cpus",
        "2",
        "--memory",
        "2048",
    ];
    for engine in ["kubernetes", "github"] {
        let args = [&[engine, "--shards", "4", "--image", "registry.example/acme:1"], &cloud[..]].concat();
        insta::assert_snapshot!(format!("{engine}_cloud"), manifests(&acme, &args)?);
    }
    Ok(())
}

#[test]
fn kubernetes_runs_an_indexed_job_between_two_others() -> Tested {
    let acme = sharded()?;
    let documents = yaml(&manifests(&acme, &["kubernetes", "--shards", "8", "--parallel", "3"])?)?;
    let kinds: Vec<&Value> = documents.iter().map(|document| &document["kind"]).collect();
    assert_eq!(kinds, ["PersistentVolumeClaim", "Job", "Job", "Job"]);
    let [_, plan, work, close] = documents.as_slice() else { return Err("four documents".into()) };
    let spec = &work["spec"];
    assert_eq!((&spec["completionMode"], &spec["completions"]), (&json!("Indexed"), &json!(8)));
    assert_eq!((&spec["parallelism"], &spec["backoffLimitPerIndex"]), (&json!(3), &json!(3)));
    assert_eq!((&spec["suspend"], &close["spec"]["suspend"]), (&json!(true), &json!(true)));
    let pod = &plan["spec"]["template"]["spec"];
    assert_eq!(
        pod["initContainers"][0]["args"],
        json!(["shard", "plan", "--shards", "8", "--discard", "--store", "/shards"])
    );
    assert_eq!(pod["containers"][0]["args"], json!(["shard", "open", "--store", "/shards"]));
    let worker = &spec["template"]["spec"]["containers"][0];
    assert_eq!(worker["args"], json!(["shard", "work", "--of", "8", "--store", "/shards"]));
    assert_eq!(worker["volumeMounts"][1], json!({ "name": "store", "mountPath": "/shards" }));
    assert_eq!(worker["resources"]["limits"]["memory"], "512Mi");
    // An object store is not mounted.
    let cloud = yaml(&manifests(&acme, &["kubernetes", "--store", "gs://bucket"])?)?;
    assert_eq!(cloud.len(), 3);
    assert_eq!(cloud[1]["spec"]["template"]["spec"]["volumes"], json!([{ "name": "tmp", "emptyDir": {} }]));
    Ok(())
}

#[test]
fn argo_and_github_close_where_a_worker_failed_too() -> Tested {
    let acme = sharded()?;
    let argo = &yaml(&manifests(&acme, &["argo", "--shards", "5"])?)?[0];
    let templates = argo["spec"]["workflowSpec"]["templates"].as_array().ok_or("templates")?;
    let tasks = &templates[0]["dag"]["tasks"];
    assert_eq!(tasks[2]["withSequence"]["count"], "5");
    assert_eq!(tasks[3]["depends"], "open && (work.Succeeded || work.Failed || work.Errored)");
    let work = templates.iter().find(|template| template["name"] == "work").ok_or("a template")?;
    let args =
        json!(["shard", "work", "--of", "5", "--index", "{{inputs.parameters.index}}", "--store", "/shards"]);
    assert_eq!(work["container"]["args"], args);

    let github =
        &yaml(&manifests(&acme, &["github", "--shards", "3", "--store", "az://container/acme"])?)?[0];
    let jobs = &github["jobs"];
    assert_eq!(jobs["work"]["strategy"]["matrix"]["index"], json!([0, 1, 2]));
    assert_eq!(jobs["work"]["strategy"]["fail-fast"], false);
    assert_eq!(jobs["close"]["if"], "${{ !cancelled() && needs.open.result == 'success' }}");
    assert_eq!(github["env"]["STORE"], "az://container/acme");
    assert_eq!(github["env"]["ACME_API_KEY"], "${{ secrets.ACME_API_KEY }}");
    assert_eq!(
        github["env"]["JUPITERONE_INTEGRATION_INSTANCE_ID"],
        "${{ vars.JUPITERONE_INTEGRATION_INSTANCE_ID }}"
    );
    Ok(())
}

#[test]
fn foreign_text_stays_a_word() -> Tested {
    let acme = sharded()?;
    let (store, program) = ("/srv/it's $(touch x) & y", "/opt/#a: b/$HOME");
    let slurm = manifests(&acme, &["slurm", "--store", store, "--program", program])?;
    assert!(slurm.contains(r"store='/srv/it'\''s $(touch x) & y'"), "{slurm}");
    assert!(slurm.contains("program='/opt/#a: b/$HOME'"), "{slurm}");
    let airflow = manifests(&acme, &["airflow", "--store", store])?;
    assert!(airflow.contains(r#"STORE = "/srv/it's $(touch x) & y""#), "{airflow}");
    let image = "registry.example/a: b #c";
    let kubernetes = yaml(&manifests(&acme, &["kubernetes", "--store", store, "--image", image])?)?;
    let container = &kubernetes[2]["spec"]["template"]["spec"]["containers"][0];
    assert_eq!((&container["image"], &container["args"][5]), (&json!(image), &json!(store)));
    // What could end a word or begin an expression of a workflow is refused.
    for hostile in ["a\nb", "{{x}}", "${{ secrets.A }}", "a\"b", "a`b"] {
        let ran = acme.ran(&["shard", "manifests", "kubernetes", "--image", hostile])?.exits(2);
        assert!(ran.out.is_empty(), "{}", ran.out);
    }
    // A description may say anything.
    let mut says = description();
    says["shards"] = json!("acme_account");
    says["name"] = json!("Acme: #1\n$(x) {{y}}");
    says["configFields"][0]["variable"] = json!("A }}\n${{ x");
    acme.says(&says)?;
    for engine in ["kubernetes", "argo", "github"] {
        let documents = yaml(&manifests(&acme, &[engine])?)?;
        assert!(!documents.is_empty());
        for document in documents {
            let name = document["metadata"]["name"].as_str().or(document["name"].as_str()).ok_or("a name")?;
            assert!(name.starts_with("acme---1---x----y"), "{name}");
        }
    }
    Ok(())
}

#[test]
fn manifests_that_a_scheduler_cannot_run_are_refused() -> Tested {
    let acme = StandIn::new()?;
    let ran = acme.ran(&["shard", "manifests", "slurm"])?.exits(2);
    assert!(ran.err.contains("[J1-R4064]") && ran.err.contains("#[j1(shards = Account)]"), "{}", ran.err);
    let acme = sharded()?;
    for args in [
        &["github", "--store", "/shared"][..],
        &["github", "--shards", "257"],
        &["kubernetes", "--store", "shards"],
        &["argo", "--store", "file://shards"],
        &["airflow", "--store", "shards"],
    ] {
        let ran = acme.ran(&[&["shard", "manifests"], args].concat())?.exits(2);
        assert!(ran.err.contains("[J1-R4065]"), "{args:?}: {}", ran.err);
    }
    Ok(())
}

#[test]
#[cfg(unix)]
fn the_script_of_slurm_submits_phases_that_depend_on_each_other() -> Tested {
    use std::os::unix::fs::PermissionsExt as _;
    let acme = sharded()?;
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("acme-shards.sh");
    acme.ran(&["shard", "manifests", "slurm", "--shards", "4", "--out", &script.display().to_string()])?
        .exits(0);
    // The commands of Slurm, and the program: each writes what it was given, and the third attempt of the program succeeds.
    for (name, text) in [
        ("sbatch", "#!/bin/sh\necho \"$@\" >> submitted\nwc -l < submitted | tr -d ' '\n"),
        ("srun", "#!/bin/sh\nshift\nexec \"$@\"\n"),
        ("acme", "#!/bin/sh\necho \"$@\" >> ran\n[ \"$(wc -l < ran)\" -ge 3 ] || exit 1\n"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, text)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    }
    let bash = |args: &[&str]| {
        let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap_or_default());
        std::process::Command::new("bash")
            .arg(&script)
            .args(args)
            .current_dir(folder.path())
            .env("PATH", path)
            .output()
    };
    let submitted = bash(&[])?;
    assert!(submitted.status.success(), "{submitted:?}");
    assert_eq!(String::from_utf8(submitted.stdout)?, "plan 1, open 2, work 3, close 4\n");
    let lines = fs::read_to_string(folder.path().join("submitted"))?;
    let lines: Vec<&str> = lines.lines().collect();
    assert!(lines[1].contains("--dependency=afterok:1 ") && lines[1].ends_with(" open"), "{lines:?}");
    assert!(lines[2].contains("--dependency=afterok:2 --array=0-3%4 "), "{lines:?}");
    assert!(lines[3].contains("--dependency=afterok:2,afterany:3 "), "{lines:?}");

    assert!(bash(&["work"])?.status.success());
    let ran = fs::read_to_string(folder.path().join("ran"))?;
    assert_eq!(ran, "shard work --of 4 --store shards\n".repeat(3));
    Ok(())
}
