//! The member whose values paths take, which identifies a record whatever it is called.

use super::{Key, OWN_IDS, called, is_gone, is_id_by_name, is_key_type, is_open_secret};
use crate::infer::field::base_type;
use crate::infer::resource::Resource;
use crate::infer::words;
use crate::new::escape::code;

/// Returns the name of the member whose values stand in the paths below a list: the `token` of `/budgets/{budget_token}`.
pub fn in_paths(resource: &Resource) -> Option<&str> {
    let name = words::snake(resource.one.as_deref()?)?;
    let called = called(resource);
    let bare = called.iter().filter_map(|thing| name.strip_prefix(&format!("{thing}_")));
    let stem = OWN_IDS.iter().find_map(|end| name.strip_suffix(&format!("_{end}")));
    // `{versionID}` is the `version` of a version.
    let stem = stem.filter(|stem| called.iter().any(|thing| thing == stem));
    let wanted: Vec<&str> = std::iter::once(name.as_str()).chain(bare).chain(stem).collect();
    let is_it = |wanted: &str| {
        resource
            .shape
            .members()
            .iter()
            .find(|member| words::snake(&member.name).as_deref() == Some(wanted))
            .filter(|member| !member.shape.is_object() && member.shape.list.is_none() && !is_gone(member))
    };
    wanted.into_iter().find_map(is_it).map(|member| member.name.as_str())
}

/// Words of things whose token lets somebody in.
const OF_SECRETS: [&str; 9] =
    ["invitation", "invite", "session", "token", "key", "secret", "credential", "login", "share"];

/// Returns the key that paths take records by.
pub fn key(resource: &Resource) -> Option<Key> {
    let name = in_paths(resource)?;
    let member = resource.shape.member(name)?;
    let is_id = is_id_by_name(&words::snake(name)?);
    let is_token = words::snake(name)?.ends_with("token");
    let lets_in = || resource.name.split('_').any(|word| OF_SECRETS.contains(&word));
    if is_token && lets_in() || !is_token && is_open_secret(resource, member) {
        return None;
    }
    let base = base_type(&member.shape).ok().filter(|base| is_key_type(base))?;
    let taken = code(&format!("{{{}}}", resource.one.as_deref()?));
    let reason = if is_token {
        format!("the paths take it as {taken}; see that it only names the record, and lets nobody in")
    } else {
        format!("the paths take it as {taken}")
    };
    Some(Key { member: name.to_owned(), base, reason, is_local: !is_id && !is_token })
}
