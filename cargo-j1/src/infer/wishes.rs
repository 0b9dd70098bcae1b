//! Choices of the user in place of guesses: `--key`, `--class`, `--param`, `--only` and `--skip`.

use j1_core::model::{CLASSES, nearest};

use super::resource::Resource;
use super::words;
use crate::error::Error;

/// The reason why a resource is left out that `--only` does not name.
pub const ONLY_OTHERS: &str = "`--only` names others";

/// A name and a value, from `NAME=VALUE`.
pub type Pair = (String, String);

/// Choices of the user in place of guesses. Resources are named in snake case, as `--dry-run` shows them.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// `--key THING=MEMBER`.
    pub keys: Vec<Pair>,
    /// `--class THING=Class`.
    pub classes: Vec<Pair>,
    /// `--param NAME=VALUE`.
    pub params: Vec<Pair>,
    /// `--only THING`.
    pub only: Vec<String>,
    /// `--skip THING`.
    pub skip: Vec<String>,
}

/// Returns the name of a resource in the form of entities: `User Groups` and `user_groups` become `user_group`.
fn thing(name: &str) -> String {
    words::snake(name).map(|name| words::singular(&name)).unwrap_or_default()
}

fn value<'p>(pairs: &'p [Pair], name: &str) -> Option<&'p str> {
    pairs.iter().find(|(thing_, _)| thing(thing_) == name).map(|(_, value)| value.as_str())
}

impl Wishes {
    /// Returns the member that the user chose to identify the records of a resource.
    pub fn key(&self, name: &str) -> Option<&str> {
        value(&self.keys, name)
    }

    /// Returns the class that the user chose for a resource.
    pub fn class(&self, name: &str) -> Option<&str> {
        value(&self.classes, name)
    }

    /// Returns the value of a parameter of paths or queries.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Returns the reason why a resource is left out on request.
    pub fn why_skipped(&self, name: &str) -> Option<&'static str> {
        let says = |names: &[String]| names.iter().any(|one| thing(one) == name);
        if says(&self.skip) {
            return Some("`--skip` names it");
        }
        (!self.only.is_empty() && !says(&self.only)).then_some(ONLY_OTHERS)
    }

    /// Returns `true` where `--only` names a resource.
    pub fn names_only(&self, name: &str) -> bool {
        self.only.iter().any(|one| thing(one) == name)
    }

    /// Fails if a choice names a resource or a class that does not exist.
    pub fn check<'r>(&self, resources: impl Iterator<Item = &'r Resource>) -> Result<(), Error> {
        let known: Vec<&str> = resources.map(|resource| resource.name.as_str()).collect();
        let keys = self.keys.iter().map(|(name, _)| ("--key", name));
        let classes = self.classes.iter().map(|(name, _)| ("--class", name));
        let only = self.only.iter().map(|name| ("--only", name));
        let skip = self.skip.iter().map(|name| ("--skip", name));
        for (flag, name) in keys.chain(classes).chain(only).chain(skip) {
            if !known.contains(&thing(name).as_str()) {
                let hint = nearest(&thing(name), known.iter().copied());
                let hint = hint.map_or_else(|| first_of(&known), |near| format!("did you mean `{near}`?"));
                return Err(Error::NoSuchThing { flag, what: format!("a list called `{name}`"), hint });
            }
        }
        for (_, class) in &self.classes {
            if j1_core::model::class(class).is_none() {
                let hint = nearest(class, CLASSES.iter().map(|class| class.name));
                let hint = hint.map_or_else(
                    || "`cargo j1 model` lists the classes".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                return Err(Error::NoSuchThing { flag: "--class", what: format!("a class `{class}`"), hint });
            }
        }
        Ok(())
    }
}

fn first_of(known: &[&str]) -> String {
    match known {
        [] => "the files have no list at all".to_owned(),
        few if few.len() <= 12 => format!("there are: {}", few.join(", ")),
        many => format!("there are {}, and `--dry-run` lists them", many.len()),
    }
}
