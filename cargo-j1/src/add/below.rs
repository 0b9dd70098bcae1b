//! Fills the parameters of a path in an existing project: from its configuration, the records of its entities, or `--param`.

use std::path::Path;

use super::known::Known;
use super::source::Source;
use super::{Changed, above};
use crate::infer::resource::{Fill, Hole, Resource};
use crate::infer::{self, Parent, Wishes};
use crate::new::escape::code;

/// The files of a project that say what its configuration has.
pub struct Settings<'s> {
    /// `src/client.rs`.
    pub client: &'s Source,
    /// `src/config.rs`.
    pub config: Option<&'s Source>,
}

/// Fills all parameters of a path, or returns the reason why one cannot be filled. Returns the files of the project that change for
/// it.
pub fn fill(
    resource: &mut Resource,
    known: &mut Known,
    settings: &Settings<'_>,
    wishes: &Wishes,
    folder: &Path,
) -> Result<Vec<Changed>, String> {
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
    belong_together(resource, known, folder)
}

/// Returns the entity whose ids a parameter takes: the one that is listed right before it, or that it names.
fn owner<'k>(hole: &Hole, known: &'k Known) -> Option<&'k Parent> {
    let place = infer::place(&hole.before);
    let listed = known.owners.iter().find(|(_, path)| !hole.in_query && infer::place(path) == place);
    let stem = infer::stem(hole);
    let named = || known.owners.iter().find(|(parent, _)| parent.name == stem);
    listed.or_else(named).map(|(parent, _)| parent)
}

/// Gives the innermost entity the ids of all others, where it does not hold them, or returns the reason why it cannot have them.
fn belong_together(resource: &Resource, known: &mut Known, folder: &Path) -> Result<Vec<Changed>, String> {
    let mut above: Vec<(String, Option<String>)> = Vec::new();
    for hole in &resource.holes {
        if let Fill::Parent(owner) = &hole.fill {
            above.push((owner.clone(), hole.member.clone()));
        }
    }
    let Some((innermost, _)) = above.last().cloned() else { return Ok(Vec::new()) };
    let Some(at) = known.owners.iter().position(|(parent, _)| parent.name == innermost) else {
        return Ok(Vec::new());
    };
    let parent = known.owners[at].0.clone();
    let carries = |owner: &str, member: Option<&str>| {
        parent.carried.iter().any(|one| one.owner == owner && one.member.as_deref() == member)
    };
    above.retain(|(owner, member)| *owner != innermost && !carries(owner, member.as_deref()));
    let (mut given, changed) = above::give(&parent, &above, known, folder)?;
    known.owners[at].0.carried.append(&mut given);
    Ok(changed)
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
