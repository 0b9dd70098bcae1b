//! Names that are unique over a whole project: of entities, their modules, steps and tests, and of every struct and enum.

use std::collections::BTreeSet;

use super::words;

/// The longest name of an entity; a `_type` consists of several names.
const LONGEST: usize = 56;

/// The names of modules and methods that every project has, so no entity may have them.
const TAKEN: [&str; 8] = ["collect", "main", "mod", "lib", "snapshots", "new", "try_credentials", "client"];

/// The names of a project so far.
#[derive(Debug, Default)]
pub struct Names {
    /// Names of entities, and their plurals.
    things: BTreeSet<String>,
    /// Structs and enums.
    types: BTreeSet<String>,
}

impl Names {
    /// Returns the names of a project that has these types already.
    pub fn with_types(types: impl IntoIterator<Item = String>) -> Self {
        Self { things: BTreeSet::new(), types: types.into_iter().collect() }
    }

    /// Reserves the name of an entity; `false` if it is taken.
    pub fn take_thing(&mut self, name: &str) -> bool {
        let plural = words::plural(name);
        let free = |word: &str| !TAKEN.contains(&word) && !self.things.contains(word);
        let ty = words::type_name(name);
        if !free(name) || !free(&plural) || self.types.contains(&ty) {
            return false;
        }
        self.things.extend([name.to_owned(), plural]);
        self.types.insert(ty);
        true
    }

    /// Reserves the first free name for an entity. `parts` are the words of its path, the last one first.
    pub fn thing(&mut self, parts: &[String]) -> String {
        let first = parts.first().map_or("record", String::as_str);
        let mut name = String::new();
        for part in parts {
            name = if name.is_empty() { part.clone() } else { format!("{part}_{name}") };
            let short = shortened(&name);
            if self.take_thing(&short) {
                return short;
            }
        }
        let plain = shortened(first);
        // Ends at the first free number; only the names of this project are taken.
        let numbered =
            (2..=usize::MAX).map(|number| format!("{plain}_{number}")).find(|name| self.take_thing(name));
        numbered.unwrap_or(plain)
    }

    /// Reserves a name for a struct or an enum inside an entity.
    pub fn type_name(&mut self, wanted: &str) -> String {
        let wanted = words::free_type_name(wanted);
        let candidates = std::iter::once(wanted.clone())
            .chain(std::iter::once(format!("{wanted}Ref")))
            .chain((2..).map(|number| format!("{wanted}{number}")));
        for candidate in candidates {
            if self.types.insert(candidate.clone()) {
                return candidate;
            }
        }
        wanted
    }

    /// Releases a name that turned out not to be needed.
    pub fn release(&mut self, type_name: &str) {
        self.types.remove(type_name);
    }
}

/// Cuts a name at the end of a word.
fn shortened(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let cut = &name[..LONGEST];
    cut.rsplit_once('_').map_or(cut, |(head, _)| head).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_given_twice() {
        let mut names = Names::default();
        let parts = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let mut given = |words: &[&str]| names.thing(&parts(words));
        assert_eq!(given(&["user"]), "user");
        assert_eq!(given(&["user", "type"]), "type_user");
        assert_eq!(given(&["user"]), "user_2");
        // `User2` is taken, too.
        assert_eq!(given(&["user2"]), "user2_2");
        assert_eq!(given(&["collect"]), "collect_2");
        assert_eq!(names.type_name("TypeUser"), "TypeUserRef");
        assert_eq!(names.type_name("TypeUser"), "TypeUser2");
    }

    #[test]
    fn long_names_end_with_a_word() {
        let name = "a_word".repeat(20);
        assert!(shortened(&name).len() <= LONGEST && !shortened(&name).ends_with('_'));
    }
}
