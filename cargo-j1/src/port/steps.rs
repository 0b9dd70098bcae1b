//! The steps of a ported integration, and the order that they run in.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToKebabCase as _, ToUpperCamelCase as _};
use j1_core::graph::Type;
use j1_core::model::RELATIONSHIP_CLASSES;
use serde::Serialize;

use super::client::Method;
use super::official::{Official, OfficialRelationship, OfficialStep};
use super::targets::{self, Target};
use super::write::{Carried, Shown};
use crate::infer::words;
use crate::new::name::is_keyword;

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
    /// The lists and single records that it reads.
    pub lists: Vec<ShownRead>,
    pub lifts: bool,
    pub gives: bool,
    /// Things for a person to port.
    pub left: Vec<String>,
    /// The reason that it is partial until then.
    pub reason: String,
}

/// A list that a step reads, or a single record.
#[derive(Debug, Serialize)]
pub struct ShownRead {
    pub method: String,
    /// The struct of its records.
    pub type_name: String,
    /// The member whose members the official client reads as those of the record.
    pub lifted: Option<String>,
    pub is_once: bool,
    /// Values that the converter takes beside the record.
    pub given: Vec<(String, String)>,
}

/// The steps, and what was carried over of them.
#[derive(Default)]
pub struct Steps {
    pub shown: Vec<ShownStep>,
    pub relationships: Carried,
    pub mapped: Carried,
    pub dependencies: Carried,
    pub steps: Carried,
    /// The `_type`s of relationships in both integrations, where they differ.
    pub names: BTreeMap<String, String>,
}

/// Returns the steps. `lists` are the methods of the client, by type; several where one list is asked for in several ways.
pub fn steps(
    official: &Official,
    entities: &[Shown],
    targets: &[Target],
    lists: &BTreeMap<String, Vec<Method>>,
    shared: &BTreeMap<String, String>,
) -> Steps {
    let mut plan = Plan {
        official,
        of_type: entities.iter().map(|one| (one.ty.as_str(), one)).collect(),
        targets,
        lists,
        shared,
        order: Order { waits: vec![BTreeSet::new(); official.steps.len()] },
        carried: Vec::new(),
        mapped: Vec::new(),
        out: Steps::default(),
    };
    for (at, step) in official.steps.iter().enumerate() {
        plan.step(at, step);
    }
    for (at, step) in official.steps.iter().enumerate() {
        for dependency in official.dependencies(step) {
            let known = plan.dependency(at, step, dependency);
            let why = if dependency.entities.is_empty() {
                "it emits no entity that could be read"
            } else {
                "steps would wait for each other"
            };
            plan.out.dependencies.count(known, format!("{} waits for {}: {why}", step.id, dependency.id));
        }
    }
    for file in &official.unread_steps {
        plan.out.steps.count(false, format!("a step in {file}: its `id` could not be read"));
    }
    let Plan { carried, mapped, mut out, .. } = plan;
    for one in &official.relationships {
        let over = carried.iter().any(|known| known.is(one));
        out.relationships.count(over, format!("{}: {}", one.shown(), why_not(official, one)));
    }
    for one in &official.mapped {
        let over = mapped.iter().any(|known| known.is(one));
        out.mapped.count(
            over,
            format!("{}: write it as `Mapped<..>`; nothing says what finds its target", one.shown()),
        );
    }
    out
}

/// Returns the reason why no step emits a relationship.
fn why_not(official: &Official, one: &OfficialRelationship) -> String {
    let emitted = |ty: &&&String| official.steps.iter().any(|step| step.entities.contains(ty));
    if !official.steps.iter().any(|step| step.relationships.iter().any(|known| known.is(one))) {
        return "no step that could be read adds it".to_owned();
    }
    match [&one.source, &one.target].iter().find(|ty| !emitted(ty)) {
        Some(ty) => format!("no step emits `{ty}`; relate it to the types that it stands for"),
        None => "its class is unknown, or steps would wait for each other".to_owned(),
    }
}

/// The steps that are shown so far, and the order that they have to run in.
struct Plan<'p> {
    official: &'p Official,
    of_type: BTreeMap<&'p str, &'p Shown>,
    targets: &'p [Target],
    lists: &'p BTreeMap<String, Vec<Method>>,
    /// Lists that fit several types, by type.
    shared: &'p BTreeMap<String, String>,
    order: Order,
    carried: Vec<&'p OfficialRelationship>,
    mapped: Vec<&'p OfficialRelationship>,
    out: Steps,
}

impl<'p> Plan<'p> {
    /// Returns the places of the steps that emit a type.
    fn emitters(&self, ty: &str) -> BTreeSet<usize> {
        let emits =
            |(at, step): (usize, &OfficialStep)| step.entities.iter().any(|own| own == ty).then_some(at);
        self.official.steps.iter().enumerate().filter_map(emits).collect()
    }

    fn step(&mut self, at: usize, step: &'p OfficialStep) {
        let (mut emits, mut imports, mut left) = (Vec::new(), BTreeSet::new(), Vec::new());
        let own: Vec<&Shown> =
            step.entities.iter().filter_map(|ty| self.of_type.get(ty.as_str()).copied()).collect();
        for entity in &own {
            emits.push(entity.entity.type_name.clone());
            imports.insert(entity.entity.type_name.clone());
        }
        let mut emit = |edge: String, (from, to)| {
            if !emits.contains(&edge) {
                emits.push(edge);
            }
            imports.extend([from, to]);
        };
        for relationship in &step.relationships {
            let found = match self.ends(at, relationship) {
                Some(ends) => Some((ends, false)),
                None => self.mapped_ends(at, relationship).map(|ends| (ends, true)),
            };
            if let Some((ends, is_mapped)) = found {
                let ty = relationship_type(relationship, &ends.0, &ends.1);
                emit(if is_mapped { format!("Mapped<{ty}>") } else { ty }, ends);
                self.carried.push(relationship);
                self.out.names.extend(renamed(relationship, is_mapped));
            }
            left.push(format!("adds `{}`{}", relationship.shown(), called(relationship)));
        }
        for mapped in &step.mapped {
            if let Some(ends) = self.mapped_ends(at, mapped) {
                emit(format!("Mapped<{}>", relationship_type(mapped, &ends.0, &ends.1)), ends);
                self.mapped.push(mapped);
                self.out.names.extend(renamed(mapped, true));
            }
            left.push(format!("adds the mapped relationship `{}`{}", mapped.shown(), called(mapped)));
        }
        let lists = self.reads(step, &own, &mut left);
        if emits.is_empty() && left.is_empty() {
            left.push("adds nothing that its description names".to_owned());
        }
        self.out.steps.count(true, step.id.clone());
        let ident = words::ident(&words::snake(&step.id).unwrap_or_else(|| format!("step_{at}")));
        self.out.shown.push(ShownStep {
            id: ident.trim_end_matches('_').to_kebab_case(),
            module: module(&ident, self.official),
            ident,
            title: step.name.clone(),
            emits,
            reads: Vec::new(),
            imports: imports.into_iter().collect(),
            lifts: lists.iter().any(|list| list.lifted.is_some()),
            gives: lists.iter().any(|list| !list.given.is_empty()),
            lists,
            reason: format!("not ported yet: {} of the step's objects", left.len()),
            left,
        });
    }

    /// Returns the lists that a step reads, and adds what is left to do with them.
    fn reads(&self, step: &OfficialStep, own: &[&Shown], left: &mut Vec<String>) -> Vec<ShownRead> {
        let has_list = |entity: &&&Shown| self.lists.contains_key(&entity.ty) && entity.is_keyed;
        let mut lists: Vec<ShownRead> = Vec::new();
        for entity in own.iter().filter(has_list) {
            for method in &self.lists[&entity.ty] {
                if !method.is_called {
                    left.push(format!(
                        "collects `{}`; the list `{}` was found by the members of its records alone: look whether it is meant",
                        entity.ty, method.path
                    ));
                }
                lists.push(ShownRead {
                    method: method.name.clone(),
                    type_name: entity.entity.type_name.clone(),
                    lifted: method.lifted.clone(),
                    is_once: method.is_once,
                    given: entity.given.clone(),
                });
            }
            left.extend(
                entity
                    .given
                    .iter()
                    .map(|(_, name)| format!("gives `{name}` to the converter of `{}`", entity.ty)),
            );
        }
        let several = self.official.dependencies(step).iter().any(|one| !one.entities.is_empty());
        if !lists.is_empty() && left.is_empty() && several {
            left.push(
                "waits for other steps: look whether it asks for a list of each of their entities".to_owned(),
            );
        }
        left.extend(own.iter().filter(|one| !has_list(one)).map(|one| match self.shared.get(&one.ty) {
            Some(why) => format!("collects `{}`; {why}", one.ty),
            None => format!("collects `{}`", one.ty),
        }));
        lists
    }

    /// Returns the structs of a relationship's ends if the step can emit it, and has the step wait for those that emit them: it
    /// waits for no other step that emits what it emits itself.
    fn ends(&mut self, at: usize, relationship: &OfficialRelationship) -> Option<(String, String)> {
        let ends = [&relationship.source, &relationship.target];
        let [from, to] = ends.map(|ty| self.of_type.get(ty.as_str()).copied());
        let (from, to) = from.zip(to)?;
        let emitters = ends.map(|ty| self.emitters(ty));
        let is_emitted = emitters.iter().all(|steps| !steps.is_empty());
        let has_verb = RELATIONSHIP_CLASSES.contains(&relationship.class.as_str());
        let needed: BTreeSet<usize> =
            emitters.into_iter().filter(|steps| !steps.contains(&at)).flatten().collect();
        (has_verb && is_emitted && self.order.wait(at, &needed))
            .then(|| (from.entity.type_name.clone(), to.entity.type_name.clone()))
    }

    /// Returns the structs of a mapped relationship's ends if the step can emit it.
    fn mapped_ends(&mut self, at: usize, mapped: &OfficialRelationship) -> Option<(String, String)> {
        let has_verb = RELATIONSHIP_CLASSES.contains(&mapped.class.as_str());
        let is_ours = |ty: &str| self.of_type.get(ty).map(|one| one.entity.type_name.clone());
        let ends = targets::ends(mapped, is_ours, self.targets).filter(|_| has_verb)?;
        let emitters = [&mapped.source, &mapped.target].map(|ty| self.emitters(ty));
        let is_emitted = emitters.iter().any(|steps| !steps.is_empty());
        let needed: BTreeSet<usize> =
            emitters.into_iter().filter(|steps| !steps.contains(&at)).flatten().collect();
        (is_emitted && self.order.wait(at, &needed)).then_some(ends)
    }

    /// Has a step wait for another one, by a type that it reads where nothing else makes it wait. Returns `true` if it does.
    fn dependency(&mut self, at: usize, step: &OfficialStep, on: &OfficialStep) -> bool {
        let other = self.official.steps.iter().position(|other| other.id == on.id).unwrap_or(at);
        if self.order.reaches(at, other) {
            return true;
        }
        let ident = words::ident(&words::snake(&step.id).unwrap_or_default());
        let Some(shown) = self.out.shown.iter().position(|shown| shown.ident == ident) else { return false };
        // What the step emits itself is read where nothing else is.
        let (own, others): (Vec<&String>, Vec<&String>) =
            on.entities.iter().partition(|ty| step.entities.contains(ty));
        for ty in others.into_iter().chain(own) {
            let Some(entity) = self.of_type.get(ty.as_str()).copied() else { continue };
            let emitters = self.emitters(ty);
            if self.order.wait(at, &emitters) {
                let name = entity.entity.type_name.clone();
                let shown = &mut self.out.shown[shown];
                shown.reads.push(format!("keys {name}"));
                if !shown.imports.contains(&name) {
                    shown.imports.push(name);
                }
                return true;
            }
        }
        false
    }
}

/// Returns the type of a relationship between two structs: `Has<Group, User>`.
fn relationship_type(relationship: &OfficialRelationship, from: &str, to: &str) -> String {
    format!("{}<{from}, {to}>", relationship.class.to_upper_camel_case())
}

/// Returns the `_type` of a relationship, and the one that it gets, if that is another.
fn renamed(relationship: &OfficialRelationship, is_mapped: bool) -> Option<(String, String)> {
    let own = relationship.ty.as_ref()?;
    let mut ends = [&relationship.source, &relationship.target];
    if relationship.is_reversed {
        ends.reverse();
    }
    let new = if is_mapped {
        format!("{}_{}_{}", ends[0], relationship.class.to_lowercase(), ends[1])
    } else {
        // A type is known at compile time; here it lives as long as the command.
        let [from, to] = ends.map(|ty| Type::new(Box::leak(ty.clone().into_boxed_str())));
        j1_core::graph::relationship_type(&from, &relationship.class, &to).as_str().to_owned()
    };
    (*own != new).then(|| (own.clone(), new))
}

/// Returns the `_type` that the official integration gives a relationship, for a comment.
fn called(relationship: &OfficialRelationship) -> String {
    let ty = relationship.ty.as_ref().map(|ty| format!(" as `{ty}`"));
    ty.filter(|_| renamed(relationship, false).is_some()).unwrap_or_default()
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
