//! Builds an entity, member by member.
//!
//! Order matters: the key first, then the record's own values, then the objects inside it, so that a nested value
//! never takes the name of one of the record's own. **Invariant:** everything that the compiler would refuse is left
//! out here, with the reason.

mod called;

use std::collections::BTreeSet;

use j1_core::model::ClassDef;

use super::dates;
use super::enumeration::{self, Enumeration};
use super::field::{self, Field, Naming, base_type, docs, property, takes_values};
use super::identity::Key;
use super::left_out::LeftOut;
use super::link::{self, Link};
use super::logins::Login;
use super::names::Names;
use super::nested::{self, Computed, Nested};
use super::privacy::{why_left_out, why_withheld};
use super::resource::{Resource, Source};
use super::shape::{Member, Shape};
use super::ties;
use super::words;
use crate::new::escape::code;

/// The reason to review a member that paths take.
const NEEDED: &str =
    "a path takes it, and the document does not promise it: a record without it is left out and named";

/// The same for a member of records that were seen.
const NEEDED_AS_SEEN: &str =
    "a path takes it, and every record that was seen has it: one without it is left out and named";

/// An entity that is being built.
pub struct Builder<'r> {
    resource: &'r Resource,
    key: &'r Key,
    class: &'static ClassDef,
    type_name: String,
    login: Login,
    names: &'r mut Names,
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
    /// Returns an empty builder.
    pub fn new(
        resource: &'r Resource,
        key: &'r Key,
        class: &'static ClassDef,
        type_name: &str,
        names: &'r mut Names,
    ) -> Self {
        Self {
            resource,
            key,
            class,
            type_name: type_name.to_owned(),
            login: Login::new(class, resource.shape.members()),
            names,
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

    /// Places all members of the records.
    pub fn members(&mut self, others: &[link::Other]) {
        let all = self.resource.shape.members();
        let is_key = |member: &&Member| member.name == self.key.member;
        let (key, rest): (Vec<_>, Vec<_>) = all.iter().partition(is_key);
        let is_object = |member: &&Member| member.shape.is_object();
        let (objects, own): (Vec<_>, Vec<_>) = rest.into_iter().partition(is_object);
        for member in key.into_iter().chain(own).chain(objects) {
            self.member(member, others);
        }
        self.skip_repeats();
    }

    fn leave_out(&mut self, what: &str, why: impl Into<String>) {
        self.left_out
            .push(LeftOut::new(format!("{} of {}", code(what), words::prose(&self.resource.name)), why));
    }

    /// Returns a name for a field that no other has.
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

    /// Returns the field of a member.
    pub fn ident_of(&self, member: &str) -> Option<String> {
        let is_it = |field: &&Field| field.wire.as_deref().unwrap_or(&field.ident) == member;
        self.fields.iter().find(is_it).map(|field| field.ident.clone())
    }

    /// Places a member: as a field, a relationship, methods, or among what is left out.
    fn member(&mut self, member: &Member, others: &[link::Other]) {
        let is_key = member.name == self.key.member;
        let why_not = if self.resource.is_ported { why_withheld } else { why_left_out };
        let left_out = why_not(&member.name, &member.shape).filter(|_| !is_key);
        if let Some(why) = left_out.filter(|_| !link::is_token_of(member, others)) {
            return self.leave_out(&member.name, why);
        }
        if words::snake(&member.name).is_none() {
            return self
                .leave_out(&member.name, "its name has no letter that JupiterOne's property names take");
        }
        let found = (!is_key)
            .then(|| link::find(self.resource, self.class, &self.type_name, member, others, self.names))
            .flatten();
        if let Some(found) = found {
            return self.link(member, found);
        }
        if let Some(why) = left_out {
            return self.leave_out(&member.name, why);
        }
        if member.shape.is_object() {
            return self.object(member, others);
        }
        if let Some(value) = nested::listed_value(&member.shape) {
            return self.listed(member, value);
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
        let needed = self.resource.is_needed(&member.name);
        Some(Field {
            ident,
            wire,
            base: base.to_owned(),
            optional,
            docs,
            attributes: Vec::new(),
            review: needed.then(|| self.needed().to_owned()),
        })
    }

    /// Returns the reason to review a member that paths take.
    const fn needed(&self) -> &'static str {
        match self.resource.source {
            Source::Document => NEEDED,
            Source::Records => NEEDED_AS_SEEN,
        }
    }

    /// Adds the field that identifies the record; it is a property if the class takes it.
    fn key_field(&mut self, member: &Member, base: &'static str) {
        let Some(mut field) = self.field(member, base) else { return };
        // A record without it cannot be an entity.
        field.optional = false;
        let named = words::snake(&member.name).unwrap_or_default();
        match property(self.class, &self.resource.name, &named, base, &member.shape) {
            Ok(naming)
                if naming.review.is_none()
                    && !naming.rename
                    && why_left_out(&member.name, &member.shape).is_none()
                    && self.properties.insert(naming.name.clone()) =>
            {
                if naming.list {
                    field.attributes.push("list".to_owned());
                }
            }
            _ => {
                field.attributes.push("skip".to_owned());
                field.docs = format!("{} It is in the key.", field.docs);
            }
        }
        self.fields.push(field);
    }

    fn property(&mut self, member: &Member, base: &'static str) {
        let Some(name) = words::snake(&member.name) else { return };
        if name == "name" || name == "display_name" {
            // `name` and `displayName` are set by attributes of the struct.
            if let Some(mut field) = self.field(member, base) {
                if base != "String" {
                    field.attributes.push("skip".to_owned());
                }
                self.fields.push(field);
            }
            return;
        }
        let date = dates::written(&name, &member.shape);
        let kind = if date.is_some() { "EpochMs" } else { base };
        let login = self.login.property(self.class, &self.resource.name, &name, base, &member.shape);
        let found = login.map_or_else(
            || property(self.class, &self.resource.name, &words::ident(&name), kind, &member.shape),
            Ok,
        );
        // The other integration has the property by this name, whatever a better one would be.
        let own = || Naming { name: member.name.clone(), rename: true, ..Naming::default() };
        let naming = match found {
            Ok(_) if self.resource.is_ported => own(),
            Ok(naming) => naming,
            Err(_) if self.resource.is_ported && takes_values(self.class, &member.name, &member.shape) => {
                own()
            }
            Err(why) => return self.leave_out(&member.name, why),
        };
        if !self.properties.insert(naming.name.clone()) {
            return self.leave_out(
                &member.name,
                format!("another member is the property {} already", code(&naming.name)),
            );
        }
        let Some(mut field) = self.field(member, base) else { return };
        if naming.rename || field::camel(&field.ident) != field::camel(&name) || naming.review.is_some() {
            field.attributes.push(format!("rename = {:?}", naming.name));
        }
        if naming.list {
            field.attributes.push("list".to_owned());
        }
        field.review = naming.review.or_else(|| doubt(&name, &member.shape)).or(field.review);
        if let Some((written, why)) = date {
            field.attributes.push(format!("date = {}", written.word()));
            field.review = Some(why);
        } else if base == "String" && !self.enumeration(member, &mut field, naming.list) && is_long(&name) {
            field.attributes.push("truncate".to_owned());
        }
        self.fields.push(field);
    }

    /// Adds an enum for a text whose words a document lists. Returns `true` if it did.
    fn enumeration(&mut self, member: &Member, field: &mut Field, list: bool) -> bool {
        let Some(texts) = member.shape.text.as_ref().filter(|texts| !list && !texts.words.is_empty()) else {
            return false;
        };
        let docs = format!("The values of {} of {}.", code(&member.name), words::one(&self.resource.name));
        let wanted = format!("{}{}", self.type_name, words::upper(&field.ident));
        let type_name = self.names.type_name(&wanted);
        let review = match enumeration::from_texts(&type_name, docs, texts) {
            Some(found) => {
                field.base = type_name;
                self.enums.push(found);
                "the words are those of the document; any other is sent as it comes"
            }
            None => {
                self.names.release(&type_name);
                "the document lists its words, but they are too many for an enum, or cannot be names"
            }
        };
        field.review.get_or_insert_with(|| review.to_owned());
        field.base != "String"
    }

    fn link(&mut self, member: &Member, found: link::Declared) {
        let same = |known: &&Link| {
            (known.verb, &known.from, &known.to) == (found.link.verb, &found.link.from, &found.link.to)
        };
        if let Some(first) = self.links.iter().find(same) {
            let why = format!(
                "{} is the relationship {} already; a second one needs a verb of its own",
                code(&first.member.0),
                code(&found.link.edge())
            );
            if let Some(nested) = &found.nested {
                self.names.release(&nested.type_name);
            }
            return self.leave_out(&member.name, why);
        }
        let Some(mut field) = self.field(member, &found.base) else { return };
        let taken = self.resource.is_taken(&member.name);
        field.optional |= self.resource.source == Source::Records && found.nested.is_some() && !taken;
        let mut found = found;
        if let Some(nested) = &mut found.nested {
            nested.fields.extend(self.needed_inside(member, &nested.fields));
        }
        field.docs = format!(
            "The {} of the {}: a relationship rather than a property.",
            words::prose(&found.link.other),
            words::prose(&self.resource.name)
        );
        field.attributes.push(found.attribute);
        field.review = Some(found.reason);
        self.fields.push(field);
        self.nested.extend(found.nested);
        self.links.push(found.link);
    }

    /// Returns the fields for what paths take of an object that is a relationship.
    fn needed_inside(&self, member: &Member, known: &[Field]) -> Vec<Field> {
        let inside = member.shape.members().iter().filter_map(|inner| {
            let ident = words::ident(&words::snake(&inner.name)?);
            let is_new = !known.iter().any(|field| field.ident == ident);
            let base = base_type(&inner.shape).ok()?;
            let way = format!("{}.{}", member.name, inner.name);
            (is_new && self.resource.taken.contains(&way)).then(|| Field {
                docs: docs(&ident, base, inner.shape.docs.as_deref()),
                wire: (ident != inner.name).then(|| inner.name.clone()),
                ident,
                base: base.to_owned(),
                optional: false,
                attributes: Vec::new(),
                review: self.resource.is_needed(&way).then(|| self.needed().to_owned()),
            })
        });
        inside.collect()
    }

    /// Makes one property of the values of a list: the addresses of `[{"value": "a@example.com", "primary": true}]`.
    fn listed(&mut self, member: &Member, value: &Member) {
        const WHY: &str = "it is a list of objects; each may be an entity of its own";
        let Some(name) = words::snake(&member.name) else { return };
        let (mut texts, one) = (Shape::default(), words::singular(&name));
        texts.list = Some(Box::new(value.shape.clone()));
        let is_of_class = self.class.property(&one).is_some();
        let wanted = if is_of_class { &one } else { &name };
        let naming = property(self.class, &self.resource.name, &words::ident(wanted), "Vec<String>", &texts);
        // Of SCIM's lists, these are private or as long as a file.
        let is_private = ["address", "certificate", "photo", "im"].iter().any(|word| one.ends_with(word));
        let Some(naming) = naming.ok().filter(|_| !is_private) else {
            return self.leave_out(&member.name, WHY);
        };
        let said = heck::ToSnakeCase::to_snake_case(naming.name.as_str());
        let method = format!("{one}_values");
        if field::camel(&said) != naming.name
            || self.properties.contains(&naming.name)
            || !self.idents.insert(method.clone())
        {
            return self.leave_out(&member.name, WHY);
        }
        let Some(mut field) = self.field(member, "") else { return };
        self.properties.insert(naming.name);
        field.optional = true;
        field.attributes.push("skip".to_owned());
        let type_name = self.names.type_name(&format!("{}{}", self.type_name, words::upper(&one)));
        field.base = format!("Vec<{type_name}>");
        let ident = words::ident(&words::snake(&value.name).unwrap_or_default());
        let body =
            format!("self.{}.iter().flatten().filter_map(|one| one.{ident}.clone()).collect()", field.ident);
        let held = Field {
            docs: docs(&ident, "String", None),
            wire: (ident != value.name).then(|| value.name.clone()),
            ident,
            base: "String".to_owned(),
            optional: true,
            attributes: Vec::new(),
            review: None,
        };
        let of = format!("One of {} of {}.", code(&member.name), words::one(&self.resource.name));
        self.nested.push(Nested { type_name, docs: of, fields: vec![held] });
        self.computed.push(Computed {
            property: words::ident(&said),
            ty: "Vec<String>".to_owned(),
            method,
            body,
            docs: format!("The values of {}.", code(&member.name)),
            review: naming.review,
        });
        self.fields.push(field);
    }

    fn object(&mut self, member: &Member, others: &[link::Other]) {
        let Some(mut field) = self.field(member, "") else { return };
        let optional = self.resource.source == Source::Records;
        field.optional |= optional && !self.resource.is_taken(&member.name);
        let mut flat = nested::Flat {
            class: self.class,
            resource: &self.resource.name,
            properties: &mut self.properties,
            idents: &mut self.idents,
            names: self.names,
            optional,
            taken: &self.resource.taken,
            login: &self.login,
            ends: ties::ends(self.resource, self.class, &self.type_name, member, others),
            ties: Vec::new(),
            nested: Vec::new(),
            computed: Vec::new(),
            left_out: Vec::new(),
        };
        let wanted = format!("{}{}", self.type_name, words::upper(&field.ident));
        let kept =
            flat.object(&member.shape, &wanted, &[(field.ident.clone(), field.optional)], &member.name);
        let (nested, computed, left_out) = (flat.nested, flat.computed, flat.left_out);
        self.links.extend(flat.ties);
        self.nested.extend(nested);
        self.computed.extend(computed);
        let of = words::prose(&self.resource.name);
        self.left_out
            .extend(left_out.into_iter().map(|one| LeftOut::new(format!("{} of {of}", one.what), one.why)));
        if let Some(base) = kept {
            self.fields.push(Field { base, attributes: vec!["skip".to_owned()], ..field });
        } else {
            self.idents.remove(&field.ident);
        }
    }

    /// Skips fields that hold the id of the same entity as a relationship does: the compiler refuses them as properties.
    fn skip_repeats(&mut self) {
        for link in &self.links {
            let Some(ident) = self.ident_of(&link.member.0) else { continue };
            let other = if link.from == self.type_name { &link.to } else { &link.from };
            let repeats = link::repeats(&ident, other);
            for field in self.fields.iter_mut().filter(|field| repeats(&field.ident)) {
                let declared = field.attributes.iter().any(|one| one.starts_with("relationship"));
                if !declared && field.ident != ident && !field.attributes.iter().any(|one| one == "skip") {
                    field.attributes = vec!["skip".to_owned()];
                    field.review =
                        Some(format!("it repeats the relationship of `{ident}`, so it is skipped"));
                }
            }
        }
    }
}

/// Returns `true` for names of texts that are often longer than JupiterOne allows.
fn is_long(name: &str) -> bool {
    ["description", "notes", "note", "comment", "bio", "body", "summary", "message", "content", "text"]
        .iter()
        .any(|word| name == *word || name.ends_with(&format!("_{word}")))
}

/// Returns the reason to review a member whose values may mean something else than their type says.
fn doubt(name: &str, shape: &Shape) -> Option<String> {
    if shape.text.as_ref().is_some_and(|texts| texts.dates) {
        return Some(
            "a date without a time, sent as text; JupiterOne's dates are epoch milliseconds".to_owned(),
        );
    }
    if shape.kinds() == 1 && dates::looks_like_one(shape) {
        return Some("the numbers may be dates: if so, add `date = seconds` or `date = millis`".to_owned());
    }
    let fraction = shape.float && !shape.integer && shape.numbers.is_empty() && shape.text.is_none();
    (fraction && name.ends_with("id"))
        .then(|| "a number that no integer type holds was seen; as a fraction it loses digits".to_owned())
}
