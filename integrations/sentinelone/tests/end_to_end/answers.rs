//! The questions that are shipped, asked of what the recordings fill a JupiterOne with.

use j1_test_support::Questions;

use crate::support::{Console, Reading, run_into};

const QUESTIONS: &str = include_str!("../../jupiterone/questions/questions.yaml");

/// The number of results of each query. Devices and persons belong to other integrations.
const COUNTS: [usize; 7] = [0, 9, 0, 341, 57, 0, 0];

#[tokio::test]
async fn the_questions_are_answered_from_what_the_recordings_fill_a_jupiterone_with() {
    let questions = Questions::start().await;
    let console = Console::start().await;
    run_into(questions.server()).reading(&console).finish().await.summary(0);
    assert_eq!(questions.counts(QUESTIONS).await, COUNTS);
}
