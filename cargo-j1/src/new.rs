//! `cargo j1 new`: a new integration that builds, passes its tests and runs at once.

mod choices;
mod example;
mod name;
mod place;
mod project;
mod recording;
mod rustfmt;
mod tables;
mod templates;

use std::fmt::Write as _;
use std::path::Path;

use crate::args::New;
use crate::error::Error;
use crate::output;
use crate::style::NAME;

use choices::Choices;
use place::Place;
use project::Project;

/// Makes the project that the arguments, or the answers on the terminal, describe.
pub fn run(args: &New) -> Result<u8, Error> {
    let name = name::parse(&args.name)?;
    let place = Place::find(args.dir.as_deref(), &name)?;
    let choices = Choices::ask(args, &name)?;
    let project = Project::new(&name, &choices, example::content(&name, &choices), place.outer_workspace());
    let folder = place.fill(&project.files()?)?;
    tell(&project, folder).map(|()| 0)
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
         cargo test               runs its tests\n",
        shown.display()
    );
    output::print(&out)
}
