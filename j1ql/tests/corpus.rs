//! Queries from a file, one form of the language each, and, when `J1QL_CORPUS` names a file, those in it.
//!
//! The file named has a JSON object with a `query` on each line. Published questions are not ours to ship.

use std::fmt::Write as _;

/// Our own queries: blocks of lines, parted by empty lines.
const QUERIES: &str = include_str!("queries.txt");

fn ours() -> impl Iterator<Item = &'static str> {
    QUERIES.split("\n\n").map(str::trim).filter(|query| !query.is_empty())
}

/// The tree without places, which a change of blanks moves.
fn without_places(query: &j1ql::ast::Query) -> String {
    let mut rest: &str = &format!("{query:?}");
    let mut text = String::new();
    while let Some((before, after)) = rest.split_once("Span { start: ") {
        text.push_str(before);
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    // The text of a column is as written, and comments may move.
    let mut out = String::new();
    for part in text.split(", text: \"") {
        let _ = write!(out, "{}", part.split_once("\", span").map_or(part, |(_, after)| after));
    }
    out.split(", comments: [").next().unwrap_or_default().to_lowercase()
}

fn check_round_trip(text: &str) {
    let query = j1ql::parse(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
    let formatted = j1ql::format(&query);
    let again = j1ql::parse(&formatted).unwrap_or_else(|error| panic!("{text}\n->\n{formatted}\n{error}"));
    assert_eq!(without_places(&query), without_places(&again), "{text}\n->\n{formatted}");
    assert_eq!(j1ql::format(&again), formatted, "{text}");
}

#[test]
fn our_queries_parse_and_survive_the_formatter() {
    let mut count = 0;
    for query in ours() {
        check_round_trip(query);
        let parsed = j1ql::parse(query).unwrap();
        j1ql::resolve(query, &parsed).unwrap_or_else(|error| panic!("{query}\n{error}"));
        count += 1;
    }
    assert!(count >= 90, "only {count} queries were found");
}

#[test]
fn the_queries_of_a_corpus_parse_and_survive_the_formatter() {
    let Some(path) = std::env::var_os("J1QL_CORPUS") else { return };
    let corpus = std::fs::read_to_string(path).unwrap();
    let mut count = 0;
    for line in corpus.lines() {
        let query = member(line, "query");
        check_round_trip(&query);
        let parsed = j1ql::parse(&query).unwrap();
        if let Err(error) = j1ql::resolve(&query, &parsed) {
            println!("{query}\n  {error}");
        }
        count += 1;
    }
    println!("{count} queries");
}

/// A text member of a JSON object, without a JSON parser among the dependencies.
fn member(line: &str, name: &str) -> String {
    let start = line.find(&format!("\"{name}\": \"")).unwrap() + name.len() + 5;
    let mut text = String::new();
    let mut chars = line[start..].chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => match chars.next().unwrap() {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                'r' => text.push('\r'),
                'u' => {
                    let code: String = chars.by_ref().take(4).collect();
                    text.extend(char::from_u32(u32::from_str_radix(&code, 16).unwrap()));
                }
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
    text
}
