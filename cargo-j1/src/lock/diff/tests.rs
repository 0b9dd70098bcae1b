//! A case for every kind of edit: the change to the sample, and the one difference that is reported.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::lock::{Absence, Config, Entity, Mapped, Property, Relationship, Step};

type Tested = Result<(), Box<dyn std::error::Error>>;

const SAMPLE: &str = include_str!("sample.lock");

/// An edit: its kind, where it is, the old and the new value, and how it is made.
type Case = (Kind, &'static str, &'static str, &'static str, fn(&mut Lock));

fn user(lock: &mut Lock) -> &mut Entity {
    lock.entity.get_mut("acme_user").expect("the sample has it")
}

fn property<'l>(lock: &'l mut Lock, name: &str) -> &'l mut Property {
    user(lock).property.get_mut(name).expect("the sample has it")
}

fn step<'l>(lock: &'l mut Lock, id: &str) -> &'l mut Step {
    lock.step.get_mut(id).expect("the sample has it")
}

fn config<'l>(lock: &'l mut Lock, name: &str) -> &'l mut Config {
    lock.config.get_mut(name).expect("the sample has it")
}

fn names(all: &[&str]) -> BTreeSet<String> {
    all.iter().map(|name| (*name).to_owned()).collect()
}

/// Moves what is at one name to another.
fn moved<T>(all: &mut BTreeMap<String, T>, from: &str, to: &str) {
    let value = all.remove(from).expect("the sample has it");
    all.insert(to.to_owned(), value);
}

/// Edits the relationship of this class.
fn direct(lock: &mut Lock, class: &str, edit: fn(&mut Relationship)) {
    let all = &mut lock.relationships.direct;
    let mut edge = all.iter().find(|edge| edge.class == class).expect("the sample has it").clone();
    all.retain(|edge| edge.class != class);
    edit(&mut edge);
    all.insert(edge);
}

/// Edits the mapped relationship.
fn mapped(lock: &mut Lock, edit: fn(&mut Mapped)) {
    let mut edge = lock.relationships.mapped.pop_first().expect("the sample has it");
    edit(&mut edge);
    lock.relationships.mapped.insert(edge);
}

const HAS: &str = "acme_account HAS acme_user";
const MANAGES: &str = "acme_user MANAGES acme_user";
const IS: &str = "acme_user IS (person)";
const INTEGRATION: &str = "the integration";
const USER: &str = "acme_user";
const NOTHING: &str = "-";

const ABOUT: &[Case] = &[
    (Kind::IntegrationRenamed, INTEGRATION, "acme", "beta", |lock| {
        // The variables follow the name, and only the name is reported.
        *lock = toml::from_str(&SAMPLE.replace("ACME_", "BETA_")).expect("a lock");
        lock.integration.name = "beta".into();
    }),
    (Kind::TitleChanged, INTEGRATION, "Acme", "ACME", |l| l.integration.title = "ACME".into()),
    (Kind::DataModelChanged, INTEGRATION, "0.64.2", "0.65.0", |l| l.integration.data_model = "0.65.0".into()),
    (Kind::VersionChanged, INTEGRATION, "0.1.0", "1.1.0", |l| l.integration.version.major = 1),
    (Kind::IntegrationTypeChanged, INTEGRATION, "acme", "acme-2", |lock| {
        // Types and keys follow the integration type, and only that is reported.
        let text = SAMPLE.replace("acme_", "acme-2_").replace("acme:", "acme-2:");
        *lock = toml::from_str(&text).expect("a lock");
        lock.integration.ty = "acme-2".into();
    }),
];

const ENTITIES: &[Case] = &[
    (Kind::EntityAdded, "acme_team", NOTHING, "acme_team", |lock| {
        let entity = Entity { of: "Team".into(), ..user(lock).clone() };
        lock.entity.insert("acme_team".into(), entity);
    }),
    (Kind::EntityRemoved, "acme_account", "acme_account", NOTHING, |l| drop(l.entity.remove("acme_account"))),
    (Kind::EntityTypeRenamed, "acme_account", "acme_account", "acme_tenant", |lock| {
        let text =
            SAMPLE.replace("acme_account", "acme_tenant").replace("acme_tenant_has", "acme_account_has");
        *lock = toml::from_str(&text).expect("a lock");
    }),
    (Kind::EntityStructRenamed, USER, "User", "Person", |l| user(l).of = "Person".into()),
    (Kind::EntityClassAdded, USER, "User, Entity", "User, Entity, Person", |l| {
        user(l).class.push("Person".into());
    }),
    (Kind::EntityClassRemoved, USER, "User, Entity", "User", |l| user(l).class.truncate(1)),
    (Kind::EntityClassReplaced, USER, "User, Entity", "Person", |l| user(l).class = vec!["Person".into()]),
    (Kind::EntityClassOrderChanged, USER, "User, Entity", "Entity, User", |l| user(l).class.reverse()),
    (Kind::KeyChanged, USER, "acme:user:{id}", "acme:users:{id}", |l| user(l).key = "acme:users:{id}".into()),
    (Kind::RawDataAdded, USER, NOTHING, "phone", |l| {
        user(l).raw_data.extend(["phone".to_owned()]);
    }),
    (Kind::RawDataRemoved, USER, "address.city", NOTHING, |l| user(l).raw_data.clear()),
    (Kind::PropertyNowNull, "acme_user.quota", "number", "null", |lock| {
        user(lock).property.remove("quota");
        user(lock).null.insert("quota".into());
    }),
    (Kind::PropertyNoLongerNull, "acme_user.shortLoginId", "null", "number", |lock| {
        moved(&mut user(lock).property, "quota", "shortLoginId");
        let quota = property(lock, "shortLoginId").clone();
        user(lock).property.insert("quota".into(), quota);
        user(lock).null.clear();
    }),
    (Kind::NullAdded, "acme_user.firstName", NOTHING, "null", |l| {
        user(l).null.extend(["firstName".to_owned()]);
    }),
    (Kind::NullRemoved, "acme_user.shortLoginId", "null", NOTHING, |l| user(l).null.clear()),
];

const PROPERTIES: &[Case] = &[
    (Kind::PropertyAdded, "acme_user.more", NOTHING, "list of string", |lock| {
        let email = property(lock, "email").clone();
        user(lock).property.insert("more".into(), email);
    }),
    (Kind::PropertyRemoved, "acme_user.quota", "number", NOTHING, |l| drop(user(l).property.remove("quota"))),
    (Kind::PropertyRenamed, "acme_user.quota", "quota", "limit", |l| {
        moved(&mut user(l).property, "quota", "limit");
    }),
    (Kind::PropertyTypeChanged, "acme_user.quota", "number", "string", |l| {
        property(l, "quota").types = names(&["string"]);
    }),
    (Kind::PropertyTypeWidened, "acme_user.quota", "number", "number or string", |l| {
        property(l, "quota").types = names(&["number", "string"]);
    }),
    (Kind::PropertyTypeNarrowed, "acme_user.level", "number or string", "number", |l| {
        property(l, "level").types = names(&["number"]);
    }),
    (Kind::PropertyBecameList, "acme_user.quota", "number", "list of number", |l| {
        property(l, "quota").list = true;
    }),
    (Kind::PropertyBecameSingle, "acme_user.email", "list of string", "string", |l| {
        property(l, "email").list = false;
    }),
    (Kind::PropertyBecameDate, "acme_user.quota", "number", "date", |l| property(l, "quota").date = true),
    (Kind::PropertyNoLongerDate, "acme_user.createdOn", "date", "number", |l| {
        property(l, "createdOn").date = false;
    }),
    (Kind::PropertyMayBeAbsent, "acme_user.level", "always there", "left out if there is no value", |l| {
        property(l, "level").absent = Absence::Omitted;
    }),
    (Kind::PropertyAlwaysPresent, "acme_user.quota", "left out if there is no value", "always there", |l| {
        property(l, "quota").absent = Absence::Never;
    }),
    (
        Kind::PropertyAbsenceChanged,
        "acme_user.quota",
        "left out if there is no value",
        "`null` if there is no value",
        |l| property(l, "quota").absent = Absence::Null,
    ),
    (Kind::PropertyClassesChanged, "acme_user.email", "User", "none", |l| property(l, "email").class.clear()),
    (Kind::PropertySourceChanged, "acme_user.quota", "quota", "limit", |l| {
        property(l, "quota").from = "limit".into();
    }),
    (Kind::PropertyValuesAdded, "acme_user.name", "a, b", "a, b, c", |l| {
        property(l, "name").values.extend(["c".to_owned()]);
    }),
    (Kind::PropertyValuesRemoved, "acme_user.name", "a, b", "a", |l| {
        let _ = property(l, "name").values.remove("b");
    }),
    (Kind::PropertyLimitsChanged, "acme_user.email", "format \"email\"", "none", |l| {
        property(l, "email").limits.clear();
    }),
];

const RELATIONSHIPS: &[Case] = &[
    (
        Kind::RelationshipAdded,
        "acme_account OWNS acme_user",
        NOTHING,
        "acme_account OWNS acme_user",
        |lock| {
            let mut edge = lock.relationships.direct.first().expect("the sample has it").clone();
            edge.class = "OWNS".into();
            edge.ty = "acme_account_owns_user".into();
            lock.relationships.direct.insert(edge);
        },
    ),
    (Kind::RelationshipRemoved, HAS, HAS, NOTHING, |l| drop(l.relationships.direct.pop_first())),
    (Kind::RelationshipClassChanged, HAS, HAS, "acme_account OWNS acme_user", |l| {
        direct(l, "HAS", |edge| edge.class = "OWNS".into());
    }),
    (Kind::RelationshipTypeChanged, HAS, "acme_account_has_user", "account_has_user", |lock| {
        *lock = toml::from_str(&SAMPLE.replace("acme_account_has", "account_has")).expect("a lock");
    }),
    (Kind::RelationshipReversed, HAS, HAS, "acme_user HAS acme_account", |l| {
        direct(l, "HAS", |edge| std::mem::swap(&mut edge.from, &mut edge.to));
    }),
    (Kind::RelationshipSourceChanged, HAS, HAS, "acme_user HAS acme_user", |l| {
        direct(l, "HAS", |edge| edge.from = "acme_user".into());
    }),
    (Kind::RelationshipTargetChanged, MANAGES, MANAGES, "acme_user MANAGES acme_account", |l| {
        direct(l, "MANAGES", |edge| edge.to = "acme_account".into());
    }),
    (Kind::RelationshipBecameMapped, MANAGES, MANAGES, "acme_user MANAGES (person)", |lock| {
        lock.relationships.direct.pop_last();
        let is = lock.relationships.mapped.first().expect("the sample has it").clone();
        lock.relationships.mapped.insert(Mapped { class: "MANAGES".into(), ..is });
    }),
    (Kind::MappedBecameDirect, IS, IS, "acme_user IS acme_account", |lock| {
        lock.relationships.mapped.clear();
        let has = lock.relationships.direct.first().expect("the sample has it").clone();
        let is =
            Relationship { from: "acme_user".into(), class: "IS".into(), to: "acme_account".into(), ..has };
        lock.relationships.direct.insert(is);
    }),
    (Kind::MappedAdded, "acme_user USES (person)", NOTHING, "acme_user USES (person)", |lock| {
        let is = lock.relationships.mapped.first().expect("the sample has it").clone();
        lock.relationships.mapped.insert(Mapped { class: "USES".into(), ..is });
    }),
    (Kind::MappedRemoved, IS, IS, NOTHING, |l| l.relationships.mapped.clear()),
    (Kind::MappedClassChanged, IS, IS, "acme_user USES (person)", |l| {
        mapped(l, |edge| edge.class = "USES".into());
    }),
    (Kind::MappedTypeChanged, IS, "acme_user_is_person", "user_is_person", |lock| {
        *lock = toml::from_str(&SAMPLE.replace("acme_user_is", "user_is")).expect("a lock");
    }),
    (Kind::MappedDirectionChanged, IS, IS, "(person) IS acme_user", |l| {
        mapped(l, |edge| edge.direction = "REVERSE".into());
    }),
    (Kind::MappedTargetTypeChanged, IS, IS, "acme_user IS (employee)", |l| {
        mapped(l, |edge| edge.target = "employee".into());
    }),
    (Kind::MappedTargetClassChanged, IS, "Person", "Person, User", |l| {
        mapped(l, |edge| edge.target_class.extend(["User".to_owned()]));
    }),
    (Kind::MappedFilterChanged, IS, "email", "_class and email", |l| {
        mapped(l, |edge| edge.found_by = BTreeSet::from([vec!["_class".into(), "email".into()]]));
    }),
    (Kind::MappedNoLongerCreates, IS, "created if missing", "not created", |l| {
        mapped(l, |edge| edge.creates = false);
    }),
];

const STEPS: &[Case] = &[
    (Kind::StepAdded, "step more", NOTHING, "more", |lock| {
        let nothing = Step { emits: BTreeSet::new(), ..step(lock, "fetch-account").clone() };
        lock.step.insert("more".into(), nothing);
    }),
    (Kind::StepRemoved, "step fetch-managers", "fetch-managers", NOTHING, |l| {
        drop(l.step.remove("fetch-managers"));
    }),
    (Kind::StepRenamed, "step users", "fetch-users", "users", |lock| {
        *lock = toml::from_str(&SAMPLE.replace("fetch-users", "users")).expect("a lock");
    }),
    (Kind::StepEmitsMore, "step fetch-account", NOTHING, "acme_user", |l| {
        step(l, "fetch-account").emits.extend(["acme_user".to_owned()]);
    }),
    (Kind::StepReadsMore, "step fetch-account", NOTHING, "acme_user", |l| {
        step(l, "fetch-account").reads.extend(["acme_user".to_owned()]);
    }),
    (Kind::StepReadsLess, "step fetch-users", "acme_account", NOTHING, |l| {
        step(l, "fetch-users").reads_optionally.clear();
    }),
    (Kind::StepReadBecameOptional, "step fetch-managers", USER, "optional acme_user", |lock| {
        let step = step(lock, "fetch-managers");
        step.reads_optionally = std::mem::take(&mut step.reads);
    }),
    (Kind::StepReadBecameRequired, "step fetch-users", "optional acme_account", "acme_account", |lock| {
        let step = step(lock, "fetch-users");
        step.reads = std::mem::take(&mut step.reads_optionally);
    }),
    (Kind::StepOrderChanged, "step fetch-users", "fetch-account", "none", |l| {
        step(l, "fetch-users").after.clear();
    }),
    (Kind::PermissionAdded, "step fetch-users", NOTHING, "groups:read", |l| {
        step(l, "fetch-users").permissions.extend(["groups:read".to_owned()]);
    }),
    (Kind::PermissionRemoved, "step fetch-users", "users:read", NOTHING, |l| {
        step(l, "fetch-users").permissions.clear();
    }),
];

const CONFIG: &[Case] = &[
    (Kind::ConfigAdded, "config ACME_ORG", NOTHING, "number", |lock| {
        let field = config(lock, "ACME_PAGE_SIZE").clone();
        lock.config.insert("ACME_ORG".into(), field);
    }),
    (Kind::ConfigRequiredAdded, "config ACME_ORG", NOTHING, "secret", |lock| {
        let field = config(lock, "ACME_API_KEY").clone();
        lock.config.insert("ACME_ORG".into(), field);
    }),
    (Kind::ConfigRemoved, "config ACME_PAGE_SIZE", "number", NOTHING, |l| {
        drop(l.config.remove("ACME_PAGE_SIZE"));
    }),
    (Kind::ConfigRenamed, "config ACME_PAGE_SIZE", "ACME_PAGE_SIZE", "ACME_PAGE", |l| {
        moved(&mut l.config, "ACME_PAGE_SIZE", "ACME_PAGE");
    }),
    (Kind::ConfigBecameRequired, "config ACME_PAGE_SIZE", "optional", "required", |lock| {
        config(lock, "ACME_PAGE_SIZE").required = true;
        config(lock, "ACME_PAGE_SIZE").default = None;
    }),
    (Kind::ConfigBecameOptional, "config ACME_API_KEY", "required", "optional", |l| {
        config(l, "ACME_API_KEY").required = false;
    }),
    (Kind::ConfigDefaultChanged, "config ACME_PAGE_SIZE", "100", "500", |l| {
        config(l, "ACME_PAGE_SIZE").default = Some("500".into());
    }),
    (Kind::ConfigKindChanged, "config ACME_PAGE_SIZE", "number", "text", |l| {
        config(l, "ACME_PAGE_SIZE").kind = "text".into();
    }),
    (Kind::ConfigBecameSecret, "config ACME_PAGE_SIZE", "not secret", "secret", |lock| {
        config(lock, "ACME_PAGE_SIZE").kind = "secret".into();
        config(lock, "ACME_PAGE_SIZE").secret = true;
    }),
    (Kind::ConfigNoLongerSecret, "config ACME_API_KEY", "secret", "not secret", |lock| {
        config(lock, "ACME_API_KEY").kind = "text".into();
        config(lock, "ACME_API_KEY").secret = false;
    }),
];

fn cases() -> impl Iterator<Item = &'static Case> {
    [ABOUT, ENTITIES, PROPERTIES, RELATIONSHIPS, STEPS, CONFIG].into_iter().flatten()
}

/// Lists the reported differences, without those that another test covers.
fn told(old: &Lock, new: &Lock) -> Vec<(Kind, String, String, String)> {
    let value = |value: Option<String>| value.unwrap_or_else(|| NOTHING.to_owned());
    let all = differences(old, new).into_iter();
    all.map(|found| (found.kind, found.at, value(found.old), value(found.new))).collect()
}

#[test]
fn an_edit_is_one_difference_of_its_kind() -> Tested {
    let old: Lock = toml::from_str(SAMPLE)?;
    for (kind, at, before, after, edit) in cases() {
        let mut new = old.clone();
        edit(&mut new);
        let expected = (*kind, (*at).to_owned(), (*before).to_owned(), (*after).to_owned());
        assert_eq!(told(&old, &new), [expected], "{}", kind.name());
    }
    Ok(())
}

#[test]
fn a_type_that_moves_between_steps_is_reported_for_both() -> Tested {
    let old: Lock = toml::from_str(SAMPLE)?;
    let mut new = old.clone();
    step(&mut new, "fetch-users").emits.remove("acme_user_is_person");
    step(&mut new, "fetch-managers").emits.insert("acme_user_is_person".into());
    let kinds: Vec<_> = differences(&old, &new).iter().map(|found| found.kind).collect();
    assert_eq!(kinds, [Kind::StepEmitsMore, Kind::StepEmitsLess]);
    Ok(())
}

#[test]
fn creating_missing_targets_may_be_turned_on() -> Tested {
    let mut old: Lock = toml::from_str(SAMPLE)?;
    let new = old.clone();
    mapped(&mut old, |edge| edge.creates = false);
    let expected = (Kind::MappedCreates, IS.into(), "not created".into(), "created if missing".into());
    assert_eq!(told(&old, &new), [expected]);
    Ok(())
}

#[test]
fn properties_of_relationships_and_targets_are_compared_too() -> Tested {
    let old: Lock = toml::from_str(SAMPLE)?;
    let mut new = old.clone();
    direct(&mut new, "HAS", |edge| edge.property.clear());
    mapped(&mut new, |edge| edge.target_property.clear());
    let places: Vec<_> = told(&old, &new).into_iter().map(|(kind, at, ..)| (kind, at)).collect();
    assert_eq!(
        places,
        [
            (Kind::PropertyRemoved, format!("{HAS}.since")),
            (Kind::PropertyRemoved, format!("target of {IS}.email")),
        ]
    );
    Ok(())
}

#[test]
fn targets_of_one_class_are_told_apart_by_what_they_are_found_by() -> Tested {
    let mut old: Lock = toml::from_str(SAMPLE)?;
    let mut by_name = old.relationships.mapped.first().expect("the sample has it").clone();
    by_name.found_by = [vec!["name".to_owned()]].into();
    old.relationships.mapped.insert(by_name.clone());
    assert_eq!(told(&old, &old), []);
    let mut new = old.clone();
    new.relationships.mapped.remove(&by_name);
    assert_eq!(told(&old, &new), [(Kind::MappedRemoved, IS.into(), IS.into(), NOTHING.into())]);
    Ok(())
}

#[test]
fn every_kind_has_a_case() {
    // The two that need another sample, and the one that comes in pairs, have tests of their own.
    let elsewhere = [Kind::MappedCreates, Kind::StepEmitsLess];
    let shown: BTreeSet<_> = cases().map(|(kind, ..)| *kind).chain(elsewhere).collect();
    let lacking: Vec<_> =
        Kind::ALL.iter().filter(|kind| !shown.contains(kind)).map(|kind| kind.name()).collect();
    assert!(lacking.is_empty(), "{lacking:?}");
}

#[test]
fn equal_schemas_do_not_differ_and_the_worst_difference_comes_first() -> Tested {
    let old: Lock = toml::from_str(SAMPLE)?;
    assert_eq!(differences(&old, &old), []);
    let mut new = old.clone();
    new.integration.title = "ACME".into();
    user(&mut new).null.insert("firstName".into());
    user(&mut new).key = "other".into();
    let found = differences(&old, &new);
    let levels: Vec<_> = found.iter().map(|found| found.kind.level()).collect();
    assert_eq!(levels, [Level::Breaking, Level::Minor, Level::Patch]);
    assert_eq!(gravest(&found), Some(Level::Breaking));
    Ok(())
}
