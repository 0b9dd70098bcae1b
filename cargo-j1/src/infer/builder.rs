//! An entity as it is put together, member by member.

use std::collections::BTreeSet;

use j1_core::model::ClassDef;

use super::entity::Key;
use super::enumeration::{self, Enumeration};
use super::field::{self, Field, base_type, docs, property};
use super::link::{self, Link};
use super::nested::{self, Computed, Nested};
use super::privacy::why_left_out;
use super::resource::{LeftOut, Resource};
use super::shape::{Member, Shape};
use super::words;
use crate::new::escape::code;

/// Members that a record is called by, the more telling ones first.
const NAMES: [&str; 14] = [
    "name",
    "full_name",
    "display_name",
    "displayname",
    "title",
    "label",
    "login",
    "username",
    "user_name",
    "hostname",
    "slug",
    "email",
    "summary",
    "number",
];
/// Members that people see.
const DISPLAY: [&str; 5] = ["display_name", "displayname", "full_name", "title", "label"];

/// An entity as it is put together.
pub struct Builder<'r> {
    resource: &'r Resource,
    key: &'r Key,
    class: &'static ClassDef,
    type_name: String,
    /// The names of fields and methods so far.
    idents: BTreeSet<String>,
    /// The names of properties so far.
    pub properties: BTreeSet<String>,
    pub fields: Vec<Field>,
    pub computed: Vec<Computed>,
    pub nested: Vec<Nested>,
    pub enums: Vec<Enumeration>,
    pub links: Vec<Link>,
    pub left_out: Vec<LeftOut>,
}

impl<'r> Builder<'r> {
    /// One without anything yet.
    pub fn new(resource: &'r Resource, key: &'r Key, class: &'static ClassDef, type_name: &str) -> Self {
        Self {
            resource,
            key,
            class,
            type_name: type_name.to_owned(),
            idents: BTreeSet::new(),
            properties: ["name", "displayName"].map(str::to_owned).into(),
            fields: Vec::new(),
            computed: Vec::new(),
            nested: Vec::new(),
            enums: Vec::new(),
            links: Vec::new(),
            left_out: Vec::new(),
        }
    }

    fn leave_out(&mut self, what: &str, why: impl Into<String>) {
        self.left_out.push(LeftOut::new(format!("`{what}` of {}", words::prose(&self.resource.name)), why));
    }

    /// A name for a field that no other has.
    fn ident(&mut self, name: &str) -> Option<String> {
        let mut ident = words::ident(&words::snake(name)?);
        if ident == "name"
            && name != "name"
            && self.resource.shape.members().iter().any(|member| member.name == "name")
        {
            ident = format!("{}_name", self.resource.name);
        }
        let plain = ident.clone();
        let mut number = 2;
        while !self.idents.insert(ident.clone()) {
            ident = format!("{plain}_{number}");
            number += 1;
        }
        Some(ident)
    }

    /// The field of a member.
    pub fn ident_of(&self, member: &str) -> Option<String> {
        let is_it = |field: &&Field| field.wire.as_deref().unwrap_or(&field.ident) == member;
        self.fields.iter().find(is_it).map(|field| field.ident.clone())
    }

    /// Places a member: as a field, a relationship, methods, or among what is left out.
    pub fn member(&mut self, member: &Member, others: &[link::Other]) {
        let is_key = member.name == self.key.member;
        if !is_key && let Some(why) = why_left_out(&member.name, &member.shape) {
            return self.leave_out(&member.name, why);
        }
        if words::snake(&member.name).is_none() {
            return self
                .leave_out(&member.name, "its name has no letter that JupiterOne's property names take");
        }
        if !is_key && let Some(link) = link::find(self.resource, self.class, &self.type_name, member, others)
        {
            return self.link(member, link);
        }
        if member.shape.object.is_some() && member.shape.kinds() == 1 {
            return self.object(member);
        }
        match base_type(&member.shape) {
            Ok(base) if is_key => self.key_field(member, base),
            Ok(base) => self.property(member, base),
            Err(why) => self.leave_out(&member.name, why),
        }
    }

    fn field(&mut self, member: &Member, base: &str) -> Option<Field> {
        let ident = self.ident(&member.name)?;
        let wire = (ident != member.name).then(|| member.name.clone());
        let docs = docs(&ident, base, member.shape.docs.as_deref());
        let optional = !member.always || member.shape.null;
        Some(Field {
            ident,
            wire,
            base: base.to_owned(),
            optional,
            docs,
            attributes: Vec::new(),
            review: None,
        })
    }

    /// The field that identifies the record: a property where its class takes it.
    fn key_field(&mut self, member: &Member, base: &'static str) {
        let Some(mut field) = self.field(member, base) else { return };
        let named = words::snake(&member.name).unwrap_or_default();
        match property(self.class, &self.resource.name, &named, base, &member.shape) {
            Ok(naming)
                if naming.review.is_none()
                    && !naming.rename
                    && self.properties.insert(naming.name.clone()) => {}
            _ => {
                field.attributes.push("skip".to_owned());
                field.docs = format!("{} It is in the key.", field.docs);
            }
        }
        self.fields.push(field);
    }

    fn property(&mut self, member: &Member, base: &'static str) {
        let Some(name) = words::snake(&member.name) else { return };
        if NAMES[..1].contains(&name.as_str()) || name == "display_name" {
            // `name` and `displayName` are said on the struct.
            if let Some(mut field) = self.field(member, base) {
                if base != "String" {
                    field.attributes.push("skip".to_owned());
                }
                self.fields.push(field);
            }
            return;
        }
        let naming =
            match property(self.class, &self.resource.name, &words::ident(&name), base, &member.shape) {
                Ok(naming) => naming,
                Err(why) => return self.leave_out(&member.name, why),
            };
        if !self.properties.insert(naming.name.clone()) {
            return self.leave_out(
                &member.name,
                format!("another member is the property `{}` already", naming.name),
            );
        }
        let Some(mut field) = self.field(member, base) else { return };
        if naming.rename || field::camel(&field.ident) != field::camel(&name) || naming.review.is_some() {
            field.attributes.push(format!("rename = {:?}", naming.name));
        }
        if naming.list {
            field.attributes.push("list".to_owned());
        }
        field.review = naming.review.or_else(|| doubt(&name, &member.shape));
        if base == "String" && !self.enumeration(member, &mut field, naming.list) && is_long(&name) {
            field.attributes.push("truncate".to_owned());
        }
        self.fields.push(field);
    }

    /// Makes an enum of a text whose words a document lists. Whether it did.
    fn enumeration(&mut self, member: &Member, field: &mut Field, list: bool) -> bool {
        let Some(texts) = member.shape.text.as_ref().filter(|texts| !list && !texts.words.is_empty()) else {
            return false;
        };
        let type_name = format!("{}{}", self.type_name, words::upper(&field.ident));
        let docs = format!("The values of {} of {}.", code(&member.name), words::one(&self.resource.name));
        let review = match enumeration::of(&type_name, docs, texts) {
            Some(found) => {
                field.base = type_name;
                self.enums.push(found);
                "the words are those of the document; any other is sent as it comes"
            }
            None => "the document lists its words, but they are too many for an enum, or no names",
        };
        field.review.get_or_insert_with(|| review.to_owned());
        field.base != "String"
    }

    fn link(&mut self, member: &Member, found: link::Found) {
        let Some(mut field) = self.field(member, &found.base) else { return };
        field.docs = format!(
            "The {} of the {}: a relationship rather than a property.",
            words::prose(&found.link.other),
            words::prose(&self.resource.name)
        );
        field.attributes.push(found.attribute);
        field.review = Some(found.reason);
        self.fields.push(field);
        self.nested.extend(found.nested);
        if !self.links.contains(&found.link) {
            self.links.push(found.link);
        }
    }

    fn object(&mut self, member: &Member) {
        let Some(field) = self.field(member, "") else { return };
        let mut flat = nested::Flat {
            class: self.class,
            resource: &self.resource.name,
            properties: &mut self.properties,
            idents: &mut self.idents,
            nested: Vec::new(),
            computed: Vec::new(),
            left_out: Vec::new(),
        };
        let type_name = format!("{}{}", self.type_name, words::upper(&field.ident));
        let kept =
            flat.object(&member.shape, &type_name, &[(field.ident.clone(), field.optional)], &member.name);
        let (nested, computed, left_out) = (flat.nested, flat.computed, flat.left_out);
        self.nested.extend(nested);
        self.computed.extend(computed);
        for LeftOut { what, why } in left_out {
            self.leave_out(&what, why);
        }
        if kept {
            let attributes = vec!["skip".to_owned()];
            self.fields.push(Field { base: type_name, attributes, ..field });
        } else {
            self.idents.remove(&field.ident);
        }
    }

    /// What the struct says of `name` and `displayName`.
    pub fn names(&mut self) -> Vec<String> {
        let name = self.first_text(&NAMES);
        let display = self.first_text(&DISPLAY);
        let Some(key) = self.ident_of(&self.key.member) else { return Vec::new() };
        if self.key.base != "String" {
            self.computed_names(&self.name_or(name.as_ref(), &format!("self.{key}.to_string()")));
            return Vec::new();
        }
        let inner = NAMES.iter().find_map(|name| self.computed.iter().find(|one| one.property == **name));
        if let (None, Some(inner)) = (&name, inner) {
            let body = match inner.ty.as_str() {
                "String" => Some(format!("self.{}()", inner.method)),
                "Option<String>" => {
                    Some(format!("self.{}().unwrap_or_else(|| self.{key}.clone())", inner.method))
                }
                _ => None,
            };
            if let Some(body) = body {
                self.computed_names(&body);
                return Vec::new();
            }
        }
        let mut chain: Vec<String> = name.into_iter().collect();
        if !chain.contains(&key) {
            chain.push(key);
        }
        let mut shown: Vec<String> = display.into_iter().filter(|ident| !chain.contains(ident)).collect();
        shown.extend(chain.iter().cloned());
        let list = |idents: &[String]| match idents {
            [only] => only.clone(),
            several => format!("[{}]", several.join(", ")),
        };
        // The field `name` is sent so anyway.
        let is_sent = |field: &Field| field.ident == "name" && field.attributes.is_empty();
        let own = list(&chain) == "name" && self.fields.iter().any(is_sent);
        let display = format!("display_name = {}", list(&shown));
        vec![if own { display } else { format!("name = {}, {display}", list(&chain)) }]
    }

    /// A field's text, or else something that is always there.
    fn name_or(&self, name: Option<&String>, otherwise: &str) -> String {
        match name.and_then(|name| self.fields.iter().find(|field| field.ident == *name)) {
            Some(Field { ident, optional: true, .. }) => {
                format!("self.{ident}.clone().filter(|text| !text.is_empty()).unwrap_or_else(|| {otherwise})")
            }
            Some(Field { ident, .. }) => {
                format!("if self.{ident}.is_empty() {{ {otherwise} }} else {{ self.{ident}.clone() }}")
            }
            None => otherwise.to_owned(),
        }
    }

    /// A method for both names, where no field can be both, or the key cannot stand in because it is a number.
    fn computed_names(&mut self, body: &str) {
        // What is called so is a property through the method.
        for field in &mut self.fields {
            if matches!(field.ident.as_str(), "name" | "display_name") && field.attributes.is_empty() {
                field.attributes.push("skip".to_owned());
            }
        }
        let method = |property: &str| Computed {
            property: property.to_owned(),
            ty: "String".to_owned(),
            method: "name_to_show".to_owned(),
            body: body.to_owned(),
            docs: "What people call it, or else what identifies it.".to_owned(),
            review: None,
        };
        // Two names of one thing: where a member is called so already, the method gives what is missing.
        for property in ["name", "display_name"] {
            if !self.computed.iter().any(|one| one.property == property) {
                self.computed.push(method(property));
            }
        }
    }

    /// The first of these members that is a text, and that a field holds.
    fn first_text(&self, wanted: &[&str]) -> Option<String> {
        let field = |name: &str| {
            let is_it = |field: &&Field| field.base == "String" && field.ident.trim_end_matches('_') == name;
            let skipped = |field: &Field| {
                field.attributes.iter().any(|attribute| attribute.starts_with("relationship"))
            };
            self.fields.iter().find(is_it).filter(|field| !skipped(field)).map(|field| field.ident.clone())
        };
        wanted.iter().copied().find_map(field)
    }
}

/// Whether texts of this name tend to be longer than JupiterOne takes.
fn is_long(name: &str) -> bool {
    ["description", "notes", "note", "comment", "bio", "body", "summary", "message", "content", "text"]
        .iter()
        .any(|word| name == *word || name.ends_with(&format!("_{word}")))
}

/// What is worth a look of a member that was taken as it came.
fn doubt(name: &str, shape: &Shape) -> Option<String> {
    let texts = shape.text.as_ref();
    if texts.is_some_and(|texts| texts.dates) {
        return Some(
            "a date without a time, sent as text; JupiterOne's dates are epoch milliseconds".to_owned(),
        );
    }
    let seconds = |number: &i64| {
        (1_000_000_000..4_000_000_000).contains(number)
            || (1_000_000_000_000..4_000_000_000_000).contains(number)
    };
    let timely = ["_at", "_on", "_date", "_time", "_timestamp"].iter().any(|end| name.ends_with(end));
    if timely && !shape.numbers.is_empty() && shape.numbers.iter().all(seconds) {
        return Some("it looks like a time as a number: `EpochMs` holds milliseconds, `EpochMs::from_seconds` takes seconds".to_owned());
    }
    if shape.float
        && !shape.integer
        && shape.numbers.is_empty()
        && shape.text.is_none()
        && name.ends_with("id")
    {
        return Some(
            "a number that no integer type holds was seen; as a fraction it loses digits".to_owned(),
        );
    }
    None
}
