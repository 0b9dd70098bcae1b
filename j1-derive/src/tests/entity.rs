//! Entities, and what is left of one that cannot be made.

use crate::entity::derive;
use crate::enumeration;
use crate::tests::{assert_expansion, derived};

#[test]
fn an_entity_with_a_property_of_every_kind() {
    assert_expansion(
        "an_entity_with_a_property_of_every_kind",
        &derived(
            r#"
/// An app that people sign in to.
#[j1(resource = "app", class = [Application, Account], key = "{integration}:app:{id}")]
#[j1(name = slug, display_name = [title, slug], title = "Apps")]
#[j1(computed(web_link: Option<String> = Self::link), constant(vendor = "Acme", seats = 3))]
struct App {
    #[j1(skip)]
    id: u64,
    slug: String,
    title: Option<String>,
    /// Single sign-on.
    sso: bool,
    created_at: Option<Timestamp>,
    tags: Vec<String>,
    #[j1(list)]
    owner: Option<String>,
    #[j1(truncate)]
    notes: Option<String>,
    #[j1(rename = "lastSeenOn")]
    used: Option<EpochMs>,
    #[j1(relationship(Owns<Team, App>, key = slug))]
    team: Option<TeamRef>,
    #[j1(relationship(Uses<App, Region>))]
    regions: Vec<String>,
}
"#,
            derive,
        ),
    );
}

#[test]
fn an_entity_with_one_key_field_and_a_parameter() {
    assert_expansion(
        "an_entity_with_one_key_field_and_a_parameter",
        &derived(
            r#"
#[j1(type = "acme_note", class = Record, crate = graph::j1)]
struct Note<T: Clone> where T: Send {
    #[j1(key)]
    id: String,
    name: String,
    display_name: String,
    #[j1(skip)]
    source: T,
}
"#,
            derive,
        ),
    );
}

#[test]
fn an_entity_with_a_key_of_two_fields() {
    assert_expansion(
        "an_entity_with_a_key_of_two_fields",
        &derived(
            r#"
#[j1(type = "acme_seat", class = Record, key = "acme-seat:{row}/{column}")]
struct Seat {
    row: u32,
    column: char,
    name: String,
    display_name: String,
}
"#,
            derive,
        ),
    );
}

/// Every mistake is said in one go, and the stub keeps the uses of the type from being errors as well.
#[test]
fn a_broken_entity() {
    assert_expansion(
        "a_broken_entity",
        &derived(
            r#"
#[j1(type = "AcmeApp", clas = Application, colour = "red", crate = graph::j1)]
struct App<T> {
    id: Option<T>,
    #[j1(relationship(Owns<Team, User>))]
    team: String,
}
"#,
            derive,
        ),
    );
}

#[test]
fn an_enum_of_words() {
    assert_expansion(
        "an_enum_of_words",
        &derived(
            r#"
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum State {
    InUse,
    #[serde(rename(deserialize = "gone", serialize = "GONE"), alias = "left")]
    Retired,
    #[j1(rename = "paused")]
    OnHold { until: u64 },
    #[j1(skip)]
    Unknown,
    Other(String),
}
"#,
            enumeration::derive,
        ),
    );
}
