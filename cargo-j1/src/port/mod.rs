//! `cargo j1 port`: starts an integration from one that was written with the official SDK.
//!
//! Nothing of the other integration is run. Its constants, step objects and converters are read from its sources ([`ts`]), its types
//! also from its documentation, and the records from its recordings. What could not be read is `// port:` in the code, and a step
//! that has any of it left is partial, so that a run deletes nothing that is not ported yet.

mod client;
mod conversion;
mod convert;
mod copied;
mod files;
mod helpers;
mod matching;
mod naming;
mod official;
mod reading;
mod recorded;
mod samples;
mod steps;
mod tags;
mod targets;
mod told;
mod ts;
mod write;

use std::collections::BTreeMap;
use std::path::Path;

use j1_core::describe::official::{EntityRow, RelationshipRow};
use serde::Serialize;

use crate::args::Port;
use crate::error::Error;
use crate::new::name::{self, Name};
use crate::new::place::File;
use crate::new::project::Content;
use crate::new::{self, Making, templates};
use crate::output;
use client::{ShownList, client, config, further, methods, origin};
use matching::Match;
use official::Official;
use recorded::RecordedList;
use steps::{ShownStep, Steps};
use targets::Target;
use told::Told;
use write::{Carried, Seen, Shown};

/// The values of the templates.
#[derive(Debug, Serialize)]
struct Values<'v> {
    title: &'v str,
    struct_name: &'v str,
    receiver: &'v str,
    ident: &'v str,
    client: String,
    /// Clients of further hosts: the field, and the expression that makes it.
    clients: Vec<(String, String)>,
    entities: &'v [Shown],
    targets: &'v [Target],
    steps: &'v [ShownStep],
    lists: &'v [ShownList],
    /// One of them has pages.
    pages: bool,
    helpers: Vec<&'static str>,
    /// Functions that a person has to port: the name, and the one in the official code.
    functions: Vec<(String, String)>,
    /// A step takes records apart before they are converted.
    lifts: bool,
    /// The `_type`s of relationships in both integrations, where they differ.
    renamed: &'v BTreeMap<String, String>,
    left: Vec<(&'static str, usize, usize, Vec<String>)>,
    /// Things to know of tags.
    notes: Vec<&'v String>,
}

/// The contents of the other integration, as far as they were read.
struct Read {
    official: Official,
    lists: Vec<RecordedList>,
    /// The list of each type whose records are recorded.
    matched: BTreeMap<String, Match>,
    entities: Vec<Shown>,
    /// The origin of most lists.
    base: Option<String>,
    types: Carried,
    targets: Vec<Target>,
    /// The tags that no converter gives.
    apart: Carried,
}

fn read(folder: &Path, title: &str) -> Result<Read, Error> {
    let tree = ts::Tree::read(folder)?;
    let official = official::read(folder, &tree)?;
    if official.steps.is_empty() {
        return Err(not_official(
            folder,
            "no step was found: an object with an `id` and an `executionHandler`",
        ));
    }
    let mut converters = convert::read(&tree);
    let lists = recorded::lists(folder)?;
    let matched = matching::matches(&lists, &converters);
    let tags = tags::all(&mut converters, &matched, &lists);
    copied::add(&mut converters, &official, &matched, &lists);
    let mut types = Carried::default();
    let seen = Seen { converters: &converters, matched: &matched, lists: &lists, tags: &tags };
    let entities = write::entities(&official, &seen, title, &mut types);
    let mut apart = Carried::default();
    tags::elsewhere(folder, &tree, &converters, &mut apart);
    let base = origin(&lists, &matched);
    let targets = targets::read(&tree, &official, &entities);
    Ok(Read { official, lists, matched, entities, base, types, targets, apart })
}

/// Returns the name of the new integration.
fn named(args: &Port) -> Result<Name, Error> {
    if !args.path.is_dir() {
        return Err(not_official(&args.path, "the folder does not exist"));
    }
    match &args.name {
        Some(name) => name::parse(name),
        None => name::parse(&own_name(&args.path)),
    }
}

/// Makes the project.
pub fn run(args: &Port) -> Result<u8, Error> {
    let (folder, name) = (args.path.as_path(), named(args)?);
    let making = Making::find(&args.making(&name), &name)?;
    let read = read(folder, making.title())?;
    let (methods, shown_lists) = methods(&read.lists, &read.matched, read.base.as_deref());
    let steps = steps::steps(&read.official, &read.entities, &read.targets, &methods, &shared(&read));
    let carried = carried(&read, &steps);
    let base = read.base.clone().unwrap_or_else(|| format!("https://api.{}.example", name.dns()));
    let config = config(&read.official, making.title(), &base);
    let type_names: Vec<String> = read.entities.iter().map(|one| one.entity.type_name.clone()).collect();
    let given = read.entities.iter().flat_map(|one| one.given.iter().map(|(ident, _)| ident.clone()));
    let locals: Vec<String> =
        ["records", "record", "outcome"].map(str::to_owned).into_iter().chain(given).collect();
    let struct_name = name.type_name(type_names.iter().map(String::as_str));
    let values = Values {
        title: making.title(),
        struct_name: &struct_name,
        receiver: &name.receiver(&locals),
        ident: &name.ident(),
        client: client(&config, "&config.api_base"),
        clients: further(&shown_lists, &config),
        helpers: helpers(&read.entities),
        functions: functions(&read.entities),
        lifts: steps.shown.iter().any(|step| step.lifts),
        entities: &read.entities,
        targets: &read.targets,
        steps: &steps.shown,
        lists: &shown_lists,
        pages: shown_lists.iter().any(|list| list.once.is_none()),
        renamed: &steps.names,
        notes: read.entities.iter().flat_map(|one| &one.notes).collect(),
        left: carried.iter().map(|(what, one)| (*what, one.over, one.of, one.left.clone())).collect(),
    };
    let mut files = render(&values, &read.entities, &steps)?;
    files.extend(copies(folder, &read.lists, &read.matched)?);
    let content = Content {
        about: about(&read.official),
        base,
        type_names,
        locals,
        steps: steps.shown.iter().map(|step| step.ident.clone()).collect(),
        entities: rows(&read.entities),
        relationships: relationship_rows(&read.official),
        settings: Some(config),
        ported: Some(files),
        is_repeated: methods.values().any(|methods| methods.len() > 1),
        ..Content::default()
    };
    let made = making.make(&name, content)?;
    let checked = if args.no_check { Ok(None) } else { new::compiles(&made, &made) };
    if let Ok(Some(binary)) = &checked {
        new::document(binary, &made);
    }
    let (functions, renamed) = (values.functions.len(), steps.names.len());
    let told = Told { carried: &carried, functions, renamed, compiles: checked.is_ok() };
    output::print(&told.text(&name, &made, !read.matched.is_empty()))?;
    match checked {
        // Unlike a new project, it is kept: most of it is there, and a person has to work on it anyway.
        Err(Error::DoesNotCompile { what, why }) => Err(Error::PortDoesNotCompile { what, why }),
        checked => checked.map(|_| 0),
    }
}

/// Returns what to say of each type whose list fits others as well.
fn shared(read: &Read) -> BTreeMap<String, String> {
    let several = read.matched.iter().filter(|(_, found)| !found.shared.is_empty());
    let why = |(ty, found): (&String, &Match)| {
        let others: Vec<String> = found.shared.iter().map(|other| format!("`{other}`")).collect();
        let path = &read.lists[found.list].path;
        (
            ty.clone(),
            format!("the records of `{path}` fit {} as well: say which are which", others.join(" and ")),
        )
    };
    several.map(why).collect()
}

/// Returns what was carried over, of each kind.
fn carried(read: &Read, steps: &Steps) -> [(&'static str, Carried); 8] {
    let mut properties = Carried::default();
    read.entities.iter().for_each(|one| properties.absorb(&one.properties));
    let mut tags = read.apart.clone();
    read.entities.iter().for_each(|one| tags.absorb(&one.tagged));
    let mut settings = Carried::default();
    read.official.config.iter().for_each(|field| settings.count(true, field.name.clone()));
    [
        ("types", read.types.clone()),
        ("relationships", steps.relationships.clone()),
        ("mapped relationships", steps.mapped.clone()),
        ("properties", properties),
        ("tags", tags),
        ("steps", steps.steps.clone()),
        ("dependencies of steps", steps.dependencies.clone()),
        ("settings", settings),
    ]
}

fn not_official(path: &Path, why: &str) -> Error {
    Error::NotOfficial { path: path.to_owned(), why: why.to_owned() }
}

/// Returns the name of an integration by its folder: `graph-okta` is `okta`.
fn own_name(folder: &Path) -> String {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let name = absolute.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.strip_prefix("graph-").unwrap_or(&name).to_owned()
}

fn about(official: &Official) -> String {
    let titles: Vec<String> = official.entities.iter().take(3).map(|one| one.title.to_lowercase()).collect();
    if official.entities.len() > 3 { format!("{} and more", titles.join(", ")) } else { titles.join(" and ") }
}

fn helpers(entities: &[Shown]) -> Vec<&'static str> {
    let mut all: Vec<&'static str> =
        entities.iter().filter(|one| one.is_converted).flat_map(|one| one.helpers.iter().copied()).collect();
    all.sort_unstable();
    all.dedup();
    // Some call others.
    for (helper, other) in [
        ("tag_names", "tag_map"),
        ("tag_of", "tag_map"),
        ("tag_of", "shown"),
        ("either", "is_truthy"),
        ("first", "is_truthy"),
        ("kept", "is_truthy"),
        ("joined_by", "shown"),
    ] {
        if all.contains(&helper) && !all.contains(&other) {
            all.push(other);
        }
    }
    all
}

/// Returns the functions that a person has to port.
fn functions(entities: &[Shown]) -> Vec<(String, String)> {
    let all: BTreeMap<String, String> =
        entities.iter().flat_map(|one| one.functions.iter().cloned()).collect();
    all.into_iter().collect()
}

fn rows(entities: &[Shown]) -> Vec<EntityRow> {
    let row = |one: &Shown| EntityRow {
        resource: one.title.clone(),
        ty: one.ty.clone(),
        classes: one.classes.iter().map(|class| (*class).to_owned()).collect(),
    };
    entities.iter().map(row).collect()
}

fn relationship_rows(official: &Official) -> Vec<RelationshipRow> {
    let row = |one: &official::OfficialRelationship| RelationshipRow {
        ty: one.ty.clone().unwrap_or_else(|| one.shown()),
        source: one.source.clone(),
        target: one.target.clone(),
        class: one.class.clone(),
        direction: None,
    };
    official.relationships.iter().map(row).collect()
}

fn render(values: &Values<'_>, entities: &[Shown], steps: &Steps) -> Result<Vec<File>, Error> {
    #[derive(Serialize)]
    struct Of<'o, T> {
        one: &'o T,
        struct_name: &'o str,
        receiver: &'o str,
    }
    let (struct_name, receiver) = (values.struct_name, values.receiver);
    let mut all = Vec::new();
    for (template, path) in [
        ("port/client.rs", "src/client.rs"),
        ("port/entities.rs", "src/entities/mod.rs"),
        ("port/convert.rs", "src/entities/convert.rs"),
        ("port/steps.rs", "src/steps/mod.rs"),
        ("port/tests.rs", "tests/recorded/main.rs"),
        ("port/collect.rs", "tests/recorded/collect.rs"),
        ("port/PORT.md", "PORT.md"),
    ] {
        all.push(File { path: path.to_owned(), text: templates::one(template, values)? });
    }
    if !values.targets.is_empty() {
        let text = templates::one("port/targets.rs", values)?;
        all.push(File { path: "src/entities/targets.rs".to_owned(), text });
    }
    if !values.functions.is_empty() {
        let text = templates::one("port/official.rs", values)?;
        all.push(File { path: "src/entities/official.rs".to_owned(), text });
    }
    for one in entities {
        let text = templates::one("port/entity.rs", &Of { one, struct_name, receiver })?;
        all.push(File { path: format!("src/entities/{}.rs", one.entity.module), text });
    }
    for one in &steps.shown {
        let text = templates::one("port/step.rs", &Of { one, struct_name, receiver })?;
        all.push(File { path: format!("src/steps/{}.rs", one.module), text });
    }
    Ok(all)
}

/// Returns the recordings whose lists are read, and the questions.
fn copies(
    folder: &Path,
    lists: &[RecordedList],
    matched: &BTreeMap<String, Match>,
) -> Result<Vec<File>, Error> {
    let mut used: Vec<&Path> = matched.values().map(|found| lists[found.list].file.as_path()).collect();
    used.sort_unstable();
    used.dedup();
    let mut copies = recorded::copies(&used)?;
    let questions = files::below(folder, &["yaml", "yml"])?;
    let is_it = |path: &&std::path::PathBuf| path.file_name().is_some_and(|name| name == "questions.yaml");
    if let Some(path) = questions.iter().find(is_it) {
        let text =
            std::fs::read_to_string(path).map_err(|source| Error::File { path: path.clone(), source })?;
        copies.push(File { path: "jupiterone/questions/questions.yaml".to_owned(), text });
    }
    Ok(copies)
}
