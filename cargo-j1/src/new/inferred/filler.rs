//! The content of a project, list by list: its types, its rows of the documentation, its calls and its recordings.

use std::collections::{BTreeMap, BTreeSet};

use j1_core::describe::in_words;
use j1_core::describe::official::{EntityRow, RelationshipRow};
use serde_json::Value;

use crate::infer::fixture::{self, Ids};
use crate::infer::resource::{Fill, Given, Hole};
use crate::infer::{Entity, Membership, Parent, Resource, is_by_name, is_id, words};
use crate::new::api::{PAGE, Paging};
use crate::new::choices::Choices;
use crate::new::escape::code;
use crate::new::project::{Content, Endpoint, Once};
use crate::new::recording::List;
use crate::new::request::{Request, recorded_in, recorded_path, recorded_query};

/// Fills a content with what each entity gives: its types, its rows of the documentation, its list.
pub struct Filler<'c> {
    pub content: &'c mut Content,
    pub choices: &'c Choices,
    pub ids: &'c Ids,
    pub entities: &'c [(Entity, Resource)],
    /// The relationships that the recordings give, by their types. A record and a list may both say the same one.
    pub related: BTreeMap<String, BTreeSet<Pair>>,
}

/// The ids of the two ends of a relationship.
pub type Pair = (String, String);

impl Filler<'_> {
    /// Fills it.
    pub fn fill(&mut self, memberships: &[Membership]) {
        for (entity, resource) in self.entities {
            let records = fixture::records(entity, resource, self.ids);
            self.content
                .collected
                .extend((!records.is_empty()).then(|| (self.ty(&entity.name), records.len())));
            for link in &entity.links {
                let ends = |record: &Value| -> Vec<Pair> {
                    let own = text(&record[entity.key_member()]);
                    let pair = |end| {
                        if link.from == entity.type_name {
                            (own.clone(), text(&end))
                        } else {
                            (text(&end), own.clone())
                        }
                    };
                    fixture::ends(record, &link.member).into_iter().map(pair).collect()
                };
                let pairs = records.iter().flat_map(ends).collect();
                self.relate(&link.from, link.verb, &link.to, pairs);
            }
            if let Some(parent) = &entity.parent {
                let pairs = self.below(parent, entity, &records);
                self.relate(&parent.type_name, "Has", &entity.type_name, pairs);
            }
            self.content.entities.push(EntityRow {
                resource: in_words(&entity.type_name),
                ty: self.ty(&entity.name),
                classes: vec![entity.class.clone()],
            });
            let called = (words::ident(&entity.plural), words::prose(&entity.plural));
            let endpoint =
                self.endpoint(called, &entity.type_name, resource, entity.parent.as_ref(), records);
            self.content.endpoints.push(endpoint);
        }
        // The step of a list of members runs with those that collect the two ends, and with no other list of members.
        let before = self.related.clone();
        for one in memberships {
            let of = |name: &str| self.entities.iter().find(|(entity, _)| entity.name == name);
            let Some((entity, resource)) = of(&one.entity.name) else { continue };
            let records = fixture::records(entity, resource, self.ids);
            let pairs = self.below(&one.parent, entity, &records);
            let mut seen: BTreeSet<Pair> = pairs.iter().cloned().collect();
            let edge = self.relate(&one.parent.type_name, "Has", &entity.type_name, pairs);
            seen.extend(before.get(&edge).into_iter().flatten().cloned());
            let called = (words::ident(&one.called.plural), one.called.prose.clone());
            let endpoint =
                self.endpoint(called, &entity.type_name, &one.resource, Some(&one.parent), records);
            self.content.endpoints.push(Endpoint { related: Some(seen.len()), ..endpoint });
        }
        let related = self.related.iter().map(|(edge, pairs)| (edge.clone(), pairs.len()));
        self.content.collected.extend(related.filter(|(_, count)| *count > 0));
    }

    /// Returns the relationships of the first recorded record of an owner to these, which are all recorded below it.
    fn below(&self, parent: &Parent, entity: &Entity, records: &[Value]) -> Vec<Pair> {
        let owner = self.ids.get(&parent.name).and_then(|ids| ids.first()).map(text).unwrap_or_default();
        records.iter().map(|record| (owner.clone(), text(&record[entity.key_member()]))).collect()
    }

    fn ty(&self, resource: &str) -> String {
        format!("{resource}_{}", self.choices.integration_type)
    }

    fn type_of(&self, type_name: &str) -> String {
        let found = self.entities.iter().find(|(entity, _)| entity.type_name == type_name);
        found.map_or_else(String::new, |(entity, _)| self.ty(&entity.name))
    }

    /// Adds a relationship to the documentation, and those that the recordings give. Returns its type.
    fn relate(&mut self, from: &str, verb: &str, to: &str, pairs: Vec<Pair>) -> String {
        let (from, to) = (self.type_of(from), self.type_of(to));
        let edge = format!("{from}_{}_{to}", verb.to_ascii_lowercase());
        self.related.entry(edge.clone()).or_default().extend(pairs);
        let class = verb.to_ascii_uppercase();
        if !self.content.relationships.iter().any(|known| known.ty == edge) {
            let row = RelationshipRow { source: from, target: to, class, direction: None, ty: edge.clone() };
            self.content.relationships.push(row);
        }
        edge
    }

    /// Returns the list of an entity as the client reads it, with its recordings.
    fn endpoint(
        &self,
        (name, prose): (String, String),
        entity: &str,
        resource: &Resource,
        parent: Option<&Parent>,
        records: Vec<Value>,
    ) -> Endpoint {
        let paging = resource.paging.clone().or_else(|| self.choices.paging.clone());
        let mut reviews = vec![match (&resource.paging, &paging) {
            _ if resource.once => {
                "one response holds it, so that there is one of it; if it is a list, it needs a paging"
                    .to_owned()
            }
            (Some(_), _) => "the paging, as the response or the document shows it".to_owned(),
            (None, Some(_)) => "the paging, as --pagination says; nothing that was read shows it".to_owned(),
            (None, None) => {
                "nothing shows how the list is paged; if it comes in pages, all but the first are missed"
                    .to_owned()
            }
        }];
        reviews.extend(resource.graphql().into_iter().flat_map(|graphql| graphql.reviews.clone()));
        let in_body = resource.posted.iter().flat_map(|posted| &posted.members);
        reviews.extend(resource.given.iter().chain(in_body).map(|Given { name, value, why, .. }| {
            format!("{} is {}, {why}", code(name), code(value.as_deref().unwrap_or_default()))
        }));
        reviews.extend(self.owners_by_name(resource));
        let paging = if resource.once { None } else { paging }.unwrap_or(Paging::Whole);
        let request = Request::new(resource, parent);
        let of = parent.map(|parent| format!(" of {}", words::one(&parent.name))).unwrap_or_default();
        Endpoint {
            name,
            docs: if resource.once {
                format!("Reads the {prose}.")
            } else {
                format!("Lists the {prose}{of}.")
            },
            entity: entity.to_owned(),
            once: resource.once.then(|| Once::new(entity, resource)),
            code: resource.paging_code(&paging),
            request: request.code,
            query: request.query,
            tried: request.tried,
            arguments: request.arguments,
            reviews,
            is_sized: paging.is_sized() && resource.page == PAGE,
            related: None,
            lists: self.lists(resource, parent, &paging, records),
        }
    }

    /// Returns the reasons to review the owners that only the names of parameters say.
    fn owners_by_name(&self, resource: &Resource) -> Vec<String> {
        let said = |hole: &Hole| {
            let Fill::Parent(name) = &hole.fill else { return None };
            let (_, owner) = self.entities.iter().find(|(entity, _)| entity.name == *name)?;
            let one = words::one(name);
            match &hole.member {
                Some(member) => {
                    Some(format!("{} is {} of {one}, by its name", code(&hole.name), code(member)))
                }
                None if is_by_name(hole, owner) => {
                    Some(format!("{} is the key of {one}, by its name", code(&hole.name)))
                }
                None if !is_id(&hole.name) => Some(format!(
                    "{} is the key of {one}; it does not say that it is its id",
                    code(&hole.name)
                )),
                None => None,
            }
        };
        resource.holes.iter().filter_map(said).collect()
    }

    /// Returns the recordings of a list: below a record of another entity, one for each, of which the first has all records.
    fn lists(
        &self,
        resource: &Resource,
        parent: Option<&Parent>,
        paging: &Paging,
        records: Vec<Value>,
    ) -> Vec<List> {
        let default = |field: &str| {
            let found = self.content.parameters.iter().find(|parameter| parameter.ident == field);
            found.and_then(|parameter| parameter.default.clone())
        };
        // The client tries the credentials with the first list that needs no record of another.
        let first = self.content.endpoints.iter().all(|one| !one.arguments.is_empty());
        let taken = |owner_at: usize| {
            move |owner: &str, hole: &Hole| {
                let is_direct = parent.is_some_and(|parent| parent.name == owner);
                self.taken(owner, hole, if is_direct { owner_at } else { 0 })
            }
        };
        let list = |owner_at: usize, records: Vec<Value>| {
            let filled = recorded_query(resource, taken(owner_at), default);
            let (asked, posted) = recorded_in(resource, parent, filled);
            List {
                base: self.content.base.clone(),
                // All records of an owner are recorded below the first one above it.
                path: recorded_path(resource, taken(owner_at), default),
                given: given(resource).into_iter().chain(asked).chain(self.choices.auth.in_query()).collect(),
                items: resource.items.clone(),
                named: resource.named.clone(),
                each: resource.each.clone(),
                paging: paging.clone(),
                page: resource.page,
                records,
                once: resource.once,
                posted,
                tried: first && parent.is_none(),
            }
        };
        let Some(parent) = parent else { return vec![list(0, records)] };
        let owners = self.ids.get(&parent.name).map_or(0, Vec::len);
        (0..owners).map(|at| list(at, if at == 0 { records.clone() } else { Vec::new() })).collect()
    }

    /// Returns what a parameter takes of a recorded record of its owner.
    fn taken(&self, owner: &str, hole: &Hole, at: usize) -> String {
        let Some((entity, resource)) = self.entities.iter().find(|(entity, _)| entity.name == owner) else {
            return String::new();
        };
        let parent = entity.as_parent();
        let (ident, _) = parent.field(hole.member.as_deref());
        let wire = parent.others.iter().find(|(_, field, _)| field == ident).map(|(wire, ..)| wire.as_str());
        let records = fixture::records(entity, resource, self.ids);
        let wire = wire.unwrap_or(entity.key_member());
        let value = records.get(at).map(|record| match record.get(wire) {
            Some(value) => value,
            None => wire.split('.').fold(record, |at, name| &at[name]),
        });
        value.map(text).unwrap_or_default()
    }
}

/// Returns a value as a path has it.
pub fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Returns the parameters of the query that every request of a list has.
pub fn given(resource: &Resource) -> Vec<(String, String)> {
    let in_query = resource.given.iter().filter(|given| !given.is_header);
    in_query.filter_map(|given| Some((given.name.clone(), given.value.clone()?))).collect()
}
