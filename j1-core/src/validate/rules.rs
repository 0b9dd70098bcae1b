//! What a class says of a value, and the words for a value that breaks it.

use crate::code::Code;
use crate::model::{
    ClassDef, DATA_MODEL_VERSION, Format, ItemDef, Literal, Pattern, PropertyDef, Types, nearest,
};
use crate::secret::looks_like_credential;
use crate::validate::Scalar;
use crate::validate::violation::excerpt;

/// What is said of the value itself, of a property or of an item.
pub(super) struct Rules {
    allowed: &'static [Literal],
    format: Option<Format>,
    pattern: Option<Pattern>,
    min_length: u32,
    minimum: Option<f64>,
    maximum: Option<f64>,
}

impl Rules {
    pub(super) const fn of(def: &'static PropertyDef) -> Self {
        Self {
            allowed: def.allowed,
            format: def.format,
            pattern: def.pattern,
            min_length: def.min_length,
            minimum: def.minimum,
            maximum: def.maximum,
        }
    }

    pub(super) const fn of_item(item: &'static ItemDef) -> Self {
        Self {
            allowed: item.allowed,
            format: item.format,
            pattern: item.pattern,
            min_length: item.min_length,
            minimum: None,
            maximum: None,
        }
    }

    /// The first rule that a value of the right type breaks, and what to say of it.
    pub(super) fn broken(&self, name: &str, class: &ClassDef, value: Scalar<'_>) -> Option<(Code, String)> {
        // A `null` of the right type is one that the class allows beside the values it lists.
        if value == Scalar::Null {
            return None;
        }
        if !self.allowed.is_empty() && !self.allowed.iter().any(|literal| value.is(*literal)) {
            return Some((Code::E0204, self.not_allowed(name, class, value)));
        }
        if let Scalar::Str(text) = value {
            return self.broken_by_text(name, class, text);
        }
        let number = value.number()?;
        let low = self.minimum.filter(|least| number < *least).map(|least| format!("at least {least}"));
        let high = self.maximum.filter(|most| number > *most).map(|most| format!("at most {most}"));
        let bound = low.or(high)?;
        let shown = shown(name, value);
        Some((Code::E0207, says(class, &format!("is {shown}"), &bound, "write a number in that range")))
    }

    fn broken_by_text(&self, name: &str, class: &ClassDef, text: &str) -> Option<(Code, String)> {
        let least = self.min_length as usize;
        if text.chars().take(least).count() < least {
            let bound = format!("at least {least} characters");
            return Some((
                Code::E0208,
                says(class, "is too short", &bound, "write the whole text or leave it out"),
            ));
        }
        let (code, expected) = match (self.format, self.pattern) {
            (Some(format), _) if !format.matches(text) => (Code::E0205, format.expected()),
            (_, Some(pattern)) if !pattern.matches(text) => (Code::E0206, pattern.expected()),
            _ => return None,
        };
        let is = format!("is {}", shown(name, Scalar::Str(text)));
        Some((code, says(class, &is, expected, "convert it or leave it out")))
    }

    fn not_allowed(&self, name: &str, class: &ClassDef, value: Scalar<'_>) -> String {
        let names = self.allowed.iter().filter_map(|literal| match literal {
            Literal::Str(text) => Some(*text),
            Literal::Bool(_) | Literal::Int(_) => None,
        });
        let near = match value {
            Scalar::Str(text) => nearest(text, names),
            _ => None,
        };
        let instead =
            near.map_or_else(|| "write one of these".to_owned(), |near| format!("did you mean `{near}`?"));
        says(class, &format!("is {}", shown(name, value)), &listed(self.allowed), &instead)
    }
}

/// The words for a value of the wrong type.
pub(super) fn wrong_type(class: &ClassDef, given: Types, wanted: Types) -> String {
    let instead = if given == Types::NULL {
        "give it a value or leave it out"
    } else if given == Types::ARRAY {
        "send one value"
    } else if wanted.contains(Types::ARRAY) {
        "send an array, of one item if need be"
    } else {
        "convert it"
    };
    says(class, &format!("is {}", called(given)), &wanted.names(), instead)
}

/// The words for an item of the wrong type.
pub(super) fn wrong_item(class: &ClassDef, given: Types, wanted: Types) -> String {
    let takes = format!("{} there", wanted.names());
    says(class, &format!("holds {} as an item", called(given)), &takes, "convert it")
}

/// The words for an array with too few items.
pub(super) fn too_few(class: &ClassDef, count: u32, least: u32) -> String {
    says(class, &format!("has {count} items"), &format!("at least {least}"), "add one or leave it out")
}

/// The words for an array that holds a value twice.
pub(super) fn twice(class: &ClassDef) -> String {
    says(class, "holds a value twice", "each once", "remove the second")
}

/// The words for a tag that is none.
pub(super) fn not_a_tag(given: Types) -> String {
    format!(
        "is {}, and data model {DATA_MODEL_VERSION} takes strings, numbers and booleans as tags; convert \
         it or leave it \
         out",
        called(given)
    )
}

fn says(class: &ClassDef, is: &str, takes: &str, instead: &str) -> String {
    format!("{is}, and class `{}` takes {takes} (data model {DATA_MODEL_VERSION}); {instead}", class.name)
}

/// A value has one type; what is an integer and a number is called an integer.
fn called(types: Types) -> String {
    if types.contains(Types::INTEGER) { Types::INTEGER.names() } else { types.names() }
}

/// A short excerpt of a value, unless its name says that it must not be seen.
fn shown(name: &str, value: Scalar<'_>) -> String {
    if looks_like_credential(name) {
        return "a value that is not shown".to_owned();
    }
    match value {
        Scalar::Str(text) => format!("`{}`", excerpt(text)),
        Scalar::Int(number) => number.to_string(),
        // Unlike `{}`, this writes 1e300 without its three hundred zeros.
        Scalar::Float(number) => format!("{number:?}"),
        Scalar::Bool(value) => value.to_string(),
        Scalar::Null => "null".to_owned(),
    }
}

/// The allowed values, or the first few of many.
fn listed(allowed: &[Literal]) -> String {
    const MOST: usize = 8;
    let names: Vec<String> = allowed
        .iter()
        .take(MOST)
        .map(|literal| match literal {
            Literal::Str(text) => format!("`{text}`"),
            Literal::Int(number) => number.to_string(),
            Literal::Bool(value) => value.to_string(),
        })
        .collect();
    match allowed.len().saturating_sub(MOST) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}
