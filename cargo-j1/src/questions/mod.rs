//! `cargo j1 questions check`: checks the rules of question files, and that the integration has what they ask for.

pub mod file;
mod lint;
mod vocabulary;

use std::path::PathBuf;

use j1_core::error::exit;
use serde_json::json;

use crate::args::{Output, QuestionsCheck};
use crate::error::Error;
use crate::{integration, output};

use lint::Problem;
use vocabulary::Known;

/// The places of a question file in a project, the first that exists being taken.
const FILES: [&str; 2] = ["jupiterone/questions/questions.yaml", "questions.yaml"];

/// Checks a question file.
pub fn check(args: &QuestionsCheck) -> Result<u8, Error> {
    let (known, folder) = match integration::describe(&args.integration) {
        Ok(described) => (Known::new(&described.description), Some(described.package.folder().to_owned())),
        // Outside of an integration, only the rules of the file and of the language can be checked.
        Err(Error::NoPackage { .. } | Error::NotAnIntegration { .. }) if args.file.is_some() => {
            output::note("there is no integration here; types and properties are not checked");
            (Known::default(), None)
        }
        Err(error) => return Err(error),
    };
    let path = match &args.file {
        Some(path) => path.clone(),
        None => {
            let folder: PathBuf = folder.unwrap_or_default();
            let found = FILES.iter().map(|name| folder.join(name)).find(|path| path.is_file());
            found.unwrap_or_else(|| folder.join(FILES[0]))
        }
    };
    let file = file::read(&path)?;
    let problems = lint::check(&file, &known);
    let queries: usize = file.questions.iter().map(|question| question.queries.len()).sum();
    let errors = problems.iter().filter(|problem| problem.is_error).count();
    match args.output {
        Output::Json => {
            let list: Vec<_> = problems.iter().map(Problem::json).collect();
            let report = json!({
                "file": path, "questions": file.questions.len(), "queries": queries, "valid": errors == 0,
                "problems": list,
            });
            output::print(&format!("{report:#}\n"))?;
        }
        Output::Human => {
            let mut text: String = problems.iter().map(Problem::text).collect();
            let (questions, warnings) = (file.questions.len(), problems.len() - errors);
            text += &format!(
                "{}: {questions} questions, {queries} queries, {errors} errors, {warnings} warnings\n",
                path.display()
            );
            output::print(&text)?;
        }
    }
    Ok(if errors == 0 { 0 } else { exit::DIFFERENT })
}
