//! The questions that are shipped, asked of what the recordings fill a JupiterOne with.

use j1_local::LocalJupiterOne;
use j1_local::query::{Database, Options};

use crate::support::{JUPITERONE_KEY, Run, recordings};

const QUESTIONS: &str = include_str!("../../jupiterone/questions/questions.yaml");

/// The number of results of each query.
const COUNTS: [usize; 3] = [76, 44, 204];

const NOW: i64 = 1_800_000_000_000;

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

#[tokio::test]
async fn the_questions_are_answered_from_what_the_recordings_fill_a_jupiterone_with() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("local.db");
    let builder = LocalJupiterOne::builder().database(&file).api_key(JUPITERONE_KEY);
    let j1 = builder.start().await.expect("it starts");
    let replay = recordings().display().to_string();
    Run::into(j1.url(), &["--replay", &replay]).finish().await.summary(0);
    let database = Database::open(&file).expect("the data file");
    // The time of the questions: after that of the recordings.
    let options = Options::new(NOW);
    let counts: Vec<usize> = queries(QUESTIONS)
        .iter()
        .map(|query| {
            let answer = database.query(query, &options).unwrap_or_else(|error| panic!("{query}\n{error}"));
            answer.data.len()
        })
        .collect();
    assert_eq!(counts.len(), QUESTIONS.matches("query: ").count());
    assert_eq!(counts, COUNTS);
    j1.shutdown().await.expect("it stops");
}
