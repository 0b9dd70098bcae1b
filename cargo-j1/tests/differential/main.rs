//! `cargo j1 validate` against the official validator's verdicts.
//!
//! Each case is made from the facts of the data model and says which of them it keeps or breaks, so its verdict
//! follows from how it was made. The official validator has judged the same cases once; its verdicts are in
//! `verdicts.txt`, and README.md says how to have it judge them again.

mod case;
mod entities;
mod facts;
mod local;
mod mixed;
mod properties;
mod relationships;
mod run;
mod samples;
mod verdicts;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use case::Case;
use run::Verdict;

/// The rules of JupiterOne's page that the official validator does not know, by the code that j1 gives them.
///
/// `J1-E0101` is the official SDK's own: its validator passes over a class it does not know, and what makes the
/// entity then refuses it.
const STRICTER: [(&str, &str); 13] = [
    ("J1-E0101", "every class is one of the data model"),
    ("J1-E0102", "every entity has a class, and classes are names"),
    ("J1-E0201", "every entity has a name and a displayName"),
    ("J1-E0202", "no property holds an object or an array of arrays"),
    ("J1-E0203", "the name and the displayName are texts"),
    ("J1-E0211", "the items of an array are of one type"),
    ("J1-E0212", "a string has at most 4096 characters"),
    ("J1-E0215", "raw data is a list of names and bodies"),
    ("J1-E0222", "no name and no displayName is empty"),
    ("J1-E0223", "dates are epoch milliseconds"),
    ("J1-E0302", "names with an underscore are JupiterOne's"),
    ("J1-E0405", "a key has at most 7000 characters"),
    ("J1-E0406", "no key holds the text undefined"),
];

/// The number of random cases.
const MIXED: usize = 12_000;

/// All entities, and what j1 says of each.
static ENTITIES: LazyLock<(Vec<Case>, Vec<Verdict>)> = LazyLock::new(|| {
    let cases = entities();
    let said = run::validate(&cases);
    (cases, said)
});

/// All relationships, and what j1 says of each.
static RELATIONSHIPS: LazyLock<(Vec<Case>, Vec<Verdict>)> = LazyLock::new(|| {
    let mut cases = Vec::new();
    relationships::of(&facts::read(), &mut cases);
    let said = run::validate(&cases);
    (cases, said)
});

fn entities() -> Vec<Case> {
    let facts = facts::read();
    let mut all = Vec::new();
    for (name, class) in &facts.classes {
        properties::of(name, class, &mut all);
        entities::of(name, class, &mut all);
    }
    entities::pairs(&facts, &mut all);
    mixed::of(&facts, MIXED, &mut all);
    all
}

#[test]
fn entities_are_judged_as_the_official_validator_judges_them() {
    let (cases, said) = &*ENTITIES;
    assert!(cases.len() >= 40_000, "{}", cases.len());
    let official = verdicts::of(cases);
    let stricter: BTreeMap<_, _> = STRICTER.into_iter().collect();
    let (mut wrong, mut used) = (Vec::new(), BTreeSet::new());
    for ((case, official), verdict) in cases.iter().zip(official).zip(said) {
        let mut problem = |what: &str| {
            let object = serde_json::to_string(&case.object).unwrap_or_default();
            let object: String = object.chars().take(300).collect();
            wrong.push(format!("{what}: {}\n  {:?}\n  {object}", case.fact, verdict.errors));
        };
        if case.official.is_some_and(|expected| expected != official) {
            problem("the official verdict is not what the facts say");
        }
        if !official && verdict.valid {
            problem("the official validator refuses it, and j1 does not");
        }
        if official && !verdict.valid {
            for (code, _) in &verdict.errors {
                used.insert(code.clone());
                if !stricter.contains_key(code.as_str()) {
                    problem("j1 is stricter, by no rule of JupiterOne's page");
                }
            }
        }
        match &case.wrong {
            Some((code, property)) if !verdict.has(code, property) => {
                problem(&format!("not {code} of `{property}`"));
            }
            None if case.official == Some(true) && !verdict.valid => {
                problem("it keeps every rule, and j1 refuses it");
            }
            _ => {}
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong[..wrong.len().min(40)].join("\n")
    );
    let named: BTreeSet<String> = stricter.keys().map(|code| (*code).to_owned()).collect();
    // Tests of the rules themselves have cases of these.
    let elsewhere = ["J1-E0102", "J1-E0203", "J1-E0223"];
    let idle: Vec<_> = named.difference(&used).filter(|code| !elsewhere.contains(&code.as_str())).collect();
    assert!(idle.is_empty(), "no case needs {idle:?}");
}

#[test]
fn every_class_and_every_way_to_break_one_is_covered() {
    let (cases, _) = &*ENTITIES;
    let classes: BTreeSet<_> = cases.iter().filter_map(|case| case.object.get("_class")?.as_str()).collect();
    assert_eq!(classes.len(), 102);
    let codes: BTreeSet<_> =
        cases.iter().filter_map(|case| case.wrong.as_ref()).map(|(code, _)| *code).collect();
    let every = [
        "J1-E0101", "J1-E0102", "J1-E0104", "J1-E0105", "J1-E0201", "J1-E0202", "J1-E0203", "J1-E0204",
        "J1-E0205", "J1-E0206", "J1-E0207", "J1-E0209", "J1-E0211", "J1-E0212", "J1-E0214", "J1-E0215",
        "J1-E0301", "J1-E0302", "J1-E0401", "J1-E0404", "J1-E0405", "J1-E0406",
    ];
    assert_eq!(codes, BTreeSet::from(every));
    let never = cases.iter().filter(|case| case.fact.ends_with("which no entity can be")).count();
    assert_eq!(never, 116, "pairs of classes that never hold at once");
}

#[test]
fn relationships_are_judged_as_the_facts_say() {
    let (cases, said) = &*RELATIONSHIPS;
    assert!(cases.len() > 3000, "{}", cases.len());
    let mut wrong = Vec::new();
    for (case, verdict) in cases.iter().zip(said) {
        let right = match &case.wrong {
            Some((code, property)) => verdict.has(code, property),
            None => verdict.valid,
        };
        if !right {
            wrong.push(format!("{}: expected {:?}, and j1 says {:?}", case.fact, case.wrong, verdict.errors));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong[..wrong.len().min(40)].join("\n")
    );
}

#[test]
fn the_local_jupiterone_takes_every_valid_object() {
    let valid = |(cases, said): &(Vec<Case>, Vec<Verdict>)| {
        let judged = cases.iter().zip(said).filter(|(_, verdict)| verdict.valid);
        judged.map(|(case, _)| case.object.clone()).collect::<Vec<_>>()
    };
    let (entities, relationships) = (valid(&ENTITIES), valid(&RELATIONSHIPS));
    assert!(
        entities.len() > 15_000 && relationships.len() > 500,
        "{} {}",
        entities.len(),
        relationships.len()
    );
    local::takes(entities, relationships);
}
