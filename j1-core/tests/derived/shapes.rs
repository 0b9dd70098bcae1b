//! Entities of the shapes that providers' records have: enums, and dates as text and as numbers.

use j1_core::prelude::*;
use proptest::prelude::*;

use crate::any::{id, maybe, name, text};
use crate::entities::Sample;
use crate::expected::{Expected, sent_moment};

/// The state of a ticket: words as serde writes them, one that is not sent, and any other.
#[derive(Clone, Debug, PartialEq, J1Enum)]
#[j1(rename_all = "kebab-case")]
pub enum Standing {
    Open,
    #[j1(rename = "CLOSED")]
    Shut,
    WaitingForVendor,
    #[j1(skip)]
    Unknown,
    Other(String),
}

impl Standing {
    fn any() -> impl Strategy<Value = Self> {
        prop_oneof![
            Just(Self::Open),
            Just(Self::Shut),
            Just(Self::WaitingForVendor),
            Just(Self::Unknown),
            text().prop_map(Self::Other),
        ]
    }

    fn word(&self) -> Option<String> {
        Some(match self {
            Self::Open => "open".into(),
            Self::Shut => "CLOSED".into(),
            Self::WaitingForVendor => "waiting-for-vendor".into(),
            Self::Unknown => return None,
            Self::Other(text) => text.clone(),
        })
    }
}

/// The function of an agent, in words of the class.
#[derive(Clone, Copy, Debug, J1Enum)]
pub enum Duty {
    #[j1(rename = "DLP")]
    Dlp,
    #[j1(rename = "anti-malware")]
    AntiMalware,
}

/// A ticket, and the agent that works on it.
#[derive(Clone, Debug, J1Entity)]
#[j1(type = "acme_ticket", class = HostAgent, key = "acme-ticket:{id}", name = title, display_name = title)]
pub struct Ticket {
    #[j1(skip)]
    id: String,
    title: String,
    standing: Standing,
    before: Option<Standing>,
    function: Vec<Duty>,
    #[j1(date = rfc3339)]
    opened_at: Option<String>,
    #[j1(date = seconds)]
    due_at: u32,
    #[j1(date = millis, rename = "lastSeenOn")]
    seen: Option<i64>,
    #[j1(date = seconds)]
    paid_at: Option<f64>,
}

impl Sample for Ticket {
    fn any() -> BoxedStrategy<Self> {
        let duty = prop_oneof![Just(Duty::Dlp), Just(Duty::AntiMalware)];
        let opened = maybe(prop_oneof![
            1 => Just(String::new()),
            8 => (0_i64..4_102_444_800).prop_map(|s| Timestamp::from_second(s).expect("a moment").to_string()),
        ]);
        let paid = maybe((0_u32..4_000_000_000).prop_map(|eighths| f64::from(eighths) / 8.0));
        // `graph::value::date` tests numbers in another unit.
        let seen = maybe(
            (-62_135_596_800_000_i64..=253_402_300_799_999)
                .prop_filter("seconds", |ms| !(946_684_800..4_102_444_800).contains(ms)),
        );
        let states = (Standing::any(), maybe(Standing::any()), proptest::collection::vec(duty, 0..3));
        (id(), prop_oneof![8 => name(), 1 => text()], states, opened, any::<u32>(), seen, paid)
            .prop_map(|(id, title, (standing, before, function), opened_at, due_at, seen, paid_at)| Self {
                id,
                title,
                standing,
                before,
                function,
                opened_at,
                due_at,
                seen,
                paid_at,
            })
            .boxed()
    }

    fn expected(&self) -> Expected {
        let opened = self.opened_at.as_deref().filter(|text| !text.is_empty());
        let opened = opened
            .map(|text| text.parse::<Timestamp>().expect("a moment").as_millisecond())
            .filter(|ms| *ms != 0);
        let duties = self.function.iter().map(|duty| match duty {
            Duty::Dlp => "DLP",
            Duty::AntiMalware => "anti-malware",
        });
        #[expect(clippy::cast_possible_truncation, reason = "the test makes whole milliseconds that fit")]
        let paid = self.paid_at.and_then(|seconds| sent_moment((seconds * 1000.0) as i64));
        Expected::new("acme_ticket", "HostAgent", &format!("acme-ticket:{}", self.id))
            .put("name", &*self.title)
            .put("title", &*self.title)
            .put("displayName", &*self.title)
            .put("standing", self.standing.word())
            .put("before", self.before.as_ref().and_then(Standing::word))
            .put("function", duties.collect::<Vec<_>>())
            .put("openedOn", opened)
            .put("dueOn", i64::from(self.due_at) * 1000)
            .or_null("lastSeenOn", self.seen.and_then(sent_moment))
            .put("paidOn", paid)
    }
}

impl Ticket {
    /// A ticket with these dates.
    pub fn of_dates(opened_at: &str, paid_at: f64) -> Self {
        Self {
            id: "1".into(),
            title: "A ticket".into(),
            standing: Standing::Open,
            before: None,
            function: Vec::new(),
            opened_at: Some(opened_at.into()),
            due_at: 0,
            seen: None,
            paid_at: Some(paid_at),
        }
    }
}
