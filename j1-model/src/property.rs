//! The properties of classes.

use crate::text::{same, same_letters};
use crate::{ClassDef, Format, Kind, Pattern, Rules, Types, hash_letters};

/// The definition of a property in a class, every ancestor included.
#[derive(Debug)]
pub struct PropertyDef {
    /// Its name.
    pub name: &'static str,
    /// The [`hash`](crate::hash) of its name.
    pub hash: u64,
    /// The [`hash_letters`](crate::hash_letters) of its name.
    pub letters: u64,
    /// Its first letter in lower case; no letter where it begins with an underscore.
    pub first: u8,
    /// The types a value may have.
    pub types: Types,
    /// The definition of the items, where a value is an array.
    pub items: Option<&'static ItemDef>,
    /// The format of a string; for [`Format::DateTime`] a note on a number.
    pub format: Option<Format>,
    /// The pattern a string must match.
    pub pattern: Option<Pattern>,
    /// The only values allowed, `null` and arrays aside; empty when any is.
    pub allowed: &'static [Literal],
    /// The smallest number allowed.
    pub minimum: Option<f64>,
    /// The largest number allowed.
    pub maximum: Option<f64>,
    /// The least length of a string, in characters.
    pub min_length: u32,
    /// The least length of an array.
    pub min_items: u32,
    /// `true` if an array may hold a value only once.
    pub unique_items: bool,
    /// `true` if the model advises against it.
    pub deprecated: bool,
}

impl PropertyDef {
    /// A property of this name and these types, with nothing else said.
    #[must_use]
    pub const fn new(name: &'static str, types: Types) -> Self {
        Self {
            name,
            hash: crate::hash(name),
            letters: hash_letters(name),
            first: name.as_bytes()[0] | 0x20,
            types,
            items: None,
            format: None,
            pattern: None,
            allowed: &[],
            minimum: None,
            maximum: None,
            min_length: 0,
            min_items: 0,
            unique_items: false,
            deprecated: false,
        }
    }

    /// Returns `true` if values of this kind can be values of the property.
    #[must_use]
    pub const fn fits(&self, kind: Kind) -> bool {
        if !self.types.widened().intersects(kind.types) {
            return false;
        }
        match self.items {
            Some(items) if kind.is_list() => {
                items.types.is_none() || items.types.widened().intersects(kind.items)
            }
            _ => true,
        }
    }
}

/// Returns `true` if every string is a right value of a property with these definitions, so that none needs a look while it is
/// written, but for its length.
#[must_use]
pub const fn takes_any_text(defs: &[Option<&'static PropertyDef>]) -> bool {
    let mut i = 0;
    while i < defs.len() {
        if let Some(def) = defs[i]
            && !(def.types.contains(Types::STRING) && Rules::new(def).takes_any_text())
        {
            return false;
        }
        i += 1;
    }
    true
}

/// The definition of the items of an array.
#[derive(Debug)]
pub struct ItemDef {
    /// The types an item may have.
    pub types: Types,
    /// The format of a string.
    pub format: Option<Format>,
    /// The pattern a string must match.
    pub pattern: Option<Pattern>,
    /// The only values allowed; empty when any is.
    pub allowed: &'static [Literal],
    /// The least length of a string, in characters.
    pub min_length: u32,
}

impl ItemDef {
    /// Items of these types, with nothing else said.
    #[must_use]
    pub const fn new(types: Types) -> Self {
        Self { types, format: None, pattern: None, allowed: &[], min_length: 0 }
    }
}

/// One of the values a property is limited to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Literal {
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A string.
    Str(&'static str),
}

/// The value that is sent when a property is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// Nothing.
    Omitted,
    /// An explicit `null`: the class requires the property and allows `null`.
    Null,
    /// Nothing can be: the class requires the property and allows no `null`.
    Refused,
}

/// The value that is sent when a property of this name is absent.
#[must_use]
pub const fn absence(classes: &[&ClassDef], name: &str) -> Absence {
    let (mut required, mut nullable) = (always_required(name), !always_required(name));
    let mut i = 0;
    while i < classes.len() {
        if let Some(def) = classes[i].property(name) {
            if classes[i].requires(name) {
                required = true;
            }
            if !def.types.contains(Types::NULL) {
                nullable = false;
            }
        }
        i += 1;
    }
    match (required, nullable) {
        (false, _) => Absence::Omitted,
        (true, true) => Absence::Null,
        (true, false) => Absence::Refused,
    }
}

/// Returns `true` if JupiterOne refuses any entity without the property, whatever its class (Code + Sync API page).
const fn always_required(name: &str) -> bool {
    same(name, "name") || same(name, "displayName")
}

/// Picks the name of a property: as the field says it where a class has a property so named, in the class's own
/// spelling (`accessUrl` finds `accessURL`); `custom` where none has.
#[must_use]
pub const fn pick_name<'n>(classes: &[&ClassDef], plain: &'n str, custom: &'n str) -> &'n str {
    match spelled(classes, plain) {
        Some(name) => name,
        None if same(plain, custom) => custom,
        None => match spelled(classes, custom) {
            Some(name) => name,
            None => custom,
        },
    }
}

/// The property of a class that is spelt so, or else one of the same letters. One comparison a property: every field
/// of every entity is looked up when the integration is compiled.
const fn spelled(classes: &[&ClassDef], name: &str) -> Option<&'static str> {
    let letters = hash_letters(name);
    let mut found = None;
    let mut i = 0;
    while i < classes.len() {
        let properties = classes[i].properties;
        let mut p = 0;
        while p < properties.len() {
            if properties[p].letters == letters {
                let known = properties[p].name;
                if same(known, name) {
                    return Some(known);
                }
                if found.is_none() && same_letters(known, name) {
                    found = Some(known);
                }
            }
            p += 1;
        }
        i += 1;
    }
    found
}

/// Returns `true` if values of this kind can be values of the property in every class that has it.
#[must_use]
pub const fn fits_classes(kind: Kind, classes: &[&ClassDef], name: &str) -> bool {
    let mut i = 0;
    while i < classes.len() {
        if let Some(def) = classes[i].property(name)
            && !def.fits(kind)
        {
            return false;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CLASSES, Scalar};

    #[test]
    fn a_property_that_takes_any_text_refuses_none() {
        let defs: Vec<&'static PropertyDef> =
            CLASSES.iter().flat_map(|class| class.properties).copied().collect();
        let (any, ruled): (Vec<_>, Vec<_>) =
            defs.into_iter().partition(|def| takes_any_text(&[None, Some(def)]));
        for def in &any {
            assert!(def.types.contains(Types::STRING), "{}", def.name);
            for text in ["", "a", "Ünïcode, \"quoted\"", "no such thing", "2024-13-45"] {
                assert!(Rules::new(def).broken(Scalar::Str(text)).is_none(), "{}: {text}", def.name);
            }
        }
        for def in &ruled {
            // One definition with a rule is enough, whatever the others say.
            let all = [any.first().copied(), Some(*def)];
            assert!(!takes_any_text(&all), "{}", def.name);
        }
        assert!(any.len() > 100 && ruled.len() > 100, "{} and {}", any.len(), ruled.len());
    }
}
