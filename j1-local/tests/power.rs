//! A power cut at any write: the data file and its write-ahead log as they are when only a part of what was written has
//! reached the disk. What is served then is the graph before a finalize or the graph after it.
#![allow(missing_docs, reason = "tests")]

mod support;

use std::fs;
use std::path::Path;

use j1_local::LocalJupiterOne;
use serde_json::Value;
use support::{Local, has, user};

/// Bytes of the header of a write-ahead log, and of the header of each of its frames.
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// A finalize that creates, updates and deletes, as bytes.
struct Finalize {
    /// The data file before it, without a log.
    base: Vec<u8>,
    /// The log of the uploads and the finalize.
    log: Vec<u8>,
    /// The data file once all of the log is in it.
    after: Vec<u8>,
    page: usize,
    old: Vec<String>,
    new: Vec<String>,
}

fn graph(ids: std::ops::Range<usize>, name: &str) -> (Vec<Value>, Vec<Value>) {
    let key = |id: usize| format!("acme:user:{id}");
    let entities = ids.clone().map(|id| user(&key(id), &format!("{name} {id}"))).collect();
    let edges = ids.clone().skip(1).map(|id| has(&key(ids.start), &key(id))).collect();
    (entities, edges)
}

impl Finalize {
    fn record(folder: &Path) -> Self {
        let path = folder.join("local.db");
        let builder = || LocalJupiterOne::builder().database(&path);
        let local = Local::with(builder());
        let (entities, edges) = graph(0..40, "old");
        local.client.run("i", &entities, &edges, &[]);
        let old = local.client.keys("i");
        local.stop();
        let base = fs::read(&path).unwrap();

        let local = Local::with(builder());
        let (entities, edges) = graph(10..60, "new");
        local.client.run("i", &entities, &edges, &[]);
        let new = local.client.keys("i");
        let log = fs::read(folder.join("local.db-wal")).unwrap();
        assert!(fs::read(&path).unwrap() == base, "all of it is in the log still");
        local.stop();
        let after = fs::read(&path).unwrap();
        let page = u32::from_be_bytes(log[8..12].try_into().unwrap());
        Self { base, log, after, page: page.try_into().unwrap(), old, new }
    }

    /// The keys that a server finds in these files.
    fn found(data: &[u8], log: &[u8]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("local.db");
        fs::write(&path, data).unwrap();
        fs::write(folder.path().join("local.db-wal"), log).unwrap();
        // A finalize that was pending is done when the first server has stopped.
        Local::with(LocalJupiterOne::builder().database(&path)).stop();
        let local = Local::with(LocalJupiterOne::builder().database(&path));
        let keys = local.client.keys("i");
        local.stop();
        keys
    }
}

#[test]
fn a_power_cut_at_any_write_leaves_the_old_graph_or_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let finalize = Finalize::record(folder.path());
    let Finalize { base, log, after, page, old, new } = &finalize;
    assert_ne!(old, new);
    let frame = FRAME_HEADER + page;
    let frames = (log.len() - LOG_HEADER) / frame;
    let (mut points, mut applied) = (0, None);
    for at in 0..=frames {
        let end = LOG_HEADER + at * frame;
        // The next frame did not come, came without its page, came in half, or came with something else in its second half.
        let torn = log.get(end..end + frame).map_or(Vec::new(), |next| {
            let (half, rest) = next.split_at(frame / 2);
            [half.to_vec(), vec![0xa5; rest.len()]].concat()
        });
        let tails = [&[][..], &torn[..torn.len().min(FRAME_HEADER)], &torn[..torn.len() / 2], &torn[..]];
        for tail in tails.iter().take(if torn.is_empty() { 1 } else { 4 }) {
            points += 1;
            let keys = Finalize::found(base, &[&log[..end], tail].concat());
            assert!(keys == *old || keys == *new, "frame {at} and {} bytes: {keys:?}", tail.len());
            assert!(keys == *new || applied.is_none(), "frame {at}: it was applied before");
            if keys == *new {
                applied.get_or_insert(at);
            }
        }
    }
    assert!(
        applied.is_some_and(|at| at > 0),
        "{applied:?}: a whole log is the new graph, and none of it the old one"
    );

    // While the log is copied into the data file, in any order of its pages, the log has it all.
    let pages = after.len().div_ceil(*page);
    for copied in (0..=pages).step_by((pages / 40).max(1)) {
        let mut data = base.clone();
        data.resize(data.len().max(after.len()), 0);
        for number in (0..copied).map(|number| number * 7 % pages) {
            let place = number * page..((number + 1) * page).min(after.len());
            data[place.clone()].copy_from_slice(&after[place]);
        }
        points += 1;
        assert_eq!(Finalize::found(&data, log), *new, "{copied} pages are copied");
    }
    println!("{points} points, {frames} frames, applied from frame {applied:?}");
}
