//! Mapped relationships: how their targets are found, made, and taken over.
#![allow(missing_docs, reason = "tests")]

mod support;

use serde_json::{Value, json};
use support::{Client, Local, changes, entity, user};

/// A mapped relationship from `acme:user:1` to a person, found by these lists of properties.
fn is_person(filters: &Value, target: &Value, skip: bool) -> Value {
    json!({
        "_key": "acme:user:1|is|person", "_type": "acme_user_is_person", "_class": "IS", "displayName": "IS",
        "_mapping": {
            "sourceEntityKey": "acme:user:1", "relationshipDirection": "FORWARD", "targetFilterKeys": filters,
            "targetEntity": target, "skipTargetCreation": skip,
        }
    })
}

fn person(key: &str, email: &str) -> Value {
    let mut person = entity("hr_person", "Person", key, key);
    person["email"] = json!(email);
    person
}

fn ada() -> Value {
    user("acme:user:1", "Ada")
}

/// Every relationship: class, and the keys of its ends.
fn edges(client: &Client) -> Vec<(String, String, String)> {
    let list = client.get("/relationships.json").ok();
    let mut edges: Vec<_> = list["relationships"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            (text(&edge["_class"]), text(&edge["from"]["_key"]), text(&edge["to"]["_key"]))
        })
        .collect();
    edges.sort();
    edges
}

fn edge(from: &str, to: &str) -> (String, String, String) {
    ("IS".to_owned(), from.to_owned(), to.to_owned())
}

/// The placeholders there are.
fn placeholders(client: &Client) -> Vec<Value> {
    let rows = client.get("/entities.json").ok()["rows"].as_array().unwrap().clone();
    rows.into_iter().filter(|row| row["entity"]["_source"] == "system-mapper").collect()
}

#[test]
fn a_target_is_found_in_every_scope_before_and_after_it_arrives() {
    let local = Local::start();
    let client = &local.client;
    let mapped =
        is_person(&json!([["_class", "email"]]), &json!({ "_class": "Person", "email": "a@x" }), true);
    let job = client.run("acme", &[ada()], &[mapped], &[]);
    assert_eq!(changes(&job, "MappedRelationships"), (1, 0, 0));
    assert_eq!(edges(client), []);
    assert_eq!(placeholders(client).len(), 0);
    // The owner's run does not mention the mapped relationship, and yet it finds its target.
    let job = client.run("hr", &[person("hr:1", "a@x"), person("hr:2", "b@x")], &[], &[]);
    assert_eq!(changes(&job, "MappedRelationships"), (0, 0, 0));
    assert_eq!(changes(&job, "Relationships"), (0, 0, 0));
    assert_eq!(edges(client), [edge("acme:user:1", "hr:1")]);
    // It follows the data: to another entity, to two, to none.
    client.run("hr", &[person("hr:1", "other@x"), person("hr:2", "a@x")], &[], &[]);
    assert_eq!(edges(client), [edge("acme:user:1", "hr:2")]);
    client.run("hr", &[person("hr:1", "a@x"), person("hr:2", "a@x")], &[], &[]);
    assert_eq!(edges(client), [edge("acme:user:1", "hr:1"), edge("acme:user:1", "hr:2")]);
    let job = client.run("hr", &[], &[], &[]);
    assert_eq!((changes(&job, "Entities"), changes(&job, "Relationships")), ((0, 0, 2), (0, 0, 0)));
    assert_eq!(edges(client), []);
    client.run("hr", &[person("hr:1", "a@x")], &[], &[]);
    // Without its source there is none.
    let job = client.run("acme", &[], &[], &[]);
    assert_eq!(
        (changes(&job, "MappedRelationships"), changes(&job, "Relationships")),
        ((0, 0, 1), (0, 0, 0))
    );
    assert_eq!(edges(client), []);
}

#[test]
fn filters_are_tried_in_order_and_skipped_when_the_target_lacks_a_property() {
    let local = Local::start();
    let client = &local.client;
    let mut by_name = person("hr:name", "n@x");
    by_name["name"] = json!("Ada");
    client.run("hr", &[person("hr:email", "a@x"), by_name], &[], &[]);
    let filters = json!([["employeeId"], ["_class", "email"], ["name"]]);
    let target = json!({ "_class": ["Person"], "email": "a@x", "name": "Ada", "employeeId": null });
    client.run("acme", &[ada()], &[is_person(&filters, &target, true)], &[]);
    assert_eq!(edges(client), [edge("acme:user:1", "hr:email")]);
    client.run("hr", &[], &[], &["hr_person"]);
    let mut other = person("hr:email", "gone@x");
    other["name"] = json!("Somebody else");
    let mut by_name = person("hr:name", "n@x");
    by_name["name"] = json!("Ada");
    client.run("hr", &[other, by_name], &[], &[]);
    // A user of that name is one as well: the second filter asks for no class.
    assert_eq!(edges(client), [edge("acme:user:1", "acme:user:1"), edge("acme:user:1", "hr:name")]);
}

#[test]
fn one_of_a_list_of_values_is_enough() {
    let local = Local::start();
    let client = &local.client;
    let mut two = person("hr:1", "a@x");
    two["email"] = json!(["a@x", "ada@x"]);
    client.run("hr", &[two], &[], &[]);
    let target = json!({ "_type": "hr_person", "email": "ada@x" });
    client.run("acme", &[ada()], &[is_person(&json!([["_type", "email"]]), &target, true)], &[]);
    assert_eq!(edges(client), [edge("acme:user:1", "hr:1")]);
}

#[test]
fn a_placeholder_stands_in_until_its_owner_arrives() {
    let local = Local::start();
    let client = &local.client;
    let filters = json!([["_type", "_key"]]);
    let target = json!({ "_type": "hr_person", "_key": "hr:1", "_class": "Person", "email": "a@x" });
    let mut mapped = is_person(&filters, &target, false);
    client.run("acme", &[ada()], &[mapped.clone()], &[]);
    assert_eq!(edges(client), [edge("acme:user:1", "hr:1")]);
    let [placeholder] = &placeholders(client)[..] else { panic!("no placeholder") };
    assert_eq!(placeholder["entity"]["_class"], json!(["Person"]));
    assert_eq!(placeholder["entity"]["_scope"], "system-mapper");
    assert_eq!(placeholder["properties"], json!({ "displayName": "a@x", "email": "a@x" }));

    // Another instance's mapped relationship shares it, and says more about it.
    let mut other = mapped.clone();
    other["_mapping"]["targetEntity"]["title"] = json!("Engineer");
    client.run("other", &[ada()], &[other.clone()], &[]);
    let [shared] = &placeholders(client)[..] else { panic!("no placeholder, or two") };
    assert_eq!((&shared["id"], &shared["properties"]["title"]), (&placeholder["id"], &json!("Engineer")));
    assert_eq!(edges(client).len(), 2);
    // One that makes none finds it, but does not keep it.
    let looks = is_person(&json!([["email"]]), &json!({ "_class": "Person", "email": "a@x" }), true);
    client.run("third", &[ada()], &[looks], &[]);
    assert_eq!(edges(client).len(), 3);
    client.run("other", &[ada()], &[], &[]);
    assert_eq!(placeholders(client)[0]["properties"]["title"], Value::Null);
    client.run("acme", &[ada()], &[], &[]);
    assert_eq!((placeholders(client).len(), edges(client).len()), (0, 0));

    client.run("acme", &[ada()], &[mapped.clone()], &[]);
    let job = client.run("hr", &[person("hr:1", "a@x")], &[], &[]);
    assert_eq!(changes(&job, "Entities"), (1, 0, 0));
    assert_eq!(placeholders(client).len(), 0, "the owner took over");
    assert_eq!(edges(client).len(), 2);
    let real = client.query("FIND hr_person");
    assert_eq!(real.len(), 1);
    assert_eq!(real[0]["entity"]["_integrationInstanceId"], "hr");
    // And when the owner's entity goes, a placeholder stands in again.
    client.run("hr", &[], &[], &[]);
    assert_eq!(placeholders(client).len(), 1);
    // The direction may change.
    mapped["_mapping"]["relationshipDirection"] = json!("REVERSE");
    let job = client.run("acme", &[ada()], &[mapped], &[]);
    assert_eq!(changes(&job, "MappedRelationships"), (0, 1, 0));
    assert!(edges(client).contains(&edge("hr:1", "acme:user:1")), "{:?}", edges(client));
}

#[test]
fn a_target_that_says_too_little_is_shown_as_unresolved() {
    let local = Local::start();
    let client = &local.client;
    let mapped = is_person(&json!([["email"]]), &json!({ "_class": "Person", "email": "a@x" }), false);
    let job = client.run("acme", &[ada()], &[mapped], &[]);
    assert_eq!(changes(&job, "MappedRelationships"), (1, 0, 0));
    assert_eq!((edges(client).len(), placeholders(client).len()), (0, 0));
    let id = client.get("/entities.json").ok()["rows"][0]["id"].as_str().unwrap().to_owned();
    let shown = client.get(&format!("/entities/{id}.json")).ok();
    assert_eq!(shown["entity"]["unresolved"][0]["_key"], "acme:user:1|is|person");
}

/// Everything of ours, by names that do not depend on the order of the runs.
fn graph(client: &Client) -> (Vec<(String, String, String)>, Vec<String>) {
    let mut made: Vec<_> =
        placeholders(client).iter().map(|row| format!("{} {}", row["id"], row["properties"])).collect();
    made.sort();
    (edges(client), made)
}

/// A small generator, so that a failure repeats.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides).unwrap()
    }
}

/// The uploads of an instance: some people, and mapped relationships to people of a few e-mail addresses.
fn upload(dice: &mut Dice, instance: &str) -> (Vec<Value>, Vec<Value>) {
    let people =
        (0..dice.roll(4)).map(|n| person(&format!("{instance}:{n}"), &format!("{}@x", dice.roll(4))));
    let mut entities: Vec<_> = people.collect();
    entities.push(ada());
    let mapped = (0..dice.roll(4)).map(|n| {
        let filters =
            [json!([["email"]]), json!([["_key"], ["_class", "email"]]), json!([["_type", "email"]])];
        let target = json!({
            "_type": "hr_person", "_class": "Person", "email": format!("{}@x", dice.roll(4)),
            "_key": format!("{}:{}", ["a", "b", "c"][dice.roll(3)], dice.roll(4)),
        });
        let mut mapped = is_person(&filters[dice.roll(3)], &target, dice.roll(2) == 0);
        mapped["_key"] = json!(format!("{instance}|{n}"));
        mapped["_mapping"]["relationshipDirection"] = json!(["FORWARD", "REVERSE"][dice.roll(2)]);
        mapped
    });
    let relationships = mapped.collect();
    (entities, relationships)
}

#[test]
fn the_order_of_uploads_does_not_change_mapped_relationships() {
    let seeds = std::env::var("J1_LOCAL_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(12);
    for seed in 1..=seeds {
        let mut dice = Dice(seed << 32 | 0x7f4a_7c15);
        let local = Local::start();
        let mut last = std::collections::BTreeMap::new();
        for _ in 0..8 {
            let instance = ["a", "b", "c"][dice.roll(3)];
            let (entities, relationships) = upload(&mut dice, instance);
            local.client.run(instance, &entities, &relationships, &[]);
            last.insert(instance, (entities, relationships));
        }
        // The last upload of each instance, alone, in another order.
        let fresh = Local::start();
        for (instance, (entities, relationships)) in last.iter().rev() {
            fresh.client.run(instance, entities, relationships, &[]);
        }
        let (mut kept, mut anew) = (graph(&local.client), graph(&fresh.client));
        // Of several that describe one placeholder the later one wins, and later is another one here.
        for made in [&mut kept.1, &mut anew.1] {
            for one in made {
                one.truncate(38);
            }
        }
        assert_eq!(kept, anew, "seed {seed}");
    }
}
