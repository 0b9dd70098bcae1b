//! Entities of several classes, how to make any of one, and what it should be as JSON.

use j1_core::prelude::*;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;

use crate::any::{email, float, id, long, maybe, moment, name, some_text, text, whole};
use crate::expected::{Expected, cut, sent_moment};

/// An entity that the derive writes and the test writes as well.
pub trait Sample: Entity<Added = Key<Self>> + Sized + std::fmt::Debug {
    /// Any of them.
    fn any() -> BoxedStrategy<Self>;
    /// The expected JSON.
    fn expected(&self) -> Expected;
    /// The relationships that its fields should make.
    fn edges(&self) -> Vec<Expected> {
        Vec::new()
    }
    /// The fields that are longer than their text may be and may be cut.
    fn cut(&self) -> Vec<&'static str> {
        Vec::new()
    }
    /// Its floating-point numbers: JSON has none that are not finite.
    fn floats(&self) -> Vec<f64> {
        Vec::new()
    }
}

/// Lists, a text that may be cut, and the requirements of the class half mapped.
#[derive(Clone, Debug, J1Entity)]
#[j1(type = "acme_user", class = User, key = "acme-user:{id}", name = login, display_name = [nick, login])]
pub struct User {
    #[j1(skip)]
    id: String,
    login: String,
    nick: Option<String>,
    #[j1(list)]
    username: String,
    #[j1(list)]
    email: Option<String>,
    first_name: Option<String>,
    #[j1(truncate)]
    bio: Option<String>,
    admin: Option<bool>,
    risk: Option<u8>,
    quota: i64,
    logins: u64,
    tags: Option<Vec<String>>,
    #[j1(relationship(Has<Account, User>))]
    account: Option<String>,
}

impl Sample for User {
    fn any() -> BoxedStrategy<Self> {
        let names = (id(), name(), maybe(text()), some_text(), maybe(email()), maybe(some_text()));
        let bio = prop_oneof![3 => maybe(text()), 1 => long().prop_map(Some)];
        let risk = prop_oneof![12 => 1_u8..=10, 1 => any::<u8>()];
        let rest = (bio, maybe(any::<bool>()), maybe(risk), whole(), any::<u64>());
        (names, rest, maybe(vec(some_text(), 0..3)), maybe(id()))
            .prop_map(|(names, rest, tags, account)| {
                let (id, login, nick, username, email, first_name) = names;
                let (bio, admin, risk, quota, logins) = rest;
                #[rustfmt::skip]
                let user = Self {
                    id, login, nick, username, email, first_name, bio, admin, risk, quota, logins, tags, account,
                };
                user
            })
            .boxed()
    }

    fn expected(&self) -> Expected {
        let nick = self.nick.clone().unwrap_or_default();
        Expected::new("acme_user", "User", &format!("acme-user:{}", self.id))
            .put("name", &*self.login)
            .put("login", &*self.login)
            .put("displayName", if nick.is_empty() { &*self.login } else { &*nick })
            .put("nick", &*nick)
            .list_or_null("username", &self.username)
            .list_or_null("email", self.email.as_deref().unwrap_or_default())
            .or_null("firstName", self.first_name.clone())
            .or_null("lastName", "")
            .or_null("shortLoginId", "")
            .put("bio", self.bio.as_deref().map(cut))
            .put("isAdmin", self.admin)
            .put("risk", self.risk)
            .put("quota", self.quota)
            .put("logins", self.logins)
            .put("tags", self.tags.clone())
    }

    fn edges(&self) -> Vec<Expected> {
        let edge = |account: &String| {
            let (from, to) = (format!("acme-account:{account}"), format!("acme-user:{}", self.id));
            Expected::edge("acme_account_has_user", "HAS", &from, &to).named("HAS")
        };
        self.account.iter().map(edge).collect()
    }

    fn cut(&self) -> Vec<&'static str> {
        let bio = self.bio.as_deref().unwrap_or_default();
        if cut(bio) == bio { Vec::new() } else { vec!["bio"] }
    }
}

/// Nothing but what JupiterOne asks for.
#[derive(Clone, Debug, J1Entity)]
#[j1(type = "acme_account", class = Group, key = "acme-account:{id}", name = title, display_name = title)]
pub struct Account {
    #[j1(skip)]
    id: String,
    title: String,
}

impl Sample for Account {
    fn any() -> BoxedStrategy<Self> {
        (id(), prop_oneof![1 => name(), 1 => some_text()]).prop_map(|(id, title)| Self { id, title }).boxed()
    }

    fn expected(&self) -> Expected {
        Expected::new("acme_account", "Group", &format!("acme-account:{}", self.id))
            .put("name", &*self.title)
            .put("title", &*self.title)
            .put("displayName", &*self.title)
    }
}

/// A class that requires nineteen properties of its own, of which three are mapped.
#[derive(Clone, Debug, J1Entity)]
#[j1(type = "acme_device", class = Device, key = "acme-device:{site}/{number}", name = label, display_name = label)]
pub struct Machine {
    #[j1(skip)]
    site: String,
    #[j1(skip)]
    number: u32,
    label: String,
    hostname: Option<String>,
    #[j1(list)]
    device_id: String,
    last_seen_on: Option<EpochMs>,
    screen_lock_timeout: Option<f32>,
    #[j1(relationship(Has<User, Machine>, key = id))]
    owners: Option<Vec<Owner>>,
}

/// A user as a device names it.
#[derive(Clone, Debug)]
pub struct Owner {
    id: String,
}

/// Properties that the class requires and [`Machine`] does not always have.
pub const DEVICE_NULLS: [&str; 16] = [
    "category",
    "fqdn",
    "ipv4Addresses",
    "ipv6Addresses",
    "macAddresses",
    "make",
    "model",
    "osDetails",
    "osName",
    "osType",
    "osVersion",
    "privateIpAddresses",
    "publicIpAddresses",
    "serial",
    "hostname",
    "lastSeenOn",
];

impl Sample for Machine {
    fn any() -> BoxedStrategy<Self> {
        let hostname = prop_oneof![8 => "[a-z][a-z0-9-]{0,10}[a-z0-9]", 1 => text()];
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the extremes become infinite, which is wanted here"
        )]
        let timeout = float().prop_map(|number| number as f32);
        let owners = maybe(vec(id().prop_map(|id| Owner { id }), 0..3));
        (id(), any::<u32>(), name(), maybe(hostname), some_text(), maybe(moment()), maybe(timeout), owners)
            .prop_map(
                |(site, number, label, hostname, device_id, last_seen_on, screen_lock_timeout, owners)| {
                    #[rustfmt::skip]
                let device = Self {
                    site, number, label, hostname, device_id, last_seen_on, screen_lock_timeout, owners,
                };
                    device
                },
            )
            .boxed()
    }

    fn expected(&self) -> Expected {
        let key = format!("acme-device:{}/{}", self.site, self.number);
        let nulls = Expected::new("acme_device", "Device", &key);
        DEVICE_NULLS
            .iter()
            .fold(nulls, |object, name| object.or_null(name, ""))
            .put("name", &*self.label)
            .put("label", &*self.label)
            .put("displayName", &*self.label)
            .or_null("hostname", self.hostname.clone())
            .list_or_null("deviceId", &self.device_id)
            .or_null("lastSeenOn", self.last_seen_on.and_then(|moment| sent_moment(moment.0)))
            .put("screenLockTimeout", self.screen_lock_timeout.map(f64::from))
    }

    fn edges(&self) -> Vec<Expected> {
        let to = format!("acme-device:{}/{}", self.site, self.number);
        let edge = |owner: &Owner| {
            Expected::edge("acme_user_has_device", "HAS", &format!("acme-user:{}", owner.id), &to)
                .named("HAS")
        };
        self.owners.iter().flatten().map(edge).collect()
    }

    fn floats(&self) -> Vec<f64> {
        self.screen_lock_timeout.iter().copied().map(f64::from).collect()
    }
}

/// A list of values that the class names, a required date, and an edge that begins here.
#[derive(Clone, Debug, J1Entity)]
#[j1(type = "acme_agent", class = HostAgent, key = "acme-agent:{id}", constant(vendor = "Acme"))]
pub struct Agent {
    #[j1(rename = "agentNumber")]
    id: i64,
    name: String,
    display_name: String,
    function: Vec<String>,
    last_seen_on: Option<EpochMs>,
    #[j1(relationship(Monitors<Agent, Account>))]
    account: String,
}

impl Sample for Agent {
    fn any() -> BoxedStrategy<Self> {
        let known = prop_oneof![Just("DLP"), Just("FIM"), Just("other")].prop_map(str::to_owned);
        let function = vec(prop_oneof![8 => known, 1 => text()], 0..4);
        (whole(), name(), name(), function, maybe(moment()), id())
            .prop_map(|(id, name, display_name, function, last_seen_on, account)| Self {
                id,
                name,
                display_name,
                function,
                last_seen_on,
                account,
            })
            .boxed()
    }

    fn expected(&self) -> Expected {
        Expected::new("acme_agent", "HostAgent", &format!("acme-agent:{}", self.id))
            .put("agentNumber", self.id)
            .put("name", &*self.name)
            .put("displayName", &*self.display_name)
            .put("function", self.function.clone())
            .or_null("lastSeenOn", self.last_seen_on.and_then(|moment| sent_moment(moment.0)))
            .put("vendor", "Acme")
    }

    fn edges(&self) -> Vec<Expected> {
        let (from, to) = (format!("acme-agent:{}", self.id), format!("acme-account:{}", self.account));
        vec![Expected::edge("acme_agent_monitors_account", "MONITORS", &from, &to).named("MONITORS")]
    }
}

/// A text of a pattern, a link, and a number that JSON may not carry.
#[derive(Clone, Debug, J1Entity)]
#[j1(type = "acme_flaw", class = Vulnerability, key = "acme-flaw:{id}", name = title, display_name = title)]
#[j1(computed(web_link: Option<String> = Self::link))]
pub struct Flaw {
    #[j1(skip)]
    id: String,
    title: String,
    cve_id: Option<String>,
    open: bool,
    score: Option<f64>,
    weight: f64,
    references: Option<Vec<String>>,
}

impl Flaw {
    fn link(&self) -> Option<String> {
        self.cve_id.as_ref().filter(|id| id.len() < 20).map(|id| format!("https://acme.test/{id}"))
    }
}

impl Sample for Flaw {
    fn any() -> BoxedStrategy<Self> {
        let cve = prop_oneof![8 => "CVE-[0-9]{4}-[0-9]{4,7}", 1 => Just(String::new()), 1 => text()];
        let references = maybe(vec(some_text(), 0..3));
        (id(), name(), maybe(cve), any::<bool>(), maybe(float()), float(), references)
            .prop_map(|(id, title, cve_id, open, score, weight, references)| Self {
                id,
                title,
                cve_id,
                open,
                score,
                weight,
                references,
            })
            .boxed()
    }

    fn expected(&self) -> Expected {
        Expected::new("acme_flaw", "Vulnerability", &format!("acme-flaw:{}", self.id))
            .put("name", &*self.title)
            .put("title", &*self.title)
            .put("displayName", &*self.title)
            .or_null("cveId", self.cve_id.clone())
            .put("open", self.open)
            .put("score", self.score)
            .put("weight", json!(self.weight))
            .put("references", self.references.clone())
            .put("webLink", self.link())
    }

    fn floats(&self) -> Vec<f64> {
        self.score.into_iter().chain([self.weight]).collect()
    }
}

/// A custom type, whose names have the integration type in them.
#[derive(Clone, Debug, J1Entity)]
#[j1(resource = "widget", class = Application, key = "{integration}:{id}", display_name = [label, name])]
pub struct Widget {
    #[j1(skip)]
    id: String,
    #[j1(truncate)]
    name: String,
    #[j1(skip)]
    label: Option<String>,
    seen: Vec<EpochMs>,
    flags: Option<Vec<bool>>,
    #[j1(relationship(Uses<Widget, User>))]
    users: Vec<String>,
}

impl Sample for Widget {
    fn any() -> BoxedStrategy<Self> {
        let name = prop_oneof![4 => name(), 1 => long()];
        let lists = (vec(moment(), 0..3), maybe(vec(any::<bool>(), 0..3)), vec(id(), 0..3));
        (id(), name, maybe(text()), lists)
            .prop_map(|(id, name, label, (seen, flags, users))| Self { id, name, label, seen, flags, users })
            .boxed()
    }

    fn expected(&self) -> Expected {
        let label = self.label.clone().unwrap_or_default();
        let seen: Vec<i64> = self.seen.iter().map(|moment| moment.0).collect();
        Expected::new("widget_my-acme", "Application", &format!("my-acme:{}", self.id))
            .put("name", cut(&self.name))
            .put("displayName", if label.is_empty() { &*self.name } else { &*label })
            .put("seenOn", seen)
            .put("isFlags", self.flags.clone())
    }

    fn edges(&self) -> Vec<Expected> {
        let from = format!("my-acme:{}", self.id);
        let edge = |user: &String| {
            Expected::edge("widget_my-acme_uses_acme_user", "USES", &from, &format!("acme-user:{user}"))
        };
        self.users.iter().map(edge).collect()
    }

    fn cut(&self) -> Vec<&'static str> {
        if cut(&self.name) == self.name { Vec::new() } else { vec!["name"] }
    }
}
