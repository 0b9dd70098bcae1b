//! A project made of what files show of a provider's API.

mod filler;
mod shown;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use super::api::Paging;
use super::choices::Choices;
use super::escape::code;
use super::name::Name;
use super::place::File;
use super::project::{Content, Project};
use super::recording::List;
use super::request::{Request, recorded_in, recorded_path, recorded_query};
use super::templates;
use crate::error::Error;
use crate::infer::fixture::{self, Ids};
use crate::infer::resource::Hole;
use crate::infer::{
    Entity, Inferred, LeftOut, Membership, ONLY_OTHERS, PathParameter, Reason, Resource, by_reason, words,
};

use filler::{Filler, given};
pub use shown::{Called, Shown, ShownMembership};

/// The entities of a project, and the guesses that its author has to review.
#[derive(Debug, Serialize)]
pub struct Outline {
    entities: Vec<Shown>,
    memberships: Vec<ShownMembership>,
    sources: Vec<String>,
    guesses: Vec<String>,
    /// The parameters of paths that an operator sets.
    #[serde(skip)]
    configured: Vec<String>,
    related: Vec<Related>,
    left_out: Vec<Reason>,
    /// The same for the terminal, without the lists that the user did not ask for.
    #[serde(skip)]
    told: (usize, Vec<Reason>),
}

/// A relationship, and where it was found: in a member of the records, or in a list below them.
#[derive(Debug, Serialize)]
struct Related {
    edge: String,
    source: String,
}

/// Returns all relationships of the entities.
fn related(entities: &[(Entity, Resource)], memberships: &[Membership]) -> Vec<Related> {
    let has = |parent: &str, child: &str, resource: &Resource| Related {
        edge: format!("Has<{parent}, {child}>"),
        source: resource.request(),
    };
    let links = entities.iter().flat_map(|(entity, _)| &entity.links);
    let links = links.map(|link| Related { edge: link.edge(), source: link.member.0.clone() });
    let below = entities.iter().filter_map(|(entity, resource)| {
        Some(has(&entity.parent.as_ref()?.type_name, &entity.type_name, resource))
    });
    let members =
        memberships.iter().map(|one| has(&one.parent.type_name, &one.entity.type_name, &one.resource));
    links.chain(below).chain(members).collect()
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
        for configured in &self.configured {
            let _ = writeln!(out, "  {configured}");
        }
        let (count, reasons) = &self.told;
        if !reasons.is_empty() {
            let _ = writeln!(out, "Left out ({count}):");
            for reason in reasons.iter().take(MOST_TOLD) {
                out += &reason.told(MOST_NAMED);
            }
            let more = if reasons.len() > MOST_TOLD {
                format!("; {} more reasons are there, too", reasons.len() - MOST_TOLD)
            } else {
                String::new()
            };
            let _ = writeln!(out, "  All of it is in REVIEW.md{more}.");
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

/// The number of reasons shown on the terminal.
const MOST_TOLD: usize = 12;

/// The number of names shown with each of them.
const MOST_NAMED: usize = 3;

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
        base: match base.as_deref() {
            Some(path) if path.starts_with('/') => format!("https://api.{}.example{path}", name.dns()),
            Some(base) => base.to_owned(),
            None => format!("https://api.{}.example/v1", name.dns()),
        },
        type_names: entities.iter().flat_map(|(entity, _)| types(entity)).collect(),
        locals: locals.chain(["records", "record"].map(str::to_owned)).collect(),
        steps: plurals.iter().map(|plural| format!("fetch_{plural}")).collect(),
        tests: plurals.iter().map(|plural| words::ident(plural)).collect(),
        is_repeated: false,
        collected: Vec::new(),
        entities: Vec::new(),
        relationships: Vec::new(),
        endpoints: Vec::new(),
        parameters,
        outline: None,
        ported: None,
        settings: None,
    };
    Filler { content: &mut content, choices, ids: &ids, entities: &entities, related: BTreeMap::new() }
        .fill(&memberships);
    content.collected.sort();
    let related = related(&entities, &memberships);
    let configured: Vec<String> = content.parameters.iter().map(said).collect();
    let guesses = guesses(&content, choices, base.as_deref(), &configured);
    let told: Vec<&LeftOut> = left_out.iter().filter(|one| one.why != ONLY_OTHERS).collect();
    content.outline = Some(Outline {
        related,
        sources,
        guesses,
        configured,
        told: (told.len(), by_reason(told)),
        left_out: by_reason(&left_out),
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

/// Returns the sentence that says that an operator sets a parameter of paths.
fn said(parameter: &PathParameter) -> String {
    format!("{} is configuration: {}.", code(&parameter.ident), parameter.review)
}

fn guesses(content: &Content, choices: &Choices, base: Option<&str>, configured: &[String]) -> Vec<String> {
    let url = match base {
        Some(path) if path.starts_with('/') => format!(
            "The path of its URL is {}; the host is not in the document, so {} stands in `src/config.rs`.",
            code(path),
            code(&content.base)
        ),
        Some(base) => format!("Its URL is {}.", code(base)),
        None => {
            format!("No URL of the API was seen; {} stands in `src/config.rs` for it.", code(&content.base))
        }
    };
    let mut guesses = vec![url, format!("Its client is {}.", code(&choices.auth.client()))];
    guesses.extend(choices.auth.review.iter().map(|review| format!("Its credentials: {review}.")));
    guesses.extend_from_slice(configured);
    guesses
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

/// The records of a project that stands.
pub trait Recorded {
    /// Returns what the record of this number has as a member, or as its key.
    fn value(&self, entity: &str, member: Option<&str>, at: usize) -> Option<Value>;

    /// Returns how many records an entity has.
    fn count(&self, entity: &str) -> usize;
}

/// Returns the code and the recordings of one list, for a project that stands. `default` returns the values of its configuration.
pub fn one_list(
    entity: &Entity,
    resource: &Resource,
    base: &str,
    records: &[Value],
    recorded: &impl Recorded,
    default: impl Fn(&str) -> Option<String>,
) -> (Request, Paging, Vec<List>) {
    let paging = resource.paging.clone().filter(|_| !resource.once).unwrap_or(Paging::Whole);
    let text = |owner: &str, hole: &Hole, at: usize| {
        let value = recorded.value(owner, hole.member.as_deref(), at);
        value.map(|value| filler::text(&value)).unwrap_or_default()
    };
    let parent = entity.parent.as_ref().map(|parent| parent.name.as_str());
    let taken = |at: usize| {
        move |owner: &str, hole: &Hole| text(owner, hole, if parent == Some(owner) { at } else { 0 })
    };
    // All records are recorded below the first record of the owner.
    let list = |at: usize| {
        let filled = recorded_query(resource, taken(at), &default);
        let (asked, posted) = recorded_in(resource, entity.parent.as_ref(), filled);
        List {
            base: base.to_owned(),
            path: recorded_path(resource, taken(at), &default),
            given: given(resource).into_iter().chain(asked).collect(),
            items: resource.items.clone(),
            named: resource.named.clone(),
            each: resource.each.clone(),
            paging: paging.clone(),
            page: resource.page,
            records: if at == 0 { records.to_vec() } else { Vec::new() },
            once: resource.once,
            posted,
            tried: false,
        }
    };
    let owners = parent.map_or(1, |parent| recorded.count(parent));
    let lists = (0..owners).map(list).collect();
    (Request::new(resource, entity.parent.as_ref()), paging, lists)
}
