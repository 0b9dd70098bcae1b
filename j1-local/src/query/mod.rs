//! J1QL on the store: a query becomes one SQL statement.
//!
//! `run` parses the text with [`j1ql`], lists the paths (`plan`) through its optional traversals, translates
//! them (`from`, `predicate`, `columns`, `select`) and reads one page. Wherever JupiterOne does not document
//! what happens, the answer carries a [`Notice`].
//!
//! ```
//! # async fn example(file: &std::path::Path) -> Result<(), Box<dyn std::error::Error>> {
//! use j1_local::query::{Database, Options};
//!
//! let database = Database::open(file)?;
//! let answer = database.query("FIND User AS u RETURN u.name LIMIT 10", &Options::new(1_700_000_000_000))?;
//! println!("{}", answer.json());
//! # Ok(()) }
//! ```

mod columns;
mod compile;
mod database;
mod dates;
mod from;
mod functions;
mod kinds;
mod notices;
mod operand;
mod options;
mod pattern;
mod plan;
mod predicate;
mod rows;
mod run;
mod select;
mod starts;

pub use database::Database;
pub use options::{Answer, Data, Notice, Options, QueryError};

pub(crate) use run::run;
