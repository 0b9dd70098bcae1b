//! Tasks that a step spawns itself, and outcomes that it keeps: what they lose, the step loses.

use std::sync::{Arc, Mutex};

use j1::Connect;
use j1::prelude::*;
use j1::provider::{self, Client, Http, Incoming, Nested, Paging, Unanswered};
use j1::testing::{Ran, Run, Step};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "acme_badge", class = Record, key = "acme-badge:{id}", name = id, display_name = id)]
struct Badge {
    id: String,
}

#[derive(J1Config)]
struct Config {}

#[derive(J1Integration)]
#[j1(name = "acme", config = Config, steps(fetch_badges))]
struct Acme {
    api: Client,
    /// The same client, which no step clones.
    shared: Arc<Client>,
    /// An outcome that is kept from run to run.
    kept: Arc<Mutex<Option<Outcome>>>,
    way: Way,
}

/// The code of the step's author.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Request,
    NotFound,
    GivenUp,
    List,
    ListIsLeft,
    Unreadable,
    Details,
    SharedRequest,
    SharedGivenUp,
    SharedList,
    SharedUnreadable,
    SharedValues,
    Fine,
    SharedFine,
    OwnRuntime,
    OwnRuntimeList,
    OwnRuntimeIsFine,
    PartialIsDropped,
    PartialIsReturned,
    PartialIsTolerated,
    Returned,
    Tolerated,
    Kept,
    KeptBeside,
    KeptBefore,
    KeptAndTolerated,
    NestedIsFine,
    ReadBesideValues,
}

const WHOLE: Paging = Paging::whole();

async fn all(api: &Client) -> Result<(Vec<Badge>, Outcome)> {
    api.get("list").pages::<Badge>(WHOLE).all().await
}

/// What a task does that belongs to no step; whoever spawned it sees no error.
async fn on_its_own(way: Way, api: &Client) {
    match way {
        Way::Request | Way::SharedRequest | Way::OwnRuntime => drop(api.get("broken").json::<Badge>().await),
        Way::NotFound => drop(api.get("gone").json_if_found::<Badge>().await),
        Way::GivenUp | Way::SharedGivenUp => drop(api.get("slow").json::<Badge>().await),
        Way::List | Way::SharedList | Way::OwnRuntimeList => {
            drop(api.get("broken").pages::<Badge>(WHOLE).next().await);
        }
        Way::ListIsLeft => drop(api.get("list").pages::<Badge>(WHOLE).next().await),
        Way::Unreadable | Way::SharedUnreadable => {
            drop(api.get("unreadable").pages::<Badge>(WHOLE).all().await);
        }
        Way::SharedValues => {
            let people = provider::known(["ada", "broken"], "the configuration names them");
            let mut badges =
                provider::details::<_, Badge>(people, 1, |person| api.get_at(&["badges", person]));
            while !matches!(badges.next().await, Ok(None)) {}
        }
        _ => {
            let people = api.get("people").pages::<String>(WHOLE);
            let mut badges =
                provider::details::<_, Badge>(people, 1, |person| api.get_at(&["badges", person]));
            while !matches!(badges.next().await, Ok(None)) {}
        }
    }
}

/// Runs on a thread and a runtime of the author's own, as a library does that is not asynchronous.
fn on_a_runtime_of_its_own<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let thread = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(work)
    });
    thread.join().expect("no panic")
}

#[expect(clippy::too_many_lines, reason = "one arm for each way of an author")]
#[step(emits(Badge))]
async fn fetch_badges(acme: &Acme, job: &mut Job<fetch_badges>) -> Result<Outcome> {
    let (way, api, shared) = (acme.way, acme.api.clone(), Arc::clone(&acme.shared));
    match way {
        Way::GivenUp => {
            drop(tokio::spawn(async move { on_its_own(way, &api).await }));
            tokio::task::yield_now().await;
        }
        Way::SharedGivenUp => {
            drop(tokio::spawn(async move { on_its_own(way, &shared).await }));
            tokio::task::yield_now().await;
        }
        Way::SharedRequest | Way::SharedList | Way::SharedUnreadable | Way::SharedValues => {
            tokio::spawn(async move { on_its_own(way, &shared).await }).await?;
        }
        Way::Fine | Way::SharedFine => {
            let api = if way == Way::Fine { Arc::new(api) } else { shared };
            let (badges, read) = tokio::spawn(async move { all(&api).await }).await??;
            for badge in badges {
                job.add(badge).await?;
            }
            return Ok(read);
        }
        Way::OwnRuntime | Way::OwnRuntimeList => {
            on_a_runtime_of_its_own(async move { on_its_own(way, &shared).await });
        }
        Way::OwnRuntimeIsFine => {
            let (badges, read) = on_a_runtime_of_its_own(async move { all(&shared).await })?;
            for badge in badges {
                job.add(badge).await?;
            }
            return Ok(read);
        }
        Way::PartialIsDropped => {
            tokio::spawn(async { drop(Outcome::partial("a door was locked")) }).await?;
        }
        Way::PartialIsReturned => {
            let (_, read) = all(&api).await?;
            let locked = tokio::spawn(async { Outcome::partial("a door was locked") }).await?;
            return Ok(Outcome::partial("a badge is worn out").and(read).and(locked));
        }
        Way::PartialIsTolerated => {
            let (_, read) = all(&api).await?;
            let locked = tokio::spawn(async { Outcome::partial("a door was locked") }).await?;
            return Ok(read.and(locked.tolerate("it is always locked")));
        }
        Way::Returned => {
            tokio::spawn(async move { shared.get("broken").json::<Badge>().await }).await??;
        }
        Way::Tolerated => {
            let photo = tokio::spawn(async move { shared.get("broken").json::<Badge>().await });
            assert!(photo.await?.tolerate("badges are decoration").is_none());
        }
        Way::Kept | Way::KeptBeside | Way::KeptBefore | Way::KeptAndTolerated => {
            let kept = acme.kept.lock().expect("no test panicked").take();
            let (_, read) = all(&api).await?;
            *acme.kept.lock().expect("no test panicked") = Some(read.clone());
            return Ok(match (way, kept) {
                (Way::Kept, Some(kept)) => kept,
                (Way::KeptBefore, Some(kept)) => kept.and(read),
                (Way::KeptAndTolerated, Some(kept)) => kept.tolerate("it was complete"),
                (_, Some(kept)) => read.and(kept),
                (_, None) => read,
            });
        }
        Way::NestedIsFine => {
            let list = tokio::task::spawn_blocking(|| serde_json::from_str::<Nested<Badge>>("[]")).await??;
            return Ok(list.into_parts("an empty list").1);
        }
        Way::ReadBesideValues => {
            let values = || Outcome::nothing_to_read("values of the configuration");
            return Ok(values().and(all(&api).await?.1).and(values()));
        }
        _ => tokio::spawn(async move { on_its_own(way, &api).await }).await?,
    }
    Ok(Outcome::nothing_to_read("it may not be true"))
}

#[derive(Deserialize, J1Entity)]
#[j1(type = "acme_door", class = Record, key = "acme-door:{id}", name = id, display_name = id)]
struct Door {
    id: String,
}

#[derive(Deserialize, J1Entity)]
#[j1(type = "acme_lock", class = Record, key = "acme-lock:{id}", name = id, display_name = id)]
struct Lock {
    id: String,
}

#[derive(Default, J1Config)]
#[expect(clippy::struct_excessive_bools, reason = "independent ways of an author")]
struct HouseConfig {
    /// The task uses the client that all steps share.
    shares: bool,
    /// The task goes on after its step has ended.
    outlives: bool,
    /// The task requests details of the records of a list.
    details: bool,
    /// The step returns a partial outcome that a task has made, beside one of its own.
    returns: bool,
}

#[derive(J1Integration)]
#[j1(name = "house", config = HouseConfig, steps(fetch_keys, fetch_doors, fetch_locks))]
struct House {
    api: Client,
    shared: Arc<Client>,
    config: HouseConfig,
    /// The task that goes on, and the permission to do so.
    task: Mutex<Option<JoinHandle<()>>>,
    goes_on: Arc<Notify>,
}

impl Connect for House {
    fn connect(config: HouseConfig, http: &Http) -> Result<Self> {
        let api = http.client("https://acme.example")?;
        let (task, goes_on) = (Mutex::default(), Arc::default());
        Ok(Self { shared: Arc::new(api.clone()), api, config, task, goes_on })
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

#[step(emits(Badge))]
async fn fetch_keys(house: &House, _job: &mut Job<fetch_keys>) -> Result<Outcome> {
    if house.config.returns {
        let locked = tokio::spawn(async { Outcome::partial("a door was locked") }).await?;
        return Ok(Outcome::partial("a key is worn out").and(locked));
    }
    let api = if house.config.shares { Arc::clone(&house.shared) } else { Arc::new(house.api.clone()) };
    let way = if house.config.details { Way::Details } else { Way::Request };
    if house.config.outlives {
        let goes_on = Arc::clone(&house.goes_on);
        let task = tokio::spawn(async move {
            goes_on.notified().await;
            on_its_own(way, &api).await;
        });
        *house.task.lock().expect("no test panicked") = Some(task);
    } else {
        tokio::spawn(async move { on_its_own(way, &api).await }).await?;
    }
    Ok(Outcome::nothing_to_read("it may not be true"))
}

#[step(emits(Door))]
async fn fetch_doors(house: &House, job: &mut Job<fetch_doors>) -> Result<Outcome> {
    let mut doors = house.api.get("list").pages::<Door>(WHOLE);
    while let Some(door) = doors.next().await? {
        job.add(door).await?;
    }
    doors.finish()
}

/// Begins once the step with the task has ended.
#[step(emits(Lock), reads(Badge))]
async fn fetch_locks(house: &House, job: &mut Job<fetch_locks>) -> Result<Outcome> {
    let mut keys = job.each::<Badge>()?;
    while let Some(key) = keys.next().await? {
        job.add(Lock { id: key.id.clone() }).await?;
    }
    house.goes_on.notify_one();
    let task = house.task.lock().expect("no test panicked").take();
    if let Some(task) = task {
        task.await?;
    }
    keys.finish()
}

fn http() -> Http {
    Http::service(|asked| async move {
        let (status, body) = match asked.url.path() {
            "/people" => (200, r#"["ada", "broken"]"#),
            "/badges/ada" => (200, r#"{"id":"ada"}"#),
            "/list" => (200, r#"[{"id":"a"},{"id":"b"}]"#),
            "/unreadable" => (200, r#"[{"id":"a"},{"id":7}]"#),
            "/gone" => (404, ""),
            "/slow" => std::future::pending().await,
            _ => (403, r#"{"message":"no"}"#),
        };
        Ok::<_, Unanswered>(Incoming { status, body: body.into(), ..Incoming::default() })
    })
}

fn client() -> Client {
    http().client("https://acme.example").expect("a URL")
}

async fn ran(way: Way, kept: &Arc<Mutex<Option<Outcome>>>) -> Ran {
    let api = client();
    let shared = Arc::new(api.clone());
    Step::<fetch_badges>::new().run(Acme { api, shared, kept: Arc::clone(kept), way }).await
}

#[tokio::test]
async fn losses_in_an_authors_task_make_the_step_partial() {
    for (way, says) in [
        (Way::Request, "/broken` returned status 403"),
        (Way::NotFound, "/gone` returned status 404, which proves nothing"),
        (Way::GivenUp, "/slow` was given up before its response"),
        (Way::List, "/broken` returned status 403"),
        (Way::ListIsLeft, "left the list of `GET https://acme.example/list`"),
        (Way::Unreadable, "record 2"),
        (Way::Details, "/badges/broken` returned status 403"),
        (Way::SharedRequest, "/broken` returned status 403"),
        (Way::SharedGivenUp, "/slow` was given up before its response"),
        (Way::SharedList, "/broken` returned status 403"),
        (Way::SharedUnreadable, "record 2"),
        (Way::SharedValues, "/badges/broken` returned status 403"),
        (Way::OwnRuntime, "/broken` returned status 403"),
        (Way::OwnRuntimeList, "/broken` returned status 403"),
        (Way::PartialIsDropped, "a door was locked"),
        (Way::PartialIsReturned, "a door was locked"),
        (Way::Returned, "/broken` returned status 403"),
    ] {
        let ran = ran(way, &Arc::default()).await;
        assert!(!ran.summary.partial_datasets.types.is_empty(), "{way:?} is complete");
        let partial = ran.partial("acme_badge");
        assert!(partial.contains(says), "{way:?}: {partial}");
    }
}

#[tokio::test]
async fn a_list_that_an_authors_task_reads_to_its_end_is_complete() {
    for way in [
        Way::Fine,
        Way::SharedFine,
        Way::OwnRuntimeIsFine,
        Way::Tolerated,
        Way::PartialIsTolerated,
        Way::NestedIsFine,
        Way::ReadBesideValues,
    ] {
        ran(way, &Arc::default()).await.assert_complete();
    }
}

#[tokio::test]
async fn an_outcome_that_is_kept_proves_nothing_of_a_later_run() {
    for way in [Way::Kept, Way::KeptBeside, Way::KeptBefore, Way::KeptAndTolerated] {
        let kept = Arc::default();
        ran(way, &kept).await.assert_complete();
        let again = ran(way, &kept).await;
        let partial = again.partial("acme_badge");
        assert!(partial.contains("another step or run"), "{way:?}: {partial}");
    }
    let (_, read) = all(&client()).await.expect("a list");
    let before = ran(Way::Kept, &Arc::new(Mutex::new(Some(read)))).await;
    assert!(before.partial("acme_badge").contains("another step or run"), "it was read outside any run");
}

#[tokio::test]
async fn only_the_step_that_has_cloned_the_client_is_partial() {
    for (shares, partial) in
        [(false, &["acme_badge", "acme_lock"][..]), (true, &["acme_badge", "acme_door", "acme_lock"])]
    {
        for details in [false, true] {
            let config = HouseConfig { shares, details, ..HouseConfig::default() };
            let ran = Run::<House>::provider(http()).config(config).collect().await;
            assert_eq!(ran.summary.partial_datasets.types, partial, "{details}");
        }
    }
}

/// Nobody reads what it would mark in its own step any more.
#[tokio::test]
async fn losses_after_the_end_of_a_step_make_all_steps_partial() {
    for (shares, details) in [(false, false), (true, false), (false, true)] {
        let config = HouseConfig { shares, outlives: true, details, ..HouseConfig::default() };
        let ran = Run::<House>::provider(http()).config(config).collect().await;
        let partial = &ran.summary.partial_datasets.types;
        assert_eq!(partial, &["acme_badge", "acme_door", "acme_lock"], "{shares} {details}");
    }
}

#[tokio::test]
async fn only_the_step_that_returns_an_outcome_of_a_task_is_partial() {
    let config = HouseConfig { returns: true, ..HouseConfig::default() };
    let ran = Run::<House>::provider(http()).config(config).collect().await;
    assert_eq!(ran.summary.partial_datasets.types, ["acme_badge", "acme_lock"]);
    assert!(ran.partial("acme_badge").contains("a door was locked"));
}
