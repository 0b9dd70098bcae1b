//! A project made of what files tell of a vendor's API.

use std::fmt::Write as _;

use heck::ToKebabCase as _;
use j1_core::describe::in_words;
use j1_core::describe::official::{EntityRow, RelationshipRow};
use serde::Serialize;
use serde_json::Value;

use super::api::Paging;
use super::choices::Choices;
use super::name::Name;
use super::place::File;
use super::project::{Content, Endpoint, Project};
use super::templates;
use crate::error::Error;
use crate::infer::fixture::{self, Ids};
use crate::infer::{Entity, Inferred, LeftOut, Resource, words};

/// The entities of a project, and what is to be told of them.
#[derive(Debug, Serialize)]
pub struct Outline {
    entities: Vec<Shown>,
    sources: Vec<String>,
    guesses: Vec<String>,
    all_links: Vec<Value>,
    left_out: Vec<LeftOut>,
}

/// An entity with what its templates need besides.
#[derive(Debug, Serialize)]
pub struct Shown {
    #[serde(flatten)]
    entity: Entity,
    /// A heading.
    title: String,
    /// What many are called, in prose.
    prose: String,
    /// The method of the client.
    method: String,
    step_module: String,
    /// The id of the step, without `fetch-`.
    step_id: String,
    imports: Vec<String>,
    step_imports: Vec<String>,
    emits: Vec<String>,
    /// The methods; two properties may have one.
    methods: Vec<Value>,
}

/// What the code of a project calls things.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Called<'c> {
    /// The struct of the integration.
    pub struct_name: &'c str,
    /// The variable that holds it in steps.
    pub receiver: &'c str,
    /// The crate.
    pub ident: &'c str,
}

impl Shown {
    /// An entity as the templates show it.
    pub fn new(entity: Entity) -> Self {
        let mut imports: Vec<String> =
            entity.links.iter().flat_map(|link| [link.from.clone(), link.to.clone()]).collect();
        imports.sort();
        imports.dedup();
        let mut step_imports = imports.clone();
        imports.retain(|name| *name != entity.type_name);
        if !step_imports.contains(&entity.type_name) {
            step_imports.push(entity.type_name.clone());
        }
        step_imports.sort();
        let mut emits = vec![entity.type_name.clone()];
        for link in &entity.links {
            let edge = format!("{}<{}, {}>", link.verb, link.from, link.to);
            if !emits.contains(&edge) {
                emits.push(edge);
            }
        }
        let mut methods: Vec<Value> = Vec::new();
        for one in &entity.computed {
            if !methods.iter().any(|known| known["method"] == one.method.as_str()) {
                methods.extend(serde_json::to_value(one));
            }
        }
        let prose = words::prose(&entity.plural);
        let title = title(&prose);
        let method = words::ident(&entity.plural);
        Self {
            title,
            step_module: method.clone(),
            step_id: entity.plural.to_kebab_case(),
            method,
            prose,
            imports,
            step_imports,
            emits,
            methods,
            entity,
        }
    }

    /// The entity.
    pub fn entity(&self) -> &Entity {
        &self.entity
    }

    /// Its files: the entity, the step that collects it, and the test that as many are collected as are recorded.
    pub fn files(&self, called: &Called<'_>, recorded: usize) -> Result<Vec<File>, Error> {
        #[derive(Serialize)]
        struct Values<'s> {
            entity: &'s Shown,
            #[serde(flatten)]
            called: &'s Called<'s>,
            recorded: usize,
        }
        let values = Values { entity: self, called, recorded };
        Ok(vec![
            File {
                path: format!("src/entities/{}.rs", self.entity.module),
                text: templates::one("inferred/entity.rs", &values)?,
            },
            File {
                path: format!("src/steps/{}.rs", self.step_module),
                text: templates::one("inferred/step.rs", &values)?,
            },
            File {
                path: format!("tests/recorded/{}.rs", self.step_module),
                text: templates::one("inferred/test.rs", &values)?,
            },
        ])
    }
}

impl Outline {
    /// What to say on the terminal.
    pub fn told(&self) -> String {
        let mut out = String::new();
        for shown in &self.entities {
            let entity = &shown.entity;
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

    /// The files of the entities and steps, and the summary.
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
            files.extend(shown.files(called, project.recorded(&shown.method))?);
        }
        Ok(files)
    }
}

/// How much of what was left out is said on the terminal.
const MOST_TOLD: usize = 12;

/// What a project of these entities collects.
pub fn content(
    name: &Name,
    choices: &Choices,
    inferred: Inferred,
    base: Option<String>,
    sources: Vec<String>,
) -> Content {
    let Inferred { entities, left_out } = inferred;
    let ids: Ids = entities
        .iter()
        .map(|(entity, resource)| (entity.name.clone(), fixture::ids(entity, resource)))
        .collect();
    let mut content = Content {
        about: about(&entities),
        base: base.clone().unwrap_or_else(|| format!("https://api.{}.example/v1", name.dns())),
        type_names: entities
            .iter()
            .flat_map(|(entity, _)| {
                let nested = entity.nested.iter().map(|nested| &nested.type_name);
                let enums = entity.enums.iter().map(|one| &one.type_name);
                std::iter::once(&entity.type_name).chain(nested).chain(enums).cloned()
            })
            .collect(),
        locals: vec!["records".to_owned(), "record".to_owned()],
        steps: entities.iter().map(|(entity, _)| format!("fetch_{}", entity.plural)).collect(),
        tests: entities.iter().map(|(entity, _)| words::ident(&entity.plural)).collect(),
        collected: Vec::new(),
        entities: Vec::new(),
        relationships: Vec::new(),
        endpoints: Vec::new(),
        outline: None,
    };
    fill(&mut content, &entities, choices, &ids);
    content.collected.sort();
    let all_links = entities
        .iter()
        .flat_map(|(entity, _)| &entity.links)
        .filter_map(|link| serde_json::to_value(link).ok());
    let guesses = vec![
        base.map_or_else(
            || {
                format!(
                    "No address of the API was seen; `{}` stands in `src/config.rs` for it.",
                    content.base
                )
            },
            |base| format!("Its address is `{base}`."),
        ),
        format!("It is asked so: `{}`.", choices.auth.client()),
    ];
    content.outline = Some(Outline {
        all_links: all_links.collect(),
        sources,
        guesses,
        left_out,
        entities: entities.into_iter().map(|(entity, _)| Shown::new(entity)).collect(),
    });
    content
}

/// Adds what each entity gives: its types, its rows of the documentation, its list.
fn fill(content: &mut Content, entities: &[(Entity, Resource)], choices: &Choices, ids: &Ids) {
    let ty = |resource: &str| format!("{resource}_{}", choices.integration_type);
    let names: Vec<(String, String)> =
        entities.iter().map(|(entity, _)| (entity.type_name.clone(), ty(&entity.name))).collect();
    let type_of = |type_name: &str| {
        names.iter().find(|(known, _)| known == type_name).map_or_else(String::new, |(_, ty)| ty.clone())
    };
    for (entity, resource) in entities {
        let records = fixture::records(entity, resource, ids);
        content.collected.push((ty(&entity.name), records.len()));
        for link in &entity.links {
            let (from, to, class) = (type_of(&link.from), type_of(&link.to), link.verb.to_ascii_uppercase());
            let count = fixture::linked(&records, &link.member);
            let edge = format!("{from}_{}_{to}", link.verb.to_ascii_lowercase());
            match content.collected.iter_mut().find(|(known, _)| *known == edge) {
                Some((_, known)) => *known += count,
                None if count > 0 => content.collected.push((edge.clone(), count)),
                None => {}
            }
            let row = RelationshipRow { source: from, target: to, class, direction: None, ty: edge };
            content.relationships.push(row);
        }
        content.entities.push(EntityRow {
            resource: in_words(&entity.type_name),
            ty: ty(&entity.name),
            classes: vec![entity.class.clone()],
        });
        content.endpoints.push(endpoint(entity, resource, choices, records));
    }
}

/// What an entity's list is to the client.
pub fn endpoint(entity: &Entity, resource: &Resource, choices: &Choices, records: Vec<Value>) -> Endpoint {
    let paging = resource.paging.clone().or_else(|| choices.paging.clone());
    let review = match (&resource.paging, &paging) {
        (Some(_), _) => "the paging, as the answer or the document shows it".to_owned(),
        (None, Some(_)) => "the paging, as --pagination says; nothing that was read shows it".to_owned(),
        (None, None) => {
            "nothing shows how the list is dealt out; if it comes in pages, all but the first are missed"
                .to_owned()
        }
    };
    let paging = paging.unwrap_or(Paging::Whole);
    Endpoint {
        name: words::ident(&entity.plural),
        docs: format!("The {}.", words::prose(&entity.plural)),
        entity: entity.type_name.clone(),
        path: entity.path.clone(),
        code: paging.code(resource.items.as_deref()),
        review: Some(review),
        items: resource.items.clone(),
        paging,
        records,
    }
}

fn about(entities: &[(Entity, Resource)]) -> String {
    let names: Vec<_> = entities.iter().take(4).map(|(entity, _)| words::prose(&entity.plural)).collect();
    match names.as_slice() {
        _ if entities.len() > names.len() => format!("{} and more", names.join(", ")),
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn title(prose: &str) -> String {
    let mut letters = prose.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
