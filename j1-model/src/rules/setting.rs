//! Rules on the fields of a configuration.

use crate::names_credentials;
use crate::setting::Setting;
use crate::text::Text;

/// Returns the message for a text that is named like a credential but is not a secret.
#[must_use]
pub const fn open_credential(name: &str) -> Option<Text> {
    if !names_credentials(name) {
        return None;
    }
    Some(Text::EMPTY.put("[J1-E0802] `").put(name).put(
        "` looks like a credential, and would be shown in logs; make it a `Secret<String>`, or say with \
         `#[j1(allow(J1-E0802, reason = \"..\"))]` why it is not one",
    ))
}

/// Returns the message for an `allow(J1-E0802)` on a field that is not an [open credential](open_credential).
#[must_use]
pub const fn allows_no_credential(name: &str) -> Text {
    Text::EMPTY
        .put("[J1-E0314] `")
        .put(name)
        .put("` does not look like a credential that is shown; remove the `allow`")
}

/// Returns the message for a secret with a default.
#[must_use]
pub const fn default_of_a_secret(name: &str) -> Text {
    Text::EMPTY.put("[J1-E0804] `").put(name).put(
        "` is a secret, and a default would stand in the source; remove the default, and make it an `Option` if it can be \
         left out",
    )
}

/// Returns the message for an `Option` with a default.
#[must_use]
pub const fn default_of_an_option(name: &str) -> Text {
    let text = Text::EMPTY.put("[J1-E0804] `").put(name);
    text.put("` is an `Option`, and with a default never `None`; remove one of the two")
}

/// Returns the beginning of the message for an invalid default; the expected values follow.
#[must_use]
pub const fn invalid_default(name: &str, default: &str) -> Text {
    let text = Text::EMPTY.put("[J1-E0804] `").put(default).put("` is not a valid default for `").put(name);
    text.put("`; write ")
}

/// The beginning of the description of a list; that of an item follows.
pub const EACH_ITEM: &str = "a list, separated by commas, each item ";

/// Returns the message for a default that is not valid for this kind of field, or for a list of it.
#[must_use]
pub const fn default_value(name: &str, default: &str, setting: Setting, is_list: bool) -> Option<Text> {
    let (fits, item) =
        if is_list { (setting.takes_each(default), EACH_ITEM) } else { (setting.takes(default), "") };
    if fits { None } else { Some(setting.put_wanted(&invalid_default(name, default).put(item))) }
}

#[cfg(test)]
mod tests {
    use super::{default_value, open_credential};
    use crate::setting::Setting;

    #[test]
    fn a_credential_is_known_by_its_name() {
        assert!(
            open_credential("api_token")
                .is_some_and(|text| text.as_str().starts_with("[J1-E0802] `api_token`"))
        );
        assert!(open_credential("region").is_none());
    }

    #[test]
    fn a_default_is_one_that_the_type_holds() {
        let port = Setting::Integer { min: 1, max: 9 };
        assert!(default_value("ports", "5", port, false).is_none());
        assert!(default_value("ports", "5,6", port, true).is_none());
        let message = |default, is_list| {
            default_value("ports", default, port, is_list).map(|text| text.as_str().to_owned())
        };
        let said =
            "[J1-E0804] `10` is not a valid default for `ports`; write a whole number that its type holds";
        assert_eq!(message("10", false).as_deref(), Some(said));
        assert!(message("5,6", false).is_some());
        assert!(
            message("5,10", true)
                .is_some_and(|text| text.contains("separated by commas, each item a whole number"))
        );
    }
}
