//! Errors of commands.

use std::io;
use std::path::PathBuf;

use j1_core::error::{Code, exit};

use crate::code;

/// The exit code of cargo when a build fails, unless cargo reports another.
const CARGO: u8 = 101;

/// Errors of commands.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Cargo could not be started, or did not answer as cargo does.
    #[error("could not run `{program}`; install cargo, or set CARGO to its path")]
    Cargo {
        /// The attempted operation.
        program: String,
        /// The error of the operating system.
        source: io::Error,
    },
    /// Cargo found no package where it was asked to look.
    #[error(
        "there is no package here; go to the integration's folder, or name its Cargo.toml with --manifest-path\n  cargo: {cargo}"
    )]
    NoPackage {
        /// The message of cargo.
        cargo: String,
    },
    /// The package named does not exist.
    #[error("the workspace has no package `{name}`; {hint}")]
    UnknownPackage {
        /// The name as given.
        name: String,
        /// A suggestion, if a similar name exists.
        hint: String,
    },
    /// Nothing here is an integration.
    #[error("{what}; an integration is a package with a binary that depends on j1")]
    NotAnIntegration {
        /// The rejected text.
        what: String,
    },
    /// It could be one of several.
    #[error("{what}: {names}; {choose}")]
    Several {
        /// The kind of thing there are several of.
        what: &'static str,
        /// Their names.
        names: String,
        /// The flag that names one.
        choose: &'static str,
    },
    /// The build failed; cargo said why.
    #[error("`{package}` does not build; cargo's messages above say why")]
    Build {
        /// The package.
        package: String,
        /// Cargo's exit code.
        exit_code: Option<u8>,
    },
    /// The binary was built but does not start.
    #[error("`{path}` could not be started", path = path.display())]
    Start {
        /// The binary.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// A file to read cannot be read.
    #[error("{path} cannot be read", path = path.display())]
    File {
        /// The file as named.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The class asked for does not exist.
    #[error("data model {version} has no class `{name}`; {hint}", version = j1_core::model::DATA_MODEL_VERSION)]
    UnknownClass {
        /// The name as given.
        name: String,
        /// A suggestion, if a similar name exists.
        hint: String,
    },
    /// The code asked for does not exist.
    #[error("there is no error code `{name}`; {hint}")]
    UnknownCode {
        /// The code as given.
        name: String,
        /// A suggestion, if a similar name exists.
        hint: String,
    },
    /// No integration can be called so.
    #[error("an integration cannot be called `{name}`: it {why}; write something like `{instead}`")]
    BadName {
        /// The name as given.
        name: String,
        /// The reason.
        why: String,
        /// One that could be.
        instead: String,
    },
    /// There is something where a project is to be made.
    #[error("{path} already exists and was left unchanged; choose another name, or another folder with --dir", path = path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A project cannot be written.
    #[error("could not write {path}; nothing was left behind", path = path.display())]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The terminal did not give an answer.
    #[error(
        "no answer to the question \"{question}\"; nothing was created. Use --yes to accept the defaults"
    )]
    Unanswered {
        /// The question.
        question: &'static str,
        /// The error of the terminal.
        source: io::Error,
    },
    /// A file to learn from is not JSON or YAML, ends too early, or has more than is read.
    #[error("{path} {what}; --from takes a JSON sample, an OpenAPI document, a HAR recording, or a Postman collection with saved responses", path = path.display())]
    NotASample {
        /// The file as named.
        path: PathBuf,
        /// The fault, as the end of a sentence that begins with the file.
        what: &'static str,
        /// The error of the parser, with its position.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A file to learn from is of a kind that is not read.
    #[error("{path} is {what}. --from takes a JSON sample, an OpenAPI document, a HAR recording, or a Postman collection with saved responses", path = path.display())]
    UnknownKind {
        /// The file as named.
        path: PathBuf,
        /// The kind of file.
        what: &'static str,
    },
    /// Nothing in the files can be an entity.
    #[error("no entity can be made of {files}, and nothing was made:\n  {why}")]
    NothingToMake {
        /// The files as named.
        files: String,
        /// Left-out lists and the reasons, a line each.
        why: String,
    },
    /// A file of a project has not the place where something is to be added.
    #[error("could not edit {path}: {what} not found; nothing was changed. Add it by hand, as in a project made by `cargo j1 new`", path = path.display())]
    NoPlace {
        /// The file.
        path: PathBuf,
        /// The missing thing.
        what: String,
    },
    /// A flag names what the files do not have.
    #[error("nothing was made: {flag} names {what}, which is not there; {hint}")]
    NoSuchThing {
        /// The flag.
        flag: &'static str,
        /// The text it names.
        what: String,
        /// A suggestion, if a similar name exists.
        hint: String,
    },
    /// An answer on the terminal cannot be used.
    #[error("nothing was made: the answer to \"{question}\" cannot be used: {why}")]
    BadAnswer {
        /// The question.
        question: &'static str,
        /// The reason the response cannot be used.
        why: &'static str,
    },
    /// The generated code does not compile.
    #[error(
        "nothing was made: {what} does not compile: {why}\nThis is a fault of cargo-j1, please report it with the file that --from \
         names; --skip THING leaves a list out, and --no-check makes the project all the same"
    )]
    DoesNotCompile {
        /// The file or the project.
        what: String,
        /// The first error.
        why: String,
    },
    /// A ported project, which is kept, does not compile.
    #[error(
        "{what} does not compile yet: {why}\nThe project was written; `cargo check` there lists all errors. This is a fault of \
         cargo-j1, please report it with the message"
    )]
    PortDoesNotCompile {
        /// The project.
        what: String,
        /// The first errors.
        why: String,
    },
    /// There is no lock to compare with.
    #[error("{path} does not exist, so there is nothing to compare with; write it with `cargo j1 check --update` and commit it", path = path.display())]
    NoLock {
        /// The expected path.
        path: PathBuf,
    },
    /// The lock is not one.
    #[error("{path} is not a valid lock: {why}; restore it from version control, or write it again with `cargo j1 check --update`", path = path.display())]
    BadLock {
        /// The file.
        path: PathBuf,
        /// The reason.
        why: String,
    },
    /// The integration's binary did not print what it is.
    #[error("could not read the description of `{package}`: {why}; `cargo j1 schema` shows what it prints")]
    Undescribed {
        /// The package.
        package: String,
        /// The actual output.
        why: String,
    },
    /// A collection is not there, or not whole.
    #[error("{path} is not part of a complete collection: {why}", path = path.display())]
    NotACollection {
        /// The file or folder.
        path: PathBuf,
        /// The reason.
        why: String,
    },
    /// A type has more entities than one file may hold.
    #[error(
        "the file of `{ty}` would have {bytes} bytes, and Custom File Transfer takes 100 MB; `cargo j1 sync` uploads any number"
    )]
    TooLargeForCsv {
        /// The type.
        ty: String,
        /// The size of the file in bytes.
        bytes: u64,
    },
    /// A folder to replace holds what is not ours.
    #[error("{path} holds {found}, which this command did not write and would replace; name another folder with --out", path = path.display(), found = found.display())]
    Occupied {
        /// The folder.
        path: PathBuf,
        /// A file in the folder.
        found: PathBuf,
    },
    /// A query has no answer: the message says why, and where.
    #[error("{message}")]
    Query {
        /// The message, in the service's wording where the service has one.
        message: String,
    },
    /// A file is not a question file.
    #[error("{path} is not a question file: {why}", path = path.display())]
    NotQuestions {
        /// The file.
        path: PathBuf,
        /// The reason.
        why: String,
    },
    /// A folder is not an integration of the official SDK.
    #[error("{path} is not an integration of the official SDK: {why}", path = path.display())]
    NotOfficial {
        /// The folder.
        path: PathBuf,
        /// The reason.
        why: String,
    },
    /// The accepted differences cannot be read.
    #[error("{path}: {why}", path = path.display())]
    BadParity {
        /// The file.
        path: PathBuf,
        /// The reason.
        why: String,
    },
    /// A JupiterOne did not answer a query.
    #[error("{url} did not answer the query: {why}")]
    Remote {
        /// The URL that was asked.
        url: String,
        /// The reason.
        why: String,
    },
    /// A Neo4j did not take the data.
    #[error("could not write to the Neo4j at {url}: {why}; set NEO4J_URI, NEO4J_USER and NEO4J_PASSWORD")]
    Neo4j {
        /// The URL.
        url: String,
        /// The reason.
        why: String,
    },
    /// The integration declares no shards.
    #[error(
        "the integration `{name}` is not divided into shards; name the entity to cut along: `#[j1(shards = Account)]`"
    )]
    NotSharded {
        /// The integration.
        name: String,
    },
    /// A scheduler cannot run with a setting.
    #[error("no files were written: {flag} {why}; {hint}")]
    UnfitSetting {
        /// The flag.
        flag: &'static str,
        /// The reason.
        why: String,
        /// The correction.
        hint: &'static str,
    },
    /// A template is wrong.
    #[error("could not render template `{template}`; this is a bug in cargo-j1, please report it")]
    Template {
        /// Which one.
        template: String,
        /// The reason.
        source: minijinja::Error,
    },
    /// The system refused something basic, such as a thread or a signal handler.
    #[error("{what}")]
    System {
        /// The attempted operation.
        what: &'static str,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The local JupiterOne could not start or stop.
    #[error(transparent)]
    Local(#[from] j1_local::Error),
}

/// Returns the message of a YAML error without the `error: ` before it: it is part of a message of ours.
pub fn of_yaml(error: &serde_saphyr::Error) -> String {
    let text = error.to_string();
    text.strip_prefix("error: ").unwrap_or(&text).to_owned()
}

impl Error {
    /// Its stable code.
    pub const fn code(&self) -> Code {
        match self {
            Self::Cargo { .. } => code::CARGO,
            Self::NoPackage { .. } => code::NO_PACKAGE,
            Self::UnknownPackage { .. } => code::UNKNOWN_PACKAGE,
            Self::NotAnIntegration { .. } => code::NOT_AN_INTEGRATION,
            Self::Several { .. } => code::SEVERAL,
            Self::Build { .. } => code::BUILD,
            Self::Start { .. } => code::START,
            Self::File { .. } => code::FILE,
            Self::UnknownClass { .. } => code::UNKNOWN_CLASS,
            Self::UnknownCode { .. } => code::UNKNOWN_CODE,
            Self::BadName { .. } => code::BAD_NAME,
            Self::Exists { .. } => code::EXISTS,
            Self::Unwritable { .. } => code::UNWRITABLE,
            Self::Unanswered { .. } => code::UNANSWERED,
            Self::NotASample { .. } => code::NOT_A_SAMPLE,
            Self::UnknownKind { .. } => code::UNKNOWN_KIND,
            Self::NothingToMake { .. } => code::NOTHING_TO_MAKE,
            Self::NoPlace { .. } => code::NO_PLACE,
            Self::NoSuchThing { .. } => code::NO_SUCH_THING,
            Self::BadAnswer { .. } => code::BAD_ANSWER,
            Self::DoesNotCompile { .. } | Self::PortDoesNotCompile { .. } => code::DOES_NOT_COMPILE,
            Self::NotOfficial { .. } => code::NOT_OFFICIAL,
            Self::BadParity { .. } => code::BAD_PARITY,
            Self::NoLock { .. } => code::NO_LOCK,
            Self::BadLock { .. } => code::BAD_LOCK,
            Self::Undescribed { .. } => code::UNDESCRIBED,
            Self::NotACollection { .. } => code::NOT_A_COLLECTION,
            Self::TooLargeForCsv { .. } => code::TOO_LARGE_FOR_CSV,
            Self::Occupied { .. } => code::OCCUPIED,
            Self::Query { .. } => code::QUERY,
            Self::NotQuestions { .. } => code::NOT_QUESTIONS,
            Self::Remote { .. } => code::REMOTE,
            Self::Neo4j { .. } => code::NEO4J,
            Self::NotSharded { .. } => code::NOT_SHARDED,
            Self::UnfitSetting { .. } => code::UNFIT_SETTING,
            Self::Template { .. } => code::TEMPLATE,
            Self::System { .. } => code::SYSTEM,
            Self::Local(error) => Code(error.code()),
        }
    }

    /// Returns the exit code of the process.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Cargo { .. } | Self::DoesNotCompile { .. } | Self::PortDoesNotCompile { .. } => CARGO,
            Self::Build { exit_code, .. } => exit_code.unwrap_or(CARGO),
            Self::Start { .. } | Self::System { .. } | Self::Unwritable { .. } | Self::Template { .. } => 1,
            Self::Local(_) | Self::Remote { .. } | Self::Neo4j { .. } => exit::ABORTED,
            Self::NoLock { .. } => exit::DIFFERENT,
            _ => exit::USAGE,
        }
    }
}
