//! A project: the values of the templates, and the files that they make.

use std::fmt::Write as _;
use std::path::PathBuf;

use j1_core::describe::markdown::{cell, table};
use j1_core::describe::official::{EntityRow, RelationshipRow, data_model};
use serde::Serialize;

use super::api::PAGE;
use super::choices::Choices;
use super::credentials::Variant;
use super::dependency::Dependency;
use super::escape::{code, doc};
use super::inferred::{Called, Outline};
use super::name::Name;
use super::place::File;
use super::recording::{List, of_lists};
use super::templates;
use crate::error::Error;
use crate::infer::{PathParameter, Resource, words};

/// The most steps whose order rustc works out without a word; it is silent up to some two hundred.
const MOST_STEPS: usize = 80;

/// The values that the templates show.
#[expect(clippy::struct_excessive_bools, reason = "each is a condition of the templates")]
#[derive(Debug, Serialize)]
pub struct Project {
    name: String,
    ident: String,
    dns_name: String,
    struct_name: String,
    receiver: String,
    prefix: String,
    title: String,
    integration_type: String,
    about: String,
    /// The table of variables, as `cargo j1 docs` writes it.
    configuration: String,
    page_size: u64,
    j1: Dependency,
    config: Vec<ConfigField>,
    /// The variants of its enum of credentials, where an operator has a choice.
    alternatives: Vec<Variant>,
    /// The expression that makes the client.
    client: String,
    /// The review note on the credentials.
    client_review: Option<String>,
    /// Fields of the client: parameters of paths.
    client_fields: Vec<ClientField>,
    /// The expression of the request that tries the credentials.
    tried: String,
    is_oauth: bool,
    is_sized: bool,
    /// It reads lists, and not only what exists once.
    has_lists: bool,
    /// It is ported, and reads records as JSON.
    is_port: bool,
    is_posted: bool,
    /// It has so many steps that rustc thinks that their order takes too long.
    is_large: bool,
    /// One record may be listed in several places.
    keeps_first: bool,
    endpoints: Vec<Endpoint>,
    /// The structs that the client reads.
    read: Vec<String>,
    steps: Vec<String>,
    /// The modules of the tests.
    tests: Vec<String>,
    tables: String,
    review: bool,
    /// The workspace that the project is inside of and no member.
    detached: Option<PathBuf>,
    /// The types that the recordings give, and how many objects of each.
    collected: Vec<(String, usize)>,
    #[serde(skip)]
    lists: Vec<(String, Option<usize>, Vec<List>)>,
    #[serde(skip)]
    ported: Option<Vec<File>>,
    /// The entities and steps, unless they are the example's.
    #[serde(flatten)]
    outline: Option<Outline>,
}

/// A field of the configuration.
#[derive(Debug, Clone, Serialize)]
pub struct ConfigField {
    /// Its name.
    pub name: String,
    /// Its documentation, a sentence.
    pub docs: String,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: &'static str,
    /// Its default.
    pub default: Option<String>,
    /// The reason to review it.
    pub review: Option<String>,
}

impl ConfigField {
    /// Returns a field that holds a credential.
    pub fn secret(name: &str, docs: String) -> Self {
        Self { name: name.to_owned(), docs, ty: "Secret<String>", default: None, review: None }
    }

    /// Returns a field that holds a text.
    pub fn plain(name: &str, docs: String, default: Option<String>) -> Self {
        Self { name: name.to_owned(), docs, ty: "String", default, review: None }
    }

    /// Returns the field of the URL of the provider's API.
    pub fn api_base(title: &str, base: &str) -> Self {
        Self::plain("api_base", format!("The URL of the API of {title}."), Some(base.to_owned()))
    }
}

/// A field of the client that the configuration fills.
#[derive(Debug, Serialize)]
pub struct ClientField {
    /// Its name, also in the configuration.
    pub name: String,
    /// Its documentation, a sentence.
    pub docs: String,
}

/// A list of the provider's API.
#[derive(Debug, Serialize)]
pub struct Endpoint {
    /// The method of the client.
    pub name: String,
    /// Its documentation.
    pub docs: String,
    /// The struct of its records.
    pub entity: String,
    /// The expression of its request.
    pub request: String,
    /// The query that the request sends: a literal.
    pub query: Option<String>,
    /// The expression of a request that tries the credentials, where that is another one.
    pub tried: Option<String>,
    /// The parameters of the method after `&self`.
    pub arguments: String,
    /// Its paging: an expression.
    pub code: String,
    /// The response is one object, and no list.
    pub once: Option<Once>,
    /// The reasons to review it.
    pub reviews: Vec<String>,
    /// Its code names the size of a page.
    #[serde(skip)]
    pub is_sized: bool,
    /// The number of relationships that its recording gives, where it gives nothing else.
    #[serde(skip)]
    pub related: Option<usize>,
    /// The lists that its recording has.
    #[serde(skip)]
    pub lists: Vec<List>,
}

/// A response that is one object.
#[derive(Debug, Serialize)]
pub struct Once {
    /// The struct of a response that holds the object in a member, with that field and the provider's name of it.
    pub inside: Option<(String, String, String)>,
}

impl Once {
    /// Returns the response of a resource that exists once.
    pub fn new(entity: &str, resource: &Resource) -> Self {
        let inside = resource.items.as_ref().map(|member| {
            let field = words::ident(&words::snake(member).unwrap_or_else(|| "inner".to_owned()));
            (format!("{entity}Response"), field, member.clone())
        });
        Self { inside }
    }
}

/// The content of a project: what it collects, and from where.
#[derive(Debug, Default)]
pub struct Content {
    /// The collected things, in words.
    pub about: String,
    /// The URL of the provider's API.
    pub base: String,
    /// The names of its structs.
    pub type_names: Vec<String>,
    /// The names of variables in its steps.
    pub locals: Vec<String>,
    /// Its steps.
    pub steps: Vec<String>,
    /// The modules of their tests.
    pub tests: Vec<String>,
    /// Several lists may give the same record.
    pub is_repeated: bool,
    /// The types that its recordings give, and how many objects of each, sorted.
    pub collected: Vec<(String, usize)>,
    /// Its entities.
    pub entities: Vec<EntityRow>,
    /// Its relationships.
    pub relationships: Vec<RelationshipRow>,
    /// The lists that it reads.
    pub endpoints: Vec<Endpoint>,
    /// Parameters of paths that an operator sets.
    pub parameters: Vec<PathParameter>,
    /// Its entities and steps, unless they are the example's.
    pub outline: Option<Outline>,
    /// Files of a port, in place of the example's; those of the same path replace the project's.
    pub ported: Option<Vec<File>>,
    /// The settings of a port, in place of those of the credentials.
    pub settings: Option<Vec<ConfigField>>,
}

/// The snapshot of what the recordings give.
pub const COLLECTED: &str =
    "tests/recorded/snapshots/recorded__collect__everything_recorded_is_collected.snap";

/// Returns the settings of a project: those of its credentials and of its paths, and the URL of the API.
fn settings(choices: &Choices, content: &Content) -> Vec<ConfigField> {
    let mut config = choices.auth.config(&choices.title, &content.base);
    config.extend(content.parameters.iter().map(|parameter| ConfigField {
        review: Some(parameter.review.clone()),
        ..ConfigField::plain(&parameter.ident, parameter.docs.clone(), parameter.default.clone())
    }));
    config.push(ConfigField::api_base(&choices.title, &content.base));
    config
}

impl Project {
    /// Returns a project of this content.
    pub fn new(name: &Name, choices: &Choices, content: Content, outer: Option<PathBuf>) -> Self {
        let title = choices.title.clone();
        let alternatives = choices.auth.variants(&title, &content.base);
        let config = content.settings.clone().unwrap_or_else(|| settings(choices, &content));
        let field = |parameter: &PathParameter| ClientField {
            name: parameter.ident.clone(),
            docs: parameter.docs.clone(),
        };
        let mut tests = content.tests;
        tests.push("collect".to_owned());
        tests.sort();
        let mut read: Vec<String> = content.endpoints.iter().map(|one| one.entity.clone()).collect();
        read.sort();
        read.dedup();
        // Only a list that needs no record of another one can be asked first.
        let tried = content.endpoints.iter().find(|one| one.arguments.is_empty());
        Self {
            struct_name: name.type_name(content.type_names.iter().map(String::as_str)),
            receiver: name.receiver(&content.locals),
            ident: name.ident(),
            dns_name: name.dns(),
            prefix: name.prefix(),
            about: content.about,
            page_size: PAGE,
            j1: Dependency::from_source(&choices.j1),
            client: choices.auth.client(),
            client_review: choices.auth.review.clone(),
            client_fields: content.parameters.iter().map(field).collect(),
            tried: tried.map_or_else(
                || "self.client.get(\"\")".to_owned(),
                |one| one.tried.clone().unwrap_or_else(|| one.request.clone()),
            ),
            is_oauth: choices.auth.has_oauth(),
            is_port: content.ported.is_some(),
            is_large: content.steps.len() > MOST_STEPS,
            is_posted: content.endpoints.iter().any(|one| one.request.contains("serde_json::")),
            has_lists: content.endpoints.iter().any(|endpoint| endpoint.once.is_none()),
            is_sized: content.endpoints.iter().any(|endpoint| endpoint.is_sized),
            keeps_first: content.is_repeated || content.outline.as_ref().is_some_and(Outline::is_nested),
            configuration: configuration(name, &config, &alternatives),
            lists: content
                .endpoints
                .iter()
                .map(|one| (one.name.clone(), one.related, one.lists.clone()))
                .collect(),
            endpoints: content.endpoints,
            config,
            alternatives,
            read,
            steps: content.steps,
            tests,
            tables: data_model(content.entities, content.relationships),
            collected: content.collected,
            review: content.outline.is_some(),
            detached: outer,
            integration_type: choices.integration_type.clone(),
            name: name.as_str().to_owned(),
            title,
            outline: content.outline,
            ported: content.ported,
        }
    }

    /// Returns the name of the project.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns how many records of a list are recorded.
    pub fn recorded(&self, list: &str) -> usize {
        let Some((_, related, lists)) = self.lists.iter().find(|(name, ..)| name == list) else { return 0 };
        related.unwrap_or_else(|| lists.iter().map(|list| list.records.len()).sum())
    }

    /// Returns remarks about how it was made.
    pub fn remarks(&self) -> String {
        let mut out = String::new();
        if let Some(path) = &self.j1.path {
            let _ = writeln!(
                out,
                "It uses j1 from {}; `--j1-git URL` names a repository instead.",
                path.display()
            );
        }
        if let Some(url) = &self.j1.git {
            let _ = writeln!(out, "It uses j1 from {url}.");
        }
        if let Some(here) = &self.j1.here {
            let _ = writeln!(out, "On this machine .cargo/config.toml takes it from {}.", here.display());
        }
        if let Some(manifest) = &self.detached {
            let _ = writeln!(
                out,
                "It is inside the workspace of {} and no member of it: to make it one, add it to `members` there and take \
                 `[workspace]` out of its Cargo.toml.",
                manifest.display()
            );
        }
        if let Some(outline) = &self.outline {
            out += &outline.told();
        }
        out
    }

    /// Returns its files.
    pub fn files(&mut self) -> Result<Vec<File>, Error> {
        let mut files = templates::fill("project", self)?;
        let ported = self.ported.take();
        match &self.outline {
            None if ported.is_some() => {}
            None => files.extend(templates::fill("example", self)?),
            Some(outline) => files.extend(outline.files(self, &self.called())?),
        }
        for file in &mut files {
            file.path = self.place(&file.path);
        }
        if self.j1.here.is_none() {
            files.retain(|file| file.path != ".cargo/config.toml");
        }
        for (name, _, lists) in &self.lists {
            files.push(File { path: format!("recordings/{name}.har"), text: of_lists(lists) });
        }
        files.extend(self.j1.lock());
        if let Some(ported) = ported {
            files.retain(|file| file.path != COLLECTED && ported.iter().all(|own| own.path != file.path));
            files.extend(ported);
        }
        Ok(files)
    }

    /// Returns the names in its code.
    fn called(&self) -> Called<'_> {
        Called { struct_name: &self.struct_name, receiver: &self.receiver, ident: &self.ident }
    }

    /// Returns the place of a template's file: their names have no leading dot, and not the project's name.
    fn place(&self, path: &str) -> String {
        match path {
            "dockerignore"
            | "gitignore"
            | "env.example"
            | "github/workflows/ci.yml"
            | "cargo/config.toml" => {
                format!(".{path}")
            }
            "tests/recorded/snapshots/collect.snap" => COLLECTED.to_owned(),
            "tests/recorded/snapshots/applications.snap" => path.replace(
                "applications",
                "recorded__applications__an_application_is_owned_by_its_team_and_uses_its_role",
            ),
            "docs/integration.md" => format!("docs/{}.md", self.name),
            "deploy/systemd/integration.service" | "deploy/systemd/integration.timer" => {
                path.replace("integration.", &format!("{}.", self.name))
            }
            _ => path.to_owned(),
        }
    }
}

/// Returns the table of variables that `cargo j1 docs` writes for these fields.
fn configuration(name: &Name, fields: &[ConfigField], alternatives: &[Variant]) -> String {
    let mut rows = vec![["Variable", "Holds", "Needed", "Default", "Description"].map(str::to_owned)];
    let of_variants =
        alternatives.iter().flat_map(|one| one.fields.iter().map(|field| (field, Some(&one.name))));
    rows.extend(of_variants.chain(fields.iter().map(|field| (field, None))).map(|(field, variant)| {
        [
            format!("`{}_{}`", name.prefix(), field.name.to_uppercase()),
            if field.ty.starts_with("Secret") { "secret" } else { "string" }.to_owned(),
            match variant {
                _ if field.default.is_some() => "no".to_owned(),
                Some(variant) => format!("one of: {variant}"),
                None => "yes".to_owned(),
            },
            field.default.as_deref().map_or_else(String::new, code),
            cell(&doc(&field.docs)),
        ]
    }));
    table(&rows)
}
