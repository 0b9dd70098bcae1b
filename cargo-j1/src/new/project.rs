//! A project: what the templates are filled in with, and the files that come of it.

use std::fmt::Write as _;
use std::path::PathBuf;

use j1_core::describe::official::{EntityRow, RelationshipRow, data_model};
use serde::Serialize;
use serde_json::Value;

use super::api::{AuthKind, PAGE, Paging};
use super::choices::{Choices, J1};
use super::escape::toml_string;
use super::inferred::{Called, Outline};
use super::name::Name;
use super::place::File;
use super::recording::of_list;
use super::templates;
use crate::error::Error;

/// Everything that the templates show.
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
    credentials_requirement: String,
    page_size: u64,
    j1: Dependencies,
    config: Vec<ConfigField>,
    /// The expression that makes the client.
    client: String,
    is_oauth: bool,
    is_sized: bool,
    endpoints: Vec<Endpoint>,
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
    base: String,
    /// The entities and steps, unless they are the example's.
    #[serde(flatten)]
    outline: Option<Outline>,
}

/// How Cargo.toml names the crates of j1.
#[derive(Debug, Serialize)]
struct Dependencies {
    core: String,
    runtime: String,
    path: Option<PathBuf>,
}

/// A field of the configuration.
#[derive(Debug, Serialize)]
pub struct ConfigField {
    /// Its name.
    pub name: &'static str,
    /// What it is, a sentence.
    pub docs: String,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: &'static str,
    /// What it is when nobody sets it.
    pub default: Option<String>,
}

/// A list that the vendor's API has.
#[derive(Debug, Serialize)]
pub struct Endpoint {
    /// The method of the client.
    pub name: String,
    /// What the method gives.
    pub docs: String,
    /// What its records are.
    pub entity: String,
    /// Its path below the address of the API.
    pub path: String,
    /// How it is dealt out: an expression.
    pub code: String,
    /// Why somebody should look at it.
    pub review: Option<String>,
    /// The member of an answer that holds the records; none where the answer is the list.
    #[serde(skip)]
    pub items: Option<String>,
    /// How it is dealt out.
    #[serde(skip)]
    pub paging: Paging,
    /// Records to answer with.
    #[serde(skip)]
    pub records: Vec<Value>,
}

/// What a project collects, and from where.
#[derive(Debug)]
pub struct Content {
    /// What it collects, in words.
    pub about: String,
    /// Where the vendor's API is.
    pub base: String,
    /// The names of its structs.
    pub type_names: Vec<String>,
    /// The names of variables in its steps.
    pub locals: Vec<String>,
    /// Its steps.
    pub steps: Vec<String>,
    /// The modules of their tests.
    pub tests: Vec<String>,
    /// The types that its recordings give, and how many objects of each, sorted.
    pub collected: Vec<(String, usize)>,
    /// Its entities.
    pub entities: Vec<EntityRow>,
    /// Its relationships.
    pub relationships: Vec<RelationshipRow>,
    /// What it asks the vendor for.
    pub endpoints: Vec<Endpoint>,
    /// Its entities and steps, unless they are the example's.
    pub outline: Option<Outline>,
}

/// The snapshot of what the recordings give.
pub const COLLECTED: &str =
    "tests/recorded/snapshots/recorded__collect__everything_recorded_is_collected.snap";

impl Project {
    /// A project of this content.
    pub fn new(name: &Name, choices: &Choices, content: Content, outer: Option<PathBuf>) -> Self {
        let title = choices.vendor.clone();
        let mut config = choices.auth.config(&title, &content.base);
        config.push(ConfigField {
            name: "api_base",
            docs: format!("Where the API of {title} is."),
            ty: "String",
            default: Some(content.base.clone()),
        });
        let mut tests = content.tests;
        tests.push("collect".to_owned());
        tests.sort();
        Self {
            struct_name: name.type_name(content.type_names.iter().map(String::as_str)),
            receiver: name.receiver(&content.locals),
            ident: name.ident(),
            dns_name: name.dns(),
            prefix: name.prefix(),
            about: content.about,
            page_size: PAGE,
            j1: Dependencies::of(&choices.j1),
            config,
            client: choices.auth.client(),
            is_oauth: choices.auth.kind() == AuthKind::OAuth2,
            is_sized: content.endpoints.iter().any(|endpoint| endpoint.paging.is_sized()),
            credentials_requirement: choices.auth.needed(&title),
            endpoints: content.endpoints,
            steps: content.steps,
            tests,
            tables: data_model(content.entities, content.relationships),
            collected: content.collected,
            review: content.outline.is_some(),
            detached: outer,
            integration_type: choices.integration_type.clone(),
            name: name.as_str().to_owned(),
            title,
            base: content.base,
            outline: content.outline,
        }
    }

    /// What the project is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many records of a list are recorded.
    pub fn recorded(&self, list: &str) -> usize {
        self.endpoints
            .iter()
            .find(|endpoint| endpoint.name == list)
            .map_or(0, |endpoint| endpoint.records.len())
    }

    /// What is worth saying about how it was made.
    pub fn remarks(&self) -> String {
        let mut out = String::new();
        if let Some(path) = &self.j1.path {
            let _ = writeln!(out, "It uses j1 from {}.", path.display());
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

    /// Its files.
    pub fn files(&self) -> Result<Vec<File>, Error> {
        let mut files = templates::fill("project", self)?;
        match &self.outline {
            None => files.extend(templates::fill("example", self)?),
            Some(outline) => files.extend(outline.files(self, &self.called())?),
        }
        for file in &mut files {
            file.path = self.place(&file.path);
        }
        for (index, endpoint) in self.endpoints.iter().enumerate() {
            let Endpoint { path, items, paging, records, .. } = endpoint;
            // The client tries the credentials with the first.
            let text = of_list(&self.base, path, items.as_deref(), paging, records, index == 0);
            files.push(File { path: format!("recordings/{}.har", endpoint.name), text });
        }
        files.extend(self.j1.lock());
        Ok(files)
    }

    /// What its code calls things.
    fn called(&self) -> Called<'_> {
        Called { struct_name: &self.struct_name, receiver: &self.receiver, ident: &self.ident }
    }

    /// Where a file of the templates goes: their names have no leading dot, and not the project's name.
    fn place(&self, path: &str) -> String {
        match path {
            "dockerignore" | "gitignore" | "env.example" | "github/workflows/ci.yml" => format!(".{path}"),
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

impl Dependencies {
    /// The versions that a checkout of j1 is tested with, for the project to begin with. Cargo takes out what it does not
    /// need, and adds the project.
    fn lock(&self) -> Option<File> {
        let text = std::fs::read_to_string(self.path.as_ref()?.join("Cargo.lock")).ok()?;
        Some(File { path: "Cargo.lock".to_owned(), text })
    }

    fn of(j1: &J1) -> Self {
        match j1 {
            J1::Path(path) => {
                let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                let of =
                    |name: &str| format!("path = {}", toml_string(&path.join(name).display().to_string()));
                Self { core: of("j1-core"), runtime: of("j1-runtime"), path: Some(path) }
            }
            J1::Version(version) => {
                let of = format!("version = {}", toml_string(version));
                Self { core: of.clone(), runtime: of, path: None }
            }
        }
    }
}
