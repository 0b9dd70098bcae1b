//! Fills the parameters of a path in an existing project: from its configuration, the records of its entities, or `--param`.

use super::known::Known;
use super::source::Source;
use crate::infer::resource::{Fill, Hole, Resource};
use crate::infer::{self, Parent, Wishes, words};
use crate::new::escape::code;

/// The files of a project that say what its configuration has.
pub struct Settings<'s> {
    /// `src/client.rs`.
    pub client: &'s Source,
    /// `src/config.rs`.
    pub config: Option<&'s Source>,
}

/// Fills all parameters of a path, or returns the reason why one cannot be filled.
pub fn fill(
    resource: &mut Resource,
    known: &Known,
    settings: &Settings<'_>,
    wishes: &Wishes,
) -> Result<(), String> {
    let mut at = 0;
    while at < resource.holes.len() {
        let hole = &resource.holes[at];
        let field = infer::path_ident(&hole.name);
        let is_set = settings.config.is_some_and(|config| config.has_field(&field));
        if is_set && settings.client.has_field(&field) {
            resource.holes[at].fill = Fill::Config(field);
        } else if let Some(value) = wishes.param(&hole.name) {
            write_in(resource, at, value)?;
            continue;
        } else if let Some(parent) = owner(hole, known) {
            resource.holes[at].member = infer::member_of(hole, parent);
            resource.holes[at].fill = Fill::Parent(parent.name.clone());
        } else {
            let name = &hole.name;
            return Err(format!(
                "its {} is neither configuration of the project nor of a record that it collects; add the list of those first, \
                 or give one with --param {name}=VALUE",
                code(name)
            ));
        }
        at += 1;
    }
    if resource.once && resource.parent().is_some() {
        return Err("its response is one object for each record of another list; write a step that reads it"
            .to_owned());
    }
    belong_together(resource, known)
}

/// Returns the entity whose ids a parameter takes: the one that is listed right before it, or that it names.
fn owner<'k>(hole: &Hole, known: &'k Known) -> Option<&'k Parent> {
    let place = infer::place(&hole.before);
    let listed = known.owners.iter().find(|(_, path)| infer::place(path) == place);
    let stem = infer::stem(hole);
    let named = || known.owners.iter().find(|(parent, _)| parent.name == stem);
    listed.or_else(named).map(|(parent, _)| parent)
}

/// Fails unless the innermost entity knows the ids of all others.
fn belong_together(resource: &Resource, known: &Known) -> Result<(), String> {
    let mut owners: Vec<&str> = resource.owners().collect();
    let Some(innermost) = owners.pop() else { return Ok(()) };
    let parent = known.owners.iter().map(|(parent, _)| parent).find(|parent| parent.name == innermost);
    let carries =
        |owner: &&str| parent.is_some_and(|parent| parent.carried.iter().any(|one| one.owner == **owner));
    match owners.iter().find(|owner| !carries(owner)) {
        None => Ok(()),
        Some(owner) => Err(format!(
            "it needs the id of {}, which the records of {} in this project do not hold; give it a field that its step fills, \
             or write the step as the guide shows it",
            words::one(owner),
            words::one(innermost)
        )),
    }
}

/// Writes a value into a path in place of a parameter.
fn write_in(resource: &mut Resource, at: usize, value: &str) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    if value.is_empty() || [".", ".."].contains(&value) || !value.chars().all(plain) {
        return Err(format!(
            "the value of `--param` for {} cannot be written into a path",
            code(&resource.holes[at].name)
        ));
    }
    let hole = resource.holes.remove(at);
    let whole = hole.before.len() + hole.name.len() + 2;
    resource.path.replace_range(hole.before.len()..whole, value);
    for later in &mut resource.holes[at..] {
        later.before.replace_range(hole.before.len()..whole, value);
    }
    Ok(())
}
