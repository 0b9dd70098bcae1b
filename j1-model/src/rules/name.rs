//! Rules on the names of properties.
//!
//! The naming rules apply to custom properties only: the data model itself breaks them, so the names of a class are
//! always accepted. An author can accept another name with `allow(J1-E0305, reason = "..")` on the field.

use super::Mapped;
use super::synonym::{is_date_word, reads_as_a_date, synonym};
use crate::text::{Text, begins_with, ends_with, letters_alike, same};
use crate::{
    Absence, ClassDef, DATA_MODEL_VERSION, Kind, PropertyDef, Types, absence, hash_letters, names_credentials,
};

/// The name of the property that stands for all tags, whose own names are known only when the integration runs.
const TAGS: &str = "tag.*";

/// A rule that an author can override with `allow`.
#[derive(Clone, Copy)]
enum Rule {
    Deprecated,
    Optional,
    Boolean,
    Date,
    Near,
    Unit,
    Credential,
}

const RULES: [(&str, Rule); 7] = [
    ("J1-E0210", Rule::Deprecated),
    ("J1-E0216", Rule::Optional),
    ("J1-E0303", Rule::Boolean),
    ("J1-E0304", Rule::Date),
    ("J1-E0305", Rule::Near),
    ("J1-E0307", Rule::Unit),
    ("J1-E0803", Rule::Credential),
];

/// The rules to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked(u8);

impl Checked {
    /// All rules, for a name that the integration chooses.
    pub const OWN: Self = Self(0b0111_1111);
    /// The rules for a name that another integration chose.
    pub const OTHERS: Self = Self(Self::bit(Rule::Near) | Self::bit(Rule::Credential));
    /// The rules that need the classes, for a name whose other rules have been checked.
    pub const BY_CLASS: Self =
        Self(Self::bit(Rule::Deprecated) | Self::bit(Rule::Optional) | Self::bit(Rule::Near));
    /// The rules that the name alone decides.
    pub const BY_NAME: Self = Self(Self::bit(Rule::Deprecated) | Self::bit(Rule::Near));
    /// The rules that need the type of the values.
    pub const BY_TYPE: Self = Self(Self::OWN.0 & !Self::BY_NAME.0);

    const fn bit(rule: Rule) -> u8 {
        1 << rule as u8
    }

    const fn has(self, rule: Rule) -> bool {
        self.0 & Self::bit(rule) != 0
    }

    /// The rules that are in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

/// A property whose name is checked.
#[derive(Clone, Copy)]
pub struct Named<'a> {
    /// The kind of its values; [`Kind::NONE`] if it is not known.
    pub kind: Kind,
    /// The classes of the entity.
    pub classes: &'a [&'static ClassDef],
    /// The name.
    pub name: &'a str,
    /// The rules to check.
    pub checked: Checked,
    /// All properties of the entity, if they are known: a synonym of a class property is an error only if no other
    /// field is that property.
    pub all: Option<&'a [Mapped<'a>]>,
}

/// Returns the message for a name that breaks one of the rules; `allowed` has the codes of those that the author
/// allows.
#[must_use]
pub const fn name(entity: &str, named: &Named<'_>, allowed: &[&str]) -> Option<Text> {
    let Named { checked, classes, name, .. } = *named;
    if same(name, TAGS) {
        return None;
    }
    let known = defined(classes, name);
    // If only the types are checked now, the characters have been checked.
    if known.is_none()
        && checked.has(Rule::Near)
        && !matches!(checked, Checked::BY_CLASS)
        && let Some(text) = characters(entity, name)
    {
        return Some(text);
    }
    let mut i = 0;
    while i < RULES.len() {
        let (code, rule) = RULES[i];
        if !is_in(code, allowed) && is_broken(rule, named, known) {
            let text =
                Text::EMPTY.put("[").put(code).put("] `").put(name).put("` of `").put(entity).put("` ");
            return Some(explain(&text, rule, named));
        }
        i += 1;
    }
    None
}

/// Returns the code of the first rule that a property of this name breaks, for callers that choose names.
#[must_use]
pub const fn broken_rule(kind: Kind, classes: &[&'static ClassDef], name: &str) -> Option<&'static str> {
    // Assumes that no other field is the property that this may be a synonym of.
    let named = Named { kind, classes, name, checked: Checked::OWN, all: Some(&[]) };
    let mut i = 0;
    while i < RULES.len() {
        if is_broken(RULES[i].1, &named, defined(classes, name)) {
            return Some(RULES[i].0);
        }
        i += 1;
    }
    None
}

/// Returns the name of the class property that a custom name is a synonym of, if it takes values of this kind; for
/// callers that choose names.
#[must_use]
pub const fn known_as(kind: Kind, classes: &[&'static ClassDef], name: &str) -> Option<&'static str> {
    match synonym(kind, classes, name) {
        Some(def) => Some(def.name),
        None => None,
    }
}

/// Returns the message for an `allow` that has no effect: the code does not exist, or the name does not break the rule.
#[must_use]
pub const fn allows_nothing(named: &Named<'_>, code: &str) -> Option<Text> {
    let mut i = 0;
    while i < RULES.len() {
        if same(RULES[i].0, code) {
            if breaks(named, code) {
                return None;
            }
            let text = Text::EMPTY.put("[J1-E0314] `").put(named.name).put("` does nothing that ");
            return Some(text.put(code).put(" is about; remove the `allow`"));
        }
        i += 1;
    }
    let text = Text::EMPTY.put("[J1-E0314] ").put(code).put(
        " cannot be allowed: JupiterOne would refuse the upload, or the rule is not about a name; remove the `allow`",
    );
    Some(text)
}

/// The message for an `allow` on a nested struct that allows nothing in it.
#[must_use]
pub const fn flattened_allows_nothing(field: &str, code: &str) -> Text {
    let text = Text::EMPTY.put("[J1-E0314] nothing in `").put(field).put("` does what ").put(code);
    text.put(
        " is about, or the rule is one of the nested struct's own; remove the `allow`, or write it on the field there",
    )
}

/// Returns `true` if the type of the values decides whether a name breaks the rule of this code.
#[must_use]
pub fn needs_the_type(code: &str) -> bool {
    RULES.iter().any(|(known, rule)| *known == code && Checked::BY_TYPE.has(*rule))
}

/// Returns `true` if a name breaks the rule of this code.
#[must_use]
pub const fn breaks(named: &Named<'_>, code: &str) -> bool {
    let mut i = 0;
    while i < RULES.len() {
        if same(RULES[i].0, code) {
            return is_broken(RULES[i].1, named, defined(named.classes, named.name));
        }
        i += 1;
    }
    false
}

const fn is_in(code: &str, codes: &[&str]) -> bool {
    let mut i = 0;
    while i < codes.len() {
        if same(code, codes[i]) {
            return true;
        }
        i += 1;
    }
    false
}

/// Returns `true` if a name breaks a rule; `known` is the definition of the property in a class.
const fn is_broken(rule: Rule, named: &Named<'_>, known: Option<&PropertyDef>) -> bool {
    let Named { kind, classes, name, checked, .. } = *named;
    if !checked.has(rule) {
        return false;
    }
    if matches!(rule, Rule::Optional) {
        return kind.optional && !classes.is_empty() && matches!(absence(classes, name), Absence::Refused);
    }
    if let Some(def) = known {
        return matches!(rule, Rule::Deprecated) && def.deprecated;
    }
    if begins_with(name, "tag.") {
        return false;
    }
    match rule {
        Rule::Deprecated | Rule::Optional => false,
        Rule::Unit => {
            says_no_unit(kind)
                && (is_date_word(name) || reads_as_a_date(name) && near(classes, name).is_none())
        }
        Rule::Boolean => kind.holds(Types::BOOLEAN) && !is_question(name),
        Rule::Date => kind.date && !ends_with(name, "On"),
        Rule::Near => near(classes, name).is_some() || another_word(named).is_some(),
        Rule::Credential => kind.holds(Types::STRING) && names_credentials(name),
    }
}

/// Returns the class property that this name is a synonym of, unless another field of the entity is that property.
const fn another_word(named: &Named<'_>) -> Option<&'static PropertyDef> {
    let Some(all) = named.all else { return None };
    let Some(def) = synonym(named.kind, named.classes, named.name) else { return None };
    let mut i = 0;
    while i < all.len() {
        if same(all[i].0, def.name) {
            return None;
        }
        i += 1;
    }
    Some(def)
}

const fn explain(text: &Text, rule: Rule, named: &Named<'_>) -> Text {
    let (text, name) = (*text, named.name);
    match rule {
        Rule::Deprecated => text
            .put("is deprecated by the data model ")
            .put(DATA_MODEL_VERSION)
            .put("; leave it out, or write another name with `#[j1(rename = \"..\")]`"),
        Rule::Boolean => text
            .put("is a boolean, and JupiterOne's queries expect booleans to be named `is..`; write `#[j1(rename = \"is")
            .put_capital(name)
            .put("\")]`"),
        Rule::Date => text
            .put("is a date, and JupiterOne's queries expect dates to be named `..On`; write `#[j1(rename = \"")
            .put(action(name))
            .put("On\")]`"),
        Rule::Optional => text
            .put("may be absent, and the class wants a value that is not null; drop the `Option`, give a value in a \
                  method, `#[j1(computed(..))]`, or `allow(J1-E0216, reason = \"..\")` when the provider always sends it"),
        Rule::Unit => text
            .put("looks like a date, which JupiterOne compares as epoch milliseconds; say how it is written, `#[j1(date = \
                  rfc3339)]`, `seconds` or `millis`, or `allow(J1-E0307, reason = \"..\")` when it is not a date"),
        Rule::Near => explain_near(&text, named),
        Rule::Credential => text.put(
            "looks like a credential, which must not reach JupiterOne; leave it out with `#[j1(skip)]`, or \
             `allow(J1-E0803, reason = \"..\")` when it is not one",
        ),
    }
}

/// `created` of `createdAt`, and any other name as it is.
const fn action(name: &str) -> &str {
    if ends_with(name, "At") && name.len() > 2 { name.split_at(name.len() - 2).0 } else { name }
}

const fn explain_near(text: &Text, named: &Named<'_>) -> Text {
    let (text, known) = match (near(named.classes, named.name), another_word(named)) {
        (Some(def), _) => (text.put("is nearly"), def.name),
        (None, Some(def)) => (text.put("is another word for"), def.name),
        (None, None) => (*text, ""),
    };
    text.put(" the class's own `")
        .put(known)
        .put("`, which JupiterOne's queries ask for; write `#[j1(rename = \"")
        .put(known)
        .put("\")]`, or `allow(J1-E0305, reason = \"..\")` when it is something else")
}

/// Returns `true` for a text or a bare number, whose type does not mark it as a moment.
const fn says_no_unit(kind: Kind) -> bool {
    let bare = kind.types.contains(Types::STRING)
        || kind.types.contains(Types::INTEGER)
        || kind.types.contains(Types::NUMBER);
    bare && !kind.types.is_none() && !kind.date && kind.words.is_empty()
}

const fn defined(classes: &[&'static ClassDef], name: &str) -> Option<&'static PropertyDef> {
    let mut i = 0;
    while i < classes.len() {
        if let Some(def) = classes[i].property(name) {
            return Some(def);
        }
        i += 1;
    }
    None
}

/// `isAdmin`, but not `island`.
const fn is_question(name: &str) -> bool {
    let bytes = name.as_bytes();
    begins_with(name, "is") && bytes.len() > 2 && !bytes[2].is_ascii_lowercase()
}

/// The class property that a custom name nearly is: but for its punctuation (`os.name`), for one letter
/// (`hostnam`), or for a word that says nothing (`emailAddress`).
const fn near(classes: &[&'static ClassDef], name: &str) -> Option<&'static PropertyDef> {
    let letters = hash_letters(name);
    let name = name.as_bytes();
    if name.is_empty() {
        return None;
    }
    let first = name[0] | 0x20;
    let mut i = 0;
    while i < classes.len() {
        let properties = classes[i].properties;
        let mut p = 0;
        while p < properties.len() {
            // Most begin with another letter, and cost no call.
            if properties[p].first == first
                && is_near(name, properties[p].name.as_bytes(), properties[p].letters == letters)
            {
                return Some(properties[p]);
            }
            p += 1;
        }
        i += 1;
    }
    None
}

/// `alike` says whether the hashes of their letters are the same.
const fn is_near(name: &[u8], known: &[u8], alike: bool) -> bool {
    let longer = name.len().wrapping_sub(known.len());
    if longer.wrapping_add(1) > 8 {
        // Neither a word more nor a letter more or less.
        return alike && letters_alike(name, known);
    }
    // Words of which a provider's name has one more than the class's.
    let words: [&[u8]; 3] = [b"address", b"value", b"text"];
    let mut w = 0;
    while w < words.len() {
        if name.len() == known.len() + words[w].len()
            && name.split_at(known.len()).1.eq_ignore_ascii_case(words[w])
            && name.split_at(known.len()).0.eq_ignore_ascii_case(known)
        {
            return true;
        }
        w += 1;
    }
    alike && letters_alike(name, known)
        || longer.wrapping_add(1) <= 2 && known.len() >= 6 && one_apart(name, known)
}

/// Returns `true` if one letter put in, taken out or changed makes the one of the other. A last `s` does not count: a list
/// is not what it holds.
const fn one_apart(a: &[u8], b: &[u8]) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    if long.len() - short.len() > 1 {
        return false;
    }
    let mut i = 0;
    while i < short.len() && short[i].eq_ignore_ascii_case(&long[i]) {
        i += 1;
    }
    if i == short.len() {
        return long.len() > short.len() && !long[i].eq_ignore_ascii_case(&b's');
    }
    let rest_of_short = if long.len() == short.len() { i + 1 } else { i };
    let (tail, other) = (short.split_at(rest_of_short).1, long.split_at(i + 1).1);
    tail.eq_ignore_ascii_case(other)
}

/// Characters that the data model does not take in the name of a property.
const fn characters(entity: &str, name: &str) -> Option<Text> {
    if begins_with(name, "_") {
        let text = Text::EMPTY.put("[J1-E0302] `").put(name).put("` of `").put(entity).put(
            "` begins with an underscore, and JupiterOne keeps those names for itself; drop the underscore",
        );
        return Some(text);
    }
    let bytes = name.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        if !(bytes[i].is_ascii_alphanumeric() || matches!(bytes[i], b'.' | b' ' | b'-')) {
            break;
        }
        i += 1;
    }
    if i == bytes.len() && !bytes.is_empty() {
        return None;
    }
    let text = Text::EMPTY.put("[J1-E0301] `").put(name).put("` of `").put(entity).put(
        "` cannot be the name of a property: the data model allows letters, digits, `.`, `-` and spaces; write it in \
         camelCase",
    );
    Some(text)
}
