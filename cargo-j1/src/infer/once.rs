//! Objects that exist once, such as the settings of a tenant: the whole response of a path is one record.

use super::identity::{self, Key};
use super::left_out::LeftOut;
use super::names::Names;
use super::paths;
use super::resource::{Resource, Source};
use super::shape::{Member, Shape};
use super::{Inferred, Wishes, records, words};

/// The least number of values that an object must have to be a record of its own.
const LEAST: usize = 2;

/// Last words of paths whose responses say something about the API or a request, or that do something: none is a thing that
/// exists.
const NO_THINGS: [&str; 83] = [
    "status",
    "health",
    "healthz",
    "healthcheck",
    "ping",
    "version",
    "versions",
    "metrics",
    "stats",
    "statistics",
    "count",
    "counts",
    "usage",
    "search",
    "query",
    "validate",
    "verify",
    "check",
    "token",
    "tokens",
    "session",
    "login",
    "logout",
    "auth",
    "authorize",
    "oauth",
    "jwks",
    "keys",
    "export",
    "download",
    "preview",
    "logs",
    "log",
    "summary",
    "totals",
    "metadata",
    "schema",
    "openapi",
    "swagger",
    "docs",
    "robots",
    "time",
    "rate_limit",
    "quota",
    "credentials",
    "ready",
    "revoke",
    "delete",
    "remove",
    "uninstall",
    "disconnect",
    "reset",
    "disable",
    "enable",
    "start",
    "stop",
    "connect",
    "open",
    "publish",
    "push",
    "run",
    "execute",
    "trigger",
    "refresh",
    "rotate",
    "sync",
    "callback",
    "redirect",
    "subscribe",
    "unsubscribe",
    "confirm",
    "approve",
    "deny",
    "cancel",
    "restore",
    "invite",
    "send",
    "test",
    "secret",
    "secrets",
    "generate",
    "backup",
    "lookup",
];

/// Ends of the last words of paths whose responses count what there is.
const FIGURES: [&str; 12] = [
    "totals",
    "summary",
    "statistics",
    "stats",
    "metrics",
    "usage",
    "count",
    "counts",
    "overview",
    "aggregates",
    "health",
    "analytics",
];

/// Last words of paths that select one record of the list before them.
const SELECTORS: [&str; 14] = [
    "me", "self", "current", "default", "latest", "mine", "whoami", "first", "last", "random", "active",
    "new", "recent", "main",
];

/// Returns the object that a response is, and the name of the member that holds it where that is not the response itself.
pub fn locate<'s>(response: &'s Shape, named: Option<&str>) -> Option<(Option<&'s str>, &'s Shape)> {
    if is_page(response) {
        return None;
    }
    let members = response.members();
    let object = |member: &&Member| member.shape.is_object() && !member.shape.map;
    let called = |member: &&Member| {
        records::is_wrapper(&member.name)
            || named.is_some_and(|named| words::snake(&member.name).as_deref() == Some(named))
    };
    let inner = members.iter().filter(object).find(called);
    let inner = inner.filter(|member| is_thing(&member.shape) && members.len() <= 4);
    if let Some(member) = inner {
        return Some((Some(&member.name), &member.shape));
    }
    (response.is_object() && !response.map && is_thing(response)).then_some((None, response))
}

/// Returns `true` for one page of a list whose records are not objects, or have no known members.
fn is_page(response: &Shape) -> bool {
    let says = |member: &Member| {
        let name = words::snake(&member.name).unwrap_or_default();
        name == "has_more" || name == "offset" || ["next", "total_"].iter().any(|head| name.starts_with(head))
    };
    let about = |member: &&Member| {
        let name = words::snake(&member.name).unwrap_or_default();
        ["response_metadata", "meta", "metadata", "paging", "pagination", "links", "page"]
            .contains(&name.as_str())
    };
    let members = response.members();
    members.iter().any(says)
        || members.iter().filter(about).any(|member| member.shape.members().iter().any(says))
}

/// Returns the parameter of the query that selects one of many objects, such as `file` of `/files.info`.
pub fn selector<'p>(path: &str, mut parameters: impl Iterator<Item = &'p str>) -> Option<&'p str> {
    let parts: Vec<String> = path.split(['/', '.']).filter_map(words::snake).collect();
    parameters.find(|name| {
        let Some(name) = words::snake(name) else { return false };
        super::is_id(&name)
            || name == "user"
            || name == "channel"
            || parts.iter().any(|part| *part == name || words::singular(part) == name)
    })
}

/// Returns `true` for an object with values of its own.
fn is_thing(shape: &Shape) -> bool {
    let value = |member: &&Member| super::field::base_type(&member.shape).is_ok();
    let nested = |member: &&Member| member.shape.is_object() && !member.shape.map;
    let own = shape.members().iter().filter(value).count();
    own >= LEAST || own == 1 && shape.members().iter().any(|member| nested(&member))
}

/// Returns `true` if the last word of a path names something about the API or a selection, such as `health` or `me`.
pub fn is_no_thing(path: &str) -> bool {
    let mut parts = path.trim_end_matches('/').rsplit('/');
    let last = parts.next().unwrap_or_default();
    let says_nothing = |word: &str| NO_THINGS.contains(&word) || SELECTORS.contains(&word);
    let plain = super::resource::without_format(last);
    last.starts_with('.')
        || path.starts_with('.')
        // `auth.revoke` is a procedure, and says nothing about what there is.
        || plain.rsplit_once('.').is_some_and(|(_, end)| says_nothing(end))
        || words::snake(plain).is_none_or(|word| {
            says_nothing(&word) || word.rsplit('_').next().is_some_and(|end| FIGURES.contains(&end))
        })
}

/// Returns `true` for a path that selects the caller's own record: the lists in it are of that record.
pub fn is_of_caller(path: &str) -> bool {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    ["me", "self", "whoami", "myself"].contains(&last)
}

/// Returns `true` for a path of one word whose one object is the caller, such as `/user`.
pub fn is_caller(path: &str) -> bool {
    let words = super::resource::words_of(path);
    let last = path.trim_matches('/').rsplit('/').next().unwrap_or_default();
    words.len() == 1 && ["user", "profile", "viewer"].contains(&last)
}

/// Returns `true` for a path whose list is the state of the API, and not what it has.
pub fn is_health(path: &str) -> bool {
    let words = super::resource::words_of(path);
    words.len() == 1 && ["health", "healthz", "healthcheck", "ping", "ready"].contains(&words[0].as_str())
}

/// Returns `true` for a path with which SCIM describes the API itself (RFC 7644, section 4).
pub fn is_of_scim(path: &str, response: &Shape) -> bool {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    last == "ServiceProviderConfig"
        || ["ResourceTypes", "Schemas"].contains(&last) && response.member("Resources").is_some()
}

/// Returns `true` for a path with which an API describes itself (RFC 8615), such as the keys that its tokens are signed with.
pub fn is_well_known(path: &str) -> bool {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    path.split('/').any(|part| part == ".well-known") || super::resource::without_format(last) == "jwks"
}

/// Returns `true` for a path that shows what an action would do, such as `delete_preview`.
pub fn is_preview(path: &str) -> bool {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let name = words::snake(super::resource::without_format(last)).unwrap_or_default();
    name.strip_suffix("_preview").or_else(|| name.strip_prefix("preview_")).is_some_and(|action| {
        ["delete", "deletion", "remove", "update", "create", "merge", "import", "apply", "sync"]
            .contains(&action)
    })
}

/// Returns the words of a path as for a list, but the last one as the path has it: `settings` of a tenant stays `settings`.
pub fn words_of(path: &str) -> Vec<String> {
    let mut words = super::resource::words_of(path);
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let plain = words::snake(super::resource::without_format(last));
    if let (Some(first), Some(plain)) = (words.first_mut(), plain)
        && words::singular(&plain) == *first
    {
        *first = plain;
    }
    words
}

/// Separates what exists once from the lists. One record of a list that has a path of its own is left out.
pub fn split(resources: Vec<Resource>, left_out: &mut Vec<LeftOut>) -> (Vec<Resource>, Vec<Resource>) {
    let (lists, ones): (Vec<_>, Vec<_>) = resources.into_iter().partition(|resource| !resource.once);
    let mut kept = Vec::new();
    for one in ones {
        let same = |list: &&Resource| one.shape.schema.is_some() && list.shape.schema == one.shape.schema;
        match lists.iter().find(same) {
            Some(list) => {
                left_out
                    .push(LeftOut::new(one.shown(), format!("it is one of the records of {}", list.shown())));
            }
            None => kept.push(one),
        }
    }
    (lists, kept)
}

/// Words that say of what kind an object is, and not of what.
const VAGUE: [&str; 10] = [
    "settings",
    "setting",
    "configuration",
    "config",
    "preferences",
    "info",
    "information",
    "details",
    "profile",
    "policy",
];

/// Gives each a unique name; lists have theirs already.
pub fn name_all(ones: &mut [Resource], names: &mut Names) {
    for one in ones {
        if let [last, owner, ..] = one.words.as_slice()
            && VAGUE.contains(&last.as_str())
        {
            let joined = format!("{owner}_{last}");
            one.words.splice(..2, [joined]);
        }
        // `/settings/ui` are the settings of the UI.
        let owner = one.path.trim_end_matches('/').rsplit('/').nth(1).and_then(words::snake);
        if let (Some(last), Some(owner)) = (one.words.first_mut(), owner)
            && VAGUE[..5].contains(&owner.as_str())
            && !VAGUE.contains(&last.as_str())
        {
            *last = format!("{last}_{owner}");
        }
        one.name = names.thing(&one.words);
    }
}

/// Returns those that can be read, with their keys.
pub fn keyed(ones: Vec<Resource>, wishes: &Wishes, inferred: &mut Inferred) -> Vec<(Resource, Key)> {
    let mut keyed = Vec::new();
    for mut one in ones {
        let why = match wishes.why_skipped(&one.name) {
            Some(why) => Some(why.to_owned()),
            None => super::give(&mut one, wishes)
                .and_then(|()| paths::fill_once(&mut one, wishes, &mut inferred.parameters))
                .err(),
        };
        match why {
            // One of many records, which are read by a list or not at all.
            Some(_) if one.path.trim_end_matches('/').ends_with('}') => {}
            Some(why) => inferred.left_out.push(LeftOut::new(one.shown(), why)),
            None => {
                let key = key(&one, wishes);
                keyed.push((one, key));
            }
        }
    }
    keyed
}

/// Returns the key: the id that the provider gives it, or else none, because there is one.
fn key(one: &Resource, wishes: &Wishes) -> Key {
    let wished = wishes.key(&one.name).and_then(|member| identity::wished(one, member));
    wished.or_else(|| identity::id(one)).unwrap_or_else(|| {
        Key::of_one(match one.source {
            Source::Document => "its path has no parameter and its response is one object",
            Source::Records => "the response is one object",
        })
    })
}
