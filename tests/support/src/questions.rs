//! The questions that an integration ships, answered from what its recordings fill a JupiterOne with.

use j1_local::query::{Database, Options};
use j1_local::{LocalJupiterOne, Server};

use crate::JUPITERONE_KEY;

/// The time of the questions, in epoch milliseconds: after that of the recordings.
const NOW: i64 = 1_800_000_000_000;

/// A JupiterOne in a file, which questions can be asked of.
pub struct Questions {
    folder: tempfile::TempDir,
    server: Server,
}

impl Questions {
    /// Starts an empty JupiterOne with the key [`JUPITERONE_KEY`].
    ///
    /// # Panics
    /// If it cannot be started.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let builder = LocalJupiterOne::builder().database(folder.path().join("local.db"));
        let server = builder.api_key(JUPITERONE_KEY).start().await.expect("it starts");
        Self { folder, server }
    }

    /// The JupiterOne to fill.
    #[must_use]
    pub const fn server(&self) -> &Server {
        &self.server
    }

    /// Runs every query of a question file, and returns the number of results of each, in the order of the file.
    ///
    /// # Panics
    /// If a query is refused or was not found in the file, or the data cannot be read.
    pub async fn counts(self, file: &str) -> Vec<usize> {
        let database = Database::open(self.folder.path().join("local.db")).expect("the data file");
        let options = Options::new(NOW);
        let count = |query: &String| {
            let answer = database.query(query, &options).unwrap_or_else(|error| panic!("{query}\n{error}"));
            answer.data.len()
        };
        let counts: Vec<usize> = queries(file).iter().map(count).collect();
        assert_eq!(counts.len(), file.matches("query: ").count());
        self.server.shutdown().await.expect("it stops");
        counts
    }
}

/// The queries of the question file, in its order.
fn queries(file: &str) -> Vec<String> {
    let blocks = file.split("query: |\n").skip(1);
    let block = |text: &str| {
        let indent = text.len() - text.trim_start().len();
        let lines = text.lines().take_while(|line| line.len() - line.trim_start().len() >= indent);
        lines.collect::<Vec<_>>().join("\n")
    };
    blocks.map(block).collect()
}
