//! Running a query on one connection.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::time::Duration;

use j1ql::ast::{Query, Returns};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, Row, params_from_iter};
use serde_json::{Map, Number, Value};

use super::columns::Form;
use super::compile::Compiler;
use super::functions::{self, Met};
use super::kinds::Kinds;
use super::notices::{NO_VALUE, NOT_A_NUMBER, Notices, TREE_CUT, UNKNOWN_NAME, unknown_property};
use super::options::{Answer, Data, Options, QueryError};
use super::rows;
use super::select::{Rows, Statement, Window};
use crate::store::history;

/// The most paths of a tree without `LIMIT`.
const MAX_TREE: i64 = 10_000;

/// Answers one page of a query.
pub fn run(connection: &Connection, text: &str, options: &Options) -> Result<Answer, QueryError> {
    let query = j1ql::parse(text)?;
    j1ql::resolve(text, &query)?;
    let ask = Ask { text, query: &query, options, cursor: Cursor::parse(options.cursor.as_deref())? };
    within(connection, options.timeout, || match &options.at_job {
        None if options.include_deleted => {
            history::with_deleted(connection, |connection| ask.answer(connection))
        }
        None => ask.answer(connection),
        Some(job) => match history::version(connection, job)? {
            None => Err(QueryError::NoVersion { job: job.clone() }),
            Some(version) => history::at(connection, version, |connection| ask.answer(connection)),
        },
    })
}

/// Interrupts what `read` does on the connection when the time is over.
fn within<T>(
    connection: &Connection,
    timeout: Duration,
    read: impl FnOnce() -> Result<T, QueryError>,
) -> Result<T, QueryError> {
    let interrupt = connection.get_interrupt_handle();
    let (done, wait) = mpsc::channel::<()>();
    let watch = std::thread::Builder::new().name("j1-local-timeout".to_owned()).spawn(move || {
        if wait.recv_timeout(timeout) == Err(mpsc::RecvTimeoutError::Timeout) {
            interrupt.interrupt();
        }
    });
    let result = read();
    drop(done);
    if let Ok(watch) = watch {
        // Joined, so that a late interrupt cannot hit the next query.
        let _ = watch.join();
    }
    match result {
        Err(QueryError::Store(crate::Error::Store(error)))
            if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) =>
        {
            Err(QueryError::TimedOut { seconds: timeout.as_secs() })
        }
        other => other,
    }
}

/// The position at which a page continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cursor {
    Start,
    /// At the rows of this start entity, of which some were in the page before.
    Entity {
        id: i64,
        skip: i64,
    },
    Offset(i64),
}

impl Cursor {
    fn parse(text: Option<&str>) -> Result<Self, QueryError> {
        let Some(text) = text else { return Ok(Self::Start) };
        let read = || {
            let (kind, rest) = text.split_once('-')?;
            match kind {
                "at" => {
                    let (id, skip) = rest.split_once('-')?;
                    Some(Self::Entity { id: id.parse().ok()?, skip: skip.parse().ok()? })
                }
                "offset" => Some(Self::Offset(rest.parse().ok()?)),
                _ => None,
            }
        };
        read().ok_or(QueryError::Cursor)
    }

    fn text(self) -> Option<String> {
        match self {
            Self::Start => None,
            Self::Entity { id, skip } => Some(format!("at-{id}-{skip}")),
            Self::Offset(offset) => Some(format!("offset-{offset}")),
        }
    }
}

struct Ask<'q> {
    text: &'q str,
    query: &'q Query,
    options: &'q Options,
    cursor: Cursor,
}

impl Ask<'_> {
    fn answer(&self, connection: &Connection) -> Result<Answer, QueryError> {
        // One state for the query and the entities that it lists.
        let transaction = connection.unchecked_transaction()?;
        let kinds = Kinds::read(connection)?;
        let pins = connection.query_row("SELECT EXISTS (SELECT 1 FROM pin)", [], |row| row.get(0))?;
        let mut compiler = Compiler::new(self.text, self.options, &kinds, pins);
        if !pins && !self.options.include_deleted && self.options.at_job.is_none() {
            compiler.index = Some(connection);
        }
        let window = self.window();
        let statement = compiler.statement(self.query, &window)?;
        compiler.check_size(&statement.sql)?;
        let unknown_properties = compiler.unknown_properties(connection)?;
        let Compiler { binds, regexes, words, mut notices, unknown_name, .. } = compiler;
        let met = Arc::new(Met::default());
        functions::register(connection, regexes, words, kinds.types(), &met)?;
        let (data, cursor, absent) = {
            let mut prepared = connection.prepare(&statement.sql)?;
            let mut found = prepared.query(params_from_iter(binds))?;
            let mut page = Page { starts: Vec::new(), more: false, room: window.limit - 1 };
            let mut absent = HashSet::new();
            let data = match &statement.rows {
                Rows::List => {
                    while let Some(row) = found.next()? {
                        page.take(row)?;
                    }
                    Data::List(self.entities(connection, &page.starts)?)
                }
                Rows::Table(forms) => {
                    let data;
                    (data, absent) = self.table(forms, &mut found, &mut page, &mut notices)?;
                    data
                }
                Rows::Tree => self.tree(connection, &mut found, &mut page)?,
            };
            let cursor = self.next(&statement, &page, &mut notices);
            (data, cursor, absent)
        };
        transaction.finish()?;
        if met.not_a_number.load(Ordering::Relaxed) {
            notices.add(NOT_A_NUMBER);
        }
        if unknown_name && data.is_empty() {
            notices.add(UNKNOWN_NAME);
        }
        for name in &unknown_properties {
            notices.add(unknown_property(name));
        }
        Ok(Answer { data, cursor, notices: notices.into_vec(), absent })
    }

    /// The rows to ask for: one more than a page has, to see whether there are more.
    fn window(&self) -> Window {
        let limit = match (self.query.limit, &self.query.returns) {
            (Some(limit), _) => i64::try_from(limit.value).unwrap_or(i64::MAX - 1),
            (None, Some(Returns::Tree(_))) => MAX_TREE,
            (None, _) => i64::from(self.options.page_size.max(1)),
        };
        let (from, offset) = match self.cursor {
            Cursor::Start => {
                (None, self.query.skip.map_or(0, |skip| i64::try_from(skip.value).unwrap_or(i64::MAX)))
            }
            Cursor::Entity { id, skip } => (Some(id), skip),
            Cursor::Offset(offset) => (None, offset),
        };
        Window { from, offset, limit: limit + 1 }
    }

    /// The cursor of the page after this one.
    fn next(&self, statement: &Statement, page: &Page, notices: &mut Notices) -> Option<String> {
        if !page.more || self.query.limit.is_some() {
            return None;
        }
        if let Rows::Tree = statement.rows {
            notices.add(TREE_CUT);
            return None;
        }
        let last = *page.starts.last()?;
        let next = if !statement.by_start {
            Cursor::Offset(self.window().offset + page.room)
        } else if let Rows::List = statement.rows {
            Cursor::Entity { id: last, skip: 0 }
        } else {
            let same = page.starts.iter().rev().take_while(|start| **start == last).count();
            let before = match self.cursor {
                Cursor::Entity { id, skip } if id == last => skip,
                _ => 0,
            };
            Cursor::Entity { id: last, skip: before + i64::try_from(same).unwrap_or(0) }
        };
        next.text()
    }

    fn table(
        &self,
        forms: &[Form],
        found: &mut rusqlite::Rows<'_>,
        page: &mut Page,
        notices: &mut Notices,
    ) -> Result<(Data, HashSet<(usize, usize)>), QueryError> {
        let Some(Returns::Columns(named)) = &self.query.returns else {
            return Ok((Data::Table { columns: Vec::new(), rows: Vec::new() }, HashSet::new()));
        };
        let mut table = Table::new(named.iter().map(|column| column.name().to_owned()).collect(), forms);
        while let Some(row) = found.next()? {
            if page.take(row)? {
                table.add(row)?;
            }
        }
        if table.lacks_number {
            notices.add(NO_VALUE);
        }
        Ok(table.finish())
    }

    fn entities(&self, connection: &Connection, ids: &[i64]) -> rusqlite::Result<Vec<Value>> {
        let mut entities = rows::entities(connection, ids)?;
        if self.options.include_deleted && self.options.at_job.is_none() {
            rows::mark_deleted(connection, &mut entities)?;
        }
        Ok(entities)
    }

    fn tree(
        &self,
        connection: &Connection,
        found: &mut rusqlite::Rows<'_>,
        page: &mut Page,
    ) -> Result<Data, QueryError> {
        let (mut vertices, mut edges) = (BTreeSet::new(), BTreeSet::new());
        while let Some(row) = found.next()? {
            if page.take(row)? {
                for (column, into) in [(1, &mut vertices), (2, &mut edges)] {
                    let ids: String = row.get(column)?;
                    into.extend(serde_json::from_str::<Vec<i64>>(&ids).unwrap_or_default());
                }
            }
        }
        let (vertices, edges): (Vec<i64>, Vec<i64>) =
            (vertices.into_iter().collect(), edges.into_iter().collect());
        Ok(Data::Tree {
            vertices: self.entities(connection, &vertices)?,
            edges: rows::relationships(connection, &edges)?,
        })
    }
}

/// The rows of a page as they come.
struct Page {
    /// The start entity of each row.
    starts: Vec<i64>,
    more: bool,
    room: i64,
}

impl Page {
    /// Counts a row; `false` when it belongs to the next page.
    fn take(&mut self, row: &Row<'_>) -> rusqlite::Result<bool> {
        if self.room <= i64::try_from(self.starts.len()).unwrap_or(i64::MAX) {
            self.more = true;
            return Ok(false);
        }
        self.starts.push(row.get(0)?);
        Ok(true)
    }
}

/// A table whose columns are known when its rows are, since `alias.*` has as many as there are properties.
struct Table<'f> {
    names: Vec<String>,
    forms: &'f [Form],
    /// Each cell is a value, or the members of an object.
    rows: Vec<Vec<Value>>,
    /// The properties of each `alias.*`.
    stars: HashMap<usize, BTreeSet<String>>,
    /// A calculation gave no number.
    lacks_number: bool,
}

impl<'f> Table<'f> {
    fn new(names: Vec<String>, forms: &'f [Form]) -> Self {
        Self { names, forms, rows: Vec::new(), stars: HashMap::new(), lacks_number: false }
    }

    fn add(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        let mut cells = Vec::with_capacity(self.forms.len());
        for (number, form) in self.forms.iter().enumerate() {
            let cell = cell(row.get_ref(number + 1)?, *form);
            if *form == Form::Number && cell.is_null() {
                self.lacks_number = true;
            }
            if let (Form::Star, Value::Object(members)) = (form, &cell) {
                self.stars.entry(number).or_default().extend(members.keys().cloned());
            }
            cells.push(cell);
        }
        self.rows.push(cells);
        Ok(())
    }

    /// Makes the table; the cells of `alias.*` that a row lacks come with it.
    fn finish(self) -> (Data, HashSet<(usize, usize)>) {
        let Self { names, forms, rows, stars, .. } = self;
        let mut columns = Vec::new();
        for (number, (name, form)) in names.into_iter().zip(forms).enumerate() {
            match (form, stars.get(&number)) {
                (Form::Star, members) => {
                    let alias = name.strip_suffix('*').unwrap_or(&name).to_owned();
                    columns.extend(members.into_iter().flatten().map(|member| format!("{alias}{member}")));
                }
                _ => columns.push(name),
            }
        }
        let mut absent = HashSet::new();
        let rows = rows.into_iter().enumerate().map(|(at, cells)| {
            let mut flat = Vec::with_capacity(columns.len());
            for (number, cell) in cells.into_iter().enumerate() {
                match (forms.get(number), cell) {
                    (Some(Form::Star), cell) => {
                        let mut members =
                            if let Value::Object(members) = cell { members } else { Map::new() };
                        let names = stars.get(&number).into_iter().flatten();
                        for name in names {
                            let member = members.remove(name);
                            if member.is_none() {
                                absent.insert((at, flat.len()));
                            }
                            flat.push(member.unwrap_or_default());
                        }
                    }
                    (_, cell) => flat.push(cell),
                }
            }
            flat
        });
        let rows = rows.collect();
        (Data::Table { columns, rows }, absent)
    }
}

fn cell(value: ValueRef<'_>, form: Form) -> Value {
    match (value, form) {
        (ValueRef::Text(text), Form::Json | Form::Star) => serde_json::from_slice(text).unwrap_or_default(),
        (ValueRef::Text(text), _) => Value::from(String::from_utf8_lossy(text).into_owned()),
        (ValueRef::Integer(number), _) => Value::from(number),
        (ValueRef::Real(number), _) => real(number),
        (ValueRef::Null | ValueRef::Blob(_), _) => Value::Null,
    }
}

/// A number without a decimal point if it is whole.
pub fn real(number: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "the bounds are checked")]
        return Value::from(number as i64);
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}
