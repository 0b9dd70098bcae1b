//! Parameters in paths: the id of another entity's record, or a part of the configuration.

use std::collections::BTreeMap;

use super::Wishes;
use super::beside;
use super::identity::Key;
use super::left_out::LeftOut;
use super::owners::{self, after, follows_another};
use super::resource::{Fill, Hole, Resource, without_format};
use super::words;
use crate::new::escape::{code, is_hidden};

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
const TENANTS: [&str; 25] = [
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
    "owner",
    "namespace",
    "directory",
    "team",
    "group",
    "project",
    "space",
    "store",
];

/// Decides what fills the parameters of all paths. Lists that need the id of what no list gives are left out.
///
/// `lost` are the lists that were left out already, by their places.
pub fn fill(
    keyed: &mut Vec<(Resource, Key)>,
    wishes: &Wishes,
    lost: &BTreeMap<String, String>,
    left_out: &mut Vec<LeftOut>,
) -> Vec<PathParameter> {
    let mut found = owners::of_all(keyed);
    let beside = beside::find(keyed, &mut found, wishes);
    let common = common(keyed, &found);
    let names: Vec<String> = keyed.iter().map(|(resource, _)| resource.name.clone()).collect();
    let mut refused = vec![None; keyed.len()];
    for (at, (resource, _)) in keyed.iter_mut().enumerate() {
        let is_graphql = resource.graphql().is_some();
        for (hole, owner) in resource.holes.iter_mut().zip(&found[at]) {
            hole.fill = match owner {
                _ if hole.fill != Fill::Open => continue,
                _ if is_set(&hole.name, &common, wishes) => Fill::Config(ident(&hole.name)),
                Some(owner) => Fill::Parent(names[*owner].clone()),
                // A recording has a value of its own for each variable.
                None if is_graphql => Fill::Config(ident(&hole.name)),
                None => Fill::Open,
            };
        }
        let open = resource.holes.iter().find(|hole| hole.fill == Fill::Open);
        refused[at] = open.map(|hole| {
            let (name, plain) = (code(&hole.name), &hole.name);
            match lost.get(&place(&hole.before)) {
                _ if hole.in_query => super::not_given("parameter", plain),
                Some(owner) => format!("its {name} is of {owner}, which is left out itself"),
                None => format!(
                    "no list gives its {name}; give one with --param {plain}=VALUE, or write a step that reads those"
                ),
            }
        });
    }
    owners::refuse(keyed, &mut refused);
    for (at, owners) in found.iter().enumerate() {
        for (hole, owner) in owners.iter().enumerate() {
            let Some(owner) = owner.filter(|_| matches!(keyed[at].0.holes[hole].fill, Fill::Parent(_)))
            else {
                continue;
            };
            let by_record = beside.iter().find(|one| (one.0, one.1) == (at, hole)).map(|one| one.2.clone());
            let member = by_record
                .or_else(|| owners::member(&keyed[at].0.holes[hole], &keyed[owner].0, &keyed[owner].1));
            if let Some(member) = &member {
                keyed[owner].0.need(member);
                keyed[owner].0.tell_apart(member);
            }
            keyed[at].0.holes[hole].member = member;
        }
    }
    let mut parameters: BTreeMap<String, PathParameter> = BTreeMap::new();
    let mut at = 0;
    keyed.retain(|(resource, _)| {
        let why = refused[at].take();
        at += 1;
        let kept = why.is_none();
        if kept {
            add_parameters(resource, wishes, &mut parameters);
        }
        left_out.extend(why.map(|why| LeftOut::lost(resource.shown(), why)));
        kept
    });
    parameters.into_values().collect()
}

/// Returns `true` for a parameter that the configuration fills.
fn is_set(name: &str, common: &[String], wishes: &Wishes) -> bool {
    wishes.param(name).is_some() || common.iter().any(|one| one == name)
}

/// Adds the parameters of a path that the configuration fills.
fn add_parameters(resource: &Resource, wishes: &Wishes, parameters: &mut BTreeMap<String, PathParameter>) {
    for hole in &resource.holes {
        if let Fill::Config(ident) = &hole.fill {
            parameters.entry(ident.clone()).or_insert_with(|| parameter(hole, ident, wishes));
        }
    }
}

/// Fills the parameters of what exists once with those that the lists take, or returns why it cannot be read.
pub fn fill_once(
    resource: &mut Resource,
    wishes: &Wishes,
    parameters: &mut Vec<PathParameter>,
) -> Result<(), String> {
    for hole in resource.holes.iter_mut().filter(|hole| hole.fill == Fill::Open) {
        let ident = ident(&hole.name);
        let known = parameters.iter().any(|one| one.ident == ident);
        if !known && wishes.param(&hole.name).is_none() {
            let name = code(&hole.name);
            return Err(format!(
                "its response is one object for each {name}, and not a list of records; write a step that reads it"
            ));
        }
        hole.fill = Fill::Config(ident);
    }
    for hole in &resource.holes {
        if let Fill::Config(ident) = &hole.fill
            && !parameters.iter().any(|one| one.ident == *ident)
        {
            parameters.push(parameter(hole, ident, wishes));
        }
    }
    Ok(())
}

/// Returns the parameters that stand first in so many paths that they are rather set once than read.
fn common(keyed: &[(Resource, Key)], owners: &[Vec<Option<usize>>]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut needy = 0;
    for ((resource, _), owners) in keyed.iter().zip(owners) {
        let first = resource.holes.first().filter(|hole| !hole.in_query);
        let (Some(hole), Some(None)) = (first, owners.first()) else { continue };
        needy += 1;
        // Two in a row name one thing, such as `{owner}/{repo}`, unless a list gives the second.
        let alone = !follows_another(resource, hole) || owners.get(1).is_some_and(Option::is_some);
        let inside = after(resource, hole).contains('/');
        if alone && inside && !j1_core::config::looks_like_credential(&hole.name) {
            *counts.entry(&hole.name).or_default() += 1;
        }
    }
    let most = counts.values().copied().max().unwrap_or(0);
    counts.retain(|name, count| {
        // A parameter whose name does not suggest a tenant counts as one only if many paths have it.
        let least =
            if is_tenant(name) { 2.min(needy).max(most / 3).min(5) } else { 3.max(keyed.len() * 2 / 5) };
        *count >= least
    });
    let mut found: Vec<(usize, &str)> = counts.into_iter().map(|(name, count)| (count, name)).collect();
    found.sort_by_key(|(count, name)| (std::cmp::Reverse(*count), *name));
    found.into_iter().take(MOST).map(|(_, name)| name.to_owned()).collect()
}

/// Returns `true` for a parameter that names the part of a provider's data that one account sees.
pub fn is_tenant(name: &str) -> bool {
    words::snake(name).is_some_and(|name| name.split('_').any(|word| TENANTS.contains(&word)))
}

fn parameter(hole: &Hole, ident: &str, wishes: &Wishes) -> PathParameter {
    let wished = wishes.param(&hole.name).map(str::to_owned);
    let docs = hole.docs.as_deref().and_then(super::field::sentence);
    PathParameter {
        ident: ident.to_owned(),
        docs: docs.unwrap_or_else(|| {
            let place = if hole.in_query { "requests" } else { "paths" };
            format!("The {} in the {place} of the API.", code(&hole.name))
        }),
        review: match (&wished, &hole.default) {
            (Some(_), _) => "`--param` gives the default".to_owned(),
            (None, Some(_)) => "the document gives the default".to_owned(),
            (None, None) if hole.in_query => {
                "requests need it, and no list gives it, so an operator sets it".to_owned()
            }
            (None, None) => "it stands in the paths, and no list gives it, so an operator sets it".to_owned(),
        },
        default: wished.or_else(|| hole.default.clone()),
    }
}

/// Returns the field of the configuration for a parameter.
pub fn ident(name: &str) -> String {
    let snake = words::snake(name).unwrap_or_else(|| "parameter".to_owned());
    // Names that the configuration has anyway, or whose variables are the runtime's own.
    let taken =
        ["api_base", "max_concurrency", "max_requests_per_second", "token_url", "client_id", "username"];
    words::ident(&if taken.contains(&snake.as_str()) { format!("path_{snake}") } else { snake })
}

/// The reason for leaving out a path that the client would not send.
pub const NOT_SENT: &str = "its path has a query, a fragment, `..`, `%` or characters that no path has";

/// Returns `true` for a path that the client sends: it sends no other, since an id could be meant to lead elsewhere by it.
pub fn is_sent(path: &str) -> bool {
    !path.split('/').any(|part| matches!(part, "." | ".."))
        && !path.contains(['?', '#', '\\', '"', '%'])
        && !path.chars().any(is_hidden)
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

/// Returns `true` for `/templates/global`, whose last word selects templates: it is singular, and the word before it is plural.
pub fn is_selection(path: &str) -> bool {
    let mut parts = path.trim_end_matches('/').rsplit('/');
    let mut word = || words::snake(without_format(parts.next()?));
    let (Some(last), Some(before)) = (word(), word()) else { return false };
    words::singular(&last) == last && words::singular(&before) != before && !path.ends_with('}')
}
