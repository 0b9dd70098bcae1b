//! An integration whose provider is a list of records, and runs of it into the model of JupiterOne.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use j1_core::prelude::*;
use j1_runtime::provider::{Client, Http, Incoming, Outgoing, Paging, Unanswered};
use j1_runtime::testing::{Harness, UploadLimits, assert_conserved};
use j1_runtime::{Connect, Summary};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::graph::Row;
use crate::jupiterone::JupiterOne;

/// The base URL of a JupiterOne that is not on this machine.
pub const JUPITERONE: &str = "https://api.jupiterone.invalid";

/// The instance that a [`Harness`] runs for.
pub const INSTANCE: &str = "an-instance-for-tests";

#[derive(J1Config)]
pub struct Config {
    /// Read the directory of users.
    #[j1(default = true)]
    pub directory: bool,
}

#[derive(J1Integration)]
#[j1(name = "held", config = Config, steps(fetch_users, fetch_groups))]
pub struct Held {
    directory: bool,
    api: Client,
}

impl Connect for Held {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        Ok(Self { directory: config.directory, api: http.client("https://held.example/")? })
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "held_user", class = User, key = "held-user:{id}", display_name = name)]
pub struct User {
    pub id: String,
    pub name: String,
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "held_group", class = Group, key = "held-group:{id}", display_name = name)]
pub struct Group {
    pub id: String,
    pub name: String,
    #[j1(relationship(Has<Group, User>))]
    pub members: Vec<String>,
}

fn has_directory(held: &Held) -> Enabled {
    Enabled::when(held.directory, "the directory is not configured")
}

#[step(emits(User), enabled_if(has_directory))]
pub async fn fetch_users(held: &Held, job: &mut Job<fetch_users>) -> Result<Outcome> {
    let mut users = held.api.get("users").pages::<User>(Paging::whole());
    while let Some(user) = users.next().await? {
        job.add(user).await?;
    }
    users.finish()
}

/// Adds a user of its own, so that it does not wait for the step that reads the others. No group contains another.
#[step(emits(Group, User, Contains<Group, Group>, Has<Group, User>))]
pub async fn fetch_groups(held: &Held, job: &mut Job<fetch_groups>) -> Result<Outcome> {
    job.add(User { id: "service-account".into(), name: "Service account".into() }).await?;
    let mut groups = held.api.get("groups").pages::<Group>(Paging::whole());
    while let Some(group) = groups.next().await? {
        job.add(group).await?;
    }
    groups.finish()
}

/// A provider and a JupiterOne, kept over several runs.
#[derive(Clone)]
pub struct World {
    pub jupiterone: Arc<Mutex<JupiterOne>>,
    records: Arc<Mutex<BTreeMap<String, Value>>>,
    /// The base URL of JupiterOne.
    pub base: &'static str,
}

/// A fault of the request that comes after `at` others, to the provider or to JupiterOne, or of all from it on.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    pub at: usize,
    pub how: How,
    pub lasts: bool,
}

/// The fate of a request.
#[derive(Clone, Copy, Debug)]
pub enum How {
    /// It is lost.
    LostBefore,
    /// It takes effect, and its response is lost.
    LostAfter,
    /// It takes effect, and its response ends in the middle.
    Cut,
    /// The server fails before it does anything.
    Broken,
    /// Something on the way responds in the server's place.
    Swallowed,
}

impl How {
    pub const ALL: [Self; 5] = [Self::LostBefore, Self::LostAfter, Self::Cut, Self::Broken, Self::Swallowed];

    fn apply(self, respond: impl FnOnce() -> Incoming) -> Result<Incoming, Unanswered> {
        let with = |status, body: &'static str| Incoming { status, body: body.into(), ..Incoming::default() };
        let lost = || Err(Unanswered::Lost("the connection was reset".into()));
        match self {
            Self::LostBefore => lost(),
            Self::LostAfter => {
                respond();
                lost()
            }
            Self::Cut => {
                let response = respond();
                Ok(Incoming { body: response.body.slice(..response.body.len() / 2), ..response })
            }
            Self::Broken => Ok(with(500, "{}")),
            Self::Swallowed => Ok(with(200, "<html>blocked</html>")),
        }
    }
}

/// Counts the requests, and fails as told.
#[derive(Clone)]
struct Failing {
    fault: Fault,
    asked: Arc<AtomicUsize>,
}

impl Failing {
    fn next(&self) -> Option<How> {
        let number = self.asked.fetch_add(1, Ordering::SeqCst);
        let fails = if self.fault.lasts { number >= self.fault.at } else { number == self.fault.at };
        fails.then_some(self.fault.how)
    }
}

/// A function that replaces a response of JupiterOne.
pub type Between = Arc<dyn Fn(&Outgoing, Incoming) -> Incoming + Send + Sync>;

impl World {
    /// Twelve users in two groups, and a JupiterOne that holds nothing.
    pub fn new() -> Self {
        let mut jupiterone = JupiterOne::default();
        jupiterone.largest = usize::MAX;
        let world =
            Self { jupiterone: Arc::new(Mutex::new(jupiterone)), records: Arc::default(), base: JUPITERONE };
        let ids: Vec<String> = (0..12).map(|id| format!("user-{id}")).collect();
        let users: Vec<Value> = ids.iter().map(|id| json!({ "id": id, "name": id })).collect();
        world.set("users", json!(users));
        world.set(
            "groups",
            json!([
                { "id": "engineers", "name": "Engineers", "members": ids[..6] },
                { "id": "designers", "name": "Designers", "members": ids[6..] },
            ]),
        );
        world
    }

    /// As [`World::new`], with a stand-in for JupiterOne on this machine.
    pub fn with_stand_in() -> Self {
        Self { base: "http://127.0.0.1:8421", ..Self::new() }
    }

    /// Returns `true` if JupiterOne holds all that the provider has, and nothing else.
    pub fn is_in_step(&self) -> bool {
        let keys = self.keys();
        keys.len() == self.provider_size() && keys.iter().all(|key| self.provider_has(key))
    }

    /// The number of objects that the provider has: a relationship for each member, and a user of the step's own.
    fn provider_size(&self) -> usize {
        let records = self.records.lock().expect("no test panicked");
        let list = |path: &str| records.get(path).and_then(Value::as_array).cloned().unwrap_or_default();
        let members = |group: &Value| group["members"].as_array().map_or(0, Vec::len);
        let groups = list("/groups");
        list("/users").len() + 1 + groups.len() + groups.iter().map(members).sum::<usize>()
    }

    /// Sets a list of the provider.
    pub fn set(&self, path: &str, records: Value) {
        self.records.lock().expect("no test panicked").insert(format!("/{path}"), records);
    }

    pub fn held(&self) -> MutexGuard<'_, JupiterOne> {
        self.jupiterone.lock().expect("no test panicked")
    }

    /// The keys that JupiterOne holds.
    pub fn keys(&self) -> Vec<String> {
        self.held().held.keys().cloned().collect()
    }

    /// Puts an object of another version of the integration into JupiterOne.
    pub fn put(&self, ty: &str, key: &str) {
        self.held().held.insert(Row::entity(ty, key, "old"));
    }

    /// Runs with a proxy that may change each response of JupiterOne.
    pub async fn run_behind(&self, arguments: &[&str], directory: bool, between: Between) -> Summary {
        let limits = UploadLimits { objects: 4, in_flight: 1, ..UploadLimits::default() };
        self.run_with(arguments, directory, between, limits).await
    }

    /// Runs with a JupiterOne that takes no object above this size.
    pub async fn run_limited(&self, object: usize) -> Summary {
        let limits = UploadLimits { object, ..UploadLimits::default() };
        self.run_with(&[], true, Arc::new(|_, response| response), limits).await
    }

    /// Runs with a fault; `true` if it was met.
    pub async fn run_failing(&self, fault: Fault) -> (Summary, bool) {
        let failing = Failing { fault, asked: Arc::default() };
        let asked = Arc::clone(&failing.asked);
        let limits = UploadLimits { objects: 4, in_flight: 1, ..UploadLimits::default() };
        let between: Between = Arc::new(|_, response| response);
        let summary = self.run_between(&[], true, (between, Some(failing)), limits).await;
        (summary, asked.load(Ordering::SeqCst) > fault.at)
    }

    async fn run_with(
        &self,
        arguments: &[&str],
        directory: bool,
        between: Between,
        limits: UploadLimits,
    ) -> Summary {
        self.run_between(arguments, directory, (between, None), limits).await
    }

    async fn run_between(
        &self,
        arguments: &[&str],
        directory: bool,
        (between, failing): (Between, Option<Failing>),
        limits: UploadLimits,
    ) -> Summary {
        let before = self.keys();
        let (records, fails) = (Arc::clone(&self.records), failing.clone());
        let provider = Http::service(move |request| {
            let respond = || {
                let records = records.lock().expect("no test panicked").get(request.url.path()).cloned();
                respond(200, &records.unwrap_or_else(|| json!([])))
            };
            let response = match fails.as_ref().and_then(Failing::next) {
                Some(how) => how.apply(respond),
                None => Ok(respond()),
            };
            async move { response }
        });
        let jupiterone = Arc::clone(&self.jupiterone);
        let jupiterone = Http::service(move |request| {
            let respond = || {
                let (status, body) = jupiterone.lock().expect("no test panicked").answer(&request);
                between(&request, respond(status, &body))
            };
            let response = match failing.as_ref().and_then(Failing::next) {
                Some(how) => how.apply(respond),
                None => Ok(respond()),
            };
            async move { response }
        });
        let summary = Harness::<Held>::new(Config { directory }, provider, jupiterone)
            .at(self.base)
            .arguments(arguments.iter().copied())
            .uploading(limits)
            .run()
            .await;
        let after = self.keys();
        assert_conserved(before.iter().filter(|key| !after.contains(key)), |key| self.provider_has(key));
        summary
    }

    /// Returns `true` for what the provider has at present.
    fn provider_has(&self, key: &str) -> bool {
        let records = self.records.lock().expect("no test panicked");
        let list = |path: &str| records.get(path).and_then(Value::as_array).into_iter().flatten();
        let key_of = |kind: &str, id: &Value| format!("{kind}:{}", id.as_str().unwrap_or_default());
        let user = |key: &str| {
            let mut users = list("/users").map(|user| key_of("held-user", &user["id"]));
            key == "held-user:service-account" || users.any(|user| user == key)
        };
        let mut groups = list("/groups").map(|group| (key_of("held-group", &group["id"]), &group["members"]));
        match key.split_once("|has|") {
            Some((from, to)) => {
                let is_member = |members: &Value| {
                    members.as_array().into_iter().flatten().any(|id| key_of("held-user", id) == to)
                };
                user(to) && groups.any(|(group, members)| group == from && is_member(members))
            }
            None => user(key) || groups.any(|(group, _)| group == key),
        }
    }

    pub async fn run(&self, arguments: &[&str]) -> Summary {
        self.run_behind(arguments, true, Arc::new(|_, response| response)).await
    }

    /// The first run, which fills JupiterOne.
    pub async fn filled(self) -> Self {
        let summary = self.run(&[]).await;
        assert_eq!(summary.exit_code, 0, "{summary:#?}");
        self
    }
}

pub fn respond(status: u16, body: &Value) -> Incoming {
    Incoming { status, body: body.to_string().into(), ..Incoming::default() }
}

/// The last part of a request's path.
pub fn name(request: &Outgoing) -> &str {
    request.url.path().rsplit('/').next().unwrap_or_default()
}

#[track_caller]
pub fn error(summary: &Summary) -> &str {
    &summary.error.as_ref().unwrap_or_else(|| panic!("{summary:#?}")).message
}
