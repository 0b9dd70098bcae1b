//! The arguments of `cargo j1 shard`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Asked, one_line};

/// `cargo j1 shard`.
#[derive(Debug, Args)]
pub struct Shard {
    /// The command.
    #[command(subcommand)]
    pub what: ShardWhat,
}

/// The commands for sharded runs.
#[derive(Debug, Subcommand)]
pub enum ShardWhat {
    /// Writes files that run the phases of `shard` on a scheduler
    Manifests(ShardManifests),
}

/// `cargo j1 shard manifests`.
#[derive(Debug, Args)]
pub struct ShardManifests {
    /// The scheduler
    pub engine: Engine,
    /// The integration.
    #[command(flatten)]
    pub integration: Asked,
    /// The store: a folder that all hosts see, or an object store [default: a claim or a folder `shards`]
    #[arg(long, value_name = "URL", value_parser = one_line)]
    pub store: Option<String>,
    /// The number of shards, each with a worker
    #[arg(long, value_name = "N", default_value = "16")]
    pub shards: NonZeroUsize,
    /// The most workers that run at once [default: all]
    #[arg(long, value_name = "N")]
    pub parallel: Option<NonZeroUsize>,
    /// The number of times that a phase that failed is started again
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub retries: u16,
    /// The processors of a worker
    #[arg(long, value_name = "N", default_value = "1")]
    pub cpus: NonZeroUsize,
    /// The memory of a worker, in MiB
    #[arg(long, value_name = "MIB", default_value = "512")]
    pub memory: NonZeroUsize,
    /// The image, where the scheduler runs images [default: NAME:latest]
    #[arg(long, value_name = "IMAGE", value_parser = one_line)]
    pub image: Option<String>,
    /// The path of the binary, where the scheduler runs programs [default: NAME, from PATH]
    #[arg(long, value_name = "PATH", value_parser = one_line)]
    pub program: Option<String>,
    /// The file to write [default: stdout]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// A scheduler that runs the phases of `shard`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// Jobs, one of them indexed
    Kubernetes,
    /// A script that submits jobs, one of them an array
    Slurm,
    /// A DAG with mapped tasks
    Airflow,
    /// A workflow of Argo Workflows
    Argo,
    /// A workflow of GitHub Actions with a matrix
    Github,
}
