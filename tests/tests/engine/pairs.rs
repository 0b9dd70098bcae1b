//! A plan and the run after it, on random pairs of states: what the one predicts is what the other does, mapped
//! relationships included.
//!
//! `J1_PLAN_PAIRS` sets the number of pairs (20 by default), `J1_PLAN_SEED` the first state.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{KEY, Ran, World};

const INSTANCE: &str = "pairs";
const MAPPED: &str = "pairs_user_is_person";

/// Created, updated and deleted, by `_type`.
type Changes = BTreeMap<String, [u64; 3]>;

/// Numbers that look random, the same for the same seed.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// A state whose objects come and go and change between one seed and the next.
fn state(seed: u64) -> Value {
    let mut numbers = Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1);
    let mut users = Vec::new();
    for id in 0..8 {
        if numbers.chance(65) {
            let email = numbers.chance(60).then(|| format!("p{}@example.com", numbers.below(4)));
            let remote = numbers.chance(50).then(|| numbers.chance(50));
            users.push(json!({ "id": format!("u{id}"), "name": format!("n{}", numbers.below(2)), "remote": remote, "email": email }));
        }
    }
    let of =
        |most: u64, numbers: &mut Numbers| -> Vec<u64> { (0..most).filter(|_| numbers.chance(60)).collect() };
    let persons: Vec<Value> = of(4, &mut numbers)
        .into_iter()
        .map(|id| json!({ "id": format!("p{id}"), "first_name": "F", "last_name": "L", "email": format!("p{}@example.com", if numbers.chance(80) { id } else { 9 }) }))
        .collect();
    let groups: Vec<Value> = of(3, &mut numbers)
        .into_iter()
        .map(|id| json!({ "id": format!("g{id}"), "name": format!("n{}", numbers.below(2)) }))
        .collect();
    let mut members = Vec::new();
    for group in 0..groups.len() {
        for user in 0..users.len() {
            if numbers.chance(40) {
                members.push(json!({ "group": group, "user": user }));
            }
        }
    }
    json!({ "users": users, "persons": persons, "groups": groups, "members": members })
}

fn run(world: &World, args: &[&str], state: &Value) -> Ran {
    let path = world.folder.path().join("state.json");
    std::fs::write(&path, state.to_string()).expect("it is written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_pairs"));
    command
        .args(args)
        .args(["--output", "json"])
        .env_clear()
        .env("PAIRS_STATE", &path)
        .env("JUPITERONE_API_BASE", world.url())
        .env("JUPITERONE_API_KEY", KEY)
        .env("JUPITERONE_INTEGRATION_INSTANCE_ID", INSTANCE)
        .current_dir(world.folder.path());
    Ran::new(&command.output().expect("it runs")).ended(0)
}

fn planned(ran: &Ran) -> Changes {
    let types = ran.summary["plan"].as_object().unwrap_or_else(|| panic!("{:#}", ran.summary));
    let number = |change: &Value, name: &str| change[name].as_u64().expect("a number");
    let changes = types
        .iter()
        .map(|(ty, change)| (ty.clone(), ["create", "update", "delete"].map(|name| number(change, name))));
    changes.filter(|(_, counts)| *counts != [0; 3]).collect()
}

/// The body of a response of the server, which sends no chunks.
fn get(url: &str, path: &str) -> String {
    let address = url.strip_prefix("http://").expect("plain HTTP");
    let mut stream = TcpStream::connect(address).expect("it listens");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")
        .expect("it is sent");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("a response");
    text.split_once("\r\n\r\n").expect("a body").1.to_owned()
}

/// What the job changed by the account of JupiterOne. Relationships that it made of mapped ones are its own.
fn done(world: &World, ran: &Ran) -> Changes {
    let job = ran.summary["job"]["id"].as_str().expect("a job");
    let text = get(&world.url(), &format!("/jobs/{job}.json"));
    let page: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let rows = page["changes"].as_array().unwrap_or_else(|| panic!("{page:#}"));
    let rows = rows.iter().filter(|row| row["_type"] != MAPPED || row["what"] == "mappedRelationship");
    let number = |row: &Value, name: &str| row[name].as_u64().expect("a number");
    rows.map(|row| {
        let ty = row["_type"].as_str().expect("a type").to_owned();
        (ty, ["created", "updated", "deleted"].map(|name| number(row, name)))
    })
    .collect()
}

#[test]
fn a_run_does_what_its_plan_said_for_any_two_states() {
    let setting = |name: &str, default| {
        std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok()).unwrap_or(default)
    };
    let (pairs, first) = (setting("J1_PLAN_PAIRS", 20), setting("J1_PLAN_SEED", 1));
    let world = World::new();
    let (mut mapped, mut all) = ([0; 3], [0; 3]);
    for seed in first..first + pairs {
        let state = state(seed);
        let planned = planned(&run(&world, &["plan"], &state));
        let done = done(&world, &run(&world, &["run", "--wait", "--yes"], &state));
        assert_eq!(planned, done, "state {seed}: {state}");
        for (ty, counts) in &done {
            for (sum, count) in all.iter_mut().zip(counts) {
                *sum += count;
            }
            if ty == MAPPED {
                for (sum, count) in mapped.iter_mut().zip(counts) {
                    *sum += count;
                }
            }
        }
    }
    println!("{pairs} pairs: {all:?} created, updated and deleted, {mapped:?} of them mapped relationships");
    assert!(pairs < 10 || (all.iter().chain(&mapped).all(|count| *count > 0)), "{all:?} {mapped:?}");
}
