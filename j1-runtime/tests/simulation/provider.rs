//! The provider: its data, the changes from run to run, and its responses.

use std::collections::{BTreeMap, HashSet};

use fastrand::Rng;
use j1_runtime::provider::{Incoming, Outgoing};
use serde_json::{Value, json};

use crate::coverage::{self, Fault};
use crate::graph::{Graph, Row};
use crate::integration::OWN_TEAM;
use crate::paging::{Cut, Evidence, ODD_STATUSES, Record, Sessions, Style};

/// All that the provider has. Users may name a team that is gone.
#[derive(Debug)]
pub struct Provider {
    teams: BTreeMap<u32, String>,
    /// By number: the name, the team, and the team that a second record of the user names.
    users: BTreeMap<u32, (String, Option<u32>, Option<u32>)>,
    /// By number: the name, and the user who has it.
    badges: BTreeMap<u32, (String, u32)>,
    partners: BTreeMap<u32, (String, u32)>,
    last: u32,
    /// The ways of paging of teams, users and partners.
    pub styles: [Style; 3],
    /// The number of records on a page.
    pub size: usize,
    /// `true` if users may be listed twice, and not quite alike.
    pub doubles: bool,
    /// Lists have many pages, and several records of one go at once.
    pub dense: bool,
    /// The list that is long enough to be capped.
    pub long: Option<&'static str>,
    /// The number of records at which lists end, in this run.
    pub cap: Option<usize>,
    sessions: Sessions,
    /// The pages that had no records once in this run.
    blank: HashSet<String>,
}

/// Faults of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Odd {
    /// A record has another shape.
    Record,
    /// Two records have one id.
    Conflicting,
    /// A name is longer than JupiterOne takes.
    LongName,
    /// The response turns out to be an error.
    ErrorBody,
    /// Records are left out, and the status is that of another success.
    Status,
    /// Records are left out, and the response says that there are more.
    Contradiction,
    /// A page in the middle of a list has no records, once.
    Blank,
}

impl Odd {
    pub const RECORDS: [Self; 5] =
        [Self::Record, Self::Conflicting, Self::LongName, Self::ErrorBody, Self::Blank];

    const fn fault(self) -> Fault {
        match self {
            Self::Status => Fault::Odd2xx,
            Self::Contradiction => Fault::Contradiction,
            _ => Fault::OddRecord,
        }
    }
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
    pub const fn fault(self) -> Fault {
        match self {
            Self::Come => Fault::Come,
            Self::Go => Fault::Go,
            Self::Churn => Fault::Churn,
        }
    }
}

impl Provider {
    pub fn new(styles: [Style; 3]) -> Self {
        Self {
            teams: BTreeMap::new(),
            users: BTreeMap::new(),
            badges: BTreeMap::new(),
            partners: BTreeMap::new(),
            last: 0,
            styles,
            size: 3,
            doubles: false,
            dense: false,
            long: None,
            cap: None,
            sessions: Sessions::default(),
            blank: HashSet::new(),
        }
    }

    /// Fills the long list.
    pub fn fill(&mut self, records: usize) {
        for _ in 0..records {
            let (number, name) = (self.next(), String::from("One of many"));
            match self.long {
                Some("teams") => drop(self.teams.insert(number, name)),
                Some("partners") => drop(self.partners.insert(number, (name, 1))),
                _ => {}
            }
        }
    }

    /// Returns `true` if a list has as many records as providers cut lists at, or one fewer, of which one may come twice.
    pub fn looks_cut(&self) -> bool {
        let lists = [self.teams.len(), self.users.len(), self.partners.len()];
        lists.iter().any(|records| matches!(records, 99 | 100 | 999 | 1000))
    }

    /// A new run begins.
    pub fn begin(&mut self, cap: Option<usize>) {
        self.cap = cap;
        self.sessions = Sessions::default();
        self.blank.clear();
    }

    /// The way in which the list at this path is paged; `None` for the badges of one user.
    pub fn style(&self, path: &str) -> Style {
        let list = ["/teams", "/users", "/partners"].iter().position(|list| *list == path);
        list.map_or(Style::Whole, |list| self.styles[list])
    }

    /// Some records come, some go, some change.
    pub fn change(&mut self, rng: &mut Rng) {
        self.come(rng);
        for _ in 0..rng.u32(0..3) {
            let list = rng.u8(0..4);
            self.remove(list, rng);
        }
        if let Some(user) = any(rng, &self.users) {
            let (team, other) = (self.any_team(rng), self.other_team(rng));
            self.users.insert(user, (name(rng), team, other));
        }
        if let Some(team) = any(rng, &self.teams) {
            self.teams.insert(team, name(rng));
        }
    }

    /// Something happens while the list at this path is read.
    pub fn happen(&mut self, what: Meanwhile, path: &str, rng: &mut Rng) {
        if what != Meanwhile::Go {
            self.come(rng);
        }
        if what == Meanwhile::Come {
            return;
        }
        let list = rng.u8(0..4);
        if !self.dense {
            return self.remove(list, rng);
        }
        // One that goes behind the reader is seen where pages overlap; several go past it.
        let list = match path {
            "/teams" => 0,
            "/users" => 1,
            "/partners" => 3,
            _ => list,
        };
        for _ in 0..rng.u8(1..4) {
            self.remove(list, rng);
        }
    }

    pub fn come(&mut self, rng: &mut Rng) {
        for _ in 0..rng.u32(0..4) {
            let number = self.next();
            self.teams.insert(number, name(rng));
        }
        for _ in 0..rng.u32(0..4) {
            let (number, team, other) = (self.next(), self.any_team(rng), self.other_team(rng));
            self.users.insert(number, (name(rng), team, other));
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

    /// The team of the second record of a user, where there are any.
    fn other_team(&self, rng: &mut Rng) -> Option<u32> {
        if self.doubles && rng.bool() { any(rng, &self.teams) } else { None }
    }

    fn remove(&mut self, list: u8, rng: &mut Rng) {
        match list {
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
        self.users.iter().for_each(|(id, (name, ..))| entity("user", &id.to_string(), name));
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
        let users = self.users.iter().flat_map(|(id, (_, team, other))| {
            [team, other].into_iter().flatten().map(|team| has("team", *team, "user", *id))
        });
        let badges = self.badges.iter().map(|(id, (_, user))| has("user", *user, "badge", *id));
        let partners = self.partners.iter().map(|(id, (_, team))| has("team", *team, "partner", *id));
        users.chain(badges).chain(partners).collect()
    }

    /// Returns the response to a request.
    pub fn answer(&mut self, request: &Outgoing, odd: Option<Odd>, rng: &mut Rng) -> Incoming {
        let path = request.url.path();
        let Some(mut list) = self.list(path) else {
            return json_response(404, &json!({ "message": "no such path" }));
        };
        let style = self.style(path);
        coverage::read(style);
        if let Some(cap) = self.cap
            && list.len() > cap
        {
            coverage::met_on(style, Fault::Capped);
            list.truncate(cap);
        }
        let cut = match odd {
            Some(Odd::Status) => rng.choice(ODD_STATUSES).map(Cut::Status),
            Some(Odd::Contradiction) => rng.choice(Evidence::ALL).map(Cut::Evidence),
            _ => None,
        };
        if path.ends_with("/badges") {
            return badges(list, odd, cut, rng);
        }
        let mut page = style.respond(request, &list, &mut self.sessions, (self.size, cut));
        if page.left_out {
            coverage::met_on(style, odd.map_or(Fault::OddRecord, Odd::fault));
        }
        // A record of a list that comes in one response may come twice, unless the list is cut: its number is the only sign.
        if style == Style::Whole && self.cap.is_none() && !page.records.is_empty() && rng.u8(0..8) == 0 {
            let again = page.records[rng.usize(0..page.records.len())].clone();
            page.records.push(again);
        }
        if odd == Some(Odd::Blank) {
            let is_odd = style.is_in_the_middle(request)
                && !page.records.is_empty()
                && self.blank.insert(request.url.to_string());
            if is_odd {
                coverage::met_on(style, Fault::OddRecord);
                page.clear();
            }
            return page.write(style);
        }
        if let Some(odd) = odd.filter(|odd| Odd::RECORDS.contains(odd)) {
            if odd == Odd::ErrorBody || !page.records.is_empty() {
                coverage::met_on(style, Fault::OddRecord);
            }
            if spoil(&mut page.records, odd, rng).is_none() {
                return json_response(200, &json!({ "message": "try again later" }));
            }
        }
        page.write(style)
    }

    /// All records at a path.
    fn list(&self, path: &str) -> Option<Vec<Record>> {
        Some(match path {
            "/teams" => self.teams.iter().map(|(id, name)| (*id, record(*id, name))).collect(),
            "/users" => {
                let one = |id: u32, name: &str, team: Option<u32>| (id, with(record(id, name), team));
                let both = |(id, (name, team, other)): (&u32, &(String, Option<u32>, Option<u32>))| {
                    let other = other.map(|other| one(*id, &format!("{name} II"), Some(other)));
                    [Some(one(*id, name, *team)), other]
                };
                self.users.iter().flat_map(both).flatten().collect()
            }
            "/partners" => {
                let one =
                    |(id, (name, team)): (&u32, &(String, u32))| (*id, with(record(*id, name), Some(*team)));
                self.partners.iter().map(one).collect()
            }
            path => {
                let user: u32 = path.strip_prefix("/users/")?.strip_suffix("/badges")?.parse().ok()?;
                let of_user = self.badges.iter().filter(|(_, (_, of))| *of == user);
                of_user.map(|(id, (name, _))| (*id, record(*id, name))).collect()
            }
        })
    }
}

/// The badges of one user: an array, in one response.
fn badges(list: Vec<Record>, odd: Option<Odd>, cut: Option<Cut>, rng: &mut Rng) -> Incoming {
    let mut records: Vec<Value> = list.into_iter().map(|(_, record)| record).collect();
    match cut {
        Some(cut) => {
            records.pop();
            let mut response = json_response(200, &Value::Array(records));
            match cut {
                Cut::Status(status) => response.status = status,
                Cut::Evidence(Evidence::Header(name, value)) => {
                    response.headers.insert(name, value.parse().expect("a header"));
                }
                // An array has no members.
                Cut::Evidence(Evidence::Member(..)) => response.status = 206,
            }
            response
        }
        None => match odd.map(|odd| spoil(&mut records, odd, rng)) {
            Some(None) => json_response(200, &json!({ "message": "try again later" })),
            _ => json_response(200, &Value::Array(records)),
        },
    }
}

/// Spoils a list; `None` when the whole response is to be an error.
fn spoil(records: &mut Vec<Value>, odd: Odd, rng: &mut Rng) -> Option<()> {
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
        _ => {}
    }
    Some(())
}

fn json_response(status: u16, body: &Value) -> Incoming {
    Incoming { status, body: body.to_string().into(), ..Incoming::default() }
}

fn record(id: u32, name: &str) -> Value {
    json!({ "id": id.to_string(), "name": name })
}

fn with(mut record: Value, team: Option<u32>) -> Value {
    record["team"] = json!(team.map(|team| team.to_string()));
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
