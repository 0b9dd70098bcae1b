//! A resource as an entity: its class, key, names, properties and relationships, each with why.

use std::collections::BTreeSet;

use j1_core::model::ClassDef;
use serde::Serialize;

use super::builder::Builder;
use super::class;
use super::enumeration::Enumeration;
use super::field::{self, Field, base_type, property};
use super::link::{self, Link};
use super::nested::{Computed, Nested};
use super::privacy::why_left_out;
use super::resource::{LeftOut, Resource};
use super::shape::Member;
use super::words;
use crate::new::escape::code;

/// Members that identify a record, the more telling ones first.
const IDS: [&str; 9] = ["id", "_id", "uuid", "guid", "arn", "urn", "key", "slug", "name"];
/// An entity to be written.
#[derive(Debug, Serialize)]
pub struct Entity {
    /// The struct.
    pub type_name: String,
    /// What one is called, in snake case: the module, and the resource of its `_type`.
    pub name: String,
    /// The module.
    pub module: String,
    /// What many are called, in snake case.
    pub plural: String,
    /// Its documentation, a sentence.
    pub docs: String,
    /// A second paragraph of it: the description that the document gives.
    pub more: Option<String>,
    /// The path of its list.
    pub path: String,
    /// Its class.
    pub class: String,
    /// Why that class.
    pub class_reason: String,
    /// The template of its key.
    pub key: String,
    /// Why the key is that.
    pub key_reason: String,
    /// The member that identifies it, as the vendor writes it.
    pub key_member: String,
    /// Further lines of `#[j1(..)]` on the struct.
    pub attributes: Vec<String>,
    /// Its fields.
    pub fields: Vec<Field>,
    /// What methods give.
    pub computed: Vec<Computed>,
    /// Structs inside of it.
    pub nested: Vec<Nested>,
    /// Enums of its fields.
    pub enums: Vec<Enumeration>,
    /// Its relationships.
    pub links: Vec<Link>,
    /// What was left out.
    pub left_out: Vec<LeftOut>,
}

impl Entity {
    /// The member that identifies a record, as the vendor writes it.
    pub fn key_member(&self) -> &str {
        &self.key_member
    }
}

/// What identifies the records of a resource.
#[derive(Debug, Clone)]
pub struct Key {
    /// The member, as the vendor writes it.
    pub member: String,
    /// Its type.
    pub base: &'static str,
    /// Why it was taken.
    pub reason: String,
}

/// The key of a resource: a member that every record has, and that tells them apart.
pub fn key(resource: &Resource) -> Option<Key> {
    let fits = |member: &Member| {
        let base = base_type(&member.shape).ok().filter(|base| ["String", "i64", "u64"].contains(base))?;
        let empty = member.shape.text.as_ref().is_some_and(|texts| texts.empty);
        let values: Vec<_> = resource.records.iter().filter_map(|record| record.get(&member.name)).collect();
        let distinct = values.iter().map(|value| value.to_value().to_string()).collect::<BTreeSet<_>>().len();
        (member.always && !member.shape.null && !empty && distinct == values.len()).then_some(base)
    };
    let members = resource.shape.members();
    let named = |name: &str| {
        members
            .iter()
            .find(|member| member.name == name || words::snake(&member.name).as_deref() == Some(name))
    };
    let own = [
        format!("{}_id", resource.name),
        format!("{}_uuid", resource.name),
        format!("{}_key", resource.name),
    ];
    let wanted =
        IDS[..6].iter().copied().chain(own.iter().map(String::as_str)).chain(IDS[6..].iter().copied());
    let mut found = wanted.filter_map(|name| named(name).and_then(|member| Some((member, fits(member)?))));
    let (member, base) = found.next()?;
    let reason = "every record has it, and no two have the same".to_owned();
    Some(Key { member: member.name.clone(), base, reason })
}

/// A resource as an entity. `others` are those that a member of it may name.
pub fn of(resource: &Resource, key: &Key, vendor: &str, others: &[link::Other]) -> Entity {
    let type_name = words::type_name(&resource.name);
    let members = resource.shape.members();
    let guess = class::guess(&resource.name, members, &|class, wanted| gives(class, wanted, resource));
    let mut builder = Builder::new(resource, key, guess.class, &type_name);
    for member in members {
        builder.member(member, others);
    }
    let mut attributes = builder.names();
    if guess.class.requires("vendor") && !builder.properties.contains("vendor") {
        attributes.push(format!("constant(vendor = {vendor:?})"));
    }
    let static_chars = resource.name.len() + 2;
    let least = usize::from(key.base != "String");
    let pad = if least > 0 && 3 + static_chars + least < 10 { "number:" } else { "" };
    let key_ident = builder.ident_of(&key.member).unwrap_or_else(|| "id".to_owned());
    Entity {
        key: format!("{{integration}}:{}:{pad}{{{key_ident}}}", resource.name),
        key_member: key.member.clone(),
        key_reason: format!("`{}` identifies it: {}", key.member, key.reason),
        class: guess.class.name.to_owned(),
        class_reason: guess.reason,
        docs: sentence(resource),
        more: more(resource),
        module: words::ident(&resource.name),
        plural: words::plural(&resource.name),
        path: resource.path.clone(),
        name: resource.name.clone(),
        type_name,
        attributes,
        fields: builder.fields,
        computed: builder.computed,
        nested: builder.nested,
        enums: builder.enums,
        links: builder.links,
        left_out: builder.left_out,
    }
}

fn sentence(resource: &Resource) -> String {
    let one = words::one(&resource.name);
    format!("A{}: one record of {}.", &one[1..], code(&format!("GET /{}", resource.path)))
}

/// The description of a resource, unless it only repeats the name.
fn more(resource: &Resource) -> Option<String> {
    let one = words::one(&resource.name);
    let what = resource.docs.as_deref().and_then(field::sentence)?;
    let said = what.trim_end_matches('.').to_lowercase();
    (!one.ends_with(said.trim_start_matches("a "))).then_some(what)
}

/// Whether some member gives a property of a class.
fn gives(class: &ClassDef, wanted: &str, resource: &Resource) -> bool {
    let Some(def) = j1_core::model::class(class.name) else { return false };
    resource.shape.members().iter().any(|member| {
        let (Some(name), Ok(base)) = (words::snake(&member.name), base_type(&member.shape)) else {
            return false;
        };
        member.always
            && !member.shape.null
            && why_left_out(&member.name, &member.shape).is_none()
            && property(def, &resource.name, &name, base, &member.shape)
                .is_ok_and(|naming| naming.name == wanted)
    })
}
