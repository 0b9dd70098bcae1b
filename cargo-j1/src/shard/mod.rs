//! `cargo j1 shard manifests`: files that run the phases of `shard` on a scheduler.

use std::fs;

use j1_core::describe::Description;
use serde::Serialize;

use crate::args::{Engine, ShardManifests as Args};
use crate::error::Error;
use crate::new::templates;
use crate::{integration, output};

/// The folder of the store in containers.
const FOLDER: &str = "/shards";
/// The most jobs that a matrix of GitHub Actions has.
const MATRIX: usize = 256;
/// The longest name of a job, so that `-close` and the random end of a pod's name still fit a DNS label.
const LONGEST: usize = 50;

/// Expressions of Argo that are true where another attempt can help.
const RETRY: &str = "asInt(lastRetry.exitCode) not in [2, 3, 4]";
const RETRY_CLOSE: &str = "asInt(lastRetry.exitCode) not in [2, 3, 4, 5, 7]";

/// JupiterOne's variables, and if their values are secrets.
const JUPITERONE: [(&str, bool); 3] = [
    ("JUPITERONE_API_KEY", true),
    ("JUPITERONE_ACCOUNT", false),
    ("JUPITERONE_INTEGRATION_INSTANCE_ID", false),
];

/// Values of the templates in `shards/`.
#[derive(Serialize)]
struct Values {
    name: String,
    package: String,
    binary: String,
    /// The name for Kubernetes: lower-case letters, digits and `-`.
    dns: String,
    dag_id: String,
    image: String,
    program: String,
    /// Empty where it comes from a variable of the scheduler.
    store: String,
    /// `true` if the store is a folder to be mounted.
    is_folder: bool,
    folder: String,
    shards: usize,
    last: usize,
    indexes: Vec<usize>,
    parallel: usize,
    retries: u16,
    cpus: usize,
    memory: usize,
    retry: &'static str,
    retry_close: &'static str,
    phases: Vec<Phase>,
    jobs: Vec<KubernetesJob>,
    variables: Vec<Variable>,
}

/// A phase as a container.
#[derive(Clone, Serialize)]
struct Phase {
    name: &'static str,
    /// The arguments of the binary.
    args: Vec<String>,
    /// The arguments but for the store, as words of a shell script.
    words: String,
}

/// A Job of Kubernetes: containers that run one after another.
#[derive(Serialize)]
struct KubernetesJob {
    name: &'static str,
    containers: Vec<Phase>,
}

/// A variable of a workflow of GitHub Actions.
#[derive(Serialize)]
struct Variable {
    name: String,
    value: String,
}

/// Writes the files, to stdout or to a file.
pub fn run(args: &Args) -> Result<u8, Error> {
    let described = integration::describe(&args.integration)?;
    let description = &described.description;
    if description.shards.is_none() {
        return Err(Error::NotSharded { name: description.name.clone() });
    }
    let values = Values::new(args, description, &described.package.name, &described.package.binary)?;
    let template = match args.engine {
        Engine::Kubernetes => "shards/kubernetes.yaml",
        Engine::Slurm => "shards/slurm.sh",
        Engine::Airflow => "shards/airflow.py",
        Engine::Argo => "shards/argo.yaml",
        Engine::Github => "shards/github.yaml",
    };
    let text = templates::one(template, &values)?;
    let Some(path) = &args.out else { return output::print(&text).map(|()| 0) };
    fs::write(path, text).map_err(|source| Error::Unwritable { path: path.clone(), source })?;
    output::print(&format!("wrote {}\n", path.display())).map(|()| 0)
}

impl Values {
    fn new(args: &Args, description: &Description, package: &str, binary: &str) -> Result<Self, Error> {
        let shards = args.shards.get();
        if args.engine == Engine::Github && shards > MATRIX {
            let why = format!("is {shards}, and a matrix of GitHub Actions has at most {MATRIX} jobs");
            return Err(Error::UnfitSetting { flag: "--shards", why, hint: "use fewer, larger shards" });
        }
        let store = Store::new(args)?;
        let dns = dns(&description.name);
        let phases = phases(args.engine, shards, &store.named);
        let jobs = jobs(&phases);
        Ok(Self {
            name: description.name.clone(),
            package: package.to_owned(),
            binary: binary.to_owned(),
            dag_id: format!("{dns}-shards"),
            image: args.image.clone().unwrap_or_else(|| format!("{dns}:latest")),
            program: args.program.clone().unwrap_or_else(|| binary.to_owned()),
            dns,
            is_folder: store.folder.is_some(),
            folder: store.folder.unwrap_or_default(),
            store: store.named,
            shards,
            last: shards - 1,
            indexes: (0..shards).collect(),
            parallel: args.parallel.map_or(shards, |parallel| parallel.get().min(shards)),
            retries: args.retries,
            cpus: args.cpus.get(),
            memory: args.memory.get(),
            retry: RETRY,
            retry_close: RETRY_CLOSE,
            phases,
            jobs,
            variables: variables(description),
        })
    }
}

/// The store of the phases.
struct Store {
    named: String,
    /// The folder to mount.
    folder: Option<String>,
}

impl Store {
    fn new(args: &Args) -> Result<Self, Error> {
        let unfit = |why: &str, hint| Err(Error::UnfitSetting { flag: "--store", why: why.to_owned(), hint });
        let Some(named) = &args.store else {
            let (named, folder) = match args.engine {
                Engine::Kubernetes | Engine::Argo => (FOLDER, Some(FOLDER.to_owned())),
                Engine::Airflow => (FOLDER, None),
                Engine::Slurm => ("shards", None),
                Engine::Github => ("", None),
            };
            return Ok(Self { named: named.to_owned(), folder });
        };
        let path = named.strip_prefix("file://").or_else(|| (!named.contains("://")).then_some(named));
        let folder = match (args.engine, path) {
            (_, None) | (Engine::Slurm, _) => None,
            (Engine::Github, Some(_)) => {
                return unfit(
                    "is a folder, and runners of GitHub Actions share none",
                    "name an object store, such as s3://bucket/acme",
                );
            }
            (_, Some(path)) if !path.starts_with('/') || path.len() == 1 => {
                return unfit(
                    "is not the absolute path of a folder, and the phases run in other folders",
                    "write /shards, or name an object store",
                );
            }
            (Engine::Airflow, _) => None,
            (Engine::Kubernetes | Engine::Argo, Some(path)) => Some(path.to_owned()),
        };
        Ok(Self { named: named.clone(), folder })
    }
}

/// Returns the four phases. Only a worker of Kubernetes has its index from a variable.
fn phases(engine: Engine, shards: usize, store: &str) -> Vec<Phase> {
    let of = shards.to_string();
    let mut work = vec!["work", "--of", &of];
    // The first is a parameter of the workflow, the second a variable of the job.
    let index = match engine {
        Engine::Argo => Some("{{inputs.parameters.index}}"),
        Engine::Github => Some("$INDEX"),
        Engine::Kubernetes | Engine::Slurm | Engine::Airflow => None,
    };
    work.extend(index.into_iter().flat_map(|index| ["--index", index]));
    // A run that was not closed, of the night before or of an attempt that failed, is given up.
    let all = [
        ("plan", vec!["plan", "--shards", &of, "--discard"]),
        ("open", vec!["open"]),
        ("work", work),
        ("close", vec!["close"]),
    ];
    let phase = |(name, words): (&'static str, Vec<&str>)| {
        let mut args: Vec<String> = ["shard"].iter().chain(&words).map(|word| (*word).to_owned()).collect();
        let words = args.join(" ");
        args.extend(["--store".to_owned(), store.to_owned()]);
        Phase { name, args, words }
    };
    all.into_iter().map(phase).collect()
}

/// Returns the Jobs of Kubernetes, which knows an order only within a pod: the first one plans and opens.
fn jobs(phases: &[Phase]) -> Vec<KubernetesJob> {
    let job = |name, of: &[&str]| {
        let containers = phases.iter().filter(|phase| of.contains(&phase.name)).cloned().collect();
        KubernetesJob { name, containers }
    };
    vec![job("plan", &["plan", "open"]), job("work", &["work"]), job("close", &["close"])]
}

/// Returns the variables of the integration and of JupiterOne, from the secrets and the variables of a repository.
fn variables(description: &Description) -> Vec<Variable> {
    let own = description.config_fields.iter().map(|field| (field.variable.as_str(), field.secret));
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    own.chain(JUPITERONE)
        .filter(|(name, _)| is_name(name))
        .map(|(name, secret)| {
            let kind = if secret { "secrets" } else { "vars" };
            Variable { name: name.to_owned(), value: format!("${{{{ {kind}.{name} }}}}") }
        })
        .collect()
}

/// Returns the name for Kubernetes.
fn dns(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let all: String = name.chars().map(letter).take(LONGEST).collect();
    let name = all.trim_matches('-');
    if name.is_empty() { "integration".to_owned() } else { name.to_owned() }
}
