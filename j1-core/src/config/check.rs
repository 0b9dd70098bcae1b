//! Checks a configuration at compile time, for the types that a macro does not know by name.

use super::{ConfigField, ConfigKind};
use crate::config::looks_like_credential;
use crate::model::rules;
use crate::model::text::Text;

/// Returns `true` if a field may hold a credential that would be shown: a text, not a secret, with such a name.
const fn is_open_credential(field: &ConfigField) -> bool {
    let text = match field.kind {
        ConfigKind::Text | ConfigKind::Other(_) => true,
        ConfigKind::List(item) => matches!(item, ConfigKind::Text),
        _ => false,
    };
    text && looks_like_credential(field.name) && !field.secret
}

/// Fails the build when a field that holds a credential is not a [`Secret`](crate::Secret).
#[doc(hidden)]
#[track_caller]
pub const fn check_config_field(field: &ConfigField) {
    if is_open_credential(field)
        && let Some(text) = rules::open_credential(field.name)
    {
        panic!("{}", text.as_str());
    }
}

/// Fails the build when an `allow(J1-E0802)` is not needed.
#[doc(hidden)]
#[track_caller]
pub const fn check_config_allow(field: &ConfigField) {
    assert!(is_open_credential(field), "{}", rules::allows_no_credential(field.name).as_str());
}

/// Fails the build when the default of a field is not a valid value.
#[doc(hidden)]
#[track_caller]
pub const fn check_config_default(field: &ConfigField) {
    let Some(default) = field.default else { return };
    let text = match field.kind {
        ConfigKind::Other(noun) if noun.is_empty() => return,
        _ if field.secret => rules::default_of_a_secret(field.name),
        _ if field.optional => rules::default_of_an_option(field.name),
        kind if matches!(kind.takes(default), Some(false)) => {
            put_wanted(&rules::invalid_default(field.name, default), kind)
        }
        _ => return,
    };
    panic!("{}", text.as_str());
}

/// Returns the texts that a kind takes, in const code.
const fn put_wanted(text: &Text, kind: ConfigKind) -> Text {
    if let Some(setting) = kind.setting() {
        return setting.put_wanted(text);
    }
    match kind {
        ConfigKind::Choice(choices) => {
            let mut text = *text;
            let mut i = 0;
            while i < choices.len() {
                text = text.put(if i == 0 { "`" } else { ", `" }).put(choices[i].value).put("`");
                i += 1;
            }
            text
        }
        ConfigKind::List(item) => put_wanted(&text.put(rules::EACH_ITEM), *item),
        _ => text.put("a text"),
    }
}
