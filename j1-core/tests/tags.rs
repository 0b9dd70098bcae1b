//! Tags: what the maps and lists of a provider become.

#[path = "support/sink.rs"]
mod sink;

use std::collections::{BTreeMap, HashMap};

use j1_core::prelude::*;
use j1_core::validate;
use serde_json::{Value, json};
use sink::{Told, told};

#[derive(J1Entity)]
#[j1(type = "acme_host", class = Host, key = "acme-host:{id}", name = id, display_name = id)]
struct Host<'a> {
    id: String,
    /// Its own property comes before a tag of that name.
    #[j1(rename = "tag.team")]
    team: Option<&'a str>,
    #[j1(tags)]
    labels: Option<Vec<(&'a str, Option<String>)>>,
}

#[derive(J1Entity)]
#[j1(type = "acme_disk", class = Record, key = "acme-disk:{id}", name = id, display_name = id)]
struct Disk<T> {
    id: String,
    #[j1(tags)]
    sizes: HashMap<String, f64>,
    #[j1(skip)]
    _of: T,
}

#[derive(J1Entity)]
#[j1(type = "acme_flag", class = Finding, key = "acme-finding:{id}", name = id, display_name = id)]
#[j1(constant(category = "flag", open = true))]
struct Flags {
    id: String,
    #[j1(tags)]
    flags: BTreeMap<String, bool>,
}

/// The tags of the one object that is sent, and the strings that were cut.
fn tags<T: Object>(entity: &T) -> (Value, Vec<&'static str>) {
    let told = told("acme", |emitter| entity.emit(emitter).map(drop));
    let [Told::Accepted { object, truncated, .. }] = &told[..] else { panic!("{told:?}") };
    let violations = validate::object(object);
    assert!(violations.is_empty(), "{violations:?} in {object:#}");
    let all = object.as_object().expect("an object").iter().filter(|(name, _)| name.starts_with("tag."));
    (all.map(|(name, value)| (name.clone(), value.clone())).collect(), truncated.clone())
}

fn host<'a>(labels: impl IntoIterator<Item = (&'a str, Option<&'a str>)>) -> Host<'a> {
    let labels = labels.into_iter().map(|(name, value)| (name, value.map(str::to_owned)));
    Host { id: "1".to_owned(), team: Some("red"), labels: Some(labels.collect()) }
}

#[test]
fn each_tag_is_a_property() {
    let labels = [
        ("environment", Some("production")),
        ("Cost Center", Some("0427")),
        ("data_class", Some("internal")),
        ("kiosk", None),
        ("empty", Some("")),
        ("", Some("of nothing")),
        ("部署", Some("of no letter that a name can have")),
    ];
    let expected = json!({
        "tag.environment": "production", "tag.Cost Center": "0427", "tag.data-class": "internal", "tag.kiosk": true,
        "tag.empty": true, "tag.team": "red",
    });
    assert_eq!(tags(&host(labels)), (expected, vec![]));
    assert_eq!(tags(&Host { labels: None, ..host([]) }).0, json!({ "tag.team": "red" }));
}

#[test]
fn a_repeated_tag_has_both_values_and_own_properties_win() {
    let labels = [("zone", Some("b")), ("zone", Some("a")), ("zone", Some("b")), ("team", Some("blue"))];
    assert_eq!(tags(&host(labels)).0, json!({ "tag.zone": "a, b", "tag.team": "red" }));
}

#[test]
fn numbers_and_booleans_stay_what_they_are() {
    let sizes = [("used".to_owned(), 0.5)].into();
    assert_eq!(tags(&Disk { id: "1".to_owned(), sizes, _of: () }).0, json!({ "tag.used": 0.5 }));
    let flags = [("seen".to_owned(), false)].into();
    assert_eq!(tags(&Flags { id: "1".to_owned(), flags }).0, json!({ "tag.seen": false }));
}

#[test]
fn a_long_value_is_cut_and_reported() {
    let long = "x".repeat(5000);
    let (tags, truncated) = tags(&host([("note", Some(&*long))]));
    assert_eq!(tags["tag.note"].as_str().map(|text| text.chars().count()), Some(4096));
    assert_eq!(truncated, ["tag.*"]);
}

#[test]
fn a_tag_that_is_not_a_finite_number_is_withheld_by_name() {
    let disk = Disk { id: "1".to_owned(), sizes: [("used".to_owned(), f64::NAN)].into(), _of: () };
    let told = told("acme", |emitter| disk.emit(emitter).map(drop));
    let [Told::Accepted { object, withheld, .. }] = &told[..] else { panic!("{told:?}") };
    assert!(object.get("tag.used").is_none(), "{object:#}");
    assert_eq!(withheld[0].code.as_str(), "J1-E0213");
    assert!(withheld[0].message.contains("tag.used"), "{}", withheld[0].message);
}
