//! The integration that is simulated: types that build on each other, several ways of paging, and an author who
//! makes mistakes on demand.

use j1_core::prelude::*;
use j1_runtime::Connect;
use j1_runtime::provider::{Client, Http, Paging};
use serde::{Deserialize, Serialize};

/// Records on one page of users, and of partners.
pub const PAGE: usize = 3;

#[derive(J1Config)]
pub struct Config {
    /// The mistake of a step.
    pub misdeed: String,
    /// The step that the configuration turns off.
    pub off: String,
}

#[derive(J1Integration)]
#[j1(name = "simulated", config = Config, steps(fetch_teams, fetch_users, fetch_badges, fetch_partners))]
pub struct Simulated {
    misdeed: Option<Misdeed>,
    off: String,
    api: Client,
}

impl Connect for Simulated {
    fn connect(config: Config, http: &Http) -> Result<Self> {
        let api = http.client("https://simulated.example/")?;
        Ok(Self { misdeed: Misdeed::parse(&config.misdeed), off: config.off, api })
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

/// The mistakes of a step's author.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// A panic.
    Panic,
    /// An error of the integration's own.
    Fail,
    /// The list is left before its end, and asked for its outcome.
    Stop,
    /// The list is left before its end, and the step claims that there was nothing to read.
    Lie,
    /// Cuts off its own work with a time limit.
    CutOff,
}

/// A mistake that a step makes once it has seen so many records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misdeed {
    pub wrong: Wrong,
    pub step: &'static str,
    pub after: u32,
}

impl Misdeed {
    pub const ALL: [Wrong; 5] = [Wrong::Panic, Wrong::Fail, Wrong::Stop, Wrong::Lie, Wrong::CutOff];
    pub const STEPS: [&str; 4] = ["teams", "users", "badges", "partners"];

    /// `Panic users 3`.
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let (wrong, step, after) = (words.next()?, words.next()?, words.next()?);
        Some(Self {
            wrong: Self::ALL.into_iter().find(|known| format!("{known:?}") == wrong)?,
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
}

/// Adds an object as the step's author would, and then perhaps does what he should not.
macro_rules! add {
    ($sim:expr, $job:expr, $step:literal, $seen:expr, $object:expr) => {{
        $seen += 1;
        let cut_off = $sim.does($step, $seen) == Some(Wrong::CutOff);
        let added = $job.add($object);
        if cut_off {
            // Gone before it was awaited to its end: the object was added all the same.
            let _ = tokio::time::timeout(std::time::Duration::ZERO, added).await;
            Then::GoOn
        } else {
            added.await?;
            $sim.then($step, $seen)?
        }
    }};
}

impl Simulated {
    fn does(&self, step: &str, seen: u32) -> Option<Wrong> {
        let misdeed = self.misdeed.as_ref()?;
        (misdeed.step == step && misdeed.after == seen).then_some(misdeed.wrong)
    }

    fn then(&self, step: &str, seen: u32) -> Result<Then> {
        match self.does(step, seen) {
            Some(Wrong::Panic) => panic!("{SIMULATED_PANIC}"),
            Some(Wrong::Fail) => Err(Error::other("the provider is on holiday")),
            Some(Wrong::Stop) => Ok(Then::Stop),
            Some(Wrong::Lie) => Ok(Then::Lie),
            Some(Wrong::CutOff) | None => Ok(Then::GoOn),
        }
    }
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
    let mut teams = sim.api.get("teams").pages::<Team>(Paging::whole());
    let mut seen = 0;
    while let Some(team) = teams.next().await? {
        match add!(sim, job, "teams", seen, team) {
            Then::GoOn => {}
            Then::Stop => return teams.finish(),
            Then::Lie => {
                drop(teams);
                return Ok(Outcome::nothing_to_read(A_LIE));
            }
        }
    }
    teams.finish()
}

#[step(emits(User, Has<Team, User>), enabled_if(reads_users))]
pub async fn fetch_users(sim: &Simulated, job: &mut Job<fetch_users>) -> Result<Outcome> {
    let paging = Paging::offset("limit", "skip", PAGE as u64).items("users").total("total");
    let mut users = sim.api.get("users").pages::<User>(paging);
    let mut seen = 0;
    while let Some(user) = users.next().await? {
        match add!(sim, job, "users", seen, user) {
            Then::GoOn => {}
            Then::Stop => return users.finish(),
            Then::Lie => {
                drop(users);
                return Ok(Outcome::nothing_to_read(A_LIE));
            }
        }
    }
    users.finish()
}

#[step(emits(Badge, Has<User, Badge>), reads(User))]
pub async fn fetch_badges(sim: &Simulated, job: &mut Job<fetch_badges>) -> Result<Outcome> {
    let mut users = job.each::<User>()?;
    let mut seen = 0;
    while let Some(user) = users.next().await? {
        let mut badges = sim.api.get(&format!("users/{}/badges", user.id)).pages::<Badge>(Paging::whole());
        while let Some(badge) = badges.next().await? {
            let key = job.add(badge).await?;
            match add!(sim, job, "badges", seen, has(&user, &key)) {
                Then::GoOn => {}
                Then::Stop => return users.finish(),
                Then::Lie => {
                    drop(users);
                    return Ok(Outcome::nothing_to_read(A_LIE));
                }
            }
        }
        users.absorb(badges.finish()?);
    }
    users.finish()
}

#[step(emits(Team, Partner, Has<Team, Partner>))]
pub async fn fetch_partners(sim: &Simulated, job: &mut Job<fetch_partners>) -> Result<Outcome> {
    job.add(Team { id: OWN_TEAM.into(), name: "Partners".into() }).await?;
    let paging = Paging::cursor("cursor", "meta.next").items("data");
    let mut partners = sim.api.get("partners").pages::<Partner>(paging);
    let mut seen = 0;
    while let Some(partner) = partners.next().await? {
        match add!(sim, job, "partners", seen, partner) {
            Then::GoOn => {}
            Then::Stop => return partners.finish(),
            Then::Lie => {
                drop(partners);
                return Ok(Outcome::nothing_to_read(A_LIE));
            }
        }
    }
    partners.finish()
}
