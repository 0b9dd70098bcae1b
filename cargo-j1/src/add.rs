//! `cargo j1 add entity`: one more entity for a project that stands.

mod known;
mod source;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use url::Url;

use crate::args::AddEntity;
use crate::error::Error;
use crate::infer::fixture;
use crate::infer::{self, Entity, Resource, words};
use crate::integration::package;
use crate::new::api::Paging;
use crate::new::project::COLLECTED;
use crate::new::{Called, Shown, recording, rustfmt};
use crate::output;

use known::Known;
use source::Source;

/// A file as it is to be.
struct Changed {
    path: PathBuf,
    text: String,
    /// What it was; nothing where it is new.
    before: Option<String>,
}

/// Adds an entity with its step, its list in the client and its recording, or changes nothing.
pub fn entity(args: &AddEntity) -> Result<u8, Error> {
    let package = package::find(args.package.as_deref(), args.manifest_path.as_deref())?;
    let folder = package.manifest.parent().unwrap_or(Path::new(".")).to_owned();
    let name = words::snake(&args.name).map(|name| words::singular(&name)).ok_or_else(|| Error::BadName {
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
    if entities.has_module(&words::ident(&name)) {
        return Err(Error::Exists { path: folder.join(format!("src/entities/{name}.rs")) });
    }
    let integration = lib.integration()?;
    let known = known::of(&folder);
    let (entity, resource, left_out) = read(args, &name, &integration.title, &known)?;
    let shown = Shown::new(entity);
    let entity = shown.entity();
    let (step, method) = (format!("fetch_{}", entity.plural), words::ident(&entity.plural));
    let paging = resource.paging.clone().unwrap_or(Paging::Whole);
    let code = client.sized(&paging.code(resource.items.as_deref()));
    let base = file("src/config.rs").ok().and_then(|config| config.default_of("api_base"));
    let records = fixture::records(entity, &resource, &known.ids);
    let mut changed = vec![
        lib.with_step(&step)?,
        entities.with_module(&entity.module, &entity.type_name)?,
        steps.with_module(&method, &step)?,
        client.with_list(&method, entity, &code)?,
    ];
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
    if let Some(text) = base.and_then(|base| recorded(&base, entity, &resource, &paging, &records)) {
        changed.push(Changed { path: folder.join(format!("recordings/{method}.har")), text, before: None });
    }
    changed.extend(snapshot(&folder, collected(entity, &known, &integration.ty, &records)));
    write(&changed)?;
    tell(&folder, &changed, &left_out, entity).map(|()| 0)
}

/// The resource of this name that the file tells of, or its only one, as an entity.
fn read(
    args: &AddEntity,
    name: &str,
    vendor: &str,
    known: &Known,
) -> Result<(Entity, Resource, Vec<infer::LeftOut>), Error> {
    let mut found = infer::read(&args.from)?;
    let at = found.resources.iter().position(|resource| resource.name == name);
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
    name.clone_into(&mut resource.name);
    let mut inferred = infer::entities(vec![resource], vendor, &known.others);
    let why: Vec<_> = inferred.left_out.iter().map(ToString::to_string).collect();
    let (entity, resource) = inferred.entities.pop().ok_or_else(|| nothing(why.join("\n  ")))?;
    Ok((entity, resource, inferred.left_out))
}

fn recorded(
    base: &str,
    entity: &Entity,
    resource: &Resource,
    paging: &Paging,
    records: &[Value],
) -> Option<String> {
    Url::parse(base).ok()?;
    Some(recording::of_list(base, &entity.path, resource.items.as_deref(), paging, records, false))
}

/// The types that the recording gives, and how many objects of each.
fn collected(entity: &Entity, known: &Known, integration: &str, records: &[Value]) -> Vec<(String, usize)> {
    let ty = |resource: &str| format!("{resource}_{integration}");
    let mut collected = vec![(ty(&entity.name), records.len())];
    for link in &entity.links {
        let end = |type_name: &str| {
            let other = known.others.iter().find(|other| other.type_name == type_name);
            ty(other.map_or(&entity.name, |other| &other.name))
        };
        let edge = format!("{}_{}_{}", end(&link.from), link.verb.to_ascii_lowercase(), end(&link.to));
        match (fixture::linked(records, &link.member), collected.iter_mut().find(|(ty, _)| *ty == edge)) {
            (0, _) => {}
            (more, Some((_, count))) => *count += more,
            (count, None) => collected.push((edge, count)),
        }
    }
    collected
}

/// The snapshot of what the recordings give, with these types more.
fn snapshot(folder: &Path, more: Vec<(String, usize)>) -> Option<Changed> {
    let path = folder.join(COLLECTED);
    let before = fs::read_to_string(&path).ok()?;
    let (head, body) = before.split_at(before.rfind("---\n")? + 4);
    let mut types: serde_json::Map<String, Value> = serde_json::from_str(body).ok()?;
    types.extend(more.into_iter().map(|(ty, count)| (ty, count.into())));
    let text = format!("{head}{:#}\n", Value::Object(types));
    Some(Changed { path, text, before: Some(before) })
}

/// Writes all files; where one cannot be, those before it are as they were.
fn write(changed: &[Changed]) -> Result<(), Error> {
    for (done, change) in changed.iter().enumerate() {
        let folder = change.path.parent().unwrap_or(&change.path);
        if let Err(source) = fs::create_dir_all(folder).and_then(|()| fs::write(&change.path, &change.text)) {
            for undo in &changed[..=done] {
                // The disk refuses already; what it refuses here it has said there.
                let _ = match &undo.before {
                    Some(before) => fs::write(&undo.path, before),
                    None => fs::remove_file(&undo.path),
                };
            }
            return Err(Error::Unwritable { path: change.path.clone(), source });
        }
    }
    let rust = changed.iter().map(|change| change.path.clone());
    rustfmt::format(rust.filter(|path| path.extension().is_some_and(|end| end == "rs")));
    Ok(())
}

fn tell(
    folder: &Path,
    changed: &[Changed],
    left_out: &[infer::LeftOut],
    entity: &Entity,
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
         `job.add` in `fetch_{}`.\n\nNext:\n  cargo test\n  cargo j1 docs       writes the new tables into the documentation\n",
        entity.plural
    );
    output::print(&out)
}
