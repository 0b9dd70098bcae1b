//! An integration that says everywhere what its provider says, which is what must not be seen.

use std::process::ExitCode;

use j1::prelude::*;
use j1::provider::{Client, Http, Paging};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(J1Config)]
struct Config {
    /// The base URL of the provider.
    api_base: String,
    /// Sent as a header.
    api_key: Secret<String>,
    /// Sent as a bearer token.
    bearer: Secret<String>,
    /// Never sent: the provider knows it all the same.
    password: Secret<String>,
    /// Never sent either.
    private_key: Secret<String>,
}

#[derive(J1Integration)]
#[j1(
    name = "leaky",
    config = Config,
    steps(
        fetch_notes,
        fetch_raw,
        fetch_refusals,
        fetch_queries,
        fetch_bodies,
        fetch_events,
        fetch_strange,
        fetch_errors,
        fetch_panics
    )
)]
struct Leaky {
    api: Client,
}

impl Connect for Leaky {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        if config.password.expose() == config.private_key.expose() {
            return Err(Error::other("the password is the key"));
        }
        let bearer = Secret::new(format!("Bearer {}", config.bearer.expose()));
        let api = http
            .client(&config.api_base)?
            .header("x-api-key", &config.api_key)
            .header("authorization", &bearer);
        Ok(Self { api })
    }

    async fn validate(&self) -> Result<()> {
        self.api.get("said").accepted().await
    }
}

/// A record of the provider: one text of the corpus.
#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "leaky_note", class = Record, key = "leaky-note:{id}", name = id, display_name = id)]
struct Note {
    id: String,
    text: String,
}

/// A record of the provider, sent whole as raw data.
#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "leaky_raw", class = Record, key = "leaky-raw:{id}", name = id, display_name = id)]
#[j1(raw_data(redact = Self::all))]
struct Raw {
    id: String,
}

impl Raw {
    fn all(_: &mut RawFields) {}
}

macro_rules! marker {
    ($name:ident $ty:literal) => {
        #[derive(Serialize, Deserialize, J1Entity)]
        #[j1(type = $ty, class = Record, key = "leaky:{id}", name = id, display_name = id)]
        struct $name {
            id: String,
        }
    };
}

marker!(Refusal "leaky_refusal");
marker!(Query "leaky_query");
marker!(Body "leaky_body");
marker!(Told "leaky_told");
/// A record whose number the provider sends as a text.
#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "leaky_strange", class = Record, key = "leaky:{id}", name = id, display_name = id)]
struct Strange {
    id: String,
    count: u64,
}

marker!(Failure "leaky_failure");
marker!(Panic "leaky_panic");

/// Everything that the provider says, as entities.
#[step(emits(Note))]
async fn fetch_notes(leaky: &Leaky, job: &mut Job<fetch_notes>) -> Result<Outcome> {
    let mut notes = leaky.api.get("notes").pages::<Note>(Paging::whole());
    while let Some(note) = notes.next().await? {
        tracing::info!(text = note.text, "a note: {}", note.text);
        tracing::debug!(?note.text, "the same, quoted");
        job.add(note).await?;
    }
    notes.finish()
}

/// Everything that the provider says, as raw data.
#[step(emits(Raw))]
async fn fetch_raw(leaky: &Leaky, job: &mut Job<fetch_raw>) -> Result<Outcome> {
    let mut records = leaky.api.get("raw").pages::<WithRaw<Raw>>(Paging::whole());
    while let Some(record) = records.next().await? {
        job.add(record).await?;
    }
    records.finish()
}

/// Everything that the provider says, as the body of an error.
#[step(emits(Refusal))]
async fn fetch_refusals(leaky: &Leaky, _: &mut Job<fetch_refusals>) -> Result<Outcome> {
    let mut outcome = Outcome::nothing_to_read("refusals are not records");
    for number in 0..said(leaky).await?.len() {
        if let Err(error) = leaky.api.get(&format!("refused/{number}")).accepted().await {
            tracing::warn!("{error}");
            outcome = outcome.and(Outcome::partial(error.to_string()));
        }
    }
    Ok(outcome)
}

/// Everything that the provider says, asked for.
#[step(emits(Query))]
async fn fetch_queries(leaky: &Leaky, _: &mut Job<fetch_queries>) -> Result<Outcome> {
    let mut outcome = Outcome::nothing_to_read("queries are not records");
    for text in said(leaky).await? {
        // In a path, a stroke and what is like it divide it.
        let whole = !text.contains(['/', '\\', '?', '#', '%']);
        let path = leaky.api.get(&format!("nowhere/{}/x", if whole { &text } else { "divided" }));
        let query = leaky.api.get("nowhere").query("q", &text);
        for request in [query, leaky.api.get("nowhere").query("api_key", &text), path] {
            if let Err(error) = request.accepted().await {
                tracing::warn!(%error, "not found");
                outcome = outcome.and(Outcome::partial(error.to_string()));
            }
        }
    }
    Ok(outcome)
}

/// Everything that the provider says, in the body of a request.
#[step(emits(Body))]
async fn fetch_bodies(leaky: &Leaky, _: &mut Job<fetch_bodies>) -> Result<Outcome> {
    let mut outcome = Outcome::nothing_to_read("bodies are not records");
    for text in said(leaky).await? {
        let deep = json!({ "is": [text, { &*text: 1 }], "password": text, "note": format!("it is {text}") });
        let form = [("q", &*text), (&*text, "q"), ("client_secret", &*text)];
        for request in [leaky.api.post("echo").json_body(&deep), leaky.api.post("echo").form_body(form)] {
            if let Err(error) = request.accepted().await {
                outcome = outcome.and(Outcome::partial(error.to_string()));
            }
        }
    }
    Ok(outcome)
}

/// Everything that the provider says, told to those who look at the job.
#[step(emits(Told))]
async fn fetch_events(leaky: &Leaky, job: &mut Job<fetch_events>) -> Result<Outcome> {
    let said = said(leaky).await?;
    for text in &said {
        job.info(format!("the provider told {text}"));
    }
    job.warn_incomplete_data(said.join("\n"));
    job.warn_missing_permission(said.concat());
    Ok(Outcome::nothing_to_read("events are not records"))
}

/// Everything that the provider says, where something else was expected.
#[step(emits(Strange))]
async fn fetch_strange(leaky: &Leaky, job: &mut Job<fetch_strange>) -> Result<Outcome> {
    let mut outcome = Outcome::nothing_to_read("it is known to be strange");
    let mut strange = leaky.api.get("strange").pages::<Strange>(Paging::whole());
    while let Some(record) = strange.next().await? {
        job.add(record).await?;
    }
    outcome.add(strange.finish()?);
    for number in 0..said(leaky).await?.len() {
        if let Err(error) = leaky.api.get(&format!("said/{number}")).json::<Vec<Strange>>().await {
            outcome = outcome.and(Outcome::partial(error.to_string()));
        }
    }
    Ok(outcome)
}

/// Everything that the provider says, as an error of the step's own.
#[step(emits(Failure))]
async fn fetch_errors(leaky: &Leaky, _: &mut Job<fetch_errors>) -> Result<Outcome> {
    let said = said(leaky).await?.join("\n");
    Err(Error::other(format!("the provider said {said}")).caused_by(std::io::Error::other(said)))
}

/// Everything that the provider says, as a panic.
#[step(emits(Panic))]
async fn fetch_panics(leaky: &Leaky, _: &mut Job<fetch_panics>) -> Result<Outcome> {
    let said = said(leaky).await?.join("\n");
    panic!("the provider said {said}")
}

async fn said(leaky: &Leaky) -> Result<Vec<String>> {
    leaky.api.get("said").json().await
}

fn main() -> ExitCode {
    j1::main::<Leaky>()
}
