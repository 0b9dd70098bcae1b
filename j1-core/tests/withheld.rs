//! A value that breaks a rule is withheld, and its object is sent, wherever the classes let the property be absent.

#[path = "support/sink.rs"]
mod sink;

use j1_core::graph::Object as _;
use j1_core::prelude::*;
use j1_core::validate::{Violation, object};
use serde_json::{Value as Json, json};
use sink::{Told, told};

/// A host: the class requires `hostname` and lets it be `null`, and takes IP addresses or nothing.
#[derive(J1Entity)]
#[j1(type = "acme_host", class = Host, key = "acme-host:{id}", name = label, display_name = label)]
pub struct Host {
    /// The id.
    #[j1(skip)]
    pub id: String,
    /// The name for people.
    #[j1(skip)]
    pub label: String,
    /// The host name.
    pub hostname: Option<String>,
    /// Its public addresses.
    pub public_ip_addresses: Vec<String>,
    /// A custom property.
    pub load: f64,
}

/// The same, but any broken rule costs the host.
#[derive(J1Entity)]
#[j1(type = "acme_strict_host", class = Host, key = "acme-host:{id}", name = id, display_name = id, strict)]
pub struct StrictHost {
    /// The id.
    #[j1(skip)]
    pub id: String,
    /// The host name.
    pub hostname: Option<String>,
}

fn host() -> Host {
    Host {
        id: "1".into(),
        label: "mail".into(),
        hostname: Some("mail".into()),
        public_ip_addresses: vec!["192.0.2.1".into()],
        load: 0.5,
    }
}

fn codes(violations: &[Violation]) -> Vec<(&str, &str)> {
    violations.iter().map(|v| (v.code.as_str(), v.property.as_deref().unwrap_or_default())).collect()
}

/// The object that is sent for a host, with the rules of what is withheld from it.
fn sent(host: &Host) -> (Json, Vec<Violation>) {
    let mut told = told("acme", |emitter| host.emit(emitter).map(drop));
    match told.remove(0) {
        Told::Accepted { object: sent, withheld, .. } => {
            assert_eq!(object(&sent), [], "what is sent breaks no rule");
            (sent, withheld)
        }
        refused @ Told::Refused { .. } => panic!("{refused:?}"),
    }
}

#[test]
fn a_host_with_a_bad_host_name_is_kept_without_it() {
    let (object, withheld) = sent(&host());
    assert_eq!((object["hostname"].clone(), codes(&withheld)), (json!("mail"), vec![]));

    let (object, withheld) = sent(&Host { hostname: Some("mail.acme".into()), ..host() });
    assert_eq!(object.get("hostname").filter(|value| !value.is_null()), None);
    assert_eq!(codes(&withheld), [("J1-E0206", "hostname")]);
}

#[test]
fn each_bad_value_is_withheld_by_itself() {
    let bad = Host {
        public_ip_addresses: vec!["192.0.2.1".into(), "not an address".into()],
        load: f64::INFINITY,
        ..host()
    };
    let (object, withheld) = sent(&bad);
    assert_eq!(object["hostname"], "mail");
    assert!(object.get("load").is_none(), "{object:#}");
    assert_eq!(codes(&withheld), [("J1-E0205", "publicIpAddresses"), ("J1-E0213", "load")]);
}

#[test]
fn a_bad_value_of_a_required_property_costs_the_object() {
    let nameless = Host { label: "x".repeat(5000), hostname: Some("mail.acme".into()), ..host() };
    let told = told("acme", |emitter| nameless.emit(emitter).map(drop));
    let [Told::Refused { key, violations }] = &told[..] else { panic!("{told:?}") };
    assert_eq!(key, "acme-host:1");
    assert_eq!(codes(violations), [("J1-E0212", "name"), ("J1-E0212", "displayName")]);
}

#[test]
fn a_strict_entity_is_left_out_for_any_bad_value() {
    let of = |hostname: &str| StrictHost { id: "host-1".into(), hostname: Some(hostname.into()) };
    let told = told("acme", |emitter| {
        of("mail.acme").emit(emitter)?;
        of("mail").emit(emitter).map(drop)
    });
    let [Told::Refused { violations, .. }, Told::Accepted { .. }] = &told[..] else { panic!("{told:?}") };
    assert_eq!(codes(violations), [("J1-E0206", "hostname")]);
}

/// A key of a service account, as providers send it.
#[derive(serde::Deserialize, J1Entity)]
#[j1(type = "acme_key", class = AccessKey, key = "acme-key:{id}", name = id, display_name = id)]
pub struct ServiceKey {
    /// The id.
    #[j1(skip)]
    pub id: String,
    /// The moment it was made.
    pub created_at: Option<Timestamp>,
    /// The last moment it is valid at.
    pub expires_at: Option<Timestamp>,
    /// The moment it was used last, as a text.
    #[j1(date = rfc3339)]
    pub last_used_at: Option<String>,
}

#[test]
fn zero_dates_are_absent_and_the_end_of_the_year_9999_is_a_date() {
    let key = |created: &str, expires: &str, used: &str| {
        let record = json!({ "id": "1", "created_at": created, "expires_at": expires, "last_used_at": used });
        let key: ServiceKey = serde_json::from_value(record).expect("a record");
        let mut told = told("acme", |emitter| key.emit(emitter).map(drop));
        let Told::Accepted { object, withheld, .. } = told.remove(0) else { panic!("{told:?}") };
        assert_eq!(codes(&withheld), []);
        ["createdOn", "expiresOn", "lastUsedOn"].map(|name| object.get(name).and_then(Json::as_i64))
    };
    let last = "9999-12-31T23:59:59Z";
    assert_eq!(
        key("2025-05-29T07:33:30Z", last, last),
        [Some(1_748_504_010_000), Some(253_402_300_799_000), Some(253_402_300_799_000)]
    );
    let never = ["", "0001-01-01T00:00:00Z", "0000-00-00T00:00:00", "1970-01-01T00:00:00Z"];
    for text in never {
        assert_eq!(key(text, text, text), [None; 3], "{text}");
    }
}

#[test]
fn a_value_that_is_no_moment_costs_its_property_alone() {
    for no_moment in [
        json!("N/A"),
        json!("Never"),
        json!("-"),
        json!("2024-02-30T00:00:00Z"),
        json!("2024-05-29"),
        json!("2024-05-29T07:33:30"),
        json!(false),
        json!(0),
        json!(-1),
        json!(1_748_504_010.5),
    ] {
        let record = json!({ "id": "1", "created_at": no_moment, "expires_at": "2025-05-29T07:33:30Z" });
        let key: ServiceKey = serde_json::from_value(record).expect("a record");
        let mut told = told("acme", |emitter| key.emit(emitter).map(drop));
        let Told::Accepted { object, withheld, .. } = told.remove(0) else { panic!("{told:?}") };
        assert_eq!(codes(&withheld), [("J1-E0217", "createdOn")], "{no_moment}");
        assert_eq!(object.get("createdOn"), None, "{no_moment}");
        assert_eq!(object["expiresOn"], 1_748_504_010_000_i64, "{no_moment}");
    }
    let nested = json!({ "id": "1", "created_at": { "date": "2025-05-29" } });
    assert!(serde_json::from_value::<ServiceKey>(nested).is_err(), "an object holds something else");
}
