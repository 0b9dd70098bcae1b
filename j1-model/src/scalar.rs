//! Values that are neither arrays nor objects.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::text::same;
use crate::{Literal, Types};

/// A value that is neither an array nor an object.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar<'a> {
    /// An explicit `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number without a fraction.
    Int(i128),
    /// Any other number.
    Float(f64),
    /// A string.
    Str(&'a str),
}

/// The types of a number. A function of its own: otherwise rustc would compute a fraction for other values, too.
#[inline(never)]
fn types_of(number: f64) -> Types {
    if number.fract() == 0.0 { Types::NUMBER.widened() } else { Types::NUMBER }
}

impl Scalar<'_> {
    /// The types of the value to JSON Schema: a number without a fraction, `1.0` too, is an integer and a number.
    #[must_use]
    pub fn types(self) -> Types {
        match self {
            Self::Null => Types::NULL,
            Self::Bool(_) => Types::BOOLEAN,
            Self::Int(_) => Types::NUMBER.widened(),
            Self::Float(number) => types_of(number),
            Self::Str(_) => Types::STRING,
        }
    }

    /// The number, as JSON's readers in JavaScript see it.
    #[expect(clippy::cast_precision_loss, reason = "JavaScript has no other numbers")]
    #[must_use]
    pub const fn number(self) -> Option<f64> {
        match self {
            Self::Int(number) => Some(number as f64),
            Self::Float(number) => Some(number),
            Self::Null | Self::Bool(_) | Self::Str(_) => None,
        }
    }

    /// Returns `true` if the value is this literal.
    #[must_use]
    #[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "the model's integers are small")]
    pub const fn is(self, literal: Literal) -> bool {
        match literal {
            Literal::Str(text) => matches!(self, Self::Str(own) if same(own, text)),
            Literal::Bool(value) => matches!(self, Self::Bool(own) if own == value),
            Literal::Int(number) => matches!(self.number(), Some(own) if own == number as f64),
        }
    }

    /// A fingerprint; equal values have equal ones, `1` and `1.0` among them.
    #[must_use]
    pub fn fingerprint(self) -> u64 {
        let mut hasher = DefaultHasher::new();
        match (self, self.number()) {
            (Self::Str(text), _) => text.hash(&mut hasher),
            (Self::Bool(value), _) => value.hash(&mut hasher),
            // Adding zero makes `-0.0` the `0.0` that it equals.
            (_, Some(number)) => (number + 0.0).to_bits().hash(&mut hasher),
            (_, None) => {}
        }
        hasher.finish()
    }
}
