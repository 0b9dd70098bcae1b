//! Properties of relationships, and targets that other integrations own.

#[path = "../support/sink.rs"]
mod sink;

use j1_core::graph::{Emitter, Mapped, Object as _};
use j1_core::prelude::*;
use serde_json::{Value, json};
use sink::{Told, told};

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id, name = id, display_name = id)]
struct Team {
    id: String,
}

#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = "acme-user:{id}", name = login, display_name = login)]
struct Member {
    #[j1(skip)]
    id: u64,
    login: String,
}

/// The properties of a membership.
#[derive(J1Properties)]
struct Membership {
    role: String,
    joined_at: Option<EpochMs>,
    active: bool,
    #[j1(truncate)]
    reason: Option<String>,
}

fn membership() -> Membership {
    Membership {
        role: "owner".into(),
        joined_at: Some(EpochMs(1_748_496_810_104)),
        active: true,
        reason: None,
    }
}

/// The person with this login, in any directory.
#[derive(J1Target)]
#[j1(class = [Person, User], filter(_class, email), filter(_class, employee_id), skip_target_creation = true)]
struct Person<'a> {
    email: &'a str,
    employee_id: &'a str,
    full_name: Option<&'a str>,
    active: Option<bool>,
}

/// The provider, which JupiterOne creates if it does not exist yet.
#[derive(J1Target)]
#[j1(type = "acme_vendor", class = Vendor, filter(_type, name), skip_target_creation = false)]
struct Company {
    name: String,
}

/// The accepted objects. Nothing may be refused, and each must be valid as foreign JSON.
fn accepted(write: impl FnOnce(&mut Emitter) -> Result<()>) -> Vec<Value> {
    let objects = told("acme", write).into_iter().map(|told| match told {
        Told::Accepted { object, .. } => object,
        Told::Refused { key, violations } => panic!("{key} is refused: {violations:?}"),
    });
    let objects: Vec<Value> = objects.collect();
    for object in &objects {
        assert_eq!(j1_core::validate::object(object), [], "{object:#}");
    }
    objects
}

fn both(emitter: &mut Emitter) -> Result<(Key<Team>, Key<Member>)> {
    let team = Team { id: "developers".into() }.emit(emitter)?;
    let member = Member { id: 42, login: "ada".into() }.emit(emitter)?;
    Ok((team, member))
}

#[test]
fn a_relationship_carries_its_properties_named_as_those_of_entities() {
    let objects = accepted(|emitter| {
        let (team, member) = both(emitter)?;
        has(&team, &member).with_properties(membership()).emit(emitter)
    });
    assert_eq!(
        objects[2],
        json!({
            "_key": "developers|has|acme-user:42",
            "_type": "acme_group_has_user",
            "_class": "HAS",
            "role": "owner",
            "joinedOn": 1_748_496_810_104_i64,
            "isActive": true,
            "displayName": "HAS",
            "_fromEntityKey": "developers",
            "_toEntityKey": "acme-user:42",
        })
    );
}

#[test]
fn properties_that_are_absent_are_not_sent_and_those_too_long_are_withheld_or_cut() {
    let long = "x".repeat(4097);
    let told = told("acme", |emitter| {
        let (team, member) = both(emitter)?;
        let cut = Membership { joined_at: None, reason: Some(long.clone()), ..membership() };
        has(&team, &member).with_properties(cut).emit(emitter)?;
        owns(&team, &member).with_properties(Membership { role: long.clone(), ..membership() }).emit(emitter)
    });
    let Told::Accepted { object, truncated, .. } = &told[2] else { panic!("{told:?}") };
    assert!(object.get("joinedOn").is_none(), "{object:#}");
    assert_eq!(*truncated, ["reason"]);
    let Told::Accepted { object, withheld, .. } = &told[3] else { panic!("{told:?}") };
    assert_eq!(object["_key"], "developers|owns|acme-user:42");
    assert!(object.get("role").is_none(), "{object:#}");
    assert_eq!(withheld[0].code.to_string(), "J1-E0212");
}

#[test]
fn a_mapped_relationship_goes_to_the_target_where_the_target_is_its_second_end() {
    let person = Person { email: "ada@example.com", employee_id: "7", full_name: Some("Ada"), active: None };
    let objects = accepted(|emitter| {
        let (_, member) = both(emitter)?;
        Mapped::<Is<_, _>>::to(&member, person).with_properties(membership()).emit(emitter)
    });
    assert_eq!(
        objects[2],
        json!({
            "_key": "acme-user:42|is|FORWARD:_class=[\"Person\",\"User\"]:email=ada@example.com:\
                     _class=[\"Person\",\"User\"]:employeeId=7",
            "_type": "acme_user_is_person",
            "_class": "IS",
            "displayName": "IS",
            "role": "owner",
            "joinedOn": 1_748_496_810_104_i64,
            "isActive": true,
            "_mapping": {
                "sourceEntityKey": "acme-user:42",
                "relationshipDirection": "FORWARD",
                "targetFilterKeys": [["_class", "email"], ["_class", "employeeId"]],
                "targetEntity": {
                    "_class": ["Person", "User"],
                    "email": "ada@example.com",
                    "employeeId": "7",
                    "fullName": "Ada",
                },
                "skipTargetCreation": true,
            },
        })
    );
}

#[test]
fn a_mapped_relationship_comes_from_the_target_where_the_target_is_its_first_end() {
    let objects = accepted(|emitter| {
        let (team, _) = both(emitter)?;
        Mapped::<Has<_, _>>::from(Company { name: "Acme".into() }, &team).emit(emitter)
    });
    assert_eq!(
        objects[2],
        json!({
            "_key": "developers|has|REVERSE:_type=acme_vendor:name=Acme",
            "_type": "acme_vendor_has_acme_group",
            "_class": "HAS",
            "displayName": "HAS",
            "_mapping": {
                "sourceEntityKey": "developers",
                "relationshipDirection": "REVERSE",
                "targetFilterKeys": [["_type", "name"]],
                "targetEntity": {"_type": "acme_vendor", "_class": "Vendor", "name": "Acme"},
                "skipTargetCreation": false,
            },
        })
    );
}

/// The one thing a filter needs that only data can show.
#[test]
fn a_target_whose_filter_has_nothing_to_compare_is_refused() {
    let told = told("acme", |emitter| {
        let (team, _) = both(emitter)?;
        Mapped::<Has<_, _>>::from(Company { name: String::new() }, &team).emit(emitter)
    });
    let Told::Refused { violations, .. } = &told[2] else { panic!("{told:?}") };
    assert_eq!(violations[0].code.to_string(), "J1-E0602");
}

/// Declarations are known as data too: for the order of the steps and for docs.
#[test]
fn a_relationship_describes_both_ends_and_its_properties() {
    use j1_core::graph::ObjectMeta;

    let ObjectMeta::Relationship(meta) = Mapped::<Has<Company, Team, Membership>>::META else {
        panic!("a relationship")
    };
    assert_eq!((meta.from.pattern, meta.to.pattern), ("acme_vendor", "acme_group"));
    let names: Vec<&str> = meta.properties.iter().map(|property| property.name).collect();
    assert_eq!(names, ["role", "joinedOn", "isActive", "reason"]);
    assert_eq!(Mapped::<Has<Company, Team, Membership>>::NEEDS.len(), 1);
}

/// The only one of its kind. Clippy, which checks this file, finds nothing in what the derive writes for a key without fields.
#[derive(J1Entity)]
#[j1(type = "acme_settings", class = Record, key = "acme-settings:the-only-one", singleton)]
#[j1(name = mode, display_name = mode)]
struct Settings {
    mode: String,
}

#[test]
fn a_singleton_has_a_key_without_fields() {
    let told = told("acme", |emitter| Settings { mode: "strict".into() }.emit(emitter).map(drop));
    let [Told::Accepted { object, .. }] = &told[..] else { panic!("{told:?}") };
    assert_eq!(object["_key"], "acme-settings:the-only-one");
}
