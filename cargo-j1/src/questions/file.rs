//! Question files, in the form of the official tools.

use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, of_yaml};

/// A question file, as far as it is used here.
#[derive(Debug, Deserialize)]
pub struct QuestionFile {
    /// The questions.
    #[serde(default)]
    pub questions: Vec<Question>,
}

/// A question with its queries.
#[derive(Debug, Deserialize)]
pub struct Question {
    /// The id, unique in the file.
    pub id: String,
    /// The title, unique in the file.
    pub title: String,
    /// The queries.
    #[serde(default)]
    pub queries: Vec<QuestionQuery>,
    /// The tags, each once.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// A query of a question.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuestionQuery {
    /// The name, unique in the question.
    pub name: Option<String>,
    /// The query.
    pub query: String,
    /// `GOOD`, `BAD`, `INFORMATIVE` or `UNKNOWN`.
    pub results_are: Option<String>,
}

/// Reads a question file.
pub fn read(path: &Path) -> Result<QuestionFile, Error> {
    let text =
        std::fs::read_to_string(path).map_err(|source| Error::File { path: path.to_owned(), source })?;
    serde_saphyr::from_str(&text)
        .map_err(|error| Error::NotQuestions { path: path.to_owned(), why: of_yaml(&error) })
}
