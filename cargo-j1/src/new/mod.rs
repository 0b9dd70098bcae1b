//! `cargo j1 new`: a new integration that builds, passes its tests and runs at once.

pub mod api;
mod check;
mod choices;
pub mod credentials;
mod dependency;
pub mod escape;
mod example;
mod inferred;
pub mod name;
mod outline;
pub mod place;
pub mod project;
pub mod recording;
pub mod request;
pub mod rustfmt;
pub mod templates;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::args::New;
use crate::error::Error;
use crate::infer::{self, Found, Inferred, Present, Wishes};
use crate::output;
use crate::style::NAME;

pub use api::PagingKind;
pub use check::{compiles, document, parses};
use choices::Choices;
pub use credentials::AuthKind;
pub use inferred::{Called, Recorded, Shown, one_list};
use place::Place;
use project::Project;

/// Makes the project that the arguments, or the answers on the terminal, describe.
pub fn run(args: &New) -> Result<u8, Error> {
    let name = name::parse(&args.name)?;
    let place = if args.dry_run { None } else { Some(Place::find(args.dir.as_deref(), &name)?) };
    let found = read(&args.from)?;
    let paged = found.resources.iter().all(|resource| resource.paging.is_some()) && !args.from.is_empty();
    let seen =
        credentials::Credentials { alternatives: found.auth.clone(), review: found.auth_review.clone() };
    let choices = Choices::ask(args, &name, &seen, paged)?;
    let base = found.base.clone();
    let content = if args.from.is_empty() {
        example::content(&name, &choices)
    } else {
        let sources = args.from.iter().map(|path| named(path)).collect();
        let inferred = entities(found, args, &choices)?;
        if args.dry_run {
            return output::print(&outline::table(&inferred, &choices, base.as_deref())).map(|()| 0);
        }
        inferred::content(&name, &choices, inferred, base, sources)
    };
    let Some(place) = place else {
        return output::print(
            "Without --from it is the example: applications, and the teams that own them.\n",
        )
        .map(|()| 0);
    };
    let mut project = Project::new(&name, &choices, content, place.outer_workspace());
    let (folder, documented) = place.fill(&project.files()?, !args.no_check)?;
    tell(&project, folder, documented).map(|()| 0)
}

/// A project that another command makes.
pub struct Making {
    place: Place,
    choices: Choices,
}

impl Making {
    /// Finds the place of a project and takes the choices of its flags.
    pub fn find(args: &New, name: &name::Name) -> Result<Self, Error> {
        let place = Place::find(args.dir.as_deref(), name)?;
        let seen = credentials::Credentials { alternatives: Vec::new(), review: None };
        Ok(Self { place, choices: Choices::ask(args, name, &seen, true)? })
    }

    /// Returns the name that people know the provider by.
    pub fn title(&self) -> &str {
        &self.choices.title
    }

    /// Makes the project, which nothing has compiled yet, and returns its folder.
    pub fn make(&self, name: &name::Name, content: project::Content) -> Result<PathBuf, Error> {
        let mut project = Project::new(name, &self.choices, content, self.place.outer_workspace());
        self.place.fill(&project.files()?, false).map(|(folder, _)| folder.to_owned())
    }
}

/// Reads all files.
fn read(files: &[PathBuf]) -> Result<Found, Error> {
    let mut all = Found::default();
    for file in files {
        all.absorb(infer::read(file)?);
    }
    Ok(all)
}

/// Returns the wishes of these flags.
fn wishes(args: &New) -> Wishes {
    Wishes {
        keys: args.overrides.key.clone(),
        classes: args.overrides.class.clone(),
        params: args.overrides.param.clone(),
        only: args.only.clone(),
        skip: args.skip.clone(),
    }
}

/// Makes the entities from the lists that were found; fails if there are none.
fn entities(found: Found, args: &New, choices: &Choices) -> Result<Inferred, Error> {
    let mut inferred = infer::entities(found.resources, &choices.title, &Present::default(), &wishes(args))?;
    inferred.left_out.extend(found.left_out);
    if inferred.entities.is_empty() && !args.dry_run {
        let files: Vec<_> = args.from.iter().map(|path| named(path)).collect();
        let why: String =
            infer::by_reason(&inferred.left_out).iter().map(|one| one.told(usize::MAX)).collect();
        return Err(Error::NothingToMake { files: files.join(", "), why: why.trim().to_owned() });
    }
    Ok(inferred)
}

/// Returns a file as prose names it, without the folder, which is of this machine.
fn named(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| escape::code(&name.to_string_lossy()))
}

fn tell(project: &Project, folder: &Path, documented: bool) -> Result<(), Error> {
    let mut out = format!("Made {NAME}{}{NAME:#} in {}.\n", project.name(), folder.display());
    out.push_str(&project.remarks());
    out.push_str("\nNext:\n");
    let here = std::env::current_dir().ok();
    let shown = here.and_then(|here| folder.strip_prefix(here).ok().map(Path::to_owned));
    let shown = shown.unwrap_or_else(|| folder.to_owned());
    let _ = write!(
        out,
        "  cd {}\n  cargo j1 run --local     runs it on recorded responses; needs no account\n  \
         cargo test               runs its tests\n",
        shown.display()
    );
    if !documented {
        let _ =
            writeln!(out, "  cargo j1 docs            writes its data model into docs/{}.md", project.name());
    }
    output::print(&out)
}
