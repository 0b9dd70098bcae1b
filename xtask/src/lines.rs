//! `cargo xtask lines`: counts the lines of our integrations, to compare them with the published ones in TypeScript.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::files;

/// The tolerance of the page's figures in percent, so that not every edit of an integration needs one of
/// the guide.
const TOLERANCE: usize = 5;

/// The first line of the table on the page, which ends at the next blank line.
const HEADER: &str =
    "| Integration | TypeScript | j1 | Share | TypeScript, code alone | j1, code alone | Share |\n";

/// A published integration in TypeScript, counted by the same rules.
struct Published {
    /// The folder of our integration in `integrations`.
    name: &'static str,
    /// The name and the version.
    title: &'static str,
    count: Count,
}

/// The published integrations. They were counted once, as described in `docs/lines.md`.
const PUBLISHED: [Published; 2] = [
    Published {
        name: "jumpcloud",
        title: "JumpCloud (`graph-jumpcloud` 2.3.1)",
        count: Count { lines: 1_518, code: 1_367 },
    },
    Published {
        name: "sentinelone",
        title: "SentinelOne (`graph-sentinelone` 1.7.0)",
        count: Count { lines: 848, code: 739 },
    },
];

/// Lines of one or several files.
#[derive(Clone, Copy, Default)]
struct Count {
    /// All of them.
    lines: usize,
    /// The lines that are neither blank nor only a comment.
    code: usize,
}

/// Counts, and writes the table into `docs/lines.md`; with `check`, only checks that the page is within the tolerance.
pub fn run(root: &Path, check: bool) -> Result<Vec<PathBuf>, String> {
    let page = root.join("docs/lines.md");
    let old = files::read(&page)?;
    let mut rows = String::new();
    for published in &PUBLISHED {
        let source = root.join("integrations").join(published.name).join("src");
        // An integration that does not exist yet has no row.
        if source.is_dir() {
            let ours = folder(&source)?;
            let theirs = published.count;
            let _ = writeln!(
                rows,
                "| {} | {} | {} | {} | {} | {} | {} |",
                published.title,
                thousands(theirs.lines),
                thousands(ours.lines),
                share(ours.lines, theirs.lines),
                thousands(theirs.code),
                thousands(ours.code),
                share(ours.code, theirs.code),
            );
        }
    }
    let begin = old.find(HEADER).ok_or("docs/lines.md has no table of lines")?;
    let end = old[begin..].find("\n\n").map_or(old.len(), |length| begin + length + 1);
    let table = format!("{HEADER}|---|--:|--:|--:|--:|--:|--:|\n{rows}");
    if &old[begin..end] == table.as_str() || (check && near(&old[begin..end], &table)) {
        return Ok(Vec::new());
    }
    if !check {
        let new = format!("{}{table}{}", &old[..begin], &old[end..]);
        files::write(&page, new)?;
    }
    Ok(vec![page])
}

/// The lines of all Rust below a folder.
fn folder(folder: &Path) -> Result<Count, String> {
    let mut sum = Count::default();
    for path in files::below(folder, "rs")? {
        let file = count(&files::read(&path)?);
        sum = Count { lines: sum.lines + file.lines, code: sum.code + file.code };
    }
    Ok(sum)
}

/// The lines of a file, without the tests at its end.
fn count(text: &str) -> Count {
    let author: Vec<&str> =
        text.lines().map(str::trim).take_while(|line| !line.starts_with("#[cfg(test)]")).collect();
    let code = author.iter().filter(|line| !line.is_empty() && !line.starts_with("//")).count();
    Count { lines: author.len(), code }
}

/// Returns `true` if two tables have the same words, and numbers within the tolerance.
fn near(a: &str, b: &str) -> bool {
    let cells = |text: &str| text.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let number = |cell: &str| cell.replace(',', "").parse::<usize>().ok();
    let (a, b) = (cells(a), cells(b));
    let alike = |(a, b): (&String, &String)| match (number(a), number(b)) {
        (Some(a), Some(b)) => a.abs_diff(b) * 100 <= b * TOLERANCE,
        // Shares follow from the numbers.
        _ => a == b || (a.ends_with('%') && b.ends_with('%')),
    };
    a.len() == b.len() && a.iter().zip(&b).all(alike)
}

fn share(part: usize, whole: usize) -> String {
    format!("{} %", (part * 100 + whole / 2) / whole)
}

/// A number below a million as people write it: `1,518`.
fn thousands(number: usize) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", number / 1_000, number % 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_blank_lines_and_tests_are_not_counted() {
        let text =
            "//! What it is.\n\nfn a() {\n    // why\n    b(); // and so\n}\n\n#[cfg(test)]\nmod tests {}\n";
        let count = count(text);
        assert_eq!((count.lines, count.code), (7, 3));
    }

    #[test]
    fn a_table_is_near_another_of_the_same_rows_with_about_the_same_numbers() {
        let row = |lines: &str| format!("| JumpCloud | 1,518 | {lines} | 47 % |\n");
        assert!(near(&row("700"), &row("720")));
        assert!(!near(&row("700"), &row("750")));
        assert!(!near(&row("700"), &row("700").replace("JumpCloud", "SentinelOne")));
        assert!(!near(&row("700"), &(row("700") + &row("700"))));
    }
}
