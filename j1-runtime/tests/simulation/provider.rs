//! The provider: its data, the changes from run to run, and its responses.

use std::collections::BTreeMap;

use fastrand::Rng;
use serde_json::{Value, json};
use url::Url;

use crate::graph::{Graph, Row};
use crate::integration::{OWN_TEAM, PAGE};

/// All that the provider has. Users may name a team that is gone.
#[derive(Clone, Debug, Default)]
pub struct Provider {
    teams: BTreeMap<u32, String>,
    users: BTreeMap<u32, (String, Option<u32>)>,
    /// By number: the name, and the user who has it.
    badges: BTreeMap<u32, (String, u32)>,
    partners: BTreeMap<u32, (String, u32)>,
    last: u32,
}

/// Faults of a response with status 200.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Odd {
    /// A record has another shape.
    Record,
    /// Two records have one id.
    Conflicting,
    /// A name is longer than JupiterOne takes.
    LongName,
    /// The answer is an error after all.
    ErrorBody,
}

/// Changes at the provider while it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meanwhile {
    /// Records come.
    Come,
    /// Records go.
    Go,
    /// Records come, and others go: their number may stay the same.
    Churn,
}

impl Meanwhile {
    pub const ALL: [Self; 3] = [Self::Come, Self::Go, Self::Churn];
}

impl Odd {
    pub const ALL: [Self; 4] = [Self::Record, Self::Conflicting, Self::LongName, Self::ErrorBody];
}

impl Provider {
    /// Some records come, some go, some change.
    pub fn change(&mut self, rng: &mut Rng) {
        self.come(rng);
        for _ in 0..rng.u32(0..3) {
            self.remove(rng);
        }
        if let Some(user) = any(rng, &self.users) {
            let team = self.any_team(rng);
            self.users.insert(user, (name(rng), team));
        }
        if let Some(team) = any(rng, &self.teams) {
            self.teams.insert(team, name(rng));
        }
    }

    /// Something happens while it is read.
    pub fn happen(&mut self, what: Meanwhile, rng: &mut Rng) {
        match what {
            Meanwhile::Come => self.come(rng),
            Meanwhile::Go => self.remove(rng),
            Meanwhile::Churn => {
                self.come(rng);
                self.remove(rng);
            }
        }
    }

    fn come(&mut self, rng: &mut Rng) {
        for _ in 0..rng.u32(0..4) {
            let number = self.next();
            self.teams.insert(number, name(rng));
        }
        for _ in 0..rng.u32(0..4) {
            let (number, team) = (self.next(), self.any_team(rng));
            self.users.insert(number, (name(rng), team));
        }
        for _ in 0..rng.u32(0..4) {
            let number = self.next();
            if let Some(user) = any(rng, &self.users) {
                self.badges.insert(number, (name(rng), user));
            }
        }
        for _ in 0..rng.u32(0..3) {
            let (number, team) = (self.next(), self.any_team(rng).unwrap_or(1));
            self.partners.insert(number, (name(rng), team));
        }
    }

    fn next(&mut self) -> u32 {
        self.last += 1;
        self.last
    }

    fn any_team(&self, rng: &mut Rng) -> Option<u32> {
        if rng.u8(0..4) == 0 { None } else { any(rng, &self.teams) }
    }

    fn remove(&mut self, rng: &mut Rng) {
        match rng.u8(0..4) {
            0 => {
                // What names it goes on naming it.
                if let Some(team) = any(rng, &self.teams) {
                    self.teams.remove(&team);
                }
            }
            1 => {
                if let Some(user) = any(rng, &self.users) {
                    self.users.remove(&user);
                    self.badges.retain(|_, (_, of)| *of != user);
                }
            }
            2 => {
                if let Some(badge) = any(rng, &self.badges) {
                    self.badges.remove(&badge);
                }
            }
            _ => {
                if let Some(partner) = any(rng, &self.partners) {
                    self.partners.remove(&partner);
                }
            }
        }
    }

    /// Returns the expected state of JupiterOne when everything went well.
    pub fn graph(&self) -> Graph {
        let mut graph = Graph::default();
        let mut entity = |kind: &str, id: &str, name: &str| {
            graph.insert(Row::entity(&format!("simulated_{kind}"), &format!("simulated-{kind}:{id}"), name));
        };
        entity("team", OWN_TEAM, "Partners");
        self.teams.iter().for_each(|(id, name)| entity("team", &id.to_string(), name));
        self.users.iter().for_each(|(id, (name, _))| entity("user", &id.to_string(), name));
        self.badges.iter().for_each(|(id, (name, _))| entity("badge", &id.to_string(), name));
        self.partners.iter().for_each(|(id, (name, _))| entity("partner", &id.to_string(), name));
        for link in self.links() {
            if link.ends.as_ref().is_some_and(|(from, to)| graph.has(from) && graph.has(to)) {
                graph.insert(link);
            }
        }
        graph
    }

    /// Returns all relationships that records name, also those to what is gone.
    pub fn links(&self) -> Vec<Row> {
        let has = |from: &str, from_id: u32, to: &str, to_id: u32| {
            Row::relationship(
                &format!("simulated_{from}_has_{to}"),
                &format!("simulated-{from}:{from_id}"),
                &format!("simulated-{to}:{to_id}"),
            )
        };
        let users = self.users.iter().filter_map(|(id, (_, team))| Some(has("team", (*team)?, "user", *id)));
        let badges = self.badges.iter().map(|(id, (_, user))| has("user", *user, "badge", *id));
        let partners = self.partners.iter().map(|(id, (_, team))| has("team", *team, "partner", *id));
        users.chain(badges).chain(partners).collect()
    }

    /// Returns the response and its status.
    pub fn answer(&self, url: &Url, odd: Option<Odd>, rng: &mut Rng) -> (u16, String) {
        let mut records = match url.path() {
            "/teams" => self.teams.iter().map(|(id, name)| record(*id, name)).collect(),
            "/users" => self.page_of_users(url),
            "/partners" => self.page_of_partners(url),
            path => match path.strip_prefix("/users/").and_then(|rest| rest.strip_suffix("/badges")) {
                Some(user) => self
                    .badges
                    .iter()
                    .filter(|(_, (_, of))| of.to_string() == user)
                    .map(|(id, (name, _))| record(*id, name))
                    .collect(),
                None => return (404, json!({ "message": "no such path" }).to_string()),
            },
        };
        let last = records.last().map(|record| record["id"].clone());
        // A record of a list that comes whole may come twice, and so may one of the first page of another.
        if url.query().is_none() && !records.is_empty() && rng.u8(0..8) == 0 {
            records.push(records[rng.usize(0..records.len())].clone());
        }
        if let Some(odd) = odd {
            match make_odd(&mut records, odd, rng) {
                Some(()) => {}
                None => return (200, json!({ "message": "try again later" }).to_string()),
            }
        }
        let answer = match url.path() {
            "/users" => json!({ "users": records, "total": self.users.len() }),
            "/partners" => {
                json!({ "data": records, "meta": { "next": last.filter(|last| self.more(last)) } })
            }
            _ => Value::Array(records),
        };
        (200, answer.to_string())
    }

    /// Those after the cursor, which is the number of the last one of the page before.
    fn page_of_partners(&self, url: &Url) -> Vec<Value> {
        let cursor = url.query_pairs().find(|(name, _)| name == "cursor");
        let after: u32 = cursor.and_then(|(_, cursor)| cursor.parse().ok()).unwrap_or_default();
        let partners = self.partners.range(after + 1..).take(PAGE);
        partners.map(|(id, (name, team))| with(record(*id, name), "team", Some(*team))).collect()
    }

    /// Returns `true` if there are partners after this one.
    fn more(&self, last: &Value) -> bool {
        let last: u32 = last.as_str().and_then(|last| last.parse().ok()).unwrap_or_default();
        self.partners.range(last + 1..).next().is_some()
    }

    fn page_of_users(&self, url: &Url) -> Vec<Value> {
        let skip = url.query_pairs().find(|(name, _)| name == "skip");
        let skip: usize = skip.and_then(|(_, skip)| skip.parse().ok()).unwrap_or_default();
        let users = self.users.iter().skip(skip).take(PAGE);
        users.map(|(id, (name, team))| with(record(*id, name), "team", *team)).collect()
    }
}

/// Spoils a list; `None` when the whole answer is to be an error.
fn make_odd(records: &mut Vec<Value>, odd: Odd, rng: &mut Rng) -> Option<()> {
    if odd == Odd::ErrorBody {
        return None;
    }
    if records.is_empty() {
        return Some(());
    }
    let at = rng.usize(0..records.len());
    match odd {
        Odd::Record => records[at]["name"] = json!({ "not": "a name" }),
        Odd::Conflicting => {
            let mut other = records[at].clone();
            other["name"] = json!("Another");
            records.insert(at + rng.usize(0..2), other);
        }
        Odd::LongName => records[at]["name"] = json!("x".repeat(5000)),
        Odd::ErrorBody => {}
    }
    Some(())
}

fn record(id: u32, name: &str) -> Value {
    json!({ "id": id.to_string(), "name": name })
}

fn with(mut record: Value, member: &str, number: Option<u32>) -> Value {
    record[member] = json!(number.map(|number| number.to_string()));
    record
}

fn any<T>(rng: &mut Rng, of: &BTreeMap<u32, T>) -> Option<u32> {
    if of.is_empty() { None } else { of.keys().nth(rng.usize(0..of.len())).copied() }
}

/// Names have different lengths, so that batches do.
fn name(rng: &mut Rng) -> String {
    let length = if rng.u8(0..8) == 0 { rng.usize(100..400) } else { rng.usize(1..20) };
    std::iter::repeat_with(|| rng.lowercase()).take(length).collect()
}
