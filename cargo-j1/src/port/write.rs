//! The code of a ported integration.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToLowerCamelCase as _;
use j1_core::graph::property::{Checked, Named, breaks, fits_classes};
use j1_core::graph::{EpochMs, Kind, Value as _};
use j1_core::model::{ClassDef, Literal, Types};
use serde::Serialize;

use super::conversion::{self, Conversion, HELPERS};
use super::convert::Converter;
use super::helpers::Helper;
use super::matching::Match;
use super::official::{Official, OfficialEntity};
use super::recorded::RecordedList;
use super::samples;
use crate::infer::json::Json;
use crate::infer::{self, Entity, words};
use crate::new::escape::line;

/// An entity as the templates show it.
#[derive(Debug, Serialize)]
pub struct Shown {
    #[serde(flatten)]
    pub entity: Entity,
    pub ty: String,
    /// Its classes that the data model has.
    pub classes: Vec<&'static str>,
    pub title: String,
    /// The function that converted it.
    pub function: Option<String>,
    /// Each member of the object that a record becomes, and its expression.
    pub members: Vec<(String, String)>,
    /// The helpers that the expressions call.
    pub helpers: Vec<&'static str>,
    /// Code for a person to look at.
    pub unread: Vec<String>,
    /// It has a converter.
    pub is_converted: bool,
    /// The converter also gives its `_key`.
    pub is_keyed: bool,
    /// Something is taken from the record.
    pub reads_record: bool,
    /// Values that the converter takes beside the record, with the names that they have in the official code.
    pub given: Vec<(String, String)>,
    /// Functions that a person has to port, likewise.
    pub functions: Vec<(String, String)>,
    #[serde(skip)]
    pub properties: Carried,
}

/// The number of things that were carried over, of how many, with what is left.
#[derive(Debug, Default, Clone)]
pub struct Carried {
    pub over: usize,
    pub of: usize,
    pub left: Vec<String>,
}

impl Carried {
    pub fn count(&mut self, carried: bool, what: impl Into<String>) {
        self.of += 1;
        if carried {
            self.over += 1;
        } else {
            self.left.push(what.into());
        }
    }

    pub fn absorb(&mut self, other: &Self) {
        self.over += other.over;
        self.of += other.of;
        self.left.extend_from_slice(&other.left);
    }
}

/// Returns the entities, each with its converter and the records that were seen of it.
pub fn entities(
    official: &Official,
    converters: &BTreeMap<String, Converter>,
    matched: &BTreeMap<String, Match>,
    lists: &[RecordedList],
    provider: &str,
    skipped: &mut Carried,
) -> Vec<Shown> {
    let common = common_prefix(official);
    let (mut sources, mut wanted) = (Vec::new(), Vec::new());
    for one in &official.entities {
        let classes: Vec<&'static ClassDef> =
            one.classes.iter().filter_map(|class| j1_core::model::class(class)).collect();
        skipped.count(
            !classes.is_empty(),
            format!("{}: the data model has no class {}", one.ty, one.classes.join(", ")),
        );
        let Some(class) = classes.first().copied() else { continue };
        let converter = converters.get(&one.ty);
        let records: Vec<Json> = matched.get(&one.ty).map_or_else(Vec::new, |found| {
            lists[found.list].records.iter().map(|record| found.record(record)).collect()
        });
        let (samples, unfit) = samples::seen(converter, &records, &classes);
        let short = one.ty.strip_prefix(&common).filter(|short| !short.is_empty()).unwrap_or(&one.ty);
        wanted.push(infer::Ported {
            name: short.to_owned(),
            class,
            records: samples,
            shown: one.title.clone(),
        });
        sources.push((one, classes, converter, unfit));
    }
    let made = infer::ported(wanted, provider).into_iter().zip(sources);
    made.map(|(entity, (one, classes, converter, unfit))| shown(entity, one, &classes, converter, &unfit))
        .collect()
}

/// Returns what most types begin with: the name of the provider.
fn common_prefix(official: &Official) -> String {
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for entity in &official.entities {
        if let Some((first, _)) = entity.ty.split_once('_') {
            *counted.entry(first).or_default() += 1;
        }
    }
    let most = counted.into_iter().max_by_key(|(_, count)| *count);
    most.filter(|(_, count)| count * 2 > official.entities.len())
        .map_or_else(String::new, |(first, _)| format!("{first}_"))
}

fn shown(
    mut entity: Entity,
    one: &OfficialEntity,
    classes: &[&'static ClassDef],
    converter: Option<&Converter>,
    unfit: &BTreeSet<String>,
) -> Shown {
    keep_names(&mut entity, classes);
    if let Some(converter) = converter {
        twice(&mut entity, converter);
    }
    let (mut members, mut unread, properties) = match converter {
        Some(converter) => carried(&entity, one, converter, unfit),
        None => <_>::default(),
    };
    let key = converter.and_then(|converter| converter.key.as_ref());
    let code = key.map_or_else(|| "json!(key)".to_owned(), |key| format!("json!(shown(&{}))", key.code()));
    members.insert(0, ("_key".to_owned(), code));
    let own = || converter.into_iter().flat_map(|one| &one.read).filter(|(name, _)| is_field(&entity, name));
    let distinct = |names: Vec<&str>, ident: fn(&str) -> String| -> Vec<(String, String)> {
        let all: BTreeMap<String, String> =
            names.into_iter().map(|name| (ident(name), name.to_owned())).collect();
        all.into_iter().collect()
    };
    let functions = distinct(own().flat_map(|(_, one)| one.functions()).collect(), conversion::called);
    let given = distinct(own().flat_map(|(_, one)| one.givens()).collect(), conversion::given);
    for (name, value) in fill(&mut entity, classes) {
        unread.push(format!("the class requires `{name}`, and no code that gives it could be read"));
        members.push((name, value));
    }
    let reads_record = converter.is_some_and(|converter| reads_record(&entity, converter));
    let used: String = members.iter().map(|(_, code)| code.as_str()).collect();
    let known = HELPERS.into_iter().chain(Helper::ALL.map(Helper::name));
    let helpers: Vec<&'static str> = known.filter(|helper| calls(&used, helper)).collect();
    Shown {
        ty: one.ty.clone(),
        classes: classes.iter().map(|class| class.name).collect(),
        title: one.title.clone(),
        function: converter.and_then(|converter| converter.function.clone()),
        members,
        helpers,
        unread,
        is_converted: converter.is_some(),
        is_keyed: key.is_some(),
        reads_record,
        given,
        functions,
        properties,
        entity,
    }
}

/// Returns the members of a converted record, the code for a person to look at, and the properties that were carried over.
fn carried(
    entity: &Entity,
    one: &OfficialEntity,
    converter: &Converter,
    unfit: &BTreeSet<String>,
) -> (Vec<(String, String)>, Vec<String>, Carried) {
    let (mut members, mut unread, mut properties) = (Vec::new(), Vec::new(), Carried::default());
    let why = |name: &str| {
        if unfit.contains(name) {
            return "the recorded records have objects there, or values of several types".to_owned();
        }
        let found = entity.left_out.iter().find(|one| one.what.starts_with(&format!("`{name}`")));
        found.map_or_else(|| "the data model takes another type".to_owned(), |one| one.why.clone())
    };
    for (name, conversion) in &converter.read {
        let is_null = *conversion == Conversion::Constant(Json::Null);
        let has = is_null || is_field(entity, name);
        let functions = conversion.functions();
        let why = match functions.first() {
            Some(function) => {
                format!(
                    "it waits for `official::{}`, which a person has to write",
                    conversion::called(function)
                )
            }
            None if has && allowed_name(name) != *name => {
                format!("no property can be called so; it is `{}`", allowed_name(name))
            }
            None if !has && conversion.is_open() => {
                "it has to have a value, and takes more than the record".to_owned()
            }
            None => why(name),
        };
        let is_same = has && functions.is_empty() && allowed_name(name) == *name;
        properties.count(is_same, format!("{}.{name}: {why}", one.ty));
        if has && !is_null {
            members.push((name.clone(), conversion.property_code()));
        } else if !has && (conversion.is_open() || unfit.contains(name)) {
            unread.extend(converter.code.get(name).map(|code| line(code)));
        }
    }
    for (name, code) in &converter.unread {
        if !name.is_empty() {
            properties.count(false, format!("{}.{name}: its code could not be read", one.ty));
        }
        unread.push(line(code));
    }
    (members, unread, properties)
}

/// Returns `true` if code calls the helper of this name.
fn calls(code: &str, helper: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    code.match_indices(&format!("{helper}(")).any(|(at, _)| !code[..at].ends_with(is_part))
}

/// Returns `true` if the key or a property of the struct is taken from the record.
fn reads_record(entity: &Entity, converter: &Converter) -> bool {
    let own = converter.read.iter().filter(|(name, _)| is_field(entity, name)).map(|(_, one)| one);
    let mut paths = Vec::new();
    converter.key.iter().chain(own).for_each(|one| one.paths(&mut paths));
    !paths.is_empty()
}

/// Adds the dates that the official integration sends under two names, of which the builder takes one.
fn twice(entity: &mut Entity, converter: &Converter) {
    for (name, conversion) in &converter.read {
        let ident = words::snake(name).map(|name| words::ident(&name));
        let Some(ident) = ident.filter(|ident| entity.fields.iter().all(|field| field.ident != *ident))
        else {
            continue;
        };
        let of_same = entity.left_out.iter().any(|one| {
            one.what.starts_with(&format!("`{name}`"))
                && one.why.starts_with("another member is the property")
        });
        if !of_same || is_field(entity, name) || !matches!(conversion, Conversion::Date(_)) {
            continue;
        }
        let twin = entity.fields.iter().find(|field| {
            let own = field.wire.as_deref().unwrap_or(&field.ident);
            field.base == "Timestamp"
                && converter.read.iter().any(|(other, same)| other == own && same == conversion)
        });
        let Some(mut field) = twin.cloned() else { continue };
        field.docs = format!("The property `{name}`.");
        field.wire = (ident != *name).then(|| name.clone());
        field.ident = ident;
        field.optional = true;
        field.attributes = vec![format!("rename = {name:?}")];
        let class = j1_core::model::class(&entity.class);
        let classes: Vec<_> = class.into_iter().collect();
        field.attributes.extend(allowed(EpochMs::KIND, &classes, name, &BTreeSet::new()));
        entity.fields.push(field);
    }
}

/// Returns the name that a property has here: the official one, unless the data model allows no such name.
fn allowed_name(official: &str) -> String {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || ".- ".contains(c);
    if official == "_key" || official.chars().all(is_allowed) {
        official.to_owned()
    } else {
        official.to_lower_camel_case()
    }
}

/// The rules on names that an author can accept to break.
const RULES: [&str; 7] = ["J1-E0210", "J1-E0216", "J1-E0303", "J1-E0304", "J1-E0305", "J1-E0307", "J1-E0803"];

/// Returns the attributes that accept the rules which a name of the official integration breaks. `all` are the names of the
/// struct's properties.
fn allowed(kind: Kind, classes: &[&'static ClassDef], name: &str, all: &BTreeSet<String>) -> Vec<String> {
    let all: Vec<(&str, &str)> = all.iter().map(|name| (name.as_str(), name.as_str())).collect();
    let named = Named { kind, classes, name, checked: Checked::OWN, all: Some(&all) };
    let broken = RULES.into_iter().filter(|code| breaks(&named, code));
    broken.map(|code| format!("allow({code}, reason = \"the name of the official integration\")")).collect()
}

fn is_field(entity: &Entity, name: &str) -> bool {
    entity.fields.iter().any(|field| field.wire.as_deref().unwrap_or(&field.ident) == name)
}

/// Gives each field the name that the official property has, and makes it optional unless its class needs it. A field whose class
/// takes another type by that name is taken out.
fn keep_names(entity: &mut Entity, classes: &[&'static ClassDef]) {
    let mut unfit = Vec::new();
    let all: BTreeSet<String> =
        entity.fields.iter().map(|field| field.wire.clone().unwrap_or_else(|| field.ident.clone())).collect();
    for field in &mut entity.fields {
        let official = field.wire.clone().unwrap_or_else(|| field.ident.clone());
        let name = allowed_name(&official);
        field.review = None;
        field.docs =
            if name == "_key" { "The `_key`.".to_owned() } else { format!("The property `{name}`.") };
        if name == "_key" {
            field.attributes = vec!["skip".to_owned()];
            continue;
        }
        field.optional = !classes.iter().any(|class| needs(class, &name));
        if matches!(name.as_str(), "name" | "displayName") || field.attributes.iter().any(|one| one == "skip")
        {
            continue;
        }
        field.attributes.retain(|attribute| !attribute.starts_with("rename"));
        // It was for the name that was chosen by the values.
        field.attributes.retain(|attribute| attribute != "list");
        field.attributes.push(format!("rename = {name:?}"));
        let is_date = field.attributes.iter().any(|one| one.starts_with("date = "));
        let own = if is_date { EpochMs::KIND } else { kind(&field.base) };
        let held = if fits_classes(own, classes, &name) {
            own
        } else if own.types != Types::ARRAY && fits_classes(own.list(), classes, &name) {
            field.attributes.insert(0, "list".to_owned());
            own.list()
        } else {
            unfit.push(field.ident.clone());
            continue;
        };
        field.attributes.extend(allowed(held, classes, &name, &all));
    }
    entity.fields.retain(|field| !unfit.contains(&field.ident));
}

/// Returns `true` where a class wants a value of a property.
pub fn needs(class: &ClassDef, name: &str) -> bool {
    class.requires(name) && class.property(name).is_none_or(|def| !def.types.contains(Types::NULL))
}

/// Adds what the classes want and no converter gives, and returns the name and the value of each.
fn fill(entity: &mut Entity, classes: &[&'static ClassDef]) -> Vec<(String, String)> {
    let mut filled = Vec::new();
    for class in classes {
        for name in class.required.iter().filter(|name| !name.starts_with('_') && needs(class, name)) {
            let constant = entity.attributes.iter().any(|one| one.starts_with(&format!("constant({name} ")));
            let known = matches!(*name, "name" | "displayName") || constant || is_field(entity, name);
            let Some(def) = class.property(name).filter(|_| !known) else { continue };
            let word = |allowed: &[Literal]| {
                let text = allowed
                    .iter()
                    .find_map(|one| if let Literal::Str(text) = one { Some(*text) } else { None });
                text.unwrap_or("unknown").to_owned()
            };
            let (base, value) = if def.types.contains(Types::ARRAY) {
                (
                    "Vec<String>",
                    format!("json!([{:?}])", word(def.items.map_or(&[][..], |items| items.allowed))),
                )
            } else if def.types.contains(Types::BOOLEAN) {
                ("bool", "json!(false)".to_owned())
            } else if def.types.contains(Types::STRING) {
                ("String", format!("json!({:?})", word(def.allowed)))
            } else {
                ("i64", "json!(0)".to_owned())
            };
            let ident = words::ident(&words::snake(name).unwrap_or_default());
            let wire = (ident != **name).then(|| (*name).to_owned());
            entity.fields.push(infer::Field {
                ident,
                wire,
                base: base.to_owned(),
                optional: false,
                docs: format!("The property `{name}`, which the class requires."),
                attributes: vec![format!("rename = {name:?}")],
                review: None,
            });
            filled.push(((*name).to_owned(), value));
        }
    }
    filled
}

/// Returns the kind that the compiler checks a type by.
fn kind(base: &str) -> Kind {
    match base {
        "bool" => bool::KIND,
        "f64" => f64::KIND,
        "i64" | "u64" => i64::KIND,
        "Timestamp" => EpochMs::KIND,
        "Vec<String>" => Kind::new(Types::STRING).list(),
        "Vec<i64>" => i64::KIND.list(),
        "Vec<f64>" => f64::KIND.list(),
        _ => Kind::new(Types::STRING),
    }
}
