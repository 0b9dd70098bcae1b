//! The code of a ported integration.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToKebabCase as _, ToUpperCamelCase as _};
use j1_core::graph::property::broken_rule;
use j1_core::graph::{EpochMs, Kind, Value as _};
use j1_core::model::{ClassDef, Literal, RELATIONSHIP_CLASSES, Types};
use serde::Serialize;

use super::convert::{Conversion, Converter};
use super::official::{Official, OfficialEntity, OfficialRelationship};
use super::recorded::RecordedList;
use crate::infer::json::Json;
use crate::infer::{self, Entity, words};
use crate::new::escape::line;
use crate::new::name::is_keyword;

/// An entity as the templates show it.
#[derive(Debug, Serialize)]
pub struct Shown {
    #[serde(flatten)]
    pub entity: Entity,
    pub ty: String,
    /// Its classes, as the attribute takes them.
    pub classes: String,
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

const HELPERS: [&str; 4] = ["either", "is_truthy", "lower", "shown"];

/// Returns the entities, each with its converter and the records that were seen of it.
pub fn entities(
    official: &Official,
    converters: &BTreeMap<String, Converter>,
    matched: &BTreeMap<String, usize>,
    lists: &[RecordedList],
    provider: &str,
    skipped: &mut Carried,
) -> Vec<Shown> {
    let common = common_prefix(official);
    let mut sources = Vec::new();
    for one in &official.entities {
        let classes: Vec<&'static ClassDef> =
            one.classes.iter().filter_map(|class| j1_core::model::class(class)).collect();
        skipped.count(
            !classes.is_empty(),
            format!("{}: the data model has no class {}", one.ty, one.classes.join(", ")),
        );
        if let Some(class) = classes.first() {
            let converter = converters.get(&one.ty);
            let records = matched.get(&one.ty).map_or(&[][..], |at| lists[*at].records.as_slice());
            let short = one.ty.strip_prefix(&common).filter(|short| !short.is_empty()).unwrap_or(&one.ty);
            sources.push((one, *class, converter, samples(converter, records), short.to_owned()));
        }
    }
    let wanted = sources.iter().map(|(one, class, _, samples, name)| infer::Ported {
        name: name.clone(),
        class,
        records: samples.clone(),
        shown: one.title.clone(),
    });
    let made = infer::ported(wanted.collect(), provider);
    let pairs = made.into_iter().zip(sources);
    pairs.map(|(entity, (one, _, converter, ..))| shown(entity, one, converter)).collect()
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

/// Returns what the converter makes of the records; without records, one made up of values of each kind.
fn samples(converter: Option<&Converter>, records: &[Json]) -> Vec<Json> {
    let base = vec![("_key".to_owned(), Json::Text("a key".to_owned()))];
    let Some(converter) = converter else {
        let name = ("name".to_owned(), Json::Text("a name".to_owned()));
        return vec![Json::Object(base.into_iter().chain([name]).collect())];
    };
    let holds = |name: &str, conversion: &Conversion| {
        let seen: Vec<Json> = records.iter().map(|record| conversion.of(record)).collect();
        let usable = |value: &Json| match value {
            Json::Null | Json::Object(_) => false,
            Json::List(items) => {
                !items.is_empty() && !items.iter().any(|item| matches!(item, Json::Object(_) | Json::List(_)))
            }
            _ => true,
        };
        let value = seen.iter().find(|value| usable(value)).cloned();
        (name.to_owned(), value.unwrap_or_else(|| conversion.sample()))
    };
    let members = converter.read.iter().filter(|(_, one)| !matches!(one, Conversion::Constant(Json::Null)));
    let mut members: Vec<(String, Json)> =
        members.map(|(name, conversion)| holds(name, conversion)).collect();
    members.splice(0..0, base);
    vec![Json::Object(members)]
}

fn shown(mut entity: Entity, one: &OfficialEntity, converter: Option<&Converter>) -> Shown {
    let classes: Vec<&'static ClassDef> =
        one.classes.iter().filter_map(|class| j1_core::model::class(class)).collect();
    keep_names(&mut entity, &classes);
    if let Some(converter) = converter {
        twice(&mut entity, converter);
    }
    let mut properties = Carried::default();
    let mut members = Vec::new();
    let mut unread = Vec::new();
    if let Some(converter) = converter {
        let why = |name: &str| {
            let found = entity.left_out.iter().find(|one| one.what.starts_with(&format!("`{name}`")));
            found.map_or_else(|| "the data model takes another type".to_owned(), |one| one.why.clone())
        };
        for (name, conversion) in &converter.read {
            let is_null = *conversion == Conversion::Constant(Json::Null);
            let has = is_null || is_field(&entity, name);
            properties.count(has, format!("{}.{name}: {}", one.ty, why(name)));
            if has && !is_null {
                members.push((name.clone(), conversion.owned_code()));
            }
        }
        for (name, code) in &converter.unread {
            if !name.is_empty() {
                properties.count(false, format!("{}.{name}: its code could not be read", one.ty));
            }
            unread.push(line(code));
        }
    }
    let key = converter.and_then(|converter| converter.key.as_ref());
    let code = key.map_or_else(|| "json!(key)".to_owned(), |key| format!("json!(shown(&{}))", key.code()));
    members.insert(0, ("_key".to_owned(), code));
    for (name, value) in fill(&mut entity, &classes) {
        unread.push(format!("the class requires `{name}`, and no code that gives it could be read"));
        members.push((name, value));
    }
    let used: String = members.iter().map(|(_, code)| code.as_str()).collect();
    let helpers = HELPERS.iter().copied().filter(|helper| used.contains(&format!("{helper}("))).collect();
    let classes: Vec<&str> = one
        .classes
        .iter()
        .filter(|class| j1_core::model::class(class).is_some())
        .map(String::as_str)
        .collect();
    Shown {
        ty: one.ty.clone(),
        classes: if let [only] = classes.as_slice() {
            (*only).to_owned()
        } else {
            format!("[{}]", classes.join(", "))
        },
        title: one.title.clone(),
        function: converter.and_then(|converter| converter.function.clone()),
        members,
        helpers,
        unread,
        is_converted: converter.is_some(),
        is_keyed: key.is_some(),
        properties,
        entity,
    }
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
        if let Some(code) = class.and_then(|class| broken_rule(EpochMs::KIND, &[class], name)) {
            field
                .attributes
                .push(format!("allow({code}, reason = \"the name of the official integration\")"));
        }
        entity.fields.push(field);
    }
}

fn is_field(entity: &Entity, name: &str) -> bool {
    entity.fields.iter().any(|field| field.wire.as_deref().unwrap_or(&field.ident) == name)
}

/// Gives each field the name that the official property has, and makes it optional unless its class needs it.
fn keep_names(entity: &mut Entity, classes: &[&'static ClassDef]) {
    for field in &mut entity.fields {
        let name = field.wire.clone().unwrap_or_else(|| field.ident.clone());
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
        field.attributes.push(format!("rename = {name:?}"));
        let list = field.attributes.iter().any(|one| one == "list");
        let kind = kind(&field.base);
        if let Some(code) = broken_rule(if list { kind.list() } else { kind }, classes, &name) {
            field
                .attributes
                .push(format!("allow({code}, reason = \"the name of the official integration\")"));
        }
    }
}

/// Returns `true` where a class wants a value of a property.
fn needs(class: &ClassDef, name: &str) -> bool {
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

/// A step as the templates show it.
#[derive(Debug, Serialize)]
pub struct ShownStep {
    pub id: String,
    pub ident: String,
    /// The module, which cannot have the name of the function.
    pub module: String,
    pub title: String,
    pub emits: Vec<String>,
    pub reads: Vec<String>,
    pub imports: Vec<String>,
    /// The method of each list that it reads, and the struct of its records.
    pub lists: Vec<(String, String)>,
    /// Things for a person to port.
    pub left: Vec<String>,
    /// The reason that it is partial until then.
    pub reason: String,
}

/// The steps, and what was carried over of them.
pub struct Steps {
    pub shown: Vec<ShownStep>,
    pub relationships: Carried,
    pub mapped: Carried,
    pub dependencies: Carried,
    pub steps: Carried,
}

/// Returns the steps. `lists` are the methods of the client, by type.
pub fn steps(official: &Official, entities: &[Shown], lists: &BTreeMap<String, String>) -> Steps {
    let of_type: BTreeMap<&str, &Shown> = entities.iter().map(|one| (one.ty.as_str(), one)).collect();
    let emitters = |ty: &str| -> BTreeSet<usize> {
        let emits = |(at, step): (usize, &super::official::OfficialStep)| {
            step.entities.iter().any(|own| own == ty).then_some(at)
        };
        official.steps.iter().enumerate().filter_map(emits).collect()
    };
    let mut order = Order { waits: vec![BTreeSet::new(); official.steps.len()] };
    let mut out = Steps {
        shown: Vec::new(),
        relationships: Carried::default(),
        mapped: Carried::default(),
        dependencies: Carried::default(),
        steps: Carried::default(),
    };
    let mut carried: Vec<&OfficialRelationship> = Vec::new();
    for (at, step) in official.steps.iter().enumerate() {
        let (mut emits, mut imports, mut left) = (Vec::new(), BTreeSet::new(), Vec::new());
        let own: Vec<&Shown> =
            step.entities.iter().filter_map(|ty| of_type.get(ty.as_str()).copied()).collect();
        for entity in &own {
            emits.push(entity.entity.type_name.clone());
            imports.insert(entity.entity.type_name.clone());
        }
        for relationship in &step.relationships {
            let ends = [&relationship.source, &relationship.target];
            let structs: Vec<&&Shown> = ends.iter().filter_map(|ty| of_type.get(ty.as_str())).collect();
            let verb = RELATIONSHIP_CLASSES.contains(&relationship.class.as_str());
            let needed: BTreeSet<usize> = ends.iter().flat_map(|ty| emitters(ty)).collect();
            let emitted = ends.iter().all(|ty| !emitters(ty).is_empty());
            if let [from, to] = structs.as_slice()
                && verb
                && emitted
                && order.wait(at, &needed)
            {
                let (from, to) = (&from.entity.type_name, &to.entity.type_name);
                let edge = format!("{}<{from}, {to}>", relationship.class.to_upper_camel_case());
                if !emits.contains(&edge) {
                    emits.push(edge);
                }
                imports.extend([from.clone(), to.clone()]);
                carried.push(relationship);
            }
            left.push(format!("adds `{}`", relationship.shown()));
        }
        left.extend(step.mapped.iter().map(|one| format!("adds the mapped relationship `{}`", one.shown())));
        let has_list = |entity: &&&Shown| lists.contains_key(&entity.ty) && entity.is_keyed;
        let read: Vec<(String, String)> = own
            .iter()
            .filter(has_list)
            .map(|entity| (lists[&entity.ty].clone(), entity.entity.type_name.clone()))
            .collect();
        left.extend(own.iter().filter(|one| !has_list(one)).map(|one| format!("collects `{}`", one.ty)));
        out.steps.count(!emits.is_empty(), format!("{}: the step emits nothing", step.id));
        if emits.is_empty() {
            continue;
        }
        let ident = words::ident(&words::snake(&step.id).unwrap_or_else(|| format!("step_{at}")));
        out.shown.push(ShownStep {
            id: ident.trim_end_matches('_').to_kebab_case(),
            module: module(&ident, official),
            ident,
            title: step.name.clone(),
            emits,
            reads: Vec::new(),
            imports: imports.into_iter().collect(),
            lists: read,
            reason: format!("not ported yet: {} of the step's objects", left.len()),
            left,
        });
    }
    for (at, step) in official.steps.iter().enumerate() {
        for dependency in official.dependencies(step) {
            let on = official.steps.iter().position(|other| other.id == dependency.id).unwrap_or(at);
            let ident = words::ident(&words::snake(&step.id).unwrap_or_default());
            let mut known = order.reaches(at, on);
            if !known && let Some(shown) = out.shown.iter_mut().find(|shown| shown.ident == ident) {
                let types = dependency.entities.iter().filter(|ty| of_type.contains_key(ty.as_str()));
                let readable = types.filter(|ty| !step.entities.contains(ty));
                for ty in readable {
                    if order.wait(at, &emitters(ty)) {
                        let name = of_type[ty.as_str()].entity.type_name.clone();
                        shown.reads.push(format!("keys {name}"));
                        if !shown.imports.contains(&name) {
                            shown.imports.push(name);
                        }
                        known = true;
                        break;
                    }
                }
            }
            out.dependencies.count(known, format!("{} waits for {}", step.id, dependency.id));
        }
    }
    for one in &official.relationships {
        let over = carried.iter().any(|known| known.is(one));
        out.relationships.count(
            over,
            format!("{}: an end of it is not emitted, or steps would wait for each other", one.shown()),
        );
    }
    for one in &official.mapped {
        out.mapped.count(false, format!("{}: write it as `Mapped<..>`", one.shown()));
    }
    out
}

/// Returns the module of a step: `users` of `fetch_users`, unless a step is called so.
fn module(ident: &str, official: &Official) -> String {
    let is_step =
        |name: &str| official.steps.iter().any(|step| words::snake(&step.id).as_deref() == Some(name));
    let short = ident.strip_prefix("fetch_").filter(|short| !is_step(short) && !is_keyword(short));
    short.map_or_else(|| format!("{ident}_step"), str::to_owned)
}

/// The steps that each step waits for.
struct Order {
    waits: Vec<BTreeSet<usize>>,
}

impl Order {
    /// Has a step wait for others; `false` where one of those waits for it.
    fn wait(&mut self, at: usize, on: &BTreeSet<usize>) -> bool {
        let others: Vec<usize> = on.iter().copied().filter(|other| *other != at).collect();
        if others.iter().any(|other| self.reaches(*other, at)) {
            return false;
        }
        self.waits[at].extend(others);
        true
    }

    fn reaches(&self, from: usize, to: usize) -> bool {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(one) = open.pop() {
            if one == to {
                return true;
            }
            if seen.insert(one) {
                open.extend(&self.waits[one]);
            }
        }
        false
    }
}
