//! Rules on raw data.

use crate::names_credentials;
use crate::text::Text;

/// A member of a record that raw data must not carry, since its name says that it holds a credential.
#[must_use]
pub const fn raw_member(entity: &str, name: &str) -> Option<Text> {
    if !names_credentials(name) {
        return None;
    }
    let text = Text::EMPTY.put("[J1-E0220] `").put(name).put("` in the raw data of `").put(entity);
    Some(text.put("` looks like a credential, which must not reach JupiterOne; take it out of the list"))
}
