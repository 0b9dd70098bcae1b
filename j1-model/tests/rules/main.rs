//! The rules through their public doors: each call in a row, beside the message that it gives.
//!
//! `J1_EXPECTED=overwrite cargo test -p j1-model --test rules` writes the files of `expected` anew; read what changed before
//! you commit it, because an author will see it. The calls are chosen so that no change of an operator, a bound or a word
//! goes unseen: `cargo mutants` makes such changes, one at a time, in `.ci/weekly`.

mod classes;
mod constants;
mod names;
mod settings;
mod texts;
mod values;

use std::fmt::{Debug, Write as _};
use std::path::Path;

use j1_model::text::Text;
use j1_model::{ClassDef, Kind, Types, class};

/// The rows of one file.
#[derive(Default)]
struct Rows(String);

impl Rows {
    /// Adds a call and the message it gives, or `-`.
    #[expect(clippy::large_types_passed_by_value, reason = "the rules return it by value")]
    fn message(&mut self, call: &str, message: Option<Text>) {
        let text = message.as_ref().map_or("-", Text::as_str);
        writeln!(self.0, "{call} | {text}").expect("a string takes any text");
    }

    /// Adds a call and its result.
    fn result(&mut self, call: &str, result: impl Debug) {
        writeln!(self.0, "{call} | {result:?}").expect("a string takes any text");
    }

    /// Compares the rows with the file of this name.
    fn check(&self, name: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/expected").join(name);
        if std::env::var_os("J1_EXPECTED").is_some_and(|value| value == "overwrite") {
            std::fs::write(&path, &self.0).expect("the folder is there");
        }
        let expected = std::fs::read_to_string(&path).expect("the file is there");
        let (mut rows, mut lines) = (self.0.lines(), expected.lines());
        loop {
            match (rows.next(), lines.next()) {
                (None, None) => return,
                (row, line) => assert_eq!(row, line, "{}", path.display()),
            }
        }
    }
}

/// The classes of these names.
fn named(names: &[&str]) -> Vec<&'static ClassDef> {
    names.iter().map(|name| class(name).expect("a class of the data model")).collect()
}

/// Kinds of values, one of each sort.
fn kinds() -> Vec<(&'static str, Kind)> {
    let strings = Kind::new(Types::STRING);
    vec![
        ("none", Kind::NONE),
        ("string", strings),
        ("boolean", Kind::new(Types::BOOLEAN)),
        ("integer", Kind::new(Types::INTEGER)),
        ("number", Kind::new(Types::NUMBER)),
        ("date", Kind::date()),
        ("words", Kind::words(&["ACTIVE", "passive"])),
        ("optional string", strings.optional()),
        ("optional date", Kind::date().optional()),
        ("strings", strings.list()),
        ("booleans", Kind::new(Types::BOOLEAN).list()),
        ("integers", Kind::new(Types::INTEGER).list()),
        ("numbers", Kind::new(Types::NUMBER).list()),
        ("list of words", Kind::words(&["ACTIVE", "passive"]).list()),
        ("list", Kind::NONE.list()),
    ]
}
