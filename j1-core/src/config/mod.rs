//! Configuration by an operator: a struct with `#[derive(J1Config)]`.

mod alternatives;
mod check;
mod kind;
mod secret;
mod value;

pub use alternatives::{Alternative, ConfigAlternatives};
#[doc(hidden)]
pub use alternatives::{GivenAlternatives, check_config_names, join_config_fields, read_alternatives};
pub use check::{check_config_allow, check_config_default, check_config_field};
pub use kind::{Choice, ConfigKind};
pub(crate) use secret::ends_as_a_credential;
pub use secret::{Secret, is_credential_name, looks_like_credential, plain_name};
pub use value::{ConfigItem, ConfigValue, choose};

use zeroize::Zeroize;

/// The configuration of an integration.
#[diagnostic::on_unimplemented(
    message = "[J1-E0312] `{Self}` is not a configuration",
    label = "not a configuration",
    note = "derive it: `#[derive(J1Config)]`"
)]
pub trait Config: Sized + Send {
    /// Its fields, in the order of the struct.
    const FIELDS: &'static [ConfigField];

    /// Makes it from what `read` finds for each field.
    ///
    /// # Errors
    /// Every field that is missing or malformed, at once.
    fn from_values(
        read: &mut dyn FnMut(&'static ConfigField) -> Option<String>,
    ) -> Result<Self, Vec<ConfigProblem>>;
}

/// One field of a configuration.
#[derive(Clone, Copy, Debug)]
pub struct ConfigField {
    /// The name of the field, in `snake_case`.
    pub name: &'static str,
    /// The documentation of the field, as written.
    pub docs: &'static str,
    /// The kind of its value.
    pub kind: ConfigKind,
    /// `true` if its value must not be shown.
    pub secret: bool,
    /// `true` if it can be left out, and is then `None`.
    pub optional: bool,
    /// `true` if it identifies the integration to the provider: a secret, or a part of one.
    pub auth: bool,
    /// Its value if it is left out.
    pub default: Option<&'static str>,
    /// The variable that holds it, where it is not `<NAME>_<FIELD>`.
    pub variable: Option<&'static str>,
    /// The alternative that it belongs to; a run needs the fields of one of them.
    pub alternative: Option<Alternative>,
}

/// Facts about the type of a variable that are known at compile time.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct ConfigMeta {
    pub(crate) kind: ConfigKind,
    pub(crate) secret: bool,
    pub(crate) optional: bool,
}

impl ConfigMeta {
    /// The facts about a type that a variable can hold.
    #[must_use]
    pub const fn new<T: ConfigValue>() -> Self {
        Self { kind: T::KIND, secret: T::SECRET, optional: T::OPTIONAL }
    }

    /// The facts about any other type, chosen so that the wrong type is the only error.
    pub const UNKNOWN: Self = Self { kind: ConfigKind::Other(""), secret: true, optional: false };
}

impl ConfigField {
    /// A placeholder in a list that is being filled.
    pub(crate) const EMPTY: Self = Self::new("", "", ConfigMeta::UNKNOWN, false, None);

    /// Returns `true` if every run needs a value for it.
    #[must_use]
    pub const fn required(&self) -> bool {
        self.needed() && self.alternative.is_none()
    }

    /// Returns `true` if a run needs a value for it, at least once its alternative is chosen.
    #[must_use]
    pub const fn needed(&self) -> bool {
        !self.optional && self.default.is_none()
    }

    /// Returns when a value is needed, in words for a table: `yes`, `no`, `one of: OAuth`.
    #[must_use]
    pub fn needed_words(&self) -> String {
        match self.alternative {
            _ if !self.needed() => "no".to_owned(),
            Some(alternative) => format!("one of: {}", alternative.name),
            None => "yes".to_owned(),
        }
    }

    /// Returns the variable that holds it, for an integration of this name: `JUMPCLOUD_API_KEY`.
    #[must_use]
    pub fn variable_of(&self, integration: &str) -> String {
        self.variable.map_or_else(|| variable(integration, self.name), str::to_owned)
    }

    /// Returns `true` for JupiterOne's own fields, which tell a run where its data goes.
    #[must_use]
    pub fn is_of_jupiterone(&self) -> bool {
        self.variable.is_some_and(|name| name.starts_with("JUPITERONE_"))
    }

    /// Returns its kind in words for people: `string`, `secret`, `list of integers`.
    #[must_use]
    pub fn holds(&self) -> String {
        if self.secret { "secret".to_owned() } else { self.kind.to_string() }
    }

    /// Returns the values that can be written for it: "a secret", "`true` or `false`".
    #[must_use]
    pub fn wanted(&self) -> String {
        if self.secret { "a secret".to_owned() } else { self.kind.wanted() }
    }

    /// Makes the description that a derive expands a field to.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        docs: &'static str,
        meta: ConfigMeta,
        auth: bool,
        default: Option<&'static str>,
    ) -> Self {
        let ConfigMeta { kind, secret, optional } = meta;
        Self {
            name,
            docs,
            kind,
            secret,
            optional,
            auth: auth || secret,
            default,
            variable: None,
            alternative: None,
        }
    }

    /// The same field, held by this variable.
    #[doc(hidden)]
    #[must_use]
    pub const fn held_by(self, variable: &'static str) -> Self {
        Self { variable: Some(variable), ..self }
    }

    /// The same field, of this alternative.
    #[doc(hidden)]
    #[must_use]
    pub const fn in_alternative(self, alternative: Alternative) -> Self {
        Self { alternative: Some(alternative), ..self }
    }
}

/// The variable of an integration's field, as `JUMPCLOUD_API_KEY`: both names in capitals.
#[must_use]
pub fn variable(integration: &str, field: &str) -> String {
    let capital = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    format!("{integration}_{field}").chars().map(capital).collect()
}

/// A reason why a configuration cannot be read.
#[derive(Debug, Clone)]
pub enum ConfigProblem {
    /// A field that is needed is not set.
    Missing(&'static ConfigField),
    /// A field has a value that it cannot have.
    Malformed {
        /// The field.
        field: &'static ConfigField,
        /// The reason, as in "is not a number"; never the value.
        reason: String,
    },
    /// Of several alternatives, none has a value. The fields of all of them.
    NoAlternative(&'static [ConfigField]),
    /// Alternatives that exclude each other have values. One field of each of them.
    SeveralAlternatives(Vec<&'static ConfigField>),
}

/// Reads one field, noting what is wrong with it.
///
/// White space around a value that is not a secret is removed; a value of white space alone is absent.
#[doc(hidden)]
pub fn read_field<T: ConfigValue>(
    field: &'static ConfigField,
    read: &mut dyn FnMut(&'static ConfigField) -> Option<String>,
    problems: &mut Vec<ConfigProblem>,
) -> Option<T> {
    let mut text = read(field).filter(|text| !text.trim().is_empty());
    if text.is_none() && T::OPTIONAL {
        return T::absent();
    }
    let given = text.as_deref().or(field.default);
    let result = match given {
        Some(given) => T::from_text(if field.secret { given } else { given.trim() })
            .map_err(|reason| ConfigProblem::Malformed { field, reason }),
        None => Err(ConfigProblem::Missing(field)),
    };
    if let Some(text) = text.as_mut().filter(|_| field.secret) {
        text.zeroize();
    }
    result.map_err(|problem| problems.push(problem)).ok()
}

#[cfg(test)]
mod tests {
    use super::variable;

    #[test]
    fn variables_are_the_name_and_the_field() {
        assert_eq!(variable("jumpcloud", "api_key"), "JUMPCLOUD_API_KEY");
        assert_eq!(variable("my-billing", "api_base"), "MY_BILLING_API_BASE");
    }
}
