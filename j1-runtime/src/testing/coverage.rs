//! Coverage of a graph: every declared type and property occurs, so that no test passes only because data is missing.

use std::collections::{BTreeMap, BTreeSet};

use j1_core::graph::{ObjectMeta, TAGS};
use j1_core::integration::Integration;
use j1_core::step::StepMeta;
use serde_json::Value;

use crate::testing::Graph;

/// The expected contents of a graph: every declared type, and every property of each entity with a value at least once.
///
/// Exceptions are named with [`Coverage::but_not`], with a reason. An exception that is covered anyway is an error
/// too, so that the list stays correct.
#[must_use = "`.assert()` looks at the graph"]
pub struct Coverage<'g> {
    graph: &'g Graph,
    steps: Vec<&'static StepMeta>,
    but_not: Vec<(String, &'static str)>,
}

impl Graph {
    /// Compares the graph with everything an integration declares.
    pub fn covers<I: Integration>(&self) -> Coverage<'_> {
        Coverage { graph: self, steps: I::STEPS.iter().collect(), but_not: Vec::new() }
    }

    /// Compares the graph with everything one step declares.
    pub fn covers_step<S: j1_core::step::Step>(&self) -> Coverage<'_> {
        Coverage { graph: self, steps: vec![&S::META], but_not: Vec::new() }
    }
}

impl Coverage<'_> {
    /// Declares that the data of this test lacks a `_type`, or a `_type.property`. `why` is for readers of the test.
    pub fn but_not(mut self, what: &str, why: &'static str) -> Self {
        self.but_not.push((what.to_owned(), why));
        self
    }

    /// Checks the graph.
    ///
    /// # Panics
    /// When something is missing and not an exception, or an exception and not missing. The message lists all problems.
    #[track_caller]
    pub fn assert(self) {
        let wrong = self.wrong();
        assert!(wrong.is_empty(), "the graph does not cover what is declared:\n- {}", wrong.join("\n- "));
    }

    /// Returns the problems, a line each.
    #[must_use]
    pub fn wrong(self) -> Vec<String> {
        let declared = self.declared();
        let mut wrong = Vec::new();
        let mut excepted = BTreeSet::new();
        for (what, why) in &self.but_not {
            match declared.get(what.as_str()) {
                None => wrong.push(undeclared(what, &declared)),
                Some(true) => wrong.push(format!(
                    "`{what}` is there, and is named as not covered ({why}); take it out of the list"
                )),
                Some(false) if why.trim().is_empty() => {
                    wrong.push(format!("say why `{what}` is not covered"));
                }
                Some(false) => {}
            }
            if !excepted.insert(what.as_str()) {
                wrong.push(format!("`{what}` is named twice as not covered"));
            }
        }
        for (what, covered) in &declared {
            // If a whole type is missing, its properties are not listed one by one.
            let (ty, property) = what.split_once('.').map_or((what.as_str(), None), |(ty, p)| (ty, Some(p)));
            let whole_type = property.is_some() && declared.get(ty) == Some(&false);
            if !covered && !whole_type && !excepted.contains(what.as_str()) {
                let there = property.map_or_else(
                    || format!("no `{ty}` was collected"),
                    |property| format!("no `{ty}` has a value for `{property}`"),
                );
                wrong.push(format!(
                    "{there}; add data that has one, or name it: `.but_not(\"{what}\", \"why\")`"
                ));
            }
        }
        if !declared.values().any(|covered| *covered) {
            wrong.push("nothing at all is covered".to_owned());
        }
        wrong
    }

    /// Everything that is declared, with `true` if it was collected.
    fn declared(&self) -> BTreeMap<String, bool> {
        let mut declared = BTreeMap::new();
        for object in self.steps.iter().flat_map(|step| step.emits) {
            let ty = self.graph.name(object.ty());
            let objects = self.graph.of_type(&ty);
            if let ObjectMeta::Entity(meta) = object {
                for property in meta.properties {
                    let has = |object: &Value| match property.name {
                        TAGS => {
                            object.as_object().is_some_and(|all| all.keys().any(|n| n.starts_with("tag.")))
                        }
                        name => object.get(name).is_some_and(|value| !value.is_null()),
                    };
                    declared.insert(format!("{ty}.{}", property.name), objects.iter().any(has));
                }
            }
            declared.insert(ty, !objects.is_empty());
        }
        declared
    }
}

fn undeclared(what: &str, declared: &BTreeMap<String, bool>) -> String {
    let near = j1_core::model::nearest(what, declared.keys().map(String::as_str));
    let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    format!("`{what}` is named as not covered, and nothing declares it{hint}")
}
