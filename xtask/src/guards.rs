//! `cargo xtask guards`: removes the guards of deletion safety one at a time, and checks that a simulation, or a test of
//! the rule, notices.
//!
//! The source text of each guard is replaced by one that has a switch, all at once, so that the tests are built
//! once; then they run without one guard at a time. It is an error if the text is not found: the guard has changed, and
//! its entry here has to follow.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{case_guards, files, shard_guards};

/// The profile in which the simulation is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Slow to build, fast to run: for all guards.
    Soak,
    /// That of the other tests, built in less time: for a few guards, and fewer seeds.
    Dev,
}

impl Profile {
    const fn name(self) -> &'static str {
        match self {
            Self::Soak => "soak",
            Self::Dev => "dev",
        }
    }
}

/// Tests that notice when a guard is removed.
struct Suite {
    package: &'static str,
    test: &'static str,
    cases: &'static [&'static str],
    /// For a simulation: the number of seeds after which a removed guard counts as unnoticed.
    seeds: Option<&'static str>,
    guards: &'static [Guard],
}

const SUITES: [Suite; 5] = [
    Suite {
        package: "j1-runtime",
        test: "simulation",
        cases: &["nothing_that_still_exists_is_deleted"],
        seeds: Some("10000"),
        guards: &GUARDS,
    },
    Suite {
        package: "j1-runtime",
        test: "shards",
        cases: &["no_schedule_of_shards"],
        seeds: Some("500"),
        guards: &shard_guards::GUARDS,
    },
    Suite {
        package: "j1-runtime",
        test: "deletion",
        cases: &["shared::", "handed_on::", "changed_key::", "received::", "guard::", "unread::"],
        seeds: None,
        guards: &case_guards::OF_RUNS,
    },
    Suite {
        package: "j1-runtime",
        test: "provider",
        cases: &["blank::", "twice::", "beyond::", "scopes::"],
        seeds: None,
        guards: &case_guards::OF_LISTS,
    },
    Suite {
        package: "j1-tests",
        test: "engine",
        cases: &["collections::", "a_replay_into_jupiterone_itself"],
        seeds: None,
        guards: &case_guards::OF_COLLECTIONS,
    },
];

pub struct Guard {
    /// The rule that it enforces.
    pub rule: &'static str,
    /// In `j1-runtime/src`.
    pub file: &'static str,
    pub from: &'static str,
    /// The same with a switch: `$on` is `false` when the guard is removed.
    pub to: &'static str,
}

const GUARDS: [Guard; 17] = [
    Guard {
        rule: "the types of a step that fails are partial",
        file: "engine/run/mod.rs",
        from: "self.shared.ledger().partial(step, None, error.to_string());",
        to: "if $on { self.shared.ledger().partial(step, None, error.to_string()); }",
    },
    Guard {
        rule: "the types of a step that is not asked to run are partial",
        file: "engine/run/mod.rs",
        from: "if !disabled.by.is_settled() {",
        to: "if $on && !disabled.by.is_settled() {",
    },
    Guard {
        rule: "an end that a disabled step would have collected may exist",
        file: "engine/partial.rs",
        from: "if all().any(settled) { Doubt::Settled }",
        to: "if $on && all().any(settled) { Doubt::Settled }",
    },
    Guard {
        rule: "a list that is dropped makes its step partial",
        file: "provider/pages.rs",
        from: "begun: marks.as_ref().map(|marks| marks.begin(left())),",
        to: "begun: marks.as_ref().filter(|_| $on).map(|marks| marks.begin(left())),",
    },
    Guard {
        rule: "an error in a task of the author's own makes the step partial",
        file: "provider/request.rs",
        from: "(Some(marks), None) => marks.scope(part).await,",
        to: "(Some(marks), None) if $on => marks.scope(part).await,",
    },
    Guard {
        rule: "what a task of no step loses, every step loses",
        file: "engine/run/mod.rs",
        from: "running.lose(&steps.losses());",
        to: "if $on { running.lose(&steps.losses()); }",
    },
    Guard {
        rule: "an outcome that is kept proves nothing of a later run",
        file: "provider/pages.rs",
        from: "outcome: j1_core::__private::proven(marks.as_ref()),",
        to: "outcome: if $on { j1_core::__private::proven(marks.as_ref()) } else { Outcome::nothing_to_read(\"a list\") },",
    },
    Guard {
        rule: "a blank page in the middle is requested again",
        file: "provider/pages.rs",
        from: "let Some(page) = self.unless_blank(&request, page).await? else { return Ok(()) };",
        to: "let page = if $on { self.unless_blank(&request, page).await? } else { Some(page) };
             let Some(page) = page else { return Ok(()) };",
    },
    Guard {
        rule: "an error that a step passes over makes it partial",
        file: "provider/pages.rs",
        from: "fetched.map_err(Error::marked)",
        to: "fetched.map_err(|error| if $on { Error::marked(error) } else { error })",
    },
    Guard {
        rule: "pages by number are read until two passes agree",
        file: "provider/position/mod.rs",
        from: "if one_page || before == Some(&self.digests) {",
        to: "if !$on || one_page || before == Some(&self.digests) {",
    },
    Guard {
        rule: "a record that is not where the page before ended has moved",
        file: "provider/position/mod.rs",
        from: "if overlap && repeated == 0 {",
        to: "if $on && overlap && repeated == 0 {",
    },
    Guard {
        rule: "a server that moves on with each request is noticed",
        file: "provider/pages.rs",
        from: "Ok(again.digest != page.digest && !same_ids)",
        to: "Ok($on && again.digest != page.digest && !same_ids)",
    },
    Guard {
        rule: "a list that ends at a usual number is partial",
        file: "provider/position/doubts.rs",
        from: "doubts.extend(self.cuts(paging, different));",
        to: "if $on { doubts.extend(self.cuts(paging, different)); }",
    },
    Guard {
        rule: "a response that contradicts its end makes the list partial",
        file: "provider/position/mod.rs",
        from: "self.contradictions = self.contradicted(paging, page);",
        to: "self.contradictions = if $on { self.contradicted(paging, page) } else { Vec::new() };",
    },
    Guard {
        rule: "only the status 200 is a whole page",
        file: "provider/page.rs",
        from: "if !(response.status == 200 || paging.also_status == Some(response.status)) {",
        to: "if $on && !(response.status == 200 || paging.also_status == Some(response.status)) {",
    },
    Guard {
        rule: "the job has received what was sent",
        file: "run/job/received.rs",
        from: "Some(received) if received < sent => {",
        to: "Some(received) if $on && received < sent => {",
    },
    Guard {
        rule: "what another run has brought since the job was started is kept",
        file: "jupiterone/prediction/mod.rs",
        from: "self.newer.entry(object.ty.clone()).or_insert_with(|| object.key.clone());",
        to: "if $on { self.newer.entry(object.ty.clone()).or_insert_with(|| object.key.clone()); }",
    },
];

/// The original text of files, written back when this is dropped.
#[derive(Default)]
struct Originals(BTreeMap<PathBuf, String>);

impl Drop for Originals {
    fn drop(&mut self) {
        for (path, text) in &self.0 {
            if let Err(error) = files::write(path, text) {
                eprintln!("error: {error}; restore it with `git checkout`");
            }
        }
    }
}

/// The file that names the removed guard: unlike the environment, processes that a test starts have it as well.
const SWITCH: &str = "target/removed-guard";

/// Takes away each guard whose rule contains one of `only`, or every guard.
pub fn run(root: &Path, only: &[String], profile: Profile) -> Result<(), String> {
    let is_chosen = |rule: &str| only.is_empty() || only.iter().any(|only| rule.contains(only));
    let is_run = |suite: &&Suite| suite.guards.iter().any(|guard| is_chosen(guard.rule));
    std::fs::create_dir_all(root.join(SWITCH).with_file_name("")).map_err(|error| error.to_string())?;
    let originals = switchable(root)?;
    let mut removed = 0;
    let mut survived = Vec::new();
    for suite in SUITES.iter().filter(is_run) {
        if let Some(noticed) = suite.run(root, None, profile)? {
            return Err(format!("`{}` fails with all guards: {noticed}", suite.test));
        }
        for guard in suite.guards.iter().filter(|guard| is_chosen(guard.rule)) {
            let noticed = suite.run(root, Some(guard), profile)?;
            println!("{}: {}", guard.rule, noticed.as_deref().unwrap_or("NOT NOTICED"));
            removed += 1;
            if noticed.is_none() {
                survived.push(guard.rule);
            }
        }
    }
    drop(originals);
    println!("measured: guards.removed = {removed}");
    println!("measured: guards.survived = {}", survived.len());
    if survived.is_empty() { Ok(()) } else { Err(format!("not noticed: {}", survived.join("; "))) }
}

/// Gives each guard its switch.
fn switchable(root: &Path) -> Result<Originals, String> {
    let mut originals = Originals::default();
    let mut texts = BTreeMap::<PathBuf, String>::new();
    for guard in SUITES.iter().flat_map(|suite| suite.guards) {
        let path = root.join("j1-runtime/src").join(guard.file);
        let text = match texts.remove(&path) {
            Some(text) => text,
            None => files::read(&path)?,
        };
        originals.0.entry(path.clone()).or_insert_with(|| text.clone());
        if text.matches(guard.from).count() != 1 {
            return Err(format!("{}: `{}` is not there exactly once", guard.file, guard.from));
        }
        let on = format!(
            "({{ static ON: std::sync::LazyLock<bool> = std::sync::LazyLock::new(|| {{
                 std::fs::read({:?}).map_or(true, |removed| removed != {:?}.as_bytes())
             }}); *ON }})",
            root.join(SWITCH).display().to_string(),
            guard.rule
        );
        texts.insert(path, text.replace(guard.from, &guard.to.replace("$on", &on)));
    }
    texts.iter().try_for_each(|(path, text)| files::write(path, text))?;
    Ok(originals)
}

impl Suite {
    /// Runs the tests without a guard, and returns what they say; `None` if they notice nothing.
    fn run(&self, root: &Path, without: Option<&Guard>, profile: Profile) -> Result<Option<String>, String> {
        // What runs no seeds takes longer to build than to run.
        let profile = if self.seeds.is_some() { profile } else { Profile::Dev };
        let seeds = match (without, profile) {
            (None, _) => "20",
            (Some(_), Profile::Soak) => self.seeds.unwrap_or_default(),
            (Some(_), Profile::Dev) => "500",
        };
        let rule = without.map_or("none", |guard| guard.rule);
        files::write(&root.join(SWITCH), rule)?;
        let ran = Command::new("cargo")
            .args([
                "test",
                "--profile",
                profile.name(),
                "-p",
                self.package,
                "--test",
                self.test,
                "--locked",
                "--",
            ])
            .args(self.cases)
            .env("J1_SIMULATION_SEEDS", seeds)
            .env("RUST_BACKTRACE", "0")
            .current_dir(root)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("cargo: {error}"))?;
        let said = [ran.stdout, ran.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        let notices = |line: &&str| match self.seeds {
            Some(_) => {
                ["seed ", "kept seed ", "J1_SIMULATION_SEED="].iter().any(|start| line.starts_with(start))
            }
            None => line.starts_with("test ") && line.ends_with(" ... FAILED"),
        };
        match (ran.status.success(), said.lines().find(notices)) {
            (true, _) => Ok(None),
            (false, Some(line)) => Ok(Some(line.to_owned())),
            (false, None) => Err(format!("{rule}: `{}` does not run without it:\n{said}", self.test)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_guard_is_where_it_is_said_to_be() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for guard in SUITES.iter().flat_map(|suite| suite.guards) {
            let text = files::read(&root.join("j1-runtime/src").join(guard.file)).expect("a file");
            assert_eq!(text.matches(guard.from).count(), 1, "{}: `{}`", guard.file, guard.from);
            assert_eq!(guard.to.matches("$on").count(), 1, "{}: `{}`", guard.file, guard.to);
        }
    }
}
