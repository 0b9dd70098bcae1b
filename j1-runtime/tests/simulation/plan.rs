//! The plan of one run: which faults it is to meet.

use std::time::Duration;

use fastrand::Rng;
use j1_runtime::testing::UploadLimits;

use crate::coverage::{Axis, Fault, apart};
use crate::integration::Misdeed;
use crate::jupiterone::Oddity;
use crate::network::Weather;
use crate::provider::{Meanwhile, Odd};

/// Bodies of any size are taken.
pub const NO_LIMIT: usize = usize::MAX;

/// One run: what goes wrong around it and in it.
#[derive(Clone, Debug)]
pub struct Plan {
    pub weather: Weather,
    pub misdeed: Option<Misdeed>,
    pub arguments: Vec<&'static str>,
    pub limits: UploadLimits,
    /// The largest upload that JupiterOne takes.
    pub largest: usize,
    /// The time of the interruption, in virtual milliseconds.
    pub stop: Option<u64>,
    /// The deviation of JupiterOne.
    pub oddity: Option<Oddity>,
    /// The step that the configuration turns off.
    pub off: &'static str,
    /// The source that the operator turns off.
    pub source_off: Option<&'static str>,
    /// The job that the run joins.
    pub joined: Option<Joined>,
    /// Its id, once it was opened.
    pub job: Option<String>,
    /// The number of records at which lists end.
    pub capped: bool,
    /// The hook leaves out objects.
    pub hook: bool,
    /// A second run begins after this time, in virtual milliseconds.
    pub overlap: Option<u64>,
    /// The faults of this plan.
    pub faults: Vec<Fault>,
}

/// A job that was opened before the run, and by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    /// By this instance.
    Own,
    /// By this instance, and the job does not say its mode.
    ModeUnsaid,
    /// By another instance.
    Other,
}

const STEPS: [&str; 4] = ["fetch-teams", "fetch-users", "fetch-badges", "fetch-partners"];

impl Plan {
    /// Nothing goes wrong.
    pub fn calm(rng: &mut Rng, long: bool) -> Self {
        Self {
            weather: Weather::default(),
            misdeed: None,
            // A few records are all that there are of a type, and they may go at once.
            arguments: if rng.bool() { vec!["--yes", "--wait"] } else { vec!["--yes"] },
            limits: limits(rng, long),
            largest: NO_LIMIT,
            stop: None,
            oddity: None,
            off: "",
            source_off: None,
            joined: None,
            job: None,
            capped: false,
            hook: false,
            overlap: None,
            faults: Vec::new(),
        }
    }

    /// One fault in the middle of lists of many pages.
    pub fn dense(rng: &mut Rng) -> Self {
        let mut plan = Self::calm(rng, false);
        let fault = rng
            .choice([Fault::Lost, Fault::Go, Fault::Churn, Fault::OddRecord, Fault::Overlap])
            .unwrap_or(Fault::Go);
        plan.add(fault, rng);
        match fault {
            Fault::Lost => plan.weather.gentle = true,
            Fault::OddRecord => plan.weather.odd = Some((vec![Odd::Blank], rng.u8(30..160))),
            _ => {}
        }
        plan.faults = vec![fault];
        plan
    }

    /// One fault, two, or many.
    pub fn any(rng: &mut Rng, long: bool) -> Self {
        let mut plan = Self::calm(rng, long);
        let mut wanted = Vec::new();
        if long {
            wanted.push(Fault::Capped);
        }
        let count = match rng.u8(0..8) {
            0 | 1 => 1,
            2..=5 => 2,
            6 => 3,
            _ => rng.usize(3..8),
        };
        while wanted.len() < count + usize::from(long) {
            let fault = Fault::ALL[rng.usize(0..Fault::ALL.len())];
            // These two are of the whole seed.
            let of_seed = matches!(fault, Fault::KeepFirst | Fault::Capped);
            if of_seed || wanted.iter().any(|other| *other == fault || apart(*other, fault).is_some()) {
                // As likely as any other, so that no pair is rare.
                if of_seed && count == 1 {
                    break;
                }
                continue;
            }
            wanted.push(fault);
        }
        for fault in &wanted {
            plan.add(*fault, rng);
        }
        // An error to swallow, and a token that expires while something is read.
        if wanted.contains(&Fault::Swallow) && plan.weather.faults == 0 && plan.weather.odd.is_none() {
            plan.weather.odd = Some((vec![Odd::ErrorBody], 160));
        }
        // With `--yes`, a run finalizes even if it could not ask what another run has brought.
        let blind = wanted.contains(&Fault::Overlap) && plan.weather.faults > 0;
        if blind || wanted.len() > 1 && rng.u8(0..4) == 0 {
            plan.arguments.retain(|argument| *argument != "--yes");
        }
        // A long list changes as often as a short one, and not with each of its responses.
        if let Some((_, rate)) = plan.weather.meanwhile.as_mut().filter(|_| long) {
            *rate = rng.u8(4..20);
        }
        // The mode that shows that a run ends once nothing hinders it any more.
        if rng.u8(0..6) == 0 {
            plan.weather.ends_after = Some(Duration::from_millis(rng.u64(500..120_000)));
        }
        plan.faults = wanted;
        plan
    }

    fn add(&mut self, fault: Fault, rng: &mut Rng) {
        match fault.axis() {
            Axis::Provider => self.of_provider(fault, rng),
            Axis::Operator => self.of_operator(fault, rng),
            Axis::Author => {
                let step = rng.choice(Misdeed::STEPS).unwrap_or_default();
                let after = if fault == Fault::TimeOut { rng.u32(0..4) } else { rng.u32(1..4) };
                self.misdeed = Some(Misdeed { wrong: fault, step, after });
            }
            Axis::JupiterOne => self.of_jupiterone(fault, rng),
        }
    }

    fn of_provider(&mut self, fault: Fault, rng: &mut Rng) {
        let odd = |plan: &mut Self, odd: &[Odd], of: u8| {
            let (all, rate) = plan.weather.odd.get_or_insert_with(|| (Vec::new(), 0));
            all.extend_from_slice(odd);
            *rate = (*rate).max(of);
        };
        match fault {
            Fault::Lost | Fault::Refused => {
                self.weather.faults = self.weather.faults.max(rng.u8(30..120));
                self.weather.gentle = rng.bool();
            }
            Fault::Come => self.weather.meanwhile = Some((Meanwhile::Come, rng.u8(30..120))),
            Fault::Go => self.weather.meanwhile = Some((Meanwhile::Go, rng.u8(30..120))),
            Fault::Churn => self.weather.meanwhile = Some((Meanwhile::Churn, rng.u8(30..120))),
            Fault::Contradiction => odd(self, &[Odd::Contradiction], rng.u8(30..160)),
            Fault::Odd2xx => odd(self, &[Odd::Status], rng.u8(30..160)),
            Fault::OddRecord => odd(self, &Odd::RECORDS, rng.u8(30..160)),
            Fault::Capped => self.capped = true,
            _ => self.weather.expires = Some(rng.u32(1..60)),
        }
    }

    fn of_operator(&mut self, fault: Fault, rng: &mut Rng) {
        match fault {
            Fault::EnabledIf => self.off = rng.choice(["teams", "users"]).unwrap_or_default(),
            Fault::SourceOff => self.source_off = rng.choice(["badges", "partners"]),
            Fault::OneStep => self.arguments.extend(["--step", rng.choice(STEPS).unwrap_or(STEPS[0])]),
            Fault::Joined => {
                self.joined = rng.choice([Joined::Own, Joined::Own, Joined::ModeUnsaid, Joined::Other]);
            }
            Fault::Abort => self.arguments.extend(["--on-partial", "abort"]),
            Fault::Hook => self.hook = true,
            Fault::Signal => self.stop = Some(rng.u64(0..6000)),
            _ => self.weather.crash = Some(rng.u32(1..80)),
        }
    }

    fn of_jupiterone(&mut self, fault: Fault, rng: &mut Rng) {
        self.oddity = match fault {
            Fault::Middlebox => {
                self.weather.faults = self.weather.faults.max(rng.u8(60..140));
                return;
            }
            Fault::SmallUploads => {
                self.largest = rng.usize(150..2000);
                return;
            }
            Fault::Overlap => {
                self.overlap = Some(rng.u64(0..8000));
                return;
            }
            Fault::LostUpload => Some(Oddity::LostUpload),
            Fault::FewerReceived => Some(Oddity::FewerReceived),
            Fault::CountsUnsaid => Some(Oddity::CountsUnsaid),
            Fault::UnknownStatus => Some(Oddity::UnknownStatus),
            Fault::NeverEnds => Some(Oddity::NeverEnds),
            Fault::ObjectErrors => Some(Oddity::ObjectErrors),
            Fault::QueryRefused => Some(Oddity::QueryRefused),
            Fault::QueryMissing => Some(Oddity::QueryMissing),
            Fault::QueryEmpty => Some(Oddity::QueryEmpty),
            _ => Some(Oddity::QueryPart),
        };
    }

    /// Returns `true` if a run bears all of this, so that it has to be complete.
    pub fn is_bearable(&self, styles: &[crate::paging::Style]) -> bool {
        let churn = self.weather.meanwhile.is_none_or(|(what, _)| {
            what == Meanwhile::Come && styles.iter().all(|style| style.bears_new_records())
        });
        let weather = &self.weather;
        self.misdeed.is_none()
            && weather.crash.or(weather.expires).is_none()
            && (weather.faults == 0 || weather.gentle && !styles.iter().any(|style| style.may_lose()))
            && weather.odd.is_none()
            && churn
            && self.stop.is_none()
            && self.oddity.is_none_or(Oddity::is_bearable)
            && self.largest == NO_LIMIT
            && !self.capped
            && !self.hook
            && self.overlap.is_none()
            && !matches!(self.joined, Some(Joined::Other))
            // A joined job that does not say what it has received may have objects of other processes.
            && !(self.joined.is_some() && self.oddity == Some(Oddity::CountsUnsaid))
            && !self.arguments.contains(&"--step")
            // Without it the guard may stop a run for what it would delete.
            && self.arguments.contains(&"--yes")
    }
}

fn limits(rng: &mut Rng, long: bool) -> UploadLimits {
    UploadLimits {
        objects: if long { 500 } else { rng.usize(1..8) },
        bytes: if long { 1 << 20 } else { rng.usize(200..4000) },
        gzip_from: rng.usize(0..2000),
        in_flight: rng.usize(1..5),
        ..UploadLimits::default()
    }
}
