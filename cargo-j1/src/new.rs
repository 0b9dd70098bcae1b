//! `cargo j1 new`: a new integration that builds, passes its tests and runs at once.

pub mod api;
mod choices;
pub mod escape;
mod example;
mod inferred;
pub mod name;
mod place;
pub mod project;
pub mod recording;
pub mod rustfmt;
mod templates;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::args::New;
use crate::error::Error;
use crate::infer::{self, Found, Inferred};
use crate::output;
use crate::style::NAME;

pub use api::{AuthKind, PagingKind};
use choices::Choices;
pub use inferred::{Called, Shown};
use place::Place;
use project::Project;

/// Makes the project that the arguments, or the answers on the terminal, describe.
pub fn run(args: &New) -> Result<u8, Error> {
    let name = name::parse(&args.name)?;
    let place = Place::find(args.dir.as_deref(), &name)?;
    let found = read(&args.from)?;
    let paged = found.resources.iter().all(|resource| resource.paging.is_some()) && !args.from.is_empty();
    let choices = Choices::ask(args, &name, found.auth.as_ref(), paged)?;
    let content = if args.from.is_empty() {
        example::content(&name, &choices)
    } else {
        let base = found.base.clone();
        let sources = args.from.iter().map(|path| named(path)).collect();
        inferred::content(&name, &choices, entities(found, args, &choices)?, base, sources)
    };
    let project = Project::new(&name, &choices, content, place.outer_workspace());
    let folder = place.fill(&project.files()?)?;
    tell(&project, folder).map(|()| 0)
}

/// What all files tell.
fn read(files: &[PathBuf]) -> Result<Found, Error> {
    let mut all = Found::default();
    for file in files {
        let found = infer::read(file)?;
        all.base = all.base.or(found.base);
        all.auth = all.auth.or(found.auth);
        all.resources.extend(found.resources);
        all.left_out.extend(found.left_out);
    }
    Ok(all)
}

/// The entities of what was found; an error where there is none.
fn entities(found: Found, args: &New, choices: &Choices) -> Result<Inferred, Error> {
    let mut inferred = infer::entities(found.resources, &choices.vendor, &[]);
    inferred.left_out.extend(found.left_out);
    if inferred.entities.is_empty() {
        let files: Vec<_> = args.from.iter().map(|path| named(path)).collect();
        let why: Vec<_> = inferred.left_out.iter().map(ToString::to_string).collect();
        return Err(Error::NothingToMake { files: files.join(", "), why: why.join("\n  ") });
    }
    Ok(inferred)
}

/// A file as prose names it: where it is, is of this machine.
fn named(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| format!("`{}`", name.to_string_lossy()))
}

fn tell(project: &Project, folder: &Path) -> Result<(), Error> {
    let mut out = format!("Made {NAME}{}{NAME:#} in {}.\n", project.name(), folder.display());
    out.push_str(&project.remarks());
    out.push_str("\nNext:\n");
    let here = std::env::current_dir().ok();
    let shown = here.and_then(|here| folder.strip_prefix(here).ok().map(Path::to_owned));
    let shown = shown.unwrap_or_else(|| folder.to_owned());
    let _ = write!(
        out,
        "  cd {}\n  cargo j1 run --local     runs it on recorded answers; needs no account\n  \
         cargo test               runs its tests\n  cargo j1 docs            writes its whole data model into docs/{}.md\n",
        shown.display(),
        project.name()
    );
    output::print(&out)
}
