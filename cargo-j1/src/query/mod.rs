//! `cargo j1 query`: runs a J1QL query, or all queries of a question file, against a JupiterOne.

mod remote;
mod render;

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use j1_core::error::exit;
use j1_local::query::{Answer, Data, Database, Notice, Options, QueryError};
use serde_json::{Value, json};

use crate::args::{Query, QueryFormat};
use crate::error::Error;
use crate::questions::file::{self, Question};
use crate::{local, output};

use remote::Remote;

/// The target of queries.
enum Source {
    File(Database),
    Remote(Box<Remote>),
}

/// All pages of an answer.
pub struct Result {
    pub data: Data,
    /// The cells that are absent from their rows.
    pub absent: HashSet<(usize, usize)>,
    pub notices: Vec<(String, String)>,
}

/// Answers the query, or the queries of the file.
pub fn run(args: &Query) -> std::result::Result<u8, Error> {
    let asker = Asker::new(args)?;
    if let Some(path) = &args.file {
        return asker.questions(&file::read(path)?.questions);
    }
    let text = args.query.as_deref().unwrap_or_default();
    let result = asker.ask(text)?;
    let text = render::result(&result, text, args.format)?;
    for (_, message) in &result.notices {
        output::note(message);
    }
    output::print(&text).map(|()| 0)
}

struct Asker<'a> {
    args: &'a Query,
    source: Source,
    params: BTreeMap<String, Value>,
}

impl<'a> Asker<'a> {
    fn new(args: &'a Query) -> std::result::Result<Self, Error> {
        let source = match &args.url {
            Some(url) => Source::Remote(Box::new(Remote::new(url)?)),
            None => {
                let path: PathBuf = args.db.clone().unwrap_or_else(local::database);
                Source::File(Database::open(&path)?)
            }
        };
        let params = args.param.iter().map(|(name, value)| (name.clone(), param(value))).collect();
        Ok(Self { args, source, params })
    }

    /// Reads every page of a query.
    fn ask(&self, text: &str) -> std::result::Result<Result, Error> {
        let bad = |error: QueryError| query_error(text, error);
        let database = match &self.source {
            Source::File(database) => database,
            Source::Remote(remote) => return remote.ask(text, &self.params, self.args.include_deleted),
        };
        let mut options = Options::new(now());
        options.params.clone_from(&self.params);
        options.include_deleted = self.args.include_deleted;
        options.at_job.clone_from(&self.args.at);
        let Answer { mut data, mut cursor, notices, mut absent } =
            database.query(text, &options).map_err(bad)?;
        while cursor.is_some() {
            options.cursor = cursor;
            let page = database.query(text, &options).map_err(bad)?;
            append(&mut data, &mut absent, page.data, &page.absent);
            cursor = page.cursor;
        }
        let named = |notice: Notice| (notice.code.to_owned(), notice.message.into_owned());
        Ok(Result { data, absent, notices: notices.into_iter().map(named).collect() })
    }

    /// Runs all queries of a file; the others still run if one is refused.
    fn questions(&self, questions: &[Question]) -> std::result::Result<u8, Error> {
        let (mut text, mut list, mut refused) = (String::new(), Vec::new(), false);
        for question in questions {
            let mut answers = Vec::new();
            for query in &question.queries {
                let (shown, entry) = match self.ask(&query.query) {
                    Ok(result) => {
                        let shown = render::result(&result, &query.query, QueryFormat::Table)?;
                        let notices = render::notices(&result);
                        (
                            shown,
                            json!({
                                "name": query.name, "query": query.query, "resultsAre": query.results_are,
                                "type": result.data.kind(), "count": result.data.len(),
                                "data": result.data.json(&result.absent), "notices": notices,
                            }),
                        )
                    }
                    Err(error @ Error::Query { .. }) => {
                        refused = true;
                        let entry =
                            json!({ "name": query.name, "query": query.query, "error": error.to_string() });
                        (format!("  {error}\n"), entry)
                    }
                    Err(other) => return Err(other),
                };
                text += &render::heading(question, query);
                text += &shown;
                text.push('\n');
                answers.push(entry);
            }
            list.push(json!({ "id": question.id, "title": question.title, "queries": answers }));
        }
        match self.args.format {
            QueryFormat::Json => output::print(&format!("{:#}\n", json!({ "questions": list })))?,
            _ => output::print(&text)?,
        }
        Ok(if refused { exit::DIFFERENT } else { 0 })
    }
}

/// Parses a value as JSON, or else takes it as text: `--param n=3`, `--param name=Ada`, `--param list='["a","b"]'`.
fn param(value: &str) -> Value {
    serde_json::from_str(value).unwrap_or_else(|_| Value::from(value))
}

type Cells = HashSet<(usize, usize)>;

/// Appends a page to the answer.
fn append(data: &mut Data, absent: &mut Cells, page: Data, page_absent: &Cells) {
    match (data, page) {
        (Data::List(all), Data::List(more)) => all.extend(more),
        (Data::Table { columns, rows }, Data::Table { columns: other, rows: more }) => {
            append_rows(columns, rows, absent, (&other, more, page_absent));
        }
        (Data::Tree { vertices, edges }, Data::Tree { vertices: more, edges: more_edges }) => {
            vertices.extend(more);
            edges.extend(more_edges);
        }
        _ => {}
    }
}

/// Appends rows whose columns may differ: `alias.*` has a column for each property that the entities of its page have.
fn append_rows(
    columns: &mut Vec<String>,
    rows: &mut Vec<Vec<Value>>,
    absent: &mut Cells,
    (other, more, page_absent): (&[String], Vec<Vec<Value>>, &Cells),
) {
    for name in other {
        if !columns.contains(name) {
            absent.extend((0..rows.len()).map(|row| (row, columns.len())));
            columns.push(name.clone());
            rows.iter_mut().for_each(|row| row.push(Value::Null));
        }
    }
    // For each column of the whole, its position in the page.
    let places: Vec<Option<usize>> =
        columns.iter().map(|name| other.iter().position(|other| other == name)).collect();
    for (number, mut row) in more.into_iter().enumerate() {
        let mut cells = Vec::with_capacity(places.len());
        for (column, place) in places.iter().enumerate() {
            if place.is_none_or(|place| page_absent.contains(&(number, place))) {
                absent.insert((rows.len(), column));
            }
            cells.push(place.and_then(|place| row.get_mut(place)).map(Value::take).unwrap_or_default());
        }
        rows.push(cells);
    }
}

/// Formats the error with its position in the query underlined.
fn query_error(text: &str, error: QueryError) -> Error {
    match error {
        QueryError::Query(error) => {
            let place = render::underlined(text, error.span);
            Error::Query { message: format!("{error}{place}") }
        }
        QueryError::Store(error) => Error::Local(error),
        other => Error::Query { message: other.to_string() },
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_with_other_columns_are_put_under_their_names() {
        let mut columns = vec!["a".to_owned(), "b".to_owned()];
        let mut rows = vec![vec![json!(1), json!(2)]];
        let (mut absent, page) = (Cells::new(), ["b".to_owned(), "c".to_owned()]);
        let more = (&page[..], vec![vec![json!(3), json!(4)]], &Cells::new());
        append_rows(&mut columns, &mut rows, &mut absent, more);
        assert_eq!(columns, ["a", "b", "c"]);
        assert_eq!(json!(rows), json!([[1, 2, null], [null, 3, 4]]));
        assert_eq!(absent, Cells::from([(0, 2), (1, 0)]));
    }

    #[test]
    fn parameters_are_json_or_text() {
        assert_eq!(param("3"), json!(3));
        assert_eq!(param("[\"a\"]"), json!(["a"]));
        assert_eq!(param("Ada"), json!("Ada"));
    }
}
