//! The table of `docs/reliability.md` against the tests that it names.

const PAGE: &str = include_str!("../../../docs/reliability.md");
const TESTS: [&str; 6] = [
    include_str!("paging.rs"),
    include_str!("middle.rs"),
    include_str!("repeats.rs"),
    include_str!("evidence.rs"),
    include_str!("fuzz.rs"),
    include_str!("longer_pages.rs"),
];
const STYLES: [&str; 10] =
    ["whole", "offset", "aligned_offset", "page", "cursor", "scroll", "after", "next_url", "link", "graphql"];

#[test]
fn each_cell_names_a_test_that_exists() {
    let rows: Vec<Vec<&str>> = PAGE
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let styles: Vec<&str> = rows.iter().map(|row| row[0].trim_matches('`')).collect();
    assert_eq!(styles, STYLES);
    for row in &rows {
        assert_eq!(row.len(), 6, "{row:?}");
        for cell in &row[1..] {
            let Some((verdict, test)) = cell.split_once(": `") else {
                assert_eq!(*cell, "no", "a cell without a test");
                continue;
            };
            assert!(["yes", "partial"].contains(&verdict), "{cell}");
            let test = format!("fn {}(", test.trim_end_matches('`'));
            assert!(TESTS.iter().any(|file| file.contains(&test)), "{}: there is no `{test}`", row[0]);
        }
    }
}
