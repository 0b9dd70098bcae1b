//! Two parameters in a path that one record fills: `/repos/{owner}/{repo}` takes `owner.login` and `name` of a repository.

use super::field::base_type;
use super::identity::{self, Key};
use super::owners::{self, stem};
use super::privacy::why_left_out;
use super::resource::{Fill, Hole, Resource};
use super::shape::{Member, Shape};
use super::{Wishes, words};

/// A parameter that a record fills beside its own: the list, the parameter, and the member of the record.
pub type Beside = (usize, usize, String);

/// Members that name what an object is, the likeliest to stand in a path first.
const LEAVES: [&str; 8] = ["login", "slug", "username", "key", "full_path", "path", "name", "id"];

/// Words for whom a record belongs to: a path says one, and records another.
const OWNERS: [&str; 6] = ["owner", "namespace", "organization", "org", "workspace", "user"];

/// Has the parameters before that of a record taken from this record as well, where it has them: `found` are the lists that
/// give the parameters. Without it, an operator would have to set one owner, although the records of all are listed.
pub fn find(keyed: &[(Resource, Key)], found: &mut [Vec<Option<usize>>], wishes: &Wishes) -> Vec<Beside> {
    let mut all: Vec<Beside> = Vec::new();
    // What is deeper takes what its owner takes.
    let mut order: Vec<usize> = (0..keyed.len()).collect();
    order.sort_by_key(|at| keyed[*at].0.holes.len());
    for at in order {
        let holes = &keyed[at].0.holes;
        let Some(last) = holes.iter().rposition(|hole| !hole.in_query) else { continue };
        let Some(owner) = (0..=last).rev().find_map(|hole| found[at][hole]) else { continue };
        for hole in 0..last {
            let one = &holes[hole];
            if one.in_query || one.fill != Fill::Open || wishes.param(&one.name).is_some() {
                continue;
            }
            let above = keyed[owner].0.holes.iter().position(|above| above.name == one.name);
            if let Some(above) = above {
                let taken = all.iter().filter(|taken| (taken.0, taken.1) == (owner, above));
                if let Some(member) = taken.map(|taken| taken.2.clone()).next() {
                    found[at][hole] = found[owner][above];
                    all.push((at, hole, member));
                }
                continue;
            }
            let other = found[at][hole];
            if other == Some(owner) || other.is_some() && found[owner].contains(&other) {
                continue;
            }
            // `{owner}/{repo}` is one thing. Elsewhere the parameter has a list of its own, whose key it is.
            let in_a_row = owners::follows_another(&keyed[at].0, one) && found[at][hole + 1] == Some(owner);
            let record = &keyed[owner].0;
            let member = match other.map(|other| &keyed[other].1) {
                Some(key) => member(one, record, Some(key)),
                None if in_a_row => member(one, record, None),
                None => None,
            };
            let Some(member) = member else { continue };
            found[at][hole] = Some(owner);
            all.push((at, hole, member));
            // Beside its owner, a bare `{repo}` is the name that it has there.
            let next = &holes[hole + 1];
            if in_a_row && words::snake(&next.name).as_ref() == Some(&stem(next)) {
                let name = ["slug", "name"].iter().find_map(|name| member_of(&record.shape, name));
                all.extend(name.map(|name| (at, hole + 1, name)));
            }
        }
    }
    all
}

/// Returns the member of a record that a parameter takes: `owner.login`, or `project_key` beside it.
fn member(hole: &Hole, record: &Resource, key: Option<&Key>) -> Option<String> {
    let name = words::snake(&hole.name)?;
    let thing = stem(hole);
    let said = name.strip_prefix(&format!("{thing}_")).filter(|leaf| LEAVES.contains(leaf));
    let leaves: Vec<&str> = match (said, key) {
        (Some(leaf), _) => vec![leaf],
        (None, Some(key)) => vec![&key.member],
        (None, None) => LEAVES.to_vec(),
    };
    let alike: &[&str] = if OWNERS.contains(&thing.as_str()) { &OWNERS } else { &[] };
    let things = || std::iter::once(thing.as_str()).chain(alike.iter().copied());
    let inside = |thing: &str| {
        let is_it = |member: &&Member| words::snake(&member.name).as_deref() == Some(thing);
        let outer =
            record.shape.members().iter().find(is_it).filter(|member| {
                member.shape.is_object() && !member.shape.map && !member.name.contains('.')
            })?;
        let inner = leaves.iter().find_map(|leaf| member_of(&outer.shape, &words::snake(leaf)?))?;
        Some(format!("{}.{inner}", outer.name))
    };
    let flat =
        |thing: &str| leaves.iter().find_map(|leaf| member_of(&record.shape, &format!("{thing}_{leaf}")));
    let plain = || key.is_none().then(|| member_of(&record.shape, &name)).flatten();
    plain().or_else(|| things().find_map(inside)).or_else(|| things().find_map(flat))
}

/// Returns the member of this name, in snake case, that a path can take.
fn member_of(shape: &Shape, name: &str) -> Option<String> {
    let fits = |member: &&Member| {
        base_type(&member.shape).is_ok_and(identity::is_key_type)
            && why_left_out(&member.name, &member.shape).is_none()
            && !member.name.contains('.')
    };
    let is_it = |member: &&Member| words::snake(&member.name).as_deref() == Some(name);
    shape.members().iter().find(is_it).filter(fits).map(|member| member.name.clone())
}
