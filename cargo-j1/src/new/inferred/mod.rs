//! A project made of what files show of a provider's API.

mod shown;

use std::fmt::Write as _;

use j1_core::describe::in_words;
use j1_core::describe::official::{EntityRow, RelationshipRow};
use serde::Serialize;
use serde_json::Value;

use super::api::Paging;
use super::choices::Choices;
use super::escape::code;
use super::name::Name;
use super::place::File;
use super::project::{Content, Endpoint, Project};
use super::recording::List;
use super::request::{Request, recorded_path};
use super::templates;
use crate::error::Error;
use crate::infer::fixture::{self, Ids};
use crate::infer::resource::Given;
use crate::infer::{Entity, Inferred, LeftOut, Membership, Parent, PathParameter, Resource, words};

pub use shown::{Called, Shown, ShownMembership};

/// The entities of a project, and the guesses that its author has to review.
#[derive(Debug, Serialize)]
pub struct Outline {
    entities: Vec<Shown>,
    memberships: Vec<ShownMembership>,
    sources: Vec<String>,
    guesses: Vec<String>,
    all_links: Vec<Value>,
    left_out: Vec<LeftOut>,
}

impl Outline {
    /// Returns `true` where something is listed below something else.
    pub fn is_nested(&self) -> bool {
        !self.memberships.is_empty() || self.entities.iter().any(|shown| shown.entity().parent.is_some())
    }

    /// Returns what is said on the terminal.
    pub fn told(&self) -> String {
        let mut out = String::new();
        for shown in &self.entities {
            let entity = shown.entity();
            let _ =
                writeln!(out, "  {} as {}, because {}", entity.type_name, entity.class, entity.class_reason);
        }
        if !self.left_out.is_empty() {
            let _ = writeln!(out, "Left out ({}):", self.left_out.len());
            for one in self.left_out.iter().take(MOST_TOLD) {
                let _ = writeln!(out, "  {one}");
            }
            if self.left_out.len() > MOST_TOLD {
                let _ = writeln!(out, "  and {} more, all in REVIEW.md", self.left_out.len() - MOST_TOLD);
            }
        }
        out += "Every guess is marked `// review:` in the code; REVIEW.md sums them up.\n";
        out
    }

    /// Returns the files of the entities and steps, and the summary.
    pub fn files(&self, project: &Project, called: &Called<'_>) -> Result<Vec<File>, Error> {
        let mut files = templates::fill("inferred/src", project)?;
        for file in &mut files {
            file.path.insert_str(0, "src/");
        }
        files.push(File {
            path: "REVIEW.md".to_owned(),
            text: templates::one("inferred/REVIEW.md", project)?,
        });
        for shown in &self.entities {
            files.extend(shown.files(called, project.recorded(shown.method()))?);
        }
        for shown in &self.memberships {
            files.extend(shown.files(called, project.recorded(shown.method()))?);
        }
        Ok(files)
    }
}

/// The number of left-out lists shown on the terminal.
const MOST_TOLD: usize = 12;

/// Returns the content of a project of these entities.
#[expect(clippy::needless_pass_by_value, reason = "the caller has no further use of them")]
pub fn content(
    name: &Name,
    choices: &Choices,
    inferred: Inferred,
    base: Option<String>,
    sources: Vec<String>,
) -> Content {
    let Inferred { entities, memberships, parameters, left_out } = inferred;
    let ids: Ids = entities
        .iter()
        .map(|(entity, resource)| (entity.name.clone(), fixture::ids(entity, resource)))
        .collect();
    let types = |entity: &Entity| {
        let nested = entity.nested.iter().map(|nested| nested.type_name.clone());
        let enums = entity.enums.iter().map(|one| one.type_name.clone());
        std::iter::once(entity.type_name.clone()).chain(nested).chain(enums).collect::<Vec<_>>()
    };
    let parents = entities.iter().filter_map(|(entity, _)| entity.parent.as_ref());
    let parents = parents.chain(memberships.iter().map(|one| &one.parent));
    let locals = parents.flat_map(|parent| [parent.variable.clone(), parent.variables.clone()]);
    let plurals = entities.iter().map(|(entity, _)| &entity.plural);
    let plurals: Vec<&String> = plurals.chain(memberships.iter().map(|one| &one.called.plural)).collect();
    let mut content = Content {
        about: about(&entities),
        base: base.clone().unwrap_or_else(|| format!("https://api.{}.example/v1", name.dns())),
        type_names: entities.iter().flat_map(|(entity, _)| types(entity)).collect(),
        locals: locals.chain(["records", "record"].map(str::to_owned)).collect(),
        steps: plurals.iter().map(|plural| format!("fetch_{plural}")).collect(),
        tests: plurals.iter().map(|plural| words::ident(plural)).collect(),
        collected: Vec::new(),
        entities: Vec::new(),
        relationships: Vec::new(),
        endpoints: Vec::new(),
        parameters,
        outline: None,
        ported: None,
        settings: None,
    };
    Filler { content: &mut content, choices, ids: &ids, entities: &entities }.fill(&memberships);
    content.collected.sort();
    let all_links = entities
        .iter()
        .flat_map(|(entity, _)| &entity.links)
        .filter_map(|link| serde_json::to_value(link).ok());
    let all_links = all_links.collect();
    let guesses = guesses(&content, choices, base.as_deref());
    content.outline = Some(Outline {
        all_links,
        sources,
        guesses,
        left_out,
        memberships: memberships.iter().map(ShownMembership::new).collect(),
        entities: entities
            .into_iter()
            .map(|(entity, resource)| {
                let request = Request::new(&resource, entity.parent.as_ref());
                Shown::new(entity, request.argument)
            })
            .collect(),
    });
    content
}

fn guesses(content: &Content, choices: &Choices, base: Option<&str>) -> Vec<String> {
    let url = match base {
        Some(base) => format!("Its URL is {}.", code(base)),
        None => {
            format!("No URL of the API was seen; {} stands in `src/config.rs` for it.", code(&content.base))
        }
    };
    let mut guesses = vec![url, format!("Its client is {}.", code(&choices.auth.client()))];
    guesses.extend(choices.auth.review.iter().map(|review| format!("Its credentials: {review}.")));
    let said = |parameter: &PathParameter| {
        format!("{} is configuration: {}.", code(&parameter.ident), parameter.review)
    };
    guesses.extend(content.parameters.iter().map(said));
    guesses
}

/// Fills a content with what each entity gives: its types, its rows of the documentation, its list.
struct Filler<'c> {
    content: &'c mut Content,
    choices: &'c Choices,
    ids: &'c Ids,
    entities: &'c [(Entity, Resource)],
}

impl Filler<'_> {
    fn fill(&mut self, memberships: &[Membership]) {
        for (entity, resource) in self.entities {
            let records = fixture::records(entity, resource, self.ids);
            self.count(self.ty(&entity.name), records.len());
            for link in &entity.links {
                let count = fixture::linked(&records, &link.member);
                self.relate(&link.from, link.verb, &link.to, count);
            }
            if let Some(parent) = &entity.parent {
                self.relate(&parent.type_name, "Has", &entity.type_name, records.len());
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
        for one in memberships {
            let of = |name: &str| self.entities.iter().find(|(entity, _)| entity.name == name);
            let Some((entity, resource)) = of(&one.entity.name) else { continue };
            let records = fixture::records(entity, resource, self.ids);
            self.relate(&one.parent.type_name, "Has", &entity.type_name, records.len());
            let called = (words::ident(&one.called.plural), one.called.prose.clone());
            let endpoint =
                self.endpoint(called, &entity.type_name, &one.resource, Some(&one.parent), records);
            self.content.endpoints.push(endpoint);
        }
    }

    fn ty(&self, resource: &str) -> String {
        format!("{resource}_{}", self.choices.integration_type)
    }

    fn type_of(&self, type_name: &str) -> String {
        let found = self.entities.iter().find(|(entity, _)| entity.type_name == type_name);
        found.map_or_else(String::new, |(entity, _)| self.ty(&entity.name))
    }

    fn count(&mut self, ty: String, count: usize) {
        match self.content.collected.iter_mut().find(|(known, _)| *known == ty) {
            Some((_, known)) => *known += count,
            None if count > 0 => self.content.collected.push((ty, count)),
            None => {}
        }
    }

    /// Adds a relationship to the documentation, and how many the recordings give.
    fn relate(&mut self, from: &str, verb: &str, to: &str, count: usize) {
        let (from, to) = (self.type_of(from), self.type_of(to));
        let edge = format!("{from}_{}_{to}", verb.to_ascii_lowercase());
        self.count(edge.clone(), count);
        let class = verb.to_ascii_uppercase();
        if !self.content.relationships.iter().any(|known| known.ty == edge) {
            let row = RelationshipRow { source: from, target: to, class, direction: None, ty: edge };
            self.content.relationships.push(row);
        }
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
            (Some(_), _) => "the paging, as the response or the document shows it".to_owned(),
            (None, Some(_)) => "the paging, as --pagination says; nothing that was read shows it".to_owned(),
            (None, None) => {
                "nothing shows how the list is paged; if it comes in pages, all but the first are missed"
                    .to_owned()
            }
        }];
        reviews.extend(resource.given.iter().map(|Given { name, value, why }| {
            format!("{} is {}, {why}", code(name), code(value.as_deref().unwrap_or_default()))
        }));
        let paging = paging.unwrap_or(Paging::Whole);
        let request = Request::new(resource, parent);
        let of = parent.map(|parent| format!(" of {}", words::one(&parent.name))).unwrap_or_default();
        Endpoint {
            name,
            docs: format!("Lists the {prose}{of}."),
            entity: entity.to_owned(),
            code: paging.code(resource.items.as_deref()),
            request: request.code,
            arguments: request.arguments,
            reviews,
            is_sized: paging.is_sized(),
            lists: self.lists(resource, parent, &paging, records),
        }
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
        let list = |id: Option<&str>, records: Vec<Value>| List {
            base: self.content.base.clone(),
            path: recorded_path(resource, id, default),
            given: given(resource),
            items: resource.items.clone(),
            paging: paging.clone(),
            records,
            tried: first && parent.is_none(),
        };
        let Some(parent) = parent else { return vec![list(None, records)] };
        let ids = self.ids.get(&parent.name).map_or(&[][..], Vec::as_slice);
        let text = |id: &Value| id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        ids.iter()
            .enumerate()
            .map(|(at, id)| list(Some(&text(id)), if at == 0 { records.clone() } else { Vec::new() }))
            .collect()
    }
}

/// Returns the parameters that every request of a list has.
fn given(resource: &Resource) -> Vec<(String, String)> {
    resource.given.iter().filter_map(|given| Some((given.name.clone(), given.value.clone()?))).collect()
}

/// Returns what a project collects, in words.
fn about(entities: &[(Entity, Resource)]) -> String {
    let names: Vec<_> = entities.iter().take(4).map(|(entity, _)| words::prose(&entity.plural)).collect();
    match names.as_slice() {
        _ if entities.len() > names.len() => format!("{} and more", names.join(", ")),
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Returns the code and the recordings of one list, for a project that stands.
pub fn one_list(
    entity: &Entity,
    resource: &Resource,
    base: &str,
    records: Vec<Value>,
) -> (Request, Paging, List) {
    let paging = resource.paging.clone().unwrap_or(Paging::Whole);
    let list = List {
        base: base.to_owned(),
        path: recorded_path(resource, None, |_| None),
        given: given(resource),
        items: resource.items.clone(),
        paging: paging.clone(),
        records,
        tried: false,
    };
    (Request::new(resource, entity.parent.as_ref()), paging, list)
}
