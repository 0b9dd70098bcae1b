//! An integration whose provider is a list of records, and runs of it into the model of JupiterOne.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use j1_core::prelude::*;
use j1_runtime::provider::{Client, Http, Incoming, Outgoing, Paging};
use j1_runtime::testing::{Harness, UploadLimits};
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

/// Adds a user of its own, so that it does not wait for the step that reads the others.
#[step(emits(Group, User, Has<Group, User>))]
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

    async fn run_with(
        &self,
        arguments: &[&str],
        directory: bool,
        between: Between,
        limits: UploadLimits,
    ) -> Summary {
        let records = Arc::clone(&self.records);
        let provider = Http::service(move |request| {
            let records = records.lock().expect("no test panicked").get(request.url.path()).cloned();
            async move { Ok(respond(200, &records.unwrap_or_else(|| json!([])))) }
        });
        let jupiterone = Arc::clone(&self.jupiterone);
        let jupiterone = Http::service(move |request| {
            let (status, body) = jupiterone.lock().expect("no test panicked").answer(&request);
            let response = between(&request, respond(status, &body));
            async move { Ok(response) }
        });
        Harness::<Held>::new(Config { directory }, provider, jupiterone)
            .at(self.base)
            .arguments(arguments.iter().copied())
            .uploading(limits)
            .run()
            .await
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
