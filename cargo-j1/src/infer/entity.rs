//! A resource as an entity: its class, key, names, properties and relationships, each with its reason.

use j1_core::model::ClassDef;
use serde::Serialize;

use super::Wishes;
use super::builder::Builder;
use super::class::{self, Guess};
use super::enumeration::Enumeration;
use super::field::{self, Field, base_type, property};
use super::identity::Key;
use super::left_out::LeftOut;
use super::link::{self, Link};
use super::logins::Login;
use super::names::Names;
use super::nested::{Computed, Nested};
use super::privacy::why_left_out;
use super::resource::Resource;
use super::words;
use crate::new::escape::code;

/// An entity to generate.
#[derive(Debug, Serialize)]
pub struct Entity {
    /// The struct.
    pub type_name: String,
    /// The singular name, in snake case: the module, and the resource of its `_type`.
    pub name: String,
    /// The module.
    pub module: String,
    /// The plural name, in snake case.
    pub plural: String,
    /// Its documentation, a sentence.
    pub docs: String,
    /// A second paragraph of it: the description that the document gives.
    pub more: Option<String>,
    /// The path of its list.
    pub path: String,
    /// Its class.
    pub class: String,
    /// The reason for the class.
    pub class_reason: String,
    /// The template of its key.
    pub key: String,
    /// The reason for the key.
    pub key_reason: String,
    /// The member that identifies it, as the provider writes it.
    pub key_member: String,
    /// The field that identifies it.
    pub key_ident: String,
    /// The type of that field.
    pub key_base: &'static str,
    /// Records below another owner may have the same key member, too.
    #[serde(skip)]
    pub is_local: bool,
    /// Further lines of `#[j1(..)]` on the struct.
    pub attributes: Vec<String>,
    /// Its fields.
    pub fields: Vec<Field>,
    /// Properties that methods give.
    pub computed: Vec<Computed>,
    /// Structs inside of it.
    pub nested: Vec<Nested>,
    /// Enums of its fields.
    pub enums: Vec<Enumeration>,
    /// Its relationships.
    pub links: Vec<Link>,
    /// The entity below whose records it is listed, by its struct, and that entity's key.
    pub parent: Option<Parent>,
    /// Fields for the ids of the entities above it, which the lists below it need in their paths.
    pub carried: Vec<Carried>,
    /// There is one of it.
    pub once: bool,
    /// Members that were left out.
    pub left_out: Vec<LeftOut>,
}

/// The entity below whose records another one is listed.
#[derive(Debug, Clone, Serialize)]
pub struct Parent {
    /// Its name, in snake case.
    pub name: String,
    /// Its struct.
    pub type_name: String,
    /// The field that identifies it.
    pub key_ident: String,
    /// The type of that field.
    pub key_base: &'static str,
    /// The variable that holds one in a step.
    pub variable: String,
    /// The variable that holds many.
    pub variables: String,
    /// Its fields for the ids of the entities above it.
    pub carried: Vec<Carried>,
    /// Its other fields that a path can take: the provider's name, the field, and the type.
    #[serde(skip)]
    pub others: Vec<(String, String, &'static str)>,
}

/// A field for the id of an entity above, which the provider's records do not have: the step fills it.
#[derive(Debug, Clone, Serialize)]
pub struct Carried {
    /// The entity above, by its name.
    pub owner: String,
    /// The member of its records, where that is not the key.
    #[serde(skip)]
    pub member: Option<String>,
    /// The field.
    pub ident: String,
    /// Its type.
    pub base: &'static str,
    /// Its documentation, a sentence.
    pub docs: String,
    /// The expression that a step fills it with.
    pub from: String,
}

/// The key of an owner, as code names it.
#[derive(Debug)]
pub struct OwnerKey {
    /// The parameter that takes it.
    pub variable: String,
    /// The expression in a step.
    pub value: String,
    /// Its type.
    pub base: &'static str,
}

impl Parent {
    /// Returns what a parameter of a path takes of this entity, or of the one above it that has this name: a member, or else the
    /// key.
    pub fn key_of(&self, owner: &str, member: Option<&str>) -> Option<OwnerKey> {
        if owner == self.name {
            let (ident, base) = self.field(member);
            let value = format!("{}.{ident}", self.variable);
            return Some(OwnerKey { variable: self.variable.clone(), value, base });
        }
        let carried =
            self.carried.iter().find(|one| one.owner == owner && one.member.as_deref() == member)?;
        Some(OwnerKey {
            variable: variable(owner),
            value: format!("{}.{}", self.variable, carried.ident),
            base: carried.base,
        })
    }

    /// Returns the field of a member, or that of the key where no field has it for sure.
    pub fn field(&self, member: Option<&str>) -> (&str, &'static str) {
        let other = self.others.iter().find(|(wire, ..)| member == Some(wire));
        other.map_or((&self.key_ident, self.key_base), |(_, ident, base)| (ident, base))
    }
}

impl Entity {
    /// Puts the ids of the owners into the key of what is told apart by a name: the `main` of one repository is not that of another.
    pub fn key_with_owners(&mut self) {
        if !self.is_local || self.carried.is_empty() {
            return;
        }
        let owners: String = self.carried.iter().map(|one| format!("{{{}}}:", one.ident)).collect();
        let own = format!("{{{}}}", self.key_ident);
        self.key = self.key.replace(&own, &format!("{owners}{own}"));
        let called: Vec<String> = self.carried.iter().map(|one| words::one(&one.owner)).collect();
        self.key_reason += &format!("; others below {} may have it, too", called.join(" or "));
    }

    /// Returns the member that identifies a record, as the provider writes it.
    pub fn key_member(&self) -> &str {
        &self.key_member
    }

    /// Returns the fields inside of its objects that a path can take.
    fn inside(&self) -> impl Iterator<Item = (String, String, &'static str)> {
        let of_object = |field: &Field| {
            let nested =
                self.nested.iter().find(|nested| nested.type_name == field.base && !field.optional)?;
            let outer = (field.wire.clone().unwrap_or_else(|| field.ident.clone()), field.ident.clone());
            Some(nested.fields.iter().filter_map(of_path).map(move |(wire, ident, base)| {
                (format!("{}.{wire}", outer.0), format!("{}.{ident}", outer.1), base)
            }))
        };
        self.fields.iter().filter_map(of_object).flatten()
    }

    /// Returns this entity as the parent of another one.
    pub fn as_parent(&self) -> Parent {
        Parent {
            name: self.name.clone(),
            type_name: self.type_name.clone(),
            key_ident: self.key_ident.clone(),
            key_base: self.key_base,
            variable: variable(&self.name),
            variables: variable(&self.plural),
            carried: self.carried.clone(),
            others: self.fields.iter().filter_map(of_path).chain(self.inside()).collect(),
        }
    }
}

/// Returns a field that a path can take: a text or a number that is always there.
fn of_path(field: &Field) -> Option<(String, String, &'static str)> {
    let base = ["String", "i64", "u64"].into_iter().find(|base| *base == field.base)?;
    let wire = field.wire.clone().unwrap_or_else(|| field.ident.clone());
    (!field.optional).then(|| (wire, field.ident.clone(), base))
}

/// Returns the variable for an entity, or for many of them, other than those that steps have anyway.
pub fn variable(name: &str) -> String {
    let taken = ["record", "records", "job"].contains(&name);
    words::ident(&if taken { format!("{name}_") } else { name.to_owned() })
}

/// Returns a resource as an entity. `others` are those that a member of it may name.
pub fn from_resource(
    resource: &Resource,
    key: &Key,
    provider: &str,
    others: &[link::Other],
    names: &mut Names,
    wishes: &Wishes,
) -> Entity {
    let type_name = words::type_name(&resource.name);
    let members = resource.shape.members();
    let gives = |class: &ClassDef, wanted: &str| gives(class, wanted, resource);
    let guess = match wishes.class(&resource.name).and_then(j1_core::model::class) {
        Some(class) => Guess { class, reason: "`--class` says so".to_owned() },
        None => class::guess(&resource.name, members, &gives),
    };
    let lacking = class::lacking(guess.class, &gives);
    let mut builder = Builder::new(resource, key, guess.class, &type_name, names);
    builder.members(others);
    let mut attributes = builder.names(provider);
    if guess.class.requires("vendor") && !builder.properties.contains("vendor") {
        attributes.push(format!("constant(vendor = {provider:?})"));
    }
    let key_ident = builder.ident_of(&key.member).unwrap_or_else(|| "id".to_owned());
    let mut left_out = builder.left_out;
    if !lacking.is_empty() {
        // Only a class that the author chose can have properties that nothing fills.
        let why = format!("the class `{}` requires it, and no member gives it", guess.class.name);
        let names: Vec<_> = lacking.iter().map(|name| code(name)).collect();
        left_out.push(LeftOut::new(format!("{} of {}", names.join(", "), words::prose(&resource.name)), why));
    }
    if key.is_of_one() {
        attributes.insert(0, "singleton".to_owned());
    }
    Entity {
        key: template(resource, key, &key_ident, provider),
        key_member: key.member.clone(),
        key_reason: if key.is_of_one() {
            format!("there is one, so its key needs no field: {}", key.reason)
        } else {
            format!("{} identifies it: {}", code(&key.member), key.reason)
        },
        key_ident,
        key_base: key.base,
        is_local: key.is_local,
        class: guess.class.name.to_owned(),
        class_reason: guess.reason,
        docs: if resource.once {
            format!("The {}: the response of {}.", words::prose(&resource.name), resource.shown())
        } else {
            format!("A{}: one record of {}.", &words::one(&resource.name)[1..], resource.shown())
        },
        more: more(resource),
        module: words::ident(&resource.name),
        plural: if resource.once { resource.name.clone() } else { words::plural(&resource.name) },
        path: resource.path.clone(),
        name: resource.name.clone(),
        type_name,
        attributes,
        fields: builder.fields,
        computed: builder.computed,
        nested: builder.nested,
        enums: builder.enums,
        links: builder.links,
        parent: None,
        carried: Vec::new(),
        once: resource.once,
        left_out,
    }
}

/// Returns the template of a key.
fn template(resource: &Resource, key: &Key, ident: &str, provider: &str) -> String {
    // The integration is called after the provider.
    let shortest = provider.chars().count().clamp(1, 3);
    if key.is_of_one() {
        // A `_key` has at least ten characters.
        let padding = if shortest + 1 + resource.name.len() < 10 { "one-of:" } else { "" };
        return format!("{{integration}}:{padding}{}", resource.name);
    }
    format!("{{integration}}:{}:{}{{{ident}}}", resource.name, padding(resource, key, shortest))
}

/// Returns the prefix that makes the key of a short number long enough: a `_key` has at least ten characters.
fn padding(resource: &Resource, key: &Key, integration: usize) -> &'static str {
    let fixed = integration + resource.name.len() + 2;
    if key.base != "String" && fixed + 1 < 10 { "number:" } else { "" }
}

/// Returns the description of a resource, unless it only repeats the name.
fn more(resource: &Resource) -> Option<String> {
    let one = words::one(&resource.name);
    let what = resource.docs.as_deref().and_then(field::sentence)?;
    let said = what.trim_end_matches('.').to_lowercase();
    (!one.ends_with(said.trim_start_matches("a "))).then_some(what)
}

/// Returns `true` if some member fills a property of a class.
fn gives(class: &ClassDef, wanted: &str, resource: &Resource) -> bool {
    let Some(def) = j1_core::model::class(class.name) else { return false };
    let login = Login::new(def, resource.shape.members());
    resource.shape.members().iter().any(|member| {
        let (Some(name), Ok(base)) = (words::snake(&member.name), base_type(&member.shape)) else {
            return false;
        };
        member.always
            && !member.shape.null
            && why_left_out(&member.name, &member.shape).is_none()
            && login
                .property(def, &resource.name, &name, base, &member.shape)
                .map_or_else(|| property(def, &resource.name, &name, base, &member.shape), Ok)
                .is_ok_and(|naming| naming.name == wanted)
    })
}
