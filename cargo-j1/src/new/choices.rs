//! The decisions about a project: by flags, by questions on a terminal, or by default.

use std::fmt::Display;
use std::io::IsTerminal as _;
use std::path::PathBuf;

use clap::ValueEnum;
use dialoguer::{Input, Select};

use super::api::{Paging, PagingKind};
use super::credentials::{AuthKind, Credentials};
use super::name::Name;
use crate::args::{J1Flags, New, integration_type as integration_type_of, one_line};
use crate::error::Error;

/// The decisions about a project.
#[derive(Debug)]
pub struct Choices {
    /// The name that people know the provider by.
    pub title: String,
    /// The integration type of its definition in JupiterOne.
    pub integration_type: String,
    /// The credentials that the API takes.
    pub auth: Credentials,
    /// The paging of lists, if a flag names it.
    pub paging: Option<Paging>,
    /// The source of j1.
    pub j1: J1,
}

/// The source of j1.
#[derive(Debug)]
pub enum J1 {
    /// A checkout on this machine.
    Path(PathBuf),
    /// A git repository, and the checkout on this machine that stands in for it here.
    Git { url: String, here: Option<PathBuf> },
    /// A published version.
    Version(String),
}

impl Choices {
    /// Takes what the flags say, asks for the rest on a terminal, and takes defaults otherwise.
    ///
    /// `seen` are the credentials that files show; `paged` is `true` where they show how lists are paged.
    pub fn ask(args: &New, name: &Name, seen: &Credentials, paged: bool) -> Result<Self, Error> {
        let asks = !args.yes && std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        let text = |flag: &Option<String>, question, default: String| match flag {
            Some(given) => Ok(given.clone()),
            None if asks => answer(question, default),
            None => Ok(default),
        };
        let title = text(&args.vendor, "Name of the provider", name.title())?;
        let title =
            one_line(&title).map_err(|why| Error::BadAnswer { question: "Name of the provider", why })?;
        let integration_type = text(
            &args.integration_type,
            "Integration type of the definition in JupiterOne",
            name.as_str().to_owned(),
        )?;
        let auth = match (args.auth, seen.first()) {
            // What was seen knows the names; a flag chooses among it.
            (Some(kind), _) => seen.of_kind(kind).unwrap_or_else(|| usual(kind)),
            (None, Some(_)) => seen.clone(),
            (None, None) if asks => {
                usual(choose("Credentials that the API takes", AuthKind::value_variants())?)
            }
            (None, None) => Credentials { review: seen.review.clone(), ..usual(AuthKind::ApiKey) },
        };
        let paging = match args.pagination {
            None if asks && !paged => {
                Some(choose("How the API pages its lists", PagingKind::value_variants())?)
            }
            flag => flag,
        };
        let integration_type = integration_type_of(&integration_type)
            .map_err(|why| Error::BadAnswer { question: "Integration type", why })?;
        let paging = paging.map(PagingKind::usual);
        Ok(Self { title, integration_type, auth, paging, j1: J1::from_flags(&args.j1) })
    }
}

fn usual(kind: AuthKind) -> Credentials {
    Credentials::one(vec![kind.usual()], None)
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
    fn from_flags(flags: &J1Flags) -> Self {
        match (&flags.j1_path, &flags.j1_git, &flags.j1_version) {
            (Some(path), ..) => Self::Path(path.clone()),
            (None, Some(url), _) => Self::Git { url: url.clone(), here: checkout() },
            (None, None, Some(version)) => Self::Version(version.clone()),
            (None, None, None) => Self::default(),
        }
    }
}

impl Default for J1 {
    /// The git repository of the checkout that this binary was built in, so that others can build the project, too. Without a
    /// remote that others reach, the checkout itself; without a checkout, the version of this binary.
    fn default() -> Self {
        let Some(folder) = checkout() else { return Self::Version(env!("CARGO_PKG_VERSION").to_owned()) };
        // What is fetched cannot be had without a network.
        let offline = std::env::var("CARGO_NET_OFFLINE").is_ok_and(|value| value == "true" || value == "1");
        match remote(&folder).filter(|_| !offline) {
            Some(url) => Self::Git { url, here: Some(folder) },
            None => Self::Path(folder),
        }
    }
}

/// Returns the checkout that this binary was built in, while it is there.
fn checkout() -> Option<PathBuf> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    folder.join("j1-runtime/Cargo.toml").is_file().then(|| folder.to_owned())
}

/// Returns the URL that a checkout was cloned from, if others can reach it.
fn remote(checkout: &std::path::Path) -> Option<String> {
    let mut git = std::process::Command::new("git");
    git.arg("-C").arg(checkout).args(["remote", "get-url", "origin"]).stdin(std::process::Stdio::null());
    let said = git.output().ok().filter(|said| said.status.success())?;
    let url = String::from_utf8(said.stdout).ok()?.trim().to_owned();
    if let Some((user, path)) = url.strip_prefix("git@").and_then(|rest| rest.split_once(':')) {
        // Cargo wants `ssh://` where git takes the short form.
        return Some(format!("ssh://git@{user}/{path}"));
    }
    let reachable = ["https://", "ssh://"].iter().any(|scheme| url.starts_with(scheme));
    // A password in a URL must not get into a manifest.
    let plain = url::Url::parse(&url)
        .is_ok_and(|url| url.password().is_none() && url.host_str() != Some("localhost"));
    (reachable && plain).then_some(url)
}
