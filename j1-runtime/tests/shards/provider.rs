//! The provider: its data, the changes from run to run, and its responses.

use std::collections::BTreeMap;

use fastrand::Rng;
use serde_json::{Value, json};

use crate::graph::{Graph, Row};

/// All that the provider has, by number. Devices may name a user of another account.
#[derive(Debug, Default)]
pub struct Provider {
    accounts: BTreeMap<u32, String>,
    /// The name and the account.
    users: BTreeMap<u32, (String, u32)>,
    /// The name, the account and the user.
    devices: BTreeMap<u32, (String, u32, Option<u32>)>,
    /// The name and the user.
    badges: BTreeMap<u32, (String, u32)>,
    last: u32,
}

impl Provider {
    /// Some records come, some go, some change.
    pub fn change(&mut self, rng: &mut Rng) {
        for _ in 0..rng.u32(0..4) {
            let account = self.next();
            self.accounts.insert(account, name(rng));
        }
        for _ in 0..rng.u32(0..6) {
            let Some(account) = any(rng, &self.accounts) else { break };
            let user = self.next();
            self.users.insert(user, (name(rng), account));
        }
        for _ in 0..rng.u32(0..5) {
            let Some(account) = any(rng, &self.accounts) else { break };
            let (device, user) = (self.next(), any(rng, &self.users));
            self.devices.insert(device, (name(rng), account, user));
        }
        for _ in 0..rng.u32(0..4) {
            let Some(user) = any(rng, &self.users) else { break };
            let badge = self.next();
            self.badges.insert(badge, (name(rng), user));
        }
        for _ in 0..rng.u32(0..4) {
            self.remove(rng);
        }
        if let Some(user) = any(rng, &self.users)
            && let Some((known, _)) = self.users.get_mut(&user)
        {
            *known = name(rng);
        }
    }

    fn remove(&mut self, rng: &mut Rng) {
        match rng.u8(0..6) {
            0 => {
                if let Some(account) = any(rng, &self.accounts) {
                    self.accounts.remove(&account);
                    self.users.retain(|_, (_, of)| *of != account);
                    self.devices.retain(|_, (_, of, _)| *of != account);
                }
            }
            1 | 2 => drop(any(rng, &self.users).map(|user| self.users.remove(&user))),
            3 | 4 => drop(any(rng, &self.devices).map(|device| self.devices.remove(&device))),
            _ => drop(any(rng, &self.badges).map(|badge| self.badges.remove(&badge))),
        }
        let users = &self.users;
        self.badges.retain(|_, (_, user)| users.contains_key(user));
    }

    fn next(&mut self) -> u32 {
        self.last += 1;
        self.last
    }

    /// Returns the expected state of JupiterOne when everything went well.
    pub fn graph(&self) -> Graph {
        let mut graph = Graph::default();
        let mut add =
            |kind: &str, id: u32, name: &str| graph.insert(Row::entity(&ty(kind), &key(kind, id), name));
        self.accounts.iter().for_each(|(id, name)| add("account", *id, name));
        self.users.iter().for_each(|(id, (name, _))| add("user", *id, name));
        self.devices.iter().for_each(|(id, (name, ..))| add("device", *id, name));
        self.badges.iter().for_each(|(id, (name, _))| add("badge", *id, name));
        let users = self.users.iter().map(|(id, (_, account))| has(("account", *account), ("user", *id)));
        let devices =
            self.devices.iter().filter_map(|(id, (.., user))| Some(has(("user", (*user)?), ("device", *id))));
        let badges = self.badges.iter().map(|(id, (_, user))| has(("user", *user), ("badge", *id)));
        for link in users.chain(devices).chain(badges).collect::<Vec<_>>() {
            if link.ends.as_ref().is_some_and(|(from, to)| graph.has(from) && graph.has(to)) {
                graph.insert(link);
            }
        }
        graph
    }

    /// Returns the records at a path; `None` for an unknown path.
    pub fn list(&self, path: &str) -> Option<Value> {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let list: Vec<Value> = match parts.as_slice() {
            ["accounts"] => self.accounts.iter().map(|(id, name)| record(*id, name)).collect(),
            ["accounts", id, "users"] => {
                let of = self.account(id)?;
                let own = self.users.iter().filter(|(_, (_, account))| *account == of);
                own.map(|(id, (name, _))| record(*id, name)).collect()
            }
            ["accounts", id, "devices"] => {
                let of = self.account(id)?;
                let own = self.devices.iter().filter(|(_, (_, account, _))| *account == of);
                let device = |(id, (name, _, user)): (&u32, &(String, u32, Option<u32>))| {
                    let mut device = record(*id, name);
                    device["user"] = json!(user.map(|user| user.to_string()));
                    device
                };
                own.map(device).collect()
            }
            ["users", id, "badges"] => {
                let of = id.parse().ok().filter(|id| self.users.contains_key(id))?;
                let own = self.badges.iter().filter(|(_, (_, user))| *user == of);
                own.map(|(id, (name, _))| record(*id, name)).collect()
            }
            _ => return None,
        };
        Some(Value::Array(list))
    }

    fn account(&self, id: &str) -> Option<u32> {
        id.parse().ok().filter(|id| self.accounts.contains_key(id))
    }
}

fn ty(kind: &str) -> String {
    format!("sharded_{kind}")
}

fn key(kind: &str, id: u32) -> String {
    format!("sharded-{kind}:{id}")
}

fn has((from, from_id): (&str, u32), (to, to_id): (&str, u32)) -> Row {
    Row::relationship(&format!("sharded_{from}_has_{to}"), &key(from, from_id), &key(to, to_id))
}

fn record(id: u32, name: &str) -> Value {
    json!({ "id": id.to_string(), "name": name })
}

fn name(rng: &mut Rng) -> String {
    format!("Name {}", rng.u32(..))
}

fn any<T>(rng: &mut Rng, of: &BTreeMap<u32, T>) -> Option<u32> {
    rng.choice(of.keys()).copied()
}
