//! The integration that is simulated: types that build on each other, lists that are paged in any way, and an author
//! who makes mistakes on demand.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use j1_core::graph::BoxFuture;
use j1_core::integration::{Duplicates, EncodedObject, Integration, Verdict};
use j1_core::prelude::*;
use j1_core::step::{Runner, StepMeta, Switch};
use j1_runtime::Connect;
use j1_runtime::provider::{Client, Http, Pages, Paging};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::coverage::{self, Fault};
use crate::paging::Style;

#[derive(J1Config)]
pub struct Config {
    /// The mistake of a step.
    pub misdeed: String,
    /// The step that the configuration turns off.
    pub off: String,
    /// The ways of paging of teams, users and partners, as numbers.
    pub styles: String,
    /// The number of records on a page.
    pub size: u64,
    /// The hook leaves out objects.
    pub hook: bool,
    /// Records may come twice, and not quite alike.
    pub repeats: bool,
}

#[derive(J1Integration)]
#[j1(name = "simulated", config = Config, steps(fetch_teams, fetch_users, fetch_badges, fetch_partners))]
#[j1(before_add = Self::look)]
pub struct Simulated {
    misdeed: Option<Misdeed>,
    off: String,
    styles: Vec<Style>,
    size: u64,
    hook: bool,
    repeats: bool,
    api: Client,
    /// The same client, which no step clones.
    shared: Arc<Client>,
}

thread_local! {
    /// The outcomes of steps that an author keeps, from run to run of one seed.
    static KEPT: RefCell<BTreeMap<String, Outcome>> = RefCell::default();
}

/// Forgets what an author has kept.
pub fn forget() {
    KEPT.take();
}

impl Connect for Simulated {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        let api = http.client("https://simulated.example/")?;
        let styles =
            config.styles.split(' ').filter_map(|number| Style::ALL.get(number.parse::<usize>().ok()?));
        Ok(Self {
            misdeed: Misdeed::parse(&config.misdeed),
            off: config.off,
            styles: styles.copied().collect(),
            size: config.size,
            hook: config.hook,
            repeats: config.repeats,
            shared: Arc::new(api.clone()),
            api,
        })
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

/// The same integration, but the first of two objects with one key stays.
pub struct Keeping(Simulated);

impl Integration for Keeping {
    type Config = Config;
    const NAME: &'static str = Simulated::NAME;
    const TITLE: &'static str = Simulated::TITLE;
    const TYPE: &'static str = Simulated::TYPE;
    const STEPS: &'static [StepMeta] = Simulated::STEPS;
    const ORDER: &'static [usize] = Simulated::ORDER;
    const DUPLICATES: Duplicates = Duplicates::KeepFirst;

    fn before_add(&self, object: &EncodedObject<'_>) -> Verdict {
        self.0.before_add(object)
    }

    fn runners() -> &'static [Runner<Self>] {
        &[
            |it, emitter| Simulated::runners()[0](&it.0, emitter),
            |it, emitter| Simulated::runners()[1](&it.0, emitter),
            |it, emitter| Simulated::runners()[2](&it.0, emitter),
            |it, emitter| Simulated::runners()[3](&it.0, emitter),
        ]
    }

    fn switches() -> &'static [Switch<Self>] {
        &[
            |it| Simulated::switches()[0](&it.0),
            |it| Simulated::switches()[1](&it.0),
            |it| Simulated::switches()[2](&it.0),
            |it| Simulated::switches()[3](&it.0),
        ]
    }
}

impl Connect for Keeping {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        Simulated::connect(config, http).map(Self)
    }

    async fn validate(&self) -> Result<()> {
        self.0.validate().await
    }
}

/// A mistake that a step makes once it has seen so many records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misdeed {
    pub wrong: Fault,
    pub step: &'static str,
    pub after: u32,
}

impl Misdeed {
    pub const STEPS: [&str; 4] = ["teams", "users", "badges", "partners"];

    /// `Panic users 3`.
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let (wrong, step, after) = (words.next()?, words.next()?, words.next()?);
        Some(Self {
            wrong: coverage::MISTAKES.iter().copied().find(|known| format!("{known:?}") == wrong)?,
            step: Self::STEPS.into_iter().find(|known| *known == step)?,
            after: after.parse().ok()?,
        })
    }

    pub fn text(&self) -> String {
        format!("{:?} {} {}", self.wrong, self.step, self.after)
    }
}

/// The action of a step after a record.
enum Then {
    GoOn,
    Stop,
    Lie,
    /// Drops the list, and reads it again.
    Again,
}

/// A response to one request comes later than this.
const IMPATIENT: Duration = Duration::from_millis(30);

impl Simulated {
    /// Returns the mistake that the step makes now.
    fn does(&self, step: &str, seen: u32) -> Option<Fault> {
        let misdeed = self.misdeed.as_ref()?;
        (misdeed.step == step && misdeed.after == seen).then_some(misdeed.wrong)
    }

    /// Returns `true` if it is a mistake of this step.
    fn makes(&self, step: &str, wrong: Fault) -> bool {
        self.misdeed.as_ref().is_some_and(|misdeed| misdeed.step == step && misdeed.wrong == wrong)
    }

    fn note(&self, step: &str, wrong: Fault) {
        coverage::met_on(self.style(step), wrong);
    }

    fn then(&self, step: &str, seen: u32) -> Result<Then> {
        let Some(wrong) = self.does(step, seen) else { return Ok(Then::GoOn) };
        let then = match wrong {
            Fault::Fail => Err(Error::other("the provider is on holiday")),
            Fault::Stop => Ok(Then::Stop),
            Fault::Lie => Ok(Then::Lie),
            Fault::Drop => Ok(Then::Again),
            Fault::Panic => {
                self.note(step, wrong);
                panic!("{SIMULATED_PANIC}")
            }
            _ => return Ok(Then::GoOn),
        };
        self.note(step, wrong);
        then
    }

    fn style(&self, step: &str) -> Style {
        let list = ["teams", "users", "partners"].iter().position(|list| *list == step);
        list.and_then(|list| self.styles.get(list)).copied().unwrap_or(Style::Whole)
    }

    fn list<T: DeserializeOwned>(&self, step: &str) -> Pages<T> {
        list(&self.api, step, self.style(step), self.paging(step))
    }

    fn paging(&self, step: &str) -> Paging {
        let paging = self.style(step).paging(self.size);
        if self.repeats { paging.records_repeat() } else { paging }
    }

    /// A list for a task of the author's own. The first author makes it in the step, the second with a clone of the client,
    /// the third with one that all steps share.
    fn list_for_a_task<T: DeserializeOwned + Send + 'static>(
        &self,
        step: &'static str,
        author: u32,
    ) -> BoxFuture<'static, Pages<T>> {
        let (style, paging) = (self.style(step), self.paging(step));
        match author {
            1 => {
                let list = self.list(step);
                Box::pin(async move { list })
            }
            2 => {
                let api = self.api.clone();
                Box::pin(async move { list(&api, step, style, paging) })
            }
            _ => {
                let api = Arc::clone(&self.shared);
                Box::pin(async move { list(&api, step, style, paging) })
            }
        }
    }

    /// The badges of a user, read by a task of the author's own; two authors of three read the list as one response.
    async fn badges_of_a_task(&self, user: &str) -> Vec<Badge> {
        let author = self.misdeed.as_ref().map_or(1, |misdeed| misdeed.after);
        if author == 1 {
            let list = self.api.get_at(&["users", user, "badges"]).pages::<Badge>(Paging::whole());
            return spawned(Box::pin(async move { list }), 1).await;
        }
        let (own, shared, user) = (self.api.clone(), Arc::clone(&self.shared), user.to_owned());
        let reading = tokio::spawn(async move {
            let api = if author == 2 { &own } else { &*shared };
            api.get_at(&["users", &user, "badges"]).json::<Vec<Badge>>().await
        });
        reading.await.ok().and_then(Result::ok).unwrap_or_default()
    }

    /// The outcome that another run, or another step, has left; the mistake of the third author who lies.
    fn kept(&self, step: &str) -> Option<Outcome> {
        let misdeed = self.misdeed.as_ref().filter(|misdeed| misdeed.after == 3)?;
        let kept = KEPT.with_borrow(|kept| kept.get(step).or_else(|| kept.values().next()).cloned());
        let kept = kept.filter(|_| misdeed.step == step && misdeed.wrong == Fault::Lie)?;
        self.note(step, Fault::Lie);
        Some(kept)
    }

    /// Leaves out objects, if the configuration says so.
    fn look(&self, object: &EncodedObject<'_>) -> Verdict {
        if self.hook && object.key.ends_with('3') {
            coverage::met(Fault::Hook);
            return Verdict::LeaveOut("it ends with a 3".to_owned());
        }
        Verdict::Keep
    }
}

fn list<T: DeserializeOwned>(api: &Client, step: &str, style: Style, paging: Paging) -> Pages<T> {
    let request = match style {
        Style::GraphQl => api.graphql(step, "query($after: String) { .. }", &json!({})),
        _ => api.get(step),
    };
    request.pages(paging)
}

/// Keeps an outcome for a later run, and returns it.
fn keep(step: &str, outcome: Result<Outcome>) -> Result<Outcome> {
    if let Ok(outcome) = &outcome {
        KEPT.with_borrow_mut(|kept| kept.insert(step.to_owned(), outcome.clone()));
    }
    outcome
}

/// Reads some records of a list in a task of its own, whatever errors there are.
async fn spawned<T: DeserializeOwned + Send + 'static>(
    list: BoxFuture<'static, Pages<T>>,
    most: u32,
) -> Vec<T> {
    let reading = tokio::spawn(async move {
        let mut list = list.await;
        let mut records = Vec::new();
        while let Ok(Some(record)) = list.next().await {
            records.push(record);
            if records.len() >= most as usize {
                break;
            }
        }
        records
    });
    reading.await.unwrap_or_default()
}

/// The next record; a step that times out its requests drops the request once, and goes on.
async fn next<T: DeserializeOwned>(
    (sim, step, seen): (&Simulated, &str, u32),
    list: &mut Pages<T>,
    timed_out: &mut bool,
) -> Result<Option<T>> {
    if sim.does(step, seen) == Some(Fault::TimeOut) && !std::mem::replace(timed_out, true) {
        match tokio::time::timeout(IMPATIENT, list.next()).await {
            Ok(next) => return next,
            Err(_) => sim.note(step, Fault::TimeOut),
        }
    }
    list.next().await
}

/// Adds an object as the step's author would, and then perhaps does what he should not. The job is not passed to the macro:
/// the step could look something up with it, and would not read along.
macro_rules! add {
    ($sim:expr, $step:literal, $seen:expr, $added:expr) => {{
        $seen += 1;
        let cut_off = $sim.does($step, $seen) == Some(Fault::CutOff);
        let added = $added;
        if cut_off {
            $sim.note($step, Fault::CutOff);
            // Gone before it was awaited to its end: the object was added all the same.
            let _ = tokio::time::timeout(Duration::ZERO, added).await;
            Then::GoOn
        } else {
            added.await?;
            $sim.then($step, $seen)?
        }
    }};
}

/// Reads a list and adds its records.
macro_rules! read {
    ($sim:expr, $job:expr, $step:literal, $record:ty) => {{
        if $sim.makes($step, Fault::Spawn) {
            $sim.note($step, Fault::Spawn);
            let most = $sim.misdeed.as_ref().map_or(1, |misdeed| misdeed.after);
            for record in spawned($sim.list_for_a_task::<$record>($step, most), most).await {
                $job.add(record).await?;
            }
            return Ok(Outcome::nothing_to_read(A_LIE));
        }
        if let Some(kept) = $sim.kept($step) {
            return Ok(kept);
        }
        let mut list = $sim.list::<$record>($step);
        let (mut seen, mut timed_out) = (0, false);
        loop {
            let record = match next(($sim, $step, seen), &mut list, &mut timed_out).await {
                Ok(Some(record)) => record,
                Ok(None) => break,
                Err(_) if $sim.makes($step, Fault::Swallow) => {
                    $sim.note($step, Fault::Swallow);
                    return Ok(Outcome::nothing_to_read(A_LIE));
                }
                Err(error) => return Err(error),
            };
            match add!($sim, $step, seen, $job.add(record)) {
                Then::GoOn => {}
                Then::Stop => return list.finish(),
                Then::Lie => {
                    drop(list);
                    return Ok(Outcome::nothing_to_read(A_LIE));
                }
                Then::Again => list = $sim.list::<$record>($step),
            }
        }
        keep($step, list.finish())
    }};
}

/// The message of a panic that belongs to the simulation.
pub const SIMULATED_PANIC: &str = "a simulated panic";

const A_LIE: &str = "it is not true";

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "simulated_team", class = Team, key = "simulated-team:{id}", display_name = name)]
pub struct Team {
    pub id: String,
    pub name: String,
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "simulated_user", class = User, key = "simulated-user:{id}", display_name = name)]
pub struct User {
    pub id: String,
    pub name: String,
    #[j1(relationship(Has<Team, User>))]
    pub team: Option<String>,
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "simulated_badge", class = Record, key = "simulated-badge:{id}", display_name = name)]
pub struct Badge {
    pub id: String,
    pub name: String,
}

#[derive(Serialize, Deserialize, J1Entity)]
#[j1(type = "simulated_partner", class = Record, key = "simulated-partner:{id}", display_name = name)]
pub struct Partner {
    pub id: String,
    pub name: String,
    #[j1(relationship(Has<Team, Partner>))]
    pub team: String,
}

/// The team that `fetch_partners` adds, so that it waits for no other step.
pub const OWN_TEAM: &str = "partners";

fn reads_teams(sim: &Simulated) -> Enabled {
    Enabled::when(sim.off != "teams", "the teams are turned off")
}

fn reads_users(sim: &Simulated) -> Enabled {
    Enabled::when(sim.off != "users", "the users are turned off")
}

#[step(emits(Team), enabled_if(reads_teams))]
pub async fn fetch_teams(sim: &Simulated, job: &mut Job<fetch_teams>) -> Result<Outcome> {
    read!(sim, job, "teams", Team)
}

#[step(emits(User, Has<Team, User>), enabled_if(reads_users))]
pub async fn fetch_users(sim: &Simulated, job: &mut Job<fetch_users>) -> Result<Outcome> {
    read!(sim, job, "users", User)
}

#[step(emits(Badge, Has<User, Badge>), reads(User), source(id = "badges", title = "Badges", description = "Badges of users"))]
pub async fn fetch_badges(sim: &Simulated, job: &mut Job<fetch_badges>) -> Result<Outcome> {
    if let Some(kept) = sim.kept("badges") {
        return Ok(kept);
    }
    let mut users = job.each::<User>()?;
    let (mut seen, mut timed_out) = (0, false);
    while let Some(user) = users.next().await? {
        if sim.makes("badges", Fault::Spawn) {
            sim.note("badges", Fault::Spawn);
            for badge in sim.badges_of_a_task(&user.id).await {
                let key = job.add(badge).await?;
                job.add(has(&user, &key)).await?;
            }
            continue;
        }
        let request = sim.api.get_at(&["users", &user.id, "badges"]);
        let mut badges = request.pages::<Badge>(Paging::whole());
        loop {
            let badge = match next((sim, "badges", seen), &mut badges, &mut timed_out).await {
                Ok(Some(badge)) => badge,
                Ok(None) => break,
                Err(_) if sim.makes("badges", Fault::Swallow) => {
                    sim.note("badges", Fault::Swallow);
                    break;
                }
                Err(error) => return Err(error),
            };
            let key = job.add(badge).await?;
            match add!(sim, "badges", seen, job.add(has(&user, &key))) {
                Then::GoOn => {}
                Then::Stop => return users.finish(),
                Then::Lie => {
                    drop(users);
                    return Ok(Outcome::nothing_to_read(A_LIE));
                }
                // Goes on with the next user.
                Then::Again => break,
            }
        }
        if !sim.makes("badges", Fault::Drop) && !sim.makes("badges", Fault::Swallow) {
            users.absorb(badges.finish()?);
        }
    }
    keep("badges", users.finish())
}

#[step(emits(Team, Partner, Has<Team, Partner>), source(id = "partners", title = "Partners", description = "Partners"))]
pub async fn fetch_partners(sim: &Simulated, job: &mut Job<fetch_partners>) -> Result<Outcome> {
    job.add(Team { id: OWN_TEAM.into(), name: "Partners".into() }).await?;
    read!(sim, job, "partners", Partner)
}
