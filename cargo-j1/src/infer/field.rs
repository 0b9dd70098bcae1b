//! One field of an entity: from the shape of a member to a line of Rust.

use heck::{ToLowerCamelCase as _, ToUpperCamelCase as _};
use j1_core::graph::property::{broken_rule, fits_classes, is_verb_behind_is, known_as, pick_name};
use j1_core::graph::{EpochMs, Kind, Value as _};
use j1_core::model::{ClassDef, Types};
use j1_core::validate::{PropertyCheck, Scalar};
use serde::Serialize;

use super::shape::Shape;
use super::words;
use crate::new::escape::{code, line};

/// A field of a struct.
#[derive(Debug, Clone, Serialize)]
pub struct Field {
    /// Its name in Rust.
    pub ident: String,
    /// The name that the provider uses, where it is another one.
    pub wire: Option<String>,
    /// Its type without `Option`.
    pub base: String,
    /// It may be missing or `null`.
    pub optional: bool,
    /// Its documentation, a sentence.
    pub docs: String,
    /// The keys in its `#[j1(..)]`.
    pub attributes: Vec<String>,
    /// The reason to review it.
    pub review: Option<String>,
}

impl Field {
    /// Returns its type, or that of its items.
    pub fn item(&self) -> &str {
        self.base.strip_prefix("Vec<").and_then(|base| base.strip_suffix('>')).unwrap_or(&self.base)
    }
}

/// Returns the type of a member as the value of a property, or the reason why it cannot be one.
pub fn base_type(shape: &Shape) -> Result<&'static str, &'static str> {
    match shape.kinds() {
        0 if shape.circular => return Err("its schema contains itself: a tree"),
        0 => return Err("nothing says what its values are"),
        1 => {}
        _ => return Err("its values are of several types"),
    }
    if let Some(items) = &shape.list {
        return match (items.kinds(), scalar(items)) {
            (0, _) if items.circular => Err("the schema of its items contains itself: a tree"),
            (0, _) => Err("nothing says what the items of its lists are"),
            (1, Some(_)) if items.null => Err("it is a list with `null` in it"),
            (1, Some("i64")) => Ok("Vec<i64>"),
            (1, Some("f64")) => Ok("Vec<f64>"),
            (1, Some("bool")) => Err("it is a list of booleans"),
            (1, Some(_)) => Ok("Vec<String>"),
            (1, None) => Err("it is a list of objects; each may be an entity of its own"),
            _ => Err("it is a list of several types"),
        };
    }
    scalar(shape).ok_or("it is an object")
}

fn scalar(shape: &Shape) -> Option<&'static str> {
    if shape.boolean {
        return Some("bool");
    }
    if shape.float {
        return Some("f64");
    }
    if shape.integer {
        return Some(if shape.large { "u64" } else { "i64" });
    }
    let texts = shape.text.as_ref()?;
    let always = texts.moments && !texts.empty && !texts.zero_date;
    Some(if always { "Timestamp" } else { "String" })
}

/// Returns the kind that the compiler checks a type by.
fn kind(base: &str) -> Kind {
    match base {
        "bool" => bool::KIND,
        "f64" => f64::KIND,
        "i64" | "u64" => i64::KIND,
        "Timestamp" | "EpochMs" => EpochMs::KIND,
        "Vec<String>" => Kind::new(Types::STRING).list(),
        "Vec<i64>" => i64::KIND.list(),
        "Vec<f64>" => f64::KIND.list(),
        _ => Kind::new(Types::STRING),
    }
}

/// The name of a property, and the attributes that its field needs for it.
#[derive(Debug, Default)]
pub struct Naming {
    /// The name in JupiterOne.
    pub name: String,
    /// It needs `rename`.
    pub rename: bool,
    /// One value is sent as an array of one.
    pub list: bool,
    /// The reason to review it.
    pub review: Option<String>,
}

/// Returns the property for a member of this name and type, or the reason why there can be none.
///
/// Tries the name that the derive would take, the class's own word for it, and then one with the resource before it, where
/// the class means something else by the plain one.
pub fn property(
    class: &'static ClassDef,
    resource: &str,
    name: &str,
    base: &str,
    shape: &Shape,
) -> Result<Naming, String> {
    let classes = [class];
    let (plain, custom) = names(name, base);
    let derived = pick_name(&classes, &plain, &custom).to_owned();
    let (_, of_its_own) = names(&format!("{resource}_{name}"), base);
    let own_word = known_as(kind(base), &classes, &derived).map(|known| (known.to_owned(), true));
    // The derive warns of a name such as `isHasTwoFactor`, unless it is written down.
    let written = name.ends_with('_') || base == "bool" && is_verb_behind_is(&derived);
    let mut why = String::new();
    for (candidate, rename) in
        [Some((derived.clone(), written)), own_word, Some((of_its_own, true))].into_iter().flatten()
    {
        for list in [false, true] {
            let held = if list { kind(base).list() } else { kind(base) };
            if list && (kind(base).types == Types::ARRAY || class.property(&candidate).is_none()) {
                continue;
            }
            if !fits_classes(held, &classes, &candidate) {
                why = format!("class `{}` means another type by `{candidate}`", class.name);
                continue;
            }
            if let Some(code) = broken_rule(held, &classes, &candidate) {
                // A name of ours can follow the class's; whether it means the same is for people to say.
                why = match code {
                    "J1-E0307" => "it is a date by its name, and nothing says in which form".to_owned(),
                    _ => format!("the name `{candidate}` breaks a rule ({code})"),
                };
                continue;
            }
            if let Some(message) = refused(class, &candidate, shape, list) {
                why = format!("class `{}` takes other values as `{candidate}`: {message}", class.name);
                continue;
            }
            let review = (candidate != derived).then(|| why.clone());
            return Ok(Naming { name: candidate, rename, list, review });
        }
    }
    Err(why)
}

/// Returns `true` if a class takes the values that were seen by this name, alone or as a list of one.
pub fn takes_values(class: &'static ClassDef, name: &str, shape: &Shape) -> bool {
    [false, true].into_iter().any(|list| refused(class, name, shape, list).is_none())
}

/// Returns the reason why a class refuses the values that were seen, if it does.
fn refused(class: &'static ClassDef, name: &str, shape: &Shape, list: bool) -> Option<String> {
    let (classes, defs) = ([class], [class.property(name)]);
    defs[0]?;
    let texts = shape
        .text
        .iter()
        .flat_map(|texts| texts.seen.iter().chain(&texts.words))
        .map(|text| Scalar::Str(text));
    let numbers = shape.numbers.iter().map(|number| Scalar::Int((*number).into()));
    let items = shape.list.iter().filter_map(|items| items.text.as_ref());
    let items: Vec<_> = items.flat_map(|texts| &texts.seen).map(|text| Scalar::Str(text)).collect();
    let whole = texts
        .filter(|_| shape.text.as_ref().is_some_and(|texts| !texts.moments))
        .chain(numbers)
        .map(|value| (vec![value], list));
    for (values, array) in whole.chain(std::iter::once((items, true)).filter(|(items, _)| !items.is_empty()))
    {
        let mut check = PropertyCheck::new(name, &classes, &defs);
        if array {
            check.array_begin();
        }
        for value in values {
            check.scalar(value);
        }
        if array {
            check.array_end();
        }
        let mut violations = Vec::new();
        check.finish(&mut violations);
        if let Some(violation) = violations.first() {
            return Some(violation.message.clone());
        }
    }
    None
}

/// Returns the names that the derive gives a field: where a class has it, and elsewhere.
fn names(name: &str, base: &str) -> (String, String) {
    let plain = camel(name);
    let custom = match base {
        "bool" if !name.starts_with("is_") => format!("is{}", name.to_upper_camel_case()),
        "Timestamp" | "EpochMs" => moment(name),
        _ => plain.clone(),
    };
    (plain, custom)
}

/// `created_at` → `createdOn`.
fn moment(name: &str) -> String {
    let stem = ["_at", "_on", "_date", "_time", "_timestamp"].iter().find_map(|end| name.strip_suffix(end));
    camel(stem.filter(|stem| !stem.is_empty()).unwrap_or(name)) + "On"
}

/// `user_name` → `userName`.
pub fn camel(name: &str) -> String {
    name.to_lower_camel_case()
}

/// Returns the documentation of a field: the provider's first sentence, or its name in words.
pub fn docs(name: &str, base: &str, given: Option<&str>) -> String {
    if let Some(sentence) = given.and_then(sentence) {
        return sentence;
    }
    let words = words::prose(name.trim_end_matches('_'));
    match base {
        "bool" => format!("The flag {}.", code(name.trim_end_matches('_'))),
        "Timestamp" | "EpochMs" => format!("The date in {}.", code(name.trim_end_matches('_'))),
        _ => {
            let mut letters = words.chars();
            let first = letters.next().map(char::to_uppercase);
            first.into_iter().flatten().chain(letters).collect::<String>() + "."
        }
    }
}

/// Takes the targets out of Markdown's links: `[users](https://..)` → `users`.
fn without_links(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        let link = after.split_once("](").and_then(|(shown, after)| Some((shown, after.split_once(')')?.1)));
        out += before;
        match link.filter(|(shown, _)| !shown.contains('[')) {
            Some((shown, after)) => {
                out += shown;
                rest = after;
            }
            None => {
                out.push('[');
                rest = after;
            }
        }
    }
    out + rest
}

/// Returns the first sentence of a description, on one line.
pub fn sentence(text: &str) -> Option<String> {
    let line = without_links(&line(text));
    let end = line.find(". ").map_or(line.len(), |at| at + 1);
    let mut short: String = line[..end].chars().take(160).collect();
    if short.len() < end {
        // Cut at a word.
        short.truncate(short.rfind(' ').unwrap_or(short.len()));
    }
    let short = short
        .trim()
        .trim_end_matches(['.', ':', ',', ';'])
        .trim_start_matches(['#', '-', '*', '>', '/', '!', ' '])
        .to_owned();
    (!short.is_empty()).then(|| short + ".")
}
