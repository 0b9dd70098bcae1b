//! Machines whose clocks are hours apart: no phase decides anything by the clock of its machine.

use crate::killed::{Run, expected};
use crate::servers::unwatched;
use crate::support::{held, jupiterone};
use crate::world::World;

/// The variable that names libfaketime, which gives a process another clock.
const LIBRARY: &str = "J1_FAKETIME";

#[tokio::test(flavor = "multi_thread")]
async fn clocks_that_are_hours_apart_change_nothing() {
    let Ok(library) = std::env::var(LIBRARY) else {
        println!("skipped: {LIBRARY} names the library of the package faketime");
        return;
    };
    let (before, after) = (World::new(6), World { gone: Some(3), ..World::new(6) });
    let expected = expected(&after).await;
    let folder = tempfile::tempdir().expect("a folder");
    let j1 = jupiterone(folder.path()).await;
    let phases = [
        (&["plan", "--shards", "3"][..], "+1h"),
        (&["open"], "-1h"),
        (&["work", "--index", "0"], "-1h"),
        (&["work", "--index", "1"], "+1h"),
        (&["work", "--index", "2"], "+25h"),
        (&["close", "--wait", "--yes"], "-1h"),
    ];
    for (world, turned) in [(before, false), (after, true)] {
        let run = Run::new(folder.path(), world, j1.url(), [unwatched(), unwatched()]).await;
        for (arguments, clock) in phases {
            // The other way round in the second run.
            let clock = if turned {
                clock.replace('+', "*").replace('-', "+").replace('*', "-")
            } else {
                clock.into()
            };
            let process = run.process(&[&["shard"], arguments].concat());
            let ended = process.env("LD_PRELOAD", &library).env("FAKETIME", &clock).finish().await;
            let summary = ended.summary(0);
            assert_eq!(summary["error"], serde_json::Value::Null, "{arguments:?}: {summary:#}");
        }
    }
    j1.shutdown().await.expect("it ends");
    assert_eq!(held(folder.path()), expected);
}
