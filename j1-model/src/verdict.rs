//! The rules of a class on one value. The derives check constants with them, and the writer all other values.

use crate::text::Text;
use crate::{Format, ItemDef, Literal, Pattern, PropertyDef, Scalar};

/// Limits on the value itself, of a property or of an item.
pub struct Rules {
    /// The only values allowed; empty when any is.
    pub allowed: &'static [Literal],
    format: Option<Format>,
    pattern: Option<Pattern>,
    min_length: u32,
    minimum: Option<f64>,
    maximum: Option<f64>,
}

/// The rule that a value of the right type breaks.
#[derive(Clone, Copy)]
pub enum Broken {
    /// A value that is not among the allowed ones.
    NotAllowed,
    /// A number below this one.
    BelowLeast(f64),
    /// A number above this one.
    AboveMost(f64),
    /// A string of fewer characters.
    TooShort(u32),
    /// A string of another format.
    Format(Format),
    /// A string that does not match this pattern.
    Pattern(Pattern),
}

impl Rules {
    /// The limits that a definition sets.
    #[must_use]
    pub const fn new(def: &'static PropertyDef) -> Self {
        Self {
            allowed: def.allowed,
            format: def.format,
            pattern: def.pattern,
            min_length: def.min_length,
            minimum: def.minimum,
            maximum: def.maximum,
        }
    }

    /// The limits that the definition of items sets on each.
    #[must_use]
    pub const fn for_item(item: &'static ItemDef) -> Self {
        Self {
            allowed: item.allowed,
            format: item.format,
            pattern: item.pattern,
            min_length: item.min_length,
            minimum: None,
            maximum: None,
        }
    }

    /// The first rule that a value of the right type breaks.
    #[must_use]
    pub const fn broken(&self, value: Scalar<'_>) -> Option<Broken> {
        // If `null` is of the right type, the class allows it in addition to the values it lists.
        if matches!(value, Scalar::Null) {
            return None;
        }
        if !self.allowed.is_empty() && !self.allows(value) {
            return Some(Broken::NotAllowed);
        }
        if let Scalar::Str(text) = value {
            return self.broken_by_text(text);
        }
        let Some(number) = value.number() else { return None };
        match (self.minimum, self.maximum) {
            (Some(least), _) if number < least => Some(Broken::BelowLeast(least)),
            (_, Some(most)) if number > most => Some(Broken::AboveMost(most)),
            _ => None,
        }
    }

    const fn allows(&self, value: Scalar<'_>) -> bool {
        let mut i = 0;
        while i < self.allowed.len() {
            if value.is(self.allowed[i]) {
                return true;
            }
            i += 1;
        }
        false
    }

    /// Returns `true` if no string breaks one of them.
    pub(crate) const fn takes_any_text(&self) -> bool {
        self.allowed.is_empty() && self.format.is_none() && self.pattern.is_none() && self.min_length == 0
    }

    const fn broken_by_text(&self, text: &str) -> Option<Broken> {
        if shorter(text, self.min_length) {
            return Some(Broken::TooShort(self.min_length));
        }
        match (self.format, self.pattern) {
            (Some(format), _) if !format.matches(text) => Some(Broken::Format(format)),
            (_, Some(pattern)) if !pattern.matches(text) => Some(Broken::Pattern(pattern)),
            _ => None,
        }
    }
}

/// Returns `true` if the text has fewer characters than this.
const fn shorter(text: &str, least: u32) -> bool {
    let text = text.as_bytes();
    let (mut i, mut chars) = (0, 0);
    while i < text.len() && chars < least {
        // Every character has one byte that continues no other.
        if text[i] & 0xC0 != 0x80 {
            chars += 1;
        }
        i += 1;
    }
    chars < least
}

impl Broken {
    /// The code of the rule.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAllowed => "J1-E0204",
            Self::Format(_) => "J1-E0205",
            Self::Pattern(_) => "J1-E0206",
            Self::BelowLeast(_) | Self::AboveMost(_) => "J1-E0207",
            Self::TooShort(_) => "J1-E0208",
        }
    }

    /// The values that the class takes, in words; empty for a list of allowed values.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the model's bounds are whole and small; a test says so"
    )]
    #[must_use]
    pub const fn takes(self) -> Text {
        let least = Text::EMPTY.put("at least ");
        match self {
            Self::NotAllowed => Text::EMPTY,
            Self::BelowLeast(bound) => least.put_number(bound as i128),
            Self::AboveMost(bound) => Text::EMPTY.put("at most ").put_number(bound as i128),
            Self::TooShort(count) => least.put_number(count as i128).put(" characters"),
            Self::Format(format) => Text::EMPTY.put(format.expected()),
            Self::Pattern(pattern) => Text::EMPTY.put(pattern.expected()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::CLASSES;

    #[test]
    fn every_bound_of_the_model_is_whole() {
        let bounds = CLASSES
            .iter()
            .flat_map(|class| class.properties)
            .flat_map(|def| [def.minimum, def.maximum])
            .flatten();
        for bound in bounds {
            assert!(bound.fract() == 0.0 && bound.abs() < 1e15, "{bound}");
        }
    }
}
