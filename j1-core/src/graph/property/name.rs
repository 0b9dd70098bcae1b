//! What the compiler checks of the name of a property.
//!
//! A name that a class has is right as it is, since the data model itself breaks the naming rules; they are for
//! custom properties. Where an author knows better, `allow(J1-E0305, reason = "..")` on the field says so.

use crate::config::looks_like_credential;
use crate::graph::property::{Absence, absence};
use crate::graph::{Kind, TAGS};
use crate::model::text::{Text, begins_with, ends_with, letters_alike, same};
use crate::model::{ClassDef, DATA_MODEL_VERSION, PropertyDef, Types, hash_letters};

/// A rule that an author may know better than.
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

/// Fails the build when a property is named as JupiterOne's rules do not allow.
///
/// `own` says whether the name is the integration's own to give; `allowed` are the codes of the rules that the author
/// knows better than.
#[track_caller]
pub const fn check_name(
    kind: Kind,
    entity: &str,
    classes: &[&ClassDef],
    name: &str,
    own: bool,
    allowed: &[&str],
) {
    // The names of tags are found when it runs, and made to fit.
    if (!own && same(name, "_key")) || same(name, TAGS) {
        return;
    }
    check_rules(kind, entity, classes, name, if own { Checked::Own } else { Checked::Others }, allowed);
}

/// Which of the rules are to be looked at.
#[derive(Clone, Copy)]
pub(super) enum Checked {
    /// All, for a name that is the integration's own to give.
    Own,
    /// Those for a name that another integration gave.
    Others,
    /// Those that need the classes, for a name whose other rules have been looked at.
    ByClass,
}

impl Checked {
    const fn has(self, rule: Rule) -> bool {
        match self {
            Self::Own => true,
            Self::Others => matches!(rule, Rule::Near | Rule::Credential),
            Self::ByClass => matches!(rule, Rule::Deprecated | Rule::Optional | Rule::Near),
        }
    }
}

/// Fails the build when a name breaks one of the rules.
#[track_caller]
pub(super) const fn check_rules(
    kind: Kind,
    entity: &str,
    classes: &[&ClassDef],
    name: &str,
    checked: Checked,
    allowed: &[&str],
) {
    let known = defined(classes, name);
    if known.is_none() && !matches!(checked, Checked::ByClass) {
        check_characters(entity, name);
    }
    let mut i = 0;
    while i < RULES.len() {
        let (code, rule) = RULES[i];
        if !is_in(code, allowed) && is_broken(rule, kind, classes, name, known, checked) {
            let text =
                Text::EMPTY.put("[").put(code).put("] `").put(name).put("` of `").put(entity).put("` ");
            panic!("{}", explain(&text, rule, classes, name).as_str());
        }
        i += 1;
    }
}

/// The code of the first of these rules that a property of this name breaks; for those who choose names.
#[must_use]
pub const fn broken_rule(kind: Kind, classes: &[&ClassDef], name: &str) -> Option<&'static str> {
    let mut i = 0;
    while i < RULES.len() {
        if is_broken(RULES[i].1, kind, classes, name, defined(classes, name), Checked::Own) {
            return Some(RULES[i].0);
        }
        i += 1;
    }
    None
}

/// Fails the build when an `allow` allows nothing: there is no such code, or nothing to allow.
#[track_caller]
pub const fn check_allow(kind: Kind, classes: &[&ClassDef], name: &str, own: bool, code: &str) {
    let mut i = 0;
    while i < RULES.len() {
        if same(RULES[i].0, code) {
            let checked = if own { Checked::Own } else { Checked::Others };
            if is_rule_broken(kind, classes, name, checked, code) {
                return;
            }
            let text = Text::EMPTY
                .put("[J1-E0314] `")
                .put(name)
                .put("` does nothing that ")
                .put(code)
                .put(" is about; remove the `allow`");
            panic!("{}", text.as_str());
        }
        i += 1;
    }
    let text = Text::EMPTY
        .put("[J1-E0314] ")
        .put(code)
        .put(" cannot be allowed: JupiterOne would refuse the upload, or the rule is not about a name; remove the `allow`");
    panic!("{}", text.as_str());
}

/// Whether a name breaks the rule of this code.
pub(super) const fn is_rule_broken(
    kind: Kind,
    classes: &[&ClassDef],
    name: &str,
    checked: Checked,
    code: &str,
) -> bool {
    let mut i = 0;
    while i < RULES.len() {
        if same(RULES[i].0, code) {
            return is_broken(RULES[i].1, kind, classes, name, defined(classes, name), checked);
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

/// Whether a rule does not hold for a name; `known` is what a class says of the property.
const fn is_broken(
    rule: Rule,
    kind: Kind,
    classes: &[&ClassDef],
    name: &str,
    known: Option<&PropertyDef>,
    checked: Checked,
) -> bool {
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
        Rule::Unit => says_no_unit(kind) && looks_like_date(name) && near(classes, name).is_none(),
        Rule::Boolean => holds(kind, Types::BOOLEAN) && !is_question(name),
        Rule::Date => kind.date && !ends_with(name, "On"),
        Rule::Near => near(classes, name).is_some(),
        Rule::Credential => holds(kind, Types::STRING) && looks_like_credential(name),
    }
}

const fn explain(text: &Text, rule: Rule, classes: &[&ClassDef], name: &str) -> Text {
    let text = *text;
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
            .put(name)
            .put("On\")]`"),
        Rule::Optional => text
            .put("may be absent, and the class wants a value that is not null; drop the `Option`, give a value in a \
                  method, `#[j1(computed(..))]`, or `allow(J1-E0216, reason = \"..\")` when the vendor always sends it"),
        Rule::Unit => text
            .put("looks like a date, which JupiterOne compares as epoch milliseconds; say how it is written, `#[j1(date = \
                  rfc3339)]`, `seconds` or `millis`, or `allow(J1-E0307, reason = \"..\")` when it is none"),
        Rule::Near => {
            let known = match near(classes, name) {
                Some(def) => def.name,
                None => "",
            };
            text.put("is nearly the class's own `")
                .put(known)
                .put("`, which JupiterOne's queries ask for; write `#[j1(rename = \"")
                .put(known)
                .put("\")]`, or `allow(J1-E0305, reason = \"..\")` when it is something else")
        }
        Rule::Credential => text.put(
            "looks like a credential, which must not reach JupiterOne; leave it out with `#[j1(skip)]`, or \
             `allow(J1-E0803, reason = \"..\")` when it is none",
        ),
    }
}

/// A text or a bare number, whose type does not say that it is a moment.
const fn says_no_unit(kind: Kind) -> bool {
    let bare = kind.types.contains(Types::STRING)
        || kind.types.contains(Types::INTEGER)
        || kind.types.contains(Types::NUMBER);
    bare && !kind.date && kind.words.is_empty()
}

/// `createdAt`, `hiredOn`, `startDate`; not `dependsOn` and the like.
const fn looks_like_date(name: &str) -> bool {
    let ends = ["At", "On", "Date", "Timestamp"];
    let others = ["addOn", "basedOn", "dependsOn", "runsOn", "signOn", "SignOn", "worksOn"];
    let mut i = 0;
    while i < others.len() {
        if ends_with(name, others[i]) {
            return false;
        }
        i += 1;
    }
    i = 0;
    while i < ends.len() {
        if ends_with(name, ends[i]) && name.len() > ends[i].len() {
            return true;
        }
        i += 1;
    }
    same(name, "timestamp")
}

const fn holds(kind: Kind, ty: Types) -> bool {
    kind.types.contains(ty) || (kind.types.contains(Types::ARRAY) && kind.items.contains(ty))
}

const fn defined(classes: &[&ClassDef], name: &str) -> Option<&'static PropertyDef> {
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
const fn near(classes: &[&ClassDef], name: &str) -> Option<&'static PropertyDef> {
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
    // Words of which a vendor's name has one more than the class's.
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

/// Whether one letter put in, taken out or changed makes the one of the other. A last `s` does not count: a list
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

#[track_caller]
const fn check_characters(entity: &str, name: &str) {
    if begins_with(name, "_") {
        let text = Text::EMPTY.put("[J1-E0302] `").put(name).put("` of `").put(entity).put(
            "` begins with an underscore, and JupiterOne keeps those names for itself; drop the underscore",
        );
        panic!("{}", text.as_str());
    }
    let bytes = name.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        if !(bytes[i].is_ascii_alphanumeric() || matches!(bytes[i], b'.' | b' ' | b'-')) {
            break;
        }
        i += 1;
    }
    if i < bytes.len() || bytes.is_empty() {
        let text = Text::EMPTY
            .put("[J1-E0301] `")
            .put(name)
            .put("` of `")
            .put(entity)
            .put("` is no name for a property: the data model allows letters, digits, `.`, `-` and spaces; write it in camelCase");
        panic!("{}", text.as_str());
    }
}
