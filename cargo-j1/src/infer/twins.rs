//! Several lists of the same records: `/projects` and `/projects/search`. One of them becomes the entity.

use std::collections::BTreeSet;

use super::left_out::LeftOut;
use super::paths::place;
use super::resource::Resource;
use super::wishes::Wishes;
use super::{identity, words};
use crate::new::escape::code;

/// Words that select records which the list before them does not have.
const APART: [&str; 18] = [
    "deleted",
    "trash",
    "trashed",
    "archived",
    "archive",
    "removed",
    "inactive",
    "disabled",
    "suspended",
    "pending",
    "invited",
    "history",
    "version",
    "template",
    "available",
    "catalog",
    "marketplace",
    "recommended",
];

/// Words of paths that give all records, and not a choice of them.
const ALL: [&str; 6] = ["search", "all", "list", "query", "paginated", "paged"];

/// Leaves out lists that hold what another list holds as well.
pub fn leave_out(resources: Vec<Resource>, wishes: &Wishes, left_out: &mut Vec<LeftOut>) -> Vec<Resource> {
    let mut resources = without_repeats(resources, left_out);
    let ways: Vec<Vec<String>> = resources.iter().map(way).collect();
    let mut better: Vec<Option<usize>> = vec![None; resources.len()];
    // From the shortest path on: the longer ones select some of its records.
    let mut order: Vec<usize> = (0..resources.len()).collect();
    order.sort_by_key(|at| (ways[*at].len(), *at));
    for (place, short) in order.iter().copied().enumerate() {
        if better[short].is_some() {
            continue;
        }
        let twins: Vec<usize> = order[place + 1..]
            .iter()
            .copied()
            .filter(|long| better[*long].is_none())
            .filter(|long| is_same((&resources[short], &ways[short]), (&resources[*long], &ways[*long])))
            .collect();
        let is_all = |at: &&usize| ways[**at].last().is_some_and(|word| ALL.contains(&word.as_str()));
        let best = match is_to_avoid(&resources[short]) {
            None => short,
            Some(_) => {
                let Some(instead) = twins.iter().find(is_all).copied() else { continue };
                // It is called what the others are called after.
                (resources[instead].name, resources[instead].words) =
                    (resources[short].name.clone(), resources[short].words.clone());
                instead
            }
        };
        for at in twins.into_iter().chain([short]).filter(|at| *at != best) {
            better[at] = Some(best);
        }
    }
    for at in (0..resources.len()).filter(|at| resources[*at].posted.is_some()) {
        let own = resources[at].shape.schema;
        let is_whole = |one: &Resource| {
            one.posted.is_none() && !one.once && one.holes.is_empty() && is_to_avoid(one).is_none()
        };
        let same = (0..resources.len()).find(|other| {
            own.is_some() && is_whole(&resources[*other]) && resources[*other].shape.schema == own
        });
        better[at] = better[at].or(same.filter(|other| better[*other].is_none()));
    }
    let shown: Vec<String> = resources.iter().map(Resource::shown).collect();
    let mut kept = Vec::new();
    for (resource, better) in resources.into_iter().zip(better) {
        let (name, avoided) = (own_name(&resource), is_to_avoid(&resource));
        let Some(better) = better.filter(|_| avoided.is_some() || !wishes.names_only(&name)) else {
            kept.push(resource);
            continue;
        };
        let other = &shown[better];
        let why = match avoided {
            Some(why) => format!("{why}, and {other} has such records, too"),
            None if resource.posted.is_some() => format!("it asks for what {other} gives"),
            None => format!("its path selects records of {other}; --only {name} makes it"),
        };
        left_out.push(LeftOut::new(resource.shown(), why));
    }
    kept
}

/// Returns the name that such a list has where it is made.
fn own_name(resource: &Resource) -> String {
    match resource.words.as_slice() {
        [last, owner, ..] => format!("{owner}_{last}"),
        [last] => last.clone(),
        [] => String::new(),
    }
}

/// Leaves out what stands in several files.
fn without_repeats(resources: Vec<Resource>, left_out: &mut Vec<LeftOut>) -> Vec<Resource> {
    let mut seen = BTreeSet::new();
    let mut kept = Vec::new();
    for resource in resources {
        // Queries have one path, and each its place in the response.
        let below = resource.graphql().map(|graphql| graphql.place.clone());
        if seen.insert((resource.name.clone(), place(&resource.path), below)) {
            kept.push(resource);
        } else {
            left_out.push(LeftOut::new(resource.shown(), "the same list is there already"));
        }
    }
    kept
}

/// Returns the parts of a path, in the singular and without what differs between two paths for one thing.
fn way(resource: &Resource) -> Vec<String> {
    let place = place(&resource.path);
    place
        .split('/')
        .map(|part| words::snake(part).map_or_else(|| part.to_owned(), |part| words::singular(&part)))
        .collect()
}

/// Returns `true` where the longer of two paths selects records of the list that the shorter one gives.
fn is_same((short, short_way): (&Resource, &[String]), (long, long_way): (&Resource, &[String])) -> bool {
    let Some(behind) = long_way.strip_prefix(short_way) else { return false };
    short.shape.schema.is_some()
        && short.shape.schema == long.shape.schema
        && !short.once
        && !long.once
        && !behind.iter().any(|word| word == "{}" || APART.contains(&word.as_str()))
}

/// Returns the reason why a list should not be read where another one has its records.
fn is_to_avoid(resource: &Resource) -> Option<String> {
    let of_one = resource.given.iter().find(|given| identity::is_id_by_name(&given.name));
    match of_one {
        _ if resource.deprecated => Some("the document says that it is deprecated".to_owned()),
        Some(given) => Some(format!("its parameter {} selects those of one thing", code(&given.name))),
        None => None,
    }
}
