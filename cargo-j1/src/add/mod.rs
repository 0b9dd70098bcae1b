//! `cargo j1 add entity`: one more entity for an existing project.

mod above;
mod below;
mod known;
mod source;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::args::AddEntity;
use crate::error::Error;
use crate::infer::fixture;
use crate::infer::resource::{Fill, Hole};
use crate::infer::{self, Entity, Present, Resource, Wishes, words};
use crate::integration::package;
use crate::new::api::{PAGE, Paging};
use crate::new::escape::code;
use crate::new::place::File;
use crate::new::project::{COLLECTED, Endpoint, Once};
use crate::new::request::Request;
use crate::new::{Called, Shown, compiles, document, one_list, parses, recording, rustfmt};
use crate::output;

use below::Settings;
use known::Known;
use source::Source;

/// A file with its new content.
struct Changed {
    path: PathBuf,
    text: String,
    /// The content before; `None` where it is new.
    before: Option<String>,
}

/// Adds an entity with its step, its list in the client and its recording, or changes nothing.
pub fn entity(args: &AddEntity) -> Result<u8, Error> {
    let package = package::find(args.package.as_deref(), args.manifest_path.as_deref())?;
    let folder = package.manifest.parent().unwrap_or(Path::new(".")).to_owned();
    let name = words::snake(&args.name).ok_or_else(|| Error::BadName {
        name: args.name.clone(),
        why: "has no letter".to_owned(),
        instead: "user".to_owned(),
    })?;
    let file = |path: &str| Source::read(&folder.join(path));
    let (lib, entities, steps, client) = (
        file("src/lib.rs")?,
        file("src/entities/mod.rs")?,
        file("src/steps/mod.rs")?,
        file("src/client.rs")?,
    );
    is_new(&name, &entities, &folder)?;
    let integration = lib.integration()?;
    let mut known = known::of_project(&folder);
    let config = file("src/config.rs").ok();
    let settings = Settings { client: &client, config: config.as_ref() };
    let Read { entity, resource, left_out, changed: above } =
        read(args, &name, &integration.title, &mut known, &settings, &folder)?;
    let default = |field: &str| config.as_ref().and_then(|config| config.default_of(field));
    let base = default("api_base").filter(|base| url::Url::parse(base).is_ok());
    let records = fixture::records(&entity, &resource, &known.ids);
    let (request, paging, lists) =
        one_list(&entity, &resource, base.as_deref().unwrap_or_default(), &records, &known, default);
    let shown = Shown::new(entity, request.argument.clone());
    let entity = shown.entity();
    let manifest =
        if request.code.contains("serde_json::") { file("Cargo.toml")?.with_serde_json() } else { None };
    let (step, method) = (format!("fetch_{}", entity.plural), words::ident(&entity.plural));
    let mut changed = vec![
        lib.with_step(&step, entity.parent.is_some())?,
        entities.with_module(&entity.module, &entity.type_name)?,
        steps.with_module(&method, &step)?,
        client.with_method(endpoint(entity, &resource, request, &paging))?,
    ];
    changed.extend(manifest);
    changed.extend(above);
    let ident = package.name.replace('-', "_");
    let receiver = integration.receiver();
    let called = Called { struct_name: &integration.name, receiver: &receiver, ident: &ident };
    // A project may have laid out its tests otherwise.
    let tests = file("tests/recorded/main.rs").ok();
    changed.extend(tests.as_ref().map(|tests| tests.with_test(&method)).transpose()?);
    for file in shown.files(&called, records.len())? {
        if file.path.starts_with("tests/") && tests.is_none() {
            continue;
        }
        changed.push(Changed { path: folder.join(file.path), text: file.text, before: None });
    }
    if base.is_some() {
        let text = recording::of_lists(&lists);
        changed.push(Changed { path: folder.join(format!("recordings/{method}.har")), text, before: None });
    }
    changed.extend(snapshot(&folder, collected(entity, &known, &integration.ty, &records)));
    let documented = write(&changed, (!args.no_check).then_some(folder.as_path()))?;
    tell(&folder, &changed, &left_out, entity, documented).map(|()| 0)
}

/// Returns the method of the client that reads an entity.
fn endpoint(entity: &Entity, resource: &Resource, request: Request, paging: &Paging) -> Endpoint {
    let prose = words::prose(&entity.plural);
    Endpoint {
        name: words::ident(&entity.plural),
        docs: if resource.once { format!("Reads the {prose}.") } else { format!("Lists the {prose}.") },
        entity: entity.type_name.clone(),
        request: request.code,
        query: request.query,
        tried: request.tried,
        arguments: request.arguments,
        code: resource.paging_code(paging),
        once: resource.once.then(|| Once::new(&entity.type_name, resource)),
        reviews: reviews(resource),
        is_sized: paging.is_sized() && resource.page == PAGE,
        related: None,
        lists: Vec::new(),
    }
}

/// Fails if the project has an entity of this name.
fn is_new(name: &str, entities: &Source, folder: &Path) -> Result<(), Error> {
    for name in [words::singular(name), name.to_owned()] {
        if entities.has_module(&words::ident(&name)) {
            return Err(Error::Exists { path: folder.join(format!("src/entities/{name}.rs")) });
        }
    }
    Ok(())
}

/// An entity to add.
struct Read {
    entity: Entity,
    resource: Resource,
    left_out: Vec<infer::LeftOut>,
    /// Files of the entities above it that change for it.
    changed: Vec<Changed>,
}

/// Returns the resource of this name in the file, or its only one, as an entity.
fn read(
    args: &AddEntity,
    name: &str,
    provider: &str,
    known: &mut Known,
    settings: &Settings<'_>,
    folder: &Path,
) -> Result<Read, Error> {
    let mut found = infer::read(&args.from)?;
    let one = words::singular(name);
    let is_it = |resource: &Resource| resource.name == one || resource.once && resource.name == name;
    // Of several with one name the plain list: the one that needs the fewest ids.
    let at = (0..found.resources.len())
        .filter(|at| is_it(&found.resources[*at]))
        .min_by_key(|at| found.resources[*at].holes.len());
    let at = at.or_else(|| nested_named(&found.resources, &one));
    let at = at.or((found.resources.len() == 1).then_some(0));
    let names: Vec<_> = found.resources.iter().map(|resource| resource.name.clone()).collect();
    let nothing = |why: String| Error::NothingToMake { files: args.from.display().to_string(), why };
    let Some(at) = at else {
        return Err(nothing(format!(
            "it has several lists and none is called `{name}`; name one of: {}",
            names.join(", ")
        )));
    };
    let mut resource = found.resources.swap_remove(at);
    let name = if resource.once { name } else { one.as_str() };
    name.clone_into(&mut resource.name);
    resource.words = vec![name.to_owned()];
    let wishes = wishes(args, name);
    resource.ask_for_ids(|name| wishes.param(name).is_some());
    let changed = below::fill(&mut resource, known, settings, &wishes, folder)
        .map_err(|why| nothing(format!("{}: {why}", resource.shown())))?;
    let present = Present {
        others: known.others.clone(),
        parents: known.owners.iter().map(|(parent, _)| parent.clone()).collect(),
        types: known.types.clone(),
    };
    let mut inferred = infer::entities(vec![resource], provider, &present, &wishes)?;
    let why: Vec<_> = inferred.left_out.iter().map(ToString::to_string).collect();
    let (entity, resource) = inferred.entities.pop().ok_or_else(|| nothing(why.join("\n  ")))?;
    Ok(Read { entity, resource, left_out: inferred.left_out, changed })
}

/// Returns the list that `new` would give this name: `group_member` for `/groups/{id}/members`.
fn nested_named(resources: &[Resource], name: &str) -> Option<usize> {
    let is_it = |resource: &Resource| matches!(resource.words.as_slice(), [last, owner, ..] if format!("{owner}_{last}") == name);
    resources.iter().position(is_it)
}

/// Returns the reasons to review the method that reads a list.
fn reviews(resource: &Resource) -> Vec<String> {
    let mut all = vec!["the path and the paging, as far as the file shows them".to_owned()];
    all.extend(resource.graphql().into_iter().flat_map(|graphql| graphql.reviews.clone()));
    let of = |hole: &Hole| {
        let Fill::Parent(name) = &hole.fill else { return None };
        let (hole_name, one) = (code(&hole.name), words::one(name));
        match &hole.member {
            Some(member) => Some(format!("{hole_name} is {} of {one}, by its name", code(member))),
            None if !infer::is_id(&hole.name) => {
                Some(format!("{hole_name} is the key of {one}; it does not say that it is its id"))
            }
            None => None,
        }
    };
    all.extend(resource.holes.iter().filter_map(of));
    all
}

/// Returns the types that the recording gives, and how many objects of each.
fn collected(entity: &Entity, known: &Known, integration: &str, records: &[Value]) -> Vec<(String, usize)> {
    let ty = |resource: &str| format!("{resource}_{integration}");
    let mut collected = vec![(ty(&entity.name), records.len())];
    if let Some(parent) = &entity.parent {
        collected.push((format!("{}_has_{}", ty(&parent.name), ty(&entity.name)), records.len()));
    }
    for link in &entity.links {
        let end = |type_name: &str| {
            let other = known.others.iter().find(|other| other.type_name == type_name);
            ty(other.map_or(&entity.name, |other| &other.name))
        };
        let edge = format!("{}_{}_{}", end(&link.from), link.verb.to_ascii_lowercase(), end(&link.to));
        let count = records.iter().map(|record| fixture::ends(record, &link.member).len()).sum();
        match (count, collected.iter_mut().find(|(ty, _)| *ty == edge)) {
            (0, _) => {}
            (more, Some((_, count))) => *count += more,
            (count, None) => collected.push((edge, count)),
        }
    }
    collected
}

/// Returns the snapshot of what the recordings give, with these types more.
fn snapshot(folder: &Path, more: Vec<(String, usize)>) -> Option<Changed> {
    let path = folder.join(COLLECTED);
    let before = fs::read_to_string(&path).ok()?;
    let (head, body) = before.split_at(before.rfind("---\n")? + 4);
    let mut types: serde_json::Map<String, Value> = serde_json::from_str(body).ok()?;
    types.extend(more.into_iter().map(|(ty, count)| (ty, count.into())));
    let text = format!("{head}{:#}\n", Value::Object(types));
    Some(Changed { path, text, before: Some(before) })
}

/// Returns the wishes of these flags. A value without the name of a thing is for the only one there is.
fn wishes(args: &AddEntity, name: &str) -> Wishes {
    let ours = |pairs: &[(String, String)]| {
        let fits = |(thing, _): &&(String, String)| {
            words::snake(thing).is_some_and(|thing| words::singular(&thing) == name)
        };
        pairs.iter().filter(fits).map(|(_, value)| (name.to_owned(), value.clone())).collect()
    };
    Wishes {
        keys: ours(&args.overrides.key),
        classes: ours(&args.overrides.class),
        params: args.overrides.param.clone(),
        only: Vec::new(),
        skip: Vec::new(),
    }
}

/// Puts files back as they were.
fn undo(changed: &[Changed]) {
    for undo in changed {
        // The disk refuses already; what it refuses here it has said there.
        let _ = match &undo.before {
            Some(before) => fs::write(&undo.path, before),
            None => fs::remove_file(&undo.path),
        };
    }
}

/// Writes all files, and has them compiled in the folder of the project; where one cannot be written, or the code does not compile,
/// all are as they were. Returns `true` if its documentation is written.
fn write(changed: &[Changed], compiled: Option<&Path>) -> Result<bool, Error> {
    let files: Vec<File> = changed
        .iter()
        .map(|change| File { path: change.path.display().to_string(), text: change.text.clone() })
        .collect();
    parses(&files)?;
    for (done, change) in changed.iter().enumerate() {
        let folder = change.path.parent().unwrap_or(&change.path);
        if let Err(source) = fs::create_dir_all(folder).and_then(|()| fs::write(&change.path, &change.text)) {
            undo(&changed[..=done]);
            return Err(Error::Unwritable { path: change.path.clone(), source });
        }
    }
    let rust = changed.iter().map(|change| change.path.clone());
    rustfmt::format(rust.filter(|path| path.extension().is_some_and(|end| end == "rs")));
    let Some(folder) = compiled else { return Ok(false) };
    let binary = compiles(folder, folder).inspect_err(|_| undo(changed))?;
    Ok(binary.is_some_and(|binary| document(&binary, folder)))
}

fn tell(
    folder: &Path,
    changed: &[Changed],
    left_out: &[infer::LeftOut],
    entity: &Entity,
    documented: bool,
) -> Result<(), Error> {
    let mut out = String::new();
    for change in changed {
        let path = change.path.strip_prefix(folder).unwrap_or(&change.path);
        let _ =
            writeln!(out, "{} {}", if change.before.is_some() { "Changed" } else { "Made" }, path.display());
    }
    for link in &entity.links {
        let _ = writeln!(out, "Related {}<{}, {}>, from `{}`", link.verb, link.from, link.to, link.member.0);
    }
    for one in left_out {
        let _ = writeln!(out, "Left out {one}");
    }
    let _ = write!(
        out,
        "\nEvery guess is marked `// review:`. Further relationships are yours to add: a field with `relationship(..)`, or \
         `job.add` in `fetch_{}`.\n\nNext:\n  cargo test\n",
        entity.plural
    );
    if !documented {
        out += "  cargo j1 docs       writes the new tables into the documentation\n";
    }
    output::print(&out)
}
