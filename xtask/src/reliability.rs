//! `cargo xtask reliability`: the parts of `docs/reliability.md` that are generated.
//!
//! - The table of guarantees, from comments at the tests: `// guarantee: COLUMN: STYLE, STYLE: VERDICT` above a test of
//!   `j1-runtime/tests/provider`. A cell without such a test is *no*, so that no verdict outlives its test.
//! - The table of figures, from `docs/measured.json`. Tests print lines `measured: NAME = VALUE`; `--measured FILE` takes them
//!   from a log into that file.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::files;

const TESTS: &str = "j1-runtime/tests/provider";
const PAGE: &str = "docs/reliability.md";
const MEASURED: &str = "docs/measured.json";

/// The ways of paging, in the order of the table.
const STYLES: [&str; 10] =
    ["whole", "offset", "aligned_offset", "page", "cursor", "scroll", "after", "next_url", "link", "graphql"];
/// The columns: their names at tests, and in the table.
const COLUMNS: [(&str, &str); 5] = [
    ("end", "The end"),
    ("deletions", "Records deleted while it is read"),
    ("churn", "One goes, one comes"),
    ("lost", "A lost response"),
    ("cuts", "A provider that cuts lists"),
];
/// The figures: their names in the logs, what they are, and the command that measures them.
const FIGURES: [(&str, &str, &str); 32] = [
    ("simulation.seeds", "Simulated seeds in a row without a failure", SIMULATION),
    ("simulation.runs", "Runs that met a fault", SIMULATION),
    ("simulation.cells", "Cells of the fault matrix: pairs of faults, and faults by paging", SIMULATION),
    ("simulation.unmet", "Cells that nothing has met", SIMULATION),
    ("simulation.least", "The least that a cell was met", SIMULATION),
    ("simulation.cleared", "Runs that went on after their faults had ended, and ended", SIMULATION),
    ("simulation.longest", "The longest of them, in virtual seconds", SIMULATION),
    ("shards.seeds", "Simulated seeds of sharded runs in a row without a failure", SHARDS),
    ("shards.finalizes", "Finalizes in them, none of which deleted what exists", SHARDS),
    ("model.states", "States of the model of a job, all orders of events", "`cargo test -p j1-model-tests`"),
    ("guards.removed", "Guards removed, one at a time", GUARDS),
    ("guards.survived", "Of these, not noticed", GUARDS),
    ("fuzz.pages", "Random providers that change while they are read", FUZZ),
    ("fuzz.reference", "Random responses read beside a reference", FUZZ),
    ("fuzz.responses", "Random responses with signs of more records", FUZZ),
    ("fuzz.bodies", "Random bodies sent to the local JupiterOne", "`cargo test -p j1-local --test fuzz`"),
    ("fuzz.seconds", "Seconds of fuzzing, all targets", FUZZ),
    ("injection.once", "Requests that failed, every one in turn, in five ways", REQUESTS),
    ("injection.lasting", "Requests from which on all failed, every one in turn, in five ways", REQUESTS),
    ("injection.run", "Operations on files that failed in a run, every one in turn", FILES),
    ("injection.keys", "The same in a run whose keys are on disk", FILES),
    ("injection.collection", "The same while a collection is replaced", FILES),
    ("injection.recorded", "The same while recordings are replaced", FILES),
    ("injection.sync", "The same while a collection is synced", FILES),
    ("mutants.all", "Mutants of the files that decide completeness", MUTANTS),
    ("mutants.unviable", "Of these, do not compile", MUTANTS),
    ("mutants.tried", "Of these, compiled and tried", MUTANTS),
    ("mutants.noticed", "Tried and noticed by a test", MUTANTS),
    ("mutants.excused", "Tried and not noticed, with a reason in `.ci/mutants.toml`", MUTANTS),
    ("mutants.survived", "Tried and not noticed, without a reason", MUTANTS),
    ("coverage.lines", "Lines of these files that their tests run", "`.ci/coverage`"),
    ("coverage.branches", "Branches of these files that their tests take", "`.ci/coverage`"),
];
const MUTANTS: &str = "`cargo mutants --config .ci/mutants.toml`";
const SHARDS: &str = "`cargo test -p j1-runtime --test shards`";
const SIMULATION: &str = "`cargo test -p j1-runtime --test simulation`";
const GUARDS: &str = "`cargo xtask guards`";
const REQUESTS: &str = "`cargo test -p j1-runtime --test deletion points`";
const FILES: &str = "`cargo test -p j1-tests --test engine points`";
const FUZZ: &str = "`cargo test -p j1-runtime --test provider -- fuzz reference`";

/// Writes the generated parts of the page; with `check`, says whether it is what would be written.
pub fn run(root: &Path, check: bool, log: Option<&Path>) -> Result<Vec<PathBuf>, String> {
    let mut changed = Vec::new();
    let measured_file = root.join(MEASURED);
    let mut measured = read_measured(&files::read(&measured_file)?)?;
    if let Some(log) = log {
        measured.extend(lines(&files::read(log)?));
        let text = serde_json::to_string_pretty(&measured).map_err(|error| error.to_string())?;
        files::write(&measured_file, text + "\n")?;
        changed.push(measured_file);
    }
    let page = root.join(PAGE);
    let old = files::read(&page)?;
    let new = replaced(&old, "guarantees", &guarantees(&root.join(TESTS))?)?;
    let new = replaced(&new, "figures", &figures(&measured))?;
    if new != old {
        if !check {
            files::write(&page, new)?;
        }
        changed.push(page);
    }
    Ok(changed)
}

fn read_measured(text: &str) -> Result<BTreeMap<String, String>, String> {
    serde_json::from_str(text).map_err(|error| format!("{MEASURED}: {error}"))
}

/// The lines `measured: NAME = VALUE` of a log.
fn lines(log: &str) -> BTreeMap<String, String> {
    let figure = |line: &str| {
        let (name, value) = line.split_once("measured: ")?.1.split_once(" = ")?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    };
    log.lines().filter_map(figure).collect()
}

/// Replaces the text between `<!-- NAME -->` and `<!-- /NAME -->`.
fn replaced(page: &str, name: &str, text: &str) -> Result<String, String> {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let from = page.find(&begin).ok_or_else(|| format!("{PAGE} has no `{}`", begin.trim()))? + begin.len();
    let to = page[from..].find(&end).ok_or_else(|| format!("{PAGE} has no `{end}`"))? + from;
    Ok(format!("{}\n{text}\n{}", &page[..from], &page[to..]))
}

/// A verdict, and the test that shows it.
type Cells = BTreeMap<(String, String), (String, String)>;

fn guarantees(folder: &Path) -> Result<String, String> {
    let main = files::read(&folder.join("main.rs"))?;
    let mut cells = Cells::new();
    for path in files::below(folder, "rs")? {
        let module = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let found = read_guarantees(&files::read(&path)?, &mut cells);
        let found = found.map_err(|error| format!("{}: {error}", path.display()))?;
        if found && !main.contains(&format!("mod {module};")) {
            return Err(format!(
                "{}: it is not a module of main.rs, so its tests do not run",
                path.display()
            ));
        }
    }
    let mut table = String::from("| Paging |");
    COLUMNS.iter().for_each(|(_, title)| table.extend([" ", title, " |"]));
    table.push_str("\n|---|---|---|---|---|---|\n");
    for style in STYLES {
        let _ = write!(table, "| `{style}` |");
        for (column, _) in COLUMNS {
            let _ = match cells.get(&(style.to_owned(), column.to_owned())) {
                Some((verdict, test)) => write!(table, " {verdict}: `{test}` |"),
                None => write!(table, " no |"),
            };
        }
        table.push('\n');
    }
    Ok(table)
}

/// Reads the guarantees of one file of tests; returns `true` if it has any.
fn read_guarantees(text: &str, cells: &mut Cells) -> Result<bool, String> {
    let (mut waiting, mut is_test, mut found) = (Vec::new(), false, false);
    for line in text.lines().map(str::trim) {
        if let Some(guarantee) = line.strip_prefix("// guarantee: ") {
            waiting.push(guarantee);
        } else if line.starts_with("#[") {
            is_test |= line == "#[test]" || line.starts_with("#[tokio::test");
            if line.starts_with("#[ignore") && !waiting.is_empty() {
                return Err(format!("`{}` is shown by a test that does not run", waiting.join("`, `")));
            }
        } else if line.contains("fn ") && !line.starts_with("//") {
            let test = line.split("fn ").nth(1).and_then(|rest| rest.split('(').next()).unwrap_or_default();
            for guarantee in waiting.drain(..) {
                if !is_test {
                    return Err(format!("`{guarantee}` is at `{test}`, which is not a test"));
                }
                add(guarantee, test, cells)?;
                found = true;
            }
            is_test = false;
        }
    }
    match waiting.first() {
        Some(guarantee) => Err(format!("`{guarantee}` has no test after it")),
        None => Ok(found),
    }
}

fn add(guarantee: &str, test: &str, cells: &mut Cells) -> Result<(), String> {
    let parts: Vec<&str> = guarantee.split(": ").collect();
    let [column, styles, verdict] = parts[..] else {
        return Err(format!("`{guarantee}`: write `COLUMN: STYLE, STYLE: VERDICT`"));
    };
    let known = COLUMNS.iter().any(|(known, _)| *known == column) && ["yes", "partial"].contains(&verdict);
    if !known {
        return Err(format!("`{guarantee}`: unknown column or verdict"));
    }
    for style in styles.split(", ") {
        if !STYLES.contains(&style) {
            return Err(format!("`{guarantee}`: unknown way of paging `{style}`"));
        }
        let cell = (style.to_owned(), column.to_owned());
        if let Some((_, other)) = cells.insert(cell, (verdict.to_owned(), test.to_owned())) {
            return Err(format!("`{guarantee}`: `{other}` says so of {style}, too"));
        }
    }
    Ok(())
}

fn figures(measured: &BTreeMap<String, String>) -> String {
    let mut table = String::from("| Figure | Value | Measured with |\n|---|--:|---|\n");
    for (name, title, command) in FIGURES {
        let value = measured.get(name).map_or("not measured", String::as_str);
        let _ = writeln!(table, "| {title} | {value} | {command} |");
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Cells, String> {
        let mut cells = Cells::new();
        read_guarantees(text, &mut cells).map(|_| cells)
    }

    #[test]
    fn a_verdict_belongs_to_the_test_after_it() {
        let cells = read("// guarantee: end: page, offset: yes\n#[tokio::test]\nasync fn it_ends() {\n");
        let cells = cells.expect("a guarantee");
        assert_eq!(cells[&("page".into(), "end".into())], ("yes".into(), "it_ends".into()));
        assert_eq!(cells.len(), 2);
    }

    #[test]
    fn a_verdict_without_a_test_that_runs_is_an_error() {
        for text in [
            "// guarantee: end: page: yes\n",
            "// guarantee: end: page: yes\nfn helper() {\n",
            "// guarantee: end: page: yes\n#[test]\n#[ignore = \"slow\"]\nfn it_ends() {\n",
            "// guarantee: end: pages: yes\n#[test]\nfn it_ends() {\n",
            "// guarantee: end: page: maybe\n#[test]\nfn it_ends() {\n",
            "// guarantee: end: page: yes\n// guarantee: end: page: partial\n#[test]\nfn it_ends() {\n",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn figures_come_from_the_lines_of_a_log() {
        let log =
            "running 1 test\nmeasured: simulation.seeds = 100,000\ntest .. measured: model.states = 7\n";
        let measured = lines(log);
        assert_eq!((&*measured["simulation.seeds"], &*measured["model.states"]), ("100,000", "7"));
    }
}
