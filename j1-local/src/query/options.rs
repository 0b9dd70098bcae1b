//! The settings of a query, its answer, and its errors.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use serde_json::{Map, Value, json};

/// Rows in one page, where the query gives no `LIMIT`.
pub const PAGE: u32 = 1000;

/// Settings of one query.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// The time that `date.now` means, in milliseconds since 1970.
    pub now: i64,
    /// Values for `${param.name}` and `{{name}}`: texts, numbers, booleans, or lists of them.
    pub params: BTreeMap<String, Value>,
    /// The cursor of the page before, from [`Answer::cursor`].
    pub cursor: Option<String>,
    /// The most rows in a page when the query gives no `LIMIT`.
    pub page_size: u32,
    /// Also finds what was deleted, as far back as history goes.
    pub include_deleted: bool,
    /// Asks for the graph as it was after the version that this job made.
    pub at_job: Option<String>,
    /// The longest time that the query may take.
    pub timeout: Duration,
}

impl Options {
    /// Creates the default settings with the time that `date.now` means.
    #[must_use]
    pub fn new(now: i64) -> Self {
        Self {
            now,
            params: BTreeMap::new(),
            cursor: None,
            page_size: PAGE,
            include_deleted: false,
            at_job: None,
            timeout: Duration::from_mins(1),
        }
    }
}

/// Something about an answer that JupiterOne does not document, and how it was decided here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// A stable name, such as `month-length`.
    pub code: &'static str,
    /// The sentence for people.
    pub message: Cow<'static, str>,
}

/// One page of a query's result.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The result.
    pub data: Data,
    /// The cursor of the next page; `None` on the last one.
    pub cursor: Option<String>,
    /// Undocumented behaviour that this answer depends on.
    pub notices: Vec<Notice>,
    /// The cells (row, column) of `alias.*` whose entity does not have the property; [`Answer::json`] leaves them out.
    pub absent: HashSet<(usize, usize)>,
}

/// The result of a query, by the form of its `RETURN`.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// No `RETURN`: entities as `{id, entity, properties}`.
    List(Vec<Value>),
    /// `RETURN` with columns. A value that is undefined is `null`.
    Table {
        /// The names of the columns.
        columns: Vec<String>,
        /// The rows, a value a column.
        rows: Vec<Vec<Value>>,
    },
    /// `RETURN TREE`.
    Tree {
        /// Entities as `{id, entity, properties}`.
        vertices: Vec<Value>,
        /// Relationships as `{id, fromVertexId, toVertexId, relationship, properties}`.
        edges: Vec<Value>,
    },
}

impl Answer {
    /// Returns the answer as JupiterOne's query API gives it, with `notices` added.
    #[must_use]
    pub fn json(&self) -> Value {
        let notices: Vec<Value> = self
            .notices
            .iter()
            .map(|notice| json!({ "code": notice.code, "message": notice.message }))
            .collect();
        json!({ "type": self.data.kind(), "data": self.data.json(&self.absent), "cursor": self.cursor, "notices": notices })
    }
}

impl Data {
    /// Returns `list`, `table` or `tree`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::List(_) => "list",
            Self::Table { .. } => "table",
            Self::Tree { .. } => "tree",
        }
    }

    /// Returns the number of entities or rows; of a tree, of its vertices.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::List(rows) => rows.len(),
            Self::Table { rows, .. } => rows.len(),
            Self::Tree { vertices, .. } => vertices.len(),
        }
    }

    /// Returns `true` if nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the value of `data` in JupiterOne's query API, without the cells of a table that are absent.
    #[must_use]
    pub fn json(&self, absent: &HashSet<(usize, usize)>) -> Value {
        match self {
            Self::List(rows) => json!(rows),
            Self::Tree { vertices, edges } => json!({ "vertices": vertices, "edges": edges }),
            Self::Table { columns, rows } => {
                let rows = rows.iter().enumerate().map(|(number, row)| {
                    let cells = columns.iter().cloned().zip(row.iter().cloned()).enumerate();
                    let cells = cells.filter(|(column, _)| !absent.contains(&(number, *column)));
                    Value::Object(cells.map(|(_, cell)| cell).collect::<Map<_, _>>())
                });
                Value::Array(rows.collect())
            }
        }
    }
}

/// The reason why a query failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The query is wrong, or asks for something that is not supported.
    #[error(transparent)]
    Query(#[from] j1ql::Error),
    /// The cursor is not one of this store.
    #[error("the cursor is not one of this server; send back the one of the last page")]
    Cursor,
    /// The history has no version that this job made.
    #[error("the state after job {job} is not known; it was never finalized, or is older than the history")]
    NoVersion {
        /// The id of the job.
        job: String,
    },
    /// The query took too long.
    #[error("the query took longer than {seconds} s; add filters, or a LIMIT")]
    TimedOut {
        /// The time that it was allowed.
        seconds: u64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] crate::Error),
}

impl From<rusqlite::Error> for QueryError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(crate::Error::Store(error))
    }
}
