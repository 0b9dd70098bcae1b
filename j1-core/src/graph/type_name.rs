//! `_type`s as they are declared, and their names in a run.

use crate::model;
use crate::model::text::{Text, begins_with};

/// Stands for the integration type in a `_type` or a key, which is known only when the integration runs.
pub const INTEGRATION: &str = "{integration}";

/// A `_type` as declared: whole (`jumpcloud_user`), or a resource of a custom definition
/// (`application_{integration}`), whose integration type carries the account's alias.
#[derive(Clone, Copy, Debug)]
pub struct Type {
    /// The name, with [`INTEGRATION`] where the integration type goes.
    pub pattern: &'static str,
    /// Identifies the type in const code, where comparing strings takes too long.
    pub hash: u64,
}

impl Type {
    /// A type of this name.
    #[must_use]
    pub const fn new(pattern: &'static str) -> Self {
        Self { pattern, hash: model::hash(pattern) }
    }

    /// Returns `true` if the integration type is part of the name.
    #[must_use]
    pub const fn is_custom(&self) -> bool {
        position(self.pattern, INTEGRATION) < self.pattern.len()
    }

    /// The `_type` in a run of an integration of this type.
    #[must_use]
    pub fn name(&self, naming: &Naming) -> String {
        naming.fill(self.pattern)
    }
}

impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && self.pattern == other.pattern
    }
}

impl Eq for Type {}

impl core::hash::Hash for Type {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// The names of a run: the integration type that fills [`INTEGRATION`].
#[derive(Clone, Debug)]
pub struct Naming {
    integration_type: String,
}

impl Naming {
    /// Names for an integration of this type, e.g. `my-billing-acme`.
    #[must_use]
    pub fn new(integration_type: impl Into<String>) -> Self {
        Self { integration_type: integration_type.into() }
    }

    /// The integration type.
    #[must_use]
    pub fn integration_type(&self) -> &str {
        &self.integration_type
    }

    pub(crate) fn fill(&self, pattern: &str) -> String {
        pattern.replace(INTEGRATION, &self.integration_type)
    }
}

/// The `_type` of a relationship between two types.
///
/// Between types of the managed style it is the official generator's: the leading parts that both
/// share are dropped from the target (`acme_user`, HAS, `acme_group` gives `acme_user_has_group`).
/// That generator loses the whole target when both are the same single word; here it stays.
/// As soon as one end carries the integration type both types are written whole, as on JupiterOne's page.
#[must_use]
pub const fn relationship_type(from: &Type, verb: &str, to: &Type) -> Text {
    let text = Text::EMPTY.put(from.pattern).put("_").put_lower(verb).put("_");
    if from.is_custom() || to.is_custom() {
        return text.put(to.pattern);
    }
    text.put(to.pattern.split_at(shared_words(from.pattern, to.pattern)).1)
}

/// Counts the bytes of `to` that are whole words which `from` begins with too; never the last word.
const fn shared_words(from: &str, to: &str) -> usize {
    let (f, t) = (from.as_bytes(), to.as_bytes());
    let (mut i, mut word) = (0, 0);
    while i < t.len() && i <= f.len() {
        let expected = if i < f.len() { f[i] } else { b'_' };
        if t[i] != expected {
            break;
        }
        i += 1;
        if t[i - 1] == b'_' {
            word = i;
        }
    }
    word
}

/// Returns the position of `needle` in `text`, or the length of `text`.
const fn position(text: &str, needle: &str) -> usize {
    let mut i = 0;
    while i < text.len() {
        if text.is_char_boundary(i) && begins_with(text.split_at(i).1, needle) {
            return i;
        }
        i += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(from: &'static str, verb: &str, to: &'static str) -> String {
        relationship_type(&Type::new(from), verb, &Type::new(to)).as_str().to_owned()
    }

    #[test]
    fn relationship_types_are_those_of_the_published_integrations() {
        assert_eq!(
            between("jumpcloud_apple_device", "HAS", "jumpcloud_apple_mdm"),
            "jumpcloud_apple_device_has_mdm"
        );
        assert_eq!(
            between("jumpcloud_account", "HAS", "jumpcloud_apple_mdm"),
            "jumpcloud_account_has_apple_mdm"
        );
        assert_eq!(
            between("jumpcloud_user", "ASSIGNED", "jumpcloud_application"),
            "jumpcloud_user_assigned_application"
        );
        assert_eq!(between("aws_iam", "HAS", "aws_iam_role"), "aws_iam_has_role");
        assert_eq!(between("aws_iam_role", "TRUSTS", "aws_iam_role"), "aws_iam_role_trusts_role");
        assert_eq!(between("user", "HAS", "user_group"), "user_has_group");
    }

    #[test]
    fn one_word_types_keep_their_target() {
        assert_eq!(between("a", "HAS", "a"), "a_has_a");
    }

    #[test]
    fn custom_types_are_written_whole() {
        let ty = relationship_type(
            &Type::new("team_{integration}"),
            "OWNS",
            &Type::new("application_{integration}"),
        );
        let naming = Naming::new("my-billing-acme");
        assert_eq!(naming.fill(ty.as_str()), "team_my-billing-acme_owns_application_my-billing-acme");
    }
}
