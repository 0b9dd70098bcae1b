//! Alternatives in a configuration: an enum of which an operator sets the fields of one variant.
//!
//! The variables that are set decide the variant, so that no variable has to name it.

use zeroize::Zeroize;

use super::{ConfigField, ConfigProblem};
use crate::model::text::{Text, same};

/// The variant of an enum that a field belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// The name of the enum; its variants exclude each other.
    pub of: &'static str,
    /// The name of the variant.
    pub name: &'static str,
    /// The documentation of the variant, as written.
    pub docs: &'static str,
}

/// An enum whose variants hold fields: `#[j1(flatten)]` makes it part of a configuration. Derived by `#[derive(J1Config)]`.
#[diagnostic::on_unimplemented(
    message = "[J1-E0801] `{Self}` cannot be flattened into a configuration",
    label = "not an enum of alternatives",
    note = "flatten an enum with `#[derive(J1Config)]` whose variants have named fields, such as `Token {{ api_token: Secret<String> }}`"
)]
pub trait ConfigAlternatives: Sized {
    /// The fields of all variants, each with the variant it belongs to.
    const FIELDS: &'static [ConfigField];

    /// Makes the variant whose fields `read` finds, noting what is wrong with them.
    fn from_values(
        read: &mut dyn FnMut(&'static ConfigField) -> Option<String>,
        problems: &mut Vec<ConfigProblem>,
    ) -> Option<Self>;
}

/// Reads a flattened field; a function of its own so that a type without alternatives is underlined where it is written.
#[doc(hidden)]
pub fn read_alternatives<T: ConfigAlternatives>(
    read: &mut dyn FnMut(&'static ConfigField) -> Option<String>,
    problems: &mut Vec<ConfigProblem>,
) -> Option<T> {
    T::from_values(read, problems)
}

/// The values of the fields of all alternatives.
#[doc(hidden)]
pub struct GivenAlternatives {
    fields: &'static [ConfigField],
    values: Vec<Option<String>>,
}

impl GivenAlternatives {
    /// Reads each field once.
    pub fn read(
        fields: &'static [ConfigField],
        read: &mut dyn FnMut(&'static ConfigField) -> Option<String>,
    ) -> Self {
        let values = fields.iter().map(|field| read(field).filter(|text| !text.trim().is_empty())).collect();
        Self { fields, values }
    }

    /// Returns the name of the one alternative that has values; of none or several, notes the problem.
    pub fn chosen(&self, problems: &mut Vec<ConfigProblem>) -> Option<&'static str> {
        let given = self.fields.iter().zip(&self.values).filter(|(_, value)| value.is_some());
        let mut firsts: Vec<&'static ConfigField> = Vec::new();
        for (field, _) in given {
            if !firsts.iter().any(|first| first.alternative == field.alternative) {
                firsts.push(field);
            }
        }
        match firsts.as_slice() {
            [] => problems.push(ConfigProblem::NoAlternative(self.fields)),
            [one] => return one.alternative.map(|alternative| alternative.name),
            _ => problems.push(ConfigProblem::SeveralAlternatives(firsts)),
        }
        None
    }

    /// Takes the value of a field.
    pub fn take(&mut self, wanted: &'static ConfigField) -> Option<String> {
        let index = self.fields.iter().position(|field| field.name == wanted.name)?;
        self.values.get_mut(index)?.take()
    }
}

impl Drop for GivenAlternatives {
    fn drop(&mut self) {
        self.values.zeroize();
    }
}

/// Returns the fields of a configuration in one list; `N` is how many there are.
#[doc(hidden)]
#[must_use]
pub const fn join_config_fields<const N: usize>(parts: &[&'static [ConfigField]]) -> [ConfigField; N] {
    let mut all = [ConfigField::EMPTY; N];
    let (mut part, mut at) = (0, 0);
    while part < parts.len() {
        let mut i = 0;
        while i < parts[part].len() {
            all[at] = parts[part][i];
            (i, at) = (i + 1, at + 1);
        }
        part += 1;
    }
    all
}

/// Fails the build when two fields of a configuration have one name, and so one variable.
#[doc(hidden)]
#[track_caller]
pub const fn check_config_names(fields: &[ConfigField]) {
    let mut i = 0;
    while i < fields.len() {
        let mut j = i + 1;
        while j < fields.len() {
            if same(fields[i].name, fields[j].name) {
                let text = Text::EMPTY.put("[J1-E0806] two fields of the configuration are called `").put(fields[i].name).put(
                    "`, and would be read from one variable; rename one of them, or move what several alternatives need \
                     into the struct",
                );
                panic!("{}", text.as_str());
            }
            j += 1;
        }
        i += 1;
    }
}
