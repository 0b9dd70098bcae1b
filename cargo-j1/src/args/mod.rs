//! The command line as people type it.

mod arrange;
mod query;
mod shard;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::new::{AuthKind, PagingKind};
use crate::style::{HEADER, STYLES};

pub use arrange::arrange;
pub use query::{Query, QueryFormat, Questions, QuestionsCheck, QuestionsWhat};
pub use shard::{Engine, Shard, ShardManifests, ShardWhat};

const EXAMPLES: &str = "\
Examples:
  cargo j1 new my-billing           make an integration that runs at once
  cargo j1 run --local              run the integration here into a JupiterOne on this machine

Flags that `cargo j1` does not know go to the integration: `cargo j1 run -- --help` lists them.
Every command has --help with examples; --version prints the version.";

/// As clap's own, without the section of options: there are but two, and all of this is to fit a screen.
fn template() -> String {
    format!(
        "{{about}}\n\n{{usage-heading}} {{usage}}\n\n{HEADER}Commands:{HEADER:#}\n{{subcommands}}{{after-help}}"
    )
}

/// Writes, runs and looks at JupiterOne integrations.
#[derive(Debug, Parser)]
#[command(name = "cargo-j1", bin_name = "cargo j1", version, styles = STYLES, after_help = EXAMPLES)]
#[command(help_template = template())]
#[command(disable_help_subcommand = true, max_term_width = 100)]
pub struct Cli {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// The command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Makes a new integration: builds, passes its tests and runs at once
    #[command(after_help = "\
Examples:
  cargo j1 new my-billing
  cargo j1 new my-billing --yes --vendor 'Acme Billing' --auth bearer --pagination cursor
  cargo j1 new acme --from openapi.json --dry-run
  cargo j1 new acme --from openapi.json --key device=nodeId --class key=AccessKey
  cargo j1 new acme --from users.json --from groups.json

Without --from it is a small example to change: applications, and the teams that own them.")]
    New(New),
    /// Adds to an integration that stands: an entity, with its step and recording
    #[command(after_help = "Examples:\n  cargo j1 add entity group --from groups.json")]
    Add(Add),
    /// Runs the integration: collects, uploads and finalizes
    #[command(after_help = "\
Examples:
  cargo j1 run --local
  cargo j1 run --local --replay recordings --output json
  cargo j1 run --step fetch-users -v

Exits as the integration does: 0 complete, 5 partial, 3 configuration, 4 credentials, 6 upload,
7 too many deletions.")]
    Run(Run),
    /// Runs the steps and writes what they collect to disk
    Collect(Passed),
    /// Uploads and finalizes what `collect` wrote
    #[command(
        after_help = "Examples:\n  cargo j1 sync --local\n  cargo j1 sync --from .j1-integration --wait"
    )]
    Sync(Run),
    /// Collects, and shows what a finalize would create, update and delete
    #[command(
        after_help = "Examples:\n  cargo j1 plan --local\n  cargo j1 plan --replay recordings --output json"
    )]
    Plan(Run),
    /// Prints the configuration that the integration reads
    Config(Passed),
    /// Prints the steps of the integration and their order
    Steps(Passed),
    /// Prints what the integration emits, as JSON Schema
    Schema(Passed),
    /// Writes the data model into the integration's documentation
    #[command(after_help = "\
Examples:
  cargo j1 docs                     write it into docs/<name>.md, between its markers
  cargo j1 docs --check             change nothing; exit with 8 when it is out of date")]
    Docs(Passed),
    /// Says what an edit breaks for those who use the data: compares with j1.lock
    #[command(after_help = "\
Examples:
  cargo j1 check                    what differs, and the version it calls for; exits with 8 if anything does
  cargo j1 check --update           take it as it is: write j1.lock and the documentation
  cargo j1 check --output json      the same for programs

It compares what the integration is with j1.lock beside its Cargo.toml, and the documentation with what
`cargo j1 docs` would write.")]
    Check(Check),
    /// Draws the types of the integration, or what it has collected
    #[command(after_help = "\
Examples:
  cargo j1 graph --out graph.html            the types, as a page that needs no network
  cargo j1 graph --data --out data.html      what `cargo j1 collect` has written to .j1-integration
  cargo j1 graph --format mermaid            as text for Markdown; --format dot for Graphviz

Without --out it goes to stdout.")]
    Graph(Graph),
    /// Starts an integration from one that was written with the official TypeScript SDK
    #[command(after_help = "\
Examples:
  cargo j1 port ../graph-acme
  cargo j1 port ../graph-acme --name acme --dir integrations

It reads the sources, the documentation and the recordings, and runs nothing of them. Types, keys, relationships,
steps and settings stay what they are; what could not be read is marked `// port:`, and PORT.md lists it.")]
    Port(Port),
    /// Compares a collection with that of the official integration
    #[command(after_help = "\
Examples:
  cargo j1 collect --replay recordings && cargo j1 parity --official ../graph-acme/.j1-integration
  cargo j1 parity --official old --from new --json

parity.toml lists the differences that are meant:
  [[accept]]
  difference = \"property-added\"
  at = \"acme_user.email\"
  reason = \"the class requires it\"

Exits with 8 when there is any other difference.")]
    Parity(Parity),
    /// Writes a collection as files for JupiterOne's Custom File Transfer
    #[command(after_help = "\
Examples:
  cargo j1 collect && cargo j1 csv --out upload
  cargo j1 csv --from .j1-integration --out upload --strict

A CSV for each type of entity, and datasets.json with what JupiterOne asks for when a file is uploaded. What CSV
cannot carry (lists, raw data, relationships) is left out and listed.")]
    Csv(Csv),
    /// Writes collected data to a Neo4j
    #[command(after_help = "\
Examples:
  cargo j1 collect
  NEO4J_URI=bolt://localhost:7687 NEO4J_USER=neo4j NEO4J_PASSWORD=… cargo j1 neo4j push
  cargo j1 neo4j push --from DIR")]
    Neo4j(Neo4j),
    /// Serves a JupiterOne on this machine
    #[command(after_help = "\
Examples:
  cargo j1 local --open
  cargo j1 local --port 0 --db /tmp/j1.db --api-key secret

The first line on stdout is its URL, for JUPITERONE_API_BASE. It runs until ctrl-c or SIGTERM.")]
    Local(Local),
    /// Writes what the local JupiterOne has as Parquet, CSV or JSON Lines
    #[command(after_help = "\
Examples:
  cargo j1 export parquet --out data
  cargo j1 export csv --out data --db /tmp/j1.db

A file for each type of entities in entities/, and one with all relationships. A server may have the
data file open meanwhile.")]
    Export(Export),
    /// Asks the local JupiterOne a J1QL query
    #[command(after_help = "\
Examples:
  cargo j1 query 'FIND User THAT HAS Device'
  cargo j1 query 'FIND User AS u RETURN u.name, u.email ORDER BY u.name' --format csv
  cargo j1 query 'FIND * WITH _type = ${param.type}' --param type=acme_user
  cargo j1 query 'FIND User' --at JOB         as the graph was after this job
  cargo j1 query --file jupiterone/questions/questions.yaml

It reads the data file, also while a server has it; --url asks a server instead.")]
    Query(Query),
    /// Writes files that run one account over many workers
    #[command(after_help = "\
Examples:
  cargo j1 shard manifests kubernetes > shards.yaml
  cargo j1 shard manifests slurm --shards 64 --store /shared/acme --out shards.sh
  cargo j1 shard manifests github --store s3://bucket/acme --out .github/workflows/shards.yaml

The phases themselves are commands of the integration: `acme shard run --help`.")]
    Shard(Shard),
    /// Checks the questions of an integration
    #[command(after_help = "\
Examples:
  cargo j1 questions check
  cargo j1 questions check questions.yaml --output json")]
    Questions(Questions),
    /// Checks entities and relationships, one JSON object a line
    #[command(after_help = "\
Examples:
  cargo j1 validate entities.ndjson
  jq -c '.entities[]' graph/*/entities/*.json | cargo j1 validate

Prints one JSON verdict a line. Exits with 8 when an object is invalid.")]
    Validate {
        /// The file to read; `-` is stdin
        #[arg(value_name = "FILE|-")]
        file: Option<PathBuf>,
    },
    /// Prints the data model: its classes, or the properties of one
    #[command(
        after_help = "Examples:\n  cargo j1 model\n  cargo j1 model User\n  cargo j1 model User --json"
    )]
    Model {
        /// The class, such as `User`
        class: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Explains an error code
    #[command(after_help = "Examples:\n  cargo j1 explain J1-E0203\n  cargo j1 explain e0203")]
    Explain {
        /// The code; without one, all codes are listed
        code: Option<String>,
    },
    /// Prints a script that has a shell complete `cargo-j1`
    #[command(after_help = "\
Examples:
  cargo j1 completions bash > ~/.local/share/bash-completion/completions/cargo-j1
  cargo j1 completions fish > ~/.config/fish/completions/cargo-j1.fish

Shells complete the program's own name, so type `cargo-j1 run` with the hyphen.")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// `cargo j1 new`.
#[derive(Debug, Args)]
pub struct New {
    /// The name of the crate, such as `my-billing`
    pub name: String,
    /// The folder to make; one that exists takes the project as DIR/NAME [default: NAME]
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// The name people know the provider by [default: from NAME]
    #[arg(long, value_name = "TITLE", value_parser = one_line)]
    pub vendor: Option<String>,
    /// The integration type of its definition in JupiterOne [default: NAME]
    #[arg(long, value_name = "TYPE", value_parser = integration_type)]
    pub integration_type: Option<String>,
    /// The way requests authenticate [default: from --from, or api-key]
    #[arg(long, value_name = "HOW", value_enum)]
    pub auth: Option<AuthKind>,
    /// The way lists are paged [default: from --from, or offset]
    #[arg(long, value_name = "HOW", value_enum)]
    pub pagination: Option<PagingKind>,
    /// Derives the entities from a JSON sample, an OpenAPI or Swagger 2 document, a HAR recording or a Postman collection;
    /// may be repeated
    #[arg(long, value_name = "FILE")]
    pub from: Vec<PathBuf>,
    /// Overrides of what the files say.
    #[command(flatten)]
    pub overrides: Overrides,
    /// Makes only this thing; may be repeated, and `--dry-run` lists the names
    #[arg(long, value_name = "THING")]
    pub only: Vec<String>,
    /// Leaves this thing out; may be repeated
    #[arg(long, value_name = "THING")]
    pub skip: Vec<String>,
    /// Prints what would be made from what, and what is left out, and makes nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Does not have the compiler check the project
    #[arg(long)]
    pub no_check: bool,
    /// The j1 that the project depends on.
    #[command(flatten)]
    pub j1: J1Flags,
    /// Asks nothing: what no flag says is as by default
    #[arg(short, long)]
    pub yes: bool,
}

/// The flags that choose the j1 of a project.
#[derive(Debug, Clone, Args)]
pub struct J1Flags {
    /// A checkout of j1 to depend on
    #[arg(long, value_name = "DIR", conflicts_with_all = ["j1_version", "j1_git"], value_parser = checkout)]
    pub j1_path: Option<PathBuf>,
    /// A git repository of j1 to depend on [default: that of the checkout `cargo j1` was built in]
    #[arg(long, value_name = "URL", conflicts_with = "j1_version", value_parser = one_line)]
    pub j1_git: Option<String>,
    /// A published version of j1 to depend on
    #[arg(long, value_name = "V", value_parser = one_line)]
    pub j1_version: Option<String>,
}

/// `cargo j1 port`.
#[derive(Debug, Args)]
pub struct Port {
    /// The folder of the integration that is written with the official SDK
    pub path: PathBuf,
    /// The name of the crate [default: that of the folder, without `graph-`]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// The folder to make; one that exists takes the project as DIR/NAME [default: NAME]
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// The name people know the provider by [default: from NAME]
    #[arg(long, value_name = "TITLE", value_parser = one_line)]
    pub vendor: Option<String>,
    /// Does not have the compiler check the project
    #[arg(long)]
    pub no_check: bool,
    /// The j1 that the project depends on.
    #[command(flatten)]
    pub j1: J1Flags,
}

impl Port {
    /// Returns the flags of the project that is made.
    pub fn making(&self, name: &crate::new::name::Name) -> New {
        New {
            name: name.as_str().to_owned(),
            dir: self.dir.clone(),
            vendor: self.vendor.clone(),
            integration_type: None,
            auth: None,
            pagination: None,
            from: Vec::new(),
            overrides: Overrides::default(),
            only: Vec::new(),
            skip: Vec::new(),
            dry_run: false,
            no_check: self.no_check,
            j1: self.j1.clone(),
            yes: true,
        }
    }
}

/// `cargo j1 parity`.
#[derive(Debug, Args)]
pub struct Parity {
    /// The collection of the official integration, a folder with a `summary.json`
    #[arg(long, value_name = "DIR")]
    pub official: PathBuf,
    /// The collection of the new one
    #[arg(long, value_name = "DIR", default_value = j1_core::describe::layout::FOLDER)]
    pub from: PathBuf,
    /// The differences that are meant, each with its reason [default: parity.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    pub accept: Option<PathBuf>,
    /// Prints JSON
    #[arg(long)]
    pub json: bool,
}

/// `cargo j1 add`.
#[derive(Debug, Args)]
pub struct Add {
    /// The thing to add.
    #[command(subcommand)]
    pub what: AddWhat,
}

/// The things that can be added.
#[derive(Debug, Subcommand)]
pub enum AddWhat {
    /// Add an entity, with the fields that a file describes
    #[command(after_help = "\
Examples:
  cargo j1 add entity group --from groups.json
  cargo j1 add entity device --from openapi.json -p acme

It writes src/entities/NAME.rs, its step and its recording, and puts them into entities/mod.rs,
steps/mod.rs, client.rs and lib.rs. If one of the places cannot be found, nothing is changed.")]
    Entity(AddEntity),
}

/// `cargo j1 add entity`.
#[derive(Debug, Args)]
pub struct AddEntity {
    /// The name of one record, such as `group`; picks the list in a file with several
    pub name: String,
    /// A JSON sample, an OpenAPI or Swagger 2 document, a HAR recording or a Postman collection
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
    /// Overrides of what the file says.
    #[command(flatten)]
    pub overrides: Overrides,
    /// Does not have the compiler check the project
    #[arg(long)]
    pub no_check: bool,
    /// The package of the integration, as in cargo
    #[arg(short, long, value_name = "NAME")]
    pub package: Option<String>,
    /// The Cargo.toml to begin at
    #[arg(long, value_name = "PATH")]
    pub manifest_path: Option<PathBuf>,
}

/// `--key`, `--class` and `--param`.
#[derive(Debug, Clone, Default, Args)]
pub struct Overrides {
    /// The member that identifies the records of a thing, such as `device=nodeId`; may be repeated
    #[arg(long, value_name = "THING=MEMBER", value_parser = pair)]
    pub key: Vec<(String, String)>,
    /// The class of a thing, such as `key=AccessKey`; may be repeated
    #[arg(long, value_name = "THING=CLASS", value_parser = pair)]
    pub class: Vec<(String, String)>,
    /// The value of a parameter in paths or queries, such as `tailnet=-`; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub param: Vec<(String, String)>,
}

/// Splits `NAME=VALUE`.
fn pair(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("it has no `=`; write NAME=VALUE")?;
    if name.trim().is_empty() || text.chars().any(char::is_control) {
        return Err("it has no name, or a control character; write NAME=VALUE");
    }
    Ok((name.trim().to_owned(), value.to_owned()))
}

/// Checks text that is to stand in code and prose.
pub fn one_line(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Err("it is empty");
    }
    if text.chars().any(|c| c.is_control() || matches!(c, '"' | '\\' | '`' | '{' | '}' | '<' | '>' | '|')) {
        return Err("it has a quote, a bracket, a bar, a backslash or a control character");
    }
    Ok(text.to_owned())
}

/// Parses an integration type: the text that a `_type` can end in.
pub fn integration_type(text: &str) -> Result<String, &'static str> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if text.is_empty() || !text.chars().all(fits) {
        return Err("it takes letters, digits, `-` and `_`, such as `my-billing-acme`");
    }
    Ok(text.to_owned())
}

/// A folder that holds j1.
fn checkout(text: &str) -> Result<PathBuf, &'static str> {
    let folder = PathBuf::from(text);
    if folder.join("j1-runtime/Cargo.toml").is_file() {
        return Ok(folder);
    }
    Err("it is not a checkout of j1: it has no j1-runtime/Cargo.toml")
}

/// A command that the integration's binary answers.
#[derive(Debug, Args)]
pub struct Passed {
    /// The package of the integration, as in cargo
    #[arg(short, long, value_name = "NAME")]
    pub package: Option<String>,
    /// The Cargo.toml to begin at
    #[arg(long, value_name = "PATH")]
    pub manifest_path: Option<PathBuf>,
    /// The build profile.
    #[command(flatten)]
    pub profile: Profile,
    /// Arguments for the integration's binary
    #[arg(last = true, value_name = "ARGS")]
    pub args: Vec<OsString>,
}

/// `--debug` and `--release`.
#[derive(Debug, Clone, Copy, Args)]
pub struct Profile {
    /// Builds without optimization, which is the default of what stays on this machine
    #[arg(long, conflicts_with = "release")]
    pub debug: bool,
    /// Builds with optimization, which is the default of what goes to JupiterOne
    #[arg(long)]
    pub release: bool,
}

impl Profile {
    /// Returns `true` for a build with optimization. `here` is that the command's results stay on this machine, where a fast build
    /// matters more than a fast run.
    pub const fn is_optimized(self, here: bool) -> bool {
        self.release || (!self.debug && !here)
    }
}

/// `cargo j1 run`, `sync` and `plan`.
#[derive(Debug, Args)]
pub struct Run {
    /// With a JupiterOne on this machine; needs no account
    #[arg(long)]
    pub local: bool,
    /// The options of every command that builds the integration.
    #[command(flatten)]
    pub passed: Passed,
}

/// An integration to ask what it is.
#[derive(Debug, Args)]
pub struct Asked {
    /// The package of the integration, as in cargo
    #[arg(short, long, value_name = "NAME")]
    pub package: Option<String>,
    /// The Cargo.toml to begin at
    #[arg(long, value_name = "PATH")]
    pub manifest_path: Option<PathBuf>,
    /// The build profile.
    #[command(flatten)]
    pub profile: Profile,
    /// Keeps cargo from telling how the build goes
    #[arg(short, long)]
    pub quiet: bool,
}

/// `cargo j1 check`.
#[derive(Debug, Args)]
pub struct Check {
    /// The integration.
    #[command(flatten)]
    pub integration: Asked,
    /// Writes j1.lock, and the documentation, as the integration is now
    #[arg(long)]
    pub update: bool,
    /// The output format
    #[arg(long, value_name = "HOW", value_enum, default_value_t = Output::Human)]
    pub output: Output,
}

/// `cargo j1 graph`.
#[derive(Debug, Args)]
pub struct Graph {
    /// The integration.
    #[command(flatten)]
    pub integration: Asked,
    /// The output format
    #[arg(long, value_name = "HOW", value_enum, default_value_t = GraphFormat::Html)]
    pub format: GraphFormat,
    /// Draws the collection in this folder instead of the types [default without DIR: .j1-integration]
    #[arg(long, value_name = "DIR", num_args = 0..=1, default_missing_value = j1_core::describe::layout::FOLDER)]
    pub data: Option<PathBuf>,
    /// The most entities of a collection that are drawn (5,000 in html, otherwise 250)
    #[arg(long, value_name = "N", requires = "data")]
    pub max_nodes: Option<usize>,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// The output format of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum GraphFormat {
    /// A page with a search
    Html,
    /// A picture
    Svg,
    /// Text for Markdown
    Mermaid,
    /// Text for Graphviz
    Dot,
}

/// `cargo j1 neo4j`.
#[derive(Debug, Args)]
pub struct Neo4j {
    /// The command.
    #[command(subcommand)]
    pub what: Neo4jWhat,
}

/// The commands for a Neo4j.
#[derive(Debug, Subcommand)]
pub enum Neo4jWhat {
    /// Writes what `collect` wrote: entities as nodes, relationships as relationships
    Push(Neo4jPush),
}

/// `cargo j1 neo4j push`.
#[derive(Debug, Args)]
pub struct Neo4jPush {
    /// The folder that `collect` wrote
    #[arg(long, value_name = "DIR", default_value = j1_core::describe::layout::FOLDER)]
    pub from: PathBuf,
    /// The URL of the Neo4j
    #[arg(long, value_name = "URL", env = "NEO4J_URI", default_value = "bolt://localhost:7687")]
    pub uri: String,
    /// The user; without one, no authentication is used
    #[arg(long, value_name = "NAME", env = "NEO4J_USER")]
    pub user: Option<String>,
    /// The password
    #[arg(long, value_name = "SECRET", env = "NEO4J_PASSWORD", hide_env_values = true)]
    pub password: Option<String>,
    /// The database, if it is not the default one
    #[arg(long, value_name = "NAME", env = "NEO4J_DATABASE")]
    pub database: Option<String>,
}

/// `cargo j1 csv`.
#[derive(Debug, Args)]
pub struct Csv {
    /// The collection
    #[arg(long, value_name = "DIR", default_value = j1_core::describe::layout::FOLDER)]
    pub from: PathBuf,
    /// The folder to write; files that it has from before are replaced
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Writes nothing and exits with 8 when anything would be left out
    #[arg(long)]
    pub strict: bool,
}

/// The output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Output {
    /// Lines for people
    Human,
    /// One JSON document
    Json,
}

/// `cargo j1 export`.
#[derive(Debug, Args)]
pub struct Export {
    /// The format of the files
    pub format: ExportFormat,
    /// The folder to write to; files of the same names are replaced
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// The data file of the local JupiterOne
    #[arg(long, value_name = "FILE", env = crate::local::DATABASE_VARIABLE, default_value = crate::local::DATABASE)]
    pub db: PathBuf,
}

/// A format of exported files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ExportFormat {
    /// Parquet files, for analysis tools
    Parquet,
    /// CSV files with a header
    Csv,
    /// One JSON object a line
    Jsonl,
}

/// `cargo j1 local`.
#[derive(Debug, Args)]
pub struct Local {
    /// The port on 127.0.0.1; 0 takes any free one
    #[arg(long, value_name = "N", default_value_t = crate::local::PORT)]
    pub port: u16,
    /// The data file
    #[arg(long, value_name = "F", env = crate::local::DATABASE_VARIABLE, default_value = crate::local::DATABASE)]
    pub db: PathBuf,
    /// The key that requests must carry; without one, none is checked
    #[arg(long, value_name = "K", env = "J1_LOCAL_API_KEY", hide_env_values = true)]
    pub api_key: Option<String>,
    /// Opens the page in the browser
    #[arg(long)]
    pub open: bool,
}
