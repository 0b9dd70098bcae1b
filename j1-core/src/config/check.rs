//! Checks of a configuration at compile time.

use super::{ConfigField, ConfigKind};
use crate::config::looks_like_credential;
use crate::model::text::Text;

/// Returns `true` if the value of a field could be a credential that is shown: a text whose name says so.
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
    if is_open_credential(field) {
        let text = Text::EMPTY.put("[J1-E0802] `").put(field.name).put(
            "` looks like a credential, and would be shown in logs; make it a `Secret<String>`, or say with \
             `#[j1(allow(J1-E0802, reason = \"..\"))]` why it is none",
        );
        panic!("{}", text.as_str());
    }
}

/// Fails the build when an `allow(J1-E0802)` allows nothing.
#[doc(hidden)]
#[track_caller]
pub const fn check_config_allow(field: &ConfigField) {
    if !is_open_credential(field) {
        let text = Text::EMPTY
            .put("[J1-E0314] `")
            .put(field.name)
            .put("` does not look like a credential that is shown; remove the `allow`");
        panic!("{}", text.as_str());
    }
}

/// Fails the build when the default of a field cannot be.
#[doc(hidden)]
#[track_caller]
pub const fn check_config_default(field: &ConfigField) {
    let Some(default) = field.default else { return };
    let text = Text::EMPTY.put("[J1-E0804] ");
    let text = match field.kind {
        ConfigKind::Other(noun) if noun.is_empty() => return,
        _ if field.secret => text.put("`").put(field.name).put(
            "` is a secret, and a default would stand in the source; remove the default, and make it an `Option` if \
             it can be left out",
        ),
        _ if field.optional => {
            text.put("`").put(field.name).put("` is an `Option`, and with a default never `None`; remove one of the two")
        }
        kind if matches!(kind.takes(default), Some(false)) => put_wanted(
            &text.put("`").put(default).put("` is not a valid default for `").put(field.name).put("`; write "),
            kind,
        ),
        _ => return,
    };
    panic!("{}", text.as_str());
}

/// Returns the texts that a kind takes, in const code.
const fn put_wanted(text: &Text, kind: ConfigKind) -> Text {
    match kind {
        ConfigKind::Boolean => text.put("`true` or `false`"),
        ConfigKind::Integer { .. } => text.put("a whole number that its type holds"),
        ConfigKind::Number => text.put("a number"),
        ConfigKind::Duration => text.put("a duration such as `30s`, `5m` or `1h30m`"),
        ConfigKind::Url => text.put("an address such as `https://example.com`"),
        ConfigKind::Choice(choices) => {
            let mut text = *text;
            let mut i = 0;
            while i < choices.len() {
                text = text.put(if i == 0 { "`" } else { ", `" }).put(choices[i].value).put("`");
                i += 1;
            }
            text
        }
        ConfigKind::List(item) => put_wanted(&text.put("a list, separated by commas, each item "), *item),
        ConfigKind::Text | ConfigKind::Other(_) => text.put("a text"),
    }
}
