//! The questions that are shipped, asked of what the recordings fill a JupiterOne with.

use j1_test_support::Questions;

use crate::support::{recordings, run_into};

const QUESTIONS: &str = include_str!("../../jupiterone/questions/questions.yaml");

/// The number of results of each query.
const COUNTS: [usize; 3] = [76, 44, 204];

#[tokio::test]
async fn the_questions_are_answered_from_what_the_recordings_fill_a_jupiterone_with() {
    let questions = Questions::start().await;
    let replay = recordings().display().to_string();
    run_into(questions.server().url(), &["--replay", &replay]).finish().await.summary(0);
    assert_eq!(questions.counts(QUESTIONS).await, COUNTS);
}
