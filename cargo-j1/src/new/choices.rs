//! What has to be decided about a project: by flags, by questions on a terminal, or by default.

use std::fmt::Display;
use std::io::IsTerminal as _;
use std::path::PathBuf;

use clap::ValueEnum;
use dialoguer::{Input, Select};

use super::api::{Auth, AuthKind, Paging, PagingKind};
use super::name::Name;
use crate::args::New;
use crate::error::Error;

/// What was decided.
#[derive(Debug)]
pub struct Choices {
    /// What people call the vendor.
    pub vendor: String,
    /// The integration type of its definition in JupiterOne.
    pub integration_type: String,
    /// How the API wants to be asked.
    pub auth: Auth,
    /// How it deals out lists, if that was said.
    pub paging: Option<Paging>,
    /// Where j1 comes from.
    pub j1: J1,
}

/// Where the project has j1 from.
#[derive(Debug)]
pub enum J1 {
    /// A checkout on this machine.
    Path(PathBuf),
    /// A published version.
    Version(String),
}

impl Choices {
    /// Takes what the flags say, asks for the rest if there is a terminal, and takes defaults where nobody answers.
    ///
    /// `seen` is how files show that the API wants to be asked; `paged` is whether they show how lists are dealt out.
    pub fn ask(args: &New, name: &Name, seen: Option<&Auth>, paged: bool) -> Result<Self, Error> {
        let asks = !args.yes && std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        let text = |flag: &Option<String>, question, default: String| match flag {
            Some(given) => Ok(given.clone()),
            None if asks => answer(question, default),
            None => Ok(default),
        };
        let vendor = text(&args.vendor, "What people call the vendor", name.title())?;
        let integration_type = text(
            &args.integration_type,
            "Integration type of the definition in JupiterOne",
            name.as_str().to_owned(),
        )?;
        let auth = match (args.auth, seen) {
            // What was seen knows the names; a flag that says the same is not against it.
            (Some(kind), Some(seen)) if seen.kind() == kind => seen.clone(),
            (Some(kind), _) => kind.usual(),
            (None, Some(seen)) => seen.clone(),
            (None, None) if asks => {
                choose("How the API wants to be asked", AuthKind::value_variants())?.usual()
            }
            (None, None) => AuthKind::ApiKey.usual(),
        };
        let paging = match args.pagination {
            None if asks && !paged => {
                Some(choose("How the API deals out lists", PagingKind::value_variants())?)
            }
            flag => flag,
        };
        Ok(Self { vendor, integration_type, auth, paging: paging.map(PagingKind::usual), j1: J1::of(args) })
    }
}

fn answer<T: Clone + Display + std::str::FromStr<Err: Display>>(
    question: &'static str,
    default: T,
) -> Result<T, Error> {
    let asked = Input::new().with_prompt(question).default(default).interact_text();
    asked.map_err(|dialoguer::Error::IO(source)| Error::Unanswered { question, source })
}

fn choose<T: ValueEnum + Copy>(question: &'static str, of: &[T]) -> Result<T, Error> {
    let values: Vec<_> = of.iter().filter_map(ValueEnum::to_possible_value).collect();
    let lines = values.iter().map(|value| {
        let help = value.get_help().map(|help| format!(": {help}")).unwrap_or_default();
        format!("{}{help}", value.get_name())
    });
    let chosen = Select::new().with_prompt(question).items(lines.collect::<Vec<_>>()).default(0).interact();
    let chosen = chosen.map_err(|dialoguer::Error::IO(source)| Error::Unanswered { question, source })?;
    Ok(of[chosen])
}

impl J1 {
    fn of(args: &New) -> Self {
        match (&args.j1_path, &args.j1_version) {
            (Some(path), _) => Self::Path(path.clone()),
            (None, Some(version)) => Self::Version(version.clone()),
            (None, None) => Self::default(),
        }
    }
}

impl Default for J1 {
    /// The checkout that this binary was built in, while it is there; otherwise the version of this binary.
    fn default() -> Self {
        let checkout = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent();
        let standing = checkout.filter(|folder| folder.join("j1-runtime/Cargo.toml").is_file());
        standing.map_or_else(
            || Self::Version(env!("CARGO_PKG_VERSION").to_owned()),
            |folder| Self::Path(folder.to_owned()),
        )
    }
}
