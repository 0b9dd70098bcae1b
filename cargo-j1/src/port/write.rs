//! The code of a ported integration.

use std::collections::{BTreeMap, BTreeSet};

use j1_core::graph::{EpochMs, TAGS, Value as _};
use j1_core::model::{ClassDef, Literal, Types};
use serde::Serialize;

use super::conversion::{self, Conversion, HELPERS};
use super::convert::Converter;
use super::helpers::Helper;
use super::matching::Match;
use super::naming::{allowed, allowed_name, is_field, keep_names};
use super::official::{Official, OfficialEntity};
use super::recorded::RecordedList;
use super::samples;
use super::tags::Found;
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
    /// The field of its tags.
    pub tags: Option<&'static str>,
    #[serde(skip)]
    pub properties: Carried,
    #[serde(skip)]
    pub tagged: Carried,
    /// Things to know of its tags.
    #[serde(skip)]
    pub notes: Vec<String>,
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

/// The parts of the types that were read, by their `_type`s.
#[derive(Clone, Copy)]
pub struct Seen<'s> {
    pub converters: &'s BTreeMap<String, Converter>,
    pub matched: &'s BTreeMap<String, Match>,
    pub lists: &'s [RecordedList],
    pub tags: &'s BTreeMap<String, Found>,
}

/// Returns the entities, each with its converter and the records that were seen of it.
pub fn entities(official: &Official, seen: &Seen<'_>, provider: &str, skipped: &mut Carried) -> Vec<Shown> {
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
        let converter = seen.converters.get(&one.ty);
        let records = seen.matched.get(&one.ty).map_or_else(Vec::new, |found| found.records(seen.lists));
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
    made.map(|(entity, (one, classes, converter, unfit))| {
        let tags = converter.and_then(|_| seen.tags.get(&one.ty));
        shown(entity, one, &classes, converter.zip(tags), &unfit)
    })
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
    read: Option<(&Converter, &Found)>,
    unfit: &BTreeSet<String>,
) -> Shown {
    let (converter, tags) = (read.map(|(converter, _)| converter), read.map(|(_, tags)| tags));
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
    let map = tags.and_then(|tags| tags.map.as_ref());
    members.extend(map.map(|map| (TAGS.to_owned(), map.property_code())));
    unread.extend(tags.iter().flat_map(|tags| &tags.unread).map(|code| line(code)));
    let own = || {
        let read = converter.into_iter().flat_map(|one| &one.read);
        read.filter(|(name, _)| is_field(&entity, name)).map(|(_, one)| one).chain(map)
    };
    let distinct = |names: Vec<&str>, ident: fn(&str) -> String| -> Vec<(String, String)> {
        let all: BTreeMap<String, String> =
            names.into_iter().map(|name| (ident(name), name.to_owned())).collect();
        all.into_iter().collect()
    };
    let functions = distinct(own().flat_map(Conversion::functions).collect(), conversion::called);
    let given = distinct(own().flat_map(Conversion::givens).collect(), conversion::given);
    let mut paths = Vec::new();
    key.into_iter().chain(own()).for_each(|one| one.paths(&mut paths));
    let reads_record = !paths.is_empty();
    for (name, value) in fill(&mut entity, classes) {
        unread.push(format!("the class requires `{name}`, and no code that gives it could be read"));
        members.push((name, value));
    }
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
        tags: map.and_then(|_| tags_ident(&entity)),
        tagged: tags.map(|tags| tags.carried.clone()).unwrap_or_default(),
        notes: tags.map(|tags| tags.notes.clone()).unwrap_or_default(),
        entity,
    }
}

/// Returns a name for the field of the tags that no property has.
fn tags_ident(entity: &Entity) -> Option<&'static str> {
    let is_free = |ident: &&str| entity.fields.iter().all(|field| field.ident != *ident);
    ["tags", "named_tags", "official_tags"].into_iter().find(is_free)
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
