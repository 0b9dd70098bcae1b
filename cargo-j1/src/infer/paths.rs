//! Parameters in paths: the id of another entity's record, or a part of the configuration.

use std::collections::BTreeMap;

use super::Wishes;
use super::identity::Key;
use super::resource::{Fill, Hole, LeftOut, Resource, without_format};
use super::words;
use crate::new::escape::code;

/// A parameter of paths that an operator sets, such as the organization that is read.
#[derive(Debug, Clone)]
pub struct PathParameter {
    /// The field of the configuration.
    pub ident: String,
    /// Its documentation, a sentence.
    pub docs: String,
    /// The value that holds for everybody.
    pub default: Option<String>,
    /// The reason to review it.
    pub review: String,
}

/// The most parameters of paths that become configuration without being asked for.
const MOST: usize = 2;

/// Words for the part of a provider's data that one account sees.
const TENANTS: [&str; 17] = [
    "organization",
    "organisation",
    "org",
    "tenant",
    "tailnet",
    "account",
    "workspace",
    "enterprise",
    "customer",
    "company",
    "site",
    "realm",
    "domain",
    "instance",
    "subscription",
    "region",
    "environment",
];

#[expect(clippy::too_many_lines, reason = "one decision over all paths")]
/// Decides what fills the parameters of all paths. Lists that need the id of what no list gives are left out.
pub fn fill(
    keyed: &mut Vec<(Resource, Key)>,
    wishes: &Wishes,
    left_out: &mut Vec<LeftOut>,
) -> Vec<PathParameter> {
    let places: BTreeMap<String, usize> =
        keyed.iter().enumerate().map(|(at, (resource, _))| (place(&resource.path), at)).collect();
    let parents: Vec<(usize, String, String)> =
        keyed.iter().enumerate().map(|(at, (one, _))| (at, one.name.clone(), one.path.clone())).collect();
    let parent = |own: usize, hole: &Hole| -> Option<String> {
        let of = |at: usize| (at != own).then(|| keyed[at].0.name.clone());
        let stem = stem(hole);
        // Two parameters in a row name one thing, and the list before them does not say which is its own.
        let after = &keyed[own].0.path[hole.before.len() + hole.name.len() + 2..];
        let alone = !after.trim_start_matches('/').starts_with('{');
        let above = places.get(&place(&hole.before)).and_then(|at| of(*at));
        if let Some(found) = above.filter(|name| alone || *name == stem) {
            return Some(found);
        }
        // `/user/{user_id}/keys` where the list is `/admin/users`.
        let mut named =
            parents.iter().filter(|(at, name, path)| *at != own && *name == stem && !path.contains('{'));
        named.next().filter(|_| named.next().is_none()).map(|(_, name, _)| name.clone())
    };
    let found: Vec<Vec<Option<String>>> = keyed
        .iter()
        .enumerate()
        .map(|(at, (resource, _))| resource.holes.iter().map(|hole| parent(at, hole)).collect())
        .collect();
    let common = common(keyed, &found);
    let mut parameters: BTreeMap<String, PathParameter> = BTreeMap::new();
    let mut refused = vec![None; keyed.len()];
    for (at, (resource, _)) in keyed.iter_mut().enumerate() {
        for (hole, parent) in resource.holes.iter_mut().zip(&found[at]) {
            let wished = wishes.param(&hole.name);
            hole.fill = match parent {
                _ if wished.is_some() || common.contains(&hole.name) => Fill::Config(ident(&hole.name)),
                Some(parent) => Fill::Parent(parent.clone()),
                None => Fill::Open,
            };
        }
        let parents = resource.holes.iter().filter(|hole| matches!(hole.fill, Fill::Parent(_))).count();
        let open = resource.holes.iter().find(|hole| hole.fill == Fill::Open);
        refused[at] = match open {
            Some(hole) => Some(format!(
                "no list gives its {}; give one with --param {}=VALUE, or write a step that reads those",
                code(&hole.name),
                hole.name
            )),
            None if parents > 1 => {
                Some("it is two lists deep; write a step that reads both owners and asks for each".to_owned())
            }
            None => None,
        };
    }
    refuse_orphans(keyed, &mut refused);
    for (at, (resource, _)) in keyed.iter().enumerate() {
        for hole in resource.holes.iter().filter(|_| refused[at].is_none()) {
            if let Fill::Config(ident) = &hole.fill {
                parameters.entry(ident.clone()).or_insert_with(|| parameter(hole, ident, wishes));
            }
        }
    }
    let mut at = 0;
    keyed.retain(|(resource, _)| {
        let why = refused[at].take();
        at += 1;
        let kept = why.is_none();
        left_out.extend(why.map(|why| LeftOut::new(resource.shown(), why)));
        kept
    });
    parameters.into_values().collect()
}

/// Leaves out what is listed below something that is left out itself, or below another nested list.
fn refuse_orphans(keyed: &[(Resource, Key)], refused: &mut [Option<String>]) {
    loop {
        let mut changed = false;
        for (at, (resource, _)) in keyed.iter().enumerate() {
            let Some(parent) = resource.parent().filter(|_| refused[at].is_none()) else { continue };
            let why = keyed.iter().position(|(other, _)| other.name == parent).and_then(|above| {
                if refused[above].is_some() {
                    Some(format!("its owner, {}, is left out", keyed[above].0.shown()))
                } else if keyed[above].0.parent().is_some() {
                    Some(
                        "it is two lists deep; write a step that reads both owners and asks for each"
                            .to_owned(),
                    )
                } else {
                    None
                }
            });
            if why.is_some() {
                refused[at] = why;
                changed = true;
            }
        }
        if !changed {
            return;
        }
    }
}

/// Returns the parameters that stand first in so many paths that they are rather set once than read.
fn common(keyed: &[(Resource, Key)], parents: &[Vec<Option<String>>]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut needy = 0;
    for ((resource, _), parents) in keyed.iter().zip(parents) {
        let (Some(hole), Some(None)) = (resource.holes.first(), parents.first()) else { continue };
        needy += 1;
        let after = &resource.path[hole.before.len() + hole.name.len() + 2..];
        // Two in a row name one thing, such as `{owner}/{repo}`.
        let alone = !after.trim_start_matches('/').starts_with('{') && after.contains('/');
        if alone && !j1_core::config::looks_like_credential(&hole.name) {
            *counts.entry(&hole.name).or_default() += 1;
        }
    }
    let most = counts.values().copied().max().unwrap_or(0);
    let is_tenant = |name: &str| {
        words::snake(name).is_some_and(|name| name.split('_').any(|word| TENANTS.contains(&word)))
    };
    counts.retain(|name, count| {
        // A parameter whose name does not suggest a tenant counts as one only if many paths have it.
        let least = if is_tenant(name) { 2.min(needy).max(most / 3) } else { 3.max(keyed.len() * 2 / 5) };
        *count >= least
    });
    let mut found: Vec<(usize, &str)> = counts.into_iter().map(|(name, count)| (count, name)).collect();
    found.sort_by_key(|(count, name)| (std::cmp::Reverse(*count), *name));
    found.into_iter().take(MOST).map(|(_, name)| name.to_owned()).collect()
}

fn parameter(hole: &Hole, ident: &str, wishes: &Wishes) -> PathParameter {
    let wished = wishes.param(&hole.name).map(str::to_owned);
    let docs = hole.docs.as_deref().and_then(super::field::sentence);
    PathParameter {
        ident: ident.to_owned(),
        docs: docs.unwrap_or_else(|| format!("The {} in the paths of the API.", code(&hole.name))),
        review: match (&wished, &hole.default) {
            (Some(_), _) => "`--param` gives the default".to_owned(),
            (None, Some(_)) => "the document gives the default".to_owned(),
            (None, None) => "it stands in the paths, and no list gives it, so an operator sets it".to_owned(),
        },
        default: wished.or_else(|| hole.default.clone()),
    }
}

/// Returns the field of the configuration for a parameter.
fn ident(name: &str) -> String {
    let snake = words::snake(name).unwrap_or_else(|| "parameter".to_owned());
    // Names that the configuration has anyway, or whose variables are the runtime's own.
    let taken =
        ["api_base", "max_concurrency", "max_requests_per_second", "token_url", "client_id", "username"];
    words::ident(&if taken.contains(&snake.as_str()) { format!("path_{snake}") } else { snake })
}

/// Returns the name of the thing whose id a parameter is: `group_id` → `group`.
fn stem(hole: &Hole) -> String {
    let name = words::snake(&hole.name).unwrap_or_default();
    let ends =
        ["_id_or_slug", "_id_or_name", "_uuid", "_guid", "_gid", "_sid", "_id", "_key", "_slug", "_name"];
    let stem = ends.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
    if ["id", "uuid", "guid", "gid", "sid", "key"].contains(&stem) {
        let before = hole.before.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        return words::snake(without_format(before)).map(|word| words::singular(&word)).unwrap_or_default();
    }
    stem.to_owned()
}

/// Returns where a list is: its path without slashes at the ends, the format, and the names of parameters.
pub fn place(path: &str) -> String {
    let parts = path.split('/').filter(|part| !part.is_empty());
    let part = |part: &str| match part.find('{') {
        Some(0) => "{}".to_owned(),
        _ => without_format(part).to_owned(),
    };
    parts.map(part).collect::<Vec<_>>().join("/")
}
