//! What has to be decided about a project: by flags, by questions on a terminal, or by default.

use std::fmt::Display;
use std::io::IsTerminal as _;
use std::path::PathBuf;

use dialoguer::Input;

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
    pub fn ask(args: &New, name: &Name) -> Result<Self, Error> {
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
        Ok(Self { vendor, integration_type, j1: J1::of(args) })
    }
}

fn answer<T: Clone + Display + std::str::FromStr<Err: Display>>(
    question: &'static str,
    default: T,
) -> Result<T, Error> {
    let asked = Input::new().with_prompt(question).default(default).interact_text();
    asked.map_err(|dialoguer::Error::IO(source)| Error::Unanswered { question, source })
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
