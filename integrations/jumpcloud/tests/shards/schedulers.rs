//! The files of `cargo j1 shard manifests` on a real scheduler, which the scripts in `.ci/schedulers` start and stop. Without one,
//! nothing is tested here.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};

use crate::killed::{Run, expected};
use crate::servers::{Hook, Moment, unwatched};
use crate::support::{INSTANCE, JUPITERONE_KEY, held, jupiterone};
use crate::world::{PROVIDER_KEY, World};

const SHARDS: usize = 6;

/// A program that tells its process id before it becomes the binary, and has the variables of a run.
fn program(folder: &Path, variables: &[(&str, &str)]) -> PathBuf {
    let pids = folder.join("pids");
    std::fs::create_dir(&pids).expect("a folder");
    let set: String = variables.iter().map(|(name, value)| format!("export {name}='{value}'\n")).collect();
    let text = format!(
        "#!/bin/sh\n{set}cd '{}'\nif [ \"$2\" = work ]; then echo > '{}'/$$; fi\nexec '{}' \"$@\"\n",
        folder.display(),
        pids.display(),
        env!("CARGO_BIN_EXE_jumpcloud")
    );
    let path = folder.join("program");
    std::fs::write(&path, text).expect("it is written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("it may run");
    path
}

/// Kills the first worker that uploads, before its upload has arrived.
fn killer(pids: PathBuf, killed: Arc<Mutex<Option<String>>>) -> Hook {
    Arc::new(Mutex::new(move |what: &str, moment| {
        let mut killed = killed.lock().unwrap_or_else(PoisonError::into_inner);
        if killed.is_some() || moment != Moment::Before || !what.ends_with("/entities") {
            return true;
        }
        let running = std::fs::read_dir(&pids).into_iter().flatten().flatten();
        let running = running.map(|file| file.file_name().to_string_lossy().into_owned());
        let Some(worker) = running.filter(|pid| Path::new("/proc").join(pid).exists()).min() else {
            return true;
        };
        let sent = Command::new("kill").args(["-9", &worker]).status().expect("kill");
        assert!(sent.success());
        *killed = Some(worker);
        false
    }))
}

/// Writes the files for the scheduler.
fn manifests(scheduler: &str, folder: &Path, program: &Path) -> PathBuf {
    let cargo_j1 = Path::new(env!("CARGO_BIN_EXE_jumpcloud")).with_file_name("cargo-j1");
    let (file, store) = (folder.join("file"), folder.join("shards"));
    let ran = Command::new(cargo_j1)
        .args([
            "shard",
            "manifests",
            scheduler,
            "--quiet",
            "--package",
            "jumpcloud",
            "--parallel",
            "2",
            "--retries",
            "2",
        ])
        .args(["--manifest-path", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")])
        .args(["--shards", &SHARDS.to_string(), "--store", &store.display().to_string()])
        .args(["--program", &program.display().to_string(), "--out", &file.display().to_string()])
        .output()
        .expect("cargo-j1 was built");
    assert!(ran.status.success(), "{ran:?}");
    file
}

/// The number of shards, in all runs of the store, that a second worker began.
fn second_attempts(folder: &Path) -> usize {
    let runs = std::fs::read_dir(folder.join("shards/runs")).expect("runs").flatten();
    let shards =
        runs.flat_map(|run| std::fs::read_dir(run.path().join("attempts")).into_iter().flatten().flatten());
    shards.filter(|shard| shard.path().join("0002.json").exists()).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scheduler_runs_the_phases_and_survives_a_killed_worker() {
    let (Ok(scheduler), Ok(run_it)) = (std::env::var("J1_SCHEDULER"), std::env::var("J1_SCHEDULER_RUN"))
    else {
        println!("skipped: `.ci/schedulers/slurm` and `airflow` start a scheduler for this test");
        return;
    };
    let world = World { stranger: Some(0), ..World::new(SHARDS) };
    let expected = expected(&world).await;
    let folder = tempfile::tempdir().expect("a folder");
    let j1 = jupiterone(folder.path()).await;
    let killed = Arc::new(Mutex::new(None));
    let hook = killer(folder.path().join("pids"), Arc::clone(&killed));
    let run = Run::new(folder.path(), world, j1.url(), [unwatched(), hook]).await;
    let program = program(
        folder.path(),
        &[
            ("JUPITERONE_API_BASE", run.jupiterone_url()),
            ("JUPITERONE_API_KEY", JUPITERONE_KEY),
            ("JUPITERONE_INTEGRATION_INSTANCE_ID", INSTANCE),
            ("JUMPCLOUD_API_KEY", PROVIDER_KEY),
            ("JUMPCLOUD_API_BASE", &run.provider_base()),
        ],
    );
    let file = manifests(&scheduler, folder.path(), &program);
    let here = folder.path().to_owned();
    let ran = tokio::task::spawn_blocking(move || {
        Command::new(run_it).arg("run").arg(file).current_dir(here).output().expect("it starts")
    });
    let ran = ran.await.expect("it ends");
    println!("{}", String::from_utf8_lossy(&ran.stdout));
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let killed = killed.lock().expect("a worker").clone();
    println!("worker {} was killed", killed.expect("a worker was killed"));
    let status = run.phase(&["status"]).await.summary(0);
    assert_eq!(
        (&status["shards"]["phase"], &status["shards"]["total"]),
        (&"finalized".into(), &SHARDS.into())
    );
    assert!(second_attempts(folder.path()) > 0, "{status:#}");
    j1.shutdown().await.expect("it ends");
    assert_eq!(held(folder.path()), expected);
}
