//! The lists that give the ids in paths: `/groups/{group_id}/members` is read once for each record of `/groups`.

use std::collections::BTreeMap;

use super::field::base_type;
use super::identity::{self, Key};
use super::paths::{is_selection, place};
use super::privacy::why_left_out;
use super::resource::{Fill, Hole, Resource, Source, without_format};
use super::shape::Member;
use super::{Parent, words};

/// The most lists that may stand above one another. The method of the client takes a key of each.
const DEEPEST: usize = 5;

/// Returns the list that gives the value of each parameter of each path, by its index.
pub fn of_all(keyed: &[(Resource, Key)]) -> Vec<Vec<Option<usize>>> {
    let places: BTreeMap<String, usize> =
        keyed.iter().enumerate().map(|(at, (resource, _))| (place(&resource.path), at)).collect();
    let owner = |own: usize, hole: &Hole| -> Option<usize> {
        let stem = stem(hole);
        let above = places.get(&place(&hole.before)).copied().filter(|at| *at != own && !hole.in_query);
        let alone = !follows_another(&keyed[own].0, hole);
        if let Some(above) = above.filter(|at| alone || keyed[*at].0.name == stem) {
            return Some(above);
        }
        by_name(keyed, own, &stem)
    };
    let of_one = |(at, (resource, _)): (usize, &(Resource, Key))| {
        resource.holes.iter().map(|hole| owner(at, hole)).collect()
    };
    keyed.iter().enumerate().map(of_one).collect()
}

/// Returns `true` where another parameter comes right after this one: two in a row name one thing, and the list before
/// them does not say which is its own.
pub fn follows_another(resource: &Resource, hole: &Hole) -> bool {
    !hole.in_query && after(resource, hole).trim_start_matches('/').starts_with('{')
}

/// Returns the path behind a parameter.
pub fn after<'r>(resource: &'r Resource, hole: &Hole) -> &'r str {
    resource.path.get(hole.before.len() + hole.name.len() + 2..).unwrap_or_default()
}

/// Returns the list that a parameter names: `/user/{user_id}/keys` where the list is `/admin/users`.
///
/// The list that needs the ids of the fewest others comes first, then one of exactly this name before one whose path ends in
/// it. Several that are equally near are the same thing if their records have one schema.
fn by_name(keyed: &[(Resource, Key)], own: usize, stem: &str) -> Option<usize> {
    let rank = |at: &usize| {
        let resource = &keyed[*at].0;
        let exact = resource.name == stem;
        let named =
            exact || resource.words.first().is_some_and(|word| word == stem) && !is_selection(&resource.path);
        (*at != own && named).then_some((resource.holes.len(), !exact))
    };
    let best = (0..keyed.len()).filter_map(|at| rank(&at)).min()?;
    let mut nearest = (0..keyed.len()).filter(|at| rank(at) == Some(best));
    let first = nearest.next()?;
    let schema = keyed[first].0.shape.schema;
    nearest.all(|at| schema.is_some() && keyed[at].0.shape.schema == schema).then_some(first)
}

/// Returns the reason for each list that cannot be read, because the ids above it do not come from one list below another.
pub fn refuse(keyed: &[(Resource, Key)], refused: &mut [Option<String>]) {
    let index: BTreeMap<String, usize> =
        keyed.iter().enumerate().map(|(at, (resource, _))| (resource.name.clone(), at)).collect();
    for (at, (resource, _)) in keyed.iter().enumerate() {
        let mut owners: Vec<&str> = resource.owners().collect();
        let Some(owner) = owners.pop() else { continue };
        // What fills the parameters of an entity that a project has already is decided there.
        let Some(above) = index.get(owner).map(|at| keyed[*at].0.owners().collect::<Vec<_>>()) else {
            continue;
        };
        let why = if owners.len() >= DEEPEST {
            format!("it is more than {DEEPEST} lists deep; write a step that reads its owners")
        } else if let Some(other) = owners.iter().find(|one| **one != owner && !above.contains(one)) {
            format!(
                "it needs {} together with {}, and nothing says which belong together; write a step that knows",
                words::one(other),
                words::one(owner)
            )
        } else {
            continue;
        };
        refused[at].get_or_insert(why);
    }
    refuse_orphans(keyed, &index, refused);
}

/// Leaves out what is listed below something that is left out itself, or, over others, below itself.
fn refuse_orphans(
    keyed: &[(Resource, Key)],
    index: &BTreeMap<String, usize>,
    refused: &mut [Option<String>],
) {
    let above = |at: usize| keyed[at].0.parent().and_then(|name| index.get(name).copied());
    let mut rooted: Vec<bool> =
        (0..keyed.len()).map(|at| refused[at].is_none() && above(at).is_none()).collect();
    while let Some(at) = (0..keyed.len())
        .find(|at| !rooted[*at] && refused[*at].is_none() && above(*at).is_some_and(|above| rooted[above]))
    {
        rooted[at] = true;
    }
    // Those that are left out already; from any other, the way up never ends.
    let ends: Vec<bool> = refused.iter().map(Option::is_some).collect();
    let is_circle = |at: usize| {
        let up = std::iter::successors(Some(at), |at| above(*at)).take(keyed.len());
        !up.into_iter().any(|at| ends[at])
    };
    for at in (0..keyed.len()).filter(|at| !rooted[*at]) {
        let Some(owner) = above(at).filter(|_| refused[at].is_none()) else { continue };
        let owner = keyed[owner].0.shown();
        refused[at] = Some(if is_circle(at) {
            format!(
                "{owner} and others are only listed below one another; a further --from may list the first of them"
            )
        } else {
            format!("its owner, {owner}, cannot be read itself")
        });
    }
}

/// Returns the names of members that a parameter may take by its name or its description, such as `slug` for `{team_slug}`, the
/// likeliest first; none for the key. `has` says whether the owner's records have a member.
fn wanted(hole: &Hole, has: impl Fn(&str) -> bool) -> Vec<String> {
    let name = words::snake(&hole.name).unwrap_or_default();
    let said = |word: &str| {
        let docs = hole.docs.as_deref().unwrap_or_default().to_ascii_lowercase();
        docs.split(|c: char| !c.is_ascii_alphanumeric()).any(|one| one == word)
    };
    let last = name.rsplit('_').next().unwrap_or_default();
    // `{flowAlias}`, which is not taken apart.
    let last = if last.ends_with("alias") { "alias" } else { last };
    let wanted: &[&str] = match last {
        _ if is_id(&name) => &[],
        // `{realm}` takes the `realm` of a realm, whatever its description says.
        _ if has(&name) => return vec![name],
        "slug" => &["slug"],
        "alias" => &["alias"],
        "username" | "login" => &["username", "login", "user_name", "name"],
        "name" => &["name", "full_name", "slug"],
        "key" => &["key"],
        "code" => &["code"],
        "number" => &["number"],
        "email" => &["email"],
        "version" => &["version"],
        _ if said("id") || said("uuid") || said("identifier") => &[],
        _ if said("slug") => &["slug"],
        _ if said("name") => &["name", "slug"],
        _ => &[],
    };
    wanted.iter().map(|name| (*name).to_owned()).collect()
}

/// Returns the member of an owner's records that a parameter takes; `None` for the key.
pub fn member(hole: &Hole, owner: &Resource, key: &Key) -> Option<String> {
    let wanted = wanted(hole, |name| has(owner, name).is_some());
    if wanted.iter().any(|name| words::snake(&key.member).as_ref() == Some(name)) {
        return None;
    }
    let known: Vec<&Member> = wanted.iter().filter_map(|name| has(owner, name)).collect();
    let promised = known.iter().find(|member| member.always && !member.shape.null);
    // A document may not promise what its paths take; records that were seen without it show that they do not.
    let first = || known.first().filter(|_| owner.source == Source::Document);
    promised.or_else(first).map(|member| member.name.clone())
}

/// Returns the member of an entity that a parameter takes, where that stands in a project already; `None` for the key.
pub fn member_of(hole: &Hole, owner: &Parent) -> Option<String> {
    let of = |name: &str| {
        owner
            .others
            .iter()
            .find(|(wire, ..)| words::snake(wire).as_deref() == Some(name))
            .map(|(wire, ..)| wire)
    };
    let wanted = wanted(hole, |name| of(name).is_some());
    let is_key = |name: &String| owner.key_ident == *name;
    if wanted.iter().any(is_key) { None } else { wanted.iter().find_map(|name| of(name)).cloned() }
}

/// Returns the member of this name, in snake case, that a path can take.
fn has<'r>(owner: &'r Resource, name: &str) -> Option<&'r Member> {
    let is_it = |member: &&Member| words::snake(&member.name).as_deref() == Some(name);
    let of_path = |member: &&Member| base_type(&member.shape).is_ok_and(identity::is_key_type);
    let kept = |member: &&Member| why_left_out(&member.name, &member.shape).is_none();
    owner.shape.members().iter().find(is_it).filter(of_path).filter(kept)
}

/// Returns `true` for a parameter that takes an id, by its name.
pub fn is_id(name: &str) -> bool {
    let name = words::snake(name).unwrap_or_default();
    name.split('_')
        .any(|word| ["id", "ids", "uuid", "guid", "gid", "sid", "uid", "identifier"].contains(&word))
        || name.ends_with("id") && name.len() <= 4
}

/// Returns the name of the thing whose id a parameter is: `group_id` → `group`.
pub fn stem(hole: &Hole) -> String {
    let name = words::snake(&hole.name).unwrap_or_default();
    let ends = [
        "_id_or_slug",
        "_id_or_name",
        "_id_or_key",
        "_slug_or_id",
        "_name_or_id",
        "_key_or_id",
        "_uuid",
        "_guid",
        "_gid",
        "_sid",
        "_id",
        "_ids",
        "_key",
        "_slug",
        "_name",
        "_uid",
        "_identifier",
        "_number",
        "_code",
        "_token",
    ];
    let stem = ends.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
    if ["username", "login"].contains(&stem) {
        return "user".to_owned();
    }
    if [
        "id",
        "uuid",
        "guid",
        "gid",
        "sid",
        "key",
        "uid",
        "slug",
        "identifier",
        "name",
        "number",
        "code",
        "token",
    ]
    .contains(&stem)
    {
        if hole.in_query {
            // `id` alone is that of the record.
            return stem.to_owned();
        }
        let before = hole.before.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        return words::snake(without_format(before)).map(|word| words::singular(&word)).unwrap_or_default();
    }
    stem.to_owned()
}

/// Returns `true` where the list above a parameter is not the one that its path names, so that the name alone says it.
pub fn is_by_name(hole: &Hole, owner: &Resource) -> bool {
    matches!(hole.fill, Fill::Parent(_)) && place(&hole.before) != place(&owner.path)
}
