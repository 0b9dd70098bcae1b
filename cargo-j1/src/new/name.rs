//! The name of an integration, and the forms in which it is written.

use heck::{ToShoutySnakeCase as _, ToSnakeCase as _, ToTitleCase as _, ToUpperCamelCase as _};

use j1_core::graph::verb;

use crate::error::Error;

/// Words of Rust, which neither a crate nor what the project names after it can be called.
///
/// From the Rust Reference, "Keywords": strict, reserved and weak ones of all editions.
const KEYWORDS: &str = "\
    abstract as async await become box break const continue crate do dyn else enum extern false final fn \
    for gen if impl in let loop macro match mod move mut override priv pub ref return self static struct \
    super trait true try type typeof union unsafe unsized use virtual where while yield macro_rules";

/// Names that cargo refuses, or that mean something else: its own folders and crates, those of the language, and
/// files that Windows keeps for itself.
const TAKEN: &str = "\
    alloc aux build con core deps examples incremental insta nul prn proc_macro proc_macro2 serde \
    serde_json std tempfile test tests tokio cargo doc";

/// Prefixes of JupiterOne's own variables, which no integration can use.
const JUPITERONE: [&str; 2] = ["j1", "jupiterone"];

/// The longest name; cargo's registry takes no longer one.
const LONGEST: usize = 64;

/// Names that a project's modules import, so that its own struct cannot be called so.
const IMPORTED: &str = "\
    Api Client Collected Config Connect Each Entity EpochMs Err Error HasKey Http Integration Item Job \
    Key KeyPart Kind None Object Ok Option Outcome Pages Paging Result Secret Some Timestamp Types";

/// The name of an integration.
#[derive(Debug, Clone)]
pub struct Name(String);

/// Takes a name that a crate, a folder and the variables of an integration can have.
pub fn parse(name: &str) -> Result<Name, Error> {
    let why = if name.is_empty() {
        "is empty".to_owned()
    } else if let Some(wrong) = name.chars().find(|c| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_')) {
        format!("has a {wrong:?}; a crate's name has letters, digits, `-` and `_`")
    } else if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        "does not begin with a letter".to_owned()
    } else if name.len() > LONGEST {
        format!("has {} characters; {LONGEST} are the most", name.len())
    } else {
        let ident = name.to_ascii_lowercase().replace('-', "_");
        if is_keyword(&ident) {
            "is a word of Rust".to_owned()
        } else if has(TAKEN, &ident) || ident == "j1_core" || ident == "j1_runtime" {
            "is the name of something that every project has".to_owned()
        } else if JUPITERONE.iter().any(|own| ident == *own) {
            "would give variables that are JupiterOne's own".to_owned()
        } else if name.to_snake_case().is_empty() {
            "has no letter".to_owned()
        } else {
            return Ok(Name(name.to_owned()));
        }
    };
    Err(Error::BadName { name: name.to_owned(), why, instead: instead(name) })
}

/// Returns `true` for a keyword of Rust.
pub fn is_keyword(word: &str) -> bool {
    has(KEYWORDS, word)
}

fn has(words: &str, wanted: &str) -> bool {
    words.split(' ').any(|word| word == wanted)
}

/// Returns `true` if the modules of a project import an item of this name.
pub fn is_imported(type_name: &str) -> bool {
    has(IMPORTED, type_name) || verb::CLASSES.contains(&type_name.to_shouty_snake_case().as_str())
}

/// A name near to one that cannot be, for the message.
fn instead(name: &str) -> String {
    let plain: String = name
        .to_snake_case()
        .replace('_', "-")
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    let plain = plain.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    let plain = &plain[..plain.len().min(LONGEST - 12)];
    if plain.is_empty() {
        "my-provider".to_owned()
    } else {
        plain.to_owned() + if plain == name { "-provider" } else { "" }
    }
}

impl Name {
    /// As it was given, which is what the crate and its binary are called.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the name of the crate in Rust: `my_billing`.
    pub fn ident(&self) -> String {
        self.0.replace('-', "_")
    }

    /// Returns the prefix of the variables, as the runtime builds it: `MY_BILLING`. Letters are upper case, everything else is `_`.
    pub fn prefix(&self) -> String {
        self.ident().to_ascii_uppercase()
    }

    /// Returns a title for the provider: `My Billing`.
    pub fn title(&self) -> String {
        self.0.to_title_case()
    }

    /// The integration's struct: `MyBilling`; longer where an entity or an import has that name.
    pub fn type_name<'a>(&self, mut entities: impl Iterator<Item = &'a str>) -> String {
        let plain = self.0.to_upper_camel_case();
        if is_imported(&plain) || entities.any(|entity| entity == plain) {
            plain + "Integration"
        } else {
            plain
        }
    }

    /// Returns the name of the integration's parameter in steps: `my_billing`, unless a local has that name.
    pub fn receiver(&self, locals: &[String]) -> String {
        let plain = self.0.to_snake_case();
        if locals.contains(&plain) || self.0.to_shouty_snake_case() == "JOB" {
            "integration".to_owned()
        } else {
            plain
        }
    }

    /// Returns the name for Kubernetes: lower-case letters, digits and `-`.
    pub fn dns(&self) -> String {
        self.0.to_ascii_lowercase().replace('_', "-").trim_end_matches('-').to_owned()
    }
}
